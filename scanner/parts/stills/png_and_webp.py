"""What PNG and WebP carry besides their pictures: a default picture that no player shows, and thumbnails in metadata.

The frames of an animation are no parts: who looks at the file looks at them.
"""

import zlib
from collections.abc import Iterator, Mapping
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING, BinaryIO

from detectors.containers import chunks
from scanner.drop.kinds import Format
from scanner.media.reading import bytes_at
from scanner.parts.source import Bounds, ListingCutError, PartSource
from scanner.parts.stills import thumbnails
from scanner.parts.stills.jpeg import main_grey
from scanner.parts.stills.likeness import Likeness
from scanner.parts.stills.pictures import drawn, picture_in
from scanner.parts.stills.thumbnails import Preview, compared
from scanner.parts.structures.png import png_chunks

if TYPE_CHECKING:
    from PIL.Image import Image

COVERS: Mapping[str, str] = {
    "png": "every frame; the default picture of an animation; thumbnails that show something else",
    "webp": "every frame; thumbnails that show something else",
    "gif": "every frame",
}

_MOST_CHUNKS = 1_000_000
_LARGEST_METADATA = 1 << 24
_MOST_METADATA = 64


def in_png(file: BinaryIO, form: Format, bounds: Bounds) -> Iterator[PartSource]:
    """An animation's default picture, and thumbnails."""
    del form, bounds
    metadata: list[tuple[bytes, int, int]] = []
    animated = controlled = False
    hidden = False
    for name, start, size in islice(png_chunks(file), _MOST_CHUNKS):
        animated = animated or name == b"acTL"
        controlled = controlled or name == b"fcTL"
        hidden = hidden or (name == b"IDAT" and animated and not controlled)
        if name in {b"eXIf", b"iTXt"}:
            metadata.append((name, start, size))
    if hidden:
        yield PartSource(
            id="frame:0",
            where="default picture of the animation, which players don't show",
            shown=False,
            draw=partial(_first_frame, file),
            kind="still",
            format="png",
        )
    yield from compared(_png_previews(file, metadata), Likeness(partial(main_grey, file, "PNG")))


def in_webp(file: BinaryIO, form: Format, bounds: Bounds) -> Iterator[PartSource]:
    """Thumbnails."""
    del form, bounds
    yield from compared(_webp_previews(file), Likeness(partial(main_grey, file, "WEBP")))


def _first_frame(file: BinaryIO) -> "Image":
    with picture_in(file, "PNG") as image:
        return drawn(image)


def _png_previews(file: BinaryIO, metadata: list[tuple[bytes, int, int]]) -> Iterator[Preview]:
    for number, (name, start, size) in enumerate(metadata):
        _require_room(number, size)
        data = bytes_at(file, start, size)
        if name == b"eXIf":
            yield from thumbnails.in_exif(data)
        elif data.startswith(b"XML:com.adobe.xmp\0"):
            packed = data[18:19] == b"\x01"
            text = data[20:].split(b"\0", 2)[-1]
            yield from thumbnails.in_xmp(_unpacked(text) if packed else text)


def _unpacked(text: bytes) -> bytes:
    unpacker = zlib.decompressobj()
    try:
        plain = unpacker.decompress(text, _LARGEST_METADATA)
    except zlib.error:
        return b""
    if unpacker.unconsumed_tail:
        raise ListingCutError(f"its XMP data unpack to more than {_LARGEST_METADATA:,} bytes")
    return plain


def _require_room(number: int, size: int) -> None:
    if number >= _MOST_METADATA or size > _LARGEST_METADATA:
        raise ListingCutError("it carries more metadata than anybody writes; not all of them were looked through")


def _webp_previews(file: BinaryIO) -> Iterator[Preview]:
    wanted = (chunk for chunk in islice(chunks(file, "<"), _MOST_CHUNKS) if chunk[0] in {b"EXIF", b"XMP "})
    for number, (name, start, size) in enumerate(wanted):
        _require_room(number, size)
        data = bytes_at(file, start, size)
        if name == b"EXIF":
            yield from thumbnails.in_exif(data.removeprefix(b"Exif\0\0"))
        else:
            yield from thumbnails.in_xmp(data)
