"""The label of each frame of a MOV, found out again and otherwise than the product does.

The whole file is taken apart into nested boxes. For every picture the middle of the time in which it is shown is looked
up in the edit list of the timecode track, and from there in its samples; labels are counted one by one, ten
minutes at a time, as SMPTE ST 12-1 says.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import TypeAlias

Tree: TypeAlias = list[tuple[str, "Tree | bytes"]]
_HOLD = {"moov", "trak", "mdia", "minf", "stbl", "edts", "tref"}
_DROPPED = {30: 2, 60: 4, 120: 8}


@dataclass
class Track:
    """What a track says, in plain lists."""

    number: int = 0
    kind: str = ""
    enabled: bool = True
    scale: int = 1
    edits: list[tuple[int, int]] = field(default_factory=list)
    refers: list[int] = field(default_factory=list)
    lasting: list[int] = field(default_factory=list)
    counts: list[int] = field(default_factory=list)
    flags: int = 0
    units: int = 1
    each: int = 1
    base: int = 1


def labels(path: Path, rate: Fraction, frames: int) -> list[str]:
    """The labels of the first so many pictures that are shown."""
    data = path.read_bytes()
    moov = dict(tree(data))["moov"]
    assert not isinstance(moov, bytes)
    mvhd = next(content for kind, content in moov if kind == "mvhd")
    assert isinstance(mvhd, bytes)
    scale = int.from_bytes(mvhd[12:16])
    tracks = [track(content, data) for kind, content in moov if kind == "trak" and not isinstance(content, bytes)]
    pictures = next(one for one in tracks if one.kind == "vide")
    codes = [one for one in tracks if one.kind == "tmcd"]
    chosen = min(codes, key=lambda one: (one.number not in pictures.refers, not one.enabled, one.number))
    empty = Fraction(pictures.edits[0][0], scale) if pictures.edits and pictures.edits[0][1] == -1 else Fraction(0)
    return [label_at(chosen, empty + (frame + Fraction(1, 2)) / rate, scale, rate) for frame in range(frames)]


def label_at(track: Track, moment: Fraction, scale: int, rate: Fraction) -> str:
    """The label that stands at a moment of the movie."""
    edits = track.edits or [(10**9 * scale, 0)]
    passed = Fraction(0)
    place: Fraction | None = None
    for length, begin in edits:
        lasting = Fraction(length, scale)
        if begin != -1 and passed <= moment + Fraction(1, 8) / rate:
            place = begin + (moment - passed) * track.scale  # of the last edit that has begun; it goes on if none does
        elif begin != -1 and place is None:
            place = begin + (moment - passed) * track.scale  # before the first one: counted backwards
        passed += lasting
    assert place is not None
    begins, found = 0, (0, track.counts[0])
    for lasting_units, count in zip(track.lasting, track.counts, strict=True):
        if begins <= place:
            found = (begins, count)
        begins += lasting_units
    since = (place - found[0]) / track.scale
    asked = Fraction(track.units, track.each)
    pace = rate * asked / rate if track.base == round(asked) else Fraction(track.base)
    steps = since * pace
    count = found[1] + steps.numerator // steps.denominator
    drop = bool(track.flags & 1) and rate.denominator == 1001 and track.base in _DROPPED
    names = ten_minutes(track.base, drop)
    block, within = divmod(count, len(names))
    return f"{block // 6 % 24:02}:{block % 6}{names[within]}"


@cache
def ten_minutes(base: int, drop: bool) -> list[str]:
    """All labels of ten minutes, without hours and tens of minutes: after that the rule comes round."""
    return list(_count(base, _DROPPED.get(base, 0) if drop else 0))


def _count(base: int, skipped: int) -> Iterator[str]:
    mark, width = ";" if skipped else ":", 3 if base > 100 else 2
    for minute in range(10):
        for second in range(60):
            for frame in range(skipped if second == 0 and minute else 0, base):
                yield f"{minute}:{second:02}{mark}{frame:0{width}}"


def track(boxes: Tree, data: bytes) -> Track:
    """One track."""
    flat = dict(reversed(list(_flat(boxes))))  # the first of each kind: media have a second handler
    made = Track(kind=flat["hdlr"][8:12].decode())
    made.number = int.from_bytes(flat["tkhd"][20:24] if flat["tkhd"][0] else flat["tkhd"][12:16])
    made.enabled = bool(flat["tkhd"][3] & 1)
    made.scale = int.from_bytes(flat["mdhd"][20:24] if flat["mdhd"][0] else flat["mdhd"][12:16])
    if "elst" in flat:
        form = ">Qqi" if flat["elst"][0] else ">Iii"
        made.edits = [(length, begin) for length, begin, _ in struct.iter_unpack(form, flat["elst"][8:])]
    if made.kind == "vide":
        made.refers = [number for (number,) in struct.iter_unpack(">I", flat.get("tmcd", b""))]
        return made
    entry = flat["stsd"][8:]
    large = entry[4:8] == b"tc64"
    made.flags, made.units, made.each, made.base = struct.unpack(">IIIB", entry[20:33])
    for count, each in struct.iter_unpack(">II", flat["stts"][8:]):
        made.lasting += [each] * count
    place = int.from_bytes(flat["co64"][8:16] if large else flat["stco"][8:12])
    size = 8 if large else 4
    for number in range(int.from_bytes(flat["stsz"][8:12])):
        value = data[place + number * size : place + (number + 1) * size]
        made.counts.append(int.from_bytes(value, signed=True))
    return made


def tree(data: bytes) -> Tree:
    """Boxes within boxes."""
    boxes: Tree = []
    while len(data) >= 8:
        size, kind = int.from_bytes(data[:4]), data[4:8].decode("latin-1")
        inside = data[8:size]
        boxes.append((kind, tree(inside) if kind in _HOLD else inside))
        data = data[size:]
    return boxes


def _flat(boxes: Tree) -> Iterator[tuple[str, bytes]]:
    for kind, content in boxes:
        if isinstance(content, bytes):
            yield kind, content
        else:
            yield from _flat(content)
