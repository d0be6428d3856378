"""Local features of one picture against those of many: found again cropped, turned, inset, squeezed or under a logo.

Proposals (`candidates`) are approximate; each is confirmed or dropped here by itself. Starting from the map on which
the proposal's votes agree, the two pictures' features are compared exactly where they should meet, each is paired with
the one most like it in both directions, and the pairs that agree on one affine map are counted. So a confirmation
depends on two pictures only, not on what else is in a library. What so many are worth is said in `levels`.
"""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from detectors.fingerprint.local import LocalFeatures
from detectors.matching.levels import Look
from detectors.matching.picture.candidates import Candidates
from detectors.matching.picture.geometry import (
    LEAST_POINTS,
    UNITS,
    Matrix,
    Points,
    breadth,
    distinct,
    extent,
    fit,
    mapped,
)
from detectors.matching.picture.resemblance import is_bare, is_drawn, resemblance
from detectors.matching.picture.view import View, pictures_of

LEAST_INLIERS = 8
"""Pictures with fewer agreeing features than these don't count as recognised."""

LoadFeatures: TypeAlias = Callable[[int], LocalFeatures | None]
"""The local features of a target; None where it has none."""

_ALIKE = 64
"""Bits of 256 in which two descriptors of one thing differ at most."""
_PASSES = (16.0, 10.0, 8.0)
"""Units that the two points of a pair may lie apart, in each pass; the map is fitted anew after each."""
_BESIDE = 40.0
"""Units around where two pictures should meet, within which features are paired."""
_BREADTH = 8.0
"""Units across which agreeing features must spread in the reference: along a line they don't fix a map."""
_PART = 100.0
"""Units of a side of the parts in which it is asked whether two pictures agree everywhere."""
_RICH = 5
"""Features that both pictures must have in a part, or it says nothing."""
_FEW_PARTS = 8
"""Parts that say something, below which nothing is said of the whole."""
_NEAR_ENOUGH = 24.0
"""Units that a pair may be off and still show that a part agrees: a picture seen from the side bends the map."""
_FULL_SIZE = 0.7
"""How large a reference is shown, from which on its parts are as rich in features as they are by themselves."""
_SPOT = 0.06
"""Of the area over which what is visible of the reference spreads, what must agree: else it is a logo, or a caption."""
_SAME_PLACE = 0.015
"""Of the width and height, what a feature may be off to be at the same place of both pictures."""
_KEPT_TARGETS = 32


@dataclass(frozen=True, slots=True, eq=False)
class Agreement:
    """A picture of a stock that was recognised in a view.

    `inliers`: how many features, distinct in place, agree on the `matrix`, which takes points of the reference (of its
    mirror image where `mirrored`) to the view's. `share`: of the parts of the reference where both pictures have
    features, those in which some agree; small where two pictures share a text or a logo only. `spread`: the same of
    the parts in which either has features, so that what one of them lacks counts too; 1 where the reference is shown
    so small that its features are lost. `aligned`: of the inliers, those that are at the same place of both pictures.
    `look`: what the two pictures are apart from that. `width` and `height` of the reference in units. `copies`: other
    targets that hold a picture with the very same features.
    """

    target: int
    frame: int
    mirrored: bool
    inliers: int
    matrix: Matrix
    share: float
    spread: float
    aligned: float
    look: Look
    width: float
    height: float
    copies: tuple[int, ...]


@dataclass(frozen=True, slots=True, eq=False)
class _Meeting:
    """Features of an asset and of a reference that agree on a `matrix`, pair by pair.

    `asset_rows`, `reference_rows` int64 (k,): which features they are. `paired` int64: those of the reference that have
    a like one in the asset where the matrix puts them, or near there.
    """

    matrix: Matrix
    asset_rows: NDArray[np.int64]
    reference_rows: NDArray[np.int64]
    paired: NDArray[np.int64]


def confirm(asset: View, reference: View, matrix: Matrix) -> tuple[int, Matrix]:
    """How many features agree on a map near `matrix`, and that map; 0 where they don't."""
    meeting = _meeting(asset, reference, matrix)
    return (_inliers(asset, reference, meeting), meeting.matrix) if meeting else (0, matrix)


