"""A policy as people write it: the model of the file, whole or as a layer over another one.

What one file may say about another, and what no policy may say at all, is not here (see `overlays`).
"""

from typing import Annotated, TypeAlias

from pydantic import BeforeValidator, Field

from scanner.terms.verdicts import Stage, Verdict
from scanner.terms.words import Exemption, Involves, ProductionKind, Use
from scanner.written.scalars import Day, Line, PaperPart, Prose, scalar


def _flag(value: object) -> bool:
    text = scalar(value)
    if text not in {"true", "false"}:
        raise ValueError("expected true or false")
    return text == "true"


def _days(value: object) -> int:
    text = scalar(value)
    if not text.isdecimal() or not 0 < int(text[:6]) < 100_000:  # noqa: PLR2004 - 273 years
        raise ValueError("expected a number of days")
    return int(text)


def _share(value: object) -> float:
    text = scalar(value)
    try:
        share = float(text)
    except ValueError:
        share = 0.0
    if not 0 < share <= 1:
        raise ValueError("expected a share of the drop, above 0 and up to 1")
    return share


def _rule(value: object) -> object:
    """A rule may be written as its text alone; then the policy's source and day are its own."""
    return {"text": value} if isinstance(value, str) else value


Flag: TypeAlias = Annotated[bool, BeforeValidator(_flag)]
StageVerdicts: TypeAlias = tuple[Verdict, Verdict, Verdict]
"""The verdicts of a reason at the three stages."""


class RequireApproval(PaperPart):
    """What makes written approval necessary; any one is enough."""

    stages: tuple[Stage, ...] = ()
    involves: tuple[Involves, ...] = ()
    uses: tuple[Use, ...] = ()
    judgement_uses: tuple[Use, ...] = ()
    principles_not_yes: Flag = True


class RequireConsent(PaperPart):
    """What needs a performer's consent, and which exemptions count."""

    involves: tuple[Involves, ...] = ()
    exempt: tuple[Exemption, ...] = ()


class RequireInvolved(PaperPart):
    """What needs a licence, or an estate's consent."""

    involves: tuple[Involves, ...] = ()


class RequireAudienceDisclosure(PaperPart):
    """When viewers have to be told: in these kinds of production, and where these are involved in any kind."""

    kinds: tuple[ProductionKind, ...] = ()
    involves: tuple[Involves, ...] = ()


class Params(PaperPart):
    """Numbers. `hint_counts_as_evidence` is there to say no: a hint alone never is."""

    hint_counts_as_evidence: Flag = False
    waiver_max_days: Annotated[int, BeforeValidator(_days)] = 180
    blanket_match_ratio: Annotated[float, BeforeValidator(_share)] = 0.5


class PolicyRule(PaperPart):
    """A principle in a line, where it is from, and the day on which that was read."""

    text: Prose
    source: Line | None = None
    read: Day | None = None


PolicyRules: TypeAlias = dict[Line, Annotated[PolicyRule, BeforeValidator(_rule)]]


class PolicyLayer(PaperPart):
    """A file that extends another policy: what it states holds, what it leaves out is the other's."""

    id: Line
    version: Line
    extends: Line | None = None
    allow_loosen: Flag = False
    title: Prose | None = None
    source: Line | None = None
    read: Day | None = None
    stages: tuple[Stage, ...] | None = None
    require_approval: RequireApproval = RequireApproval()
    require_consent: RequireConsent = RequireConsent()
    require_estate_consent: RequireInvolved = RequireInvolved()
    require_licence: RequireInvolved = RequireInvolved()
    require_audience_disclosure: RequireAudienceDisclosure = RequireAudienceDisclosure()
    approver_orgs: tuple[Line, ...] = ()
    params: Params = Params()
    principles: PolicyRules = Field(default_factory=dict)
    rests_on: dict[str, tuple[Line, ...]] = Field(default_factory=dict)
    verdicts: dict[str, StageVerdicts] = Field(default_factory=dict)
    unwaivable: tuple[Line, ...] = ()


class PolicyText(PolicyLayer):
    """A policy that stands by itself; a layer becomes one when it is laid on what it extends."""

    stages: tuple[Stage, ...]
    require_approval: RequireApproval
    verdicts: dict[str, StageVerdicts]
