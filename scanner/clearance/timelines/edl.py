"""CMX 3600 edit lists, read line by line.

A list states no rate: its labels count at the one that is given. A line that begins as an event and can't be read is
a fault, since a list with a hole in it gives frames to the wrong shot; lines of other kinds that aren't known are
passed over, and so is sound.
"""

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from fractions import Fraction

from scanner.clearance.timelines.model import (
    MOST_EVENTS,
    Event,
    EventKind,
    Timeline,
    TimelineFault,
    from_zero,
    only_code,
)
from scanner.timecode import TimecodeError, can_drop, nominal, parse

_TC = r"(\d{2}[:;]\d{2}[:;]\d{2}[:;.]\d{2,3})"
_LINE = re.compile(rf"(\d{{1,8}}) (.+?) {_TC} {_TC} {_TC} {_TC}(?: |$)")
_CHANNEL = re.compile(r"NONE|[ABV][ABV0-9/+,&]*")
_TYPE = re.compile(r"C|D|W\d{1,3}|K|KB|KO")
_MODE = re.compile(r"FCM ?:? ?(NON[- ]?)?DROP", re.IGNORECASE)
_MOTION = re.compile(rf"M2 (?:(.+?) )?([-+]?\d{{1,6}}(?:\.\d{{1,6}})?) {_TC}", re.IGNORECASE)
_SAID = re.compile(
    r"\*? ?(FROM CLIP NAME|TO CLIP NAME|KEY CLIP NAME|FROM CLIP|TO CLIP|FROM FILE|TO FILE|SOURCE FILE PATH"
    r"|SOURCE FILE|LOC) ?: ?(.*)",
    re.IGNORECASE,
)
_LOCATOR = re.compile(rf"{_TC} (?:[A-Za-z]+ (?=\S))?(.*)")
_LONE_CODE = re.compile(r"\* ?(\S+)")
_EMPTY = frozenset({"BL", "BLACK", "BARS"})
"""Reels that are no material."""
_UNNAMED = frozenset({"AX", "NONE", ""})
"""Reels that stand for material whose name is told elsewhere."""
_SIDES = {"FROM CLIP": "from", "FROM FILE": "from", "TO CLIP": "to", "TO FILE": "to"}
_BASES = (24, 25, 30)
_UNEVEN = 8
_CHANCE = 1e-6
_LONGEST_LINE = 2000
_FAULTS = 20
_MARK = 8
"""Where a label shows whether it is drop-frame: `01:00:00;00`."""


class _LineError(ValueError):
    """A line that can't be read; the message is for people."""


@dataclass
class _Line:
    """One line of an event. `first` and `end` are record counts from midnight, `end` is not included.

    `over` is how many frames its transition takes, `came_from` the clip that it comes from where no other line is.
    """

    number: str
    reel: str
    channel: str
    kind: EventKind
    over: int
    source: tuple[int, int] | None
    first: int = 0
    end: int = 0
    clip: str = ""
    came_from: str = ""
    file: str = ""
    speed: Fraction = Fraction(1)
    marks: list[str] = field(default_factory=list)

    @property
    def seen(self) -> bool:
        """Whether it is about the picture: V, V2, B for both, AA/V."""
        return "V" in self.channel or self.channel == "B"

    def same_material(self, other: "_Line") -> bool:
        """Whether two lines show the same clip, as far as they name it."""
        return self.reel == other.reel and (self.clip == other.clip or not self.clip or not other.clip)


def read(text: str, name: str, rate: Fraction) -> tuple[Timeline | None, list[TimelineFault]]:
    """The timeline that a list describes, or what is wrong with it.

    Args:
        text: the list.
        name: how it is called in messages.
        rate: frames a second at which its labels count.
    """
    reading = _Reading(rate)
    for place, line in enumerate(re.split(r"\r\n|\r|\n", text), start=1):
        reading.take(place, " ".join(line[:_LONGEST_LINE].split()))
        if len(reading.faults) >= _FAULTS or len(reading.lines) > MOST_EVENTS:
            break
    if reading.faults:
        return None, reading.faults
    seen = [line for line in reading.lines if line.seen]
    if not seen:
        return None, [TimelineFault(0, 0, "there is no picture event in it; is this a CMX 3600 list?")]
    if _beyond_chance(reading.labels, nominal(rate)):
        sentence = f"none of its {len(reading.labels)} labels has a frame as late as some would have"
        return None, [TimelineFault(0, 0, f"{sentence} at {nominal(rate)} frames a second, the production's fps")]
    start = min(line.first for line in seen)
    events = from_zero(_events(seen), start)
    return Timeline(name, rate, events, start, whole=False, nominal=True, drop=bool(reading.drop)), []


