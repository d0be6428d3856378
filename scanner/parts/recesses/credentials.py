"""What a C2PA credential keeps: thumbnails of the picture that it is about and of its ingredients, icons, and more.

A thumbnail that shows the picture is harmless. One of an ingredient shows what the picture was made from; where that is
something else it is looked at like every small picture that shows something else: what is known again in it was
delivered with the file. That a file has a credential with ingredients is therefore no reason for a review by itself.

Sources: C2PA Technical Specification 2.1, A.3 (embedding); ISO/IEC 19566-5 (JUMBF).
"""

import io
from collections.abc import Iterator
from typing import BinaryIO

from detectors.containers import boxes
from scanner.media.pixels.directories import Layout, Walk, directories
from scanner.media.reading import bytes_at
from scanner.parts.recesses.places import Recess
from scanner.parts.structures.jpeg import structure

_LARGEST = 1 << 26
_DEEPEST = 16
_DESCRIPTION = 17  # type and flags, before the label
_TIFF_FIELD = 52545
_WORDS = {
    "thumbnail.claim": "thumbnail of the picture in its credential",
    "thumbnail.ingredient": "thumbnail of an ingredient in its credential",
    "icon": "icon in its credential",
}


def kept(store: Recess) -> Iterator[Recess]:
    """What lies in a manifest store, each of its innermost boxes."""
    data = bytes_at(store.file, store.start, min(store.end - store.start, _LARGEST))
    file = io.BytesIO(data)
    todo: list[tuple[int, int, str, int]] = [(0, len(data), "", 0)]
    while todo:
        start, end, label, depth = todo.pop()
        for kind, begin, stop in boxes(file, start, end):
            if kind == b"jumb" and depth < _DEEPEST:
                todo.append((begin, stop, f"{label}/{_label(file, begin, stop)}", depth + 1))
            elif kind not in {b"jumd", b"bfdb"}:
                word = next((words for part, words in _WORDS.items() if part in label), "")
                why_not = "a manifest that is packed, which nothing here unpacks" if kind == b"brob" else ""
                yield Recess(word if word and kind == b"bidb" else "in its credential", file, begin, stop, why_not)


def _label(file: BinaryIO, start: int, end: int) -> str:
    first = next(boxes(file, start, end), None)
    if first is None or first[0] != b"jumd":
        return ""
    return bytes_at(file, first[1] + _DESCRIPTION, 256).partition(b"\0")[0].decode("latin-1")


def in_jpeg(file: BinaryIO) -> Iterator[Recess]:
    """The stores in segments APP11, pieces in the order of their numbers; and what other segments APP11 hold."""
    pieces: dict[bytes, list[tuple[int, bytes]]] = {}
    left = _LARGEST
    for segment in structure(file, header=True).segments:
        if segment.marker != 0xEB or left < 0:  # noqa: PLR2004 - APP11
            continue
        data = bytes_at(file, segment.start, segment.end - segment.start)
        left -= len(data)
        if data[:2] == b"JP" and len(data) >= 16:  # noqa: PLR2004 - its mark, numbers and the head of a box
            pieces.setdefault(data[2:4], []).append((int.from_bytes(data[4:8], "big"), data[8:]))
        else:
            yield Recess("in segment APP11", file, segment.start, segment.end)
    for numbered in pieces.values():
        ordered = [data for _, data in sorted(numbered, key=lambda piece: piece[0])]
        head = 16 if ordered[0][:4] == b"\0\0\0\1" else 8  # of the box, before each of its pieces
        whole = ordered[0] + b"".join(data[head:] for data in ordered[1:])
        yield Recess("in its credential", io.BytesIO(whole), 0, len(whole), is_credential=True)


def in_tiff(file: BinaryIO) -> Iterator[Recess]:
    """The store in a field of a TIFF's first directories."""
    layout = Layout.of(bytes_at(file, 0, 16))
    for directory in directories(file, layout, Walk(), most=64) if layout else ():
        if entry := directory.entries.get(_TIFF_FIELD):
            yield Recess("in its credential", file, entry.place, entry.place + entry.count, is_credential=True)
