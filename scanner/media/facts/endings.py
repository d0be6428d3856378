"""Whether a movie's file ends where its container says it does. Nothing is decoded here.

Most containers state how long they are, or close what they opened: such a file shows by its structure that it was cut,
or never closed, whatever a decoder makes of the rest. Where one proves to be whole, the pictures in it are all there
were, however long each of them is held. Of streams without an end (MPEG-TS, MPEG-PS, elementary ones) only a cut inside
a packet can be told.
"""

import os
import re
import struct
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from pathlib import Path
from typing import BinaryIO

from detectors.containers import read_at
from scanner.drop.signatures import transport_packet
from scanner.media.commands import opened
from scanner.media.facts import mxf

_KNOWN_BOXES = frozenset(
    {
        b"ftyp",
        b"moov",
        b"mdat",
        b"moof",
        b"mfra",
        b"sidx",
        b"styp",
        b"free",
        b"skip",
        b"wide",
        b"udta",
        b"meta",
        b"uuid",
    }
)
_MOST = 1_000_000
"""Boxes, lists or frames that are gone along: more than ten hours of frames."""
_LARGE = 1
_SEGMENT = bytes.fromhex("18538067")  # Matroska's, behind the head of EBML
_ASF_SIZE = bytes.fromhex("a1dcab8c47a9cf118ee400c00c205365")  # file properties
_BROADCAST = 1
_PACK = b"\0\0\1\xba"
_ENDS_PROGRAM = 0xB9
_HEAD = 64 * 1024
_TAIL = 256 * 1024
_UNSTATED = frozenset({0, 0xFFFFFFFF})
_LAST_PAGE = 4  # a bit of an Ogg page


@dataclass(frozen=True, slots=True)
class Ending:
    """How a file ends. `lacks`: in what it shows that it isn't all there; empty where it doesn't.

    `is_proven`: it ends where it says it does. `is_unclosed`: it was never closed, so that nothing says how long it is.
    `indexed`: pictures that an index lists, by their rate.
    """

    lacks: str = ""
    is_proven: bool = False
    is_unclosed: bool = False
    indexed: Mapping[Fraction, int] = field(default_factory=dict)


def ending(path: Path, form: str) -> Ending:
    """How a movie of this format ends.

    Raises:
        MediaError: the file can't be opened.
    """
    read = _READERS.get(form)
    if read is None:
        return Ending()
    with opened(path) as descriptor, open(descriptor, "rb", closefd=False) as file:
        return read(file, os.fstat(descriptor).st_size)


def _short(stated: int, size: int, what: str) -> Ending:
    """A file that should reach so far."""
    if stated <= size:
        return Ending(is_proven=True)
    missing = stated - size
    return Ending(f"the file ends {missing:,} byte{'s' * (missing != 1)} before its {what} does")


def _movie(file: BinaryIO, size: int) -> Ending:
    """MP4 and MOV: each box states its length, and a segment index those of the fragments behind it."""
    reached = 0
    for name, begin, end in _boxes(file, size):
        reached = end
        if end > size:
            return _short(end, size, f"box {name.decode()}")
        if name == b"sidx":
            last = end + _indexed(read_at(file, begin, min(end - begin, _HEAD)))
            if last > size:
                return _short(last, size, "last fragment")
    return Ending(is_proven=reached == size)


def _boxes(file: BinaryIO, size: int) -> Iterator[tuple[bytes, int, int]]:
    """Name, begin and stated end of the boxes that nothing holds, as far as their names are known."""
    here = 0
    for _ in range(_MOST):
        if here + 8 > size:
            return
        head = read_at(file, here, 16)
        length, name = struct.unpack_from(">I4s", head)
        begin = here + 8
        if length == _LARGE and len(head) == 16:  # noqa: PLR2004 - a size of 64 bits behind the name
            (length,), begin = struct.unpack_from(">Q", head, 8), here + 16
        if name not in _KNOWN_BOXES or (length and length < begin - here):
            return
        end = here + length if length else size
        yield name, begin, end
        here = end


