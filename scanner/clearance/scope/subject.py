"""What judgement may know of an asset and of the occasion, and nothing else: no files, no clock, no network."""

from dataclasses import dataclass
from datetime import date

from detectors.observation import Observation
from scanner.clearance.paper.model import Delivery
from scanner.examination import Problem
from scanner.terms.reasons import Reason, StoredReason
from scanner.timecode import Clock


@dataclass(frozen=True, slots=True)
class Remark:
    """What the manifests in a drop show: a reason, a sentence, and what it is about where that is no asset."""

    reason: StoredReason
    message: str
    about: str = ""


@dataclass(frozen=True, slots=True)
class Subject:
    """One asset.

    `path` is the presentable one. `frames` are the first and the last: from 0 in a movie, file numbers in a sequence,
    None where there are none or their count isn't known. `sha256` is empty where the bytes weren't read. `examined` is
    False where something kept the asset from being looked at; `problems` then say what. `remarks` are about how it was
    delivered.
    """

    path: str
    sha256: str
    kind: str
    stage: str
    is_sequence: bool = False
    frames: tuple[int, int] | None = None
    clock: Clock | None = None
    observations: tuple[Observation, ...] = ()
    problems: tuple[Problem, ...] = ()
    examined: bool = True
    remarks: tuple[Remark, ...] = ()

    @property
    def owed(self) -> bool:
        """Whether somebody should have looked inside; not so for files that are no media."""
        return self.kind != "other" or any(problem.code != Reason.SCAN_OTHER_FILE for problem in self.problems)


@dataclass(frozen=True, slots=True)
class Context:
    """The occasion: what the drop is for, which delivery it is, and the two days that dates are held against."""

    stage: str
    delivery: Delivery | None
    delivered: date
    as_of: date
    drop_name: str
