"""SMPTE timecode: between frame numbers and `HH:MM:SS:FF`, drop-frame and non-drop.

Drop-frame skips frame *labels* 00 and 01 (00 to 03 at 59.94) at each minute that is no multiple of ten (SMPTE ST 12-1);
no frame is lost. Rates are exact fractions: 24000/1001 counts 24 labels a second, and so drifts against the wall
clock, which is what the label means in the trade.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from math import ceil, floor

_FORM = re.compile(r"([0-9]{2}):([0-9]{2}):([0-9]{2})([:;.])([0-9]{2,3})")
_BREAK = re.compile(r"([0-9]+)=(\S+)")
_HOURS = 24


class TimecodeError(ValueError):
    """A timecode that isn't one, or doesn't exist at its rate."""


@dataclass(frozen=True, slots=True)
class LabelBreak:
    """Where labels don't count on from the frame before: `frame` has the label of this `count` instead."""

    frame: int
    count: int


@dataclass(frozen=True, slots=True)
class Clock:
    """How one asset counts: its rate, the label of its first frame, and whether labels are dropped.

    `rate` is in frames a second; `start` is the frame count of the label of frame 0. `times`: when each frame is shown,
    in seconds from the first and ascending, where frames come at an uneven pace; labels then count at the rate, and a
    frame carries the one of the moment at which it comes. `labels`: how many labels a second there are, where that
    isn't the rate of the frames: 59.94 frames a second may be counted as 30, so that each label has two of them.
    `breaks`: where labels begin anew, by their frames; `end`: the frame behind the last, None where nobody knows.
    """

    rate: Fraction
    start: int = 0
    drop: bool = False
    times: tuple[float, ...] = ()
    labels: Fraction | None = None
    breaks: tuple[LabelBreak, ...] = ()
    end: int | None = None

    @classmethod
    def of(cls, rate: Fraction, start_timecode: str | None, times: tuple[float, ...] = ()) -> "Clock":
        """The clock of a file that states `start_timecode` (None: counts from 00:00:00:00, non-drop).

        It may be followed by the rate of the labels and by breaks, as `written` puts them.

        >>> Clock.of(Fraction(50), "10:00:00:00@25 6=11:00:00:00").label(9)
        '11:00:00:01'

        Raises:
            TimecodeError: the text isn't a timecode, or doesn't exist at this rate.
        """
        if not start_timecode:
            return cls(rate, times=times)
        first, *later = start_timecode.split() or [""]
        label, _, stated = first.partition("@")
        labels = _rate(stated) if stated else None
        found = _FORM.fullmatch(label)
        drop = bool(found and found[4] in ";." and can_drop(labels or rate))
        breaks = tuple(_break(text, labels or rate, drop=drop) for text in later)
        return cls(rate, parse(label, labels or rate, drop=drop), drop, times, labels, breaks)

    def label(self, frame: int) -> str:
        """The timecode of `frame`, counted from 0."""
        since = self._stretches()[bisect_right(self.breaks, frame, key=lambda one: one.frame)]
        return render(since.count + self._labels_between(since.frame, frame), self.label_rate, drop=self.drop)

    def frame(self, timecode: str) -> int:
        """The frame, counted from 0, that carries this timecode first.

        Labels wrap at midnight, so one that stands before the first frame's means the next day, up to half a day
        away; a nearer one is negative: it lies before the first frame. Of a label between two that a break parts, it is
        the frame behind the break.

        Raises:
            TimecodeError: the text isn't a timecode, or doesn't exist at this rate, or stands at more than one place.
        """
        return self._place(timecode, 0)

    def last_frame(self, timecode: str) -> int:
        """The last frame that carries this timecode: the same as the first, but where several frames share a label.

        Raises:
            TimecodeError: as `frame` does.
        """
        return self.frame(timecode) if self.times else self._place(timecode, 1) - 1

    def seconds(self, frame: int) -> float:
        """When `frame` begins, in seconds from the first frame, for people to read."""
        if 0 <= frame < len(self.times):
            return round(self.times[frame], 3)
        beyond = max(0, len(self.times) - 1)
        return round(float((frame - beyond) / self.rate) + (self.times[-1] if self.times else 0.0), 3)

    @property
    def label_rate(self) -> Fraction:
        """How many labels a second there are."""
        return self.labels or self.rate

    def in_frames(self) -> "Clock | None":
        """A clock that gives each frame a label of its own, and frame 0 and every second the ones that they have.

        None where labels break off, or where a label doesn't stand for a whole number of frames.
        """
        each = self.rate / self.label_rate
        if self.breaks or each.denominator != 1:
            return None
        return Clock(self.rate, self.start * each.numerator, self.drop, self.times)

    def _stretches(self) -> Sequence[LabelBreak]:
        return (LabelBreak(0, self.start), *self.breaks)

    def _place(self, timecode: str, after: int) -> int:
        """The first frame whose label is `after` labels behind this one."""
        wanted = parse(timecode, self.label_rate, drop=self.drop)
        places = [self._from(since, wanted, after) for since in self._stretches()]
        ends = [one.frame for one in self.breaks]
        within = [
            place
            for place, since, end in zip(places, self._stretches(), [*ends, self.end], strict=True)
            if place - bool(after) >= since.frame and (end is None or place < end + bool(after))
        ]
        if self.breaks and len(within) > 1:
            raise TimecodeError(f"{timecode!r} stands at {len(within)} places, since its timecode breaks off")
        if within or not self.breaks:
            return within[0] if within else places[0]
        between = [end for place, (_, end) in zip(places, pairwise([0, *ends]), strict=False) if place >= end]
        return between[-1] if between else places[0]

    def _from(self, since: LabelBreak, wanted: int, after: int) -> int:
        count = wanted - since.count
        day = parse("23:59:59:" + f"{nominal(self.label_rate) - 1:02}", self.label_rate, drop=self.drop) + 1
        count = (count + day if count < -day // 2 else count) + after
        if count > 0 and self.times:
            frames = range(since.frame, len(self.times))
            return since.frame + bisect_left(frames, count, key=lambda frame: self._labels_between(since.frame, frame))
        return since.frame + ceil(count * self.rate / self.label_rate)

    def _labels_between(self, first: int, frame: int) -> int:
        """How many labels after that of a frame at which a label begins another one's stands."""
        frames = round((self.seconds(frame) - self.seconds(first)) * self.rate) if self.times else frame - first
        return floor(frames * self.label_rate / self.rate)


def written(start: str, labels: str | None, breaks: Sequence[tuple[int, str]]) -> str:
    """A start timecode with the rate of its labels and its breaks (frame and label), for `Clock.of` to read.

    >>> written("10:00:00:00", "25", [(6, "11:00:00:00")])
    '10:00:00:00@25 6=11:00:00:00'
    """
    return " ".join([f"{start}@{labels}" if labels else start, *(f"{frame}={label}" for frame, label in breaks)])


def _rate(text: str) -> Fraction:
    try:
        rate = Fraction(text)
    except (ValueError, ZeroDivisionError):
        rate = Fraction(0)
    if rate <= 0:
        raise TimecodeError(f"{text!r} is no rate of labels")
    return rate


def _break(text: str, rate: Fraction, *, drop: bool) -> LabelBreak:
    found = _BREAK.fullmatch(text)
    if not found:
        raise TimecodeError(f"{text!r} does not say where a timecode breaks off")
    return LabelBreak(int(found[1]), parse(found[2], rate, drop=drop))


def nominal(rate: Fraction) -> int:
    """How many labels a second has: 24 for 24000/1001, 30 for 30000/1001."""
    return max(1, round(rate))


def can_drop(rate: Fraction) -> bool:
    """Whether drop-frame exists at this rate: 29.97, 59.94 and their multiples only."""
    return rate.denominator == 1001 and nominal(rate) % 30 == 0  # noqa: PLR2004 - the NTSC family


def render(count: int, rate: Fraction, *, drop: bool = False) -> str:
    """The label of the frame `count` frames after 00:00:00:00, wrapping at 24 hours."""
    base = nominal(rate)
    if drop:
        skipped = base // 15  # 2 labels at 29.97, 4 at 59.94
        ten = base * 600 - 9 * skipped
        minute = base * 60 - skipped
        tens, rest = divmod(count % (ten * 6 * _HOURS), ten)
        extra = 0 if rest < base * 60 else 1 + (rest - base * 60) // minute
        count = tens * base * 600 + rest + extra * skipped
    count %= base * 3600 * _HOURS
    seconds, frames = divmod(count, base)
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    width = 3 if base > 100 else 2  # noqa: PLR2004 - 119.88 and 120 need three digits
    return f"{hours:02}:{minutes:02}:{seconds:02}{';' if drop else ':'}{frames:0{width}}"


def parse(timecode: str, rate: Fraction, *, drop: bool = False) -> int:
    """How many frames after 00:00:00:00 this label stands.

    Raises:
        TimecodeError: not a timecode, a field out of range, or a label that drop-frame skips.
    """
    found = _FORM.fullmatch(timecode.strip())
    if not found:
        raise TimecodeError(f"{timecode!r} is not a timecode such as 01:00:10:00")
    hours, minutes, seconds, frames = (int(found[i]) for i in (1, 2, 3, 5))
    base = nominal(rate)
    if hours >= _HOURS or minutes > 59 or seconds > 59 or frames >= base:  # noqa: PLR2004 - a clock face
        raise TimecodeError(f"{timecode!r} does not exist at {base} frames a second")
    count = ((hours * 60 + minutes) * 60 + seconds) * base + frames
    if not drop:
        return count
    skipped = base // 15
    if frames < skipped and seconds == 0 and minutes % 10:
        raise TimecodeError(f"{timecode!r} does not exist: drop-frame skips it")
    whole = hours * 60 + minutes
    return count - skipped * (whole - whole // 10)