def _indexed(data: bytes) -> int:
    """How many bytes the fragments behind a segment index have (ISO/IEC 14496-12, 8.16.3)."""
    wide = data[:1] == b"\1"
    at = 28 if wide else 20
    if len(data) < at + 4:
        return 0
    (first,) = struct.unpack_from(">Q" if wide else ">I", data, at - (8 if wide else 4))
    (count,) = struct.unpack_from(">H", data, at + 2)
    rows = (
        struct.unpack_from(">I", data, place)[0]
        for place in range(at + 4, min(len(data) - 11, at + 4 + 12 * count), 12)
    )
    return int(first + sum(row & 0x7FFFFFFF for row in rows))


def _riff(file: BinaryIO, size: int) -> Ending:
    """AVI: one RIFF behind the other, each with its length, in which some writers count its own eight bytes as well."""
    here = 0
    for _ in range(_MOST):
        if here + 12 > size:
            break
        name, length = struct.unpack("<4sI", read_at(file, here, 8))
        if name != b"RIFF" or length in _UNSTATED:
            return Ending()
        if here + 8 + length > size and here + length != size:
            return _short(here + 8 + length, size, "container")
        here += 8 + length + length % 2
    return Ending(is_proven=here + 12 > size)


def _matroska(file: BinaryIO, size: int) -> Ending:
    head = read_at(file, 0, _HEAD)
    at = head.find(_SEGMENT)
    if at < 0 or at + 5 > len(head):
        return Ending()
    first = head[at + 4]
    width = 9 - first.bit_length()
    stated = int.from_bytes(head[at + 4 : at + 4 + width]) & ((1 << 7 * width) - 1)
    if width > 8 or stated == (1 << 7 * width) - 1:  # noqa: PLR2004 - all bits set: of unknown length
        return Ending()
    return _short(at + 4 + width + stated, size, "container")


def _material(file: BinaryIO, size: int) -> Ending:
    structure = mxf.structure(file)
    if structure.lacks_footer:
        return Ending("the file ends before the footer that its header names")
    if not structure.closed:
        return Ending("the file was never closed: its header is open and there is no footer", is_unclosed=True)
    closed = _short(structure.end, size, "last piece") if structure.end else Ending()
    return replace(closed, indexed=structure.indexed)


def _flash(file: BinaryIO, size: int) -> Ending:
    found = re.search(rb"\0\x08filesize\0(.{8})", read_at(file, 0, _HEAD), re.DOTALL)
    stated = struct.unpack(">d", found[1])[0] if found else 0.0
    if 0 < stated < 1 << 53:
        return _short(int(stated), size, "container")
    (length,) = struct.unpack(">I", read_at(file, size - 4, 4)) if size > 13 else (0,)  # noqa: PLR2004 - its head
    whole = length and read_at(file, size - 4 - length + 1, 3) == (length - 11).to_bytes(4)[1:]
    return Ending() if whole else Ending("the file ends inside a tag")


def _windows(file: BinaryIO, size: int) -> Ending:
    """ASF: its properties state the size of the file, unless it was sent while it was made."""
    head = read_at(file, 0, _HEAD)
    at = head.find(_ASF_SIZE)
    if at < 0 or at + 92 > len(head):
        return Ending()
    (stated,), (flags,) = struct.unpack_from("<Q", head, at + 40), struct.unpack_from("<I", head, at + 88)
    return Ending() if flags & _BROADCAST or not stated else _short(stated, size, "container")


def _ogg(file: BinaryIO, size: int) -> Ending:
    """Ogg: the last page of a stream is marked (RFC 3533)."""
    tail = read_at(file, size - min(size, _TAIL), _TAIL)
    at = tail.rfind(b"OggS")
    page = tail[at:] if at >= 0 else b""
    if len(page) < 27 or len(page) < 27 + page[26]:  # noqa: PLR2004 - a page's head, and how many lengths follow
        return Ending("the file ends inside a page")
    if len(page) < 27 + page[26] + sum(page[27 : 27 + page[26]]):
        return Ending("the file ends inside a page")
    return Ending(is_proven=True) if page[5] & _LAST_PAGE else Ending("its last page isn't marked as the last")


