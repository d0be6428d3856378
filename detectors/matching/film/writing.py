"""Stretches without what only looks like their film: title cards, slates and charts of one design with other words.

Hashes and local features find such pictures alike, and as long as cards stand still they lie on a line as well. So
where the asset or the film is drawn, their described pictures are laid over each other, and what is written must agree.
Where a film moves, no picture of it was described that shows the very frame; then nothing is said, as moving alike is
telling.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from detectors.matching.film.reels import Reels
from detectors.matching.film.stretch import Stretch
from detectors.matching.film.votes import BY_HASH, GAP_SECONDS
from detectors.matching.levels import MATCH_RADIUS, Level, writing_level
from detectors.matching.picture.described import DescribedPictures
from detectors.matching.picture.resemblance import is_drawn, resemblance, resemblance_by_hash
from detectors.matching.picture.view import View

_STANDS = 10
"""Bits within which a film's described picture shows the same as a frame of it (as when pictures are described)."""
_BESIDE = 1
"""Described pictures of the film before and after the one that stands for a frame, which are tried as well."""
_SURE = 0.2
"""Share of a stretch that must be sure, or all of it is no more than possible."""
_SURENESS = (None, Level.POSSIBLE, Level.MATCH, Level.CERTAIN)


@dataclass(frozen=True, slots=True)
class _Shown:
    """What the asset's places `first` to `last` can be at most, by one described picture.

    None: nothing of the film. `match`: something drawn that moves, or fades, of which nothing can be said.
    """

    first: int
    last: int
    most: Level | None


