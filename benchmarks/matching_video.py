"""How well stretches of films are found in programmes cut together from them: `python -m benchmarks.matching_video`.

Clips are split by a seed into references and others. Programmes are cut from both, references under the changes of the
measured table (`fixtures.programmes.CHANGES`) and further ones, others in between so that there is something to be
wrong about, and leaders. They are encoded, looked at by the product's own extraction, and matched; the truth is known
to the frame.

A stretch counts as found where one piece of the right reference covers it with an intersection over union of at least
0.5. Pieces beyond the first are told as splits, and count against precision as every other wrong piece does. What is
found counts at the levels certain and match; what is only `possible` is counted apart.
"""

import argparse
import statistics
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path

import numpy as np

from benchmarks.programmes import Programme, Round, play
from detectors.fingerprint.picture import Fingerprints
from detectors.matching.film.reels import Film, Reels, SearchRows
from detectors.matching.film.segments import find_segments
from detectors.matching.film.votes import collect
from detectors.matching.levels import Level
from detectors.matching.match import PictureMatch
from detectors.matching.search import near
from detectors.matching.strip import Strip
from fixtures.programmes import CHANGES, MORE_CHANGES, RATE, Laid

SEEDS = (201, 202, 203, 204)
MORE_SEEDS = (111,)
SPEED_SEEDS = (121,)
LEAST_OVERLAP = 0.5
NEAR_FRAMES = 2
RELATED = (frozenset({"vid030.mp4", "vid031.mp4"}),)
"""Clips of the corpus that show the same: the left half of the one is the other. Finding one in the other is right, and
counts as nothing."""

_SCALE_HASHES = 1_000_000
_SCALE_PICTURES = 14_400
"""Two hours, twice a second."""


@dataclass(frozen=True)
class Seen:
    """A piece that a method found: frames of the programme, and frames of the reference where it tells them."""

    reference: int
    first: int
    last: int
    film: tuple[int, int] | None = None


Method = Callable[[Round, Programme], list[Seen]]


@dataclass
class Score:
    """Counts and errors over many programmes, errors in frames."""

    truth: int = 0
    found: int = 0
    pieces: int = 0
    splits: int = 0
    strange: int = 0
    related: int = 0
    edges: list[float] = field(default_factory=list)
    film_edges: list[float] = field(default_factory=list)
    by_change: dict[str, Counter[bool]] = field(default_factory=dict)
    missed: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    rough: list[str] = field(default_factory=list)

    def row(self) -> str:
        """Recall, precision, splits, edges; with denominators."""
        near_share = share(sum(error <= NEAR_FRAMES for error in self.edges), len(self.edges))
        film_side = f"{statistics.median(self.film_edges):.1f}" if self.film_edges else "none"
        return (
            f"{share(self.found, self.truth)} | {share(self.found, self.pieces)} | {self.splits} | "
            f"{statistics.median(self.edges) if self.edges else float('nan'):.1f} | {near_share} | {film_side}"
        )


def share(some: int, of: int) -> str:
    """A share with its denominator."""
    return f"{some / of:.3f} ({some}/{of})" if of else "none of 0"


def ours(lot: Round, asked: Programme) -> list[Seen]:
    """The product's own matching."""
    return _told([each for each in _found(lot, asked) if each.level is not Level.POSSIBLE])


def possible(rounds: Sequence[Round]) -> tuple[int, int]:
    """How many pieces the product tells as only possible, and how many of them name the right reference."""
    right = []
    for lot in rounds:
        for asked in lot.programmes:
            for seen in _told([each for each in _found(lot, asked) if each.level is Level.POSSIBLE]):
                mine = [laid for number, laid in asked.truth if number == seen.reference]
                right.append(any(_overlap(seen, laid) > 0 for laid in mine))
    return len(right), sum(right)


_FOUND: dict[tuple[int, Path], list[PictureMatch]] = {}


def _found(lot: Round, asked: Programme) -> list[PictureMatch]:
    key = lot.seed, asked.clip.path
    if key not in _FOUND:
        _FOUND[key] = find_segments(asked.clip.strip(), _reels(lot), asked.clip.prints.local)
    return _FOUND[key]


def _told(found: Sequence[PictureMatch]) -> list[Seen]:
    return [
        Seen(
            each.target,
            each.span.first_frame,
            each.span.last_frame,
            (each.target_span.first_frame, each.target_span.last_frame) if each.target_span else None,
        )
        for each in found
        if each.span
    ]


_LAID_OUT: dict[int, Reels] = {}


def _reels(lot: Round) -> Reels:
    if lot.seed not in _LAID_OUT:
        strips = [clip.strip() for clip in lot.references]
        groups = [clip.path.name for clip in lot.references]
        _LAID_OUT[lot.seed] = Reels.of(strips, groups, [clip.prints.local for clip in lot.references])
    return _LAID_OUT[lot.seed]


