"""Where a movie may run along a reference film: pictures that look alike vote for a speed and an offset.

Each pair of pictures within the radius is a point (time in the asset, time in the film). A stretch taken from the film
puts its points on one line; accidental pairs don't. The lines found here are candidates: frame accuracy and the last
word are `refine`'s. Every figure is the one measured on 132 stretches in 22 programmes.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from detectors.matching.reels import Reels
from detectors.matching.search import near
from detectors.matching.strip import Strip

ASKED_A_SECOND = 2
ASKED_AT_LEAST = 16
"""A shot of a few frames asks with each of them."""
VOTE_RADIUS = 72
TOLERANCE = 0.30
"""Seconds that an offset may be off: two samplings, and rounding."""
GAP_SECONDS = 3.0
LEAST_SCORE = 6.0
LEAST_PICTURES = 3
SPEEDS = (
    Fraction(1),
    Fraction(25, 24),
    Fraction(24, 25),
    Fraction(25025, 24000),
    Fraction(24000, 25025),
    Fraction(1001, 1000),
    Fraction(1000, 1001),
)
"""The PAL family and the 1000/1001 family: film at 24 or 23.976 shown at 25, and back; 24 as 23.976 and 30 as 29.97."""

_TRUST_IN_SPEED = 0.85
"""What a vote for another speed than 1 counts, or pictures that stand still take any speed."""
_COMMON = 5
"""References that a picture votes for at the same time, from which on it is no weaker evidence: they are copies."""
_KEPT_A_QUERY = 128
"""Hits that one query keeps in one film: where nothing moves there would be thousands of the same."""
_ASKED_AT_ONCE = 64


@dataclass(frozen=True, slots=True)
class Candidate:
    """The places `first` to `last` of an asset run along the film `target`, roughly at `speed` and `offset` seconds."""

    target: int
    mirrored: bool
    first: int
    last: int
    speed: Fraction
    offset: float


@dataclass(frozen=True, slots=True, eq=False)
class _Votes:
    """Pairs of pictures, one a row: a place in the asset, one in a film, and what the pair weighs."""

    target: NDArray[np.int64]
    mirrored: NDArray[np.int64]
    place: NDArray[np.int64]
    film_place: NDArray[np.int64]
    distance: NDArray[np.int64]

    def __getitem__(self, rows: NDArray[np.int64] | NDArray[np.bool_]) -> "_Votes":
        columns = (self.target, self.mirrored, self.place, self.film_place, self.distance)
        return _Votes(*(column[rows] for column in columns))

    def weights(self) -> NDArray[np.float64]:
        """Nearer pictures weigh more; those that vote for several films at once weigh less in each."""
        pairs = np.unique(np.stack([self.place, self.target], axis=1), axis=0)
        places, films = np.unique(pairs[:, 0], return_counts=True)
        rivals = films[np.searchsorted(places, self.place)]
        weights: NDArray[np.float64] = np.clip((86 - self.distance) / 10, 0.2, 5.0) / np.minimum(rivals, _COMMON)
        return weights


@dataclass(frozen=True, slots=True)
class Course:
    """A line that votes agree on: film seconds are `speed` times asset seconds plus `offset`."""

    speed: Fraction
    offset: float


@dataclass(frozen=True, slots=True, eq=False)
class Ballot:
    """The votes for one film, as seen or mirrored: place in the asset, seconds in it and in the film, weight."""

    target: int
    mirrored: bool
    place: NDArray[np.int64]
    asset: NDArray[np.float64]
    film: NDArray[np.float64]
    weight: NDArray[np.float64]

    def __getitem__(self, rows: NDArray[np.int64] | NDArray[np.bool_]) -> "Ballot":
        place, asset, film, weight = self.place[rows], self.asset[rows], self.film[rows], self.weight[rows]
        return Ballot(self.target, self.mirrored, place, asset, film, weight)

    def course(self) -> Course | None:
        """The speed and offset that most votes agree on; None where they are too few for a stretch."""
        best, course = LEAST_SCORE * _TRUST_IN_SPEED, None
        for speed in SPEEDS if len(self.place) >= LEAST_PICTURES else ():
            bins = np.rint((self.film - float(speed) * self.asset) / TOLERANCE).astype(np.int64)
            order = np.lexsort((-self.weight, self.place, bins))
            counted = order[_fresh(bins[order], self.place[order])]  # a picture votes once for a course
            begins = np.flatnonzero(_fresh(bins[counted]))
            offsets, scores = bins[counted][begins], np.add.reduceat(self.weight[counted], begins)
            scores[:-1] += np.where(np.diff(offsets) == 1, scores[1:], 0.0)
            if speed != 1:
                scores *= _TRUST_IN_SPEED
            top = int(scores.argmax())
            if scores[top] > best:
                best, course = float(scores[top]), Course(speed, (int(offsets[top]) + 0.5) * TOLERANCE)
        return course

    def candidates(self, course: Course) -> Iterator[Candidate]:
        """The runs of votes on a course, cut at long gaps, that weigh enough."""
        line = self[self._on(course)]
        line = line[np.lexsort((line.film, -line.weight, line.place))]
        line = line[_fresh(line.place)]
        for rows in np.split(np.arange(len(line.place)), np.flatnonzero(np.diff(line.asset) > GAP_SECONDS) + 1):
            run = line[rows]
            if len(rows) >= LEAST_PICTURES and run.weight.sum() >= LEAST_SCORE:
                offset = float(np.median(run.film - float(course.speed) * run.asset))
                first, last = int(run.place[0]), int(run.place[-1])
                yield Candidate(self.target, self.mirrored, first, last, course.speed, offset)

    def rest(self, course: Course, told: Sequence[tuple[int, int]]) -> "Ballot":
        """The votes that are neither on the course nor at places (first, last) that were told already."""
        left = ~self._on(course)
        for first, last in told:
            left &= (self.place < first) | (self.place > last)
        return self[left]

    def _on(self, course: Course) -> NDArray[np.bool_]:
        """Which votes lie on a course: in a band a little wider than the bins that were counted."""
        off = np.abs(self.film - float(course.speed) * self.asset - course.offset)
        near_enough: NDArray[np.bool_] = off <= TOLERANCE * 1.05
        return near_enough


def ballots(asset: Strip, reels: Reels) -> Iterator[Ballot]:
    """The votes of an asset's pictures for each film that got any."""
    votes = _collect(asset, reels)
    weight = votes.weights()
    which = 2 * votes.target + votes.mirrored
    for number in np.unique(which):
        target, mirrored = divmod(int(number), 2)
        rows = which == number
        mine, film = votes[rows], reels.strips[target]
        seconds = (asset.frames[mine.place] - asset.frames[0]) / float(asset.pace(film))
        film_seconds = (film.frames[mine.film_place] - film.frames[0]) / float(film.pace(asset))
        yield Ballot(target, bool(mirrored), mine.place, seconds, film_seconds, weight[rows])


