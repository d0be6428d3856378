"""The local features of one picture, whatever it was described at: in one measure, so that two pictures compare."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from detectors.fingerprint.local import EIGHTHS, LocalFeatures
from detectors.fingerprint.sketch import Sketch, read
from detectors.matching.picture.geometry import UNITS, Points


@dataclass(frozen=True, slots=True, eq=False)
class View:
    """The features of a picture at all its scales.

    `points` float32 (m, 2) in units; `descriptors` uint8 (m, 32). `width` and `height` in units. `sketch`:
    the picture in small; None where none was kept of it.
    """

    points: Points
    descriptors: NDArray[np.uint8]
    width: float
    height: float
    sketch: Sketch | None = None

    @classmethod
    def of(cls, features: LocalFeatures, first: int, after: int) -> "View":
        """The view of the rows `first` up to `after`, which show one picture."""
        begin, end = int(features.starts[first]), int(features.starts[after])
        scale = (UNITS / EIGHTHS / features.sides[first:after]).astype(np.float32)
        scales = np.repeat(scale, np.diff(features.starts[first : after + 1]))
        points = features.points[begin:end].astype(np.float32) * scales[:, None]
        width, height = (float(side) for side in features.shapes[first] * (UNITS / float(features.sides[first])))
        stored = next((sketch for row in range(first, after) if (sketch := features.sketch(row))), b"")
        return cls(points, features.descriptors[begin:end], width, height, read(stored))

    def __len__(self) -> int:
        return len(self.points)

    @property
    def corners(self) -> Points:
        """Upper left, upper right, lower right, lower left."""
        return np.array([(0, 0), (self.width, 0), (self.width, self.height), (0, self.height)], np.float32)


def pictures_of(features: LocalFeatures) -> Iterator[tuple[int, int]]:
    """The rows of each picture, the first and the one after the last: neighbours of one frame, mirrored or not."""
    fresh = np.ones(len(features), bool)
    fresh[1:] = (np.diff(features.frames) != 0) | (np.diff(features.mirrored.astype(np.int8)) != 0)
    yield from pairwise(np.append(np.flatnonzero(fresh), len(features)).tolist())
