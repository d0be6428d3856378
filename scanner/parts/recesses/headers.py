"""Recesses between the header of a still and its pixels: DPX, BMP; and the developer's area of a TGA.

Sources: SMPTE ST 268-1; Microsoft's BITMAPFILEHEADER; Truevision TGA File Format Specification 2.0.
"""

import struct
from collections.abc import Iterator
from typing import BinaryIO

from scanner.media.reading import bytes_at
from scanner.parts.recesses.places import Recess
from scanner.parts.structures.targa import Targa

_DPX_HEADER = 2048
_BITMAP_FILE_HEADER = 14


def in_dpx(file: BinaryIO) -> Iterator[Recess]:
    """The area for users, and whatever else stands between the header and the picture."""
    head = bytes_at(file, 0, 8)
    pixels = int.from_bytes(head[4:8], "little" if head[:4] == b"XPDS" else "big")
    yield Recess("in the area for users", file, _DPX_HEADER, pixels)


def in_bmp(file: BinaryIO) -> Iterator[Recess]:
    """What stands between the header and the pixels: a table of colours, and more where somebody left some."""
    head = bytes_at(file, 0, 18)
    if len(head) == 18:  # noqa: PLR2004 - with the size of the header that follows
        pixels, header = struct.unpack_from("<II", head, 10)
        yield Recess("in the room before the pixels", file, _BITMAP_FILE_HEADER + header, pixels)


def in_tga(file: BinaryIO) -> Iterator[Recess]:
    """The fields of the developer's area."""
    targa = Targa.of(file)
    for tag, start, end in targa.developer_fields(file) if targa else ():
        yield Recess(f"in field {tag} of the developer's area", file, start, end)
