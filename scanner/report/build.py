"""From a finished scan to the report: walk, results and judgement in, the document of `model` out.

Pure, and the only place that knows both sides. It adds nothing to what it is handed: it numbers, names frames and
counts. Assets stand in the order of their paths, whatever order they finished in.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import cast

from scanner.drop.assets import Drop, Skipped
from scanner.drop.packages.compare import PackageFacts
from scanner.report import model, outcome, redaction
from scanner.report.asset_rows import FrameLabels, asset_row, finding_row, in_order, problem_row, seen_row
from scanner.report.text import storable
from scanner.seen import EvidencePicture, SeenAsset
from scanner.terms.findings import Judgement, Usage


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
    stage_from: model.StageFrom
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
    results: Sequence[SeenAsset],
    judgement: Judgement,
    run: RunFacts,
    pictures: Sequence[Sequence[EvidencePicture]] = (),
    packages: Sequence[PackageFacts] = (),
) -> model.Report:
    """The report. `judgement.assets` and `pictures` are in the order of `results`; no pictures at all may be given.

    Raises:
        ValueError: the judgement or the pictures are not of as many assets as the results.
    """
    if run.redacted:
        results, judgement = [_redacted_asset(result) for result in results], _redacted_judgement(judgement)
    rows = zip(results, judgement.assets, pictures or [()] * len(results), strict=True)
    assets = sorted((asset_row(*row) for row in rows), key=lambda asset: asset["path"])
    findings = [finding_row(finding, FrameLabels()) for finding in judgement.findings]
    all_findings = findings + [finding for asset in assets for finding in asset["findings"]]
    report: model.Report = {
        "schema": model.SCHEMA_ID,
        "run": _run_row(run),
        "drop": {"name": drop.name, "stage": run.stage, "stage_from": run.stage_from, "digest": run.drop_digest},
        "outcome": outcome.worst([asset["verdict"] for asset in assets] + [row["verdict"] for row in findings]),
        "complete": not any(map(outcome.lacks_examination, assets)),
        "counts": _counts(assets, all_findings, skipped=len(drop.skipped)),
        "findings": findings,
        "skipped": [_skipped_row(name) for name in sorted(drop.skipped, key=lambda name: name.path)],
        "packages": [
            _package_row(package) for package in sorted(packages, key=lambda package: (package.path, package.kind))
        ],
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


def inspection(result: SeenAsset, run: InspectionFacts) -> model.Inspection:
    """What was seen in one file, without any judgement, in the words of a report."""
    document: model.Inspection = {
        "schema": model.INSPECTION_ID,
        "version": run.version,
        "as_of": run.as_of,
        "trust": [_trust_row(row) for row in run.trust],
        "detectors": [in_order(model.DetectorInput, row) for row in run.detectors],
        "degraded": [in_order(model.Degraded, row) for row in run.degraded],
        "file": seen_row(result),
    }
    return cast("model.Inspection", _storable(document))


def _run_row(run: RunFacts) -> model.RunRow:
    unordered = run.inputs
    inputs: model.Inputs = {
        "policy": in_order(model.PolicyInput, unordered["policy"]),
        "declarations": [in_order(model.FileInput, row) for row in unordered["declarations"]],
        "references": [_references_row(row) for row in unordered["references"]],
        "ledger": in_order(model.LedgerInput, unordered["ledger"]) if unordered["ledger"] else None,
        "trust": [_trust_row(row) for row in unordered["trust"]],
        "rules": unordered["rules"],
        "detectors": [in_order(model.DetectorInput, row) for row in unordered["detectors"]],
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
        "machine": in_order(model.Machine, run.machine),
        "degraded": [in_order(model.Degraded, row) for row in run.degraded],
    }
    if run.redacted:
        row["redacted"] = True
    return row


def _redacted_asset(result: SeenAsset) -> SeenAsset:
    return replace(
        result, observations=tuple(redaction.of_observation(observation) for observation in result.observations)
    )


def _redacted_judgement(judgement: Judgement) -> Judgement:
    assets = (
        replace(asset, findings=tuple(redaction.of_finding(finding) for finding in asset.findings))
        for asset in judgement.assets
    )
    return replace(judgement, assets=tuple(assets))


def _trust_row(row: model.TrustInput) -> model.TrustInput:
    return {
        "name": row["name"],
        "sha256": row["sha256"],
        "issued": row["issued"],
        "issuer": row.get("issuer"),
    }


def _references_row(row: model.ReferencesInput) -> model.ReferencesInput:
    return {
        "name": row["name"],
        "digest": row["digest"],
        "entries": row["entries"],
        "unusable": [in_order(model.UnusableWork, work) for work in row.get("unusable", ())],
    }


def _skipped_row(name: Skipped) -> model.SkippedRow:
    row: model.SkippedRow = {"path": name.path, "why": name.why}
    if name.cause:
        row["cause"] = name.cause.value
    if name.sequence is not None:
        row["sequence"] = name.sequence
    return row


def _package_row(package: PackageFacts) -> model.PackageRow:
    return {
        "path": package.path,
        "kind": package.kind,
        "members": package.members,
        "problems": [problem_row(problem) for problem in package.problems],
    }


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
        "parts": sum(len(asset.get("parts", ())) for asset in assets),
        "parts_unexamined": sum(not part["examined"] for asset in assets for part in asset.get("parts", ())),
    }


def _usage(rows: Sequence[Usage]) -> list[model.PaperUsage]:
    return [{"id": row.id, "used_by": row.used_by, "problems": list(row.problems)} for row in rows]


def _storable(value: object) -> object:
    """The document with every text in it fit to store."""
    if isinstance(value, str):
        return storable(str(value))  # an enum's value, not the enum
    if isinstance(value, dict):
        return {storable(key): _storable(item) for key, item in value.items()}
    return [_storable(item) for item in value] if isinstance(value, list) else value
