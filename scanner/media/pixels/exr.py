"""Pictures in an OpenEXR file, drawn as a viewer shows them: in their display window, with the curve of a display.

A picture is R, G and B; Y, RY and BY (luminance and chroma); or Y alone, by itself or as a layer with a name. The file
is known by the first one that has no name. Every channel that is no colour (depth, normals, motion, ids, masks) is
drawn by itself in greys, from its dark end to its light one: what it is called says nothing of what it shows. Alpha
belongs to its colours. What lies outside the display window is cut off, what the data leave out of
it is black, alpha is taken for laid over black already, as the format has it. Deep pixels are laid over each other, the
front sample first; without an alpha, and of a channel that is no colour, the front sample is what is seen.

Two readers of one library: the old one takes the channels that are asked for, a third faster where a render has twenty;
the new one knows further parts, subsampled channels and deep pixels, and reads all of a file at once: all of its layers
take one decompression, and what it reads has a limit. Deep samples are put in their order here, which the library's own
way to flatten them doesn't do.

Sources: OpenEXR, "Technical Introduction" and "Interpreting OpenEXR Deep Pixels".
"""

import warnings
from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from scanner.media.errors import MediaError, UnsupportedMediaError
from scanner.media.pixels.exr_chunks import channel_types
from scanner.media.pixels.limits import require_size
from scanner.media.pixels.quiet import quietly

if TYPE_CHECKING:
    from PIL.Image import Image

PIXEL_ASPECT = "pixel aspect"
"""The key in a Pillow image's `info` under which the width of a pixel stands, to its height."""

_MOST_BYTES = 1 << 31
"""Of all pixels of a file that are read at once, at four bytes a value; half floats, which are usual, take half."""
_MOST_DEEP = 12_000_000  # values of deep pixels: each is an object of a hundred bytes
_COLOURS, _LUMINANCE, _CHROMA = ("R", "G", "B"), ("Y",), ("Y", "RY", "BY")
_CALLED = {"RED": "R", "GREEN": "G", "BLUE": "B", "ALPHA": "A"}
_OPACITY = frozenset({"A", "AR", "AG", "AB"})
_SAMPLED = 1 << 16  # pixels by which the dark and the light end of a channel are told
_ENDS = (1, 99)  # percent
_WEIGHTS = (0.2126, 0.7152, 0.0722)  # of red, green and blue in Y, where the header states no chromaticities
_KNEE, _SLOPE, _POWER, _SCALE, _OFFSET = 0.0031308, 12.92, 2.4, 1.055, 0.055  # IEC 61966-2-1
_PIXEL_BYTES = 4
_TYPES: Mapping[int, type[np.generic]] = {0: np.uint32, 1: np.float16, 2: np.float32}
_WHITES = (255, 65535, 2**32 - 1)  # of whole numbers: the least that all of a picture's fit under

Channel: TypeAlias = NDArray[Any]


@dataclass(frozen=True, slots=True)
class Window:
    """A rectangle of pixels; the corners belong to it."""

    left: int
    top: int
    right: int
    bottom: int

    @classmethod
    def of(cls, corners: Any) -> "Window":  # noqa: ANN401 - a library that ships no types
        """The window of two corners as the library gives them."""
        (left, top), (right, bottom) = corners
        return cls(int(left), int(top), int(right), int(bottom))

    @property
    def size(self) -> tuple[int, int]:
        """Width and height."""
        return self.right - self.left + 1, self.bottom - self.top + 1


@dataclass(frozen=True, slots=True)
class ExrLayer:
    """A picture in one part: its number, the part's name, the layer's, and its channels by their last names.

    `plain`: no channel of it is subsampled. `data`: it is one channel that is no colour, and its name is the channel's.
    """

    part: int
    part_name: str
    name: str
    channels: Mapping[str, str]
    data_window: Window
    display: Window
    aspect: float
    kind: str
    plain: bool
    data: bool = False

    @property
    def deep(self) -> bool:
        """Whether a pixel of it has any number of samples."""
        return "deep" in self.kind


