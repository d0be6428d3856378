"""How a DDS file is built: which surfaces it holds, in which order, and how many bytes each takes.

Source: Microsoft's Programming Guide for DDS (DDS_HEADER, DDS_HEADER_DXT10, DXGI_FORMAT).
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from scanner.media.reading import bytes_at

_HEADER, _LONG_HEADER = 128, 148
_CUBE, _FACES, _VOLUME, _SIX = 0x200, 0xFC00, 0x200000, 4
_BLOCKS = {
    **dict.fromkeys((b"DXT1", b"BC4U", b"BC4S", b"ATI1"), 8),
    **dict.fromkeys((b"DXT2", b"DXT3", b"DXT4", b"DXT5", b"ATI2", b"BC5U", b"BC5S"), 16),
}
_LONG_BLOCKS = {70: 8, 73: 16, 76: 16, 79: 8, 82: 16, 94: 16, 97: 16}  # the first of three formats each
_LONG_BITS = {
    **dict.fromkeys(range(1, 5), 128),
    **dict.fromkeys(range(5, 9), 96),
    **dict.fromkeys(range(9, 23), 64),
    **dict.fromkeys((*range(23, 48), *range(87, 94)), 32),
    **dict.fromkeys((*range(48, 60), 85, 86), 16),
    **dict.fromkeys(range(60, 66), 8),
}
_MOST = 100_000


@dataclass(frozen=True, slots=True)
class DirectDrawSurface:
    """A file's header. `elements`: faces and slices of an array; `block`: bytes of four by four pixels, or 0."""

    head: bytes
    size: tuple[int, int]
    depth: int
    levels: int
    elements: int
    block: int
    bits: int

    @classmethod
    def of(cls, file: BinaryIO) -> "DirectDrawSurface | None":
        """What the header says; None where there is none."""
        head = bytes_at(file, 0, _LONG_HEADER)
        if len(head) < _HEADER or head[:4] != b"DDS ":
            return None
        height, width = struct.unpack_from("<II", head, 12)
        depth, levels = struct.unpack_from("<II", head, 24)
        code, caps = head[84:88], struct.unpack_from("<I", head, 112)[0]
        faces = max(1, (caps & _FACES).bit_count()) if caps & _CUBE else 1
        if code == b"DX10" and len(head) == _LONG_HEADER:
            kind, dimension, flags, count = struct.unpack_from("<IIII", head, 128)
            block = next((size for first, size in _LONG_BLOCKS.items() if first <= kind < first + 3), 0)
            elements = max(1, count) * (6 if flags & _SIX else 1)
            volume = dimension == 4  # noqa: PLR2004 - TEXTURE3D
            return cls(
                head, (width, height), max(1, depth) if volume else 1, max(1, levels), elements, block,
                _LONG_BITS.get(kind, 0),
            )  # fmt: skip
        bits = struct.unpack_from("<I", head, 88)[0] if not code.strip(b"\0") else 0
        deep = max(1, depth) if caps & _VOLUME else 1
        return cls(head[:_HEADER], (width, height), deep, max(1, levels), faces, _BLOCKS.get(code, 0), bits)

    def surfaces(self, most: int) -> Iterator[tuple[int, int, int, int, int]]:
        """Each picture in the order of the file, at most `most` of them: element, level, slice, start and size."""
        place, count = len(self.head), 0
        for element in range(self.elements):
            for level in range(min(self.levels, 32)):
                size = self.bytes_of(level)
                for plane in range(max(1, self.depth >> level)):
                    if count >= most or not size:
                        return
                    yield element, level, plane, place, size
                    place += size
                    count += 1

    def end(self) -> int:
        """The place behind the last of them."""
        return max((place + size for *_, place, size in self.surfaces(_MOST)), default=len(self.head))

    def bytes_of(self, level: int) -> int:
        """Bytes of one picture of a level; 0 where its format isn't known."""
        width, height = self.at(level)
        if self.block:
            return (width + 3) // 4 * ((height + 3) // 4) * self.block
        return (width * self.bits + 7) // 8 * height

    def at(self, level: int) -> tuple[int, int]:
        """Width and height of a level in pixels."""
        return max(1, self.size[0] >> level), max(1, self.size[1] >> level)

    def alone(self, data: bytes, level: int) -> bytes:
        """A file of one picture and nothing else."""
        head = bytearray(self.head)
        width, height = self.at(level)
        flags = struct.unpack_from("<I", head, 8)[0] & ~0x820000  # no levels, no depth
        pitch = len(data) if self.block else len(data) // height
        struct.pack_into("<IIIIII", head, 8, flags, height, width, pitch, 0, 0)
        struct.pack_into("<II", head, 108, 0x1000, 0)  # a plain texture
        if len(head) == _LONG_HEADER:
            struct.pack_into("<III", head, 132, 3, 0, 1)  # of two dimensions, no cube, one
        return bytes(head) + data
