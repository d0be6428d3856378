"""Pictures whose numbers are not meant for a screen, brought near to what one would show.

A fingerprint compares what people see. Film scans and plates come in logarithmic code, high dynamic range masters in
perceptual quantisation: both look flat and grey on a screen, and unlike the master made from them. The curves here are
simple and fixed, enough for a likeness; they are no grading, and nobody is shown their result. Scene-linear EXR is
brought to a display's curve by its reader, because eight bits of light are too few.
"""

from functools import cache

import numpy as np
from numpy.typing import NDArray

from scanner.media.errors import UnsupportedMediaError

LOGARITHMIC = "log"
"""Printing density, as film scanners write it into DPX and Cineon files."""
PERCEPTUAL = "smpte2084"
"""ffprobe's word for PQ."""

_WHITE, _BLACK = 685, 95  # code values of 10 bits (Kodak, "Grayscale Transformations of Cineon Digital Film Data")
_DENSITY, _GAMMA = 0.002, 0.6  # per code value; of the negative (the same)
_DISPLAY_GAMMA = 2.2
_DIFFUSE_WHITE = 203.0  # nits (ITU-R BT.2408, 2.2)
_PEAK = 10_000.0  # nits of full code (SMPTE ST 2084)
_ABOVE_WHITE = 8.0  # of floats of light, one in twenty is never so much brighter than white
_MOST = 95  # percent
_EIGHT_BITS, _SIXTEEN_BITS = 255.0, 65535.0
_M1, _M2, _C1, _C2, _C3 = 2610 / 16384, 2523 / 32, 3424 / 4096, 2413 / 128, 2392 / 128  # ST 2084, 5.2


def as_displayed(grey: NDArray[np.uint8], transfer: str | None) -> NDArray[np.uint8]:
    """The same pictures, uint8 of any shape, as a screen would show them; those meant for one as they are.

    `transfer` is `LOGARITHMIC`, or ffprobe's word. Hybrid log-gamma stays: it was made to be shown as it is.
    """
    curve = _curve(transfer)
    return grey if curve is None else curve[grey]


def white_of(values: NDArray[np.float32]) -> float:
    """What is white in a picture of floats (height, width, …) that doesn't say so: never its brightest, maybe a lamp.

    Raises:
        UnsupportedMediaError: nothing tells.
    """
    highest = float(values.max(initial=0.0))
    if highest <= _ABOVE_WHITE:
        return 1.0
    most = float(np.percentile(values[:: max(1, values.shape[0] // 512)], _MOST))
    if most <= _ABOVE_WHITE:
        return 1.0
    if highest <= _EIGHT_BITS:
        return _EIGHT_BITS
    if most >= _EIGHT_BITS and highest <= _SIXTEEN_BITS:
        return _SIXTEEN_BITS
    raise UnsupportedMediaError("a picture of floats of which nothing says what is white is not read")


@cache
def _curve(transfer: str | None) -> NDArray[np.uint8] | None:
    code = np.arange(256) / 255
    if transfer == LOGARITHMIC:
        light, black = (10 ** ((value - _WHITE) * _DENSITY / _GAMMA) for value in (code * 1023, np.float64(_BLACK)))
        displayed = (light - black) / (1 - black)
    elif transfer == PERCEPTUAL:
        root = code ** (1 / _M2)
        displayed = (np.maximum(root - _C1, 0) / (_C2 - _C3 * root)) ** (1 / _M1) * _PEAK / _DIFFUSE_WHITE
    else:
        return None
    return np.asarray((displayed.clip(0, 1) ** (1 / _DISPLAY_GAMMA) * 255).round(), np.uint8)
