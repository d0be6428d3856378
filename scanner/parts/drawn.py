"""Layers of EXR, and pictures in the files of a sequence that have no bytes of their own: drawn where they lie.

Whatever is wanted of a file is drawn while it is open: an EXR is decompressed once, however many of its layers are
looked at.
"""

import math
import time
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, BinaryIO

import numpy as np

from detectors.fingerprint.local import COARSE, FINE
from detectors.fingerprint.prints import Prints
from detectors.material import FullPicture, Piece
from scanner.drop.kinds import UNKNOWN, Format
from scanner.examination import Extraction, Problem
from scanner.media.asset.extract import sequence_extraction, still_extraction
from scanner.media.asset.full_size import spread
from scanner.media.asset.pictures import small_jpeg
from scanner.media.commands import opened
from scanner.media.decode import stills
from scanner.media.decode.frames import SequenceInTheMaking
from scanner.media.errors import MediaError, MediaTimeoutError
from scanner.media.facts.recognise import recognise
from scanner.parts.listing import readers_of
from scanner.parts.source import Bounds, ListingCutError, PartSource

if TYPE_CHECKING:
    from PIL.Image import Image

_BYTES_A_SECOND = 500_000
"""The time for drawing what lies in some files grows by what it takes to read them, at this pace."""


def look_at_drawn(
    pieces_of: Mapping[str, Sequence[Piece]], bounds: Bounds, *, mirrored: bool = False
) -> dict[str, tuple[Extraction, Prints]]:
    """Look at several parts of one file, or of one sequence.

    `pieces_of`: the files that hold each part, by its id in every one of them. `mirrored`: describe details mirrored as
    well, as works of a library are. What isn't drawn before the time is up is a problem of its part.
    """
    parts_in: dict[Piece, dict[str, int]] = {}
    for part, pieces in pieces_of.items():
        for place, piece in enumerate(pieces):
            parts_in.setdefault(piece, {})[part] = place
    seen = {part: SequenceInTheMaking(mirrored=mirrored) for part, pieces in pieces_of.items() if len(pieces) > 1}
    made: dict[str, tuple[Extraction, Prints]] = {}
    sizes: dict[str, tuple[int, int]] = {}
    until = time.monotonic() + bounds.seconds + sum(_bytes_of(piece) for piece in parts_in) / _BYTES_A_SECOND
    for piece, places in sorted(parts_in.items(), key=lambda each: each[0].frame or 0):
        for part, image in drawn_parts(piece, places, bounds, until):
            if part not in seen:
                made[part] = _of_still(image, mirrored=mirrored)
            elif isinstance(image, MediaError):
                seen[part].add(piece, UNKNOWN, image)
            else:
                sizes.setdefault(part, image.size)
                seen[part].add(piece, recognise(piece).name, stills.in_grey(image, (COARSE,)))
    for part, frames in seen.items():
        made[part] = sequence_extraction(frames.finish(), len(pieces_of[part]), *sizes.get(part, (None, None)))
    return made


def _bytes_of(piece: Piece) -> int:
    return piece.path.stat().st_size if piece.path.is_file() else 0


def _of_still(image: "Image | MediaError", *, mirrored: bool) -> tuple[Extraction, Prints]:
    """A part that is in one file alone."""
    if isinstance(image, MediaError):
        return Extraction("still", problems=(Problem(image.reason, str(image)),)), Prints()
    small, *large = stills.in_grey(image, (COARSE, FINE))
    return still_extraction(UNKNOWN, stills.Still(small[None], *image.size, large={0: large}), mirrored=mirrored)


def full_size(pieces: Sequence[Piece], part: str, bounds: Bounds, most: int) -> Iterator[FullPicture]:
    """At most so many pictures of a part in full size, evenly spread over the files that hold it.

    Those of EXR and DPX hold no eight bits, and are left out.

    Raises:
        MediaError: one of them can't be drawn.
    """
    for piece in spread(pieces, most):
        if recognise(piece).name in stills.BY_OURSELVES:
            continue
        for _, image in drawn_parts(piece, [part], bounds):
            if isinstance(image, MediaError):
                raise image
            yield FullPicture(np.asarray(stills.flat(image, "RGB", as_shown=False), np.uint8), piece.frame)


def evidence_picture(pieces: Sequence[Piece], part: str, bounds: Bounds, frame: int | None) -> bytes | None:
    """One frame of a part as a small JPEG; None where it can't be made. `frame`: its number, None for the first."""
    piece = next((piece for piece in pieces if frame is None or piece.frame == frame), None)
    for _, image in drawn_parts(piece, [part], bounds) if piece else ():
        return None if isinstance(image, MediaError) else small_jpeg(image)
    return None


def drawn_parts(
    piece: Piece, parts: Collection[str], bounds: Bounds, until: float = math.inf
) -> Iterator[tuple[str, "Image | MediaError"]]:
    """The pictures of some parts of a file, by their ids, or why there is none; each once, in the order of the file."""
    missing = dict.fromkeys(parts)
    error: MediaError = MediaError("it isn't in the file any more")
    try:
        form = recognise(piece)
        with opened(piece.path) as descriptor, open(descriptor, "rb", closefd=False) as file:
            for source in _sources(file, form, bounds):
                if source.id in missing and source.draw is not None:
                    _require_time(until)
                    del missing[source.id]
                    yield source.id, _drawn(source)
                if not missing:
                    return
    except MediaError as hindrance:
        error = hindrance
    yield from ((part, error) for part in missing)


def _require_time(until: float) -> None:
    if time.monotonic() > until:
        raise MediaTimeoutError("drawing what lies in this file took longer than it may")


def _sources(file: BinaryIO, form: Format, bounds: Bounds) -> Iterator[PartSource]:
    """What the readers of a format find, each until it ends or is cut; what else goes wrong is an error of the file."""
    for reader in readers_of(form):
        try:
            yield from reader(file, form, bounds)
        except ListingCutError:
            continue
        except MediaError:
            raise
        except Exception as error:
            raise MediaError(f"its parts can't be listed to the end: {str(error)[:160]}") from error


def _drawn(source: PartSource) -> "Image | MediaError":
    try:
        image = source.draw() if source.draw else None
    except MediaError as error:
        return error
    except MemoryError:
        return MediaError("it takes more memory than there is")
    except Exception as error:  # noqa: BLE001 - whatever a library raises over one picture, the others go on
        return MediaError(f"it can't be drawn: {type(error).__name__}: {str(error)[:160]}")
    return image or MediaError("nothing here draws it")
