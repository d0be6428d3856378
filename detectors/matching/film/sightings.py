"""Where parts of films are recognised in the pictures of an asset, by local features.

A sighting is one picture of the asset in which one picture of a film was confirmed: cropped, turned, inset in another,
under a logo. It is evidence that is put on lines elsewhere: a thing can be in two films, a line of sightings that all
lie alike in the picture can't.

Films have far more pictures than stills, and neighbours look alike. So pictures of a film are laid out as far as memory
allows, what was recognised is taken away before the rest of a picture is looked up once more, and a film's picture can
be asked for by its frame, so that a line that was found is followed without searching.
"""

from collections import OrderedDict
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from detectors.fingerprint.local import LocalFeatures
from detectors.matching.levels import writing_level
from detectors.matching.picture.candidates import MOST_SEARCHED, Candidates, Proposal
from detectors.matching.picture.geometry import LEAST_POINTS, Matrix, distinct, fit, mapped
from detectors.matching.picture.local import LEAST_INLIERS, LoadFeatures, confirm
from detectors.matching.picture.resemblance import is_drawn, resemblance
from detectors.matching.picture.view import View, pictures_of

_FULL = 150
"""Features of a picture that are searched at least: where there is no room for so many, some pictures are left out."""
_ROUNDS = 3
_CROWDED = 20
"""Proposals from which on others may have been crowded out."""
_EXPLAINING = 6
_BESIDE = 12.0
"""Units around a point of a recognised picture within which the asset's features are explained by it."""
_MET = 16.0
"""Units that a feature may lie from where it is expected."""
_ALIKE = 64
"""Bits in which two descriptors of one thing differ at most."""
_LEFT = 40
"""Features that must be left to look once more."""
_FILMS_AT_HAND = 4


@dataclass(frozen=True, slots=True, eq=False)
class Sighting:
    """`inliers` features of the film's `film_frame` agree on a `matrix` with those of the asset's `frame`.

    `matrix` takes points of the film's picture (of its mirror image where `mirrored`) to the asset's, in units.
    """

    film: int
    mirrored: bool
    frame: int
    film_frame: int
    inliers: int
    matrix: Matrix


@dataclass(frozen=True, slots=True, eq=False)
class _Pictures:
    """The pictures of one film, one polarity, in the order of their frames: which rows show each."""

    frames: NDArray[np.int64]
    rows: NDArray[np.int64]


