"""Stretches of reference films inside a movie or an image sequence, with the frames of both sides."""

from collections.abc import Iterator, Sequence

import numpy as np

from detectors.fingerprint.local import LocalFeatures
from detectors.matching.film.details import with_local_features
from detectors.matching.film.edges import with_true_ends
from detectors.matching.film.reels import Reels
from detectors.matching.film.refine import refine
from detectors.matching.film.sightings import Sighting
from detectors.matching.film.single_frames import find_single_frames
from detectors.matching.film.stretch import Stretch, merged, settle
from detectors.matching.film.votes import Ballot, ballots, collect
from detectors.matching.film.writing import Writing
from detectors.matching.levels import CERTAIN_RADIUS
from detectors.matching.match import PictureMatch
from detectors.matching.picture.described import DescribedPictures
from detectors.matching.strip import Strip
from detectors.observation import Span

_MOST_COURSES = 200
"""Shots of one film, each at its own offset, that are found in one asset at most."""


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
    by_hash = [stretch for ballot in ballots(asset, reels, votes) for stretch in _stretches(asset, reels, ballot)]
    stretches = settle(merged(by_hash))
    writing, described = None, None
    if details is not None and len(details) and len(reels.gallery):
        described = DescribedPictures.of(asset, details)
        writing = Writing(reels, described)
        stretches = writing.kept(stretches)
        sightings = _sightings(asset, reels, stretches, described)
        stretches = settle(merged(with_local_features(asset, reels, described, stretches, sightings)))
        stretches = writing.kept(stretches)
    stretches = settle(merged(with_true_ends(stretches, reels, described)))
    matches = [stretch.match() for stretch in stretches] + find_single_frames(asset, reels, votes, stretches, writing)
    return sorted(matches, key=_order)


def _order(match: PictureMatch) -> tuple[int, Span, bool]:
    return match.target, match.span or Span(0, 0), match.mirrored


def _stretches(asset: Strip, reels: Reels, ballot: Ballot) -> list[Stretch]:
    """The stretches of one film: on the course with most votes, then on that of the votes left over, and so on."""
    stretches: list[Stretch] = []
    for _ in range(_MOST_COURSES):
        course = ballot.course()
        if course is None:
            break
        refined = [stretch for candidate in ballot.candidates(course) for stretch in refine(asset, reels, candidate)]
        ballot = ballot.rest(course, [(stretch.first, stretch.last) for stretch in refined])
        stretches += refined
    return stretches


def _sightings(
    asset: Strip, reels: Reels, stretches: Sequence[Stretch], described: DescribedPictures
) -> Iterator[Sighting]:
    """What is recognised in the asset's pictures, those left out of which hashes are certain already."""
    known = np.zeros(len(asset), bool)
    for stretch in stretches:
        places = np.arange(stretch.first, stretch.last + 1)
        known[places] |= stretch.line.compare(places)[0] <= CERTAIN_RADIUS
    for frame, view in zip(described.frames.tolist(), described.views, strict=True):
        if not known[min(int(np.searchsorted(asset.frames, frame)), len(asset) - 1)]:
            yield from reels.gallery.sightings(frame, view)
