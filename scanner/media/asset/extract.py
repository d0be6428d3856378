"""From the files of one asset to what is known of it: facts, fingerprints, how much was looked at, and what went wrong.

Bad media is normal: whatever is broken, unknown or too slow comes back as a problem of the asset, and what could be
read of it comes back all the same. Nothing is judged, and nothing that could not be looked at passes for looked at.
"""

import os
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import TypeAlias

import numpy as np

from detectors.fingerprint.local import COARSE, FINE
from detectors.fingerprint.picture import fingerprint
from detectors.fingerprint.prints import Prints
from detectors.material import Piece
from scanner.drop.kinds import ARCHIVES, CAMERA_RAW, UNKNOWN, Format, promises_media
from scanner.examination import Extraction, Looked, MediaFacts, Problem
from scanner.media.commands import opened
from scanner.media.decode import frames, stills
from scanner.media.decode.details import Details
from scanner.media.decode.hearing import hear
from scanner.media.decode.movies import left_out, movie
from scanner.media.decode.plans import EVERY_FRAME, Effort
from scanner.media.errors import MediaError, MediaTimeoutError, RefusedError, UnsupportedMediaError
from scanner.media.facts.broken_off import broken_off
from scanner.media.facts.chunks import sound_faults
from scanner.media.facts.probe import Probe, probe
from scanner.media.facts.recognise import recognise
from scanner.media.timecodes.taken import of_recording, of_sequence, of_still
from scanner.terms.reasons import Reason

VERSION = "8"
"""Changes whenever the same bytes may give another extraction; what was remembered is then made anew."""

_ENCRYPTED = b"\x06\x0e\x2b\x34\x04\x01\x01\x07\x0d\x01\x03\x01\x02\x0b\x01\x00"
"""The label of an encrypted essence container (SMPTE ST 429-6), as the partition at a file's start lists it."""
_LABELS_WITHIN = 64 * 1024
_NAMED = 3  # broken members that a message names

_Extracted: TypeAlias = tuple[Extraction, Prints]


def extract(
    pieces: Sequence[Piece],
    *,
    sequence: bool = False,
    effort: Effort = "usual",
    reference: bool = False,
    track: int | None = None,
    hidden: bool = False,
) -> _Extracted:
    """Look at one asset and hear it, as closely as `effort` asks. `pieces` are in the order of their frame numbers.

    `reference`: it is a work of a library, which is looked at closely, and mirrored as well. `track`: the index of
    another track of pictures in a movie, which alone is looked at, by its own plan: the sound isn't heard again.
    `hidden`: what is looked at are the frames of it that an edit list leaves out. Bad media never raises.

    Raises:
        MissingToolError: this machine lacks a program that it takes.
    """
    if sequence:
        return _sequence(pieces, mirrored=reference)
    form = Format(UNKNOWN, "other")
    try:
        form = recognise(pieces[0])
        if track is not None and hidden:
            return left_out(pieces[0].path, form.name, probe(pieces[0].path, track), reference=reference)
        if track is not None:
            return movie(pieces[0].path, form.name, probe(pieces[0].path, track), effort, reference=reference)
        return _single_file(pieces[0], form, effort, reference=reference)
    except MediaError as error:
        return Extraction(form.kind, MediaFacts(form.name), problems=(_problem(error),)), Prints()


def _single_file(piece: Piece, form: Format, effort: Effort, *, reference: bool) -> _Extracted:
    with opened(piece.path) as descriptor:
        if os.fstat(descriptor).st_size == 0:
            raise MediaError("the file is empty")
    if form.name in CAMERA_RAW:
        raise UnsupportedMediaError(f"camera raw ({form.name}) is not developed here")
    if form.kind == "still":
        return _still(piece, form, mirrored=reference)
    if form.kind in {"video", "audio"}:
        return _streams(piece, form, effort, reference=reference)
    if form.name == "playlist" and promises_media(piece.name):
        raise RefusedError("a playlist under the name of media: what it names is not opened")
    if promises_media(piece.name):
        raise MediaError(f"its name is that of media, its bytes are {form.name}")
    problems = () if form.kind == "document" else (_why_not_examined(form),)
    return Extraction(form.kind, MediaFacts(form.name), problems=problems), Prints()


def _streams(piece: Piece, form: Format, effort: Effort, *, reference: bool) -> _Extracted:
    if form.name == UNKNOWN:
        raise MediaError(f"its bytes are not those of any {form.kind} format")
    if form.name == "mxf" and _is_encrypted(piece):
        raise UnsupportedMediaError("its essence is encrypted: deliver it with its key applied")
    probed = probe(piece.path)
    if form.kind == "video" and probed.video is not None:
        return movie(piece.path, form.name, probed, effort, reference=reference)
    if not probed.sounds:  # captions are all there is: read as text is, by its metadata and marks
        return Extraction("document", probed.facts(form.name)), Prints()
    return _sound(piece, form, probed)


