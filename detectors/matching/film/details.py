"""Stretches that only local features show: crops, insets, turned pictures, a film that was filmed off a screen.

Sightings vote for lines as pictures do, more loosely: features of a shot are alike for a while before and after. A line
on which they lie alike (`follow`) is followed through every described picture, and its ends are told as exactly as what
surrounds them allows (`ends`). Stretches that hashes found are followed beyond their ends in the same way: a crop may
be near enough for them in some shots and not in others.
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
from detectors.matching.picture.local import LEAST_INLIERS
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
    asset: Strip, reels: Reels, looks: DescribedPictures, told: Sequence[Stretch], seen: Iterable[Sighting]
) -> list[Stretch]:
    """What hashes told, carried on where local features show more of it, and what only they show."""
    of_films: dict[tuple[int, bool], list[Sighting]] = {}
    for each in seen:
        of_films.setdefault((each.film, each.mirrored), []).append(each)
    films = sorted({*of_films, *((one.target, one.line.mirrored) for one in told)})
    found = []
    for film, mirrored in films:
        mine = of_films.get((film, mirrored), [])
        follower = Follower(asset, looks, reels, film, mirrored=mirrored, seen=mine)
        ours = [one for one in told if (one.target, one.line.mirrored) == (film, mirrored)]
        carried = merged([_with_best_picture(one, follower, reels) for one in ours])
        known = [one for one in [*told, *carried] if one.target == film]
        left = [each for each in mine if not any(_within(one, each) for one in known)]
        found += carried
        if left:
            follower = Follower(asset, looks, reels, film, mirrored=mirrored, seen=left)
            found += _FilmStretches(asset, reels, follower).stretches()
    return found


def _with_best_picture(stretch: Stretch, follower: Follower, reels: Reels) -> Stretch:
    """A stretch that hashes found, with where local features show it, carried on where they show more."""
    sight = best_sighting(stretch, follower.looks, reels)
    if sight is None:
        return stretch
    shown = replace(stretch, best_picture=sight[1])
    return _carried_on(shown, follower, sight[0]) if follower.seen else shown


def _carried_on(stretch: Stretch, follower: Follower, sighting: Sighting) -> Stretch:
    """A stretch that hashes found, with what follows and precedes it on the same line."""
    looks, line = follower.looks, stretch.line
    first, last = stretch.ends
    course = PlacedCourse(float(line.speed), line.offset, corners_of(sighting.matrix), sighting.inliers)
    inside = np.flatnonzero((looks.lasts >= first) & (looks.frames <= last))
    if not len(inside):
        return stretch
    reached = _reached(follower, course, int(inside[0]), int(inside[-1]))
    begin, end = (looks.frames[min(reached)], looks.lasts[max(reached)]) if reached else (first, last)
    if begin >= first and end <= last:
        return stretch
    ends = settled_ends(line, min(first, int(begin)), max(last, int(end)), looks.step)
    left, right = begin < first, end > last
    return replace(
        stretch,
        first=min(stretch.first, ends[0].place) if left else stretch.first,
        last=max(stretch.last, ends[1].place) if right else stretch.last,
        edges=(ends[0].off if left else 0, ends[1].off if right else 0),
        pictures=stretch.pictures + len(reached),
    )


def _reached(follower: Follower, course: PlacedCourse, low: int, high: int) -> dict[int, FilmInPicture]:
    """The pictures before `low` and after `high` that show the film, up to where it isn't seen for some seconds."""
    looks, found = follower.looks, {}
    gap = GAP_SECONDS * float(follower.here.rate)
    at = int(looks.lasts[high])
    for row in range(high + 1, len(looks)):
        if looks.frames[row] - at > gap:
            break
        if seen := follower.follow(course, row):
            found[row], at = seen, int(looks.lasts[row])
    at = int(looks.frames[low])
    for row in range(low - 1, -1, -1):
        if at - looks.lasts[row] > gap:
            break
        if seen := follower.follow(course, row):
            found[row], at = seen, int(looks.frames[row])
    return found


