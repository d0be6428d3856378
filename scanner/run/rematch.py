"""Matching drops that were scanned earlier against the references of today, from the archive and without their media.

Each drop is judged anew with the policy, paper, stage and day of its scan, by the same steps as the scan itself; what
is new against the report of then is told apart. Nothing of a drop is opened: what a grid left out beside an end stays
left out, and the span says by how much its ends may be off.
"""

import difflib
import uuid
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import astuple, dataclass, replace
from datetime import date
from hashlib import sha256
from pathlib import Path

from detectors import DetectorSettings
from scanner import __version__
from scanner.catalogue import Catalogue
from scanner.catalogue.archive import Archive, ArchivedScan, ArchiveError, Key
from scanner.drop.assets import Asset
from scanner.errors import UsageError
from scanner.examination import Extraction
from scanner.library.references import ReferenceLibrary
from scanner.report.build import RunFacts, build
from scanner.report.changes import Changes, compare_reports
from scanner.report.model import Report
from scanner.report.outcome import CLEAR, FAILED, INCOMPLETE, REVIEW
from scanner.run.archiving import Archived, match_archived, take_out
from scanner.run.dossier import conclude
from scanner.run.grounds import Grounds
from scanner.run.inputs import machine, references
from scanner.run.looking.evidence_frames import ExtractedUnits, extracted_units, remembered_evidence
from scanner.run.looking.examine import initialise
from scanner.run.looking.gather import Gathering, Watcher
from scanner.run.looking.insides import key_of
from scanner.run.looking.plan import Unit
from scanner.run.looking.workers import Workers
from scanner.run.nothing import require_candidates, require_works
from scanner.run.order import RematchOrder
from scanner.run.references import open_references
from scanner.run.scan import now
from scanner.seen import SeenAsset


@dataclass(frozen=True, slots=True)
class Rematched:
    """One archived drop: its report of today and the pictures beside it, where that goes, and what is new in it.

    `incomplete`: why not all of it could be matched; empty where it was.
    """

    key: Key
    out: Path
    report: Report
    pictures: Mapping[str, bytes]
    changes: Changes
    incomplete: str = ""

    @property
    def code(self) -> int:
        """The exit code for this drop: 0 nothing new, 1 a new fail, 3 something new to review, 4 incomplete."""
        new = self.changes.worst_new
        if new == "fail":
            return FAILED
        return INCOMPLETE if self.incomplete else REVIEW if new == "review" else CLEAR


@dataclass(frozen=True, slots=True)
class Unreadable:
    """One archived drop that this version can't judge again, and why."""

    key: Key
    why: str
    code: int = INCOMPLETE


@dataclass(frozen=True, slots=True)
class _Basis:
    """What every drop is matched against. `works`: the media of reference works, as far as they are there."""

    libraries: tuple[ReferenceLibrary, ...]
    works: ExtractedUnits
    catalogue: Catalogue
    as_of: date | None
    threads: int


def rematch(order: RematchOrder, watcher: Watcher) -> Iterator[Rematched | Unreadable]:
    """Match every archived drop that is wanted, by their names; one at a time, since each holds all its prints.

    Raises:
        UsageError: no such drop is archived, or none, which the order doesn't allow; or the references can't be used.
        ArchiveError: the archive can't be read at all.
        MissingToolError: this machine lacks a program that looking through the references takes.
    """
    with Archive(order.data) as archive, Catalogue(order.cache) as catalogue:
        wanted = _wanted_scans(order, archive.latest())
        basis = _gather_references(order, catalogue, watcher)
        for scan, out in wanted:
            yield _rematch_scan(scan, archive, out, basis)


def _wanted_scans(order: RematchOrder, scans: Sequence[ArchivedScan]) -> list[tuple[ArchivedScan, Path]]:
    """The drops that are wanted, each with the folder that its report goes to."""
    names = [scan.key.name for scan in scans]
    if order.drop is not None and order.drop not in names:
        near = difflib.get_close_matches(order.drop, names, 1)
        hint = f"did you mean {near[0]!r}?" if near else f"archived are: {', '.join(sorted(set(names))) or 'none'}"
        raise UsageError(f"no drop {order.drop!r} is archived", hint=hint)
    count = Counter(names)
    folders = [scan.key.name if count[scan.key.name] == 1 else f"{scan.key.name}-{_short(scan.key)}" for scan in scans]
    if not scans and not order.allow_empty:
        raise UsageError(
            "there is no archived drop to match",
            hint=f"scans leave what they saw in {order.data}, or where PROVSCAN_DATA says; --allow-empty ends with 0",
        )
    return [
        (scan, order.out / f"{folder}.rematch")
        for scan, folder in zip(scans, folders, strict=True)
        if order.drop in {None, scan.key.name}
    ]


