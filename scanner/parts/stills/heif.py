"""Pictures of a HEIC or AVIF file besides its primary one: further and hidden items, depth and gain maps, thumbnails.

Each is decoded as if it were the primary item. Tiles of a grid are no parts. The frames of an AVIF sequence are looked
at with the file; films inside are told.
"""

import io
from collections.abc import Iterator, Mapping
from functools import partial
from typing import TYPE_CHECKING, BinaryIO

from scanner.drop.kinds import Format
from scanner.media.errors import UnsupportedMediaError
from scanner.media.pixels.limits import require_size
from scanner.media.reading import bytes_at, size_of
from scanner.parts.source import Bounds, ListingCutError, PartSource
from scanner.parts.stills.heif_items import HeifItem, HeifItems, as_primary, items_of
from scanner.parts.stills.likeness import Likeness
from scanner.parts.stills.pictures import drawn, picture_in
from scanner.parts.stills.thumbnails import HARMLESS

if TYPE_CHECKING:
    from PIL.Image import Image

COVERS: Mapping[str, str] = {
    "heic": "every item that is a picture, hidden ones, depth and gain maps too; thumbnails that show something else; "
    "told: films inside it, items of a kind that nothing here decodes",
    "avif": "every item that is a picture, hidden ones too; every frame; told: items of a kind that nothing here "
    "decodes",
}

_READERS = {"heic": "HEIF", "avif": "AVIF"}
_LARGEST_FILE = 1 << 28
_MOST_DRAWN = 64  # each costs a walk through all items
_MOST_COMPARED = 2_000_000
"""Pixels of a picture that is decoded only to be held against its thumbnail: 12 million take 0.2 s, and looking at the
thumbnail as a part takes a tenth of that."""
_DECODED = {"heic": frozenset({"hvc1", "grid", "iden", "iovl"}), "avif": frozenset({"av01", "grid"})}


def items(file: BinaryIO, form: Format, bounds: Bounds) -> Iterator[PartSource]:
    """The pictures besides the primary one, in the order of their numbers; then films."""
    del bounds
    found = items_of(file)
    pictures = sorted(found.pictures(), key=lambda item: item.id)
    size = size_of(file)
    data = bytes_at(file, 0, size) if pictures and size <= _LARGEST_FILE else b""
    likeness = Likeness(partial(_draw, data, form.name))
    for number, item in enumerate(pictures):
        yield _source(data, form.name, found, item, likeness, drawable=number < _MOST_DRAWN)
    if found.tracks and form.name == "heic":
        yield PartSource(
            id="track:0",
            where="moving pictures beside the stills",
            shown=False,
            kind="video",
            format=form.name,
            why_not="films inside a HEIC file are not opened",
        )
    if found.stated > len(found.items):
        raise ListingCutError(f"{found.stated:,} items are stated, and {len(found.items):,} of them can be read")


def _source(
    data: bytes, form: str, found: HeifItems, item: HeifItem, likeness: Likeness, *, drawable: bool
) -> PartSource:
    draw = partial(_draw_item, data, form, found, item)
    why_not = "" if drawable else f"more than {_MOST_DRAWN} pictures of a file are not decoded"
    why_not = why_not or ("" if data else "the file is too large for its further pictures to be decoded")
    why_not = why_not or ("" if item.type in _DECODED[form] else f"nothing here decodes items of type {item.type}")
    harmless = ""
    width, height = found.items[found.primary].size if found.primary in found.items else (0, 0)
    compared = item.thumbnail_of == found.primary and width * height <= _MOST_COMPARED
    if compared and not why_not and _shows(likeness, draw):
        harmless = HARMLESS
    return PartSource(
        id=f"item:{item.id}",
        where=_where(item, found),
        shown=not (item.hidden or item.thumbnail_of or item.aux_of),
        draw=draw,
        kind="still",
        format=form,
        harmless=harmless,
        why_not=why_not,
    )


def _where(item: HeifItem, found: HeifItems) -> str:
    if item.thumbnail_of:
        what = f"thumbnail of item {item.thumbnail_of}" if item.thumbnail_of != found.primary else "thumbnail"
    elif item.aux_of:
        kind = item.aux_type.lower()
        what = next((name for word, name in _AUXILIARY if word in kind), "auxiliary picture")
    else:
        what = "hidden picture" if item.hidden else "picture"
    return f"{what}, item {item.id} of {len(found.items)} ({item.type})"


_AUXILIARY = (("depth", "depth map"), ("disparity", "depth map"), ("gainmap", "gain map"), ("alpha", "transparency"),
              ("aux:hevc:auxid:2", "depth map"), ("aux:hevc:auxid:1", "transparency"), ("matte", "matte"))  # fmt: skip


def _shows(likeness: Likeness, draw: "partial[Image]") -> bool:
    try:
        return likeness.shows(draw())
    except Exception:  # noqa: BLE001 - then it is told as a part, and why it can't be drawn
        return False


def _draw_item(data: bytes, form: str, found: HeifItems, item: HeifItem) -> "Image":
    if item.size != (0, 0):
        require_size(*item.size)
    return _draw(as_primary(data, found, item), form)


def _draw(data: bytes, form: str) -> "Image":
    if form == "heic":
        import pillow_heif

        pillow_heif.register_heif_opener(thumbnails=False)
    elif form != "avif":
        raise UnsupportedMediaError(f"no reader for pictures of format {form}")
    with picture_in(io.BytesIO(data), _READERS[form]) as image:
        return drawn(image)
