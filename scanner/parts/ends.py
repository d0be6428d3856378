"""Where a file ends by its own account: which stretches of it its format accounts for.

Each walk reads lengths alone; a header that lies about them makes it stop early or late, and never makes it raise.
A TIFF's data may lie anywhere: it ends behind the last byte that its directories speak of.

Sources: PNG (Third Edition), 5; GIF89a; TIFF 6.0; ISO 32000-2, 7.5.5; RIFF as Microsoft's and IBM's
Multimedia Programming Interface has it, EBU Tech 3306; ISO/IEC 14496-12, 4.2; Microsoft's BITMAPFILEHEADER;
Netpbm's pages of its formats.
"""

import re
import struct
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import BinaryIO, TypeAlias

from scanner.media.pixels.directories import Layout, Walk, directories
from scanner.media.reading import bytes_at, size_of
from scanner.parts.stills.jpeg_structure import further_pictures, structure

ByteRange: TypeAlias = tuple[int, int]
"""Where some bytes of a file begin, and the place behind their end."""

_GAP = rb"(?:\s++|#[^\n]*+\n)++"
_PNM = re.compile(
    rb"P(?:(?P<bits>4)|(?P<kind>[56]))" + _GAP + rb"(?P<width>\d{1,9})" + _GAP + rb"(?P<height>\d{1,9})"
    rb"(?(kind)" + _GAP + rb"(?P<most>\d{1,5}))\s"
)
_LONGEST_PNM_HEADER = 4096
_MOST_STEPS = 1_000_000
_WINDOW = 1 << 20
_UNSTATED = 0xFFFFFFFF
_ENDS = {
    "pdf": re.compile(rb"%%EOF\s*"),
    "svg": re.compile(rb"(?i)</(?:svg:)?svg\s*>\s*"),
    "html": re.compile(rb"(?i)</html\s*>\s*"),
}
"""With what documents end. Harmless text may stand behind it."""
_LONGEST_END = 64
_FIRST_BOX = 12  # bytes; a JPEG 2000 file has its signature before its type
_BOXES = frozenset(
    b"ftyp styp moov mdat free skip wide moof mfra sidx ssix uuid meta pnot udta PICT pict jumb emsg prft pdin idat "
    b"mini meco mpvd sefd jp2h jp2c jp2i uinf rreq asoc".split()
) | {b"jP  ", b"xml ", b"url ", b"lbl "}


def unaccounted(file: BinaryIO, form: str) -> list[ByteRange]:
    """The stretches of a file that its format doesn't account for, in their order; none where it states no end."""
    walk = _WALKS.get(form)
    if walk is None:
        return []
    size, here, gaps = size_of(file), 0, []
    for start, end in sorted(walk(file, size)):
        if start > here:
            gaps.append((here, start))
        here = max(here, min(end, size))
    return [*gaps, (here, size)] if 0 < here < size else gaps


def _jpeg(file: BinaryIO, size: int) -> Sequence[ByteRange]:
    built = structure(file)
    if not built.whole and built.end == size:
        return [(0, size)]
    return [(0, built.end), *(further_pictures(file, built.segments) if built.end < size else ())]


def _png(file: BinaryIO, size: int) -> Sequence[ByteRange]:
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


def _gif(file: BinaryIO, size: int) -> Sequence[ByteRange]:
    window = _Window(file)
    place = 13 + _table(window.byte(10))
    while (mark := window.byte(place)) is not None:
        if mark == 0x3B:  # noqa: PLR2004 - the trailer
            return [(0, place + 1)]
        if mark == 0x21:  # noqa: PLR2004 - an extension
            place = window.behind_blocks(place + 2)
        elif mark == 0x2C:  # noqa: PLR2004 - a picture
            place = window.behind_blocks(place + 11 + _table(window.byte(place + 9)))
        elif mark == 0:  # some writers leave one more end of blocks
            place += 1
        else:
            return [(0, place)]
    return [(0, size)]


