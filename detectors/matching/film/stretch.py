"""A stretch of an asset that was taken from a film, and which of several claims to one place are told."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from detectors.matching.film.line import FilmLine, compare
from detectors.matching.film.votes import BY_HASH, GAP_SECONDS
from detectors.matching.levels import POSSIBLE_RADIUS, Level, false_match_rate, level_of
from detectors.matching.match import PictureMatch
from detectors.matching.picture.placement import Placement, by_cuts, by_speed
from detectors.observation import Span

SURE_INLIERS = 12
"""Agreeing features of one picture from which on local features alone are a match; below, they are possible."""
_SURE_PICTURES = 6
"""Pictures along one line, three seconds of them, in each of which fewer agree on the same place: a match too."""

_TELLING_INLIERS = 30
"""Agreeing features from which on they tell how a stretch that hashes found lies in the picture."""
_SAME_PLACE = 0.4
"""Share of a stretch inside a stronger one, from which on it is the same find (or part of it)."""
_AS_LONG = 0.8
"""Share of the stronger one's length, from which on two works tie and both are told."""
_SAME_LINE = 0.8
"""Seconds between two lines that local features can't tell apart."""


@dataclass(frozen=True, slots=True)
class BestPicture:
    """The picture of an asset in which local features show a film best.

    `frame` of the asset shows `film_frame`; `inliers` features agree on it, and it lies there as `placement` says.
    """

    frame: int
    film_frame: int
    inliers: int
    placement: Placement


@dataclass(frozen=True, slots=True, eq=False)
class Stretch:
    """The asset's places `first` to `last` run along a line. `distance`: the median; `score`: what speaks for it.

    `by_detail`: local features found it, hashes didn't; then `edges` says how many frames the two ends may be off, and
    `off` how many film frames the line. `best_picture`: where local features show it best, None where they show it
    nowhere. `outdone`: another owner's work holds it too, within a longer stretch.
    """

    target: int
    group: str
    line: FilmLine
    first: int
    last: int
    distance: int
    pictures: int
    score: int
    time_ambiguous: bool
    by_detail: bool = False
    edges: tuple[int, int] = (0, 0)
    off: int = 0
    best_picture: BestPicture | None = None
    outdone: bool = False

    @property
    def length(self) -> int:
        """How many pictures it has."""
        return self.last - self.first + 1

    @property
    def ends(self) -> tuple[int, int]:
        """Its first and last frame."""
        return int(self.line.asset.frames[self.first]), int(self.line.asset.frames[self.last])

    @property
    def level(self) -> Level:
        """How sure it is."""
        inliers = self.best_picture.inliers if self.best_picture else 0
        few = inliers < SURE_INLIERS and self.pictures < _SURE_PICTURES
        if self.outdone or (self.by_detail and (few or self.pictures < BY_HASH.pictures)):
            return Level.POSSIBLE
        if self.distance > POSSIBLE_RADIUS:
            return Level.POSSIBLE if self.best_picture and self.best_picture.placement.askew else Level.MATCH
        level = level_of(self.distance)
        return Level.MATCH if level is Level.POSSIBLE and inliers >= SURE_INLIERS else level

    def match(self) -> PictureMatch:
        """The stretch as matching gives it, with frames on both sides."""
        line, sight = self.line, self.best_picture
        shown = np.clip(line.film_frames(np.array(self.ends)), line.film.frames[0], line.film.frames[-1])
        span = line.asset.span(self.first, self.last)
        span = replace(span, edge_frames=max(span.edge_frames, *self.edges))
        edge = line.film.reach + (not line.is_even) + self.off + max(self.edges)
        best, pair = self._best()
        words = self._words(pair)
        by_hash = self.distance <= POSSIBLE_RADIUS
        at = (sight.frame, sight.film_frame) if sight and self.by_detail else best
        inset = sight is not None and {"cropped", "inset", "turned"}.intersection(words)
        return PictureMatch(
            target=self.target,
            level=self.level,
            distance=self.distance if by_hash else None,
            mirrored=line.mirrored,
            pictures=self.pictures,
            span=span,
            target_span=Span(int(shown[0]), int(shown[1]), edge),
            speed=line.speed,
            time_ambiguous=self.time_ambiguous,
            inliers=sight.inliers if sight else 0,
            quad=sight.placement.quad if sight and inset else None,
            turned=sight.placement.turned if sight and "turned" in words else 0,
            transforms=tuple(words),
            best_frame=at[0],
            target_frame=at[1],
            algorithm="orb/1" if self.by_detail and not by_hash else "pdq/2",
            false_match_rate=false_match_rate(self.distance) if by_hash else None,
        )

    def _words(self, pair: int) -> list[str]:
        """What was done to it. Where hashes found it, it isn't turned, and few features tell less than they do."""
        words = self.best_picture.placement.words() if self.best_picture else []
        if not self.by_detail:
            sure = self.best_picture is not None and self.best_picture.inliers >= _TELLING_INLIERS
            words = [word for word in words if sure and word not in {"turned", "inset"}]
            if not any(word.endswith("boxed") for word in words):
                words += by_cuts(pair)
        return words + ["mirrored"] * self.line.mirrored + by_speed(self.line.speed)

    def _best(self) -> tuple[tuple[int, int], int]:
        """The asset's frame that is nearest to the film's, and that; and the pair of cuts by which most are nearest."""
        line, places = self.line, np.arange(self.first, self.last + 1)
        frames = line.film_frames(line.asset.frames[places])
        distance, cuts = compare(line.asset, line.film, places, frames, mirrored=line.mirrored)
        nearest = int(distance.argmin())
        told = cuts[cuts >= 0]
        pair = int(np.bincount(told).argmax()) if len(told) else 0
        return (int(line.asset.frames[places[nearest]]), int(frames[nearest])), pair


