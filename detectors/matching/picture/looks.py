"""What pictures look like that hashes found alike: drawn or smooth, and whether they show the same.

Hashes are compared picture by picture, sketches only of pictures that are drawn or smooth: of all others a hash says
enough.
"""

import numpy as np
from numpy.typing import NDArray

from detectors.matching.levels import CERTAIN_RADIUS, Look
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
        row, poor = self.shown(np.array([place])).T[:, 0].tolist()
        return self.look_at(row, target, way, poor=bool(poor))

    def look_at(self, row: int, target: int, way: int, *, poor: bool) -> Look:
        """The same, of a described picture (see `shown`)."""
        key = row, target, way, poor
        if key not in self._known:
            self._known[key] = self._looked(row, target, way, poor=poor)
        return self._known[key]

    def shown(self, places: NDArray[np.int64]) -> NDArray[np.int64]:
        """Which described picture shows what the picture at each place does, and whether that is poor in detail.

        int64 (n, 2): the row, -1 where none does, and 1 where it is poor.
        """
        rows = np.full(len(places), -1, np.int64)
        if self._described is not None and len(self._described):
            after = np.searchsorted(self._described.frames, self._strip.frames[places], side="right")
            beside = np.clip(np.stack([after - 1, after]), 0, len(self._described) - 1)  # a cut may lie between
            described = np.searchsorted(self._strip.frames, self._described.frames)[beside]
            words = self._strip.words[:, 0, 0]
            described = np.minimum(described, len(words) - 1)
            differ = np.bitwise_count(words[described] ^ words[places]).sum(-1, dtype=np.int64)
            nearer = (differ[1] < differ[0]).astype(np.int64)
            every = np.arange(len(places))
            rows = np.where(differ[nearer, every] <= CERTAIN_RADIUS, beside[nearer, every], -1)
        return np.stack([rows, ~self._strip.rich[places, 0]], axis=1).astype(np.int64)

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
