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
from scanner.media.commands import allowance, command, opened, source, written
from scanner.media.decode import stills
from scanner.media.errors import MediaError
from scanner.media.facts.probe import Probe, probe
from scanner.media.facts.recognise import recognise
from scanner.media.program import run

_T = TypeVar("_T")
_QUARTER_TURNS = (90, 270)


def of_stills(pieces: Sequence[Piece], most: int) -> Iterator[FullPicture]:
    """One picture of each of some files, evenly spread over all; EXR and DPX, which hold no eight bits, are left out.

    Raises:
        MediaError: one of them can't be decoded.
    """
    for piece in _spread(pieces, most):
        form = recognise(piece).name
        if form in stills.BY_PILLOW:
            with stills.shown(piece.path, form) as image:
                plain = image.convert("RGB") if image.has_transparency_data else stills.flat(image, "RGB")
                yield FullPicture(np.asarray(plain, np.uint8), piece.frame)


def of_movie(path: Path, most: int, track: int | None = None) -> Iterator[FullPicture]:
    """Some frames of a movie whose frames stand alone, evenly spread; none of another.

    `track`: the index of the track that is meant, where it isn't that by which the file is known.

    Raises:
        MediaError: one of them can't be decoded.
    """
    stated = probe(path, track)
    rate = Fraction(stated.rate) if stated.rate else None
    if stated.video is None or stated.reorders or stated.stands_alone is False or not stated.width or not stated.height:
        return
    count = stated.promise.frames if stated.promise and rate else 1
    for number in _spread(range(count), most):
        found = _frame(path, stated, float(number / rate) if rate else 0.0)
        if found:
            width, height = stated.width, stated.height
            if stated.turned in _QUARTER_TURNS:
                width, height = height, width
            if len(found) != width * height * 3:
                raise MediaError("a frame has another size than its container states")
            yield FullPicture(np.frombuffer(found, np.uint8).reshape(height, width, 3), number)


def _frame(path: Path, stated: Probe, seconds: float) -> bytes:
    """The frame that is shown at this time, as it is stored, as RGB; empty where there is none any more."""
    half = float(1 / Fraction(stated.rate) / 2) if stated.rate else 0.0
    start = max(0.0, stated.video_begins - stated.begins + seconds - half)
    with opened(path) as descriptor:
        size = os.fstat(descriptor).st_size
        whole = source(descriptor, noautorotate=None, **({"ss": round(start, 6)} if start else {}))
        line = command(written(whole[str(stated.video)], pix_fmt="rgb24", **{"frames:v": 1}))
        most = 3 * (stated.width or 0) * (stated.height or 0) + 1
        return run(line, timeout=allowance(size), stdout_limit=most, pass_fds=[descriptor]).stdout


def _spread(every: Sequence[_T], most: int) -> list[_T]:
    """At most so many of them, evenly spread, the first among them."""
    count = min(most, len(every))
    return [every[place * len(every) // count] for place in range(count)]
