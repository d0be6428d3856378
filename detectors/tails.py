"""Tags that stand behind the sound of an MP3, AAC, AC-3, FLAC or Ogg file, and what is in those of ID3v2.4 and APE.

A decoder takes such bytes for damaged sound, and a reader of metadata that begins at the front passes them over. Each
kind is found from the end of the file backwards, by a mark and a length that have to fit each other; whatever doesn't
fit belongs to the sound. Nothing raises.

Sources: ID3 tag version 2.4.0, "Main Structure" 3.4 and 5, and "Native Frames"; ID3v1 and its enhanced tag; Lyrics3
v1 and v2.00 (id3.org); APE Tags Specification, version 1 and 2 (Hydrogenaudio).
"""

import os
import re
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

TAG_IN_FRONT = b"ID3"
ID3V2, APE, ID3V1, LYRICS = "ID3v2.4", "APE", "ID3v1", "Lyrics3"

_MOST_TAGS = 16
_MOST_ENTRIES = 10_000
_LARGEST = 1 << 28
"""Bytes of a tag: what 28 bits can state."""
_ID3V1, _ENHANCED = 128, 227
_LYRICS_FIELD = re.compile(rb"(\d{6})LYRICS200")
_OLDEST_LYRICS = 5100 + 20
_APE = struct.Struct("<8sIIII8x")
_APE_HAS_HEADER = 1 << 31
_APE_KINDS = 6
"""The bits of an item's flags that say what sort of value it has: 0 for text, 2 for anything else."""
_UNSYNCHRONISED, _EXTENDED, _HAS_FOOTER = 0x80, 0x40, 0x10
_FRAME_UNSYNCHRONISED, _FRAME_COMPRESSED, _FRAME_HAS_LENGTH = 0x02, 0x08, 0x01
_FRAME_ENCRYPTED, _FRAME_GROUPED = 0x04, 0x40
_FRAME = re.compile(rb"[A-Z][A-Z0-9]{3}")
_ENCODINGS = ("latin-1", "utf-16", "utf-16-be", "utf-8")


@dataclass(frozen=True, slots=True)
class TailTag:
    """A tag behind the sound: its kind, its first byte in the file and the one behind its last."""

    kind: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class TagEntry:
    """One frame of an ID3v2.4 tag or one item of an APE tag. `name`: as the tag has it; `value`: its bytes, unpacked.

    `framed`: it is a frame, which says by its name what it holds. `text`: an item that says it is text alone.
    """

    name: str
    value: bytes
    framed: bool = False
    text: bool = False


def tail_tags(file: BinaryIO) -> list[TailTag]:
    """The tags behind the sound of an open file, in their order."""
    end = file.seek(0, os.SEEK_END)
    tags: list[TailTag] = []
    for _ in range(_MOST_TAGS):
        tag = next((tag for find in (_id3v1, _lyrics, _ape, _id3v2) if (tag := find(file, end))), None)
        if tag is None or tag.start <= 0:
            break
        tags.insert(0, tag)
        end = tag.start
    return tags


def behind_tags(file: BinaryIO) -> int:
    """Where an open file begins behind the ID3v2 tags in front of it; 0 where there are none."""
    here = 0
    for _ in range(_MOST_TAGS):
        file.seek(here)
        head = file.read(10)
        if len(head) < 10 or not head.startswith(TAG_IN_FRONT) or any(byte > 0x7F for byte in head[6:]):  # noqa: PLR2004 - a header, seven bits a byte
            break
        here += 10 + _seven_bits(head[6:]) + 10 * bool(head[5] & _HAS_FOOTER)
    return here


def entries(file: BinaryIO, tag: TailTag) -> Iterator[TagEntry]:
    """What is in an ID3v2.4 or APE tag; nothing of tags of other kinds, whose fields are short and of text alone."""
    if tag.kind == ID3V2:
        yield from _frames(_bytes(file, tag.start, tag.end))
    elif tag.kind == APE:
        yield from _items(_bytes(file, tag.start, tag.end))


def texts(value: bytes) -> list[str]:
    """The texts of a frame whose first byte says how they are written (T..., and behind its language COMM)."""
    encoding = _ENCODINGS[value[0]] if value and value[0] < len(_ENCODINGS) else "latin-1"
    parts = value[1:].decode(encoding, "replace").split("\0")
    return [part.removeprefix("\ufeff") for part in (parts[:-1] if len(parts) > 1 and not parts[-1] else parts)]


def picture(value: bytes) -> bytes:
    """The picture of an APIC frame; what the frame holds where it makes no sense."""
    kind_at = value.find(b"\0", 1)
    return _behind_text(value, kind_at + 2, value[0]) if kind_at > 0 else value


def embedded(value: bytes) -> bytes:
    """The object of a GEOB frame; what the frame holds where it makes no sense."""
    name_at = value.find(b"\0", 1) + 1
    if not name_at:
        return value
    described = _behind_text(value, name_at, value[0])
    return _behind_text(described, 0, value[0])


