"""What still has to be looked at: the parts of each asset that no earlier run left behind.

A content is extracted once, whatever the number of paths it lies at; a detector looks at it once for each of its
versions, and once more under another name where names are evidence to it.
"""

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeAlias

from detectors.fingerprint.prints import ALGORITHMS
from detectors.material import Detector, DetectorIdentity
from scanner.catalogue import Catalogue
from scanner.drop.assets import Asset
from scanner.drop.sidecars import Beside
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
    """An asset whose bytes are known. `content` is the key under which everything about them is remembered."""

    asset: Asset
    root: Path
    content: str
    sidecars: Sidecars | None = None

    @property
    def name(self) -> str:
        """The base name, as reports print it."""
        return self.asset.path.rpartition("/")[2]

    @property
    def suffix(self) -> str:
        """The extension: where the bytes don't tell what they are, it has a say."""
        return os.path.splitext(self.name)[1].lower()  # noqa: PTH122 - a presentable name, not a path


@dataclass(frozen=True, slots=True)
class Task:
    """The parts of one unit that are to be made."""

    unit: Unit
    extract: Closeness | None
    """How closely to look at its pictures; None where that was done before."""
    detectors: tuple[str, ...]


def detection_name(unit: Unit, detector: DetectorIdentity) -> str:
    """The name under which a detection is remembered: empty where the bytes alone decide.

    Where there are sidecars, they decide with them.
    """
    beside = f"beside {unit.sidecars.digest}" if unit.sidecars else ""
    return " ".join(filter(None, (unit.name if detector.reads_names else "", beside)))


def extraction_version(closeness: Closeness) -> str:
    """Under what an extraction is remembered: by what made it, and how closely it looked.

    What was heard without Chromaprint is heard again where there is one.
    """
    words = () if writes_words() else ("without words",)
    return " ".join((EXTRACTION_VERSION, *words, *(() if closeness == "usual" else (closeness,))))


def missing(wanted: Iterable[tuple[Unit, Sequence[Detector], Closeness]], catalogue: Catalogue) -> Iterator[Task]:
    """The tasks for all that the catalogue doesn't hold; of equal parts the first unit's alone.

    `wanted`: units, each with the detectors that are to look at it, and how closely.
    """
    claimed: set[tuple[str, ...]] = set()
    for unit, detectors, closeness in wanted:
        part: tuple[str, ...] = ("extraction", unit.content, unit.suffix)
        known = part in claimed or catalogue.has_extraction(unit.content, unit.suffix, extraction_version(closeness))
        claimed.add(part)
        eyes = []
        for detector in detectors:
            name = detection_name(unit, detector)
            part = ("detection", unit.content, name, detector.id)
            if part not in claimed and not catalogue.has_detection(unit.content, name, detector.id, detector.version):
                eyes.append(detector.id)
            claimed.add(part)
        if eyes or not known:
            yield Task(unit, None if known else closeness, tuple(eyes))


def jobs(tasks: Iterable[Task]) -> list[Job[Task]]:
    """The tasks as jobs, the largest first, so that no core waits at the end for one long file."""
    ordered = sorted(tasks, key=lambda task: (-task.unit.asset.bytes, task.unit.asset.path))
    return [Job(task, patience(task.unit)) for task in ordered]


def patience(unit: Unit) -> float:
    """Seconds that work on a unit may take."""
    return _PATIENCE + unit.asset.bytes / _SLOWEST
