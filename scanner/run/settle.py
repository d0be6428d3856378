"""From what a person asked for to an order.

An option comes before the declarations, those before the configuration, and that before the default. Everything that
can be wrong with a command is found here, before anything is judged.
"""

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, tzinfo
from pathlib import Path
from zoneinfo import ZoneInfo

from detectors import RuleTable, TrustList, TrustListError
from scanner import config
from scanner.clearance.paper import reader
from scanner.clearance.paper.model import Delivery, Paper
from scanner.clearance.policy import policy
from scanner.clearance.scope.context import Context
from scanner.drop.names import presentable
from scanner.errors import UsageError
from scanner.media.decode.plans import Effort
from scanner.report.model import StageFrom
from scanner.run.grounds import Grounds
from scanner.run.looking.house_rules import rule_tables
from scanner.run.order import InspectOrder, Order, RematchOrder
from scanner.terms.verdicts import Stage
from scanner.trust.lists import load as load_trust_lists

DEFAULT_POLICY = "netflix-genai"
DEFAULT_STAGE = Stage.FINAL
"""The strictest: a drop that nobody described is judged as if it were to be shown."""


@dataclass(frozen=True, slots=True)
class Options:
    """What was given on the command line; None, empty or False where it wasn't."""

    declarations: tuple[Path, ...] = ()
    delivery: str | None = None
    references: tuple[Path, ...] = ()
    policy: str | None = None
    stage: str | None = None
    delivered: date | None = None
    as_of: date | None = None
    out: Path | None = None
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    jobs: int | None = None
    trust: tuple[Path, ...] = ()
    cache: Path | None = None
    no_cache: bool = False
    rules: tuple[Path, ...] = ()
    verify_content: bool = False
    redact: bool = False
    thorough: bool = False
    quick: bool = False
    allow_degraded: bool = False
    allow_empty: bool = False


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a command finds around it: the folder it was started in, the environment, and the day in a time zone."""

    working: Path
    environment: Mapping[str, str]
    today: Callable[[tzinfo], date]


def settle(drop: Path, options: Options, configuration: config.Config, around: Surroundings) -> Order:
    """The order for one drop.

    Raises:
        UsageError: the options, the configuration, the policy or the paper don't allow a judgement.
    """
    target = _target(drop, around, "name a delivery folder, or one file")
    name = target.resolve().name
    drop_name = presentable(name)
    paper = _paper(options, configuration, around, target)
    delivery = _delivery(paper, options.delivery, drop_name)
    stage, stage_from = _stage(options, delivery, configuration)
    as_of = options.as_of or around.today(ZoneInfo(paper.production.timezone) if paper else ZoneInfo("UTC"))
    folders = config.folders(around.environment)
    delivered = options.delivered or (delivery.delivered if delivery else None) or as_of
    return Order(
        drop=target,
        out=_out(options.out, target, name, around.working),
        grounds=Grounds(
            policy=policy.load(_policy(options, paper, configuration)),
            context=Context(stage, delivery, delivered, as_of, drop_name=drop_name),
            stage_from=stage_from,
            paper=paper,
        ),
        references=_references(options.references, configuration, around),
        trust=_trust_lists(options.trust or configuration.trust, around),
        rules=_rules(options, configuration, around),
        include=options.include,
        exclude=options.exclude,
        jobs=_jobs(options.jobs, configuration),
        cache=_cache(options, around),
        data=None if options.no_cache else around.working / folders.data,
        reread=options.verify_content,
        redacted=options.redact,
        effort=_effort(options),
        allow_degraded=options.allow_degraded,
        allow_empty=options.allow_empty,
    )


def settle_inspection(file: Path, options: Options, configuration: config.Config, around: Surroundings) -> InspectOrder:
    """The order for looking into one file. Of the options those count that don't concern a judgement.

    Raises:
        UsageError: there is no such file, or a trust list can't be used.
    """
    target = _target(file, around, "name one file")
    if target.is_dir():
        raise UsageError(f"{file} is a folder", hint="name one file; `provscan scan` examines folders")
    return InspectOrder(
        file=target,
        as_of=options.as_of or around.today(ZoneInfo("UTC")),
        trust=_trust_lists(options.trust or configuration.trust, around),
        rules=_rules(options, configuration, around),
        cache=_cache(options, around),
        effort=_effort(options),
    )


def settle_rematch(
    named: Sequence[Path],
    drop: str | None,
    as_of: date | None,
    out: Path | None,
    configuration: config.Config,
    around: Surroundings,
    *,
    allow_empty: bool = False,
) -> RematchOrder:
    """The order for matching archived drops against the references `named`, or those of the configuration.

    Raises:
        UsageError: there are no references to match against.
    """
    references = _references(named, configuration, around)
    if not references:
        raise UsageError(
            "there are no references to match the archived drops against",
            hint="give --references PATH, or name them in provscan.toml",
        )
    folders = config.folders(around.environment)
    return RematchOrder(
        references=references,
        out=around.working / (out or "."),
        cache=around.working / folders.cache,
        data=around.working / folders.data,
        drop=drop,
        as_of=as_of,
        jobs=_jobs(None, configuration),
        allow_empty=allow_empty,
    )


def _target(path: Path, around: Surroundings, hint: str) -> Path:
    target = around.working / path
    if not target.exists():
        raise UsageError(f"there is nothing at {path}", hint=hint)
    return target


def _references(named: Sequence[Path], configuration: config.Config, around: Surroundings) -> tuple[Path, ...]:
    """Where the reference works are: as they were named, else as the configuration says.

    Raises:
        UsageError: there is nothing at one of these paths.
    """
    return tuple(_existing(path, "references", around) for path in named or configuration.references)


def _paper(options: Options, configuration: config.Config, around: Surroundings, drop: Path) -> Paper | None:
    files = options.declarations or configuration.declarations
    return reader.load([_existing(file, "declarations", around) for file in files], drop) if files else None


def _delivery(paper: Paper | None, wanted: str | None, drop_name: str) -> Delivery | None:
    if paper:
        return paper.delivery(wanted, drop_name)
    if wanted:
        raise UsageError(
            f"there are no declarations to look up delivery {wanted!r} in", hint="give --declarations FILE"
        )
    return None


def _stage(options: Options, delivery: Delivery | None, configuration: config.Config) -> tuple[Stage, StageFrom]:
    if options.stage:
        return Stage(options.stage), "option"
    if delivery and delivery.stage:
        return delivery.stage, "declarations"
    if configuration.stage:
        return configuration.stage, "config"
    return DEFAULT_STAGE, "default"


def _policy(options: Options, paper: Paper | None, configuration: config.Config) -> str:
    named = paper.production.policy if paper else None
    return options.policy or named or configuration.policy or DEFAULT_POLICY


def _jobs(wanted: int | None, configuration: config.Config) -> int:
    return wanted or configuration.jobs or len(os.sched_getaffinity(0))


def _rules(options: Options, configuration: config.Config, around: Surroundings) -> tuple[RuleTable, ...]:
    """The house's own rules for marks: as they were named, else as the configuration says."""
    return rule_tables([_existing(path, "rules", around) for path in options.rules or configuration.rules])


