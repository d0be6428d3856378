"""The central directory of a zip, read by hand: what it names, where each member's bytes lie, and what it hides.

By the central directory, as unpackers go by it (APPNOTE 6.3.10). Nothing it says is believed: a member's bytes end
where its packed stream ends, overlaps are refused, and what lies between the members and is no member is told.
`zipfile` would hold every entry of a hostile directory in memory, and says nothing of what the directory leaves out.
"""

import os
import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import BinaryIO

from scanner.media.errors import MediaError
from scanner.parts.archives.members import printable
from scanner.parts.archives.streams import BLOCK, unpacked, zip_unpacker
from scanner.parts.ends.stills import ByteRange
from scanner.parts.starts import behind_padding

_END, _END_64, _LOCATOR_64 = b"PK\x05\x06", b"PK\x06\x06", b"PK\x06\x07"
_ENTRY, _LOCAL = b"PK\x01\x02", b"PK\x03\x04"
_TAIL = 65_535 + 22  # the end record and the longest comment behind it
_NAMES = 8 << 20  # bytes of names and extra fields that are read of one directory
_DESCRIPTOR = 24  # bytes that may stand behind a member's data (APPNOTE 4.3.9)
_IN_64 = 0xFFFFFFFF
_NOTHING = 32  # bytes that no bytes may take up packed
_LINK = 0o12  # the type of a file, as Unix has it in the upper half of the attributes
_ENCRYPTED, _DESCRIBED, _UTF8 = 1, 8, 0x800
_STORED, _LZMA, _AES = 0, 14, 99
_MARKS_ITS_END = 2  # a flag of LZMA
_SHOWN = 3
_MOST_ENDS = 64


@dataclass(frozen=True, slots=True)
class ZipEntry:
    """One member by the directory. `offset`: of its own header in the file; `name` as the system would give it."""

    name: str
    method: int
    flags: int
    checksum: int
    packed: int
    size: int
    offset: int
    attributes: int
    number: int

    @property
    def is_folder(self) -> bool:
        """Whether it stands for a folder, and holds nothing."""
        return self.name.endswith("/") and not self.size and self.packed <= _NOTHING

    @property
    def link(self) -> bool:
        """Whether a Unix wrote it as a symbolic link."""
        return self.attributes >> 28 == _LINK


@dataclass(frozen=True, slots=True)
class _End:
    """What the end record says; `at`: where it stands, the 64-bit one's place where there is one.

    `comment`: where its comment lies; `behind`: what stands behind that.
    """

    at: int
    count: int
    length: int
    offset: int
    comment: ByteRange = (0, 0)
    behind: bytes = b""


