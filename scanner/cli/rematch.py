"""`provscan rematch`: archived drops against the references of today, and what that changes."""

import json
import os
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from scanner.cli.printing import print_lines
from scanner.cli.scan import SEVERITY, DateParam, Formats, today

if TYPE_CHECKING:
    from detectors.observation import Json
    from scanner.report.changes import Placed
    from scanner.run.rematch import Rematched, Unreadable
    from scanner.terms.choices import ReportFormat

_SCHEMA = "provscan/rematch/1"
_PATH = click.Path(path_type=Path)


@click.command()
@click.option(
    "--references", multiple=True, type=_PATH, metavar="PATH",
    help="What to match against (default: the references of provscan.toml); repeatable.",
)  # fmt: skip
@click.option("--drop", metavar="NAME", help="Only the archived drops of this name (default: all).")
@click.option("--as-of", type=DateParam(), help="The day on which to judge (default: the day of each scan).")
@click.option(
    "--out", type=_PATH, metavar="DIR",
    help="Where a folder DROP.rematch is made for each drop (default: the working folder).",
)  # fmt: skip
@click.option(
    "--format", "formats", type=Formats(), default="html,json", show_default=True, help="Which reports to write."
)
@click.option(
    "--json", "as_json", is_flag=True, help="Print what changed as JSON, and nothing else on standard output."
)
@click.option("--allow-empty", is_flag=True, help="End with 0 all the same where no drop is archived (else: 2).")
@click.option("-q", "--quiet", is_flag=True, help="Print nothing but errors.")
def rematch(
    references: tuple[Path, ...],
    drop: str | None,
    as_of: date | None,
    out: Path | None,
    formats: "tuple[ReportFormat, ...]",
    *,
    as_json: bool,
    allow_empty: bool,
    quiet: bool,
) -> int:
    """Match drops that were scanned earlier against other references, without their media.

    Each is judged with the paper, policy, stage and day of its scan. Ends with 0 (nothing new), 1 (a new fail),
    3 (something new to review) or 4 (a drop could not be matched in full).
    """
    from scanner.config import load
    from scanner.report import console
    from scanner.report.writing import locked, write
    from scanner.run.rematch import Rematched
    from scanner.run.rematch import rematch as match_again
    from scanner.run.settle import Surroundings, settle_rematch

    around = Surroundings(Path.cwd(), os.environ, today)
    configuration = load(Path.cwd(), (), os.environ)
    order = settle_rematch(references, drop, as_of, out, configuration, around, allow_empty=allow_empty)
    rows: list[Json] = []
    codes = [0]
    with console.progress(quiet=quiet or as_json) as watcher:
        for result in match_again(order, watcher):
            files: list[Path] = []
            if isinstance(result, Rematched):
                with locked(result.out):
                    files = write(result, result.out, formats)
            codes.append(result.code)
            rows.append(_row(result, files))
            if not quiet and not as_json:
                print_lines(_lines(result, files))
    if as_json:
        print_lines([json.dumps({"schema": _SCHEMA, "drops": rows}, indent=2)])
    elif not quiet:
        print_lines([f"{len(rows)} archived drop{'' if len(rows) == 1 else 's'} matched"])
    return max(codes, key=SEVERITY.index)


def _lines(result: "Rematched | Unreadable", files: Sequence[Path]) -> Iterator[str]:
    """What a person is told of one drop: nothing in a name may move the cursor."""
    from scanner.cli.show import path_from_here
    from scanner.report.text import visible
    from scanner.run.rematch import Unreadable

    name = visible(result.key.name) + (f" ({visible(result.key.delivery)})" if result.key.delivery else "")
    if isinstance(result, Unreadable):
        yield f"{name}: {visible(result.why)}"
        return
    changes = result.changes
    before, after = changes.before, changes.after
    yield f"{name}: {before} -> {after}" if before != after else f"{name}: still {after}"
    for turned in changes.verdicts:
        yield f"  verdict  {visible(turned.path)}: {turned.before} -> {turned.after}"
    for word, rows in (("new", changes.new), ("changed", changes.changed), ("gone", changes.gone)):
        yield from (f"  {word:<7}  {_finding_line(placed)}" for placed in rows if placed.finding["verdict"] != "pass")
    if result.incomplete:
        yield f"  {visible(result.incomplete)}; scan the drop again"
    yield from (f"  report   {visible(str(path_from_here(file)))}" for file in files)


def _finding_line(placed: "Placed") -> str:
    from scanner.report import wording
    from scanner.report.text import visible

    finding = placed.finding
    verdict = f"{placed.before} -> {finding['verdict']}" if placed.before else finding["verdict"]
    span = f"  {wording.between(finding['span'])}" if finding["span"] else ""
    return visible(f"{verdict}  {placed.path}{span}  {finding['reason']}  {finding['message']}")


def _row(result: "Rematched | Unreadable", files: Sequence[Path]) -> "dict[str, Json]":
    """What other programs are told of one drop."""
    from scanner.report.changes import as_json
    from scanner.run.rematch import Rematched

    key = result.key
    row: dict[str, Json] = {
        "name": key.name,
        "digest": key.digest,
        "production": key.production or None,
        "delivery": key.delivery or None,
    }
    if isinstance(result, Rematched):
        ending: dict[str, Json] = {"problem": result.incomplete or None, "files": [str(file) for file in files]}
        return row | as_json(result.changes) | ending
    return row | {"problem": result.why, "files": []}
