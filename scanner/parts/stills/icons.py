"""The pictures of an ICO file: each may be another one.

Viewers differ in which they show, and so all are listed. The largest is held for the picture that the file is about;
one that shows the same is harmless.
"""

import struct
from collections.abc import Iterator, Mapping
from functools import partial
from typing import TYPE_CHECKING, BinaryIO

from scanner.drop.kinds import Format
from scanner.media.reading import blocks, bytes_at, size_of
from scanner.parts.source import Bounds, PartSource
from scanner.parts.stills.likeness import Likeness
from scanner.parts.stills.pictures import drawn, picture_in

if TYPE_CHECKING:
    from PIL.Image import Image

COVERS: Mapping[str, str] = {"ico": "every size that shows something else than the largest one"}

_ENTRY = 16
_MOST_COMPARED = 32
_LARGEST = 1 << 26
_PNG = b"\x89PNG\r\n\x1a\n"


def sizes(file: BinaryIO, form: Format, bounds: Bounds) -> Iterator[PartSource]:
    """All pictures, in the order of the file."""
    del form, bounds
    count = int.from_bytes(bytes_at(file, 4, 2), "little")
    table = bytes_at(file, 6, count * _ENTRY)
    entries = [struct.unpack_from("<BBxxHHII", table, place) for place in range(0, len(table) - _ENTRY + 1, _ENTRY)]
    largest = max(range(len(entries)), key=lambda number: (entries[number][0] or 256, entries[number][4]), default=0)
    likeness = Likeness(partial(_draw, file, entries[largest])) if entries else None
    for number, entry in enumerate(entries):
        width, height, _, _, size, place = entry
        is_png = bytes_at(file, place, 8) == _PNG
        yield PartSource(
            id=f"icon:{number}",
            where=f"icon {number + 1} of {len(entries)} ({width or 256} x {height or 256})",
            size=size,
            read=partial(blocks, file, place, min(size_of(file), place + size)) if is_png else None,
            draw=None if is_png else partial(_draw, file, entry),
            kind="still",
            format="png" if is_png else "ico",
            harmless=_harmless(file, entry, likeness if number < _MOST_COMPARED else None) if number != largest else "",
        )


def _harmless(file: BinaryIO, entry: tuple[int, ...], likeness: Likeness | None) -> str:
    try:
        shows = likeness is not None and likeness.shows(_draw(file, entry))
    except Exception:  # noqa: BLE001 - then it is told as a part, and why it can't be drawn
        return ""
    return "a size of the same picture" if shows else ""


def _draw(file: BinaryIO, entry: tuple[int, ...]) -> "Image":
    """One picture, out of a file that holds nothing else."""
    import io

    width, height, planes, bits, size, place = entry
    data = bytes_at(file, place, min(size, _LARGEST))
    header = struct.pack("<HHHBBxxHHII", 0, 1, 1, width, height, planes, bits, len(data), 6 + _ENTRY)
    with picture_in(io.BytesIO(header + data), "ICO") as image:
        return drawn(image)
