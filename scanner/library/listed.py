"""Stills against hashes that partners listed: those of imagehash, which have limits of their own.

PDQ needs none of this: a listed PDQ hash is a reference picture without details. Of imagehash's values the 64 bits of
pHash are compared, since they alone tell pictures apart: on the 1,425 pictures and 19.1 million pairs that PDQ was
measured on, 7 bits of pHash give one false pair in a million, and find what was resized, compressed or graded; dHash
allows a single bit, average and wavelet hashes match unrelated pictures at none.
"""

import numpy as np
from numpy.typing import NDArray

from detectors.matching.found import Found
from detectors.matching.levels import Level

PHASH, PHASH_BYTES = "phash", 8
PHASH_ALGORITHM = "imagehash phash 64"
PHASH_RADIUS = 7
PHASH_RATE = 1e-6
_CROWD = 100_000
"""Listed hashes beyond which a pair in a million is one too many for more than a question."""


def comparable(algorithm: str, size: int) -> bool:
    """Whether listed hashes of an algorithm, of so many bytes, are compared with anything."""
    return algorithm == "pdq" or (algorithm == PHASH and size == PHASH_BYTES)


def find_phash(value: str, listed: NDArray[np.uint64]) -> list[Found]:
    """Which of the listed pHashes (n,) a still's is near to.

    `value`: as imagehash prints it; one of another size finds none.
    """
    if len(value) != 2 * PHASH_BYTES:
        return []
    own = np.frombuffer(bytes.fromhex(value), np.uint64)
    differ = np.bitwise_count(listed ^ own)
    level = Level.MATCH if len(listed) <= _CROWD else Level.POSSIBLE
    return [
        Found(
            target=int(place),
            level=level,
            distance=int(differ[place]),
            mirrored=False,
            pictures=1,
            algorithm=PHASH_ALGORITHM,
            false_match_rate=PHASH_RATE,
        )
        for place in np.flatnonzero(differ <= PHASH_RADIUS)
    ]
