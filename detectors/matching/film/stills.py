"""A delivered still in reference films: of which film it is a frame, and of which of its frames.

The still takes the place of a reference here and the film that of an asset, so what was done is stated the other way
round. What speaks for a picture is gathered in `picture.evidence`.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from detectors.fingerprint import local as orb
from detectors.fingerprint.local import LocalFeatures
from detectors.matching.film.reels import Reels
from detectors.matching.film.writing import Writing
from detectors.matching.levels import (
    POSSIBLE_RADIUS,
    Level,
    at_most,
    picture_level,
    picture_radius,
    picture_rate,
)
from detectors.matching.match import PictureMatch
from detectors.matching.picture.described import DescribedPictures, grid_step
from detectors.matching.picture.evidence import gather
from detectors.matching.picture.local import look_of, views_of
from detectors.matching.picture.pictures import runs
from detectors.matching.picture.placement import Placement
from detectors.matching.picture.stock import PictureStock
from detectors.matching.search import near
from detectors.matching.strip import Strip
from detectors.observation import Span


def find_still_in_reels(still: Strip, details: LocalFeatures | None, reels: Reels) -> list[PictureMatch]:
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
    by_film: dict[int, PictureMatch] = {}
    for film in sorted(proposed):
        match = _in_film(still, film, reels.strip(film), radius)
        if match:
            by_film[film] = match
    if details is not None and len(details) and len(reels.gallery):
        writing = Writing(reels, DescribedPictures.of(still, details))
        by_film = {film: read for film, match in by_film.items() if (read := _read(match, still, writing))}
        for match in _by_details(details, reels):
            known = by_film.get(match.target)
            by_film[match.target] = match if known is None else _supported(known, match, radius)
    return [by_film[film] for film in sorted(by_film)]


def _read(match: PictureMatch, still: Strip, writing: Writing) -> PictureMatch | None:
    """A film's frame that hashes found, once what is written in both was compared; None where that is another."""
    assert match.target_frame is not None  # noqa: S101 - it was found in a film
    frame = int(still.frames[0])
    most = writing.most(frame, match.target, match.target_frame, mirrored=match.mirrored)
    level = at_most(match.level, most)
    return replace(match, level=level) if level else None


def _supported(by_hash: PictureMatch, by_details: PictureMatch, radius: int) -> PictureMatch:
    """A film's frame that hashes found, with what local features say of it; they may know a frame beside it."""
    level = picture_level(by_hash.distance, by_details.inliers, radius) or by_hash.level
    return replace(
        by_hash,
        level=level if by_details.level is Level.MATCH else by_hash.level,
        inliers=by_details.inliers,
        quad=by_details.quad,
        turned=by_details.turned,
        transforms=by_details.transforms,
    )


def _in_film(still: Strip, film: int, strip: Strip, radius: int) -> PictureMatch | None:
    """The frames of one film that a still is nearest to."""
    for evidence in gather(strip, None, PictureStock.of([still]), radius):
        best, stretches = evidence.best, list(runs(evidence, strip, 1))
        (run,) = (rows for rows in stretches if best in rows)
        match = replace(evidence.match(best, 1), target=film)
        return replace(
            match,
            quad=match.quad if match.transforms in {(), ("mirrored",)} else None,
            transforms=_turned_round(match.transforms),
            target_span=strip.span(int(evidence.place[run[0]]), int(evidence.place[run[-1]])),
            target_frame=int(strip.frames[evidence.place[best]]),
            time_ambiguous=len(stretches) > 1,
        )
    return None


def _turned_round(transforms: Sequence[str]) -> tuple[str, ...]:
    """What was done to the film to give the still, where the still was taken for the reference."""
    other = {"bars added": "bars removed", "bars removed": "bars added"}
    return tuple(other.get(word, word) for word in transforms)


def _by_details(details: LocalFeatures, reels: Reels) -> Iterator[PictureMatch]:
    """The films in which a still's details are recognised, each by the picture where most of them are."""
    best: dict[int, PictureMatch] = {}
    for frame, view in views_of(details):
        for sighting in reels.gallery.sightings(frame, view):
            if sighting.film in best and best[sighting.film].inliers >= sighting.inliers:
                continue
            reference = reels.gallery.picture(sighting.film, sighting.film_frame, mirrored=sighting.mirrored)
            placed = Placement.of(sighting.matrix, view, reference, mirrored=sighting.mirrored)
            look = look_of(view, reference, sighting.matrix)
            level = picture_level(None, sighting.inliers, 0, askew=placed.askew, look=look)
            if level is None:
                continue
            frames = reels.gallery.frames(sighting.film, mirrored=sighting.mirrored)
            step = grid_step(frames, float(reels.films[sighting.film].pace().rate))
            best[sighting.film] = PictureMatch(
                sighting.film,
                level,
                None,
                sighting.mirrored,
                1,
                target_span=Span(sighting.film_frame, sighting.film_frame, step),
                inliers=sighting.inliers,
                quad=placed.quad,
                turned=placed.turned,
                transforms=(*(["mirrored"] if sighting.mirrored else []), *placed.words()),
                target_frame=sighting.film_frame,
                algorithm=orb.ALGORITHM,
                false_match_rate=picture_rate(None, sighting.inliers, look),
            )
    yield from (best[film] for film in sorted(best))
