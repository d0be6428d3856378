"""The main job: walk, gather, match, judge, tell.

Read top to bottom, `scan` is what provscan does. The costly part is gathering, and it is remembered content by
content; everything after it works on what was remembered, so that a run that is stopped loses nothing it has seen.
"""

import uuid
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from detectors import DetectorSettings
from scanner import __version__
from scanner.catalogue import Catalogue
from scanner.drop.packages.compare import algorithms, compare
from scanner.drop.packages.index import Index
from scanner.drop.packages.reading import read_packages
from scanner.errors import ProvscanError
from scanner.media.tools import tools
from scanner.report.build import RunFacts, build
from scanner.report.model import Report
from scanner.report.writing import locked, write
from scanner.run.archiving import archive_scan
from scanner.run.compiling import compile_dossier
from scanner.run.delivered import Delivered
from scanner.run.dossier import Dossier, conclude
from scanner.run.inputs import degraded, digest_of, inputs, machine, overdue
from scanner.run.looking.evidence_frames import gather_evidence
from scanner.run.looking.exact_ends import Matched, match_drop
from scanner.run.looking.examine import detectors_of, initialise
from scanner.run.looking.gather import Gathering, Watcher
from scanner.run.looking.house_detectors import find_house_detectors
from scanner.run.looking.workers import Workers
from scanner.run.nothing import require_candidates, require_works, surveyed
from scanner.run.order import Order
from scanner.run.references import open_references
from scanner.terms.choices import ReportFormat


@dataclass(frozen=True, slots=True)
class Scan:
    """A finished scan: the report, and the pictures that lie beside it, by file name.

    `unarchived`: why it can't be matched again later without the media; empty where it can, or nobody asked for it.
    """

    report: Report
    pictures: Mapping[str, bytes]
    interrupted: bool
    unarchived: str = ""


def scan_and_write(order: Order, formats: Sequence[ReportFormat], watcher: Watcher) -> tuple[Scan, list[Path]]:
    """Scan one drop and write its reports; the files a person would open, in the order of `formats`.

    Raises:
        LockedError: another run writes to the output folder.
        ProvscanError: as of `scan`, or the reports can't be written.
    """
    with locked(order.out):
        finished = scan(order, watcher)
        return finished, write(finished, order.out, formats)


def scan(order: Order, watcher: Watcher) -> Scan:
    """Scan one drop.

    Raises:
        ProvscanError: the run can't be carried out at all. What is wrong with single assets is in the report.
    """
    started = now()
    host = machine(order.jobs, allow_degraded=order.allow_degraded)
    drop = surveyed(order)
    index = Index(drop)
    packages = read_packages(index) if order.drop.is_dir() else []  # a file alone is no delivery to hold against
    sources = open_references(order.references, order.drop)
    require_candidates(order.references, sources)
    settings = DetectorSettings(trust=order.trust, rules=order.rules, without_exiftool=tools().exiftool is None)
    detectors = detectors_of(settings)
    house_detectors, absent = find_house_detectors()
    with (
        Catalogue(order.cache) as catalogue,
        Workers(order.jobs, initialise, (settings,)) as workers,
        closing(Gathering(catalogue, workers, detectors, order.effort, house_detectors)) as gathering,
    ):
        stated_algorithms = algorithms(packages, index)
        folders = [source.folder for source in sources if source.folder]
        gathering.gather(drop, folders, watcher, stated_algorithms, threads=order.jobs, reread=order.reread)
        comparison = compare(packages, index, gathering.digests(drop))
        delivered = Delivered(comparison, order.grounds.context.stage, order.grounds.stage_from)
        dossier = compile_dossier(drop, gathering, delivered)
        libraries = [source.library(gathering) for source in sources]
        if not gathering.interrupted:  # else nobody knows what they hold
            require_works(order.references, sources, libraries)
        matches = match_drop(drop, gathering, libraries, catalogue, workers)
        concluded = conclude(dossier, matches, order.grounds)
        works = {key: unit for source in sources for key, unit in source.works(gathering).items()}
        evidence = gather_evidence(drop, works, concluded.assets, gathering, catalogue, workers)
        facts = RunFacts(
            id=uuid.uuid4().hex,
            started=started,
            finished=now(),
            completed=not gathering.interrupted,
            version=__version__,
            as_of=order.grounds.context.as_of.isoformat(),
            delivered=order.grounds.context.delivered.isoformat(),
            inputs=inputs(order, libraries, (*detectors, *house_detectors)),
            machine=host,
            stage=order.grounds.context.stage,
            stage_from=order.grounds.stage_from,
            drop_digest=digest_of(drop, gathering),
            degraded=(
                *degraded(),
                *overdue(order.trust, order.grounds.context.as_of),
                *absent,
                *gathering.incomplete_answers(drop),
            ),
            redacted=order.redacted,
        )
        report = build(drop, concluded.assets, concluded.judgement, facts, evidence, dossier.packages)
        unarchived = _archive_or_why_not(order, report, dossier, gathering, matches, catalogue)
    pictures = {picture.file: picture.jpeg for of_asset in evidence for picture in of_asset}
    return Scan(report, pictures, gathering.interrupted, unarchived)


def now() -> str:
    """The time in UTC, to the second: for `run.started` and `run.finished`, and for nothing else."""
    return datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def _archive_or_why_not(
    order: Order,
    report: Report,
    dossier: Dossier,
    gathering: Gathering,
    matches: Mapping[str, Matched],
    catalogue: Catalogue,
) -> str:
    """Archive the scan; if it can't be, say why. The report was costly, and stands without its archive."""
    if order.data is None:
        return ""
    try:
        archive_scan(order.data, report, dossier, order.grounds, gathering, matches, catalogue)
    except ProvscanError as error:
        return str(error)
    except KeyboardInterrupt:
        return "stopped while it was being archived"
    return ""
