"""Recesses of files that are rows of chunks: PNG, GIF, RIFF and AIFF, Matroska, FLAC, and ID3 tags before MP3.

Sources: PNG (Third Edition); GIF89a; Microsoft's and IBM's Multimedia Programming Interface; RFC 8794 (EBML) and
RFC 9559 (Matroska); RFC 9639 (FLAC); ID3v2.2, 2.3 and 2.4.
"""

import io
import re
from collections.abc import Iterator
from itertools import islice
from typing import BinaryIO

from detectors.containers import chunks
from scanner.media.reading import ByteWindow, bytes_at, size_of
from scanner.parts.ends.containers import EBML_UNSTATED, ebml_number, riff
from scanner.parts.ends.stills import gif_table
from scanner.parts.recesses.places import Recess
from scanner.parts.structures.png import png_chunks

_MOST = 100_000
_OF_PNG = frozenset(
    b"IHDR PLTE IDAT IEND tRNS cHRM gAMA iCCP sBIT sRGB cICP eXIf acTL fcTL fdAT hIST pHYs tIME".split()
)
"""Chunks that are read by those who read PNG, or can hold nothing else."""
_OF_RIFF = frozenset(
    b"VP8L VP8X ALPH ANIM ANMF ICCP EXIF data fact ds64 idx1 SSND COMM RIFF".split()
) | {b"VP8 ", b"XMP ", b"fmt ", b"id3 ", b"ID3 "}  # fmt: skip
_XMP = b"XML:com.adobe.xmp\0"  # read by those who read PNG
_JOINED = 1 << 24
_EXTENSIONS = {0xFE: "a comment", 0xFF: "an application's extension", 0x01: "a text"}
_CREDENTIAL_IN_GIF = b"C2PA_GIF\x01\x00\x00"
_CLUSTER, _CUES, _SEEKS, _ATTACHMENTS = 0x1F43B675, 0x1C53BB6B, 0x114D9B74, 0x1941A469
_EBML, _SEGMENT, _VOID = 0x1A45DFA3, 0x18538067, 0xEC
_COVERS = frozenset({b"APIC", b"PIC"})
_STORE_IN_FRAME = re.compile(rb"[\x00-\x03]application/(?:x-)?c2pa[^\x00]*\x00.{0,256}?(?=....jumb)", re.DOTALL)


def in_png(file: BinaryIO) -> Iterator[Recess]:
    """Text, and chunks that nobody here knows."""
    size = size_of(file)
    for name, start, length in islice(png_chunks(file), _MOST):
        if name not in _OF_PNG and not (name == b"iTXt" and bytes_at(file, start, len(_XMP)) == _XMP):
            end = min(size, start + length)
            yield Recess(f"in chunk {_word(name)}", file, start, end, is_credential=name == b"caBX")


def in_riff(file: BinaryIO) -> Iterator[Recess]:
    """Chunks besides those of pictures and sound, up to its end: what stands behind that is a part by itself."""
    size = size_of(file)
    ended = max((end for _, end in riff(file, size)), default=size)
    order = ">" if bytes_at(file, 0, 4) in {b"RIFX", b"FORM"} else "<"
    for name, start, length in chunks(file, order):
        if start >= min(size, ended):
            return
        if name not in _OF_RIFF and not (name == b"LIST" and bytes_at(file, start, 4) == b"movi"):
            end = min(size, start + length)
            yield Recess(f"in chunk {_word(name)}", file, start, end, is_credential=name == b"C2PA")


