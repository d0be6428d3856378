"""The files that paper is written in: YAML, CSV and workbooks, all read into the same document."""

from collections.abc import Sequence
from pathlib import PurePath

from scanner.clearance.paper.crosscheck import Written
from scanner.clearance.paper.sheets import rows
from scanner.errors import Mistake, UsageError
from scanner.written import comma, workbook, yaml_text

YAML = frozenset({".yaml", ".yml"})
WORKBOOKS = frozenset({".xlsx", ".xlsm"})
COMMA = frozenset({".csv", ".tsv"})
_OTHER_BOOKS = frozenset({".xls", ".xlsb", ".ods", ".numbers"})


def check_kind(name: str) -> None:
    """Refuse a file that isn't read.

    Raises:
        UsageError: its ending is none of those that are.
    """
    ending = _ending(name)
    if ending in _OTHER_BOOKS:
        raise UsageError(f"{name}: {ending} isn't read", hint="save it as .xlsx or .csv")
    if ending not in YAML | WORKBOOKS | COMMA:
        raise UsageError(f"{name}: declarations are .yaml, .yml, .xlsx, .xlsm or .csv files")


def size_limit(name: str) -> int:
    """Bytes beyond which a file is no declarations."""
    return workbook.SIZE_LIMIT if _ending(name) in WORKBOOKS else yaml_text.SIZE_LIMIT


def read_all(
    files: Sequence[tuple[str, bytes]],
) -> tuple[list[Written | None], list[Mistake], list[Mistake]]:
    """The document of each file (None where there is none), every mistake of form, and warnings.

    `files`: how mistakes name each, and its bytes. Sheets come last: a tool that another file defines may be named.
    """
    documents: dict[int, Written] = {}
    mistakes: list[Mistake] = []
    warnings: list[Mistake] = []
    order = sorted(
        range(len(files)), key=lambda index: (_ending(files[index][0]) not in YAML, not _is_tools(files[index]))
    )
    tools: set[str] = set()
    for index in order:
        name, raw = files[index]
        document, faults, remarks = _read(name, raw, tools)
        mistakes += faults
        warnings += remarks
        if document:
            documents[index] = Written(name, document)
            defined = document.data.get("tools")
            tools |= set(defined) if isinstance(defined, dict) else set()
    return [documents.get(index) for index in range(len(files))], mistakes, warnings


def _read(name: str, raw: bytes, tools: set[str]) -> tuple[yaml_text.Document | None, list[Mistake], list[Mistake]]:
    ending = _ending(name)
    if ending in YAML:
        return *yaml_text.read(raw, name, _spelling), []
    if ending in WORKBOOKS:
        grids, mistakes = workbook.grids(raw, name)
    else:
        grid, mistakes = comma.grid(raw, name, PurePath(name).stem)
        grids = [grid] if grid else []
    if not grids:
        return None, mistakes, []
    document, faults, warnings = rows.document(grids, name, tools)
    return document, [*mistakes, *faults], warnings


def _ending(name: str) -> str:
    return PurePath(name).suffix.lower()


def _is_tools(file: tuple[str, bytes]) -> bool:
    """Whether a file of its own lists tools, which those after it may name."""
    return PurePath(file[0]).stem.casefold().endswith(("tools", "outils"))


def _spelling(loc: yaml_text.Loc, key: str) -> str:
    """`license` is read as `licence`, in every key that isn't somebody's own."""
    return key if loc == ("tools",) else key.replace("license", "licence")
