"""Small pictures that a file carries beside its picture: harmless where they show it, parts where they don't.

Where such a picture lies is the business of those who read the format; here it is compared, and told. The sources of
thumbnails that many formats share are read here too: EXIF, Photoshop's resources, and XMP.
"""

import base64
import io
import re
import struct
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, BinaryIO

from scanner.media.errors import MediaError
from scanner.media.pixels.directories import Directory, Layout, Walk, directories
from scanner.parts.ends.accounts import unaccounted
from scanner.parts.source import ListingCutError, PartSource
from scanner.parts.starts import behind_padding, starts_in
from scanner.parts.stills.likeness import Likeness
from scanner.parts.stills.pictures import drawn, picture_in
from scanner.parts.structures.jpeg import structure

if TYPE_CHECKING:
    from PIL.Image import Image

HARMLESS = "a thumbnail that shows its picture"

_SIGNATURES = {
    b"\xff\xd8\xff": ("jpeg", "JPEG"),
    b"\x89PNG": ("png", "PNG"),
    b"GIF8": ("gif", "GIF"),
    b"RIFF": ("webp", "WEBP"),
}
_JPEG_START, _JPEG_LENGTH = 513, 514
LARGEST = 1 << 20
"""Bytes of a thumbnail; what is larger is looked at as a picture."""
_MOST_IN_SEGMENT = 64
_MOST_COMPARED = 32
_RESOURCE = b"8BIM"
_THUMBNAILS = frozenset({1033, 1036})
_RESOURCE_HEADER = 28  # before a thumbnail's JPEG
_XMP_PICTURE = re.compile(rb"[>\"']\s*((?:/9j/|iVBORw0KGgo)(?:[A-Za-z0-9+/=\s]++|&#x?[0-9A-Fa-f]{1,6};)++)")
_XMP_SPACE = re.compile(rb"\s+|&#x?[0-9A-Fa-f]{1,6};")


@dataclass(frozen=True, slots=True)
class Preview:
    """A small picture: where it was, its bytes, or how it is drawn where it has none of its own."""

    where: str
    data: bytes = b""
    draw: "Callable[[], Image] | None" = None


def compared(previews: Iterable[Preview], likeness: Likeness) -> Iterator[PartSource]:
    """The previews as parts, in their order: `thumbnail:0` and so on."""
    seen: set[bytes] = set()
    number = 0
    for preview in previews:
        digest = sha256(preview.data).digest()
        if preview.data and digest in seen:
            continue
        seen.add(digest)
        yield _source(number, preview, likeness if number < _MOST_COMPARED else None)
        number += 1


def _source(number: int, preview: Preview, likeness: Likeness | None) -> PartSource:
    data, draw = preview.data, preview.draw
    form = next((form for mark, form in _SIGNATURES.items() if data.startswith(mark)), ("", ""))
    return PartSource(
        id=f"thumbnail:{number}",
        where=preview.where,
        shown=False,
        size=len(data) or None,
        read=(lambda: [data]) if data else None,
        draw=draw,
        kind="still",
        format=form[0],
        harmless=HARMLESS if likeness and is_thumbnail(preview, likeness) else "",
    )


def is_thumbnail(preview: Preview, likeness: Likeness) -> bool:
    """Whether a small picture shows what the file shows, and is nothing more than that."""
    data = preview.data
    if len(data) > LARGEST:
        return False
    form = next((form for mark, form in _SIGNATURES.items() if data.startswith(mark)), None)
    try:
        if preview.draw is not None:
            return likeness.shows(preview.draw())
        if form is None or _has_more(io.BytesIO(data), form[0]):
            return False
        with picture_in(io.BytesIO(data), form[1]) as image:
            image.draft("L", (64, 64))
            return likeness.shows(image)
    except (MediaError, ValueError, OSError):
        return False


