"""How a JPEG file is built: its segments, where it ends, and the pictures that its index of several names.

Sources: ITU-T T.81, annex B; CIPA DC-007 (Multi-Picture Format). Nothing is decoded, and memory doesn't grow with the
file.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import BinaryIO

from scanner.media.pixels.directories import Layout, entries_at
from scanner.media.reading import bytes_at, size_of

_MARKER = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]", re.DOTALL)
_BLOCK = 1 << 20
_START, _END, _ALONE, _SCAN = 0xD8, 0xD9, 0x01, 0xDA
_MOST_SEGMENTS = 20_000  # an ICC profile has a few, a credential of 10 MB some 160
_INDEX = b"MPF\0"
_LONGEST_INDEX = 16 * 4096
_IMAGES = 0xB002  # tag of the index: 16 bytes for each picture


@dataclass(frozen=True, slots=True)
class Segment:
    """A segment before the first scan: its marker, and where its content lies in the file."""

    marker: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class JpegStructure:
    """The segments before the first scan, and the place behind the end. `whole`: whether it has an end at all."""

    segments: Sequence[Segment]
    end: int
    whole: bool


def structure(file: BinaryIO, start: int = 0, *, header: bool = False) -> JpegStructure:
    """How the JPEG that begins at `start` is built. One without an end goes to that of the file.

    `header`: its segments alone are wanted, and the walk ends at the first scan.
    """
    size = size_of(file)
    segments: list[Segment] = []
    scanned = False
    place = start + 2
    marks = _Marks(file)
    while (found := marks.next(place)) is not None:
        place, marker = found
        if marker == _END:
            return JpegStructure(segments, place + 2, whole=True)
        if marker == _START:  # another picture begins: this one has no end
            return JpegStructure(segments, place, whole=False)
        if marker == _ALONE:
            place += 2
            continue
        length = int.from_bytes(bytes_at(file, place + 2, 2), "big")
        scanned = scanned or marker == _SCAN
        if scanned and header:
            break
        if not scanned and len(segments) < _MOST_SEGMENTS:
            segments.append(Segment(marker, min(size, place + 4), min(size, place + 2 + length)))
        place += 2 + max(2, length)
    return JpegStructure(segments, size, whole=False)


def further_pictures(file: BinaryIO, segments: Sequence[Segment]) -> list[tuple[int, int]]:
    """Where the second picture and those behind it lie, start and end each, by the index in the first one's segments.

    What the index names and isn't there is left out; no two overlap.
    """
    size = size_of(file)
    for segment in segments:
        if segment.marker == 0xE2 and bytes_at(file, segment.start, 4) == _INDEX:  # noqa: PLR2004 - APP2
            ground = segment.start + len(_INDEX)
            layout = Layout.of(bytes_at(file, ground, 16))
            if layout is None:
                continue
            index = entries_at(file, ground + layout.first, layout, ground).entries.get(_IMAGES)
            records = index.value(file) if index else b""
            order = layout.order
            pictures: dict[int, int] = {}
            for place in range(16, min(len(records), _LONGEST_INDEX) - 15, 16):  # the first is the file's own
                length = int.from_bytes(records[place + 4 : place + 8], order)
                offset = ground + int.from_bytes(records[place + 8 : place + 12], order)
                if offset > ground and bytes_at(file, offset, 2) == b"\xff\xd8":
                    pictures.setdefault(offset, min(size, offset + length))
            following = dict(pairwise([*sorted(pictures), size]))
            return [(start, min(end, following[start])) for start, end in pictures.items()]
    return []


class _Marks:
    """The markers of a file, found block by block."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._start = 0
        self._block = b""

    def next(self, place: int) -> tuple[int, int] | None:
        """The next marker at or behind a place: where it is, and its second byte. None: there is none."""
        while True:
            if not self._start <= place < self._start + len(self._block) - 1:
                self._start, self._block = place, bytes_at(self._file, place, _BLOCK)
                if len(self._block) < 2:  # noqa: PLR2004 - a marker's length
                    return None
            found = _MARKER.search(self._block, place - self._start)
            if found:
                return self._start + found.start(), self._block[found.start() + 1]
            place = self._start + len(self._block) - 1  # a marker may lie across the border
