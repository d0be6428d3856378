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
    end = _end_of_last_chunk(file)
    if end > file.seek(0, os.SEEK_END):
        raise MediaError("the file ends inside the picture")


def end_of(file: BinaryIO) -> int | None:
    """The place behind the last chunk of a file that may be anywhere; None where its table of them isn't whole."""
    file.seek(0)
    try:
        return _end_of_last_chunk(file)
    except MediaError:
        return None


def _end_of_last_chunk(file: BinaryIO) -> int:
    if _exactly(file, 4) != _MAGIC:
        raise MediaError("it does not begin as an EXR file")
    (flags,) = struct.unpack("<i", _exactly(file, 4))
    kinds: list[bytes] = []
    while (kind := _kind_of_part(file)) is not None:
        kinds.append(kind)
        if not flags & _MULTIPART:
            break
    last = _last_chunk(file)
    size = file.seek(0, os.SEEK_END)
    if last >= size:
        raise MediaError("the file ends inside the picture")
    file.seek(last)
    tiled, deep = bool(flags & _TILED), False
    if flags & (_MULTIPART | _DEEP):  # a deep one of tiles has no flag for these
        number = int.from_bytes(_exactly(file, 4), "little") if flags & _MULTIPART else 0
        kind = kinds[number] if number < len(kinds) else b""
        tiled, deep = kind in {b"tiledimage", b"deeptile"}, kind in {b"deepscanline", b"deeptile"}
    _exactly(file, 16 if tiled else 4)  # the tile's place and level, or the first line's number
    if deep:
        offsets, samples, _ = struct.unpack("<QQQ", _exactly(file, 24))
        return file.tell() + int(offsets) + int(samples)
    length = int.from_bytes(_exactly(file, 4), "little")
    return file.tell() + length


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


def _kind_of_part(file: BinaryIO) -> bytes | None:
    """Go behind the attributes of one part; what its type is, empty where it states none. None: there are none."""
    kind, count = b"", 0
    while name := _text(file):
        _text(file)  # the attribute's type
        (size,) = struct.unpack("<i", _exactly(file, 4))
        if size < 0:
            raise MediaError("its header is broken")
        if name == b"type" and size <= _LONGEST_NAME:
            kind = _exactly(file, size).rstrip(b"\0")
        else:
            file.seek(size, os.SEEK_CUR)
        count += 1
    return kind if count else None


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
