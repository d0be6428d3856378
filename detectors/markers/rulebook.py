"""Loads the table of rules and refuses one that could do harm: a table with a mistake in it matches nothing at all.

A rule says where to look, what must stand there, what that means, and where the knowledge comes from. It brings a
value that it must see and one that it must spare. The schema is at the top of rules.toml.
"""

import hashlib
import re
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from importlib import resources
from typing import Any

from detectors.markers.patterns import PatternError, compiled
from detectors.markers.rule import Example, Match, Rule, matches_example
from detectors.markers.shapes import SHAPES
from detectors.observation import Claim, Strength, shorten
from detectors.source_types import Nature

_SEEN = {"real", "source", "second-hand"}
_ID = re.compile(r"[a-z0-9]+(?:\.[a-z0-9_]+)+")
_KEYS: dict[str, type] = {
    "id": str,
    "strength": str,
    "claim": str,
    "generator": str,
    "names_generator": bool,
    "generator_in": list,
    "where": list,
    "match": dict,
    "not": list,
    "suspect": bool,
    "prompt": bool,
    "prompt_in": list,
    "source": str,
    "checked": date,
    "seen": str,
    "hit": list,
    "spare": list,
}
_NEEDED = ("id", "strength", "match", "source", "checked", "seen", "hit", "spare")
_WAYS = ("regex", "shape", "source_type", "pair", "file_name")


class RuleError(ValueError):
    """The table can't be used; the message lists every mistake in it, one a line."""


@dataclass(frozen=True, slots=True)
class Rulebook:
    """The rules in force, in the order of their tables, and a sha256 over the text of these."""

    rules: tuple[Rule, ...]
    digest: str

    @property
    def telling_names(self) -> tuple[re.Pattern[str], ...]:
        """How the names of files that somebody should ask about are known."""
        return tuple(rule.match.file_name for rule in self.rules if rule.match.file_name is not None)


@lru_cache(maxsize=1)
def built_in() -> Rulebook:
    """The table that comes with the product."""
    return load(resources.files("detectors.markers").joinpath("rules.toml").read_text(encoding="utf-8"))


def with_house(base: Rulebook, texts: Sequence[str]) -> Rulebook:
    """The rules of `base` and then those of a house's own tables; the digest changes with any of them.

    Raises:
        RuleError: a table has a mistake, or an id that another has too.
    """
    rules, digests = list(base.rules), [base.digest]
    for text in texts:
        more = load(text)
        twice = sorted({rule.id for rule in rules} & {rule.id for rule in more.rules})
        if twice:
            raise RuleError("\n".join(f"rule {name}: another table has a rule of this id" for name in twice))
        rules += more.rules
        digests.append(more.digest)
    return Rulebook(tuple(rules), hashlib.sha256("\n".join(digests).encode()).hexdigest() if texts else base.digest)


def load(text: str) -> Rulebook:
    """The rules that the text of a table describes.

    Raises:
        RuleError: it isn't TOML, or any rule in it has a mistake.
    """
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise RuleError(f"the rules are no TOML: {error}") from error
    mistakes = [f"unknown key {key!r} at the top" for key in table if key != "rule"]
    rules: list[Rule] = []
    ids: set[str] = set()
    rows = table.get("rule", [])
    for number, row in enumerate(rows if isinstance(rows, list) else [], start=1):
        name = row.get("id", f"number {number}") if isinstance(row, dict) else f"number {number}"
        if not isinstance(row, dict):
            mistakes.append(f"rule {name}: not a table")
            continue
        faults = [*_mistakes(row), *(["the id is used twice"] if name in ids else [])]
        ids.add(str(name))
        if not faults:
            try:
                rule = _rule(row)
            except (PatternError, ValueError) as error:
                faults = [str(error)]
            else:
                rules.append(rule)
                faults = [*_mistakes_of_examples(rule)]
        mistakes.extend(f"rule {name}: {mistake}" for mistake in faults)
    if not rules and not mistakes:
        mistakes.append("there is no rule in it")
    if mistakes:
        raise RuleError("\n".join(mistakes))
    return Rulebook(tuple(rules), hashlib.sha256(text.encode()).hexdigest())


