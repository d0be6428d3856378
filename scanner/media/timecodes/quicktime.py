"""Timecode tracks of an MP4 or MOV: which label stands where in the movie, by samples and edit lists.

A sample of such a track is one number, the count of a label, from which labels go on until the next one (QuickTime File
Format, "Timecode media"). The track has an edit list of its own, and a rate of its own; the pictures name the tracks
that belong to them. Nothing is decoded here, and no other reader's word is taken.
"""

import os
import struct
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from itertools import accumulate, chain, islice, repeat
from typing import BinaryIO

from detectors.containers import boxes, read_at
from scanner.media.facts.edits import edit_rows, header
from scanner.media.timecodes.labelling import LabelRun, StatedTimecode

_ENTERED = frozenset({b"mdia", b"minf", b"stbl", b"edts", b"tref"})
_MOST_TRACKS = 16
_MOST_SAMPLES = 100_000
_MOST_BYTES = 4 << 20
_EMPTY = -1  # the time of an edit that shows nothing for a while
_DROPS, _COUNTS_A_TAPE = 1, 8  # bits of a timecode's description
_ENABLED = 1
_FORMS: Mapping[bytes, struct.Struct] = {b"tmcd": struct.Struct(">i"), b"tc64": struct.Struct(">q")}
_DESCRIPTION = struct.Struct(">IIIB")  # flags, units a second, units a label, labels a second


