"""What a DDS holds besides the picture that viewers show: faces of a cube, slices of an array or a volume, mip levels.

A level that shows its own picture is harmless; of levels smaller than a thumbnail there is nothing to know.
"""

import io
from collections.abc import Iterator, Mapping
from functools import partial
from typing import TYPE_CHECKING, BinaryIO

from scanner.drop.kinds import Format
from scanner.media.reading import bytes_at, size_of
from scanner.parts.source import Bounds, ListingCutError, PartSource
from scanner.parts.stills.likeness import Likeness
from scanner.parts.stills.pictures import drawn, picture_in
from scanner.parts.structures.dds import DirectDrawSurface

if TYPE_CHECKING:
    from PIL.Image import Image

COVERS: Mapping[str, str] = {
    "dds": "the picture; further faces and slices; smaller versions that show something else; told: those in a format "
    "that nothing here decodes"
}

_LEAST_SIDE = 32
"""Pixels: a level of which no side is longer shows nothing that could be known again."""
_MOST_COMPARED = 64
_COMPARED_SIDE = 256


def surfaces(file: BinaryIO, form: Format, bounds: Bounds) -> Iterator[PartSource]:
    """All pictures but the first.

    Raises:
        ListingCutError: there are more than are listed, or it isn't known where they lie.
    """
    del form
    whole = DirectDrawSurface.of(file)
    if whole is None or whole.elements == whole.levels == whole.depth == 1:
        return
    if not whole.bytes_of(0):
        if whole.elements > 1 or whole.depth > 1:
            raise ListingCutError("its faces and slices are in a format that nothing here knows")
        return
    share = min(1.0, _COMPARED_SIDE / max(whole.size))
    shape = (max(1, round(whole.size[0] * share)), max(1, round(whole.size[1] * share)))
    end, compared = size_of(file), 0
    likeness = Likeness(partial(_draw, file, whole, 0, len(whole.head), whole.bytes_of(0)))
    for number, (element, level, plane, start, size) in enumerate(whole.surfaces(bounds.listed + 1)):
        if number >= bounds.listed:
            raise ListingCutError(f"more than {bounds.listed:,} faces, slices and levels")
        if start >= end:
            return
        draw = partial(_draw, file, whole, level, start, size)
        if level == plane == 0:
            likeness, compared = Likeness(draw), 0
        if number == 0 or max(whole.at(level)) < _LEAST_SIDE:
            continue
        compared += 1
        shows = level > 0 and compared <= _MOST_COMPARED and _shows(likeness, draw, shape)
        words = [f"picture {element + 1} of {whole.elements}"] * (whole.elements > 1)
        words += [f"slice {plane + 1} of {max(1, whole.depth >> level)}"] * (whole.depth > 1) + [f"level {level}"]
        yield PartSource(
            id=f"surface:{element}.{level}.{plane}",
            where=", ".join(words),
            shown=level == 0,
            draw=draw,
            kind="still",
            format="dds",
            harmless="a smaller version that shows the picture" if shows else "",
        )


def _shows(likeness: Likeness, draw: "partial[Image]", shape: tuple[int, int]) -> bool:
    """Whether a level shows its picture, whose shape it has but for what was rounded."""
    try:
        return likeness.shows(draw().resize(shape))
    except Exception:  # noqa: BLE001 - then it is told as a part, and why it can't be drawn
        return False


def _draw(file: BinaryIO, whole: DirectDrawSurface, level: int, start: int, size: int) -> "Image":
    with picture_in(io.BytesIO(whole.alone(bytes_at(file, start, size), level)), "DDS") as image:
        return drawn(image)
