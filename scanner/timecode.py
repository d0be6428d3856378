"""SMPTE timecode: between frame numbers and `HH:MM:SS:FF`, drop-frame and non-drop.

Drop-frame skips frame *labels* 00 and 01 (00 to 03 at 59.94) at each minute that is no multiple of ten (SMPTE ST 12-1);
no frame is lost. Rates are exact fractions: 24000/1001 counts 24 labels a second, and so drifts against the wall
clock, which is what the label means in the trade.
"""

import re
from bisect import bisect_left
from dataclasses import dataclass
from fractions import Fraction

_FORM = re.compile(r"([0-9]{2}):([0-9]{2}):([0-9]{2})([:;.])([0-9]{2,3})")
_HOURS = 24


class TimecodeError(ValueError):
    """A timecode that isn't one, or doesn't exist at its rate."""


@dataclass(frozen=True, slots=True)
class Clock:
    """How one asset counts: its rate, the label of its first frame, and whether labels are dropped.

    `rate` is in frames a second; `start` is the frame count of the label of frame 0. `times`: when each frame is shown,
    in seconds from the first and ascending, where frames come at an uneven pace; labels then count at the rate, and a
    frame carries the one of the moment at which it comes.
    """

    rate: Fraction
    start: int = 0
    drop: bool = False
    times: tuple[float, ...] = ()

    @classmethod
    def of(cls, rate: Fraction, start_timecode: str | None, times: tuple[float, ...] = ()) -> "Clock":
        """The clock of a file that states `start_timecode` (None: counts from 00:00:00:00, non-drop).

        Raises:
            TimecodeError: the text isn't a timecode, or doesn't exist at this rate.
        """
        if not start_timecode:
            return cls(rate, times=times)
        found = _FORM.fullmatch(start_timecode.strip())
        drop = bool(found and found[4] in ";." and can_drop(rate))
        return cls(rate, parse(start_timecode, rate, drop=drop), drop, times)

    def label(self, frame: int) -> str:
        """The timecode of `frame`, counted from 0."""
        return render(self.start + self._count(frame), self.rate, drop=self.drop)

    def frame(self, timecode: str) -> int:
        """The frame, counted from 0, that carries this timecode first.

        Labels wrap at midnight, so one that stands before the first frame's means the next day, up to half a day
        away; a nearer one is negative: it lies before the first frame.

        Raises:
            TimecodeError: the text isn't a timecode, or doesn't exist at this rate.
        """
        count = parse(timecode, self.rate, drop=self.drop) - self.start
        day = parse("23:59:59:" + f"{nominal(self.rate) - 1:02}", self.rate, drop=self.drop) + 1
        count = count + day if count < -day // 2 else count
        return bisect_left(range(len(self.times)), count, key=self._count) if count > 0 and self.times else count

    def seconds(self, frame: int) -> float:
        """When `frame` begins, in seconds from the first frame, for people to read."""
        if 0 <= frame < len(self.times):
            return round(self.times[frame], 3)
        beyond = max(0, len(self.times) - 1)
        return round(float((frame - beyond) / self.rate) + (self.times[-1] if self.times else 0.0), 3)

    def _count(self, frame: int) -> int:
        """How many labels after that of frame 0 this one's stands."""
        return round(self.seconds(frame) * self.rate) if self.times else frame


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
