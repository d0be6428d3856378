"""Where files end that are rows of chunks or boxes.

Sources: RIFF as Microsoft's and IBM's Multimedia Programming Interface has it, EBU Tech 3306; ISO/IEC 14496-12, 4.2;
RFC 8794 (EBML); RFC 3533 (Ogg); SMPTE ST 377-1 (MXF); ISO/IEC 13818-1 (transport stream); Adobe, "Video File Format
Specification" 10.1 (FLV); Microsoft, "Advanced Systems Format" 01.20.05.
"""

import struct
from collections.abc import Sequence
from typing import BinaryIO

from detectors.containers import chunks
from scanner.media.reading import bytes_at
from scanner.parts.ends.stills import ByteRange

_MOST_STEPS = 1_000_000
_UNSTATED = 0xFFFFFFFF
_FIRST_BOX = 12  # bytes; a JPEG 2000 file has its signature before its type
_BOXES = frozenset(
    b"ftyp styp moov mdat free skip wide moof mfra sidx ssix uuid meta pnot udta PICT pict jumb emsg prft pdin idat "
    b"mini meco mpvd sefd jp2h jp2c jp2i uinf rreq asoc".split()
) | {b"jP  ", b"xml ", b"url ", b"lbl "}


def riff(file: BinaryIO, size: int) -> Sequence[ByteRange]:
    """Behind what its header states, and those of the pieces of a long AVI."""
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


def riff_of_sound(file: BinaryIO, size: int) -> Sequence[ByteRange]:
    """As for any RIFF; a chunk of sound that is there in full is the file's, whatever length this states of itself."""
    accounted = list(riff(file, size))
    order = ">" if bytes_at(file, 0, 4) in {b"RIFX", b"FORM"} else "<"
    for name, begin, length in chunks(file, order):
        if begin >= accounted[-1][1]:
            break
        if name in {b"data", b"SSND"} and begin + length <= size:
            accounted.append((begin, begin + length + (length & 1)))
    return accounted


def boxes(file: BinaryIO, size: int) -> Sequence[ByteRange]:
    """Behind the last box."""
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


_SEGMENT, _EBML = 0x18538067, 0x1A45DFA3


def matroska(file: BinaryIO, size: int) -> Sequence[ByteRange]:
    """Behind the segment, where it states its length; one that was streamed goes to the end of the file."""
    place = 0
    for _ in range(_MOST_STEPS):
        ident, width = ebml_number(file, place, keep_marker=True)
        length, more = ebml_number(file, place + width, keep_marker=False)
        if not width or not more or ident not in {_EBML, _SEGMENT}:
            break
        if length == EBML_UNSTATED:
            return [(0, size)]
        place += width + more + length
        if ident == _SEGMENT:
            break
    return [(0, place or size)]


EBML_UNSTATED = (1 << 56) - 1
"""A length that isn't stated."""


def ebml_number(file: BinaryIO, place: int, *, keep_marker: bool) -> tuple[int, int]:
    """A number of EBML and how many bytes it takes, 0 where there is none. `keep_marker`: as in an element's name."""
    data = bytes_at(file, place, 8)
    if not data or not data[0]:
        return 0, 0
    width = 9 - data[0].bit_length()
    value = int.from_bytes(data[:width], "big")
    if keep_marker:
        return value, width
    most = (1 << 7 * width) - 1
    return (EBML_UNSTATED if value & most == most else value & most), width


def ogg(file: BinaryIO, size: int) -> Sequence[ByteRange]:
    """Behind the last page."""
    place = 0
    for _ in range(_MOST_STEPS):
        head = bytes_at(file, place, 27 + 255)
        if head[:4] != b"OggS" or len(head) < 27:  # noqa: PLR2004 - the head of a page
            return [(0, place or size)]
        place += 27 + head[26] + sum(head[27 : 27 + head[26]])
    return [(0, size)]


_KLV = b"\x06\x0e\x2b\x34"
_PARTITION = _KLV + b"\x02\x05\x01\x01\x0d\x01\x02\x01\x01"
_RUN_IN = 65_536 + 16