class _Reading:
    """A list while it is read: its lines so far, and how its record counts (`drop` None: not known yet)."""

    def __init__(self, rate: Fraction) -> None:
        self.rate = rate
        self.lines: list[_Line] = []
        self.faults: list[TimelineFault] = []
        self.drop: bool | None = None
        self.labels: set[str] = set()
        self._stated = False
        self._source_drops = False
        self._group: list[_Line] = []
        self._side = ""

    def take(self, place: int, line: str) -> None:
        """One line of the list, its words apart by single spaces."""
        try:
            if mode := _MODE.match(line):
                self._mode(drops=not mode[1])
            elif re.match(r"\d+ ", line):
                self._event(line)
            elif motion := _MOTION.match(line):
                self._motion(motion[1] or "", Fraction(motion[2]))
            elif self._group:
                self._comment(line)
        except _LineError as error:
            self.faults.append(TimelineFault(place, 1, str(error)))

    def _mode(self, *, drops: bool) -> None:
        """A line that says how labels count: at the head for the record, later for what is played in."""
        if drops and not can_drop(self.rate):
            raise _LineError(f"drop-frame doesn't exist at {nominal(self.rate)} frames a second, the production's fps")
        self._source_drops = drops
        if not self.lines:
            self.drop, self._stated = drops, True

    def _event(self, line: str) -> None:
        columns = _LINE.match(line)
        middle = columns[2].upper().split() if columns else []
        reel = columns[2].split() if columns else []
        over = 0
        if middle and middle[-1] == "(F)":
            middle.pop()
        if len(middle) > 1 and re.fullmatch(r"\d{1,4}", middle[-1]):
            over = int(middle.pop())
        kind = middle.pop() if middle else ""
        if kind in {"B", "O"} and middle and middle[-1] == "K":
            kind = middle.pop() + kind
        channel = middle.pop() if middle else ""
        if not columns or not _TYPE.fullmatch(kind) or not _CHANNEL.fullmatch(channel):
            raise _LineError("this begins as an event and can't be read as one")
        name = " ".join(reel[: len(middle)])
        new = _Line(columns[1], name, channel, _kind(kind), over, self._source(columns[3], columns[4]))
        if new.seen:
            new.first, new.end = self._record(columns[5]), self._record(columns[6])
            if new.end < new.first:
                raise _LineError(f"this event ends at {columns[6]}, before it begins")
        if not self._joins(new):
            self._group = []
        self._group.append(new)
        self._side = ""
        self.lines.append(new)

    def _joins(self, new: _Line) -> bool:
        """Whether a line belongs to the event before: the other half of a transition, or its sound."""
        same = bool(self._group) and self._group[-1].number == new.number
        return same and (new.kind is not EventKind.CUT or new.channel not in {line.channel for line in self._group})

    def _record(self, label: str) -> int:
        self.labels.add(label)
        marked = label[_MARK] in ";."
        if self.drop is None:
            self.drop = marked and can_drop(self.rate)
        if can_drop(self.rate) and marked != self.drop and (marked or not self._stated):
            how = "drop-frame" if self.drop else "non-drop"
            raise _LineError(f"{label} counts otherwise than the list so far, which is {how}")
        try:
            return parse(label.replace(";", ":"), self.rate, drop=self.drop)
        except TimecodeError as error:
            whose = ", the production's fps" if str(error).endswith("a second") else ""
            raise _LineError(f"{error}{whose}") from None

    def _source(self, first: str, end: str) -> tuple[int, int] | None:
        """What is played in, where its labels count as the record's do."""
        drop = (first[_MARK] in ";." or self._source_drops) and can_drop(self.rate)
        try:
            begin, after = (parse(label.replace(";", ":"), self.rate, drop=drop) for label in (first, end))
        except TimecodeError:
            return None
        return (begin, after - 1) if after > begin else None

    def _motion(self, reel: str, frames: Fraction) -> None:
        for line in reversed(self._group):
            if line.reel == reel or line is self._group[0]:
                line.speed = frames / nominal(self.rate)
                return

    def _pair(self) -> tuple[_Line, _Line]:
        """The lines of the event that comments speak of: what it comes from, and what it goes to."""
        seen = [line for line in self._group if line.seen] or self._group
        return seen[0], seen[-1]

    def _comment(self, line: str) -> None:
        comment = _SAID.match(line)
        if comment:
            key, text = comment[1].upper(), comment[2].strip()
            if key.endswith("CLIP NAME"):
                self._named("from" if key.startswith("FROM") else "to", text)
            elif key == "LOC":
                located = _LOCATOR.match(text)
                self._pair()[1].marks.append(located[2] if located else text)
            elif text.upper() != "(NULL)":
                line_meant = self._pair()[0 if _SIDES.get(key, self._side) == "from" else 1]
                line_meant.file = line_meant.file or text
        elif lone := _LONE_CODE.fullmatch(line):
            self._pair()[1].marks.append(lone[1])

    def _named(self, side: str, text: str) -> None:
        first, last = self._pair()
        if side == "to":
            if first is last and last.clip:  # alone, the name told before was that of what it comes from
                last.came_from, last.file = last.clip, ""
            last.clip = text
        elif last.kind is EventKind.CUT:
            for line in self._group:
                line.clip = line.clip or text
        else:
            first.clip = first.clip or text
        self._side = side


