"""A stretch of an asset that was taken from a film, and which stretches are reported where several claim one place."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from detectors.matching.film.line import FilmLine, compare
from detectors.matching.film.votes import BY_HASH, GAP_SECONDS
from detectors.matching.levels import POSSIBLE_RADIUS, SUPPORTING_DETAILS, Level, Look, level_of, picture_rate
from detectors.matching.match import PictureMatch
from detectors.matching.picture.placement import Placement, by_cuts, by_speed
from detectors.observation import Span

SURE_INLIERS = 12
"""Agreeing features of one picture from which on local features alone are a match; below, they are possible."""
_SURE_PICTURES = 6
"""Pictures along one line, three seconds of them, in each of which fewer agree on the same place: a match too."""

_FEW_PICTURES = 24
"""Pictures that hardly show any detail, below which their hashes alone are no match, nor are more that stand still."""
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
    `look`: what the two pictures are apart from that.
    """

    frame: int
    film_frame: int
    inliers: int
    placement: Placement
    look: Look


@dataclass(frozen=True, slots=True, eq=False)
class Stretch:
    """The asset's places `first` to `last` run along a line. `distance`: the median; `score`: what speaks for it.

    `by_detail`: local features found it, hashes didn't; then `edges` says how many frames the two ends may be off, and
    `off` how many film frames the line. `best_picture`: where local features show it best, None where they show it
    nowhere. `outdone`: another owner's work holds it too, within a longer stretch. `doubtful`: it rests on pictures
    that are drawn, and it can't be told whether the same is written in them.
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
    doubtful: bool = False

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
        if self.outdone or self.doubtful or (self.by_detail and (few or self.pictures < BY_HASH.pictures)):
            return Level.POSSIBLE
        picture = self.best_picture
        if self.distance > POSSIBLE_RADIUS:
            elsewhere = picture is not None and (picture.placement.askew or picture.look.is_another_thing)
            return Level.POSSIBLE if elsewhere else Level.MATCH
        level = level_of(self.distance)
        weak = self.time_ambiguous or self.pictures < _FEW_PICTURES
        if level is not Level.CERTAIN and inliers < SUPPORTING_DETAILS and weak and not self._is_rich:
            return Level.POSSIBLE
        return Level.MATCH if level is Level.POSSIBLE and inliers >= SURE_INLIERS else level

    @property
    def _is_rich(self) -> bool:
        """Whether most of its pictures show enough for a hash to know them by."""
        return bool(self.line.asset.rich[self.first : self.last + 1, 0].mean() >= 0.5)  # noqa: PLR2004 - most

    def match(self) -> PictureMatch:
        """The stretch as matching gives it, with frames on both sides."""
        line, picture = self.line, self.best_picture
        shown = np.clip(line.film_frames(np.array(self.ends)), line.film.frames[0], line.film.frames[-1])
        span = line.asset.span(self.first, self.last)
        span = replace(span, edge_frames=max(span.edge_frames, *self.edges))
        edge = line.film.reach + (not line.is_even) + self.off + max(self.edges)
        best, pair = self._best()
        words = self._words(pair)
        by_hash = self.distance <= POSSIBLE_RADIUS
        frames = (picture.frame, picture.film_frame) if picture and self.by_detail else best
        inset = picture is not None and {"cropped", "inset", "turned"}.intersection(words)
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
            inliers=picture.inliers if picture else 0,
            quad=picture.placement.quad if picture and inset else None,
            turned=picture.placement.turned if picture and "turned" in words else 0,
            transforms=tuple(words),
            best_frame=frames[0],
            target_frame=frames[1],
            algorithm="orb/1" if self.by_detail and not by_hash else "pdq/2",
            false_match_rate=picture_rate(self.distance, 0, picture.look if picture else None) if by_hash else None,
        )

    def _words(self, pair: int) -> list[str]:
        """What was done to the film. What hashes found isn't turned, and few features say less than hashes do."""
        words = self.best_picture.placement.words() if self.best_picture else []
        if not self.by_detail:
            sure = self.best_picture is not None and self.best_picture.inliers >= _TELLING_INLIERS
            words = [word for word in words if sure and word not in {"turned", "inset"}]
            if not any(word.endswith("boxed") for word in words):
                words += by_cuts(pair)
        return words + ["mirrored"] * self.line.mirrored + by_speed(self.line.speed)

    def _best(self) -> tuple[tuple[int, int], int]:
        """The asset's and the film's frame that are nearest to each other, and the pair of cuts by which most were."""
        line, places = self.line, np.arange(self.first, self.last + 1)
        frames = line.film_frames(line.asset.frames[places])
        distance, cuts = compare(line.asset, line.film, places, frames, mirrored=line.mirrored)
        nearest = int(distance.argmin())
        compared = cuts[cuts >= 0]
        pair = int(np.bincount(compared).argmax()) if len(compared) else 0
        return (int(line.asset.frames[places[nearest]]), int(frames[nearest])), pair