class _FilmStretches:
    """The stretches of one film, as seen or mirrored, that sightings show."""

    def __init__(self, asset: Strip, reels: Reels, follower: Follower) -> None:
        self._asset, self._reels, self._follower = asset, reels, follower

    def stretches(self) -> Iterator[Stretch]:
        """On the course with most votes, then on that of the votes left over, and so on."""
        ballot = self._ballot()
        for _ in range(_MOST_COURSES):
            course = ballot.course()
            if course is None:
                return
            told = []
            for candidate in ballot.candidates(course):
                stretch = self._traced(candidate)
                if stretch:
                    told.append((stretch.first, stretch.last))
                    yield stretch
            ballot = ballot.rest(course, told)

    def _ballot(self) -> Ballot:
        """Every sighting votes with the times that its two pictures stand for."""
        follower, rows = self._follower, []
        for row, sightings in follower.seen.items():
            most = max(each.inliers for each in sightings)
            for each in sightings:
                weight = float(np.clip(each.inliers / 8, 1, 4)) * (each.inliers / most) ** 2
                there = follower.stands(each.film_frame)[:_KEPT_A_PICTURE]
                rows += [(frame, film, weight) for frame in follower.looks.grid(row) for film in there]
        table = np.array(rows, np.float64).reshape(-1, 3)
        places = np.searchsorted(self._asset.frames, table[:, 0].astype(np.int64))
        places = np.minimum(places, len(self._asset) - 1)
        seconds = follower.here.seconds(self._asset.frames[places])
        film = follower.there.seconds(table[:, 1].astype(np.int64))
        return Ballot(follower.film, follower.mirrored, places, seconds, film, table[:, 2], BY_DETAIL)

    def _traced(self, candidate: Candidate) -> Stretch | None:
        """The stretch of a candidate, followed to both sides; None where its sightings don't lie alike."""
        follower, looks = self._follower, self._follower.looks
        low, high = (int(self._asset.frames[place]) for place in (candidate.first, candidate.last))
        rows = np.flatnonzero((looks.lasts >= low) & (looks.frames <= high)).tolist()
        course = follower.settled(rows, candidate, _TRIED, _SETTLED_WITHIN)
        if course is None:
            return None
        seen = {row: found for row in rows if (found := follower.follow(course, row))}
        if not seen:
            return None
        seen |= _reached(follower, course, min(seen), max(seen))
        pictures = sum(len(looks.grid(row)) for row in seen)
        most = max(each.inliers for each in seen.values())
        if pictures < BY_DETAIL.pictures or most < (LEAST_INLIERS if pictures >= _ENOUGH else _PLENTY):
            return None
        first, last = int(looks.frames[min(seen)]), int(looks.lasts[max(seen)])
        line, off = self._line(course, first, last)
        ends = settled_ends(line, first, last, looks.step, off)
        line = _inside_film(line, ends[0].place, ends[1].place)
        places = np.arange(ends[0].place, ends[1].place + 1)
        inliers = np.array([each.inliers for each in seen.values()])
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
            best_picture=_best_picture(
                max(seen.values(), key=lambda each: (each.inliers, -each.row)).nearest, looks, self._reels
            ),
        )

    def _line(self, course: PlacedCourse, first: int, last: int) -> tuple[FilmLine, int]:
        """The line of a course, and how many film frames it may be off: hashes decide where they can."""
        follower = self._follower
        middle = (first + last) // 2
        seconds = float(follower.here.seconds(np.array([middle]))[0])
        shown = int(follower.there.frames(np.array([course.speed * seconds + course.offset]))[0])
        speed = min(SPEEDS, key=lambda speed: abs(float(speed) - course.speed))
        line = FilmLine(self._asset, self._reels.strip(follower.film), follower.mirrored, speed, middle, shown)
        fitted = _fitted(line, first, last)
        return (fitted, 0) if fitted else (line, course.spread)


def best_sighting(stretch: Stretch, looks: DescribedPictures, reels: Reels) -> tuple[Sighting, BestPicture] | None:
    """Where local features show a stretch that hashes found; None where they don't."""
    first, last = stretch.ends
    rows = np.flatnonzero((looks.frames >= first) & (looks.frames <= last))
    line, best = stretch.line, None
    frames = reels.gallery.frames(stretch.target, mirrored=line.mirrored)
    if not len(rows) or not len(frames):
        return None
    for row in rows[np.unique(np.linspace(0, len(rows) - 1, _SIGHTS).astype(np.int64))]:
        frame = int(looks.frames[row])
        shown = int(line.film_frames(np.array([frame]))[0])
        film_frame = int(frames[np.abs(frames - shown).argmin()])
        seen = reels.gallery.compare(frame, looks.views[row], stretch.target, film_frame, mirrored=line.mirrored)
        if seen and (best is None or seen.inliers > best.inliers):
            best = seen
    return (best, _best_picture(best, looks, reels)) if best else None


def _best_picture(seen: Sighting, looks: DescribedPictures, reels: Reels) -> BestPicture:
    view = looks.views[looks.row(seen.frame)]
    reference = reels.gallery.picture(seen.film, seen.film_frame, mirrored=seen.mirrored)
    placement = Placement.of(seen.matrix, view, reference, mirrored=seen.mirrored)
    return BestPicture(seen.frame, seen.film_frame, seen.inliers, placement)


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
    best, contrast, found = float("inf"), 0.0, line
    for speed in (line.speed,) if line.speed != Fraction(1) else SPEEDS:
        tried = replace(line, speed=speed)
        frames = tried.film_frames(asset.frames[places]) + shifts[:, None]
        bits, _ = compare(asset, film, places, frames, mirrored=line.mirrored)
        prices = np.minimum(bits, _DIFFERENT).mean(1)
        price = float(prices.min()) + (0 if speed == line.speed else 2)
        if price < best:
            best, contrast = price, float(np.median(prices)) - price
            found = tried.later(int(shifts[int(prices.argmin())]))
    return found if contrast >= _CONTRAST else None


def _within(stretch: Stretch, seen: Sighting) -> bool:
    first, last = stretch.ends
    return first <= seen.frame <= last
