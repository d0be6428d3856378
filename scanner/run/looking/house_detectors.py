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
from scanner.examination import Detection, Problem
from scanner.media.asset.material import AssetMaterial
from scanner.media.facts.tags import ExifTool
from scanner.report.model import Degraded
from scanner.run.looking.examine import changed, pieces
from scanner.run.looking.plan import Unit, detection_name, patience
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
_QUOTED_CHARACTERS = 200


@dataclass(frozen=True, slots=True)
class EntryPoint:
    """One entry point: its name, what it refers to (`package.module:Name`), and the distribution that it is of."""

    name: str
    value: str
    distribution: str
    version: str


@dataclass(frozen=True, slots=True)
class HouseDetector:
    """A detector of a house's own, as far as this process knows it.

    `version` is its own and its distribution's. `patience`: seconds that it asks for with each asset, None for as many
    as ours have. `loading`: seconds that importing it took.
    """

    entry: EntryPoint
    id: str
    version: str
    reads_names: bool
    patience: float | None
    loading: float


@dataclass(frozen=True, slots=True)
class Question:
    """One detector, asked about one asset."""

    detector: HouseDetector
    unit: Unit


def entries() -> list[EntryPoint]:
    """The entry points that there are in this Python, by their names; nothing is imported."""
    entry_points = {
        EntryPoint(
            point.name, point.value, point.dist.name if point.dist else "", point.dist.version if point.dist else ""
        )
        for point in metadata.entry_points(group=GROUP)
    }
    return sorted(entry_points, key=lambda entry: (entry.name, entry.distribution, entry.value))


def find_house_detectors() -> tuple[tuple[HouseDetector, ...], tuple[Degraded, ...]]:
    """The detectors that can be asked, and why not of each of the others. Costs nothing where there are none."""
    entry_points = entries()
    if not entry_points:
        return (), ()
    with Workers(1, initialise, ()) as workers:
        answers = dict(workers.run(load_detector, [Job(entry, _LOADING) for entry in entry_points]))
    house_detectors: dict[str, HouseDetector] = {}
    absent: list[Degraded] = []
    for entry in entry_points:
        answer = answers[entry]
        if isinstance(answer, Failure):
            answer = (
                "loading it took too long" if answer.code == Reason.SCAN_TIMEOUT else "loading it ended its process"
            )
        elif isinstance(answer, HouseDetector) and answer.id in house_detectors:
            answer = f"{house_detectors[answer.id].entry.value} has the same id, {answer.id}"
        if isinstance(answer, HouseDetector):
            house_detectors[answer.id] = answer
        else:
            absent.append({"detector": entry.name, "why": f"the detector {entry.value} is not used: {answer}"})
    return tuple(house_detectors.values()), tuple(absent)


