"""How one picture lies in another: the affine map on which pairs of points agree, and what it says.

Points are in units, thousandths of the long side of their own picture, x to the right and y down.
"""

from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

UNITS = 1000.0
"""The long side of every picture."""

Points: TypeAlias = NDArray[np.float32]
"""float32 (n, 2)."""
Matrix: TypeAlias = NDArray[np.float64]
"""float64 (2, 3): takes points of a reference to those of an asset."""

LEAST_POINTS = 5
_APART = 12.0
"""Units: points nearer than that count once, since one corner is a feature at several scales."""
_TOLERANCE = 8.0
_TRIALS = 1000
_CONFIDENCE = 0.999
_MOST_STRETCHED = 2.5
"""Of the two scales of a map, how many times the one may be the other: 2.39:1 squeezed to 1:1, and a screen seen
from the side."""
_SCALES = (0.08, 8.0)


def fit(reference: Points, asset: Points) -> tuple[Matrix, NDArray[np.bool_]] | None:
    """The plausible map on which most pairs of points agree, and which do; None where there is none."""
    if len(reference) < LEAST_POINTS:
        return None
    import cv2

    cv2.setNumThreads(1)
    solved: Any = cv2.estimateAffine2D(  # its types don't tell that there may be none
        reference, asset, method=cv2.RANSAC, ransacReprojThreshold=_TOLERANCE, maxIters=_TRIALS, confidence=_CONFIDENCE
    )
    if solved[0] is None:
        return None
    matrix = np.asarray(solved[0], np.float64)
    return (matrix, np.asarray(solved[1], bool).ravel()) if plausible(matrix) else None


def plausible(matrix: Matrix) -> bool:
    """Whether post-production does such a thing to a picture: scale, turn, squeeze, but no mirror and no sliver."""
    if not np.isfinite(matrix).all() or np.linalg.det(matrix[:, :2]) <= 0:
        return False
    large, small = np.linalg.svd(matrix[:, :2], compute_uv=False)
    return bool(_SCALES[0] <= small and large <= _SCALES[1] and large <= _MOST_STRETCHED * small)


def mapped(matrix: Matrix, points: Points) -> Points:
    """Where points of a reference lie in an asset."""
    there: Points = (points @ matrix[:, :2].T + matrix[:, 2]).astype(np.float32)
    return there


def distinct(points: Points) -> int:
    """How many points there are that don't lie all but on each other."""
    cells = np.floor(points / _APART).astype(np.int64)
    return len(np.unique(cells[:, 0] * (1 << 20) + cells[:, 1]))


def breadth(points: Points) -> float:
    """How far points spread across the direction in which they spread most, as a standard deviation.

    Small for what lies along a line or in a corner: a row of text, a channel's logo.
    """
    if len(points) < 2:  # noqa: PLR2004 - one point, or none
        return 0.0
    spread = np.linalg.eigvalsh(np.cov(points.T.astype(np.float64)))
    return float(np.sqrt(max(0.0, spread[0])))


def extent(points: Points) -> float:
    """The area over which points spread: the product of their standard deviations along and across."""
    if len(points) < 2:  # noqa: PLR2004 - one point, or none
        return 0.0
    return float(np.sqrt(max(0.0, np.linalg.det(np.cov(points.T.astype(np.float64))))))


def turned(matrix: Matrix) -> int:
    """Degrees, 0 to 359, by which an asset shows its reference turned clockwise."""
    along, down = matrix[:, 0], matrix[:, 1]
    angle = np.degrees(np.arctan2(along[1] - down[0], along[0] + down[1]))
    return round(float(angle)) % 360
