"""How exact the ends of a stretch are, and where it goes on though its line has lost it.

A stretch ends to the frame where the asset cuts and the film doesn't. Where the film is dissolved, faded, or enlarged
on the way, its hashes drift off bit by bit: there is no frame at which it ends. Then what is known further out counts:
pictures whose local features show the film still, the cut up to which the asset goes on as the film does, a picture in
which the film isn't seen any more. The end that is told is the likeliest, and how far off it may be is told with it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from detectors.matching.film.line import GOOD, NO_MATCH, FilmLine
from detectors.matching.film.reels import Reels
from detectors.matching.film.stretch import Stretch
from detectors.matching.picture.described import DescribedPictures
from detectors.matching.picture.edges import End
from detectors.matching.strip import Strip

_REACH_SECONDS = 3.0
"""How far beyond an end it is looked whether the film goes on."""
_CUT, _HALF = 84, 40
"""Bits between neighbours, or between those around one in which both are blended, from which on the asset has cut."""
_OF_ITS_OWN = 2
"""Times as many as between the film's pictures there, or the film cuts too, or moves as fast."""
_JUMP, _ELSE = 40, 96
"""Bits by which a picture differs more from the film's than the one before, and in all, where something else begins."""
_NEAR_SECONDS = 1.0
"""How far out a cut may be up to which the film may go on, though its features aren't found any more."""
_GONE = 105
"""Bits in which a picture differs from the film's where it hardly shows it."""
_TELLING = 25
"""Features of the outermost picture that shows the film, from which on the next would show it if it were there."""
_BESIDE = 2
"""Pictures of the film, before and after, with which one of the asset is compared."""
_ANEW, _ANEW_AFTER = 50, 6
"""Bits by which the film changes, and pictures, after which what follows is compared with a later picture."""
_EXCESS = 40
"""Bits by which the asset may meanwhile change more than the film where it shows it still: an eighth of a dissolve."""


def with_true_ends(
    stretches: Sequence[Stretch], reels: Reels, described: DescribedPictures | None = None
) -> list[Stretch]:
    """The stretches, each with its ends where they likeliest are, and with how far off they may be.

    Args:
        stretches: what was found.
        reels: the films.
        described: the asset's pictures that have local features.
    """
    return [_settled(stretch, reels, described) for stretch in stretches]


def _settled(stretch: Stretch, reels: Reels, described: DescribedPictures | None) -> Stretch:
    begin, end = (_edge(stretch, reels, described, before=before) for before in (True, False))
    return replace(stretch, first=begin.place, last=end.place, edges=(begin.off, end.off))


