"""Which of many pictures one may show parts of: a search over local features that only proposes.

Each feature of the asset asks for the few reference features that are most like it. They vote for their pictures, and
the more the nearer they are than what chance would bring: a feature's last neighbour, and the last neighbours of all
features, show what chance brings. Counted alike, the votes of a few features of a small inset would drown. Lists around
sampled features make it quick: not every neighbour is found, but a picture has hundreds that vote. Whether a proposal
holds is decided elsewhere, by comparing the two pictures.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from detectors.matching.picture.geometry import Points
from detectors.matching.picture.view import View

MOST_SEARCHED = 6_000_000
"""Features that are searched, of about 50 bytes each. Where there are more, each picture is searched by fewer."""

_ALIKE = 64
"""Bits of 256 in which descriptors of one thing differ at most; those of different things differ in 128 on average."""
_NEIGHBOURS = 4
_LEAST_VOTES = 5
_PROPOSED = 24
_IN_A_LIST = 256
_FEW_LISTS = 512
"""Up to so many, the nearest list is found by comparing all; beyond, through lists again."""
_PROBED = 4
"""Lists looked through for a feature. Twice as many cost twice as much, and propose no more of the right pictures."""
_SPARE = 96  # bits between descriptors where a feature has fewer neighbours than it asks for
_FRACTIONS = 16  # of a unit, in which points are kept


@dataclass(frozen=True, slots=True, eq=False)
class Proposal:
    """A picture that features voted for.

    `asset` and `reference` float32 (v, 2): the pairs of points that did, the most telling first.
    """

    picture: int
    asset: Points
    reference: Points


class Candidates:
    """Pictures laid out by their features."""

    def __init__(self, pictures: Sequence[int], view: Callable[[int], View], features: int) -> None:
        """Lay out these pictures, of which `view` gives the features: so many together."""
        share = min(1.0, MOST_SEARCHED / max(1, features))
        parts = [(np.zeros((0, 32), np.uint8), np.zeros((0, 2), np.uint16))]
        for picture in pictures:
            described = view(picture)
            places = np.linspace(0, len(described), int(len(described) * share), endpoint=False).astype(np.int64)
            parts.append(
                (described.descriptors[places], np.rint(described.points[places] * _FRACTIONS).astype(np.uint16))
            )
        self._owner = np.repeat(np.array(pictures, np.int32), [len(descriptors) for descriptors, _ in parts[1:]])
        self._points = np.concatenate([points for _, points in parts])
        self._index = _laid_out(np.concatenate([descriptors for descriptors, _ in parts]))

    def proposals(self, view: View) -> Iterator[Proposal]:
        """The pictures that got the weightiest votes of a view's features, the first one first."""
        if not len(view) or self._index is None:
            return
        differ, features = self._index.search(np.ascontiguousarray(view.descriptors), _NEIGHBOURS)
        last = np.where(features[:, -1] >= 0, differ[:, -1], _SPARE)
        chance = (last + np.median(last)) / 2
        asked, rank = np.nonzero((features >= 0) & (differ <= _ALIKE))
        features, weight = features[asked, rank], np.maximum(chance[asked] - differ[asked, rank], 0.0) ** 2
        owner = self._owner[features].astype(np.int64)
        order = np.lexsort((features, -weight, asked, owner))
        once = np.ones(len(order), bool)  # a feature votes once for a picture
        once[1:] = (np.diff(owner[order]) != 0) | (np.diff(asked[order]) != 0)
        order = order[once]
        asked, features, weight, owner = (column[order] for column in (asked, features, weight, owner))
        pictures, begins, many = np.unique(owner, return_index=True, return_counts=True)
        sums = np.add.reduceat(weight, begins) if len(begins) else weight
        for at in np.lexsort((pictures, -sums))[:_PROPOSED]:
            if many[at] < _LEAST_VOTES:
                continue
            votes = np.arange(begins[at], begins[at] + many[at])
            votes = votes[np.argsort(-weight[votes], kind="stable")]
            reference_points = self._points[features[votes]].astype(np.float32) / np.float32(_FRACTIONS)
            yield Proposal(int(pictures[at]), view.points[asked[votes]], reference_points)


def _laid_out(descriptors: NDArray[np.uint8]) -> Any:  # noqa: ANN401 - faiss has no types
    """An index of the features, in lists around an even sample of them; None where there are none."""
    if not len(descriptors):
        return None
    import faiss

    faiss.omp_set_num_threads(1)
    index = _lists(_even(descriptors, len(descriptors) // _IN_A_LIST))
    index.add(descriptors)
    return index


def _lists(centres: NDArray[np.uint8]) -> Any:  # noqa: ANN401 - the same
    """An empty index with a list around each centre."""
    import faiss

    few = len(centres) <= _FEW_LISTS
    inner: Any = faiss.IndexBinaryFlat(256) if few else _lists(_even(centres, int(len(centres) ** 0.5)))
    inner.add(centres)
    index = faiss.IndexBinaryIVF(inner, 256, len(centres))
    inner.this.disown()
    index.own_fields = True
    index.is_trained = True
    index.nprobe = _PROBED
    return index


def _even(descriptors: NDArray[np.uint8], many: int) -> NDArray[np.uint8]:
    """So many of them, at least one, as far apart as they lie."""
    rows = np.linspace(0, len(descriptors) - 1, max(1, many)).astype(np.int64)
    return np.ascontiguousarray(descriptors[rows])
