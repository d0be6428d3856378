"""The samples of a TIFF picture out of its strips or tiles, whatever packs them.

What unpacks LZW and its like is libtiff, by Pillow: it is shown the packed bytes as rows of a plain grey picture of
eight bits, so that all that is a matter of samples (their bits, order, planes and predictor) stays here.
"""

import io
import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from scanner.media.errors import MediaError, UnsupportedMediaError
from scanner.media.pixels.quiet import quietly
from scanner.media.reading import bytes_at

_AT_ONCE = 16 << 20  # bytes that are unpacked together
_NONE = 1
_DIFFERENCES, _FLOAT_DIFFERENCES = 2, 3
_BYTE = 8


@dataclass(frozen=True, slots=True)
class Packing:
    """How samples are stored. `compression` and `predictor` are TIFF's numbers, `order` is the mark of `struct`."""

    compression: int
    bits: int
    order: str
    floats: bool
    predictor: int


@dataclass(frozen=True, slots=True)
class Segments:
    """Where a picture of this `size` lies: in segments (strips or tiles), each plane's one after another if `apart`.

    `subsampled`: how many pixels across and down share their chroma.
    """

    size: tuple[int, int]
    segment: tuple[int, int]
    samples: int
    apart: bool
    tiled: bool
    places: Sequence[int]
    sizes: Sequence[int]
    reversed_bits: bool
    subsampled: tuple[int, int]

    @property
    def grid(self) -> tuple[int, int]:
        """How many segments lie side by side, and below each other."""
        return -(-self.size[0] // self.segment[0]), -(-self.size[1] // self.segment[1])

    @property
    def together(self) -> int:
        """How many samples of a pixel lie in one segment."""
        return 1 if self.apart else self.samples

    def rows(self, number: int) -> int:
        """How many lines of the picture the segment of this number (in its plane) holds."""
        below = number // self.grid[0]
        return self.segment[1] if self.tiled else min(self.segment[1], self.size[1] - below * self.segment[1])


def unpacked(
    file: BinaryIO, segments: Segments, packing: Packing, kept: int, table: NDArray[np.uint8] | None
) -> NDArray[np.float32]:
    """The first `kept` samples of each pixel, (height, width, kept): looked up in `table`, else as float32.

    Raises:
        UnsupportedMediaError: a segment is too large.
        MediaError: something of it isn't there, or doesn't unpack.
    """
    across, down = segments.grid
    count = across * down
    planes = range(kept) if segments.apart else range(1)
    if len(segments.places) < count * (segments.samples if segments.apart else 1):
        raise MediaError("part of the picture isn't there")
    width, height = segments.size
    ground = np.zeros((height, width, kept), np.float32 if table is None else np.uint8)
    for plane in planes:
        for number, samples in _samples(file, segments, packing, plane * count, count):
            values = samples.astype(np.float32) if table is None else table[samples]
            left, top = number % across * segments.segment[0], number // across * segments.segment[1]
            part = ground[top : top + values.shape[0], left : left + values.shape[1]]
            shown = values[: part.shape[0], : part.shape[1]]
            if segments.apart:
                part[..., plane] = shown[..., 0]
            else:
                part[...] = shown[..., :kept]
    return ground


def _samples(
    file: BinaryIO, segments: Segments, packing: Packing, first: int, count: int
) -> Iterator[tuple[int, NDArray[np.generic]]]:
    """Each segment of a plane: its number, and its samples (lines, width, samples)."""
    row = _row_bytes(segments, packing)
    step = max(1, _AT_ONCE // max(1, row * segments.segment[1]))
    down = segments.subsampled[1]
    for begin in range(0, count, step):
        numbers = range(begin, min(begin + step, count))
        lines = [-(-segments.rows(number) // down) for number in numbers]
        stored = [_stored(file, segments, first + number, row * lines[at]) for at, number in enumerate(numbers)]
        rows = _rows(stored, lines, row, packing, reversed_bits=segments.reversed_bits)
        at = 0
        for number, taken in zip(numbers, lines, strict=True):
            yield number, _of_rows(rows[at : at + taken], segments, packing)
            at += taken


def _row_bytes(segments: Segments, packing: Packing) -> int:
    across, down = segments.subsampled
    if (across, down) != (1, 1):
        return -(-segments.segment[0] // across) * (across * down + 2)
    return -(-segments.segment[0] * segments.together * packing.bits // _BYTE)


def _stored(file: BinaryIO, segments: Segments, number: int, expected: int) -> bytes:
    """The bytes of a segment as they are stored. Old writers of uncompressed ones state no size."""
    size = segments.sizes[number] if number < len(segments.sizes) else expected
    data = bytes_at(file, segments.places[number], size)
    if not data or len(data) < size:
        raise MediaError("the file ends inside the picture")
    return data


def _rows(
    stored: Sequence[bytes], lines: Sequence[int], row: int, packing: Packing, *, reversed_bits: bool
) -> NDArray[np.uint8]:
    """Segments unpacked, all of their lines below each other, uint8 (lines, row)."""
    if packing.compression == _NONE:
        if any(len(data) < row * count for data, count in zip(stored, lines, strict=True)):
            raise MediaError("the file ends inside the picture")
        joined = b"".join(data[: row * count] for data, count in zip(stored, lines, strict=True))
        rows = np.frombuffer(joined, np.uint8).reshape(-1, row)
        return _REVERSED[rows] if reversed_bits else rows
    from PIL import Image

    picture = _grey(stored, lines, row, packing.compression, reversed_bits=reversed_bits)
    try:
        with quietly(), Image.open(io.BytesIO(picture), formats=["TIFF"]) as image:
            return np.asarray(image, np.uint8)
    except Image.DecompressionBombError as error:
        raise UnsupportedMediaError("a picture of so many pixels is not opened") from error
    except Exception as error:  # its plugins raise whatever broken bytes lead them to
        raise MediaError(f"the picture can't be decoded: {str(error)[:120]}") from error


_REVERSED = np.packbits(np.unpackbits(np.arange(256, dtype=np.uint8)[:, None], axis=1)[:, ::-1], axis=1)[:, 0]


def _grey(stored: Sequence[bytes], lines: Sequence[int], row: int, compression: int, *, reversed_bits: bool) -> bytes:
    """A TIFF of one grey picture whose strips are these packed bytes."""
    fields = [
        (256, row),
        (257, sum(lines)),
        (258, _BYTE),
        (259, compression),
        (262, 1),
        (266, 2 if reversed_bits else 1),
    ]
    fields += [(277, 1), (278, lines[0]), (284, 1)]
    count = len(stored)
    tables = 8 + 2 + 12 * (len(fields) + 2) + 4
    begin = tables + 8 * count
    places = [begin + sum(map(len, stored[:number])) for number in range(count)]
    rows = [struct.pack("<HHII", tag, 4, 1, value) for tag, value in fields]
    for tag, table, values in ((273, tables, places), (279, tables + 4 * count, [*map(len, stored)])):
        rows.append(struct.pack("<HHII", tag, 4, count, values[0] if count == 1 else table))
    rows.sort(key=lambda entry: struct.unpack_from("<H", entry)[0])
    numbers = struct.pack(f"<{2 * count}I", *places, *map(len, stored))
    return b"".join([b"II*\0", struct.pack("<IH", 8, len(rows)), *rows, bytes(4), numbers, *stored])


def _of_rows(rows: NDArray[np.uint8], segments: Segments, packing: Packing) -> NDArray[np.generic]:
    """Lines of bytes as samples (lines, width, samples)."""
    width, together = segments.segment[0], segments.together
    if segments.subsampled != (1, 1):
        return _of_units(rows, segments)
    count = width * together
    if packing.bits % _BYTE:
        bits = np.unpackbits(rows, axis=1)[:, : count * packing.bits].reshape(len(rows), count, packing.bits)
        weights = 1 << np.arange(packing.bits - 1, -1, -1, dtype=np.uint16)
        return (bits @ weights).astype(np.uint16).reshape(len(rows), width, together)
    size = packing.bits // _BYTE
    if packing.predictor == _FLOAT_DIFFERENCES:
        summed = np.cumsum(rows.reshape(len(rows), -1, together), axis=1, dtype=np.uint8)
        in_order = summed.reshape(len(rows), size, count).transpose(0, 2, 1)
        return np.ascontiguousarray(in_order).view(f">f{size}").reshape(len(rows), width, together)
    numbers = np.ascontiguousarray(rows).view(f"{packing.order}u{size}").astype(f"u{size}", copy=False)
    numbers = numbers.reshape(len(rows), width, together)
    if packing.predictor == _DIFFERENCES:
        numbers = np.cumsum(numbers, axis=1, dtype=numbers.dtype)
    return numbers.view(f"f{size}") if packing.floats else numbers


def _of_units(rows: NDArray[np.uint8], segments: Segments) -> NDArray[np.generic]:
    """Y, Cb and Cr of units in which several pixels share their chroma, (lines, width, 3)."""
    across, down = segments.subsampled
    units = rows.reshape(len(rows), -1, across * down + 2)
    blocks = units[..., : across * down].reshape(len(rows), -1, down, across)
    luma = blocks.swapaxes(1, 2).reshape(len(rows) * down, -1)
    chroma = [units[..., place].repeat(down, 0).repeat(across, 1) for place in (-2, -1)]
    return np.stack([luma, *chroma], -1)[:, : segments.segment[0]]
