"""Hashes that others made, where there is no picture: a still's own pHash against those that were listed.

PDQ needs none of this: a listed PDQ hash is a reference picture without details (`stock.PictureStock`). Of imagehash's
values the 64 bits of pHash are compared, since they alone tell pictures apart: on the 1,425 pictures and 19.1 million
pairs that PDQ was measured on, 7 bits of pHash give one false pair in a million, and find what was resized, compressed
or graded; dHash allows a single bit, average and wavelet hashes match unrelated pictures at none.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from detectors.fingerprint.picture import QUALITY_GATE
from detectors.matching.levels import Level
from detectors.matching.match import PictureMatch

PHASH, PHASH_BYTES = "phash", 8
"""What is compared: imagehash's name of the algorithm, and the bytes of a value."""
PHASH_ALGORITHM = "imagehash phash 64"
PHASH_RADIUS = 7
"""The largest distance that counts, in bits."""
PHASH_RATE = 1e-6
"""False matches a pair at that distance, as measured."""

_CROWD = 100_000
"""Listed hashes beyond which a pair in a million is one too many for more than a question."""


@dataclass(frozen=True, slots=True, eq=False)
class Listed:
    """pHashes that were listed.

    `values` uint64 (n,): the bits as imagehash orders them. `owner` int64 (n,): of which work each is.
    """

    values: NDArray[np.uint64]
    owner: NDArray[np.int64]


def comparable(algorithm: str, size: int) -> bool:
    """Whether listed hashes of an algorithm, of so many bytes, are compared with anything."""
    return algorithm == "pdq" or (algorithm == PHASH and size == PHASH_BYTES)


def find_phash(value: str, listed: Listed, quality: int) -> list[PictureMatch]:
    """Which works a still shows, by its pHash: of each work the nearest value, in the order of the works.

    Args:
        value: the still's, as imagehash prints it; one of another size finds none.
        listed: what to look in.
        quality: PDQ's measure of the still. One that is too flat matches nothing.
    """
    if len(value) != 2 * PHASH_BYTES or quality < QUALITY_GATE:
        return []
    differ = np.bitwise_count(listed.values ^ np.frombuffer(bytes.fromhex(value), np.uint64))
    level = Level.MATCH if len(listed.values) <= _CROWD else Level.POSSIBLE
    near = np.flatnonzero(differ <= PHASH_RADIUS)
    near = near[np.lexsort((differ[near], listed.owner[near]))]
    targets, first = np.unique(listed.owner[near], return_index=True)
    return [
        PictureMatch(
            target,
            level,
            int(differ[row]),
            mirrored=False,
            pictures=1,
            algorithm=PHASH_ALGORITHM,
            false_match_rate=PHASH_RATE,
        )
        for target, row in zip(targets.tolist(), near[first].tolist(), strict=True)
    ]
