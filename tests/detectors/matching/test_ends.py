"""Where a shot is told to begin and end, by the real extraction and matching: held, moved, faded, cut into.

`edge_frames` says how far off an end may be: the truth has to lie within it, and where there is a cut it has to be 0.
"""

from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from detectors.fingerprint.prints import Prints
from detectors.matching.film.reels import Reels
from detectors.matching.film.segments import find_segments
from detectors.matching.levels import Level
from detectors.matching.match import PictureMatch
from detectors.matching.picture.pictures import find_pictures
from detectors.matching.picture.stock import PictureStock
from detectors.matching.strip import Strip
from detectors.material import Piece
from detectors.observation import Span
from fixtures.pictures import Picture, picture
from fixtures.shots import MOVES, RATE, Shot, Truth, shoot
from scanner.media.asset.extract import extract

WIDE, HIGH = 480, 270
BESIDE = 24
LONG = pytest.mark.long

CUT = {
    "held": Shot(60),
    **{name: Shot(60, move) for name, move in MOVES.items() if name != "held"},
    "zoom with an insert": Shot(90, MOVES["zoom in 12 %"], inserted=25),
    "insert of six": Shot(60, inserted=6),
}
GRADUAL = {
    "faded in and out": Shot(60, comes=("fade", 15), goes=("fade", 15)),
    "from and to white": Shot(60, comes=("white", 12), goes=("white", 12)),
    "dissolved": Shot(60, comes=("dissolve", 16), goes=("dissolve", 16)),
    "dissolved quickly": Shot(60, comes=("dissolve", 5), goes=("dissolve", 5)),
    "zoomed and dissolved": Shot(60, MOVES["zoom in 12 %"], comes=("dissolve", 12), goes=("dissolve", 12)),
}
FEW = ("held", "zoom in 12 %", "zoom out 30 %", "pan", "zoom with an insert", "faded in and out", "dissolved")


def travelling(seed: int, frames: int) -> list[Picture]:
    """A camera that travels over a painted scene."""
    scene = picture(seed, WIDE + 2 * frames, HIGH)
    return [scene[:, 2 * at : 2 * at + WIDE] for at in range(frames)]


def prints_of(path: Path, *, reference: bool = False) -> Prints:
    return extract([Piece(path, path.name)], reference=reference)[1]


def strip_of(prints: Prints) -> Strip:
    assert prints.pictures is not None
    return Strip.of(prints.pictures, Fraction(RATE))


Look = Callable[[Prints], list[PictureMatch]]


def looking_for_picture(folder: Path, seed: int) -> tuple[list[Picture], Look]:
    """A painted picture, and how it is sought."""
    shown = picture(seed, WIDE, HIGH)
    path = folder / "still.png"
    Image.fromarray(shown).save(path)
    prints = prints_of(path, reference=True)
    stock = PictureStock.of([strip_of(prints)], [prints.local])
    return [shown], lambda asset: find_pictures(strip_of(asset), asset.local, stock)


def looking_for_film(folder: Path, seed: int) -> tuple[list[Picture], Look]:
    """A painted film, and how it is sought."""
    frames = travelling(seed, 130)
    shoot(folder / "film.mp4", frames, Shot(130), [], [])
    prints = prints_of(folder / "film.mp4", reference=True)
    reels = Reels.of([strip_of(prints)], [""], [prints.local])
    return frames[20:], lambda asset: find_segments(strip_of(asset), reels, asset.local)


def told(folder: Path, shot: Shot, shown: list[Picture], look: Look, seed: int) -> tuple[list[Span], Truth]:
    truth = shoot(folder / "shot.mp4", shown, shot, travelling(seed + 500, BESIDE), travelling(seed + 501, BESIDE))
    matches = look(prints_of(folder / "shot.mp4"))
    return [match.span for match in matches if match.span and match.level is not Level.POSSIBLE], truth


def holds(spans: list[Span], truth: Truth) -> bool:
    """Whether each stated end is true, and the shot told from its beginning to its end."""

    def within(frame: int, ranges: tuple[tuple[int, int], ...], edge: int) -> bool:
        return any(first - edge <= frame <= last + edge for first, last in ranges)

    last = len(spans) - 1
    return bool(spans) and all(
        within(span.first_frame, truth.begins if place else truth.begins[:1], span.edge_frames)
        and within(span.last_frame, truth.ends if place < last else truth.ends[-1:], span.edge_frames)
        for place, span in enumerate(spans)
    )


@pytest.mark.parametrize("kind", [kind if kind in FEW else pytest.param(kind, marks=LONG) for kind in (*CUT, *GRADUAL)])
def test_a_picture_is_told_from_its_first_to_its_last_frame(tmp_path: Path, kind: str) -> None:
    shown, look = looking_for_picture(tmp_path, 40)
    spans, truth = told(tmp_path, {**CUT, **GRADUAL}[kind], shown, look, 40)
    assert holds(spans, truth), (spans, truth)
    assert max(span.edge_frames for span in spans) <= (0 if kind in CUT else 12)


@pytest.mark.parametrize(
    "kind", ["held", "zoom in 30 %", "dissolved", *(pytest.param(kind, marks=LONG) for kind in GRADUAL)]
)
def test_a_film_is_told_from_its_first_to_its_last_frame(tmp_path: Path, kind: str) -> None:
    shown, look = looking_for_film(tmp_path, 60)
    spans, truth = told(tmp_path, {**CUT, **GRADUAL}[kind], shown, look, 60)
    assert holds(spans, truth), (spans, truth)
    assert kind != "held" or spans == [Span(BESIDE, BESIDE + 59)]


@pytest.mark.long
@pytest.mark.parametrize("seed", [70, 71, 72, 73])
@pytest.mark.parametrize("kind", [*CUT, *GRADUAL])
@pytest.mark.parametrize("looking_for", [looking_for_picture, looking_for_film])
def test_ends_are_true_of_other_pictures_and_films(
    tmp_path: Path, looking_for: Callable[[Path, int], tuple[list[Picture], Look]], kind: str, seed: int
) -> None:
    shown, look = looking_for(tmp_path, seed)
    spans, truth = told(tmp_path, {**CUT, **GRADUAL}[kind], shown, look, seed)
    assert holds(spans, truth), (spans, truth)


def test_a_zoom_that_ends_the_movie_is_told_to_its_last_frame(tmp_path: Path) -> None:
    shown, look = looking_for_picture(tmp_path, 41)
    shoot(tmp_path / "shot.mp4", shown, Shot(75, MOVES["zoom in 12 %"]), [], [])
    (found,) = look(prints_of(tmp_path / "shot.mp4"))
    assert found.span == Span(0, 74)


def test_what_a_picture_is_not_in_is_never_told_as_its_time_on_screen(tmp_path: Path) -> None:
    _, look = looking_for_picture(tmp_path, 42)
    shoot(tmp_path / "shot.mp4", travelling(43, 60), Shot(60, MOVES["pan"]), [], [])
    assert look(prints_of(tmp_path / "shot.mp4")) == []
    black = np.zeros((HIGH, WIDE, 3), np.uint8)
    shown, _ = looking_for_picture(tmp_path, 42)
    shoot(tmp_path / "shot.mp4", shown, Shot(40), [black] * BESIDE, [black] * BESIDE)
    (found,) = look(prints_of(tmp_path / "shot.mp4"))
    assert found.span == Span(BESIDE, BESIDE + 39)