class Writing:
    """Reads what is written in an asset's pictures and in those of films beside them."""

    def __init__(self, reels: Reels, described: DescribedPictures) -> None:
        """Read the `described` pictures of one asset, beside those of the films."""
        self._reels, self._described = reels, described
        self._known: dict[tuple[int, int, int, bool], Level | None] = {}

    def kept(self, stretches: Sequence[Stretch]) -> list[Stretch]:
        """Of each stretch what doesn't show other words than its film."""
        return [piece for stretch in stretches for piece in self._pieces(stretch)]

    def most(self, frame: int, film: int, film_frame: int, *, mirrored: bool) -> Level | None:
        """The most that a frame of the asset can be beside one of a film; None where they show other words."""
        row = self._row(frame)
        return Level.CERTAIN if row is None else self._beside(row, film, film_frame, mirrored=mirrored)

    def _pieces(self, stretch: Stretch) -> Iterator[Stretch]:
        shown = list(self._shown(stretch))
        if all(part.most in {Level.MATCH, Level.CERTAIN} for part in shown):
            yield stretch
            return
        if any(part.most is None for part in shown):  # a card that fades in is no more of the film than the card
            shown = [replace(part, most=None) if part.most is Level.MATCH else part for part in shown]
        for run in _runs(shown, stretch):
            piece = replace(stretch, first=run[0].first, last=run[-1].last)
            support = _support(piece) if len(run) < len(shown) else stretch.pictures
            if support < BY_HASH.pictures and not stretch.by_detail:
                continue
            sure = sum(part.last - part.first + 1 for part in run if part.most in {Level.MATCH, Level.CERTAIN})
            doubtful = sure < max(BY_HASH.pictures, _SURE * piece.length)
            share = piece.length / stretch.length
            yield replace(piece, pictures=support, score=round(stretch.score * share), doubtful=doubtful)

    def _shown(self, stretch: Stretch) -> Iterator[_Shown]:
        """What each described picture of a stretch says of the places for which it stands."""
        frames = stretch.line.asset.frames[stretch.first : stretch.last + 1]
        rows = np.clip(np.searchsorted(self._described.frames, frames, side="right") - 1, 0, None)
        begins = np.flatnonzero(np.diff(rows, prepend=-1))
        for begin, end in zip(begins.tolist(), [*begins[1:].tolist(), len(rows)], strict=True):
            row, middle = int(rows[begin]), int(frames[(begin + end - 1) // 2])
            frame = max(int(self._described.frames[row]), int(frames[begin]))
            levels = []
            for asked in dict.fromkeys((frame, middle)):
                film_frame = int(stretch.line.film_frames(np.array([asked]))[0])
                levels.append(self._beside(row, stretch.target, film_frame, mirrored=stretch.line.mirrored))
            most = Level.CERTAIN if Level.CERTAIN in levels else min(levels, key=_SURENESS.index)
            yield _Shown(stretch.first + begin, stretch.first + end - 1, most)

    def _beside(self, row: int, film: int, film_frame: int, *, mirrored: bool) -> Level | None:
        gallery = self._reels.gallery
        frames = gallery.frames(film, mirrored=mirrored)
        if not len(frames):
            return Level.CERTAIN
        at = max(0, int(np.searchsorted(frames, film_frame, side="right")) - 1)
        near = frames[max(0, at - _BESIDE) : at + _BESIDE + 1]
        pairs = {int(frame): self._read(row, film, int(frame), mirrored=mirrored) for frame in near}
        best = max(pairs.values(), key=_SURENESS.index)
        if best is Level.CERTAIN or self._stands(film, film_frame, near[[at - max(0, at - _BESIDE)]]):
            return best
        return Level.MATCH

    def _stands(self, film: int, film_frame: int, described: NDArray[np.int64]) -> bool:
        """Whether a described picture of the film shows what a frame of it does."""
        strip = self._reels.strip(film)
        places, _ = strip.at(np.array([film_frame, int(described[0])]))
        one, other = strip.words[places, 0, 0]
        return int(np.bitwise_count(one ^ other).sum()) <= _STANDS

    def _read(self, row: int, film: int, film_frame: int, *, mirrored: bool) -> Level | None:
        key = row, film, film_frame, mirrored
        if key not in self._known:
            view = self._described.views[row]
            reference = self._reels.gallery.picture(film, film_frame, mirrored=mirrored)
            drawn = is_drawn(view.sketch, reference.sketch)
            self._known[key] = self._laid_over(view, reference, key) if drawn else Level.CERTAIN
        return self._known[key]

    def _laid_over(self, view: View, reference: View, key: tuple[int, int, int, bool]) -> Level | None:
        """The most that two drawn pictures can be, by the map that details agree on or as one fills the other."""
        row, film, film_frame, mirrored = key
        whole = resemblance_by_hash(view.sketch, reference.sketch, turned=0, mirrored=False, negative=False)
        level = writing_level(whole)
        if level is Level.CERTAIN:
            return level
        frame = int(self._described.frames[row])
        sighting = self._reels.gallery.compare(frame, view, film, film_frame, mirrored=mirrored)
        if sighting is None:
            return level
        return max(
            level, writing_level(resemblance(view.sketch, reference.sketch, sighting.matrix)), key=_SURENESS.index
        )

    def _row(self, frame: int) -> int | None:
        row = int(np.searchsorted(self._described.frames, frame, side="right")) - 1
        return row if row >= 0 else None


def _runs(shown: Sequence[_Shown], stretch: Stretch) -> Iterator[list[_Shown]]:
    """The parts of a stretch that may show the film, cut where it shows something else for long."""
    seconds = stretch.line.paces[0].seconds
    frames = stretch.line.asset.frames
    run: list[_Shown] = []
    for part in (part for part in shown if part.most is not None):
        if run:
            begin, end = seconds(frames[[run[-1].last, part.first]])
            if end - begin > GAP_SECONDS:
                yield run
                run = []
        run.append(part)
    if run:
        yield run


def _support(stretch: Stretch) -> int:
    """Pictures of a stretch that hashes find alike, one by one."""
    distance, _ = stretch.line.compare(np.arange(stretch.first, stretch.last + 1))
    return int((distance <= MATCH_RADIUS).sum())
