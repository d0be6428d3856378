"""Recesses of files that are made of boxes: MP4, MOV, HEIC, AVIF and JPEG 2000.

Sources: ISO/IEC 14496-12; Apple's QuickTime File Format; ISO/IEC 15444-1.
"""

from collections.abc import Iterator
from typing import BinaryIO

from detectors.containers import boxes
from scanner.media.reading import bytes_at, size_of
from scanner.parts.recesses.places import Recess

_HOLDERS = frozenset(b"moov trak mdia minf stbl udta edts dinf mvex meta ilst gmhd".split())
_TABLES = frozenset(
    b"ftyp styp mdat moof mfra sidx ssix mvhd tkhd mdhd hdlr elst stts ctts stsc stsz stz2 stco co64 stss sdtp sbgp "
    b"sgpd subs saiz saio vmhd smhd nmhd trex iloc iinf iref iprp ipco pitm idat jp2c jp2h".split()
) | {b"jP  "}
"""Boxes of which the content is what players play, or numbers about it."""
_CREDENTIAL = bytes.fromhex("d8fec3d61b0e483c92975828877ec481")
_CREDENTIAL_HEAD = 16 + 4  # its name, version and flags; what it is for stands behind
_PLAIN_COVERS = frozenset({13, 14, 27})
"""Types of the data of a cover that ffmpeg takes for one: JPEG, PNG, BMP."""
_DEEPEST = 8
_MOST = 100_000
_FREE = {b"free": "room that is left free", b"skip": "room that is left free", b"wide": "room that is left free"}


def in_boxes(file: BinaryIO) -> Iterator[Recess]:
    """Free room, boxes of single makers, and those that nobody here knows."""
    todo: list[tuple[int, int, tuple[bytes, ...]]] = [(0, size_of(file), ())]
    for _ in range(_MOST):
        if not todo:
            return
        start, end, above = todo.pop()
        inner: list[tuple[int, int, tuple[bytes, ...]]] = []
        for name, begin, stop in boxes(file, start, end):
            if name in _HOLDERS and len(above) < _DEEPEST:
                full = name == b"meta" and bytes_at(file, begin + 4, 4) != b"hdlr"  # QuickTime's has no version
                inner.append((begin + 4 * full, stop, (*above, name)))
            elif name not in _TABLES:
                yield from _recess(file, name, begin, stop, above)
        todo += reversed(inner)


def _recess(file: BinaryIO, name: bytes, start: int, end: int, above: tuple[bytes, ...]) -> Iterator[Recess]:
    if name == b"uuid" and bytes_at(file, start, 16) == _CREDENTIAL:
        purpose = bytes_at(file, start + _CREDENTIAL_HEAD, 64).partition(b"\0")[0]
        store = start + _CREDENTIAL_HEAD + len(purpose) + 1 + 8  # behind the place of its further boxes
        yield Recess("in its credential", file, store, end, is_credential=True)
        return
    if name == b"covr" and above == (b"moov", b"udta", b"meta", b"ilst"):
        for inner, begin, stop in boxes(file, start, end):
            kind = int.from_bytes(bytes_at(file, begin, 4), "big")
            if inner != b"data" or kind not in _PLAIN_COVERS:
                yield Recess("in a cover of a kind that players don't show", file, begin, stop)
        return
    place = " in ".join(map(_word, reversed(above)))
    what = _FREE.get(name) or f"box {_word(name)}"
    yield Recess(f"in {what} in {place}" if place else f"in {what}", file, start, end)


def _word(name: bytes) -> str:
    return "".join(chr(byte) if 0x20 < byte < 0x7F else "_" for byte in name)  # noqa: PLR2004 - what is printed
