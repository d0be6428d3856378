"""The layers of a Photoshop file: where they lie, whether they are shown, and their pixels.

Read here, because what others list lacks what is hidden, and opens some of the compressions only.

Source: Adobe, "Photoshop File Formats Specification", layer and mask information.
"""

import struct
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, BinaryIO

from scanner.media.errors import MediaError, UnsupportedMediaError
from scanner.media.pixels.limits import require_size
from scanner.media.pixels.psd import COLOURS, PhotoshopFile, Plane, eight_bits
from scanner.media.reading import bytes_at

if TYPE_CHECKING:
    from PIL.Image import Image

_ALPHA = -1
_HIDDEN = 2
_MOST_LAYERS = 10_000
_LARGEST_RECORDS = 1 << 28
_NAME = b"luni"
_DEEP = frozenset({b"Lr16", b"Lr32", b"Layr"})
_EMBEDDED = frozenset({b"lnkD", b"lnk2", b"lnk3"})
_WIDE = frozenset({*_DEEP, *_EMBEDDED, b"LMsk", b"Mt16", b"Mt32", b"Mtrn", b"Alph", b"FMsk", b"FEid", b"FXid", b"PxSD"})


@dataclass(slots=True)
class Layer:
    """One layer: `box` is left, top, right and bottom; `channels`: number, place and size of the data of each."""

    number: int
    name: str
    visible: bool
    box: tuple[int, int, int, int]
    channels: Sequence[tuple[int, int, int]] = field(default_factory=list)

    @property
    def size(self) -> tuple[int, int]:
        """Width and height in pixels."""
        return self.box[2] - self.box[0], self.box[3] - self.box[1]


def layers_of(file: BinaryIO, whole: PhotoshopFile) -> Iterator[Layer]:
    """All layers, the lowest first. It ends where the records don't hold together.

    Raises:
        MediaError: they don't; those before count.
    """
    start, end = whole.layers
    wide = 8 if whole.large else 4
    length = int.from_bytes(bytes_at(file, start, wide), "big")
    start += wide
    if not length:  # of 16 and 32 bits they lie in a block of their own
        start, length = _deep_block(file, start, end, large=whole.large)
    if min(length, end - start) < 2:  # noqa: PLR2004 - their number
        return
    data = bytes_at(file, start, min(length, _LARGEST_RECORDS, end - start))
    (count,) = struct.unpack_from(">h", data)
    place, layers, sizes = 2, [], []
    try:
        for number in range(min(abs(count), _MOST_LAYERS)):
            layer, lengths, place = _record(data, place, number, large=whole.large)
            layers.append(layer)
            sizes.append(lengths)
    except (struct.error, IndexError) as error:
        raise MediaError("its list of layers doesn't hold together") from error
    here = start + place
    for layer, lengths in zip(layers, sizes, strict=True):
        channels = []
        for channel, size in lengths:
            channels.append((channel, here, size))
            here += size
        layer.channels = channels
        yield layer
    if abs(count) > _MOST_LAYERS:
        raise MediaError(f"{abs(count):,} layers; {abs(count) - _MOST_LAYERS:,} of them were not looked at")


def _deep_block(file: BinaryIO, start: int, end: int, *, large: bool) -> tuple[int, int]:
    """Where the layers of a file of more than eight bits lie, and their length; nought where there are none."""
    deep = (block for block in _blocks(file, start, end, large=large) if block[0] in _DEEP)
    _, begin, stop = next(deep, (b"", 0, 0))
    return begin, stop - begin


def embedded(file: BinaryIO, whole: PhotoshopFile) -> Iterator[tuple[int, int]]:
    """Where the files lie that are embedded as smart objects: start and end of each block that holds some."""
    start, end = whole.layers
    wide = 8 if whole.large else 4
    start += wide + int.from_bytes(bytes_at(file, start, wide), "big")
    for key, begin, stop in _blocks(file, start, end, large=whole.large):
        if key in _EMBEDDED and stop > begin:
            yield begin, stop


