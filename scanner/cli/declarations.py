"""`provscan declarations`: write a form to fill in, check what was filled in, and the schema for editors."""

import os
from pathlib import Path
from typing import Any

import click

from scanner.cli.scan import DateParam, today
from scanner.terms.verdicts import Stage

_FILE = click.Path(path_type=Path, dir_okay=False)


@click.group()
def declarations() -> None:
    """Write, check and describe declarations files."""


@declarations.command()
@click.argument("report", type=click.Path(path_type=Path, exists=True))
@click.option("--out", type=_FILE, metavar="FILE", required=True, help="The form to write: .yaml, .yml or .xlsx.")
@click.option("--add", is_flag=True, help="Leave out the production and the delivery: other files state them.")
@click.option("--force", is_flag=True, help="Write over a file that is there.")
def init(report: Path, out: Path, add: bool, force: bool) -> int:
    """Write a form prefilled from REPORT (a report.json, or its folder): a row for each undeclared use of AI."""
    from scanner.errors import UsageError
    from scanner.report import form, jsonfile

    kind = out.suffix.lower()
    if kind not in {".yaml", ".yml", ".xlsx"}:
        raise UsageError(f"--out {out}: a form is a .yaml, .yml or .xlsx file")
    if out.exists() and not force:
        raise UsageError(f"{out} is there already", hint="name another file, or give --force")
    document = jsonfile.read(report)
    rows = form.rows(document)
    if kind == ".xlsx":
        content = form.as_workbook(document, complete=not add)
    else:
        content = form.as_yaml(document, complete=not add).encode()
    try:
        out.write_bytes(content)
    except OSError as error:
        raise UsageError(f"--out {out}: {error.strerror}") from error
    click.echo(f"{out}: {len(rows)} to declare; fill in the blanks, then run provscan declarations check {out}")
    return 0


@declarations.command()
@click.argument("files", metavar="FILE…", nargs=-1, required=True, type=click.Path(path_type=Path, exists=True))
@click.option(
    "--drop", type=click.Path(path_type=Path), help="Hold them against this delivery, of which nothing is decoded."
)
@click.option("--delivery", metavar="ID", help="Which delivery the drop is (default: the only one).")
@click.option("--policy", metavar="NAME|FILE", help="What is needed, as for a scan.")
@click.option(
    "--stage", type=click.Choice([*map(str, Stage)]), help="What the drop is for (default: the delivery's, else final)."
)
@click.option("--as-of", type=DateParam(), help="The day on which to judge (default: today, where the production is).")
def check(files: tuple[Path, ...], drop: Path | None, **options: Any) -> int:  # noqa: ANN401 - click hands them by name
    """Read declarations without scanning anything, and say in words what they say.

    With --drop also which lines find no file or frame there, and what is asked for and not on record, as the scan will
    say it. Ends with 0, with 1 (fail) or 3 (review) where --drop finds such, or with 2 and every mistake at its place.
    """
    from scanner.clearance.paper.reader import load
    from scanner.clearance.paper.telling import told

    paper = load(files)
    for line in told(paper):
        click.echo("".join(character if character.isprintable() else "?" for character in line))
    for warning in paper.warnings:
        click.echo(f"warning: {warning}", err=True)
    return _held_against(drop, files, options) if drop else 0


def _held_against(drop: Path, files: tuple[Path, ...], options: dict[str, Any]) -> int:
    """Print what the paper lacks for a drop; the exit code that says how grave it is."""
    from scanner.config import load
    from scanner.report.text import visible
    from scanner.run.check import check
    from scanner.run.settle import Options, Surroundings, settle
    from scanner.terms.verdicts import Verdict

    given = Options(declarations=files, no_cache=True, **options)
    order = settle(drop, given, load(Path.cwd(), [drop], os.environ), Surroundings(Path.cwd(), os.environ, today))
    held = check(order)
    click.echo(f"against {drop}:")
    for path, finding in held.faults:
        click.echo(visible(f"  {finding.verdict} {finding.reason} {path or '(the drop)'}: {finding.message}"))
        click.echo(visible(f"    {finding.remedy}"))
    if not held.faults:
        click.echo("  every line finds its files and frames, and nothing that they ask for is missing")
    for key in held.untold:
        click.echo(visible(f"  {key} has lines about what lies inside a file: only a scan can tell of them"))
    return {Verdict.FAIL: 1, Verdict.REVIEW: 3}.get(held.verdict, 0)


@declarations.command()
def schema() -> int:
    """Print the JSON Schema of the YAML form, so that an editor completes and checks it."""
    import json

    from scanner.clearance.paper.schema import schema

    click.echo(json.dumps(schema(), indent=2))
    return 0
