"""How many pictures are stored in an AVI: it counts chunks, and a chunk may be empty.

A capture that dropped a picture, or a copy of pictures that are shown in another order than they are stored, writes a
chunk of no bytes: show the last picture once more. Nothing is decoded here.
"""

import os
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

_PICTURES = (b"dc", b"db")
_HEAD = struct.Struct("<4sI")
_ENTERED = frozenset({b"movi", b"rec "})
_MOST = 5_000_000
"""Chunks that are counted: a day of pictures and sound."""


@dataclass(frozen=True, slots=True)
class Chunked:
    """The chunks of one stream of pictures that are there in full, and how many of them hold a picture."""

    chunks: int
    pictures: int


def chunked(file: BinaryIO, stream: int) -> Chunked:
    """Count what is stored of the stream of this index."""
    names = {f"{stream:02}".encode() + kind for kind in _PICTURES}
    sizes = [size for name, size in _chunks(file) if name in names]
    return Chunked(len(sizes), sum(size > 0 for size in sizes))


def _chunks(file: BinaryIO) -> Iterator[tuple[bytes, int]]:
    """Name and size of every chunk that doesn't reach beyond the file, those inside the lists of media among them."""
    here, end = 0, os.fstat(file.fileno()).st_size
    for _ in range(_MOST):
        if here + _HEAD.size > end:
            return
        file.seek(here)
        name, size = _HEAD.unpack(file.read(_HEAD.size))
        here += _HEAD.size
        if name == b"RIFF" or (name == b"LIST" and file.read(4) in _ENTERED):
            here += 4
            continue
        here += size + size % 2
        if here > end + 1:
            return
        yield name, size