def vpdq(per_second: float, radius: int, *, cuts: bool) -> Method:
    """The rule of vPDQ's README, made anew: pictures that match count, and their times don't.

    `cuts`: bars cut off and mirrored pictures are compared as well, which is ours, not vPDQ's: a bag of frames.
    """

    def method(lot: Round, asked: Programme) -> list[Seen]:
        strip = asked.clip.strip()
        places = np.unique(np.rint(np.arange(0, len(strip), RATE / per_second)).astype(np.int64))
        places = places[places < len(strip)]
        found = []
        for number, clip in enumerate(lot.references):
            film_strip = clip.strip()
            step = float(clip.rate) / per_second
            stands = np.unique(np.rint(np.arange(0, len(film_strip), step)).astype(np.int64))
            stands = stands[stands < len(film_strip)]
            hits = [
                near(strip.words[places, cut, mirrored], film_strip.words[stands, other, 0], radius)
                for cut in (range(3) if cuts else (0,))
                for mirrored in ((0, 1) if cuts else (0,))
                for other in (range(2) if cuts else (0,))
            ]
            usable = strip.usable[places, 0], film_strip.usable[stands, 0]
            seen = {
                int(query)
                for hit in hits
                for query, target in zip(hit.query, hit.target, strict=True)
                if usable[0][query] and usable[1][target]
            }
            found += _joined(number, places[sorted(seen)], per_second)
        return found

    return method


def _joined(number: int, frames: "np.ndarray[tuple[int], np.dtype[np.int64]]", per_second: float) -> list[Seen]:
    """Matched frames with less than 2.5 s between them, as one piece."""
    half = RATE / per_second / 2
    parts = np.split(frames, np.flatnonzero(np.diff(frames) > 2.5 * RATE) + 1)
    return [Seen(number, round(part[0] - half), round(part[-1] + half) - 1) for part in parts if len(part)]


def score(rounds: Sequence[Round], method: Method) -> Score:
    """Count what a method finds."""
    total = Score()
    for lot in rounds:
        for asked in lot.programmes:
            _count(total, asked, method(lot, asked), lot)
    return total


def _count(total: Score, asked: Programme, found: Sequence[Seen], lot: Round) -> None:
    related = [seen for seen in found if _is_related(seen, asked, lot)]
    found = [seen for seen in found if seen not in related]
    total.related += len(related)
    total.truth += len(asked.truth)
    total.pieces += len(found)
    left = set(range(len(found)))
    for number, laid in asked.truth:
        mine = {place: _overlap(found[place], laid) for place in left if found[place].reference == number}
        best = max(mine, key=lambda place: mine[place], default=None)
        hit = best is not None and mine[best] >= LEAST_OVERLAP
        total.by_change.setdefault(laid.piece.change, Counter())[hit] += 1
        if best is None or not hit:
            total.missed.append(
                f"{asked.clip.path.name} {laid.piece.change} {laid.first_frame}-{laid.last_frame} "
                f"{lot.references[number].path.name} {laid.begins:.2f} {mine}"
            )
            continue
        left.discard(best)
        total.found += 1
        seen = found[best]
        total.edges += [abs(seen.first - laid.first_frame), abs(seen.last - laid.last_frame)]
        if max(total.edges[-2:]) > NEAR_FRAMES:
            total.rough.append(
                f"{asked.clip.path.name} {laid.piece.change} {laid.first_frame}-{laid.last_frame} {seen} "
                f"{lot.references[number].path.name}"
            )
        if seen.film:
            rate = float(lot.references[number].rate)
            speed = float({**CHANGES, **MORE_CHANGES}[laid.piece.change].speed)
            begins = laid.begins + (seen.first - laid.first_frame) * speed / RATE
            ends = laid.begins + (seen.last - laid.first_frame) * speed / RATE
            total.film_edges += [abs(seen.film[0] - begins * rate), abs(seen.film[1] - ends * rate)]
    for place in sorted(left):
        seen = found[place]
        within = [laid for number, laid in asked.truth if number == seen.reference and _overlap(seen, laid) > 0]
        total.splits += bool(within)
        total.strange += not within
        total.wrong.append(
            f"{asked.clip.path.name} {'split' if within else 'strange'} {seen} "
            f"{lot.references[seen.reference].path.name} {[laid.piece.change for laid in within]}"
        )


def _is_related(seen: Seen, asked: Programme, lot: Round) -> bool:
    """Whether a piece shows another clip than its reference, of which it is known that it shows the same."""
    name = lot.references[seen.reference].path.name
    shown = {
        laid.piece.clip.name
        for laid in asked.laid
        if laid.piece.clip and laid.first_frame <= (seen.first + seen.last) // 2 <= laid.last_frame
    }
    return name not in shown and any({name, *shown} <= both for both in RELATED)


def _overlap(seen: Seen, laid: Laid) -> float:
    shared = min(seen.last, laid.last_frame) - max(seen.first, laid.first_frame) + 1
    whole = max(seen.last, laid.last_frame) - min(seen.first, laid.first_frame) + 1
    return max(0, shared) / whole


