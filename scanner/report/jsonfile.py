"""report.json: the document to bytes, and a report with its companions into a folder, whole or not at all.

The only module of the room that writes, and the one that reads a report back, held against its schema.
"""

import json
import re
from collections.abc import Mapping
from functools import cache
from importlib import resources
from pathlib import Path, PurePosixPath
from typing import Any, cast

from scanner.durable import put_in_place
from scanner.errors import UsageError
from scanner.report.model import Inspection, Report

NAME = "report.json"
PREVIOUS = "report.prev.json"
_UNSEEN = re.compile("[\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060\u2066-\u2069\ufeff]")
"""What json.dumps leaves as it is: DEL, C1 controls, line separators, marks that reorder text or can't be seen."""
_RUN_FIELDS = frozenset({"id", "started", "finished", "machine"})


def dumps(report: Report | Inspection) -> bytes:
    """The document in UTF-8: keys in their fixed order, two spaces of indent, a newline at the end.

    Characters that a terminal or an editor would obey instead of showing stand as JSON escapes, which reads back the
    same.

    Raises:
        ValueError: it holds a number that JSON has no word for (NaN, infinity), or a lone surrogate.
    """
    text = json.dumps(report, ensure_ascii=False, allow_nan=False, indent=2) + "\n"
    return _UNSEEN.sub(lambda match: f"\\u{ord(match[0]):04x}", text).encode()


def without_run_fields(report: Report) -> dict[str, Any]:
    """The report without what two runs over the same inputs may differ in: run.id, started, finished and machine."""
    run = {key: value for key, value in report["run"].items() if key not in _RUN_FIELDS}
    return {**report, "run": run}


def write(folder: Path, files: Mapping[str, bytes]) -> None:
    """Put `files` (name relative to `folder`, content) in place, report.json last, so that it vouches for the others.

    Each is written beside its place, synced, and renamed. A report.json that is there already stays as
    report.prev.json. The caller holds the lock on the folder.

    Raises:
        ValueError: a name leads out of the folder.
        OSError: a file can't be written; what was there before is still whole.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for name in sorted(files, key=lambda name: (name == NAME, name)):
        if name == NAME and (folder / NAME).exists():
            put_in_place(folder / PREVIOUS, (folder / NAME).read_bytes())
        path = folder / _inside_folder(name)
        path.parent.mkdir(exist_ok=True)
        put_in_place(path, files[name])


def read(path: Path) -> Report:
    """A report that was written once. `path`: a report.json, or the folder it lies in.

    Raises:
        UsageError: it can't be read, or isn't a report.
    """
    from jsonschema import Draft202012Validator

    place = path / NAME if path.is_dir() else path
    try:
        report = json.loads(place.read_bytes())
    except (OSError, ValueError, RecursionError) as error:
        raise UsageError(f"{path}: no report can be read there", hint="give a report.json of provscan") from error
    wrong = next(Draft202012Validator(schema()).iter_errors(report), None)
    if wrong is not None:
        raise UsageError(f"{path}: not a report of this version ({wrong.json_path})", hint="scan the drop again")
    return cast("Report", report)


@cache
def schema() -> dict[str, Any]:
    """The JSON Schema (2020-12) that every report validates against, as the package carries it."""
    text = resources.files("scanner.report").joinpath("schema", "report-1.json").read_text(encoding="utf-8")
    return cast("dict[str, Any]", json.loads(text))


def _inside_folder(name: str) -> PurePosixPath:
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts or not path.parts:
        raise ValueError(f"{name!r} does not lie in the report's folder")
    return path
