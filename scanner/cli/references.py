"""`provscan references`: keep a library of reference works."""

import json
import os
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from scanner.cli.printing import print_lines

if TYPE_CHECKING:
    from detectors.observation import Json
    from scanner.library.references import ReferenceLibrary
    from scanner.library.works import Reference

_PATH = click.Path(path_type=Path)
_SCHEMA = "provscan/library/1"
_INCOMPLETE = 4
_Command = TypeVar("_Command", bound=Callable[..., Any])


def _library(command: _Command) -> _Command:
    return click.option(
        "--library", type=_PATH, metavar="DIR", help="The library's folder (default: references in PROVSCAN_DATA)."
    )(command)


@click.group()
def references() -> None:
    """Keep a library of the reference works that drops are matched against."""


@references.command()
@click.argument("items", metavar="ITEM…", nargs=-1, type=_PATH)
@_library
@click.option("--hashes", multiple=True, type=_PATH, metavar="FILE", help="A list of hashes to add; repeatable.")
@click.option("--algorithm", metavar="NAME", help="What made the listed hashes, where the list doesn't say.")
@click.option("--owner", default="", metavar="NAME", help="Whose works these are, where no sheet says.")
@click.option("--own", is_flag=True, help="They are the production's own, where no sheet says otherwise.")
@click.option("--licence", "licences", multiple=True, metavar="ID", help="A licence there is for them; repeatable.")
@click.option("--stop", is_flag=True, help="They mean nothing where they are seen: idents, slates, bars.")
@click.option("--jobs", type=click.IntRange(1), metavar="N", help="How many to examine at once (default: one a core).")
@click.option("--cache", type=_PATH, metavar="DIR", help="Where examinations are remembered (default: PROVSCAN_CACHE).")
@click.option("--no-cache", is_flag=True, help="Remember nothing, and use nothing remembered.")
@click.option("-q", "--quiet", is_flag=True, help="Print nothing but errors.")
def add(items: tuple[Path, ...], library: Path | None, **arguments: Any) -> int:  # noqa: ANN401 - click hands them over
    """Look through files and folders, and add what they hold to the library.

    A folder's references.yaml or references.csv says what the works are. Ends with 0, or with 4 where something could
    not be looked through.
    """
    from scanner.cli.show import path_from_here
    from scanner.report import console
    from scanner.report.text import visible
    from scanner.run.references import add as add_works

    intake = _intake(items, library, arguments)
    with console.progress(quiet=arguments["quiet"]) as watcher:
        result = add_works(intake, watcher)
    if not arguments["quiet"]:
        added = result.added
        place = visible(str(path_from_here(intake.library)))
        print_lines([f"{len(added.new)} added to {place}, {len(added.known)} were there already"])
        print_lines(f"  can't be matched  {visible(name)}: {visible(why)}" for name, why in added.unusable)
        print_lines(f"  not looked at     {visible(name)}: {visible(why)}" for name, why in result.lost)
        if library is None and not added.known:
            print_lines([f"use it with: provscan scan DROP --references {place}"])
    return _INCOMPLETE if result.lost else 0


@references.command(name="list")
@_library
@click.option("--json", "as_json", is_flag=True, help="Print it as JSON.")
def list_works(library: Path | None, *, as_json: bool) -> int:
    """List the works of the library, what means nothing, and what can't be matched, with the reason."""
    from scanner.library.references import opened_library

    folder = _folder(library)
    opened = opened_library(folder, folder.name)
    if as_json:
        print_lines([json.dumps(_row(opened), indent=2)])
    else:
        print_lines(_lines(opened))
    return 0


@references.command()
@click.argument("ids", metavar="ID…", nargs=-1, required=True)
@_library
def remove(ids: tuple[str, ...], library: Path | None) -> int:
    """Take works out of the library. Their room is given back by `references compact`."""
    from scanner.library.writer import Writer

    with Writer(_existing_folder(library)) as writer:
        writer.remove(ids)
    return 0


@references.command()
@_library
def compact(library: Path | None) -> int:
    """Write the library anew, without what was removed, to the same bytes whatever was added in which order."""
    from scanner.library.writer import Writer

    with Writer(_existing_folder(library)) as writer:
        writer.compact()
    return 0


