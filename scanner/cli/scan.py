"""`provscan scan`: the main job, from options to exit code."""

import os
from datetime import date, datetime, tzinfo
from pathlib import Path
from typing import Any

import click

from scanner.terms.choices import FailOn, ReportFormat
from scanner.terms.verdicts import Stage

SEVERITY = (0, 3, 4, 1)
"""Exit codes of several drops, from the least to the most severe; others end the command at once."""


class Formats(click.ParamType[tuple[ReportFormat, ...]]):
    """A comma-separated list of report formats."""

    name = "format,…"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[ReportFormat, ...]:
        """The formats named, each once."""
        names = tuple(dict.fromkeys(name.strip() for name in str(value).split(",") if name.strip()))
        unknown = [name for name in names if name not in list(ReportFormat)]
        if unknown or not names:
            self.fail(f"{', '.join(unknown) or 'nothing'}: the formats are {', '.join(ReportFormat)}", param, ctx)
        return tuple(map(ReportFormat, names))


class DateParam(click.ParamType[date]):
    """A date as YYYY-MM-DD, and no other way: 01/02 is two different days."""

    name = "YYYY-MM-DD"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """The day."""
        try:
            return value if isinstance(value, date) else datetime.strptime(str(value), "%Y-%m-%d").date()  # noqa: DTZ007
        except ValueError:
            self.fail(f"{value!r} is not a date such as 2026-04-02", param, ctx)


_PATH = click.Path(path_type=Path)


@click.command()
@click.argument("drops", metavar="DROP…", nargs=-1, required=True, type=_PATH)
@click.option(
    "--declarations", multiple=True, type=_PATH, metavar="FILE", help="The production's paper (.yaml); repeatable."
)
@click.option("--delivery", metavar="ID", help="Which delivery of the declarations this drop is.")
@click.option(
    "--references", multiple=True, type=_PATH, metavar="PATH", help="A folder of reference works; repeatable."
)
@click.option("--policy", metavar="NAME|FILE", help="The policy to judge by (default: netflix-genai).")
@click.option(
    "--stage", type=click.Choice([*map(str, Stage)]), help="What the drop is for (default: the delivery's, else final)."
)
@click.option(
    "--delivered", type=DateParam(), help="When it was delivered (default: the delivery's date, else --as-of)."
)
@click.option("--as-of", type=DateParam(), help="The day on which to judge (default: today, where the production is).")
@click.option(
    "--out", type=_PATH, metavar="DIR", help="Where reports go (default: DROP.provscan in the working folder)."
)
@click.option(
    "--format", "formats", type=Formats(), default="html,json", show_default=True, help="Which reports to write."
)
@click.option(
    "--json", "as_json", is_flag=True, help="Print the report itself on standard output, and nothing else there."
)
@click.option("--include", multiple=True, metavar="GLOB", help="Examine only files that match; repeatable.")
@click.option(
    "--exclude", multiple=True, metavar="GLOB", help="Leave out files that match; they are listed as skipped."
)
@click.option(
    "--jobs", type=click.IntRange(1), metavar="N", help="How many assets to examine at once (default: one a core)."
)
@click.option("--fail-on", type=click.Choice([*map(str, FailOn)]), help="What gives exit code 1 (default: fail).")
@click.option(
    "--trust", multiple=True, type=_PATH, metavar="FILE.pem", help="An extra C2PA anchor for this run; repeatable."
)
@click.option(
    "--rules",
    multiple=True,
    type=_PATH,
    metavar="FILE",
    help="Further rules for marks, of your own (.toml); repeatable.",
)
@click.option("--cache", type=_PATH, metavar="DIR", help="Where examinations are remembered (default: PROVSCAN_CACHE).")
@click.option("--no-cache", is_flag=True, help="Remember nothing, and use nothing remembered.")
@click.option("--verify-content", is_flag=True, help="Read every file again, even where nothing about it has changed.")
@click.option("--thorough", is_flag=True, help="Look at every frame of every movie (default: where it takes them).")
@click.option("--quick", is_flag=True, help="Look at key frames only: a first impression, which may miss whole shots.")
@click.option(
    "--allow-degraded", is_flag=True, help="Go on without exiftool; the report says what was not read for want of it."
)
@click.option(
    "--allow-empty", is_flag=True, help="Scan a drop all the same in which there is nothing to examine (else: 2)."
)
@click.option("--dry-run", is_flag=True, help="Show what would be examined and what skipped; examine nothing.")
@click.option("--redact", is_flag=True, help="Quote nothing of what metadata says, such as prompts: only its digest.")
@click.option("-q", "--quiet", is_flag=True, help="Print nothing but errors.")
@click.option("-v", "--verbose", is_flag=True, help="Print every finding, not only the worst.")
def scan(drops: tuple[Path, ...], **arguments: Any) -> int:  # noqa: ANN401 - click hands options over by name
    """Examine one or more delivery folders, cross-check them against the paper, and write a report of each.

    Ends with 0 (nothing found), 1 (fail), 3 (review), 4 (incomplete); docs/exit-codes.md tells them all.
    """
    if len(drops) > 1 and (arguments["out"] or arguments["as_json"]):
        raise click.UsageError("--out and --json take one DROP at a time")
    from scanner.cli.show import Manner, show_plan, show_scan
    from scanner.config import load
    from scanner.run.nothing import require_files, walked
    from scanner.run.settle import Options, Surroundings, settle

    config = load(Path.cwd(), drops, os.environ)
    options = Options(**{name: arguments[name] for name in Options.__dataclass_fields__})
    orders = [settle(drop, options, config, Surroundings(Path.cwd(), os.environ, today)) for drop in drops]
    manner = Manner(quiet=arguments["quiet"], verbose=arguments["verbose"], as_json=arguments["as_json"])
    if arguments["dry_run"]:
        plans = [(show_plan(order, manner), order) for order in orders]
        require_files([(drop, order.drop) for drop, order in plans if not order.allow_empty])
        return 0
    if len(orders) > 1:  # nothing is judged where one of them is empty
        require_files([(walked(order), order.drop) for order in orders if not order.allow_empty])
    fail_on = FailOn(arguments["fail_on"]) if arguments["fail_on"] else config.fail_on or FailOn.FAIL
    return max([show_scan(order, arguments["formats"], fail_on, manner) for order in orders], key=SEVERITY.index)


def today(zone: tzinfo) -> date:
    """The one place where a run asks what day it is."""
    return datetime.now(zone).date()