def _edge(stretch: Stretch, reels: Reels, described: DescribedPictures | None, *, before: bool) -> End:
    place, off = (stretch.first, stretch.edges[0]) if before else (stretch.last, stretch.edges[1])
    if not off and stretch.best_picture and "inset" in stretch.best_picture.placement.words() and stretch.by_detail:
        return End(place, 0)  # where an inset goes, the asset changes in part alone: that was seen when it was found
    inside = stretch.line.follow(np.arange(stretch.first, stretch.last + 1))[0]
    median = float(np.median(inside[inside < NO_MATCH])) if (inside < NO_MATCH).any() else NO_MATCH
    beyond = _Beyond.of(stretch.line, place, before=before, slack=_NEAR_SECONDS if median > GOOD else 0.0)
    seen, gone = _seen(stretch, beyond, reels, described)
    stop = beyond.stop(seen)
    shown = stop - 1
    after = shown + beyond.doubt(stop, stretch.off)
    if shown == seen:
        return beyond.at(shown, after)
    if beyond.goes_on(seen, shown):
        if gone is not None and gone <= shown:
            return beyond.at((seen + gone) // 2, seen, shown)
        doubt = (seen,) if beyond.differ[shown] > _GONE else ()
        return beyond.at(shown, after, *doubt)
    cut_near = shown if beyond.seconds(seen, shown) <= _NEAR_SECONDS else 0
    shown = shown if gone is None else min(shown, gone)
    if median > GOOD:  # hashes know nothing of it
        return beyond.at((seen + shown) // 2, seen, max(shown, cut_near), seen + off)
    told = seen + int(np.flatnonzero(beyond.differ[seen : shown + 1] <= GOOD)[-1:].sum())
    over = np.flatnonzero(beyond.differ[told + 1 : shown + 1] >= _GONE)
    edge = beyond.at(told, told + 1 + int(over[0]) if len(over) else shown, seen)
    return replace(edge, off=max(edge.off, off))


def _seen(
    stretch: Stretch, beyond: "_Beyond", reels: Reels, described: DescribedPictures | None
) -> tuple[int, int | None]:
    """The outermost picture beyond an end in which local features show the film, and the next in which they don't.

    0 where none does, and None where it isn't known that they would if it were there.
    """
    line = stretch.line
    if described is None or stretch.best_picture is None:
        return 0, None
    frames = reels.gallery.frames(stretch.target, mirrored=line.mirrored)
    within = np.flatnonzero((described.frames >= stretch.ends[0]) & (described.frames <= stretch.ends[1]))
    if not len(frames) or not len(within):
        return 0, None

    def inliers(row: int) -> int:
        frame = int(described.frames[row])
        shown = int(line.film_frames(np.array([frame]))[0])
        nearest = frames[np.argsort(np.abs(frames - shown), kind="stable")[:_BESIDE]].tolist()
        sightings = (
            reels.gallery.compare(frame, described.views[row], stretch.target, film_frame, mirrored=line.mirrored)
            for film_frame in nearest
        )
        return max((sighting.inliers for sighting in sightings if sighting), default=0)

    asset_frames = line.asset.frames[beyond.places]
    seen, known = 0, inliers(int(within[0 if len(asset_frames) > 1 and asset_frames[1] < asset_frames[0] else -1]))
    for at in np.flatnonzero(np.isin(asset_frames, described.frames)).tolist():
        if not at:
            continue
        agreeing = inliers(described.row(int(asset_frames[at])))
        if not agreeing:
            return seen, at if known >= _TELLING else None
        seen, known = at, agreeing
    return seen, None


@dataclass(frozen=True, slots=True, eq=False)
class _Beyond:
    """The pictures from the end of a stretch outward, its last one first: frame by frame, as far as there is film.

    `places` int64 (n,). `differ`: bits in which each differs from the film's. `changes` and `film_changes`: those in
    which the asset's and the film's picture differ from the one before, 0 for the first. `seen`: where there is
    anything to be seen. `plain`: where it is as clear as pictures are that are compared. `film_places` int64 (n,).
    `loose`: the line may be off.
    """

    line: FilmLine
    places: NDArray[np.int64]
    film_places: NDArray[np.int64]
    differ: NDArray[np.int64]
    changes: NDArray[np.int64]
    film_changes: NDArray[np.int64]
    seen: NDArray[np.bool_]
    plain: NDArray[np.bool_]
    loose: bool

    @classmethod
    def of(cls, line: FilmLine, place: int, *, before: bool, slack: float = 0.0) -> "_Beyond":
        """The pictures from `place` on. `slack`: seconds that the line may be off, so that there may be film beyond."""
        asset, film = line.asset, line.film
        reach = round(_REACH_SECONDS * float(line.paces[0].rate))
        after = max(-1, place - reach - 1) if before else min(len(asset), place + reach + 1)
        places = np.arange(place, after, -1 if before else 1)
        shown = line.film_frames(asset.frames[places])
        film_places, present = film.at(shown)
        if slack:
            margin = round(slack * float(line.paces[1].rate))
            present |= (shown >= film.frames[0] - margin) & (shown <= film.frames[-1] + margin)
        apart = np.abs(np.diff(asset.frames[places])) > 1
        ends = np.flatnonzero(np.concatenate([[False], apart]) | ~present)
        if len(ends):
            places = places[: max(1, int(ends[0]))]
        film_places = film_places[: len(places)]
        differ = np.minimum.reduce([line.later(frames).follow(places)[0] for frames in (0, -1, 1)])
        return cls(
            line,
            places,
            film_places,
            differ,
            _changes(asset, places),
            _changes(film, film_places),
            asset.visible[places, 0],
            asset.usable[places, 0],
            slack > 0,
        )

    def __len__(self) -> int:
        return len(self.places)

    def at(self, place: int, *possible: int) -> End:
        """The edge at one of the places, which may as well be anywhere between it and these others."""
        most = len(self) - 1
        beyond = max([place, *possible]) - most
        frames = self.line.asset.frames[self.places[[min(other, most) for other in (place, *possible)]]]
        return End(int(self.places[place]), int(np.abs(frames - frames[0]).max()) + max(0, beyond))

    def seconds(self, place: int, other: int) -> float:
        """The time between two of the pictures."""
        asset = self.line.asset
        seconds = self.line.paces[0].seconds(asset.frames[self.places[[place, other]]])
        return float(abs(seconds[1] - seconds[0]))

    def stop(self, seen: int) -> int:
        """The first picture beyond `seen` at which the film must end: at a cut, or in black."""
        jumps = np.diff(self.differ, prepend=self.differ[:1])
        after = _changes(self.line.asset, self.places, steps=2)
        further = np.append(self.changes[1:], 0)
        cut = (self.changes >= _CUT) | (
            (after >= _CUT) & (self.changes >= _HALF) & (further >= _HALF) & (further < _CUT)
        )
        cut &= (np.maximum(self.changes, after) >= _OF_ITS_OWN * self.film_changes) & (self.differ > GOOD)
        jumped = (jumps >= _JUMP) & (self.differ >= _ELSE)
        cut |= jumped & (self.differ < NO_MATCH) if self.loose else jumped
        cut |= ~self.seen
        cut[: seen + 1] = False
        return int(np.argmax(cut)) if cut.any() else len(self)

    def goes_on(self, seen: int, last: int) -> bool:
        """Whether the asset changes as the film does, or hardly more, from one picture to another."""
        anchor = seen
        for at in range(seen + 1, last + 1):
            own = _apart(self.line.asset, self.places[anchor], self.places[at])
            film = _apart(self.line.film, self.film_places[anchor], self.film_places[at])
            if own - film > _EXCESS:
                return False
            if film > _ANEW or at - anchor >= _ANEW_AFTER:
                anchor = at
        return True

    def doubt(self, stop: int, off: int) -> int:
        """How many pictures from one on at which it must have ended may show it yet. `off`: how far off the line is.

        One may be blended of both; what fades into black may go on for as long as it has faded; and where the film
        begins or ends is as exact as the line.
        """
        if stop >= len(self):
            return off if 0 < self.places[-1] < len(self.line.asset) - 1 else 0
        if self.seen[stop]:
            return int(self.changes[stop] < _CUT and self.differ[stop] < _GONE)
        plain = np.flatnonzero(self.plain[:stop])
        return stop - 1 - int(plain[-1]) if len(plain) else stop - 1


def _changes(strip: Strip, places: NDArray[np.int64], steps: int = 1) -> NDArray[np.int64]:
    """Bits in which each picture differs from the one before; 0 for the first, and where there is nothing to be seen.

    `steps`: it is the picture so many steps less one further on that is compared with the one before.
    """
    words, seen = strip.words[places, 0, 0], strip.visible[places, 0]
    bits = np.zeros(len(places), np.int64)
    if len(places) > steps:
        apart = np.bitwise_count(words[steps:] ^ words[:-steps]).sum(-1, dtype=np.int64)
        bits[1 : len(places) - steps + 1] = np.where(seen[steps:] & seen[:-steps], apart, 0)
    return bits


def _apart(strip: Strip, place: int, other: int) -> int:
    return strip.differs(int(place), int(other))
