"""Finds a manifest store where no reader looks: behind the picture's end, in a piece that was renamed, beside another.

A store is a JUMBF superbox, known by its own bytes wherever it lies (ISO/IEC 19566-5): one changed byte of the chunk,
box or segment around it hides it from a reader, and from nobody else. A file of up to 16 MB is searched whole. Of a
larger one what isn't picture or sound is: the boxes of a movie but for `mdat`, the chunks of a RIFF but for its data,
of anything the first and the last 4 MB.
"""

import base64
import mmap
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from detectors.containers import boxes, chunks
from detectors.source_types import NATURES, Nature

_WHOLE = 16 << 20
_END = 4 << 20
_LARGEST_STORE = 64 << 20
_PIECE = 16 << 20
_SUPERBOX = re.compile(rb"jumb....jumd", re.DOTALL)
_TYPES = b"\x00\x11\x00\x10\x80\x00\x00\xaa\x00\x38\x9b\x71"
"""How the type of every box of a store ends: where it stands nowhere, there is none, and a search for it is cheap."""
_STORE = re.compile(rb"jumb....jumdc2pa\x00\x11\x00\x10\x80\x00\x00\xaa\x00\x38\x9b\x71", re.DOTALL)
"""A store's own superbox, which no manifest inside it repeats."""
_PURPOSES = (b"original\0", b"update\0")
"""What a movie calls stores that belong to the one it is known by (C2PA specification 2.2, A.4)."""
_C2PA = b"c2pa"
_NEAR = 4096
_SEGMENT = re.compile(rb"\xff\xeb(..)JP(..)....(....)\Z", re.DOTALL)
"""The head of an APP11 segment, up to the superbox in it (ISO/IEC 19566-5, D.2)."""
_SEGMENT_HEAD = 12
_BOX_HEAD = 8
_JPEG = b"\xff\xd8\xff"
_IN_BASE64 = re.compile(rb"[A-Za-z0-9+/]{64,}={0,2}")
_SAID = re.compile(rb"digitalsourcetype/([A-Za-z]{4,60})")
_ARCHIVES = (b"PK\x03\x04", b"\x1f\x8b", b"7z\xbc\xaf", b"Rar!", b"BZh", b"\xfd7zXZ")


@dataclass(frozen=True, slots=True)
class FoundStore:
    """A store as it was found: in what part of the file, at which byte, and its own bytes as far as they go."""

    where: str
    begin: int
    content: bytes

    @property
    def source_types(self) -> list[str]:
        """The source types of generative AI that can still be read in its bytes, each once."""
        codes = (code.decode("ascii") for code in _SAID.findall(self.content))
        return list(dict.fromkeys(code for code in codes if NATURES.get(code) in {Nature.GENERATED, Nature.EDITED}))


def stores(path: Path) -> list[FoundStore]:
    """The stores in a file that aren't those of another file inside it, in the order of their places.

    A file that is nothing but a store is a sidecar. Files inside, such as a signed picture in a document, are looked at
    as parts, and an archive has nothing but those.

    Raises:
        OSError: the file can't be opened.
    """
    with path.open("rb") as file:
        size = os.fstat(file.fileno()).st_size
        if not size or file.read(8).startswith(_ARCHIVES):
            return []
        with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
            found = [
                FoundStore(_place(content, begin), begin, _bytes_at(content, begin))
                for start, end in _searched(path, size)
                for begin in _begins(content, start, end)
            ]
            return found or list(_in_text(content, size))


def _searched(path: Path, size: int) -> Iterator[tuple[int, int]]:
    """The stretches of a file that are searched."""
    if size <= _WHOLE:
        yield 0, size
        return
    with path.open("rb") as file:
        head = file.read(16)
        pieces: list[tuple[int, int]] = []
        if head[4:8] in {b"ftyp", b"moov", b"wide", b"free", b"skip", b"uuid", b"styp"}:
            pieces = [(begin - 16, end) for name, begin, end in boxes(file, 0, size) if name != b"mdat"]
        elif head[:4] in {b"RIFF", b"RF64", b"BW64"}:
            listed = ((name, begin - 8, begin + length) for name, begin, length in chunks(file))
            pieces = [(start, end) for name, start, end in listed if name not in {b"data", b"LIST"}]
    pieces += [(0, _END), (size - _END, size)]
    reached = 0
    for start, end in sorted((max(0, start), min(size, end, max(0, start) + _PIECE)) for start, end in pieces):
        if end > max(start, reached):
            yield max(start, reached), end
            reached = end


