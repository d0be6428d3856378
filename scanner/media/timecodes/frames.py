"""Timecodes in the headers of single frames, DPX and EXR, and what they are for a numbered sequence.

Both keep eight digits and a bit for drop-frame as SMPTE ST 12-1 does (ST 268-1, television header; OpenEXR,
`timeCode`). Such a label counts to 30 at most: above, two frames share one.
"""

import os
import struct
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import isfinite
from pathlib import Path

from scanner.media.commands import opened
from scanner.media.timecodes.labelling import LabelRun, StatedTimecode
from scanner.timecode import TimecodeError, can_drop, nominal, parse

_DPX_TIMECODE, _DPX_RATES = 1920, (1940, 1724)  # of television, of film
_UNSET = (0, 0xFFFFFFFF)
"""Nothing was filled in. Where a sequence begins at 00:00:00:00 in truth, its labels count from there anyway."""
_HEADER, _LONGEST_HEADER = 8 * 1024, 512 * 1024
_END = ""  # the name of no attribute: behind the last one
_MOST_ATTRIBUTES = 1000
_SHARED = 30
"""Frames a second above which two of them share a label."""
_DIGITS = ((24, 0x3F), (16, 0x7F), (8, 0x7F), (0, 0x3F))
_DROP = 0x40
_NTSC = (Fraction(24000, 1001), Fraction(30000, 1001), Fraction(48000, 1001), Fraction(60000, 1001),
         Fraction(120000, 1001))  # fmt: skip
_NEARLY = 0.006


@dataclass(frozen=True, slots=True)
class HeaderTimecode:
    """The label in a frame's header, `HH:MM:SS:FF`, with a semicolon for drop-frame, and the rate; None: not stated."""

    label: str
    rate: Fraction | None


def header_timecode(path: Path, form: str) -> HeaderTimecode | None:
    """What the header of a DPX or EXR says; None where it states no timecode.

    Raises:
        MediaError: the file can't be opened.
    """
    if form not in {"dpx", "exr"}:
        return None
    with opened(path) as descriptor:
        if form == "dpx":
            return _dpx(os.pread(descriptor, 2048, 0))
        attributes = dict(_attributes(os.pread(descriptor, _HEADER, 0)))
        if _END not in attributes:
            attributes = dict(_attributes(os.pread(descriptor, _LONGEST_HEADER, 0)))
    return _exr(attributes)


def sequence_timecode(headers: Mapping[int, HeaderTimecode], first: int) -> tuple[StatedTimecode, Fraction] | None:
    """What the headers of a sequence say together, and their rate; None where its first frame states either not.

    `headers`: by the number of the frame; `first`: the number of the first.
    """
    begin = headers.get(first)
    if begin is None or begin.rate is None or _stands_still(headers):
        return None
    rate = begin.rate
    labels = rate / 2 if nominal(rate) > _SHARED else rate
    runs = tuple(_runs(headers.items(), first, rate, labels))
    return (StatedTimecode("the headers of its frames", runs), rate) if runs and runs[0].at == 0 else None


def _stands_still(headers: Mapping[int, HeaderTimecode]) -> bool:
    """Whether more frames have one label than may share it: whoever wrote them filled in something."""
    return len(headers) > 2 and len({header.label for header in headers.values()}) == 1  # noqa: PLR2004 - a pair


def _runs(
    headers: Iterable[tuple[int, HeaderTimecode]], first: int, rate: Fraction, labels: Fraction
) -> Iterator[LabelRun]:
    """A run for each frame whose label doesn't count on from the one before."""
    before: int | None = None
    for number, header in sorted(headers, key=lambda each: each[0]):
        drop = ";" in header.label and can_drop(labels)
        try:
            count = parse(header.label, labels, drop=drop)
        except TimecodeError:
            continue
        is_shared = labels != rate and count == before
        before = count
        if not is_shared:
            yield LabelRun(Fraction(number - first) / rate, Fraction(count), labels, nominal(labels), drop)


def _dpx(head: bytes) -> HeaderTimecode | None:
    order = {b"SDPX": ">", b"XPDS": "<"}.get(head[:4])
    if order is None or len(head) < _DPX_RATES[0] + 4:
        return None
    (packed,) = struct.unpack_from(f"{order}I", head, _DPX_TIMECODE)
    stated = (struct.unpack_from(f"{order}f", head, place)[0] for place in _DPX_RATES)
    rate = next((known for value in stated if (known := _rate(value))), None)
    label = None if packed in _UNSET else _label(packed)
    return HeaderTimecode(label, rate) if label else None


def _exr(attributes: Mapping[str, bytes]) -> HeaderTimecode | None:
    packed, rate = attributes.get("timeCode", b""), attributes.get("framesPerSecond", b"")
    label = _label(int.from_bytes(packed[:4], "little")) if len(packed) == 8 else None  # noqa: PLR2004 - digits, user bits
    above, below = struct.unpack("<iI", rate) if len(rate) == 8 else (0, 0)  # noqa: PLR2004 - two numbers
    return HeaderTimecode(label, _rate(above / below) if below else None) if label else None


def _attributes(head: bytes) -> Iterator[tuple[str, bytes]]:
    """Names and values of the attributes of an EXR's first part, and `_END` where their end is reached."""
    if head[:4] != b"\x76\x2f\x31\x01":
        return
    here = 8
    for _ in range(_MOST_ATTRIBUTES):
        begin = here
        name_end = head.find(b"\0", begin)
        kind_end = head.find(b"\0", name_end + 1)
        if name_end == begin:
            yield _END, b""
        if name_end <= begin or kind_end < 0 or kind_end + 5 > len(head):
            return
        (length,) = struct.unpack_from("<i", head, kind_end + 1)
        if length < 0:
            return
        here = kind_end + 5 + length
        yield head[begin:name_end].decode("latin-1"), head[kind_end + 5 : here]


def _label(packed: int) -> str | None:
    """The label of packed digits; None where one of them is none."""
    fields = []
    for shift, mask in _DIGITS:
        pair = packed >> shift & mask
        if pair & 0xF > 9:  # noqa: PLR2004 - a decimal digit
            return None
        fields.append((pair >> 4) * 10 + (pair & 0xF))
    hours, minutes, seconds, frames = fields
    drop = ";" if packed & _DROP else ":"
    return f"{hours:02}:{minutes:02}:{seconds:02}{drop}{frames:02}"


def _rate(value: float) -> Fraction | None:
    """A rate that was stored with few digits, as what it stands for."""
    if not isfinite(value) or not 1 <= value <= 1000:  # noqa: PLR2004 - what anybody shoots
        return None
    return next((rate for rate in _NTSC if abs(float(rate) - value) < _NEARLY), Fraction(value).limit_denominator(1001))