class Gallery:
    """The pictures of many films, laid out by their local features."""

    def __init__(self, load: LoadFeatures, films: int) -> None:
        """Lay out what `load` gives for the films from 0 on. Each is loaded again when it is compared."""
        self._load = load
        self._at_hand: OrderedDict[int, LocalFeatures] = OrderedDict()
        self._pictures: dict[tuple[int, bool], _Pictures] = {}
        owners: list[int] = []
        places: list[int] = []
        mirrored: list[bool] = []
        total = 0
        for film in range(films):
            features = self._features(film)
            if features is None or not len(features):
                continue
            rows = np.array(list(pictures_of(features)), np.int64)
            polarities = features.mirrored[rows[:, 0]]
            for is_mirrored in (False, True):
                of_side = rows[polarities == is_mirrored]
                self._pictures[film, is_mirrored] = _Pictures(features.frames[of_side[:, 0]], of_side)
                owners += [film] * len(of_side)
                places += range(len(of_side))
                mirrored += [is_mirrored] * len(of_side)
            total += len(features.points)
        self._table = np.array([owners, places, mirrored], np.int64).T
        every = max(1, -(-total // (MOST_SEARCHED * max(1, round(_average(total, len(owners)) / _FULL)))))
        chosen = np.arange(0, len(owners), every)
        self._candidates = Candidates(chosen.tolist(), self._view, total // every + len(owners))

    def __len__(self) -> int:
        return len(self._table)

    def sightings(self, frame: int, view: View) -> list[Sighting]:
        """Everything that is recognised in one picture of the asset.

        Where there were more proposals than are looked into, what was recognised is taken away and the rest of the
        picture looked up again: what an inset shows isn't crowded out by the pictures of the film around it.
        """
        sightings: list[Sighting] = []
        known: set[int] = set()
        for _ in range(_ROUNDS):
            proposals = [proposal for proposal in self._candidates.proposals(view) if proposal.picture not in known]
            known.update(proposal.picture for proposal in proposals)
            new = [sighting for proposal in proposals if (sighting := self._confirmed(frame, view, proposal))]
            sightings += new
            view = self._unexplained(view, sorted(new, key=lambda sighting: -sighting.inliers)[:_EXPLAINING])
            if not new or len(proposals) < _CROWDED or len(view) < _LEFT:
                break
        return sightings

    def frames(self, film: int, *, mirrored: bool) -> NDArray[np.int64]:
        """The frames that a film has pictures of. Each stands for what follows it, up to the next."""
        pictures = self._pictures.get((film, mirrored))
        return pictures.frames if pictures is not None else np.zeros(0, np.int64)

    def picture(self, film: int, frame: int, *, mirrored: bool) -> View:
        """The features of a film's frame, which must be one that it has a picture of."""
        pictures = self._pictures[film, mirrored]
        first, after = pictures.rows[np.searchsorted(pictures.frames, frame)].tolist()
        features = self._features(film)
        assert features is not None  # noqa: S101 - it had pictures when it was laid out
        return View.of(features, first, after)

    def agreeing(self, view: View, reference: View, matrix: Matrix) -> int:
        """How many features, distinct in place, a picture has where a matrix puts those of a film's picture."""
        asset_rows, reference_rows = _paired(view, reference)
        off = np.abs(mapped(matrix, reference.points[reference_rows]) - view.points[asset_rows]).max(1, initial=0)
        met = off <= _MET
        return min(distinct(view.points[asset_rows[met]]), distinct(reference.points[reference_rows[met]]))

    def compare(self, frame: int, view: View, film: int, film_frame: int, *, mirrored: bool) -> Sighting | None:
        """A film's frame in a picture of the asset, wherever it lies."""
        reference = self.picture(film, film_frame, mirrored=mirrored)
        asset_rows, reference_rows = _paired(view, reference)
        start = fit(reference.points[reference_rows], view.points[asset_rows])
        inliers, matrix = confirm(view, reference, start[0]) if start else (0, None)
        if inliers < LEAST_INLIERS or matrix is None:
            return None
        return Sighting(film, mirrored, frame, film_frame, inliers, matrix)

    def _confirmed(self, frame: int, view: View, proposal: Proposal) -> Sighting | None:
        fitted = fit(proposal.reference, proposal.asset)
        if fitted is None or distinct(proposal.asset[fitted[1]]) < LEAST_POINTS:
            return None
        reference = self._view(proposal.picture)
        inliers, matrix = confirm(view, reference, fitted[0])
        if inliers < LEAST_INLIERS or other_words(view, reference, matrix):
            return None
        film, place, mirrored = self._table[proposal.picture].tolist()
        film_frame = int(self._pictures[film, bool(mirrored)].frames[place])
        return Sighting(film, bool(mirrored), frame, film_frame, inliers, matrix)

    def _unexplained(self, view: View, sightings: list[Sighting]) -> View:
        """The features of a view that none of the sightings has one like."""
        left = np.ones(len(view), bool)
        for sighting in sightings:
            reference = self.picture(sighting.film, sighting.film_frame, mirrored=sighting.mirrored)
            off = np.abs(mapped(sighting.matrix, reference.points)[None] - view.points[:, None]).max(-1)
            asset_rows, reference_rows = np.nonzero(off <= _BESIDE)
            differ = np.bitwise_count(reference.descriptors[reference_rows] ^ view.descriptors[asset_rows]).sum(
                -1, dtype=np.int64
            )
            left[asset_rows[differ <= _ALIKE]] = False
        return View(view.points[left], view.descriptors[left], view.width, view.height, view.sketch)

    def _view(self, picture: int) -> View:
        film, place, mirrored = self._table[picture].tolist()
        return self.picture(film, int(self._pictures[film, bool(mirrored)].frames[place]), mirrored=bool(mirrored))

    def _features(self, film: int) -> LocalFeatures | None:
        if film not in self._at_hand:
            loaded = self._load(film)
            if loaded is None:
                return None
            self._at_hand[film] = loaded
            while len(self._at_hand) > _FILMS_AT_HAND:
                self._at_hand.popitem(last=False)
        self._at_hand.move_to_end(film)
        return self._at_hand[film]


def other_words(view: View, reference: View, matrix: Matrix) -> bool:
    """Whether two pictures that meet on a map are drawn, and something else is written in them."""
    if not is_drawn(view.sketch, reference.sketch):
        return False
    return writing_level(resemblance(view.sketch, reference.sketch, matrix)) is None


def _paired(view: View, reference: View) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Features of two pictures that are each other's nearest, wherever they lie."""
    if not len(view) or not len(reference):
        return np.zeros(0, np.int64), np.zeros(0, np.int64)
    asset_words, reference_words = (
        np.ascontiguousarray(view.descriptors).view(np.uint64) for view in (view, reference)
    )
    bits = np.zeros((len(asset_words), len(reference_words)), np.uint16)
    for word in range(4):
        bits += np.bitwise_count(asset_words[:, word, None] ^ reference_words[None, :, word])
    nearest = bits.argmin(1)
    every = np.arange(len(asset_words))
    asset_rows = np.flatnonzero((bits.argmin(0)[nearest] == every) & (bits[every, nearest] <= _ALIKE))
    return asset_rows, nearest[asset_rows]


def _average(total: int, pictures: int) -> float:
    return total / pictures if pictures else 0.0
