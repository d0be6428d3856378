"""From a candidate to exact stretches: every picture is compared along the line, and the ends are where it stops.

Where nothing moves, a stretch fits its film at many places; then one place is given and said to be ambiguous. Cuts of
up to three seconds inside a stretch belong to it when what lies around them outweighs them.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from detectors.matching.found import Found
from detectors.matching.levels import MATCH_RADIUS, POSSIBLE_RADIUS, level_of
from detectors.matching.reels import Reels
from detectors.matching.strip import Strip
from detectors.matching.votes import GAP_SECONDS, LEAST_PICTURES, SPEEDS, Candidate
from detectors.observation import Span

_NO_MATCH = 256
"""Bits that differ where there is nothing to compare."""
_GOOD = 84
"""Up to here a picture speaks for its stretch: it is one of many on a line, so the bound is wider than any level's."""
_BEST_GAIN, _WORST_GAIN, _MUTE_GAIN = 40, -25, -2
_SEARCHED_SECONDS = 0.5
_SEARCHED_AT_MOST = 60
"""Film frames on either side; some containers state a rate of 90000."""
_COMPARED_AT_MOST = 256
"""Pictures of a candidate that are compared at each offset and speed."""
_CAP = 110
"""Bits at which a picture counts as wholly different, so that a few such don't outweigh the rest."""
_PRICES = dict(zip(SPEEDS, (0.0, 1.0, 1.0, 2.0, 2.0, 2.0, 2.0), strict=True))
"""Bits by which another speed must fit better than 1; one that differs by a thousandth shows on long stretches only."""
_MOVED = 16
"""Bits by which a picture must fit worse a second away, to tell that second from this one."""
_SAME_PLACE = 0.4
"""Share of a stretch inside a stronger one, from which on it is the same find (or part of it)."""
_AS_LONG = 0.8
"""Share of the stronger one's length, from which on two works tie and both are told."""


