"""Layers of a Photoshop file that its picture doesn't show, and its thumbnail.

A layer that is hidden is a part, and so is one that differs from what the picture shows where it lies: covered,
graded, blended. One that the picture shows as it is, is harmless. A layer without pixels (an adjustment, a folder) is
none.
"""

from collections.abc import Iterator, Mapping
from functools import partial
from typing import TYPE_CHECKING, BinaryIO

import numpy as np

from scanner.drop.kinds import Format
from scanner.media.pixels import psd as pixels
from scanner.media.pixels.psd import PhotoshopFile, document
from scanner.media.reading import blocks, bytes_at
from scanner.parts.source import Bounds, ListingCutError, PartSource
from scanner.parts.starts import first_start
from scanner.parts.stills import thumbnails
from scanner.parts.stills.likeness import Likeness, alike
from scanner.parts.stills.pictures import drawn, picture_in
from scanner.parts.stills.psd_layers import Layer, embedded, layers_of, picture_of
from scanner.parts.stills.thumbnails import compared

if TYPE_CHECKING:
    from PIL.Image import Image

COVERS: Mapping[str, str] = {
    **dict.fromkeys(
        ("psd", "psb"),
        "the picture; layers that are hidden or that it doesn't show as they are; files embedded as smart objects; "
        "thumbnails that show something else; told: embedded files of a kind unknown here",
    )
}

_MOST_COMPARED = 200
_MOST_PIXELS = 1 << 28  # of all layers that are compared
_LARGEST_RESOURCES = 1 << 26
_OPAQUE = 250


def layers(file: BinaryIO, form: Format, bounds: Bounds) -> Iterator[PartSource]:
    """Layers with pixels, the lowest first; then thumbnails."""
    del form
    whole = document(file)
    if whole is None:
        return
    shown = _Shown(file, whole)
    count = 0
    for layer in layers_of(file, whole):
        if min(layer.size) <= 0:
            continue
        count += 1
        if count <= bounds.listed:
            yield _source(file, whole, layer, shown)
    yield from _embedded(file, whole)
    data = bytes_at(file, whole.resources[0], min(_LARGEST_RESOURCES, whole.resources[1] - whole.resources[0]))
    yield from compared(thumbnails.in_resources(data), Likeness(partial(_composite, file)))
    if count > bounds.listed:
        raise ListingCutError(f"{count:,} layers; {count - bounds.listed:,} of them were not looked at")


def _source(file: BinaryIO, whole: PhotoshopFile, layer: Layer, shown: "_Shown") -> PartSource:
    hidden = "" if layer.visible else "hidden "
    return PartSource(
        id=f"layer:{layer.number}",
        where=f"{hidden}layer {layer.number + 1}" + (f" ({layer.name})" if layer.name else ""),
        name=layer.name,
        shown=layer.visible,
        draw=partial(picture_of, file, whole, layer),
        kind="still",
        format="psd",
        harmless="a layer that the picture shows as it is" if layer.visible and shown.shows(layer) else "",
    )


def _embedded(file: BinaryIO, whole: PhotoshopFile) -> Iterator[PartSource]:
    """Files that are embedded as smart objects; those behind the first of a block are found behind its end."""
    for number, (start, end) in enumerate(embedded(file, whole)):
        known = first_start(file, start, end)
        yield PartSource(
            id=f"embedded:{number}",
            where="files embedded as smart objects",
            size=end - start,
            read=None if known is None else partial(blocks, file, known, end),
            why_not="files of a kind that nothing here reads" if known is None else "",
        )


class _Shown:
    """What the file shows: its composite, decoded once and when the first layer is compared."""

    def __init__(self, file: BinaryIO, whole: PhotoshopFile) -> None:
        self._file = file
        self._whole = whole
        self._composite: Image | None = None
        self._left = _MOST_COMPARED
        self._pixels = _MOST_PIXELS

    def shows(self, layer: Layer) -> bool:
        """Whether the picture shows a layer where it lies. False where that isn't known, or there were too many."""
        width, height = layer.size
        self._left -= 1
        self._pixels -= width * height
        if self._left < 0 or self._pixels < 0:
            return False
        try:
            return self._compared(layer)
        except Exception:  # noqa: BLE001 - then it is told as a part, and why it can't be drawn
            return False

    def _compared(self, layer: Layer) -> bool:
        if self._composite is None:
            self._composite = _composite(self._file).convert("L")
        left, top, right, bottom = layer.box
        if left < 0 or top < 0 or right > self._composite.width or bottom > self._composite.height:
            return False  # some of it lies outside
        picture = picture_of(self._file, self._whole, layer)
        ours = np.asarray(self._composite.crop(layer.box), np.float32)
        theirs = np.asarray(picture.convert("L"), np.float32)
        if "A" in picture.getbands():
            opaque = np.asarray(picture.getchannel("A")) >= _OPAQUE
            if not opaque.any():
                return False
            theirs = np.where(opaque, theirs, ours)
        return alike(ours, theirs)


def _composite(file: BinaryIO) -> "Image":
    own = pixels.draw(file)
    if own is not None:
        return own
    with picture_in(file, "PSD") as image:
        return drawn(image)
