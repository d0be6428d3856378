"""One picture against many: a reference picture in a still or in a shot, and a delivered still in a reference film.

What speaks for a picture is gathered elsewhere (`evidence`); here it becomes what is told: one entry a picture for a
still, one a run of frames for a movie.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from detectors.fingerprint import local as orb
from detectors.fingerprint.local import LocalFeatures
from detectors.matching.evidence import Evidence, gather
from detectors.matching.found import Found
from detectors.matching.levels import MATCH_RADIUS, POSSIBLE_RADIUS, Level, picture_level, picture_radius, picture_rate
from detectors.matching.local import views_of
from detectors.matching.looks import grid_step
from detectors.matching.placement import Placement
from detectors.matching.reels import Reels
from detectors.matching.search import near
from detectors.matching.stock import PictureStock
from detectors.matching.strip import Strip
from detectors.observation import Span

BRIDGED_FRAMES = 12
"""Half a second at 24: a flash, a flicker or a compression fault doesn't end the time that a picture is on screen."""


def find_pictures_in_still(still: Strip, details: LocalFeatures | None, stock: PictureStock) -> list[Found]:
    """Which of the reference pictures a still shows. `still`: a strip of its picture, or of each of an animation's."""
    told = gather(still, details, stock, picture_radius(len(stock)), turned=True)
    return sorted((each.found(each.best, 1) for each in told), key=lambda found: found.target)


def find_pictures(seen: Strip, details: LocalFeatures | None, stock: PictureStock) -> list[Found]:
    """Where the reference pictures are on screen in a movie or sequence: one entry a run of frames.

    A run that a single picture supports counts only where that is certain, and is then no more than `possible`.
    """
    step = grid_step(np.unique(details.frames), float(seen.pace().rate)) if details is not None and len(details) else 1
    found = []
    for evidence in gather(seen, details, stock, picture_radius(seen.distinct * len(stock))):
        for rows in _runs(evidence, seen, step):
            run = evidence[_within_hashes(evidence, rows)]
            told = run.found(run.best, len(run))
            if len(run) == 1:
                if told.level is not Level.CERTAIN:
                    continue
                told = replace(told, level=Level.POSSIBLE)
            shown = int(seen.frames[run.place[run.best]])
            found.append(replace(told, span=_span(run, seen, step), best_frame=shown))
    return sorted(found, key=lambda each: (each.target, each.span or Span(0, 0)))


def _within_hashes(evidence: Evidence, rows: NDArray[np.int64]) -> NDArray[np.int64]:
    """The part of a run from the first to the last picture whose hash tells the target; all of it where none does.

    Where hashes tell a picture, they tell its ends to the frame; a few details go on agreeing on what comes after.
    """
    by_hash = np.flatnonzero(evidence.distance[rows] <= MATCH_RADIUS)
    return rows[by_hash[0] : by_hash[-1] + 1] if len(by_hash) else rows


def find_still_in_reels(still: Strip, details: LocalFeatures | None, reels: Reels) -> list[Found]:
    """Of which reference films a still is a frame, and where: the run of film frames around the nearest one."""
    places, cuts = still.cuts(np.arange(len(still)))
    queries = np.concatenate([still.words[places, cuts, side] for side in (0, 1)])
    allowed = reels.rows.left_out is None or ~reels.rows.left_out
    hits = near(queries, reels.rows.words, POSSIBLE_RADIUS) if len(queries) else None
    proposed: set[int] = set()
    if hits is not None and len(hits):
        kept = hits.target if allowed is True else hits.target[np.asarray(allowed)[hits.target]]
        proposed |= {int(film) for film in np.unique(reels.rows.owner[kept])}
    radius = picture_radius(len(reels.rows.words))
    by_film: dict[int, Found] = {}
    for film in sorted(proposed):
        told = _in_film(still, film, reels.strip(film), radius)
        if told:
            by_film[film] = told
    for told in _by_details(details, reels) if details is not None else ():
        known = by_film.get(told.target)
        by_film[told.target] = told if known is None else _supported(known, told, radius)
    return [by_film[film] for film in sorted(by_film)]


