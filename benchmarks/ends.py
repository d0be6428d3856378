"""How true the ends of matches are: `python -m benchmarks.ends`.

A reference picture, or a piece of a reference film, is shown between strangers under each of `KINDS`: held, under
camera moves, faded, dissolved, cut into. The movies are looked at by the product's own extraction and matched; where
each shot begins and ends is known to the frame. An end is true where the truth lies within the stated `edge_frames` of
it. What is found as `possible` only counts as not found.
"""

import argparse
import pickle
import subprocess
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from random import Random

import numpy as np
from PIL import Image, ImageOps

from benchmarks.matching_video import share
from benchmarks.programmes import clips, looked_at
from detectors.fingerprint.prints import Prints
from detectors.matching.film.reels import Reels
from detectors.matching.film.segments import find_segments
from detectors.matching.levels import Level
from detectors.matching.match import PictureMatch
from detectors.matching.picture.pictures import find_pictures
from detectors.matching.picture.stock import PictureStock
from detectors.matching.strip import Strip
from detectors.material import Piece as File
from detectors.observation import Span
from fixtures.pictures import Picture, picture
from fixtures.shots import MOVES, RATE, SIZE, Range, Shot, Truth, shoot
from scanner.media.asset.extract import extract

SEEDS = 6
_BESIDE = 30
"""Frames of a stranger on either side."""
_PARTS = 3
_BEHIND, _LONGEST = 12, 120
"""Frames of a film before those that are shown, and how many are shown at most."""
_IMAGES = Path(__file__).resolve().parents[2] / "shared" / "corpus" / "matching" / "images"

KINDS: dict[str, Shot] = {
    **{name: Shot(75, move) for name, move in MOVES.items()},
    "fade in and out": Shot(75, comes=("fade", 18), goes=("fade", 18)),
    "from and to white": Shot(75, comes=("white", 12), goes=("white", 12)),
    "dissolve": Shot(75, comes=("dissolve", 16), goes=("dissolve", 16)),
    "short dissolve": Shot(60, comes=("dissolve", 5), goes=("dissolve", 5)),
    "zoom, dissolved": Shot(75, MOVES["zoom in 12 %"], comes=("dissolve", 12), goes=("dissolve", 12)),
    "zoom, faded": Shot(75, MOVES["zoom in 30 %"], comes=("fade", 12), goes=("fade", 12)),
    "insert of 6": Shot(80, inserted=6),
    "insert of 40": Shot(120, inserted=40),
    "zoom with insert of 25": Shot(110, MOVES["zoom in 12 %"], inserted=25),
}


@dataclass
class Ends:
    """What came of one kind. `shots`, of which `found`; `ends` told, of which `true`; `stated`: their edge_frames."""

    shots: int = 0
    found: int = 0
    ends: int = 0
    true: int = 0
    stated: list[int] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)

    def count(self, name: str, truth: Truth, spans: Sequence[Span]) -> None:
        """Count the spans under which one shot was told."""
        self.shots += 1
        self.found += bool(spans)
        told = []
        for place, span in enumerate(spans):  # a shot that is told in part has an end where it has none
            begins = truth.begins if place else truth.begins[:1]
            ends = truth.ends if place < len(spans) - 1 else truth.ends[-1:]
            told += [(span.first_frame, begins, span.edge_frames), (span.last_frame, ends, span.edge_frames)]
        is_true = [any(_off(frame, allowed) <= edge for allowed in ranges) for frame, ranges, edge in told]
        self.ends += len(told)
        self.true += sum(is_true)
        self.stated += [span.edge_frames for span in spans]
        if not all(is_true):
            self.wrong.append(f"{name}: {spans} instead of {truth}")

    def row(self) -> str:
        """Recall, share of true ends, and what was stated of them."""
        exact = share(sum(edge == 0 for edge in self.stated), len(self.stated))
        most = int(np.quantile(self.stated, 0.95)) if self.stated else 0
        return f"{share(self.found, self.shots)} | {share(self.true, self.ends)} | {exact} | {most}"


def _off(frame: int, allowed: Range) -> int:
    return max(allowed[0] - frame, frame - allowed[1], 0)


@dataclass(frozen=True)
class Lot:
    """References of one sort: the pictures of each, or frames of it, and how they are sought in prints."""

    sort: str
    shown: Sequence[Sequence[Picture]]
    find: Callable[[Prints], list[PictureMatch]]

    def spans(self, prints: Prints, number: int) -> list[Span]:
        """Where the reference of this number is told, as a match or as certain."""
        matches = [match for match in self.find(prints) if match.target == number]
        return [match.span for match in matches if match.span and match.level is not Level.POSSIBLE]


