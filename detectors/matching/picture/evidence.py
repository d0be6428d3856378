"""What speaks for a reference picture in each picture of an asset: its hashes, its local features, or both.

Hashes find a picture that is whole, behind bars, mirrored, turned or a negative; local features find parts of it. Each
is enough where it is strong; where both are doubtful they must agree. What they are worth together is said in `levels`.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from detectors.fingerprint import local as orb
from detectors.fingerprint.local import LocalFeatures
from detectors.matching.levels import (
    CERTAIN_RADIUS,
    CONTRADICTED,
    POSSIBLE_RADIUS,
    TURNED_RADIUS,
    Level,
    Look,
    picture_level,
    picture_rate,
)
from detectors.matching.match import PictureMatch, Quad
from detectors.matching.picture.described import DescribedPictures
from detectors.matching.picture.local import Agreement
from detectors.matching.picture.looks import HashLooks
from detectors.matching.picture.placement import Placement, by_cuts
from detectors.matching.picture.stock import PictureStock
from detectors.matching.picture.turning import WAYS, in_all_ways
from detectors.matching.picture.view import View
from detectors.matching.search import HashWords, near
from detectors.matching.strip import Strip

_LEVELS = (Level.CERTAIN, Level.MATCH, Level.POSSIBLE)
_NOTHING = len(_LEVELS)
_FAR = 256
"""Bits that differ where hashes say nothing."""
_HITS_AT_ONCE = 1 << 24
"""Pairs that are held in memory at most: a work may lie in a library a thousand times, and be on screen for an hour."""
_CUTS = 3
_SAME = 24
"""Bits in which a picture differs at most from a described one that stands for it."""
_ALIGNED = 0.5
"""Of the features that agree, those at the same place of both pictures, for the pictures to be the same."""
_WHOLE: Quad = ((0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0))


@dataclass(frozen=True, slots=True, eq=False)
class Detail:
    """Local features of a reference that were recognised in one picture, and where that puts it."""

    agreement: Agreement
    placement: Placement


@dataclass(frozen=True, slots=True, eq=False)
class DetailEvidence:
    """What local features say of one target, one row a picture of the asset that shows it, ascending.

    `place` int64 (k,): which picture. `which` int64 (k,): which of the `distinct` details is seen in it.
    """

    place: NDArray[np.int64]
    which: NDArray[np.int64]
    distinct: tuple[Detail, ...]

    @classmethod
    def of(cls, by_place: dict[int, Detail]) -> "DetailEvidence":
        """The evidence from the detail of each picture; pictures that stand still share one."""
        distinct = tuple({id(detail): detail for detail in by_place.values()}.values())
        number_of = {id(detail): number for number, detail in enumerate(distinct)}
        places = sorted(by_place)
        which = [number_of[id(by_place[place])] for place in places]
        return cls(np.array(places, np.int64), np.array(which, np.int64), distinct)

    def at(self, place: int) -> Detail | None:
        """The detail that is seen in one picture; None where none is."""
        row = int(np.searchsorted(self.place, place))
        return self.distinct[int(self.which[row])] if row < len(self.place) and self.place[row] == place else None


_NO_DETAILS = DetailEvidence.of({})


@dataclass(frozen=True, slots=True, eq=False)
class PictureEvidence:
    """What speaks for `target`, one row a picture of the asset that shows it, ascending.

    `place` int64 (n,): which picture. `rank` int64 (n,): which of the levels, 0 the surest. `distance` int64 (n,):
    bits, 256 where hashes say nothing. `way` int64 (n,): which of `WAYS` was nearest, and `cut` int64 (n,) of the
    asset's picture. `details`: what local features say. `looks`: tells what a picture and the target are by which
    hashes alone speak; None where nobody looked.
    """

    target: int
    place: NDArray[np.int64]
    rank: NDArray[np.int64]
    distance: NDArray[np.int64]
    way: NDArray[np.int64]
    cut: NDArray[np.int64]
    details: DetailEvidence = _NO_DETAILS
    looks: HashLooks | None = None

    def __len__(self) -> int:
        return len(self.place)

    def __getitem__(self, rows: NDArray[np.int64] | NDArray[np.bool_]) -> "PictureEvidence":
        return PictureEvidence(
            self.target,
            self.place[rows],
            self.rank[rows],
            self.distance[rows],
            self.way[rows],
            self.cut[rows],
            self.details,
            self.looks,
        )

    @property
    def inliers(self) -> NDArray[np.int64]:
        """How many local features agree in each row; 0 where local features say nothing."""
        many = np.array([detail.agreement.inliers for detail in self.details.distinct], np.int64)
        inliers = np.zeros(len(self), np.int64)
        rows = np.flatnonzero(np.isin(self.place, self.details.place))
        inliers[rows] = many[self.details.which[np.searchsorted(self.details.place, self.place[rows])]]
        return inliers

    @property
    def best(self) -> int:
        """The row that says most: of the surest level the nearest by its hash, and the first of those."""
        return int(np.lexsort((-self.inliers, self.distance, self.rank))[0])

    def match(self, row: int, pictures: int) -> PictureMatch:
        """The match of one row, which `pictures` pictures support."""
        detail = self.details.at(int(self.place[row]))
        distance = int(self.distance[row]) if self.distance[row] <= POSSIBLE_RADIUS else None
        turned, mirrored, negative = WAYS[int(self.way[row])]
        if distance is None and detail:
            mirrored, negative = detail.agreement.mirrored, False
        match = PictureMatch(self.target, _LEVELS[int(self.rank[row])], distance, mirrored, pictures, turned=turned)
        words = by_cuts(int(self.cut[row]) * _CUTS) + (["turned"] if turned else [])
        if detail:
            words = detail.placement.words()
            match = replace(
                match,
                inliers=detail.agreement.inliers,
                quad=detail.placement.quad,
                turned=detail.placement.turned,
                algorithm=match.algorithm if distance is not None else orb.ALGORITHM,
            )
        elif not self.cut[row]:
            match = replace(match, quad=_corners(turned, mirrored=mirrored))
        changes = [*(["mirrored"] if mirrored else []), *(["negative"] if negative else [])]
        transforms = tuple(dict.fromkeys([*changes, *words]))
        rate = picture_rate(distance, match.inliers, self.look(row))
        return replace(match, transforms=transforms, false_match_rate=rate)

    def look(self, row: int) -> Look | None:
        """What the picture of a row and the target are, apart from what agrees in them."""
        detail = self.details.at(int(self.place[row]))
        by_hash = None
        if self.looks and self.distance[row] <= POSSIBLE_RADIUS:
            by_hash = self.looks.look(int(self.place[row]), self.target, int(self.way[row]))
        if detail and by_hash:
            return replace(detail.agreement.look, smooth=by_hash.smooth)
        return detail.agreement.look if detail else by_hash


def gather(
    strip: Strip, details: LocalFeatures | None, stock: PictureStock, radius: int, *, turned: bool = False
) -> Iterator[PictureEvidence]:
    """What speaks for each target, of those only for which it is enough for a match; in no order.

    Args:
        strip: the asset's pictures.
        details: their local features, where there are any.
        stock: the reference pictures.
        radius: bits up to which a hash alone is a match (see `levels.picture_radius`).
        turned: whether to look for pictures turned by quarters, and for negatives, by their hashes too.
    """
    own = details[np.flatnonzero(~details.mirrored)] if details is not None else None
    described = DescribedPictures.of(strip, own) if own is not None and len(own) else None
    by_detail = _by_detail(strip, described, stock) if described and len(stock) else {}
    stands_for = _stands_for(by_detail, stock)
    looks = HashLooks(strip, described, stock)
    weigh = _Weigher(strip, stock, radius, looks)
    targets = set()
    for by_hash in _by_hash(strip, stock, radius, turned=turned):
        targets.add(by_hash.target)
        of_details = by_detail.get(stands_for.get(by_hash.target, -1))
        looked = replace(by_hash, rank=weigh.by_looks(by_hash), looks=looks)
        together = weigh.together(looked, of_details) if of_details else looked
        telling = together[together.rank < _NOTHING]
        if len(telling):
            yield telling
    nothing = np.zeros(0, np.int64)
    for target in sorted(stands_for.keys() - targets):
        empty = PictureEvidence(target, nothing, nothing, nothing, nothing, nothing)
        together = weigh.together(empty, by_detail[stands_for[target]])
        telling = together[together.rank < _NOTHING]
        if len(telling):
            yield telling


def _by_hash(strip: Strip, stock: PictureStock, radius: int, *, turned: bool) -> Iterator[PictureEvidence]:
    """What the hashes say, as many targets at a time as memory allows."""
    places, cuts = strip.cuts(np.arange(len(strip)))
    queries, ways = _queries(strip, places, cuts, turned=turned)
    begins = np.searchsorted(stock.owner, np.arange(stock.targets + 1))
    wide = max(1, _HITS_AT_ONCE // max(1, len(queries)))
    first = 0
    while first < stock.targets and len(queries):
        last = max(first + 1, int(np.searchsorted(begins, begins[first] + wide, side="right")) - 1)
        low, high = int(begins[first]), int(begins[last])
        hits = near(queries, stock.words[low:high], POSSIBLE_RADIUS)
        row, way = np.divmod(hits.query, ways)
        allowed = (way < 2) | (hits.distance <= TURNED_RADIUS)  # noqa: PLR2004 - as seen and mirrored come first
        hits, row, way = hits[allowed], row[allowed], way[allowed]
        owner, place, cut = stock.owner[low:high][hits.target], places[row], cuts[row]
        order = np.lexsort((way, cut, hits.distance, place, owner))
        fresh = np.ones(len(order), bool)  # of a picture's hashes the nearest; as seen and whole, where all are as near
        fresh[1:] = (np.diff(owner[order]) != 0) | (np.diff(place[order]) != 0)
        kept = order[fresh]
        for rows in np.split(kept, np.flatnonzero(np.diff(owner[kept])) + 1) if len(kept) else ():
            distance = hits.distance[rows]
            rank = np.where(distance <= CERTAIN_RADIUS, 0, np.where(distance <= radius, 1, _NOTHING))
            yield PictureEvidence(int(owner[rows[0]]), place[rows], rank, distance, way[rows], cut[rows])
        first = last


def _queries(
    strip: Strip, places: NDArray[np.int64], cuts: NDArray[np.int64], *, turned: bool
) -> tuple[HashWords, int]:
    """The hashes to search for, and how many of them, one after the other, belong to each picture and cut."""
    words = strip.words[places, cuts]
    if not turned:
        return words.reshape(-1, 4), 2
    return in_all_ways(words[:, 0], words[:, 1]).reshape(-1, 4), len(WAYS)


def _by_detail(strip: Strip, described: DescribedPictures, stock: PictureStock) -> dict[int, DetailEvidence]:
    """What local features say, by target and by the asset's picture.

    A picture that was described stands for those after it that look like it, two a second.
    """
    best: dict[int, dict[int, Detail]] = {}
    for row, view in enumerate(described.views):
        places = _stood_for(strip, described, row)
        for agreement in stock.local.find(view):
            detail = Detail(agreement, _placement(agreement, view))
            for place in places:
                known = best.setdefault(agreement.target, {}).get(place)
                if known is None or known.agreement.inliers < agreement.inliers:
                    best[agreement.target][place] = detail
    return {target: DetailEvidence.of(places) for target, places in best.items() if places}


def _stood_for(strip: Strip, described: DescribedPictures, row: int) -> list[int]:
    """The places of a described picture and of those that look like it; the grid may have ended off its step."""
    own = int(np.searchsorted(strip.frames, described.frames[row]))
    places = np.unique(np.searchsorted(strip.frames, described.grid(row))).tolist()
    return [place for place in places if place < len(strip) and (place == own or strip.differs(own, place) <= _SAME)]


def _placement(agreement: Agreement, view: View) -> Placement:
    outline = View(np.zeros((0, 2), np.float32), np.zeros((0, 32), np.uint8), agreement.width, agreement.height)
    return Placement.of(agreement.matrix, view, outline, mirrored=agreement.mirrored)


def _stands_for(by_detail: dict[int, DetailEvidence], stock: PictureStock) -> dict[int, int]:
    """For each target that details speak for: the one whose details they are.

    Search proposes a few pictures only. Where one of them was confirmed, all that show the same picture are; of drawn
    ones those only that are the same, since cards with other words are as near by their hashes.
    """
    stands: dict[int, int] = {}
    for target in sorted(by_detail):
        agreements = [detail.agreement for detail in by_detail[target].distinct]
        copies = [copy for agreement in agreements for copy in agreement.copies]
        drawn = any(agreement.look.drawn for agreement in agreements)
        for other in (*copies, *(() if drawn else stock.alike(target).tolist())):
            stands.setdefault(other, target)
    return stands | {target: target for target in by_detail}


class _Weigher:
    """Weighs what hashes and local features say of an asset's pictures, against what the pictures are."""

    def __init__(self, strip: Strip, stock: PictureStock, radius: int, looks: HashLooks) -> None:
        self._strip, self._stock, self._radius, self._looks = strip, stock, radius, looks

    def by_looks(self, by_hash: PictureEvidence) -> NDArray[np.int64]:
        """The ranks of what hashes alone say, once drawn and smooth pictures were looked at."""
        ranks = by_hash.rank.copy()
        rows = np.flatnonzero(ranks < _NOTHING)
        shown = self._looks.shown(by_hash.place[rows])
        columns = np.concatenate([shown, by_hash.way[rows, None], by_hash.distance[rows, None]], axis=1)
        cases, which = np.unique(columns, axis=0, return_inverse=True)
        levels = [
            picture_level(bits, 0, self._radius, look=self._looks.look_at(row, by_hash.target, way, poor=bool(poor)))
            for row, poor, way, bits in cases.tolist()
        ]
        ranks[rows] = np.array([_rank_of(level) for level in levels], np.int64)[which.reshape(-1)]
        return ranks

    def together(self, by_hash: PictureEvidence, details: DetailEvidence) -> PictureEvidence:
        """The evidence of hashes and of details, each row with the level that both have together."""
        missing = np.setdiff1d(details.place, by_hash.place)
        none = np.zeros(len(missing), np.int64)
        joined = PictureEvidence(
            by_hash.target,
            np.concatenate([by_hash.place, missing]),
            np.concatenate([by_hash.rank, none + _NOTHING]),
            np.concatenate([by_hash.distance, none + _FAR]),
            np.concatenate([by_hash.way, none]),
            np.concatenate([by_hash.cut, none]),
            details,
            self._looks,
        )
        joined = joined[np.argsort(joined.place)]
        rows = np.searchsorted(joined.place, details.place)
        differ = np.minimum(joined.distance[rows], POSSIBLE_RADIUS + 1)
        cases, which = np.unique(np.stack([details.which, differ], axis=1), axis=0, return_inverse=True)
        ranks = [self._rank(details, number, bits, by_hash.target) for number, bits in cases.tolist()]
        rank = joined.rank.copy()
        both = np.array(ranks, np.int64)[which.reshape(-1)]
        drawn = np.array([detail.agreement.look.drawn for detail in details.distinct])[details.which]
        rank[rows] = np.where(drawn, np.minimum(both, rank[rows]), both)  # where words agree by one map, they do
        return replace(joined, rank=rank)

    def _rank(self, details: DetailEvidence, number: int, bits: int, target: int) -> int:
        """Which of the levels one of the details and a distance have together."""
        detail = details.distinct[number]
        far = bits > POSSIBLE_RADIUS
        place = int(details.place[np.flatnonzero(details.which == number)[0]])
        aligned = far and detail.agreement.aligned >= _ALIGNED
        level = picture_level(
            None if far else bits,
            detail.agreement.inliers,
            self._radius,
            share=detail.agreement.share,
            spread=detail.agreement.spread,
            askew=detail.placement.askew,
            contradicted=aligned and _contradicted(self._strip, place, self._stock, target),
            look=detail.agreement.look,
        )
        return _rank_of(level)


def _rank_of(level: Level | None) -> int:
    return _NOTHING if level is None else _LEVELS.index(level)


def _contradicted(strip: Strip, place: int, stock: PictureStock, target: int) -> bool:
    """Whether hashes say that two pictures are not the same: false where either is too flat for a hash."""
    places, cuts = strip.cuts(np.array([place]))
    queries, _ = _queries(strip, places, cuts, turned=True)
    hashes = stock.hashes(target)
    if not len(queries) or not len(hashes):
        return False
    differ = np.bitwise_count(queries[:, None] ^ hashes[None]).sum(-1, dtype=np.int64)
    return bool(differ.min() > CONTRADICTED)


def _corners(turned: int, *, mirrored: bool) -> Quad:
    """Where the corners of a reference lie that fills the asset's picture."""
    upright = [_WHOLE[corner] for corner in ((1, 0, 3, 2) if mirrored else (0, 1, 2, 3))]
    return tuple(_WHOLE[(_WHOLE.index(corner) + turned // 90) % 4] for corner in upright)
