"""How many pictures are stored in a Matroska or WebM: it states a length in time, and blocks say how many there are.

Each picture is a block of its cluster, however long it is shown (RFC 9559, 10). Nothing is decoded here.
"""

import os
from collections.abc import Iterator
from typing import BinaryIO

from detectors.containers import read_at

_SEGMENT, _TRACKS, _TRACK, _CLUSTER = 0x18538067, 0x1654AE6B, 0xAE, 0x1F43B675
_NUMBER, _GROUP, _SIMPLE, _BLOCK = 0xD7, 0xA0, 0xA3, 0xA1
_OPENED = frozenset({_SEGMENT, _TRACKS, _TRACK, _CLUSTER, _GROUP})
_MOST = 5_000_000
_LONGEST_NUMBER = 8  # bytes of a length


def stored_pictures(file: BinaryIO, stream: int) -> int | None:
    """How many blocks the track has that is the stream of this index; None where the elements don't follow each other.

    Raises:
        OSError: the file can't be read.
    """
    numbers: list[int] = []
    blocks: dict[int, int] = {}
    reached = 0
    for name, begin, end in _elements(file, os.fstat(file.fileno()).st_size):
        reached = end
        if name == _NUMBER:
            numbers.append(int.from_bytes(read_at(file, begin, end - begin)))
        elif name in {_SIMPLE, _BLOCK}:
            number = _number(read_at(file, begin, _LONGEST_NUMBER), is_length=True)
            if number:
                blocks[number[0]] = blocks.get(number[0], 0) + 1
    whole = reached == os.fstat(file.fileno()).st_size
    return blocks.get(numbers[stream], 0) if whole and stream < len(numbers) else None


def _elements(file: BinaryIO, size: int) -> Iterator[tuple[int, int, int]]:
    """Id, begin and end of the elements that hold no others here, until one makes no sense or all have come."""
    here = 0
    for _ in range(_MOST):
        head = read_at(file, here, 12)
        name = _number(head, is_length=False)
        length = _number(head[name[1] :], is_length=True) if name else None
        if name is None or length is None or name[0] < 0x80:  # noqa: PLR2004 - the least id there is
            return
        begin = here + name[1] + length[1]
        if name[0] in _OPENED:
            here = begin
            continue
        here = begin + length[0]
        if here > size:
            return
        yield name[0], begin, here
        if here == size:
            return


def _number(data: bytes, *, is_length: bool) -> tuple[int, int] | None:
    """A number whose first bits say how many bytes it has, and how many; of a length without those bits."""
    width = 9 - data[0].bit_length() if data else 9
    if width > _LONGEST_NUMBER or len(data) < width:
        return None
    value = int.from_bytes(data[:width])
    return (value & ((1 << 7 * width) - 1) if is_length else value), width
