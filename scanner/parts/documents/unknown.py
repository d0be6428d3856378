"""Files that their names call documents and that begin like none: what text embeds, and what begins in their midst."""

from collections.abc import Iterator, Mapping
from functools import partial
from typing import BinaryIO

from scanner.drop.kinds import UNKNOWN, Format
from scanner.media.reading import blocks, size_of
from scanner.parts.documents.embedded import MOST_TEXT, embedded
from scanner.parts.source import Bounds, ListingCutError, PartSource
from scanner.parts.starts import first_start

COVERS: Mapping[str, str] = {
    UNKNOWN: "of what its name calls a document: pictures as data URIs, and what begins with a known signature",
}


def parts(file: BinaryIO, form: Format, bounds: Bounds) -> Iterator[PartSource]:
    """What is embedded in it as in a text, and what begins with the first known signature.

    Raises:
        ListingCutError: it is longer than what is looked through.
    """
    del bounds
    if form.kind != "document":  # what anything else holds is told by who can't read it
        return
    file.seek(0)
    yield from embedded(file.read(MOST_TEXT))
    size = size_of(file)
    start = first_start(file, 0, min(size, MOST_TEXT))
    if start is not None:
        yield PartSource(
            id="inside:0",
            where=f"{size - start:,} bytes from byte {start:,} on",
            shown=False,
            size=size - start,
            read=partial(blocks, file, start, size),
        )
    if size > MOST_TEXT:
        raise ListingCutError(f"it has more than {MOST_TEXT:,} bytes; what is behind was not looked at")