class ZipDirectory:
    """A zip's members in the order of its directory, at most `most` of them; `count`: how many it says there are.

    `remarks`: what is odd about it, in words, to be told when all is listed. `gaps`: the stretches between its members
    that belong to none, and what stands behind its end, each with a word for it; `comment`: where its comment lies.

    Raises:
        MediaError: it has no directory that can be read.
    """

    def __init__(self, file: BinaryIO, most: int) -> None:
        self.file = file
        self._size = file.seek(0, os.SEEK_END)
        self.remarks: list[str] = []
        ends = self._ends()
        end, self._start = self._placed(ends)
        if any(other is not end and other.at > self._start for other in ends):  # one before it is of a zip inside
            self.remarks.append("it has several ends, and which of its directories counts depends on who reads it")
        self._shift = self._start - end.offset
        self.comment = end.comment
        self.gaps: list[tuple[str, ByteRange]] = []
        self.count = end.count
        self.entries: Sequence[ZipEntry] = tuple(self._entries(end, most))
        self.whole = len(self.entries) >= end.count
        self._starts = self._data_starts()
        self._overlapping = self._overlaps()
        if self.whole:
            self.gaps += [("between its members", gap) for gap in self._gaps()]
        if end.behind.strip(b"\0\r\n"):
            self.gaps.append(("behind its end", (self._size - len(end.behind), self._size)))

    def why_not(self, entry: ZipEntry) -> str:
        """Why a member can't be taken out; empty where it can be."""
        if entry.flags & _ENCRYPTED or entry.method == _AES:
            return "it is encrypted"
        if entry.offset not in self._starts:
            return "its bytes are not where the directory says"
        if entry in self._overlapping:
            return "its bytes overlap those of another member"
        if entry.method != _STORED and zip_unpacker(entry.method, None) is None:
            return f"it is packed by method {entry.method}, which nothing here unpacks"
        return ""

    def blocks(self, entry: ZipEntry) -> Iterator[bytes]:
        """A member's own bytes.

        Raises:
            MediaError: they aren't those that the directory speaks of.
            OSError, ValueError, EOFError, zlib.error, lzma.LZMAError: they can't be unpacked.
        """
        from zlib import crc32

        checksum, size = 0, 0
        remarks: list[str] = []
        for block in self._unpacked(entry, remarks):
            checksum = crc32(block, checksum)
            size += len(block)
            yield block
        if (checksum, size) != (entry.checksum, entry.size):
            raise MediaError("its bytes are not those that the directory speaks of")
        self._tell([entry.name] * bool(remarks), "with bytes behind the end of what is packed")

    def head(self, entry: ZipEntry, length: int) -> bytes:
        """The first bytes of a member, as many as there are, and none where they can't be unpacked."""
        taken = b""
        try:
            for block in self._unpacked(entry, [], length):
                taken += block
                if len(taken) >= length:
                    break
        except Exception:  # noqa: BLE001 - whoever takes it out tells what is wrong
            return taken[:length]
        return taken[:length]

    def _unpacked(self, entry: ZipEntry, remarks: list[str], most: int = BLOCK) -> Iterator[bytes]:
        stored = _range(self.file, self._starts[entry.offset], entry.packed, most)
        if entry.method == _STORED:
            return stored
        unmarked = entry.method == _LZMA and not entry.flags & _MARKS_ITS_END
        unpacker = zip_unpacker(entry.method, entry.size if unmarked else None)
        if unpacker is None:
            raise MediaError(self.why_not(entry))
        return unpacked(stored, unpacker, remarks, most=most)

    def _ends(self) -> Sequence[_End]:
        """What may be its end, the likeliest first: a record whose comment reaches to the last byte, and later ones."""
        start = max(0, self._size - _TAIL)
        self.file.seek(start)
        tail = self.file.read(_TAIL)
        places: list[int] = []
        at = len(tail)
        while (at := tail.rfind(_END, 0, at)) >= 0 and len(places) < _MOST_ENDS:
            if at + 22 <= len(tail):
                places.append(at)
        fitting = [at for at in places if at + 22 + struct.unpack_from("<H", tail, at + 20)[0] == len(tail)]
        return [self._end(tail, at, start) for at in [*fitting, *(at for at in places if at not in fitting)]]

    def _end(self, tail: bytes, at: int, start: int) -> _End:
        count, length, offset = struct.unpack_from("<HII", tail, at + 10)
        length_of_comment = struct.unpack_from("<H", tail, at + 20)[0]
        comment = (start + at + 22, min(self._size, start + at + 22 + length_of_comment))
        behind = tail[at + 22 + length_of_comment :]
        locator = tail[max(0, at - 20) : at]
        if locator[:4] == _LOCATOR_64 and len(locator) == 20:  # noqa: PLR2004 - the locator's length
            stated = struct.unpack_from("<Q", locator, 8)[0]
            if whole := self._end_64(stated, start + at):
                return replace(whole, comment=comment, behind=behind)
        return _End(start + at, count, length, offset, comment, behind)

    def _end_64(self, stated: int, before: int) -> _End | None:
        """The 64-bit end record: where its locator says, or right before that where bytes were put in front."""
        for at in (stated, before - 20 - 56):
            if not 0 <= at <= self._size - 56:
                continue
            self.file.seek(at)
            record = self.file.read(56)
            if record[:4] == _END_64:
                count, length, offset = struct.unpack_from("<QQQ", record, 32)
                return _End(at, count, length, offset)
        return None

    def _placed(self, ends: Sequence[_End]) -> tuple[_End, int]:
        """The first end whose directory is there, and where that starts: right before it, or where it says."""
        for end in ends:
            for start in (end.at - end.length, end.offset):
                if 0 <= start < self._size:
                    self.file.seek(start)
                    if self.file.read(4) == _ENTRY or not end.count:
                        return end, start
        raise MediaError("its directory is not where its end says" if ends else "the end of its directory is missing")

    def _entries(self, end: _End, most: int) -> Iterator[ZipEntry]:
        at, read, listed = self._start, 0, 0
        while listed < most and at < end.at:
            self.file.seek(at)
            header = self.file.read(46)
            if header[:4] != _ENTRY or len(header) < 46:  # noqa: PLR2004 - an entry's length
                break
            flags, method = struct.unpack_from("<HH", header, 8)
            checksum, packed, size, name, extra, comment = struct.unpack_from("<IIIHHH", header, 16)
            attributes, offset = struct.unpack_from("<II", header, 38)
            raw, fields = self.file.read(name), self.file.read(extra)
            read += len(raw) + len(fields)
            if read > _NAMES:
                self.remarks.append("its directory has more names than are read")
                return
            size, packed, offset = _wide(fields, (size, packed, offset))
            text = os.fsdecode(raw) if flags & _UTF8 or raw.isascii() else raw.decode("cp437")
            yield ZipEntry(text, method, flags, checksum, packed, size, offset, attributes, listed)
            listed += 1
            at += 46 + name + extra + comment
        if listed < min(end.count, most):
            self.remarks.append(f"{end.count - listed:,} of the {end.count:,} members that it speaks of can't be read")
        elif listed == most and at < end.at and end.count <= most:
            self.remarks.append(f"its directory holds more than the {end.count:,} members that its end speaks of")

    def _data_starts(self) -> dict[int, int]:
        """Where the bytes of each member begin, by the offset of its header; its own header is held to the entry."""
        starts: dict[int, int] = {}
        differing: list[str] = []
        for entry in self.entries:
            at = entry.offset + self._shift
            if not 0 <= at <= self._size - 30:
                continue
            self.file.seek(at)
            header = self.file.read(30)
            if header[:4] != _LOCAL:
                continue
            name, extra = struct.unpack_from("<HH", header, 26)
            start = at + 30 + name + extra
            if start + entry.packed > self._start:
                continue
            starts[entry.offset] = start
            flags, method = struct.unpack_from("<HH", header, 6)
            sizes = struct.unpack_from("<II", header, 18)
            stated = entry.packed & _IN_64, entry.size & _IN_64
            known = sizes in {stated, (_IN_64, _IN_64)} or (flags & _DESCRIBED and not any(sizes))
            if method != entry.method or not known or self.file.read(name) != _raw(entry):
                differing.append(entry.name)
        self._tell(differing, "whose own headers say something else than the directory")
        return starts

    def _overlaps(self) -> frozenset[ZipEntry]:
        """The members whose bytes another one has already."""
        overlapping, behind = set(), 0
        for entry in sorted((entry for entry in self.entries if entry.offset in self._starts), key=_by_offset):
            if entry.offset + self._shift < behind:
                overlapping.add(entry)
            else:
                behind = self._starts[entry.offset] + entry.packed
        return frozenset(overlapping)

    def _gaps(self) -> Iterator[ByteRange]:
        """The stretches up to the directory that belong to no member, and are no padding."""
        behind, slack = 0, 0
        for entry in sorted((entry for entry in self.entries if entry.offset in self._starts), key=_by_offset):
            if entry in self._overlapping:
                continue
            yield from self._gap(behind, entry.offset + self._shift, slack)
            behind = self._starts[entry.offset] + entry.packed
            slack = _DESCRIPTOR if entry.flags & _DESCRIBED else 0
        yield from self._gap(behind, self._start, slack)

    def _gap(self, start: int, end: int, slack: int) -> Iterator[ByteRange]:
        if end - start > slack and behind_padding(self.file, start, end) < end:
            yield start, end

    def _tell(self, names: Sequence[str], what: str) -> None:
        if names:
            shown = ", ".join(printable(name)[:60] for name in names[:_SHOWN])
            self.remarks.append(f"{len(names):,} members {what}: {shown}{', …' * (len(names) > _SHOWN)}")