def in_gif(file: BinaryIO) -> Iterator[Recess]:
    """Comments and what applications left, without the lengths that stand between their blocks."""
    window = ByteWindow(file)
    place = 13 + gif_table(window.byte(10))
    while (mark := window.byte(place)) is not None:
        if mark == 0x21 and (what := _EXTENSIONS.get(window.byte(place + 1) or 0)):  # noqa: PLR2004 - an extension
            start, place = place + 2, window.behind_blocks(place + 2)
            joined = window.joined(start, _JOINED)
            credential = joined.startswith(_CREDENTIAL_IN_GIF)
            begin = len(_CREDENTIAL_IN_GIF) if credential else 0
            yield Recess(f"in {what}", io.BytesIO(joined), begin, len(joined), is_credential=credential)
            if joined.startswith(b"XMP DataXMP"):  # written as it is, so that its letters are taken for lengths
                yield Recess("in the XMP extension", file, start, place)
        elif mark == 0x21:  # noqa: PLR2004 - the same
            place = window.behind_blocks(place + 2)
        elif mark == 0x2C:  # noqa: PLR2004 - a picture
            place = window.behind_blocks(place + 11 + gif_table(window.byte(place + 9)))
        elif mark == 0:
            place += 1
        else:
            return


def in_matroska(file: BinaryIO) -> Iterator[Recess]:
    """Room that is left free, and elements of the first level besides pictures, sound and their index."""
    size, place = size_of(file), 0
    for _ in range(_MOST):
        ident, width = ebml_number(file, place, keep_marker=True)
        length, more = ebml_number(file, place + width, keep_marker=False)
        if not width or not more:
            return
        start = place + width + more
        if ident == _SEGMENT:
            place = start
            continue
        if length == EBML_UNSTATED:  # a cluster that was streamed
            return
        end = min(size, start + length)
        if ident not in {_CLUSTER, _CUES, _SEEKS, _ATTACHMENTS, _EBML}:
            name = "room that is left free" if ident == _VOID else f"element {ident:X}"
            yield Recess(f"in {name}", file, start, end)
        place = start + length


def in_flac(file: BinaryIO) -> Iterator[Recess]:
    """Blocks of metadata besides its facts and covers."""
    place = 4
    for _ in range(_MOST):
        head = bytes_at(file, place, 4)
        if len(head) < 4:  # noqa: PLR2004 - last, type and size
            return
        size = int.from_bytes(head[1:], "big")
        if head[0] & 0x7F not in {0, 3, 6}:
            yield Recess(f"in block of metadata {head[0] & 0x7F}", file, place + 4, place + 4 + size)
        place += 4 + size
        if head[0] & 0x80:
            return


def in_id3(file: BinaryIO) -> Iterator[Recess]:
    """Frames of a tag besides covers, and what stands behind the last of them."""
    head = bytes_at(file, 0, 10)
    if head[:3] != b"ID3" or len(head) < 10:  # noqa: PLR2004 - its header
        return
    version, end = head[3], 10 + _synchsafe(head[6:10])
    letters, width = (3, 6) if version == 2 else (4, 10)  # noqa: PLR2004 - ID3v2.2
    place = 10
    if head[5] & 0x40:  # a further header
        stated = bytes_at(file, 10, 4)
        place += _synchsafe(stated) if version > 3 else 4 + int.from_bytes(stated, "big")  # noqa: PLR2004 - ID3v2.4
    for _ in range(_MOST):
        frame = bytes_at(file, place, width)
        name = frame[:letters]
        if place + width > end or not name.isalnum():
            break
        size = _synchsafe(frame[4:8]) if version > 3 else int.from_bytes(frame[letters : letters + letters], "big")  # noqa: PLR2004 - ID3v2.4
        if name not in _COVERS:
            yield _in_frame(file, name, place + width, min(end, place + width + size))
        place += width + size
    yield Recess("in the room behind its tags", file, min(place, end), end)


def _in_frame(file: BinaryIO, name: bytes, start: int, end: int) -> Recess:
    """A frame; where it is an object that says it is a manifest store, what stands behind the words about it."""
    if name == b"GEOB":
        store = _STORE_IN_FRAME.match(bytes_at(file, start, 1 << 10))
        if store:
            return Recess("in its credential", file, start + store.end(), end, is_credential=True)
    return Recess(f"in frame {_word(name)}", file, start, end)


def _synchsafe(data: bytes) -> int:
    return sum((byte & 0x7F) << shift for byte, shift in zip(data, (21, 14, 7, 0), strict=False))


def _word(name: bytes) -> str:
    return "".join(chr(byte) if 0x20 < byte < 0x7F else "_" for byte in name)  # noqa: PLR2004 - what is printed
