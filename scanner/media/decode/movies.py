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
from scanner.media.commands import failure
from scanner.media.decode import frames, packets
from scanner.media.decode.counting import all_there
from scanner.media.decode.hearing import Hearing, hear
from scanner.media.decode.plans import EVERY_FRAME, GRID, Effort, Plan, PlanName, Stream, choose, worth_asking
from scanner.media.errors import UnsupportedMediaError
from scanner.media.facts.probe import Probe, probe
from scanner.terms.reasons import Reason


@dataclass(frozen=True, slots=True)
class _Seen:
    """What came. `present`: how many frames there are, as far as packets or the decoder could tell.

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
    path: Path, form: str, stated: Probe, effort: Effort, *, reference: bool = False
) -> tuple[Extraction, Prints]:
    """Look at the pictures of a movie and hear its sound. `form`: the format word that the bytes gave.

    `reference`: it is a work of a library, which is looked at frame by frame, and mirrored.

    Raises:
        MediaError: the file can't be opened.
    """
    if stated.codec is None:
        unknown = Problem(UnsupportedMediaError.reason, "no decoder for its codec")
        hearing = hear(path, stated) if stated.sounds else None
        problems, heard, sound = _with_sound(unknown, hearing)
        return Extraction("video", stated.facts(form), problems=problems, heard=heard), Prints(sound=sound)
    seen = _see(path, stated, _plan(path, stated, "thorough" if reference else effort), mirrored=reference)
    promised = stated.promise.frames if stated.promise else seen.present
    whole = not seen.timed_out and _is_whole(path, stated, seen.present)
    of = seen.present if whole else max(promised, seen.present)
    hearing = hear(path, stated) if stated.sounds and not seen.hearing else seen.hearing
    problems, heard, sound = _with_sound(_problem(seen, of, whole=whole), hearing)
    facts = replace(stated.facts(form), frame_count=of, times=_times(path, stated, seen))
    extraction = Extraction("video", facts, _looked(seen, of, facts), problems=problems, heard=heard)
    return extraction, Prints(seen.prints if len(seen.prints) else None, seen.local, sound)


def _is_whole(path: Path, stated: Probe, present: int) -> bool:
    return stated.promise is None or stated.promise.kept(present) or all_there(path, stated, present)


def _with_sound(
    problem: Problem | None, hearing: Hearing | None
) -> tuple[tuple[Problem, ...], Heard | None, SoundPrints | None]:
    """What is wrong with picture and sound: what is wrong with one never hides the other."""
    problems: tuple[Problem, ...] = (problem,) if problem else ()
    if hearing is None:
        return problems, None, None
    if found := hearing.problem():
        if problem and problem.code == found.code:
            problems = (Problem(problem.code, f"{problem.message}; {found.message}"),)
        else:
            problems += (found,)
    return problems, hearing.heard, hearing.prints


def densely(path: Path, wanted: Sequence[tuple[int, int]], track: int | None = None) -> Fingerprints | None:
    """The frames in some ranges, both ends included, of a movie that was looked at on a grid.

    `track`: the index of the track that they are in, where it isn't that by which the file is known. None where its
    packets don't give them.

    Raises:
        MediaError: the file can't be opened.
    """
    stated = probe(path, track)
    if stated.video is None or stated.codec is None:
        return None
    halvings = choose("usual", _stream(stated, stands_alone=True)).halvings
    for reduced in sorted({halvings, 0}, reverse=True):
        prints = packets.windows(path, stated, wanted, halvings=reduced)
        if prints is not None and len(prints):
            return prints
    return None


def _plan(path: Path, stated: Probe, effort: Effort) -> Plan:
    stream = _stream(stated)
    if worth_asking(effort, stream.rate, stream.frames) and stated.turned % 90 == 0:
        alone = False if stated.reorders else stated.stands_alone
        if alone is None and stated.video is not None:
            alone = packets.stands_alone(path, stated.video, stream.codec)
        stream = replace(stream, stands_alone=alone)
    return choose(effort, stream)


def _stream(stated: Probe, *, stands_alone: bool | None = None) -> Stream:
    rate = Fraction(stated.rate) if stated.rate else None
    lines = stated.width if stated.turned in {90, 270} else stated.height
    return Stream(stated.codec or "", stands_alone, rate, stated.promise.frames if stated.promise else None, lines)


def _see(path: Path, stated: Probe, plan: Plan, *, mirrored: bool) -> _Seen:
    for halvings in sorted({plan.halvings, 0}, reverse=True):  # not every codestream can be reduced as far
        seen = _by_plan(path, stated, replace(plan, halvings=halvings), mirrored=mirrored)
        if seen and len(seen.prints):
            return seen
    return seen if plan.name == EVERY_FRAME and seen else _every_frame(path, stated, 0, mirrored=mirrored)


def _by_plan(path: Path, stated: Probe, plan: Plan, *, mirrored: bool) -> _Seen | None:
    if plan.name == EVERY_FRAME:
        return _every_frame(path, stated, plan.halvings, mirrored=mirrored)
    if plan.name == GRID:
        some = packets.sample(path, stated, plan.step, halvings=plan.halvings, mirrored=mirrored)
    else:
        some = packets.key_frames(path, stated)
    if some is None:
        return None
    complaint = f"{some.damaged} of the frames looked at are damaged" if some.damaged else ""
    return _Seen(plan.name, some.prints, some.of, complaint, times=some.times, local=some.local)


def _every_frame(path: Path, stated: Probe, halvings: int, *, mirrored: bool) -> _Seen:
    seen = frames.movie(path, stated, halvings=halvings, mirrored=mirrored)
    count = len(seen.prints)
    return _Seen(EVERY_FRAME, seen.prints, count, seen.complaint, seen.timed_out, None, seen.local, seen.hearing)


def _problem(seen: _Seen, of: int, *, whole: bool) -> Problem | None:
    count = len(seen.prints)
    if seen.timed_out:
        return Problem(Reason.SCAN_TIMEOUT, f"decoded {count} of {of} frames before its time was up")
    if not count:
        error = failure(seen.complaint or "no frame could be decoded")
        return Problem(error.reason, str(error))
    if not whole and seen.plan == EVERY_FRAME:
        return Problem(Reason.SCAN_PARTIAL, f"decoded {count} of {of} frames")
    if not whole:
        return Problem(Reason.SCAN_PARTIAL, f"only {seen.present} of {of} frames are there")
    if seen.complaint:
        return Problem(Reason.SCAN_PARTIAL, f"decoded {count} of {of} frames, some of them damaged")
    return None


def _looked(seen: _Seen, of: int, facts: MediaFacts) -> Looked:
    """How far it was looked at. The gap is the widest between two frames that were, or from the last to the end."""
    numbers, pace = seen.prints.frames, float(Fraction(facts.rate)) if facts.rate else 0.0
    if not len(numbers) or seen.plan == EVERY_FRAME:
        return Looked(seen.plan, len(numbers), of, round((of - len(numbers)) / pace, 3) if pace else 0.0)
    between = np.diff(numbers) / pace if pace else np.zeros(0)
    if seen.times is not None and len(seen.times) > numbers[-1]:
        between = np.diff(seen.times[numbers])
    rest = (of - 1 - int(numbers[-1])) / pace if pace else 0.0
    return Looked(seen.plan, len(numbers), of, round(max([*between.tolist(), rest]), 3))


def _times(path: Path, stated: Probe, seen: _Seen) -> tuple[float, ...]:
    """When each frame is shown, where that doesn't follow from its number: nowhere half a frame off is even enough."""
    rate = Fraction(stated.rate) if stated.rate else None
    if rate is None or stated.video is None or not seen.present:
        return ()
    times = seen.times
    if times is None:
        lasting = stated.video_duration
        if stated.rate_is_base and (lasting is None or round(lasting * rate) == seen.present):
            return ()
        times = packets.shown_at(path, stated.video)
    if len(times) != seen.present:
        return ()
    off = np.abs(times * float(rate) - np.arange(len(times)))
    return tuple(times.tolist()) if off.max() > 0.5 else ()  # noqa: PLR2004 - half a frame
