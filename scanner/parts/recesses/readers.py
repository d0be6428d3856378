"""In which formats recesses are searched, and where they are."""

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import BinaryIO, TypeAlias

from scanner.drop.kinds import Format
from scanner.parts.recesses import boxes, chunks, credentials, headers
from scanner.parts.recesses.places import Recess
from scanner.parts.recesses.search import found_in
from scanner.parts.source import Bounds, PartReader, PartSource
from scanner.parts.stills.jpeg import main_grey
from scanner.parts.stills.likeness import Likeness

_Places: TypeAlias = Callable[[BinaryIO], Iterator[Recess]]

_PLACES: Mapping[str, tuple[_Places, str]] = {
    "jpeg": (credentials.in_jpeg, "its credential and APP11"),
    "tiff": (credentials.in_tiff, "its credential"),
    "png": (chunks.in_png, "text, private and unknown chunks, its credential"),
    "gif": (chunks.in_gif, "comments, extensions of applications, its credential"),
    **dict.fromkeys(("webp", "wav", "rf64", "avi", "aiff"), (chunks.in_riff, "unknown chunks, its credential")),
    **dict.fromkeys(("mkv", "webm"), (chunks.in_matroska, "free room, tags, unknown elements")),
    **dict.fromkeys(("mp3", "mp2", "aac"), (chunks.in_id3, "the tag before it, its credential")),
    "flac": (chunks.in_flac, "blocks of metadata"),
    **dict.fromkeys(
        ("mp4", "mov", "m4a", "heic", "avif", "jp2"),
        (boxes.in_boxes, "free room, unknown boxes and those of makers, its credential"),
    ),
    "dpx": (headers.in_dpx, "the area for users"),
    "bmp": (headers.in_bmp, "the room before its pixels"),
    "tga": (headers.in_tga, "the area for developers"),
}
_PICTURES = {
    "jpeg": "JPEG",
    "png": "PNG",
    "webp": "WEBP",
    "gif": "GIF",
    "tiff": "TIFF",
    "jp2": "JPEG2000",
    "avif": "AVIF",
    "bmp": "BMP",
    "tga": "TGA",
}
"""Pillow's words for the formats in which a small picture is held against that of the file."""

COVERS: Mapping[str, str] = {form: words for form, (_, words) in _PLACES.items()}
"""Where in each format what begins with a known signature is a part."""


def recesses(file: BinaryIO, form: Format, bounds: Bounds) -> Iterator[PartSource]:
    """What begins in the recesses of a file.

    Raises:
        ListingCutError: there is more of them than is looked through.
    """
    del bounds
    places, _ = _PLACES[form.name]
    word = _PICTURES.get(form.name)
    likeness = Likeness(partial(main_grey, file, word)) if word else None
    yield from found_in(places(file), likeness)


READERS: Mapping[str, tuple[PartReader, ...]] = dict.fromkeys(_PLACES, (recesses,))
"""Who looks into the recesses of each format."""