def _sound(piece: Piece, form: Format, probed: Probe) -> _Extracted:
    hearing = hear(piece.path, probed)
    if not any(sound.codec for sound in probed.sounds):
        raise UnsupportedMediaError("no decoder for its codec")
    with opened(piece.path) as descriptor, open(descriptor, "rb", closefd=False) as file:
        faults = sound_faults(file)
        if cut := broken_off(file, form.name, probed.sound_end):
            faults.append(cut)
    if faults:
        hearing = replace(hearing, faults=(*faults, *hearing.faults))
    problem = hearing.problem()
    if not hearing.seconds and not hearing.timed_out:
        raise MediaError(problem.message if problem else "there is no sound in it")
    facts = of_recording(piece.path, form.name, probed.facts(form.name))
    extraction = Extraction("audio", facts, problems=(problem,) if problem else (), heard=hearing.heard)
    return extraction, Prints(sound=hearing.prints)


def _is_encrypted(piece: Piece) -> bool:
    with opened(piece.path) as descriptor:
        return _ENCRYPTED in os.pread(descriptor, _LABELS_WITHIN, 0)


def _why_not_examined(form: Format) -> Problem:
    if form.name in ARCHIVES:
        return Problem(Reason.SCAN_OTHER_FILE, f"an archive ({form.name}): what it holds is looked at")
    if form.name == "c2pa":
        return Problem(Reason.SCAN_OTHER_FILE, "a Content Credential on its own: it is read with the file it is for")
    if form.name == UNKNOWN:
        return Problem(Reason.SCAN_OTHER_FILE, "a file of unknown format: nothing here looks inside")
    return Problem(Reason.SCAN_OTHER_FILE, f"a file of format {form.name}: no picture or sound in itself")


def _still(piece: Piece, form: Format, *, mirrored: bool) -> _Extracted:
    still = stills.read(piece.path, form.name, (COARSE, FINE))
    extraction, prints = still_extraction(form.name, still, mirrored=mirrored)
    facts = extraction.media or MediaFacts(form.name)
    return replace(extraction, media=of_still(piece.path, form.name, facts)), prints


def still_extraction(form: str, still: stills.Still, *, mirrored: bool) -> tuple[Extraction, Prints]:
    """A still that was decoded, as what is known of it. `form`: the format word of its bytes."""
    count = len(still.pictures)
    prints = fingerprint(still.pictures, np.arange(count))
    details = Details(mirrored=mirrored)
    for number, large in still.large.items():
        details.see(number, prints.hashes[number, 0, 0], large)
    short = (Problem(Reason.SCAN_PARTIAL, f"decoded {count} of {still.of} frames"),) if count < still.of else ()
    facts = MediaFacts(form, width=still.width, height=still.height)
    looked = Looked(EVERY_FRAME, count, still.of)
    extraction = Extraction("still", facts, looked, stills.values(prints, still.pictures), short)
    return extraction, Prints(prints, details.finish())


def _sequence(pieces: Sequence[Piece], *, mirrored: bool) -> _Extracted:
    decoded = frames.sequence(pieces, mirrored=mirrored)
    width = height = None
    if decoded.sample:
        with suppress(MediaError):  # a header that the decoder understood, and the prober doesn't
            width, height = stills.dimensions(decoded.sample[0].path, decoded.sample[1])
    extraction, prints = sequence_extraction(decoded, len(pieces), width, height)
    if decoded.sample and extraction.media:
        extraction = replace(extraction, media=of_sequence(pieces, decoded.sample[1], extraction.media))
    return extraction, prints


def sequence_extraction(
    decoded: frames.SequenceFrames, of: int, width: int | None, height: int | None
) -> tuple[Extraction, Prints]:
    """What was decoded of a sequence that has `of` frames, as what is known of it; and its size where that is known."""
    count = len(decoded.prints)
    form = decoded.sample[1] if decoded.sample else UNKNOWN
    facts = MediaFacts(form, width=width, height=height, frame_count=of)
    problems = _broken_members(decoded.failures, of)
    extraction = Extraction("sequence", facts, Looked(frames.ALL_MEMBERS, count, of), problems=problems)
    return extraction, Prints(decoded.prints if count else None, decoded.local)


def _broken_members(failures: Mapping[int, MediaError], of: int) -> tuple[Problem, ...]:
    """One problem for all members that can't be decoded, naming the first of them."""
    if not failures:
        return ()
    first = next(iter(failures.values()))
    reasons = [f"{number}: {error}" for number, error in list(failures.items())[:_NAMED]]
    description = "; ".join(reasons + ["…"] * (len(failures) > _NAMED))
    slow = next((error for error in failures.values() if isinstance(error, MediaTimeoutError)), None)
    reason = slow.reason if slow else first.reason if len(failures) == of else Reason.SCAN_PARTIAL
    return (Problem(reason, f"decoded {of - len(failures)} of {of} frames; {description}"),)


def _problem(error: MediaError) -> Problem:
    return Problem(error.reason, str(error))
