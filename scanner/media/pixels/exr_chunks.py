"""Whether an EXR file is all there: the decoder fills what is missing with black and says nothing.

A render that died leaves zeros in the table of offsets, a transfer that broke leaves offsets beyond the end of the
file (OpenEXR's documentation, "OpenEXR File Layout"). Nothing is decoded here.
"""

import io
import os
import struct
from collections.abc import Mapping
from typing import BinaryIO

from scanner.media.errors import MediaError

_MAGIC = b"\x76\x2f\x31\x01"
_TILED, _DEEP, _MULTIPART = 0x200, 0x800, 0x1000
_LONGEST_NAME = 256
_MOST_CHUNKS = 1_000_000
_LONGEST_LIST = 1 << 22  # bytes that name channels


def require_whole(file: BinaryIO) -> None:
    """Read the header and the table of offsets of an EXR file that is open at its beginning.

    Raises:
        MediaError: the file ends too early, was never finished, or its header doesn't hold together.
    """
    if _exactly(file, 4) != _MAGIC:
        raise MediaError("it does not begin as an EXR file")
    (flags,) = struct.unpack("<i", _exactly(file, 4))
    while _skip_header(file) and flags & _MULTIPART:
        pass
    last = _last_chunk(file)
    # after the tile's place and level, or the first line's number, comes the size; deep and multipart files differ
    before_size = None if flags & (_DEEP | _MULTIPART) else 16 if flags & _TILED else 4
    if last + (before_size or 0) + 4 > file.seek(0, os.SEEK_END):
        raise MediaError("the file ends inside the picture")
    if before_size:
        file.seek(last + before_size)
        (size,) = struct.unpack("<i", _exactly(file, 4))
        if file.tell() + size > file.seek(0, os.SEEK_END):
            raise MediaError("the file ends inside the picture")


def channel_types(file: BinaryIO) -> Mapping[str, int]:
    """The numbers of the types (0 whole numbers of 32 bits, 1 halves, 2 floats) of the channels of the first part.

    Raises:
        MediaError: the header doesn't hold together.
    """
    file.seek(8)
    while name := _text(file):
        _text(file)  # its type
        (size,) = struct.unpack("<i", _exactly(file, 4))
        if name == b"channels" and 0 < size <= _LONGEST_LIST:
            return _types_in(io.BytesIO(_exactly(file, size)))
        file.seek(max(size, 0), os.SEEK_CUR)
    raise MediaError("its header is broken")


def _types_in(channels: BinaryIO) -> Mapping[str, int]:
    types: dict[str, int] = {}
    while name := _text(channels):
        (types[name.decode("utf-8", "replace")],) = struct.unpack("<i", _exactly(channels, 4))
        _exactly(channels, 12)  # whether it is perceptual, and how it is sampled
    return types


def _skip_header(file: BinaryIO) -> bool:
    """Go behind the attributes of one part; whether there were any."""
    count = 0
    while _text(file):
        _text(file)  # its type
        (size,) = struct.unpack("<i", _exactly(file, 4))
        if size < 0:
            raise MediaError("its header is broken")
        file.seek(size, os.SEEK_CUR)
        count += 1
    return count > 0


def _last_chunk(file: BinaryIO) -> int:
    """The largest offset in the table, which goes up to where the first chunk begins."""
    lowest, highest, position = 1 << 62, 0, file.tell()
    for _ in range(_MOST_CHUNKS):
        if position >= lowest:
            return highest
        (offset,) = struct.unpack("<Q", _exactly(file, 8))
        position += 8
        if offset < position:
            raise MediaError("the picture was never finished")
        lowest, highest = min(lowest, offset), max(highest, offset)
    raise MediaError("its header is broken")


def _text(file: BinaryIO) -> bytes:
    text = bytearray()
    while (letter := _exactly(file, 1)) != b"\0":
        text += letter
        if len(text) > _LONGEST_NAME:
            raise MediaError("its header is broken")
    return bytes(text)


def _exactly(file: BinaryIO, count: int) -> bytes:
    data = file.read(count)
    if len(data) < count:
        raise MediaError("the file ends inside its header")
    return data
