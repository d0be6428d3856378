"""The members of a tar, read header by header from a stream, so that a packed one is unpacked once and never held.

POSIX.1-2017 (pax) and ustar, with GNU's long names. `tarfile` keeps every header in memory and believes their sizes.
"""

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Protocol

from scanner.media.errors import MediaError
from scanner.parts.archives.members import MemberIds, base_name, leads_out, where
from scanner.parts.archives.zips import leading_out, linked, tell
from scanner.parts.source import ListingCutError, PartSource

_BLOCK = 512
_CHUNK = 1 << 18
_EXTENDED = 1 << 20  # bytes of one extended header that are read
_SUM = slice(148, 156)
_LONG_NAME, _LONG_LINK, _PAX, _PAX_FOR_ALL = b"L", b"K", b"x", b"g"
_LINKS, _FOLDER = {b"1", b"2"}, b"5"
_DEVICES = {b"3": "a device", b"4": "a device", b"6": "a pipe"}
_SPARSE = b"S"


class ByteStream(Protocol):
    """What a tar is read from, forwards only."""

    def read(self, size: int, /) -> bytes:
        """As many bytes as are there, at most `size`."""


@dataclass(slots=True)
class _Header:
    """One member's header, with what the headers before it said about it."""

    name: str
    link: str
    kind: bytes
    size: int


def is_tar(head: bytes) -> bool:
    """Whether a tar may start here: by the checksum of its first header, which the oldest have too."""
    return len(head) >= _BLOCK and head[:1] != b"\0" and _sums_up(head[:_BLOCK])


def members(stream: ByteStream) -> Iterator[PartSource]:
    """The members, in their order. Each must be taken out before the next one is asked for.

    Raises:
        ListingCutError: its headers break off, something stands behind its end, or something about it is odd.
    """
    walk = _Walk(stream)
    ids = MemberIds()
    leading: list[str] = []
    while (header := walk.next_header()) is not None:
        if leads_out(header.name) and len(leading) < _BLOCK:
            leading.append(header.name)
        yield _member(walk, header, ids.of(header.name))
    tell([*walk.remarks, *leading_out(leading)])


def _member(walk: "_Walk", header: _Header, ident: str) -> PartSource:
    described: Callable[..., PartSource] = partial(
        PartSource,
        id=ident,
        where=where(header.name),
        name=base_name(header.name),
        shown=False,
        size=header.size,
    )
    if header.kind == _FOLDER and not header.size:
        return described(harmless="a folder")
    if header.kind in _LINKS:
        return linked(described, header.link)
    if header.kind in _DEVICES:
        return described(why_not=_DEVICES[header.kind])
    if header.kind == _SPARSE:
        return described(why_not="it is stored with holes, which nothing here fills")
    return described(read=partial(walk.blocks, walk.number))


