"""Pictures found again after 32 changes, and what it costs: `python -m benchmarks.matching_pictures`.

Every picture of the corpus is a reference, and a query after each change; without a corpus beside the project, painted
pictures are. A find counts at the levels certain and match. Finds of any other picture are false, unless it is the
background, or shows the same thing: such pairs of the corpus are listed, each was looked at. What is found at level
`possible` is counted apart. Peers run in virtual environments of their own, on the same changed pictures.
"""

import argparse
import json
import subprocess
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path

import cv2
import numpy as np

from benchmarks.changes import CHANGES, GROUPS, ON_ANOTHER, Picture, burnt_in, logo
from benchmarks.peers import install
from detectors.fingerprint.local import COARSE, FINE, MOST, LocalFeatures, describe
from detectors.fingerprint.picture import SIDE, fingerprint
from detectors.matching.levels import Level
from detectors.matching.picture.pictures import find_pictures, find_pictures_in_still
from detectors.matching.picture.stock import PictureStock
from detectors.matching.search import near
from detectors.matching.strip import Strip
from fixtures.pictures import picture as painted

CORPUS = Path(__file__).resolve().parents[2] / "shared" / "corpus" / "matching"
RELATED = (
    ("img0011", "img0012"),
    ("img0024", "img0025"),
    ("img0068", "img0344"),
    ("img0087", "img0088"),
    ("img0158", "img0202", "img0323", "img0337"),
    ("img0182", "img0183"),
    ("img0228", "img0270"),
    ("img0234", "img0246", "img0250", "img0251"),
)
"""Pictures of the corpus that show the same thing, as their makers meant or as they were photographed twice."""
_PAINTED = 60
_MILLION, _ASKED = 1_000_000, 200
_PEERS = {
    "pdqhash": ("pdqhash", "import pdqhash, cv2\nf = lambda p: pdqhash.compute(cv2.cvtColor(cv2.imread(p), 4))[0]", 31),
    "imagehash, phash 64": (
        "imagehash",
        "import imagehash, PIL.Image\nf = lambda p: imagehash.phash(PIL.Image.open(p)).hash",
        7,
    ),
    "imagehash, phash 256": (
        "imagehash",
        "import imagehash, PIL.Image\nf = lambda p: imagehash.phash(PIL.Image.open(p), 16).hash",
        75,
    ),
}
"""Name, package, how a path becomes bits, and the largest distance that counts: recommended, or measured at 1e-6."""
_PEER = """
import json, sys, numpy as np
{load}
paths = json.load(open(sys.argv[1]))
np.save(sys.argv[2], np.packbits(np.array([np.ravel(f(path)) for path in paths]).astype(bool), axis=1))
"""


@dataclass(frozen=True, slots=True, eq=False)
class Material:
    """Pictures by their names, which of them show the same thing as another, and where all this comes from."""

    names: list[str]
    load: Callable[[int], Picture]
    related: dict[int, set[int]]
    source: str

    def ground(self, number: int) -> int:
        """The picture before which another one is shown."""
        other = (number * 7 + 13) % len(self.names)
        return other if other != number else (number + 1) % len(self.names)

    def changed(self, number: int, change: str) -> Picture:
        """A picture after a change; the same each time."""
        random = np.random.default_rng([number, list(CHANGES).index(change)])
        return CHANGES[change](self.load(number), self.load(self.ground(number)), random)

    def allowed(self, number: int, change: str) -> set[int]:
        """What may rightly be found besides the picture itself."""
        shown = {number, self.ground(number)} if change in ON_ANOTHER else {number}
        return shown | {other for each in shown for other in self.related.get(each, ())}


@dataclass(slots=True)
class Outcome:
    """What was found: for each change how often the right picture was; `pairs` of pictures were unrelated."""

    asked: Counter[str] = field(default_factory=Counter)
    found: Counter[str] = field(default_factory=Counter)
    possible: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    doubtful: list[str] = field(default_factory=list)
    pairs: int = 0
    seconds: float = 0.0

    def recall(self, changes: Sequence[str]) -> float:
        """Mean share found."""
        return float(np.mean([self.found[change] / self.asked[change] for change in changes]))


