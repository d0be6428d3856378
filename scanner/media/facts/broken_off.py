"""Whether a stream of sound breaks off: elementary ones state no length, and decoders make up what their last lacks.

MPEG audio is a row of frames, each with its length in its header (ISO/IEC 11172-3, 2.4.1.3): one that reaches beyond
the end was cut. An Ogg's last page is marked as the last (RFC 3533, 6). Nothing is decoded here. A stream that was cut
exactly between two frames can't be told from a whole one.
"""

import os
from typing import BinaryIO

_SEARCHED = 1 << 15
"""Bytes before the end in which a frame begins: the longest has fewer than 3,000."""
_LARGEST_PAGE = 1 << 16
_ALIKE = 4
"""Frames in a row, each of which begins where the one before ends, for them to be frames and no chance."""
_RATES = {3: (44_100, 48_000, 32_000), 2: (22_050, 24_000, 16_000), 0: (11_025, 12_000, 8_000)}
"""Samples a second, by the bits that state the version."""
_KILOBITS = {
    (True, 3): (32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448),
    (True, 2): (32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384),
    (True, 1): (32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),
    (False, 3): (32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256),
    (False, 2): (8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
    (False, 1): (8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
}
"""By whether it is version 1, and by the bits that state the layer: 3 is the first, 1 the third."""
_PAGE = b"OggS\0"
_LAST_PAGE = 4


def broken_off(file: BinaryIO, form: str, end: int | None) -> str:
    """Where a stream of sound breaks off, in words; empty where it doesn't, or nothing can be said.

    Args:
        file: the open file.
        form: its format word.
        end: the byte at which its sound ends, None for that of the file.
    """
    last = os.fstat(file.fileno()).st_size if end is None else end
    if form in {"mp3", "mp2"}:
        return "it ends inside a frame, there was more of it" * _ends_inside_frame(file, last)
    return "it ends before its last page, there was more of it" * (form == "ogg" and _lacks_last_page(file, last))


def _ends_inside_frame(file: BinaryIO, end: int) -> bool:
    start = max(0, end - _SEARCHED)
    file.seek(start)
    data = file.read(end - start)
    for first in range(len(data)):
        place, count = first, 0
        while length := _frame(data[place : place + 4]):
            place, count = place + length, count + 1
        if count >= _ALIKE:
            return place > len(data)
    return False


def _frame(head: bytes) -> int:
    """The length of the frame of MPEG audio that begins so; 0 where none does, or its length isn't stated."""
    if len(head) < 4 or head[0] != 0xFF or head[1] & 0xE0 != 0xE0:  # noqa: PLR2004 - a header, its first eleven bits
        return 0
    version, layer, bits, rate = head[1] >> 3 & 3, head[1] >> 1 & 3, head[2] >> 4, head[2] >> 2 & 3
    if version == 1 or not layer or rate == 3 or bits in {0, 15}:  # noqa: PLR2004 - what is reserved, or states nothing
        return 0
    padding, kilobits = head[2] >> 1 & 1, _KILOBITS[version == 3, layer][bits - 1]  # noqa: PLR2004 - version 1
    if layer == 3:  # noqa: PLR2004 - the first
        return (12_000 * kilobits // _RATES[version][rate] + padding) * 4
    halved = layer == 1 and version != 3  # noqa: PLR2004 - the third, of later versions
    return (72_000 if halved else 144_000) * kilobits // _RATES[version][rate] + padding


def _lacks_last_page(file: BinaryIO, end: int) -> bool:
    start = max(0, end - 2 * _LARGEST_PAGE)
    file.seek(start)
    data = file.read(end - start)
    place, is_marked = data.find(_PAGE), True
    while place >= 0:
        head = data[place : place + 27]
        if len(head) < 27:  # noqa: PLR2004 - up to how many segments a page has
            return True
        table = data[place + 27 : place + 27 + head[26]]
        behind = place + 27 + head[26] + sum(table)
        if len(table) < head[26] or behind > len(data):
            return True
        is_marked = bool(head[5] & _LAST_PAGE)
        place = data.find(_PAGE, behind)
    return not is_marked
