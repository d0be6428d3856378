"""What stands behind the end of a file, and between the stretches that its format accounts for.

From the first signature of a known format on it is one part, whose own end the next round of listing finds. Without
one it is padding, or a part that nobody knows. Nothing here is known to stand before a file's beginning: a file is
recognised by its first bytes.
"""

from collections.abc import Iterator, Mapping
from functools import partial
from typing import BinaryIO

from scanner.drop.kinds import Format
from scanner.parts.ends import FORMATS, ByteRange, unaccounted
from scanner.parts.reading import blocks, bytes_at
from scanner.parts.source import Bounds, PartSource, Reader
from scanner.parts.starts import first_start, is_padding

COVERS: Mapping[str, str] = dict.fromkeys(
    sorted(FORMATS), "what stands behind its end, from the first signature of a known format on"
)
"""Formats of which it is known where they end; of TIFF, EXR, DPX, PSD, TGA, MP3 and FLAC it isn't."""

_UNTOLD_PADDING = 1 << 16
_UNTOLD_LEAD = 1 << 10  # a name and a length before what follows
_TELEPHONE_NOTES = 1 << 16
_TELEPHONE_MARK = b"SEFT"


def trailing(file: BinaryIO, form: Format, bounds: Bounds) -> Iterator[PartSource]:
    """What no part of the format's own structure accounts for."""
    del bounds
    number = 0
    for gap in unaccounted(file, form.name):
        for harmless, start, end in _stretches(file, gap):
            yield PartSource(
                id=f"trailing:{number}",
                where=f"{end - start:,} bytes behind the end, from byte {start:,} on",
                shown=False,
                size=end - start,
                read=None if harmless else partial(blocks, file, start, end),
                harmless=harmless,
            )
            number += 1


def _stretches(file: BinaryIO, gap: ByteRange) -> Iterator[tuple[str, int, int]]:
    """What is in a gap: why it is harmless (or nothing), where it starts and where it ends."""
    start, end = gap
    known = first_start(file, start, end)
    lead = end if known is None else known
    if is_padding(file, start, lead):
        if lead - start > _UNTOLD_PADDING:
            yield "padding", start, lead
    elif known is None and _is_telephone_notes(file, start, end):
        yield "a telephone's notes about the picture", start, end
    elif known is None or lead - start > _UNTOLD_LEAD:
        yield "", start, lead
    if known is not None:
        yield "", known, end


def _is_telephone_notes(file: BinaryIO, start: int, end: int) -> bool:
    """Whether it is Samsung's small trailer: times and settings, and its mark at the end."""
    return end - start <= _TELEPHONE_NOTES and bytes_at(file, end - len(_TELEPHONE_MARK), 4) == _TELEPHONE_MARK


READERS: Mapping[str, tuple[Reader, ...]] = dict.fromkeys(FORMATS, (trailing,))