def _behind_text(value: bytes, start: int, encoding: int) -> bytes:
    """What stands behind a text that ends with nought, which takes two bytes where its letters do."""
    wide = encoding in {1, 2}
    here = start
    while (here := value.find(b"\0\0" if wide else b"\0", here)) >= 0:
        if not wide or (here - start) % 2 == 0:
            return value[here + 1 + wide :]
        here += 1
    return value[start:]


def _bytes(file: BinaryIO, start: int, end: int) -> bytes:
    if start < 0 or end - start > _LARGEST:
        return b""
    file.seek(start)
    return file.read(end - start)


def _id3v1(file: BinaryIO, end: int) -> TailTag | None:
    if _bytes(file, end - _ID3V1, end)[:3] != b"TAG":
        return None
    start = end - _ID3V1
    return TailTag(ID3V1, start - _ENHANCED if _bytes(file, start - _ENHANCED, start)[:4] == b"TAG+" else start, end)


def _lyrics(file: BinaryIO, end: int) -> TailTag | None:
    mark = _bytes(file, end - 15, end)
    if stated := _LYRICS_FIELD.fullmatch(mark):
        start = end - 15 - int(stated[1])
        return TailTag(LYRICS, start, end) if _bytes(file, start, start + 11) == b"LYRICSBEGIN" else None
    if not mark.endswith(b"LYRICSEND"):
        return None
    begin = max(0, end - _OLDEST_LYRICS)
    at = _bytes(file, begin, end).rfind(b"LYRICSBEGIN")
    return TailTag(LYRICS, begin + at, end) if at >= 0 else None


def _ape(file: BinaryIO, end: int) -> TailTag | None:
    footer = _bytes(file, end - _APE.size, end)
    if footer[:8] != b"APETAGEX":
        return None
    _, _, size, _, flags = _APE.unpack(footer)
    start = end - size - (_APE.size if flags & _APE_HAS_HEADER else 0)
    return TailTag(APE, start, end) if size >= _APE.size and start > 0 else None


def _id3v2(file: BinaryIO, end: int) -> TailTag | None:
    footer = _bytes(file, end - 10, end)
    if footer[:3] != b"3DI" or any(byte > 0x7F for byte in footer[6:]):  # noqa: PLR2004 - seven bits a byte
        return None
    start = end - 20 - _seven_bits(footer[6:])
    return TailTag(ID3V2, start, end) if _bytes(file, start, start + 10) == b"ID3" + footer[3:] else None


def _seven_bits(data: bytes) -> int:
    return sum((byte & 0x7F) << 7 * place for place, byte in enumerate(reversed(data)))


def _frames(tag: bytes) -> Iterator[TagEntry]:
    body = tag[10:-10]
    if len(tag) > 5 and tag[5] & _EXTENDED:  # noqa: PLR2004 - the flags
        body = body[_seven_bits(body[:4]) :]
    whole = len(tag) > 5 and bool(tag[5] & _UNSYNCHRONISED)  # noqa: PLR2004 - the same
    here = 0
    for _ in range(_MOST_ENTRIES):
        head = body[here : here + 10]
        if len(head) < 10 or not _FRAME.fullmatch(head[:4]):  # noqa: PLR2004 - a name, a size, flags; padding ends it
            return
        size, flags = _seven_bits(head[4:8]), head[9]
        value = _unpacked(body[here + 10 : here + 10 + size], flags, whole=whole)
        if value is not None:
            yield TagEntry(head[:4].decode("ascii"), value, framed=True)
        here += 10 + size


def _unpacked(value: bytes, flags: int, *, whole: bool) -> bytes | None:
    """The value of a frame; None where it can't be had."""
    if flags & _FRAME_ENCRYPTED:
        return None
    value = value[bool(flags & _FRAME_GROUPED) + 4 * bool(flags & _FRAME_HAS_LENGTH) :]
    if whole or flags & _FRAME_UNSYNCHRONISED:
        value = value.replace(b"\xff\0", b"\xff")
    if not flags & _FRAME_COMPRESSED:
        return value
    try:
        return zlib.decompressobj().decompress(value, _LARGEST)
    except zlib.error:
        return None


def _items(tag: bytes) -> Iterator[TagEntry]:
    here = _APE.size if tag[: _APE.size] != tag[-_APE.size :] and tag.startswith(b"APETAGEX") else 0
    for _ in range(_MOST_ENTRIES):
        if here + 8 > len(tag) - _APE.size:
            return
        size, flags = struct.unpack_from("<II", tag, here)
        name_end = tag.find(b"\0", here + 8)
        if name_end < 0:
            return
        value = tag[name_end + 1 : name_end + 1 + size]
        yield TagEntry(tag[here + 8 : name_end].decode("latin-1"), value, text=not flags & _APE_KINDS)
        here = name_end + 1 + size
