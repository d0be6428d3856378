"""One sound laid over another at an offset: how well do their landmarks meet, from where to where, along which drift.

For each landmark of the recording that is met (within a frame and 8 Hz) or missed the logarithm of a likelihood ratio
is added: what would be expected had the recording been played there, under other sounds, against what chance gives.
Chance is counted for each landmark where it lies: how often the other sound has a landmark of that pitch thereabouts.
So a hum, a tone or a note that is always there proves nothing, and two pieces in one key little. The sum of the
stretch with the largest sum is the score, in natural units: 30 means e^30 to 1, if landmarks were independent. They
aren't, which is why the scores that count are measured ones (`listening`).
"""

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from detectors.fingerprint.sound import Track
from detectors.matching.sound.landmarks import Landmarks
from detectors.matching.sound.offsets import Places

STEP = 215
"""Frames that are laid over each other at a time, five seconds: a drift of a thousandth moves a fifth of a frame."""

_NEAR_PITCH = 6  # eighths of a frequency
_BITS = 13  # of a pitch
_CELL_FRAMES, _CELL_PITCHES, _CELLS = 64, 4, 800  # of 1.5 seconds and 5 Hz, in which chance is counted
_WIDE, _NARROW = 6, 1  # cells before and after
_PLAYED = 0.2  # of a recording's landmarks, those expected to survive where it is played
_LEAST_CHANCE = 0.004
_TELLING = 0.8  # a landmark that chance meets nearly as often as expected tells nothing
_PLAYED_RANGE = (0.1, 0.8)
_WORTH_FOLLOWING = 10.0  # of a sum
_LOST = 40.0  # a stretch is over when so much of the sum was lost
_PITCH_BAND = 16  # eighths of a frequency: landmarks nearer than that count as one pitch

