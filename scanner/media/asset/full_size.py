"""Pictures in their full size, for detectors that look at pixels rather than at what a picture shows.

A few of each asset, one at a time. What a codec has changed every pixel of is not given at all: see `Material`.
"""

import os
from collections.abc import Iterator, Sequence
from fractions import Fraction
from pathlib import Path
from typing import TypeVar

import numpy as np

from detectors.material import FullPicture, Piece
from scanner.media.commands import allowance, command, opened, picture_output, source
from scanner.media.decode import stills
from scanner.media.errors import MediaError
from scanner.media.facts.probe import Probe, probe
from scanner.media.facts.recognise import recognise
from scanner.media.program import run

_T = TypeVar("_T")


def of_stills(pieces: Sequence[Piece], most: int) -> Iterator[FullPicture]:
    """One picture of each of some files, evenly spread over all; EXR and DPX, which hold no eight bits, are left out.

    Raises:
        MediaError: one of them can't be decoded.
    """
    for piece in spread(pieces, most):
        form = recognise(piece).name
        if form in stills.BY_PILLOW:
            with stills.opened_still(piece.path, form) as image:
                plain = (
                    image.convert("RGB") if image.has_transparency_data else stills.flat(image, "RGB", as_shown=False)
                )
                yield FullPicture(np.asarray(plain, np.uint8), piece.frame)


def of_movie(path: Path, most: int, track: int | None = None) -> Iterator[FullPicture]:
    """Some frames of a movie whose frames stand alone, evenly spread; none of another.

    `track`: the index of the track that is meant, where it isn't that by which the file is known.

    Raises:
        MediaError: one of them can't be decoded.
    """
    probed = probe(path, track)
    rate = Fraction(probed.rate) if probed.rate else None
    width, height = probed.stored_size
    if probed.video is None or probed.reorders or probed.stands_alone is False or not width or not height:
        return
    count = probed.promise.frames if probed.promise and rate else 1
    for number in spread(range(count), most):
        rgb = _frame(path, probed, float(number / rate) if rate else 0.0)
        if rgb:
            if len(rgb) != width * height * 3:
                raise MediaError("a frame has another size than its container states")
            yield FullPicture(np.frombuffer(rgb, np.uint8).reshape(height, width, 3), number)


def spread(items: Sequence[_T], most: int) -> list[_T]:
    """At most so many of them, evenly spread, the first among them."""
    count = min(most, len(items))
    return [items[place * len(items) // count] for place in range(count)]


def _frame(path: Path, probed: Probe, seconds: float) -> bytes:
    """The frame that is shown at this time, as it is stored, as RGB; empty where there is none any more."""
    half = float(1 / Fraction(probed.rate) / 2) if probed.rate else 0.0
    start = max(0.0, probed.video_begins - probed.begins + seconds - half)
    with opened(path) as descriptor:
        size = os.fstat(descriptor).st_size
        file_input = source(descriptor, noautorotate=None, **({"ss": round(start, 6)} if start else {}))
        line = command(picture_output(file_input[str(probed.video)], pix_fmt="rgb24", **{"frames:v": 1}))
        limit = 3 * (probed.width or 0) * (probed.height or 0) + 1
        return run(line, timeout=allowance(size), stdout_limit=limit, pass_fds=[descriptor]).stdout