class _Walk:
    """A way through a tar. `number`: of the member that it stands at."""

    def __init__(self, stream: ByteStream) -> None:
        self._stream = stream
        self._left = 0  # bytes of the member at hand that weren't read
        self._padding = 0
        self._for_all: dict[str, str] = {}
        self.number = 0
        self.remarks: list[str] = []

    def next_header(self) -> _Header | None:
        """The next member's header; None at the end."""
        said: dict[str, str] = {}
        while True:
            self._skip()
            block = self._read(_BLOCK)
            if not block.strip(b"\0"):
                self._end(block)
                return None
            if len(block) < _BLOCK or not _sums_up(block):
                raise ListingCutError("its headers break off, and what is behind the last member is unknown")
            header = self._header(block, said)
            self._left, self._padding = header.size, -header.size % _BLOCK
            if header.kind not in {_LONG_NAME, _LONG_LINK, _PAX, _PAX_FOR_ALL}:
                self.number += 1
                return header
            self._extend(header, said)

    def blocks(self, number: int) -> Iterator[bytes]:
        """The bytes of the member at hand.

        Raises:
            MediaError: it isn't this one any more, or the file ends inside it.
        """
        while self._left:
            if number != self.number:
                raise MediaError("the archive was read past it")
            block = self._stream.read(min(self._left, _CHUNK))
            if not block:
                raise MediaError("the archive ends inside it")
            self._left -= len(block)
            yield block

    def _header(self, block: bytes, said: dict[str, str]) -> _Header:
        prefix = block[345:500].split(b"\0")[0] if block[257:263] == b"ustar\0" else b""
        name = b"/".join(part for part in (prefix, block[:100].split(b"\0")[0]) if part)
        kind = block[156:157]
        kind = _FOLDER if kind in {b"0", b"\0"} and name.endswith(b"/") else kind
        stated = self._for_all | said
        if any(key.startswith("GNU.sparse") for key in said):
            kind = _SPARSE
        size = _number(block[124:136])
        if kind not in {_PAX, _PAX_FOR_ALL, _LONG_NAME, _LONG_LINK} and stated.get("size", "").isdecimal():
            size = int(stated["size"][:20])
        size = 0 if kind in _LINKS | _DEVICES.keys() else size
        link = stated.get("linkpath") or os.fsdecode(block[157:257].split(b"\0")[0])
        return _Header(stated.get("path") or os.fsdecode(name), link, kind, size)

    def _extend(self, header: _Header, said: dict[str, str]) -> None:
        """Read what an extended header says of the next member, or of all."""
        body = b"".join(self.blocks(self.number)) if header.size <= _EXTENDED else b""
        if header.size > _EXTENDED:
            self.remarks.append("an extended header is larger than any that is read")
        if header.kind == _LONG_NAME:
            said["path"] = os.fsdecode(body.rstrip(b"\0"))
        elif header.kind == _LONG_LINK:
            said["linkpath"] = os.fsdecode(body.rstrip(b"\0"))
        else:
            (said if header.kind == _PAX else self._for_all).update(_records(body))

    def _skip(self) -> None:
        left = self._left + self._padding
        self._left = self._padding = 0
        while left:
            block = self._stream.read(min(left, _CHUNK))
            if not block:
                raise ListingCutError("it ends inside its last member")
            left -= len(block)

    def _end(self, block: bytes) -> None:
        """Read on behind its end, which is zeros and nothing else."""
        if not block:
            self.remarks.append("its end is missing")
        while block := self._stream.read(_CHUNK):
            if block.strip(b"\0"):
                self.remarks.append("bytes stand behind its end")
                return

    def _read(self, size: int) -> bytes:
        data = b""
        while len(data) < size and (block := self._stream.read(size - len(data))):
            data += block
        return data


def _sums_up(block: bytes) -> bool:
    """Whether a header's checksum is right, as unsigned bytes or, in very old ones, as signed."""
    try:
        stated = _number(block[_SUM])
    except ListingCutError:
        return False
    rest = block[:148] + b" " * 8 + block[156:]
    return stated in {sum(rest), sum(rest) - 256 * sum(byte > 127 for byte in rest)}  # noqa: PLR2004 - the sign of a byte


def _number(field: bytes) -> int:
    """A number in octal digits, or in binary where it is too large for them."""
    if field[0] & 0x80:
        return int.from_bytes(field[1:], "big")
    digits = field.strip(b" \0") or b"0"
    if digits.strip(b"01234567"):
        raise ListingCutError("its headers break off, and what is behind the last member is unknown")
    return int(digits, 8)


def _records(body: bytes) -> dict[str, str]:
    """Pax records, each `length key=value` and a line feed."""
    records, at = {}, 0
    while (space := body.find(b" ", at, at + 20)) > at and body[at:space].isdigit():
        end = at + int(body[at:space])
        key, equals, value = body[space + 1 : end - 1].partition(b"=")
        if not equals or end <= space:
            break
        records[key.decode("utf-8", "replace")] = os.fsdecode(value)
        at = end
    return records
