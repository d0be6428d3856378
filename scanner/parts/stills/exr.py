"""Parts and layers of an OpenEXR file that hold a picture, and its preview.

What is shown of it by itself is R, G, B (or Y) of the first part; everything else is drawn here with the curve by
which the still reader shows it too. Sizes are taken from the headers before any pixel is read; of deep pixels it is
told that they are there.

Reading one part reads them all, so their sum has a limit.
"""

import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from scanner.drop.kinds import Format
from scanner.media.errors import MediaError
from scanner.parts.source import Bounds, ListingCutError, PartSource
from scanner.parts.stills.likeness import Likeness
from scanner.parts.stills.pictures import require_size
from scanner.parts.stills.thumbnails import Preview, compared

if TYPE_CHECKING:
    from PIL.Image import Image

COVERS: Mapping[str, str] = {
    "exr": "parts and layers that hold R, G, B or Y; a preview that shows something else; told: deep pixels"
}

_MOST_BYTES = 1 << 30
_COLOURS = ("R", "G", "B")
_KNEE, _SLOPE, _POWER, _SCALE, _OFFSET = 0.0031308, 12.92, 2.4, 1.055, 0.055  # IEC 61966-2-1
_PIXEL_BYTES = 4


@dataclass(frozen=True, slots=True)
class _Layer:
    """A picture in one part: its number, the part's name, the layer's, its channels, and its size."""

    part: int
    part_name: str
    name: str
    channels: Sequence[str]
    size: tuple[int, int]
    deep: bool


def layers(file: BinaryIO, form: Format, bounds: Bounds) -> Iterator[PartSource]:
    """The pictures of all parts besides the one that is shown."""
    del form
    path = f"/proc/self/fd/{file.fileno()}"
    with _opened(path, header_only=True) as whole:
        headers = [(str(part.name()), dict(part.header)) for part in whole.parts]
    if not headers:
        raise MediaError("its headers can't be read")
    pictures = [layer for number, (name, header) in enumerate(headers) for layer in _layers_of(number, name, header)]
    main = next((layer for layer in pictures if layer.part == 0 and not layer.name), None)
    total = sum(_bytes_of(header) for _, header in headers)
    pixels = _Pixels(path, len(headers), total)
    others = [layer for layer in pictures if layer is not main]
    names = [name for name, _ in headers]
    for layer in others[: bounds.listed]:
        yield _source(layer, names, pixels)
    preview = headers[0][1].get("preview")
    if preview is not None:
        yield from compared(_previews(preview), Likeness(partial(pixels.main, main)))
    if len(others) > bounds.listed:
        raise ListingCutError(
            f"{len(others):,} parts and layers; {len(others) - bounds.listed:,} of them were not looked at"
        )


def _layers_of(number: int, name: str, header: Mapping[str, Any]) -> Iterator[_Layer]:
    kind = str(header.get("type", ""))
    (left, top), (right, bottom) = (tuple(int(value) for value in corner) for corner in header["dataWindow"])
    groups: dict[str, list[str]] = {}
    for channel in header["channels"]:
        prefix, _, last = str(channel.name).rpartition(".")
        groups.setdefault(prefix, []).append(last)
    for prefix, ends in groups.items():
        wanted = [colour for colour in _COLOURS if colour in ends] or [one for one in ("Y",) if one in ends]
        if len(wanted) in {1, 3} and (len(wanted) == 3 or wanted == ["Y"]):  # noqa: PLR2004 - all three colours
            full = [f"{prefix}.{one}" if prefix else one for one in wanted]
            yield _Layer(number, name, prefix, full, (right - left + 1, bottom - top + 1), "deep" in kind)


def _bytes_of(header: Mapping[str, Any]) -> int:
    (left, top), (right, bottom) = header["dataWindow"]
    pixels = (int(right) - int(left) + 1) * (int(bottom) - int(top) + 1)
    return max(0, pixels) * len(header["channels"]) * _PIXEL_BYTES