def look_of(asset: View, reference: View, matrix: Matrix) -> Look:
    """What two pictures are that meet on a map, apart from the features that do."""
    alike = resemblance(asset.sketch, reference.sketch, matrix)
    drawn, bare = is_drawn(asset.sketch, reference.sketch), is_bare(asset.sketch, reference.sketch)
    return Look(drawn=drawn, bare=bare, resemblance=alike)


def _meeting(asset: View, reference: View, matrix: Matrix) -> _Meeting | None:
    asset_rows, reference_rows = _mutual(asset, reference, matrix)
    agree = np.zeros(0, np.int64)
    for apart in _PASSES:
        off = np.abs(mapped(matrix, reference.points[reference_rows]) - asset.points[asset_rows]).max(1, initial=0)
        near = np.flatnonzero(off <= apart)
        fitted = fit(reference.points[reference_rows[near]], asset.points[asset_rows[near]])
        if fitted is None:
            return None
        matrix, agree = fitted[0], near[fitted[1]]
    agreed = reference.points[reference_rows[agree]]
    visible = reference.points[_visible(asset, reference, matrix)]
    if breadth(agreed) < _BREADTH or extent(agreed) < _SPOT * extent(visible):
        return None
    off = np.abs(mapped(matrix, reference.points[reference_rows]) - asset.points[asset_rows]).max(1)
    return _Meeting(matrix, asset_rows[agree], reference_rows[agree], reference_rows[off <= _NEAR_ENOUGH])


def _inliers(asset: View, reference: View, meeting: _Meeting) -> int:
    return min(distinct(asset.points[meeting.asset_rows]), distinct(reference.points[meeting.reference_rows]))


def _shares(asset: View, reference: View, meeting: _Meeting) -> tuple[float, float]:
    """Of the parts of the reference that say something, those in which features agree.

    The first counts parts in which both pictures have features, the second those in which either does.
    """
    back = np.linalg.inv(np.vstack([meeting.matrix, (0, 0, 1)]))[:2]
    asset_points = mapped(back, asset.points)
    inside = ((asset_points >= 0) & (asset_points < (reference.width, reference.height))).all(1)
    visible = reference.points[_visible(asset, reference, meeting.matrix)]
    of_asset, of_reference, paired = (
        _parts(points) for points in (asset_points[inside], visible, reference.points[meeting.paired])
    )
    both, either = (of_asset >= _RICH) & (of_reference >= _RICH), (of_asset >= _RICH) | (of_reference >= _RICH)
    shrunk = abs(np.linalg.det(meeting.matrix[:, :2])) < _FULL_SIZE**2
    share = float((paired[both] > 0).mean()) if both.sum() >= _FEW_PARTS else 1.0
    spread = float((paired[either] > 0).mean()) if either.sum() >= _FEW_PARTS and not shrunk else 1.0
    return share, spread


def _aligned(asset: View, reference: View, meeting: _Meeting) -> float:
    """Of the features that agree, those at the same place of both pictures."""
    here = asset.points[meeting.asset_rows] / (asset.width, asset.height)
    there = reference.points[meeting.reference_rows] / (reference.width, reference.height)
    return float((np.abs(here - there) <= _SAME_PLACE).all(1).mean())


