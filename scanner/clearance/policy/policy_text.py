"""A policy as people write it: the model of the file, whole or as a layer over another one.

What one file may say about another, and what no policy may say at all, is not here (see `overlays`).
"""

from collections.abc import Callable
from enum import StrEnum
from typing import Annotated, TypeAlias

from pydantic import BeforeValidator, Field

from scanner.terms.verdicts import Stage, Verdict
from scanner.terms.words import (
    ConsentKind,
    Exemption,
    Input,
    Involves,
    Need,
    Principle,
    ProductionKind,
    ToolFact,
    Use,
)
from scanner.written.mistakes import near, quoted
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


def _one_of(*lists: type[StrEnum]) -> Callable[[object], str]:
    """A reader of one word out of several lists of words."""

    def read(value: object) -> str:
        text, known = scalar(value), [str(word) for words in lists for word in words]
        if text not in known:
            raise ValueError(f"{quoted(text)} is none of {', '.join(known)}{near(text, known)}")
        return text

    return read


Flag: TypeAlias = Annotated[bool, BeforeValidator(_flag)]
StageVerdicts: TypeAlias = tuple[Verdict, Verdict, Verdict]
"""The verdicts of a reason at the three stages."""
Needs: TypeAlias = tuple[Need, ...]


class Obliges(PaperPart):
    """What asks for what: for each word that paper can choose, what it asks for. Total in a policy that is whole.

    `stage`: of the delivery; `kind`: of the production; `use`, `involves` and `inputs`: of a declaration; `principle`:
    one that isn't answered yes; `tool`: what the record of a tool shows that isn't under an enterprise agreement.
    """

    stage: dict[Stage, Needs] = Field(default_factory=dict)
    kind: dict[ProductionKind, Needs] = Field(default_factory=dict)
    use: dict[Use, Needs] = Field(default_factory=dict)
    involves: dict[Involves, Needs] = Field(default_factory=dict)
    inputs: dict[Input, Needs] = Field(default_factory=dict)
    principle: dict[Principle, Needs] = Field(default_factory=dict)
    tool: dict[ToolFact, Needs] = Field(default_factory=dict)


class Excuses(PaperPart):
    """What excuses from a need.

    `exemptions`: of a performer's consent. `mending_uses` owe viewers no word. `not_for_generated`: those of these
    words, and kinds of consent, that say nothing of what a model made as a whole.
    """

    exemptions: tuple[Exemption, ...] = ()
    mending_uses: tuple[Use, ...] = ()
    not_for_generated: tuple[Annotated[str, BeforeValidator(_one_of(Exemption, Use, ConsentKind))], ...] = ()


ConsentWord: TypeAlias = Annotated[str, BeforeValidator(_one_of(Involves, Use))]


class RequireApproval(PaperPart):
    """What makes written approval necessary, as policies said it before there was a table (see `table`)."""

    stages: tuple[Stage, ...] = ()
    involves: tuple[Involves, ...] = ()
    uses: tuple[Use, ...] = ()
    judgement_uses: tuple[Use, ...] = ()
    principles_not_yes: Flag = True


class RequireConsent(PaperPart):
    """What needs a performer's consent, and which exemptions count; said so before there was a table."""

    involves: tuple[Involves, ...] = ()
    exempt: tuple[Exemption, ...] = ()


class RequireInvolved(PaperPart):
    """What needs a licence, or an estate's consent; said so before there was a table."""

    involves: tuple[Involves, ...] = ()


class RequireAudienceDisclosure(PaperPart):
    """When viewers have to be told: in these kinds, or where these are involved; said so before there was a table."""

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
    obliges: Obliges = Obliges()
    consent_kinds: dict[ConsentWord, tuple[ConsentKind, ...]] = Field(default_factory=dict)
    excuses: Excuses = Excuses()
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
    only_approvers_waive: tuple[Line, ...] = ()


class PolicyText(PolicyLayer):
    """A policy that stands by itself; a layer becomes one when it is laid on what it extends."""

    stages: tuple[Stage, ...]
    verdicts: dict[str, StageVerdicts]
