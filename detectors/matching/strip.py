"""Pictures in the order of their frames, and how fast they run: what a movie or a sequence is to matching.

A strip holds only pictures that were looked at. Where every frame was, ends are exact; where a plan left frames out,
the spans made here say by how much they may be off.
"""

from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from detectors.fingerprint.picture import QUALITY_GATE, VARIANTS, Fingerprints
from detectors.matching.search import Words, as_words
from detectors.observation import Span

USUAL_RATE = Fraction(24)
"""For strips of which nobody knows the rate (an image sequence states none)."""


@dataclass(frozen=True, slots=True, eq=False)
class Strip:
    """`frames` int64 (n,) ascending; `words` uint64 (n, 2, 4): the hash as seen and mirrored; `usable` bool (n,).

    `usable` is False where a picture is too flat to be compared. `rate`: frames a second, None: not known.
    `reach`: how many frames from its own a picture may stand for; 0 where every frame is there.
    """

    frames: NDArray[np.int64]
    words: Words
    usable: NDArray[np.bool_]
    rate: Fraction | None
    reach: int

    @classmethod
    def of(cls, fingerprints: Fingerprints, rate: Fraction | None = None) -> "Strip":
        """The strip of an asset's or a reference's fingerprints."""
        words = as_words(fingerprints.hashes).reshape(len(fingerprints), len(VARIANTS), 4)
        frames = fingerprints.frames
        reach = int(np.median(np.diff(frames))) // 2 if len(frames) > 1 else 0
        return cls(frames, words, fingerprints.quality >= QUALITY_GATE, rate, reach)

    def __len__(self) -> int:
        return len(self.frames)

    def pace(self, other: "Strip") -> Fraction:
        """Frames a second; a strip that doesn't say is taken to run as the one it is compared with."""
        return self.rate or other.rate or USUAL_RATE

    @property
    def distinct(self) -> int:
        """About how many different pictures it shows: one a second."""
        frames = int(self.frames[-1] - self.frames[0]) if len(self) else 0
        return 1 + int(frames / (self.rate or USUAL_RATE))

    def sample(self, per_second: int, at_least: int) -> NDArray[np.int64]:
        """Places of usable pictures, `per_second` of them, or `at_least` so many in all where the strip is short."""
        if not len(self):
            return np.zeros(0, np.int64)
        since = self.frames - self.frames[0]
        length = int(since[-1]) + 1
        step = min(float((self.rate or USUAL_RATE) / per_second), length / at_least)
        places = np.unique(since // max(1.0, step), return_index=True)[1]
        return places[self.usable[places]]

    def at(self, frames: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
        """For each frame number the place of the picture nearest to it, and whether that may stand for it."""
        after = np.clip(np.searchsorted(self.frames, frames), 1, max(1, len(self) - 1))
        nearer = frames - self.frames[after - 1] <= self.frames[np.minimum(after, len(self) - 1)] - frames
        places = np.where(nearer, after - 1, np.minimum(after, len(self) - 1))
        return places, np.abs(self.frames[places] - frames) <= self.reach

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
