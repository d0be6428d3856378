"""A timeline laid on its master: which frames each shot has there, and what a frame belongs to.

Nothing is guessed: where timeline and master don't agree, it says in what, and there is no cut at all.
"""

import heapq
import itertools
import re
from bisect import bisect_right
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from pathlib import PurePosixPath

from scanner.clearance.scope.layers import Layers
from scanner.clearance.timelines.model import Event, Timeline
from scanner.globs import nfc, wild
from scanner.seen import SeenAsset
from scanner.terms.coverage import EVERYTHING, NOTHING, Frames, Range, union
from scanner.terms.patterns import shot_pattern
from scanner.timecode import Clock, nominal

_TOKEN = re.compile(r"[^\W_]+")
_ENDING = re.compile(r"\.[A-Za-z0-9]{1,5}$")


@dataclass(frozen=True, slots=True)
class ReelTimeline:
    """A timeline, and the reel that the paper says it is."""

    timeline: Timeline
    reel: str | None = None


@dataclass(frozen=True, slots=True)
class CutPiece:
    """An event on the master: its frames there, the layer they are in, and what reports call it."""

    event: Event
    source: str
    frames: Range
    layer: int
    called: str


@dataclass(frozen=True, slots=True)
class _Names:
    """The names of pieces, by their tokens. `capitals`: they are written in capitals throughout."""

    capitals: bool
    names: Mapping[int, tuple[str, ...]] = field(default_factory=dict)
    tokens: Mapping[str, tuple[int, ...]] = field(default_factory=dict)

    def with_shot(self, code: str) -> Iterator[int]:
        """The pieces that a shot code names."""
        pattern = shot_pattern(code.upper() if self.capitals else code)
        known = tuple(self.names)
        if not wild(code):  # whichever of its tokens is the rarest: few names are worth a closer look
            tokens = _TOKEN.findall(code.upper() if self.capitals else code)
            known = min((self.tokens.get(token, ()) for token in tokens), key=len, default=())
        return (index for index in known if any(pattern.search(name) for name in self.names[index]))


@dataclass(frozen=True, slots=True)
class Cut:
    """The timelines of one master, laid on it.

    `reels`: the frames of the master that a conform of this reel is about. `names`: files that the timelines are from.
    """

    layers: Layers
    pieces: tuple[CutPiece, ...]
    reels: Mapping[str, Frames]
    names: tuple[str, ...]
    _known: tuple[_Names, ...] = ()
    _rows: tuple[tuple[int, ...], ...] = ()
    """Pieces by layer, in the order of their frames."""

    def shot(self, code: str) -> Frames:
        """The frames, in layers, of the pieces that a shot code names: a whole token of a name, or several."""
        return self._held(index for known in self._known for index in known.with_shot(nfc(code)))

    def tape(self, reel: str) -> Frames:
        """The frames, in layers, of the material from a source reel."""
        return self._held(self._from(reel))

    def _from(self, reel: str) -> list[int]:
        wanted = nfc(reel)
        return [
            index
            for known in self._known
            for index in known.names
            if _as(nfc(self.pieces[index].event.reel), known.capitals) == _as(wanted, known.capitals)
        ]

    def shots(self) -> frozenset[str]:
        """The shots there are, by what the timelines call them, whatever the paper does."""
        return frozenset(_called(piece.event) for piece in self.pieces)

    def shots_named(self, code: str) -> frozenset[str]:
        """Those of them that a shot code names."""
        indices = {index for known in self._known for index in known.with_shot(nfc(code))}
        return frozenset(_called(self.pieces[index].event) for index in indices)

    def shots_from(self, reel: str) -> frozenset[str]:
        """Those of them whose material is from a source reel."""
        return frozenset(_called(self.pieces[index].event) for index in self._from(reel))

    def within(self, frames: Range) -> list[CutPiece]:
        """The pieces that fill any of these frames, in their order."""
        pieces = []
        for row in self._rows:
            at = bisect_right(row, frames[0], key=lambda index: self.pieces[index].frames[0]) - 1
            for index in row[max(at, 0) :]:
                first, last = self.pieces[index].frames
                if first > frames[1]:
                    break
                if last >= frames[0]:
                    pieces.append(self.pieces[index])
        return sorted(pieces, key=lambda piece: (piece.frames, piece.layer))

    def scenes(self, frames: Range) -> list[Range]:
        """These frames cut wherever a piece begins or ends."""
        edges = {frames[0], frames[1] + 1}
        for piece in self.within(frames):
            edges |= {max(piece.frames[0], frames[0]), min(piece.frames[1], frames[1]) + 1}
        ordered = sorted(edges)
        return [(first, after - 1) for first, after in itertools.pairwise(ordered)]

    def _held(self, indices: Iterable[int]) -> Frames:
        return union([Frames.of(_at(self.pieces[index], self.layers)) for index in set(indices)])