def _begins(content: mmap.mmap, start: int, end: int) -> Iterator[int]:
    """Where stores begin in a stretch: their own superboxes, or what is left of one whose own head is damaged."""
    if content.find(_TYPES, start, end) < 0:
        return
    begins = [match.start() - 4 for match in _STORE.finditer(content, start, end)]
    if not begins:
        loose = (match.start() - 4 for match in _SUPERBOX.finditer(content, start, end))
        begins = [next((at for at in loose if at >= 0 and _C2PA in content[at : at + _NEAR]), -1)]
    for begin in begins:
        if begin > 0 and not _of_a_file_inside(content, begin) and not _in_purpose(content, begin):
            yield begin


def _in_purpose(content: mmap.mmap, begin: int) -> bool:
    return any(purpose in content[max(0, begin - 32) : begin] for purpose in _PURPOSES)


def _of_a_file_inside(content: mmap.mmap, begin: int) -> bool:
    """Whether the store lies in a JPEG that begins behind this file's own beginning: that one is a part of its own."""
    if not _SEGMENT.search(content[max(0, begin - _SEGMENT_HEAD) : begin + 4]):
        return False
    own = content.find(_JPEG, 0, 3) == 0
    last = content.rfind(_JPEG, 0, begin)
    ended = content.rfind(b"\xff\xd9", 0, begin) if own else -1
    return last > 0 and (not own or last > ended >= 0)


def _bytes_at(content: mmap.mmap, begin: int) -> bytes:
    """The bytes of a store: of one that is cut into segments of a JPEG put together, else as many as it states."""
    size = int.from_bytes(content[begin : begin + 4], "big")
    in_segment = _SEGMENT.search(content[max(0, begin - _SEGMENT_HEAD) : begin + 4])
    if not in_segment:
        size = size if _BOX_HEAD < size <= _LARGEST_STORE else _LARGEST_STORE
        return content[begin : begin + size]
    number, here = in_segment[2], begin - _SEGMENT_HEAD
    pieces = [content[begin : begin + _BOX_HEAD]]
    while content[here : here + 2] == b"\xff\xeb" and content[here + 4 : here + 8] == b"JP" + number:
        length = int.from_bytes(content[here + 2 : here + 4], "big")
        pieces.append(content[here + _SEGMENT_HEAD + _BOX_HEAD : here + 2 + length])
        here += 2 + length
    return b"".join(pieces)[:_LARGEST_STORE]


def _place(content: mmap.mmap, begin: int) -> str:
    """Where in the file a store lies, in words."""
    at = f"at byte {begin:,}"
    if content[:3] == _JPEG:
        data = _start_of_data(content, begin)
        if data is None:
            return f"in front of the picture's data, {at}"
        ended = content.find(b"\xff\xd9", data, begin) >= 0
        return f"{'behind the end of the picture' if ended else 'among the data of the picture'}, {at}"
    if content[:4] == b"\x89PNG":
        if content.find(b"IEND\xae\x42\x60\x82", 0, begin) >= 0:
            return f"behind the end of the picture, {at}"
        return f"in a chunk called {content[max(0, begin - 4) : begin].decode('latin-1')!r}, {at}"
    return at


def _start_of_data(content: mmap.mmap, before: int) -> int | None:
    """Where the scan of a JPEG begins, None where that isn't before a byte (ISO/IEC 10918-1, B.1.1)."""
    here = 2
    while here + 4 <= before and content[here] == 0xFF:  # noqa: PLR2004 - a marker
        if content[here + 1] == 0xDA:  # noqa: PLR2004 - the start of a scan
            return here
        here += 2 + int.from_bytes(content[here + 2 : here + 4], "big")
    return None


def _in_text(content: mmap.mmap, size: int) -> Iterator[FoundStore]:
    """A store that is written as base64, as SVG holds it (C2PA specification 2.2, A.5)."""
    if b"<" not in content[:256] or size > _WHOLE:
        return
    for text in _IN_BASE64.finditer(content):
        packed = re.sub(rb"\s", b"", text[0])
        store = base64.b64decode(packed[: len(packed) // 4 * 4], validate=False)
        if _SUPERBOX.match(store, 4):
            yield FoundStore(f"as text, at byte {text.start():,}", text.start(), store)
