"""Makes one observation with a span of what a detector saw alike in neighbouring frames of a sequence."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from detectors.material import Piece
from detectors.observation import Observation, Span


def in_spans(
    by_piece: Sequence[tuple[Piece, Sequence[Observation]]], sameness: Callable[[Observation], str]
) -> list[Observation]:
    """The observations of all files; those that are the same in consecutive frames become one with a span.

    Args:
        by_piece: the files in the order of their frames, each with what was seen in it.
        sameness: what two observations must have alike to become one; the first one's details stand for the run.

    Returns:
        Observations in the order of their first frame; those of a file that is no frame span the whole asset (None).
        A missing frame ends a run.
    """
    merged: list[Observation] = []
    running: dict[str, tuple[int, Span]] = {}  # what was seen: its place in `merged`, and the span so far
    for piece, observations in by_piece:
        frame = piece.frame
        if frame is None:
            merged.extend(observations)
            continue
        for observation in observations:
            key = sameness(observation)
            index, span = running.get(key, (-1, Span(frame, frame)))
            if index < 0 or span.last_frame not in {frame - 1, frame}:
                index, span = len(merged), Span(frame, frame)
                merged.append(observation)
            span = Span(span.first_frame, frame)
            merged[index] = replace(merged[index], span=span)
            running[key] = (index, span)
    return merged
