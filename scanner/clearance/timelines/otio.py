"""OpenTimelineIO's own files (`.otio`), read from their JSON.

Places are computed as OpenTimelineIO computes them: the children of a track follow each other, those of a stack lie
over each other, and a transition lets both its neighbours reach across it. Its library isn't used, because some files
that are no more than odd end the process in it; a deep one is enough.
"""

import json
import math
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any, TypeAlias
from urllib.parse import unquote

from scanner.clearance.timelines.model import MOST_EVENTS, Event, EventKind, Timeline, TimelineFault, only_code

_Table: TypeAlias = Mapping[str, Any]
_DEEP = 32
_PATIENCE = 2 * MOST_EVENTS
"""Items that are gone through."""
_FAR = 10**9
"""Seconds."""
_HUGE = 10**15
_FASTEST = 1000
_SLOPPY = 0.01
"""Frames a second by which a rate may be written off from what it means: 23.98 for 24000/1001."""
_SHOT_KEYS = frozenset({"shot", "shotcode", "shotname", "shotid", "vfxid", "vfxshot", "vfxshotid"})
_REEL_KEYS = frozenset({"reel", "reelname", "tape", "tapename"})
_METADATA_DEEP = 4


class _OtioError(ValueError):
    """Something in the file that can't be followed; the message is for people."""


@dataclass(frozen=True, slots=True)
class _Place:
    """Where an item lies, in seconds of what holds it: `begin` without and `first` with the transition before it.

    `end` is not included, and with the transition after it.
    """

    begin: Fraction
    first: Fraction
    end: Fraction
    kind: EventKind = EventKind.CUT


@dataclass(frozen=True, slots=True)
class _Around:
    """What holds an item: the record's second at which its own time begins, and the part of the record it may fill.

    `still`: something above plays at another speed, so that any piece may be anywhere in that part.
    """

    zero: Fraction
    first: Fraction
    end: Fraction
    number: str
    enabled: bool = True
    still: bool = False
    depth: int = 0


def read(raw: bytes, name: str) -> tuple[Timeline | None, list[TimelineFault]]:
    """The timeline in a file, or what is wrong with it."""
    try:
        content = json.loads(raw)
    except json.JSONDecodeError as error:
        return None, [TimelineFault(error.lineno, error.colno, f"not JSON from here on: {error.msg}")]
    except RecursionError:
        return None, [TimelineFault(0, 0, "it is nested deeper than any timeline")]
    except ValueError:  # no UTF-8, or a number of thousands of digits
        return None, [TimelineFault(0, 0, "not JSON that can be read: its letters or numbers are none")]
    try:
        return _timeline(content, name), []
    except _OtioError as error:
        return None, [TimelineFault(0, 0, str(error))]


def _timeline(content: object, name: str) -> Timeline:
    timeline = _root(content)
    stack = _table(timeline, "tracks")
    begin = timeline.get("global_start_time")
    rate = _rate_of(begin) if isinstance(begin, dict) else _first_rate(stack)
    if rate is None:
        raise _OtioError("it states no rate")
    reading = _Reading(rate)
    length = reading.length(stack)
    place = _Place(Fraction(0), Fraction(0), length)
    events = tuple(reading.item(stack, place, _Around(Fraction(0), Fraction(0), length, "V")))
    start = round(_seconds(begin) * rate) if isinstance(begin, dict) else None
    return Timeline(name, rate, events, start)


def _root(content: object) -> _Table:
    """The timeline: the file's own object, or the only one in its collection."""
    if isinstance(content, dict) and _schema(content) == "SerializableCollection":
        inside = [each for each in _children(content) if _schema(each) == "Timeline"]
        if len(inside) != 1:
            raise _OtioError(f"it holds {len(inside)} timelines; a conform holds one")
        return inside[0]
    if not isinstance(content, dict) or _schema(content) != "Timeline":
        raise _OtioError("this is no OpenTimelineIO timeline")
    return content


