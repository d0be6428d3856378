"""Where a picture, a film, an archive or a document may begin among other bytes: by the signatures of their formats.

Only for stretches that no format accounts for: inside compressed data such bytes stand by chance.
"""

import re
from collections.abc import Iterable, Iterator
from typing import BinaryIO

from scanner.media.reading import blocks

_SIGNATURES: tuple[tuple[bytes, int, re.Pattern[bytes]], ...] = tuple(
    (core, lead, re.compile(whole, re.DOTALL))
    for core, lead, whole in (
        (b"\xff\xd8\xff", 0, rb"\xff\xd8\xff[\xc0-\xfe]"),
        (b"\x89PNG\r\n\x1a\n", 0, rb""),
        (b"GIF8", 0, rb"GIF8[79]a"),
        (b"RIFF", 0, rb"RIFF.{4}(?:WEBP|WAVE|AVI )"),
        (b"II*\x00", 0, rb""),
        (b"MM\x00*", 0, rb""),
        (b"II+\x00\x08", 0, rb""),
        (b"MM\x00+\x00\x08", 0, rb""),
        (b"%PDF-", 0, rb"%PDF-\d"),
        (b"PK\x03\x04", 0, rb""),
        (b"ftyp", 4, rb"\x00\x00[\x00-\x0f].ftyp"),
        (b"jP  \r\n\x87\n", 4, rb"\x00\x00\x00\x0c"),
        (b"\xff\x4f\xff\x51\x00", 0, rb""),
        (b"JXL \r\n\x87\n", 4, rb"\x00\x00\x00\x0c"),
        (b"8BPS\x00", 0, rb"8BPS\x00[\x01\x02]\x00{6}"),
        (b"\x76\x2f\x31\x01\x02", 0, rb""),
        (b"\x1a\x45\xdf\xa3", 0, rb""),
        (b"OggS\x00\x02", 0, rb""),
        (b"fLaC\x00", 0, rb""),
        (b"ID3", 0, rb"ID3[\x02-\x04]\x00"),
        (b"Rar!\x1a\x07", 0, rb""),
        (b"7z\xbc\xaf\x27\x1c", 0, rb""),
        (b"ustar", 257, rb".{257}ustar[\x00 ]"),
        (b"\x1f\x8b\x08", 0, rb"\x1f\x8b\x08[\x00-\x1f].{4}[\x00\x02\x04]"),
    )
)
"""What is sought, how many bytes before it the format begins, and what must stand there: 27 ms for a megabyte."""
_OF_PICTURES = _SIGNATURES[:3]
_LONGEST = 264  # a tar says what it is behind its first name
_PADDING = bytes.maketrans(b"\x00\xff \t\r\n", bytes(6))


def first_start(file: BinaryIO, start: int, end: int) -> int | None:
    """The place of the first signature from `start` on that begins before `end`; None: there is none."""
    tail, place = b"", start
    for block in blocks(file, start, end):
        data = tail + block
        found = _first(data, 0, _SIGNATURES)
        if found is not None:
            return place - len(tail) + found
        place += len(block)
        tail = data[-_LONGEST:]
    return None


def picture_starts(data: bytes) -> Iterator[int]:
    """The places in some bytes where a JPEG, PNG or GIF may begin."""
    place = 0
    while (found := _first(data, place, _OF_PICTURES)) is not None:
        yield found
        place = found + 1


def behind_padding(file: BinaryIO, start: int, end: int) -> int:
    """The place of the first byte of a stretch that is no zero, set bits or white space; `end` where there is none."""
    for block in blocks(file, start, end):
        plain = block.translate(_PADDING)
        left = plain.lstrip(b"\0")
        if left:
            return start + len(plain) - len(left)
        start += len(block)
    return end


def _first(data: bytes, start: int, signatures: Iterable[tuple[bytes, int, re.Pattern[bytes]]]) -> int | None:
    best = len(data)
    for core, lead, whole in signatures:
        at = data.find(core, start + lead, best + lead + len(core) - 1)
        while at >= 0:
            if whole.match(data, at - lead):
                best = at - lead
                break
            at = data.find(core, at + 1, best + lead + len(core) - 1)
    return best if best < len(data) else None
