"""Looking at one asset, inside a worker process: extract what the picture gives, and let every detector look.

Whatever goes wrong with one part becomes a problem of that part; the others are still made.
"""

import contextlib
import os
import resource
import signal
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from detectors import DetectorSettings, builtin
from detectors.fingerprint.prints import Prints
from detectors.material import Detector, MaterialError, Piece, Sidecar
from detectors.observation import Observation
from scanner.drop.assets import Member
from scanner.drop.names import presentable
from scanner.examination import Detection, Extraction, PartListing, Problem
from scanner.media.asset.extract import extract
from scanner.media.asset.material import AssetMaterial
from scanner.media.asset.remarks import MediaDetector
from scanner.media.errors import MediaError
from scanner.media.facts.tags import ExifTool
from scanner.media.hindrances import reason_of
from scanner.media.program import ADDRESS_SPACE
from scanner.parts.drawn import full_size, look_at_drawn
from scanner.parts.listing import ListedParts, list_parts
from scanner.parts.of_sequences import list_parts_of_sequence
from scanner.run.looking.insides import BOUNDS
from scanner.run.looking.plan import Closeness, Task, Unit, Visit
from scanner.terms.reasons import Reason


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


def examine(visit: Visit) -> tuple[Examined, ...]:
    """Make what each task of a visit asks for, in their order."""
    extracted = _extracted(visit)
    return tuple(_examined(task, extracted.get(task.unit.drawn)) for task in visit)


def _examined(task: Task, extracted: tuple[Extraction, Prints] | None) -> Examined:
    unit = task.unit
    extraction, prints = extracted or (None, Prints())
    detections = {}
    if task.detectors:
        drawn = partial(full_size, pieces(unit), unit.drawn, BOUNDS) if unit.drawn else None
        is_sequence = unit.asset.is_sequence
        material = AssetMaterial(pieces(unit), _Worker.exiftool, sequence=is_sequence, track=unit.track, drawn=drawn)
        detections = {
            detector.id: _detect(detector, material) for detector in _Worker.detectors if detector.id in task.detectors
        }
    listed = _list_parts(unit, task.spool) if task.spool else None
    return Examined(extraction, prints, detections, listed, changed=changed(unit))


def _extracted(visit: Visit) -> Mapping[str, tuple[Extraction, Prints]]:
    """What is to be extracted in a visit, by the part that is drawn out of the files; empty: no such part."""
    wanted = [(task.unit, task.extract) for task in visit if task.extract]
    made: dict[str, tuple[Extraction, Prints]] = {}
    for unit, closeness in wanted:
        if not unit.drawn:
            made[""] = _extract(unit, closeness)
    for mirrored in (False, True):
        drawn = [unit for unit, how in wanted if unit.drawn and (how == "reference") is mirrored]
        if drawn:
            made |= look_at_drawn({unit.drawn: pieces(unit) for unit in drawn}, BOUNDS, mirrored=mirrored)
    return made


def _extract(unit: Unit, closeness: Closeness) -> tuple[Extraction, Prints]:
    meant = partial(extract, pieces(unit), sequence=unit.asset.is_sequence, track=unit.track, hidden=unit.hidden)
    return meant(reference=True) if closeness == "reference" else meant(effort=closeness)


def _list_parts(unit: Unit, spool: Path) -> ListedParts:
    """The parts of a unit; none where its file can't be opened, which its extraction tells."""
    files = pieces(unit)
    if unit.asset.is_sequence:
        return list_parts_of_sequence(files, spool, BOUNDS)
    with contextlib.suppress(MediaError):
        return list_parts(files[0], spool, BOUNDS)
    return ListedParts(PartListing())


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
