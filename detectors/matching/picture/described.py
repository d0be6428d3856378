"""The pictures of an asset that were described by local features, and how long each of them stands.

Two a second are described, and of those that look alike only the first: it stands for all that follow, up to the next.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from detectors.fingerprint.local import LocalFeatures
from detectors.matching.picture.local import views_of
from detectors.matching.picture.view import View
from detectors.matching.strip import Strip

GRID_SECONDS = 0.5


@dataclass(frozen=True, slots=True, eq=False)
class DescribedPictures:
    """The described pictures of one asset, in the order of their frames.

    `frames` int64 (k,) ascending: the frame of each. `lasts` int64 (k,): the last frame of the grid that looks like it.
    `views`: the local features of each. `step`: frames from one picture of the grid to the next.
    """

    frames: NDArray[np.int64]
    lasts: NDArray[np.int64]
    views: tuple[View, ...]
    step: int

    @classmethod
    def of(cls, asset: Strip, details: LocalFeatures) -> "DescribedPictures":
        """The described pictures of an asset."""
        pictures = list(views_of(details))
        frames = np.array([frame for frame, _ in pictures], np.int64)
        step = grid_step(frames, float(asset.pace().rate))
        return cls(frames, lasts(frames, int(asset.frames[-1]), step), tuple(view for _, view in pictures), step)

    def __len__(self) -> int:
        return len(self.frames)

    def row(self, frame: int) -> int:
        """Which row a described frame has; the frame must be one of them."""
        return int(np.searchsorted(self.frames, frame))

    def grid(self, row: int) -> list[int]:
        """The frames of the grid that a picture stands for."""
        return list(range(int(self.frames[row]), int(self.lasts[row]) + 1, self.step))


def grid_step(frames: NDArray[np.int64], rate: float) -> int:
    """Frames between pictures of a grid of two a second, of which some were left out."""
    step = max(1, round(rate * GRID_SECONDS))
    return max(1, min(step, int(np.diff(frames).min()))) if len(frames) > 1 else step


def lasts(frames: NDArray[np.int64], end: int, step: int) -> NDArray[np.int64]:
    """The last frame of the grid for which each described one stands; `end`: the last frame there is."""
    after = np.append(frames[1:], end + 1)
    stood: NDArray[np.int64] = frames + np.maximum(after - 1 - frames, 0) // step * step
    return stood
