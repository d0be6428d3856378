"""Where stills end.

A TIFF's data may lie anywhere: it ends behind the last byte that its directories speak of.

Sources: PNG (Third Edition), 5; GIF89a; TIFF 6.0; Microsoft's BITMAPFILEHEADER; Netpbm's pages of its formats; Adobe,
"Photoshop File Formats Specification"; SMPTE ST 268-1 (DPX); the OpenEXR File Layout; SGI, "The SGI Image File
Format" 1.00.
"""

import re
import struct
from collections.abc import Sequence
from typing import BinaryIO, TypeAlias

from scanner.media.pixels import exr_chunks
from scanner.media.pixels import psd as photoshop
from scanner.media.pixels.directories import Layout, Walk, directories
from scanner.media.reading import ByteWindow, bytes_at
from scanner.parts.structures.dds import DirectDrawSurface
from scanner.parts.structures.jpeg import further_pictures, structure
from scanner.parts.structures.targa import Targa

ByteRange: TypeAlias = tuple[int, int]
"""Where some bytes of a file begin, and the place behind their end."""

_GAP = rb"(?:\s++|#[^\n]*+\n)++"
_PNM = re.compile(
    rb"P(?:(?P<bits>4)|(?P<kind>[56]))" + _GAP + rb"(?P<width>\d{1,9})" + _GAP + rb"(?P<height>\d{1,9})"
    rb"(?(kind)" + _GAP + rb"(?P<most>\d{1,5}))\s"
)
_LONGEST_PNM_HEADER = 4096
_MOST_STEPS = 1_000_000


def jpeg(file: BinaryIO, size: int) -> Sequence[ByteRange]:
    """Behind its end, and the pictures that its index of several names."""
    built = structure(file)
    if not built.whole and built.end == size:
        return [(0, size)]
    return [(0, built.end), *(further_pictures(file, built.segments) if built.end < size else ())]


def png(file: BinaryIO, size: int) -> Sequence[ByteRange]:
    """Behind the chunk that ends it."""
    place = 8
    for _ in range(_MOST_STEPS):
        head = bytes_at(file, place, 8)
        if len(head) < 8:  # noqa: PLR2004 - a chunk's length and name
            break
        place += 12 + int.from_bytes(head[:4], "big")
        if head[4:] == b"IEND":
            return [(0, place)]
        if not head[4:].isalpha():  # no chunk: what came before it was the last that is one
            return [(0, place - 12 - int.from_bytes(head[:4], "big"))]
    return [(0, size)]


def gif(file: BinaryIO, size: int) -> Sequence[ByteRange]:
    """Behind its trailer."""
    window = ByteWindow(file)
    place = 13 + gif_table(window.byte(10))
    while (mark := window.byte(place)) is not None:
        if mark == 0x3B:  # noqa: PLR2004 - the trailer
            return [(0, place + 1)]
        if mark == 0x21:  # noqa: PLR2004 - an extension
            place = window.behind_blocks(place + 2)
        elif mark == 0x2C:  # noqa: PLR2004 - a picture
            place = window.behind_blocks(place + 11 + gif_table(window.byte(place + 9)))
        elif mark == 0:  # some writers leave one more end of blocks
            place += 1
        else:
            return [(0, place)]
    return [(0, size)]


def gif_table(flags: int | None) -> int:
    """The bytes of a GIF's table of colours, by the flags before it."""
    return 3 << (flags & 7) + 1 if flags is not None and flags & 0x80 else 0


def bmp(file: BinaryIO, size: int) -> Sequence[ByteRange]:
    """Behind the pixels, where the header says how many bytes that makes."""
    head = bytes_at(file, 0, 38)
    if len(head) < 38:  # noqa: PLR2004 - up to the pixels' size
        return [(0, size)]
    (stated,), (pixels, header) = struct.unpack_from("<I", head, 2), struct.unpack_from("<II", head, 10)
    if header < 40:  # noqa: PLR2004 - the header of OS/2
        width, height, _, bits = struct.unpack_from("<HHHH", head, 18)
        packed = 0
    else:
        width, height, _, bits, packed = struct.unpack_from("<iiHHI", head, 18)
    rows = 0 if packed in {1, 2, 4, 5} else (abs(width) * bits + 31) // 32 * 4 * abs(height)
    return [(0, max(stated, pixels + rows) if stated > pixels else size)]


def pnm(file: BinaryIO, size: int) -> Sequence[ByteRange]:
    """Behind the pixels of a binary one."""
    found = _PNM.match(bytes_at(file, 0, _LONGEST_PNM_HEADER))
    if found is None:  # written in words, which have no end, or a kind of later times
        return [(0, size)]
    width, height = int(found["width"]), int(found["height"])
    samples = 3 if found["kind"] == b"6" else 1
    deep = 2 if int(found["most"] or 1) > 255 else 1  # noqa: PLR2004 - what one byte holds
    row = (width + 7) // 8 if found["bits"] else width * samples * deep
    return [(0, found.end() + row * height)]


