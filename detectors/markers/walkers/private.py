"""Text in pieces of a file that no reader of metadata names: a writer's own chunks of PNG, RIFF and AIFF, and boxes.

ComfyUI keeps the graph of an animated PNG in chunks called `comf`, WanGP the settings of a WAV in one called `json`,
and whoever wants a mark overlooked renames the chunk that holds it by one letter. Keys are `Chunk-comf:Prompt` where
the text has a keyword as PNG's own text has, else `Chunk-json:Text`. Only the start of each piece is read.
"""

import re
import struct
import zlib
from collections.abc import Iterator
from contextlib import suppress
from typing import BinaryIO

from detectors.containers import boxes
from detectors.markers.patterns import VALUE_LIMIT
from detectors.material import Tag

READER = "private chunk walker"

_MOST_CHUNKS = 10_000
_READ = 4 * VALUE_LIMIT
"""Bytes of one piece that are read: no value is longer than `VALUE_LIMIT` characters."""
_LEAST_TEXT = 8
_KEYWORD = re.compile(rb"([A-Za-z0-9][\x20-\x7e]{0,78})\0")
_NAME = re.compile(rb"[\x21-\x7e]{4}")
_PNG_NAMED = frozenset(
    b"IHDR PLTE IDAT IEND acTL fcTL fdAT bKGD caBX cHRM cICP cLLI eXIf zxIf gAMA hIST iCCP iTXt mDCV oFFs pCAL pHYs"
    b" sBIT sCAL sPLT sRGB sTER tEXt tIME tRNS vpAg zTXt gdAT gmAP".split()
)
"""Chunks of the PNG specification and of exiftool's own table (Image::ExifTool::PNG)."""
_TOP_NAMED = frozenset(b"ftyp moov mdat moof mfra sidx styp pdin meta emsg prft wide pnot".split())
_IN_MOVIE = b"moov"
_USER_DATA = b"udta"
_NAMED_USER_DATA = frozenset(b"meta XMP_ name hnti hinf free TAGS".split())
_UUID = 16
_LABELS = (0, 4, 8, 16, 24)
"""How many bytes of its own (version, language, a type) a box may have in front of its text."""


def png(file: BinaryIO) -> Iterator[Tag]:
    """The texts in the chunks of an open PNG that have no registered name, up to its end (PNG 3rd edition, 5.3)."""
    here = 8
    for _ in range(_MOST_CHUNKS):
        file.seek(here)
        head = file.read(8)
        if len(head) < 8:  # noqa: PLR2004 - length and name
            return
        length, name = struct.unpack(">I4s", head)
        if name == b"IEND":
            return
        if name not in _PNG_NAMED and _NAME.fullmatch(name):
            yield from texts(name, file.read(min(length, _READ)))
        here += 12 + length


def movie(file: BinaryIO, size: int) -> Iterator[Tag]:
    """The texts in boxes of an open MP4 or MOV that nobody reads: at its top, and among its user data."""
    for name, begin, end in boxes(file, 0, size):
        if name == _IN_MOVIE:
            for inner, start, stop in boxes(file, begin, end):
                if inner == _USER_DATA:
                    yield from _unnamed(file, boxes(file, start, stop), _NAMED_USER_DATA)
        elif name not in _TOP_NAMED:
            yield from _unnamed(file, iter([(name, begin, end)]), frozenset())


def texts(name: bytes, content: bytes) -> Iterator[Tag]:
    """The text in one piece, if it is text: with its keyword, packed or not, or as a whole."""
    keyword = _KEYWORD.match(content)
    if keyword:
        text = _decoded(_unpacked(content[keyword.end() :]))
        if text:
            yield _tag(name, keyword[1].decode("ascii"), text)
            return
    text = _decoded(content)
    if text:
        yield _tag(name, "Text", text)


def _unnamed(file: BinaryIO, found: Iterator[tuple[bytes, int, int]], named: frozenset[bytes]) -> Iterator[Tag]:
    for name, begin, end in found:
        if name in named or name.startswith(b"\xa9"):
            continue
        file.seek(begin)
        content = file.read(min(end - begin, _READ))
        content = content[_UUID:] if name == b"uuid" else content
        text = next(filter(None, (_decoded(content[start:]) for start in _LABELS)), None)
        if text:
            yield _tag(name, "Text", text)


def _unpacked(content: bytes) -> bytes:
    """What stands behind the keyword of a text chunk: plain, as in zTXt, or as in iTXt (PNG 3rd edition, 11.3.3)."""
    if content[:2] == b"\0x":
        return _inflated(content[1:])
    if content[:2] in {b"\0\0", b"\1\0"}:
        _, _, rest = content[2:].partition(b"\0")
        _, _, text = rest.partition(b"\0")
        return _inflated(text) if content[0] else text
    return content


def _inflated(packed: bytes) -> bytes:
    with suppress(zlib.error):
        return zlib.decompressobj().decompress(packed, _READ)
    return b""


def _decoded(content: bytes) -> str | None:
    """The content as text, or None where it is none; a character that the limit of reading cut is left out."""
    stripped = content.rstrip(b"\0 \r\n\t")
    if len(stripped) < _LEAST_TEXT or b"\0" in stripped:
        return None
    try:
        text = stripped.decode("utf-8")
    except UnicodeDecodeError as error:
        if len(content) < _READ or error.start < len(stripped) - 4:
            return None
        text = stripped[: error.start].decode("utf-8")
    text = text[:VALUE_LIMIT]
    return text if all(character.isprintable() or character in "\t\r\n" for character in text) else None


def _tag(name: bytes, keyword: str, text: str) -> Tag:
    written = name.decode("ascii", "replace").strip() or "unnamed"
    return Tag(READER, f"Chunk-{written}:{keyword[:1].upper()}{keyword[1:].replace(' ', '_')}", text)
