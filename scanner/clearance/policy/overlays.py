"""A policy laid over another: what it states holds, what it leaves out is the other's, and it may only tighten.

Stricter means that more paper is needed, that fewer people or exemptions count, that a verdict is graver. A file that
says `allow_loosen: true` may do the opposite; any other has each loosening told as a mistake at its place.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from scanner.clearance.policy import table
from scanner.clearance.policy.policy_text import PolicyLayer, PolicyRule, PolicyText, StageVerdicts
from scanner.terms.reasons import ADDED_LATER, Reason
from scanner.terms.verdicts import Stage
from scanner.terms.wording import listed
from scanner.terms.words import Need
from scanner.written.yaml_text import Loc

_LISTS = ("approver_orgs", "unwaivable", "only_approvers_waive")
_ONLY_FEWER = frozenset(
    {
        ("require_approval", "judgement_uses"),
        ("require_consent", "exempt"),
        ("excuses", "exemptions"),
        ("excuses", "mending_uses"),
        ("approver_orgs",),
    },
)
"""Lists that excuse or empower: here fewer is stricter. In every other list more is."""


@dataclass(frozen=True, slots=True)
class Loosening:
    """Where a layer is milder than what it extends, and how."""

    loc: Loc
    message: str


def whole(text: PolicyText, shipped: PolicyText) -> PolicyText:
    """A policy that extends nothing, with the source and day of each of its rules.

    One from before there was a table has its lists as columns of the shipped one's: what its lists can't say is that's.
    """
    told = {"principles": _sourced(text)}
    if "obliges" in text.model_fields_set:
        return text.model_copy(update=told)
    older = {
        "obliges": table.laid(text, shipped.obliges, every_list=True),
        "excuses": table.excused(text, shipped.excuses, every_list=True),
        "consent_kinds": shipped.consent_kinds,
        "only_approvers_waive": shipped.only_approvers_waive,
    }
    return text.model_copy(update=told | older)


def lay(layer: PolicyLayer, base: PolicyText) -> PolicyText:
    """The policy that a layer makes of another one."""
    sections = {
        "obliges": table.laid(layer, base.obliges),
        "excuses": table.excused(layer, base.excuses),
        "params": base.params.model_copy(
            update={key: getattr(layer.params, key) for key in layer.params.model_fields_set}
        ),
    }
    lists = {name: getattr(layer if name in layer.model_fields_set else base, name) for name in _LISTS}
    lists["unwaivable"] = tuple(dict.fromkeys([*lists["unwaivable"], *_later(base.unwaivable)]))
    own = {name: getattr(layer, name) for name in ("id", "version", "extends", "allow_loosen")}
    about = {name: getattr(layer, name) for name in ("title", "source", "read")}
    rests_on = dict(base.rests_on)
    for code, rules in layer.rests_on.items():
        rests_on[code] = tuple(dict.fromkeys([*rests_on.get(code, ()), *rules]))
    tables = {
        "principles": base.principles | _sourced(layer),
        "rests_on": rests_on,
        "verdicts": base.verdicts | layer.verdicts,
        "consent_kinds": base.consent_kinds | layer.consent_kinds,
    }
    return base.model_copy(update=sections | lists | own | about | tables)


def loosenings(layer: PolicyLayer, base: PolicyText) -> Iterator[Loosening]:
    """Everything in which a layer is milder than what it extends."""
    for code, row in layer.verdicts.items():
        yield from _milder(code, row, base)
    yield from _lists(layer, base)
    for axis in table.AXES:
        yield from _asking_less(axis, layer, base)
    yield from _more_kinds(layer, base)


def _lists(layer: PolicyLayer, base: PolicyText) -> Iterator[Loosening]:
    """Lists and numbers of a layer, those of an older form included."""
    for name in ("params", "excuses"):
        stated, before = getattr(layer, name), getattr(base, name)
        for key in sorted(stated.model_fields_set):
            yield from _looser((name, key), getattr(stated, key), getattr(before, key), base.id)
    for name, key in sorted([*table.COLUMNS, table.EXEMPT]):
        stated = getattr(layer, name)
        if key in stated.model_fields_set:
            yield from _looser((name, key), getattr(stated, key), table.column(base, name, key), base.id)
    for name in _LISTS:
        if name in layer.model_fields_set:
            before = tuple(word for word in getattr(base, name) if name != "unwaivable" or not _later([word]))
            yield from _looser((name,), getattr(layer, name), before, base.id)


def _later(codes: Iterable[str]) -> list[str]:
    """Those of some reasons that came after lists of them were written; no such list leaves them out."""
    return [code for code in codes if code in ADDED_LATER]


def _more_kinds(layer: PolicyLayer, base: PolicyText) -> Iterator[Loosening]:
    """The kinds of consent that a layer takes, and what it extends doesn't."""
    for word, kinds in layer.consent_kinds.items():
        more = sorted(set(kinds) - set(base.consent_kinds.get(word, kinds)))
        if more:
            yield Loosening(
                ("consent_kinds", word), f"{word} takes consents of the kind {listed(more)}, unlike {base.id}"
            )


def _asking_less(axis: str, layer: PolicyLayer, base: PolicyText) -> Iterator[Loosening]:
    """The rows of a layer that ask for less than those of what it extends; judgement instead of a fail is less too."""
    before = table.rows(base.obliges, axis)
    for word, needs in table.rows(layer.obliges, axis).items():
        left_out = sorted(set(before[word]) - set(needs) - {Need.JUDGEMENT})
        if left_out:
            message = f"{word} asks for no {listed(left_out)}; it does in {base.id}"
            yield Loosening(("obliges", axis, word), message)
        if Need.JUDGEMENT in needs and Need.JUDGEMENT not in before[word]:
            yield Loosening(("obliges", axis, word), f"{word} is left to judgement, unlike in {base.id}")


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
