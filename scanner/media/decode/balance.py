"""Whether something in a stereo sound cancels in a mix to mono, from short samples of it.

A sound whose right channel is the negative of its left is silent when both are mixed, and so is what lies at the back
of matrix surround while speech is in the middle; people hear both. Where the difference of two channels has most of its
power at pitches that their sum has not, that is so. It is rarely so in stereo of any other kind: instruments at either
side are in the sum as well, and noise or rooms that differ from side to side differ at random.

Twice a second a twelfth of a second is looked at: the difference is heard in full only where that is worth it.
"""

import numpy as np
from numpy.typing import NDArray

WINDOW = 4096
"""Samples of each channel, as many of both, that are looked at in one go, at the sound's own rate."""

_APART = 0.5  # seconds from one window to the next
_USUAL_RATE = 48_000
_LOWEST, _HIGHEST = 100, 4000  # Hz: what a sound is recognised by
_LOUDER = 10.0  # times: the power of the difference at a pitch that the sum doesn't have
_MOST = 0.5  # the share of the difference's power that is at such pitches; where channels differ at random a sixth is
_FAINTEST = 8  # the difference of two channels, each a few steps of 16 bits off silence
_INAUDIBLE = 1e-3  # the power of the difference to that of the sum, below which it is what a codec left
_RUN, _ENOUGH = 8, 7  # windows that follow each other, and how many of them have to agree: four seconds
_TAPER: NDArray[np.float64] = np.hanning(WINDOW)


class Balance:
    """A sink of stereo windows, 16 bits, left and right in turn, that are `spacing` windows apart.

    `rate`: samples a second of the sound, None where its container doesn't say.
    """

    def __init__(self, rate: int | None) -> None:
        self._rate = rate or _USUAL_RATE
        self._view = memoryview(bytearray(WINDOW * 4))
        self._filled = 0
        self._last: list[bool] = []
        self.cancels = False

    @property
    def spacing(self) -> int:
        """One in how many windows it wants."""
        return max(1, round(self._rate * _APART / WINDOW))

    def room(self) -> memoryview:
        """The rest of the window."""
        return self._view[self._filled :]

    def took(self, count: int) -> None:
        """Look at the window, once it is full."""
        self._filled += count
        if self._filled == len(self._view):
            self._filled = 0
            self._last = [*self._last[-_RUN + 1 :], self.cancels or self._differs()]
            self.cancels = self.cancels or sum(self._last) >= _ENOUGH

    def _differs(self) -> bool:
        """Whether the difference has most of its power at pitches that the sum has not."""
        left, right = np.frombuffer(self._view, "<i2").reshape(-1, 2).T.astype(np.float64)
        if np.abs(left - right).max() <= _FAINTEST:
            return False
        first, last = (round(hertz * WINDOW / self._rate) for hertz in (_LOWEST, _HIGHEST))
        both = np.fft.rfft(np.stack([left + right, left - right]) * _TAPER)[:, first:last]
        middle, side = np.square(np.abs(both))
        whole = side.sum()
        return bool(whole > _INAUDIBLE * middle.sum() and side[side > _LOUDER * middle].sum() >= _MOST * whole)