def _transport(file: BinaryIO, size: int) -> Ending:
    packet = transport_packet(read_at(file, 0, _HEAD))
    return Ending("the file ends inside a packet, there was more of it") if packet and size % packet else Ending()


def _programme(file: BinaryIO, size: int) -> Ending:
    """MPEG-PS: each packet states its length, from a pack near the end on (ISO/IEC 13818-1, 2.5.3)."""
    tail = read_at(file, size - min(size, _TAIL), _TAIL)
    here = tail.find(_PACK)
    while 0 <= here < len(tail):
        head = tail[here : here + 14]
        if head[:3] != b"\0\0\1"[: len(head)]:
            return Ending()  # something else stands there, or filling
        if len(head) >= 4 and head[3] == _ENDS_PROGRAM:  # noqa: PLR2004 - a start code
            here += 4
        elif len(head) >= 5 and head[3] == _PACK[3]:  # noqa: PLR2004
            wide = head[4] >> 6 == 1  # MPEG-2's, with stuffing; MPEG-1's has 12 bytes
            here += (14 + (head[13] & 7) if len(head) == 14 else 14) if wide else 12  # noqa: PLR2004
        elif len(head) >= 6:  # noqa: PLR2004 - a start code and a length
            here += 6 + int.from_bytes(head[4:6])
        else:
            here += 6
    missing = here - len(tail)
    if here < 0 or missing <= 0:
        return Ending()
    return Ending(f"the file ends {missing:,} byte{'s' * (missing != 1)} before its last packet does")


def _ivf(file: BinaryIO, size: int) -> Ending:
    here = int.from_bytes(read_at(file, 6, 2), "little")
    for _ in range(_MOST):
        if not 0 < here < size:
            break
        here += 12 + int.from_bytes(read_at(file, here, 4), "little")
    return _short(here, size, "last frame") if here >= size else Ending()


def _y4m(file: BinaryIO, size: int) -> Ending:
    """YUV4MPEG2: frames of one size, each behind a line; how far it is from the first to the second is that size."""
    head = read_at(file, 0, _HEAD)
    first = head.find(b"\nFRAME") + 1
    wide = _stride(head[:first])
    length = len(head[first:].split(b"\n", 1)[0]) + 1 + wide
    return Ending("the file ends inside a frame") if first and wide and (size - first) % length else Ending()


def _stride(head: bytes) -> int:
    """Bytes of a frame, by the header; 0 where its colours are unknown here."""
    words = head.split(b"\n", 1)[0].split(b" ")
    stated = {word[:1]: word[1:].decode("latin-1") for word in reversed(words[1:])}
    width, height, colours = (stated.get(key, "") for key in (b"W", b"H", b"C"))
    found = re.fullmatch(r"(420|422|444|mono)(?:jpeg|mpeg2|paldv)?(p\d+)?", colours or "420")
    if not (found and width.isdigit() and height.isdigit()):
        return 0
    across, down = int(width), int(height)
    half, low = -(-across // 2), -(-down // 2)
    planes = {"420": 2 * half * low, "422": 2 * half * down, "444": 2 * across * down, "mono": 0}
    return (across * down + planes[found[1]]) * (2 if found[2] else 1)


def _dv(file: BinaryIO, size: int) -> Ending:
    """DV: frames of one size, by whether there are 50 fields a second or 60; faster forms have multiples of it."""
    frame = 144_000 if read_at(file, 3, 1) >= b"\x80" else 120_000
    return Ending("the file ends inside a frame") if size % frame else Ending()


_READERS: Mapping[str, Callable[[BinaryIO, int], Ending]] = {
    **dict.fromkeys(("mov", "mp4", "m4a"), _movie),
    "avi": _riff,
    "mkv": _matroska,
    "webm": _matroska,
    "mxf": _material,
    "flv": _flash,
    "asf": _windows,
    "ogv": _ogg,
    "mpegts": _transport,
    "mpeg": _programme,
    "ivf": _ivf,
    "y4m": _y4m,
    "dv": _dv,
}
