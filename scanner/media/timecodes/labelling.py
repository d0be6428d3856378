"""What a file says of the labels of its frames, as runs of labels in time, and what that means frame by frame."""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor

from scanner.timecode import can_drop, nominal, render

_SLACK = Fraction(1, 8)
"""Of a frame or of a label: what the rounding of times in a container may come to (thousandths of a second at 120)."""
MOST_BREAKS = 1000


@dataclass(frozen=True, slots=True)
class LabelRun:
    """Labels that count on without a break: from the time `at` on, in seconds from the file's first frame.

    `count`: how many labels after 00:00:00:00 stand there, which may lie between two. `pace`: labels a second as
    stated; `base`: labels in a second of the label itself.
    """

    at: Fraction
    count: Fraction
    pace: Fraction
    base: int
    drop: bool


@dataclass(frozen=True, slots=True)
class StatedTimecode:
    """One source that states the labels of frames. `source`: in words that a technician knows; at least one run."""

    source: str
    runs: tuple[LabelRun, ...]


@dataclass(frozen=True, slots=True)
class LabelledFrames:
    """The labels of a file's frames. `start`: that of its first. `labels`: how many a second, None: one a frame.

    `breaks`: frames at which labels don't count on, with their labels. `more`: how many breaks there are beyond those.
    """

    start: str
    labels: Fraction | None = None
    breaks: tuple[tuple[int, str], ...] = ()
    more: int = 0


def label_rate(run: LabelRun, rate: Fraction) -> Fraction:
    """How many labels a second a run really counts under pictures of this rate.

    Labels are made for pictures: one each, or one for two or more of them. Where a track says 24 under pictures of
    23.976, it means one each; only labels at another pace altogether (30 under 24) go by time.

    >>> label_rate(LabelRun(Fraction(0), Fraction(0), Fraction(30000, 1001), 30, True), Fraction(60000, 1001))
    Fraction(30000, 1001)
    """
    pictures = nominal(rate)
    if pictures % run.base == 0:
        return rate / (pictures // run.base)
    if run.base % pictures == 0:
        return rate * (run.base // pictures)
    if rate.denominator == 1001:  # noqa: PLR2004 - the NTSC family
        return Fraction(run.base * 1000, 1001)
    return run.pace if nominal(run.pace) == run.base else Fraction(run.base)


def labels_of(stated: StatedTimecode, rate: Fraction, times: Sequence[float] = ()) -> LabelledFrames:
    """The labels of frames at this rate.

    `times`: when each frame is shown, in seconds from the first, where that doesn't follow from its number.
    """
    runs = sorted(stated.runs, key=lambda run: run.at)
    first = next((run for run in reversed(runs) if run.at <= _SLACK / rate), runs[0])
    labels = label_rate(first, rate)
    drop = first.drop and can_drop(labels)
    (reached, count), *later = _anew(runs[runs.index(first) :], rate, labels, times)
    start, breaks = render(count, labels, drop=drop), []
    for frame, stands in later:
        if stands != count + floor((frame - reached) * labels / rate):
            breaks.append((frame, render(stands, labels, drop=drop)))
            reached, count = frame, stands
    beyond = max(0, len(breaks) - MOST_BREAKS)
    return LabelledFrames(start, None if labels == rate else labels, tuple(breaks[:MOST_BREAKS]), beyond)


def _anew(
    runs: Sequence[LabelRun], rate: Fraction, labels: Fraction, times: Sequence[float]
) -> Iterator[tuple[int, int]]:
    """Frames at which a label begins that is stated, and its count; the first of them is frame 0."""
    for number, run in enumerate(runs):
        frame = max(0, _frame_at(run.at, rate, times)) if number else 0
        if times and frame >= len(times):
            return
        shown = Fraction(times[frame]).limit_denominator(10**6) if times else frame / rate
        own = run.pace if nominal(run.pace) == run.base else labels
        exact = run.count + (shown - run.at) * own
        stands = floor(exact + _SLACK)
        yield frame, stands
        rest = stands + 1 - exact
        if labels < rate and rest < 1 - _SLACK:  # it began before this frame, and ends the sooner
            yield frame + ceil(rest * rate / labels - _SLACK), stands + 1


def _frame_at(later: Fraction, rate: Fraction, times: Sequence[float]) -> int:
    if times:
        return bisect_left(times, float(later - _SLACK / rate))
    return ceil(later * rate - _SLACK)
