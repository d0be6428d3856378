"""Where a movie may run along a reference film: pictures that look alike vote for a speed and an offset.

Each pair of pictures within the radius is a point (time in the asset, time in the film). A stretch taken from the film
puts its points on one line; accidental pairs don't. The lines found here are candidates: frame accuracy and the last
word are `refine`'s. Every figure is the one measured on 132 stretches in 22 programmes.
"""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from detectors.matching.film.reels import Reels
from detectors.matching.search import near
from detectors.matching.strip import Strip

ASKED_A_SECOND = 2
ASKED_AT_LEAST = 16
"""A shot of a few frames asks with each of them."""
VOTE_RADIUS = 72
GAP_SECONDS = 3.0
SPEEDS = (
    Fraction(1),
    Fraction(25, 24),
    Fraction(24, 25),
    Fraction(25025, 24000),
    Fraction(24000, 25025),
    Fraction(1001, 1000),
    Fraction(1000, 1001),
    Fraction(26, 25),
    Fraction(25, 26),
)
"""The PAL family and the 1000/1001 family: film at 24 or 23.976 shown at 25, and back; 24 as 23.976 and 30 as 29.97.
Last, four per cent exactly, as editors type it."""


@dataclass(frozen=True, slots=True)
class VotingRule:
    """How votes are counted.

    `tolerance`: seconds that an offset may be off. `score`, `pictures`: what a stretch needs at least. `trust`: what a
    vote for another speed than 1 counts, or pictures that stand still take any speed.
    """

    tolerance: float
    score: float
    pictures: int
    trust: float


BY_HASH = VotingRule(tolerance=0.30, score=6.0, pictures=3, trust=0.85)
"""The tolerance is for two samplings, and rounding."""

_COMMON = 5
"""References that a picture votes for at the same time, from which on it is no weaker evidence: they are copies."""
_KEPT_A_QUERY = 128
"""Hits that one query keeps in one film: where nothing moves there would be thousands of the same."""
_ASKED_AT_ONCE = 256
_CUT = 60
"""Bits between neighbouring frames from which on a new shot begins."""
_ASKED_A_SHOT = 4


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
class Votes:
    """Pairs of pictures, one a row: a place in the asset, a frame of a film, and in how many bits they differ."""

    target: NDArray[np.int64]
    mirrored: NDArray[np.int64]
    place: NDArray[np.int64]
    frame: NDArray[np.int64]
    distance: NDArray[np.int64]

    def __getitem__(self, rows: NDArray[np.int64] | NDArray[np.bool_]) -> "Votes":
        return Votes(self.target[rows], self.mirrored[rows], self.place[rows], self.frame[rows], self.distance[rows])

    @classmethod
    def join(cls, parts: "Sequence[Votes]") -> "Votes":
        """The parts one after another."""
        columns = ("target", "mirrored", "place", "frame", "distance")
        return cls(*(np.concatenate([getattr(part, column) for part in parts]) for column in columns))

    def weights(self) -> NDArray[np.float64]:
        """Nearer pictures weigh more; those that vote for several films at once weigh less in each."""
        pairs = np.unique(np.stack([self.place, self.target], axis=1), axis=0)
        places, films = np.unique(pairs[:, 0], return_counts=True)
        rivals = films[np.searchsorted(places, self.place)]
        weights: NDArray[np.float64] = np.clip((86 - self.distance) / 10, 0.2, 5.0) / np.minimum(rivals, _COMMON)
        return weights


@dataclass(frozen=True, slots=True)
class VotedCourse:
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
    rule: VotingRule = field(default=BY_HASH)

    def __getitem__(self, rows: NDArray[np.int64] | NDArray[np.bool_]) -> "Ballot":
        place, asset, film, weight = self.place[rows], self.asset[rows], self.film[rows], self.weight[rows]
        return Ballot(self.target, self.mirrored, place, asset, film, weight, self.rule)

    def course(self) -> VotedCourse | None:
        """The speed and offset that most votes agree on; None where they are too few for a stretch."""
        rule = self.rule
        best, course = rule.score * rule.trust, None
        for speed in SPEEDS if len(self.place) >= rule.pictures else ():
            bins = np.rint((self.film - float(speed) * self.asset) / rule.tolerance).astype(np.int64)
            order = np.lexsort((-self.weight, self.place, bins))
            counted = order[fresh(bins[order], self.place[order])]  # a picture votes once for a course
            begins = np.flatnonzero(fresh(bins[counted]))
            offsets, scores = bins[counted][begins], np.add.reduceat(self.weight[counted], begins)
            scores[:-1] += np.where(np.diff(offsets) == 1, scores[1:], 0.0)
            if speed != 1:
                scores *= rule.trust
            top = int(scores.argmax())
            if scores[top] > best:
                best, course = float(scores[top]), VotedCourse(speed, (int(offsets[top]) + 0.5) * rule.tolerance)
        return course

    def candidates(self, course: VotedCourse) -> Iterator[Candidate]:
        """The runs of votes on a course, cut at long gaps, that weigh enough."""
        line = self[self._on(course)]
        line = line[np.lexsort((line.film, -line.weight, line.place))]
        line = line[fresh(line.place)]
        for rows in np.split(np.arange(len(line.place)), np.flatnonzero(np.diff(line.asset) > GAP_SECONDS) + 1):
            run = line[rows]
            if len(rows) >= self.rule.pictures and run.weight.sum() >= self.rule.score:
                offset = float(np.median(run.film - float(course.speed) * run.asset))
                first, last = int(run.place[0]), int(run.place[-1])
                yield Candidate(self.target, self.mirrored, first, last, course.speed, offset)

    def rest(self, course: VotedCourse, taken: Sequence[tuple[int, int]]) -> "Ballot":
        """The votes that are neither on the course nor at places (first, last) that were told already."""
        left = ~self._on(course)
        for first, last in taken:
            left &= (self.place < first) | (self.place > last)
        return self[left]

    def _on(self, course: VotedCourse) -> NDArray[np.bool_]:
        """Which votes lie on a course: in a band a little wider than the bins that were counted."""
        off = np.abs(self.film - float(course.speed) * self.asset - course.offset)
        near_enough: NDArray[np.bool_] = off <= self.rule.tolerance * 1.05
        return near_enough


