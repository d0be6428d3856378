"""What pictures look like that hashes found alike: drawn or smooth, and whether they show the same.

Hashes are compared picture by picture, sketches only of pictures that are drawn or smooth: of all others a hash says
enough.
"""

import numpy as np

from detectors.matching.levels import Look
from detectors.matching.picture.described import DescribedPictures
from detectors.matching.picture.resemblance import is_drawn, resemblance_by_hash
from detectors.matching.picture.stock import PictureStock
from detectors.matching.picture.turning import WAYS
from detectors.matching.strip import RICH, Strip


class HashLooks:
    """The looks of an asset's pictures beside those of a stock, each pair looked at once."""

    def __init__(self, strip: Strip, described: DescribedPictures | None, stock: PictureStock) -> None:
        """Look at the pictures of `strip`, of which those `described` have sketches."""
        self._strip, self._described, self._stock = strip, described, stock
        self._known: dict[tuple[int, int, int, bool], Look] = {}

    def look(self, place: int, target: int, way: int) -> Look:
        """How the picture at a place looks beside a target that it shows in one of `WAYS`."""
        row = self._row(place)
        poor = not bool(self._strip.rich[place, 0])
        key = row, target, way, poor
        if key not in self._known:
            self._known[key] = self._looked(row, target, way, poor=poor)
        return self._known[key]

    def _looked(self, row: int, target: int, way: int, *, poor: bool) -> Look:
        asset = self._described.views[row].sketch if self._described and row >= 0 else None
        references = self._stock.sketches(target)
        drawn = any(is_drawn(asset, reference) for reference in references or (None,))
        smooth = poor or any(reference.quality < RICH for reference in references)
        if not drawn and not smooth:
            return Look()
        turned, mirrored, negative = WAYS[way]
        alike = [
            each
            for reference in references
            if (each := resemblance_by_hash(asset, reference, turned=turned, mirrored=mirrored, negative=negative))
        ]
        best = max(alike, key=lambda each: (each.share, each.weak), default=None)
        return Look(drawn=drawn, smooth=smooth, resemblance=best)

    def _row(self, place: int) -> int:
        """Which of the described pictures shows what the picture at a place does; -1: none."""
        if self._described is None or not len(self._described):
            return -1
        frame = int(self._strip.frames[place])
        return max(0, int(np.searchsorted(self._described.frames, frame, side="right")) - 1)
