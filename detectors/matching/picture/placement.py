"""How a reference lies in an asset's picture: its corners, and what was done to it in the words of post-production."""

from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from detectors.fingerprint.picture import CUTS
from detectors.matching.match import Quad
from detectors.matching.picture.geometry import Matrix, mapped, turned
from detectors.matching.picture.view import View

_WHOLE = 0.04
"""Share of a side that an edge may be off, to lie on the picture's own: local features measure no better."""
_UPRIGHT = 2
"""Degrees up to which a picture isn't told to be turned."""
_ASKEW = 20
"""Degrees off upright, or off a turn by quarters, beyond which nobody turns a picture that is used again. Two cameras
that look at one table do: what their pictures share is the table."""
_SQUEEZED = 1.06
_CENTRED = 0.06
_SMALL = 0.65
"""Share of the picture's width and height below which what is shown smaller is an inset, not bars around it."""


@dataclass(frozen=True, slots=True, eq=False)
class Placement:
    """Where a reference lies in an asset's picture.

    `corners` float64 (4, 2): upper left, upper right, lower right and lower left of the reference in shares of the
    asset's width and height. `turned`: degrees clockwise. `squeezed`: how many times one side was stretched more.
    """

    corners: NDArray[np.float64]
    turned: int
    squeezed: float

    @classmethod
    def of(cls, matrix: Matrix, asset: View, reference: View, *, mirrored: bool) -> "Placement":
        """The placement that a matrix stands for (see `geometry`; of the mirror image, where mirrored)."""
        size = np.array([asset.width, asset.height])
        corners = mapped(matrix, reference.corners).astype(np.float64) / size
        scales = np.linalg.norm(matrix[:, :2], axis=0)
        across, down = (float(scale) for scale in scales)
        return cls(
            corners[[1, 0, 3, 2]] if mirrored else corners,
            turned(matrix),
            max(across, down) / max(1e-9, min(across, down)),
        )

    @property
    def quad(self) -> Quad:
        """The corners as a report tells them."""
        return tuple((round(float(across), 3), round(float(down), 3)) for across, down in self.corners)

    @property
    def askew(self) -> bool:
        """Whether it is turned as pictures of the same thing are, rather than the same picture."""
        return min(self.turned % 90, 90 - self.turned % 90) > _ASKEW

    def words(self) -> list[str]:
        """What was done, as far as geometry tells it."""
        low, high = self.corners.min(0), self.corners.max(0)
        words = []
        upright = min(self.turned % 90, 90 - self.turned % 90) <= _UPRIGHT
        if _UPRIGHT < self.turned < 360 - _UPRIGHT:
            words.append("turned")
        if self.squeezed > _SQUEEZED and upright:
            words.append("squeezed")
        if (low < -_WHOLE).any() or (high > 1 + _WHOLE).any():
            words.append("cropped")
        narrow, flat = (bool((high - low)[axis] < 1 - 2 * _WHOLE) for axis in (0, 1))
        centred = np.abs(low + high - 1) < 2 * _CENTRED
        if narrow and flat and not (centred.all() and (high - low).min() > _SMALL):
            words.append("inset")
        elif narrow and flat:
            words.append("windowboxed")
        elif flat and centred[1]:
            words.append("letterboxed")
        elif narrow and centred[0]:
            words.append("pillarboxed")
        elif narrow or flat:
            words.append("inset")
        return words


def by_cuts(pair: int) -> list[str]:
    """What the pair of cuts tells by which hashes met best (see `line.compare`): bars that one side hasn't."""
    asset_cut, reference_cut = divmod(pair, len(CUTS))
    if asset_cut and not reference_cut:
        return ["bars added"]
    return ["bars removed"] if reference_cut and not asset_cut else []


def by_speed(speed: Fraction) -> list[str]:
    """What the speed tells; `speed` film seconds pass in one of the asset."""
    if speed == 1:
        return []
    return ["sped up"] if speed > 1 else ["slowed down"]
