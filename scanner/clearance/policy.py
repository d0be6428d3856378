"""The policy: which paper is needed when, and how grave each reason is at each stage. Data, read strictly.

A policy is total: every reason of the product has a verdict for every stage, so that nothing is ever left unjudged
by an oversight. What no policy may change is checked here too (see docs/policy.md).
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, TypeAlias

from pydantic import BeforeValidator, Field, ValidationError

from scanner.clearance import yaml_text
from scanner.clearance.fields import Day, Line, Prose, scalar
from scanner.clearance.mistakes import near, of_model, quoted
from scanner.clearance.paper import Part
from scanner.clearance.reasons import ADDED_LATER, NEVER_BELOW_REVIEW, NEVER_FAIL, REASONS
from scanner.clearance.verdicts import Stage, Verdict
from scanner.clearance.words import Exemption, Involves, ProductionKind, Use
from scanner.errors import Mistake, PolicyError

_BUILT_IN = Path(__file__).parent / "policies"


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


Flag: TypeAlias = Annotated[bool, BeforeValidator(_flag)]


class RequireApproval(Part):
    """What makes written approval necessary; any one is enough."""

    stages: tuple[Stage, ...] = ()
    involves: tuple[Involves, ...] = ()
    uses: tuple[Use, ...] = ()
    judgement_uses: tuple[Use, ...] = ()
    principles_not_yes: Flag = True


class RequireConsent(Part):
    """What needs a performer's consent, and which exemptions count."""

    involves: tuple[Involves, ...] = ()
    exempt: tuple[Exemption, ...] = ()


class RequireInvolved(Part):
    """What needs a licence, or an estate's consent."""

    involves: tuple[Involves, ...] = ()


class RequireAudienceDisclosure(Part):
    """Which kinds of production have to tell their viewers."""

    kinds: tuple[ProductionKind, ...] = ()


class Params(Part):
    """Numbers. `hint_counts_as_evidence` is there to say no: a hint alone never is."""

    hint_counts_as_evidence: Flag = False
    waiver_max_days: Annotated[int, BeforeValidator(_days)] = 180
    blanket_match_ratio: Annotated[float, BeforeValidator(_share)] = 0.5


class PolicyText(Part):
    """A policy as it is written."""

    id: Line
    version: Line
    title: Prose | None = None
    source: Line | None = None
    read: Day | None = None
    stages: tuple[Stage, ...]
    require_approval: RequireApproval
    require_consent: RequireConsent = RequireConsent()
    require_estate_consent: RequireInvolved = RequireInvolved()
    require_licence: RequireInvolved = RequireInvolved()
    require_audience_disclosure: RequireAudienceDisclosure = RequireAudienceDisclosure()
    approver_orgs: tuple[Line, ...] = ()
    params: Params = Params()
    principles: dict[Line, Prose] = Field(default_factory=dict)
    verdicts: dict[str, tuple[Verdict, Verdict, Verdict]]
    unwaivable: tuple[Line, ...] = ()


@dataclass(frozen=True, slots=True)
class Policy:
    """A policy that was read and found total. `sha256` is that of its bytes."""

    text: PolicyText
    sha256: str

    @property
    def id(self) -> str:
        """Its name."""
        return self.text.id

    @property
    def version(self) -> str:
        """Its version: for the built-in ones the day on which their source was read."""
        return self.text.version

    @property
    def principles(self) -> Mapping[str, str]:
        """The rules it paraphrases, by their ids."""
        return self.text.principles

    def verdict(self, reason: str, stage: str) -> Verdict:
        """How grave a reason is at a stage."""
        verdicts = self.text.verdicts.get(reason) or ADDED_LATER[reason]
        return verdicts[list(Stage).index(Stage(stage))]


def built_in() -> tuple[str, ...]:
    """The names of the policies that come with the product."""
    return tuple(sorted(file.stem for file in _BUILT_IN.glob("*.yaml")))


def load(name_or_path: str | Path) -> Policy:
    """A policy by its name, or from a file.

    Raises:
        PolicyError: there is none such, or the file has mistakes; all of them are in the message.
    """
    name = str(name_or_path)
    file = _BUILT_IN / f"{name}.yaml" if name in built_in() else Path(name)
    try:
        raw = file.read_bytes()
    except OSError as error:
        known = built_in()
        raise PolicyError(
            f"there is no policy {quoted(name)}{near(name, known)}",
            hint=f"name a file, or one of: {', '.join(known)}",
        ) from error
    document, mistakes = yaml_text.read(raw, name)
    text = _typed(document, name, mistakes) if document else None
    if document:
        mistakes += [*_gaps(document, name), *_breaches(document, name)]
    if mistakes or text is None:
        listed = "".join(f"\n  {mistake}" for mistake in sorted(mistakes))
        count = f"{len(mistakes)} mistake{'s' if len(mistakes) != 1 else ''}"
        raise PolicyError(f"{count} in the policy:{listed}", hint="a policy is complete or it isn't used")
    return Policy(text, hashlib.sha256(raw).hexdigest())


def _typed(document: yaml_text.Document, file: str, mistakes: list[Mistake]) -> PolicyText | None:
    try:
        return PolicyText.model_validate(document.data)
    except ValidationError as error:
        mistakes += of_model(error, PolicyText, document, file)
        return None


def _gaps(document: yaml_text.Document, file: str) -> list[Mistake]:
    """Reasons without a row, rows without a reason, and unwaivable reasons that don't exist."""
    rows = document.data.get("verdicts")
    if not isinstance(rows, dict):
        return []
    unwaivable = document.data.get("unwaivable")
    named = {("verdicts", code): code for code in rows} | {
        ("unwaivable", index): str(code)
        for index, code in enumerate(unwaivable if isinstance(unwaivable, list) else [])
    }
    strange = [
        _at(document, loc, file, f"there is no reason {quoted(code)}{near(code, REASONS)}")
        for loc, code in named.items()
        if code not in REASONS
    ]
    missing = [code for code in REASONS if code not in rows and code not in ADDED_LATER]
    return strange + [_at(document, ("verdicts",), file, f"no verdicts for {code}") for code in missing]


def _breaches(document: yaml_text.Document, file: str) -> list[Mistake]:
    """What no policy may say."""
    found: list[tuple[yaml_text.Loc, str]] = []
    stages = document.data.get("stages")
    if isinstance(stages, list) and stages != list(Stage):
        found.append((("stages",), f"expected [{', '.join(Stage)}], the order of the verdicts"))
    params = document.data.get("params")
    if isinstance(params, dict) and params.get("hint_counts_as_evidence") == "true":
        found.append((("params", "hint_counts_as_evidence"), "a hint alone is never evidence; only false is accepted"))
    rows = document.data.get("verdicts")
    for code, row in rows.items() if isinstance(rows, dict) else ():
        words = set(row) if isinstance(row, list) and all(isinstance(each, str) for each in row) else set()
        if code in NEVER_FAIL and Verdict.FAIL in words:
            found.append((("verdicts", code), f"{code} rests on weak observations alone and is never a fail"))
        if code in NEVER_BELOW_REVIEW and words & {Verdict.PASS, Verdict.INFO}:
            found.append((("verdicts", code), f"{code} is never below review: nobody has looked inside"))
    return [_at(document, loc, file, message) for loc, message in found]


def _at(document: yaml_text.Document, loc: yaml_text.Loc, file: str, message: str) -> Mistake:
    place = document.keys.get(loc) or document.place(loc)
    return Mistake(file, place.line, place.column, message)
