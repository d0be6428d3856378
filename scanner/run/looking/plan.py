"""What still has to be looked at: the parts of each asset that no earlier run left behind.

A content is extracted once, whatever the number of paths it lies at; a detector looks at it once for each of its
versions, and once more under another name where names are evidence to it.
"""

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeAlias

from detectors.fingerprint.prints import ALGORITHMS
from detectors.material import Detector, DetectorIdentity
from scanner.catalogue import Catalogue
from scanner.drop.assets import Asset
from scanner.drop.sidecars import Beside
from scanner.examination import Part
from scanner.media.asset import pictures
from scanner.media.asset.extract import VERSION
from scanner.media.decode.plans import Effort
from scanner.media.tools import writes_words
from scanner.run.looking.workers import Job

EXTRACTION_VERSION = "+".join((VERSION, *ALGORITHMS.values()))
EVIDENCE_VERSION = "+".join((pictures.VERSION, *ALGORITHMS.values()))
"""Of pictures of evidence, which stay what they are while more is learned of a content."""
_PATIENCE = 300.0
_SLOWEST = 100_000.0
"""Bytes a second below which something hangs: two hours of film at one megabit are 900 MB and take an hour."""


Closeness: TypeAlias = Effort | Literal["reference"]
"""How closely a content is looked at: as the scan asks, or as a reference work, to which everything is compared."""


@dataclass(frozen=True, slots=True)
class Sidecars:
    """The sidecars of an asset, by the relative path of the member that each is for, and what they come to.

    `digest` is over the bytes of all files that reading them takes.
    """

    by_member: Mapping[str, Beside]
    digest: str


@dataclass(frozen=True, slots=True)
class Unit:
    """An asset whose bytes are known. `content` is the key under which everything about them is remembered.

    A part of an asset is a unit too: `part` says which, its id leading there from the asset through `depth` parts. Its
    file lies where it was taken out, or is the asset's own: of the stream `track`, of those frames of it that an edit
    list hides (`hidden`), and of a part that is drawn out of it, or out of the files of a sequence, in each of which
    its id is `drawn`. The path of its asset ends in a null character and the id, which no other path does.
    """

    asset: Asset
    root: Path
    content: str
    sidecars: Sidecars | None = None
    part: Part | None = None
    depth: int = 0
    track: int | None = None
    hidden: bool = False
    drawn: str = ""

    @property
    def in_place(self) -> bool:
        """Whether its bytes and metadata are those of what it lies in."""
        return self.track is not None or bool(self.drawn)

    @property
    def name(self) -> str:
        """The base name, as reports print it."""
        if self.part is None:
            return self.asset.path.rpartition("/")[2]
        if not self.part.sha256 and not self.in_place:
            return "part.png"  # it was drawn
        return self.part.name or f"part.{self.part.format or 'bin'}"

    @property
    def suffix(self) -> str:
        """The extension: where the bytes don't tell what they are, it has a say."""
        return os.path.splitext(self.name)[1].lower()  # noqa: PTH122 - a presentable name, not a path


@dataclass(frozen=True, slots=True)
class Task:
    """What is to be made of one unit.

    `extract`: how closely to look at its pictures; None where that was done before. `detectors`: those that are to look
    at it, by their ids. `spool`: the folder into which its parts are to be taken out; None where that isn't asked.
    """

    unit: Unit
    extract: Closeness | None
    detectors: tuple[str, ...]
    spool: Path | None = None


Visit: TypeAlias = tuple[Task, ...]
"""Tasks that are done together: one, or those for parts that are drawn out of the same files."""


def detection_name(unit: Unit, detector: DetectorIdentity) -> str:
    """The name under which a detection is remembered: empty where the bytes alone decide.

    Where there are sidecars, they decide with them.
    """
    sidecar_bytes = f"beside {unit.sidecars.digest}" if unit.sidecars else ""
    return " ".join(filter(None, (unit.name if detector.reads_names else "", sidecar_bytes)))


def extraction_version(closeness: Closeness) -> str:
    """Under what an extraction is remembered: by what made it, and how closely it looked.

    What was heard without Chromaprint is heard again where there is one.
    """
    words = () if writes_words() else ("without words",)
    return " ".join((EXTRACTION_VERSION, *words, *(() if closeness == "usual" else (closeness,))))


def missing_tasks(
    to_look_at: Iterable[tuple[Unit, Sequence[Detector], Closeness]],
    catalogue: Catalogue,
    spool_of: Callable[[Unit], Path | None] = lambda _: None,
) -> Iterator[Task]:
    """The tasks for all that the catalogue doesn't hold; of equal parts the first unit's alone.

    Args:
        to_look_at: units, each with the detectors that are to look at it, and how closely.
        catalogue: what is remembered.
        spool_of: into which folder the parts of a unit are to be taken out; None where that needn't be.
    """
    claimed: set[tuple[str, ...]] = set()
    for unit, detectors, closeness in to_look_at:
        key: tuple[str, ...] = ("extraction", unit.content, unit.suffix)
        version = extraction_version(closeness)
        is_extracted = key in claimed or catalogue.has_extraction(unit.content, unit.suffix, version)
        claimed.add(key)
        detector_ids = []
        for detector in detectors:
            name = detection_name(unit, detector)
            key = ("detection", unit.content, name, detector.id)
            if key not in claimed and not catalogue.has_detection(unit.content, name, detector.id, detector.version):
                detector_ids.append(detector.id)
            claimed.add(key)
        key = ("listing", unit.content, unit.suffix)
        spool = None if key in claimed else spool_of(unit)
        claimed.add(key)
        if detector_ids or not is_extracted or spool:
            yield Task(unit, None if is_extracted else closeness, tuple(detector_ids), spool)


def jobs(tasks: Iterable[Task]) -> list[Job[Visit]]:
    """The tasks as jobs, the largest first, so that no core waits at the end for one long file."""
    visits: dict[str | int, list[Task]] = {}
    for place, task in enumerate(sorted(tasks, key=lambda task: (-task.unit.asset.bytes, task.unit.asset.path))):
        unit = task.unit
        visits.setdefault(unit.content.removesuffix(unit.drawn) if unit.drawn else place, []).append(task)
    return [Job(tuple(visit), sum(patience(task.unit) for task in visit)) for visit in visits.values()]


def patience(unit: Unit) -> float:
    """Seconds that work on a unit may take."""
    return _PATIENCE + unit.asset.bytes / _SLOWEST
