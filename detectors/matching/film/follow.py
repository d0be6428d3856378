"""Following one film through an asset by local features: where along a line it is seen, and where it lies there.

Sightings on a line are evidence where the film lies at the same place in all of them ("they lie alike"): a film that
was laid into another keeps its place in the picture, a thing that two cameras filmed doesn't. Pictures were described
twice a second on both sides, and where the camera moves, a quarter of a second shifts that place; so it is interpolated
between two sightings of one picture. That is why the line on which all lie alike is the right one, to a frame or two
where anything moves.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from detectors.matching.film.reels import Reels
from detectors.matching.film.sightings import Sighting, other_words
from detectors.matching.film.votes import Candidate
from detectors.matching.pace import Pace
from detectors.matching.picture.described import DescribedPictures, grid_step, lasts
from detectors.matching.picture.geometry import UNITS, Matrix, mapped
from detectors.matching.strip import Strip

Corners: TypeAlias = NDArray[np.float64]
"""float64 (3, 2): where a film's picture has its upper left, upper right and lower left, in units of the asset's."""

LEAST_AGREEING = 6
"""Features that must agree where it is known what lies where."""
_SHARE = 0.25
"""Share of a course's features that must agree in a picture where only the course says that it shows the film."""

_ALIKE = 60.0
"""Units within which corners lie alike."""
_BRIDGED_SECONDS = 1.2
_BESIDE_SECONDS = 0.3
_FRAME = np.array([(0, 0), (UNITS, 0), (0, UNITS / 2)], np.float32)
_MOST_ROWS = 40
_SHARE_OF_SPEED = 0.1
"""Share of the pictures that must lie alike only at another speed, for it to be believed."""
_AS_GOOD = 0.12
"""Share of the pictures by which a line may be worse, to do as well."""
_MOST_SHEARED = 0.3
"""Cosine of the angle between two sides: a screen that is filmed from beside has less, a thing filmed twice more."""


@dataclass(frozen=True, slots=True)
class FilmInPicture:
    """The film as one of the asset's described pictures shows it.

    `row`: which of the described pictures. `inliers`: features by which it is known there. `corners`: where it lies.
    `nearest`: the sighting from which that is known.
    """

    row: int
    inliers: int
    corners: Corners
    nearest: Sighting


@dataclass(frozen=True, slots=True)
class PlacedCourse:
    """A line: film seconds are `speed` times the asset's plus `offset`.

    `corners`: where the film lies on it; `inliers`: by how many features it is known; `spread`: film frames by which
    other lines that do as well are off.
    """

    speed: float
    offset: float
    corners: Corners
    inliers: int
    spread: int = 0