def measured(folder: Path, seeds: Sequence[int] = SEEDS, *, more: bool = True) -> list[str]:
    """The rows of the tables, as Markdown. Media and what was looked at are kept in the folder, and used again."""
    rounds = [play(seed, folder) for seed in seeds]
    rows = _methods(rounds)
    total = score(rounds, ours)
    rows += ["", "| change | found |", "|---|---|"]
    rows += [f"| {name} | {seen[True]} of {seen.total()} |" for name, seen in sorted(total.by_change.items())]
    rows += ["", *(f"missed: {line}" for line in total.missed), *(f"wrong: {line}" for line in total.wrong)]
    if more:
        speeds = [play(seed, folder, ("speed+4", "speed-4")) for seed in SPEED_SEEDS]
        further = [play(seed, folder, tuple(MORE_CHANGES)) for seed in MORE_SEEDS]
        rows += ["", "Sped up or slowed by 4 %:", "", *_methods(speeds), "", "Further changes:", "", *_methods(further)]
        seen = score(further, ours).by_change
        rows += ["", *(f"| {name} | {count[True]} of {count.total()} |" for name, count in sorted(seen.items()))]
    return rows


def _methods(rounds: Sequence[Round]) -> list[str]:
    """One row a method."""
    methods: dict[str, Method] = {
        "vPDQ's rule, 1 a second, 31 bits": vpdq(1, 31, cuts=False),
        "bag of frames, 4 a second, 60 bits": vpdq(4, 60, cuts=False),
        "bag of frames, bars and mirrors, 70 bits": vpdq(4, 70, cuts=True),
        "hashes alone": _by_hashes,
        "ours": ours,
    }
    minutes = sum(programme.clip.seconds for lot in rounds for programme in lot.programmes) / 60
    rows = [
        f"{len(rounds)} rounds, {sum(len(lot.programmes) for lot in rounds)} programmes, {minutes:.1f} minutes",
        "",
        "| method | recall | precision | splits | ends: median frames off | within 2 | film side | CPU seconds |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for name, method in methods.items():
        begin = time.process_time()
        total = score(rounds, method)
        rows.append(f"| {name} | {total.row()} | {time.process_time() - begin:.1f} |")
    doubtful, right = possible(rounds)
    return [*rows, "", f"Ours, only possible: {doubtful} pieces, {right} of them of the right reference."]


def _by_hashes(lot: Round, asked: Programme) -> list[Seen]:
    """The product's matching without local features."""
    found = find_segments(asked.clip.strip(), _reels(lot))
    return _told([each for each in found if each.level is not Level.POSSIBLE])


def scale() -> list[str]:
    """What the hash tier costs: a two-hour programme against a million reference hashes, and its memory."""
    random = np.random.default_rng(1)
    words = random.integers(0, 1 << 63, (_SCALE_HASHES, 4), dtype=np.uint64) * 2 + 1
    owner = np.repeat(np.arange(100), _SCALE_HASHES // 100)
    frame = np.tile(np.arange(_SCALE_HASHES // 100) * 6, 100)
    hashes = random.integers(0, 256, (_SCALE_PICTURES, 3, 2, 32), dtype=np.uint8)
    hashes[:, 2] = hashes[:, 1]
    frames = np.arange(_SCALE_PICTURES) * 12
    asset = Strip.of(Fingerprints(frames, hashes, np.full((_SCALE_PICTURES, 3), 100, np.uint8)), Fraction(24))
    reels = Reels([Film()] * 100, SearchRows(words, owner, frame), lambda _: asset)
    begin = time.perf_counter(), time.process_time()
    collect(asset, reels, threads=2)
    wall, cpu = time.perf_counter() - begin[0], time.process_time() - begin[1]
    memory = _largest_memory()
    cost = f"{wall:.1f} s, {cpu:.1f} s of CPU; largest memory {memory:.0f} MB"
    queries = f"{_SCALE_PICTURES} pictures whole and without bars, as seen and mirrored: {4 * _SCALE_PICTURES} queries"
    return [f"hash tier, {queries} against {_SCALE_HASHES} hashes, two threads: {cost}"]


def _largest_memory() -> float:
    """Megabytes that this process held at most. `ru_maxrss` would count what its parent held when it started us."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(next(line for line in status.splitlines() if line.startswith("VmHWM")).split()[1]) / 1024


def main() -> None:
    """Print the tables."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--seeds", type=int, nargs="+", default=list(SEEDS), help="rounds (default: %(default)s)")
    asked.add_argument("--folder", type=Path, help="keep media and fingerprints here, and use them again")
    asked.add_argument("--quick", action="store_true", help="the sixteen changes alone")
    asked.add_argument("--scale", action="store_true", help="the cost of the hash tier alone")
    given = asked.parse_args()
    if given.scale:
        print("\n".join(scale()))
        return
    with tempfile.TemporaryDirectory(prefix="provscan-bench-") as folder:
        print("\n".join(measured(given.folder or Path(folder), given.seeds, more=not given.quick)))


if __name__ == "__main__":
    main()
