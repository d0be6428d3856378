"""The structure of an MXF: its partitions, what its metadata and its index tables state (SMPTE ST 377-1).

A recorder writes a header that is open and incomplete, then pictures, and at last a footer; only then is the file
closed, and says how long it is. Nothing is decoded here, and what makes no sense is left out.
"""

import os
import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import BinaryIO

from detectors.containers import read_at

_PARTITION = bytes.fromhex("060e2b34020501010d01020101")
_RANDOM_INDEX = bytes.fromhex("060e2b34020501010d01020101110100")
_SET = bytes.fromhex("060e2b34025301010d01010101")
_INDEX = bytes.fromhex("060e2b34025301010d01020101100100")
_FILL = bytes.fromhex("060e2b3401010102030102")
_PACK = struct.Struct(">HHIQQQQQIQI")
_HEADER, _BODY, _FOOTER = 2, 3, 4
_CLOSED = (2, 4)  # states of a partition: open or closed, incomplete or complete
_LONGEST_RUN_IN = 65_536
_MOST_METADATA = 64 << 20
_MOST_PIECES = 2_000_000
_MOST_PARTITIONS = 20_000
_KEY = 16
_INSTANCE, _INDEX_RATE, _INDEX_START, _INDEX_DURATION = 0x3C0A, 0x3F0B, 0x3F0C, 0x3F0D

MetadataSet = Mapping[int, bytes]
"""The values of one set of metadata, by their local tags."""


@dataclass(frozen=True, slots=True)
class Partition:
    """One partition. `at`: where its pack begins in the file. `metadata` and `index`: bytes of each, from `begins`."""

    at: int
    kind: int
    closed: bool
    footer: int
    metadata: int
    index: int
    begins: int


@dataclass(frozen=True, slots=True)
class MxfStructure:
    """What an MXF says of itself.

    `sets`: metadata by kind of set, each with its instance's id. `indexed`: edit units that its index tables list,
    by their rate. `closed`: whether it was. `lacks_footer`: whether it names a footer that isn't there. `end`: where
    the last piece behind the footer ends, 0 where there is no footer.
    """

    sets: Mapping[int, Mapping[bytes, MetadataSet]] = field(default_factory=dict)
    indexed: Mapping[Fraction, int] = field(default_factory=dict)
    closed: bool = False
    lacks_footer: bool = False
    end: int = 0


def structure(file: BinaryIO) -> MxfStructure:
    """The structure of an MXF that is open for reading."""
    size = os.fstat(file.fileno()).st_size
    run_in = read_at(file, 0, _LONGEST_RUN_IN + _KEY).find(_PARTITION)
    header = _partition(file, max(run_in, 0))
    if run_in < 0 or header is None:
        return MxfStructure()
    partitions = _listed(file, run_in, size)
    if not partitions and header.footer:
        stated = _partition(file, run_in + header.footer)
        partitions = [stated] if stated else []
    elif not partitions and not header.closed:
        partitions = _found(file, header.begins, size)
    footer = next((one for one in partitions if one.kind == _FOOTER), None)
    footer = footer or (_partition(file, run_in + header.footer) if header.footer else None)
    sources = [one for one in (footer, *reversed(partitions), header) if one and one.metadata]
    sources.sort(key=lambda one: not one.closed)
    sets = next((sets for one in sources if (sets := _sets(file, one))), {})
    indexed: dict[Fraction, int] = {}
    for one in {one.at: one for one in (header, *partitions)}.values():
        for rate, last in _indexed(file, one):
            indexed[rate] = max(last, indexed.get(rate, 0))
    return MxfStructure(
        sets,
        indexed,
        closed=header.closed or footer is not None,
        lacks_footer=footer is None and header.footer > 0,
        end=max((begin + length for _, begin, length in pieces(file, footer.at, size)), default=0) if footer else 0,
    )


def pieces(file: BinaryIO, start: int, end: int) -> Iterator[tuple[bytes, int, int]]:
    """Key, begin and length of the values of the pieces in a stretch, also of one that reaches beyond it."""
    here = start
    for _ in range(_MOST_PIECES):
        head = read_at(file, here, 25)
        if here + _KEY >= end or len(head) <= _KEY:
            return
        long = head[_KEY] - 0x80 if head[_KEY] >= 0x80 else 0  # noqa: PLR2004 - BER: the long form of a length
        if long > 8 or len(head) < _KEY + 1 + long:  # noqa: PLR2004 - 64 bits
            return
        length = int.from_bytes(head[_KEY + 1 : _KEY + 1 + long]) if long else head[_KEY]
        here += _KEY + 1 + long
        yield head[:_KEY], here, length
        here += length


