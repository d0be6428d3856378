"""The rows of a report: one asset, what was seen in it and how that was judged, as `model` lists their keys.

Pure. It names frames by the asset's clock and puts keys in the order of the document, and adds nothing.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, TypeVar, cast

from detectors.observation import Json, Observation, Span, shorten
from scanner.drop.assets import Asset, Refused
from scanner.examination import Extraction, Heard, Looked, MediaFacts, PictureValues, Problem
from scanner.report import model
from scanner.report.text import storable
from scanner.seen import MATCH_FACTS_IN_ORDER, EvidencePicture, SeenAsset, SeenPart
from scanner.spans import heard_facts, span_facts
from scanner.terms.findings import AssetJudgement, Decision, Finding
from scanner.terms.reasons import Reason
from scanner.timecode import Clock

_T = TypeVar("_T")

FACTS_IN_ORDER = (
    *("status", "trust_list", "signer", "signed_at", "generator", "failure_codes", "ingredient_failure_codes"),
    *("manifests", "remote_url", "redactions", "source", "chain"),
    *("organisation", "common_name", "not_before", "not_after"),
    *("basis", "depth", "relationship", "action", "digital_source_type", "agent"),
    *MATCH_FACTS_IN_ORDER,
    "ancestor",
    *("first_frame", "last_frame", "in", "out", "start", "end", "edge_frames"),
)
"""The order of the keys of facts, for all detectors at once; keys that aren't named here follow by the alphabet."""
_RANK = {key: place for place, key in enumerate(FACTS_IN_ORDER)}


@dataclass(frozen=True, slots=True)
class FrameLabels:
    """How the frames of one asset are named: by its clock, its first frame having the number `origin`.

    `heard`: it is sound alone, and they are milliseconds.
    """

    clock: Clock | None = None
    origin: int = 0
    heard: bool = False

    def span(self, span: Span | None) -> model.SpanRow | None:
        """The span as the report has it; None for all of an asset."""
        if span is None:
            return None
        row = heard_facts(span) if self.heard else span_facts(span, self.clock, origin=self.origin)
        return cast("model.SpanRow", row)

    def label(self, frame: int | None) -> str | None:
        """The timecode of a frame; None where it has none."""
        return self.clock.label(frame - self.origin) if self.clock and frame is not None else None


def asset_row(result: SeenAsset, judged: AssetJudgement, pictures: Sequence[EvidencePicture]) -> model.AssetRow:
    """One asset as the report has it."""
    labels = _labels_of(result)
    row = {
        **seen_row(result),
        "stage": result.stage,
        "verdict": judged.verdict.value,
        "findings": [finding_row(finding, labels[finding.part or ""]) for finding in judged.findings],
        "pictures": [_picture_row(picture, labels[picture.part]) for picture in pictures],
    }
    return cast("model.AssetRow", _in_order_of_assets(row))


def seen_row(result: SeenAsset) -> model.SeenRow:
    """What is true of an asset before anybody judges it."""
    labels = _labels_of(result)
    asset = result.asset if isinstance(result.asset, Asset) else Asset(result.path, ())
    extraction = result.extraction or Extraction(result.kind)
    row: model.SeenRow = {
        "path": asset.path,
        "kind": result.kind,
        "frames": list(asset.frames) if asset.frames else None,
        "missing": list(asset.missing),
        "sha256": result.sha256,
        "bytes": asset.bytes,
        "media": _row_of(model.MediaRow, extraction.media),
        "looked": _row_of(model.LookedRow, extraction.looked),
        "fingerprints": _row_of(model.FingerprintsRow, extraction.values),
        "examined": result.examined,
        "problems": _problem_rows(result),
        "parts": [_part_row(part) for part in result.parts],
        "observations": [
            _observation_row(index, observation, labels[observation.part])
            for index, observation in enumerate(result.observations)
        ],
    }
    if not asset.missing:
        del row["missing"]
    heard = _row_of(model.HeardRow, extraction.heard)
    if heard:
        row["heard"] = heard
    return cast("model.SeenRow", _in_order_of_assets({**row}))


def _in_order_of_assets(row: Mapping[str, Any]) -> dict[str, Any]:
    return {key: row[key] for key in model.ASSET_KEYS if key in row}


