"""What a judgement says: findings, the verdict on each asset, and how the paper was used."""

from dataclasses import dataclass
from enum import StrEnum

from detectors.observation import Span
from scanner.terms.reasons import Reason
from scanner.terms.verdicts import Verdict, worst

ABOUT = 11
"""Digits of a finding's id, 44 bits, that tell what it is about; the last tell what its declaration states, if any."""


class DecisionKind(StrEnum):
    """What a person decided: that a finding may stand, or that it is right."""

    WAIVED = "waived"
    CONFIRMED = "confirmed"


@dataclass(frozen=True, slots=True)
class Decision:
    """What a person decided about a finding; `verdict` is the one it had before, `until` a date."""

    kind: DecisionKind
    verdict: Verdict
    reason: str
    note: str
    by: str
    until: str | None


@dataclass(frozen=True, slots=True)
class Finding:
    """One judgement. `observations` are indices into the subject's; `span` None is the whole asset, or no asset.

    `id` is made of the reason, the content and what the finding is about, not of the path: identical bytes at two
    paths share it, a rename keeps it, other bytes lapse it.
    """

    id: str
    reason: Reason
    verdict: Verdict
    span: Span | None
    shot: str | None
    observations: tuple[int, ...]
    declaration: str | None
    approval: str | None
    principles: tuple[str, ...]
    message: str
    remedy: str
    decision: Decision | None = None
    part: str | None = None
    """The part of the asset that it is about; None: the asset itself."""


@dataclass(frozen=True, slots=True)
class AssetJudgement:
    """The verdict on one asset, and all that led to it, the worst first."""

    verdict: Verdict
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class Usage:
    """One entry of the paper: how many assets rest on it (a decision: how many findings), and what is wrong with it."""

    id: str
    used_by: int
    problems: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Judgement:
    """All of it: `assets` in the order of the subjects, `findings` of none of them, and the paper by its ids."""

    assets: tuple[AssetJudgement, ...]
    findings: tuple[Finding, ...] = ()
    declarations: tuple[Usage, ...] = ()
    approvals: tuple[Usage, ...] = ()
    consents: tuple[Usage, ...] = ()
    licences: tuple[Usage, ...] = ()
    waivers: tuple[Usage, ...] = ()
    confirmations: tuple[Usage, ...] = ()

    @property
    def verdict(self) -> Verdict:
        """The verdict on the drop."""
        return worst(*(asset.verdict for asset in self.assets), *(finding.verdict for finding in self.findings))