class Follower:
    """One film, as seen or mirrored, in an asset."""

    def __init__(
        self,
        asset: Strip,
        described: DescribedPictures,
        reels: Reels,
        film: int,
        *,
        mirrored: bool,
        sightings: Sequence[Sighting],
    ) -> None:
        """Follow the film by these sightings of it, which are all of this film and polarity."""
        self.film, self.mirrored = film, mirrored
        self.described, self.gallery = described, reels.gallery
        self.asset_pace: Pace = asset.pace(reels.films[film].rate)
        self.film_pace: Pace = reels.films[film].pace(asset.rate)
        self.frames = self.gallery.frames(film, mirrored=mirrored)
        self._end = int(reels.strip(film).frames[-1])
        self.sightings: dict[int, list[Sighting]] = {}
        for sighting in sorted(sightings, key=lambda sighting: (sighting.frame, sighting.film_frame)):
            self.sightings.setdefault(described.row(sighting.frame), []).append(sighting)

    @cached_property
    def step(self) -> int:
        """Frames of the film's grid."""
        return grid_step(self.frames, float(self.film_pace.rate))

    @cached_property
    def lasts(self) -> NDArray[np.int64]:
        """The last frame for which each of the film's pictures stands."""
        return lasts(self.frames, self._end, self.step)

    def stands_for(self, film_frame: int) -> list[int]:
        """The frames of the film's grid for which one of its described pictures stands."""
        last = int(self.lasts[np.searchsorted(self.frames, film_frame)])
        return list(range(film_frame, last + 1, self.step))

    def settled(
        self, rows: Sequence[int], candidate: Candidate, speeds: Sequence[float], within: float
    ) -> PlacedCourse | None:
        """The line near a candidate's on which, in these pictures, most sightings lie alike; None: less than half do.

        Where several neighbouring offsets do about as well, as along an even pan, the middle of them is told.
        `speeds`: those tried beside the candidate's, the first preferred; `within`: seconds that its offset may be off.
        """
        rows = [row for row in rows if row in self.sightings]
        rows = [rows[at] for at in np.unique(np.linspace(0, len(rows) - 1, _MOST_ROWS).astype(int))] if rows else []
        if not rows:
            return None
        middle = float(np.median(self.asset_pace.seconds(self.described.frames[rows])))
        shown = float(candidate.speed) * middle + candidate.offset
        inliers = int(np.median([self._most(row) for row in rows]))
        reach = round(within * float(self.film_pace.rate))
        shifts = np.arange(-reach, reach + 1) / float(self.film_pace.rate)
        best, course = 0.0, None
        for speed in dict.fromkeys((*speeds, float(candidate.speed))):
            tried = [self._alike(rows, speed, shown + float(shift) - speed * middle) for shift in shifts]
            price = 0 if speed == speeds[0] else 1 + _SHARE_OF_SPEED * len(rows)
            worths = np.array([worth for worth, _ in tried]) - price
            near = worths >= worths.max() - _AS_GOOD * len(rows)
            top = int(worths.argmax())
            first = top - int(np.argmin(near[top::-1])) + 1 if not near[: top + 1].all() else 0
            last = top + int(np.argmin(near[top:])) - 1 if not near[top:].all() else len(near) - 1
            at = (first + last) // 2
            _, corners = tried[at]
            if corners is not None and worths[top] > best:
                spread = max(1, (last - first + 1) // 2)
                best = float(worths[top])
                course = PlacedCourse(speed, shown + float(shifts[at]) - speed * middle, corners, inliers, spread)
        return course

    def _alike(self, rows: Sequence[int], speed: float, offset: float) -> tuple[float, Corners | None]:
        """What speaks for a line in these pictures, and where the film lies on it; None where too few lie alike."""
        times = self.asset_pace.seconds(self.described.frames[list(rows)])
        laid = [self._laid(row, speed * float(time) + offset) for row, time in zip(rows, times, strict=True)]
        known = np.array([corners for corners, _ in filter(None, laid)])
        if 2 * len(known) < len(rows):
            return 0.0, None
        clear = np.array([place[1] / self._most(row) for place, row in zip(laid, rows, strict=True) if place])
        off = np.abs(known[:, None] - known[None]).max((2, 3))
        centre = int((off <= _ALIKE).sum(1).argmax())
        agree = off[centre] <= _ALIKE
        corners: Corners = np.median(known[agree], axis=0)
        if 2 * agree.sum() < len(rows) or not _is_straight(corners):
            return 0.0, None
        return float(clear[agree].sum() - off[centre][agree].mean() / _ALIKE), corners

    def _most(self, row: int) -> int:
        return max(sighting.inliers for sighting in self.sightings[row])

    def follow(self, course: PlacedCourse, row: int) -> FilmInPicture | None:
        """The film in one picture of the asset where a course says it is; None where it isn't seen."""
        times = self.asset_pace.seconds(np.array([self.described.frames[row], self.described.lasts[row]]))
        wanted = [course.speed * float(time) + course.offset for time in times]
        for film_seconds in dict.fromkeys(wanted):
            corners, _ = self._laid(row, film_seconds) or (None, 0)
            if corners is not None and np.abs(corners - course.corners).max() <= _ALIKE:
                nearest = self._nearest(row, film_seconds)
                return FilmInPicture(row, nearest.inliers, corners, nearest)
        frame = int(self.film_pace.frames(np.array([wanted[0]]))[0])
        matrix = _matrix(course.corners)
        least = max(LEAST_AGREEING, _SHARE * course.inliers)
        best: FilmInPicture | None = None
        for film_frame in self._around(frame):
            reference = self.gallery.picture(self.film, film_frame, mirrored=self.mirrored)
            view = self.described.views[row]
            inliers = self.gallery.agreeing(view, reference, matrix)
            more = inliers >= least and (best is None or inliers > best.inliers)
            if more and not other_words(view, reference, matrix):
                asset_frame = int(self.described.frames[row])
                sighting = Sighting(self.film, self.mirrored, asset_frame, film_frame, inliers, matrix)
                best = FilmInPicture(row, inliers, course.corners, sighting)
        return best

    def _around(self, frame: int) -> list[int]:
        """The film's described pictures that stand for a frame, or lie next to it within half a second."""
        after = int(np.searchsorted(self.frames, frame, side="right"))
        near = range(max(0, after - 1), min(len(self.frames), after + 1))
        reach = _BRIDGED_SECONDS / 2 * float(self.film_pace.rate)
        return [int(self.frames[at]) for at in near if self.frames[at] - reach <= frame <= self.lasts[at] + reach]

    def _laid(self, row: int, film_seconds: float) -> tuple[Corners, float] | None:
        """Where the film lies in a picture if that shows it at this time, and by how many features it is known."""
        sightings = self.sightings.get(row, [])
        before: tuple[float, Sighting] | None = None
        after: tuple[float, Sighting] | None = None
        for sighting in sightings:
            begin, end = self._time(sighting)
            if begin <= film_seconds <= end:
                return corners_of(sighting.matrix), sighting.inliers
            if end < film_seconds:
                before = end, sighting
            elif after is None:
                after = begin, sighting
        if before and after and after[0] - before[0] <= _BRIDGED_SECONDS:
            share = (film_seconds - before[0]) / (after[0] - before[0])
            between: Corners = (1 - share) * corners_of(before[1].matrix) + share * corners_of(after[1].matrix)
            return between, (1 - share) * before[1].inliers + share * after[1].inliers
        neighbours = [
            neighbour
            for neighbour in (before, after)
            if neighbour and abs(neighbour[0] - film_seconds) <= _BESIDE_SECONDS
        ]
        if not neighbours:
            return None
        nearest = min(neighbours, key=lambda neighbour: abs(neighbour[0] - film_seconds))[1]
        return corners_of(nearest.matrix), nearest.inliers

    def _nearest(self, row: int, film_seconds: float) -> Sighting:
        def apart(sighting: Sighting) -> float:
            return min(abs(seconds - film_seconds) for seconds in self._time(sighting))

        return min(self.sightings[row], key=apart)

    def _time(self, sighting: Sighting) -> tuple[float, float]:
        """Film seconds from and to which a sighting's picture of the film stands."""
        last = self.lasts[np.searchsorted(self.frames, sighting.film_frame)]
        begin, end = self.film_pace.seconds(np.array([sighting.film_frame, last]))
        return float(begin), float(end)


def _is_straight(corners: Corners) -> bool:
    """Whether a picture's sides stand on each other as they do in a picture, or nearly."""
    across, down = corners[1] - corners[0], corners[2] - corners[0]
    return bool(abs(across @ down) <= _MOST_SHEARED * np.linalg.norm(across) * np.linalg.norm(down))


def corners_of(matrix: Matrix) -> Corners:
    """Where a matrix puts a film's picture."""
    return mapped(matrix, _FRAME).astype(np.float64)


def _matrix(corners: Corners) -> Matrix:
    """The matrix that puts a film's picture there."""
    across, down = (corners[1] - corners[0]) / UNITS, (corners[2] - corners[0]) / (UNITS / 2)
    return np.stack([across, down, corners[0]], axis=1)