def _labels_of(result: SeenAsset) -> Mapping[str, FrameLabels]:
    """How the frames of an asset are named, by the empty text, and those of its parts, by their ids."""
    parts = {part.part.id: FrameLabels(part.clock, heard=part.part.kind == "audio") for part in result.parts}
    return {"": FrameLabels(result.clock, result.origin, heard=result.kind == "audio"), **parts}


def _part_row(seen: SeenPart) -> model.PartRow:
    part, extraction = seen.part, seen.extraction or Extraction(seen.part.kind)
    return {
        "id": part.id,
        "kind": part.kind,
        "where": part.where,
        "format": part.format,
        "sha256": part.sha256 or None,
        "bytes": part.size,
        "frames": part.frames,
        "shown": part.shown,
        "media": _row_of(model.MediaRow, extraction.media),
        "looked": _row_of(model.LookedRow, extraction.looked),
        "examined": seen.examined,
        "problems": [problem_row(problem) for problem in seen.problems],
        "harmless": part.harmless or None,
    }


def _problem_rows(result: SeenAsset) -> list[model.ProblemRow]:
    refused = (Problem(Reason.SCAN_REFUSED, result.asset.why),) if isinstance(result.asset, Refused) else ()
    extracted = result.extraction.problems if result.extraction else ()
    return [problem_row(problem) for problem in dict.fromkeys((*refused, *extracted, *result.problems))]


def problem_row(problem: Problem) -> model.ProblemRow:
    """A problem as the report has it."""
    return {"code": problem.code.value, "message": problem.message}


def _observation_row(index: int, observation: Observation, labels: FrameLabels) -> model.ObservationRow:
    return {
        "id": _observation_id(index),
        "detector": observation.detector,
        "rule": observation.rule,
        "kind": observation.kind.value,
        "claim": observation.claim.value if observation.claim else None,
        "strength": observation.strength.value,
        "generator": observation.generator,
        "span": labels.span(observation.span),
        "where": observation.where,
        "value": shorten(storable(observation.value)),
        "source": observation.source,
        "facts": {key: _in_fact_order(observation.facts[key]) for key in sorted(observation.facts, key=_fact_place)},
        "suspect": observation.suspect,
        "part": observation.part or None,
    }


def finding_row(finding: Finding, labels: FrameLabels) -> model.FindingRow:
    """A finding as the report has it; of no asset, it has no frames to name."""
    return {
        "id": finding.id,
        "reason": finding.reason.value,
        "verdict": finding.verdict.value,
        "span": labels.span(finding.span),
        "shot": finding.shot,
        "observations": [_observation_id(index) for index in finding.observations],
        "declaration": finding.declaration,
        "approval": finding.approval,
        "principles": list(finding.principles),
        "message": finding.message,
        "remedy": finding.remedy,
        "decision": _row_of(model.DecisionRow, finding.decision),
        "part": finding.part,
    }


def _picture_row(picture: EvidencePicture, labels: FrameLabels) -> model.PictureRow:
    return {
        "file": picture.file,
        "frame": picture.frame,
        "timecode": labels.label(picture.frame) if picture.reference is None else None,
        "observations": [_observation_id(index) for index in picture.observations],
        "reference": picture.reference,
        "ingredient": picture.ingredient,
        "part": picture.part or None,
    }


def _observation_id(index: int) -> str:
    return f"o{index + 1}"


def _in_fact_order(value: Json) -> Json:
    """The same facts with their keys in the order that reports keep, at every depth."""
    if isinstance(value, dict):
        return {key: _in_fact_order(value[key]) for key in sorted(value, key=_fact_place)}
    return [_in_fact_order(item) for item in value] if isinstance(value, list) else value


def _fact_place(key: str) -> tuple[int, str]:
    return _RANK.get(key, len(_RANK)), key


def _row_of(shape: type[_T], facts: MediaFacts | Looked | Heard | PictureValues | Decision | None) -> _T | None:
    if facts is None:
        return None
    return in_order(
        shape, {key: list(value) if isinstance(value, tuple) else value for key, value in asdict(facts).items()}
    )


def in_order(shape: type[_T], values: Mapping[str, Any]) -> _T:
    """The values as `shape` lists its keys, whatever order they came in."""
    return cast("_T", {key: values[key] for key in shape.__annotations__})
