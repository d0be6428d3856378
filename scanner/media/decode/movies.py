"""One movie: by which plan it is looked at, what came of it, and what that says of the file.

Nothing of a plan is taken on trust: frames and packets are counted against what the container promises, and a plan that
a file doesn't bear (a packet that doesn't stand alone after all, a picture that can't be reduced) is given up for the
one that decodes every frame.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path

import numpy as np

from detectors.fingerprint.local import LocalFeatures
from detectors.fingerprint.picture import Fingerprints
from detectors.fingerprint.prints import Prints
from detectors.fingerprint.sound import SoundPrints
from scanner.examination import Extraction, Heard, Looked, MediaFacts, Problem
from scanner.media.commands import decodes_high_throughput, failure
from scanner.media.decode import frames, packets
from scanner.media.decode.counting import Expected, all_there, expect, left_out_frames
from scanner.media.decode.hearing import Hearing, hear
from scanner.media.decode.plans import EVERY_FRAME, GRID, Effort, Plan, PlanName, Stream, choose, worth_asking
from scanner.media.errors import MediaError, UnsupportedMediaError
from scanner.media.facts.endings import ending
from scanner.media.facts.probe import Probe, probe
from scanner.media.timecodes.taken import of_movie
from scanner.terms.reasons import Reason


@dataclass(frozen=True, slots=True)
class _DecodedMovie:
    """What decoding a movie by a plan gave.

    `present`: how many frames there are, as far as packets or the decoder could tell.
    `hearing`: what was heard in the same run; None where the plan has nothing to do with sound.
    """

    plan: PlanName
    prints: Fingerprints
    present: int
    complaint: str = ""
    timed_out: bool = False
    times: packets.Seconds | None = None
    local: LocalFeatures | None = None
    hearing: Hearing | None = None


def movie(
    path: Path, form: str, probed: Probe, effort: Effort, *, reference: bool = False
) -> tuple[Extraction, Prints]:
    """Look at the pictures of a movie and hear its sound. `form`: the format word that the bytes gave.

    `reference`: it is a work of a library, which is looked at frame by frame, and mirrored.

    Raises:
        MediaError: the file can't be opened.
    """
    undecodable = probed.high_throughput and not decodes_high_throughput()
    if probed.codec is None or undecodable:
        what = "JPEG 2000 of high throughput (HTJ2K)" if undecodable else "its codec"
        unknown = Problem(UnsupportedMediaError.reason, f"no decoder for {what}")
        hearing = hear(path, probed) if probed.sounds else None
        problems, heard, sound = _with_sound(unknown, hearing)
        facts = of_movie(path, form, probed, probed.facts(form))
        return Extraction("video", facts, problems=problems, heard=heard), Prints(sound=sound)
    decoded = _decode(path, probed, _plan(path, probed, "thorough" if reference else effort), mirrored=reference)
    end = ending(path, form)
    is_complete = not (decoded.timed_out or end.lacks) and all_there(
        path, probed, decoded.present, end, is_clean=not decoded.complaint
    )
    expected = Expected(decoded.present) if is_complete else expect(path, probed, decoded.present, end)
    hearing = hear(path, probed) if probed.sounds and not decoded.hearing else decoded.hearing
    problems, heard, sound = _with_sound(_problem(decoded, expected, is_complete=is_complete, lacks=end.lacks), hearing)
    of = expected.frames
    facts = replace(probed.facts(form), frame_count=of or decoded.present, times=_times(path, probed, decoded))
    facts = of_movie(path, form, probed, facts)
    extraction = Extraction("video", facts, _coverage(decoded, of, facts), problems=problems, heard=heard)
    return extraction, Prints(decoded.prints if len(decoded.prints) else None, decoded.local, sound)


def left_out(path: Path, form: str, probed: Probe, *, reference: bool = False) -> tuple[Extraction, Prints]:
    """Look at the pictures of an MP4 or MOV that its edit list leaves out: a film of their own, without sound.

    Raises:
        MediaError: the file can't be opened.
    """
    numbers = left_out_frames(path, probed.video or 0)
    if not numbers:
        raise MediaError("the frames that its edit list leaves out are not where they were")
    movie_frames = frames.left_out(path, probed, numbers, mirrored=reference)
    count = len(movie_frames.prints)
    decoded = _DecodedMovie(EVERY_FRAME, movie_frames.prints, count, movie_frames.complaint, movie_frames.timed_out)
    problem = _problem(decoded, Expected(len(numbers)), is_complete=count == len(numbers), lacks="")
    facts = replace(probed.facts(form), frame_count=len(numbers), duration=None, start_timecode=None, channels=())
    looked = _coverage(decoded, len(numbers), facts)
    extraction = Extraction("video", facts, looked, problems=(problem,) if problem else ())
    return extraction, Prints(movie_frames.prints if count else None, movie_frames.local)


def _with_sound(
    problem: Problem | None, hearing: Hearing | None
) -> tuple[tuple[Problem, ...], Heard | None, SoundPrints | None]:
    """The problems of picture and sound together (one never hides the other), and what was heard."""
    problems: tuple[Problem, ...] = (problem,) if problem else ()
    if hearing is None:
        return problems, None, None
    if sound_problem := hearing.problem():
        if problem and problem.code == sound_problem.code:
            problems = (Problem(problem.code, f"{problem.message}; {sound_problem.message}"),)
        else:
            problems += (sound_problem,)
    return problems, hearing.heard, hearing.prints


def decode_ranges(path: Path, ranges: Sequence[tuple[int, int]], track: int | None = None) -> Fingerprints | None:
    """The frames in some ranges, both ends included, of a movie that was looked at on a grid.

    `track`: the index of the track that they are in, where it isn't that by which the file is known. None where its
    packets don't give them.

    Raises:
        MediaError: the file can't be opened.
    """
    probed = probe(path, track)
    if probed.video is None or probed.codec is None:
        return None
    halvings = choose("usual", _stream(probed, stands_alone=True)).halvings
    for fewer_lines in sorted({halvings, 0}, reverse=True):
        prints = packets.windows(path, probed, ranges, halvings=fewer_lines)
        if prints is not None and len(prints):
            return prints
    return None


def _plan(path: Path, probed: Probe, effort: Effort) -> Plan:
    stream = _stream(probed)
    if worth_asking(effort, stream.rate, stream.frames) and probed.turned % 90 == 0:
        alone = False if probed.reorders else probed.stands_alone
        if alone is None and probed.video is not None:
            alone = packets.stands_alone(path, probed.video, stream.codec)
        stream = replace(stream, stands_alone=alone)
    return choose(effort, stream)


def _stream(probed: Probe, *, stands_alone: bool | None = None) -> Stream:
    rate = Fraction(probed.rate) if probed.rate else None
    _, lines = probed.stored_size
    return Stream(probed.codec or "", stands_alone, rate, probed.promise.frames if probed.promise else None, lines)


def _decode(path: Path, probed: Probe, plan: Plan, *, mirrored: bool) -> _DecodedMovie:
    for halvings in sorted({plan.halvings, 0}, reverse=True):  # not every codestream can be reduced as far
        decoded = _by_plan(path, probed, replace(plan, halvings=halvings), mirrored=mirrored)
        if decoded and len(decoded.prints):
            return decoded
    return decoded if plan.name == EVERY_FRAME and decoded else _every_frame(path, probed, 0, mirrored=mirrored)


def _by_plan(path: Path, probed: Probe, plan: Plan, *, mirrored: bool) -> _DecodedMovie | None:
    if plan.name == EVERY_FRAME:
        return _every_frame(path, probed, plan.halvings, mirrored=mirrored)
    if plan.name == GRID:
        sampled = packets.sample(path, probed, plan.step, halvings=plan.halvings, mirrored=mirrored)
    else:
        sampled = packets.key_frames(path, probed)
    if sampled is None:
        return None
    complaint = f"{sampled.damaged} of the frames looked at are damaged" if sampled.damaged else ""
    return _DecodedMovie(plan.name, sampled.prints, sampled.of, complaint, times=sampled.times, local=sampled.local)


def _every_frame(path: Path, probed: Probe, halvings: int, *, mirrored: bool) -> _DecodedMovie:
    movie_frames = frames.movie(path, probed, halvings=halvings, mirrored=mirrored)
    return _DecodedMovie(
        EVERY_FRAME,
        movie_frames.prints,
        present=len(movie_frames.prints),
        complaint=movie_frames.complaint,
        timed_out=movie_frames.timed_out,
        local=movie_frames.local,
        hearing=movie_frames.hearing,
    )


def _problem(decoded: _DecodedMovie, expected: Expected, *, is_complete: bool, lacks: str) -> Problem | None:
    count = len(decoded.prints)
    if decoded.timed_out:
        return Problem(Reason.SCAN_TIMEOUT, f"decoded {count}{_of(expected)} frames before its time was up")
    if not count:
        error = failure(decoded.complaint or "no frame could be decoded")
        return Problem(error.reason, str(error))
    if not is_complete:
        every = decoded.plan == EVERY_FRAME
        words = f"decoded {count}{_of(expected)}" if every else f"only {decoded.present}{_of(expected)}"
        shown = expected.frames is not None and expected.frames > decoded.present
        why = "" if shown or not lacks else f"; {lacks}"
        return Problem(Reason.SCAN_PARTIAL, f"{words} frames{'' if every else ' are there'}{why}")
    if decoded.complaint:
        return Problem(Reason.SCAN_PARTIAL, f"decoded {count}{_of(expected)} frames, some of them damaged")
    return None


def _of(expected: Expected) -> str:
    if expected.frames is None:
        return ""
    return f" of {'about ' * expected.is_estimate}{expected.frames}"


def _coverage(decoded: _DecodedMovie, expected: int | None, facts: MediaFacts) -> Looked:
    """How far it was looked at. The gap is the widest between two frames that were, or from the last to the end."""
    of = decoded.present if expected is None else expected
    numbers, pace = decoded.prints.frames, float(Fraction(facts.rate)) if facts.rate else 0.0
    if not len(numbers) or decoded.plan == EVERY_FRAME:
        return Looked(decoded.plan, len(numbers), expected, round((of - len(numbers)) / pace, 3) if pace else 0.0)
    gaps = np.diff(numbers) / pace if pace else np.zeros(0)
    if decoded.times is not None and len(decoded.times) > numbers[-1]:
        gaps = np.diff(decoded.times[numbers])
    to_the_end = (of - 1 - int(numbers[-1])) / pace if pace else 0.0
    return Looked(decoded.plan, len(numbers), expected, round(max([*gaps.tolist(), to_the_end]), 3))


def _times(path: Path, probed: Probe, decoded: _DecodedMovie) -> tuple[float, ...]:
    """When each frame is shown, where that doesn't follow from its number: nowhere half a frame off is even enough."""
    rate = Fraction(probed.rate) if probed.rate else None
    if rate is None or probed.video is None or not decoded.present:
        return ()
    times = decoded.times
    if times is None:
        lasting = probed.video_duration
        if probed.rate_is_base and (lasting is None or round(lasting * rate) == decoded.present):
            return ()
        times = packets.shown_at(path, probed.video)
    if len(times) != decoded.present:
        return ()
    off = np.abs(times * float(rate) - np.arange(len(times)))
    return tuple(times.tolist()) if off.max() > 0.5 else ()  # noqa: PLR2004 - half a frame
