"""From a finished scan to the report: walk, results and judgement in, the document of `model` out.

Pure, and the only place that knows both sides. It adds nothing to what it is handed: it numbers, names frames and
counts. Assets stand in the order of their paths, whatever order they finished in.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, TypeAlias, TypeVar, cast

from detectors.material import AssetKind
from detectors.observation import Json, Observation, Span, shorten
from scanner.drop.assets import Asset, Drop, Refused
from scanner.drop.packages.compare import PackageFacts
from scanner.examination import Extraction, Heard, Looked, MediaFacts, PictureValues, Problem
from scanner.report import model, outcome, redaction
from scanner.report.text import storable
from scanner.spans import heard_facts, span_facts
from scanner.terms.findings import AssetJudgement, Decision, Finding, Judgement, Usage
from scanner.terms.reasons import Reason
from scanner.timecode import Clock

_T = TypeVar("_T")
StageFrom: TypeAlias = model.StageFrom

FACTS_IN_ORDER = (
    *("status", "trust_list", "signer", "signed_at", "generator", "failure_codes", "ingredient_failure_codes"),
    *("manifests", "remote_url", "redactions", "source", "chain"),
    *("organisation", "common_name", "not_before", "not_after"),
    *("basis", "depth", "relationship", "action", "digital_source_type", "agent"),
    *("reference", "title", "owner", "own", "medium", "level", "distance", "inliers", "false_match_rate", "algorithm"),
    *("reference_span", "speed", "mirrored", "turned", "transforms", "quad", "time_ambiguous", "ancestor"),
    *("first_frame", "last_frame", "in", "out", "start", "end", "edge_frames"),
)
"""The order of the keys of facts, for all detectors at once; keys that aren't named here follow by the alphabet."""
_RANK = {key: place for place, key in enumerate(FACTS_IN_ORDER)}


@dataclass(frozen=True, slots=True)
class AssetResult:
    """All that a scan learned about one asset, as it comes out of the examination and the matching.

    `sha256` is None where it couldn't be read; `examined` is False where something that should have been looked at
    wasn't. The problems are all there are, the extraction's too.
    """

    asset: Asset | Refused
    kind: AssetKind
    stage: str
    sha256: str | None
    extraction: Extraction | None
    observations: tuple[Observation, ...] = ()
    problems: tuple[Problem, ...] = ()
    examined: bool = True


@dataclass(frozen=True, slots=True)
class Picture:
    """One frame as a JPEG, kept as evidence for some of its asset's observations (by their index).

    `frame` counts as a span's frames do; None for a still. `reference`: the work it is a frame of, where it is shown
    beside the asset's own. `ingredient`: the title of an ingredient that it shows, as the asset's credential pictures
    it; empty where it has none.
    """

    jpeg: bytes
    frame: int | None
    observations: tuple[int, ...]
    reference: str | None = None
    ingredient: str | None = None

    @property
    def file(self) -> str:
        """Its name beside the report, which changes with its bytes."""
        return f"pictures/{hashlib.sha256(self.jpeg).hexdigest()[:16]}.jpg"


@dataclass(frozen=True, slots=True)
class RunFacts:
    """What is true of the run as a whole. Times are ISO 8601 in UTC, dates plain."""

    id: str
    started: str
    finished: str
    completed: bool
    version: str
    as_of: str
    delivered: str
    inputs: model.Inputs
    machine: model.Machine
    stage: str
    stage_from: StageFrom
    drop_digest: str
    degraded: tuple[model.Degraded, ...] = ()
    redacted: bool = False
    """What metadata says is left out; see `redaction`."""


@dataclass(frozen=True, slots=True)
class InspectionFacts:
    """What is true of the inspection of one file: the product's version, the day, and what the reading rests on."""

    version: str
    as_of: str
    trust: tuple[model.TrustInput, ...]
    detectors: tuple[model.DetectorInput, ...]
    degraded: tuple[model.Degraded, ...] = ()


def build(
    drop: Drop,
    results: Sequence[AssetResult],
    judgement: Judgement,
    run: RunFacts,
    pictures: Sequence[Sequence[Picture]] = (),
    packages: Sequence[PackageFacts] = (),
) -> model.Report:
    """The report. `judgement.assets` and `pictures` are in the order of `results`; no pictures at all may be given.

    Raises:
        ValueError: the judgement or the pictures are not of as many assets as the results.
    """
    if run.redacted:
        results, judgement = [_redacted(result) for result in results], _untold(judgement)
    rows = zip(results, judgement.assets, pictures or [()] * len(results), strict=True)
    assets = sorted((_asset(*row) for row in rows), key=lambda asset: asset["path"])
    findings = [_finding(finding, _Place()) for finding in judgement.findings]
    every = findings + [finding for asset in assets for finding in asset["findings"]]
    report: model.Report = {
        "schema": model.SCHEMA_ID,
        "run": _run(run),
        "drop": {"name": drop.name, "stage": run.stage, "stage_from": run.stage_from, "digest": run.drop_digest},
        "outcome": outcome.worst([asset["verdict"] for asset in assets] + [row["verdict"] for row in findings]),
        "complete": not any(map(outcome.owed, assets)),
        "counts": _counts(assets, every, skipped=len(drop.skipped)),
        "findings": findings,
        "skipped": [{"path": name.path, "why": name.why} for name in sorted(drop.skipped, key=lambda name: name.path)],
        "packages": [_package(package) for package in sorted(packages, key=lambda each: (each.path, each.kind))],
        "assets": assets,
        "declarations": [
            {"id": row.id, "assets": row.used_by, "problems": list(row.problems)} for row in judgement.declarations
        ],
        "approvals": _usage(judgement.approvals),
        "consents": _usage(judgement.consents),
        "licences": _usage(judgement.licences),
        "waivers": _usage(judgement.waivers),
        "confirmations": _usage(judgement.confirmations),
    }
    return cast("model.Report", _storable(report))


