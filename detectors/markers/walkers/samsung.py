"""What a Samsung phone leaves behind a picture: the trailer SEFH … SEFT of named blocks (Image::ExifTool::Samsung).

In a JPEG it is the end of the file, in HEIC and MP4 it stands in a box `sefd`. The text of its blocks is taken, such as
`PhotoEditor_Re_Edit_Data`, in which the phone's editor notes with what it changed the picture.
"""

import os
import struct
from collections.abc import Iterator
from typing import BinaryIO

from detectors.containers import boxes
from detectors.markers.patterns import VALUE_LIMIT
from detectors.material import Tag

READER = "samsung walker"

_END = b"SEFT"
_START = b"SEFH"
_MOST_BLOCKS = 200
_ENTRY = 12
_BLOCK_HEAD = 8


def read(file: BinaryIO) -> Iterator[Tag]:
    """The texts in the trailer of an open JPEG, HEIC or MP4."""
    size = os.fstat(file.fileno()).st_size
    file.seek(4)
    if file.read(4) == b"ftyp":
        for name, begin, end in boxes(file, 0, size):
            if name == b"sefd":
                yield from _blocks(file, begin, end)
    else:
        yield from _blocks(file, 0, size)


def _blocks(file: BinaryIO, begin: int, end: int) -> Iterator[Tag]:
    """The texts of the blocks of a trailer that ends at `end`: each entry of its directory counts back from SEFH."""
    if end - begin < 2 * _BLOCK_HEAD:
        return
    file.seek(end - 8)
    length, closing = struct.unpack("<I4s", file.read(8))
    start = end - 8 - length
    if closing != _END or start < begin:
        return
    file.seek(start)
    directory = file.read(min(length, _ENTRY * (_MOST_BLOCKS + 1)))
    if not directory.startswith(_START):
        return
    for here in range(_ENTRY, len(directory) - _ENTRY + 1, _ENTRY):
        back, stated = struct.unpack_from("<4xII", directory, here)
        if not _BLOCK_HEAD <= stated <= back or start - back < begin:
            continue
        file.seek(start - back)
        block = file.read(min(stated, 4 * VALUE_LIMIT))
        if len(block) < _BLOCK_HEAD:
            return
        (named,) = struct.unpack_from("<I", block, 4)
        name = block[_BLOCK_HEAD : _BLOCK_HEAD + named]
        text = block[_BLOCK_HEAD + named :]
        if 0 < named < stated - _BLOCK_HEAD and name.isascii() and b"\0" not in text[:1024]:
            yield Tag(READER, f"SEF:{name.decode('ascii')}", text.decode("utf-8", "replace")[:VALUE_LIMIT])