def material(*, paint: bool = False) -> Material:
    """The pictures of the corpus, or painted ones."""
    files = [] if paint else sorted((CORPUS / "images").glob("*.*"))
    if files:
        places = {file.stem: place for place, file in enumerate(files)}
        groups = [{places[name] for name in group if name in places} for group in RELATED]
        related = {place: group - {place} for group in groups for place in group}
        source = f"{len(files)} pictures of the corpus"
        return Material([file.name for file in files], lambda at: _read(files[at]), related, source)
    names = [f"painted {seed}" for seed in range(_PAINTED)]
    return Material(names, lambda at: painted(at, 800, 450), {}, f"{_PAINTED} painted pictures, for want of the corpus")


def strip_of(seen: Picture) -> Strip:
    """What matching knows of a picture by its hashes."""
    small = cv2.resize(cv2.cvtColor(seen, cv2.COLOR_BGR2GRAY), (SIDE, SIDE), interpolation=cv2.INTER_AREA)
    return Strip.of(fingerprint(np.asarray(small, np.uint8)[None], np.zeros(1, np.int64)))


def details_of(seen: Picture, *, reference: bool = False) -> LocalFeatures:
    """What matching knows of a picture by its local features; of a reference also mirrored."""
    grey = cv2.cvtColor(seen, cv2.COLOR_BGR2GRAY)
    parts = []
    for flipped in (False, True) if reference else (False,):
        for side in (COARSE, FINE):
            factor = side / max(grey.shape)
            way = cv2.INTER_AREA if factor < 1 else cv2.INTER_LINEAR
            size = max(1, round(grey.shape[1] * factor)), max(1, round(grey.shape[0] * factor))
            scaled = np.asarray(cv2.resize(grey, size, interpolation=way), np.uint8)
            parts.append(describe([scaled], [0], most=MOST[side], mirrored=flipped))
    return LocalFeatures.join(parts)


def stock_of(pictures: Sequence[Picture]) -> PictureStock:
    """These pictures as a library."""
    return PictureStock.of(
        [strip_of(seen) for seen in pictures], [details_of(seen, reference=True) for seen in pictures]
    )


def measured(lot: Material, step: int = 1) -> Outcome:
    """Every picture, or each of so many, after every change, against all."""
    stock = stock_of([lot.load(number) for number in range(len(lot.names))])
    outcome = Outcome()
    for number in range(0, len(lot.names), step):
        for change in CHANGES:
            seen = lot.changed(number, change)
            strip, details = strip_of(seen), details_of(seen)
            begin = time.process_time()
            found = find_pictures_in_still(strip, details, stock)
            outcome.seconds += time.process_time() - begin
            allowed = lot.allowed(number, change)
            outcome.asked[change] += 1
            outcome.pairs += len(stock) - len(allowed)
            for each in found:
                sure = each.level is not Level.POSSIBLE
                if each.target == number:
                    (outcome.found if sure else outcome.possible)[change] += 1
                elif each.target not in allowed:
                    said = f"{change} of {lot.names[number]} as {lot.names[each.target]}: "
                    told = f"{said}{each.distance} bits, {each.inliers} details"
                    (outcome.wrong if sure else outcome.doubtful).append(told)
    return outcome


