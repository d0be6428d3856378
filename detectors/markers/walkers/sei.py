"""Text that a writer left in the stream of pictures itself: SEI messages "user data unregistered" of H.264 and HEVC.

Only the first stretch of the stream is looked at, in whatever container: units are known by a start code, or by a
length in front of them that fits to the byte (ISO/IEC 14496-10 and 23008-2, annexes B, D and E). Nothing is decoded.
"""

import os
import re
import struct
from collections.abc import Iterator
from typing import BinaryIO

from detectors.containers import boxes
from detectors.markers.patterns import VALUE_LIMIT
from detectors.material import Tag

READER = "sei walker"

_WINDOW = 1 << 20
"""Bytes of the stream's start that are looked at."""
_MOST_UNITS = 2000
_UNIT_LIMIT = 64 * 1024
_UNREGISTERED = 5
_UUID = 16
_LEAST_TEXT = 4
_PACKET = 188
_STARTS = (b"\x1aE\xdf\xa3", b"FLV", b"\x00\x00\x01", b"\x00\x00\x00\x01", b"\x06\x0e\x2b\x34", b"G")
BOXES = frozenset({b"ftyp", b"moov", b"mdat", b"wide", b"free", b"skip"})
"""The boxes that an MP4 or MOV begins with."""
_AVC, _HEVC = 1, 2  # bytes of a unit's own header
_STARTED = re.compile(rb"\x00\x00\x01(\x06|[\x4e\x50]\x01)")
_MEASURED = re.compile(rb"(?s)(?=(\x00[\x00\x01]..)(\x06|[\x4e\x50]\x01))")
_NEXT = re.compile(rb"\x00\x00[\x00\x01]")


def may_hold(head: bytes) -> bool:
    """Whether a file that begins like this may hold such a stream."""
    return (
        (head.startswith(_STARTS) and not head.startswith(b"GIF8"))
        or head[4:8] in BOXES
        or head[4:5] == b"G"  # a transport stream with times in front
        or (head.startswith(b"RIFF") and head[8:12] == b"AVI ")
    )


def read(file: BinaryIO) -> Iterator[Tag]:
    """The texts in the first stretch of an open movie's stream, each once, in their order."""
    texts: set[bytes] = set()
    for window in _windows(file):
        for unit, header in _units(window):
            for text in _messages(unit[header:]):
                if text not in texts:
                    texts.add(text)
                    yield Tag(READER, "SEI:UserData", text.decode("utf-8")[:VALUE_LIMIT])


def _windows(file: BinaryIO) -> Iterator[bytes]:
    """The stretches of a file in which its stream begins."""
    file.seek(_media_data(file))
    window = file.read(_WINDOW)
    for size, skipped in ((_PACKET, 0), (_PACKET + 4, 4)):  # a transport stream, and one with times in front
        if all(window[skipped + at : skipped + at + 1] == b"G" for at in (0, size, 2 * size)):
            yield from _payloads(window, size, skipped)
            return
    yield window


def _media_data(file: BinaryIO) -> int:
    """Where the content of an MP4's or MOV's first `mdat` begins; 0 for any other file."""
    top_boxes = boxes(file, 0, os.fstat(file.fileno()).st_size)
    return next((begin for name, begin, end in top_boxes if name == b"mdat" and end > begin), 0)


def _payloads(window: bytes, size: int, skipped: int) -> Iterator[bytes]:
    """What a transport stream carries, each of its streams by itself (ISO/IEC 13818-1, 2.4.3)."""
    streams: dict[int, bytearray] = {}
    for here in range(skipped, len(window) - _PACKET + 1, size):
        packet = window[here : here + _PACKET]
        if packet[:1] != b"G":
            break
        number = (packet[1] & 0x1F) << 8 | packet[2]
        start = 4 + (1 + packet[4] if packet[3] & 0x20 else 0)
        streams.setdefault(number, bytearray()).extend(packet[start:] if packet[3] & 0x10 else b"")
    for _, stream in sorted(streams.items()):
        yield bytes(stream)


def _units(window: bytes) -> Iterator[tuple[bytes, int]]:
    """SEI units, each with the length of its header."""
    left = _MOST_UNITS
    for start_code in _STARTED.finditer(window):
        end = _NEXT.search(window, start_code.end(), start_code.end() + _UNIT_LIMIT)
        yield (
            window[start_code.start() + 3 : end.start() if end else start_code.end() + _UNIT_LIMIT],
            _header(start_code[1]),
        )
        left -= 1
        if not left:
            return
    for start_code in _MEASURED.finditer(window):
        (length,) = struct.unpack(">I", start_code[1])
        start = start_code.start() + 4
        if _UUID + _LEAST_TEXT < length <= _UNIT_LIMIT and window[start + length - 1 : start + length] == b"\x80":
            yield window[start : start + length], _header(start_code[2])
            left -= 1
            if not left:
                return


def _header(start: bytes) -> int:
    return _AVC if len(start) == 1 else _HEVC


def _messages(content: bytes) -> Iterator[bytes]:
    """The texts of a unit's user data, where all of the unit makes sense."""
    content = content.replace(b"\x00\x00\x03", b"\x00\x00").rstrip(b"\0")
    here = 0
    texts: list[bytes] = []
    while here < len(content) - 1 and content[here] != 0x80:  # noqa: PLR2004 - the unit's last bit
        kind, here = _number(content, here)
        size, here = _number(content, here)
        if here + size > len(content):
            return
        if kind == _UNREGISTERED and size >= _UUID + _LEAST_TEXT:
            texts.append(content[here + _UUID : here + size].rstrip(b"\0\n"))
        here += size
    yield from filter(_is_text, texts)


def _number(content: bytes, here: int) -> tuple[int, int]:
    """A kind or a size, of which each byte of 255 says that more follows; and where it ends."""
    number = 0
    while here < len(content) and content[here] == 0xFF:  # noqa: PLR2004 - more follows
        number, here = number + 0xFF, here + 1
    return (number + content[here], here + 1) if here < len(content) else (number, here)


def _is_text(content: bytes) -> bool:
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return len(text) >= _LEAST_TEXT and all(character.isprintable() or character in "\t\r\n" for character in text)