def _riff(file: BinaryIO, size: int) -> Sequence[ByteRange]:
    place = 0
    for _ in range(_MOST_STEPS):  # an AVI of several gigabytes is several of them
        head = bytes_at(file, place, 12)
        order = ">" if head[:4] in {b"RIFX", b"FORM"} else "<"
        if len(head) < 12 or head[:4] not in {b"RIFF", b"RIFX", b"FORM", b"RF64", b"BW64"}:  # noqa: PLR2004 - its header
            break
        if place and head[8:12] != b"AVIX":
            break
        (stated,) = struct.unpack(f"{order}I", head[4:8])
        if head[:4] in {b"RF64", b"BW64"} and stated == _UNSTATED:
            ds64 = bytes_at(file, place + 12, 16)
            stated = struct.unpack("<Q", ds64[8:16])[0] if ds64[:4] == b"ds64" and len(ds64) == 16 else 0  # noqa: PLR2004
        if stated in {0, _UNSTATED} or stated < 4:  # noqa: PLR2004 - written to a pipe, or never finished
            return [(0, size)]
        place += 8 + stated + (stated & 1)
    return [(0, place)]


def _boxes(file: BinaryIO, size: int) -> Sequence[ByteRange]:
    place = 0
    for _ in range(_MOST_STEPS):
        head = bytes_at(file, place, 16)
        if len(head) < 8:  # noqa: PLR2004 - a box's length and name
            break
        length, name = int.from_bytes(head[:4], "big"), head[4:8]
        if length == 1 and len(head) == 16:  # noqa: PLR2004 - the length has 64 bits
            length = int.from_bytes(head[8:16], "big")
        elif length == 0 and name in _BOXES:
            return [(0, size)]
        if name == b"ftyp" and place > _FIRST_BOX:  # another file begins
            break
        known = name in _BOXES
        if length < 8 or not (known or (name.isascii() and name.isalnum() and place + length <= size)):  # noqa: PLR2004
            break
        place += length
    return [(0, place)] if place else [(0, size)]  # a bare JPEG 2000 codestream has none


def _bmp(file: BinaryIO, size: int) -> Sequence[ByteRange]:
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


def _pnm(file: BinaryIO, size: int) -> Sequence[ByteRange]:
    found = _PNM.match(bytes_at(file, 0, _LONGEST_PNM_HEADER))
    if found is None:  # written in words, which have no end, or a kind of later times
        return [(0, size)]
    width, height = int(found["width"]), int(found["height"])
    samples = 3 if found["kind"] == b"6" else 1
    deep = 2 if int(found["most"] or 1) > 255 else 1  # noqa: PLR2004 - what one byte holds
    row = (width + 7) // 8 if found["bits"] else width * samples * deep
    return [(0, found.end() + row * height)]


def _tiff(file: BinaryIO, size: int) -> Sequence[ByteRange]:
    layout = Layout.of(bytes_at(file, 0, 16))
    if layout is None:
        return [(0, size)]
    walk = Walk()
    end = max((directory.end(file) for directory in directories(file, layout, walk)), default=size)
    return [(0, size if walk.cut else end)]


def _marked(form: str, file: BinaryIO, size: int) -> Sequence[ByteRange]:
    """Up to the last of a document's marks of its end."""
    end, place, window = _ENDS[form], size, b""
    while place > 0:
        start = max(0, place - _WINDOW)
        window = bytes_at(file, start, place - start) + window[:_LONGEST_END]
        if marks := list(end.finditer(window)):
            return [(0, start + marks[-1].end())]
        place = start
    return [(0, size)]


def _table(flags: int | None) -> int:
    """The bytes of a GIF's table of colours, by the flags before it."""
    return 3 << (flags & 7) + 1 if flags is not None and flags & 0x80 else 0


class _Window:
    """Single bytes of a file, read in large blocks."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._start = 0
        self._block = b""

    def byte(self, place: int) -> int | None:
        """The byte at a place; None behind the end."""
        if not self._start <= place < self._start + len(self._block):
            self._start, self._block = place, bytes_at(self._file, place, _WINDOW)
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


_WALKS: Mapping[str, Callable[[BinaryIO, int], Sequence[ByteRange]]] = {
    "jpeg": _jpeg,
    "png": _png,
    "gif": _gif,
    "bmp": _bmp,
    "pnm": _pnm,
    "tiff": _tiff,
    **{form: partial(_marked, form) for form in _ENDS},
    **dict.fromkeys(("webp", "wav", "rf64", "avi", "aiff"), _riff),
    **dict.fromkeys(("mp4", "mov", "m4a", "heic", "avif", "cr3", "jp2"), _boxes),
}
FORMATS = frozenset(_WALKS)
"""Formats that state their end."""
LOOSE = frozenset({*_ENDS, "tiff"})
"""Of these, those behind whose end something harmless may stand: text, or data to which those of a TIFF point."""
