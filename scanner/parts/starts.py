"""Where a picture, a film, an archive or a document may begin among other bytes: by the signatures of their formats.

Only for stretches that no format accounts for: inside compressed data such bytes stand by chance.
"""

import re
from collections.abc import Iterator
from typing import BinaryIO

from scanner.parts.reading import blocks

_PATTERN = re.compile(
    rb"(?P<jpeg>\xff\xd8\xff[\xc0-\xfe])"
    rb"|(?P<png>\x89PNG\r\n\x1a\n)"
    rb"|(?P<gif>GIF8[79]a)"
    rb"|(?P<riff>RIF[FX].{4}(?:WEBP|WAVE|AVI ))"
    rb"|(?P<tiff>II[*+]\x00|MM\x00[*+])"
    rb"|(?P<pdf>%PDF-\d)"
    rb"|(?P<zip>PK\x03\x04)"
    rb"|(?P<boxes>\x00\x00[\x00-\x0f].ftyp)"
    rb"|(?P<jp2>\x00\x00\x00\x0cjP  \r\n\x87\n|\xff\x4f\xff\x51\x00)"
    rb"|(?P<jxl>\x00\x00\x00\x0cJXL \r\n\x87\n)"
    rb"|(?P<psd>8BPS\x00[\x01\x02]\x00{6})"
    rb"|(?P<exr>\x76\x2f\x31\x01\x02)"
    rb"|(?P<mkv>\x1a\x45\xdf\xa3)"
    rb"|(?P<ogg>OggS\x00\x02)"
    rb"|(?P<flac>fLaC\x00)"
    rb"|(?P<id3>ID3[\x02-\x04]\x00)"
    rb"|(?P<rar>Rar!\x1a\x07)"
    rb"|(?P<seven>7z\xbc\xaf\x27\x1c)"
    rb"|(?P<gzip>\x1f\x8b\x08[\x00-\x1f].{4}[\x00\x02\x04])",
    re.DOTALL,
)
_LONGEST = 16
_PADDING = bytes.maketrans(b"\x00\xff \t\r\n", bytes(6))


def first_start(file: BinaryIO, start: int, end: int) -> int | None:
    """The place of the first signature from `start` on that begins before `end`; None: there is none."""
    tail, place = b"", start
    for block in blocks(file, start, end):
        found = _PATTERN.search(tail + block)
        if found:
            return place - len(tail) + found.start()
        place += len(block)
        tail = (tail + block)[-_LONGEST:]
    return None


def starts(data: bytes) -> Iterator[int]:
    """The places of all signatures in some bytes."""
    return (found.start() for found in _PATTERN.finditer(data))


def is_padding(file: BinaryIO, start: int, end: int) -> bool:
    """Whether a stretch holds nothing but zeros, set bits and white space."""
    return all(not block.translate(_PADDING).strip(b"\0") for block in blocks(file, start, end))
