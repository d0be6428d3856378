"""The picture of a DPX file, in the packings of film scanners and old software.

Read here in full, because ffmpeg 5.1 reads lines that are padded at their end as a slanted picture, shows a picture
that was scanned from below upside down, and says nothing. A form on whose order of bits the readers in use don't agree
is not guessed at.

Source: SMPTE ST 268-1:2014.
"""

import os
import struct
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from scanner.media.errors import MediaError, UnsupportedMediaError
from scanner.media.pixels.exr import PIXEL_ASPECT
from scanner.media.pixels.light import LOGARITHMIC, as_displayed
from scanner.media.pixels.limits import require_size

if TYPE_CHECKING:
    from PIL.Image import Image

_HEADER = 2048
_UNDEFINED = 0xFFFFFFFF
_PACKED, _METHOD_A, _METHOD_B = 0, 1, 2
_COMPONENTS: Mapping[int, str] = {6: "Y", 50: "RGB", 51: "RGBA", 52: "ABGR", 100: "BYRY", 102: "BYR", 103: "BYRA"}
"""What a pixel consists of, by the descriptor: in the words of this module, where B and R beside Y are Cb and Cr.

100 has two pixels: Cb, Y, Cr, Y. Others (single colours, depth, composite video, 4:2:2:4) are read by nobody here.
"""
_SINGLE = {1: "R", 2: "G", 3: "B"}
_LOGARITHMIC = frozenset({1, 3})  # printing density, logarithmic (table 5A)
_MOST_ELEMENTS = 8
_WORD = 4
_MOST_RUNS = 1 << 26  # samples that are unpacked out of runs, one by one


@dataclass(frozen=True, slots=True)
class _Element:
    """One image element of the header: what its numbers are, and how and where they are stored."""

    order: str
    components: str
    descriptor: int
    bits: int
    packing: int
    encoding: int
    place: int
    padding: int
    transfer: int
    limited: bool


@dataclass(frozen=True, slots=True)
class _Header:
    width: int
    lines: int
    orientation: int
    aspect: float
    elements: tuple[_Element, ...]


def draw(descriptor: int) -> "Image":
    """The picture of an open file, upright, L or RGB.

    Raises:
        UnsupportedMediaError: a form that nothing here reads, or too large.
        MediaError: it is broken.
    """
    from PIL import Image

    header = _header(os.pread(descriptor, _HEADER, 0))
    require_size(header.width, header.lines)
    planes: dict[str, NDArray[np.uint8]] = {}
    first = header.elements[0]
    separate = first.descriptor in _SINGLE
    for element in header.elements if separate else (first,):
        if element.components not in planes:
            planes |= _planes(descriptor, header, element)
    if separate and planes.keys() < {"R", "G", "B"}:
        raise UnsupportedMediaError("a DPX of one colour alone is not read")
    names = "RGB" if "G" in planes else "YBR" if "B" in planes else "Y"
    upright = [Image.fromarray(_upright(planes[name], header.orientation)) for name in names]
    mode = {"RGB": "RGB", "YBR": "YCbCr", "Y": "L"}[names]
    image = upright[0] if mode == "L" else Image.merge(mode, upright)
    image = image.convert("RGB") if mode == "YCbCr" else image
    image.info[PIXEL_ASPECT] = 1 / header.aspect if header.orientation & 4 else header.aspect
    return image


def _header(data: bytes) -> _Header:
    order = {b"SDPX": ">", b"XPDS": "<"}.get(data[:4])
    if order is None:
        raise MediaError("it does not begin as a DPX file")
    if len(data) < 1664:  # noqa: PLR2004 - the headers that every file has
        raise MediaError("the file ends inside its header")
    (place,) = struct.unpack_from(f"{order}I", data, 4)
    orientation, count, width, lines = struct.unpack_from(f"{order}HHII", data, 768)
    horizontal, vertical = struct.unpack_from(f"{order}II", data, 1628)
    if orientation > 7 and orientation != 0xFFFF:  # noqa: PLR2004 - the eight ways to lie
        raise UnsupportedMediaError(f"a DPX of orientation {orientation} is not read")
    if not 0 < count <= _MOST_ELEMENTS:
        raise MediaError("its header states no picture")
    stated = _UNDEFINED not in {horizontal, vertical} and horizontal and vertical
    return _Header(
        width=width,
        lines=lines,
        orientation=orientation & 7 if orientation != 0xFFFF else 0,  # noqa: PLR2004 - undefined
        aspect=horizontal / vertical if stated else 1.0,
        elements=tuple(_element(data, order, 780 + 72 * number, place) for number in range(count)),
    )


