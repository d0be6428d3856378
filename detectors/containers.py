"""The rows of labelled pieces that files are made of, walked without reading what is in them: boxes and chunks.

Whoever looks for one thing in an MP4 or a WAV goes along these. A file that makes no sense ends the walk; nothing
raises, and a ring or a bomb of tiny pieces ends at a bound.
"""

import struct
from collections.abc import Iterator
from typing import BinaryIO

_MOST = 100_000
_TO_THE_END, _LARGE = 0, 1  # what a box may state instead of its size
_UNSTATED = 0xFFFFFFFF
_FURTHEST = 1 << 62
"""Bytes: beyond, no file system can go."""


def boxes(file: BinaryIO, start: int, end: int) -> Iterator[tuple[bytes, int, int]]:
    """Name, begin and end of the content of the boxes in a stretch of an MP4 or MOV (ISO/IEC 14496-12, 4.2)."""
    here = start
    for _ in range(_MOST):
        if here + 8 > end:  # before going there: a stated size may lie beyond what any file can have
            return
        file.seek(here)
        head = file.read(16)
        if len(head) < 8:  # noqa: PLR2004 - a size and a name
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


def chunks(file: BinaryIO, order: str = "<") -> Iterator[tuple[bytes, int, int]]:
    """Name, begin and stated length of the chunks of a RIFF, RF64 or AIFF file (EBU Tech 3306, Apple's AIFF).

    `order`: of bytes in a length, in the word of `struct`. The length of an RF64's sound is the one of 64 bits.
    """
    here, large = 12, 0
    for _ in range(_MOST):
        if here > _FURTHEST:
            return
        file.seek(here)
        head = file.read(8)
        if len(head) < 8:  # noqa: PLR2004 - name and length of a chunk
            return
        name, length = struct.unpack(f"{order}4sI", head)
        if name == b"ds64":
            sizes = file.read(16)
            large = struct.unpack("<QQ", sizes)[1] if len(sizes) == 16 else 0  # noqa: PLR2004 - of the file, of the sound
        elif name == b"data" and length == _UNSTATED:
            length = large
        yield name, here + 8, length
        here += 8 + length + length % 2


def read_at(file: BinaryIO, start: int, count: int) -> bytes:
    """So many bytes from a place on; fewer where the file ends before, none where no file system goes so far."""
    try:
        file.seek(max(0, start))
        return file.read(max(0, count))
    except (OSError, OverflowError):
        return b""
