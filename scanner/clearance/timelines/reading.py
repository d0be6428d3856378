"""From a file's bytes to a timeline: which reader it is for, and what no timeline may be."""

from fractions import Fraction
from pathlib import PurePath

from scanner.clearance.timelines import edl, fcp7, otio
from scanner.clearance.timelines.model import Timeline, TimelineFault, sound

SIZE_LIMIT = 50 * 2**20
"""Bytes; a film's list has a few hundred thousand, its XML a few million."""
_KNOWN = ".edl (CMX 3600), .xml (FCP 7) or .otio"


def read(raw: bytes, name: str, rate: Fraction) -> tuple[Timeline | None, list[TimelineFault]]:
    """The timeline in a file, or what is wrong with it.

    Args:
        raw: its bytes, of which one more than the limit shows that there are too many.
        name: the file's name, whose ending says what it is.
        rate: frames a second at which a list counts that states no rate.
    """
    if len(raw) > SIZE_LIMIT:
        return None, [TimelineFault(0, 0, f"larger than {SIZE_LIMIT >> 20} MB")]
    ending = PurePath(name).suffix.lower()
    if ending == ".edl":
        timeline, faults = edl.read(_text(raw), name, rate)
    elif ending == ".xml":
        timeline, faults = fcp7.read(raw, name)
    elif ending == ".otio":
        timeline, faults = otio.read(raw, name)
    else:
        hint = "; export it as FCP 7 XML" if ending == ".fcpxml" else ""
        return None, [TimelineFault(0, 0, f"a timeline is {_KNOWN}{hint}")]
    if timeline and (faults := sound(timeline)):
        return None, faults
    return timeline, faults


def _text(raw: bytes) -> str:
    """An edit list as text: old systems write their own alphabets, whose plain letters are the same everywhere."""
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        return raw.decode("utf-16", "replace")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return raw.decode("latin-1")
