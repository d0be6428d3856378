"""FCP 7 XML (`xmeml`), as Premiere, Resolve and Final Cut Pro 7 write it.

Record frames stand in the file as numbers, so nothing is computed but the ends that a transition hides (-1) and the
insides of nested sequences. The document type that these programs write, an empty one, is passed over; any other,
and entities, are refused.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from urllib.parse import unquote

from scanner.clearance.timelines.model import MOST_EVENTS, Event, EventKind, Timeline, TimelineFault, only_code
from scanner.timecode import TimecodeError, parse

_DOCTYPE = re.compile(rb"(\s*(?:<\?xml[^>]{0,200}\?>)?\s*)(<!DOCTYPE\s+xmeml\s*>)")
_READ = frozenset(
    {"xmeml", "project", "bin", "children", "clip", "sequence", "media", "video", "track", "enabled"}
    | {
        "name",
        "rate",
        "timebase",
        "ntsc",
        "timecode",
        "string",
        "frame",
        "displayformat",
        "reel",
        "file",
        "pathurl",
        "mediaSource",
    }
    | {"clipitem", "generatoritem", "transitionitem", "start", "end", "in", "out", "marker"}
    | {"filter", "effect", "effectid", "parameter", "parameterid", "value"}
)
"""Elements that mean something here; what is below others is passed over."""
_DEEP = 100
_NESTED = 16
_TEXT = 4000
_PATIENCE = MOST_EVENTS
"""Items that are gone through, nested ones as often as they are used."""
_ELEMENTS = 3_000_000
"""Those that are read: an item has some twenty."""


class _XmlError(ValueError):
    """Something in the file that can't be followed; the message is for people."""


@dataclass(slots=True)
class _Node:
    """An element that is read."""

    tag: str
    key: str
    children: list["_Node"] = field(default_factory=list)
    text: str = ""

    def all(self, *way: str) -> list["_Node"]:
        """The elements at the end of a way of tags."""
        nodes = [self]
        for tag in way:
            nodes = [child for node in nodes for child in node.children if child.tag == tag]
        return nodes

    def said(self, *way: str) -> str:
        """The text of the first of them; empty where there is none."""
        return next((node.text for node in self.all(*way)), "")

    def number(self, *way: str) -> int | None:
        """The same as a whole number."""
        text = self.said(*way)
        return int(text) if re.fullmatch(r"-?\d{1,12}", text) else None


@dataclass(frozen=True, slots=True)
class _Shown:
    """An item of a track, from its first record frame to the one after its last, transitions included.

    At the record frame `anchor` it shows the frame of its material that it begins with, `in`.
    """

    node: _Node
    first: int
    end: int
    anchor: int
    kind: EventKind


def read(raw: bytes, name: str) -> tuple[Timeline | None, list[TimelineFault]]:
    """The timeline in a file, or what is wrong with it."""
    from defusedxml.common import DefusedXmlException
    from defusedxml.ElementTree import DefusedXMLParser, ParseError

    head = _DOCTYPE.match(raw)
    if head:
        raw = head[1] + b" " * len(head[2]) + raw[head.end() :]
    builder = _Builder()
    parser = DefusedXMLParser(target=builder, forbid_dtd=True)
    try:
        parser.feed(raw)
        parser.close()
        return _timeline(builder.root, name), []
    except ParseError as error:
        line, column = error.position
        return None, [TimelineFault(line, column + 1, "not sound XML from here on")]
    except DefusedXmlException:
        return None, [TimelineFault(0, 0, "it defines a document type or entities of its own, which no timeline needs")]
    except LookupError:
        return None, [TimelineFault(1, 1, "written in an encoding that isn't known")]
    except _XmlError as error:
        return None, [TimelineFault(0, 0, str(error))]