@dataclass(slots=True)
class _Track:
    """One track as its boxes state it; lengths and times in units, of the movie or of its own."""

    number: int = 0
    enabled: bool = True
    kind: bytes = b""
    scale: int = 0
    edits: list[tuple[int, int]] = field(default_factory=list)
    timecodes: tuple[int, ...] = ()
    tables: dict[bytes, tuple[int, int]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Edit:
    """What an edit shows: from `at` of the movie on, in seconds, what begins at `media` and lasts for `lasting`.

    `media` and `lasting` are in units of the track; None lasts to its end.
    """

    at: Fraction
    media: int
    lasting: Fraction | None


def track_timecodes(file: BinaryIO, pictures: int | None) -> tuple[StatedTimecode, ...]:
    """What the timecode tracks of a movie that is open for reading say, those first that belong to its pictures.

    `pictures`: the id of the track that is meant; times count from when its first picture is shown.
    """
    tracks: list[_Track] = []
    movie_scale = 0
    for name, start, stop in boxes(file, 0, os.fstat(file.fileno()).st_size):
        if name == b"moov":
            inner = list(boxes(file, start, stop))
            movie_scale = next((header(file, *place)[0] for kind, *place in inner if kind == b"mvhd"), 0)
            tracks = [_track(file, *place) for kind, *place in inner if kind == b"trak"]
    shown = next((track for track in tracks if track.number == pictures), _Track())
    own = [track for track in tracks if track.kind == b"tmcd" and track.scale]
    own.sort(key=lambda track: (track.number not in shown.timecodes, not track.enabled))
    begins = next((edit.at for edit in _edits(shown, movie_scale)), Fraction(0))
    stated = (_stated(file, track, movie_scale, begins) for track in own[:_MOST_TRACKS])
    return tuple(each for each in stated if each)


def _track(file: BinaryIO, start: int, end: int) -> _Track:
    track = _Track()
    for name, begin, stop in _inside(file, start, end):
        if name == b"tkhd":
            head = read_at(file, begin, 24)
            at = 20 if head[:1] == b"\1" else 12
            if len(head) >= at + 4:
                track.number, track.enabled = struct.unpack_from(">I", head, at)[0], bool(head[3] & _ENABLED)
        elif name == b"mdhd":
            track.scale, _ = header(file, begin, stop)
        elif name == b"hdlr" and not track.kind:
            track.kind = read_at(file, begin + 8, 4)
        elif name == b"elst":
            track.edits = list(edit_rows(file, begin, stop))
        elif name == b"tmcd":
            data = read_at(file, begin, min(stop - begin, 4000))
            track.timecodes = struct.unpack(f">{len(data) // 4}I", data[: len(data) // 4 * 4])
        elif name not in track.tables:
            track.tables[name] = (begin, stop)
    return track


def _inside(file: BinaryIO, start: int, end: int) -> Iterator[tuple[bytes, int, int]]:
    """The boxes of a track that matter here, however deep; those that hold others are opened, four levels down."""
    waiting = [(start, end, 0)]
    while waiting:
        start, end, depth = waiting.pop()
        for name, begin, stop in boxes(file, start, end):
            if name in _ENTERED and depth < 4:  # noqa: PLR2004 - mdia, minf, stbl
                waiting.append((begin, stop, depth + 1))
            elif name != b"tmcd" or depth:
                yield name, begin, stop


def _edits(track: _Track, movie_scale: int) -> Iterator[_Edit]:
    """What is shown of a track, in the order of the movie; all of it where it has no list of edits."""
    at = 0
    if not (track.edits and movie_scale):
        yield _Edit(Fraction(0), 0, None)
        return
    for length, media in track.edits:
        if media != _EMPTY:
            lasting = Fraction(length * track.scale, movie_scale) if length else None
            yield _Edit(Fraction(at, movie_scale), media, lasting)
        at += length


def _stated(file: BinaryIO, track: _Track, movie_scale: int, begins: Fraction) -> StatedTimecode | None:
    """The runs of labels of a track; None where it states none, or counts a tape."""
    form, described = _description(file, track)
    if described is None or not form:
        return None
    samples = list(_samples(file, track, form))
    unit = Fraction(described.pace, track.scale)  # labels in a unit of the track
    runs: list[LabelRun] = []
    for edit in _edits(track, movie_scale):
        end = None if edit.lasting is None else edit.media + edit.lasting
        first = max(0, bisect_right(samples, edit.media, key=lambda sample: sample[0]) - 1)
        for begin, count in islice(samples, first, None):
            if (end is not None and begin >= end) or len(runs) == _MOST_SAMPLES:
                break
            late = Fraction(max(0, begin - edit.media), track.scale)
            into = max(0, edit.media - begin)
            runs.append(replace(described, at=edit.at + late - begins, count=count + into * unit))
    how = " with its edit list" if track.edits and _matters(track) else ""
    return StatedTimecode(f"timecode track {track.number}{how}", tuple(runs)) if runs else None


def _matters(track: _Track) -> bool:
    """Whether an edit list does more than to show a track from its beginning."""
    return len(track.edits) > 1 or track.edits[0][1] != 0


def _description(file: BinaryIO, track: _Track) -> tuple[bytes, LabelRun | None]:
    """The form of the samples, and how they count."""
    start, end = track.tables.get(b"stsd", (0, 0))
    entry = next(boxes(file, start + 8, end), None)
    if entry is None or entry[0] not in _FORMS:
        return b"", None
    data = read_at(file, entry[1] + 12, _DESCRIPTION.size)  # behind its reference to data, and four reserved bytes
    if len(data) < _DESCRIPTION.size:
        return b"", None
    flags, units, each, base = _DESCRIPTION.unpack(data)
    if not units or not each or flags & _COUNTS_A_TAPE:
        return b"", None
    pace = Fraction(units, each)
    base = base or max(1, round(pace))
    return entry[0], LabelRun(Fraction(0), Fraction(0), pace, base, bool(flags & _DROPS))


def _samples(file: BinaryIO, track: _Track, form: bytes) -> Iterator[tuple[int, int]]:
    """When each sample begins, in units of the track, and the count in it."""
    lasting = chain.from_iterable(repeat(each, count) for count, each in _rows(file, track, b"stts", ">II"))
    number = _FORMS[form]
    begins = chain((0,), accumulate(lasting))
    for begin, place in zip(begins, _places(file, track, number.size), strict=False):
        data = read_at(file, place, number.size)
        if len(data) < number.size:
            return
        yield begin, number.unpack(data)[0]


def _places(file: BinaryIO, track: _Track, size: int) -> Iterator[int]:
    """Where in the file each sample lies, at most `_MOST_SAMPLES`: all of one size, so many in each chunk."""
    large = b"co64" in track.tables
    chunks = [place for (place,) in _rows(file, track, b"co64" if large else b"stco", ">Q" if large else ">I")]
    changes = {first: count for first, count, _ in _rows(file, track, b"stsc", ">III")}
    start, end = track.tables.get(b"stsz", (0, 0))
    head = read_at(file, start, min(12, end - start))
    left = min(struct.unpack(">I", head[8:])[0], _MOST_SAMPLES) if len(head) == 12 else 0  # noqa: PLR2004 - size, count
    in_each = 1
    for chunk, place in enumerate(chunks, 1):
        in_each = changes.get(chunk, in_each)
        count = min(in_each, left)
        yield from range(place, place + count * size, size)
        left -= count
        if not left:
            return


def _rows(file: BinaryIO, track: _Track, name: bytes, form: str) -> Iterator[tuple[int, ...]]:
    """The rows of a table: a version, flags, their number, and they."""
    start, end = track.tables.get(name, (0, 0))
    data = read_at(file, start, min(end - start, _MOST_BYTES))
    row = struct.Struct(form)
    count = struct.unpack_from(">I", data, 4)[0] if len(data) >= 8 else 0  # noqa: PLR2004
    for at in range(8, min(len(data) - row.size + 1, 8 + count * row.size), row.size):
        yield row.unpack_from(data, at)
