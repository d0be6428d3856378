"""A sketch of a picture: itself, very small, to see whether two pictures whose details agree show the same at all.

Letters, lines and boxes have the same corners whatever is written, so local features of two title cards agree by the
hundred. What is written where shows in a small picture. A sketch has a long side of 64 pixels, and of 192 where a
picture is drawn rather than photographed, since words must be told apart in it: in 16 greys then, which ink needs no
more of.

How far a picture is drawn is measured, too: around each corner and edge, the share of pixels that are as dark as the
darkest there or as light as the lightest. Ink has hardly anything in between. Of 322 pictures of the corpus half have
less than 37 % of it, nine of ten less than 60 %; drawn title cards, slates, charts, storyboards, screens and codes have
77 to 98 %. Pages of small text, keys and brickwork have 64 to 66 %, as some photographs do; but their greys are few.
"""

import zlib
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from detectors.fingerprint.picture import quality

_DRAWN, _DRAWN_IF_FLAT = 0.7, 0.62
"""Shares of two-toned pixels from which on a picture is drawn, and from which on where it has few greys."""
_FLAT = 0.92
"""Share of a picture in its four most common greys, from which on it has few."""
_FEW_GREYS, _BUSY = 0.88, 0.15
"""Shares of a picture in its most common greys, and beside edges, from which on, and below which, it is bare."""
_SKETCHED_LARGE = 0.45
"""Share of two-toned pixels from which on a sketch is large: a drawing that was blurred has less of them."""
_SMALL, _LARGE = 64, 192
_MEASURED = 256
"""Long side of the picture in which all that is measured: grain is averaged out in it."""
_AROUND = 9
"""Pixels across, within which the darkest and the lightest are looked for."""
_CONTRAST = 24
"""Greys between the two, below which there is nothing but a ground."""
_BETWEEN = 0.15
"""Of what lies between the two, how far from either a pixel may be to be as dark, or as light."""
_FEW = 20
"""Pixels beside corners and edges, below which a picture is empty, and not drawn."""
_COMMON, _BESIDE = 4, 4
"""How many greys are the most common ones, and how far others may be off to be taken for one of them."""
_LEVELS = 15
_HEADER = 8
_HASHED = 64


@dataclass(frozen=True, slots=True, eq=False)
class Sketch:
    """A picture in small: `grey` float32 (height, width), 0 to 255.

    `two_toned`: share of pixels beside edges that are as dark or as light as any around them. `flat`: share of the
    picture in its four most common greys. `quality`: how much there is in it, 0 to 100 as in PDQ.
    """

    grey: NDArray[np.float32]
    two_toned: float
    busy: float
    flat: float
    quality: int

    @property
    def is_drawn(self) -> bool:
        """Whether it is letters, lines and boxes, or looks like them."""
        return self.two_toned >= _DRAWN or (self.two_toned >= _DRAWN_IF_FLAT and self.flat >= _FLAT)

    @property
    def is_bare(self) -> bool:
        """Whether there is hardly anything in it but what is drawn: few greys, or most of it a ground."""
        return self.flat >= _FEW_GREYS or self.busy < _BUSY

    @property
    def is_large(self) -> bool:
        """Whether words can be told apart in it."""
        return bool(max(self.grey.shape) > _SMALL)


def sketched(picture: NDArray[np.uint8]) -> bytes:
    """The sketch of a grey picture, uint8 (height, width) of about 512 pixels, as it is stored: 12 kB at most."""
    import cv2

    measured = _shrunk(picture, _MEASURED)
    two_toned, busy = _two_toned(measured)
    large = two_toned >= _SKETCHED_LARGE
    small = _shrunk(picture, _LARGE if large else _SMALL)
    high, wide = small.shape
    hashed = np.asarray(cv2.resize(picture, (_HASHED, _HASHED), interpolation=cv2.INTER_AREA), np.float32)
    low, top = int(small.min()), int(small.max())
    shares = (round(100 * share) for share in (two_toned, busy, _flat(measured)))
    header = bytes([*shares, int(quality(hashed[None])[0]), wide, high, low, top])
    return header + zlib.compress(_packed(small, low, top) if large else small.tobytes())


def read(data: bytes) -> Sketch | None:
    """The sketch that `sketched` made; None where none was, or where the bytes don't hold together."""
    if len(data) < _HEADER:
        return None
    two_toned, busy, flat, shown, wide, high, low, top = data[:_HEADER]
    large, pixels = max(wide, high) > _SMALL, wide * high
    size = -(-pixels // 2) if large else pixels
    unpacking = zlib.decompressobj()
    try:
        raw = unpacking.decompress(data[_HEADER:], size + 1)
    except zlib.error:
        return None
    if not pixels or len(raw) != size or max(two_toned, busy, flat) > 100 or max(wide, high) > _LARGE:  # noqa: PLR2004 - per cent
        return None
    stored = np.frombuffer(raw, np.uint8)
    grey = _unpacked(stored, low, top)[:pixels] if large else stored.astype(np.float32)
    return Sketch(grey.reshape(high, wide), two_toned / 100, busy / 100, flat / 100, shown)


def _shrunk(picture: NDArray[np.uint8], side: int) -> NDArray[np.uint8]:
    """The picture with this long side."""
    import cv2

    factor = side / max(picture.shape)
    high, wide = (min(side, max(1, round(length * factor))) for length in picture.shape)
    return np.asarray(cv2.resize(picture, (wide, high), interpolation=cv2.INTER_AREA), np.uint8)


def _two_toned(picture: NDArray[np.uint8]) -> tuple[float, float]:
    """Of the pixels beside corners and edges, those as dark or as light as any around them; and they of all pixels."""
    import cv2

    kernel = np.ones((_AROUND, _AROUND), np.uint8)
    low, high = cv2.erode(picture, kernel), cv2.dilate(picture, kernel)
    between = cv2.subtract(high, low)
    off = cv2.min(cv2.subtract(picture, low), cv2.subtract(high, picture))
    bound = cv2.convertScaleAbs(between, alpha=_BETWEEN)
    beside = between > _CONTRAST
    count = int(np.count_nonzero(beside))
    return (float(np.count_nonzero((off <= bound) & beside)) / count if count >= _FEW else 0.0), count / picture.size


def _flat(picture: NDArray[np.uint8]) -> float:
    """The share of a picture in its most common greys, each with what lies beside it."""
    left = np.bincount(picture.ravel(), minlength=256).astype(np.int64)
    around = np.ones(2 * _BESIDE + 1, np.int64)
    together = 0
    for _ in range(_COMMON):
        grey = int(np.convolve(left, around, "same").argmax())
        beside = slice(max(0, grey - _BESIDE), grey + _BESIDE + 1)
        together += int(left[beside].sum())
        left[beside] = 0
    return together / picture.size


def _packed(small: NDArray[np.uint8], low: int, top: int) -> bytes:
    """Greys from the darkest to the lightest in 16 levels, two pixels a byte."""
    levels = np.rint((small.astype(np.float32).ravel() - low) * (_LEVELS / max(1, top - low))).astype(np.uint8)
    pairs = np.append(levels, np.zeros(len(levels) % 2, np.uint8)).reshape(-1, 2)
    packed: NDArray[np.uint8] = pairs[:, 0] << 4 | pairs[:, 1]
    return packed.tobytes()


def _unpacked(stored: NDArray[np.uint8], low: int, top: int) -> NDArray[np.float32]:
    levels = np.stack([stored >> 4, stored & _LEVELS], axis=1).ravel()
    greys: NDArray[np.float32] = low + levels.astype(np.float32) * ((top - low) / _LEVELS)
    return greys.astype(np.float32)
