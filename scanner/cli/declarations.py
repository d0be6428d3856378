"""`provscan declarations`: write a form to fill in, check what was filled in, and the schema for editors."""

from pathlib import Path

import click

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
def check(files: tuple[Path, ...]) -> int:
    """Read declarations without scanning anything, and say in words what they say.

    Ends with 0, or with 2 and every mistake at its place.
    """
    from scanner.clearance.paper.reader import load
    from scanner.clearance.paper.telling import told

    paper = load(files)
    for line in told(paper):
        click.echo("".join(character if character.isprintable() else "?" for character in line))
    for warning in paper.warnings:
        click.echo(f"warning: {warning}", err=True)
    return 0


@declarations.command()
def schema() -> int:
    """Print the JSON Schema of the YAML form, so that an editor completes and checks it."""
    import json

    from scanner.clearance.paper.schema import schema

    click.echo(json.dumps(schema(), indent=2))
    return 0