def _cache(options: Options, around: Surroundings) -> Path | None:
    return None if options.no_cache else around.working / (options.cache or config.folders(around.environment).cache)


def _effort(options: Options) -> Effort:
    if options.thorough and options.quick:
        raise UsageError("--thorough and --quick can't both hold", hint="give one of them, or neither")
    return "thorough" if options.thorough else "quick" if options.quick else "usual"


def _out(wanted: Path | None, target: Path, drop_name: str, working: Path) -> Path:
    """Where the reports go, never inside the drop: a delivery is not written to.

    Raises:
        UsageError: it would lie inside the drop.
    """
    out = working / (wanted or f"{drop_name}.provscan")
    resolved = out.resolve()
    if target.is_dir() and resolved.is_relative_to(target.resolve()):
        raise UsageError(
            f"the reports would be written into the drop, at {out}",
            hint="a drop is never written to: give --out DIR with a folder outside it",
        )
    return out


def _existing(path: Path, option: str, around: Surroundings) -> Path:
    target = around.working / path
    if not target.exists():
        raise UsageError(f"--{option}: there is nothing at {path}")
    return target


def _trust_lists(named: Sequence[Path], around: Surroundings) -> tuple[TrustList, ...]:
    """The lists that the user keeps and those that were named for this run, in a fixed order.

    Raises:
        UsageError: one of them can't be used.
    """
    kept = load_trust_lists(around.working / config.folders(around.environment).data)
    trust_lists = [kept_list.trust_list for kept_list in kept] + [_read_trust_list(path, around) for path in named]
    return tuple(sorted(trust_lists, key=lambda trust_list: (trust_list.name, trust_list.digest)))


def _read_trust_list(path: Path, around: Surroundings) -> TrustList:
    file = _existing(path, "trust", around)
    try:
        return TrustList.read(file.stem, "manifest", file.read_bytes())
    except (OSError, TrustListError) as error:
        raise UsageError(f"--trust {path}: {error}", hint="give a file of PEM certificates") from error
