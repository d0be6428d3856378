"""Stretches that only local features show: crops, insets, turned pictures, a film that was filmed off a screen.

Sightings vote for lines as hashes do, but with a wider tolerance: the features of a shot stay alike for a while. A line
on which the film keeps its place in the picture (`follow`) is followed through every described picture, and its ends
are settled as exactly as the pictures around them allow (`ends`). Stretches that hashes found are followed beyond their
ends in the same way: a crop may be near enough for hashes in some shots and not in others.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from fractions import Fraction

import numpy as np

from detectors.matching.film.ends import settled_ends
from detectors.matching.film.follow import FilmInPicture, Follower, PlacedCourse, corners_of
from detectors.matching.film.line import FilmLine, compare
from detectors.matching.film.reels import Reels
from detectors.matching.film.sightings import Sighting
from detectors.matching.film.stretch import BestPicture, Stretch, merged
from detectors.matching.film.votes import GAP_SECONDS, SPEEDS, Ballot, Candidate, VotingRule
from detectors.matching.picture.described import DescribedPictures
from detectors.matching.picture.local import LEAST_INLIERS, look_of
from detectors.matching.picture.placement import Placement
from detectors.matching.strip import Strip

BY_DETAIL = VotingRule(tolerance=0.8, score=5.0, pictures=2, trust=0.9)
"""Two pictures a second on both sides, and features that stay alike for a while."""

_ENOUGH, _PLENTY = 3, 20
"""Pictures that are enough for a line; where there are fewer, so many features must agree in one."""
_KEPT_A_PICTURE = 128
_MOST_COURSES = 50
_SIGHTS = 3
_TRIED = tuple(float(speed) for speed in SPEEDS[:3])
_SETTLED_WITHIN = 1.2
"""Seconds that the offset of most votes may be off."""
_CONTRAST = 10.0
"""Bits by which the best offset must fit better than the middling one, for hashes to be believed about it."""
_DIFFERENT = 140
_COMPARED_AT_MOST = 256


def with_local_features(
    asset: Strip,
    reels: Reels,
    described: DescribedPictures,
    stretches: Sequence[Stretch],
    sightings: Iterable[Sighting],
) -> list[Stretch]:
    """The stretches that hashes found, extended where local features show more of them, and those that only they show.

    Args:
        asset: its pictures.
        reels: the films.
        described: the asset's pictures that have local features.
        stretches: what hashes found.
        sightings: where local features recognised pictures of films in the asset, in any order.
    """
    by_film: dict[tuple[int, bool], list[Sighting]] = {}
    for sighting in sightings:
        by_film.setdefault((sighting.film, sighting.mirrored), []).append(sighting)
    films = sorted({*by_film, *((stretch.target, stretch.line.mirrored) for stretch in stretches)})
    extended = []
    for film, mirrored in films:
        of_film = by_film.get((film, mirrored), [])
        follower = Follower(asset, described, reels, film, mirrored=mirrored, sightings=of_film)
        by_hash = [stretch for stretch in stretches if (stretch.target, stretch.line.mirrored) == (film, mirrored)]
        carried = merged([_with_best_picture(stretch, follower, reels) for stretch in by_hash])
        known = [stretch for stretch in [*stretches, *carried] if stretch.target == film]
        unexplained = [sighting for sighting in of_film if not any(_within(stretch, sighting) for stretch in known)]
        extended += carried
        if unexplained:
            follower = Follower(asset, described, reels, film, mirrored=mirrored, sightings=unexplained)
            extended += _FilmStretches(asset, reels, follower).stretches()
    return extended


def _with_best_picture(stretch: Stretch, follower: Follower, reels: Reels) -> Stretch:
    """A stretch that hashes found, with its best picture by local features, extended by what they show."""
    best = best_sighting(stretch, follower.described, reels)
    if best is None:
        return stretch
    sighting, picture = best
    shown = replace(stretch, best_picture=picture)
    return _carried_on(shown, follower, sighting) if follower.sightings else shown


def _carried_on(stretch: Stretch, follower: Follower, sighting: Sighting) -> Stretch:
    """A stretch that hashes found, made longer at both ends by the pictures that show the film on the same line."""
    described, line = follower.described, stretch.line
    first, last = stretch.ends
    course = PlacedCourse(float(line.speed), line.offset, corners_of(sighting.matrix), sighting.inliers)
    inside = np.flatnonzero((described.lasts >= first) & (described.frames <= last))
    if not len(inside):
        return stretch
    reached = _reached(follower, course, int(inside[0]), int(inside[-1]))
    begin, end = (described.frames[min(reached)], described.lasts[max(reached)]) if reached else (first, last)
    if begin >= first and end <= last:
        return stretch
    ends = settled_ends(line, min(first, int(begin)), max(last, int(end)), described.step)
    left, right = begin < first, end > last
    return replace(
        stretch,
        first=min(stretch.first, ends[0].place) if left else stretch.first,
        last=max(stretch.last, ends[1].place) if right else stretch.last,
        edges=(ends[0].off if left else 0, ends[1].off if right else 0),
        pictures=stretch.pictures + len(reached),
    )


def _reached(follower: Follower, course: PlacedCourse, low: int, high: int) -> dict[int, FilmInPicture]:
    """The pictures beyond the rows `low` and `high` that show the film, up to a gap of `GAP_SECONDS` on either side."""
    described, reached = follower.described, {}
    gap = GAP_SECONDS * float(follower.asset_pace.rate)
    at = int(described.lasts[high])
    for row in range(high + 1, len(described)):
        if described.frames[row] - at > gap:
            break
        if in_picture := follower.follow(course, row):
            reached[row], at = in_picture, int(described.lasts[row])
    at = int(described.frames[low])
    for row in range(low - 1, -1, -1):
        if at - described.lasts[row] > gap:
            break
        if in_picture := follower.follow(course, row):
            reached[row], at = in_picture, int(described.frames[row])
    return reached


class _FilmStretches:
    """The stretches of one film, as seen or mirrored, that its sightings give."""

    def __init__(self, asset: Strip, reels: Reels, follower: Follower) -> None:
        self._asset, self._reels, self._follower = asset, reels, follower

    def stretches(self) -> Iterator[Stretch]:
        """On the course with most votes, then on that of the votes left over, and so on."""
        ballot = self._ballot()
        for _ in range(_MOST_COURSES):
            course = ballot.course()
            if course is None:
                return
            taken = []
            for candidate in ballot.candidates(course):
                stretch = self._traced(candidate)
                if stretch:
                    taken.append((stretch.first, stretch.last))
                    yield stretch
            ballot = ballot.rest(course, taken)

    def _ballot(self) -> Ballot:
        """The votes of all sightings: one for each pair of frames that the asset's and the film's picture stand for."""
        follower, rows = self._follower, []
        for row, sightings in follower.sightings.items():
            most = max(sighting.inliers for sighting in sightings)
            for sighting in sightings:
                weight = float(np.clip(sighting.inliers / 8, 1, 4)) * (sighting.inliers / most) ** 2
                film_frames = follower.stands_for(sighting.film_frame)[:_KEPT_A_PICTURE]
                rows += [(frame, film, weight) for frame in follower.described.grid(row) for film in film_frames]
        table = np.array(rows, np.float64).reshape(-1, 3)
        places = np.searchsorted(self._asset.frames, table[:, 0].astype(np.int64))
        places = np.minimum(places, len(self._asset) - 1)
        seconds = follower.asset_pace.seconds(self._asset.frames[places])
        film = follower.film_pace.seconds(table[:, 1].astype(np.int64))
        return Ballot(follower.film, follower.mirrored, places, seconds, film, table[:, 2], BY_DETAIL)

    def _traced(self, candidate: Candidate) -> Stretch | None:
        """The stretch of a candidate, followed to both sides; None where its sightings don't lie alike."""
        follower, described = self._follower, self._follower.described
        low, high = (int(self._asset.frames[place]) for place in (candidate.first, candidate.last))
        rows = np.flatnonzero((described.lasts >= low) & (described.frames <= high)).tolist()
        course = follower.settled(rows, candidate, _TRIED, _SETTLED_WITHIN)
        if course is None:
            return None
        shown = {row: in_picture for row in rows if (in_picture := follower.follow(course, row))}
        if not shown:
            return None
        shown |= _reached(follower, course, min(shown), max(shown))
        pictures = sum(len(described.grid(row)) for row in shown)
        most = max(in_picture.inliers for in_picture in shown.values())
        if pictures < BY_DETAIL.pictures or most < (LEAST_INLIERS if pictures >= _ENOUGH else _PLENTY):
            return None
        first, last = int(described.frames[min(shown)]), int(described.lasts[max(shown)])
        line, off = self._line(course, first, last)
        ends = settled_ends(line, first, last, described.step, off)
        line = _inside_film(line, ends[0].place, ends[1].place)
        places = np.arange(ends[0].place, ends[1].place + 1)
        inliers = np.array([in_picture.inliers for in_picture in shown.values()])
        best = max(shown.values(), key=lambda in_picture: (in_picture.inliers, -in_picture.row))
        return Stretch(
            follower.film,
            self._reels.films[follower.film].group,
            line,
            ends[0].place,
            ends[1].place,
            int(np.median(line.compare(places)[0])),
            pictures,
            round(float(np.clip(inliers.mean() / 8, 1, 4)) * len(places)),
            time_ambiguous=False,
            by_detail=True,
            edges=(ends[0].off, ends[1].off),
            off=off,
            best_picture=_best_picture(best.nearest, described, self._reels),
        )

    def _line(self, course: PlacedCourse, first: int, last: int) -> tuple[FilmLine, int]:
        """The line of a course, and how many film frames it may be off: hashes decide where they can."""
        follower = self._follower
        middle = (first + last) // 2
        seconds = float(follower.asset_pace.seconds(np.array([middle]))[0])
        film_frame = int(follower.film_pace.frames(np.array([course.speed * seconds + course.offset]))[0])
        speed = min(SPEEDS, key=lambda speed: abs(float(speed) - course.speed))
        line = FilmLine(self._asset, self._reels.strip(follower.film), follower.mirrored, speed, middle, film_frame)
        fitted = _fitted(line, first, last)
        return (fitted, 0) if fitted else (line, course.spread)


