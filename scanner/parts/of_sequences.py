"""The parts of an image sequence: what the files of its frames hold besides their pictures.

The same layer, page or thumbnail in several of them is one part, a sequence itself, under the id that it has in each
file; in one of them alone it is a still. What is no still is a part of one frame, under its id and the frame's number:
`trailing:0@1003`.
"""

import hashlib
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeAlias

from detectors.material import Piece
from scanner.examination import Part, PartListing, Problem
from scanner.media.errors import MediaError
from scanner.parts.listing import ListedParts, list_into
from scanner.parts.source import Bounds
from scanner.parts.spool import Spool
from scanner.terms.reasons import Reason

_BYTES_A_SECOND = 2_000_000
"""The time for the parts of one file grows by what it takes to read them all, at this pace."""
_RANGES = 3  # that words name

Ranges: TypeAlias = tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class _Held:
    """A part as one file of the sequence holds it, and the name of its file in the spool, if it was taken out."""

    number: int
    part: Part
    file: str | None

    @property
    def fate(self) -> tuple[str, str | int]:
        """Which of them are told as one: those that the same becomes of, and that are alike."""
        part = self.part
        if part.harmless or part.why_not:
            return "harmless" if part.harmless else "told", part.harmless or part.why_not
        if part.kind == "still":
            return "looked at", "in place" if part.in_place else "taken out"
        return "alone", self.number


def list_parts_of_sequence(pieces: Sequence[Piece], folder: Path, bounds: Bounds) -> ListedParts:
    """The parts of a sequence. `folder`: where they may be laid; a file that can't be opened holds none.

    The bounds hold for each file; those of bytes that are taken out, and of how many are listed, for all together.
    """
    read = sum(piece.path.stat().st_size for piece in pieces if piece.path.is_file())
    spool = Spool(folder, bounds.of(read))
    until = time.monotonic() + bounds.seconds + read / _BYTES_A_SECOND
    held: dict[str, list[_Held]] = defaultdict(list)
    problems: dict[Problem, list[int]] = defaultdict(list)
    lasting, unread = True, []
    for piece in pieces:
        number = piece.frame or 0
        if time.monotonic() > until:
            unread.append(number)
            continue
        try:
            listed = list_into(piece, spool, bounds, until=until, drawing=False)
        except MediaError:  # the extraction tells
            continue
        lasting = lasting and listed.lasting
        for part in listed.listing.parts:
            held[part.id].append(_Held(number, part, next(iter(listed.files.get(part.id, ())), None)))
        for problem in listed.listing.problems:
            problems[problem].append(number)
    told = [replace(each, message=f"{each.message} ({in_words(numbers)})") for each, numbers in problems.items()]
    if unread:
        told.append(_cut(f"looking for parts took longer than it may: {in_words(unread)} not looked into"))
    rows = [row for each in held.values() for row in _rows(each)]
    if len(rows) > bounds.listed:
        told.append(_cut(f"{len(rows):,} parts; {len(rows) - bounds.listed:,} of them were not looked at"))
    parts, files = [], {}
    for part, names in rows[: bounds.listed]:
        parts.append(part)
        if names:
            files[part.id] = names
    return ListedParts(PartListing(tuple(parts), tuple(told)), files, lasting=lasting and not unread)


def in_words(numbers: Iterable[int]) -> str:
    """Frames in words: `frame 1002`, `frames 1001-1096`, `frames 1-4, 9, 11 and 6 more`."""
    ranges = as_ranges(numbers)
    words = [f"{first}" if first == last else f"{first}-{last}" for first, last in ranges[:_RANGES]]
    more = sum(last - first + 1 for first, last in ranges[_RANGES:])
    one = len(ranges) == 1 and ranges[0][0] == ranges[0][1]
    return f"frame{'' if one else 's'} {', '.join(words)}{f' and {more:,} more' if more else ''}"


def as_ranges(numbers: Iterable[int]) -> Ranges:
    """Numbers in ascending order as ranges with both ends included."""
    ranges: list[tuple[int, int]] = []
    for number in numbers:
        if ranges and ranges[-1][1] == number - 1:
            ranges[-1] = ranges[-1][0], number
        else:
            ranges.append((number, number))
    return tuple(ranges)


def _cut(message: str) -> Problem:
    return Problem(Reason.SCAN_PARTIAL, message)


def _rows(held: Sequence[_Held]) -> Iterator[tuple[Part, tuple[str, ...]]]:
    """What one id means over all files: a part for each fate, with the names of its files in the spool.

    The plain id is that of the frames that are looked at in one, first of those that are drawn by it; the others have
    the number of their first frame behind it.
    """
    by_fate: dict[tuple[str, str | int], list[_Held]] = defaultdict(list)
    for each in held:
        by_fate[each.fate].append(each)
    looked_at = [fate for fate in (("looked at", "in place"), ("looked at", "taken out")) if fate in by_fate]
    plain = [*looked_at, *by_fate][0]
    for fate, alike in by_fate.items():
        takes_number = fate[0] == "alone" or fate != plain
        files = tuple(each.file for each in alike if each.file is not None)
        yield _joined(alike, f"@{alike[0].number}" if takes_number else "", alone=fate[0] == "alone"), files


def _joined(alike: Sequence[_Held], suffix: str, *, alone: bool) -> Part:
    first = alike[0].part
    numbers = [each.number for each in alike]
    same = all(each.part.where == first.where for each in alike)
    where = f"{first.where}{'' if same else ', or about there,'} of {in_words(numbers)}"
    if len(alike) == 1 and first.kind == "still":
        return replace(first, id=f"{first.id}{suffix}", where=where, numbers=as_ranges(numbers))
    if alone:
        why_not = "a track of a file that is no picture" if first.in_place else first.why_not
        return replace(first, id=f"{first.id}{suffix}", where=where, why_not=why_not, numbers=as_ranges(numbers))
    return replace(
        first,
        id=f"{first.id}{suffix}",
        kind="sequence" if first.kind == "still" else first.kind,
        where=where,
        size=sum(each.part.size for each in alike),
        sha256=_digest(alike) if first.sha256 else "",
        shown=any(each.part.shown for each in alike),
        frames=len(alike) if first.kind == "still" else None,
        numbers=as_ranges(numbers),
    )


def _digest(alike: Iterable[_Held]) -> str:
    lines = (f"{each.part.sha256} {each.part.size} {each.number}\n" for each in alike)
    return hashlib.sha256("".join(lines).encode()).hexdigest()