@dataclass(frozen=True, slots=True, eq=False)
class Line:
    """An asset laid along a film: its frame `asset_frame` shows the film's frame `film_frame`."""

    asset: Strip
    film: Strip
    mirrored: bool
    speed: Fraction
    asset_frame: int
    film_frame: int

    @property
    def step(self) -> Fraction:
        """Film frames that pass in one frame of the asset."""
        return self.speed * self.film.pace(self.asset) / self.asset.pace(self.film)

    def film_frames(self, places: NDArray[np.int64]) -> NDArray[np.int64]:
        """Which frames of the film the asset's pictures at `places` show."""
        since = self.asset.frames[places] - self.asset_frame
        frames: NDArray[np.int64] = np.rint(since * float(self.step)).astype(np.int64) + self.film_frame
        return frames

    def later(self, film_frames: int) -> "Line":
        """The line that shows what stands so much later in the film."""
        return replace(self, film_frame=self.film_frame + film_frames)

    def compare(self, places: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
        """Bits in which each picture differs from the film's, and which pictures say nothing because they are flat."""
        there, present = self.film.at(self.film_frames(places))
        differ = np.bitwise_count(self.asset.words[places, int(self.mirrored)] ^ self.film.words[there, 0])
        distance = differ.sum(-1, dtype=np.int64)
        one, other = self.asset.usable[places], self.film.usable[there]
        mute = present & ~(one & other) & ((one == other) | (distance <= _GOOD))
        return np.where(present & one & other, distance, _NO_MATCH), mute


@dataclass(frozen=True, slots=True, eq=False)
class Stretch:
    """The asset's places `first` to `last` run along a line. `distance`: the median; `score`: what speaks for it."""

    target: int
    group: str
    line: Line
    first: int
    last: int
    distance: int
    pictures: int
    score: int
    time_ambiguous: bool

    def found(self) -> Found:
        """The stretch as matching gives it, with frames on both sides."""
        line, ends = self.line, np.array([self.first, self.last])
        shown = np.clip(line.film_frames(ends), line.film.frames[0], line.film.frames[-1])
        edge = line.film.reach + (line.step != 1)
        return Found(
            self.target,
            level_of(self.distance),
            self.distance,
            line.mirrored,
            self.pictures,
            line.asset.span(self.first, self.last),
            Span(int(shown[0]), int(shown[1]), edge),
            line.speed,
            self.time_ambiguous,
        )


def refine(asset: Strip, reels: Reels, candidate: Candidate) -> Iterator[Stretch]:
    """The exact stretches of a candidate: mostly one, none where it doesn't bear a closer look."""
    line = _fit(asset, reels.strips[candidate.target], candidate)
    everywhere = np.arange(len(asset))
    looks = [line.later(frames).compare(everywhere) for frames in (0, -1, 1)]  # rates that differ round differently
    distance = np.minimum.reduce([look[0] for look in looks])
    gains = np.where(looks[0][1], _MUTE_GAIN, np.clip(_GOOD - distance, _WORST_GAIN, _BEST_GAIN))
    for first, last in _intervals(gains, distance, asset, line):
        if last < candidate.first or first > candidate.last:
            continue
        inside = distance[first : last + 1]
        support = int((inside <= MATCH_RADIUS).sum())
        median = int(np.median(inside[inside < _NO_MATCH]))
        if support >= LEAST_PICTURES and median <= POSSIBLE_RADIUS:
            yield Stretch(
                candidate.target,
                reels.groups[candidate.target],
                line,
                first,
                last,
                median,
                support,
                int(gains[first : last + 1].sum()),
                _is_ambiguous(line, np.arange(first, last + 1), inside),
            )


def settle(stretches: list[Stretch]) -> list[Stretch]:
    """One stretch for each place and reference, the strongest; of works of one owner, those that explain a place best.

    A shorter stretch of another work of the same owner inside a longer one is a shared ident or a quotation that the
    longer one explains. Works of different owners never hide each other.
    """
    kept: list[Stretch] = []
    order = sorted(stretches, key=lambda each: (-each.score, each.target, each.line.mirrored, each.first, each.last))
    for stretch in order:
        if not any(_explains(stronger, stretch) for stronger in kept):
            kept.append(stretch)
    return sorted(kept, key=lambda each: (each.target, each.first, each.last))


def _explains(stronger: Stretch, stretch: Stretch) -> bool:
    long, length = stronger.last - stronger.first + 1, stretch.last - stretch.first + 1
    shared = min(stronger.last, stretch.last) - max(stronger.first, stretch.first) + 1
    if shared <= _SAME_PLACE * length or stronger.group != stretch.group:
        return False
    return stronger.target == stretch.target or length < _AS_LONG * long


def _fit(asset: Strip, film: Strip, candidate: Candidate) -> Line:
    """The line near a candidate's along which its pictures differ least.

    Half a second on either side is compared as well: where nothing moves, that keeps the line from leaving the film
    before the stretch ends.
    """
    beside = round(_SEARCHED_SECONDS * asset.pace(film))
    ends = asset.frames[[candidate.first, candidate.last]] + (-beside, beside)
    places = np.arange(np.searchsorted(asset.frames, ends[0]), np.searchsorted(asset.frames, ends[1], side="right"))
    places = places[asset.usable[places]]
    places = places[np.unique(np.linspace(0, len(places) - 1, _COMPARED_AT_MOST).astype(np.int64))]
    middle = int(asset.frames[places[len(places) // 2]])
    seconds = float((middle - int(asset.frames[0])) / asset.pace(film))
    there = round((float(candidate.speed) * seconds + candidate.offset) * float(film.pace(asset)))
    start = Line(asset, film, candidate.mirrored, candidate.speed, middle, there + int(film.frames[0]))
    reach = min(round(_SEARCHED_SECONDS * film.pace(asset)), _SEARCHED_AT_MOST)
    best, line = float("inf"), start
    for frames in sorted(range(-reach, reach + 1), key=lambda frames: (abs(frames), frames)):
        for speed in SPEEDS:
            tried = replace(start.later(frames), speed=speed)
            price = float(np.minimum(tried.compare(places)[0], _CAP).mean()) + _PRICES[speed]
            if price < best:
                best, line = price, tried
    return line


def _intervals(
    gains: NDArray[np.int64], distance: NDArray[np.int64], asset: Strip, line: Line
) -> Iterator[tuple[int, int]]:
    """Places from which to which gains sum up highest, between gaps that are too long to belong to a stretch.

    What a heavy gap leaves on its other side counts on its own when it is a second long.
    """
    pace = float(asset.pace(line.film))
    good = np.flatnonzero(distance <= _GOOD)
    for run in np.split(good, np.flatnonzero(np.diff(asset.frames[good]) > GAP_SECONDS * pace) + 1):
        if not len(run):
            continue
        open_ = [(int(run[0]), int(run[-1]), 1.0)]
        while open_:
            low, high, least = open_.pop()
            first, last = _heaviest(gains[low : high + 1])
            first, last = low + first, low + last
            if (distance[first : last + 1] <= _GOOD).sum() < least:
                continue
            yield first, last
            open_ += [(low, first - 1, pace), (last + 1, high, pace)]


def _heaviest(gains: NDArray[np.int64]) -> tuple[int, int]:
    """First and last index of the interval with the largest sum, the shortest of equal ones."""
    if not len(gains):
        return 0, -1
    sums = np.concatenate([[0], np.cumsum(gains)])
    last = int((sums[1:] - np.minimum.accumulate(sums[:-1])).argmax())
    before = sums[: last + 1]
    return last - int(before[::-1].argmin()), last


def _is_ambiguous(line: Line, places: NDArray[np.int64], distance: NDArray[np.int64]) -> bool:
    """Whether the stretch fits as well a second earlier or later in the film: too few pictures tell the times apart."""
    second = max(1, round(line.film.pace(line.asset)))
    for frames in (-second, second):
        elsewhere, _ = line.later(frames).compare(places)
        if (elsewhere > distance + _MOVED).sum() < LEAST_PICTURES:
            return True
    return False
