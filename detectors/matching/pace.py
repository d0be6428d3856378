"""When the frames of a film are shown: evenly at a rate, or each at its own time.

Matching compares films of different rates in seconds. Telephones, screens and the web record unevenly; then a frame's
number says nothing of its time, and every frame's time is given.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

_HALF = 0.5 + 1e-6
"""So rounded, a time between two frames gives the later one, whatever floating point made of it."""


@dataclass(frozen=True, slots=True)
class Pace:
    """`rate`: frames a second. `times`: seconds of each frame from frame 0 on; empty where they run evenly."""

    rate: Fraction
    times: Sequence[float] = ()

    @property
    def uneven(self) -> bool:
        """Whether times don't follow from numbers."""
        return len(self.times) > 0

    def seconds(self, frames: NDArray[np.int64]) -> NDArray[np.float64]:
        """When frames are shown. Before the first and after the last they are taken to run at the rate."""
        if not self.uneven:
            return frames / float(self.rate)
        inside = np.clip(frames, 0, len(self.times) - 1)
        shown: NDArray[np.float64] = np.asarray(self.times, np.float64)[inside] + (frames - inside) / float(self.rate)
        return shown

    def frames(self, seconds: NDArray[np.float64]) -> NDArray[np.int64]:
        """Which frames are on screen at these times: the nearest; where a frame stays long, that one."""
        scaled = np.floor(seconds * float(self.rate) + _HALF).astype(np.int64)
        if not self.uneven:
            return scaled
        times = np.asarray(self.times, np.float64)
        shown = np.searchsorted(times, seconds + _HALF / float(self.rate), side="right") - 1
        after = np.floor((seconds - times[-1]) * float(self.rate) + _HALF).astype(np.int64)
        before = np.floor((seconds - times[0]) * float(self.rate) + _HALF).astype(np.int64)
        beyond = np.where(seconds > times[-1], len(times) - 1 + after, shown)
        frames: NDArray[np.int64] = np.where(shown < 0, np.minimum(before, -1), beyond)
        return frames
