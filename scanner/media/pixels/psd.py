"""The picture of a Photoshop file, as it was saved beside its layers.

Pillow reads files of eight bits; of one bit it shows the negative, and it takes any further channel for transparency.
Those of 1, 16 and 32 bits, and large ones (PSB), are read here.

Source: Adobe, "Photoshop File Formats Specification", image data section.
"""

import struct
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from scanner.media.errors import MediaError, UnsupportedMediaError
from scanner.media.pixels.limits import require_size
from scanner.media.reading import bytes_at, size_of

if TYPE_CHECKING:
    from PIL.Image import Image

Plane: TypeAlias = NDArray[np.uint8]
"""One channel of a picture or layer, uint8 (height, width)."""

COLOURS: Mapping[int, tuple[str, int]] = {1: ("L", 1), 3: ("RGB", 3), 4: ("CMYK", 4), 8: ("L", 1)}
"""Colour modes whose layers are drawn here: Pillow's mode, and how many channels."""

_BITMAP, _LAB = 0, 9
_RAW, _PACKED = 0, 1
_OTHERS = frozenset({2, *COLOURS, _LAB})  # palettes, and what Pillow draws of eight bits
_DEPTHS = frozenset({1, 8, 16, 32})


@dataclass(frozen=True, slots=True)
class PhotoshopFile:
    """A file's header, and where the sections behind it lie (start and end)."""

    large: bool
    channels: int
    mode: int
    depth: int
    width: int
    height: int
    resources: tuple[int, int]
    layers: tuple[int, int]


def document(file: BinaryIO) -> PhotoshopFile | None:
    """The header and the sections; None where they don't hold together."""
    head = bytes_at(file, 0, 26)
    if len(head) < 26 or head[:4] != b"8BPS":  # noqa: PLR2004 - the header's length
        return None
    version, channels, height, width, depth, mode = struct.unpack(">H6xHIIHH", head[4:])
    place = 26
    sections = []
    for wide in (False, False, version == 2):  # noqa: PLR2004 - PSB
        size = 8 if wide else 4
        length = int.from_bytes(bytes_at(file, place, size), "big")
        sections.append((place + size, min(size_of(file), place + size + length)))
        place += size + length
    large = version == 2  # noqa: PLR2004 - the same
    return PhotoshopFile(large, channels, mode, depth, width, height, sections[1], sections[2])


def draw(file: BinaryIO) -> "Image | None":
    """The picture that a file was saved with, L or RGB; None where Pillow reads its form rightly.

    Raises:
        UnsupportedMediaError: nothing reads its form, or it is too large.
        MediaError: it is broken.
    """
    from PIL import Image, ImageChops

    whole = document(file)
    if whole is None:
        raise MediaError("the file ends inside its header")
    require_size(whole.width, whole.height)
    eight = whole.depth == 8 and not whole.large  # noqa: PLR2004 - bits
    if eight and whole.mode in _OTHERS:
        return None
    mode, count = {_BITMAP: ("L", 1), _LAB: ("L", 1)}.get(whole.mode) or COLOURS.get(whole.mode, ("", 0))
    if not count or whole.depth not in _DEPTHS or (whole.depth == 1) != (whole.mode == _BITMAP):
        raise UnsupportedMediaError(f"a Photoshop file of colour mode {whole.mode} with {whole.depth} bits is not read")
    bands = [Image.fromarray(plane) for plane in _planes(file, whole, count)]
    image = Image.merge(mode, bands) if count > 1 else bands[0]
    return ImageChops.invert(image).convert("RGB") if mode == "CMYK" else image


def is_transparent(file: BinaryIO) -> bool:
    """Whether the channel behind the colours is transparency: it is where the number of layers is negative."""
    whole = document(file)
    if whole is None:
        return False
    wide = 8 if whole.large else 4
    start, end = whole.layers
    head = bytes_at(file, start, min(wide + 2, end - start))
    return len(head) == wide + 2 and any(head[:wide]) and head[wide] & 0x80 != 0


def _planes(file: BinaryIO, whole: PhotoshopFile, count: int) -> list[Plane]:
    from PIL import Image

    if whole.channels < count:
        raise MediaError("it lacks some of its channels")
    row = -(-whole.width * whole.depth // 8)
    wanted = row * whole.height * count
    place = whole.layers[1]
    (packing,) = struct.unpack(">H", bytes_at(file, place, 2).rjust(2, b"\xff"))
    if packing == _PACKED:
        lengths = whole.height * whole.channels * (4 if whole.large else 2)
        data = bytes_at(
            file, place + 2 + lengths, min(size_of(file), wanted + wanted // 64 + 4 * whole.height * count + 1024)
        )
        raw = Image.frombytes("L", (row, whole.height * count), data, "packbits", "L").tobytes()
    elif packing == _RAW:
        raw = bytes_at(file, place + 2, wanted)
    else:
        raise UnsupportedMediaError(f"a Photoshop file whose picture is packed by {packing} is not read")
    if len(raw) < wanted:
        raise MediaError("the file ends inside the picture")
    size = row * whole.height
    stretches = [raw[number * size : (number + 1) * size] for number in range(count)]
    if whole.depth == 1:  # black is 1
        rows = [np.frombuffer(data, np.uint8).reshape(whole.height, row) for data in stretches]
        return [(1 - np.unpackbits(bits, axis=1)[:, : whole.width]) * np.uint8(255) for bits in rows]
    shape = (whole.height, whole.width)
    return [eight_bits(data, shape, whole.depth // 8, predicted=False) for data in stretches]


def eight_bits(raw: bytes, shape: tuple[int, int], depth: int, *, predicted: bool) -> Plane:
    """Samples of `depth` bytes as eight bits. `predicted`: each is stored as its difference to the one before."""
    kind: Literal["u1", ">u2", ">f4"]
    if depth == 4:  # noqa: PLR2004 - bytes of a float
        height, width = shape
        if predicted:  # the bytes of a row lie apart by their weight, and each is a difference
            rows = np.frombuffer(raw, np.uint8).reshape(height, 4 * width).cumsum(1, dtype=np.uint8)
            raw = np.ascontiguousarray(rows.reshape(height, 4, width).swapaxes(1, 2)).tobytes()
        kind = ">f4"
        light = np.nan_to_num(np.frombuffer(raw, kind).reshape(shape)).clip(0, 1)
        return np.asarray((light ** (1 / 2.2) * 255).round(), np.uint8)
    kind = "u1" if depth == 1 else ">u2"
    values = np.frombuffer(raw, kind).reshape(shape)
    if predicted:
        values = values.astype(values.dtype.newbyteorder("=")).cumsum(1, dtype=values.dtype.newbyteorder("="))
    return np.asarray(values if depth == 1 else values >> 8, np.uint8)
