"""What the edit lists of an MP4 or MOV leave out of its tracks, in seconds, without reading what is in them.

Players show the stretches that an edit list names; the rest stays in the file and can be brought back by any editor
(ISO/IEC 14496-12, 8.6.6). A few hundredths of a second at the beginning are the run-up of a codec.
"""

import os
import struct
from collections.abc import Iterator, Mapping
from typing import BinaryIO

from detectors.containers import boxes

_MOST_EDITS = 10_000
_EMPTY = -1  # the time of an edit that shows nothing for a while
_LARGE = 1  # the version of a box whose numbers have 64 bits


def left_out(file: BinaryIO) -> Mapping[int, float]:
    """Seconds of each track that its edit list leaves out, by the track's id; no entry where none are.

    As the track counts them: pictures that are shown in another order than they are stored may seem to lack at the
    beginning as long as they are put off.
    """
    end = os.fstat(file.fileno()).st_size
    found = {}
    for name, start, stop in boxes(file, 0, end):
        if name == b"moov":
            inner = list(boxes(file, start, stop))
            scale = next((header(file, *place)[0] for kind, *place in inner if kind == b"mvhd"), 0)
            for kind, *place in inner:
                if kind == b"trak" and (track := _track(file, scale, *place)):
                    found[track[0]] = track[1]
    return found


def _track(file: BinaryIO, movie_scale: int, start: int, end: int) -> tuple[int, float] | None:
    """The id of a track and how many of its seconds are left out; None where none are."""
    number, scale, lasting = 0, 0, 0
    edits: list[tuple[int, int]] = []
    for name, *place in _inside(file, start, end, {b"edts", b"mdia"}):
        if name == b"tkhd":
            number = _track_id(file, place[0])
        elif name == b"mdhd":
            scale, lasting = header(file, *place)
        elif name == b"elst":
            edits = list(edit_rows(file, *place))
    if not (edits and scale and movie_scale):
        return None
    shown = [(begin, begin + length * scale // movie_scale) for length, begin in edits if begin != _EMPTY]
    out = (lasting - _covered(shown, lasting)) / scale
    return (number, out) if out > 0 else None


def _inside(file: BinaryIO, start: int, end: int, opened: set[bytes]) -> Iterator[tuple[bytes, int, int]]:
    """The boxes of a stretch, and those inside the ones that are to be opened."""
    for name, begin, stop in boxes(file, start, end):
        yield name, begin, stop
        if name in opened:
            yield from boxes(file, begin, stop)


def _covered(stretches: list[tuple[int, int]], lasting: int) -> int:
    """How much of what lasts from nought to `lasting` some stretches cover together."""
    covered = reached = 0
    for begin, end in sorted(stretches):
        first, last = max(begin, reached, 0), min(end, lasting)
        covered += max(0, last - first)
        reached = max(reached, last)
    return covered


def header(file: BinaryIO, start: int, end: int) -> tuple[int, int]:
    """Units a second and length of a movie or of a track's media; nought and nought where that isn't told."""
    head = _read(file, start, min(end - start, 32))
    form, at = (">IQ", 20) if head[:1] == bytes([_LARGE]) else (">II", 12)
    return struct.unpack_from(form, head, at) if len(head) >= at + struct.calcsize(form) else (0, 0)


def _track_id(file: BinaryIO, start: int) -> int:
    head = _read(file, start, 24)
    at = 20 if head[:1] == bytes([_LARGE]) else 12
    return int(struct.unpack_from(">I", head, at)[0]) if len(head) >= at + 4 else 0


def edit_rows(file: BinaryIO, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Length, in units of the movie, and begin, in those of the track, of each edit."""
    head = _read(file, start, 8)
    if len(head) < 8:  # noqa: PLR2004 - version, flags, count
        return
    row = struct.Struct(">Qq" if head[0] == _LARGE else ">Ii")
    count = min(struct.unpack_from(">I", head, 4)[0], _MOST_EDITS, (end - start - 8) // (row.size + 4))
    data = _read(file, start + 8, count * (row.size + 4))
    for at in range(0, len(data) - row.size, row.size + 4):  # each row ends in a rate
        yield row.unpack_from(data, at)


def _read(file: BinaryIO, start: int, count: int) -> bytes:
    file.seek(start)
    return file.read(max(0, count))
