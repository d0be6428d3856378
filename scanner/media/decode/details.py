"""Local features of the pictures of one content, as they come: of each that looks like something new.

Two pictures a second of a film are many, and most look like the one before. One whose hash hardly differs from that of
the picture described last shows nothing that isn't described already, and is left out. What is a feature, and what two
of them have in common, is `detectors.fingerprint.local`'s and matching's.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from detectors.fingerprint.local import MOST, LocalFeatures, describe
from detectors.fingerprint.picture import Hashes, distance

ALIKE = 10
"""Bits of 256 within which two whole pictures show the same."""

_CHANGED = 31  # bits from which on a picture is another one: PDQ's own threshold of a match

_DESCRIPTOR = 32  # bytes


def is_cut(before: Hashes | None, here: Hashes) -> bool:
    """Whether a picture is another one than that before it, by the hashes of all of them, uint8 (32,)."""
    return before is not None and bool(distance(before, here) > _CHANGED)


class Details:
    """Describes the pictures of one content, in their order. `mirrored`: mirrored too, as works of a library are."""

    def __init__(self, *, mirrored: bool = False) -> None:
        self._mirrored = mirrored
        self._last: Hashes | None = None
        self._rows: list[tuple[int, int, bool, int, tuple[int, int]]] = []
        self._points = bytearray()  # they grow in place; arrays put together at the end would take the room twice
        self._descriptors = bytearray()
        self._sketches: list[bytes] = []

    def see(self, number: int, whole_hash: Hashes, pictures: Sequence[NDArray[np.uint8]]) -> None:
        """See one frame, as grey pictures of one or more scales. `whole_hash`: of all of it, uint8 (32,)."""
        if self._last is not None and distance(self._last, whole_hash) <= ALIKE:
            return
        self._last = whole_hash.copy()
        for mirrored in (False, True) if self._mirrored else (False,):
            for picture in pictures:
                self._add(describe([picture], [number], most=_most(max(picture.shape)), mirrored=mirrored))

    def finish(self) -> LocalFeatures | None:
        """The features of all frames that were described; None where none came."""
        if not self._rows:
            return None
        frames, sides, mirrored, counts, shapes = zip(*self._rows, strict=True)
        return LocalFeatures(
            np.array(frames, np.int64),
            np.array(sides, np.uint16),
            np.array(mirrored, np.bool_),
            np.concatenate([np.zeros(1, np.int64), np.cumsum(counts, dtype=np.int64)]),
            np.frombuffer(self._points, np.uint16).reshape(-1, 2),
            np.frombuffer(self._descriptors, np.uint8).reshape(-1, _DESCRIPTOR),
            np.array(shapes, np.uint16),
            np.frombuffer(b"".join(self._sketches), np.uint8),
            np.cumsum([0, *(len(sketch) for sketch in self._sketches)], dtype=np.int64),
        )

    def _add(self, features: LocalFeatures) -> None:
        """Keep what was found in one picture."""
        width, height = (int(pixels) for pixels in features.shapes[0])
        frame, side, mirrored = int(features.frames[0]), int(features.sides[0]), bool(features.mirrored[0])
        self._rows.append((frame, side, mirrored, len(features.points), (width, height)))
        self._points += features.points.tobytes()
        self._descriptors += features.descriptors.tobytes()
        self._sketches.append(features.sketch(0))


def _most(side: int) -> int:
    """How many features are kept of a picture whose long side is `side`: one of two, as near as rounding leaves it."""
    return MOST[min(MOST, key=lambda length: abs(length - side))]