def mxf(file: BinaryIO, size: int) -> Sequence[ByteRange]:
    """Behind the last piece of the footer, or of the index of partitions at the very end."""
    head = bytes_at(file, 0, _RUN_IN)
    begin = head.find(_PARTITION)
    if begin < 0:
        return [(0, size)]
    footer = int.from_bytes(bytes_at(file, begin + _behind_length(file, begin + 16) + 24, 8), "big")
    place = begin + footer
    if not footer or bytes_at(file, place, len(_PARTITION)) != _PARTITION:
        return [(0, size)]  # never finished
    for _ in range(_MOST_STEPS):
        if bytes_at(file, place, 4) != _KLV:
            break
        place = klv_end(file, place)
    return [(0, place)]


def _behind_length(file: BinaryIO, place: int) -> int:
    """The bytes of a key of 16 and of the length behind it."""
    first = bytes_at(file, place, 1) or b"\0"
    return 17 + (first[0] & 0x7F if first[0] & 0x80 else 0)


def klv_end(file: BinaryIO, place: int) -> int:
    """The place behind the key, length and value that begin at a place."""
    wide = _behind_length(file, place + 16)
    if wide == 17:  # noqa: PLR2004 - a length of one byte
        return place + 17 + int.from_bytes(bytes_at(file, place + 16, 1), "big")
    return place + wide + int.from_bytes(bytes_at(file, place + 17, wide - 17), "big")


_PACKETS = ((188, 0), (192, 4), (204, 0))
_SYNC, _ALIKE = 0x47, 5
_LAST = 1 << 20


def transport(file: BinaryIO, size: int) -> Sequence[ByteRange]:
    """Behind the last packets that stand in a row; half a packet at the end is one that was cut."""
    head = bytes_at(file, 0, 8 * 204)
    for length, lead in _PACKETS:
        if len(head) >= _ALIKE * length and all(head[lead + length * number] == _SYNC for number in range(_ALIKE)):
            break
    else:
        return [(0, size)]
    place = size // length * length
    while place > 0:
        start = max(0, place - _LAST // length * length)
        window = bytes_at(file, start, place - start)
        row = window[lead::length]
        whole = row.rfind(bytes([_SYNC]) * _ALIKE)
        if whole >= 0:
            end = start + (whole + _ALIKE) * length
            return [(0, size if size - end < length else end)]
        place = start
    return [(0, size)]


def flv(file: BinaryIO, size: int) -> Sequence[ByteRange]:
    """Behind the last tag."""
    place = int.from_bytes(bytes_at(file, 5, 4), "big") + 4
    for _ in range(_MOST_STEPS):
        head = bytes_at(file, place, 11)
        if len(head) < 11 or head[0] & 0x1F not in {8, 9, 18}:  # noqa: PLR2004 - sound, pictures, data
            return [(0, place)]
        place += 11 + int.from_bytes(head[1:4], "big") + 4
    return [(0, size)]


_ASF_OBJECTS = frozenset(
    map(
        bytes.fromhex,
        "3026b2758e66cf11 3626b2758e66cf11 90080033b1e5cf11 d329e2d6da35d111 f803b1fead12644c d03fb73c4a0c0348".split(),  # noqa: SIM905 - a list of words
    )
)
"""How the objects of the first level begin: header, data, and the four kinds of index."""


def asf(file: BinaryIO, size: int) -> Sequence[ByteRange]:
    """Behind the last object of the first level that is known."""
    place = 0
    for _ in range(100):
        head = bytes_at(file, place, 24)
        length = int.from_bytes(head[16:24], "little")
        if head[:8] not in _ASF_OBJECTS or length < 24:  # noqa: PLR2004 - a name and a length
            break
        place += length
    return [(0, place or size)]


def ivf(file: BinaryIO, size: int) -> Sequence[ByteRange]:
    """Behind the last of its pictures, of which it states how many there are."""
    head = bytes_at(file, 0, 32)
    if len(head) < 32:  # noqa: PLR2004 - its header
        return [(0, size)]
    place = int.from_bytes(head[6:8], "little")
    count = int.from_bytes(head[24:28], "little")
    for _ in range(min(count, _MOST_STEPS)):
        place += 12 + int.from_bytes(bytes_at(file, place, 4), "little")
    return [(0, place if count else size)]
