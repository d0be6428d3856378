"""What stands behind the end of a file, and between the stretches that its format accounts for.

From the first signature of a known format on it is one part, whose own end the next round of listing finds. Without
one it is padding, or a part that nobody knows. Nothing here is known to stand before a file's beginning: a file is
recognised by its first bytes.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import BinaryIO

from scanner.drop.kinds import Format
from scanner.media.reading import blocks, bytes_at
from scanner.parts.ends.accounts import FORMATS, LOOSE, UNSURE, unaccounted
from scanner.parts.ends.stills import ByteRange
from scanner.parts.source import Bounds, PartReader, PartSource
from scanner.parts.starts import behind_padding, first_start, likely_start

COVERS: Mapping[str, str] = dict.fromkeys(
    sorted(FORMATS), "what stands behind its end, from the first signature of a known format on"
)
"""Formats of which it is known where they end."""

_SEARCHED = 1 << 26
"""Bytes in which a signature is sought: that takes 27 ms for a megabyte."""
_UNKNOWN = f"nothing known begins in the first {_SEARCHED >> 20} megabytes of it"
_UNTOLD_PADDING = 1 << 16
_LIKE_PADDING = 8  # bytes with which formats begin, and that may be padding as well
_UNTOLD_LEAD = 1 << 10  # a name and a length before what follows
_TELEPHONE_NOTES = 1 << 16
_TELEPHONE_MARK = b"SEFT"


def trailing(file: BinaryIO, form: Format, bounds: Bounds) -> Iterator[PartSource]:
    """What no part of the format's own structure accounts for."""
    del bounds
    seek = likely_start if form.name in UNSURE else first_start
    found = (stretch for gap in unaccounted(file, form.name) for stretch in _stretches(file, gap, seek))
    stretches = (stretch for stretch in found if stretch.known or form.name not in LOOSE)
    for number, stretch in enumerate(stretches):
        start, end = stretch.place
        yield PartSource(
            id=f"trailing:{number}",
            where=f"{end - start:,} bytes behind the end, from byte {start:,} on",
            shown=False,
            size=end - start,
            read=partial(blocks, file, start, end),
            harmless=stretch.harmless,
            why_not=stretch.why_not,
        )


@dataclass(frozen=True, slots=True)
class _Stretch:
    place: ByteRange
    harmless: str = ""
    why_not: str = ""
    known: bool = False


def _stretches(file: BinaryIO, gap: ByteRange, seek: Callable[[BinaryIO, int, int], int | None]) -> Iterator[_Stretch]:
    """What is in a gap: padding or unknown bytes, then what begins with the first known signature."""
    start, end = gap
    filled = behind_padding(file, start, end)
    begin = max(start, filled - _LIKE_PADDING)
    known = seek(file, begin, min(end, begin + _SEARCHED))
    lead = end if known is None else known
    if lead <= filled:
        if lead - start > _UNTOLD_PADDING:
            yield _Stretch((start, lead), harmless="padding")
    elif known is None and _is_telephone_notes(file, start, end):
        yield _Stretch(gap, harmless="a telephone's notes about the picture")
    elif known is None:
        yield _Stretch(gap, why_not=_UNKNOWN if end - filled > _SEARCHED else "")
    elif known - start > _UNTOLD_LEAD:
        yield _Stretch((start, known))
    if known is not None:
        yield _Stretch((known, end), known=True)


def _is_telephone_notes(file: BinaryIO, start: int, end: int) -> bool:
    """Whether it is Samsung's small trailer: times and settings, and its mark at the end."""
    return end - start <= _TELEPHONE_NOTES and bytes_at(file, end - len(_TELEPHONE_MARK), 4) == _TELEPHONE_MARK


READERS: Mapping[str, tuple[PartReader, ...]] = dict.fromkeys(FORMATS, (trailing,))
