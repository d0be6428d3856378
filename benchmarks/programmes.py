"""Programmes for the bench of matching: cut from a split of clips, and looked at by the product's own extraction.

Nothing is measured here. Clips are those of the corpus beside the project, or painted where there is none.
"""

import pickle
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from random import Random

from detectors.fingerprint.prints import Prints
from detectors.matching.strip import Strip
from detectors.material import Piece as File
from fixtures.programmes import CHANGES, Laid, Piece, film, programme
from scanner.media.asset.extract import extract

USES = 2
"""Times that each reference is used in the programmes of one seed."""
PER_PROGRAMME = 6

_PAINTED = 24
_REAL = Path(__file__).resolve().parents[2] / "shared" / "corpus" / "matching" / "videos"


@dataclass(frozen=True)
class Clip:
    """A clip as the product looked at it."""

    path: Path
    rate: Fraction
    frames: int
    times: tuple[float, ...]
    prints: Prints

    @property
    def seconds(self) -> float:
        """Its length."""
        return self.frames / float(self.rate)

    def strip(self) -> Strip:
        """Its pictures, as matching takes them."""
        assert self.prints.pictures is not None
        return Strip.of(self.prints.pictures, self.rate, self.times)


@dataclass(frozen=True)
class Programme:
    """One programme, and where references lie in it: the number of one and a piece of it each. `laid`: all of it."""

    clip: Clip
    truth: tuple[tuple[int, Laid], ...]
    laid: tuple[Laid, ...] = ()


@dataclass(frozen=True)
class Round:
    """What one seed gave."""

    seed: int
    references: tuple[Clip, ...]
    programmes: tuple[Programme, ...]


def clips(folder: Path) -> list[Path]:
    """The corpus's videos, or painted ones in the folder."""
    if _REAL.is_dir():
        return sorted(_REAL.iterdir())
    random = Random(1)  # noqa: S311 - a seeded choice of lengths
    folder.mkdir(parents=True, exist_ok=True)
    made = []
    for number in range(_PAINTED):
        path = folder / f"painted{number:02}.mp4"
        shots = random.choice((1, 1, 2, 3))
        if not path.exists():
            film(path, seed=number, seconds=random.uniform(5, 14), rate=random.choice((24, 25, 30)), shots=shots)
        made.append(path)
    return made


def looked_at(path: Path, folder: Path, *, reference: bool) -> Clip:
    """A clip through the product's extraction, remembered in the folder."""
    kept = folder / f"{path.name}.{'reference' if reference else 'asset'}.prints"
    if kept.exists():
        found: Clip = pickle.loads(kept.read_bytes())  # noqa: S301 - written below
        return found
    extraction, prints = extract([File(path, path.name)], reference=reference)
    facts = extraction.media
    assert facts is not None
    assert facts.rate is not None, path
    frames = len(prints.pictures) if prints.pictures else 0
    clip = Clip(path, Fraction(facts.rate), frames, facts.times, prints)
    kept.write_bytes(pickle.dumps(clip))
    return clip


def play(seed: int, folder: Path, changes: Sequence[str] = tuple(CHANGES)) -> Round:
    """Split the clips, cut programmes together and look at all of them."""
    folder.mkdir(parents=True, exist_ok=True)
    random = Random(seed)  # noqa: S311 - a seeded cut
    known = [looked_at(path, folder, reference=True) for path in clips(folder)]
    long_enough = [clip for clip in known if clip.seconds >= 3]  # noqa: PLR2004 - seconds; two are used at least
    random.shuffle(long_enough)
    references, others = long_enough[::2], long_enough[1::2]
    uses = [number for number in range(len(references)) for _ in range(USES)]
    random.shuffle(uses)
    kinds = (list(changes) * (len(uses) // len(changes) + 1))[: len(uses)]
    random.shuffle(kinds)
    drawn = list(zip(uses, kinds, strict=True))
    programmes = []
    for place in range(0, len(drawn), PER_PROGRAMME):
        name = f"programme-{seed}-{place // PER_PROGRAMME:02}"
        cut = _cut(random, references, others, drawn[place : place + PER_PROGRAMME])
        kept = folder / f"{name}.laid"
        if not kept.exists():
            laid = programme(folder / f"{name}.mp4", [piece for _, piece in cut])
            kept.write_bytes(pickle.dumps(laid))
        lay: list[Laid] = pickle.loads(kept.read_bytes())  # noqa: S301 - written above
        owner = {id_of(piece): number for number, piece in cut if number is not None}
        truth = tuple((owner[id_of(one.piece)], one) for one in lay if id_of(one.piece) in owner)
        programmes.append(Programme(looked_at(folder / f"{name}.mp4", folder, reference=False), truth, tuple(lay)))
    return Round(seed, tuple(references), tuple(programmes))


def id_of(piece: Piece) -> tuple[object, ...]:
    """What tells pieces apart."""
    return piece.clip, piece.begins, piece.seconds, piece.change


def _cut(
    random: Random, references: Sequence[Clip], others: Sequence[Clip], drawn: Sequence[tuple[int, str]]
) -> list[tuple[int | None, Piece]]:
    """The pieces of one programme; the references' with their number."""
    pieces: list[tuple[int | None, Piece]] = [(None, Piece(None, 2, change=random.choice(("bars", "slate", "black"))))]
    for number, change in drawn:
        pieces.append(
            (None, _some(random, random.choice(others), random.choice(("plain", "grade", "tc_logo", "bars"))))
        )
        if random.random() < 0.4:  # noqa: PLR2004 - of the measured table
            pieces.append((None, Piece(None, 1, change=random.choice(("black", "white", "slate")))))
        part = _some(random, references[number], change)
        pieces.append((number, Piece(part.clip, part.seconds, part.begins, change, random.choice(others).path)))
    pieces.append((None, _some(random, random.choice(others), "plain")))
    return pieces


def _some(random: Random, clip: Clip, change: str) -> Piece:
    """Two to twelve seconds of a clip."""
    seconds = min(clip.seconds - 0.3, random.uniform(2.0, 12.0))
    begins = random.uniform(0, max(0.0, clip.seconds - 0.3 - seconds))
    begins = float(round(begins * clip.rate) / clip.rate)  # on a frame, so that the truth is exact
    return Piece(clip.path, round(seconds, 3), round(begins, 4), change)
