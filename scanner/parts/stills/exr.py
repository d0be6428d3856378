"""Parts, layers and channels of an OpenEXR file, and its preview.

What is shown of it by itself is its first picture without a layer's name; everything else, every channel that is no
colour too, is drawn by the same reader. Sizes are taken from the headers before any pixel is read.
"""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from scanner.drop.kinds import Format
from scanner.media.errors import MediaError
from scanner.media.pixels.exr import Exr, ExrLayer
from scanner.parts.source import Bounds, ListingCutError, PartSource
from scanner.parts.stills.likeness import Likeness
from scanner.parts.stills.thumbnails import Preview, compared

if TYPE_CHECKING:
    from PIL.Image import Image

COVERS: Mapping[str, str] = {
    "exr": "parts, layers, and channels that are no colour (depth, normals, masks); a preview that shows something "
    "else; told: deep pixels of more than 12 million values"
}


def layers(file: BinaryIO, form: Format, bounds: Bounds) -> Iterator[PartSource]:
    """The pictures of all parts besides the one that is shown."""
    del form
    whole = Exr(f"/proc/self/fd/{file.fileno()}")
    others = [layer for layer in whole.layers if layer is not whole.main]
    for layer in others[: bounds.listed]:
        yield _source(layer, whole)
    if whole.preview is not None:
        yield from compared(_previews(whole.preview), Likeness(whole.draw_main))
    if len(others) > bounds.listed:
        raise ListingCutError(
            f"{len(others):,} parts and layers; {len(others) - bounds.listed:,} of them were not looked at"
        )


def _source(layer: ExrLayer, whole: Exr) -> PartSource:
    names = whole.part_names
    ids: list[str] = []
    words: list[str] = []
    if layer.part or not layer.name:
        unique = layer.part_name and names.count(layer.part_name) == 1
        ids.append(f"part:{_plain(layer.part_name) if unique else layer.part}")
        words.append(f"part {layer.part + 1} of {len(names)}" + (f" ({layer.part_name})" if layer.part_name else ""))
    if layer.name:
        kind = "channel" if layer.data else "layer"
        ids.append(f"{kind}:{_plain(layer.name)}")
        words.append(f"{kind} {layer.name}")
    return PartSource(
        id="+".join(ids),
        where=", ".join(words),
        name=layer.name or layer.part_name,
        shown=False,
        draw=partial(whole.draw, layer),
        in_place=True,
        kind="still",
        format="exr",
        why_not=_why_not(layer, whole),
    )


def _why_not(layer: ExrLayer, whole: Exr) -> str:
    """Why a layer can't be drawn, by the headers alone; empty where it can."""
    try:
        whole.require_drawable(layer)
    except MediaError as error:
        return str(error)
    return ""


def _plain(name: str) -> str:
    """A name that can stand in an id: without the slash that joins nested ones."""
    return "".join(letter if letter.isprintable() and letter != "/" else "_" for letter in name)


def _previews(preview: Any) -> Iterator[Preview]:  # noqa: ANN401 - the same
    with suppress(AttributeError, TypeError, ValueError, IndexError):
        pixels = np.asarray(preview.pixels)
        colours = np.stack([pixels[name] for name in ("r", "g", "b")], -1) if pixels.dtype.names else pixels[..., :3]
        yield Preview("preview in the header", draw=partial(_picture, np.ascontiguousarray(colours, np.uint8)))


def _picture(pixels: NDArray[np.uint8]) -> "Image":
    from PIL import Image

    return Image.fromarray(pixels)