def inspection(result: AssetResult, run: InspectionFacts) -> model.Inspection:
    """What was seen in one file, without any judgement, in the words of a report."""
    document: model.Inspection = {
        "schema": model.INSPECTION_ID,
        "version": run.version,
        "as_of": run.as_of,
        "trust": [_trust(row) for row in run.trust],
        "detectors": [_in_order(model.DetectorInput, row) for row in run.detectors],
        "degraded": [_in_order(model.Degraded, row) for row in run.degraded],
        "file": _seen(result, _place(result)),
    }
    return cast("model.Inspection", _storable(document))


def _run(run: RunFacts) -> model.RunRow:
    given = run.inputs
    inputs: model.Inputs = {
        "policy": _in_order(model.PolicyInput, given["policy"]),
        "declarations": [_in_order(model.FileInput, row) for row in given["declarations"]],
        "references": [_references(row) for row in given["references"]],
        "ledger": _in_order(model.LedgerInput, given["ledger"]) if given["ledger"] else None,
        "trust": [_trust(row) for row in given["trust"]],
        "rules": given["rules"],
        "detectors": [_in_order(model.DetectorInput, row) for row in given["detectors"]],
    }
    row: model.RunRow = {
        "id": run.id,
        "started": run.started,
        "finished": run.finished,
        "completed": run.completed,
        "version": run.version,
        "as_of": run.as_of,
        "delivered": run.delivered,
        "inputs": inputs,
        "machine": _in_order(model.Machine, run.machine),
        "degraded": [_in_order(model.Degraded, row) for row in run.degraded],
    }
    if run.redacted:
        row["redacted"] = True
    return row


def _redacted(result: AssetResult) -> AssetResult:
    return replace(result, observations=tuple(redaction.of_observation(seen) for seen in result.observations))


def _untold(judgement: Judgement) -> Judgement:
    assets = (
        replace(asset, findings=tuple(redaction.of_finding(each) for each in asset.findings))
        for asset in judgement.assets
    )
    return replace(judgement, assets=tuple(assets))


def _trust(given: model.TrustInput) -> model.TrustInput:
    return {
        "name": given["name"],
        "sha256": given["sha256"],
        "issued": given["issued"],
        "issuer": given.get("issuer"),
    }


def _references(given: model.ReferencesInput) -> model.ReferencesInput:
    return {
        "name": given["name"],
        "digest": given["digest"],
        "entries": given["entries"],
        "unusable": [_in_order(model.UnusableWork, row) for row in given.get("unusable", ())],
    }


def _asset(result: AssetResult, judged: AssetJudgement, pictures: Sequence[Picture]) -> model.AssetRow:
    place = _place(result)
    row = {
        **_seen(result, place),
        "stage": result.stage,
        "verdict": judged.verdict.value,
        "findings": [_finding(finding, place) for finding in judged.findings],
        "pictures": [_picture(picture, place) for picture in pictures],
    }
    return cast("model.AssetRow", {key: row[key] for key in model.AssetRow.__annotations__ if key in row})


def _seen(result: AssetResult, place: "_Place") -> model.SeenRow:
    """What is true of an asset before anybody judges it."""
    asset, extraction = result.asset, result.extraction or Extraction(result.kind)
    whole = asset if isinstance(asset, Asset) else Asset(asset.path, ())
    row: model.SeenRow = {
        "path": whole.path,
        "kind": result.kind,
        "frames": list(whole.frames) if whole.frames else None,
        "missing": list(whole.missing),
        "sha256": result.sha256,
        "bytes": whole.bytes,
        "media": _plain(model.MediaRow, extraction.media),
        "looked": _plain(model.LookedRow, extraction.looked),
        "fingerprints": _plain(model.FingerprintsRow, extraction.values),
        "examined": result.examined,
        "problems": _problems(result),
        "observations": [_observation(i, seen, place) for i, seen in enumerate(result.observations)],
    }
    if not whole.missing:
        del row["missing"]
    heard = _plain(model.HeardRow, extraction.heard)
    if heard:
        row["heard"] = heard
    values: dict[str, Any] = {**row}
    return cast("model.SeenRow", {key: values[key] for key in model.SeenRow.__annotations__ if key in values})


