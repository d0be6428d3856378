"""Fingerprints of moving pictures: every frame of a movie, every member of a sequence, each under its right number.

An exit code of 0 proves nothing: half an MXF decodes with it. So frames are counted and complaints kept, and what
came out is told apart from what should have. What a movie sounds like comes from the same run of the decoder.
"""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from detectors.fingerprint.local import COARSE, LocalFeatures
from detectors.fingerprint.picture import SIDE, Fingerprints, Viewer
from detectors.material import Piece
from scanner.drop.kinds import UNKNOWN
from scanner.media.commands import (
    IDLE,
    command,
    decoding_allowance,
    opened,
    picture_output,
    reducing_options,
    small_grey,
    source,
    stderr_summary,
)
from scanner.media.decode import stills
from scanner.media.decode.details import Details
from scanner.media.decode.hearing import Ears, Hearing, hear, split_complaints, with_differences
from scanner.media.decode.looking import Looking, whole_hashes
from scanner.media.decode.plans import grid_step
from scanner.media.errors import MediaError, MediaTimeoutError
from scanner.media.facts.probe import Probe, Sound
from scanner.media.facts.recognise import recognise
from scanner.media.program import pour

ALL_MEMBERS = "all members"

_ALONG: Mapping[str, str | int] = {
    "reinit_filter:v": 0,  # a picture that changes its size on the way must not make the filters begin to count anew
    # Pictures that no other builds on keep the edges of their blocks: a tenth of decoding H.264, and an eighth of the
    # size hides it. No hash of 480 frames differs by more than 2 of its 256 bits.
    "skip_loop_filter:v": "noref",
}
_RUN = 32  # members that are hashed together
_HARMLESS = (
    "mmco: unref short failure",  # H.264: a picture to be forgotten wasn't there; decoding loses nothing
    "co located POCs unavailable",  # H.264: a B-frame whose time-twin is missing falls back to another mode
    "number of reference frames",  # H.264: more than the header allows, kept all the same
    "Could not find codec parameters",  # of some other stream
)


@dataclass(frozen=True, slots=True)
class MovieFrames:
    """What one run of the decoder gave of one movie. `hearing` is None where it had no sound to hear.

    `complaint` is what it said of the picture, empty where nothing went wrong.
    """

    prints: Fingerprints
    local: LocalFeatures | None = None
    hearing: Hearing | None = None
    complaint: str = ""
    timed_out: bool = False


@dataclass(frozen=True, slots=True)
class SequenceFrames:
    """What could be decoded of a sequence, and why not of each member that couldn't, by frame number.

    `sample` is the first member that could, and its format.
    """

    prints: Fingerprints
    local: LocalFeatures | None = None
    failures: Mapping[int, MediaError] = field(default_factory=dict)
    sample: tuple[Piece, str] | None = None


@dataclass(frozen=True, slots=True)
class _Member:
    """A member of a sequence, its number, and whether its details are looked at too."""

    piece: Piece
    number: int
    closely: bool


def movie(path: Path, probed: Probe, *, halvings: int = 0, mirrored: bool = False) -> MovieFrames:
    """Look at every frame of a movie and hear all of its sound, in one run of the decoder.

    Frames are counted from 0 in the order of showing, and turned as they are meant to be seen. `halvings`: how often a
    decoder that can is to halve the sides of the picture. `mirrored`: describe details mirrored as well. Where it is
    the sound that makes the decoder give up, the pictures are looked at without it, and it is heard by itself.

    Raises:
        MediaError: the file can't be opened.
    """
    movie_frames, gave_up = _one_pass(path, probed, probed.sounds, halvings, mirrored=mirrored)
    if not gave_up:
        if movie_frames.hearing is None:
            return movie_frames
        return replace(movie_frames, hearing=with_differences(path, probed, movie_frames.hearing))
    movie_frames, _ = _one_pass(path, probed, (), halvings, mirrored=mirrored)
    return replace(movie_frames, hearing=hear(path, probed))