def _element(data: bytes, order: str, at: int, start: int) -> _Element:
    sign, low, _, high, _ = struct.unpack_from(f"{order}IIfIf", data, at)
    descriptor, transfer, _, bits = data[at + 20 : at + 24]
    packing, encoding, place, padding, _ = struct.unpack_from(f"{order}HHIII", data, at + 24)
    if sign == 1:
        raise UnsupportedMediaError("a DPX of signed numbers is not read")
    return _Element(
        order=order,
        components=_COMPONENTS.get(descriptor) or _SINGLE.get(descriptor) or "",
        descriptor=descriptor,
        bits=bits,
        packing=packing,
        encoding=encoding if encoding != 0xFFFF else 0,  # noqa: PLR2004 - undefined
        place=start if place in {0, _UNDEFINED} else place,
        padding=0 if padding == _UNDEFINED else padding,
        transfer=transfer,
        limited=not (low == 0 and high == (1 << bits) - 1),
    )


def _planes(descriptor: int, header: _Header, element: _Element) -> dict[str, NDArray[np.uint8]]:
    """The planes of an element, uint8 (lines, width), by the letters of its components; alpha is left out."""
    if not element.components:
        raise UnsupportedMediaError(f"a DPX of descriptor {element.descriptor} is not read")
    width = header.width
    if element.components == "BYRY" and width % 2:
        raise UnsupportedMediaError("a DPX of 4:2:2 with an odd width is not read")
    samples = 2 * width if element.components == "BYRY" else width * len(element.components)
    if (element.bits, element.packing, element.components) in _QUICK and not element.encoding:
        lines = _lines(descriptor, element, header.lines, width * _WORD)
        planes = _rgb_of_words(lines, element)
    else:
        lines = _unpacked(descriptor, header, element, samples)
        planes = _split(lines, element)
    if element.limited and "B" in planes and "Y" in planes:
        planes = {name: _of_video(plane, 219 if name == "Y" else 224) for name, plane in planes.items()}
    curve = LOGARITHMIC if element.transfer in _LOGARITHMIC else None
    return {name: as_displayed(plane, curve) for name, plane in planes.items()}


def _of_video(plane: NDArray[np.uint8], levels: int) -> NDArray[np.uint8]:
    """A plane of video range (ITU-R BT.601: 219 levels of luma from 16, 224 of chroma around 128) in all 256 levels."""
    middle = 16 if levels == 219 else 128  # noqa: PLR2004 - luma
    target = 0 if levels == 219 else 128  # noqa: PLR2004 - the same
    return ((plane.astype(np.float32) - middle) * (255 / levels) + target).round().clip(0, 255).astype(np.uint8)


_QUICK = frozenset({(10, _METHOD_A, "RGB"), (10, _METHOD_B, "RGB")})


def _rgb_of_words(lines: NDArray[np.uint8], element: _Element) -> dict[str, NDArray[np.uint8]]:
    """Red, green and blue of words that hold one pixel each; red is highest, padding below (A) or above (B)."""
    words = np.ascontiguousarray(lines).view(f"{element.order}u4").astype(np.uint32, copy=False)
    lowest = 4 if element.packing == _METHOD_A else 2  # the two lowest bits of ten are left out
    return {name: (words >> (lowest + 20 - 10 * place)).astype(np.uint8) for place, name in enumerate("RGB")}


def _split(values: NDArray[np.uint8], element: _Element) -> dict[str, NDArray[np.uint8]]:
    if element.components != "BYRY":
        count = len(element.components)
        return {name: values[:, place::count] for place, name in enumerate(element.components) if name != "A"}
    return {"Y": values[:, 1::2], "B": values[:, 0::4].repeat(2, 1), "R": values[:, 2::4].repeat(2, 1)}


