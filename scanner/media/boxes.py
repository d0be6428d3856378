"""How many tracks an MP4 or MOV says it has, counted without reading what is in them.

A file with thousands of tracks is no delivery; metadata readers go through each of them for half a minute. Only two
levels of boxes are looked at, one after the other, so that boxes inside boxes inside boxes cost nothing (ISO/IEC
14496-12, 4.2).
"""

import os
import struct
from collections.abc import Iterator
from typing import BinaryIO

MOST_TRACKS = 1000
"""More than any delivery has, and as many as ffmpeg opens."""

_MOST_BOXES = 100_000
_TO_THE_END, _LARGE = 0, 1  # what a box may state instead of its size


def too_many_tracks(file: BinaryIO) -> bool:
    """Whether a file that is open for reading is an MP4 or MOV of more tracks than anybody delivers."""
    end = os.fstat(file.fileno()).st_size
    count = 0
    for name, start, stop in _boxes(file, 0, end):
        if name == b"moov":
            for inner, _, _ in _boxes(file, start, stop):
                count += inner == b"trak"
                if count > MOST_TRACKS:
                    return True
    return False


def _boxes(file: BinaryIO, start: int, end: int) -> Iterator[tuple[bytes, int, int]]:
    """Name, begin and end of the content of the boxes in a stretch of the file, up to the first that makes no sense."""
    here = start
    for _ in range(_MOST_BOXES):
        file.seek(here)
        head = file.read(16)
        if here + 8 > end or len(head) < 8:  # noqa: PLR2004 - a size and a name
            return
        size, name = struct.unpack_from(">I4s", head)
        begin = here + 8
        if size == _TO_THE_END:
            size = end - here
        elif size == _LARGE and len(head) == 16:  # noqa: PLR2004 - a size of 64 bits after them
            (size,), begin = struct.unpack_from(">Q", head, 8), here + 16
        if size < begin - here or not name.isascii():
            return
        yield name, begin, min(here + size, end)
        here += size
