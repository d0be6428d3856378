"""Further codestreams of a JPEG 2000 file: a JPX may hold several pictures.

Source: ISO/IEC 15444-2, annex M.
"""

from collections.abc import Iterator, Mapping
from functools import partial
from typing import BinaryIO

from detectors.containers import boxes
from scanner.drop.kinds import Format
from scanner.media.reading import blocks, size_of
from scanner.parts.source import Bounds, PartSource

COVERS: Mapping[str, str] = {"jp2": "the picture; further codestreams of a JPX"}


def codestreams(file: BinaryIO, form: Format, bounds: Bounds) -> Iterator[PartSource]:
    """The pictures of a JPX behind the first one, which is the one that viewers show."""
    del form, bounds
    found = [(begin, end) for name, begin, end in boxes(file, 0, size_of(file)) if name == b"jp2c"]
    for number, (begin, end) in enumerate(found[1:], start=2):
        yield PartSource(
            id=f"codestream:{number}",
            where=f"codestream {number} of {len(found)}",
            shown=False,
            size=end - begin,
            read=partial(blocks, file, begin, end),
            kind="still",
            format="jp2",
        )