def tiff(file: BinaryIO, size: int) -> Sequence[ByteRange]:
    """Behind the last byte of which a directory speaks."""
    layout = Layout.of(bytes_at(file, 0, 16))
    if layout is None:
        return [(0, size)]
    walk = Walk()
    end = max((directory.end(file) for directory in directories(file, layout, walk)), default=size)
    return [(0, size if walk.cut else end)]


def psd(file: BinaryIO, size: int) -> Sequence[ByteRange]:
    """Behind the composite picture, the last section of a Photoshop file."""
    whole = photoshop.document(file)
    if whole is None:
        return [(0, size)]
    place = whole.layers[1]
    lines = whole.channels * whole.height
    packing = int.from_bytes(bytes_at(file, place, 2), "big")
    place += 2
    if packing == 0:
        return [(0, place + lines * ((whole.width * whole.depth + 7) // 8))]
    if packing != 1 or lines > _MOST_STEPS:
        return [(0, size)]
    each = 4 if whole.large else 2
    counts = bytes_at(file, place, lines * each)
    rows = struct.unpack(f">{len(counts) // each}{'I' if whole.large else 'H'}", counts[: len(counts) // each * each])
    return [(0, place + lines * each + sum(rows))]


_DPX_COMPONENTS = {50: 3, 51: 4, 52: 4, 100: 2, 101: 3, 102: 3, 103: 4, **{150 + more: 2 + more for more in range(7)}}
_DPX_ELEMENT = 72


def dpx(file: BinaryIO, size: int) -> Sequence[ByteRange]:
    """Behind the last row of the last element; packed ones have the end that the header states."""
    head = bytes_at(file, 0, 2048)
    if len(head) < 2048:  # noqa: PLR2004 - the header
        return [(0, size)]
    order = "<" if head[:4] == b"XPDS" else ">"
    begin, stated = struct.unpack_from(f"{order}I8xI", head, 4)
    elements, width, height = struct.unpack_from(f"{order}HII", head, 770)
    end = begin
    for number in range(min(elements, 8)):
        kind, bits = head[800 + number * _DPX_ELEMENT], head[803 + number * _DPX_ELEMENT]
        packing, packed, place, padding = struct.unpack_from(f"{order}HHII", head, 804 + number * _DPX_ELEMENT)
        if packed:
            return [(0, stated if begin < stated <= size else size)]
        samples = width * _DPX_COMPONENTS.get(kind, 1)
        if packing and bits == 10:  # noqa: PLR2004 - three in 32 bits
            row = (samples + 2) // 3 * 4
        elif packing and bits == 12:  # noqa: PLR2004 - each in 16 bits
            row = samples * 2
        else:
            row = (samples * bits + 7) // 8
        row = (row + 3) // 4 * 4 + (padding if padding < 1 << 16 else 0)
        end = max(end, (place if place < size else begin) + row * height)
    return [(0, end)]


def sgi(file: BinaryIO, size: int) -> Sequence[ByteRange]:
    """Behind the last row."""
    head = bytes_at(file, 0, 512)
    if len(head) < 512:  # noqa: PLR2004 - the header
        return [(0, size)]
    packed, wide, dimensions, width, height, planes = struct.unpack_from(">BBHHHH", head, 2)
    rows = (height if dimensions > 1 else 1) * (planes if dimensions > 2 else 1)  # noqa: PLR2004 - with planes
    if not packed:
        return [(0, 512 + width * rows * max(1, wide))]
    table = bytes_at(file, 512, rows * 8)
    if len(table) < rows * 8:
        return [(0, size)]
    numbers = struct.unpack(f">{2 * rows}I", table)
    ends = map(sum, zip(numbers[:rows], numbers[rows:], strict=True))
    return [(0, max([512 + rows * 8, *ends]))]


def icon(file: BinaryIO, size: int) -> Sequence[ByteRange]:
    """Behind the last picture of an ICO."""
    count = int.from_bytes(bytes_at(file, 4, 2), "little")
    table = bytes_at(file, 6, count * 16)
    ends = [sum(struct.unpack_from("<II", table, place + 8)) for place in range(0, len(table) - 15, 16)]
    return [(0, max([6 + count * 16, *ends]) if ends else size)]


def exr(file: BinaryIO, size: int) -> Sequence[ByteRange]:
    """Behind the chunk of an EXR that begins last, where its table of chunks is whole."""
    return [(0, exr_chunks.end_of(file) or size)]


def tga(file: BinaryIO, size: int) -> Sequence[ByteRange]:
    """The picture, its footer and what that points at."""
    targa = Targa.of(file)
    return [*targa.areas(file)] if targa else [(0, size)]


def dds(file: BinaryIO, size: int) -> Sequence[ByteRange]:
    """Behind the last of its surfaces."""
    whole = DirectDrawSurface.of(file)
    return [(0, whole.end() if whole and whole.bytes_of(0) else size)]
