"""A house's own tables of rules for marks, held against ours before a scan; and the list of all that one goes by."""

from collections.abc import Sequence
from pathlib import Path
from typing import TypedDict

from detectors import DetectorSettings, RuleTable
from detectors.markers.rule import Rule
from detectors.markers.rulebook import Rulebook, RuleError, built_in, load, with_house
from detectors.material import DetectorIdentity
from scanner import __version__
from scanner.clearance.policy import policy
from scanner.clearance.policy.policy import Policy
from scanner.drop.names import presentable
from scanner.errors import Mistake, UsageError
from scanner.report.model import Degraded
from scanner.run.looking.examine import detectors_of
from scanner.run.looking.house_detectors import find_house_detectors

_MOST = 1 << 20
"""Bytes of a table; ours has fifty thousand."""


def rule_tables(paths: Sequence[Path]) -> tuple[RuleTable, ...]:
    """The tables in some files, in the order of their names, so that the order of options changes nothing.

    Raises:
        UsageError: one of them can't be read, or has a mistake; holds every mistake in all of them.
    """
    tables = tuple(sorted((_table(path) for path in set(paths)), key=lambda table: (table.name, table.digest)))
    mistakes = [mistake for table in tables for mistake in _mistakes(table.name, [table])]
    if len(tables) > 1:
        mistakes = mistakes or _mistakes("--rules", tables)  # an id that two of them have
    if mistakes:
        count = len(mistakes)
        raise UsageError(
            f"{count} mistake{'' if count == 1 else 's'} in the rules; nothing was examined",
            hint="docs/markers.md tells what a rule is made of",
            mistakes=mistakes,
        )
    return tables


def rulebook_of(tables: Sequence[RuleTable]) -> Rulebook:
    """Our rules, and a house's own after them.

    Raises:
        RuleError: two rules have the same id.
    """
    return with_house(built_in(), [table.text for table in tables])


def _table(path: Path) -> RuleTable:
    try:
        with path.open("rb") as file:
            content = file.read(_MOST + 1)
        if len(content) > _MOST:
            raise UsageError(f"--rules {path}: more than {_MOST >> 20} MiB of rules")
        return RuleTable(path.name, content.decode("utf-8"))
    except OSError as error:
        raise UsageError(f"--rules {path}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise UsageError(f"--rules {path}: it is no text in UTF-8", hint="give a table of rules in TOML") from error


def _mistakes(name: str, tables: Sequence[RuleTable]) -> list[Mistake]:
    try:
        rulebook_of(tables)
    except RuleError as error:
        return [Mistake(presentable(name), 0, 0, line) for line in str(error).splitlines()]
    return []


class DetectorListed(TypedDict):
    """A detector. `source`: the distribution that brings it."""

    id: str
    version: str
    source: str


class RuleListed(TypedDict):
    """A rule for marks. `table`: `provscan`, or the name of a house's own file."""

    id: str
    strength: str
    claim: str | None
    suspect: bool
    generator: str | None
    table: str
    source: str
    seen: str
    checked: str


class RulesListed(TypedDict):
    """All rules, in the order in which they are laid over metadata; the digest is over all their tables."""

    digest: str
    rules: list[RuleListed]


class PolicyListed(TypedDict):
    """A built-in policy. `sources`: where its principles were read, each with the day."""

    id: str
    version: str
    sha256: str
    sources: list[str]


class RulesListing(TypedDict):
    """What a scan would go by."""

    detectors: list[DetectorListed]
    not_used: list[Degraded]
    rules: RulesListed
    policies: list[PolicyListed]


def listing(paths: Sequence[Path]) -> RulesListing:
    """What a scan with these tables of rules would go by.

    Raises:
        UsageError: a table has a mistake.
    """
    tables = rule_tables(paths)
    house_detectors, absent = find_house_detectors()
    built_in_detectors = [
        (detector, f"provscan {__version__}") for detector in detectors_of(DetectorSettings(rules=tables))
    ]
    house = [
        (house_detector, f"{house_detector.entry.distribution} {house_detector.entry.version}")
        for house_detector in house_detectors
    ]
    detectors: list[tuple[DetectorIdentity, str]] = [*built_in_detectors, *house]
    rulebook = rulebook_of(tables)
    table_of = {rule.id: table.name for table in tables for rule in load(table.text).rules}
    return {
        "detectors": [
            {"id": detector.id, "version": detector.version, "source": source} for detector, source in detectors
        ],
        "not_used": list(absent),
        "rules": {
            "digest": rulebook.digest,
            "rules": [_rule_row(rule, table_of.get(rule.id, "provscan")) for rule in rulebook.rules],
        },
        "policies": [_policy_row(policy.load(name)) for name in policy.built_in()],
    }


def _rule_row(rule: Rule, table: str) -> RuleListed:
    return {
        "id": rule.id,
        "strength": rule.strength.value,
        "claim": rule.claim.value if rule.claim else None,
        "suspect": rule.suspect,
        "generator": rule.generator,
        "table": presentable(table),
        "source": rule.source,
        "seen": rule.seen,
        "checked": rule.checked.isoformat(),
    }


def _policy_row(loaded: Policy) -> PolicyListed:
    sources = (
        (loaded.text.source, loaded.text.read),
        *((principle.source, principle.read) for principle in loaded.principles.values()),
    )
    listed_sources = (f"{source}, read {day.isoformat()}" if day else source for source, day in sources if source)
    return {
        "id": loaded.id,
        "version": loaded.version,
        "sha256": loaded.sha256,
        "sources": [*dict.fromkeys(listed_sources)],
    }
