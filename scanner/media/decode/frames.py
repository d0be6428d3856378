"""Fingerprints of moving pictures: every frame of a movie, every member of a sequence, each under its right number.

An exit code of 0 proves nothing: half an MXF decodes with it. So frames are counted and complaints kept, and what
came out is told apart from what should have. What a movie sounds like comes from the same run of the decoder.
"""

import os
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from detectors.fingerprint.local import COARSE, LocalFeatures
from detectors.fingerprint.picture import SIDE, Fingerprints, Viewer
from detectors.material import Piece
from scanner.drop.kinds import UNKNOWN
from scanner.media.commands import (
    IDLE,
    allowance,
    command,
    decoding_allowance,
    numbered,
    opened,
    reduced,
    saying,
    small_grey,
    source,
    written,
)
from scanner.media.decode import light, stills
from scanner.media.decode.details import Details
from scanner.media.decode.hearing import Ears, Hearing, hear, parted, with_differences
from scanner.media.decode.looking import Looking, whole_hashes
from scanner.media.decode.plans import grid_step
from scanner.media.errors import MediaError, MediaTimeoutError
from scanner.media.facts.probe import Probe, Sound, probe
from scanner.media.facts.recognise import recognise
from scanner.media.pipes import Collected
from scanner.media.program import pour

ALL_MEMBERS = "all members"

_ALONG: Mapping[str, str | int] = {
    "reinit_filter:v": 0,  # a picture that changes its size on the way must not make the filters begin to count anew
    # Pictures that no other builds on keep the edges of their blocks: a tenth of decoding H.264, and an eighth of the
    # size hides it. No hash of 480 frames differs by more than 2 of its 256 bits.
    "skip_loop_filter:v": "noref",
}
_RUN = 32  # members that one process decodes; what is done again where one of them is broken
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
    complaints: int = 0
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


def movie(path: Path, stated: Probe, *, halvings: int = 0, mirrored: bool = False) -> MovieFrames:
    """Look at every frame of a movie and hear all of its sound, in one run of the decoder.

    Frames are counted from 0 in the order of showing, and turned as they are meant to be seen. `halvings`: how often a
    decoder that can is to halve the sides of the picture. `mirrored`: describe details mirrored as well. Where it is
    the sound that makes the decoder give up, the pictures are looked at without it, and it is heard by itself.

    Raises:
        MediaError: the file can't be opened.
    """
    seen, gave_up = _one_pass(path, stated, stated.sounds, halvings, mirrored=mirrored)
    if not gave_up:
        return replace(seen, hearing=with_differences(path, stated, seen.hearing) if seen.hearing else None)
    seen, _ = _one_pass(path, stated, (), halvings, mirrored=mirrored)
    return replace(seen, hearing=hear(path, stated))


def _one_pass(
    path: Path, stated: Probe, sounds: Sequence[Sound], halvings: int, *, mirrored: bool
) -> tuple[MovieFrames, bool]:
    """What came of one run, and whether the decoder gave up over the sound."""
    shape, step = stated.shape(COARSE), grid_step(Fraction(stated.rate) if stated.rate else None)
    looking = Looking(shape, step, stated.transfer, mirrored=mirrored)
    ears = Ears(stated, sounds)
    with opened(path) as descriptor:
        options = reduced(halvings) if halvings else {}
        whole = source(descriptor, **options, **_ALONG)

        def line(numbers: Sequence[int]) -> list[str]:
            both = whole[str(stated.video)].filter_multi_output("split")
            every = written(small_grey(both[0], SIDE, SIDE), numbers[0])
            some = written(small_grey(both[1].filter("select", f"not(mod(n,{step}))"), *shape), numbers[1])
            return command(every, some, *ears.outputs(whole, numbers[2:]))

        done, timed_out = None, False
        try:
            done = pour(
                line,
                [looking.frames, looking.grid, *ears.sinks],
                wall=decoding_allowance(os.fstat(descriptor).st_size),
                idle=IDLE,
                pass_fds=[descriptor],
            )
        except MediaTimeoutError:
            timed_out = True
    prints, local = looking.finish()
    stderr = done.stderr if done else ""
    said, of_sound = parted(stderr, sounds)
    harmful = [line for line in said if not _harmless(line)]
    complaint = saying("\n".join(harmful))
    if done and done.returncode and not (complaint or of_sound):
        complaint = f"the decoder ended with {done.returncode}"
    if looking.frames.leftover and not complaint:
        complaint = "the decoder ended inside a frame"
    hearing = ears.finish(stderr, timed_out=timed_out) if sounds else None
    seen = MovieFrames(prints, local, hearing, complaint, len(harmful), timed_out)
    return seen, bool(done and done.returncode and of_sound)


