"""Tells once, with a span, what a detector saw alike in neighbouring frames of a sequence."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from detectors.material import Piece
from detectors.observation import Observation, Span


def in_spans(
    seen: Sequence[tuple[Piece, Sequence[Observation]]], sameness: Callable[[Observation], str]
) -> list[Observation]:
    """Observations of each file, those that are the same in consecutive frames as one with their span.

    Args:
        seen: the files in the order of their frames, each with what was seen in it.
        sameness: what two observations must have alike to be told as one; the first one's details stand for the run.

    Returns:
        Observations in the order of their first frame; those of a file that is no frame span the whole asset (None).
        A missing frame ends a run.
    """
    told: list[Observation] = []
    running: dict[str, tuple[int, Span]] = {}  # what was seen: its place in `told`, and the span so far
    for piece, observations in seen:
        frame = piece.frame
        if frame is None:
            told.extend(observations)
            continue
        for observation in observations:
            key = sameness(observation)
            index, span = running.get(key, (-1, Span(frame, frame)))
            if index < 0 or span.last_frame not in {frame - 1, frame}:
                index, span = len(told), Span(frame, frame)
                told.append(observation)
            span = Span(span.first_frame, frame)
            told[index] = replace(told[index], span=span)
            running[key] = (index, span)
    return told