def _source(layer: _Layer, names: Sequence[str], pixels: "_Pixels") -> PartSource:
    ids: list[str] = []
    words: list[str] = []
    if layer.part or not layer.name:
        unique = layer.part_name and names.count(layer.part_name) == 1
        ids.append(f"part:{_plain(layer.part_name) if unique else layer.part}")
        words.append(f"part {layer.part + 1} of {len(names)}" + (f" ({layer.part_name})" if layer.part_name else ""))
    if layer.name:
        ids.append(f"layer:{_plain(layer.name)}")
        words.append(f"layer {layer.name}")
    why_not = "deep pixels, which nothing here draws" if layer.deep else pixels.why_not(layer)
    return PartSource(
        id="+".join(ids),
        where=", ".join(words),
        name=layer.name or layer.part_name,
        shown=False,
        draw=partial(pixels.draw, layer),
        kind="still",
        format="exr",
        why_not=why_not,
    )


def _plain(name: str) -> str:
    """A name that can stand in an id: without the slash that joins nested ones."""
    return "".join(letter if letter.isprintable() and letter != "/" else "_" for letter in name)


class _Pixels:
    """The pixels of all parts, read once and when the first of them is drawn."""

    def __init__(self, path: str, count: int, total: int) -> None:
        self._path = path
        self._count = count
        self._total = total
        self._parts: Any = None

    def why_not(self, layer: _Layer) -> str:
        """Why a layer can't be drawn, by the headers alone; empty where it can."""
        try:
            require_size(*layer.size)
        except MediaError as error:
            return str(error)
        return "" if self._total <= _MOST_BYTES else f"its parts take {self._total:,} bytes, more than are read at once"

    def main(self, layer: _Layer | None) -> "Image":
        """What is shown of the file.

        Raises:
            MediaError: it shows nothing, or can't be read.
        """
        if layer is None or (why_not := self.why_not(layer)):
            raise MediaError(why_not if layer else "nothing is shown of it")
        return self.draw(layer)

    def draw(self, layer: _Layer) -> "Image":
        """A layer as a display would show it.

        Raises:
            MediaError: its pixels can't be read.
        """
        from PIL import Image

        if self._parts is None:
            self._parts = self._read()
        channels = self._parts[layer.part].channels
        planes = [_displayed(channels[name].pixels) for name in layer.channels]
        return Image.fromarray(planes[0] if len(planes) == 1 else np.stack(planes, -1))

    def _read(self) -> Any:  # noqa: ANN401 - parts of a library that ships no types
        whole = _opened(self._path, separate_channels=True, num_threads=0)
        if len(whole.parts) != self._count:
            raise MediaError(f"only {len(whole.parts)} of its {self._count} parts can be read")
        return whole.parts


def _opened(path: str, **options: bool | int) -> Any:  # noqa: ANN401 - a library that ships no types
    """The file as the library reads it: fewer parts where some can't be, of which it only warns."""
    import OpenEXR

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return OpenEXR.File(path, **options)
        except Exception as error:
            raise MediaError(f"its parts can't be read: {str(error)[:120]}") from error


def _displayed(light: NDArray[Any]) -> NDArray[np.uint8]:
    """Numbers of light as a display of sRGB shows them, uint8; integers by their scale."""
    values = light.astype(np.float32)
    if light.dtype.kind in "iu":
        values /= max(1.0, float(values.max(initial=0)))
    values = np.nan_to_num(values, nan=0.0, posinf=1.0, neginf=0.0).clip(0, 1)
    curve = np.where(values <= _KNEE, values * _SLOPE, _SCALE * values ** (1 / _POWER) - _OFFSET)
    return (curve * 255).round().astype(np.uint8)


def _previews(preview: Any) -> Iterator[Preview]:  # noqa: ANN401 - the same
    with suppress(AttributeError, TypeError, ValueError, IndexError):
        pixels = np.asarray(preview.pixels)
        colours = np.stack([pixels[name] for name in ("r", "g", "b")], -1) if pixels.dtype.names else pixels[..., :3]
        yield Preview("preview in the header", draw=partial(_picture, np.ascontiguousarray(colours, np.uint8)))


def _picture(pixels: NDArray[np.uint8]) -> "Image":
    from PIL import Image

    return Image.fromarray(pixels)
