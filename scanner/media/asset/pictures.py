"""A small JPEG of one frame of an asset: the evidence that a report shows beside an observation.

It is the very frame that was asked for, or none. In a movie of constant pace the decoder starts a little before it;
otherwise frames are counted from the beginning, which costs as much as decoding up to there.
"""

import io
import os
from collections.abc import Mapping, Sequence
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

from detectors.material import Piece
from scanner.examination import Extraction
from scanner.media.commands import allowance, command, decoding_allowance, opened, picture_output, source
from scanner.media.decode import stills
from scanner.media.decode.counting import left_out_frames
from scanner.media.demuxing import ALL_STORED
from scanner.media.errors import MediaError
from scanner.media.facts.probe import Probe, probe
from scanner.media.facts.recognise import recognise
from scanner.media.program import run

if TYPE_CHECKING:
    from PIL.Image import Image

VERSION = "6"
"""Changes whenever the same frame may give another picture; up to 6 it was the same as an extraction's."""

WIDEST = 320
"""Pixels across; smaller pictures stay as they are."""
QUALITY = 60

_RUN_UP = 2.0  # seconds that are decoded before the frame, besides those back to a key frame
_TIMED = ("mov,", "matroska,", "mxf")  # they state when each frame is shown; MPEG and AVI leave some to be guessed
_LARGEST = 64 * 1024 * 1024  # bytes of one scaled picture: it may be very tall


def picture(
    pieces: Sequence[Piece],
    extraction: Extraction,
    frame: int | None = None,
    track: int | None = None,
    *,
    hidden: bool = False,
) -> bytes | None:
    """One frame as JPEG, at most `WIDEST` pixels wide; None where it can't be made.

    `extraction` is what `extract` said of the same pieces, and of the same `track` of a movie, or of what is `hidden`
    in it. `frame` counts from 0 in a movie, is the file number in a sequence; None is the first.
    """
    form = extraction.media.format if extraction.media else ""
    try:
        if extraction.kind == "video" and hidden:
            return _of_hidden(pieces[0].path, frame or 0, track)
        if extraction.kind == "video":
            return _of_movie(pieces[0].path, extraction, frame or 0, track)
        if extraction.kind == "sequence":
            piece = next((piece for piece in pieces if frame is None or piece.frame == frame), None)
            return _of_still(piece.path, recognise(piece).name, 0) if piece else None
        if extraction.kind == "still":
            return _of_still(pieces[0].path, form, frame or 0)
    except MediaError:
        return None
    return None


def _of_still(path: Path, form: str, number: int) -> bytes | None:
    with stills.opened_still(path, form) as image:
        image.seek(number)
        return small_jpeg(image)


def small_jpeg(image: "Image") -> bytes:
    """A picture, decoded or not, as a JPEG at most `WIDEST` pixels wide."""
    exif_orientation = stills.orientation(image)
    image.draft("RGB", (2 * WIDEST, 2 * WIDEST))
    width, height = image.size
    shrink = min(1.0, WIDEST / (height if stills.lies_on_its_side(exif_orientation) else width))
    size = (max(1, round(width * shrink)), max(1, round(height * shrink)))
    return _jpeg(stills.upright(stills.shrunk(image, size, "RGB"), exif_orientation))


def _of_movie(path: Path, extraction: Extraction, frame: int, track: int | None) -> bytes | None:
    if not extraction.looked or not 0 <= frame < (extraction.looked.of or 0):
        return None
    probed = probe(path, track)
    stream = str(probed.video)
    with opened(path) as descriptor:
        pace = _constant_pace(probed, extraction)
        if pace:
            shown_at = probed.video_begins - probed.begins + float(frame / pace)
            start = max(0.0, round(shown_at - _RUN_UP, 3))
            half = float(1 / pace / 2)
            near = f"between(t,{shown_at - start - half:.6f},{shown_at - start + half:.6f})"
            ppm = _decoded(descriptor, stream, near, {"ss": start} if start else {})
            if ppm:
                return _as_jpeg(ppm)
        return _as_jpeg(_decoded(descriptor, stream, f"eq(n,{frame})", {}))


def _of_hidden(path: Path, frame: int, track: int | None) -> bytes | None:
    stream = probe(path, track).video or 0
    numbers = left_out_frames(path, stream)
    if not 0 <= frame < len(numbers):
        return None
    with opened(path) as descriptor:
        return _as_jpeg(_decoded(descriptor, str(stream), f"eq(n,{numbers[frame]})", ALL_STORED))


def _constant_pace(probed: Probe, extraction: Extraction) -> Fraction | None:
    """The rate, where each frame's time follows from its number: all were decoded, as many as the length has room for.

    Times are on the grid of the rate then, and without a gap, because ffprobe's base rate is one that fits them all.
    """
    looked = extraction.looked
    if not (probed.rate and probed.rate_is_base and probed.video_duration and looked and looked.of):
        return None
    if extraction.problems or (extraction.media and extraction.media.times):
        return None
    if not probed.container.startswith(_TIMED):
        return None
    rate = Fraction(probed.rate)
    return rate if round(probed.video_duration * rate) == looked.of else None


def _decoded(descriptor: int, stream: str, expression: str, options: Mapping[str, str | float]) -> bytes:
    """The first frame that `expression`, one of ffmpeg's select filter, is true for, as PPM.

    Empty where there is none, or where the decoder complained: after a jump it may lack what the frame builds on.
    """
    chosen = source(descriptor, **options)[stream].filter("select", expression)
    scaled = chosen.filter("scale", f"min({WIDEST},iw)", -1, flags="area")
    line = command(picture_output(scaled, format="image2pipe", vcodec="ppm", **{"frames:v": 1}))
    size = os.fstat(descriptor).st_size
    timeout = allowance(size) if "ss" in options else decoding_allowance(size)
    completed = run(line, timeout=timeout, stdout_limit=_LARGEST, pass_fds=[descriptor])
    return b"" if "ss" in options and completed.stderr_lines else completed.stdout


def _as_jpeg(ppm: bytes) -> bytes | None:
    from PIL import Image

    if not ppm:
        return None
    with Image.open(io.BytesIO(ppm), formats=["PPM"]) as image:
        return _jpeg(image)


def _jpeg(image: "Image") -> bytes:
    buffer = io.BytesIO()
    image.convert("RGB").save(buffer, "JPEG", quality=QUALITY)
    return buffer.getvalue()
