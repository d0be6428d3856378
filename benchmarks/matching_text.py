"""Letters, lines and smooth pictures: are two of a kind taken for each other? `python -m benchmarks.matching_text`.

Of every kind that `fixtures.patterns` paints, some are references and others are asked with, which have the design in
common and nothing that is written; the same ones again after changes must be found. Then unrelated pictures that hardly
show anything are held against a library of such. The method was developed on cards in Pillow's own typeface, Liberation
Serif and the square script; measured here are the typefaces of the DejaVu family in five scripts, and the square script
with other signs. Without those typefaces, Pillow's own is taken, and the first line says so.
"""

import argparse
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

import cv2
import numpy as np

from benchmarks.changes import CHANGES, Picture
from benchmarks.matching_pictures import details_of, stock_of, strip_of
from detectors.matching.levels import MATCH_RADIUS, Level
from detectors.matching.picture.evidence import gather
from detectors.matching.picture.pictures import find_pictures_in_still
from detectors.matching.picture.stock import PictureStock
from fixtures.cards import SQUARE, Lettering
from fixtures.patterns import KINDS, paint
from fixtures.smooth import smooth

FACES = Path("/usr/share/fonts/truetype/dejavu")
LETTERINGS = (
    ("DejaVuSans-Bold.ttf", "latin"),
    ("DejaVuSerif.ttf", "cyrillic"),
    ("DejaVuSansMono.ttf", "greek"),
    ("DejaVuSans.ttf", "hebrew"),
    ("DejaVuSans.ttf", "armenian"),
    ("DejaVuSans.ttf", SQUARE),
)
AGAIN = (
    "JPEG 30",
    "44 % and up again",
    "grade",
    "gamma 0.6",
    "contrast",
    "crop 10 %",
    "letterbox 12 %",
    "pillarbox 12 %",
    "turned 2°",
    "mirror",
    "blur",
    "noise",
)
_FIRST = 500
"""The number of the first picture; smaller ones were developed on."""
_LIBRARY, _ASKED, _DESCRIBED = 5000, 300, 300


def letterings() -> Iterator[Lettering]:
    """How words are written, one after the other."""
    for face, script in LETTERINGS:
        file = FACES / face
        yield Lettering(str(file), script) if file.is_file() else Lettering("", "latin" if script != SQUARE else script)


def seen(kind: str, number: int, letters: Lettering) -> Picture:
    """A painted picture as OpenCV has it."""
    return np.ascontiguousarray(paint(kind, number, letters)[:, :, ::-1])


def told(picture: Picture, stock: PictureStock) -> dict[int, Level]:
    """Which of a stock a picture is taken for, and how surely."""
    matches = find_pictures_in_still(strip_of(picture), details_of(picture), stock)
    return {match.target: match.level for match in matches}


def cards(many: int, kinds: Sequence[str]) -> Iterator[str]:
    """The rows of these kinds: other pictures of each, and the same again."""
    others: Counter[str] = Counter()
    again: Counter[tuple[str, str]] = Counter()
    for kind in kinds:
        row: Counter[str] = Counter()
        found = asked = 0
        for place, letters in enumerate(letterings()):
            numbers = range(_FIRST + place * 2 * many, _FIRST + place * 2 * many + many)
            references = [seen(kind, number, letters) for number in numbers]
            stock = stock_of(references)
            for number in numbers:
                row.update(told(seen(kind, number + many, letters), stock).values())
                row["pairs"] += many
            for at in range(place % 2, len(AGAIN), 2):
                change = AGAIN[at]
                number = (at + place) % many
                picture = CHANGES[change](references[number], references[number - 1], np.random.default_rng(at))
                levels = told(picture, stock)
                level = levels.pop(number, None)
                row.update(levels.values())
                row["pairs"] += many - 1
                asked += 1
                found += level in {Level.CERTAIN, Level.MATCH}
                again[change, "found" if level in {Level.CERTAIN, Level.MATCH} else "missed"] += 1
        others += row
        sure = row[Level.CERTAIN] + row[Level.MATCH]
        yield f"| {kind} | {row['pairs']} | {sure} | {row[Level.POSSIBLE]} | {found} of {asked} |"
    sure = others[Level.CERTAIN] + others[Level.MATCH]
    share = sum(count for (_, how), count in again.items() if how == "found") / sum(again.values())
    doubtful = others[Level.POSSIBLE]
    yield f"| **all** | {others['pairs']} | {sure} | {doubtful} ({doubtful / others['pairs']:.1%}) | {share:.1%} |"
    yield ""
    yield "| change | the same again |\n|---|---|"
    for change in AGAIN:
        total = again[change, "found"] + again[change, "missed"]
        yield f"| {change} | {again[change, 'found']} of {total} |"


def smooth_pictures(library: int, asked: int) -> str:
    """A row: unrelated pictures that hardly show anything, against a library of such.

    Local features are described of those alone that hashes find near, and of some hundred more, or it would take hours.
    """
    strips = [strip_of(smooth(number)) for number in range(library + asked)]
    bare = PictureStock.of(strips[:library])
    near: set[int] = set()
    for strip in strips[library:]:
        near.update(evidence.target for evidence in gather(strip, None, bare, MATCH_RADIUS, turned=True))
    described = near.union(range(0, library, max(1, library // _DESCRIBED)))
    details = [details_of(smooth(at), reference=True) if at in described else None for at in range(library)]
    stock = PictureStock.of(strips[:library], details)
    levels: Counter[Level] = Counter()
    for number in range(library, library + asked):
        levels.update(told(smooth(number), stock).values())
    sure = levels[Level.CERTAIN] + levels[Level.MATCH]
    usable = [sum(bool(strip.usable[0, 0]) for strip in part) for part in (strips[library:], strips[:library])]
    row = f"| {asked} smooth pictures ({usable[0]} not too flat) against {library} others ({usable[1]}) "
    return f"{row}| {sure} | {levels[Level.POSSIBLE]} |"


def main() -> None:
    """Measure, and print the tables."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--many", type=int, default=5, help="references of each kind and lettering; 0: no cards")
    asked.add_argument(
        "--library", type=int, default=_LIBRARY, help="smooth pictures in the library; 0 leaves them out"
    )
    asked.add_argument(
        "--kinds", nargs="+", default=list(KINDS), choices=list(KINDS), help="these alone", metavar="KIND"
    )
    given = asked.parse_args()
    cv2.setNumThreads(1)
    missing = [face for face, _ in LETTERINGS if not (FACES / face).is_file()]
    print(
        f"Typefaces: DejaVu{', some missing: ' + ', '.join(missing) if missing else ''}; and signs drawn of strokes.\n"
    )
    if given.many:
        print("| kind | pairs of others | match | possible | the same again |", "|---|---|---|---|---|", sep="\n")
        for row in cards(given.many, given.kinds):
            print(row, flush=True)
    if given.library:
        print("\n| smooth pictures | match | possible |", "|---|---|---|", sep="\n")
        print(smooth_pictures(given.library, _ASKED))


if __name__ == "__main__":
    main()
