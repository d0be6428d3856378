"""One picture against many: a reference picture in a still or in a shot.

What speaks for a picture is gathered elsewhere (`evidence`); here it becomes matches: one a picture for a still, one a
run of frames for a movie.
"""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from detectors.fingerprint.local import LocalFeatures
from detectors.matching.levels import LEAST_DETAILS, MATCH_RADIUS, Level, picture_radius
from detectors.matching.match import PictureMatch
from detectors.matching.picture.described import grid_step
from detectors.matching.picture.edges import End, edge
from detectors.matching.picture.evidence import PictureEvidence, gather
from detectors.matching.picture.stock import PictureStock
from detectors.matching.strip import Strip
from detectors.observation import Span

BRIDGED_FRAMES = 12
"""Half a second at 24: a flash, a flicker or a compression fault doesn't end the time that a picture is on screen."""
_CLEAR = 40
"""Bits up to which a picture is clearly there: in the middle of a dissolve it differs in 64."""
_MOSTLY = 0.5
"""Of the features by which a picture is known best, those by which it is clearly there."""
_GONE = 64
"""Bits in which a picture differs from one that shows the target, for it not to show it."""


def find_pictures_in_still(still: Strip, details: LocalFeatures | None, stock: PictureStock) -> list[PictureMatch]:
    """Which of the reference pictures a still shows. `still`: a strip of its picture, or of each of an animation's."""
    evidence = gather(still, details, stock, picture_radius(len(stock)), turned=True)
    return sorted((of_target.match(of_target.best, 1) for of_target in evidence), key=lambda match: match.target)


def find_pictures(strip: Strip, details: LocalFeatures | None, stock: PictureStock) -> list[PictureMatch]:
    """Where the reference pictures are on screen in a movie or sequence: one match a run of frames.

    A run that a single picture supports counts only where that is certain, and is then no more than `possible`.
    """
    step = grid_step(np.unique(details.frames), float(strip.pace().rate)) if details is not None and len(details) else 1
    described = np.searchsorted(strip.frames, np.unique(details.frames)) if details is not None else np.zeros(0, int)
    matches = []
    for evidence in gather(strip, details, stock, picture_radius(strip.distinct * len(stock))):
        for run, pictures, span in _spans(evidence, strip, step, described):
            match = run.match(run.best, pictures)
            if pictures == 1:
                if match.level is not Level.CERTAIN:
                    continue
                match = replace(match, level=Level.POSSIBLE)
            frame = int(strip.frames[run.place[run.best]])
            matches.append(replace(match, span=span, best_frame=frame))
    return sorted(matches, key=lambda match: (match.target, match.span or Span(0, 0)))


def _spans(
    evidence: PictureEvidence, strip: Strip, step: int, described: NDArray[np.int64]
) -> Iterator[tuple[PictureEvidence, int, Span]]:
    """The runs of one target: where it is known best, how many pictures speak for it, and for which frames it is shown.

    `described`: the places of which local features are known. Runs that turn out to be one, because nothing changed
    between them, are told as one.
    """
    shown: list[tuple[NDArray[np.int64], End, End]] = []
    for run_rows in runs(evidence, strip, step):
        rows, (begin, end) = run_rows, _edges(evidence, run_rows, strip, described)
        if shown and begin.place <= shown[-1][2].place + 1:
            earlier, begin, last = shown.pop()
            rows, end = np.concatenate([earlier, rows]), max(last, end, key=lambda edge: edge.place)
        shown.append((rows, begin, end))
    for rows, begin, end in shown:
        span = strip.span(begin.place, end.place)
        known = evidence[_within_hashes(evidence, rows)]
        yield known, len(rows), replace(span, edge_frames=max(span.edge_frames, begin.off, end.off))


def _edges(
    evidence: PictureEvidence, rows: NDArray[np.int64], strip: Strip, described: NDArray[np.int64]
) -> tuple[End, End]:
    """Where a run of one target begins and ends."""
    run = evidence[rows]
    inliers = run.inliers
    clear = (run.distance <= _CLEAR) | (inliers >= max(LEAST_DETAILS, _MOSTLY * inliers.max(initial=0)))
    known = (run.distance <= MATCH_RADIUS) | clear
    sure = run.place[known] if known.any() else run.place
    core = run.place[clear] if clear.any() else sure
    silent = np.setdiff1d(described, run.place)
    edges = []
    for before in (True, False):
        at = 0 if before else -1
        outer = silent[silent < sure[0]][::-1] if before else silent[silent > sure[-1]]
        gone = next((int(place) for place in outer if strip.differs(int(core[at]), int(place)) >= _GONE), None)
        edges.append(edge(strip, int(core[at]), int(sure[at]), gone, before=before))
    return edges[0], edges[1]


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
