"""Pictures in the order of their frames, and how fast they run: what a movie or a sequence is to matching.

A strip holds only pictures that were looked at. Where every frame was, ends are exact; where a plan left frames out,
the spans made here say by how much they may be off.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from detectors.fingerprint.picture import CUTS, QUALITY_GATE, Fingerprints
from detectors.matching.pace import Pace
from detectors.matching.search import HashWords, as_words
from detectors.observation import Span

RICH = 100
"""Quality from which on a picture shows enough for a hash alone to know it by."""
VISIBLE = 5
"""Quality below which a picture is black, white or grey: fades come from there and go there."""
_ALL_BITS = 256
USUAL_RATE = Fraction(24)
"""For strips of which nobody knows the rate (an image sequence states none)."""


@dataclass(frozen=True, slots=True, eq=False)
class Strip:
    """Pictures of one asset or reference, in the order of their frames.

    `frames` int64 (n,) ascending. `words` uint64 (n, 3, 2, 4): for each of `CUTS` the hash as seen and mirrored.
    `usable` bool (n, 3): False where a cut is too flat to be compared; `visible` bool (n, 3): False where there is
    nothing to be seen in it at all. `rich` bool (n, 3): False where it hardly shows any detail.
    `rate`: frames a second, None: not known.
    `reach`: how many frames from its own a picture may stand for; 0 where every frame is there.
    `times`: seconds of every frame of the movie, looked at or not; empty where it runs evenly.
    """

    frames: NDArray[np.int64]
    words: HashWords
    usable: NDArray[np.bool_]
    visible: NDArray[np.bool_]
    rich: NDArray[np.bool_]
    rate: Fraction | None
    reach: int
    times: Sequence[float] = ()

    @classmethod
    def of(cls, fingerprints: Fingerprints, rate: Fraction | None = None, times: Sequence[float] = ()) -> "Strip":
        """The strip of an asset's or a reference's fingerprints."""
        words = as_words(fingerprints.hashes).reshape(len(fingerprints), len(CUTS), 2, 4)
        frames = fingerprints.frames
        reach = int(np.median(np.diff(frames))) // 2 if len(frames) > 1 else 0
        usable, visible = fingerprints.quality >= QUALITY_GATE, fingerprints.quality >= VISIBLE
        return cls(frames, words, usable, visible, fingerprints.quality >= RICH, rate, reach, times)

    def __len__(self) -> int:
        return len(self.frames)

    def pace(self, beside: Fraction | None = None) -> Pace:
        """When its frames are shown; a strip that doesn't say is taken to run at the rate of what lies beside it."""
        return Pace(self.rate or beside or USUAL_RATE, self.times)

    @property
    def distinct(self) -> int:
        """About how many different pictures it shows: one a second."""
        ends = self.pace().seconds(self.frames[[0, -1]]) if len(self) else np.zeros(2)
        return 1 + int(ends[1] - ends[0])

    def sample(self, per_second: int, at_least: int) -> NDArray[np.int64]:
        """Places of usable pictures, `per_second` of them, or `at_least` so many in all where the strip is short."""
        if not len(self):
            return np.zeros(0, np.int64)
        pace = self.pace()
        seconds = pace.seconds(self.frames)
        since = (seconds - seconds[0]) * float(pace.rate) if pace.uneven else self.frames - self.frames[0]
        length = int(since[-1]) + 1
        step = min(float(pace.rate / per_second), length / at_least)
        places = np.unique(since // max(1.0, step), return_index=True)[1]
        return places[self.usable[places].any(1)]

    def cuts(self, places: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Which hashes of these pictures to search with or for: for each a place and a cut.

        Left out are cuts that are too flat and those that take nothing away, whose hash is that of an earlier cut.
        """
        words, usable = self.words[places, :, 0], self.usable[places].copy()
        for cut in range(1, len(CUTS)):
            for earlier in range(cut):
                usable[:, cut] &= (words[:, cut] != words[:, earlier]).any(-1) | ~usable[:, earlier]
        row, cut_of = np.nonzero(usable)
        return places[row], cut_of

    def at(self, frames: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
        """For each frame number the place of the picture nearest to it, and whether that may stand for it."""
        after = np.clip(np.searchsorted(self.frames, frames), 1, max(1, len(self) - 1))
        nearer = frames - self.frames[after - 1] <= self.frames[np.minimum(after, len(self) - 1)] - frames
        places = np.where(nearer, after - 1, np.minimum(after, len(self) - 1))
        return places, np.abs(self.frames[places] - frames) <= self.reach

    def differs(self, place: int, other: int) -> int:
        """Bits in which two of its pictures differ as they are seen; all of them where either shows nothing."""
        if not (self.visible[place, 0] and self.visible[other, 0]):
            return _ALL_BITS
        return int(np.bitwise_count(self.words[place, 0, 0] ^ self.words[other, 0, 0]).sum())

    def span(self, first: int, last: int) -> Span:
        """From the place `first` to the place `last`, both included.

        `edge_frames` counts the frames beside either end that nobody looked at.
        """
        before = self._step(first) if first else 1
        after = self._step(last + 1) if last + 1 < len(self) else self._step(last)
        return Span(int(self.frames[first]), int(self.frames[last]), max(before, after) - 1)

    def _step(self, place: int) -> int:
        """Frames from the picture before `place` to it."""
        return int(self.frames[place] - self.frames[place - 1]) if place else 1
