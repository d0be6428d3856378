"""Which frames a person should see, and their pictures: those that matched or were flagged, beside the reference.

Pictures are evidence for the page, never an input of a judgement. They are remembered like everything else, so that
a second scan decodes nothing to show them.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TypeAlias

from detectors.observation import Kind, Observation
from scanner.catalogue import Catalogue
from scanner.drop.assets import Drop
from scanner.examination import Extraction
from scanner.media.asset.pictures import picture
from scanner.run.looking.exact_ends import SOUND
from scanner.run.looking.examine import pieces
from scanner.run.looking.gather import Gathering
from scanner.run.looking.ingredients import draw_ingredients, ingredient_pictures
from scanner.run.looking.plan import EVIDENCE_VERSION, Unit
from scanner.run.looking.workers import Failure, Job, Workers
from scanner.seen import EvidencePicture, MatchFacts, SeenAsset

_AT_MOST = 6
"""Pictures an asset: a wall of them hides the one that matters."""
_TIMEOUT = 120.0


ExtractedUnits: TypeAlias = Mapping[str, tuple[Unit, Extraction]]
"""Units and what was extracted from them, by path (a reference work: by its id)."""


@dataclass(frozen=True, slots=True)
class Frame:
    """One frame of one unit that is to be shown."""

    unit: Unit
    extraction: Extraction
    number: int | None


@dataclass(frozen=True, slots=True)
class _Wanted:
    frame: Frame
    observations: tuple[int, ...]
    reference: str | None = None


def gather_evidence(
    drop: Drop,
    works: Mapping[str, Unit],
    results: Sequence[SeenAsset],
    gathering: Gathering,
    catalogue: Catalogue,
    workers: Workers,
) -> list[list[EvidencePicture]]:
    """The pictures of each result, in the order of `results`; what can't be drawn is left out.

    `works`: the media of reference works by their ids, as far as they are there.
    """
    units = {unit.asset.path: unit for unit in gathering.units(drop)}
    wanted = _wanted(results, known(units, gathering), known(works, gathering))
    frames = [want.frame for wants in wanted for want in wants]
    gathering.unless_stopped(partial(_draw_missing, frames, catalogue, workers))
    seen = [(result, units.get(result.asset.path)) for result in results]
    gathering.unless_stopped(partial(draw_ingredients, seen, catalogue, workers))
    return _shown(wanted, seen, catalogue)


def remembered_evidence(
    results: Sequence[SeenAsset], units: ExtractedUnits, works: ExtractedUnits, catalogue: Catalogue
) -> list[list[EvidencePicture]]:
    """The same, as far as the pictures were drawn before; nothing is opened."""
    seen = [(result, units[result.asset.path][0] if result.asset.path in units else None) for result in results]
    return _shown(_wanted(results, units, works), seen, catalogue)


def known(units: Mapping[str, Unit], gathering: Gathering) -> ExtractedUnits:
    """The units whose extraction is there."""
    return {name: (unit, seen) for name, unit in units.items() if (seen := gathering.extraction(unit))}


def draw(frame: Frame) -> bytes:
    """The picture of one frame as JPEG, in a worker; empty where it can't be made."""
    return picture(pieces(frame.unit), frame.extraction, frame.number) or b""


def _wanted(results: Sequence[SeenAsset], units: ExtractedUnits, works: ExtractedUnits) -> list[list[_Wanted]]:
    return [
        _of_result(result, units[result.asset.path][0], works) if result.asset.path in units else []
        for result in results
    ]


def _of_result(result: SeenAsset, unit: Unit, works: ExtractedUnits) -> list[_Wanted]:
    if result.extraction is None or result.kind not in {"video", "still", "sequence"}:
        return []
    wants: dict[tuple[int | None, str | None], _Wanted] = {}
    for index, observation in enumerate(result.observations):
        if observation.kind not in {Kind.AI, Kind.MATCH} or observation.detector == SOUND:
            continue
        for want in _of_observation(index, observation, result.extraction, unit, works):
            key = (want.frame.number, want.reference)
            known = wants.get(key)
            wants[key] = _Wanted(want.frame, (*known.observations, index), want.reference) if known else want
    return list(wants.values())[:_AT_MOST]


def _of_observation(
    index: int, observation: Observation, extraction: Extraction, unit: Unit, works: ExtractedUnits
) -> Iterator[_Wanted]:
    for number in _numbers(observation, extraction, unit):
        yield _Wanted(Frame(unit, extraction, number), (index,))
    match = MatchFacts.from_json(observation.facts)
    if match.reference not in works:
        return
    work, work_seen = works[match.reference]
    if work_seen.kind in {"video", "still", "sequence"}:
        number = None if work_seen.kind == "still" else match.shown_frame
        yield _Wanted(Frame(work, work_seen, number), (index,), match.reference)


def _numbers(observation: Observation, extraction: Extraction, unit: Unit) -> list[int | None]:
    """The frame that shows it best, where that is known; else the first of the span and the one in its middle.

    Of a movie that was marked as a whole it is the middle.
    """
    if extraction.kind == "still":
        return [None]
    span, best = observation.span, MatchFacts.from_json(observation.facts).best_frame
    if best is not None:
        return [best]
    if span:
        middle = (span.first_frame + span.last_frame) // 2
        present = [member.number for member in unit.asset.members if member.number is not None]
        if present:  # a sequence may have gaps: the nearest member that is there
            middle = min(present, key=lambda number: (abs(number - middle), number))
        return list(dict.fromkeys((span.first_frame, middle)))
    if unit.asset.frames:
        return [unit.asset.frames[0]]
    length = (extraction.looked.of or 0) if extraction.looked else 0
    return [length // 2] if length else []


def _draw_missing(frames: Sequence[Frame], catalogue: Catalogue, workers: Workers) -> None:
    lacking = {
        (frame.unit.content, frame.number): frame
        for frame in frames
        if catalogue.picture(frame.unit.content, _stored(frame.number), EVIDENCE_VERSION) is None
    }
    for frame, drawn in workers.run(draw, [Job(frame, _TIMEOUT) for frame in lacking.values()]):
        if not isinstance(drawn, Failure):
            catalogue.keep_picture(frame.unit.content, _stored(frame.number), EVIDENCE_VERSION, drawn)


def _shown(
    wanted: Sequence[Sequence[_Wanted]], seen: Sequence[tuple[SeenAsset, Unit | None]], catalogue: Catalogue
) -> list[list[EvidencePicture]]:
    """Frames of the assets and of references, then the ingredients that their credentials picture."""
    return [
        [
            *(shown for want in wants for shown in _picture(want, catalogue)),
            *ingredient_pictures(result, unit, catalogue),
        ]
        for wants, (result, unit) in zip(wanted, seen, strict=True)
    ]


def _picture(want: _Wanted, catalogue: Catalogue) -> Iterator[EvidencePicture]:
    jpeg = catalogue.picture(want.frame.unit.content, _stored(want.frame.number), EVIDENCE_VERSION)
    if jpeg:
        yield EvidencePicture(jpeg, want.frame.number, want.observations, want.reference)


def _stored(number: int | None) -> int:
    return -1 if number is None else number
