"""Which frames a person should see, and their pictures: those that matched or were flagged, beside the reference.

Pictures are evidence for the page, never an input of a judgement. They are remembered like everything else, so that
a second scan decodes nothing to show them.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import TypeAlias

from detectors.observation import Kind, Observation
from scanner.catalogue import Catalogue
from scanner.drop.assets import Drop
from scanner.examination import Extraction
from scanner.media.asset.pictures import picture
from scanner.parts.drawn import evidence_picture
from scanner.run.looking.exact_ends import SOUND
from scanner.run.looking.examine import pieces
from scanner.run.looking.gather import Gathering
from scanner.run.looking.ingredients import draw_ingredients, ingredient_pictures
from scanner.run.looking.insides import BOUNDS, key_of
from scanner.run.looking.plan import EVIDENCE_VERSION, Unit
from scanner.run.looking.workers import Failure, Job, Workers
from scanner.seen import EvidencePicture, MatchFacts, SeenAsset

_AT_MOST = 6
"""Pictures an asset: a wall of them hides the one that matters."""
_TIMEOUT = 120.0
_PICTURED = frozenset({"video", "still", "sequence"})


ExtractedUnits: TypeAlias = Mapping[str, tuple[Unit, Extraction]]
"""Units and what was extracted from them, by path (a reference work: by its id)."""


@dataclass(frozen=True, slots=True)
class Frame:
    """One frame of one unit that is to be shown."""

    unit: Unit
    extraction: Extraction
    number: int | None


@dataclass(frozen=True, slots=True)
class _PictureRequest:
    frame: Frame
    observations: tuple[int, ...]
    reference: str | None = None
    part: str = ""


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
    units = {unit.asset.path: unit for unit in gathering.looked_at(drop)}
    requests = _picture_requests(results, extracted_units(units, gathering), extracted_units(works, gathering))
    frames = [request.frame for of_result in requests for request in of_result]
    gathering.unless_stopped(partial(_draw_missing, frames, catalogue, workers))
    results_with_units = [(result, units.get(result.asset.path)) for result in results]
    gathering.unless_stopped(partial(draw_ingredients, results_with_units, catalogue, workers))
    return _evidence_pictures(requests, results_with_units, catalogue)


def remembered_evidence(
    results: Sequence[SeenAsset], units: ExtractedUnits, works: ExtractedUnits, catalogue: Catalogue
) -> list[list[EvidencePicture]]:
    """What `gather_evidence` gives, as far as the pictures were drawn before; nothing is opened."""
    unit_of = {path: unit for path, (unit, _) in units.items()}
    results_with_units = [(result, unit_of.get(result.path)) for result in results]
    return _evidence_pictures(_picture_requests(results, units, works), results_with_units, catalogue)


def extracted_units(units: Mapping[str, Unit], gathering: Gathering) -> ExtractedUnits:
    """The units that were extracted, each with its extraction; the others are left out."""
    return {name: (unit, extraction) for name, unit in units.items() if (extraction := gathering.extraction(unit))}


def draw(frame: Frame) -> bytes:
    """The picture of one frame as JPEG, in a worker; empty where it can't be made."""
    unit = frame.unit
    if unit.drawn:
        return evidence_picture(pieces(unit), unit.drawn, BOUNDS, frame.number) or b""
    return picture(pieces(unit), frame.extraction, frame.number, unit.track, hidden=unit.hidden) or b""


def _picture_requests(
    results: Sequence[SeenAsset], units: ExtractedUnits, works: ExtractedUnits
) -> list[list[_PictureRequest]]:
    return [_requests_of_result(result, units, works) for result in results]


def _requests_of_result(result: SeenAsset, units: ExtractedUnits, works: ExtractedUnits) -> list[_PictureRequest]:
    requests: dict[tuple[str, int | None, str | None], _PictureRequest] = {}
    for index, observation in enumerate(result.observations):
        if observation.kind not in {Kind.AI, Kind.MATCH} or observation.detector == SOUND:
            continue
        unit, extraction = units.get(key_of(result.path, observation.part), (None, None))
        if unit is None or extraction is None or extraction.kind not in _PICTURED:
            continue
        for request in _requests_of_observation(index, observation, extraction, unit, works):
            key = (request.part, request.frame.number, request.reference)
            earlier = requests.get(key)
            requests[key] = replace(request, observations=(*earlier.observations, index)) if earlier else request
    return list(requests.values())[:_AT_MOST]


def _requests_of_observation(
    index: int, observation: Observation, extraction: Extraction, unit: Unit, works: ExtractedUnits
) -> Iterator[_PictureRequest]:
    for number in _frame_numbers(observation, extraction, unit):
        yield _PictureRequest(Frame(unit, extraction, number), (index,), part=observation.part)
    match = MatchFacts.from_json(observation.facts)
    if match.reference not in works:
        return
    work, work_seen = works[match.reference]
    if work_seen.kind in _PICTURED:
        number = None if work_seen.kind == "still" else match.shown_frame
        yield _PictureRequest(Frame(work, work_seen, number), (index,), match.reference, observation.part)


def _frame_numbers(observation: Observation, extraction: Extraction, unit: Unit) -> list[int | None]:
    """Which frames show an observation: the best one, where it is known; else the first of the span and its middle.

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
        if catalogue.picture(frame.unit.content, _stored_number(frame.number), EVIDENCE_VERSION) is None
    }
    for frame, jpeg in workers.run(draw, [Job(frame, _TIMEOUT) for frame in lacking.values()]):
        if not isinstance(jpeg, Failure):
            catalogue.keep_picture(frame.unit.content, _stored_number(frame.number), EVIDENCE_VERSION, jpeg)


def _evidence_pictures(
    requests: Sequence[Sequence[_PictureRequest]],
    results_with_units: Sequence[tuple[SeenAsset, Unit | None]],
    catalogue: Catalogue,
) -> list[list[EvidencePicture]]:
    """Frames of the assets and of references, then the ingredients that their credentials picture."""
    pictures = []
    for of_result, (result, unit) in zip(requests, results_with_units, strict=True):
        frames = [evidence for request in of_result if (evidence := _evidence_picture(request, catalogue))]
        pictures.append([*frames, *ingredient_pictures(result, unit, catalogue)])
    return pictures


def _evidence_picture(request: _PictureRequest, catalogue: Catalogue) -> EvidencePicture | None:
    jpeg = catalogue.picture(request.frame.unit.content, _stored_number(request.frame.number), EVIDENCE_VERSION)
    if not jpeg:
        return None
    return EvidencePicture(jpeg, request.frame.number, request.observations, request.reference, part=request.part)


def _stored_number(number: int | None) -> int:
    return -1 if number is None else number
