"""Reference films laid out for searching, once for many assets.

Each hash keeps whose it is and where it stands. Four pictures a second are enough to be found by: a query then misses
the nearest by an eighth of a second at most, and the frames in between are compared afterwards (`refine`).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from detectors.matching.search import Words
from detectors.matching.strip import Strip

KEPT_A_SECOND = 4
KEPT_AT_LEAST = 32
"""A film of a few seconds keeps every frame, or nearly."""


@dataclass(frozen=True, slots=True, eq=False)
class Reels:
    """`words` uint64 (n, 4) as seen, `owner` int64 (n,): which strip, `place` int64 (n,): where in it.

    `groups`: for each strip, whose work it is. Within a group a longer match hides the shorter ones it contains.
    """

    strips: tuple[Strip, ...]
    groups: tuple[str, ...]
    words: Words
    owner: NDArray[np.int64]
    place: NDArray[np.int64]

    @classmethod
    def of(cls, strips: Sequence[Strip], groups: Sequence[str]) -> "Reels":
        """The reels of these films."""
        kept = [strip.sample(KEPT_A_SECOND, KEPT_AT_LEAST) for strip in strips]
        words = [strip.words[places, 0] for strip, places in zip(strips, kept, strict=True)]
        return cls(
            tuple(strips),
            tuple(groups),
            np.concatenate([np.zeros((0, 4), np.uint64), *words]),
            np.repeat(np.arange(len(strips)), [len(places) for places in kept]),
            np.concatenate([np.zeros(0, np.int64), *kept]),
        )
