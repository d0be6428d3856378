"""The names of what an archive holds, read from its directory or headers: nothing in it is unpacked.

A zip's directory stands at its end, a tar's headers before each member; both are read by hand, because the readers of
the standard library hold whole directories of hostile size in memory. Of a compressed tar only its first megabyte is
unpacked, into memory, to read the headers in it. What an archive holds is not examined: the list is so that somebody
sees what was delivered inside it.
"""

import os
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

from detectors.observation import shorten
from scanner.drop.names import presentable
from scanner.media.commands import opened

MOST_NAMES = 1000
MOST_BYTES = 64 * 1024
"""Of all names together."""

_NAMED = 8  # by a summary
_UNPACKED = 1024 * 1024  # of a compressed tar
_LONGEST_NAME = 4096  # bytes: the longest path that Linux opens
_BLOCK = 512
_TAIL = 65_535 + 22  # a zip's end record and the longest comment behind it (APPNOTE 6.3.10, 4.3.16)
_DIRECTORY = 4 * 1024 * 1024  # bytes of a zip's directory that are read
_OFFSET_64 = 0xFFFFFFFF  # the offset stands in the 64-bit end record
_EXTRA, _NAME = 4, 8  # flags of a gzip header (RFC 1952, 2.3.1)
_UTF8 = 0x800  # flag: the name is UTF-8 (APPNOTE, 4.4.4)


@dataclass(frozen=True, slots=True)
class MemberNames:
    """Names of members, as reports print them, in the archive's order. `whole`: there are no more than these."""

    names: tuple[str, ...]
    whole: bool


def listing(path: Path, form: str) -> MemberNames | None:
    """What an archive says it holds; None for a format whose names can't be read here (7z, rar and others).

    Broken archives give the names that could be read.

    Raises:
        MediaError: the file can't be opened.
    """
    reader = {"zip": _zip, "tar": _tar, "gzip": _gzip}.get(form)
    if reader is None:
        return None
    names: list[str] = []
    room = MOST_BYTES
    with opened(path) as descriptor, open(descriptor, "rb", closefd=False) as file:
        try:
            for name in reader(file):
                room -= len(name)
                if len(names) == MOST_NAMES or room < 0:
                    return MemberNames(tuple(names), whole=False)
                names.append(presentable(os.fsdecode(name)))
        except (_CutOffError, OSError, struct.error, zlib.error):
            return MemberNames(tuple(names), whole=False)
    return MemberNames(tuple(names), whole=True)


def summary(members: MemberNames) -> str:
    """What is in it in a few words: `3 names: a.mov, b.mov, c.txt`."""
    count = len(members.names)
    if not count:
        return "it is empty" if members.whole else "no names in it can be read"
    names = ", ".join(members.names[:_NAMED]) + (", …" if count > _NAMED or not members.whole else "")
    return shorten(f"{count} {'names' if members.whole else 'names and more'}: {names}")


class _CutOffError(Exception):
    """There is more, and it isn't read."""


def _zip(file: BinaryIO) -> Iterator[bytes]:
    """Names by the central directory (APPNOTE 6.3.10, 4.3.12): that is what unpackers go by."""
    size = file.seek(0, os.SEEK_END)
    file.seek(max(0, size - _TAIL))
    tail = file.read()
    at = tail.rfind(b"PK\x05\x06")
    if at < 0:
        raise _CutOffError
    length, offset = struct.unpack_from("<II", tail, at + 12)
    if offset == _OFFSET_64 and (locator := tail.rfind(b"PK\x06\x07", 0, at)) >= 0:
        file.seek(struct.unpack_from("<Q", tail, locator + 8)[0])
        length, offset = struct.unpack_from("<QQ", file.read(56), 40)
    file.seek(offset)
    directory = file.read(min(length, _DIRECTORY))
    position = 0
    while directory[position : position + 4] == b"PK\x01\x02":
        flags = struct.unpack_from("<H", directory, position + 8)[0]
        name, extra, comment = struct.unpack_from("<HHH", directory, position + 28)
        raw = directory[position + 46 : position + 46 + name]
        yield raw if flags & _UTF8 else raw.decode("cp437").encode()
        position += 46 + name + extra + comment
    if position != length:
        raise _CutOffError


def _tar(file: BinaryIO) -> Iterator[bytes]:
    """Names by the headers (POSIX.1-2017, pax: ustar interchange format), with the two ways to write long ones."""
    file.seek(0)
    longer = b""
    while True:
        header = file.read(_BLOCK)
        if not header.strip(b"\0") and len(header) == _BLOCK:
            return
        if len(header) < _BLOCK or header[257:262] != b"ustar":
            raise _CutOffError
        size = _number(header[124:136])
        behind = file.tell() + -(-size // _BLOCK) * _BLOCK
        kind = header[156:157]
        if kind == b"L":  # GNU: the next member's name
            longer = file.read(min(size, _LONGEST_NAME)).rstrip(b"\0")
        elif kind == b"x":
            longer = _path_record(file.read(min(size, _LONGEST_NAME))) or longer
        elif kind not in {b"g", b"K"}:
            prefix = header[345:500].rstrip(b"\0") if header[257:263] == b"ustar\0" else b""
            yield longer or b"/".join(part for part in (prefix, header[:100].split(b"\0")[0]) if part)
            longer = b""
        file.seek(behind)


def _gzip(file: BinaryIO) -> Iterator[bytes]:
    """The names in a compressed tar; of another file the name that gzip noted (RFC 1952, 2.3.1)."""
    file.seek(0)
    unpacker = zlib.decompressobj(wbits=31)
    start = unpacker.decompress(file.read(_UNPACKED), _UNPACKED)
    if start[257:262] == b"ustar":
        yield from _tar(BytesIO(start))
        return
    file.seek(0)
    header = file.read(_LONGEST_NAME)
    if header[3] & (_EXTRA | _NAME) == _NAME:  # with nothing before it
        yield header[10:].split(b"\0")[0]


def _number(field: bytes) -> int:
    """A number in octal digits, or in binary where it is too large for them.

    Raises:
        _CutOffError: it is neither.
    """
    if field[0] & 0x80:
        return int.from_bytes(field[1:], "big")
    digits = field.strip(b" \0") or b"0"
    if digits.strip(b"01234567"):
        raise _CutOffError
    return int(digits, 8)


def _path_record(records: bytes) -> bytes:
    """The path in pax records, each `length path=the/name` and a line feed; empty where there is none."""
    at = records.find(b" path=")
    return records[at + 6 :].split(b"\n")[0] if at >= 0 else b""