def _place(result: AssetResult) -> "_Place":
    media = result.extraction.media if result.extraction else None
    frames = result.asset.frames if isinstance(result.asset, Asset) else None
    return _Place(media.clock() if media else None, frames[0] if frames else 0, heard=result.kind == "audio")


def _problems(result: AssetResult) -> list[model.ProblemRow]:
    refused = (Problem(Reason.SCAN_REFUSED, result.asset.why),) if isinstance(result.asset, Refused) else ()
    extracted = result.extraction.problems if result.extraction else ()
    return [_problem(problem) for problem in dict.fromkeys((*refused, *extracted, *result.problems))]


def _problem(problem: Problem) -> model.ProblemRow:
    return {"code": problem.code.value, "message": problem.message}


def _package(package: PackageFacts) -> model.PackageRow:
    return {
        "path": package.path,
        "kind": package.kind,
        "members": package.members,
        "problems": [_problem(problem) for problem in package.problems],
    }


def _observation(index: int, seen: Observation, place: "_Place") -> model.ObservationRow:
    return {
        "id": _observation_id(index),
        "detector": seen.detector,
        "rule": seen.rule,
        "kind": seen.kind.value,
        "claim": seen.claim.value if seen.claim else None,
        "strength": seen.strength.value,
        "generator": seen.generator,
        "span": place.span(seen.span),
        "where": seen.where,
        "value": shorten(storable(seen.value)),
        "source": seen.source,
        "facts": {key: _facts(seen.facts[key]) for key in sorted(seen.facts, key=_fact_place)},
        "suspect": seen.suspect,
    }


def _finding(finding: Finding, place: "_Place") -> model.FindingRow:
    return {
        "id": finding.id,
        "reason": finding.reason.value,
        "verdict": finding.verdict.value,
        "span": place.span(finding.span),
        "shot": finding.shot,
        "observations": [_observation_id(index) for index in finding.observations],
        "declaration": finding.declaration,
        "approval": finding.approval,
        "principles": list(finding.principles),
        "message": finding.message,
        "remedy": finding.remedy,
        "decision": _plain(model.Decision, finding.decision),
    }


def _picture(picture: Picture, place: "_Place") -> model.PictureRow:
    return {
        "file": picture.file,
        "frame": picture.frame,
        "timecode": place.label(picture.frame) if picture.reference is None else None,
        "observations": [_observation_id(index) for index in picture.observations],
        "reference": picture.reference,
        "ingredient": picture.ingredient,
    }


@dataclass(frozen=True, slots=True)
class _Place:
    """How the frames of one asset are named: by its clock, its first frame having the number `origin`.

    `heard`: it is sound alone, and they are milliseconds.
    """

    clock: Clock | None = None
    origin: int = 0
    heard: bool = False

    def span(self, span: Span | None) -> model.SpanRow | None:
        if span is None:
            return None
        told = heard_facts(span) if self.heard else span_facts(span, self.clock, origin=self.origin)
        return cast("model.SpanRow", told)

    def label(self, frame: int | None) -> str | None:
        return self.clock.label(frame - self.origin) if self.clock and frame is not None else None


def _observation_id(index: int) -> str:
    return f"o{index + 1}"


def _facts(value: Json) -> Json:
    """The same facts with their keys in the order that reports keep, at every depth."""
    if isinstance(value, dict):
        return {key: _facts(value[key]) for key in sorted(value, key=_fact_place)}
    return [_facts(item) for item in value] if isinstance(value, list) else value


def _fact_place(key: str) -> tuple[int, str]:
    return _RANK.get(key, len(_RANK)), key


def _counts(assets: Sequence[model.AssetRow], findings: Sequence[model.FindingRow], *, skipped: int) -> model.Counts:
    verdicts = [finding["verdict"] for finding in findings]
    decisions = [finding["decision"] for finding in findings]
    return {
        "assets": len(assets),
        "examined": sum(asset["examined"] for asset in assets),
        "skipped": skipped,
        "findings": len(findings),
        "waived": sum(decision is not None and decision["kind"] == "waived" for decision in decisions),
        "fail": verdicts.count("fail"),
        "review": verdicts.count("review"),
        "info": verdicts.count("info"),
        "pass": verdicts.count("pass"),
    }


def _plain(shape: type[_T], facts: MediaFacts | Looked | Heard | PictureValues | Decision | None) -> _T | None:
    if facts is None:
        return None
    return _in_order(
        shape, {key: list(value) if isinstance(value, tuple) else value for key, value in asdict(facts).items()}
    )


def _usage(rows: Sequence[Usage]) -> list[model.PaperUsage]:
    return [{"id": row.id, "used_by": row.used_by, "problems": list(row.problems)} for row in rows]


def _in_order(shape: type[_T], values: Mapping[str, Any]) -> _T:
    """The values as `shape` lists its keys, whatever order they came in."""
    return cast("_T", {key: values[key] for key in shape.__annotations__})


def _storable(value: object) -> object:
    """The document with every text in it fit to store."""
    if isinstance(value, str):
        return storable(str(value))  # an enum's value, not the enum
    if isinstance(value, dict):
        return {storable(key): _storable(item) for key, item in value.items()}
    return [_storable(item) for item in value] if isinstance(value, list) else value
