"""The main job: walk, gather, match, judge, tell.

Read top to bottom, `scan` is what provscan does. The costly part is gathering, and it is remembered content by
content; everything after it works on what was remembered, so that a run that is stopped loses nothing it has seen.
"""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime

from detectors import DetectorSettings
from detectors.credentials.detector import as_of
from scanner import __version__
from scanner.catalogue import Catalogue
from scanner.clearance.judge import judge
from scanner.clearance.subject import Remark, Subject
from scanner.drop.assets import Asset, Drop, Refused
from scanner.drop.packages.compare import algorithms, compare
from scanner.drop.packages.index import Index
from scanner.drop.packages.reading import read_packages
from scanner.drop.walk import walk
from scanner.examination import UNEXAMINED, Extraction, Problem
from scanner.library.references import ReferenceLibrary, library_of
from scanner.report.build import AssetResult, RunFacts, build
from scanner.report.model import Report
from scanner.run.delivered import Delivered
from scanner.run.edges import Matched, match_drop
from scanner.run.evidence import gather_evidence
from scanner.run.examine import detectors_of, initialise
from scanner.run.gather import NOT_REACHED, Gathering, Watcher
from scanner.run.inputs import digest_of, inputs, machine
from scanner.run.order import Order
from scanner.run.plan import Unit
from scanner.run.workers import Workers


@dataclass(frozen=True, slots=True)
class Scan:
    """A finished scan: the report, and the pictures that lie beside it, by file name."""

    report: Report
    pictures: Mapping[str, bytes]
    interrupted: bool


def scan(order: Order, watcher: Watcher) -> Scan:
    """Scan one drop.

    Raises:
        ProvscanError: the run can't be carried out at all. What is wrong with single assets is in the report.
    """
    started = _now()
    here = machine(order.jobs)
    drop = walk(order.drop, include=order.include, exclude=order.exclude)
    index = Index(drop)
    packages = read_packages(index) if order.drop.is_dir() else []  # a file alone is no delivery to hold against
    shelves = [walk(folder) for folder in order.references]
    settings = DetectorSettings(trust=order.trust)
    detectors = detectors_of(settings)
    with Catalogue(order.cache) as catalogue, Workers(order.jobs, initialise, (settings,)) as workers:
        gathering = Gathering(catalogue, workers, detectors, order.effort)
        stated = algorithms(packages, index)
        gathering.gather(drop, shelves, watcher, stated, threads=order.jobs, reread=order.reread)
        listed = compare(packages, index, gathering.digests(drop))
        delivered = Delivered(listed, order.context.stage, order.stage_from)
        libraries = [_library(gathering, shelf) for shelf in shelves]
        matches = match_drop(drop, gathering, libraries, catalogue, workers)
        results = [_result(gathering, drop, asset, matches, delivered, order.context.as_of) for asset in drop.assets]
        results += [_refused(name, order.context.stage) for name in drop.refused]
        subjects = [_subject(result, delivered.remarks(result.asset.path)) for result in results]
        judgement = judge(subjects, order.paper, order.policy, order.context, delivered.absences())
        shown = gather_evidence(drop, shelves, results, gathering, catalogue, workers)
    facts = RunFacts(
        id=uuid.uuid4().hex,
        started=started,
        finished=_now(),
        completed=not gathering.interrupted,
        version=__version__,
        as_of=order.context.as_of.isoformat(),
        delivered=order.context.delivered.isoformat(),
        inputs=inputs(order, libraries, detectors),
        machine=here,
        stage=order.context.stage,
        stage_from=order.stage_from,
        drop_digest=digest_of(drop, gathering),
    )
    report = build(drop, results, judgement, facts, shown, listed.packages)
    return Scan(report, {one.file: one.jpeg for row in shown for one in row}, gathering.interrupted)


def _result(
    gathering: Gathering,
    drop: Drop,
    asset: Asset,
    matches: Mapping[str, Matched],
    delivered: Delivered,
    day: date,
) -> AssetResult:
    stage = delivered.stage_of(asset.path)
    identity = gathering.identity(drop, asset)
    unit = identity.unit if identity else None
    if not isinstance(unit, Unit):
        problem = unit.problem if unit else NOT_REACHED
        return AssetResult(asset, "other", stage, None, None, problems=(problem,), examined=False)
    extraction = gathering.extraction(unit)
    sightings = gathering.sightings(unit)
    seen = [sighting for sighting in sightings if sighting]
    problems = [problem for part in (extraction, *seen) if part for problem in part.problems]
    if extraction is None or len(seen) < len(sightings):
        problems.append(gathering.failure(unit))
    problems += delivered.hindrances(asset.path)
    observations = list(as_of((one for sighting in seen for one in sighting.observations), day))
    if extraction and (matched := matches.get(asset.path)):
        observations += matched.observations
        extraction = _looked_closer(extraction, matched.frames)
    return AssetResult(
        asset,
        extraction.kind if extraction else "other",
        stage,
        unit.content,
        extraction,
        tuple(observations),
        tuple(dict.fromkeys(problems)),
        examined=not any(problem.code in UNEXAMINED for problem in problems),
    )


def _looked_closer(extraction: Extraction, frames: int) -> Extraction:
    """The extraction, with the frames that were looked at for the sake of exact ends counted in."""
    if not extraction.looked:
        return extraction
    return replace(extraction, looked=replace(extraction.looked, frames=frames))


def _refused(name: Refused, stage: str) -> AssetResult:
    problem = Problem("scan.refused", name.why)
    return AssetResult(name, "other", stage, None, None, problems=(problem,), examined=False)


def _library(gathering: Gathering, shelf: Drop) -> ReferenceLibrary:
    items = []
    for unit in gathering.units(shelf):
        extraction = gathering.extraction(unit)
        if extraction:
            items.append((unit.asset.path, unit.content, extraction, gathering.fingerprints(unit)))
    return library_of(shelf.name, items)


def _subject(result: AssetResult, remarks: tuple[Remark, ...]) -> Subject:
    media = result.extraction.media if result.extraction else None
    sequence = result.asset.frames if isinstance(result.asset, Asset) else None
    length = _length(result.extraction)
    return Subject(
        path=result.asset.path,
        sha256=result.sha256 or "",
        kind=result.kind,
        stage=result.stage,
        is_sequence=sequence is not None,
        frames=sequence or ((0, length - 1) if length else None),
        clock=media.clock() if media else None,
        observations=result.observations,
        problems=result.problems,
        examined=result.examined,
        remarks=remarks,
    )


def _length(extraction: Extraction | None) -> int | None:
    """How many frames a movie has: those that were decoded, or what its container says where none were."""
    if extraction is None or extraction.kind != "video":
        return None
    stated = extraction.media.frame_count if extraction.media else None
    decoded = extraction.looked.frames if extraction.looked else 0
    return max(stated or 0, decoded) or None


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
