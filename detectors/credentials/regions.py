"""Where in a file a statement of a manifest holds: the regions of interest of an action, as frames and as words.

C2PA specification 2.2, 18.2 (regions of interest): temporal ranges are in normal play time, by default, or in frames; a
range without an end goes to the end. Where one can't be read as frames, the statement holds for the whole file.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction

from detectors.observation import Json, Span, shorten

_MOST_REGIONS = 100
_NPT = re.compile(r"(?:npt:)?(?:(?:(\d{1,4}):)?(\d{1,2}):)?(\d{1,9}(?:\.\d{1,9})?)s?")
_LAST_FRAME = 10**9


@dataclass(frozen=True, slots=True)
class StatedRange:
    """A stretch of a file as a manifest states it: in seconds (`in_frames` false, the end left out) or in frames.

    None as an end: to the end of the file.
    """

    start: Fraction
    end: Fraction | None
    in_frames: bool


def ranges_of(action: Mapping[str, Json]) -> tuple[StatedRange, ...]:
    """The stretches that the changes of an action name; empty where one of them can't be read, or is the whole file."""
    regions = list(_regions(action))
    stretches = [_range(part) for region in regions for part in _temporal(region)]
    by_region = [any(True for _ in _temporal(region)) for region in regions]
    if not stretches or not all(by_region) or any(stretch is None for stretch in stretches):
        return ()
    return tuple(stretch for stretch in stretches if stretch is not None)[:_MOST_REGIONS]


def places_of(action: Mapping[str, Json]) -> list[Json]:
    """The areas, tracks and names that the changes of an action state, in words."""
    words = [text for region in _regions(action) for part in _parts(region) for text in _words(part)]
    return list[Json](dict.fromkeys(words))[:_MOST_REGIONS]


def spans_of(ranges: tuple[StatedRange, ...], rate: Fraction | None) -> list[Span | None]:
    """The frames of these stretches at a rate; the whole file where there are none, or seconds and no rate."""
    spans: list[Span | None] = []
    for stretch in ranges:
        if stretch.in_frames:
            first, last = int(stretch.start), _LAST_FRAME if stretch.end is None else int(stretch.end)
        elif rate:
            first = int(stretch.start * rate)
            last = _LAST_FRAME if stretch.end is None else max(first, -int(-stretch.end * rate // 1) - 1)
        else:
            return [None]
        spans.append(Span(min(first, _LAST_FRAME), min(max(first, last), _LAST_FRAME)))
    return spans or [None]


def _regions(action: Mapping[str, Json]) -> Iterator[Mapping[str, Json]]:
    changes = action.get("changes")
    for change in changes if isinstance(changes, list) else ():
        if isinstance(change, dict):
            yield change


def _parts(region: Mapping[str, Json]) -> Iterator[Mapping[str, Json]]:
    parts = region.get("region")
    for part in parts if isinstance(parts, list) else ():
        if isinstance(part, dict):
            yield part


def _temporal(region: Mapping[str, Json]) -> Iterator[Mapping[str, Json]]:
    yield from (part for part in _parts(region) if part.get("type") in ("temporal", "frame"))


def _range(part: Mapping[str, Json]) -> StatedRange | None:
    stated = part.get("frame") if part.get("type") == "frame" else part.get("time")
    if not isinstance(stated, dict) or stated.get("type", "npt") != "npt":
        return None
    in_frames = part.get("type") == "frame"
    start, end = (_moment(stated.get(name)) for name in ("start", "end"))
    if (stated.get("start") is not None and start is None) or (stated.get("end") is not None and end is None):
        return None
    if end is not None and end < (start or 0):
        return None
    return StatedRange(start or Fraction(0), end, in_frames)


def _moment(value: Json) -> Fraction | None:
    """Seconds or a number of frames; None for what is neither."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return Fraction(value) if value >= 0 else None
    if isinstance(value, float):
        return Fraction(str(value)) if 0 <= value < _LAST_FRAME else None
    matched = _NPT.fullmatch(value.strip()) if isinstance(value, str) else None
    if not matched:
        return None
    hours, minutes, seconds = (Fraction(part or 0) for part in matched.groups())
    return hours * 3600 + minutes * 60 + seconds


def _words(part: Mapping[str, Json]) -> Iterator[str]:
    kind = part.get("type")
    shape, text, item = part.get("shape"), part.get("text"), part.get("item")
    if kind == "spatial" and isinstance(shape, dict):
        origin = shape.get("origin")
        at = f" at {origin.get('x')}, {origin.get('y')}" if isinstance(origin, dict) else ""
        size = f" of {shape.get('width')} by {shape.get('height')}" if shape.get("width") is not None else ""
        unit = shape.get("unit")
        yield shorten(f"{shape.get('type', 'area')}{size}{at}{f' ({unit})' if isinstance(unit, str) else ''}")
    elif kind == "identified" and isinstance(item, dict):
        yield shorten(f"{item.get('identifier')} {item.get('value')}")
    elif kind == "textual" and text is not None:
        yield "a passage of its text"