def _by_offset(entry: ZipEntry) -> int:
    return entry.offset


def _raw(entry: ZipEntry) -> bytes:
    if entry.flags & _UTF8 or entry.name.isascii():
        return os.fsencode(entry.name)
    try:
        return entry.name.encode("cp437")
    except UnicodeEncodeError:  # bytes that no UTF-8 is, held as they were
        return os.fsencode(entry.name)


def _wide(fields: bytes, values: tuple[int, int, int]) -> tuple[int, int, int]:
    """Size, packed size and offset, each out of the 64-bit field where it stands there (APPNOTE 4.5.3)."""
    at = 0
    while at + 4 <= len(fields):
        kind, length = struct.unpack_from("<HH", fields, at)
        if kind == 1:
            wide = list(struct.unpack_from(f"<{min(length, len(fields) - at - 4) // 8}Q", fields, at + 4))
            size, packed, offset = (wide.pop(0) if value == _IN_64 and wide else value for value in values)
            return size, packed, offset
        at += 4 + length
    return values


def _range(file: BinaryIO, start: int, length: int, block: int) -> Iterator[bytes]:
    while length > 0:
        file.seek(start)
        data = file.read(min(length, block))
        if not data:
            raise MediaError("the file ends inside it")
        start, length = start + len(data), length - len(data)
        yield data
