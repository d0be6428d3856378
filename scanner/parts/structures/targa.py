"""How a TGA file is built: header, picture, and what the footer of its second version points at.

Source: Truevision TGA File Format Specification, version 2.0.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from scanner.media.reading import bytes_at, size_of

RUNS = 8
"""Added to the kind of a picture that is packed."""

_HEADER, _FOOTER = 18, 26
_EXTENSION = 495
_STAMP_FIELD = 486  # where the extension says where the stamp lies
_SIGNATURE = b"TRUEVISION-XFILE."
_MOST_FIELDS = 4096
_WINDOW = 1 << 20


@dataclass(frozen=True, slots=True)
class Targa:
    """A file's header. `pixels`: where they begin; `extension`, `developer`, `footer`: places, 0 where there are none.

    `kind`: 1 with a palette, 2 in colours, 3 grey, and 8 more where it is packed.
    """

    head: bytes
    palette: bytes
    kind: int
    size: tuple[int, int]
    depth: int
    pixels: int
    extension: int = 0
    developer: int = 0
    footer: int = 0

    @classmethod
    def of(cls, file: BinaryIO) -> "Targa | None":
        """What the header and the last footer say; None where there is no header."""
        head = bytes_at(file, 0, _HEADER)
        if len(head) < _HEADER:
            return None
        length, entry = struct.unpack_from("<HB", head, 5)
        begin = _HEADER + head[0]
        palette = bytes_at(file, begin, length * ((entry + 7) // 8)) if head[1] else b""
        width, height, depth = struct.unpack_from("<HHB", head, 12)
        extension, developer, footer = _footer(file)
        return cls(
            head, palette, head[2], (width, height), depth, begin + len(palette), extension, developer, footer
        )  # fmt: skip

    @property
    def pixel_bytes(self) -> int:
        """Bytes of one pixel."""
        return (self.depth + 7) // 8

    def end_of_pixels(self, file: BinaryIO) -> int:
        """The place behind the picture, by its size or, where it is packed, by its packets."""
        count, width = self.size[0] * self.size[1], self.pixel_bytes
        if self.kind < RUNS:
            return self.pixels + count * width
        place, begin, window = self.pixels, 0, b""
        while count > 0:
            if not begin <= place < begin + len(window):
                begin, window = place, bytes_at(file, place, _WINDOW)
                if not window:
                    break
            packet = window[place - begin]
            many = (packet & 0x7F) + 1
            place += 1 + (width if packet & 0x80 else many * width)
            count -= many
        return place

    def developer_fields(self, file: BinaryIO) -> Iterator[tuple[int, int, int]]:
        """Tag, start and end of each field of the developer's area."""
        count = int.from_bytes(bytes_at(file, self.developer, 2), "little") if self.developer else 0
        table = bytes_at(file, self.developer + 2, min(count, _MOST_FIELDS) * 10)
        for tag, start, size in struct.iter_unpack("<HII", table[: len(table) // 10 * 10]):
            yield tag, start, min(start + size, size_of(file))

    def stamp(self, file: BinaryIO) -> tuple[int, int, int] | None:
        """Where the postage stamp's pixels lie, its width and height; None where there is none."""
        if not self.extension:
            return None
        place = int.from_bytes(bytes_at(file, self.extension + _STAMP_FIELD, 4), "little")
        size = bytes_at(file, place, 2) if place else b""
        return (place + 2, size[0], size[1]) if len(size) == 2 and all(size) else None  # noqa: PLR2004 - width, height

    def areas(self, file: BinaryIO) -> Iterator[tuple[int, int]]:
        """All stretches that the file accounts for."""
        yield 0, self.end_of_pixels(file)
        if self.footer:
            yield self.footer, self.footer + _FOOTER
        if self.extension:
            yield self.extension, self.extension + _EXTENSION
        if self.developer:
            fields = [*self.developer_fields(file)]
            yield self.developer, self.developer + 2 + 10 * len(fields)
            yield from ((start, end) for _, start, end in fields)
        if stamp := self.stamp(file):
            yield stamp[0] - 2, stamp[0] + stamp[1] * stamp[2] * self.pixel_bytes


def _footer(file: BinaryIO) -> tuple[int, int, int]:
    """Places of the extension, of the developer's directory and of the footer; nothing where there is no footer."""
    end = size_of(file)
    start = max(0, end - _WINDOW)
    window = bytes_at(file, start, end - start)
    at = window.rfind(_SIGNATURE)
    if at < 8:  # noqa: PLR2004 - the two places before it
        return 0, 0, 0
    extension, developer = struct.unpack_from("<II", window, at - 8)
    return extension, developer, start + at - 8