def _collect(asset: Strip, reels: Reels) -> _Votes:
    """All pairs of pictures within the radius, a few queries at a time so that still pictures can't fill the memory."""
    asked = asset.sample(ASKED_A_SECOND, ASKED_AT_LEAST)
    parts = [_pairs(asset, np.zeros(0, np.int64), reels)]
    parts += [_pairs(asset, asked[at : at + _ASKED_AT_ONCE], reels) for at in range(0, len(asked), _ASKED_AT_ONCE)]
    columns = ("target", "mirrored", "place", "film_place", "distance")
    return _Votes(*(np.concatenate([getattr(part, column) for part in parts]) for column in columns))


def _pairs(asset: Strip, places: NDArray[np.int64], reels: Reels) -> _Votes:
    """The pairs of these pictures with the films', the nearest few of each picture in each film."""
    hits = near(asset.words[places].reshape(-1, 4), reels.words, VOTE_RADIUS)
    begins = np.flatnonzero(_fresh(hits.query, reels.owner[hits.target]))  # hits lie by query, then by film
    many = np.diff(begins, append=len(hits))
    order = np.arange(len(hits))
    if len(many) and many.max() > _KEPT_A_QUERY:
        queue = np.repeat(np.arange(len(many)), many) * (VOTE_RADIUS + 1) + hits.distance
        order = np.sort(queue * len(hits) + order) % len(hits)  # the nearest first, then as they stand in the film
    kept = order[np.arange(len(hits)) - np.repeat(begins, many) < _KEPT_A_QUERY]
    query, target = hits.query[kept], hits.target[kept]
    return _Votes(reels.owner[target], query % 2, places[query // 2], reels.place[target], hits.distance[kept])


def _fresh(*columns: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Of sorted rows, which differ from the one before."""
    fresh = np.ones(len(columns[0]), bool)
    fresh[1:] = np.any([column[1:] != column[:-1] for column in columns], axis=0)
    return fresh
