"""What a JPEG carries besides its picture: further pictures of an MPO, and thumbnails and previews in its segments.

The further pictures (a second eye, a larger preview, a gain map) have bytes of their own, so that marks and credentials
in them are found.
"""

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, BinaryIO

from scanner.drop.kinds import Format
from scanner.media.reading import blocks, bytes_at
from scanner.parts.source import Bounds, PartSource
from scanner.parts.stills import thumbnails
from scanner.parts.stills.likeness import Likeness
from scanner.parts.stills.pictures import picture_in
from scanner.parts.stills.thumbnails import Preview, compared
from scanner.parts.structures.jpeg import Segment, further_pictures, structure

if TYPE_CHECKING:
    from PIL.Image import Image

COVERS: Mapping[str, str] = {
    "jpeg": "the picture; further ones of an MPO; thumbnails and previews that show something else"
}

_EXIF, _XMP, _LONG_XMP = b"Exif\0", b"http://ns.adobe.com/xap/1.0/\0", b"http://ns.adobe.com/xmp/extension/\0"
_PHOTOSHOP, _INDEX = b"Photoshop 3.0\0", b"MPF\0"
_JFXX_KINDS = {0x10: 6, 0x11: 8 + 768, 0x13: 8}  # JPEG; one byte a pixel behind a palette; three bytes a pixel
_GUID_AND_PLACE = 40
_CREDENTIAL, _COMMENT, _FIRST_APPLICATION, _LAST_APPLICATION = 0xEB, 0xFE, 0xE0, 0xEF
_MOST_SPREAD = 1 << 27  # bytes of what is spread over several segments
_LEAST_SEGMENT = 64  # bytes: no picture is smaller


def further(file: BinaryIO, form: Format, bounds: Bounds) -> Iterator[PartSource]:
    """The pictures behind the first one, and the small ones in its segments."""
    del form, bounds
    segments = structure(file, header=True).segments
    pictures = further_pictures(file, segments)
    for number, (start, end) in enumerate(pictures, start=1):
        yield PartSource(
            id=f"frame:{number}",
            where=f"picture {number + 1} of {len(pictures) + 1}",
            shown=False,
            size=end - start,
            read=partial(blocks, file, start, end),
        )
    yield from compared(_previews(file, segments), Likeness(partial(main_grey, file)))


def main_grey(file: BinaryIO, form: str = "JPEG") -> "Image":
    """The file's own picture, of a JPEG decoded at a fraction of its size."""
    with picture_in(file, form) as image:
        image.draft("L", (64, 64))
        image.load()
        return image


def _previews(file: BinaryIO, segments: Sequence[Segment]) -> Iterator[Preview]:
    spread: dict[bytes, list[bytes]] = {_PHOTOSHOP: [], _LONG_XMP: []}
    left = _MOST_SPREAD
    for segment in segments:
        size = segment.end - segment.start
        if not _may_hold_a_picture(segment.marker) or size < _LEAST_SEGMENT:
            continue
        data = bytes_at(file, segment.start, size)
        mark = next((mark for mark in spread if data.startswith(mark)), None)
        if mark is None:
            yield from _in_segment(segment.marker, data)
        elif (left := left - size) >= 0:
            spread[mark].append(data[len(mark) :])
    yield from thumbnails.in_resources(b"".join(spread[_PHOTOSHOP]))
    pieces = sorted(spread[_LONG_XMP], key=lambda piece: piece[36:40])  # behind digest and length, the place
    yield from thumbnails.in_xmp(b"".join(piece[_GUID_AND_PLACE:] for piece in pieces))


def _in_segment(marker: int, data: bytes) -> Iterator[Preview]:
    if data.startswith(_EXIF):
        return thumbnails.in_exif(data[6:])
    if data.startswith(_XMP):
        return thumbnails.in_xmp(data)
    if data.startswith(b"JFXX\0"):
        return _in_jfxx(data)
    if data.startswith(_INDEX):
        return iter(())
    return thumbnails.in_segment(data, f"a picture in segment {_name(marker)}")


def _may_hold_a_picture(marker: int) -> bool:
    return marker == _COMMENT or (_FIRST_APPLICATION <= marker <= _LAST_APPLICATION and marker != _CREDENTIAL)


def _name(marker: int) -> str:
    return "COM" if marker == _COMMENT else f"APP{marker - _FIRST_APPLICATION}"


def _in_jfxx(data: bytes) -> Iterator[Preview]:
    """The thumbnail of a JFIF extension (ITU-T T.871, 10.2)."""
    kind = data[5]
    begin = _JFXX_KINDS.get(kind)
    if begin is None:
        return
    if kind == 0x10:  # noqa: PLR2004 - a JPEG of its own
        yield Preview("thumbnail of JFIF", data[begin:])
        return
    width, height = data[6], data[7]
    depth = 3 if kind == 0x13 else 1  # noqa: PLR2004 - three bytes a pixel
    if width and height and len(data) >= begin + width * height * depth:
        yield Preview("thumbnail of JFIF", draw=partial(_jfxx_picture, data, begin, (width, height), depth))


def _jfxx_picture(data: bytes, begin: int, size: tuple[int, int], depth: int) -> "Image":
    from PIL import Image

    pixels = data[begin : begin + size[0] * size[1] * depth]
    picture = Image.frombytes("RGB" if depth > 1 else "P", size, pixels)
    if depth == 1:
        picture.putpalette(data[8:begin])
    return picture
