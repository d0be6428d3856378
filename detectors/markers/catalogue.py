"""Loads the table of rules and refuses one that could do harm: a table with a mistake in it matches nothing at all.

A rule says where to look, what must stand there, what that means, and where the knowledge comes from. It brings a
value that it must see and one that it must spare. The schema is at the top of rules.toml.
"""

import hashlib
import re
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from importlib import resources
from typing import Any, Literal, TypeAlias

from detectors.markers.patterns import PatternError, compiled
from detectors.markers.shapes import SHAPES
from detectors.observation import Claim, Strength
from detectors.source_types import Nature

Seen: TypeAlias = Literal["real", "source", "second-hand"]
Example: TypeAlias = Mapping[str, str]
"""The tags of one imagined file, by their keys; the key `name` is the file's name."""

NAME = "name"

_SEEN = {"real", "source", "second-hand"}
_ID = re.compile(r"[a-z0-9]+(?:\.[a-z0-9_]+)+")
_KEYS: dict[str, type] = {
    "id": str,
    "strength": str,
    "claim": str,
    "generator": str,
    "names_generator": bool,
    "where": list,
    "match": dict,
    "not": list,
    "suspect": bool,
    "source": str,
    "seen": str,
    "hit": list,
    "spare": list,
}
_NEEDED = ("id", "strength", "match", "source", "seen", "hit", "spare")
_WAYS = ("regex", "shape", "source_type", "pair", "file_name")


class RuleError(ValueError):
    """The table can't be used; the message lists every mistake in it, one a line."""


@dataclass(frozen=True, slots=True)
class Match:
    """What must stand there. Of the first five exactly one is set.

    `regex`: all of these are found in the value. `shape`: a name in `shapes.SHAPES`. `source_type`: a nature of the
    IPTC vocabulary. `pair`: all of these keys hold what they must. `file_name`: found in the file's name.
    """

    regex: tuple[re.Pattern[str], ...] = ()
    shape: str | None = None
    source_type: Nature | None = None
    pair: tuple[tuple[re.Pattern[str], re.Pattern[str]], ...] = ()
    file_name: re.Pattern[str] | None = None


@dataclass(frozen=True, slots=True)
class Rule:
    """One row of the table. `unless`: a value that any of these is found in says nothing after all."""

    id: str
    strength: Strength
    claim: Claim | None
    generator: str | None
    names_generator: bool
    where: tuple[re.Pattern[str], ...]
    match: Match
    unless: tuple[re.Pattern[str], ...]
    suspect: bool
    source: str
    seen: Seen
    hit: tuple[Example, ...] = field(repr=False)
    spare: tuple[Example, ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The rules in the order of the table, and the sha256 of its text."""

    rules: tuple[Rule, ...]
    digest: str


@lru_cache(maxsize=1)
def built_in() -> Catalogue:
    """The table that comes with the product."""
    return load(resources.files("detectors.markers").joinpath("rules.toml").read_text(encoding="utf-8"))


def load(text: str) -> Catalogue:
    """The catalogue that a table's text describes.

    Raises:
        RuleError: it isn't TOML, or any rule in it has a mistake.
    """
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise RuleError(f"the rules are no TOML: {error}") from error
    mistakes = [f"unknown key {key!r} at the top" for key in table if key != "rule"]
    rules: list[Rule] = []
    seen: set[str] = set()
    rows = table.get("rule", [])
    for number, row in enumerate(rows if isinstance(rows, list) else [], start=1):
        name = row.get("id", f"number {number}") if isinstance(row, dict) else f"number {number}"
        if not isinstance(row, dict):
            mistakes.append(f"rule {name}: not a table")
            continue
        found = [*_mistakes(row), *(["the id is used twice"] if name in seen else [])]
        seen.add(str(name))
        if not found:
            try:
                rules.append(_rule(row))
            except (PatternError, ValueError) as error:
                found = [str(error)]
        mistakes.extend(f"rule {name}: {mistake}" for mistake in found)
    if not rules and not mistakes:
        mistakes.append("there is no rule in it")
    if mistakes:
        raise RuleError("\n".join(mistakes))
    return Catalogue(tuple(rules), hashlib.sha256(text.encode()).hexdigest())


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


def _rule(row: Mapping[str, Any]) -> Rule:
    return Rule(
        id=row["id"],
        strength=Strength(row["strength"]),
        claim=Claim(row["claim"]) if "claim" in row else None,
        generator=row.get("generator"),
        names_generator=row.get("names_generator", False),
        where=tuple(compiled(key, re.IGNORECASE) for key in row.get("where", ())),
        match=_WAY_OF[next(iter(row["match"]))](next(iter(row["match"].values()))),
        unless=tuple(compiled(pattern) for pattern in row.get("not", ())),
        suspect=row.get("suspect", False),
        source=row["source"],
        seen=row["seen"],
        hit=tuple(row["hit"]),
        spare=tuple(row["spare"]),
    )


def _regexes(wanted: str | list[str]) -> Match:
    return Match(regex=tuple(compiled(one) for one in ([wanted] if isinstance(wanted, str) else wanted)))


def _pairs(wanted: list[list[str]]) -> Match:
    return Match(pair=tuple((compiled(key, re.IGNORECASE), compiled(value)) for key, value in wanted))


_WAY_OF: Mapping[str, Callable[[Any], Match]] = {
    "regex": _regexes,
    "shape": lambda wanted: Match(shape=wanted),
    "source_type": lambda wanted: Match(source_type=Nature(wanted)),
    "pair": _pairs,
    "file_name": lambda wanted: Match(file_name=compiled(wanted)),
}