_Counts: TypeAlias = NDArray[np.uint16]
_Floats: TypeAlias = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Ground:
    """A query's landmarks made ready for being laid over.

    `packed`: frame and pitch in one number, ascending. `wide`, `narrow`: how many landmarks lie within ten and two
    seconds and 8 Hz of each cell of time and pitch.
    """

    marks: Landmarks
    packed: Places
    wide: _Counts
    narrow: _Counts

    @classmethod
    def of(cls, marks: Landmarks) -> "Ground":
        """The landmarks of a query, laid out for being looked up."""
        cells = np.zeros((int(marks.frames.max(initial=0)) // _CELL_FRAMES + 1, _CELLS), np.uint16)
        np.add.at(cells, (marks.frames // _CELL_FRAMES, _cell(marks.pitches)), 1)
        near = _boxed(cells.T, 1).T
        return cls(marks, (marks.frames << _BITS) + marks.pitches, _boxed(near, _WIDE), _boxed(near, _NARROW))

    def meets(self, frames: Places, pitches: Places) -> Places:
        """For each landmark the place of one here that it meets, or -1."""
        met = np.full(len(frames), -1, np.int64)
        for step in (1, -1, 0):
            low = ((frames + step) << _BITS) + pitches
            at = np.searchsorted(self.packed, low - _NEAR_PITCH)
            near = self.packed[np.minimum(at, len(self.packed) - 1)] <= low + _NEAR_PITCH
            met = np.where(near & (at < len(self.packed)), at, met)
        return met

    def chance(self, frames: Places, pitches: Places, met: Places) -> _Floats:
        """How probable it is that each landmark is met, had it lain anywhere else near there.

        What it does meet doesn't count. The narrow view sees a chord that is held, the wide one a key that is kept.
        """
        rows = np.clip(frames // _CELL_FRAMES, 0, len(self.wide) - 1)
        cells = _cell(pitches)
        chance = np.full(len(frames), _LEAST_CHANCE)
        for counts, reach in ((self.wide, _WIDE), (self.narrow, _NARROW)):
            others = counts[rows, cells].astype(np.float64) - (met >= 0)
            chance = np.maximum(chance, others * (3 / ((2 * reach + 1) * _CELL_FRAMES)))
        return chance


def _cell(pitches: Places) -> Places:
    return np.clip(pitches // _CELL_PITCHES, 0, _CELLS - 1)


def _boxed(counts: _Counts, reach: int) -> _Counts:
    """The sum of so many rows before and after each, and itself."""
    sums = np.zeros((len(counts) + 2 * reach + 1, counts.shape[1]), np.uint32)
    np.cumsum(counts, axis=0, out=sums[reach + 1 : reach + 1 + len(counts)])
    sums[reach + 1 + len(counts) :] = sums[reach + len(counts)]
    return (sums[2 * reach + 1 :] - sums[: len(counts)]).astype(np.uint16)


@dataclass(frozen=True, slots=True, eq=False)
class Overlay:
    """A stretch where a recording's landmarks meet those of a query.

    `first`, `last`: frames of the recording. `here` and `there` int64 (k,): the landmarks that meet, as places in the
    query's track and in the recording's. `offset`, `end_offset`: of the first and the last. `share`: of the recording's
    landmarks that are met. `pitches`: how many different ones are.
    """

    first: int
    last: int
    score: float
    share: float
    here: Places
    there: Places
    offset: int
    end_offset: int
    pitches: int


def lay(ground: Ground, recording: Track, offset: int, first: int, last: int) -> Overlay | None:
    """The best stretch around the query's frames `first` to `last`, as far as it reaches. None: nothing meets there."""
    steps = _Steps(ground, recording)
    offset, part, _ = steps.nearest(first, last, offset)
    if largest(part.gain(_PLAYED))[2] < _WORTH_FOLLOWING:
        return None
    before = steps.follow(offset, first, -1)
    after = steps.follow(offset, last, 1)
    return _best(ground, _Part.join([*reversed(before), part, *after]))


@dataclass(frozen=True, slots=True, eq=False)
class _Part:
    """Landmarks of the recording as they were laid: which of the ground they `met` (-1: none), and by what `chance`."""

    frames: Places
    places: Places
    met: Places
    chance: _Floats
    offsets: Places

    @classmethod
    def join(cls, parts: "list[_Part]") -> "_Part":
        return cls(
            np.concatenate([part.frames for part in parts]),
            np.concatenate([part.places for part in parts]),
            np.concatenate([part.met for part in parts]),
            np.concatenate([part.chance for part in parts]),
            np.concatenate([part.offsets for part in parts]),
        )

    def gain(self, played: float) -> _Floats:
        """What each landmark adds to the sum; nothing, where chance would meet it nearly as often."""
        chance = np.minimum(self.chance, played)
        gain = np.where(self.met >= 0, np.log(played / chance), np.log((1 - played) / (1 - chance)))
        return np.where(self.chance < played * _TELLING, gain, 0.0)


class _Steps:
    """A recording being laid over the ground, step after step."""

    def __init__(self, ground: Ground, recording: Track) -> None:
        self._ground, self._recording = ground, recording

    def nearest(self, first: int, last: int, offset: int) -> tuple[int, _Part, float]:
        """The offset, of this one and its two neighbours, with the largest sum; what is laid there, and the sum."""
        choices = []
        for tried in (offset, offset - 1, offset + 1):
            marks = Landmarks.between(self._recording, first + tried, last + tried)
            met = self._ground.meets(marks.frames - tried, marks.pitches)
            chance = self._ground.chance(marks.frames - tried, marks.pitches, met)
            part = _Part(marks.frames, marks.places, met, chance, np.full(len(marks), tried))
            choices.append((tried, part, float(part.gain(_PLAYED).sum())))
        return max(choices, key=lambda choice: choice[2])

    def follow(self, offset: int, edge: int, way: int) -> list[_Part]:
        """Go on from an edge, one way, until too much is lost or a sound ends; the offset may drift a frame a step."""
        parts = []
        total = best = 0.0
        ends = int(self._ground.marks.frames[-1]), int(self._recording.times[-1])
        while 0 <= edge <= ends[0] and 0 <= edge + offset <= ends[1] and total > best - _LOST:
            first, last = sorted((edge, edge + way * STEP))
            offset, part, gain = self.nearest(first, last, offset)
            parts.append(part)
            total += gain
            best = max(best, total)
            edge += way * STEP
        return parts


def _best(ground: Ground, whole: _Part) -> Overlay | None:
    """The stretch with the largest sum. Its ends are sought again by what this passage shows of the recording."""
    low, high, _ = largest(whole.gain(_PLAYED))
    if low == high:
        return None
    share = float(np.clip((whole.met[low:high] >= 0).mean(), *_PLAYED_RANGE))
    low, high, score = largest(whole.gain(share))
    if low == high:
        return None
    met = whole.met[low:high]
    good = met >= 0
    return Overlay(
        int(whole.frames[low]),
        int(whole.frames[high - 1]),
        score,
        float(good.mean()),
        ground.marks.places[met[good]],
        whole.places[low:high][good],
        int(whole.offsets[low]),
        int(whole.offsets[high - 1]),
        len(np.unique(ground.marks.pitches[met[good]] // _PITCH_BAND)),
    )


def largest(gain: _Floats) -> tuple[int, int, float]:
    """The slice of these with the largest sum, and the sum."""
    sums = np.concatenate([[0.0], np.cumsum(gain)])
    lowest = np.minimum.accumulate(sums)
    high = int(np.argmax(sums - lowest))
    low = int(np.flatnonzero(sums[: high + 1] == lowest[high])[-1])
    return low, high, float(sums[high] - sums[low])