def settle(stretches: Sequence[Stretch]) -> list[Stretch]:
    """One stretch for each place and reference, the strongest; of works of one owner, those that explain a place best.

    A shorter stretch of another work of the same owner inside a longer one is a shared ident or a quotation that the
    longer one explains. Works of different owners never hide each other, but the shorter one is outdone: both hold
    these pictures, and which of them they come from the longer one tells better.
    """
    kept: list[Stretch] = []
    order = sorted(stretches, key=lambda each: (-each.score, each.target, each.line.mirrored, each.first, each.last))
    for stretch in order:
        stronger = [one for one in kept if _covers(one, stretch)]
        if not any(one.target == stretch.target or one.group == stretch.group for one in stronger):
            kept.append(replace(stretch, outdone=bool(stronger)))
    return sorted(kept, key=lambda each: (each.target, each.first, each.last))


def merged(stretches: Sequence[Stretch]) -> list[Stretch]:
    """Pieces of one line as one stretch, where one of them is of local features or nothing tells their times apart."""
    whole: list[Stretch] = []
    for stretch in sorted(stretches, key=lambda each: (each.target, each.line.mirrored, each.first, each.last)):
        before = next((at for at, one in enumerate(whole) if _joins(one, stretch)), None)
        if before is None:
            whole.append(stretch)
        else:
            whole[before] = _joined(whole[before], stretch)
    return whole


def _covers(stronger: Stretch, stretch: Stretch) -> bool:
    shared = min(stronger.last, stretch.last) - max(stronger.first, stretch.first) + 1
    if shared <= _SAME_PLACE * stretch.length:
        return False
    return stronger.target == stretch.target or stretch.length < _AS_LONG * stronger.length


def _joins(one: Stretch, other: Stretch) -> bool:
    """Whether two stretches, the one not beginning after the other, are pieces of one."""
    if one.target != other.target or one.line.mirrored != other.line.mirrored:
        return False
    pace = one.line.paces[0]
    gap = pace.seconds(np.array([one.ends[1], other.ends[0]]))
    if gap[1] - gap[0] > GAP_SECONDS:
        return False
    if one.time_ambiguous and other.time_ambiguous:
        return True
    between = np.array([(one.ends[1] + other.ends[0]) // 2])
    shown = one.line.paces[1].seconds(np.concatenate([each.line.film_frames(between) for each in (one, other)]))
    return (one.by_detail or other.by_detail) and bool(abs(shown[0] - shown[1]) <= _SAME_LINE)


def _joined(one: Stretch, other: Stretch) -> Stretch:
    """Two pieces as one, on the line of the stronger.

    An end that hashes told is not moved by less than what local features may be off.
    """
    main, rest = (one, other) if (one.by_detail, -one.score) <= (other.by_detail, -other.score) else (other, one)
    first, last = main.first, main.last
    begin, end = main.edges
    apart = rest.edges if rest.by_detail and not main.by_detail else (0, 0)
    if rest.first < first - apart[0]:
        first, begin = rest.first, rest.edges[0]
    if rest.last > last + apart[1]:
        last, end = rest.last, rest.edges[1]
    sights = sorted((each.best_picture for each in (main, rest) if each.best_picture), key=lambda sight: -sight.inliers)
    return replace(
        main,
        first=first,
        last=last,
        edges=(begin, end),
        pictures=main.pictures + rest.pictures,
        score=main.score + rest.score,
        time_ambiguous=main.time_ambiguous and rest.time_ambiguous,
        best_picture=sights[0] if sights else None,
    )
