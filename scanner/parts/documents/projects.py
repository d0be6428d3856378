"""Projects of editing programs that are packed XML: text, and whatever is embedded in it."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import BinaryIO

from scanner.drop.kinds import Format
from scanner.parts.archives import compressed
from scanner.parts.documents.embedded import embedded
from scanner.parts.documents.office import TEXTS
from scanner.parts.source import Bounds, PartSource

COVERS: Mapping[str, str] = {"prproj": "what is embedded in its XML; told: XML too long to be looked through"}

_MOST_TEXT = 64 << 20


def parts(file: BinaryIO, form: Format, bounds: Bounds) -> Iterator[PartSource]:
    """The text of a project, harmless, and what is embedded in it; what isn't text is taken out.

    Raises:
        ListingCutError: something is left out, or odd.
    """
    del form
    for part in compressed.parts(file, Format("gzip", "other"), bounds):
        if part.format not in TEXTS or part.read is None:
            yield part
            continue
        text = bytearray()
        for block in part.read():
            text += block
            if len(text) > _MOST_TEXT:
                break
        if len(text) > _MOST_TEXT:
            yield replace(part, read=None, why_not="it is longer than any text that is looked through")
        else:
            yield replace(part, read=None, size=len(text), harmless="text of the project")
            yield from embedded(bytes(text), f"{part.id}/")
