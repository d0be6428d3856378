"""Stretches of reference films inside a movie or an image sequence, with the frames of both sides."""

from collections.abc import Iterator, Sequence

import numpy as np

from detectors.fingerprint.local import LocalFeatures
from detectors.matching.film.details import with_local_features
from detectors.matching.film.reels import Reels
from detectors.matching.film.refine import refine
from detectors.matching.film.sightings import Sighting
from detectors.matching.film.single_frames import find_single_frames
from detectors.matching.film.stretch import Stretch, merged, settle
from detectors.matching.film.votes import Ballot, ballots, collect
from detectors.matching.levels import CERTAIN_RADIUS
from detectors.matching.match import PictureMatch
from detectors.matching.picture.described import DescribedPictures
from detectors.matching.strip import Strip
from detectors.observation import Span

_MOST_COURSES = 200
"""Shots of one film, each at its own offset, that are told apart in one asset."""


def find_segments(
    asset: Strip, reels: Reels, details: LocalFeatures | None = None, *, threads: int = 1
) -> list[PictureMatch]:
    """Every stretch that was taken from one of the films, ordered by film and frame.

    Args:
        asset: its pictures.
        reels: the films.
        details: the asset's local features; without them, crops, insets and turned pictures are not found.
        threads: that search hashes at once; what is found never depends on it.
    """
    votes = collect(asset, reels, threads)
    told = settle(merged([one for ballot in ballots(asset, reels, votes) for one in _stretches(asset, reels, ballot)]))
    if details is not None and len(details) and len(reels.gallery):
        looks = DescribedPictures.of(asset, details)
        told = settle(merged(with_local_features(asset, reels, looks, told, _sightings(asset, reels, told, looks))))
    found = [stretch.match() for stretch in told] + find_single_frames(asset, reels, votes, told)
    return sorted(found, key=_order)


def _order(found: PictureMatch) -> tuple[int, Span, bool]:
    return found.target, found.span or Span(0, 0), found.mirrored


def _stretches(asset: Strip, reels: Reels, ballot: Ballot) -> list[Stretch]:
    """The stretches of one film: on the course with most votes, then on that of the votes left over, and so on."""
    told: list[Stretch] = []
    for _ in range(_MOST_COURSES):
        course = ballot.course()
        if course is None:
            break
        found = [stretch for candidate in ballot.candidates(course) for stretch in refine(asset, reels, candidate)]
        ballot = ballot.rest(course, [(stretch.first, stretch.last) for stretch in found])
        told += found
    return told


def _sightings(asset: Strip, reels: Reels, told: Sequence[Stretch], looks: DescribedPictures) -> Iterator[Sighting]:
    """What is recognised in the asset's pictures, but those that are known through and through."""
    known = np.zeros(len(asset), bool)
    for one in told:
        places = np.arange(one.first, one.last + 1)
        known[places] |= one.line.compare(places)[0] <= CERTAIN_RADIUS
    for frame, view in zip(looks.frames.tolist(), looks.views, strict=True):
        if not known[min(int(np.searchsorted(asset.frames, frame)), len(asset) - 1)]:
            yield from reels.gallery.sightings(frame, view)
