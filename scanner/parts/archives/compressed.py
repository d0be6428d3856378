"""What is packed in gzip, bzip2, xz and zstd: the members of a tar, or one file; and tars as they are."""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from time import monotonic
from typing import BinaryIO

from scanner.drop.kinds import HEAD_BYTES, Format, sniff
from scanner.parts.archives import tars, unpackers
from scanner.parts.archives.members import MemberIds, base_name, where
from scanner.parts.archives.streams import BLOCK, UNPACKERS, unpacked
from scanner.parts.archives.zips import tell
from scanner.parts.source import Bounds, ListingCutError, PartSource

COVERS: Mapping[str, str] = {
    "tar": "every member; told: devices, members with holes, links that lead out",
    **dict.fromkeys(("gzip", "bzip2", "xz"), "the members of a tar, or the one file in it; told: as of tar"),
    "zstd": "the members of a tar, or the one file in it; told: as of tar; where libarchive isn't installed, all of it",
}

_UNNAMED = "content"
_EXTRA, _NAME = 4, 8  # flags of a gzip header (RFC 1952, 2.3.1)
_LONGEST_NAME = 4096


def parts(file: BinaryIO, form: Format, bounds: Bounds) -> Iterator[PartSource]:
    """The members of a tar, packed or not, or the file that is packed.

    Raises:
        ListingCutError: something is left out, or odd.
    """
    if form.name == "tar":
        file.seek(0)
        yield from tars.members(file)
        return
    if form.name == "zstd" and (missing := unpackers.missing("zstd")):
        yield missing
        return
    remarks: list[str] = []
    with _unpacked(file, form, remarks) as blocks:
        stream = _Stream(blocks, file, bounds)
        head = stream.peek(HEAD_BYTES)
        if tars.is_tar(head):
            yield from tars.members(stream)
        else:
            yield _single(stream, file, form, head)
    tell(remarks)


def _single(stream: "_Stream", file: BinaryIO, form: Format, head: bytes) -> PartSource:
    name = _noted_name(file) if form.name == "gzip" else ""
    inside = sniff(head, name)
    return PartSource(
        id=MemberIds().of(name or _UNNAMED),
        where=where(name) if name else "what is packed in it",
        name=base_name(name),
        packed=file.seek(0, os.SEEK_END),
        read=stream.blocks,
        kind=inside.kind,
        format=inside.name,
    )


@contextmanager
def _unpacked(file: BinaryIO, form: Format, remarks: list[str]) -> Iterator[Iterator[bytes]]:
    file.seek(0)
    if form.name == "zstd":
        with unpackers.raw_blocks(file, "zstd") as blocks:
            yield blocks
        return
    magic, unpacker = UNPACKERS[form.name]
    yield unpacked(_blocks(file), unpacker, remarks, magic=magic)


def _blocks(file: BinaryIO) -> Iterator[bytes]:
    """A file's bytes from its start, wherever others leave it in between."""
    at = 0
    while True:
        file.seek(at)
        block = file.read(BLOCK)
        at += len(block)
        if not block:
            return
        yield block


class _Stream:
    """Unpacked bytes that are read forwards, within the ratio and the time that a file has.

    The ratio holds for the whole stream: a member in the middle of it has no packed size of its own.
    """

    def __init__(self, blocks: Iterator[bytes], file: BinaryIO, bounds: Bounds) -> None:
        self._blocks = blocks
        self._until = monotonic() + bounds.seconds
        size = file.seek(0, os.SEEK_END)
        self._most = max(bounds.ratio_from, size * bounds.ratio)
        self._total = 0
        self._ahead = b""

    def peek(self, size: int) -> bytes:
        """The next bytes, which stay to be read."""
        while len(self._ahead) < size and (block := self._next()):
            self._ahead += block
        return self._ahead[:size]

    def read(self, size: int, /) -> bytes:
        """At most `size` bytes, none at the end."""
        if not self._ahead:
            self._ahead = self._next()
        data, self._ahead = self._ahead[:size], self._ahead[size:]
        return data

    def blocks(self) -> Iterator[bytes]:
        """All that is left, block by block."""
        while block := self.read(BLOCK):
            yield block

    def _next(self) -> bytes:
        block = next(self._blocks, b"")
        self._total += len(block)
        if self._total > self._most:
            raise ListingCutError(f"it unpacks to more than {self._most:,} bytes, many times its packed size")
        if monotonic() > self._until:
            raise ListingCutError("unpacking it took longer than it may; what is behind was not looked at")
        return block


def _noted_name(file: BinaryIO) -> str:
    """The name that gzip noted, empty where it noted none (RFC 1952, 2.3.1)."""
    file.seek(0)
    header = file.read(_LONGEST_NAME)
    if header[3] & (_EXTRA | _NAME) != _NAME:  # with nothing before it
        return ""
    return os.fsdecode(header[10:].split(b"\0")[0])