def best_sighting(stretch: Stretch, described: DescribedPictures, reels: Reels) -> tuple[Sighting, BestPicture] | None:
    """The best of a few pictures in which local features show a stretch that hashes found; None where they don't."""
    first, last = stretch.ends
    rows = np.flatnonzero((described.frames >= first) & (described.frames <= last))
    line, best = stretch.line, None
    frames = reels.gallery.frames(stretch.target, mirrored=line.mirrored)
    if not len(rows) or not len(frames):
        return None
    for row in rows[np.unique(np.linspace(0, len(rows) - 1, _SIGHTS).astype(np.int64))]:
        frame = int(described.frames[row])
        film_frame = int(line.film_frames(np.array([frame]))[0])
        nearest = int(frames[np.abs(frames - film_frame).argmin()])
        sighting = reels.gallery.compare(frame, described.views[row], stretch.target, nearest, mirrored=line.mirrored)
        if sighting and (best is None or sighting.inliers > best.inliers):
            best = sighting
    return (best, _best_picture(best, described, reels)) if best else None


def _best_picture(sighting: Sighting, described: DescribedPictures, reels: Reels) -> BestPicture:
    view = described.views[described.row(sighting.frame)]
    reference = reels.gallery.picture(sighting.film, sighting.film_frame, mirrored=sighting.mirrored)
    placement = Placement.of(sighting.matrix, view, reference, mirrored=sighting.mirrored)
    look = look_of(view, reference, sighting.matrix)
    return BestPicture(sighting.frame, sighting.film_frame, sighting.inliers, placement, look)


