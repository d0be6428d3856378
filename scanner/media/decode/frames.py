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
from detectors.fingerprint.picture import SIDE, Fingerprints, Hashes, Viewer
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
from scanner.media.decode.details import Details, is_cut
from scanner.media.decode.hearing import Ears, Hearing, hear, split_complaints, with_differences
from scanner.media.decode.looking import Looking, whole_hashes
from scanner.media.decode.plans import grid_step
from scanner.media.demuxing import ALL_STORED
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


def left_out(path: Path, probed: Probe, numbers: Sequence[int], *, mirrored: bool = False) -> MovieFrames:
    """Look at frames of an MP4 or MOV that its edit list leaves out, counted from 0 among themselves, without sound.

    `numbers`: which they are of all that are stored, ascending; no later ones are decoded.

    Raises:
        MediaError: the file can't be opened.
    """
    movie_frames, _ = _one_pass(path, probed, (), 0, mirrored=mirrored, stored=numbers)
    return movie_frames


def chosen(numbers: Sequence[int]) -> str:
    """The expression of ffmpeg's select filter that is true for the frames of these numbers, in ascending order."""
    ranges: list[tuple[int, int]] = []
    for number in numbers:
        if ranges and ranges[-1][1] == number - 1:
            ranges[-1] = ranges[-1][0], number
        else:
            ranges.append((number, number))
    return "+".join(f"between(n,{first},{last})" for first, last in ranges)


def _one_pass(
    path: Path,
    probed: Probe,
    sounds: Sequence[Sound],
    halvings: int,
    *,
    mirrored: bool,
    stored: Sequence[int] | None = None,
) -> tuple[MovieFrames, bool]:
    """What came of one run, and whether the decoder gave up over the sound. `stored`: as `left_out` has it."""
    shape, step = probed.shape(COARSE), grid_step(Fraction(probed.rate) if probed.rate else None)
    looking = Looking(shape, step, probed.transfer, mirrored=mirrored)
    ears = Ears(probed, sounds)
    with opened(path) as descriptor:
        options = {**(reducing_options(halvings) if halvings else {}), **(ALL_STORED if stored is not None else {})}
        file_input = source(descriptor, **options, **_ALONG)

        def line(numbers: Sequence[int]) -> list[str]:
            shown = file_input[str(probed.video)]
            some, few = {}, {}
            if stored is not None:  # the run ends with the last of them
                shown = shown.filter("select", chosen(stored)).filter("settb", "1").filter("setpts", "N")
                some, few = {"frames:v": len(stored)}, {"frames:v": -(-len(stored) // step)}
            copies = shown.filter_multi_output("split")
            all_frames = picture_output(small_grey(copies[0], SIDE, SIDE), numbers[0], **some)
            detailed = copies[1].filter("select", f"not(mod(n,{step}))")
            grid = picture_output(small_grey(detailed, *shape), numbers[1], **few)
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
    seen = SequenceInTheMaking(mirrored=mirrored)
    for piece in pieces:
        seen.add(piece, *_decoded(piece))
    return seen.finish()


class SequenceInTheMaking:
    """The frames of a sequence as they come, by their numbers. `mirrored`: describe details mirrored as well."""

    def __init__(self, *, mirrored: bool = False) -> None:
        self._viewer, self._details = Viewer(), Details(mirrored=mirrored)
        self._waiting: dict[int, Sequence[NDArray[np.uint8]]] = {}
        self._seen = 0
        self._before: Hashes | None = None
        self._failures: dict[int, MediaError] = {}
        self._sample: tuple[Piece, str] | None = None

    def add(self, piece: Piece, form: str, pictures: Sequence[NDArray[np.uint8]] | MediaError) -> None:
        """A frame: its pictures, uint8 (SIDE, SIDE) and a large one; or why not."""
        number = _number(piece)
        if isinstance(pictures, MediaError):
            self._failures[number] = pictures
            return
        self._waiting[number] = pictures
        self._sample = self._sample or (piece, form)
        if len(self._waiting) >= _RUN:
            self._see()

    def finish(self) -> SequenceFrames:
        """What came."""
        self._see()
        return SequenceFrames(self._viewer.finish(), self._details.finish(), self._failures, self._sample)

    def _see(self) -> None:
        if not self._waiting:
            return
        small = np.stack([pictures[0] for pictures in self._waiting.values()])
        self._viewer.feed(small, np.array(list(self._waiting), np.int64))
        for number, (first, *large) in self._waiting.items():
            whole = whole_hashes(first[None])[0]
            if self._seen % stills.DETAILED == 0 or is_cut(self._before, whole):
                self._details.see(number, whole, large)
            self._seen, self._before = self._seen + 1, whole
        self._waiting.clear()


def _decoded(piece: Piece) -> tuple[str, Sequence[NDArray[np.uint8]] | MediaError]:
    """The format of a member, and its pictures, the large one last, or why there is none."""
    form = UNKNOWN
    try:
        form = recognise(piece).name
        still = stills.read(piece.path, form, (COARSE,))
    except MediaError as error:
        return form, error
    return form, [still.pictures[0], *still.large.get(0, ())]


def _number(piece: Piece) -> int:
    if piece.frame is None:
        raise ValueError("a member of a sequence has a number")
    return piece.frame


def _harmless(line: str) -> bool:
    return not line.strip() or any(harmless in line for harmless in _HARMLESS)
