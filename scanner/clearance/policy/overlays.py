"""A policy laid over another: what it states holds, what it leaves out is the other's, and it may only tighten.

Stricter means that more paper is needed, that fewer people or exemptions count, that a verdict is graver. A file that
says `allow_loosen: true` may do the opposite; any other has each loosening told as a mistake at its place.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from scanner.clearance.policy.policy_text import PolicyLayer, PolicyRule, PolicyText, StageVerdicts
from scanner.terms.reasons import ADDED_LATER, Reason
from scanner.terms.verdicts import Stage
from scanner.terms.wording import listed
from scanner.written.scalars import PaperPart
from scanner.written.yaml_text import Loc

_SECTIONS = (
    "require_approval",
    "require_consent",
    "require_estate_consent",
    "require_licence",
    "require_audience_disclosure",
    "params",
)
_ONLY_FEWER = frozenset(
    {("require_approval", "judgement_uses"), ("require_consent", "exempt"), ("approver_orgs",)},
)
"""Lists that excuse or empower: here fewer is stricter. In every other list more is."""


@dataclass(frozen=True, slots=True)
class Loosening:
    """Where a layer is milder than what it extends, and how."""

    loc: Loc
    message: str


def whole(text: PolicyText) -> PolicyText:
    """A policy that extends nothing, with the source and day of each of its rules."""
    return text.model_copy(update={"principles": _sourced(text)})


def lay(layer: PolicyLayer, base: PolicyText) -> PolicyText:
    """The policy that a layer makes of another one."""
    sections = {name: _over(getattr(layer, name), getattr(base, name)) for name in _SECTIONS}
    lists = {
        name: getattr(layer, name) if name in layer.model_fields_set else getattr(base, name)
        for name in ("approver_orgs", "unwaivable")
    }
    own = {name: getattr(layer, name) for name in ("id", "version", "extends", "allow_loosen")}
    about = {name: getattr(layer, name) for name in ("title", "source", "read")}
    rests_on = dict(base.rests_on)
    for code, rules in layer.rests_on.items():
        rests_on[code] = tuple(dict.fromkeys([*rests_on.get(code, ()), *rules]))
    tables = {
        "principles": base.principles | _sourced(layer),
        "rests_on": rests_on,
        "verdicts": base.verdicts | layer.verdicts,
    }
    return base.model_copy(update=sections | lists | own | about | tables)


def loosenings(layer: PolicyLayer, base: PolicyText) -> Iterator[Loosening]:
    """Everything in which a layer is milder than what it extends."""
    for code, row in layer.verdicts.items():
        yield from _milder(code, row, base)
    for name in _SECTIONS:
        stated, before = getattr(layer, name), getattr(base, name)
        for key in sorted(stated.model_fields_set):
            yield from _looser((name, key), getattr(stated, key), getattr(before, key), base.id)
    for name in ("approver_orgs", "unwaivable"):
        if name in layer.model_fields_set:
            yield from _looser((name,), getattr(layer, name), getattr(base, name), base.id)


def _over(stated: PaperPart, before: PaperPart) -> PaperPart:
    return before.model_copy(update={key: getattr(stated, key) for key in stated.model_fields_set})


def _sourced(layer: PolicyLayer) -> dict[str, PolicyRule]:
    return {
        key: rule.model_copy(update={"source": rule.source or layer.source, "read": rule.read or layer.read})
        for key, rule in layer.principles.items()
    }


def _milder(code: str, row: StageVerdicts, base: PolicyText) -> Iterator[Loosening]:
    before = base.verdicts.get(code) or ADDED_LATER.get(Reason(code))
    for place, (stage, verdict) in enumerate(zip(Stage, row, strict=True)):
        if before and verdict.rank < before[place].rank:
            message = f"{code} at {stage}: {verdict} is milder than {before[place]}, as in {base.id}"
            yield Loosening(("verdicts", code, place), message)


def _looser(way: tuple[str, ...], stated: object, before: object, base: str) -> Iterator[Loosening]:
    name = way[-1]
    if isinstance(stated, tuple) and isinstance(before, tuple):
        fewer = way in _ONLY_FEWER
        wrong = sorted(map(str, set(stated) - set(before) if fewer else set(before) - set(stated)))
        verb = "adds" if fewer else "leaves out"
        message = f"{name} {verb} {listed(wrong)}, {'unlike' if fewer else 'which stands in'} {base}"
        if wrong:
            yield Loosening(way, message)
    elif isinstance(stated, bool):
        if before and not stated:
            yield Loosening(way, f"{name} is false; it is true in {base}")
    elif _number(stated) > _number(before):
        yield Loosening(way, f"{name} is {stated}; in {base} it is {before}")


def _number(value: object) -> float:
    return float(value) if isinstance(value, int | float) else 0.0
