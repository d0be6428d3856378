"""The costly part of a scan: identify every file, look at what no earlier run has looked at, and remember it.

A gathering answers from the catalogue, so what it says is the same whether a content was looked at now or last week.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import chain
from pathlib import Path
from types import MappingProxyType
from typing import Protocol

from detectors.fingerprint.prints import Prints
from detectors.material import Detector, DetectorIdentity
from detectors.observation import Kind
from detectors.watermark import WatermarkDetector
from scanner.catalogue import Catalogue
from scanner.drop.assets import Asset, Drop
from scanner.examination import Detection, Extraction, PartListing, Problem
from scanner.media.decode.plans import Effort
from scanner.report.model import Degraded
from scanner.run.looking import house_detectors as house
from scanner.run.looking.examine import Examined, examine
from scanner.run.looking.house_detectors import HouseDetector
from scanner.run.looking.identify import Identity, identify
from scanner.run.looking.insides import Insides
from scanner.run.looking.plan import Closeness, Task, Unit, detection_name, extraction_version, jobs, missing_tasks
from scanner.run.looking.sidecars import with_sidecars
from scanner.run.looking.workers import Failure, Workers
from scanner.terms.reasons import TRANSIENT, Reason

NOT_REACHED = Problem(Reason.SCAN_INTERRUPTED, "the scan was stopped before this asset was examined")
"""An interrupted scan has no more to say of what it didn't come to."""


class Watcher(Protocol):
    """Somebody who watches a scan: a progress bar, a log. What it is told never changes the report."""

    def planned(self, assets: int, remembered: int) -> None:
        """There are this many assets to look at, of which so many were looked at before."""

    def examined(self, path: str, signs: int) -> None:
        """One more asset has been looked at, and this many signs of AI were seen in it."""


