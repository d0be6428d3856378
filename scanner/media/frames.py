"""Fingerprints of moving pictures: every frame of a movie, every member of a sequence, each under its right number.

An exit code of 0 proves nothing: half an MXF decodes with it. So frames are counted and complaints kept, and what
came out is told apart from what should have. Memory holds one batch of small grey pictures, whatever the length.
"""

import os
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from detectors.fingerprint.picture import SIDE, Fingerprints, fingerprint
from detectors.material import Piece
from scanner.drop.kinds import UNKNOWN
from scanner.media import light, stills
from scanner.media.commands import (
    allowance,
    command,
    decoding_allowance,
    numbered,
    opened,
    reduced,
    saying,
    small_grey,
    source,
)
from scanner.media.material import recognise
from scanner.media.program import MediaError, MediaTimeoutError, run, stream

ALL_MEMBERS = "all members"

_BATCH = 64
_IDLE = 60.0
_RUN = 32  # members that one process decodes; what is done again where one of them is broken
_HARMLESS = (
    "mmco: unref short failure",  # H.264: a picture to be forgotten wasn't there; decoding loses nothing
    "co located POCs unavailable",  # H.264: a B-frame whose time-twin is missing falls back to another mode
    "number of reference frames",  # H.264: more than the header allows, kept all the same
    "Could not find codec parameters",  # of some other stream
)


@dataclass(frozen=True, slots=True)
class MovieFrames:
    """What the decoder gave of one movie. `complaint` is what it said went wrong, empty where nothing did."""

    prints: Fingerprints
    complaint: str = ""
    complaints: int = 0
    timed_out: bool = False


@dataclass(frozen=True, slots=True)
class SequenceFrames:
    """What could be decoded of a sequence, and why not of each member that couldn't, by frame number.

    `sample` is the first member that could, and its format.
    """

    prints: Fingerprints
    failures: Mapping[int, MediaError] = field(default_factory=dict)
    sample: tuple[Piece, str] | None = None


def movie(path: Path, stream_index: int, *, halvings: int = 0, transfer: str | None = None) -> MovieFrames:
    """Fingerprint every frame of one stream, counted from 0 in the order of showing, turned as it is meant to be seen.

    `halvings`: how often a decoder that can is to halve the sides of the picture. `transfer`: how its numbers relate
    to light, in ffprobe's word.

    Raises:
        MediaError: the file can't be opened.
    """
    parts: list[Fingerprints] = []
    count = 0
    timed_out = False
    with opened(path) as descriptor:
        options = reduced(halvings) if halvings else {}
        line = command(small_grey(source(descriptor, **options)[str(stream_index)], SIDE), {"format": "rawvideo"})
        wall = decoding_allowance(os.fstat(descriptor).st_size)
        with stream(
            line, frame_bytes=SIDE * SIDE, batch=_BATCH, wall=wall, idle=_IDLE, pass_fds=[descriptor]
        ) as blocks:
            try:
                for block in blocks:
                    numbers = np.arange(count, count + len(block))
                    parts.append(fingerprint(light.as_displayed(block.reshape(-1, SIDE, SIDE), transfer), numbers))
                    count += len(block)
            except MediaTimeoutError:
                timed_out = True
    done = blocks.completed
    harmful = [line for line in done.stderr.splitlines() if not _harmless(line)] if done else []
    complaint = saying("\n".join(harmful))
    if done and done.returncode and not complaint:
        complaint = f"the decoder ended with {done.returncode}"
    if blocks.leftover and not complaint:
        complaint = "the decoder ended inside a frame"
    return MovieFrames(Fingerprints.join(parts), complaint, len(harmful), timed_out)


def sequence(pieces: Sequence[Piece]) -> SequenceFrames:
    """Fingerprint every member of a sequence. A broken one costs itself alone; the others keep their numbers."""
    parts: list[Fingerprints] = []
    failures: dict[int, MediaError] = {}
    sample = None
    for start in range(0, len(pieces), _RUN):
        members = pieces[start : start + _RUN]
        pictures: dict[int, NDArray[np.uint8]] = {}
        for piece, form, result in _members(members):
            number = _number(piece)
            if isinstance(result, MediaError):
                failures[number] = result
            else:
                pictures[number] = result
                sample = sample or (piece, form)
        if pictures:
            parts.append(fingerprint(np.stack(list(pictures.values())), np.array(list(pictures), np.int64)))
    return SequenceFrames(Fingerprints.join(parts), failures, sample)


def _members(pieces: Sequence[Piece]) -> Iterator[tuple[Piece, str, NDArray[np.uint8] | MediaError]]:
    """Each member, its format, and its picture or why there is none."""
    forms = [_form(piece) for piece in pieces]
    whole = [(piece, form) for piece, form in zip(pieces, forms, strict=True) if isinstance(form, str)]
    pictures = _together(whole)
    taken = iter(pictures if pictures is not None else ())
    for piece, form in zip(pieces, forms, strict=True):
        if isinstance(form, MediaError):
            yield piece, UNKNOWN, form
        else:
            yield piece, form, next(taken) if pictures is not None else _by_itself(piece, form)


def _by_itself(piece: Piece, form: str) -> NDArray[np.uint8] | MediaError:
    try:
        if form in stills.BY_FFMPEG:
            return stills.read_by_ffmpeg(piece.path, form)
        first: NDArray[np.uint8] = stills.read(piece.path, form).pictures[0]
    except MediaError as error:
        return error
    return first


def _together(members: Sequence[tuple[Piece, str]]) -> NDArray[np.uint8] | None:
    """All pictures, uint8 (n, SIDE, SIDE), decoded by one process; None unless each of them came without complaint.

    ffmpeg numbers files by a pattern in their names. Ours are links in a private folder that lead to the opened
    members, so gaps and odd names in the drop don't matter, and nothing but the members can be read.
    """
    forms = {form for _, form in members}
    if len(forms) != 1 or not forms <= stills.BY_FFMPEG:
        return None
    (form,) = forms
    try:
        transfers = {stills.transfer(piece.path, form) for piece, _ in members}
        with tempfile.TemporaryDirectory(prefix="provscan-") as made, ExitStack() as held:
            folder = os.path.realpath(made)
            descriptors = [held.enter_context(opened(piece.path)) for piece, _ in members]
            for index, descriptor in enumerate(descriptors):
                Path(folder, f"{index:06}.{form}").symlink_to(f"/proc/self/fd/{descriptor}")
            pictures = small_grey(numbered(folder, form, **stills.input_options(form)), SIDE)
            timeout = allowance(sum(os.fstat(descriptor).st_size for descriptor in descriptors))
            line = command(pictures, {"format": "rawvideo"})
            done = run(line, timeout=timeout, pass_fds=descriptors, folders=[folder])
    except MediaError:
        return None
    if done.returncode or done.stderr_lines or len(done.stdout) != len(members) * SIDE * SIDE or len(transfers) > 1:
        return None
    return light.as_displayed(np.frombuffer(done.stdout, np.uint8).reshape(-1, SIDE, SIDE), transfers.pop())


def _form(piece: Piece) -> str | MediaError:
    """The format of a member that seems to be all there."""
    try:
        form = recognise(piece).name
        stills.require_whole(piece.path, form)
    except MediaError as error:
        return error
    return form


def _number(piece: Piece) -> int:
    if piece.frame is None:
        raise ValueError("a member of a sequence has a number")
    return piece.frame


def _harmless(line: str) -> bool:
    return not line.strip() or any(known in line for known in _HARMLESS)
