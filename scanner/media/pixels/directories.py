"""The directories of a TIFF file, or of what is built like one: pages, and the pictures below them.

An own walk, because readers go through pages alone and slowly: 10,000 directories in the time in which Pillow counts
160. Classic files and those of 64 bits (BigTIFF) alike. Nothing is decoded, and no directory is read twice.

Sources: TIFF 6.0; Adobe, TIFF Technical Note 1 (SubIFDs); the BigTIFF proposal as libtiff reads it.
"""

import struct
from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import BinaryIO, Literal

from scanner.media.reading import bytes_at

SUB_DIRECTORIES = 330

_WIDTHS = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4, 16: 8, 17: 8, 18: 8}
_NUMBERS = {1: "B", 3: "H", 4: "I", 13: "I", 16: "Q", 18: "Q"}
MOST = 20_000
"""Directories of one file; nobody writes so many, and a chain that goes on is told."""

_MOST_ENTRIES = 4096
_LARGEST_VALUE = 1 << 26
_DEEPEST = 8
_DATA = ((273, 279), (324, 325), (513, 514))
"""The fields that say where strips, tiles and a JPEG lie, and how long each of them is."""


@dataclass(frozen=True, slots=True)
class Layout:
    """What a header says: byte order, whether its offsets have 64 bits, and where the first directory lies."""

    order: Literal["little", "big"]
    wide: bool
    first: int

    @classmethod
    def of(cls, header: bytes) -> "Layout | None":
        """The layout by the first 16 bytes; None where they are none of a TIFF."""
        order: Literal["little", "big"] = "little" if header[:2] == b"II" else "big"
        if header[:2] not in {b"II", b"MM"} or len(header) < 8:  # noqa: PLR2004 - the classic header
            return None
        version = int.from_bytes(header[2:4], order)
        if version == 43 and len(header) >= 16:  # noqa: PLR2004 - BigTIFF
            return cls(order, wide=True, first=int.from_bytes(header[8:16], order))
        return cls(order, wide=False, first=int.from_bytes(header[4:8], order))

    @property
    def mark(self) -> str:
        """The byte order as `struct` writes it."""
        return "<" if self.order == "little" else ">"


@dataclass(frozen=True, slots=True)
class Entry:
    """One field of a directory: its type, how many values it has, and where they lie."""

    kind: int
    count: int
    place: int
    layout: Layout

    def value(self, file: BinaryIO) -> bytes:
        """Its bytes; fewer where the file ends before, none where nobody writes so many."""
        size = self.count * _WIDTHS.get(self.kind, 0)
        return bytes_at(file, self.place, size) if size <= _LARGEST_VALUE else b""

    def numbers(self, file: BinaryIO, most: int = 1 << 20) -> tuple[int, ...]:
        """Its values as whole numbers, `most` of them; none where they are no such."""
        letter = _NUMBERS.get(self.kind)
        if letter is None:
            return ()
        width = _WIDTHS[self.kind]
        data = bytes_at(file, self.place, min(self.count, most) * width)
        count = len(data) // width
        return struct.unpack(f"{self.layout.mark}{count}{letter}", data[: count * width])


@dataclass(frozen=True, slots=True)
class Directory:
    """A directory: `path` is its number in the chain (from 0); below a page, the numbers on the way there."""

    path: tuple[int, ...]
    offset: int
    entries: Mapping[int, Entry]
    following: int

    def number(self, file: BinaryIO, tag: int, default: int = 0) -> int:
        """The first value of a field."""
        entry = self.entries.get(tag)
        values = entry.numbers(file, 1) if entry else ()
        return values[0] if values else default

    def numbers(self, file: BinaryIO, tag: int) -> tuple[int, ...]:
        """All values of a field."""
        entry = self.entries.get(tag)
        return entry.numbers(file) if entry else ()

    def end(self, file: BinaryIO) -> int:
        """The place behind the last of its bytes that it accounts for: its fields, and its picture's data."""
        ends = [entry.place + entry.count * _WIDTHS.get(entry.kind, 0) for entry in self.entries.values()]
        for places, sizes in _DATA:
            ends += map(sum, zip(self.numbers(file, places), self.numbers(file, sizes), strict=False))
        return max([self.offset, *ends])


@dataclass(slots=True)
class Walk:
    """What a walk met besides directories: a `loop`, those that can't be read (`broken`), and whether it was `cut`."""

    loop: bool = False
    cut: bool = False
    broken: int = 0


def directories(file: BinaryIO, layout: Layout, walk: Walk, ground: int = 0, most: int = MOST) -> Iterator[Directory]:
    """All directories: each page, then what lies below it. `ground`: where offsets count from. `most`: no more."""
    seen: dict[int, int] = {}  # where a directory lies, and where the one behind it does
    chain: set[int] = set()
    offset, page = layout.first, 0
    while offset and len(seen) < most:
        if offset in chain:
            walk.loop = True
            return
        chain.add(offset)
        yield from _tree(file, layout, walk, (page, offset), seen, (ground, most))
        offset, page = seen[offset], page + 1
    walk.cut = walk.cut or bool(offset)


def _tree(
    file: BinaryIO,
    layout: Layout,
    walk: Walk,
    root: tuple[int, int],
    seen: dict[int, int],
    limits: tuple[int, int],
) -> Iterator[Directory]:
    """A page (its number and place) and what lies below it, but for what was `seen`. `limits`: ground, and the most."""
    page, offset = root
    ground, most = limits
    below: deque[tuple[tuple[int, ...], int]] = deque([((page,), offset)])
    while below and len(seen) < most:
        path, place = below.popleft()
        if place in seen:  # a page that another one has below it as well is no loop
            walk.loop = walk.loop or len(path) > 1
            continue
        directory = entries_at(file, ground + place, layout, ground, path)
        seen[place] = directory.following
        if not directory.entries:
            walk.broken += 1
            continue
        yield directory
        entry = directory.entries.get(SUB_DIRECTORIES) if len(path) < _DEEPEST else None
        room = most - len(seen) - len(below)
        walk.cut = walk.cut or (entry is not None and entry.count > room)
        sub = entry.numbers(file, room) if entry and room > 0 else ()
        below.extendleft(((*path, number), place) for number, place in reversed([*enumerate(sub)]) if place)
    walk.cut = walk.cut or bool(below)


def entries_at(file: BinaryIO, offset: int, layout: Layout, ground: int = 0, path: tuple[int, ...] = (0,)) -> Directory:
    """The directory at a place of the file; without entries where there is none."""
    long, word = (8, 8) if layout.wide else (2, 4)
    entry_size = 20 if layout.wide else 12
    count = int.from_bytes(bytes_at(file, offset, long), layout.order)
    if not 0 < count <= _MOST_ENTRIES:
        return Directory(path, offset, {}, 0)
    table = bytes_at(file, offset + long, count * entry_size + word)
    if len(table) < count * entry_size:  # the file ends inside it
        return Directory(path, offset, {}, 0)
    rows = struct.iter_unpack(f"{layout.mark}HH{'Q8s' if layout.wide else 'I4s'}", table[: count * entry_size])
    entries: dict[int, Entry] = {}
    inline = offset + long + 4 + word
    for tag, kind, values, field in rows:
        lies_here = values * _WIDTHS.get(kind, 0) <= word
        place = inline if lies_here else ground + int.from_bytes(field, layout.order)
        entries[tag] = Entry(kind, values, place, layout)
        inline += entry_size
    return Directory(path, offset, entries, int.from_bytes(table[count * entry_size :][:word], layout.order))