def ballots(asset: Strip, reels: Reels, votes: Votes) -> Iterator[Ballot]:
    """The votes of an asset's pictures for each film that got enough for a stretch."""
    weight = votes.weights()
    ballot = 2 * votes.target + votes.mirrored
    order = np.argsort(ballot, kind="stable")
    for rows in np.split(order, np.flatnonzero(np.diff(ballot[order])) + 1):
        if len(rows) < BY_HASH.pictures:
            continue
        of_film = votes[rows]
        target = int(of_film.target[0])
        film = reels.films[target]
        seconds = asset.pace(film.rate).seconds(asset.frames[of_film.place])
        film_seconds = film.pace(asset.rate).seconds(of_film.frame)
        yield Ballot(target, bool(of_film.mirrored[0]), of_film.place, seconds, film_seconds, weight[rows])


def asked_places(asset: Strip) -> NDArray[np.int64]:
    """The pictures that ask: two a second, and a few of each shot that is shorter than that."""
    asked = asset.sample(ASKED_A_SECOND, ASKED_AT_LEAST)
    if len(asset) < _ASKED_A_SHOT:
        return asked
    changed = np.bitwise_count(asset.words[1:, 0, 0] ^ asset.words[:-1, 0, 0]).sum(-1, dtype=np.int64) > _CUT
    begins = np.concatenate([[0], np.flatnonzero(changed) + 1])
    ends = np.append(begins[1:], len(asset))
    asks = np.searchsorted(asked, ends) - np.searchsorted(asked, begins)
    few = asks < np.minimum(_ASKED_A_SHOT, ends - begins)
    within = np.linspace(0, 1, _ASKED_A_SHOT)
    more = np.rint(begins[few, None] + within * (ends - 1 - begins)[few, None]).astype(np.int64)
    places = np.union1d(asked, more)
    telling: NDArray[np.int64] = places[asset.usable[places].any(1)]
    return telling


def collect(asset: Strip, reels: Reels, threads: int = 1) -> Votes:
    """All pairs of pictures within the radius, a few queries at a time so that still pictures can't fill the memory.

    `threads`: that search at once; what is found never depends on it.
    """
    asked = asked_places(asset)
    some = [asked[:0], *(asked[at : at + _ASKED_AT_ONCE] for at in range(0, len(asked), _ASKED_AT_ONCE))]
    with ThreadPoolExecutor(threads) as pool:
        return Votes.join(list(pool.map(lambda places: _pairs(asset, places, reels), some)))


def _pairs(asset: Strip, places: NDArray[np.int64], reels: Reels) -> Votes:
    """The pairs of these pictures with the films', the nearest few of each picture in each film."""
    rows = reels.rows
    which, cut = asset.cuts(places)
    hits = near(asset.words[which, cut].reshape(-1, 4), rows.words, VOTE_RADIUS)
    if rows.left_out is not None:
        hits = hits[~rows.left_out[hits.target]]
    place, mirrored = which[hits.query // 2], hits.query % 2
    owner, frame = rows.owner[hits.target].astype(np.int64), rows.frame[hits.target].astype(np.int64)
    order = np.lexsort((hits.distance, frame, owner, mirrored, place))  # cuts may meet more than once: the nearest
    order = order[fresh(place[order], mirrored[order], owner[order], frame[order])]
    begins = np.flatnonzero(fresh(place[order], mirrored[order], owner[order]))
    many = np.diff(begins, append=len(order))
    if len(many) and many.max() > _KEPT_A_QUERY:
        queue = np.repeat(np.arange(len(many)), many)
        nearest = np.lexsort((np.arange(len(order)), hits.distance[order], queue))
        rank = np.arange(len(order)) - np.repeat(begins, many)
        order = order[np.sort(nearest[rank < _KEPT_A_QUERY])]
    return Votes(owner[order], mirrored[order], place[order], frame[order], hits.distance[order])


def fresh(*columns: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Of sorted rows, which differ from the one before."""
    differ = np.ones(len(columns[0]), bool)
    differ[1:] = np.any([column[1:] != column[:-1] for column in columns], axis=0)
    return differ
