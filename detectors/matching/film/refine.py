"""From a candidate to exact stretches: every picture is compared along the line, and the ends are where it stops.

Where nothing moves, a stretch fits its film at many places; then one place is given and said to be ambiguous. Cuts of
up to three seconds inside a stretch belong to it when what lies around them outweighs them.
"""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from detectors.matching.film.line import GOOD, NO_MATCH, FilmLine, compare
from detectors.matching.film.reels import Reels
from detectors.matching.film.stretch import Stretch
from detectors.matching.film.votes import BY_HASH, GAP_SECONDS, SPEEDS, Candidate
from detectors.matching.levels import MATCH_RADIUS, POSSIBLE_RADIUS
from detectors.matching.strip import Strip

_BEST_GAIN, _WORST_GAIN, _MUTE_GAIN = 40, -25, -2
_SEARCHED_SECONDS = 0.5
_SEARCHED_AT_MOST = 60
"""Film frames on either side; some containers state a rate of 90000."""
_COMPARED_AT_MOST = 256
"""Pictures of a candidate that are compared at each offset and speed."""
_CAP = 110
"""Bits at which a picture counts as wholly different, so that a few such don't outweigh the rest."""
_PRICES = dict(zip(SPEEDS, (0.0, 1.0, 1.0, 2.0, 2.0, 2.0, 2.0, 1.5, 1.5), strict=True))
"""Bits by which another speed must fit better than 1; one that differs by a thousandth shows on long stretches only."""
_MOVED = 16
"""Bits by which a picture must fit worse a second away, to tell that second from this one."""


def refine(asset: Strip, reels: Reels, candidate: Candidate) -> Iterator[Stretch]:
    """The exact stretches of a candidate: mostly one, none where it doesn't bear a closer look."""
    line = _fit(asset, reels.strip(candidate.target), candidate)
    everywhere = np.arange(len(asset))
    followed = [line.later(frames).follow(everywhere) for frames in (0, -1, 1)]  # rates that differ round differently
    distance = np.minimum.reduce([distances[0] for distances in followed])
    gains = np.where(followed[0][1], _MUTE_GAIN, np.clip(GOOD - distance, _WORST_GAIN, _BEST_GAIN))
    for first, last in _intervals(gains, distance, line):
        if last < candidate.first or first > candidate.last:
            continue
        inside = distance[first : last + 1]
        support = int((inside <= MATCH_RADIUS).sum())
        median = int(np.median(inside[inside < NO_MATCH]))
        if support >= BY_HASH.pictures and median <= POSSIBLE_RADIUS:
            yield Stretch(
                candidate.target,
                reels.films[candidate.target].group,
                line,
                first,
                last,
                median,
                support,
                int(gains[first : last + 1].sum()),
                _is_ambiguous(line, np.arange(first, last + 1), inside),
            )


def _fit(asset: Strip, film: Strip, candidate: Candidate) -> FilmLine:
    """The line near a candidate's along which its pictures differ least.

    Half a second on either side is compared as well: where nothing moves, that keeps the line from leaving the film
    before the stretch ends.
    """
    pace = asset.pace(film.rate)
    beside = np.array([-_SEARCHED_SECONDS, _SEARCHED_SECONDS])
    first, last = pace.frames(pace.seconds(asset.frames[[candidate.first, candidate.last]]) + beside)
    places = np.arange(np.searchsorted(asset.frames, first), np.searchsorted(asset.frames, last, side="right"))
    places = places[asset.usable[places].any(1)]
    places = places[np.unique(np.linspace(0, len(places) - 1, _COMPARED_AT_MOST).astype(np.int64))]
    middle = asset.frames[places[len(places) // 2]]
    seconds = float(pace.seconds(middle))
    film_frames = film.pace(asset.rate).frames(np.array([float(candidate.speed) * seconds + candidate.offset]))
    start = FilmLine(asset, film, candidate.mirrored, candidate.speed, int(middle), int(film_frames[0]))
    reach = min(round(_SEARCHED_SECONDS * float(start.paces[1].rate)), _SEARCHED_AT_MOST)
    shifts = np.array(sorted(range(-reach, reach + 1), key=lambda frames: (abs(frames), frames)))
    best, line = float("inf"), start
    for speed in SPEEDS:
        tried = replace(start, speed=speed)
        frames = tried.film_frames(asset.frames[places]) + shifts[:, None]
        prices = np.minimum(compare(asset, film, places, frames, mirrored=start.mirrored)[0], _CAP).mean(1)
        least = int(prices.argmin())
        if prices[least] + _PRICES[speed] < best:
            best, line = float(prices[least]) + _PRICES[speed], tried.later(int(shifts[least]))
    return line


def _intervals(gains: NDArray[np.int64], distance: NDArray[np.int64], line: FilmLine) -> Iterator[tuple[int, int]]:
    """Places from which to which gains sum up highest, between gaps that are too long to belong to a stretch.

    What a heavy gap leaves on its other side counts on its own when it is a second long.
    """
    good = np.flatnonzero(distance <= GOOD)
    seconds = line.paces[0].seconds(line.asset.frames[good])
    least_rest = float(line.paces[0].rate)
    for run in np.split(good, np.flatnonzero(np.diff(seconds) > GAP_SECONDS) + 1):
        if not len(run):
            continue
        open_ = [(int(run[0]), int(run[-1]), 1.0)]
        while open_:
            low, high, least = open_.pop()
            first, last = _heaviest(gains[low : high + 1])
            first, last = low + first, low + last
            if (distance[first : last + 1] <= GOOD).sum() < least:
                continue
            yield first, last
            open_ += [(low, first - 1, least_rest), (last + 1, high, least_rest)]


def _heaviest(gains: NDArray[np.int64]) -> tuple[int, int]:
    """First and last index of the interval with the largest sum, the shortest of equal ones."""
    if not len(gains):
        return 0, -1
    sums = np.concatenate([[0], np.cumsum(gains)])
    last = int((sums[1:] - np.minimum.accumulate(sums[:-1])).argmax())
    before = sums[: last + 1]
    return last - int(before[::-1].argmin()), last


def _is_ambiguous(line: FilmLine, places: NDArray[np.int64], distance: NDArray[np.int64]) -> bool:
    """Whether the stretch fits as well a second earlier or later in the film: too few pictures tell the times apart."""
    second = max(1, round(line.paces[1].rate))
    for frames in (-second, second):
        elsewhere, _ = line.later(frames).compare(places)
        if (elsewhere > distance + _MOVED).sum() < BY_HASH.pictures:
            return True
    return False
