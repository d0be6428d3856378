"""What a run goes by, settled before anything is opened: paper, policy, stage, dates, and where each came from."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from detectors import RuleTable, TrustList
from scanner.media.decode.plans import Effort
from scanner.run.grounds import Grounds


@dataclass(frozen=True, slots=True)
class Order:
    """One drop, and all that its report may depend on besides its bytes.

    `cache` is the folder in which examinations are remembered, `data` the one in which finished scans are archived;
    None for nowhere. `out` lies outside the drop. `redacted`: what metadata says is not quoted in the report.
    `allow_degraded`: the run goes on where this machine has no exiftool. `allow_empty`: also where there is nothing to
    examine in the drop.
    """

    drop: Path
    out: Path
    grounds: Grounds
    references: tuple[Path, ...] = ()
    trust: tuple[TrustList, ...] = ()
    rules: tuple[RuleTable, ...] = ()
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    jobs: int = 1
    cache: Path | None = None
    data: Path | None = None
    reread: bool = False
    redacted: bool = False
    effort: Effort = "usual"
    allow_degraded: bool = False
    allow_empty: bool = False


@dataclass(frozen=True, slots=True)
class RematchOrder:
    """Archived drops, and what they are matched against.

    `drop`: the name of those that are wanted, None for all. `as_of`: the day on which to judge, None for the day of
    each scan. `out` is the folder in which a folder for each drop is made. `allow_empty`: also where none is archived.
    """

    references: tuple[Path, ...]
    out: Path
    cache: Path
    data: Path
    drop: str | None = None
    as_of: date | None = None
    jobs: int = 1
    allow_empty: bool = False


@dataclass(frozen=True, slots=True)
class InspectOrder:
    """One file that somebody wants to see into, and what its reading rests on; nothing is judged.

    `as_of`: the day against which certificates are held. `allow_degraded`: as for a scan.
    """

    file: Path
    as_of: date
    trust: tuple[TrustList, ...] = ()
    rules: tuple[RuleTable, ...] = ()
    cache: Path | None = None
    effort: Effort = "usual"
    allow_degraded: bool = False
