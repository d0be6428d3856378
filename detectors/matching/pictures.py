"""One picture against many: a reference picture in a still or in a shot, and a delivered still in a reference film.

Whole frames only: a picture shown smaller, turned or behind bars is not found here.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from detectors.matching.found import Found
from detectors.matching.levels import CERTAIN_RADIUS, Level, level_of, picture_radius
from detectors.matching.search import Words, near
from detectors.matching.strip import Strip

BRIDGED_FRAMES = 12
"""Half a second at 24: a flash, a flicker or a compression fault doesn't end the time that a picture is on screen."""

_HITS_AT_ONCE = 1 << 24
"""Pairs that are held in memory at most: a work may lie in a library a thousand times, and be on screen for an hour."""


@dataclass(frozen=True, slots=True)
class _Run:
    """A picture on screen without a break: from one place of a strip to another, by how many frames supported."""

    first: int
    last: int
    support: int
    distance: int
    mirrored: bool


def find_pictures(seen: Strip, targets: Words) -> list[Found]:
    """Where the reference pictures `targets` (m, 4) are on screen in a movie or sequence: one entry a run of frames.

    A run that a single frame supports counts only where that frame is certain, and is then no more than `possible`.
    """
    found = []
    for target, runs in _on_screen(seen, targets, picture_radius(seen.distinct * len(targets))):
        for run in runs:
            alone = run.support == 1
            if alone and run.distance > CERTAIN_RADIUS:
                continue
            level = Level.POSSIBLE if alone else level_of(run.distance)
            span = seen.span(run.first, run.last)
            found.append(Found(target, level, run.distance, run.mirrored, run.support, span))
    return found


def find_pictures_in_still(still: Strip, targets: Words) -> list[Found]:
    """Which of the reference pictures `targets` (m, 4) a still shows. `still`: a strip of one picture."""
    return [
        Found(target, level_of(run.distance), run.distance, run.mirrored, run.support)
        for target, runs in _on_screen(still, targets, picture_radius(len(targets)))
        for run in runs
    ]


def find_still_in_reels(still: Strip, reels: Sequence[Strip]) -> list[Found]:
    """Of which reference films a still is a frame, and where: the run of film frames around the nearest one."""
    if not still.usable.all():
        return []
    radius = picture_radius(sum(reel.distinct for reel in reels))
    found = []
    for target, reel in enumerate(reels):
        for _, runs in _on_screen(reel, still.words[:, 0], radius):
            best = min(runs, key=lambda run: run.distance)
            level, span = level_of(best.distance), reel.span(best.first, best.last)
            found.append(
                Found(
                    target,
                    level,
                    best.distance,
                    best.mirrored,
                    pictures=1,
                    target_span=span,
                    time_ambiguous=len(runs) > 1,
                )
            )
    return found


def _on_screen(strip: Strip, targets: Words, radius: int) -> Iterator[tuple[int, list[_Run]]]:
    """For each target that a strip shows: the target, and the runs in the strip's order."""
    usable = np.flatnonzero(strip.usable)
    queries = strip.words[usable].reshape(-1, 4)
    wide = max(1, _HITS_AT_ONCE // max(1, len(queries)))
    for begin in range(0, len(targets), wide):
        hits = near(queries, targets[begin : begin + wide], radius)
        place, mirrored = usable[hits.query // 2], hits.query % 2
        order = np.lexsort((mirrored, hits.distance, place, hits.target))
        fresh = np.ones(len(order), bool)  # of a frame's two hashes, the nearer one; as seen, where both are as near
        fresh[1:] = (np.diff(hits.target[order]) != 0) | (np.diff(place[order]) != 0)
        kept = order[fresh]
        for rows in np.split(kept, np.flatnonzero(np.diff(hits.target[kept])) + 1) if len(kept) else ():
            yield begin + int(hits.target[rows[0]]), _runs(strip, place[rows], hits.distance[rows], mirrored[rows])


def _runs(
    strip: Strip, place: NDArray[np.int64], distance: NDArray[np.int64], mirrored: NDArray[np.int64]
) -> list[_Run]:
    """The places at which one target is shown, cut where more than a few frames in between don't show it."""
    breaks = (np.diff(place) > 2) & (np.diff(strip.frames[place]) > BRIDGED_FRAMES + 1)  # noqa: PLR2004 - one missed
    runs = []
    for part in np.split(np.arange(len(place)), np.flatnonzero(breaks) + 1):
        best = part[distance[part].argmin()]
        first, last = int(place[part[0]]), int(place[part[-1]])
        runs.append(_Run(first, last, len(part), int(distance[best]), bool(mirrored[best])))
    return runs