class _Reading:
    """One file while its tracks are followed; `rate` is that of the record."""

    def __init__(self, rate: Fraction) -> None:
        self._rate = rate
        self._left = _PATIENCE

    def item(self, node: _Table, place: _Place, around: _Around) -> Iterator[Event]:
        """The pieces of an item at a place: a clip, or what is in a track or stack."""
        self._left -= 1
        if self._left < 0:
            raise _OtioError(f"more than {_PATIENCE} items")
        first, end = max(around.first, around.zero + place.first), min(around.end, around.zero + place.end)
        if around.still:
            first, end = around.first, around.end
        if first >= end or _schema(node) in {"Gap", "Filler"}:
            return
        enabled = around.enabled and node.get("enabled", True) is not False
        if _schema(node) == "Clip":
            yield self._event(node, _Place(first, first, end, place.kind), around.number, enabled=enabled)
            return
        window = node.get("source_range")
        zero = around.zero + place.begin - (_seconds(_table(window, "start_time")) if isinstance(window, dict) else 0)
        still = around.still or _speed(node) != 1
        yield from self._inside(node, _Around(zero, first, end, around.number, enabled, still, around.depth + 1))

    def _inside(self, node: _Table, held: _Around) -> Iterator[Event]:
        if _schema(node) == "Stack":
            for level, child in enumerate(filter(_is_picture, _children(node)), start=1):
                number = f"V{level}" if held.number == "V" else f"{held.number}/{level}"
                place = _Place(Fraction(0), Fraction(0), self.length(child, held.depth))
                yield from self.item(child, place, replace(held, number=number))
        else:
            for count, (child, place) in enumerate(self._row(node, held.depth), start=1):
                yield from self.item(child, place, replace(held, number=f"{held.number}-{count}"))

    def _row(self, track: _Table, depth: int) -> list[tuple[_Table, _Place]]:
        """The items of a track, each with its place in the track's own time, transitions included."""
        placed: list[tuple[_Table, _Place]] = []
        now, reach, kind = Fraction(0), Fraction(0), EventKind.CUT
        for child in _children(track):
            if _schema(child) == "Transition":
                if placed:
                    before, place = placed[-1]
                    placed[-1] = (before, replace(place, end=now + _offset(child, "out_offset")))
                reach = _offset(child, "in_offset")
                kind = EventKind.DISSOLVE if child.get("transition_type") == "SMPTE_Dissolve" else EventKind.WIPE
                continue
            length = self.length(child, depth)
            placed.append((child, _Place(now, now - reach, now + length, kind)))
            now, reach, kind = now + length, Fraction(0), EventKind.CUT
        return placed

    def length(self, node: _Table, depth: int = 0) -> Fraction:
        """How long an item lasts, in seconds."""
        if depth > _DEEP:
            raise _OtioError(f"tracks and stacks nested more than {_DEEP} deep")
        schema, window = _schema(node), node.get("source_range")
        if isinstance(window, dict):
            return _duration(window, node)
        if schema == "Clip":
            known = _media(node).get("available_range")
            if not isinstance(known, dict):
                raise _OtioError(f"the clip {_text(node, 'name')!r} doesn't say how long it is")
            return _duration(known, node)
        if schema == "Stack":
            return max((self.length(child, depth + 1) for child in _children(node)), default=Fraction(0))
        if schema in {"Track", "Sequence"}:
            items = (child for child in _children(node) if _schema(child) != "Transition")
            return sum((self.length(child, depth + 1) for child in items), Fraction(0))
        raise _OtioError(f"{schema or 'something'} in a track isn't known, nor how long it is")

    def _event(self, node: _Table, place: _Place, number: str, *, enabled: bool) -> Event:
        media = _media(node)
        metadata = [table for each in (node, media) if isinstance(table := each.get("metadata"), dict)]
        marked = only_code(_point_markers(node))
        named = [text for table in metadata for text in _stated(table, _SHOT_KEYS)]
        window = node.get("source_range") or media.get("available_range")
        begin = _seconds(_table(window, "start_time")) * self._rate if isinstance(window, dict) else Fraction(-1)
        first, last = math.floor(place.first * self._rate), math.ceil(place.end * self._rate) - 1
        return Event(
            number,
            first,
            last,
            clip=_text(node, "name"),
            file=unquote(_text(media, "target_url")) or _sequence_name(media) or _text(media, "name"),
            reel=next((text for table in metadata for text in _stated(table, _REEL_KEYS)), ""),
            labels=tuple(dict.fromkeys((*named, *marked))),
            source=(round(begin), round(begin) + last - first) if begin >= 0 else None,
            kind=place.kind,
            speed=_speed(node),
            enabled=enabled,
            picture=_schema(media) != "GeneratorReference",
        )


def _schema(node: object) -> str:
    schema = node.get("OTIO_SCHEMA") if isinstance(node, dict) else None
    return schema.partition(".")[0] if isinstance(schema, str) else ""


def _table(node: _Table, key: str) -> _Table:
    table = node.get(key)
    if not isinstance(table, dict):
        raise _OtioError(f"{_schema(node) or 'something'} without its {key}")
    return table


