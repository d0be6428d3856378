"""Single pictures of a film outside any stretch of it: a frame or two, or one that was frozen.

A frame alone is weak evidence, so only one that is certain counts, and its match is `possible`: somebody has to look.
"""

from collections.abc import Sequence

import numpy as np

from detectors.matching.film.line import compare
from detectors.matching.film.reels import KEPT_A_SECOND, Reels
from detectors.matching.film.stretch import Stretch
from detectors.matching.film.votes import GAP_SECONDS, Votes
from detectors.matching.film.writing import Writing
from detectors.matching.levels import CERTAIN_RADIUS, Level, false_match_rate
from detectors.matching.match import PictureMatch
from detectors.matching.strip import Strip
from detectors.observation import Span

_NEAR = 50
"""Bits from which on it is worth looking at the frames around the one that was searched."""


def find_single_frames(
    asset: Strip, reels: Reels, votes: Votes, stretches: Sequence[Stretch], writing: Writing | None = None
) -> list[PictureMatch]:
    """Certain pictures of films where no stretch of that film was found, one match a run of them.

    `writing`: reads what is written in drawn ones; of cards with other words nothing is told.
    """
    near = votes[votes.distance <= _NEAR]
    seconds = asset.pace().seconds(asset.frames)
    matches = []
    for target in np.unique(near.target).tolist():
        of_film = near[near.target == target]
        left = np.ones(len(of_film.place), bool)
        for stretch in stretches:
            if stretch.target == target:
                begin, end = seconds[[stretch.first, stretch.last]] + (-GAP_SECONDS, GAP_SECONDS)
                left &= (seconds[of_film.place] < begin) | (seconds[of_film.place] > end)
        if left.any():
            certain = _certain(asset, reels.strip(target), of_film[left])
            breaks = np.flatnonzero(np.diff(seconds[certain.place]) > GAP_SECONDS) + 1
            for rows in np.split(np.arange(len(certain.place)), breaks) if len(certain.place) else ():
                best = int(rows[certain.distance[rows].argmin()])
                if writing is None or _is_shown(asset, certain, best, writing):
                    matches.append(_match(asset, reels, certain, best))
    return [match for match in matches if not any(_hidden(match, stretch, reels) for stretch in stretches)]


def _is_shown(asset: Strip, votes: Votes, row: int, writing: Writing) -> bool:
    """Whether what is written in a picture, where anything is, is written in the film's as well."""
    frame, film_frame = int(asset.frames[votes.place[row]]), int(votes.frame[row])
    target, mirrored = int(votes.target[row]), bool(votes.mirrored[row])
    return writing.most(frame, target, film_frame, mirrored=mirrored) is not None


def _certain(asset: Strip, film: Strip, votes: Votes) -> Votes:
    """Of these votes those that are certain once every film frame around theirs is compared, in the order of places."""
    beside = round(float(film.pace(asset.rate).rate) / KEPT_A_SECOND)
    shifts = np.arange(-beside, beside + 1)[:, None]
    distance, frame = votes.distance.copy(), votes.frame.copy()
    for mirrored in (0, 1):
        rows = np.flatnonzero(votes.mirrored == mirrored)
        frames = votes.frame[rows] + shifts
        bits, _ = compare(asset, film, votes.place[rows], frames, mirrored=bool(mirrored))
        least = bits.argmin(0)
        distance[rows], frame[rows] = bits[least, np.arange(len(rows))], frames[least, np.arange(len(rows))]
    compared = Votes(votes.target, votes.mirrored, votes.place, frame, distance)
    order = np.lexsort((frame, distance, votes.place))
    return compared[order[distance[order] <= CERTAIN_RADIUS]]


def _match(asset: Strip, reels: Reels, votes: Votes, row: int) -> PictureMatch:
    """The match of a vote: the run of pictures around it that show the same frame of its film."""
    target, mirrored = int(votes.target[row]), bool(votes.mirrored[row])
    place, frame = int(votes.place[row]), int(votes.frame[row])
    film = reels.strip(target)
    everywhere = np.arange(len(asset))
    distance, _ = compare(asset, film, everywhere, np.full(len(asset), frame), mirrored=mirrored)
    near = distance <= CERTAIN_RADIUS
    first = place - int(np.argmin(near[place::-1])) + 1 if not near[: place + 1].all() else 0
    last = place + int(np.argmin(near[place:])) - 1 if not near[place:].all() else len(asset) - 1
    best = first + int(distance[first : last + 1].argmin())
    return PictureMatch(
        target=target,
        level=Level.POSSIBLE,
        distance=int(distance[best]),
        mirrored=mirrored,
        pictures=last - first + 1,
        span=asset.span(first, last),
        target_span=Span(frame, frame, film.reach),
        time_ambiguous=last > first,
        transforms=("mirrored",) if mirrored else (),
        best_frame=int(asset.frames[best]),
        target_frame=frame,
        false_match_rate=false_match_rate(int(distance[best])),
    )


def _hidden(match: PictureMatch, stretch: Stretch, reels: Reels) -> bool:
    """Whether a stretch of a work of the same owner explains these pictures."""
    first, last = stretch.ends
    assert match.span is not None  # noqa: S101 - made so above
    inside = first <= match.span.first_frame and match.span.last_frame <= last
    return inside and reels.films[match.target].group == stretch.group
