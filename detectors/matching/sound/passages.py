"""Passages of a query that lie in recordings: joined where they are pieces of one, chosen where they contend.

A passage was found by laying a recording over a query (`overlay`, `words`). The same stretch may have been found in
pieces, at another offset of a song that repeats itself, at a speed that fits less well, in a recording that shares some
of its sound. What is left here is one passage for each stretch and work, and the works that fit a stretch about equally
well.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from detectors.matching.sound.offsets import Places

NAMED = 16
"""Works named one by one where many hold the same sound: a title that opens every episode of a series."""

_BRIDGED = 10.0  # seconds of something else, in both, that pieces of one passage may lie apart
_OVERLAP = 0.2  # of the shorter of two pieces: more, and they are two answers to one question
_DRIFT = 0.15  # seconds that the pieces may be off one line
_SAME_STRETCH = 0.5  # of a passage that another covers
_SAME_MARKS = 0.5  # of a passage's landmarks that another meets too
_AS_GOOD = 0.6  # of the score: another place that fits as well
_POORER = 0.35  # of the score: a work that merely sounds alike
_HIDDEN = 0.5  # of the score: a work that shares a part with another work of its owner
_LEFT_OVER = 3.0  # seconds that must be left of a passage that another covers in part
_ELSEWHERE = 1.0  # seconds between two places of a recording
_SAME_SPEED = 0.01
_TRIED = 8  # pieces before one that it may continue


@dataclass(frozen=True, slots=True, eq=False)
class Passage:
    """A stretch of one track of the query that lies in a track of a work.

    `first`, `last`: seconds of the query. `speed`: seconds of the work that pass in one of the query's; `there`: where
    in the work the query's second 0 would lie. `share`: of the recording's landmarks that are heard; `differs`: of
    Chromaprint's bits, None where they weren't compared. `marks`: the query's landmarks that the recording has too, as
    places in its track, and `moments` their seconds. `ties`: works that hold the very same sound, beyond `NAMED`.
    """

    track: int
    target: int
    target_track: int
    first: float
    last: float
    there: float
    speed: float
    pitch_kept: bool
    score: float
    share: float
    differs: float | None
    marks: Places
    moments: NDArray[np.float64]
    ambiguous: bool = False
    ties: int = 0

    @property
    def seconds(self) -> float:
        """How long it is."""
        return self.last - self.first

    def place(self, moment: float) -> float:
        """Where a moment of the query lies in the work, in seconds."""
        return self.there + self.speed * moment

    def common(self, other: "Passage") -> float:
        """How many seconds of the query both cover."""
        return max(0.0, min(self.last, other.last) - max(self.first, other.first))

    def within(self, first: float, last: float) -> "Passage":
        """The part of it between two moments, with the score that its landmarks there have."""
        kept = (self.moments >= first) & (self.moments <= last)
        part = kept.mean() if len(kept) else (last - first) / self.seconds
        return replace(
            self,
            first=first,
            last=last,
            score=self.score * float(part),
            marks=self.marks[kept],
            moments=self.moments[kept],
        )


def join(pieces: Sequence[Passage]) -> list[Passage]:
    """Pieces of one recording that lie on one line, with little between them, made one."""
    joined: list[Passage] = []
    for piece in sorted(pieces, key=_stretch):
        before = next((earlier for earlier in joined[::-1][:_TRIED] if _continues(earlier, piece)), None)
        if before is None:
            joined.append(piece)
        else:
            joined[joined.index(before)] = _joined(before, piece)
    return joined


def choose(passages: Sequence[Passage], least: float) -> list[Passage]:
    """For each work, no stretch twice: the better passage, and what of others lies beside it and has the `least` score.

    A passage that fits other places of the same work about as well is marked as ambiguous.
    """
    chosen: dict[int, list[Passage]] = {}
    for passage in sorted(passages, key=_order):
        better = chosen.setdefault(passage.target, [])
        for place, other in enumerate(better):
            better[place] = replace(other, ambiguous=other.ambiguous or _fits_elsewhere(other, passage))
        first, last = _uncovered(passage, better)
        if last - first >= min(_LEFT_OVER, passage.seconds):
            rest = passage.within(first, last) if (first, last) != (passage.first, passage.last) else passage
            if rest.score >= least:
                better.append(rest)
    return [passage for better in chosen.values() for passage in better]


def contend(passages: Sequence[Passage], groups: Sequence[str]) -> list[Passage]:
    """Without passages whose sound another work explains better. `groups`: of each target, whose work it is.

    A work that merely sounds alike goes (a stretch of it fits a third as well), and of one owner's works those that
    only share a part (a title, a sting) with what was played. Works that fit about equally well stay; of more than
    `NAMED` on one stretch the best stay, and the first of them counts the others.
    """
    kept: list[Passage] = []
    for passage in sorted(passages, key=_order):
        alike = [place for place, other in enumerate(kept) if _shared(other, passage) >= _SAME_MARKS]
        if any(_explains(kept[place], passage, groups) for place in alike):
            continue
        if len(alike) < NAMED:
            kept.append(passage)
        else:
            kept[alike[0]] = replace(kept[alike[0]], ties=kept[alike[0]].ties + 1)
    return kept


def _order(passage: Passage) -> tuple[float, int, int, float, float]:
    """The best first; the rest only so that the order of what comes in changes nothing."""
    return -passage.score, passage.target, passage.track, passage.first, passage.there


def _stretch(passage: Passage) -> tuple[int, int, int, float, float]:
    return passage.track, passage.target, passage.target_track, passage.first, passage.last


def _continues(before: Passage, piece: Passage) -> bool:
    same = (before.track, before.target, before.target_track, before.pitch_kept) == (
        piece.track,
        piece.target,
        piece.target_track,
        piece.pitch_kept,
    )
    apart = piece.first - before.last
    return (
        same
        and -_OVERLAP * min(before.seconds, piece.seconds) <= apart <= _BRIDGED
        and abs(before.speed - piece.speed) < _SAME_SPEED
        and abs(before.place(piece.first) - piece.place(piece.first)) <= _DRIFT
    )


def _joined(before: Passage, piece: Passage) -> Passage:
    """Both as one; what both cover counts once."""
    rest = piece.within(max(piece.first, before.last), piece.last) if piece.first < before.last else piece
    seconds = before.seconds + rest.seconds
    speed = (piece.place(piece.last) - before.place(before.first)) / (piece.last - before.first)
    return replace(
        before,
        last=piece.last,
        speed=speed,
        there=before.place(before.first) - speed * before.first,
        score=before.score + rest.score,
        share=(before.share * before.seconds + rest.share * rest.seconds) / seconds,
        differs=before.differs if piece.differs is None else piece.differs,
        marks=np.concatenate([before.marks, rest.marks]),
        moments=np.concatenate([before.moments, rest.moments]),
    )


def _fits_elsewhere(better: Passage, passage: Passage) -> bool:
    """Whether a passage shows another place of the work that most of the better one fits about as well."""
    common = better.common(passage)
    if common < _SAME_STRETCH * better.seconds or common <= 0:
        return False
    middle = (max(better.first, passage.first) + min(better.last, passage.last)) / 2
    as_good = passage.score / passage.seconds >= _AS_GOOD * better.score / better.seconds
    return as_good and abs(better.place(middle) - passage.place(middle)) > _ELSEWHERE


def _uncovered(passage: Passage, others: Sequence[Passage]) -> tuple[float, float]:
    """The longest stretch of a passage that no other covers."""
    longest, edge = (passage.first, passage.first), passage.first
    for first, last in [*sorted((other.first, other.last) for other in others), (passage.last, passage.last)]:
        until = min(first, passage.last)
        if until - edge > longest[1] - longest[0]:
            longest = edge, until
        edge = max(edge, last)
    return longest


def _shared(other: Passage, passage: Passage) -> float:
    """How much of what a passage heard another work holds too: of its landmarks, or else of its seconds."""
    if other.target == passage.target or other.track != passage.track or not other.common(passage):
        return 0.0
    if len(passage.marks) and len(other.marks):
        return float(np.isin(passage.marks, other.marks).mean())
    return other.common(passage) / passage.seconds


def _explains(other: Passage, passage: Passage, groups: Sequence[str]) -> bool:
    """Whether a work with the same sound is what was heard, and the passage's only resembles it or is a part of it."""
    rival = other.within(max(other.first, passage.first), min(other.last, passage.last))
    hidden = groups[other.target] == groups[passage.target] and passage.score < _HIDDEN * other.score
    return hidden or passage.score < _POORER * rival.score