class Exr:
    """An OpenEXR file, its headers read. `path` may be that of an open descriptor.

    Raises:
        MediaError: its headers can't be read.
    """

    def __init__(self, path: str) -> None:
        self._path = path
        self._headers = _opened(path, header_only=True)  # which what was taken out of it points into
        headers = [(str(part.name()), dict(part.header)) for part in self._headers.parts]
        if not headers:
            raise MediaError("its headers can't be read")
        self.part_names = [name for name, _ in headers]
        self.preview = headers[0][1].get("preview")
        self.layers = [layer for number, part in enumerate(headers) for layer in _layers(number, *part)]
        self._channels = sorted({str(channel.name) for _, header in headers for channel in header["channels"]})
        self._total = sum(_bytes_of(header) for _, header in headers)
        self._whole: Any = None

    @property
    def main(self) -> ExrLayer | None:
        """What is shown of the file: the first picture without a layer's name, else the first one."""
        pictures = [layer for layer in self.layers if not layer.data]
        return next((layer for layer in pictures if not layer.name), next(iter(pictures), None))

    def require_drawable(self, layer: ExrLayer) -> None:
        """Refuse a layer that can't be drawn, by the headers alone.

        Raises:
            UnsupportedMediaError: it is too large, or takes too much that isn't shown.
        """
        require_size(*layer.display.size)
        require_size(*layer.data_window.size)
        if not _has_its_channels_alone(layer) and self._total > _MOST_BYTES:
            raise UnsupportedMediaError(f"its parts take {self._total:,} bytes, more than are read at once")
        width, height = layer.data_window.size
        if layer.deep and width * height * len(self._channels) > _MOST_DEEP:
            raise UnsupportedMediaError(f"deep pixels, too many ({width} x {height}) to be laid over each other here")

    def draw_main(self) -> "Image":
        """What is shown of the file.

        Raises:
            UnsupportedMediaError: no picture is in it, or one too large.
            MediaError: its pixels can't be read.
        """
        if self.main is None:
            names = ", ".join(self._channels[:8])
            raise UnsupportedMediaError(f"none of its channels is a picture: {names}")
        return self.draw(self.main)

    def draw(self, layer: ExrLayer) -> "Image":
        """A layer as a display would show it, L or RGB.

        Raises:
            UnsupportedMediaError: it is too large.
            MediaError: its pixels can't be read.
        """
        from PIL import Image

        self.require_drawable(layer)
        planes = self._by_the_old_reader(layer) if self._by_channel(layer) else self._by_the_new_reader(layer)
        if "RY" in planes:
            planes = _from_chroma(planes)
        shown = _stretched if layer.data else _displayed
        drawn = [_placed(shown(plane), layer) for plane in planes.values()]
        image = Image.fromarray(drawn[0]) if len(drawn) == 1 else Image.merge("RGB", [*map(Image.fromarray, drawn)])
        image.info[PIXEL_ASPECT] = layer.aspect
        return image

    def _by_channel(self, layer: ExrLayer) -> bool:
        """Whether only the channels of a layer are read: of what is shown, and where all would be too much."""
        sparing = self._whole is None and (layer is self.main or self._total > _MOST_BYTES)
        return sparing and _has_its_channels_alone(layer)

    def _by_the_old_reader(self, layer: ExrLayer) -> Mapping[str, Channel]:
        import OpenEXR

        width, height = layer.data_window.size
        try:
            with Path(self._path).open("rb") as file:  # the reader's own account of headers fails over previews
                types = channel_types(file)
            with quietly():
                data = OpenEXR.InputFile(self._path).channels(list(layer.channels.values()))
        except Exception as error:
            raise _unreadable(error) from error
        planes = {}
        for (ending, name), values in zip(layer.channels.items(), data, strict=True):
            plane = np.frombuffer(values, _TYPES.get(types.get(name, 0), np.uint32))
            if plane.size != width * height:
                raise MediaError("its pixels are not as many as its header states")
            planes[ending] = plane.reshape(height, width)
        return planes

    def _by_the_new_reader(self, layer: ExrLayer) -> Mapping[str, Channel]:
        if self._whole is None:
            whole = _opened(self._path, separate_channels=True, num_threads=0)
            if len(whole.parts) != len(self.part_names):
                raise MediaError(f"only {len(whole.parts)} of its {len(self.part_names)} parts can be read")
            self._whole = whole
        channels = self._whole.parts[layer.part].channels
        planes = {ending: np.asarray(channels[name].pixels) for ending, name in layer.channels.items()}
        if not layer.deep:
            return {ending: _enlarged(plane, *layer.data_window.size) for ending, plane in planes.items()}
        depth, alpha = (channels[name].pixels if name in channels else None for name in ("Z", "A"))
        return _seen_from_the_front(planes, depth, None if layer.data else alpha)


def _has_its_channels_alone(layer: ExrLayer) -> bool:
    """Whether the old reader can read the channels of a layer, and no others."""
    return layer.part == 0 and layer.plain and not layer.deep


def _layers(number: int, name: str, header: Mapping[str, Any]) -> Iterator[ExrLayer]:
    """The pictures of one part, and then its channels that are no colours."""
    plain = {str(channel.name): int(channel.xSampling) == int(channel.ySampling) == 1 for channel in header["channels"]}
    groups: dict[str, dict[str, str]] = {}
    for full in plain:
        prefix, _, ending = full.rpartition(".")
        groups.setdefault(prefix, {}).setdefault(_CALLED.get(ending.upper(), ending.upper()), full)

    def layer(called: str, channels: Mapping[str, str], *, data: bool) -> ExrLayer:
        return ExrLayer(
            part=number,
            part_name=name,
            name=called,
            channels=channels,
            data_window=Window.of(header["dataWindow"]),
            display=Window.of(header["displayWindow"]),
            aspect=float(header.get("pixelAspectRatio", 1.0)),
            kind=str(header.get("type", "")).rpartition(".")[2],
            plain=all(plain[full] for full in channels.values()),
            data=data,
        )

    belonging: set[str] = set()
    for prefix, group in groups.items():
        colours = _colours(prefix, group)
        if colours:
            yield layer(prefix, {colour: group[colour] for colour in colours}, data=False)
            belonging.update(group[ending] for ending in {*colours, *_OPACITY} & group.keys())
    for full in plain:
        if full not in belonging:
            yield layer(full, {"": full}, data=True)


