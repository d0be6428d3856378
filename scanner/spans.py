"""A span as people and other programs read it: frames, timecodes and seconds of both ends.

Spans travel as frame numbers (`detectors.observation.Span`); only here do they meet a clock. Nothing is judged or
rounded away here: the frame numbers stay in what is made.
"""

from dataclasses import replace
from fractions import Fraction

from detectors.observation import Json, Span
from scanner.timecode import Clock

HEARD = Clock(Fraction(1000))
"""How a file of sound alone counts: its frames are milliseconds."""


def within(span: Span | None, frames: tuple[int, int] | None) -> Span | None:
    """The part of a span that the asset has; the whole asset (None) where it has none of it.

    What somebody wrote about frames that aren't there is about the asset all the same, and must not count for nothing.
    `frames`: its first and last frame, None where they aren't known.
    """
    if span is None or frames is None:
        return span
    first, last = max(span.first_frame, frames[0]), min(span.last_frame, frames[1])
    return replace(span, first_frame=first, last_frame=last) if first <= last else None


def span_facts(span: Span, clock: Clock | None, *, origin: int = 0) -> dict[str, Json]:
    """The span with its timecodes (`in`, `out`: of the first and last frame) and seconds (`start`, `end`).

    Args:
        span: frames counted from 0 in a movie, file numbers in a sequence.
        clock: how the asset counts; None (no rate is known) leaves timecodes and seconds None.
        origin: the frame number that carries the clock's start: 0 in a movie, the first file's in a sequence.

    Returns:
        Keys `first_frame, last_frame, in, out, start, end, edge_frames`, in this order. Seconds count from the frame
        `origin`; `end` is the end of the last frame.
    """
    first, last = span.first_frame - origin, span.last_frame - origin
    return {
        "first_frame": span.first_frame,
        "last_frame": span.last_frame,
        "in": clock.label(first) if clock else None,
        "out": clock.label(last) if clock else None,
        "start": clock.seconds(first) if clock else None,
        "end": clock.seconds(last + 1) if clock else None,
        "edge_frames": span.edge_frames,
    }


def heard_facts(span: Span) -> dict[str, Json]:
    """The same of a file of sound alone, whose frames are milliseconds and carry no timecodes."""
    return span_facts(span, HEARD) | {"in": None, "out": None}