class _Builder:
    """Makes the tree of what is read, and nothing of the rest."""

    def __init__(self) -> None:
        self.root = _Node("", "")
        self._open = [self.root]
        self._depth = 0
        self._passed_over = 0
        self._count = 0
        self._pieces: list[str] = []

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """An element begins."""
        self._depth += 1
        if self._depth > _DEEP:
            raise _XmlError(f"its elements are nested more than {_DEEP} deep")
        if self._passed_over or tag not in _READ:
            self._passed_over += 1
            return
        self._count += 1
        if self._count > _ELEMENTS:
            raise _XmlError(f"it has more than {_ELEMENTS} elements")
        node = _Node(tag, attributes.get("id", ""))
        self._open[-1].children.append(node)
        self._open.append(node)
        self._pieces = []

    def data(self, text: str) -> None:
        """Text of the innermost element."""
        if not self._passed_over and len(self._pieces) < _TEXT:
            self._pieces.append(text[:_TEXT])

    def end(self, _tag: str) -> None:
        """An element ends."""
        self._depth -= 1
        if self._passed_over:
            self._passed_over -= 1
            return
        node = self._open.pop()
        if not node.children:
            node.text = "".join(self._pieces)[:_TEXT].strip()
        self._pieces = []

    def close(self) -> None:
        """The document ends."""


def _timeline(root: _Node, name: str) -> Timeline:
    if not root.all("xmeml"):
        raise _XmlError("this is no FCP 7 XML; its root would be xmeml")
    sequences = list(_sequences(root))
    if len(sequences) != 1:
        listed = ", ".join(each.said("name") for each in sequences[:5])
        raise _XmlError(f"it holds {len(sequences)} sequences ({listed}); a conform holds one")
    sequence = sequences[0]
    rate = _rate(sequence)
    reading = _Reading(root)
    events = [event for shown, number in reading.items(sequence) for event in reading.events(shown, number, 0)]
    drop = sequence.said("timecode", "displayformat").upper()
    return Timeline(
        name,
        rate,
        tuple(events),
        _start(sequence, rate),
        drop={"DF": True, "NDF": False}.get(drop),
    )


def _sequences(node: _Node) -> Iterator[_Node]:
    """The sequences that stand on their own, not within another."""
    for child in node.children:
        if child.tag == "sequence" and child.children:
            yield child
        elif child.tag in {"xmeml", "project", "bin", "children"}:
            yield from _sequences(child)


def _rate(sequence: _Node) -> Fraction:
    base = sequence.number("rate", "timebase") or 0
    if not 0 < base <= 1000:  # noqa: PLR2004 - no camera is faster, and a rate of 0 has no time
        raise _XmlError("its sequence states no rate")
    return Fraction(base * 1000, 1001) if _true(sequence.said("rate", "ntsc"), otherwise=False) else Fraction(base)


def _start(sequence: _Node, rate: Fraction) -> int | None:
    """The count of the first frame's label; the number counts where both are stated."""
    frame = sequence.number("timecode", "frame")
    label = sequence.said("timecode", "string")
    if frame is not None or not label:
        return frame
    try:
        return parse(label.replace(";", ":"), rate, drop=";" in label)
    except TimecodeError as error:
        raise _XmlError(f"its sequence begins at a timecode that can't be: {error}") from None