def _one_pass(
    path: Path, probed: Probe, sounds: Sequence[Sound], halvings: int, *, mirrored: bool
) -> tuple[MovieFrames, bool]:
    """What came of one run, and whether the decoder gave up over the sound."""
    shape, step = probed.shape(COARSE), grid_step(Fraction(probed.rate) if probed.rate else None)
    looking = Looking(shape, step, probed.transfer, mirrored=mirrored)
    ears = Ears(probed, sounds)
    with opened(path) as descriptor:
        options = reducing_options(halvings) if halvings else {}
        file_input = source(descriptor, **options, **_ALONG)

        def line(numbers: Sequence[int]) -> list[str]:
            copies = file_input[str(probed.video)].filter_multi_output("split")
            all_frames = picture_output(small_grey(copies[0], SIDE, SIDE), numbers[0])
            grid = picture_output(small_grey(copies[1].filter("select", f"not(mod(n,{step}))"), *shape), numbers[1])
            return command(all_frames, grid, *ears.outputs(file_input, numbers[2:]))

        completed, timed_out = None, False
        try:
            completed = pour(
                line,
                [looking.frames, looking.grid, *ears.sinks],
                wall=decoding_allowance(os.fstat(descriptor).st_size),
                idle=IDLE,
                pass_fds=[descriptor],
            )
        except MediaTimeoutError:
            timed_out = True
    prints, local = looking.finish()
    stderr = completed.stderr if completed else ""
    of_picture, of_sound = split_complaints(stderr, sounds)
    harmful = [line for line in of_picture if not _harmless(line)]
    complaint = stderr_summary("\n".join(harmful))
    if completed and completed.returncode and not (complaint or of_sound):
        complaint = f"the decoder ended with {completed.returncode}"
    if looking.frames.leftover and not complaint:
        complaint = "the decoder ended inside a frame"
    hearing = ears.finish(stderr, timed_out=timed_out) if sounds else None
    movie_frames = MovieFrames(prints, local, hearing, complaint, timed_out)
    return movie_frames, bool(completed and completed.returncode and of_sound)


def sequence(pieces: Sequence[Piece], *, mirrored: bool = False) -> SequenceFrames:
    """Fingerprint every member of a sequence. A broken one costs itself alone; the others keep their numbers.

    `mirrored`: describe details mirrored as well.
    """
    viewer, details = Viewer(), Details(mirrored=mirrored)
    failures: dict[int, MediaError] = {}
    sample = None
    members = [_Member(piece, _number(piece), place % stills.DETAILED == 0) for place, piece in enumerate(pieces)]
    for start in range(0, len(members), _RUN):
        pictures_of: dict[int, Sequence[NDArray[np.uint8]]] = {}
        for member in members[start : start + _RUN]:
            form, result = _decoded(member)
            if isinstance(result, MediaError):
                failures[member.number] = result
            else:
                pictures_of[member.number] = result
                sample = sample or (member.piece, form)
        if pictures_of:
            small = np.stack([pictures[0] for pictures in pictures_of.values()])
            viewer.feed(small, np.array(list(pictures_of), np.int64))
            for number, (first, *large) in pictures_of.items():
                if large:
                    details.see(number, whole_hashes(first[None])[0], large)
    return SequenceFrames(viewer.finish(), details.finish(), failures, sample)


def _decoded(member: _Member) -> tuple[str, Sequence[NDArray[np.uint8]] | MediaError]:
    """The format of a member, and its pictures, the large one last, or why there is none."""
    form = UNKNOWN
    try:
        form = recognise(member.piece).name
        still = stills.read(member.piece.path, form, (COARSE,) if member.closely else ())
    except MediaError as error:
        return form, error
    return form, [still.pictures[0], *still.large.get(0, ())]


def _number(piece: Piece) -> int:
    if piece.frame is None:
        raise ValueError("a member of a sequence has a number")
    return piece.frame


def _harmless(line: str) -> bool:
    return not line.strip() or any(harmless in line for harmless in _HARMLESS)
