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

from detectors.fingerprint.picture import Fingerprints
from scanner.examination import Extraction, Looked, MediaFacts, Problem
from scanner.media import frames, packets
from scanner.media.commands import failure
from scanner.media.plans import EVERY_FRAME, GRID, Effort, Plan, PlanName, Stream, choose, worth_asking
from scanner.media.probe import Probe, probe
from scanner.media.program import UnsupportedMediaError


@dataclass(frozen=True, slots=True)
class _Seen:
    """What came. `present`: how many frames there are, as far as packets or the decoder could tell."""

    plan: PlanName
    prints: Fingerprints
    present: int
    complaint: str = ""
    timed_out: bool = False
    times: packets.Seconds | None = None


def movie(path: Path, form: str, stated: Probe, index: int, effort: Effort) -> tuple[Extraction, Fingerprints | None]:
    """Look at the pictures of a movie. `index`: of their stream; `form`: the format word that the bytes gave.

    Raises:
        UnsupportedMediaError: nothing here decodes its codec.
        MediaError: the file can't be opened.
    """
    if stated.codec is None:
        raise UnsupportedMediaError("no decoder for its codec")
    seen = _see(path, index, _plan(path, stated, index, effort), stated.turned)
    promised = stated.promise.frames if stated.promise else seen.present
    whole = not seen.timed_out and (stated.promise is None or stated.promise.kept(seen.present))
    of = seen.present if whole else max(promised, seen.present)
    problem = _problem(seen, of, whole=whole)
    facts = replace(stated.facts(form), frame_count=of, times=_times(path, index, stated, seen))
    looked = _looked(seen, of, facts)
    return Extraction("video", facts, looked, problems=(problem,) if problem else ()), seen.prints or None


def densely(path: Path, wanted: Sequence[tuple[int, int]]) -> Fingerprints | None:
    """The frames in some ranges, both ends included, of a movie that was looked at on a grid.

    None where its packets don't give them.

    Raises:
        MediaError: the file can't be opened.
    """
    stated = probe(path)
    if stated.video is None or stated.codec is None:
        return None
    halvings = choose("usual", _stream(stated, stands_alone=True)).halvings
    for reduced in sorted({halvings, 0}, reverse=True):
        prints = packets.windows(path, stated.video, wanted, turned=stated.turned, halvings=reduced)
        if prints:
            return prints
    return None


def _plan(path: Path, stated: Probe, index: int, effort: Effort) -> Plan:
    stream = _stream(stated)
    if worth_asking(effort, stream.rate, stream.frames) and stated.turned % 90 == 0:
        alone = False if stated.reorders else packets.stands_alone(path, index, stream.codec)
        stream = replace(stream, stands_alone=alone)
    return choose(effort, stream)


def _stream(stated: Probe, *, stands_alone: bool | None = None) -> Stream:
    rate = Fraction(stated.rate) if stated.rate else None
    lines = stated.width if stated.turned in {90, 270} else stated.height
    return Stream(stated.codec or "", stands_alone, rate, stated.promise.frames if stated.promise else None, lines)


def _see(path: Path, index: int, plan: Plan, turned: int) -> _Seen:
    for halvings in sorted({plan.halvings, 0}, reverse=True):  # not every codestream can be reduced as far
        seen = _by_plan(path, index, replace(plan, halvings=halvings), turned)
        if seen and len(seen.prints):
            return seen
    return seen if plan.name == EVERY_FRAME and seen else _every_frame(path, index, 0)


def _by_plan(path: Path, index: int, plan: Plan, turned: int) -> _Seen | None:
    if plan.name == EVERY_FRAME:
        return _every_frame(path, index, plan.halvings)
    if plan.name == GRID:
        some = packets.sample(path, index, plan.step, turned=turned, halvings=plan.halvings)
    else:
        some = packets.key_frames(path, index, turned=turned)
    if some is None:
        return None
    complaint = f"{some.damaged} of the frames looked at are damaged" if some.damaged else ""
    return _Seen(plan.name, some.prints, some.of, complaint, times=some.times)


def _every_frame(path: Path, index: int, halvings: int) -> _Seen:
    seen = frames.movie(path, index, halvings=halvings, transfer=probe(path).transfer)
    return _Seen(EVERY_FRAME, seen.prints, len(seen.prints), seen.complaint, seen.timed_out)


def _problem(seen: _Seen, of: int, *, whole: bool) -> Problem | None:
    count = len(seen.prints)
    if seen.timed_out:
        return Problem("scan.timeout", f"decoded {count} of {of} frames before its time was up")
    if not count:
        error = failure(seen.complaint or "no frame could be decoded")
        return Problem(error.code, str(error))
    if not whole and seen.plan == EVERY_FRAME:
        return Problem("scan.partial", f"decoded {count} of {of} frames")
    if not whole:
        return Problem("scan.partial", f"only {seen.present} of {of} frames are there")
    if seen.complaint:
        return Problem("scan.partial", f"decoded {count} of {of} frames, some of them damaged")
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


def _times(path: Path, index: int, stated: Probe, seen: _Seen) -> tuple[float, ...]:
    """When each frame is shown, where that doesn't follow from its number: nowhere half a frame off is even enough."""
    rate = Fraction(stated.rate) if stated.rate else None
    if rate is None or not seen.present:
        return ()
    times = seen.times
    if times is None:
        lasting = stated.video_duration
        if stated.rate_is_base and (lasting is None or round(lasting * rate) == seen.present):
            return ()
        times = packets.shown_at(path, index)
    if len(times) != seen.present:
        return ()
    off = np.abs(times * float(rate) - np.arange(len(times)))
    return tuple(times.tolist()) if off.max() > 0.5 else ()  # noqa: PLR2004 - half a frame
