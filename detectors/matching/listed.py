"""Hashes that others made, where there is no picture: lists of imagehash values against a still's own.

Each algorithm and length is compared with its like alone, up to the largest distance at which fewer than one in a
million pairs of unrelated pictures matched (19.1 million pairs, 1,425 references under 32 changes). Algorithms without
such a distance (average and wavelet hashes of 64 bits match unrelated pictures at 0) are not compared. PDQ values need
none of this: they are searched like those of any picture (`stock.PictureStock`).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from detectors.fingerprint.picture import QUALITY_GATE
from detectors.matching.found import Found
from detectors.matching.levels import Level

Kind: TypeAlias = tuple[str, int]
"""An algorithm of imagehash by the name of its function, and the number of its bits."""

LIMITS: dict[Kind, int] = {("dhash", 64): 1, ("phash", 64): 7, ("dhash", 256): 17, ("phash", 256): 75}
"""The largest distance that counts."""
RATE = 1e-6
"""False matches a pair at that distance, as measured."""

_BEARABLE = 0.1
"""False matches that are expected of one picture among a whole list, up to which it is more than possible."""


@dataclass(frozen=True, slots=True, eq=False)
class HashList:
    """Values of one kind. `bits` uint8 (n, bytes): as imagehash orders them; `owner` int64 (n,): whose each is."""

    kind: Kind
    bits: NDArray[np.uint8]
    owner: NDArray[np.int64]


def comparable(kind: Kind) -> bool:
    """Whether values of this kind are compared at all."""
    return kind in LIMITS


def find_listed(values: Mapping[Kind, bytes], lists: Iterable[HashList], *, quality: int) -> list[Found]:
    """Which works of the lists a still shows, by its own values.

    Args:
        values: of the still, of each kind that was computed.
        lists: what to look in; those of other kinds are passed over.
        quality: PDQ's measure of the still. One that is too flat matches nothing.

    Returns:
        The nearest value of each work and kind, by target. `algorithm` says which kind it was.
    """
    if quality < QUALITY_GATE:
        return []
    found = []
    for listed in lists:
        value = values.get(listed.kind)
        limit = LIMITS.get(listed.kind)
        if value is None or limit is None or not len(listed.bits):
            continue
        differ = np.bitwise_count(listed.bits ^ np.frombuffer(value, np.uint8)).sum(1, dtype=np.int64)
        level = Level.MATCH if RATE * len(listed.bits) <= _BEARABLE else Level.POSSIBLE
        order = np.lexsort((differ, listed.owner))
        order = order[differ[order] <= limit]
        targets, first = np.unique(listed.owner[order], return_index=True)
        algorithm = f"imagehash {listed.kind[0]} {listed.kind[1]} bit"
        for target, row in zip(targets.tolist(), order[first].tolist(), strict=True):
            distance = int(differ[row])
            found.append(
                Found(target, level, distance, mirrored=False, pictures=1, algorithm=algorithm, false_match_rate=RATE)
            )
    return sorted(found, key=lambda each: (each.target, each.algorithm))