def _blocks(file: BinaryIO, start: int, end: int, *, large: bool) -> Iterator[tuple[bytes, int, int]]:
    """The blocks behind the layers: key, start and end of each."""
    start += 4 + int.from_bytes(bytes_at(file, start, 4), "big")  # behind the mask of all layers
    while start + 12 <= end:
        head = bytes_at(file, start, 12)
        if head[:4] not in {b"8BIM", b"8B64"}:
            return
        wide = large and head[4:8] in _WIDE
        size = int.from_bytes(bytes_at(file, start + 8, 8 if wide else 4), "big")
        start += 16 if wide else 12
        yield head[4:8], start, min(end, start + size)
        start += size + 3 & ~3


def _record(data: bytes, place: int, number: int, *, large: bool) -> tuple[Layer, list[tuple[int, int]], int]:
    top, left, bottom, right, count = struct.unpack_from(">iiiiH", data, place)
    place += 18
    lengths = []
    for _ in range(count):
        lengths.append(struct.unpack_from(">hQ" if large else ">hI", data, place))
        place += 10 if large else 6
    flags = data[place + 10]
    (extra,) = struct.unpack_from(">I", data, place + 12)
    place += 16
    name = _name(data[place : place + extra])
    layer = Layer(number, name, not flags & _HIDDEN, (left, top, right, bottom))
    return layer, lengths, place + extra


def _name(extra: bytes) -> str:
    """A layer's name: in Unicode where it is given, else in the older field."""
    place = 0
    for _ in range(2):  # mask, and blending ranges
        (size,) = struct.unpack_from(">I", extra, place)
        place += 4 + size
    length = extra[place] if place < len(extra) else 0
    old = extra[place + 1 : place + 1 + length].decode("mac-roman")
    at = extra.find(_NAME, place)
    if at >= 0:
        (letters,) = struct.unpack_from(">I", extra, at + 8)
        return extra[at + 12 : at + 12 + 2 * letters].decode("utf-16-be", "replace").rstrip("\0") or old
    return old


def picture_of(file: BinaryIO, whole: PhotoshopFile, layer: Layer) -> "Image":
    """A layer by itself, with its transparency.

    Raises:
        UnsupportedMediaError: colours or a depth that are not drawn here.
        MediaError: its data are broken.
    """
    from PIL import Image, ImageChops

    width, height = layer.size
    require_size(width, height)
    if whole.mode not in COLOURS or whole.depth not in {8, 16, 32}:
        raise UnsupportedMediaError(f"layers of colour mode {whole.mode} with {whole.depth} bits are not drawn")
    mode, count = COLOURS[whole.mode]
    planes = {number: (place, size) for number, place, size in layer.channels if number in {_ALPHA, *range(count)}}
    if not planes.keys() >= set(range(count)):
        raise MediaError("it lacks some of its channels")
    bands = [Image.fromarray(_plane(file, planes[number], (width, height), whole)) for number in range(count)]
    picture = Image.merge(mode, bands) if count > 1 else bands[0]
    if mode == "CMYK":
        picture = ImageChops.invert(picture).convert("RGB")
    if _ALPHA in planes:
        picture.putalpha(Image.fromarray(_plane(file, planes[_ALPHA], (width, height), whole)))
    return picture


def _plane(file: BinaryIO, where: tuple[int, int], size: tuple[int, int], whole: PhotoshopFile) -> Plane:
    from PIL import Image

    width, height = size
    depth = whole.depth // 8
    wanted = width * height * depth
    longest = wanted + wanted // 64 + 4 * height + 1024  # however it is packed
    data = bytes_at(file, where[0], min(where[1], longest))
    packing, data = int.from_bytes(data[:2], "big"), data[2:]
    if packing == 1:
        table = height * (4 if whole.large else 2)
        raw = Image.frombytes("L", (width * depth, height), data[table:], "packbits", "L").tobytes()
    elif packing in {2, 3}:
        try:
            raw = zlib.decompressobj().decompress(data, wanted)
        except zlib.error as error:
            raise MediaError("its data can't be unpacked") from error
    else:
        raw = data[:wanted]
    if len(raw) < wanted:
        raise MediaError("its data end too early")
    return eight_bits(raw, (height, width), depth, predicted=packing == 3)  # noqa: PLR2004 - zip with prediction