def settle(stretches: Sequence[Stretch]) -> list[Stretch]:
    """One stretch for each place and reference, the strongest; of works of one owner, those that explain a place best.

    What is no more than possible is weaker than anything surer, however long it is.

    A shorter stretch of another work of the same owner inside a longer one is a shared ident or a quotation that the
    longer one explains. Works of different owners never hide each other, but the shorter one is outdone: both hold
    these pictures, and the longer one is likelier to be where they come from.
    """
    kept: list[Stretch] = []
    for stretch in sorted(stretches, key=lambda each: (each.level is Level.POSSIBLE, -each.score, *_place(each))):
        stronger = [other for other in kept if _covers(other, stretch)]
        if not any(other.target == stretch.target or other.group == stretch.group for other in stronger):
            kept.append(replace(stretch, outdone=bool(stronger)))
    return sorted(kept, key=lambda stretch: (stretch.target, stretch.first, stretch.last))


def merged(stretches: Sequence[Stretch]) -> list[Stretch]:
    """The stretches with pieces of one line joined, if local features found one of them or both are time-ambiguous."""
    whole: list[Stretch] = []
    for stretch in sorted(stretches, key=_place):
        before = next((at for at, earlier in enumerate(whole) if _joins(earlier, stretch)), None)
        if before is None:
            whole.append(stretch)
        else:
            whole[before] = _joined(whole[before], stretch)
    return whole


def _place(stretch: Stretch) -> tuple[int, bool, int, int]:
    return stretch.target, stretch.line.mirrored, stretch.first, stretch.last


def _covers(stronger: Stretch, stretch: Stretch) -> bool:
    shared = min(stronger.last, stretch.last) - max(stronger.first, stretch.first) + 1
    if shared <= _SAME_PLACE * stretch.length:
        return False
    return stronger.target == stretch.target or stretch.length < _AS_LONG * stronger.length


def _joins(former: Stretch, latter: Stretch) -> bool:
    """Whether two stretches, the one not beginning after the other, are pieces of one."""
    if former.target != latter.target or former.line.mirrored != latter.line.mirrored:
        return False
    pace = former.line.paces[0]
    gap = pace.seconds(np.array([former.ends[1], latter.ends[0]]))
    if gap[1] - gap[0] > GAP_SECONDS:
        return False
    if former.time_ambiguous and latter.time_ambiguous:
        return True
    between = np.array([(former.ends[1] + latter.ends[0]) // 2])
    shown = np.concatenate([piece.line.film_frames(between) for piece in (former, latter)])
    seconds = former.line.paces[1].seconds(shown)
    return (former.by_detail or latter.by_detail) and bool(abs(seconds[0] - seconds[1]) <= _SAME_LINE)


def _joined(former: Stretch, latter: Stretch) -> Stretch:
    """Two pieces as one, on the line of the stronger.

    An end that hashes told is not moved by less than what local features may be off.
    """
    main, rest = sorted((former, latter), key=lambda piece: (piece.by_detail, -piece.score))
    first, last = main.first, main.last
    begin, end = main.edges
    apart = rest.edges if rest.by_detail and not main.by_detail else (0, 0)
    if rest.first < first - apart[0]:
        first, begin = rest.first, rest.edges[0]
    if rest.last > last + apart[1]:
        last, end = rest.last, rest.edges[1]
    best_pictures = [piece.best_picture for piece in (main, rest) if piece.best_picture]
    return replace(
        main,
        first=first,
        last=last,
        edges=(begin, end),
        pictures=main.pictures + rest.pictures,
        score=main.score + rest.score,
        time_ambiguous=main.time_ambiguous and rest.time_ambiguous,
        best_picture=max(best_pictures, key=lambda picture: picture.inliers, default=None),
    )