def lay(timelines: Sequence[ReelTimeline], master: SeenAsset, codes: Collection[str] = ()) -> Cut | str:
    """The cut of a master, or in what its timelines don't fit it.

    Several timelines of one master are its tracks, or its reels one after the other: they fit together or not at all.

    Args:
        timelines: all that are of this master, each with its reel.
        master: the asset that they are of.
        codes: shot codes of the paper, by which reports then call the shots.
    """
    clock = master.clock
    if not (master.is_sequence or master.kind == "video"):
        return "it is no moving picture"
    if master.frames is None or clock is None:
        return "its frames can't be counted, so that nothing can be held against it"
    if clock.times:
        return "its frames come at an uneven pace"
    clock = clock.in_frames()
    if clock is None:
        return "its timecode doesn't count on from frame to frame"
    unlike = [difference for conformed in timelines if (difference := _other_count(conformed.timeline, clock))]
    if unlike:
        return "; ".join(dict.fromkeys(unlike))
    origin = master.frames[0]
    placed = [
        [_moved(event, conformed.timeline, clock, origin) for event in conformed.timeline.events]
        for conformed in timelines
    ]
    differences = [
        difference
        for conformed, events in zip(timelines, placed, strict=True)
        for difference in (
            *_other_start(conformed.timeline, clock),
            *_outside(conformed.timeline, events, master.frames),
        )
    ]
    differences += [] if differences else _other_length(placed, master.frames)
    return "; ".join(differences) if differences else _cut(timelines, placed, codes)


def fps(rate: Fraction) -> str:
    """A rate as people write it: `24`, `23.976`."""
    return str(rate) if rate.denominator == 1 else f"{float(rate):.3f}".rstrip("0")


def _other_count(timeline: Timeline, clock: Clock) -> str:
    """In what the two count otherwise."""
    same = nominal(timeline.rate) == nominal(clock.rate) if timeline.nominal else timeline.rate == clock.rate
    if not same:
        source = " (the production's fps: a list states none)" if timeline.nominal else ""
        pace = f"{timeline.name} counts {fps(timeline.rate)} frames a second{source}"
        return f"{pace}, the master {fps(clock.rate)}"
    if timeline.drop is not None and timeline.drop != clock.drop:
        of_list, of_master = ("drop-frame", "not") if timeline.drop else ("non-drop", "drop-frame")
        return f"{timeline.name} counts {of_list}, the master {of_master}"
    return ""


def _other_start(timeline: Timeline, clock: Clock) -> Iterator[str]:
    if timeline.whole and timeline.start is not None and timeline.start != clock.start:
        begins = clock.label(timeline.start - clock.start)
        yield f"{timeline.name} begins at {begins}, the master at {clock.label(0)}"


def _moved(event: Event, timeline: Timeline, clock: Clock, origin: int) -> Event:
    """The event with the master's frames instead of the record's."""
    by = origin + (0 if timeline.start is None else timeline.start - clock.start)
    return replace(event, first=event.first + by, last=event.last + by)


def _outside(timeline: Timeline, events: Sequence[Event], frames: Range) -> Iterator[str]:
    early = min(events, key=lambda event: event.first)
    late = max(events, key=lambda event: event.last)
    if early.first < frames[0]:
        by = frames[0] - early.first
        yield f"event {early.number} of {timeline.name} begins {_count(by)} before the master does"
    if late.last > frames[1]:
        by = late.last - frames[1]
        yield f"event {late.number} of {timeline.name} ends {_count(by)} after the master does"


def _other_length(placed: Sequence[Sequence[Event]], frames: Range) -> Iterator[str]:
    """Frames that the master has at its ends and no event; gaps between events explain as many, no more."""
    filled = Frames.of(*((event.first, event.last) for events in placed for event in events))
    head, tail = filled.ranges[0][0] - frames[0], frames[1] - filled.ranges[-1][1]
    gaps = sum(after[0] - before[1] - 1 for before, after in itertools.pairwise(filled.ranges))
    if head + tail > gaps:
        between = f"only {_count(gaps)}" if gaps else "nothing"
        yield (
            f"the master has {_count(head)} before the first event and {_count(tail)} after the last one, "
            f"while {between} is left out between events"
        )


