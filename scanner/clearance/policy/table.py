"""The table of a policy: what asks for what, for each word that paper can choose.

Before there was a table, policies said the same in lists, one for each need (`require_approval: {uses: [...]}`). They
are still read: such a list is a column of the table, whole.
"""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from scanner.clearance.policy.policy_text import Excuses, Needs, Obliges, PolicyLayer, PolicyText
from scanner.terms.verdicts import Stage
from scanner.terms.words import Input, Involves, Need, Principle, ProductionKind, ToolFact, Use

AXES: Mapping[str, type[StrEnum]] = MappingProxyType(
    {
        "stage": Stage,
        "kind": ProductionKind,
        "use": Use,
        "involves": Involves,
        "inputs": Input,
        "principle": Principle,
        "tool": ToolFact,
    }
)
"""The parts of the table, and the words that each has a row for."""

COLUMNS: Mapping[tuple[str, str], tuple[str, Need]] = MappingProxyType(
    {
        ("require_approval", "stages"): ("stage", Need.APPROVAL),
        ("require_approval", "involves"): ("involves", Need.APPROVAL),
        ("require_approval", "uses"): ("use", Need.APPROVAL),
        ("require_approval", "judgement_uses"): ("use", Need.JUDGEMENT),
        ("require_approval", "principles_not_yes"): ("principle", Need.APPROVAL),
        ("require_consent", "involves"): ("involves", Need.CONSENT),
        ("require_estate_consent", "involves"): ("involves", Need.ESTATE_CONSENT),
        ("require_licence", "involves"): ("involves", Need.LICENCE),
        ("require_audience_disclosure", "kinds"): ("kind", Need.DISCLOSURE),
        ("require_audience_disclosure", "involves"): ("involves", Need.DISCLOSURE),
    }
)
"""The lists of older policies, and the column of the table that each is."""
NEWER: Mapping[tuple[str, str], frozenset[str]] = MappingProxyType(
    {
        ("require_approval", "uses"): frozenset({Use.VOICE, Use.TRAINING}),
        ("require_approval", "involves"): frozenset(
            {Involves.SYNTHETIC_PERFORMER, Involves.DECEASED_PERSON, Involves.PUBLIC_FIGURE}
        ),
    }
)
"""Words that asked for nothing when lists were written: a list over another policy says nothing of them."""
EXEMPT = ("require_consent", "exempt")
"""The list of older policies that is `excuses.exemptions` now."""


def rows(obliges: Obliges, axis: str) -> dict[str, Needs]:
    """The rows of one part of the table, in the order of its words."""
    stated: Mapping[str, Needs] = getattr(obliges, axis)
    return {word: stated[word] for word in AXES[axis] if word in stated}


def asking(obliges: Obliges, axis: str, need: Need) -> tuple[str, ...]:
    """The words of one part of the table that ask for something."""
    return tuple(word for word, needs in rows(obliges, axis).items() if need in needs)


def laid(layer: PolicyLayer, before: Obliges, *, every_list: bool = False) -> Obliges:
    """The table that a layer makes of another: its rows hold, its lists are whole columns, the rest is the other's.

    `every_list`: a list that isn't stated is an empty one, as in a policy that extends nothing.
    """
    table = {axis: {**rows(before, axis), **rows(layer.obliges, axis)} for axis in AXES}
    for (section, key), (axis, need) in COLUMNS.items():
        stated = getattr(layer, section)
        if key not in stated.model_fields_set and not every_list:
            continue
        value = getattr(stated, key)
        words = frozenset(AXES[axis] if value is True else value or ())
        silent = frozenset() if every_list else NEWER.get((section, key), frozenset()) - words
        for word, needs in table[axis].items():
            if word in silent:
                continue
            others = tuple(each for each in needs if each is not need)
            table[axis][word] = (*others, need) if word in words else others
    return Obliges.model_validate(table)


def excused(layer: PolicyLayer, before: Excuses, *, every_list: bool = False) -> Excuses:
    """What excuses by a layer over another policy, its list of an older form included."""
    changes = {key: getattr(layer.excuses, key) for key in layer.excuses.model_fields_set}
    section, key = EXEMPT
    stated = getattr(layer, section)
    if key in stated.model_fields_set or every_list:
        changes["exemptions"] = stated.exempt
    return before.model_copy(update=changes)


def column(text: PolicyText, section: str, key: str) -> object:
    """What a list of an older form has to hold over a policy: its words, or whether all principles ask for it."""
    if (section, key) == EXEMPT:
        return text.excuses.exemptions
    axis, need = COLUMNS[section, key]
    words = asking(text.obliges, axis, need)
    if axis == "principle":
        return len(words) == len(AXES[axis])
    return tuple(word for word in words if word not in NEWER.get((section, key), frozenset()))
