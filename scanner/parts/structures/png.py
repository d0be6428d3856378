"""The chunks of a PNG file, walked without reading what is in them."""

from collections.abc import Iterator
from typing import BinaryIO

from scanner.media.reading import bytes_at


def png_chunks(file: BinaryIO) -> Iterator[tuple[bytes, int, int]]:
    """Name, place and size of the content of a PNG's chunks, up to the one that ends it."""
    place = 8
    while len(head := bytes_at(file, place, 8)) == 8 and head[4:] != b"IEND":  # noqa: PLR2004 - length and name
        size = int.from_bytes(head[:4], "big")
        yield head[4:], place + 8, size
        place += 12 + size