def _partition(file: BinaryIO, at: int) -> Partition | None:
    key, begin, length = next(pieces(file, at, at + _KEY + 1), (b"", 0, 0))
    if not _is_partition(key) or length < _PACK.size:
        return None
    data = read_at(file, begin, _PACK.size)
    if len(data) < _PACK.size:
        return None
    footer, metadata, index = _PACK.unpack(data)[5:8]
    behind, start, filled = next(pieces(file, begin + length, begin + length + _KEY + 1), (b"", 0, 0))
    begins = start + filled if behind[: len(_FILL)] == _FILL else begin + length
    return Partition(at, key[13], key[14] in _CLOSED, footer, metadata, index, begins)


def _listed(file: BinaryIO, run_in: int, size: int) -> list[Partition]:
    """The partitions that the list at the end of the file names; none where there is no such list."""
    (length,) = struct.unpack(">I", read_at(file, size - 4, 4)) if size > 4 else (0,)  # noqa: PLR2004 - its own length
    key, begin, inside = next(pieces(file, size - length, size), (b"", 0, 0)) if 0 < length <= size else (b"", 0, 0)
    if key != _RANDOM_INDEX or begin + inside > size:
        return []
    data = read_at(file, begin, min(inside - 4, 12 * _MOST_PARTITIONS))
    places = (place for _, place in struct.iter_unpack(">IQ", data[: len(data) // 12 * 12]))
    return [one for place in places if (one := _partition(file, run_in + place))]


def _found(file: BinaryIO, start: int, size: int) -> list[Partition]:
    """Partitions behind the header, found by going along all pieces of a file that doesn't list them."""
    places = (begin for key, begin, _ in pieces(file, start, size) if _is_partition(key))
    packs = (next((one for back in (17, 20, 25) if (one := _partition(file, place - back))), None) for place in places)
    return [one for one in packs if one]


def _sets(file: BinaryIO, partition: Partition) -> dict[int, dict[bytes, MetadataSet]]:
    """The sets of metadata behind a partition's pack."""
    sets: dict[int, dict[bytes, MetadataSet]] = {}
    end = partition.begins + min(partition.metadata, _MOST_METADATA)
    for key, begin, length in pieces(file, partition.begins, end):
        if _is_partition(key) or begin + length > end:
            break
        if key.startswith(_SET):
            values = _values(read_at(file, begin, length))
            sets.setdefault(key[14], {})[values.get(_INSTANCE, b"")] = values
    return sets


def _indexed(file: BinaryIO, partition: Partition) -> Iterator[tuple[Fraction, int]]:
    """The rate of each index table of a partition, and the edit unit after the last one that it lists."""
    begin = partition.begins + partition.metadata
    end = begin + min(partition.index, _MOST_METADATA)
    for key, start, length in pieces(file, begin, end):
        if key == _INDEX:
            values = _values(read_at(file, start, min(length, 1 << 16)))
            first, lasting = (signed(values.get(tag, b"")) for tag in (_INDEX_START, _INDEX_DURATION))
            if (rate := rational(values.get(_INDEX_RATE, b""))) and first >= 0 and lasting > 0:
                yield rate, first + lasting


def _is_partition(key: bytes) -> bool:
    return key.startswith(_PARTITION) and key[13] in {_HEADER, _BODY, _FOOTER}


def _values(data: bytes) -> dict[int, bytes]:
    """The values of a set whose tags and lengths have two bytes each."""
    values, here = {}, 0
    while here + 4 <= len(data):
        tag, length = struct.unpack_from(">HH", data, here)
        values[tag] = data[here + 4 : here + 4 + length]
        here += 4 + length
    return values


def signed(value: bytes) -> int:
    """A number of metadata; -1, which states nothing, where there is none."""
    return int.from_bytes(value, signed=True) if value else -1


def rational(value: bytes) -> Fraction:
    """A rate of metadata; 0 where there is none."""
    above, below = int.from_bytes(value[:4]), int.from_bytes(value[4:8])
    return Fraction(above, below) if below else Fraction(0)


def references(value: bytes) -> list[bytes]:
    """The ids in a list of references: how many there are, how long each is, and they."""
    return [value[at : at + _KEY] for at in range(8, len(value) - _KEY + 1, _KEY)]