class Gathering:
    """What is known of the assets of some folders. Filled by `gather`; asked by everybody after it."""

    def __init__(
        self,
        catalogue: Catalogue,
        workers: Workers,
        detectors: Sequence[Detector],
        effort: Effort = "usual",
        house_detectors: Sequence[HouseDetector] = (),
    ) -> None:
        self._catalogue = catalogue
        self._workers = workers
        self._detectors = detectors
        self._house_detectors = house_detectors
        self._effort = effort
        self._works: frozenset[str] = frozenset()
        """The contents of reference works: all is compared with them, so every frame of theirs is looked at."""
        self._identities: dict[tuple[str, str], Identity] = {}
        self._unkept: dict[tuple[str, ...], Extraction | Detection] = {}
        """Parts that are not remembered, because another run may have better luck with them."""
        self._failures: dict[str, Problem] = {}
        self._insides = Insides(catalogue, self._lacks)
        self.interrupted = False

    def close(self) -> None:
        """Take away the parts that were taken out of files; pictures of them can't be drawn any more."""
        self._insides.close()

    def gather(
        self,
        drop: Drop | None,
        reference_folders: Sequence[Drop],
        watcher: Watcher,
        stated_algorithms: Mapping[str, Collection[str]] = MappingProxyType({}),
        *,
        threads: int,
        reread: bool,
    ) -> None:
        """Identify and examine a drop, if there is one, and extract the folders of reference works.

        `stated_algorithms`: of the digests that manifests state of a file, by relative path; such digests are made too.
        An interrupt ends the gathering early, with `interrupted` set; what was finished is kept.
        """
        self._insides.paths.update(asset.path for asset in (drop.assets if drop else ()))

        def identify_and_examine() -> None:
            for folder in (*([drop] if drop else []), *reference_folders):
                self._identify(folder, stated_algorithms if folder is drop else {}, threads=threads, reread=reread)
            if drop:
                self._attach_sidecars(drop)
            self._examine(drop, reference_folders, watcher)
            self._examine_parts(self.units(drop) if drop else [])
            files = [unit for unit in self.looked_at(drop) if not unit.in_place] if drop else []
            self._ask_house_detectors(files, threads)

        self.unless_stopped(identify_and_examine)

    def unless_stopped(self, work: Callable[[], None]) -> None:
        """Do what costs time, unless the person has stopped the run; if they stop it meanwhile, leave it undone."""
        if self.interrupted:
            return
        try:
            work()
        except KeyboardInterrupt:
            self.interrupted = True
            self._workers.stop()

    def identity(self, folder: Drop, asset: Asset) -> Identity | None:
        """The bytes of an asset; None where the gathering was interrupted before they were read."""
        return self._identities.get(_key(folder, asset))

    def digests(self, folder: Drop) -> dict[str, Mapping[str, str]]:
        """The digests that were made of the files of a folder, by relative path and algorithm."""
        identities = (self.identity(folder, asset) for asset in folder.assets)
        digests: dict[str, Mapping[str, str]] = {}
        for identity in identities:
            if identity:
                digests.update(identity.digests)
        return digests

    def units(self, folder: Drop) -> list[Unit]:
        """The assets of a folder whose bytes are known, in the walk's order."""
        identities = (self.identity(folder, asset) for asset in folder.assets)
        return [identity.unit for identity in identities if identity and isinstance(identity.unit, Unit)]

    def looked_at(self, folder: Drop) -> list[Unit]:
        """The units of a folder, each followed by the parts of it that are looked at."""
        return [each for unit in self.units(folder) for each in (unit, *self._insides.descendants(unit))]

    def parts(self, unit: Unit) -> list[Unit]:
        """The parts of a unit that are looked at, as units."""
        return self._insides.units(unit)

    def listing(self, unit: Unit) -> PartListing | None:
        """What lies in a unit besides what it is known by; None where it didn't come to that."""
        return self._insides.listing(unit)

    def extraction(self, unit: Unit) -> Extraction | None:
        """What the media room got out of a unit; None where it didn't come to that."""
        unkept = self._unkept.get(("extraction", unit.content, unit.suffix))
        if isinstance(unkept, Extraction):
            return unkept
        return self._catalogue.extraction(unit.content, unit.suffix, self._version(unit))

    def prints(self, unit: Unit) -> Prints:
        """How a unit looks and sounds."""
        return self._catalogue.prints(unit.content, unit.suffix, self._version(unit))

    def detections(self, unit: Unit) -> list[Detection | None]:
        """What each detector said that looked at a unit, in their order; None where it didn't come to that."""
        house_detectors = () if unit.in_place else self._house_detectors
        detectors: tuple[DetectorIdentity, ...] = (*self._detectors_for(unit), *house_detectors)
        return [self._detection(unit, detector) for detector in detectors]

    def incomplete_answers(self, drop: Drop) -> list[Degraded]:
        """Which of the house's own detectors could not say all that they were asked about a drop, and why."""
        units = [unit for unit in self.looked_at(drop) if not unit.in_place]
        answers = (
            (house_detector.id, self._detection(unit, house_detector))
            for house_detector in self._house_detectors
            for unit in units
        )
        return list(house.incomplete_answers(self._house_detectors, answers))

    def failure(self, unit: Unit) -> Problem:
        """Why a part of a unit is missing."""
        return self._failures.get(unit.content) or NOT_REACHED

    def _identify(
        self, folder: Drop, stated_algorithms: Mapping[str, Collection[str]], *, threads: int, reread: bool
    ) -> None:
        assets, root = folder.assets, folder.root
        identities = identify(assets, root, self._catalogue, stated_algorithms, threads=threads, reread=reread)
        for identity in identities:
            self._identities[_key(folder, identity.unit.asset)] = identity

    def _attach_sidecars(self, drop: Drop) -> None:
        """Tell the units of the drop which sidecars lie beside them; it takes the digests of all its files."""
        for unit in with_sidecars(drop, self.units(drop), self.digests(drop)):
            key = _key(drop, unit.asset)
            self._identities[key] = replace(self._identities[key], unit=unit)

    def _closeness(self, unit: Unit) -> Closeness:
        return "reference" if unit.content in self._works else self._effort

    def _version(self, unit: Unit) -> str:
        return extraction_version(self._closeness(unit))

    def _detection(self, unit: Unit, detector: DetectorIdentity) -> Detection | None:
        name = detection_name(unit, detector)
        unkept = self._unkept.get(("detection", unit.content, name, detector.id))
        if isinstance(unkept, Detection):
            return unkept
        return self._catalogue.detection(unit.content, name, detector.id, detector.version)

    def _examine(self, drop: Drop | None, reference_folders: Sequence[Drop], watcher: Watcher) -> None:
        units = self.units(drop) if drop else []
        works = [unit for folder in reference_folders for unit in self.units(folder)]
        self._works = frozenset(unit.content for unit in works)
        to_look_at = chain(
            ((unit, self._detectors, self._closeness(unit)) for unit in units),
            ((unit, (), self._closeness(unit)) for unit in works),
        )
        own = {(unit.root, unit.asset.path) for unit in units}

        def spool_of(unit: Unit) -> Path | None:  # a work is what it is known by; what else lies in its file is none
            return self._insides.spool_of(unit) if (unit.root, unit.asset.path) in own else None

        tasks = list(missing_tasks(to_look_at, self._catalogue, spool_of))
        watcher.planned(len(units) + len(works), _remembered_count(units, reference_folders, tasks))
        for task, result in self._results(tasks):
            watcher.examined(task.unit.asset.path, _count_signs(result))

    def _examine_parts(self, holders: Sequence[Unit]) -> None:
        """Look at what lies in units, and at what lies in that, round after round."""
        while parts := [part for holder in holders for part in self._insides.units(holder)]:
            to_look_at = ((part, self._detectors_for(part), self._closeness(part)) for part in parts)
            for _ in self._results(missing_tasks(to_look_at, self._catalogue, self._insides.spool_of)):
                pass
            holders = parts

    def _results(self, tasks: Iterable[Task]) -> Iterator[tuple[Task, Examined | Failure]]:
        """Have workers do the tasks, and keep what comes."""
        for visit, results in self._workers.run(examine, jobs(tasks)):
            for place, task in enumerate(visit):
                result = results if isinstance(results, Failure) else results[place]
                if isinstance(result, Failure):
                    self._failures[task.unit.content] = Problem(result.code, result.message)
                else:
                    self._keep(task, result)
                yield task, result

    def _detectors_for(self, unit: Unit) -> Sequence[Detector]:
        """The detectors that look at a unit: in a file those of pixels, as its bytes and metadata are the file's."""
        if not unit.in_place:
            return self._detectors
        if unit.hidden:  # who looks at pixels chooses frames by what is shown
            return []
        return [detector for detector in self._detectors if isinstance(detector, WatermarkDetector)]

    def _lacks(self, unit: Unit) -> bool:
        """Whether something of a unit isn't remembered."""
        wanted = [(unit, self._detectors_for(unit), self._closeness(unit))]
        return next(missing_tasks(wanted, self._catalogue), None) is not None

    def _ask_house_detectors(self, units: Sequence[Unit], threads: int) -> None:
        """Ask the house's own detectors, each in processes of its own."""
        for house_detector in self._house_detectors:
            with Workers(min(threads, len(units) or 1), house.initialise, ()) as workers:
                for unit, detection in house.consult(house_detector, units, self._catalogue, workers):
                    self._keep_detection(unit, house_detector, detection, lasting=not detection.problems)

    def _keep(self, task: Task, result: Examined) -> None:
        unit = task.unit
        if result.changed:
            message = "the file was written to while it was being examined; scan it again when it is at rest"
            self._failures[unit.content] = Problem(Reason.SCAN_UNREADABLE, message)
            return
        if result.listed is not None and task.spool:
            self._insides.keep(unit, result.listed, task.spool)
        if result.extraction is not None:
            self._keep_extraction(unit, result.extraction, result.prints)
        for detector in self._detectors:
            detection = result.detections.get(detector.id)
            if detection is not None:
                self._keep_detection(unit, detector, detection, lasting=_lasting(detection.problems))

    def _keep_detection(self, unit: Unit, detector: DetectorIdentity, detection: Detection, *, lasting: bool) -> None:
        name = detection_name(unit, detector)
        if lasting:
            self._catalogue.keep_detection(unit.content, name, detector.id, detector.version, detection)
        else:
            self._unkept["detection", unit.content, name, detector.id] = detection

    def _keep_extraction(self, unit: Unit, extraction: Extraction, prints: Prints) -> None:
        if _lasting(extraction.problems):
            self._catalogue.keep_extraction(unit.content, unit.suffix, self._version(unit), extraction, prints)
        else:
            self._unkept["extraction", unit.content, unit.suffix] = extraction


def _key(folder: Drop, asset: Asset) -> tuple[str, str]:
    return str(folder.root), asset.path


def _lasting(problems: Iterable[Problem]) -> bool:
    return not any(problem.code in TRANSIENT for problem in problems)


def _remembered_count(units: Sequence[Unit], reference_folders: Sequence[Drop], tasks: Sequence[Task]) -> int:
    return max(0, len(units) + sum(len(folder.assets) for folder in reference_folders) - len(tasks))


def _count_signs(result: Examined | Failure) -> int:
    if isinstance(result, Failure):
        return 0
    observations = chain.from_iterable(detection.observations for detection in result.detections.values())
    return sum(observation.kind is Kind.AI for observation in observations)
