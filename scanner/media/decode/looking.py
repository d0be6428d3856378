"""The pictures of one movie as ffmpeg writes them to two pipes: every frame small, some large enough for details.

Each pipe goes at its own pace: a large picture waits for the hash of its frame, which says whether it shows anything
new. Memory holds one batch of small pictures and the few large ones that wait, whatever the length.
"""

from collections import deque
from collections.abc import Callable
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from detectors.fingerprint.local import LocalFeatures
from detectors.fingerprint.picture import SIDE, Fingerprints, Hashes, Viewer, fingerprint
from scanner.media.decode.details import Details
from scanner.media.pixels import light

Pictures: TypeAlias = NDArray[np.uint8]
"""Grey pictures, (n, height, width)."""

_BATCH = 64


class Blocks:
    """A sink of pictures of one size, which hands them on in blocks of at most `batch`.

    Each block is uint8 (n, height, width) and a view of ONE buffer that the next block overwrites. `leftover` is how
    many bytes of an unfinished picture came last.
    """

    def __init__(self, width: int, height: int, batch: int, use: Callable[[Pictures], None]) -> None:
        self.leftover = 0
        self._pictures: Pictures = np.empty((batch, height, width), np.uint8)
        self._view = self._pictures.data.cast("B")
        self._filled = 0
        self._use = use

    def room(self) -> memoryview:
        """The rest of the buffer."""
        return self._view[self._filled :]

    def took(self, count: int) -> None:
        """Hand the block on, if it is full now."""
        self._filled += count
        if self._filled == len(self._view):
            self._use(self._pictures)
            self._filled = 0

    def finish(self) -> None:
        """Hand on what there is of the last block."""
        count, self.leftover = divmod(self._filled, self._pictures[0].size)
        self._filled = 0
        if count:
            self._use(self._pictures[:count])


class Looking:
    """Looks at a movie through the two sinks `frames` and `grid`.

    `frames` takes every frame as `SIDE` x `SIDE`, `grid` one in `step`, the first included, as `shape` (width, height).
    `transfer`: how their numbers relate to light, in ffprobe's word. `mirrored`: describe them mirrored as well.
    """

    def __init__(self, shape: tuple[int, int], step: int, transfer: str | None, *, mirrored: bool = False) -> None:
        self.frames = Blocks(SIDE, SIDE, _BATCH, self._see)
        self.grid = Blocks(*shape, 1, self._see_closely)
        self.count = 0
        self._step = step
        self._transfer = transfer
        self._viewer = Viewer()
        self._details = Details(mirrored=mirrored)
        self._waiting_hashes: deque[Hashes] = deque()
        """Of the next frames of the grid, whose large pictures haven't come."""
        self._waiting_pictures: deque[Pictures] = deque()
        """Large pictures of the next frames of the grid, whose hashes haven't come."""
        self._described = 0

    def finish(self) -> tuple[Fingerprints, LocalFeatures | None]:
        """What came of it, once everything has come."""
        self.frames.finish()
        self.grid.finish()
        return self._viewer.finish(), self._details.finish()

    def _see(self, block: Pictures) -> None:
        displayed = light.as_displayed(block, self._transfer)
        numbers = np.arange(self.count, self.count + len(block))
        self._viewer.feed(displayed, numbers)
        self.count += len(block)
        closely = numbers % self._step == 0
        self._waiting_hashes.extend(whole_hashes(displayed[closely]))
        self._describe()

    def _see_closely(self, block: Pictures) -> None:
        self._waiting_pictures.append(light.as_displayed(block[0], self._transfer).copy())
        self._describe()

    def _describe(self) -> None:
        while self._waiting_hashes and self._waiting_pictures:
            whole_hash, picture = self._waiting_hashes.popleft(), self._waiting_pictures.popleft()
            self._details.see(self._described * self._step, whole_hash, [picture])
            self._described += 1


def whole_hashes(pictures: Pictures) -> Hashes:
    """The hashes of whole pictures as seen, uint8 (n, 32)."""
    hashes: Hashes = fingerprint(pictures, np.arange(len(pictures))).hashes[:, 0, 0]
    return hashes
