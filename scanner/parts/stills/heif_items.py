"""The items of a HEIF file (HEIC, AVIF): which pictures it holds, and how they hang together.

Read by its own boxes, because libraries list only what a viewer would offer: no hidden item, no thumbnail's picture.
`as_primary` gives the file with another item in the first one's place, so that any reader shows it.

Sources: ISO/IEC 23008-12 (HEIF), ISO/IEC 14496-12, 8.11.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import BinaryIO

from scanner.media.reading import bytes_at, size_of

PICTURES = frozenset({"hvc1", "av01", "grid", "iden", "iovl", "tmap", "jpeg", "avc1", "j2k1", "unci", "vvc1", "evc1"})
"""Types of items that are pictures; the others are text and data about them."""

_CONTAINERS = frozenset({b"iprp", b"ipco"})
_LARGEST_META = 1 << 26
_MOST_ITEMS = 1 << 16


@dataclass(slots=True)
class HeifItem:
    """One item: its number and type in the file, and where its flags lie. `thumbnail_of`, `aux_of`: item numbers."""

    id: int
    type: str
    hidden: bool
    flags_place: int
    thumbnail_of: int = 0
    aux_of: int = 0
    aux_type: str = ""
    size: tuple[int, int] = (0, 0)


@dataclass(slots=True)
class HeifItems:
    """All items of a file. `tiles`: those that a grid is made of. `links`: places of the types of references."""

    primary: int = 0
    primary_place: tuple[int, int] = (0, 0)
    items: dict[int, HeifItem] = field(default_factory=dict)
    tiles: set[int] = field(default_factory=set)
    links: dict[int, list[int]] = field(default_factory=dict)
    tracks: int = 0
    stated: int = 0

    def pictures(self) -> list[HeifItem]:
        """The pictures besides the primary one and the tiles of grids."""
        return [
            item
            for item in self.items.values()
            if item.type in PICTURES and item.id != self.primary and item.id not in self.tiles
        ]


def items_of(file: BinaryIO) -> HeifItems:
    """What the file's boxes say; whatever lies or is cut off is left out."""
    found = HeifItems()
    size = size_of(file)
    for name, start, end in _boxes_of(file, size):
        if name == b"moov":
            found.tracks += 1
        elif name == b"meta" and end - start <= _LARGEST_META and not found.items:
            try:
                _read_meta(found, bytes_at(file, start, end - start), start)
            except (struct.error, IndexError, ValueError):
                continue
    return found


def as_primary(data: bytes, found: HeifItems, item: HeifItem) -> bytes:
    """The bytes of the file with an item in the first one's place: not hidden, and nobody's thumbnail."""
    changed = bytearray(data)
    place, width = found.primary_place
    changed[place : place + width] = item.id.to_bytes(width, "big")
    changed[item.flags_place + 2] &= 0xFE
    for link in found.links.get(item.id, ()):
        changed[link : link + 4] = b"free"
    return bytes(changed)


def _boxes_of(file: BinaryIO, size: int) -> Iterator[tuple[bytes, int, int]]:
    place = 0
    for _ in range(_MOST_ITEMS):
        head = bytes_at(file, place, 16)
        if len(head) < 8:  # noqa: PLR2004 - length and name
            return
        length, width = int.from_bytes(head[:4], "big"), 8
        if length == 1:
            length, width = int.from_bytes(head[8:16], "big"), 16
        length = length or size - place
        if length < width:
            return
        yield head[4:8], place + width, min(size, place + length)
        place += length


def _inner(data: bytes, start: int, end: int) -> Iterator[tuple[bytes, int, int]]:
    while start + 8 <= end:
        length, width = int.from_bytes(data[start : start + 4], "big"), 8
        if length == 1:
            length, width = int.from_bytes(data[start + 8 : start + 16], "big"), 16
        length = length or end - start
        if length < width:
            return
        yield data[start + 4 : start + 8], start + width, min(end, start + length)
        start += length