def _unpacked(descriptor: int, header: _Header, element: _Element, samples: int) -> NDArray[np.uint8]:
    """All samples as eight bits, (lines, samples)."""
    if element.encoding:
        return _run_lengths(descriptor, header, element, samples)
    typed = partial(_typed, descriptor, header, element, samples)
    packed = partial(_lines, descriptor, element, header.lines)
    filled = element.packing in {_METHOD_A, _METHOD_B}
    match element.bits:
        case 8:
            values = typed("u1")
        case 16:
            values = typed("u2") >> 8
        case 32 | 64:
            floats = typed(f"f{element.bits // 8}").astype(np.float32)
            values = (np.nan_to_num(floats, posinf=1.0, neginf=0.0).clip(0, 1) * 255).round()
        case 12 if filled:  # in pairs of bytes
            values = typed("u2") >> (8 if element.packing == _METHOD_A else 4)
        case 10 | 12 if element.packing == _PACKED:
            values = _of_bits(packed(-(-samples * element.bits // 32) * _WORD), element, samples)
        case 10 if filled and len(element.components) == 1:
            values = _three_a_word(packed(-(-samples // 3) * _WORD), element, samples)
        case _:
            raise UnsupportedMediaError(
                f"a DPX of descriptor {element.descriptor} with {element.bits} bits, packed by {element.packing}, "
                "is not read"
            )
    return values.astype(np.uint8)


def _typed(descriptor: int, header: _Header, element: _Element, samples: int, kind: str) -> NDArray[Any]:
    size = samples * int(kind[1])
    lines = np.ascontiguousarray(_lines(descriptor, element, header.lines, size)[:, :size])
    return lines.view(f"{element.order}{kind}")


def _three_a_word(words: NDArray[np.uint8], element: _Element, samples: int) -> NDArray[np.uint8]:
    """Samples of one component of ten bits, the first of three lowest in its word."""
    values = np.ascontiguousarray(words).view(f"{element.order}u4").astype(np.uint32)
    lowest = 4 if element.packing == _METHOD_A else 2
    three = np.stack([values >> (lowest + 10 * place) for place in range(3)], -1).astype(np.uint8)
    return three.reshape(len(words), -1)[:, :samples]


def _of_bits(words: NDArray[np.uint8], element: _Element, samples: int) -> NDArray[np.uint8]:
    """Samples of a line that is one row of bits, filled from the lowest bit of its first word on."""
    values = np.ascontiguousarray(words).view(f"{element.order}u4").astype(np.uint64)
    values = np.pad(values, ((0, 0), (0, 1)))
    highest = np.arange(samples) * element.bits + element.bits - 8  # the place of the lowest of eight bits
    word, shift = highest // 32, (highest % 32).astype(np.uint64)
    both = values[:, word] | (values[:, word + 1] << np.uint64(32))
    return (both >> shift).astype(np.uint8)


def _lines(descriptor: int, element: _Element, count: int, size: int) -> NDArray[np.uint8]:
    """The bytes of all lines (count, at least size), each `size` bytes and what pads it.

    Lines end where a word does, and with as many bytes more as the header says; some writers count those that fill the
    word among them, some leave them out. The one with which the file comes out even is meant.
    """
    whole = -(-size // _WORD) * _WORD
    available = os.fstat(descriptor).st_size - element.place
    strides = (whole + element.padding, size + element.padding, whole, size)
    even = (stride for stride in strides if stride * count == available)
    fitting = (stride for stride in strides[:2] if stride * count <= available)
    stride = next(even, None) or next(fitting, None)
    if stride is None:
        raise MediaError("the file ends inside the picture")
    data = os.pread(descriptor, stride * count, element.place)
    if len(data) < stride * count:
        raise MediaError("the file ends inside the picture")
    return np.frombuffer(data, np.uint8).reshape(count, stride)[:, :whole]


def _run_lengths(descriptor: int, header: _Header, element: _Element, samples: int) -> NDArray[np.uint8]:
    """Samples of 8 or 16 bits packed in runs of pixels: a count and a flag, then one pixel or as many (7.4)."""
    many = header.lines * samples > _MOST_RUNS
    if many or element.encoding != 1 or element.bits not in {8, 16} or element.components == "BYRY":
        raise UnsupportedMediaError(f"a DPX of {element.bits} bits with encoding {element.encoding} is not read")
    width = element.bits // 8
    end = os.fstat(descriptor).st_size
    longest = min(end - element.place, 2 * header.lines * samples * width)  # a run of one for each pixel
    words = np.frombuffer(os.pread(descriptor, max(0, longest), element.place), np.uint8)
    words = words[: words.size // width * width]
    values = [int(value) for value in words.view(f"{element.order}u{width}")]
    lines = _line_reader(values, len(element.components))
    unpacked = np.array([lines(header.width) for _ in range(header.lines)], np.uint16)
    return (unpacked.reshape(header.lines, samples) >> (element.bits - 8)).astype(np.uint8)


def _line_reader(values: list[int], components: int) -> Callable[[int], list[int]]:
    """What gives the next line of so many pixels, out of runs that never go on over a line's end."""
    at = 0

    def line(width: int) -> list[int]:
        nonlocal at
        pixels: list[int] = []
        wanted = width * components
        while len(pixels) < wanted:
            if at >= len(values) or values[at] < 2:  # noqa: PLR2004 - a run of none
                raise MediaError("the file ends inside the picture")
            count, same = values[at] >> 1, values[at] & 1
            stored = values[at + 1 : at + 1 + (1 if same else count) * components]
            pixels += stored * count if same else stored
            at += 1 + len(stored)
            if len(stored) < components:
                raise MediaError("the file ends inside the picture")
        if len(pixels) != wanted:
            raise MediaError("a run goes on over the end of its line")
        return pixels

    return line


def _upright(plane: NDArray[np.uint8], orientation: int) -> NDArray[np.uint8]:
    """A plane as it is meant to be seen: 1 mirrors it, 2 stands it on its head, 4 has its lines from top to bottom."""
    turned = plane.T if orientation & 4 else plane
    turned = turned[:, ::-1] if orientation & 1 else turned
    return np.ascontiguousarray(turned[::-1] if orientation & 2 else turned)
