"""Bytes of an open file by their place: never more in memory than was asked for, and no map of it.

A file that grows shorter while it is read gives fewer bytes here, where a map would end the process.
"""

import os
from collections.abc import Iterator
from typing import BinaryIO

_BLOCK = 1 << 20


def size_of(file: BinaryIO) -> int:
    """How many bytes an open file has."""
    return file.seek(0, os.SEEK_END)


def bytes_at(file: BinaryIO, offset: int, count: int) -> bytes:
    """The bytes of a stretch, fewer where the file ends inside it."""
    if offset < 0 or count <= 0:
        return b""
    file.seek(offset)
    return file.read(count)


def blocks(file: BinaryIO, start: int, end: int, size: int = _BLOCK) -> Iterator[bytes]:
    """The bytes from `start` to `end` in blocks of `size`; fewer where the file ends before."""
    while start < end and (block := bytes_at(file, start, min(size, end - start))):
        yield block
        start += len(block)
