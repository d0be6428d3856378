"""Detectors of a house's own: found through their entry points, and run in processes where they can harm nothing else.

None of their code is ever run in this process: a worker says what each of them is, and others ask it about one asset
at a time. One that can't be loaded is left out, and told in `run.degraded`. One that crashes, hangs or says what no
report can hold costs what it would have said of that asset: a problem of the asset, and it is asked again next time.
"""

import os
import signal
import sys
import time
import traceback
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import metadata
from itertools import islice
from pathlib import Path
from typing import cast

from detectors.contract import MOST_OBSERVATIONS, VERSION_LIMIT, ContractError, checked, require
from detectors.material import Detector, MaterialError
from detectors.observation import Observation
from scanner.catalogue import Catalogue
from scanner.errors import ProvscanError
from scanner.examination import Problem, Sighting
from scanner.media.asset.material import AssetMaterial
from scanner.media.facts.tags import ExifTool
from scanner.report.model import Degraded
from scanner.run.looking.examine import changed, pieces
from scanner.run.looking.plan import Unit, patience, sighting_name
from scanner.run.looking.workers import Failure, Job, Workers
from scanner.terms.reasons import Reason

GROUP = "provscan.detectors"
"""The group of entry points under which a distribution names its detectors."""

_LOADING = 120.0
"""Seconds that importing a detector may take: some bring frameworks along."""
_SLACK = 10
"""How many times the seconds that importing it took are added to what one asset may take."""
_AT_A_TIME = 16
_HANGS = 3
"""Assets that one may hang on in one run before it is not asked any more."""
_SAID = 200


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry point: its name, what it refers to (`package.module:Name`), and the distribution that it is of."""

    name: str
    value: str
    distribution: str
    version: str


@dataclass(frozen=True, slots=True)
class Guest:
    """A detector of a house's own, as far as this process knows it.

    `version` is its own and its distribution's. `patience`: seconds that it asks for with each asset, None for as many
    as ours have. `loading`: seconds that importing it took.
    """

    entry: Entry
    id: str
    version: str
    reads_names: bool
    patience: float | None
    loading: float


@dataclass(frozen=True, slots=True)
class Question:
    """One guest, asked about one asset."""

    guest: Guest
    unit: Unit


def entries() -> list[Entry]:
    """The entry points that there are in this Python, by their names; nothing is imported."""
    found = {
        Entry(point.name, point.value, point.dist.name if point.dist else "", point.dist.version if point.dist else "")
        for point in metadata.entry_points(group=GROUP)
    }
    return sorted(found, key=lambda entry: (entry.name, entry.distribution, entry.value))


def invite() -> tuple[tuple[Guest, ...], tuple[Degraded, ...]]:
    """The detectors that can be asked, and why not of each of the others. Costs nothing where there are none."""
    every = entries()
    if not every:
        return (), ()
    with Workers(1, initialise, ()) as workers:
        answers = dict(workers.run(introduce, [Job(entry, _LOADING) for entry in every]))
    guests: dict[str, Guest] = {}
    absent: list[Degraded] = []
    for entry in every:
        answer = answers[entry]
        if isinstance(answer, Failure):
            answer = (
                "loading it took too long" if answer.code == Reason.SCAN_TIMEOUT else "loading it ended its process"
            )
        elif isinstance(answer, Guest) and answer.id in guests:
            answer = f"{guests[answer.id].entry.value} has the same id, {answer.id}"
        if isinstance(answer, Guest):
            guests[answer.id] = answer
        else:
            absent.append({"detector": entry.name, "why": f"the detector {entry.value} is not used: {answer}"})
    return tuple(guests.values()), tuple(absent)


def initialise() -> None:
    """Make this process one that runs foreign code: what it prints must not get into a report on standard output."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.dup2(2, 1)
    sys.stdout = sys.stderr  # which holds no line back, so none is lost when the process is ended


def introduce(entry: Entry) -> Guest | str:
    """What a detector is, in a worker; a sentence where it can't be used."""
    began = time.monotonic()
    try:
        detector = _made(entry)
        require(detector)
        stated = getattr(detector, "patience", None)
        seconds = float(stated) if stated is not None else None
        if seconds is not None and not 0 < seconds < float("inf"):
            return "its patience is a number of seconds"
        build = f"{detector.version}+{entry.distribution}-{entry.version}"[: 2 * VERSION_LIMIT]
        loading = time.monotonic() - began
        return Guest(entry, detector.id, build, detector.reads_names, seconds, loading)
    except ContractError as error:
        return str(error)
    except (Exception, SystemExit) as error:  # noqa: BLE001 - whatever foreign code does, the run goes on
        return f"loading it failed: {type(error).__name__}: {' '.join(str(error).split())[:_SAID]}"


