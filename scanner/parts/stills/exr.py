"""Parts, layers and channels of an OpenEXR file, and its preview.

What is shown of it by itself is R, G, B (or Y) of the first part. Other layers of colours are drawn here with the curve
by which the still reader shows it too. Every channel that is no colour (depth, normals, motion, ids, masks) is drawn
by itself in greys, from its dark end to its light one: what it is called says nothing of what it shows. Alpha belongs
to its colours. Sizes are taken from the headers before any pixel is read, and reading one part reads them all, so that
their sum has a limit. Of deep pixels it is told that they are there.
"""

import warnings
from collections.abc import Container, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cache, partial
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
    "exr": "parts, layers, and channels that are no colour (depth, normals, masks); a preview that shows something "
    "else; told: deep pixels"
}

_MOST_BYTES = 1 << 31
"""Of all pixels of a file, at four bytes a value; half floats, which are usual, take half of it."""
_COLOURS = ("R", "G", "B")
_LUMINANCE = "Y"
_CALLED = {"RED": "R", "GREEN": "G", "BLUE": "B", "ALPHA": "A"}
_OF_COLOURS = frozenset({"A", "AR", "AG", "AB", "RY", "BY"})  # opacity, and what luminance leaves of the colours
_SAMPLED = 1 << 16  # pixels by which the dark and the light end of a channel are told
_ENDS = (1, 99)  # percent
_KNEE, _SLOPE, _POWER, _SCALE, _OFFSET = 0.0031308, 12.92, 2.4, 1.055, 0.055  # IEC 61966-2-1
_PIXEL_BYTES = 4


@dataclass(frozen=True, slots=True)
class _Layer:
    """A picture in one part: its number, the part's name, the layer's, its channels, and its size.

    `data`: it is one channel that is no colour.
    """

    part: int
    part_name: str
    name: str
    channels: Sequence[str]
    size: tuple[int, int]
    deep: bool
    data: bool = False


def layers(file: BinaryIO, form: Format, bounds: Bounds) -> Iterator[PartSource]:
    """The pictures of all parts besides the one that is shown."""
    del form
    path = f"/proc/self/fd/{file.fileno()}"
    with _opened(path, header_only=True) as whole:
        headers = [(str(part.name()), dict(part.header)) for part in whole.parts]
    if not headers:
        raise MediaError("its headers can't be read")
    pictures = [layer for number, (name, header) in enumerate(headers) for layer in _layers_of(number, name, header)]
    main = next((layer for layer in pictures if layer.part == 0 and not layer.name and not layer.data), None)
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
    deep = "deep" in str(header.get("type", ""))
    (left, top), (right, bottom) = (tuple(int(value) for value in corner) for corner in header["dataWindow"])
    size = (right - left + 1, bottom - top + 1)
    groups: dict[str, dict[str, str]] = {}
    for channel in header["channels"]:
        full = str(channel.name)
        prefix, _, last = full.rpartition(".")
        groups.setdefault(prefix, {}).setdefault(_CALLED.get(last.upper(), last.upper()), full)
    named = {full for group in groups.values() for full in group.values()}
    shadowed = [str(channel.name) for channel in header["channels"] if str(channel.name) not in named]
    data = [*shadowed]
    for prefix, group in groups.items():
        colours = _colours(group)
        if colours:
            yield _Layer(number, name, prefix, [group[colour] for colour in colours], size, deep)
        belonging = {*colours, *(_OF_COLOURS if colours else ())}
        data += [full for what, full in group.items() if what not in belonging]
    for full in data[:1] if deep else data:
        yield _Layer(number, name, full, [full], size, deep, data=True)


def _colours(group: Container[str]) -> Sequence[str]:
    """Which channels of a layer make its picture; none where it has no colours: the Y of a vector is no luminance."""
    if all(colour in group for colour in _COLOURS):
        return _COLOURS
    return (_LUMINANCE,) if _LUMINANCE in group and not ("X" in group or "Z" in group) else ()


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
        kind = "channel" if layer.data else "layer"
        ids.append(f"{kind}:{_plain(layer.name)}")
        words.append(f"{kind} {layer.name}")
    why_not = "deep pixels, which nothing here draws" if layer.deep else pixels.why_not(layer)
    return PartSource(
        id="+".join(ids),
        where=", ".join(words),
        name=layer.name or layer.part_name,
        shown=False,
        draw=partial(pixels.draw, layer),
        in_place=True,
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
        drawn = _stretched if layer.data else _displayed
        planes = [drawn(channels[name].pixels) for name in layer.channels]
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
    """Numbers of light as a display of sRGB shows them, uint8; integers by their scale.

    Looked up by their 16 bits as half floats, of which there are 65,536: that takes a fortieth of the powers' time.
    """
    if light.dtype.kind in "iu":
        light = light / max(1.0, float(light.max(initial=0)))
    with np.errstate(over="ignore"):
        halves = np.ascontiguousarray(light, np.float16)
    return _levels()[halves.view(np.uint16)]


@cache
def _levels() -> NDArray[np.uint8]:
    """What a display shows of each half float, by its bits, uint8 (65536,)."""
    values = np.arange(1 << 16, dtype=np.uint16).view(np.float16).astype(np.float32)
    values = np.nan_to_num(values, nan=0.0, posinf=1.0, neginf=0.0).clip(0, 1)
    curve = np.where(values <= _KNEE, values * _SLOPE, _SCALE * values ** (1 / _POWER) - _OFFSET)
    return (curve * 255).round().astype(np.uint8)


def _stretched(numbers: NDArray[Any]) -> NDArray[np.uint8]:
    """Numbers that are no light as greys, uint8: from a dark end to a light one that leave out the few beyond."""
    values = np.nan_to_num(numbers.astype(np.float32), copy=False, nan=0.0)
    sample = values.ravel()[:: max(1, values.size // _SAMPLED)].astype(np.float64)
    dark, light = np.percentile(sample, _ENDS)
    values.clip(dark, light, out=values)
    with np.errstate(over="ignore", invalid="ignore"):
        values -= np.float32(dark)
        values *= np.float32(255 / max(light - dark, float(np.finfo(np.float32).tiny)))
    levels: NDArray[np.uint8] = np.nan_to_num(values, copy=False, nan=0.0, posinf=0.0).clip(0, 255).astype(np.uint8)
    return levels


def _previews(preview: Any) -> Iterator[Preview]:  # noqa: ANN401 - the same
    with suppress(AttributeError, TypeError, ValueError, IndexError):
        pixels = np.asarray(preview.pixels)
        colours = np.stack([pixels[name] for name in ("r", "g", "b")], -1) if pixels.dtype.names else pixels[..., :3]
        yield Preview("preview in the header", draw=partial(_picture, np.ascontiguousarray(colours, np.uint8)))


def _picture(pixels: NDArray[np.uint8]) -> "Image":
    from PIL import Image

    return Image.fromarray(pixels)