def _beyond_chance(labels: Collection[str], base: int) -> bool:
    """Whether a list counts at a lower rate than `base`, going by the latest frame that any label has."""
    fields = {int(label[_MARK + 1 :]) for label in labels}
    likely = next((each for each in _BASES if max(fields) < each < base), base)
    uneven = len(fields) >= _UNEVEN  # a list that cuts on whole seconds alone says nothing
    return uneven and (likely / base) ** len(labels) < _CHANCE


@dataclass
class _Piece:
    """What a line shows, with the frames of the transitions at its ends."""

    line: _Line
    first: int
    last: int
    kind: EventKind


def _events(lines: Iterable[_Line]) -> list[Event]:
    """The pieces of a list's picture lines, in record counts from midnight.

    In a transition, whose frames are the first ones of the line that it leads to, what was there before goes on.
    """
    pieces: list[_Piece] = []
    before: dict[str, _Line] = {}
    shown: dict[str, _Piece] = {}
    for line in lines:
        if line.over and line.kind in {EventKind.DISSOLVE, EventKind.WIPE}:
            leaving = before.get(line.channel)
            if not leaving or leaving.end != line.first or (line.came_from and leaving.clip != line.came_from):
                leaving = _Line(line.number, "", line.channel, EventKind.CUT, 0, None, clip=line.came_from)
            going_on = shown.get(line.channel)
            last = line.first + line.over - 1
            if going_on and going_on.line.end == line.first and going_on.line.same_material(leaving):
                going_on.last = max(going_on.last, last)
            elif leaving.clip or leaving.reel:
                pieces.append(_Piece(leaving, line.first, last, EventKind.CUT))
        if line.end > line.first:
            shown[line.channel] = _Piece(line, line.first, line.end - 1, line.kind)
            pieces.append(shown[line.channel])
        before[line.channel] = line
    return [_event(piece) for piece in pieces]


def _event(piece: _Piece) -> Event:
    line, reel = piece.line, piece.line.reel.upper()
    return Event(
        line.number,
        piece.first,
        piece.last,
        clip=line.clip,
        file=line.file,
        reel="" if reel in _UNNAMED | _EMPTY else line.reel,
        labels=only_code(line.marks),
        source=line.source,
        kind=piece.kind,
        speed=line.speed,
        picture=reel not in _EMPTY,
    )


def _kind(written: str) -> EventKind:
    return {"C": EventKind.CUT, "D": EventKind.DISSOLVE, "W": EventKind.WIPE, "K": EventKind.KEY}[written[0]]
