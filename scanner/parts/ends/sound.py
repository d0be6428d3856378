"""Where sound ends.

Sources: ISO/IEC 11172-3 and 13818-3 (MPEG audio), 13818-7 (ADTS); RFC 9639 (FLAC); ETSI TS 102 366 (AC-3); Sony's
Wave64; Apple's Core Audio Format; Sun's audio format. ID3v1, Lyrics3 and APE tags stand behind the sound and are
sought through like other bytes behind an end.
"""

import re
import struct
from collections.abc import Callable, Sequence
from typing import BinaryIO

from scanner.media.reading import bytes_at
from scanner.parts.ends.stills import ByteRange

_MOST_FRAMES = 2_000_000
_WINDOW = 1 << 20
_MPEG_RATES = {
    (3, 1): (0, 32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448),
    (3, 2): (0, 32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384),
    (3, 3): (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),
    (2, 1): (0, 32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256),
    (2, 2): (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
}
"""Kilobits a second by version (3: MPEG-1, else lower) and layer."""
_MPEG_SAMPLES = {3: (44100, 48000, 32000), 2: (22050, 24000, 16000), 0: (11025, 12000, 8000)}


def mpeg(file: BinaryIO, size: int) -> Sequence[ByteRange]:
    """Behind the last of its frames that stand in a row, and behind what players read there: a tag of ID3v1."""
    return _framed(file, size, _mpeg_frame)


def adts(file: BinaryIO, size: int) -> Sequence[ByteRange]:
    """Behind the last of its frames that stand in a row."""
    return _framed(file, size, _adts_frame)


def _framed(file: BinaryIO, size: int, length_of: Callable[[bytes], int]) -> Sequence[ByteRange]:
    place = 0
    while (head := bytes_at(file, place, 10))[:3] == b"ID3":
        place += 10 + sum((byte & 0x7F) << shift for byte, shift in zip(head[6:10], (21, 14, 7, 0), strict=False))
        place += 10 if head[5:6] and head[5] & 0x10 else 0  # a foot
    begin, window, first = place, b"", place
    for _ in range(_MOST_FRAMES):
        if not begin <= place <= begin + len(window) - 8:
            begin, window = place, bytes_at(file, place, _WINDOW)
        length = length_of(window[place - begin : place - begin + 8])
        if length <= 0:
            break
        place += length
    if place == first:  # it begins otherwise, as players allow
        return [(0, size)]
    tag = (size - 128, size) if bytes_at(file, size - 128, 3) == b"TAG" else (0, 0)
    return [(0, min(place, size)), tag]


def _mpeg_frame(head: bytes) -> int:
    if len(head) < 4 or head[0] != 0xFF or head[1] & 0xE0 != 0xE0:  # noqa: PLR2004 - the sync of a frame
        return 0
    version, layer = head[1] >> 3 & 3, 4 - (head[1] >> 1 & 3)
    rate, samples, padding = head[2] >> 4, head[2] >> 2 & 3, head[2] >> 1 & 1
    if version == 1 or layer == 4 or rate in {0, 15} or samples == 3:  # noqa: PLR2004 - not in use
        return 0
    table = _MPEG_RATES[3, layer] if version == 3 else _MPEG_RATES[2, 1 if layer == 1 else 2]  # noqa: PLR2004 - MPEG-1
    bits, hertz = table[rate] * 1000, _MPEG_SAMPLES[version][samples]
    if layer == 1:
        return (12 * bits // hertz + padding) * 4
    return (144 if layer == 2 or version == 3 else 72) * bits // hertz + padding  # noqa: PLR2004 - layer 3 of lower rates


def _adts_frame(head: bytes) -> int:
    if len(head) < 7 or head[0] != 0xFF or head[1] & 0xF6 != 0xF0:  # noqa: PLR2004 - the sync of a frame
        return 0
    return (head[3] & 3) << 11 | head[4] << 3 | head[5] >> 5


def flac(file: BinaryIO, size: int) -> Sequence[ByteRange]:
    """Where its last frame begins, by the number that the frame must have; what follows is sought through."""
    facts = bytes_at(file, 8, 34)
    if bytes_at(file, 0, 4) != b"fLaC" or len(facts) < 34:  # noqa: PLR2004 - its facts
        return [(0, size)]
    block, largest = struct.unpack_from(">HH", facts)
    samples = int.from_bytes(facts[13:18], "big") & 0xFFFFFFFFF
    if not samples or block != largest:
        return [(0, size)]
    number = _utf8((samples - 1) // block)
    sought = re.compile(rb"\xff\xf8[\x10-\xff][\x00-\xaf]" + re.escape(number), re.DOTALL)
    place = size
    while place > 0:
        start = max(0, place - _WINDOW)
        window = bytes_at(file, start, place - start + 16)
        frames = [match.start() for match in sought.finditer(window) if _crc_fits(window[match.start() :], number)]
        if frames:
            return [(0, start + frames[-1])]
        place = start
    return [(0, size)]


def _utf8(number: int) -> bytes:
    """A number as FLAC codes it: as UTF-8 does letters, to 36 bits."""
    if number < 0x80:  # noqa: PLR2004 - one byte
        return bytes([number])
    rest = bytearray()
    room = 6
    while number >= 1 << room:
        rest.insert(0, 0x80 | number & 0x3F)
        number >>= 6
        room -= 1
    return bytes([(0xFF << room + 1) & 0xFF | number]) + rest


def _crc_fits(frame: bytes, number: bytes) -> bool:
    """Whether the head of a frame has the checksum that it states."""
    more = {6: 1, 7: 2}.get(frame[2] >> 4, 0) + {12: 1, 13: 2, 14: 2}.get(frame[2] & 15, 0)
    end = 4 + len(number) + more
    checksum = 0
    for byte in frame[:end]:
        checksum ^= byte
        for _ in range(8):
            checksum = (checksum << 1 ^ 0x07) & 0xFF if checksum & 0x80 else checksum << 1
    return frame[end : end + 1] == bytes([checksum])


def wave64(file: BinaryIO, size: int) -> Sequence[ByteRange]:
    """Behind what its first chunk states."""
    stated = int.from_bytes(bytes_at(file, 16, 8), "little")
    return [(0, (stated + 7) // 8 * 8 if stated > 40 else size)]  # noqa: PLR2004 - its own header


def sun(file: BinaryIO, size: int) -> Sequence[ByteRange]:
    """Behind the sound, where its length is stated."""
    begin, length = struct.unpack(">II", bytes_at(file, 4, 8).ljust(8, b"\xff"))
    return [(0, begin + length if length != 0xFFFFFFFF else size)]  # noqa: PLR2004 - not stated


def core_audio(file: BinaryIO, size: int) -> Sequence[ByteRange]:
    """Behind the last chunk."""
    place = 8
    for _ in range(_MOST_FRAMES):
        head = bytes_at(file, place, 12)
        if len(head) < 12 or not head[:4].isascii() or not head[:4].replace(b" ", b"").isalnum():  # noqa: PLR2004 - name, length
            break
        length = int.from_bytes(head[4:], "big", signed=True)
        if length < 0:
            return [(0, size)]
        place += 12 + length
    return [(0, place)]