def _children(node: _Table) -> Iterator[_Table]:
    children = node.get("children")
    for child in children if isinstance(children, list) else ():
        if not isinstance(child, dict):
            raise _OtioError(f"something in a {_schema(node)} is no object")
        yield child


def _text(node: _Table, key: str) -> str:
    text = node.get(key)
    return text if isinstance(text, str) else ""


def _number(node: _Table, key: str) -> Fraction:
    number = node.get(key)
    if isinstance(number, bool) or not isinstance(number, int | float) or not abs(number) < _HUGE:
        raise _OtioError(f"a time without its {key}")
    return Fraction(number)


def _rate_of(time: _Table) -> Fraction:
    """The rate of a time as it is meant: `23.98` and `23.976024` are 24000/1001."""
    written = _number(time, "rate")
    if not 0 < written <= _FASTEST:
        raise _OtioError(f"a time at {float(written):g} frames a second")
    base = max(1, round(written))
    near = min((Fraction(base), Fraction(base * 1000, 1001)), key=lambda rate: abs(rate - written))
    return near if abs(near - written) < _SLOPPY else written.limit_denominator(1001)


def _seconds(time: _Table) -> Fraction:
    seconds = _number(time, "value") / _rate_of(time)
    if abs(seconds) > _FAR:
        raise _OtioError("a time that is years away")
    return seconds


def _duration(window: _Table, node: _Table) -> Fraction:
    seconds = _seconds(_table(window, "duration"))
    if seconds < 0:
        raise _OtioError(f"{_text(node, 'name')!r} is shorter than nothing")
    return seconds


def _offset(transition: _Table, key: str) -> Fraction:
    offset = transition.get(key)
    return max(Fraction(0), _seconds(offset)) if isinstance(offset, dict) else Fraction(0)


def _first_rate(node: _Table, depth: int = 0) -> Fraction | None:
    """The rate of the first item that states one."""
    window = node.get("source_range")
    if isinstance(window, dict):
        return _rate_of(_table(window, "duration"))
    known = _media(node).get("available_range")
    if isinstance(known, dict):
        return _rate_of(_table(known, "duration"))
    if depth > _DEEP:
        return None
    return next((rate for child in _children(node) if (rate := _first_rate(child, depth + 1))), None)


def _is_picture(node: _Table) -> bool:
    return _schema(node) not in {"Track", "Sequence"} or node.get("kind", "Video") == "Video"


def _media(clip: _Table) -> _Table:
    """The material of a clip: its only one, or that of several which is in use."""
    media = clip.get("media_reference")
    several, key = clip.get("media_references"), clip.get("active_media_reference_key", "DEFAULT_MEDIA")
    if isinstance(several, dict) and isinstance(key, str):
        media = several.get(key, media)
    return media if isinstance(media, dict) else {}


def _sequence_name(media: _Table) -> str:
    """`folder/name.ext` of files that are numbered."""
    parts = (_text(media, "target_url_base"), _text(media, "name_prefix"), _text(media, "name_suffix"))
    base = unquote(parts[0])
    return f"{base.rstrip('/')}/{parts[1]}{parts[2]}".lstrip("/") if any(parts) else ""


def _point_markers(node: _Table) -> Iterator[str]:
    """What is written at the markers that stand at one frame; a longer one is about a part of the clip."""
    markers = node.get("markers")
    for marker in markers if isinstance(markers, list) else ():
        window = marker.get("marked_range") if isinstance(marker, dict) else None
        length = window.get("duration") if isinstance(window, dict) else None
        if not isinstance(length, dict) or _number(length, "value") <= 1:
            yield _text(marker, "name") if isinstance(marker, dict) else ""


def _stated(metadata: _Table, keys: Iterable[str], depth: int = 0) -> Iterator[str]:
    """The texts that stand in metadata under one of the keys, at any place that isn't too deep."""
    for key, value in metadata.items():
        if isinstance(value, str) and re.sub(r"[\W_]", "", key).casefold() in keys and value.strip():
            yield value.strip()
        elif isinstance(value, dict) and depth < _METADATA_DEEP:
            yield from _stated(value, keys, depth + 1)


def _speed(node: _Table) -> Fraction:
    speed = Fraction(1)
    effects = node.get("effects")
    for effect in effects if isinstance(effects, list) else ():
        if _schema(effect) == "FreezeFrame":
            return Fraction(0)
        if _schema(effect) in {"LinearTimeWarp", "TimeEffect"} and "time_scalar" in effect:
            speed *= _number(effect, "time_scalar")
    return speed
