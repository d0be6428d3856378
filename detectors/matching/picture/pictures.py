"""One picture against many: a reference picture in a still or in a shot.

What speaks for a picture is gathered elsewhere (`evidence`); here it becomes matches: one a picture for a still, one a
run of frames for a movie.
"""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from detectors.fingerprint.local import LocalFeatures
from detectors.matching.levels import MATCH_RADIUS, POSSIBLE_RADIUS, Level, picture_radius
from detectors.matching.match import PictureMatch
from detectors.matching.picture.described import grid_step
from detectors.matching.picture.evidence import PictureEvidence, gather
from detectors.matching.picture.stock import PictureStock
from detectors.matching.strip import Strip
from detectors.observation import Span

BRIDGED_FRAMES = 12
"""Half a second at 24: a flash, a flicker or a compression fault doesn't end the time that a picture is on screen."""


def find_pictures_in_still(still: Strip, details: LocalFeatures | None, stock: PictureStock) -> list[PictureMatch]:
    """Which of the reference pictures a still shows. `still`: a strip of its picture, or of each of an animation's."""
    evidence = gather(still, details, stock, picture_radius(len(stock)), turned=True)
    return sorted((of_target.match(of_target.best, 1) for of_target in evidence), key=lambda match: match.target)


def find_pictures(strip: Strip, details: LocalFeatures | None, stock: PictureStock) -> list[PictureMatch]:
    """Where the reference pictures are on screen in a movie or sequence: one match a run of frames.

    A run that a single picture supports counts only where that is certain, and is then no more than `possible`.
    """
    step = grid_step(np.unique(details.frames), float(strip.pace().rate)) if details is not None and len(details) else 1
    matches = []
    for evidence in gather(strip, details, stock, picture_radius(strip.distinct * len(stock))):
        for rows in runs(evidence, strip, step):
            run = evidence[_within_hashes(evidence, rows)]
            match = run.match(run.best, len(run))
            if len(run) == 1:
                if match.level is not Level.CERTAIN:
                    continue
                match = replace(match, level=Level.POSSIBLE)
            frame = int(strip.frames[run.place[run.best]])
            matches.append(replace(match, span=_span(run, strip, step), best_frame=frame))
    return sorted(matches, key=lambda match: (match.target, match.span or Span(0, 0)))


def _within_hashes(evidence: PictureEvidence, rows: NDArray[np.int64]) -> NDArray[np.int64]:
    """The part of a run from the first to the last picture whose hash shows the target; all of it where none does.

    Where hashes show a picture, they give its ends to the frame; a few details go on agreeing on what comes after.
    """
    by_hash = np.flatnonzero(evidence.distance[rows] <= MATCH_RADIUS)
    return rows[by_hash[0] : by_hash[-1] + 1] if len(by_hash) else rows


def runs(evidence: PictureEvidence, strip: Strip, step: int) -> Iterator[NDArray[np.int64]]:
    """The rows of each run in which one target is shown: a few frames without it are bridged, more end a run."""
    apart = np.diff(strip.frames[evidence.place])
    breaks = (np.diff(evidence.place) > 2) & (apart > max(BRIDGED_FRAMES + 1, step))  # noqa: PLR2004 - one missed
    yield from np.split(np.arange(len(evidence)), np.flatnonzero(breaks) + 1)


def _span(run: PictureEvidence, strip: Strip, step: int) -> Span:
    """The frames of a run. Ends that no hash shows are only as exact as the grid of local features."""
    span = strip.span(int(run.place[0]), int(run.place[-1]))
    loose = max(int(run.distance[0]), int(run.distance[-1])) > POSSIBLE_RADIUS
    return replace(span, edge_frames=max(span.edge_frames, step - 1)) if loose else span
