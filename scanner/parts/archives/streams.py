"""Unpacked bytes of a packed stream, block by block, so that no bomb is ever larger in memory than a block.

gzip, bzip2 and xz may hold several streams one after the other, as their tools write them and read them; what stands
behind the last one is told.
"""

import bz2
import lzma
import struct
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Protocol, TypeAlias

from scanner.media.errors import MediaError

BLOCK = 1 << 18
"""Bytes that are unpacked at a time."""

_MEMORY = 256 << 20  # bytes that an xz stream may ask for; its tool's highest level takes 65 million
_LZMA_HEADER = 9


class _Packed(Protocol):
    """What unpackers of the standard library have in common."""

    @property
    def eof(self) -> bool: ...
    @property
    def unused_data(self) -> bytes: ...
    @property
    def needs_input(self) -> bool: ...
    def decompress(self, data: bytes, max_length: int = -1, /) -> bytes: ...


Unpacker: TypeAlias = Callable[[], _Packed]
"""Makes what unpacks one stream."""


def unpacked(
    packed: Iterable[bytes], unpacker: Unpacker, remarks: list[str], *, most: int = BLOCK, magic: bytes = b""
) -> Iterator[bytes]:
    """The unpacked bytes, at most `most` at a time. `magic`: with which a further stream begins, empty: there is none.

    Bytes behind the last stream are added to `remarks` in words.

    Raises:
        MediaError: it ends before its time.
        OSError, EOFError, zlib.error, lzma.LZMAError: it can't be unpacked.
    """
    source = iter(packed)
    stream, data = unpacker(), b""
    while True:
        if stream.eof:
            rest = stream.unused_data
            while len(rest) < max(1, len(magic)) and (more := next(source, b"")):
                rest += more
            if not magic or not rest.startswith(magic):
                if rest.strip(b"\0") or any(block.strip(b"\0") for block in source):
                    remarks.append("bytes stand behind the end of its packed stream")
                return
            stream, data = unpacker(), rest
        elif stream.needs_input and not data:
            data = next(source, b"")
            if not data:
                raise MediaError("its packed bytes end before their time")
        if block := stream.decompress(data, most):
            yield block
        data = b""


class _Zlib:
    """zlib's unpacker, with the manners of the others."""

    def __init__(self, window: int) -> None:
        self._stream = zlib.decompressobj(wbits=window)
        self._full = False

    @property
    def eof(self) -> bool:
        return self._stream.eof

    @property
    def unused_data(self) -> bytes:
        return self._stream.unused_data

    @property
    def needs_input(self) -> bool:
        return not self._stream.unconsumed_tail and not self._full

    def decompress(self, data: bytes, max_length: int = -1, /) -> bytes:
        block = self._stream.decompress(self._stream.unconsumed_tail + data, max(0, max_length))
        self._full = len(block) == max_length
        return block


class _ZipLzma:
    """The LZMA of zips: two bytes of version, the length of its properties, these, and a raw stream (APPNOTE 5.8)."""

    def __init__(self, size: int | None) -> None:
        self._stream: lzma.LZMADecompressor | None = None
        self._head = b""
        self._size = b"\xff" * 8 if size is None else struct.pack("<Q", size)

    @property
    def eof(self) -> bool:
        return self._stream is not None and self._stream.eof

    @property
    def unused_data(self) -> bytes:
        return self._stream.unused_data if self._stream else b""

    @property
    def needs_input(self) -> bool:
        return self._stream is None or self._stream.needs_input

    def decompress(self, data: bytes, max_length: int = -1, /) -> bytes:
        if self._stream:
            return self._stream.decompress(data, max_length)
        self._head += data
        if len(self._head) < _LZMA_HEADER:
            return b""
        # a header of the old .lzma format is made of it: properties, dictionary, and a length that isn't known
        if struct.unpack_from("<H", self._head, 2) != (5,):
            raise MediaError("its LZMA properties are of a length that doesn't exist")
        self._stream = lzma.LZMADecompressor(lzma.FORMAT_ALONE, memlimit=_MEMORY)
        return self._stream.decompress(self._head[4:9] + self._size + self._head[9:], max_length)


UNPACKERS: Mapping[str, tuple[bytes, Unpacker]] = {
    "gzip": (b"\x1f\x8b", lambda: _Zlib(31)),
    "bzip2": (b"BZh", bz2.BZ2Decompressor),
    "xz": (b"\xfd7zXZ\0", lambda: lzma.LZMADecompressor(memlimit=_MEMORY)),
}
"""How each packing is unpacked, by its format word, and with what its streams begin."""


def zlib_unpacker() -> _Packed:
    """What unpacks a zlib stream, as PDF has them."""
    return _Zlib(15)


def zip_unpacker(method: int, size: int | None) -> Unpacker | None:
    """What unpacks a zip's method; None: nothing does. `size`: how much it is, where LZMA doesn't mark its end."""
    methods: dict[int, Unpacker] = {8: lambda: _Zlib(-15), 12: bz2.BZ2Decompressor, 14: lambda: _ZipLzma(size)}
    return methods.get(method)