def measured(folder: Path, seeds: int, kinds: Sequence[str], sorts: Sequence[str], part: int) -> Iterator[str]:
    """The rows of the table, and what was wrong. Media and what was looked at are kept in the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    strangers = [_decoded(path, _BESIDE) for path in clips(folder)[part::_PARTS]]
    strangers = [frames for frames in strangers if len(frames) >= _BESIDE]
    wrong, whole = [], Ends()
    for lot in (SORTS[sort](folder, seeds, part) for sort in sorts):
        for kind in kinds:
            ends = Ends()
            for number, shown in enumerate(lot.shown):
                path = folder / f"{lot.sort}-{part}-{kind}-{number}.mp4".replace(" ", "_").replace("%", "")
                before, after = (strangers[(number + place) % len(strangers)][:_BESIDE] for place in (0, 1))
                if not path.with_suffix(".truth").exists():
                    truth = shoot(path, shown, KINDS[kind], before, after)
                    path.with_suffix(".truth").write_bytes(pickle.dumps(truth))
                truth = pickle.loads(path.with_suffix(".truth").read_bytes())  # noqa: S301 - written above
                spans = lot.spans(looked_at(path, folder, reference=False).prints, number)
                ends.count(path.name, truth, spans)
                whole.count(path.name, truth, spans)
            yield f"| {lot.sort}, {kind} | {ends.row()} |"
            wrong += ends.wrong
    yield f"| all | {whole.row()} |"
    yield from ["", *wrong]


def _of_pictures(folder: Path, seeds: int, part: int) -> Lot:
    """Photographs of the corpus, or painted scenes where there is none."""
    wide, high = SIZE
    if _IMAGES.is_dir():
        paths = sorted(_IMAGES.iterdir())
        chosen = Random(1 + part).sample(paths, seeds)  # noqa: S311 - a seeded choice
        shown = [ImageOps.fit(Image.open(path).convert("RGB"), SIZE) for path in chosen]
    else:
        shown = [Image.fromarray(picture(900 + 100 * part + number, wide, high)) for number in range(seeds)]
    strips, details = [], []
    for number, image in enumerate(shown):
        path = folder / f"picture-{part}-{number}.png"
        image.save(path)
        _, prints = extract([File(path, path.name)], reference=True)
        assert prints.pictures is not None
        strips.append(Strip.of(prints.pictures))
        details.append(prints.local)
    stock = PictureStock.of(strips, details)

    def find(prints: Prints) -> list[PictureMatch]:
        assert prints.pictures is not None
        return find_pictures(Strip.of(prints.pictures, Fraction(RATE)), prints.local, stock)

    return Lot("picture", [[np.asarray(image)] for image in shown], find)


def _of_films(folder: Path, seeds: int, part: int) -> Lot:
    """Pieces of clips of the corpus, or of painted films where there is none."""
    paths = [path for place, path in enumerate(clips(folder)) if place % _PARTS != part]
    lot = [looked_at(path, folder, reference=True) for path in paths]
    lot = [clip for clip in lot if clip.seconds >= 6 and abs(clip.rate - RATE) < 2][:seeds]  # noqa: PLR2004 - see KINDS
    reels = Reels.of(
        [clip.strip() for clip in lot], [clip.path.name for clip in lot], [clip.prints.local for clip in lot]
    )

    def find(prints: Prints) -> list[PictureMatch]:
        assert prints.pictures is not None
        return find_segments(Strip.of(prints.pictures, Fraction(RATE)), reels, prints.local)

    begins = [_BEHIND + int(np.flatnonzero(clip.strip().usable[:, 0])[0]) for clip in lot]
    shown = [_decoded(clip.path, begin + _LONGEST)[begin:] for clip, begin in zip(lot, begins, strict=True)]
    return Lot("film", shown, find)


def _decoded(path: Path, frames: int) -> list[Picture]:
    """The first frames of a clip in the size of the benchmark."""
    fit = f"scale={SIZE[0]}:{SIZE[1]}:force_original_aspect_ratio=increase,crop={SIZE[0]}:{SIZE[1]}"
    line = ["ffmpeg", "-v", "error", "-nostdin", "-i", f"file:{path}", "-frames:v", str(frames), "-vf", fit]
    line += ["-f", "rawvideo", "-pix_fmt", "rgb24", "pipe:1"]
    data = subprocess.run(line, check=True, capture_output=True).stdout
    return list(np.frombuffer(data, np.uint8).reshape(-1, SIZE[1], SIZE[0], 3))


SORTS = {"picture": _of_pictures, "film": _of_films}


def main() -> None:
    """Print the table."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--seeds", type=int, default=SEEDS, help="pictures and films (default: %(default)s)")
    asked.add_argument("--kinds", nargs="+", default=list(KINDS), choices=list(KINDS), help="these kinds alone")
    asked.add_argument("--sorts", nargs="+", default=list(SORTS), choices=list(SORTS), help="of these alone")
    asked.add_argument("--part", type=int, default=0, choices=range(_PARTS), help="of the clips that are strangers")
    asked.add_argument("--folder", type=Path, help="keep media and fingerprints here, and use them again")
    given = asked.parse_args()
    print("| shown | found | ends true | told as exact | 95 % of edge_frames |", "|---|---|---|---|---|", sep="\n")
    with tempfile.TemporaryDirectory(prefix="provscan-bench-") as temporary:
        for row in measured(given.folder or Path(temporary), given.seeds, given.kinds, given.sorts, given.part):
            print(row, flush=True)


if __name__ == "__main__":
    main()
