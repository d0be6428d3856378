"""What one scan goes by, settled before anything is opened: paper, policy, stage, dates, and where each came from."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from detectors import TrustList
from scanner.clearance.paper import Paper
from scanner.clearance.policy import Policy
from scanner.clearance.subject import Context
from scanner.media.plans import Effort
from scanner.report.build import StageFrom


@dataclass(frozen=True, slots=True)
class Order:
    """One drop, and all that its report may depend on besides its bytes.

    `cache` is the folder in which examinations are remembered, None for nowhere. `out` lies outside the drop.
    """

    drop: Path
    out: Path
    policy: Policy
    context: Context
    stage_from: StageFrom
    paper: Paper | None = None
    references: tuple[Path, ...] = ()
    trust: tuple[TrustList, ...] = ()
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    jobs: int = 1
    cache: Path | None = None
    reread: bool = False
    effort: Effort = "usual"

    @property
    def as_of(self) -> date:
        """The day on which the judgement stands."""
        return self.context.as_of
