"""When a recording of sound began, by the chunks that field recorders write into a WAV: `bext` and `iXML`.

`bext` counts samples since midnight and knows no frames (EBU Tech 3285); `iXML` says how many frames a second the
production counts. The label is that of the frame in which the first sample lies, or begins before the next one: frames
of most rates are no whole number of samples, and recorders round down.
"""

from dataclasses import dataclass
from fractions import Fraction
from math import ceil
from typing import BinaryIO
from xml.etree.ElementTree import Element, ParseError

from detectors.containers import chunks
from scanner.media.timecodes.labelling import LabelRun, StatedTimecode

_REFERENCE = 338  # bytes of `bext` before its count of samples: texts, date and time
_MOST_XML = 1 << 20
_DROP = frozenset({"DF", "DROP", "TRUE"})


@dataclass(frozen=True, slots=True)
class Recorded:
    """What a recording states. `seconds`: since midnight, by `bext`, None where it has none.

    `rate`: frames a second that its production counts; None where it doesn't say.
    """

    stated: tuple[StatedTimecode, ...] = ()
    rate: Fraction | None = None
    seconds: Fraction | None = None


def recorded(file: BinaryIO) -> Recorded:
    """What a WAV, RF64 or BW64 that is open for reading says of its beginning, `bext` first."""
    samples, reference, document = 0, b"", None
    for name, begin, length in chunks(file):
        file.seek(begin)
        if name == b"fmt ":
            samples = int.from_bytes(file.read(min(length, 8))[4:8], "little")
        elif name == b"bext":
            reference = file.read(min(length, _REFERENCE + 8))[_REFERENCE:]
        elif name in {b"iXML", b"IXML"} and length <= _MOST_XML:
            document = _xml(file.read(length))
    counted = int.from_bytes(reference, "little") if len(reference) == 8 else None  # noqa: PLR2004 - 64 bits
    seconds = Fraction(counted, samples) if counted is not None and samples else None
    sample = Fraction(1, samples or 1)
    rate = _fraction(_said(document, "SPEED/TIMECODE_RATE"))
    if not rate:
        return Recorded(seconds=seconds)
    drop = _said(document, "SPEED/TIMECODE_FLAG").upper() in _DROP
    sources = (("bext", seconds), ("iXML", _since_midnight(document, samples)))
    stated = (_began(source, began + sample, rate, drop=drop) for source, began in sources if began is not None)
    return Recorded(tuple(stated), rate, seconds)


def _began(source: str, until: Fraction, rate: Fraction, *, drop: bool) -> StatedTimecode:
    """The last label that begins before a time since midnight, in seconds."""
    base = max(1, round(rate))
    return StatedTimecode(source, (LabelRun(Fraction(0), Fraction(ceil(until * rate) - 1), rate, base, drop),))


def _since_midnight(document: Element | None, samples: int) -> Fraction | None:
    high, low = (_said(document, f"SPEED/TIMESTAMP_SAMPLES_SINCE_MIDNIGHT_{part}") for part in ("HI", "LO"))
    stated = _said(document, "SPEED/TIMESTAMP_SAMPLE_RATE")
    rate = int(stated) if _is_number(stated) else samples
    if not _is_number(low) or not rate:
        return None
    return Fraction((int(high) << 32 if _is_number(high) else 0) + int(low), rate)


def _xml(data: bytes) -> Element | None:
    from defusedxml.common import DefusedXmlException
    from defusedxml.ElementTree import fromstring

    try:
        document: Element = fromstring(data.rstrip(b"\0"), forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError, LookupError):
        return None
    return document


def _said(document: Element | None, way: str) -> str:
    return (document.findtext(way) or "").strip() if document is not None else ""


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 20  # noqa: PLR2004 - 64 bits


def _fraction(text: str) -> Fraction | None:
    try:
        rate = Fraction(text)
    except (ValueError, ZeroDivisionError):
        return None
    return rate if 1 <= rate <= 1000 else None  # noqa: PLR2004 - what anybody counts
