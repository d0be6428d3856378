"""Chromaprint's words, looked up and laid over each other: where the same mix was used again.

A word holds 32 bits on 2.4 seconds of sound; unrelated sounds differ in half of them, the same mix through any codec in
a tenth. Words that stay the same for a second (silence, a tone, a hum) say nothing and are neither looked up nor
counted. A change of speed changes every word: that is left to landmarks.
"""

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from detectors.fingerprint.sound import Numbers
from detectors.matching.sound.offsets import HeardKeys, Places
from detectors.matching.sound.overlay import largest

_Shares: TypeAlias = NDArray[np.float64]

KEYS = 1 << 20
STEP = 40
"""Words that are laid over each other at a time: five seconds."""

_UNLIKE = 0.36  # share of bits that differ at which a word speaks neither for nor against: unrelated music comes to 0.4
_SMOOTHED = 8  # words, a second
_STILL = 8  # words that hardly change
_STILL_BITS = 1
_LOST = 3.0  # of the sum of (`_UNLIKE` less difference): three seconds of something else
_WORTH_FOLLOWING = 2.0


@dataclass(frozen=True, slots=True, eq=False)
class SoundWords:
    """The words of one track, and which of them say something: uint32 (w,), bool (w,)."""

    words: Numbers
    telling: NDArray[np.bool_]

    @classmethod
    def of(cls, words: Numbers) -> "SoundWords":
        """Those of a track."""
        if len(words) < _STILL:
            return cls(words, np.zeros(len(words), bool))
        still = np.bitwise_count(words[1:] ^ words[:-1]) <= _STILL_BITS
        runs = np.lib.stride_tricks.sliding_window_view(still, _STILL - 1).all(axis=1)
        dead = np.zeros(len(words) + _STILL, np.int64)  # opens and closes stretches
        np.add.at(dead, np.flatnonzero(runs), 1)
        np.add.at(dead, np.flatnonzero(runs) + _STILL, -1)
        return cls(words, np.cumsum(dead)[: len(words)] == 0)

    def heard(self) -> HeardKeys:
        """What a recording or a query is looked up by: the 20 upper bits, which codecs change least."""
        places = np.flatnonzero(self.telling)
        return (self.words[places] >> np.uint32(12)).astype(np.int64), places


@dataclass(frozen=True, slots=True, eq=False)
class Aligned:
    """A stretch in which words agree: the first and last word of the query, `offset` and `end_offset` to the recording.

    `differs`: the share of bits that differ. `score`: the sum of `_UNLIKE` less that share, a word.
    """

    first: int
    last: int
    offset: int
    end_offset: int
    differs: float
    score: float


def align(query: SoundWords, recording: SoundWords, offset: int, first: int, last: int) -> Aligned | None:
    """The best stretch around the query's words `first` to `last`, as far as it reaches. None: nothing agrees there."""
    offset, part = _nearest(query, recording, first, last, offset)
    if part.gain().sum(where=part.gain() > 0) < _WORTH_FOLLOWING:
        return None
    before = _follow(query, recording, offset, first, -1)
    after = _follow(query, recording, offset, last, 1)
    whole = _Part.join([*reversed(before), part, *after])
    low, high, score = largest(_smooth(whole.gain()))
    if low == high:
        return None
    return Aligned(
        int(whole.places[low]),
        int(whole.places[high - 1]),
        int(whole.offsets[low]),
        int(whole.offsets[high - 1]),
        float(whole.differs[low:high].mean()),
        score,
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Part:
    """Words laid over each other: `places` in the query, the share of bits that differ, whether both say something."""

    places: Places
    differs: _Shares
    telling: NDArray[np.bool_]
    offsets: Places

    @classmethod
    def join(cls, parts: "list[_Part]") -> "_Part":
        return cls(
            np.concatenate([part.places for part in parts]),
            np.concatenate([part.differs for part in parts]),
            np.concatenate([part.telling for part in parts]),
            np.concatenate([part.offsets for part in parts]),
        )

    def gain(self) -> _Shares:
        return np.where(self.telling, _UNLIKE - self.differs, 0.0)


def _nearest(query: SoundWords, recording: SoundWords, first: int, last: int, offset: int) -> tuple[int, _Part]:
    """The offset, of this one and its neighbours, at which most agrees, and what is laid there."""
    choices = []
    for tried in (offset, offset - 1, offset + 1):
        low = max(first, 0, -tried)
        high = max(low, min(last, len(query.words), len(recording.words) - tried))
        of_query, of_recording = slice(low, high), slice(low + tried, high + tried)
        differs = np.bitwise_count(query.words[of_query] ^ recording.words[of_recording]) / 32
        telling = query.telling[of_query] & recording.telling[of_recording]
        choices.append((tried, _Part(np.arange(low, high), differs, telling, np.full(high - low, tried))))
    return max(choices, key=lambda choice: float(choice[1].gain().sum()))


def _follow(query: SoundWords, recording: SoundWords, offset: int, edge: int, way: int) -> list[_Part]:
    """Go on from an edge, one way, until too much is lost or a sound ends; the offset may drift by a word a step."""
    parts = []
    total = best = 0.0
    while 0 <= edge <= len(query.words) and 0 <= edge + offset <= len(recording.words) and total > best - _LOST:
        first, last = sorted((edge, edge + way * STEP))
        offset, part = _nearest(query, recording, first, last, offset)
        parts.append(part)
        total += float(part.gain().sum())
        best = max(best, total)
        edge += way * STEP
    return parts


def _smooth(gain: _Shares) -> _Shares:
    return np.convolve(gain, np.ones(_SMOOTHED) / _SMOOTHED, "same") if len(gain) >= _SMOOTHED else gain