def _colours(prefix: str, endings: Container[str]) -> Sequence[str]:
    """Which channels of a layer make its picture; none where it has no colours: the Y of a vector is no luminance.

    A Z beside it is one of a vector too, but for the depth of a picture without a layer's name.
    """
    of_vector = "X" in endings or (prefix and "Z" in endings)
    wanted = (_COLOURS, _CHROMA) if of_vector else (_COLOURS, _CHROMA, _LUMINANCE)
    return next((colours for colours in wanted if all(colour in endings for colour in colours)), ())


def _bytes_of(header: Mapping[str, Any]) -> int:
    width, height = Window.of(header["dataWindow"]).size
    return max(0, width * height) * len(header["channels"]) * _PIXEL_BYTES


def _opened(path: str, **options: bool | int) -> Any:  # noqa: ANN401 - a library that ships no types
    """The file as the library reads it: fewer parts where some can't be, of which it only warns."""
    import OpenEXR

    with warnings.catch_warnings(), quietly():
        warnings.simplefilter("ignore")
        try:
            return OpenEXR.File(path, **options)
        except Exception as error:
            raise _unreadable(error) from error


def _unreadable(error: Exception) -> MediaError:
    return MediaError(f"its pixels can't be read: {str(error)[:120]}")


def _from_chroma(planes: Mapping[str, Channel]) -> Mapping[str, Channel]:
    """R, G and B of Y, RY and BY."""
    luminance, red, blue = (planes[name].astype(np.float32) for name in _CHROMA)
    red, blue = (red + 1) * luminance, (blue + 1) * luminance
    of_red, of_green, of_blue = _WEIGHTS
    return {"R": red, "G": (luminance - of_red * red - of_blue * blue) / of_green, "B": blue}


def _enlarged(plane: Channel, width: int, height: int) -> Channel:
    """A plane that may have fewer pixels, with each value repeated until it has the picture's size."""
    if plane.shape == (height, width):
        return plane
    down, across = -(-height // plane.shape[0]), -(-width // plane.shape[1])
    return plane.repeat(down, 0).repeat(across, 1)[:height, :width]


def _seen_from_the_front(
    planes: Mapping[str, Channel], depth: Channel | None, alpha: Channel | None
) -> Mapping[str, Channel]:
    """Deep planes, objects of arrays, as flat ones."""
    shape = next(iter(planes.values())).shape
    counts = np.array([0 if samples is None else len(samples) for samples in next(iter(planes.values())).flat])
    pixel = np.repeat(np.arange(counts.size), counts)
    order = np.arange(pixel.size) if depth is None else np.lexsort((_samples(depth), pixel))
    rank = np.arange(pixel.size) - np.repeat(np.cumsum(counts) - counts, counts)
    covers = np.ones(pixel.size, np.float32) if alpha is None else _samples(alpha)[order].clip(0, 1)
    colours = {name: _samples(plane)[order] for name, plane in planes.items()}
    flat = {name: np.zeros(counts.size, np.float32) for name in planes}
    left = np.ones(counts.size, np.float32)
    for level in range(int(counts.max(initial=0))):
        chosen = rank == level
        where = pixel[chosen]
        for name, values in colours.items():
            flat[name][where] += left[where] * values[chosen]
        left[where] *= 1 - covers[chosen]
    return {name: values.reshape(shape) for name, values in flat.items()}


def _samples(plane: Channel) -> NDArray[np.float32]:
    """All samples of a deep plane, pixel by pixel."""
    present = [samples for samples in plane.flat if samples is not None]
    return np.concatenate(present).astype(np.float32) if present else np.empty(0, np.float32)


def _placed(plane: NDArray[np.uint8], layer: ExrLayer) -> NDArray[np.uint8]:
    """What of the data lies in the display window, on black."""
    data, display = layer.data_window, layer.display
    if data == display:
        return plane
    width, height = display.size
    ground = np.zeros((height, width), np.uint8)
    left, top = max(data.left, display.left), max(data.top, display.top)
    right, bottom = min(data.right, display.right) + 1, min(data.bottom, display.bottom) + 1
    if left < right and top < bottom:
        ground[top - display.top : bottom - display.top, left - display.left : right - display.left] = plane[
            top - data.top : bottom - data.top, left - data.left : right - data.left
        ]
    return ground


def _displayed(light: Channel) -> NDArray[np.uint8]:
    """Numbers of light as a display of sRGB shows them, uint8; whole numbers by their scale.

    Looked up by their 16 bits as half floats, of which there are 65,536: that takes a fortieth of the powers' time.
    """
    if light.dtype.kind in "iu":
        highest = int(light.max(initial=0))
        light = light.astype(np.float32) / next(white for white in _WHITES if highest <= white)
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


def _stretched(numbers: Channel) -> NDArray[np.uint8]:
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
