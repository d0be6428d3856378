"""`provscan trust`: keep the C2PA trust lists that say whose signatures count."""

import json
import os
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from scanner.cli.scan import DateParam, today

if TYPE_CHECKING:
    from detectors.observation import Json
    from detectors.trust_list import ListKind
    from scanner.trust.lists import KeptList

_PATH = click.Path(path_type=Path)
_SCHEMA = "provscan/trust-lists/1"
KINDS = ("manifest", "tsa", "allowed")


@click.group()
def trust() -> None:
    """Keep the C2PA trust lists that say whose signatures count. Without any, signers are "not verified"."""


@trust.command()
@click.argument("file", type=_PATH)
@click.option(
    "--kind",
    required=True,
    type=click.Choice(KINDS),
    help="Authorities of signers (manifest), of time stamps (tsa), or single signers (allowed).",
)
@click.option("--name", metavar="NAME", help="What reports call it (default: the file's name without its ending).")
@click.option("--issued", type=DateParam(), help="The day on which it was issued, where it doesn't say.")
@click.option("--next-update", type=DateParam(), help="The day by which it should be replaced, where it doesn't say.")
def add(file: Path, kind: "ListKind", name: str | None, issued: date | None, next_update: date | None) -> int:
    """Keep the certificates in FILE (PEM, or the JSON of C2PA's own lists), in place of a list of that name."""
    from scanner.report.text import visible
    from scanner.trust.lists import keep, load, read_list_file

    added = read_list_file(file, kind, name, issued, next_update)
    other_lists = [kept.trust_list for kept in load(_data()) if kept.trust_list.name != added.trust_list.name]
    replaced = keep(_data(), added)
    count = len(added.trust_list.certificates())
    click.echo(
        visible(
            f"{added.trust_list.name}: {count} certificate{'' if count == 1 else 's'} of kind {kind}"
            f"{', in place of the list of that name' if replaced else ''}"
        )
    )
    for other in other_lists:
        shared = len(added.trust_list.certificates().keys() & other.certificates().keys())
        if shared:
            click.echo(visible(f"  {shared} of them stand in {other.name} too; each counts in one list only"))
    return 0


@trust.command(name="list")
@click.option("--json", "as_json", is_flag=True, help="Print it as JSON.")
def list_trust(*, as_json: bool) -> int:
    """List what is kept, with dates and digests."""
    from datetime import UTC

    from scanner.trust.lists import load

    lists = load(_data())
    if as_json:
        rows: list[Json] = [_row(kept) for kept in lists]
        click.echo(json.dumps({"schema": _SCHEMA, "lists": rows}, indent=2))
    else:
        for line in _lines(lists, today(UTC)):
            click.echo(line)
    return 0


@trust.command()
@click.argument("names", metavar="NAME…", nargs=-1, required=True)
def remove(names: tuple[str, ...]) -> int:
    """Take lists away."""
    from scanner.trust.lists import remove as take_away

    take_away(_data(), names)
    return 0


@trust.command()
@click.option(
    "--from", "source", metavar="URL", help="The https folder that holds the lists (default: where C2PA publishes)."
)
@click.option("--ca", type=_PATH, metavar="FILE", help="Who vouches for that server, in PEM (default: the system's).")
def update(source: str | None, ca: Path | None) -> int:
    """Download the C2PA and TSA lists over https; the one command that opens a connection.

    Ends with 0, or with 4 where a list could not be had or is not what it should be: nothing is changed then.
    """
    from scanner.trust.lists import SOURCE
    from scanner.trust.lists import update as fetch_lists

    for updated in fetch_lists(_data(), source or SOURCE, ca):
        trust_list = updated.trust_list
        count = len(trust_list.certificates())
        click.echo(f"{trust_list.name}: {updated.change}, issued {trust_list.issued}, {count} certificates")
    return 0


def _lines(lists: "Iterable[KeptList]", day: date) -> Iterable[str]:
    from scanner.report.text import visible

    lines = []
    for kept in lists:
        trust_list = kept.trust_list
        words = [f"{trust_list.kind}, {len(trust_list.certificates())} certificates"]
        if trust_list.issued:
            words.append(f"issued {trust_list.issued}{f' by {trust_list.issuer}' if trust_list.issuer else ''}")
        if trust_list.next_update:
            words.append(f"next update {trust_list.next_update}")
        if trust_list.is_overdue(day):
            words.append("OVERDUE: `provscan trust update` gets the published ones")
        lines += [f"{trust_list.name}  {', '.join(words)}", f"  from {kept.source}, sha256 {trust_list.digest}"]
    return map(visible, lines or ["no trust lists: signers are not verified, everything else is checked"])


def _row(kept: "KeptList") -> "Json":
    trust_list = kept.trust_list
    return {
        "name": trust_list.name,
        "kind": trust_list.kind,
        "certificates": len(trust_list.certificates()),
        "issuer": trust_list.issuer,
        "issued": trust_list.issued.isoformat() if trust_list.issued else None,
        "next_update": trust_list.next_update.isoformat() if trust_list.next_update else None,
        "source": kept.source,
        "sha256": trust_list.digest,
    }


def _data() -> Path:
    from scanner.config import folders

    return Path.cwd() / folders(os.environ).data