@references.command()
@_library
def check(library: Path | None) -> int:
    """Read the whole library, and name everything that is damaged or missing. Ends with 0 (whole) or 1."""
    from scanner.library.checking import check as check_library
    from scanner.report.text import visible

    damages = check_library(_existing_folder(library))
    print_lines(visible(damage) for damage in damages)
    if not damages:
        print_lines(["whole"])
    return 1 if damages else 0


@references.command()
@_library
@click.option("--hashes", is_flag=True, help="Write the works' hashes (PDQ, and pHash of pictures), not their sheet.")
@click.option("--out", type=_PATH, metavar="FILE", help="Where to (default: standard output).")
def export(library: Path | None, out: Path | None, *, hashes: bool) -> int:
    """Write the works' sheet, or their hashes, as CSV."""
    from scanner.catalogue.shelf import read
    from scanner.errors import UsageError
    from scanner.library.hashlist import write_list
    from scanner.library.sheet import write_sheet
    from scanner.library.store import open_library

    folder = _folder(library)
    text = write_list(open_library(folder)) if hashes else write_sheet(read(folder).names)
    if out is None:
        print_lines([text.removesuffix("\n")])
        return 0
    try:
        out.write_text(text, encoding="utf-8")
    except OSError as error:
        raise UsageError(f"{out} can't be written: {error.strerror}", hint="give another --out") from error
    return 0


def _intake(items: tuple[Path, ...], library: Path | None, arguments: dict[str, Any]) -> "Any":  # noqa: ANN401 - see below
    """What was asked for; typed where it is used, since its room is slow to import."""
    from scanner.config import folders
    from scanner.errors import UsageError
    from scanner.library.hashlist import ALGORITHMS
    from scanner.library.sheet import Stated
    from scanner.run.references import Intake

    if not items and not arguments["hashes"]:
        raise click.UsageError("there is nothing to add: name files or folders, or --hashes FILE")
    if arguments["algorithm"] is not None and arguments["algorithm"] not in ALGORITHMS:
        raise click.BadParameter(f"the algorithms are {', '.join(ALGORITHMS)}", param_hint="--algorithm")
    for place in (*items, *arguments["hashes"]):
        if not place.exists():
            raise UsageError(f"there is nothing at {place}")
    working = Path.cwd()
    return Intake(
        library=_folder(library),
        items=items,
        lists=arguments["hashes"],
        algorithm=arguments["algorithm"],
        stated=Stated(owner=arguments["owner"], own=arguments["own"] or None, licences=arguments["licences"]),
        stop=arguments["stop"],
        jobs=arguments["jobs"] or len(os.sched_getaffinity(0)),
        cache=None if arguments["no_cache"] else working / (arguments["cache"] or folders(os.environ).cache),
    )


def _folder(library: Path | None) -> Path:
    """The library that was named, or the user's own."""
    from scanner.config import folders

    return Path.cwd() / (library or folders(os.environ).data / "references")


def _existing_folder(library: Path | None) -> Path:
    """The library's folder, which has to be there.

    Raises:
        LibraryError: it isn't.
    """
    from scanner.catalogue.shelf import require_library

    folder = _folder(library)
    require_library(folder)
    return folder


def _lines(library: "ReferenceLibrary") -> Iterable[str]:
    from scanner.report.text import visible

    count = len(library.references)
    yield f"{count} work{'' if count == 1 else 's'}"
    yield from (visible(_line(work)) for work in library.references)
    yield from (visible(f"  means nothing   {work.id}") for work in library.stops)
    yield from (visible(f"  can't be matched  {name}: {why}") for name, why in library.unusable)


def _line(work: "Reference") -> str:
    words = [work.only or work.medium, work.title]
    words += [work.owner] * bool(work.owner) + ["own material"] * work.own
    words += [f"licence {licence}" for licence in work.licences]
    words += [f"also {alias}" for alias in work.aliases]
    return f"  {work.id}  {', '.join(words)}"


def _row(library: "ReferenceLibrary") -> "dict[str, Json]":
    return {
        "schema": _SCHEMA,
        "digest": library.digest,
        "works": [_work(work) for work in library.references],
        "stops": [_work(work) for work in library.stops],
        "unusable": [{"id": name, "why": why} for name, why in library.unusable],
    }


def _work(work: "Reference") -> "dict[str, Json]":
    return {
        "id": work.id,
        "title": work.title,
        "owner": work.owner,
        "own": work.own,
        "licences": list(work.licences),
        "medium": work.only or work.medium,
        "sha256": work.sha256,
        "aliases": list(work.aliases),
    }
