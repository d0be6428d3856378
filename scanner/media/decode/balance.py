"""Whether something in a sound cancels between two of its channels, from short samples of it.

A sound whose right channel is the negative of its left is silent when both are mixed, and so is what lies at the back
of matrix surround while speech is in the middle; people hear both. Where the difference of two channels has most of its
power at pitches that their sum has not, that is so. It is rarely so in stereo of any other kind: instruments at either
side are in the sum as well, and noise or rooms that differ from side to side differ at random.

Twice a second a twelfth of a second is looked at: the difference is heard in full only where that is worth it.
"""

from itertools import combinations

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
_MOST_COMPARED = 8  # channels each two of which are compared; of more, neighbours are
_MOST_LOOKED_AT = 64  # channels: nobody delivers more
_TAPER: NDArray[np.float64] = np.hanning(WINDOW)


class Balance:
    """A sink of windows, 16 bits, one sample of each channel in turn, that are `spacing` windows apart.

    `rate`: samples a second of the sound, None where its container doesn't say. `channels`: how many it has; of two,
    which are heard as one, it is asked what cancels in their mix. Of more, each of which is heard by itself, it is
    asked which two have something in common that drowns what cancels between them.
    """

    def __init__(self, rate: int | None, channels: int = 2) -> None:
        self._rate = rate or _USUAL_RATE
        self._channels = channels
        self._view = memoryview(bytearray(WINDOW * 2 * channels))
        self._filled = 0
        pairs = np.array(list(combinations(range(min(channels, _MOST_LOOKED_AT)), 2)), np.int64)
        self._pairs = pairs if channels <= _MOST_COMPARED else pairs[np.diff(pairs).ravel() == 1]
        self._last: list[NDArray[np.bool_]] = []
        self._cancel = np.zeros(len(self._pairs), bool)

    @property
    def spacing(self) -> int:
        """One in how many windows it wants."""
        return max(1, round(self._rate * _APART / WINDOW))

    @property
    def cancelling(self) -> list[tuple[int, int]]:
        """The pairs of channels between which something cancels."""
        return [(int(first), int(second)) for first, second in self._pairs[self._cancel]]

    def room(self) -> memoryview:
        """The rest of the window."""
        return self._view[self._filled :]

    def took(self, count: int) -> None:
        """Look at the window, once it is full."""
        self._filled += count
        if self._filled == len(self._view):
            self._filled = 0
            self._last = [*self._last[-_RUN + 1 :], self._differ()]
            self._cancel |= np.sum(self._last, axis=0) >= _ENOUGH

    def _differ(self) -> NDArray[np.bool_]:
        """For each pair, whether its difference has most of its power at pitches that its sum has not."""
        samples = np.frombuffer(self._view, "<i2").reshape(-1, self._channels).T.astype(np.float64)
        one, other = samples[self._pairs[:, 0]], samples[self._pairs[:, 1]]
        audible: NDArray[np.bool_] = np.abs(one - other).max(1) > _FAINTEST
        if not audible.any():
            return audible
        first, last = (round(hertz * WINDOW / self._rate) for hertz in (_LOWEST, _HIGHEST))
        spectra = np.fft.rfft(samples * _TAPER)[:, first:last]
        one, other = spectra[self._pairs[:, 0]], spectra[self._pairs[:, 1]]
        middle, side = np.square(np.abs(one + other)), np.square(np.abs(one - other))
        whole, common = side.sum(1), middle.sum(1)
        apart = np.where(side > _LOUDER * middle, side, 0.0).sum(1)
        differ: NDArray[np.bool_] = audible & (whole > _INAUDIBLE * common) & (apart >= _MOST * whole)
        return differ & (common > whole) if self._channels > 2 else differ  # noqa: PLR2004 - heard as one