def _count(frames: int) -> str:
    return f"{frames} frame{'' if frames == 1 else 's'}"


def _cut(timelines: Sequence[ReelTimeline], placed: Sequence[Sequence[Event]], codes: Collection[str]) -> Cut:
    shown = [
        (event, conformed.timeline)
        for conformed, events in zip(timelines, placed, strict=True)
        for event in events
        if event.fills
    ]
    shown.sort(key=lambda pair: (pair[0].first, pair[0].last, pair[1].name, pair[0].number, pair[0].names))
    layers, depth = _layered([event for event, _ in shown])
    pieces = [
        CutPiece(event, timeline.name, (event.first, event.last), layer, _called(event))
        for (event, timeline), layer in zip(shown, layers, strict=True)
    ]
    known = _names(pieces, {conformed.timeline.name: conformed.timeline.capitals for conformed in timelines})
    for code in sorted(codes, key=lambda code: (len(code), code)):  # the longest code that fits is the shot's own
        for names in known:
            for index in names.with_shot(nfc(code)):
                pieces[index] = replace(pieces[index], called=code)
    rows = tuple(
        tuple(i for i, piece in enumerate(pieces) if piece.layer == layer) for layer in range(len(depth.bands))
    )
    return Cut(
        depth,
        tuple(pieces),
        _reels(timelines, placed),
        tuple(conformed.timeline.name for conformed in timelines),
        known,
        rows,
    )


def _layered(events: Sequence[Event]) -> tuple[list[int], Layers]:
    """For each event the lowest layer that is free, and what layers there are. The events come in order."""
    free: list[int] = []
    busy: list[tuple[int, int]] = []
    given: list[int] = []
    bands: list[list[Range]] = []
    for event in events:
        while busy and busy[0][0] < event.first:
            heapq.heappush(free, heapq.heappop(busy)[1])
        layer = heapq.heappop(free) if free else len(bands)
        if layer == len(bands):
            bands.append([])
        bands[layer].append((event.first, event.last))
        heapq.heappush(busy, (event.last, layer))
        given.append(layer)
    filled = [Frames.of(*band) for band in bands]
    lowest = filled[0] if filled else NOTHING
    return given, Layers((lowest | (EVERYTHING - union(filled)), *filled[1:]))


def _names(pieces: Sequence[CutPiece], capitals: Mapping[str, bool]) -> tuple[_Names, ...]:
    """The names of all pieces, those of lists that are written in capitals apart."""
    by_mode = []
    for mode in (False, True):
        names: dict[int, tuple[str, ...]] = {}
        tokens: dict[str, dict[int, None]] = {}
        for index, piece in enumerate(pieces):
            if capitals[piece.source] is mode:
                names[index] = tuple(_as(nfc(name).replace("\\", "/"), mode) for name in piece.event.names)
                for token in (token for name in names[index] for token in _TOKEN.findall(name)):
                    tokens.setdefault(token, {})[index] = None
        by_mode.append(_Names(mode, names, {token: tuple(at) for token, at in tokens.items()}))
    return tuple(by_mode)


def _reels(timelines: Sequence[ReelTimeline], placed: Sequence[Sequence[Event]]) -> dict[str, Frames]:
    """What each reel is of the master: all of it, where there is one, else from its first event to its last."""
    if len({conformed.reel for conformed in timelines}) == 1:
        return {nfc(conformed.reel): EVERYTHING for conformed in timelines if conformed.reel}
    reels: dict[str, Frames] = {}
    for conformed, events in zip(timelines, placed, strict=True):
        if conformed.reel:
            span = (min(event.first for event in events), max(event.last for event in events))
            reels[nfc(conformed.reel)] = reels.get(nfc(conformed.reel), NOTHING) | Frames.of(span)
    return reels


def _called(event: Event) -> str:
    """What reports call an event's shot where no paper does: a code it is marked with, else its clip or file."""
    file = PurePosixPath(event.file.replace("\\", "/")).name
    name = next(filter(None, (*event.labels, event.clip, file, event.reel)), f"event {event.number}")
    return name if name in event.labels else _ENDING.sub("", name)


def _as(name: str, capitals: bool) -> str:
    return name.upper() if capitals else name


def _at(piece: CutPiece, layers: Layers) -> Range:
    (held,) = layers.at(piece.layer, Frames.of(piece.frames))
    return held