def initialise() -> None:
    """Make this process one that runs foreign code: what it prints must not get into a report on standard output."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.dup2(2, 1)
    sys.stdout = sys.stderr  # which holds no line back, so none is lost when the process is ended


def load_detector(entry: EntryPoint) -> HouseDetector | str:
    """Load a detector in a worker, and say what it is; why it can't be used, in a sentence, where it can't."""
    began = time.monotonic()
    try:
        detector = _load(entry)
        require(detector)
        stated_patience = getattr(detector, "patience", None)
        seconds = float(stated_patience) if stated_patience is not None else None
        if seconds is not None and not 0 < seconds < float("inf"):
            return "its patience is a number of seconds"
        build = f"{detector.version}+{entry.distribution}-{entry.version}"[: 2 * VERSION_LIMIT]
        loading = time.monotonic() - began
        return HouseDetector(entry, detector.id, build, detector.reads_names, seconds, loading)
    except ContractError as error:
        return str(error)
    except (Exception, SystemExit) as error:  # noqa: BLE001 - whatever foreign code does, the run goes on
        return f"loading it failed: {type(error).__name__}: {' '.join(str(error).split())[:_QUOTED_CHARACTERS]}"


def consult(
    detector: HouseDetector, units: Iterable[Unit], catalogue: Catalogue, workers: Workers
) -> Iterator[tuple[Unit, Detection]]:
    """What a detector of the house says of each content that it was not asked about before."""
    waiting = _questions(detector, units, catalogue)
    hung = 0
    while chunk := list(islice(waiting, _AT_A_TIME)):
        if hung >= _HANGS:
            why = f"it was not asked, since it had hung on {hung} assets before"
            yield from ((question.unit, _failed_detection(detector, why)) for question in chunk)
            continue
        for question, answer in workers.run(ask, [Job(question, _time_allowed(question)) for question in chunk]):
            hung += isinstance(answer, Failure) and answer.code == Reason.SCAN_TIMEOUT
            yield question.unit, _failed_detection(detector, answer.message) if isinstance(answer, Failure) else answer


def ask(question: Question) -> Detection:
    """What a detector of the house says of one asset, in a worker; what it said before it failed counts."""
    detector, unit = question.detector, question.unit
    observations: list[Observation] = []
    try:
        built = _load(detector.entry)
        material = AssetMaterial(pieces(unit), _exiftool(), sequence=unit.asset.is_sequence)
        if built.handles(material):
            for observation in built.observe(material):
                if len(observations) == MOST_OBSERVATIONS:
                    raise ContractError(f"it said more than {MOST_OBSERVATIONS} things of it")  # noqa: TRY301 - a fault like its others
                observations.append(checked(detector.id, observation))
    except (Exception, SystemExit) as error:  # noqa: BLE001 - its fault is an entry of the report, never a pass
        return _failed_detection(detector, _describe(error), observations)
    if changed(unit):
        return _failed_detection(detector, "the file was written to meanwhile")
    return Detection(tuple(observations))


def incomplete_answers(
    house_detectors: Sequence[HouseDetector], detections: Iterable[tuple[str, Detection | None]]
) -> Iterator[Degraded]:
    """Which of a house's detectors could not say all that they were asked, each with one of the reasons.

    `detections`: the detector's id, and what it said of an asset, in a stable order.
    """
    failed: Mapping[str, list[str]] = {detector.id: [] for detector in house_detectors}
    for detector, detection in detections:
        failed[detector] += [problem.message for problem in detection.problems] if detection else []
    for detector, messages in failed.items():
        if messages:
            count = f"{len(messages)} asset{'' if len(messages) == 1 else 's'}"
            yield {"detector": detector, "why": f"it failed on {count}; the first: {messages[0]}"}


def _questions(detector: HouseDetector, units: Iterable[Unit], catalogue: Catalogue) -> Iterator[Question]:
    asked: set[tuple[str, str]] = set()
    for unit in units:
        key = unit.content, detection_name(unit, detector)
        if key not in asked and not catalogue.has_detection(*key, detector.id, detector.version):
            asked.add(key)
            yield Question(detector, unit)


def _time_allowed(question: Question) -> float:
    detector = question.detector
    return (patience(question.unit) if detector.patience is None else detector.patience) + _SLACK * detector.loading


def _failed_detection(detector: HouseDetector, why: str, observations: Sequence[Observation] = ()) -> Detection:
    message = f"the detector {detector.id} failed on it: {why}"
    return Detection(tuple(observations), (Problem(Reason.SCAN_PARTIAL, message),))


def _describe(error: BaseException) -> str:
    """What went wrong, without what foreign code says of it: that may quote a file, and reports can be redacted."""
    if isinstance(error, ContractError | MaterialError | ProvscanError):
        return str(error)
    frames = traceback.extract_tb(error.__traceback__)
    place = f" in {Path(frames[-1].filename).name}, line {frames[-1].lineno}" if frames else ""
    return f"{type(error).__name__}{place}"


@cache
def _load(entry: EntryPoint) -> Detector:
    """The detector, made once for each process: what an entry point refers to is one, or makes one."""
    loaded = metadata.EntryPoint(entry.name, entry.value, GROUP).load()
    return cast("Detector", loaded() if callable(loaded) else loaded)


@cache
def _exiftool() -> ExifTool:
    return ExifTool()