def _parts(points: Points) -> NDArray[np.int64]:
    """How many points lie in each part of a picture."""
    wide = int(UNITS / _PART) + 1
    across, down = np.clip(points // _PART, 0, wide - 1).astype(np.int64).T
    return np.bincount(down * wide + across, minlength=wide * wide)


def _mutual(asset: View, reference: View, matrix: Matrix) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Pairs of features, asset's and reference's, that are each other's nearest where the two pictures should meet."""
    reference_rows = _visible(asset, reference, matrix)
    if not len(reference_rows):
        return reference_rows, reference_rows
    places = mapped(matrix, reference.points)
    low, high = places.min(0) - _BESIDE, places.max(0) + _BESIDE
    asset_rows = np.flatnonzero(((asset.points >= low) & (asset.points <= high)).all(1))
    if not len(asset_rows):
        return asset_rows, asset_rows
    to_reference, differ = _nearest(asset.descriptors[asset_rows], reference.descriptors[reference_rows])
    to_asset, _ = _nearest(reference.descriptors[reference_rows], asset.descriptors[asset_rows])
    both = np.flatnonzero((to_asset[to_reference] == np.arange(len(asset_rows))) & (differ <= _ALIKE))
    return asset_rows[both], reference_rows[to_reference[both]]


def _visible(asset: View, reference: View, matrix: Matrix) -> NDArray[np.int64]:
    """The reference's features that lie within the asset's picture, or just beside it."""
    places = mapped(matrix, reference.points)
    inside = (places > -_BESIDE) & (places < (asset.width + _BESIDE, asset.height + _BESIDE))
    return np.flatnonzero(inside.all(1))


def _nearest(asked: NDArray[np.uint8], among: NDArray[np.uint8]) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
    """For each descriptor the place of the one most like it, and in how many bits they differ."""
    import faiss

    faiss.omp_set_num_threads(1)
    index = faiss.IndexBinaryFlat(256)
    index.add(np.ascontiguousarray(among))
    differ, places = index.search(np.ascontiguousarray(asked), 1)
    return places[:, 0], differ[:, 0]


class LocalStock:
    """The local features of many works' pictures, laid out for searching.

    `target`, `frame` int64 (p,) and `mirrored` bool (p,), of each picture. Pictures with the very same features are
    searched once, however many works hold them.
    """

    def __init__(self, load: LoadFeatures, targets: int) -> None:
        """Lay out the features of the targets from 0 on. Each is loaded again when it is compared."""
        self._load = lru_cache(maxsize=_KEPT_TARGETS)(load)
        rows, digests, many = [], [], []
        for target in range(targets):
            features = self._load(target)
            if features is None:
                continue
            for first, after in pictures_of(features):
                view = View.of(features, first, after)
                rows.append((target, int(features.frames[first]), int(features.mirrored[first]), first, after))
                digests.append(_digest(view))
                many.append(len(view))
        table = np.array(rows, np.int64).reshape(-1, 5)
        self.target, self.frame, self.mirrored = table[:, 0], table[:, 1], table[:, 2].astype(bool)
        self._rows = table[:, 3:]
        order = sorted(range(len(digests)), key=lambda picture: (digests[picture], picture))
        groups: dict[bytes, list[int]] = {}
        for picture in order:
            groups.setdefault(digests[picture], []).append(picture)
        self._copies = {group[0]: tuple(np.unique(self.target[group[1:]]).tolist()) for group in groups.values()}
        distinct = list(self._copies)
        self._candidates = Candidates(distinct, self.view, sum(many[picture] for picture in distinct))

    def __len__(self) -> int:
        return len(self.target)

    def view(self, picture: int) -> View:
        """The features of one of the pictures."""
        features = self._load(int(self.target[picture]))
        assert features is not None  # noqa: S101 - it had pictures when it was laid out
        first, after = self._rows[picture].tolist()
        return View.of(features, first, after)

    def find(self, view: View) -> list[Agreement]:
        """The pictures recognised in a view, by their targets and frames; one both ways round where both agree."""
        agreements = []
        for proposal in self._candidates.proposals(view):
            fitted = fit(proposal.reference, proposal.asset)
            if fitted is None or distinct(proposal.asset[fitted[1]]) < LEAST_POINTS:
                continue
            agreement = self._agreement(proposal.picture, view, fitted[0])
            if agreement:
                agreements.append(agreement)
        return sorted(agreements, key=lambda agreement: (agreement.target, agreement.frame, agreement.mirrored))

    def _agreement(self, picture: int, view: View, matrix: Matrix) -> Agreement | None:
        reference = self.view(picture)
        meeting = _meeting(view, reference, matrix)
        inliers = _inliers(view, reference, meeting) if meeting else 0
        if meeting is None or inliers < LEAST_INLIERS:
            return None
        return Agreement(
            int(self.target[picture]),
            int(self.frame[picture]),
            bool(self.mirrored[picture]),
            inliers,
            meeting.matrix,
            *_shares(view, reference, meeting),
            _aligned(view, reference, meeting),
            look_of(view, reference, meeting.matrix),
            reference.width,
            reference.height,
            self._copies[picture],
        )


def views_of(features: LocalFeatures) -> Iterator[tuple[int, View]]:
    """The views of an asset's pictures, each with its frame."""
    for first, after in pictures_of(features):
        yield int(features.frames[first]), View.of(features, first, after)


def _digest(view: View) -> bytes:
    return hashlib.blake2b(view.points.tobytes() + view.descriptors.tobytes(), digest_size=16).digest()
