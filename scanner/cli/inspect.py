"""`provscan inspect`: everything seen in one file, for a person who wants to look closer."""

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from scanner.cli.printing import unless_unread
from scanner.cli.scan import DateParam, today

if TYPE_CHECKING:
    from scanner.report.model import Inspection

_PATH = click.Path(path_type=Path)
_UNREAD = 4


@click.command()
@click.argument("file", type=_PATH)
@click.option("--json", "as_json", is_flag=True, help="Print it as JSON.")
@click.option("--as-of", type=DateParam(), help="The day against which certificates are held (default: today, UTC).")
@click.option("--trust", multiple=True, type=_PATH, metavar="FILE.pem", help="An extra C2PA anchor; repeatable.")
@click.option("--rules", multiple=True, type=_PATH, metavar="FILE", help="Further rules for marks (.toml); repeatable.")
@click.option("--thorough", is_flag=True, help="Look at every frame of a movie.")
@click.option("--quick", is_flag=True, help="Look at key frames only.")
@click.option("--cache", type=_PATH, metavar="DIR", help="Where examinations are remembered (default: PROVSCAN_CACHE).")
@click.option("--no-cache", is_flag=True, help="Remember nothing, and use nothing remembered.")
@click.option("--allow-degraded", is_flag=True, help="Go on without exiftool.")
def inspect(file: Path, *, as_json: bool, **arguments: Any) -> int:  # noqa: ANN401 - click hands options over by name
    """Print everything that is seen in FILE: its credential as a tree, every mark, and what was looked at.

    Nothing is judged. Ends with 0, or with 4 where the file could not be examined.
    """
    from scanner.config import load
    from scanner.report import console
    from scanner.run.inspect import inspect as look
    from scanner.run.settle import Options, Surroundings, settle_inspection

    working = Path.cwd()
    around = Surroundings(working, os.environ, today)
    order = settle_inspection(file, Options(**arguments), load(working, (file,), os.environ), around)
    with console.progress(quiet=True) as watcher:
        document = look(order, watcher)
    _print(document, as_json=as_json)
    return 0 if document["file"]["examined"] else _UNREAD


def _print(document: "Inspection", *, as_json: bool) -> None:
    from scanner.report import console, jsonfile

    with unless_unread():
        if as_json:
            sys.stdout.buffer.write(jsonfile.dumps(document))
        else:
            console.inspected(document)
