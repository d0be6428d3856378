"""Where a picture, a film, an archive or a document may begin among other bytes: by the signatures of their formats.

Only for stretches that no format accounts for: inside compressed data such bytes stand by chance.
"""

import io
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import BinaryIO

from scanner.media.pixels.directories import Layout, Walk, directories
from scanner.media.reading import blocks, bytes_at

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
        (b"\xfd7zXZ\x00", 0, rb""),
        (b"1AY&SY", 4, rb"BZh[1-9]"),
        (b"SDPX", 0, rb"SDPX.{4}V[12]\.\d"),
        (b"XPDS", 0, rb"XPDS.{4}V[12]\.\d"),
        (b"DDS \x7c\x00\x00\x00", 0, rb""),
        (b"\x00\x00\x28\x00\x00\x00", 12, rb"BM.{4}\x00{4}..\x00\x00"),
        (b"\x06\x0e\x2b\x34\x02\x05\x01\x01\x0d\x01\x02", 0, rb""),
    )
)
"""What is sought, how many bytes before it the format begins, and what must stand there: 30 ms for a megabyte."""
_TIFF = frozenset({b"II*\x00", b"MM\x00*", b"II+\x00\x08", b"MM\x00+\x00\x08"})
_IN_METADATA = tuple(signature for signature in _SIGNATURES if signature[0] not in _TIFF)
_JPEG = b"\xff\xd8\xff"  # what metadata are made to hold
_MOST_TRIES = 64
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


def starts_in(data: bytes) -> Iterator[int]:
    """The places in some metadata where anything may begin but a TIFF, as which EXIF and makers' notes begin too."""
    file = io.BytesIO(data)
    place = 0
    while (found := _first(data, place, _IN_METADATA)) is not None:
        if data.startswith(_JPEG, found) or is_likely(file, found):
            yield found
        place = found + 1


def likely_start(file: BinaryIO, start: int, end: int) -> int | None:
    """The place from `start` on, and before `end`, where something begins that is more than a signature by chance.

    Where there are more than `_MOST_TRIES` signatures that stand there by chance, the next one counts.
    """
    found = first_start(file, start, end)
    for _ in range(_MOST_TRIES):
        if found is None or is_likely(file, found):
            break
        found = first_start(file, found + 1, end)
    return found


def is_likely(file: BinaryIO, place: int) -> bool:
    """Whether behind a signature its format goes on: of those that are short, or written about in text."""
    head = bytes_at(file, place, 13)
    check = next((check for mark, check in _CHECKS.items() if head.startswith(mark)), None)
    return check is None or check(file, place, head)


def _is_jpeg(file: BinaryIO, place: int, head: bytes) -> bool:
    following = place + 4 + int.from_bytes(head[4:6], "big")
    return bytes_at(file, following, 1) in {b"\xff", b""}


def _is_gif(file: BinaryIO, place: int, head: bytes) -> bool:
    table = 3 << (head[10] & 7) + 1 if len(head) > 10 and head[10] & 0x80 else 0  # noqa: PLR2004 - its flags
    return bytes_at(file, place + 13 + table, 1) in {b"!", b",", b";"}


def _is_tiff_picture(file: BinaryIO, place: int, head: bytes) -> bool:
    """Whether one of the first directories holds a picture: EXIF data, which begin as a TIFF, may hold a JPEG alone."""
    del head
    layout = Layout.of(bytes_at(file, place, 16))
    if layout is None:
        return False
    found = directories(file, layout, Walk(), ground=place, most=_MOST_TRIES)
    return any(directory.entries.keys() & {273, 324} for directory in found)


def _is_tagged_sound(file: BinaryIO, place: int, head: bytes) -> bool:
    """Whether sound stands behind an ID3 tag: players' messages are such tags and nothing more."""
    size = sum((byte & 0x7F) << shift for byte, shift in zip(head[6:10], (21, 14, 7, 0), strict=False))
    behind = bytes_at(file, place + 10 + size, 4)
    return behind[:3] == b"ID3" or behind == b"fLaC" or (behind[:1] == b"\xff" and behind[1:2] >= b"\xe0")


_CHECKS: Mapping[bytes, Callable[[BinaryIO, int, bytes], bool]] = {
    b"\xff\xd8\xff": _is_jpeg,
    b"GIF8": _is_gif,
    b"ID3": _is_tagged_sound,
    b"PK\x03\x04": lambda _, __, head: head[4:5] <= b"\x3f",  # the version that is needed
    b"\x1a\x45\xdf\xa3": lambda file, place, _: (
        b"matroska" in bytes_at(file, place, 64) or b"webm" in bytes_at(file, place, 64)
    ),
    **dict.fromkeys(_TIFF, _is_tiff_picture),
}


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