def _inside_film(line: FilmLine, first: int, last: int) -> FilmLine:
    """A line moved so that between two places the film has begun and not ended."""
    shown, frames = line.film_frames(line.asset.frames[[first, last]]), line.film.frames
    early, late = int(frames[0] - shown[0]), int(shown[1] - frames[-1])
    if early > 0 and late <= 0:
        return line.later(early)
    return line.later(-late) if late > 0 and early <= 0 else line


def _fitted(line: FilmLine, first: int, last: int) -> FilmLine | None:
    """The line moved to where the pictures of these frames differ least; None where that hardly makes a difference."""
    asset, film = line.asset, line.film
    places = np.flatnonzero((asset.frames >= first) & (asset.frames <= last) & asset.usable.any(1))
    if not len(places):
        return None
    places = places[np.unique(np.linspace(0, len(places) - 1, _COMPARED_AT_MOST).astype(np.int64))]
    reach = min(round(BY_DETAIL.tolerance * float(line.paces[1].rate)), 60)
    shifts = np.arange(-reach, reach + 1)
    best, contrast, fitted = float("inf"), 0.0, line
    for speed in (line.speed,) if line.speed != Fraction(1) else SPEEDS:
        tried = replace(line, speed=speed)
        frames = tried.film_frames(asset.frames[places]) + shifts[:, None]
        bits, _ = compare(asset, film, places, frames, mirrored=line.mirrored)
        prices = np.minimum(bits, _DIFFERENT).mean(1)
        price = float(prices.min()) + (0 if speed == line.speed else 2)
        if price < best:
            best, contrast = price, float(np.median(prices)) - price
            fitted = tried.later(int(shifts[int(prices.argmin())]))
    return fitted if contrast >= _CONTRAST else None


def _within(stretch: Stretch, sighting: Sighting) -> bool:
    first, last = stretch.ends
    return first <= sighting.frame <= last
