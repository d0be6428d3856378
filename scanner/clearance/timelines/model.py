"""What a timeline says: pieces of material, each with the frames of the record that it fills.

Three formats give it: CMX 3600 lists, FCP 7 XML and OpenTimelineIO. Nothing of a master is known here, and nothing of
paper: whether a timeline fits a master is seen where it is laid on one.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum
from fractions import Fraction

MOST_EVENTS = 100_000
MOST_AT_ONCE = 64
"""Pieces that fill one frame together; compositing in an editing system ends far below."""
LONGEST = 2**31
"""Frames; a day at 120 a second has ten million."""
_SHORTEST_CODE = 2


class EventKind(StrEnum):
    """How a piece begins."""

    CUT = "cut"
    DISSOLVE = "dissolve"
    WIPE = "wipe"
    KEY = "key"


@dataclass(frozen=True, slots=True)
class TimelineFault:
    """What keeps a timeline from being read, and where (`line` and `column` count from 1; 0: unknown)."""

    line: int
    column: int
    message: str


@dataclass(frozen=True, slots=True)
class Event:
    """One piece of material in a timeline.

    `number` is how the timeline counts it. `first` and `last` are record frames, from 0 at the timeline's begin, both
    included, and with the frames of transitions at either end: there two pieces share them. `clip`, `file` and `reel`
    name the material (empty: not stated), `labels` are shot codes that a marker or metadata give it. `source` are the
    first and last frame of the material, at the timeline's rate, where they can be told. `speed` 1 is as it was shot,
    0 a freeze, below 0 backwards. `picture` is False for black and generators: they hold no material.
    """

    number: str
    first: int
    last: int
    clip: str = ""
    file: str = ""
    reel: str = ""
    labels: tuple[str, ...] = ()
    source: tuple[int, int] | None = None
    kind: EventKind = EventKind.CUT
    speed: Fraction = Fraction(1)
    enabled: bool = True
    picture: bool = True

    @property
    def names(self) -> tuple[str, ...]:
        """All by which paper may know it."""
        return tuple(name for name in (self.clip, self.file, self.reel, *self.labels) if name)

    @property
    def fills(self) -> bool:
        """Whether it shows material."""
        return self.enabled and self.picture


@dataclass(frozen=True, slots=True)
class Timeline:
    """One timeline.

    `rate` in frames a second. `start`: the count of its first frame's label from 00:00:00:00, None where it states
    none and so begins with the master. `whole`: it says itself where it begins; a list of events only shows where the
    first one does. `nominal`: only how many labels a second has is known of its rate. `drop`: whether its labels are
    drop-frame, None where it doesn't say.
    """

    name: str
    rate: Fraction
    events: tuple[Event, ...]
    start: int | None = None
    whole: bool = True
    nominal: bool = False
    drop: bool | None = None

    @property
    def capitals(self) -> bool:
        """Whether no name in it has a small letter: then whatever wrote it has lost them."""
        names = [name for event in self.events for name in event.names]
        return any(map(str.isupper, names)) and all(name == name.upper() for name in names)


def code_in(text: str) -> str | None:
    """The shot code with which a marker's text begins: its first word, if that has a digit in it."""
    word = re.split(r"[\s|,;]", text.strip(), maxsplit=1)[0].rstrip(":.")
    return word if len(word) >= _SHORTEST_CODE and any(map(str.isdigit, word)) else None


def only_code(texts: Iterable[str]) -> tuple[str, ...]:
    """The shot code that all markers of a piece agree on; none where they name different ones."""
    codes = {code for text in texts if (code := code_in(text))}
    return tuple(codes) if len(codes) == 1 else ()


def sound(timeline: Timeline) -> list[TimelineFault]:
    """What is wrong with a timeline in any format: nothing in it, or more than there can be."""
    events = timeline.events
    if not events:
        return [TimelineFault(0, 0, "there is no picture in it")]
    if len(events) > MOST_EVENTS:
        return [TimelineFault(0, 0, f"more than {MOST_EVENTS} events")]
    far = next((event for event in events if event.first < 0 or event.last >= LONGEST), None)
    if far:
        return [TimelineFault(0, 0, f"event {far.number} lies where no master has frames")]
    if _at_once(events) > MOST_AT_ONCE:
        return [TimelineFault(0, 0, f"more than {MOST_AT_ONCE} events at the same time")]
    return []


def _at_once(events: Iterable[Event]) -> int:
    edges = sorted(edge for event in events if event.fills for edge in ((event.first, 1), (event.last + 1, -1)))
    most = now = 0
    for _, step in edges:
        now += step
        most = max(most, now)
    return most


def from_zero(events: Iterable[Event], start: int) -> tuple[Event, ...]:
    """The events with their record frames counted from `start`."""
    return tuple(replace(event, first=event.first - start, last=event.last - start) for event in events)
