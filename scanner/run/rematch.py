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
from scanner.library.references import ReferenceLibrary
from scanner.report.build import RunFacts, build
from scanner.report.changes import Changes, changes
from scanner.report.model import Report
from scanner.report.outcome import CLEAR, FAILED, INCOMPLETE, REVIEW
from scanner.run.archiving import Archived, match_archived, take_out
from scanner.run.dossier import conclude
from scanner.run.grounds import Grounds
from scanner.run.inputs import machine, references
from scanner.run.looking.evidence_frames import ExtractedUnits, known, remembered_evidence
from scanner.run.looking.examine import initialise
from scanner.run.looking.gather import Gathering, Watcher
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
        """What the command ends with for it: 0 nothing new, 1 a new fail, 3 something new to review, 4 incomplete."""
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
class _Against:
    """What every drop is matched against. `works`: the media of reference works, as far as they are there."""

    libraries: tuple[ReferenceLibrary, ...]
    works: ExtractedUnits
    catalogue: Catalogue
    as_of: date | None
    threads: int


def rematch(order: RematchOrder, watcher: Watcher) -> Iterator[Rematched | Unreadable]:
    """Match every archived drop that is wanted, by their names; one at a time, since each holds all its prints.

    Raises:
        UsageError: no such drop is archived, or the references can't be used.
        ArchiveError: the archive can't be read at all.
        MissingToolError: this machine lacks a program that looking through the references takes.
    """
    with Archive(order.data) as archived, Catalogue(order.cache) as catalogue:
        wanted = _wanted(order, archived.latest())
        against = _against(order, catalogue, watcher)
        for kept, out in wanted:
            yield _again(kept, archived, out, against)


def _wanted(order: RematchOrder, every: Sequence[ArchivedScan]) -> list[tuple[ArchivedScan, Path]]:
    """The drops that are wanted, each with the folder that its report goes to."""
    names = [kept.key.name for kept in every]
    if order.drop is not None and order.drop not in names:
        near = difflib.get_close_matches(order.drop, names, 1)
        hint = f"did you mean {near[0]!r}?" if near else f"archived are: {', '.join(sorted(set(names))) or 'none'}"
        raise UsageError(f"no drop {order.drop!r} is archived", hint=hint)
    count = Counter(names)
    folders = [kept.key.name if count[kept.key.name] == 1 else f"{kept.key.name}-{_short(kept.key)}" for kept in every]
    return [
        (kept, order.out / f"{folder}.rematch")
        for kept, folder in zip(every, folders, strict=True)
        if order.drop in {None, kept.key.name}
    ]


def _short(key: Key) -> str:
    """Tells drops of one name apart."""
    return sha256("\n".join(astuple(key)).encode()).hexdigest()[:8]


def _against(order: RematchOrder, catalogue: Catalogue, watcher: Watcher) -> _Against:
    """The references; plain folders are looked through like a scan's."""
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
    return _Against(libraries, known(units, gathering), catalogue, order.as_of, order.jobs)


def _again(kept: ArchivedScan, archived: Archive, out: Path, against: _Against) -> Rematched | Unreadable:
    started = now()
    try:
        was = take_out(kept, archived)
        dossier, matches = match_archived(kept, archived, was.dossier, against.libraries, against.threads)
    except (ArchiveError, UsageError) as error:
        said = [str(error), *(str(mistake) for mistake in getattr(error, "mistakes", ()))]
        return Unreadable(kept.key, "; ".join(said))
    context = was.grounds.context
    grounds = replace(was.grounds, context=replace(context, as_of=against.as_of or context.as_of))
    concluded = conclude(dossier, matches, grounds)
    shown = remembered_evidence(concluded.assets, _units(concluded.assets), against.works, against.catalogue)
    facts = _facts(was, grounds, against.libraries, started)
    report = build(dossier.drop, concluded.assets, concluded.judgement, facts, shown, dossier.packages)
    pictures = {one.file: one.jpeg for row in shown for one in row}
    outdated = sum(now != then for now, then in zip(dossier.assets, was.dossier.assets, strict=True))
    incomplete = f"{outdated} of {len(dossier.assets)} assets could not be matched in full" if outdated else ""
    return Rematched(kept.key, out, report, pictures, changes(was.report, report), incomplete)


def _units(results: Sequence[SeenAsset]) -> ExtractedUnits:
    """The assets as things of which pictures may be remembered; their files lie nowhere."""
    return {
        result.asset.path: (Unit(result.asset, Path(), result.sha256), result.extraction)
        for result in results
        if isinstance(result.asset, Asset) and result.sha256 and result.extraction
    }


def _facts(was: Archived, grounds: Grounds, libraries: Sequence[ReferenceLibrary], started: str) -> RunFacts:
    """The run of today: it rests on what the machine of then saw."""
    run = was.report["run"]
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
        drop_digest=was.report["drop"]["digest"],
        degraded=tuple(run["degraded"]),
        redacted=run.get("redacted", False),
    )
