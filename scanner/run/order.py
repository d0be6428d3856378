"""What a run goes by, settled before anything is opened: paper, policy, stage, dates, and where each came from."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from detectors import TrustList
from scanner.media.plans import Effort
from scanner.run.grounds import Grounds


@dataclass(frozen=True, slots=True)
class Order:
    """One drop, and all that its report may depend on besides its bytes.

    `cache` is the folder in which examinations are remembered, `data` the one in which finished scans are archived;
    None for nowhere. `out` lies outside the drop.
    """

    drop: Path
    out: Path
    grounds: Grounds
    references: tuple[Path, ...] = ()
    trust: tuple[TrustList, ...] = ()
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    jobs: int = 1
    cache: Path | None = None
    data: Path | None = None
    reread: bool = False
    effort: Effort = "usual"


@dataclass(frozen=True, slots=True)
class RematchOrder:
    """Archived drops, and what they are matched against.

    `drop`: the name of those that are wanted, None for all. `as_of`: the day on which to judge, None for the day of
    each scan. `out` is the folder in which a folder for each drop is made.
    """

    references: tuple[Path, ...]
    out: Path
    cache: Path
    data: Path
    drop: str | None = None
    as_of: date | None = None
    jobs: int = 1