def _has_more(file: BinaryIO, form: str) -> bool:
    """Whether something stands behind the end of a picture."""
    return any(behind_padding(file, start, end) < end for start, end in unaccounted(file, form))


def in_exif(data: bytes, where: str = "in the EXIF data") -> Iterator[Preview]:
    """The thumbnails in EXIF data, which begin as a TIFF does; and what else lies there as a JPEG does."""
    layout = Layout.of(data[:16])
    if layout is None:
        return
    file = io.BytesIO(data)
    known: list[tuple[int, int]] = []
    for directory in directories(file, layout, Walk(), most=64):
        if directory.path == (0,):
            continue
        jpeg = embedded_jpeg(file, directory)
        if jpeg is not None:
            known.append(jpeg)
            yield Preview(f"thumbnail {where}", data[slice(*jpeg)])
        elif 273 in directory.entries:  # noqa: PLR2004 - strips of pixels
            yield Preview(f"thumbnail {where}", draw=_drawing(data, layout, directory.offset))
    yield from in_segment(data, f"a picture {where}", known)


def in_segment(data: bytes, where: str, known: Iterable[tuple[int, int]] = ()) -> Iterator[Preview]:
    """What lies among some bytes of metadata and begins as known formats do, but for the stretches that are `known`."""
    covered = list(known)
    for start in starts_in(data):
        if any(begin <= start < end for begin, end in covered):
            continue
        if len(covered) >= _MOST_IN_SEGMENT:
            raise ListingCutError(f"more than {_MOST_IN_SEGMENT} pictures in one segment of metadata")
        end = len(data)
        if data.startswith(b"\xff\xd8", start):
            end = structure(io.BytesIO(data), start).end
        covered.append((start, end))
        yield Preview(where, data[start:end])


def embedded_jpeg(file: BinaryIO, directory: Directory) -> tuple[int, int] | None:
    """Where the JPEG lies that a directory of EXIF, or of a raw file, points at."""
    start, length = (directory.number(file, tag) for tag in (_JPEG_START, _JPEG_LENGTH))
    return (start, start + length) if start and length else None


def in_resources(data: bytes) -> Iterator[Preview]:
    """The thumbnails among Photoshop's image resources (Adobe, "Photoshop File Formats Specification")."""
    for number, content in resources(data):
        if number in _THUMBNAILS and len(content) > _RESOURCE_HEADER:
            yield Preview("thumbnail in Photoshop's resources", content[_RESOURCE_HEADER:])
        elif number == 1060:  # noqa: PLR2004 - XMP
            yield from in_xmp(content)


def resources(data: bytes) -> Iterator[tuple[int, bytes]]:
    """The image resources, number and content each."""
    place = 0
    while data[place : place + 4] == _RESOURCE and place + 12 <= len(data):
        (number,) = struct.unpack_from(">H", data, place + 4)
        place += 6 + (data[place + 6] + 2 & ~1)
        if place + 4 > len(data):
            return
        (length,) = struct.unpack_from(">I", data, place)
        yield number, data[place + 4 : place + 4 + length]
        place += 4 + (length + 1 & ~1)


def in_xmp(packet: bytes) -> Iterator[Preview]:
    """The pictures that an XMP packet carries in base64, such as `xmpGImg:image`."""
    for found in _XMP_PICTURE.finditer(packet):
        text = _XMP_SPACE.sub(b"", found[1])
        try:
            yield Preview("picture in the XMP data", base64.b64decode(text[: len(text) & ~3]))
        except ValueError:
            continue


def _drawing(data: bytes, layout: Layout, offset: int) -> "Callable[[], Image]":
    """How the picture of one directory is drawn, of data that are in memory."""

    def draw() -> "Image":
        width = 8 if layout.wide else 4
        moved = data[:width] + offset.to_bytes(width, layout.order) + data[2 * width :]
        with picture_in(io.BytesIO(moved), "TIFF") as image:
            return drawn(image)

    return draw