def shared_marks(lot: Material, step: int) -> list[str]:
    """Unrelated pictures that bear the same timecode, watermark or logo: how many are taken for each other."""
    rows = []
    for name, mark in (("timecode and watermark", burnt_in), ("logo", logo)):
        numbers = list(range(0, len(lot.names), step))
        stock = stock_of([mark(lot.load(number)) for number in numbers])
        told: Counter[Level] = Counter()
        pairs = 0
        for number in range(step // 2, len(lot.names), step):
            seen = mark(lot.load(number))
            related = lot.related.get(number, set())
            pairs += sum(other not in related for other in numbers)
            found = find_pictures_in_still(strip_of(seen), details_of(seen), stock)
            told.update(each.level for each in found if numbers[each.target] not in related)
        sure, doubtful = told[Level.CERTAIN] + told[Level.MATCH], told[Level.POSSIBLE]
        rows.append(f"| the same {name} on {pairs} unrelated pairs | {sure} | {doubtful} |")
    return rows


def unrelated(lot: Material, frames: int = 1000) -> str:
    """A thousand painted pictures against frames of the corpus' films, or of painted shots."""
    stock = stock_of([painted(10_000 + seed, 640, 360) for seed in range(1000)])
    seen = list(_frames(frames))
    small = np.stack(
        [cv2.resize(cv2.cvtColor(each, cv2.COLOR_BGR2GRAY), (SIDE, SIDE), interpolation=3) for each in seen]
    )
    prints = fingerprint(small.astype(np.uint8), np.arange(len(seen)))
    strip = Strip.of(prints, Fraction(2))
    parts = []
    for at, each in enumerate(seen):
        grey = cv2.cvtColor(each, cv2.COLOR_BGR2GRAY)
        factor = COARSE / max(grey.shape)
        scaled = cv2.resize(grey, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA)
        parts.append(describe([np.asarray(scaled, np.uint8)], [at], most=MOST[COARSE]))
    begin = time.process_time()
    found = find_pictures(strip, LocalFeatures.join(parts), stock)
    cost = (time.process_time() - begin) / len(seen) * 1e3
    del lot
    return f"| {len(stock)} unrelated pictures against {len(seen)} frames | 0 | {len(found)} ({cost:.0f} ms a frame) |"


def search_cost() -> str:
    """What one query costs among a million hashes, on one core."""
    random = np.random.default_rng(1)
    words = random.integers(0, 1 << 63, (_MILLION, 4), np.uint64) * 2
    asked = words[:: _MILLION // _ASKED].copy()
    near(asked[:2], words, 70)
    costs = []
    for _ in range(5):
        begin = time.process_time()
        near(asked, words, 70)
        costs.append((time.process_time() - begin) / len(asked) * 1e3)
    return f"| search of a million hashes at radius 70, one core, a query | <= 1 ms | {min(costs):.2f} ms |"


def peers(lot: Material, step: int, folder: Path) -> list[str]:
    """What others find of the same, each at its own limit."""
    asked = [(number, change) for number in range(0, len(lot.names), step) for change in CHANGES]
    paths = []
    for number in range(len(lot.names)):
        paths.append(folder / f"reference-{number}.png")
        cv2.imwrite(str(paths[-1]), lot.load(number))
    for place, (number, change) in enumerate(asked):
        paths.append(folder / f"query-{place}.png")
        cv2.imwrite(str(paths[-1]), lot.changed(number, change))
    (folder / "paths.json").write_text(json.dumps([str(path) for path in paths]))
    rows = []
    pythons: dict[str, Path | str] = {}
    for name, (package, load, limit) in _PEERS.items():
        if package not in pythons:
            pythons[package] = install(package, folder)
            if package == "pdqhash" and isinstance(pythons[package], Path):
                line = [str(pythons[package]), "-m", "pip", "install", "--quiet", "opencv-python-headless"]
                subprocess.run(line, check=False, capture_output=True)
        python = pythons[package]
        if isinstance(python, str):
            rows.append(f"| {name} | could not be installed: {python} | |")
            continue
        line = [str(python), "-c", _PEER.format(load=load), str(folder / "paths.json"), str(folder / "bits.npy")]
        done = subprocess.run(line, capture_output=True, text=True, check=False)
        if done.returncode:
            rows.append(f"| {name} | failed: {done.stderr.splitlines()[-1][:100]} | |")
            continue
        rows.append(f"| {name}, {limit} bits | {_peer_score(lot, asked, np.load(folder / 'bits.npy'), limit)} |")
    return rows


def _peer_score(
    lot: Material, asked: Sequence[tuple[int, str]], bits: "np.ndarray[tuple[int, int], np.dtype[np.uint8]]", limit: int
) -> str:
    references, queries = bits[: len(lot.names)], bits[len(lot.names) :]
    found: Counter[str] = Counter()
    total = Counter(change for _, change in asked)
    wrong = 0
    for (number, change), query in zip(asked, queries, strict=True):
        close = np.flatnonzero(np.bitwise_count(references ^ query).sum(1, dtype=np.int64) <= limit)
        found[change] += int(number in close)
        wrong += len(set(close.tolist()) - lot.allowed(number, change))
    share = float(np.mean([found[change] / total[change] for change in CHANGES]))
    return f"{share:.1%} | {wrong}"


def rows(lot: Material, outcome: Outcome) -> list[str]:
    """The rows of the table of goals: what, goal, measured."""
    queries, recall = sum(outcome.asked.values()), outcome.recall(list(CHANGES))
    told = [
        f"| pictures: mean recall over {len(CHANGES)} changes, {queries} queries | >= 97 % | {recall:.1%} |",
        f"| false matches among {outcome.pairs} unrelated pairs ({lot.source}) | 0 | {len(outcome.wrong)} |",
    ]
    told += [f"| {name} | >= 95 % each | {_each(outcome, changes)} |" for name, changes in GROUPS.items()]
    return told


def _each(outcome: Outcome, changes: Sequence[str]) -> str:
    return ", ".join(f"{outcome.found[change] / outcome.asked[change]:.1%}" for change in changes)


def _read(file: Path) -> Picture:
    return np.asarray(cv2.imread(str(file), cv2.IMREAD_COLOR), np.uint8)


def _frames(many: int) -> Iterator[Picture]:
    """Frames of the corpus' films, evenly, or painted ones."""
    films = sorted((CORPUS / "videos").glob("*.*")) if (CORPUS / "videos").is_dir() else []
    if not films:
        yield from (cv2.cvtColor(painted(50_000 + seed, 640, 360), cv2.COLOR_RGB2BGR) for seed in range(many))  # type: ignore[misc]  # OpenCV's types are wider
        return
    told = 0
    for film in films:
        source = cv2.VideoCapture(str(film))
        count = max(1, int(source.get(cv2.CAP_PROP_FRAME_COUNT)))
        every = max(1, count * len(films) // many)
        for number in range(count):
            good, frame = source.read()
            if not good or told == many:
                break
            if number % every == 0:
                told += 1
                yield np.asarray(frame, np.uint8)


def main() -> None:
    """Measure, and print the tables."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--step", type=int, default=1, help="ask with each of so many pictures only (default: 1)")
    asked.add_argument("--painted", action="store_true", help="painted pictures, whatever else there is")
    asked.add_argument("--no-peers", action="store_true", help="leave the others out")
    given = asked.parse_args()
    cv2.setNumThreads(1)
    lot = material(paint=given.painted)
    outcome = measured(lot, given.step)
    print("| what | goal | measured |", "|---|---|---|", *rows(lot, outcome), search_cost(), unrelated(lot), sep="\n")
    cost = outcome.seconds / sum(outcome.asked.values()) * 1e3
    print(f"\nA still against {len(lot.names)} references: {cost:.0f} ms.\n")
    print("| change | found | of them only possible |", "|---|---|---|", sep="\n")
    for change in CHANGES:
        print(f"| {change} | {_each(outcome, [change])} | {outcome.possible[change]} of {outcome.asked[change]} |")
    print("\n| marks in common | match | possible |", "|---|---|---|", *shared_marks(lot, 4), sep="\n")
    print(*(f"\nwrong: {line}" for line in outcome.wrong), *(f"\npossible: {line}" for line in outcome.doubtful))
    if not given.no_peers:
        with tempfile.TemporaryDirectory(prefix="provscan-bench-") as folder:
            print("\n| peer | mean recall | false matches |", "|---|---|---|", sep="\n")
            print(*peers(lot, max(given.step, 4), Path(folder)), sep="\n")


if __name__ == "__main__":
    main()