def _read_meta(found: HeifItems, data: bytes, ground: int) -> None:
    properties: list[tuple[bytes, int, int]] = []
    associations: list[tuple[int, int]] = []
    todo = [(4, len(data))]  # behind version and flags
    while todo:
        for name, start, end in _inner(data, *todo.pop()):
            if name in _CONTAINERS:
                properties.extend(_inner(data, start, end) if name == b"ipco" else ())
                todo.extend([(start, end)] if name == b"iprp" else [])
            elif name == b"pitm":
                width = 4 if data[start] else 2
                found.primary_place = ground + start + 4, width
                found.primary = int.from_bytes(data[start + 4 : start + 4 + width], "big")
            elif name == b"iinf":
                _read_infos(found, data, start, end, ground)
            elif name == b"iref":
                associations.append((start, end))
            elif name == b"ipma":
                todo_later = (start, end)
                properties_of = _associated(data, *todo_later)
                _assign(found, data, properties, properties_of)
    for start, end in associations:
        _read_references(found, data, start, end, ground)


def _read_infos(found: HeifItems, data: bytes, start: int, end: int, ground: int) -> None:
    width = 2 if data[start] == 0 else 4
    found.stated = int.from_bytes(data[start + 4 : start + 4 + width], "big")
    for name, begin, _ in _inner(data, start + 4 + width, end):
        if name != b"infe" or data[begin] < 2 or len(found.items) >= _MOST_ITEMS:  # noqa: PLR2004 - versions without types
            continue
        wide = 4 if data[begin] > 2 else 2  # noqa: PLR2004 - version 3 has numbers of 32 bits
        number = int.from_bytes(data[begin + 4 : begin + 4 + wide], "big")
        kind = data[begin + 6 + wide : begin + 10 + wide].decode("latin-1")
        found.items[number] = HeifItem(number, kind, bool(data[begin + 3] & 1), ground + begin + 1)


def _read_references(found: HeifItems, data: bytes, start: int, end: int, ground: int) -> None:
    width = 4 if data[start] else 2
    for name, begin, stop in _inner(data, start + 4, end):
        source = int.from_bytes(data[begin : begin + width], "big")
        targets = [
            int.from_bytes(data[place : place + width], "big")
            for place in range(begin + width + 2, min(stop, begin + width + 2 + width * _MOST_ITEMS), width)
        ]
        item = found.items.get(source)
        if item is None or not targets:
            continue
        if name == b"dimg" and item.type == "grid":
            found.tiles.update(targets)
        elif name == b"thmb":
            item.thumbnail_of = targets[0]
        elif name == b"auxl":
            item.aux_of = targets[0]
        if name in {b"thmb", b"auxl"}:
            found.links.setdefault(source, []).append(ground + begin - 4)


def _associated(data: bytes, start: int, end: int) -> dict[int, list[int]]:
    """Which properties, by their numbers from 1 on, an item has."""
    version, wide = data[start], data[start + 3] & 1
    (count,) = struct.unpack_from(">I", data, start + 4)
    place, numbers = start + 8, {}
    for _ in range(min(count, _MOST_ITEMS)):
        if place >= end:
            break
        width = 4 if version else 2
        item = int.from_bytes(data[place : place + width], "big")
        many = data[place + width]
        place += width + 1
        step = 2 if wide else 1
        mask = 0x7FFF if wide else 0x7F
        numbers[item] = [
            int.from_bytes(data[at : at + step], "big") & mask for at in range(place, place + many * step, step)
        ]
        place += many * step
    return numbers


def _assign(
    found: HeifItems, data: bytes, properties: list[tuple[bytes, int, int]], numbers: dict[int, list[int]]
) -> None:
    for number, ones in numbers.items():
        item = found.items.get(number)
        for one in ones if item else ():
            if item is None or not 0 < one <= len(properties):
                continue
            name, start, end = properties[one - 1]
            if name == b"ispe":
                item.size = struct.unpack_from(">II", data, start + 4)
            elif name == b"auxC":
                item.aux_type = data[start + 4 : end].split(b"\0")[0].decode("latin-1")
