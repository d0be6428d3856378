"""What NovelAI and web UIs hide in a PNG's last bits: "stealth" metadata, in its transparency or its colours.

The bits run down the columns: a word of fifteen characters, the number of bits that follow, then text, plain or as
gzip (NovelAI/novelai-image-metadata `nai_meta.py`; sd_webui_stealth_pnginfo). Few pictures have it, so the word is
looked for first, in the first column alone, without decoding the picture.
"""

import json
import os
import struct
import zlib
from collections.abc import Iterator
from itertools import islice
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from detectors.markers.patterns import VALUE_LIMIT
from detectors.material import Tag

READER = "stealth walker"

PIXEL_LIMIT = 64 << 20
"""Pixels of a picture that is decoded."""
TEXT_LIMIT = 1 << 20
"""Bytes of the text that are unpacked."""

_TRANSPARENCY = {b"stealth_pnginfo": False, b"stealth_pngcomp": True}
_COLOURS = {b"stealth_rgbinfo": False, b"stealth_rgbcomp": True}
_WORD = 15
_RGB, _RGBA = 2, 6  # colour types of a PNG
_UP, _AVERAGE, _PAETH = 2, 3, 4  # filters of a PNG's row
_MOST_CHUNKS = 1000
_MOST_ROWS = _WORD * 8
_MOST_FIELDS = 20
_GZIP = 31


def read(file: BinaryIO) -> Iterator[Tag]:
    """The hidden text of an open PNG: each field of it where it is JSON, else all of it as `Stealth:Parameters`."""
    hidden = _hidden(file)
    if not hidden:
        return
    try:
        fields = json.loads(hidden)
    except (ValueError, RecursionError):
        fields = None
    if not isinstance(fields, dict):
        yield Tag(READER, "Stealth:Parameters", hidden[:VALUE_LIMIT])
        return
    for name, value in islice(fields.items(), _MOST_FIELDS):
        text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
        yield Tag(READER, f"Stealth:{name[:40].capitalize()}", text[:VALUE_LIMIT])


def _hidden(file: BinaryIO) -> str | None:
    file.seek(8)
    head = file.read(25)
    if len(head) < 25 or head[4:8] != b"IHDR":  # noqa: PLR2004 - a chunk of 13 bytes
        return None
    width, height, depth, colour, _, _, interlaced = struct.unpack(">IIBBBBB", head[8:21])
    if depth != 8 or colour not in {_RGB, _RGBA} or interlaced or not 0 < width * height <= PIXEL_LIMIT:  # noqa: PLR2004 - bits
        return None
    channels = 4 if colour == _RGBA else 3
    column = _first_column(file, width, height, channels)
    if column is None:
        return None
    if height >= _MOST_ROWS and not any(
        bytes(np.packbits(bits[:_MOST_ROWS])[:_WORD]) in words for bits, words in _ways(column[:, None])
    ):
        return None
    for bits, words in _ways(_pixels(file)):
        text = _text(bits, words)
        if text:
            return text
    return None


def _ways(pixels: NDArray[np.uint8]) -> Iterator[tuple[NDArray[np.uint8], dict[bytes, bool]]]:
    """The last bits of uint8 (height, width, channels), down the columns: of the transparency, and of the colours."""
    down = pixels.transpose(1, 0, 2) & np.uint8(1)
    if pixels.shape[2] == 4:  # noqa: PLR2004 - three colours and the transparency
        yield down[..., 3].reshape(-1), _TRANSPARENCY
    yield down[..., :3].reshape(-1), _COLOURS


def _text(bits: NDArray[np.uint8], words: dict[bytes, bool]) -> str | None:
    start = np.packbits(bits[: (_WORD + 4) * 8]).tobytes()
    packed = words.get(start[:_WORD])
    if packed is None or len(start) < _WORD + 4:
        return None
    count = int.from_bytes(start[_WORD:], "big")
    first = (_WORD + 4) * 8
    if count > min(len(bits) - first, TEXT_LIMIT * 8):
        return None
    content = np.packbits(bits[first : first + count]).tobytes()
    if packed:
        try:
            content = zlib.decompressobj(_GZIP).decompress(content, TEXT_LIMIT)
        except zlib.error:
            return None
    return content.decode("utf-8", "replace")


def _first_column(file: BinaryIO, width: int, height: int, channels: int) -> NDArray[np.uint8] | None:
    """The first pixel of each of the first rows, uint8 (rows, channels): it depends on the one above alone.

    None where the picture's data is broken.
    """
    rows = min(height, _MOST_ROWS)
    stride = 1 + width * channels
    data = _unpacked(file, rows * stride)
    if len(data) < (rows - 1) * stride + 1 + channels:
        return None
    column = np.zeros((rows, channels), np.uint8)
    above = np.zeros(channels, np.uint8)
    for number in range(rows):
        start = number * stride
        stored = np.frombuffer(data, np.uint8, channels, start + 1)
        way = data[start]
        if way in {_UP, _PAETH}:  # where left is nothing, Paeth chooses what is above
            above = stored + above
        elif way == _AVERAGE:
            above = stored + (above >> 1)
        else:  # as it is, or added to what is left, which is nothing
            above = stored
        column[number] = above
    return column


def _unpacked(file: BinaryIO, wanted: int) -> bytes:
    """The first bytes of a PNG's picture data, unpacked."""
    unpacker = zlib.decompressobj()
    data = bytearray()
    end = os.fstat(file.fileno()).st_size
    for _ in range(_MOST_CHUNKS):
        head = file.read(8)
        if len(head) < 8 or len(data) >= wanted:  # noqa: PLR2004 - length and name of a chunk
            break
        length, name = struct.unpack(">I4s", head)
        after = file.tell() + length + 4
        if name == b"IDAT":
            try:
                data += unpacker.decompress(file.read(min(length, wanted + 4096)), wanted - len(data))
            except zlib.error:
                break
        elif name == b"IEND" or after > end:
            break
        file.seek(after)
    return bytes(data)


def _pixels(file: BinaryIO) -> NDArray[np.uint8]:
    """The whole picture, uint8 (height, width, channels); empty where it can't be decoded."""
    from PIL import Image

    file.seek(0)
    try:
        with Image.open(file, formats=["PNG"]) as image:
            return np.asarray(image, np.uint8)
    except Exception:  # noqa: BLE001 - a decoder raises whatever broken bytes lead it to; there is no text in them
        return np.zeros((0, 0, 3), np.uint8)
