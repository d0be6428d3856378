"""Reference pictures laid out for searching, once for many assets: their hashes, and their local features on demand."""

from collections.abc import Callable, Sequence
from functools import cached_property, lru_cache

import numpy as np
from numpy.typing import NDArray

from detectors.fingerprint.local import LocalFeatures
from detectors.fingerprint.sketch import Sketch, read
from detectors.matching.levels import CERTAIN_RADIUS
from detectors.matching.picture.local import LocalStock
from detectors.matching.search import HashWords, near
from detectors.matching.strip import Strip

_KEPT_SKETCHES = 256
_SKETCHES = 8
"""Pictures of an animation that are compared at most."""


class PictureStock:
    """Pictures by their numbers.

    `words` uint64 (n, 4): hashes as seen, of each cut that takes something away; `owner` int64 (n,): whose each is,
    ascending. Both may be mapped from files.
    """

    def __init__(
        self,
        targets: int,
        words: HashWords,
        owner: NDArray[np.int64],
        details: Callable[[int], LocalFeatures | None] = lambda _: None,
    ) -> None:
        """Lay out so many targets. `details`: fetches the local features of one, None where it has none."""
        self.targets = targets
        self.words = words
        self.owner = owner
        self._details = details
        self._alike: dict[int, NDArray[np.int64]] = {}
        self.sketches = lru_cache(maxsize=_KEPT_SKETCHES)(self._sketches)
        """Those of a target's pictures, as seen; none where none were kept."""

    @classmethod
    def of(cls, strips: Sequence[Strip], details: Sequence[LocalFeatures | None] = ()) -> "PictureStock":
        """The stock of pictures that are all at hand."""
        parts = [strip.words[strip.cuts(np.arange(len(strip)))][:, 0] for strip in strips]
        return cls(
            len(strips),
            np.concatenate([np.zeros((0, 4), np.uint64), *parts]),
            np.repeat(np.arange(len(strips)), [len(part) for part in parts]),
            details.__getitem__ if details else lambda _: None,
        )

    def __len__(self) -> int:
        return self.targets

    @cached_property
    def local(self) -> LocalStock:
        """The pictures by their local features, laid out when they are first asked for."""
        return LocalStock(self._details, self.targets)

    def hashes(self, target: int) -> HashWords:
        """Those of one target, uint64 (k, 4); none where it is too flat, or means nothing."""
        first, after = np.searchsorted(self.owner, [target, target + 1])
        return self.words[first:after]

    def alike(self, target: int) -> NDArray[np.int64]:
        """The targets that show the same picture, itself not among them: a work may lie in a library many times."""
        if target not in self._alike:
            hits = near(self.hashes(target), self.words, CERTAIN_RADIUS)
            others = np.unique(self.owner[hits.target])
            self._alike[target] = others[others != target]
        return self._alike[target]

    def _sketches(self, target: int) -> tuple[Sketch, ...]:
        features = self._details(target)
        if features is None:
            return ()
        rows = np.flatnonzero(~features.mirrored & (np.diff(features.sketch_starts) > 0))[:_SKETCHES]
        return tuple(sketch for row in rows.tolist() if (sketch := read(features.sketch(row))))