def sequence(pieces: Sequence[Piece], *, mirrored: bool = False) -> SequenceFrames:
    """Fingerprint every member of a sequence. A broken one costs itself alone; the others keep their numbers.

    `mirrored`: describe details mirrored as well.
    """
    viewer, details = Viewer(), Details(mirrored=mirrored)
    failures: dict[int, MediaError] = {}
    sample = None
    members = [_Member(piece, _number(piece), place % stills.DETAILED == 0) for place, piece in enumerate(pieces)]
    for start in range(0, len(members), _RUN):
        seen: dict[int, Sequence[NDArray[np.uint8]]] = {}
        for member, form, result in _members(members[start : start + _RUN]):
            if isinstance(result, MediaError):
                failures[member.number] = result
            else:
                seen[member.number] = result
                sample = sample or (member.piece, form)
        if seen:
            small = np.stack([pictures[0] for pictures in seen.values()])
            viewer.feed(small, np.array(list(seen), np.int64))
            for number, (first, *large) in seen.items():
                if large:
                    details.see(number, whole_hashes(first[None])[0], large)
    return SequenceFrames(viewer.finish(), details.finish(), failures, sample)


def _members(members: Sequence[_Member]) -> Iterator[tuple[_Member, str, Sequence[NDArray[np.uint8]] | MediaError]]:
    """Each member, its format, and its pictures, the large one last, or why there is none."""
    forms = [_form(member.piece) for member in members]
    whole = [(member, form) for member, form in zip(members, forms, strict=True) if isinstance(form, str)]
    together = _together(whole)
    taken = iter(together if together is not None else ())
    for member, form in zip(members, forms, strict=True):
        if isinstance(form, MediaError):
            yield member, UNKNOWN, form
        else:
            yield member, form, next(taken) if together is not None else _by_itself(member, form)


def _by_itself(member: _Member, form: str) -> Sequence[NDArray[np.uint8]] | MediaError:
    sides = (COARSE,) if member.closely else ()
    try:
        if form in stills.BY_FFMPEG:
            return stills.read_by_ffmpeg(member.piece.path, form, sides)
        seen = stills.read(member.piece.path, form, sides)
    except MediaError as error:
        return error
    return [seen.pictures[0], *seen.large.get(0, ())]


def _together(members: Sequence[tuple[_Member, str]]) -> Sequence[Sequence[NDArray[np.uint8]]] | None:
    """The pictures of all, decoded by one process; None unless each of them came without complaint.

    ffmpeg numbers files by a pattern in their names. Ours are links in a private folder that lead to the opened
    members, so gaps and odd names in the drop don't matter, and nothing but the members can be read.
    """
    forms = {form for _, form in members}
    if len(forms) != 1 or not forms <= stills.BY_FFMPEG:
        return None
    (form,) = forms
    closely = [place for place, (member, _) in enumerate(members) if member.closely]
    every, some = Collected(len(members) * SIDE * SIDE, "ffmpeg"), Collected(len(closely) * COARSE * COARSE, "ffmpeg")
    try:
        transfers = {stills.transfer(member.piece.path, form) for member, _ in members}
        shape = probe(members[0][0].piece.path).shape(COARSE)
        with tempfile.TemporaryDirectory(prefix="provscan-") as made, ExitStack() as held:
            folder = os.path.realpath(made)
            descriptors = [held.enter_context(opened(member.piece.path)) for member, _ in members]
            for index, descriptor in enumerate(descriptors):
                Path(folder, f"{index:06}.{form}").symlink_to(f"/proc/self/fd/{descriptor}")
            timeout = allowance(sum(os.fstat(descriptor).st_size for descriptor in descriptors))
            done = pour(
                partial(_line, numbered(folder, form, **stills.input_options(form)), closely, shape),
                [every, some] if closely else [every],
                wall=timeout,
                idle=timeout,
                pass_fds=descriptors,
                folders=[folder],
            )
    except MediaError:
        return None
    small = np.frombuffer(every.all(), np.uint8)
    large = np.frombuffer(some.all(), np.uint8)
    if done.returncode or done.stderr_lines or small.size != len(members) * SIDE * SIDE or len(transfers) > 1:
        return None
    if large.size != len(closely) * shape[0] * shape[1]:
        return None
    curve = transfers.pop()
    pictures = [[picture] for picture in light.as_displayed(small.reshape(-1, SIDE, SIDE), curve)]
    for place, picture in zip(closely, light.as_displayed(large.reshape(-1, *shape[::-1]), curve), strict=True):
        pictures[place].append(picture)
    return pictures


def _line(files: Any, closely: Sequence[int], shape: tuple[int, int], numbers: Sequence[int]) -> list[str]:  # noqa: ANN401 - ffmpeg-python ships no types
    """The command line that decodes all files, and some of them, by their places, in a larger size too."""
    if not closely:
        return command(written(small_grey(files, SIDE, SIDE), numbers[0]))
    both = files.filter_multi_output("split")
    chosen = both[1].filter("select", "+".join(f"eq(n,{place})" for place in closely))
    return command(
        written(small_grey(both[0], SIDE, SIDE), numbers[0]), written(small_grey(chosen, *shape), numbers[1])
    )


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
