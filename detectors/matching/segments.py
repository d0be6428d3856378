"""Stretches of reference films inside a movie or an image sequence, with the frames of both sides."""

from detectors.matching.found import Found
from detectors.matching.reels import Reels
from detectors.matching.refine import Stretch, refine, settle
from detectors.matching.strip import Strip
from detectors.matching.votes import Ballot, ballots

_MOST_COURSES = 200
"""Shots of one film, each at its own offset, that are told apart in one asset."""


def find_segments(asset: Strip, reels: Reels) -> list[Found]:
    """Every stretch that was taken from one of the films, ordered by film and frame."""
    stretches = [stretch for ballot in ballots(asset, reels) for stretch in _stretches(asset, reels, ballot)]
    return [stretch.found() for stretch in settle(stretches)]


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