def consult(
    guest: Guest, units: Iterable[Unit], catalogue: Catalogue, workers: Workers
) -> Iterator[tuple[Unit, Sighting]]:
    """What a guest says of each content that it was not asked about before."""
    waiting = _questions(guest, units, catalogue)
    hung = 0
    while chunk := list(islice(waiting, _AT_A_TIME)):
        if hung >= _HANGS:
            why = f"it was not asked, since it had hung on {hung} assets before"
            yield from ((question.unit, _silent(guest, why)) for question in chunk)
            continue
        for question, answer in workers.run(ask, [Job(question, _allowed(question)) for question in chunk]):
            hung += isinstance(answer, Failure) and answer.code == Reason.SCAN_TIMEOUT
            yield question.unit, _silent(guest, answer.message) if isinstance(answer, Failure) else answer


def ask(question: Question) -> Sighting:
    """What a guest says of one asset, in a worker; what it said before it failed counts."""
    guest, unit = question.guest, question.unit
    said: list[Observation] = []
    try:
        detector = _made(guest.entry)
        material = AssetMaterial(pieces(unit), _exiftool(), sequence=unit.asset.is_sequence)
        if detector.handles(material):
            for one in detector.observe(material):
                if len(said) == MOST_OBSERVATIONS:
                    raise ContractError(f"it said more than {MOST_OBSERVATIONS} things of it")  # noqa: TRY301 - a fault like its others
                said.append(checked(guest.id, one))
    except (Exception, SystemExit) as error:  # noqa: BLE001 - its fault is an entry of the report, never a pass
        return _silent(guest, _named(error), said)
    if changed(unit):
        return _silent(guest, "the file was written to meanwhile")
    return Sighting(tuple(said))


def misses(guests: Sequence[Guest], sightings: Iterable[tuple[str, Sighting | None]]) -> Iterator[Degraded]:
    """Which of the guests could not say all that they were asked, for the report; each with one of the reasons.

    `sightings`: the guest's id, and what it said of an asset, in a stable order.
    """
    failed: Mapping[str, list[str]] = {guest.id: [] for guest in guests}
    for guest, sighting in sightings:
        failed[guest] += [problem.message for problem in sighting.problems] if sighting else []
    for guest, messages in failed.items():
        if messages:
            count = f"{len(messages)} asset{'' if len(messages) == 1 else 's'}"
            yield {"detector": guest, "why": f"it failed on {count}; the first: {messages[0]}"}


def _questions(guest: Guest, units: Iterable[Unit], catalogue: Catalogue) -> Iterator[Question]:
    asked: set[tuple[str, str]] = set()
    for unit in units:
        part = unit.content, sighting_name(unit, guest)
        if part not in asked and not catalogue.has_sighting(*part, guest.id, guest.version):
            asked.add(part)
            yield Question(guest, unit)


def _allowed(question: Question) -> float:
    guest = question.guest
    return (patience(question.unit) if guest.patience is None else guest.patience) + _SLACK * guest.loading


def _silent(guest: Guest, why: str, said: Sequence[Observation] = ()) -> Sighting:
    message = f"the detector {guest.id} failed on it: {why}"
    return Sighting(tuple(said), (Problem(Reason.SCAN_PARTIAL, message),))


def _named(error: BaseException) -> str:
    """What went wrong, without what foreign code says of it: that may quote a file, and reports can be redacted."""
    if isinstance(error, ContractError | MaterialError | ProvscanError):
        return str(error)
    frames = traceback.extract_tb(error.__traceback__)
    place = f" in {Path(frames[-1].filename).name}, line {frames[-1].lineno}" if frames else ""
    return f"{type(error).__name__}{place}"


@cache
def _made(entry: Entry) -> Detector:
    """The detector, made once for each process: what an entry point refers to is one, or makes one."""
    loaded = metadata.EntryPoint(entry.name, entry.value, GROUP).load()
    return cast("Detector", loaded() if callable(loaded) else loaded)


@cache
def _exiftool() -> ExifTool:
    return ExifTool()
