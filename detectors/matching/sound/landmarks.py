"""Landmarks as they are compared, and pairs of them as they are looked up.

Two landmarks and the time between them are far rarer than one alone: a key tells the pitch of the first, the step to
the second and the frames between. A recording pairs only its strongest landmarks, each with a few neighbours (250,000
pairs an hour, a third of what research stored), a query pairs all it has. Under dialogue four times as loud, 40 pairs
of 20 seconds of music are still found; ten seconds of other music agree on four.

A sound that was played faster is looked up by moving its landmarks in time, or in time and pitch.
"""

from dataclasses import dataclass

import numpy as np

from detectors.fingerprint.sound import FINE, GROUP, Track, pitch_of, strength_of
from detectors.matching.sound.offsets import HeardKeys, Places, rank

_NEAREST, _FARTHEST = 2, 40  # frames from the first landmark to the second: a second at most
_WIDEST = 60  # frequencies (10.8 Hz) from one to the other
_STEPS, _WAITS, _PITCHES = 2 * _WIDEST + 1, _FARTHEST - _NEAREST + 1, 400
KEYS = _PITCHES * _STEPS * _WAITS
_PAIRED_A_GROUP = 10  # of a recording's landmarks, half a second
_NEIGHBOURS = 4


@dataclass(frozen=True, slots=True, eq=False)
class Landmarks:
    """Landmarks in the order of time: `frames` int64 (k,), `pitches` int64 (k,), and their `places` in the track."""

    frames: Places
    pitches: Places
    places: Places

    @classmethod
    def of(cls, track: Track, *, tempo: float = 1.0, pitch: float = 1.0) -> "Landmarks":
        """Those of a track as they would lie had it run `tempo` times slower, at a pitch `pitch` times lower.

        In the order of time, then of pitch.
        """
        frames = np.rint(track.times.astype(np.float64) * tempo).astype(np.int64)
        pitches = np.rint(pitch_of(track.keys) / pitch).astype(np.int64)
        order = np.lexsort((pitches, frames))
        return cls(frames[order], pitches[order], order)

    @classmethod
    def between(cls, track: Track, first: int, last: int) -> "Landmarks":
        """Those of a track from frame `first` to before `last`. Of a track that lies on disk only these are read."""
        bounds = np.clip([first, last], 0, np.iinfo(np.uint32).max).astype(np.uint32)  # another type copies the track
        low, high = np.searchsorted(track.times, bounds)
        frames = track.times[low:high].astype(np.int64)
        return cls(frames, pitch_of(track.keys[low:high]), np.arange(low, high))

    def __len__(self) -> int:
        return len(self.frames)


def query_pairs(marks: Landmarks) -> HeardKeys:
    """All pairs of a query, in the order of their first landmarks."""
    keys, first = _pairs(marks, len(marks))
    order = np.argsort(first, kind="stable")
    return keys[order], marks.frames[first[order]]


def recorded_pairs(track: Track) -> HeardKeys:
    """The pairs by which a recording is found: those of the strongest landmarks of each half second."""
    group = track.times.astype(np.int64) // GROUP
    order = np.lexsort((-strength_of(track.keys), group))
    kept = np.sort(order[rank(group[order]) < _PAIRED_A_GROUP])
    marks = Landmarks(track.times[kept].astype(np.int64), pitch_of(track.keys[kept]), kept)
    keys, first = _pairs(marks, _NEIGHBOURS)
    return keys, marks.frames[first]


def _pairs(marks: Landmarks, neighbours: int) -> tuple[Places, Places]:
    """The keys of pairs with the nearest `neighbours` in reach, and the place of the first landmark of each."""
    keys, firsts = [np.zeros(0, np.int64)], [np.zeros(0, np.int64)]
    taken = np.zeros(len(marks), np.int64)
    for ahead in range(1, len(marks)):
        wait = marks.frames[ahead:] - marks.frames[:-ahead]
        if wait.min() > _FARTHEST:
            break
        step = (marks.pitches[ahead:] - marks.pitches[:-ahead]) // FINE + _WIDEST
        fits = (wait >= _NEAREST) & (wait <= _FARTHEST) & (step >= 0) & (step < _STEPS) & (taken[:-ahead] < neighbours)
        first = np.flatnonzero(fits)
        taken[first] += 1
        pitch = np.clip(marks.pitches[first] // FINE, 0, _PITCHES - 1)  # stored bytes may hold any pitch
        keys.append((pitch * _STEPS + step[first]) * _WAITS + wait[first] - _NEAREST)
        firsts.append(first)
    return np.concatenate(keys), np.concatenate(firsts)