def _supported(by_hash: Found, by_details: Found, radius: int) -> Found:
    """A film's frame that hashes found, with what local features say of it; they may know a frame beside it."""
    level = picture_level(by_hash.distance, by_details.inliers, radius)
    return replace(
        by_hash,
        level=level or by_hash.level,
        inliers=by_details.inliers,
        quad=by_details.quad,
        turned=by_details.turned,
        transforms=by_details.transforms,
    )


def _in_film(still: Strip, film: int, strip: Strip, radius: int) -> Found | None:
    """The frames of one film that a still is nearest to."""
    for evidence in gather(strip, None, PictureStock.of([still]), radius):
        best, runs = evidence.best, list(_runs(evidence, strip, 1))
        (run,) = (rows for rows in runs if best in rows)
        told = replace(evidence.found(best, 1), target=film)
        return replace(
            told,
            quad=told.quad if told.transforms in {(), ("mirrored",)} else None,
            transforms=_turned_round(told.transforms),
            target_span=strip.span(int(evidence.place[run[0]]), int(evidence.place[run[-1]])),
            target_frame=int(strip.frames[evidence.place[best]]),
            time_ambiguous=len(runs) > 1,
        )
    return None


def _turned_round(transforms: Sequence[str]) -> tuple[str, ...]:
    """What was done to the film to give the still, where the still was taken for the reference."""
    other = {"bars added": "bars removed", "bars removed": "bars added"}
    return tuple(other.get(word, word) for word in transforms)


def _by_details(details: LocalFeatures, reels: Reels) -> Iterator[Found]:
    """The films in which a still's details are recognised, each by the picture where most of them are."""
    best: dict[int, Found] = {}
    for frame, view in views_of(details):
        for seen in reels.gallery.sightings(frame, view):
            if seen.film in best and best[seen.film].inliers >= seen.inliers:
                continue
            reference = reels.gallery.picture(seen.film, seen.film_frame, mirrored=seen.mirrored)
            placed = Placement.of(seen.matrix, view, reference, mirrored=seen.mirrored)
            level = picture_level(None, seen.inliers, 0, askew=placed.askew)
            if level is None:
                continue
            step = grid_step(
                reels.gallery.frames(seen.film, mirrored=seen.mirrored), float(reels.films[seen.film].pace().rate)
            )
            best[seen.film] = Found(
                seen.film,
                level,
                None,
                seen.mirrored,
                1,
                target_span=Span(seen.film_frame, seen.film_frame, step),
                inliers=seen.inliers,
                quad=placed.quad,
                turned=placed.turned,
                transforms=(*(["mirrored"] if seen.mirrored else []), *placed.words()),
                target_frame=seen.film_frame,
                algorithm=orb.ALGORITHM,
                false_match_rate=picture_rate(None, seen.inliers),
            )
    yield from (best[film] for film in sorted(best))


def _runs(evidence: Evidence, seen: Strip, step: int) -> Iterator[NDArray[np.int64]]:
    """The rows in which one target is shown, cut where more than a few frames in between don't show it."""
    apart = np.diff(seen.frames[evidence.place])
    breaks = (np.diff(evidence.place) > 2) & (apart > max(BRIDGED_FRAMES + 1, step))  # noqa: PLR2004 - one missed
    yield from np.split(np.arange(len(evidence)), np.flatnonzero(breaks) + 1)


def _span(run: Evidence, seen: Strip, step: int) -> Span:
    """From the first to the last; only the grid of local features stands behind ends that no hash tells."""
    span = seen.span(int(run.place[0]), int(run.place[-1]))
    loose = max(int(run.distance[0]), int(run.distance[-1])) > POSSIBLE_RADIUS
    return replace(span, edge_frames=max(span.edge_frames, step - 1)) if loose else span
