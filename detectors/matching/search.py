"""Which of many hashes lie near a given one: exact search, in bounded memory.

Every pair is compared. At the radius that finds pictures (70 of 256 bits) no approximate index keeps its recall and
multi-index hashing is slower than comparing everything; one core does a million comparisons in about a millisecond.
faiss does it where there is much to compare, numpy where there is little; both find the same, and tests hold them to
that. This file knows bits only: what a distance means is said in `levels`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from detectors.fingerprint.picture import Hashes

HashWords: TypeAlias = NDArray[np.uint64]
"""Hashes of 256 bits as four words each, uint64 (…, 4)."""

_WORTH_FAISS = 1 << 22
"""Pairs from which on faiss is quicker, its import and its copy of the targets included."""
_TARGETS_IN_FAISS = 1 << 14
"""512 kB of hashes: they stay in a core's cache while all queries pass over them."""
_PAIRS_AT_ONCE = 1 << 16
"""512 kB of differences, for the same reason."""
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

    def __getitem__(self, rows: NDArray[np.int64] | NDArray[np.bool_]) -> "Hits":
        return Hits(self.query[rows], self.target[rows], self.distance[rows])


_Pairs: TypeAlias = tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]
"""Pairs in no order: the row of the query, the row of the target and their distance, each int64 (n,)."""


def as_words(hashes: Hashes) -> HashWords:
    """Hashes uint8 (n, 32) as uint64 (n, 4), which is how they are compared."""
    return np.ascontiguousarray(hashes).reshape(-1, 32).view(np.uint64)


def near(queries: HashWords, targets: HashWords, radius: int) -> Hits:
    """Every pair of a query (n, 4) and a target (m, 4) that differs in at most `radius` bits, the radius included.

    Queries that are equal, as in a shot that stands still, are searched for once where there is much to search. The
    targets may be mapped from a file: they are read block by block and never copied as a whole.
    """
    if not len(queries) or not len(targets):
        nothing = np.zeros(0, np.int64)
        return Hits(nothing, nothing, nothing)
    if len(targets) < _WORTH_SORTING:
        return _all(queries, targets, radius, by_numpy)
    distinct, which = np.unique(queries, axis=0, return_inverse=True)
    by = by_faiss if len(distinct) * len(targets) >= _WORTH_FAISS else by_numpy
    return _spread(_all(distinct, targets, radius, by), which.reshape(-1), len(distinct))


def by_numpy(queries: HashWords, targets: HashWords, radius: int) -> list[_Pairs]:
    """The pairs within the radius, block by block: the way that needs no explanation."""
    wide = min(len(targets), _TARGETS_AT_ONCE)
    high = max(1, _PAIRS_AT_ONCE // wide)
    parts: list[_Pairs] = []
    for left in range(0, len(targets), wide):
        columns = np.ascontiguousarray(targets[left : left + wide].T)
        for top in range(0, len(queries), high):
            differ = _differ(queries[top : top + high], columns)
            close = np.flatnonzero(differ <= radius)  # flat: in two dimensions this step costs as much as the rest
            row, column = np.divmod(close, differ.shape[1])
            parts.append((row + top, column + left, differ.ravel()[close].astype(np.int64)))
    return parts


def by_faiss(queries: HashWords, targets: HashWords, radius: int) -> list[_Pairs]:
    """The pairs within the radius, block by block. faiss leaves out what lies on a radius, hence the one more."""
    import faiss

    faiss.omp_set_num_threads(1)
    asked = np.ascontiguousarray(queries).view(np.uint8)
    parts: list[_Pairs] = []
    for left in range(0, len(targets), _TARGETS_IN_FAISS):
        block = np.ascontiguousarray(targets[left : left + _TARGETS_IN_FAISS])
        index = faiss.IndexBinaryFlat(256)
        index.add(block.view(np.uint8))
        limits, distance, target = index.range_search(asked, radius + 1)
        row = np.repeat(np.arange(len(queries)), np.diff(limits.astype(np.int64)))
        parts.append((row, target + left, distance.astype(np.int64)))
    return parts


def _all(
    queries: HashWords, targets: HashWords, radius: int, search: Callable[[HashWords, HashWords, int], list[_Pairs]]
) -> Hits:
    query, target, distance = (np.concatenate(column) for column in zip(*search(queries, targets, radius), strict=True))
    order = np.argsort(query * len(targets) + target)  # one key sorts ten times as fast as two
    return Hits(query[order], target[order], distance[order])


def _differ(queries: HashWords, columns: HashWords) -> NDArray[np.uint16]:
    """Bits that differ, (n, m). Sixteen bits wide: a negative differs in all 256, which eight would call none.

    `columns`: uint64 (4, m), the targets word by word.
    """
    total = np.zeros((len(queries), columns.shape[1]), np.uint16)
    for word in range(len(columns)):
        total += np.bitwise_count(queries[:, word, None] ^ columns[word][None])
    return total


def _spread(hits: Hits, which: NDArray[np.int64], distinct: int) -> Hits:
    """The hits of distinct queries, given to every query that is equal to one of them (`which`: its row)."""
    first = np.searchsorted(hits.query, np.arange(distinct))
    counts = np.searchsorted(hits.query, np.arange(distinct), side="right") - first
    copies = counts[which]
    query = np.repeat(np.arange(len(which)), copies)
    within = np.arange(len(query)) - np.repeat(np.cumsum(copies) - copies, copies)
    pick = np.repeat(first[which], copies) + within
    return Hits(query, hits.target[pick], hits.distance[pick])
