"""Which of many hashes lie near a given one: exact search, in bounded memory.

Every pair is compared. At the radius that finds pictures (70 of 256 bits) no approximate index keeps its recall and
multi-index hashing is slower than comparing everything; one core does 100,000 comparisons in about 0.4 ms. This file
knows bits only: what a distance means is said in `levels`.
"""

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from detectors.fingerprint.picture import Hashes

Words: TypeAlias = NDArray[np.uint64]

_PAIRS_AT_ONCE = 1 << 16
"""512 kB of differences: they stay in a core's cache, which measured fastest."""
_TARGETS_AT_ONCE = 4096
_WORTH_SORTING = 1000
"""Targets from which on it pays to look for equal queries first: sorting one costs as much as 500 comparisons."""


@dataclass(frozen=True, slots=True)
class Hits:
    """Pairs within the radius, ordered by query, then by target.

    `query` and `target` int64 (n,): rows of what was searched for and in. `distance` int64 (n,): bits that differ.
    """

    query: NDArray[np.int64]
    target: NDArray[np.int64]
    distance: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.query)


def as_words(hashes: Hashes) -> Words:
    """Hashes uint8 (n, 32) as uint64 (n, 4), which is how they are compared."""
    return np.ascontiguousarray(hashes).reshape(-1, 32).view(np.uint64)


def near(queries: Words, targets: Words, radius: int) -> Hits:
    """Every pair of a query (n, 4) and a target (m, 4) that differs in at most `radius` bits, the radius included.

    Queries that are equal, as in a shot that stands still, are searched for once where there is much to search.
    """
    if not len(queries) or not len(targets):
        nothing = np.zeros(0, np.int64)
        return Hits(nothing, nothing, nothing)
    columns = np.ascontiguousarray(targets.T)
    if len(targets) < _WORTH_SORTING:
        return _scan(queries, columns, radius)
    distinct, which = np.unique(queries, axis=0, return_inverse=True)
    found = _scan(distinct, columns, radius)
    return _spread(found, which.reshape(-1), len(distinct))


def _scan(queries: Words, columns: Words, radius: int) -> Hits:
    """All pairs, block by block. `columns`: uint64 (4, m), the targets word by word."""
    count = columns.shape[1]
    wide = min(count, _TARGETS_AT_ONCE)
    high = max(1, _PAIRS_AT_ONCE // wide)
    parts: list[tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]] = []
    for top in range(0, len(queries), high):
        some = queries[top : top + high]
        for left in range(0, count, wide):
            differ = _differ(some, columns[:, left : left + wide])
            close = np.flatnonzero(differ <= radius)  # flat: in two dimensions this step costs as much as the rest
            row, column = np.divmod(close, differ.shape[1])
            parts.append((row + top, column + left, differ.ravel()[close].astype(np.int64)))
    query, target, distance = (np.concatenate(column) for column in zip(*parts, strict=True))
    order = np.argsort(query * count + target)  # one key sorts ten times as fast as two
    return Hits(query[order], target[order], distance[order])


def _differ(queries: Words, columns: Words) -> NDArray[np.uint16]:
    """Bits that differ, (n, m). Sixteen bits wide: a negative differs in all 256, which eight would call none."""
    total = np.zeros((len(queries), columns.shape[1]), np.uint16)
    for word in range(len(columns)):
        total += np.bitwise_count(queries[:, word, None] ^ columns[word][None])
    return total


def _spread(found: Hits, which: NDArray[np.int64], distinct: int) -> Hits:
    """The hits of distinct queries, given to every query that is equal to one of them (`which`: its row)."""
    first = np.searchsorted(found.query, np.arange(distinct))
    many = np.searchsorted(found.query, np.arange(distinct), side="right") - first
    copies = many[which]
    query = np.repeat(np.arange(len(which)), copies)
    within = np.arange(len(query)) - np.repeat(np.cumsum(copies) - copies, copies)
    pick = np.repeat(first[which], copies) + within
    return Hits(query, found.target[pick], found.distance[pick])
