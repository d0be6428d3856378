"""Pixel sizes of JPEG, PNG, TIFF and WebP from a few bytes of their headers, to tell frames from unrelated pictures.

Not a decoder, and no judge of whether a picture is sound: it reads at most a few hundred small pieces of a file, at
places the file names, and answers None to anything it doesn't understand. It never raises on what a file holds.
"""

import os
import struct
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple, TypeAlias

from scanner.drop.identity import open_regular

Reader: TypeAlias = Callable[[int, int], bytes]
"""`read(offset, length)`: the bytes there, fewer at the end of the file."""

_FIRST = 4096
_FAR = 1 << 62
_SEGMENTS = 512
_ENTRIES = 4096
_WIDTH, _LENGTH = 256, 257  # TIFF 6.0, section 8
_FRAMES_OF_JPEG = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}  # SOF0 to SOF15; the three are DHT, JPG and DAC
_ALONE = frozenset({0x01, *range(0xD0, 0xD9)})  # markers without a length: TEM, RST0 to RST7, SOI


class PixelSize(NamedTuple):
    """A picture's format word, and its width and height in pixels as stored (before any rotation)."""

    format: str
    width: int
    height: int


def pixel_size_of(path: Path) -> PixelSize | None:
    """The pixel size of a file; None where it can't be opened or its header says none."""
    try:
        descriptor = open_regular(path)
    except OSError:
        return None
    try:
        return pixel_size(_reader(descriptor))
    except OSError:
        return None
    finally:
        os.close(descriptor)


def read_head(path: Path, length: int) -> bytes:
    """The first bytes of a regular file, at most `length`, for `kinds.sniff`.

    Raises:
        OSError: it can't be read, or isn't a regular file.
    """
    descriptor = open_regular(path)
    try:
        return os.pread(descriptor, length, 0)
    finally:
        os.close(descriptor)


def pixel_size(read: Reader) -> PixelSize | None:
    """The pixel size in a header, or None where it is none of the four formats, cut short or says no size.

    Sources: PNG (W3C, third edition) 11.2.1; ISO/IEC 10918-1 B.2.2; TIFF 6.0 section 2 and the BigTIFF design;
    RFC 9649 section 2.
    """
    head = read(0, 30)
    for parse in (_png, _jpeg, _tiff, _webp):
        size = parse(head, read)
        if size:
            return size if size.width and size.height else None
    return None


def _reader(descriptor: int) -> Reader:
    first = os.pread(descriptor, _FIRST, 0)

    def read(offset: int, length: int) -> bytes:
        if offset + length <= len(first):
            return first[offset : offset + length]
        return os.pread(descriptor, length, offset) if offset < _FAR else b""

    return read


def _png(head: bytes, _read: Reader) -> PixelSize | None:
    if not head.startswith(b"\x89PNG\r\n\x1a\n") or head[12:16] != b"IHDR" or len(head) < 24:  # noqa: PLR2004 - the end of its two sizes
        return None
    return PixelSize("png", *struct.unpack_from(">II", head, 16))


def _jpeg(head: bytes, read: Reader) -> PixelSize | None:
    if not head.startswith(b"\xff\xd8\xff"):
        return None
    offset = 2
    for _ in range(_SEGMENTS):
        piece = read(offset, 9)
        if len(piece) < 2 or piece[0] != 0xFF:  # noqa: PLR2004 - each marker is 0xFF and one byte
            return None
        marker = piece[1]
        if marker == 0xFF:  # noqa: PLR2004 - a fill byte
            offset += 1
        elif marker in _ALONE:
            offset += 2
        elif len(piece) < 9 or marker in {0xD9, 0xDA}:  # noqa: PLR2004 - a frame header's sizes; the picture's data, or its end
            return None
        elif marker in _FRAMES_OF_JPEG:
            height, width = struct.unpack_from(">HH", piece, 5)
            return PixelSize("jpeg", width, height)
        else:
            offset += 2 + int.from_bytes(piece[2:4], "big")
    return None


def _webp(head: bytes, _read: Reader) -> PixelSize | None:
    if head[:4] != b"RIFF" or head[8:12] != b"WEBP" or len(head) < 30:  # noqa: PLR2004 - the end of the longest of three headers
        return None
    match head[12:16]:
        case b"VP8X":
            width = int.from_bytes(head[24:27], "little") + 1
            return PixelSize("webp", width, int.from_bytes(head[27:30], "little") + 1)
        case b"VP8L" if head[20:21] == b"\x2f":
            bits = int.from_bytes(head[21:25], "little")
            return PixelSize("webp", (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1)
        case b"VP8 " if head[23:26] == b"\x9d\x01\x2a":
            width, height = struct.unpack_from("<HH", head, 26)
            return PixelSize("webp", width & 0x3FFF, height & 0x3FFF)
    return None


def _tiff(head: bytes, read: Reader) -> PixelSize | None:
    order = {b"II": "<", b"MM": ">"}.get(head[:2], "")
    if not order or len(head) < 16:  # noqa: PLR2004 - the longer of its two headers
        return None
    match struct.unpack_from(order + "H", head, 2):
        case (42,):
            count_form, entry_form, inline = "H", "HHI4s", 4
            (directory,) = struct.unpack_from(order + "I", head, 4)
        case (43,):  # BigTIFF
            count_form, entry_form, inline = "Q", "HHQ8s", 8
            (directory,) = struct.unpack_from(order + "Q", head, 8)
        case _:
            return None
    return _first_directory(read, order, directory, (count_form, entry_form, inline))


def _first_directory(read: Reader, order: str, offset: int, form: tuple[str, str, int]) -> PixelSize | None:
    count_form, entry_form, inline = form
    counted = read(offset, struct.calcsize(order + count_form))
    if len(counted) < struct.calcsize(order + count_form):
        return None
    (count,) = struct.unpack(order + count_form, counted)
    entry_size = struct.calcsize(order + entry_form)
    entries = read(offset + len(counted), min(count, _ENTRIES) * entry_size)
    numbers: dict[int, int] = {}
    whole = entries[: len(entries) // entry_size * entry_size]
    for tag, kind, number, value in struct.iter_unpack(order + entry_form, whole):
        length = {3: 2, 4: 4, 16: 8}.get(kind, 0)  # SHORT, LONG, LONG8
        if tag in {_WIDTH, _LENGTH} and number == 1 and 0 < length <= inline:
            numbers[tag] = int.from_bytes(value[:length], "little" if order == "<" else "big")
    if _WIDTH not in numbers or _LENGTH not in numbers:
        return None
    return PixelSize("tiff", numbers[_WIDTH], numbers[_LENGTH])