class _Reading:
    """One file while its sequences are followed."""

    def __init__(self, root: _Node) -> None:
        self._defined: dict[tuple[str, str], _Node] = {}
        self._left = _PATIENCE
        todo = [root]
        while todo:
            node = todo.pop()
            if node.key and node.children and node.tag in {"file", "sequence"}:
                self._defined.setdefault((node.tag, node.key), node)
            todo += node.children

    def items(self, sequence: _Node) -> Iterator[tuple[_Shown, str]]:
        """What the picture tracks show, with the track and the place in it."""
        for level, track in enumerate(sequence.all("media", "video", "track"), start=1):
            if _true(track.said("enabled")):
                for place, shown in enumerate(_track(track), start=1):
                    self._left -= 1
                    if self._left < 0:
                        raise _XmlError(f"more than {_PATIENCE} items, nested ones counted as often as they are used")
                    yield shown, f"V{level}-{place}"

    def events(self, shown: _Shown, number: str, depth: int) -> Iterator[Event]:
        """The pieces of an item: itself, or those of the sequence within it."""
        if depth > _NESTED:
            raise _XmlError(f"sequences nested more than {_NESTED} deep")
        node = shown.node
        inner = next(iter(node.all("sequence")), None)
        inside = self._whole(inner) if inner else None
        speed = _speed(node)
        if inside is None or node.tag == "generatoritem":
            yield self._event(shown, number, speed)
            return
        offset = shown.anchor - max(0, node.number("in") or 0)
        for within, place in self.items(inside):
            first, end = max(shown.first, within.first + offset), min(shown.end, within.end + offset)
            if speed != 1:  # where in it each piece lies isn't known: any may be anywhere
                first, end = shown.first, shown.end
            if first < end:
                moved = _Shown(within.node, first, end, within.anchor + offset, within.kind)
                on = _true(node.said("enabled"))
                yield from self.events(moved, f"{number}/{place}", depth + 1) if on else ()

    def _whole(self, node: _Node) -> _Node:
        """A file or sequence where it is written out: later ones only name it."""
        return self._defined.get((node.tag, node.key), node)

    def _event(self, shown: _Shown, number: str, speed: Fraction) -> Event:
        node = shown.node
        held = next(iter(node.all("file")), None)
        file = self._whole(held) if held else _Node("file", "")
        markers = [mark for mark in node.all("marker") if (mark.number("out") or -1) < 0]
        inn, out = node.number("in"), node.number("out")
        return Event(
            number,
            shown.first,
            shown.end - 1,
            clip=node.said("name"),
            file=unquote(file.said("pathurl")) or file.said("name"),
            reel=file.said("timecode", "reel", "name"),
            labels=only_code(mark.said("name") for mark in markers),
            source=(inn, out - 1) if inn is not None and out is not None and 0 <= inn < out else None,
            kind=shown.kind,
            speed=speed,
            enabled=_true(node.said("enabled")),
            picture=node.tag == "clipitem" and not _is_made(file),
        )


def _track(track: _Node) -> list[_Shown]:
    """The items of a track; beside a transition an item reaches to the transition's far end."""
    shown: list[_Shown] = []
    items = [node for node in track.children if node.tag.endswith("item")]
    before = None
    for node, after in zip(items, [*items, None][1:], strict=True):
        if node.tag == "transitionitem":
            before = node
            continue
        first, end, kind = node.number("start"), node.number("end"), EventKind.CUT
        anchor = first
        if before is not None and (across := _across(before)) and first is not None and first <= across[1]:
            anchor = across[0] if first < 0 else first
            first, kind = min(anchor, across[0]), _kind(before)
        if after is not None and (across := _across(after)) and end is not None and (end < 0 or end >= across[0]):
            end = max(end, across[1])
        if first is None or end is None or anchor is None or first < 0:
            raise _XmlError(f"the item {node.said('name')!r} doesn't say where it lies")
        if first < end:
            shown.append(_Shown(node, first, end, anchor, kind))
        before = None
    return shown


def _across(node: _Node) -> tuple[int, int] | None:
    """The frames that a transition takes: its first, and the one after its last."""
    first, end = node.number("start"), node.number("end")
    if node.tag != "transitionitem" or first is None or end is None or not 0 <= first <= end:
        return None
    return first, end


def _kind(transition: _Node) -> EventKind:
    names = f"{transition.said('effect', 'name')} {transition.said('effect', 'effectid')}".casefold()
    return EventKind.DISSOLVE if "dissolve" in names or "fade" in names else EventKind.WIPE


def _is_made(file: _Node) -> bool:
    """Whether an item's file is none, but made by the program: titles, bars, black, adjustment layers of Premiere."""
    return bool(file.said("mediaSource")) and not file.said("pathurl")


def _speed(node: _Node) -> Fraction:
    """How fast an item plays, from its filter for that."""
    for effect in node.all("filter", "effect"):
        if effect.said("effectid").casefold() == "timeremap":
            for parameter in effect.all("parameter"):
                percent = re.fullmatch(r"-?\d{1,6}(?:\.\d{1,9})?", parameter.said("value"))
                if parameter.said("parameterid") == "speed" and percent:
                    return Fraction(percent[0]) / 100
    return Fraction(1)


def _true(text: str, *, otherwise: bool = True) -> bool:
    return text.upper() == "TRUE" if text else otherwise