def _short(key: Key) -> str:
    """Eight hex digits that tell drops of one name apart."""
    return sha256("\n".join(astuple(key)).encode()).hexdigest()[:8]


def _gather_references(order: RematchOrder, catalogue: Catalogue, watcher: Watcher) -> _Basis:
    """Open the references that all drops are matched against; plain folders are looked through as a scan does."""
    sources = open_references(order.references)
    require_candidates(order.references, sources)
    folders = [source.folder for source in sources if source.folder]
    if folders:
        machine(order.jobs)  # says what is missing before anything is tried
    settings = DetectorSettings()
    with Workers(order.jobs, initialise, (settings,)) as workers:
        gathering = Gathering(catalogue, workers, ())
        gathering.gather(None, folders, watcher, threads=order.jobs, reread=False)
        if gathering.interrupted:
            raise KeyboardInterrupt
        units = {key: unit for source in sources for key, unit in source.works(gathering).items()}
        libraries = tuple(source.library(gathering) for source in sources)
    require_works(order.references, sources, libraries)
    return _Basis(libraries, extracted_units(units, gathering), catalogue, order.as_of, order.jobs)


def _rematch_scan(scan: ArchivedScan, archive: Archive, out: Path, basis: _Basis) -> Rematched | Unreadable:
    started = now()
    try:
        earlier = take_out(scan, archive)
        dossier, matches = match_archived(scan, archive, earlier.dossier, basis.libraries, basis.threads)
    except (ArchiveError, UsageError) as error:
        messages = [str(error), *(str(mistake) for mistake in getattr(error, "mistakes", ()))]
        return Unreadable(scan.key, "; ".join(messages))
    context = earlier.grounds.context
    grounds = replace(earlier.grounds, context=replace(context, as_of=basis.as_of or context.as_of))
    concluded = conclude(dossier, matches, grounds)
    evidence = remembered_evidence(concluded.assets, _units(concluded.assets), basis.works, basis.catalogue)
    facts = _facts(earlier, grounds, basis.libraries, started)
    report = build(dossier.drop, concluded.assets, concluded.judgement, facts, evidence, dossier.packages)
    pictures = {picture.file: picture.jpeg for of_asset in evidence for picture in of_asset}
    outdated = sum(now != then for now, then in zip(dossier.assets, earlier.dossier.assets, strict=True))
    incomplete = f"{outdated} of {len(dossier.assets)} assets could not be matched in full" if outdated else ""
    return Rematched(scan.key, out, report, pictures, compare_reports(earlier.report, report), incomplete)


def _units(results: Sequence[SeenAsset]) -> ExtractedUnits:
    """The assets as units, so that their remembered pictures can be looked up; their files lie nowhere."""
    units: dict[str, tuple[Unit, Extraction]] = {}
    for result in results:
        if isinstance(result.asset, Asset) and result.sha256:
            if result.extraction:
                units[result.path] = (Unit(result.asset, Path(), result.sha256), result.extraction)
            for seen in result.parts:
                if seen.extraction:
                    unit = Unit(result.asset, Path(), seen.content, part=seen.part)
                    units[key_of(result.path, seen.part.id)] = (unit, seen.extraction)
    return units


def _facts(earlier: Archived, grounds: Grounds, libraries: Sequence[ReferenceLibrary], started: str) -> RunFacts:
    """What the report says of today's run; the machine and its gaps are those of the scan."""
    run = earlier.report["run"]
    return RunFacts(
        id=uuid.uuid4().hex,
        started=started,
        finished=now(),
        completed=run["completed"],
        version=__version__,
        as_of=grounds.context.as_of.isoformat(),
        delivered=grounds.context.delivered.isoformat(),
        inputs={**run["inputs"], "references": references(libraries)},
        machine=run["machine"],
        stage=grounds.context.stage,
        stage_from=grounds.stage_from,
        drop_digest=earlier.report["drop"]["digest"],
        degraded=tuple(run["degraded"]),
        redacted=run.get("redacted", False),
    )
