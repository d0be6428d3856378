"""Interval arithmetic over frames: what is covered, what is left, where two pieces of paper overlap.

Knows nothing of paper or verdicts. A set of frames is a few ranges, however many frames they hold.
"""

import functools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

END = 2**40
"""Stands for the last frame of an asset whose length isn't known."""

Range: TypeAlias = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Frames:
    """A set of frames, as sorted ranges with both ends included that neither overlap nor touch.

    >>> Frames.of((1001, 1240)) - Frames.of((1001, 1100))
    Frames(ranges=((1101, 1240),))
    """

    ranges: tuple[Range, ...] = ()

    @classmethod
    def of(cls, *ranges: Range) -> "Frames":
        """The frames of any ranges, in any order; a range that ends before it begins holds none."""
        joined: list[Range] = []
        for first, last in sorted(ranges):
            if last < first:
                continue
            if joined and first <= joined[-1][1] + 1:
                joined[-1] = (joined[-1][0], max(last, joined[-1][1]))
            else:
                joined.append((first, last))
        return cls(tuple(joined))

    def __bool__(self) -> bool:
        return bool(self.ranges)

    def __iter__(self) -> Iterator[Range]:
        return iter(self.ranges)

    def __or__(self, other: "Frames") -> "Frames":
        return Frames.of(*self.ranges, *other.ranges)

    def __and__(self, other: "Frames") -> "Frames":
        met: list[Range] = []
        at, other_at = 0, 0
        while at < len(self.ranges) and other_at < len(other.ranges):
            (first, last), (begin, end) = self.ranges[at], other.ranges[other_at]
            if max(first, begin) <= min(last, end):
                met.append((max(first, begin), min(last, end)))
            at, other_at = (at + 1, other_at) if last < end else (at, other_at + 1)
        return Frames(tuple(met))

    def __sub__(self, other: "Frames") -> "Frames":
        gaps: list[Range] = []
        after = -1
        for first, last in other:
            gaps.append((after + 1, first - 1))
            after = last
        return self & Frames.of(*gaps, (after + 1, max((END, *(last for _, last in self.ranges[-1:])))))


NOTHING = Frames()
EVERYTHING = Frames(((0, END),))


def union(parts: Sequence[Frames]) -> Frames:
    """All frames that are in at least one of the parts."""
    return Frames.of(*(each for part in parts for each in part))


def intersection(parts: Sequence[Frames]) -> Frames:
    """The frames that are in every one of the parts, of which there is at least one."""
    return functools.reduce(Frames.__and__, parts)


def stretches(frames: Frames, parts: Sequence[Frames]) -> list[tuple[Frames, tuple[int, ...]]]:
    """The frames cut up by which of the parts (their indices) hold them, in the order of their first frame.

    >>> stretches(Frames.of((0, 9)), [Frames.of((0, 4)), Frames.of((3, 20))])
    [(Frames(ranges=((0, 2),)), (0,)), (Frames(ranges=((3, 4),)), (0, 1)), (Frames(ranges=((5, 9),)), (1,))]
    """
    cut: dict[tuple[int, ...], Frames] = {(): frames} if frames else {}
    for index, part in enumerate(parts):
        with_it = {(*holders, index): held & part for holders, held in cut.items()}
        without = {holders: held - part for holders, held in cut.items()}
        cut = {holders: held for holders, held in (with_it | without).items() if held}
    return sorted(((held, holders) for holders, held in cut.items()), key=lambda piece: piece[0].ranges)
