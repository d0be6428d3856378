"""Bytes of an open file by their place: never more in memory than was asked for, and no map of it.

A file that grows shorter while it is read gives fewer bytes here, where a map would end the process.
"""

import os
from collections.abc import Iterator
from typing import BinaryIO

_BLOCK = 1 << 20
_FURTHEST = 1 << 62  # beyond, no file can reach


def size_of(file: BinaryIO) -> int:
    """How many bytes an open file has."""
    return file.seek(0, os.SEEK_END)


def bytes_at(file: BinaryIO, offset: int, count: int) -> bytes:
    """The bytes of a stretch, fewer where the file ends inside it."""
    if not 0 <= offset < _FURTHEST or count <= 0:
        return b""
    try:
        file.seek(offset)
    except OSError:  # no file of this file system reaches so far
        return b""
    return file.read(count)


def blocks(file: BinaryIO, start: int, end: int, size: int = _BLOCK) -> Iterator[bytes]:
    """The bytes from `start` to `end` in blocks of `size`; fewer where the file ends before."""
    while start < end and (block := bytes_at(file, start, min(size, end - start))):
        yield block
        start += len(block)


class ByteWindow:
    """Single bytes of a file, read in blocks."""

    def __init__(self, file: BinaryIO, size: int = _BLOCK) -> None:
        self._file = file
        self._size = size
        self._start = 0
        self._block = b""

    def byte(self, place: int) -> int | None:
        """The byte at a place; None behind the end."""
        if not self._start <= place < self._start + len(self._block):
            self._start, self._block = place, bytes_at(self._file, place, self._size)
            if not self._block:
                return None
        return self._block[place - self._start]

    def behind_blocks(self, place: int) -> int:
        """The place behind a row of blocks, each led by its length, the last of no length."""
        while (length := self.byte(place)) is not None:
            place += 1 + length
            if not length:
                break
        return place

    def joined(self, place: int, most: int) -> bytes:
        """What such blocks hold, without their lengths, and not much more than `most` bytes."""
        joined = bytearray()
        while (length := self.byte(place)) and len(joined) < most:
            joined += bytes_at(self._file, place + 1, length)
            place += 1 + length
        return bytes(joined)
