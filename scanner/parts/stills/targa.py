"""The postage stamp of a TGA file: a small picture, which is to show the large one."""

import io
import struct
from collections.abc import Iterator, Mapping
from functools import partial
from typing import TYPE_CHECKING, BinaryIO

from scanner.drop.kinds import Format
from scanner.media.reading import bytes_at
from scanner.parts.source import Bounds, PartSource
from scanner.parts.stills.jpeg import main_grey
from scanner.parts.stills.likeness import Likeness
from scanner.parts.stills.pictures import drawn, picture_in
from scanner.parts.stills.thumbnails import Preview, compared
from scanner.parts.structures.targa import RUNS, Targa

if TYPE_CHECKING:
    from PIL.Image import Image

COVERS: Mapping[str, str] = {"tga": "the picture; a postage stamp that shows something else"}


def stamp(file: BinaryIO, form: Format, bounds: Bounds) -> Iterator[PartSource]:
    """The postage stamp, as a thumbnail."""
    del form, bounds
    targa = Targa.of(file)
    place = targa.stamp(file) if targa else None
    if targa and place:
        preview = Preview("postage stamp", draw=partial(_drawn, file, targa, place))
        yield from compared([preview], Likeness(partial(main_grey, file, "TGA")))


def _drawn(file: BinaryIO, targa: Targa, place: tuple[int, int, int]) -> "Image":
    """The stamp as a file of its own, never packed."""
    start, width, height = place
    head = bytearray(targa.head)
    head[0], head[2] = 0, targa.kind % RUNS
    struct.pack_into("<HHHH", head, 8, 0, 0, width, height)
    pixels = bytes_at(file, start, width * height * targa.pixel_bytes)
    with picture_in(io.BytesIO(bytes(head) + targa.palette + pixels), "TGA") as image:
        return drawn(image)
