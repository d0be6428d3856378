"""What stands in a recess of a file: what begins there with a known signature is a part, and else it is no picture."""

from collections.abc import Iterable, Iterator
from functools import partial

from scanner.media.reading import blocks, bytes_at
from scanner.parts.recesses.credentials import kept
from scanner.parts.recesses.places import Recess
from scanner.parts.source import ListingCutError, PartSource
from scanner.parts.starts import behind_padding, likely_start
from scanner.parts.stills import thumbnails
from scanner.parts.stills.likeness import Likeness
from scanner.parts.stills.thumbnails import Preview

SEARCHED = 1 << 24
"""Bytes of one recess in which a signature is sought, behind the padding that it may begin with."""
_SEARCHED_IN_ALL = 1 << 26
_PADDING = 1 << 30  # bytes of which it is made sure that they are padding
_LEAST = 32  # bytes: no picture is smaller
_COST = 1 << 12  # what looking into a recess costs, in bytes of searching
_MOST_COMPARED = 32
_XMP = b"<x:xmpmeta"
_UNSEARCHED = f"nothing known begins in the first {SEARCHED >> 20} megabytes of it, and the rest was not looked through"


def found_in(recesses: Iterable[Recess], likeness: Likeness | None) -> Iterator[PartSource]:
    """What begins in each of them. `likeness`: the picture of the file, for small ones that show the same.

    Raises:
        ListingCutError: there is more of them than is looked through.
    """
    left, number = _SEARCHED_IN_ALL, 0
    for recess in _opened(recesses):
        if recess.end - recess.start < _LEAST:
            continue
        if left <= 0:
            raise ListingCutError(
                f"its comments, private and unknown areas have more than {_SEARCHED_IN_ALL >> 20} megabytes; what is "
                f"{recess.where} and behind it was not looked through"
            )
        left -= max(_COST, min(SEARCHED, recess.end - recess.start))
        for source in _parts(recess, number, likeness if number < _MOST_COMPARED else None):
            yield source
            number += 1


def _opened(recesses: Iterable[Recess]) -> Iterator[Recess]:
    for recess in recesses:
        yield from kept(recess) if recess.is_credential else (recess,)


def _parts(recess: Recess, number: int, likeness: Likeness | None) -> Iterator[PartSource]:
    file, start, end = recess.file, recess.start, recess.end
    described = partial(PartSource, id=f"recess:{number}", where=recess.where, shown=False, size=end - start)
    if recess.why_not:
        yield described(why_not=recess.why_not)
        return
    filled = behind_padding(file, start, min(end, start + _PADDING))
    begin = max(start, filled - 8)  # bytes with which formats begin, and that may be padding as well
    searched = min(end, begin + SEARCHED)
    known = likely_start(file, begin, searched)
    if known is not None:
        yield _part(recess, known, number, likeness)
    elif searched < end:
        yield described(why_not=_UNSEARCHED)
    elif end - start <= SEARCHED and _XMP in (text := bytes_at(file, start, end - start)):
        for count, preview in enumerate(thumbnails.in_xmp(text), number):
            shows = likeness is not None and thumbnails.is_thumbnail(preview, likeness)
            yield _small(f"recess:{count}", f"XMP data {recess.where}", preview.data, shows=shows)


def _part(recess: Recess, known: int, number: int, likeness: Likeness | None) -> PartSource:
    size = recess.end - known
    ident = f"recess:{number}"
    where = f"{recess.where}, from byte {known - recess.start:,} of it on" if known > recess.start else recess.where
    if likeness is not None and size <= thumbnails.LARGEST:
        data = bytes_at(recess.file, known, size)
        return _small(ident, where, data, shows=thumbnails.is_thumbnail(Preview(where, data), likeness))
    return PartSource(ident, where, shown=False, size=size, read=partial(blocks, recess.file, known, recess.end))


def _small(ident: str, where: str, data: bytes, *, shows: bool) -> PartSource:
    return PartSource(
        ident,
        where,
        shown=False,
        size=len(data),
        read=lambda: [data],
        kind="still" if shows else "other",
        harmless=thumbnails.HARMLESS if shows else "",
    )