def _mistakes(row: Mapping[str, Any]) -> Iterator[str]:
    """What is wrong with the form of a rule, before its patterns are looked at."""
    for key, value in row.items():
        if key not in _KEYS:
            yield f"unknown key {key!r}"
        elif not isinstance(value, _KEYS[key]):
            yield f"{key!r} has the wrong type"
    missing = [key for key in _NEEDED if key not in row]
    if missing:
        yield f"{', '.join(missing)} missing"
    else:
        yield from _mistakes_of_meaning(row)
        yield from _mistakes_of_match(row)


def _mistakes_of_meaning(row: Mapping[str, Any]) -> Iterator[str]:
    """What a rule may not say, however well formed."""
    weak = row["strength"] == Strength.WEAK
    if not _ID.fullmatch(str(row["id"])):
        yield "the id is not lower case words with a dot between them"
    if row["seen"] not in _SEEN:
        yield f"seen is none of {', '.join(sorted(_SEEN))}"
    if row["seen"] == "second-hand" and row["strength"] == Strength.DEFINITIVE:
        yield "what is known at second hand can't be definitive"
    if row.get("suspect") and not weak:
        yield "only a weak rule can be a suspicion"
    if "claim" not in row and (not weak or row.get("suspect")):
        yield "a rule that says more than a note needs a claim"
    if not row["hit"] or not row["spare"]:
        yield "it needs an example that it sees and one that it spares"


def _mistakes_of_match(row: Mapping[str, Any]) -> Iterator[str]:
    match = row["match"]
    if not isinstance(match, dict) or len(match) != 1 or next(iter(match)) not in _WAYS:
        yield f"match needs exactly one of {', '.join(_WAYS)}"
        return
    way, wanted = next(iter(match.items()))
    if (way in {"pair", "file_name"}) is bool(row.get("where")):
        yield "a pair and a file name take no 'where', anything else needs one"
    if way == "shape" and wanted not in SHAPES:
        yield f"no shape is called {wanted!r}"
    if way == "pair" and not (
        isinstance(wanted, list) and all(isinstance(part, list) and len(part) == 2 for part in wanted)  # noqa: PLR2004 - a pair
    ):
        yield "a pair is a list of [key, value] patterns"
    for example in (*row["hit"], *row["spare"]):
        if not isinstance(example, dict) or not all(isinstance(value, str) for value in example.values()):
            yield "an example is a table of keys and values, both text"


def _mistakes_of_examples(rule: Rule) -> Iterator[str]:
    for example in rule.hit:
        if not matches_example(rule, example):
            yield f"it doesn't see the example that it must see: {_quoted(example)}"
    for example in rule.spare:
        if matches_example(rule, example):
            yield f"it doesn't spare the example that it must spare: {_quoted(example)}"


def _quoted(example: Example) -> str:
    return shorten(", ".join(f"{key} = {value!r}" for key, value in example.items()))


def _rule(row: Mapping[str, Any]) -> Rule:
    return Rule(
        id=row["id"],
        strength=Strength(row["strength"]),
        claim=Claim(row["claim"]) if "claim" in row else None,
        generator=row.get("generator"),
        names_generator=row.get("names_generator", False),
        generator_in=tuple(_key(key) for key in row.get("generator_in", ())),
        where=tuple(_key(key) for key in row.get("where", ())),
        match=_WAY_OF[next(iter(row["match"]))](next(iter(row["match"].values()))),
        unless=tuple(compiled(pattern) for pattern in row.get("not", ())),
        suspect=row.get("suspect", False),
        prompt=row.get("prompt", False),
        prompt_in=tuple(_key(key) for key in row.get("prompt_in", ())),
        source=row["source"],
        checked=row["checked"],
        seen=row["seen"],
        hit=tuple(row["hit"]),
        spare=tuple(row["spare"]),
    )


def _key(pattern: str) -> re.Pattern[str]:
    return compiled(pattern, re.IGNORECASE, key=True)


def _regexes(wanted: str | list[str]) -> Match:
    return Match(regex=tuple(compiled(pattern) for pattern in ([wanted] if isinstance(wanted, str) else wanted)))


def _pairs(wanted: list[list[str]]) -> Match:
    return Match(pair=tuple((_key(key), compiled(value)) for key, value in wanted))


_WAY_OF: Mapping[str, Callable[[Any], Match]] = {
    "regex": _regexes,
    "shape": lambda wanted: Match(shape=wanted),
    "source_type": lambda wanted: Match(source_type=Nature(wanted)),
    "pair": _pairs,
    "file_name": lambda wanted: Match(file_name=compiled(wanted)),
}
