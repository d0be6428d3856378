"""Looking at one asset, inside a worker process: extract what the picture gives, and let every detector look.

Whatever goes wrong with one part becomes a problem of that part; the others are still made.
"""

import contextlib
import os
import resource
import signal
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from detectors import DetectorSettings, builtin
from detectors.fingerprint.prints import Prints
from detectors.material import Detector, MaterialError, Piece, Sidecar
from detectors.observation import Observation
from scanner.drop.assets import Member
from scanner.drop.names import presentable
from scanner.examination import Detection, Extraction, Part, PartListing, Problem
from scanner.media.asset.extract import extract
from scanner.media.asset.material import AssetMaterial
from scanner.media.asset.remarks import MediaDetector
from scanner.media.errors import MediaError
from scanner.media.facts.tags import ExifTool
from scanner.media.hindrances import reason_of
from scanner.media.program import ADDRESS_SPACE
from scanner.parts.listing import ListedParts, list_parts
from scanner.run.looking.insides import BOUNDS
from scanner.run.looking.plan import Closeness, Task, Unit
from scanner.terms.reasons import Reason

_TAKING_NOTHING_OUT = replace(BOUNDS, opened=0)


@dataclass(frozen=True, slots=True)
class Examined:
    """What a task asked for. `listed`: the parts of the unit, where it asked for them."""

    extraction: Extraction | None = None
    prints: Prints = field(default_factory=Prints)
    detections: dict[str, Detection] = field(default_factory=dict)
    listed: ListedParts | None = None
    changed: bool = False
    """The files were written to while they were read: what was seen belongs to no content, and is not kept."""


def detectors_of(settings: DetectorSettings) -> tuple[Detector, ...]:
    """The detectors of a scan, in the order in which reports list what they saw."""
    return (*builtin(settings), MediaDetector())


class _Worker:
    """What a worker process keeps from task to task."""

    detectors: tuple[Detector, ...] = ()
    exiftool: ExifTool


def initialise(settings: DetectorSettings) -> None:
    """Make this process a worker. The person's Ctrl-C is the parent's to handle: it ends the workers in order."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _, most = resource.getrlimit(resource.RLIMIT_AS)
    bound = ADDRESS_SPACE if most == resource.RLIM_INFINITY else min(ADDRESS_SPACE, most)
    resource.setrlimit(resource.RLIMIT_AS, (bound, most))  # decoders run in here too: a bomb fails, the machine goes on
    _Worker.detectors = detectors_of(settings)
    _Worker.exiftool = ExifTool(absent=settings.without_exiftool)


def examine(task: Task) -> Examined:
    """Make what the task asks for."""
    unit = task.unit
    extraction, prints = None, Prints()
    if task.extract:
        extraction, prints = _extract(unit, task.extract)
    detections = {}
    if task.detectors:
        material = AssetMaterial(pieces(unit), _Worker.exiftool, sequence=unit.asset.is_sequence, track=unit.track)
        detections = {
            detector.id: _detect(detector, material) for detector in _Worker.detectors if detector.id in task.detectors
        }
    listed = _list_parts(unit, task.spool) if task.spool else None
    return Examined(extraction, prints, detections, listed, changed=changed(unit))


def _extract(unit: Unit, closeness: Closeness) -> tuple[Extraction, Prints]:
    is_sequence = unit.asset.is_sequence
    if closeness == "reference":
        return extract(pieces(unit), sequence=is_sequence, reference=True, track=unit.track)
    return extract(pieces(unit), sequence=is_sequence, effort=closeness, track=unit.track)


def _list_parts(unit: Unit, spool: Path) -> ListedParts:
    """The parts of a unit; none where its file can't be opened, which its extraction tells."""
    files = pieces(unit)
    bounds = BOUNDS if len(files) == 1 else _TAKING_NOTHING_OUT
    listed = []
    for piece in files:
        with contextlib.suppress(MediaError):
            listed.append(list_parts(piece, spool, bounds))
    return listed[0] if len(files) == 1 and listed else _of_a_sequence(listed, len(files))


def _of_a_sequence(listed: Sequence[ListedParts], count: int) -> ListedParts:
    """What the files of a sequence hold besides their pictures, told once for all of them; it is not looked at."""
    parts: dict[str, Part] = {}
    holders: Counter[str] = Counter()
    for part in (part for of_a_file in listed for part in of_a_file.listing.parts):
        if part.id not in parts or not part.harmless:
            parts[part.id] = part
        holders[part.id] += not part.harmless
    told = (
        part
        if part.harmless
        else replace(
            part,
            why_not=f"there is one in {holders[part.id]} of {count} files of the sequence; what lies in the files of a "
            "sequence besides their pictures is not looked at",
        )
        for part in parts.values()
    )
    problems = dict.fromkeys(problem for of_a_file in listed for problem in of_a_file.listing.problems)
    return ListedParts(
        PartListing(tuple(told), tuple(problems)), lasting=all(of_a_file.lasting for of_a_file in listed)
    )


def pieces(unit: Unit) -> tuple[Piece, ...]:
    """The files of a unit as detectors see them."""
    return tuple(
        Piece(
            member.path(unit.root),
            unit.name if unit.depth else presentable(member.name),
            member.number,
            _sidecar(unit, member),
        )
        for member in unit.asset.members
    )


def _sidecar(unit: Unit, member: Member) -> Sidecar | None:
    beside = unit.sidecars.by_member.get(member.relative) if unit.sidecars else None
    if beside is None:
        return None
    return Sidecar(beside.sidecar.path(unit.root), tuple(rival.path(unit.root) for rival in beside.rivals))


def _detect(detector: Detector, material: AssetMaterial) -> Detection:
    """What a detector observes, and the problem that stopped it; what it observed before that counts."""
    observations: list[Observation] = []
    problems: tuple[Problem, ...] = ()
    try:
        if detector.handles(material):
            observations.extend(detector.observe(material))  # keeps what came before an exception
    except MaterialError as error:
        problems = (Problem(reason_of(error), f"{detector.id}: {error}"),)
    except Exception as error:  # noqa: BLE001 - a detector's fault is an entry of the report, never a pass
        message = f"the detector {detector.id} failed on it: {type(error).__name__}: {error}"
        problems = (Problem(Reason.SCAN_CRASHED, message),)
    return Detection(tuple(observations), problems)


def changed(unit: Unit) -> bool:
    """Whether files of a unit, or the sidecars beside them, are no longer as the walk saw them."""
    sidecars = unit.sidecars.by_member.values() if unit.sidecars else ()
    sidecar_members = [member for sidecar in sidecars for member in (sidecar.sidecar, *sidecar.rivals)]
    for member in (*unit.asset.members, *sidecar_members):
        try:
            now = os.lstat(Path(unit.root, member.relative))
        except OSError:
            return True
        if (now.st_size, now.st_mtime_ns, now.st_ino) != (member.size, member.mtime_ns, member.inode):
            return True
    return False
