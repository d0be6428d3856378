"""Excel workbooks, read for what their cells hold: no macro is run, no link is followed, no formula is worked out.

A workbook is an archive of XML, so its size is looked at before anything is unpacked. Values are those that were saved;
a formula that was never calculated has none, and is told apart from an empty cell by reading the sheet twice.
"""

import io
import re
import zipfile
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from scanner.errors import Mistake
from scanner.written.cells import Cell, Grid, Held
from scanner.written.yaml_text import Place

if TYPE_CHECKING:
    from openpyxl.worksheet._read_only import ReadOnlyWorksheet

SIZE_LIMIT = 32 * 1024 * 1024
_UNPACKED = 256 * 1024 * 1024
"""Bytes of all members together; a hundred thousand filled-in rows have a tenth of it."""
_MEMBERS = 2000
_ROWS = 50_000
_COLUMNS = 300
_EMPTY_ROWS = 1000
"""So many rows without a value in a row end a sheet: what is formatted down to the last line is not filled in."""
_MERGED = re.compile(rb'<mergeCell\s[^>]*ref="([A-Z]{1,3}\d{1,7}):[A-Z]{1,3}\d{1,7}"')
_BOOK = "xl/workbook.xml"
_STRICT = b"http://purl.oclc.org/ooxml/"
"""What the namespaces of ISO/IEC 29500 Strict begin with."""
_SHEET = re.compile(r"xl/worksheets/[^/]+\.xml")


def grids(raw: bytes, file: str) -> tuple[list[Grid], list[Mistake]]:
    """The sheets of a workbook that hold anything, and what is wrong with its form. `file`: how mistakes name it."""
    import openpyxl

    refused = _refused(raw) or _strict(raw)
    if refused:
        return [], [Mistake(file, 0, 0, refused)]
    try:
        saved = openpyxl.load_workbook(io.BytesIO(raw), read_only=True, data_only=True, keep_links=False)
        typed = openpyxl.load_workbook(io.BytesIO(raw), read_only=True, data_only=False, keep_links=False)
        sheets: list[Grid] = []
        mistakes: list[Mistake] = []
        for name in saved.sheetnames:
            sheet, formulas = saved[name], typed[name]
            if not hasattr(sheet, "iter_rows"):  # a sheet that is a chart
                continue
            mistakes += _merged(raw, sheet, file)
            rows = list(_rows(sheet, formulas))
            if len(rows) > _ROWS:
                place = rows[_ROWS][0].place
                mistakes.append(place.mistake(file, f"more than {_ROWS} rows; no declarations are that long"))
            elif rows:
                sheets.append(_grid(name, rows))
    except Exception as error:  # noqa: BLE001 - a broken workbook breaks the library anywhere
        return [], [
            Mistake(file, 0, 0, f"not a workbook that can be read ({type(error).__name__}); save it anew as .xlsx")
        ]
    if not sheets and not mistakes:
        mistakes.append(Mistake(file, 0, 0, "the workbook is empty"))
    return sheets, mistakes


def _refused(raw: bytes) -> str:
    """Why this archive isn't opened; empty where it may be."""
    if len(raw) > SIZE_LIMIT:
        return f"larger than {SIZE_LIMIT // 2**20} MiB; no declarations are that long"
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            members = archive.infolist()
            if len(members) > _MEMBERS or sum(member.file_size for member in members) > _UNPACKED:
                return "it unpacks to more than any declarations have"
            for member in members:
                with archive.open(member) as part:  # what is stated of its size may be a lie
                    if len(part.read(member.file_size + 1)) > member.file_size:
                        return "it unpacks to more than it says"
            if not any(_SHEET.fullmatch(member.filename) for member in members):
                return "not an Excel workbook; save it as .xlsx"
    except (zipfile.BadZipFile, OSError, EOFError, ValueError, NotImplementedError, RuntimeError):
        return "not an Excel workbook; save it as .xlsx"
    return ""


def _strict(raw: bytes) -> str:
    """That this archive is of a form whose sheets would look empty; nothing where it isn't."""
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        content = archive.read(_BOOK) if _BOOK in archive.namelist() else b""
    return "saved as Strict Open XML; save it as an ordinary .xlsx (Excel Workbook)" if _STRICT in content else ""


def _merged(raw: bytes, sheet: "ReadOnlyWorksheet", file: str) -> Iterator[Mistake]:
    """Merged cells hold one value, and nobody can tell for which rows it was meant."""
    part = str(getattr(sheet, "_worksheet_path", ""))
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        content = archive.read(part.lstrip("/")) if part.lstrip("/") in archive.namelist() else b""
    for corner in _MERGED.findall(content)[:20]:
        place = Place(int(re.sub(rb"\D", b"", corner)), 1, f"{sheet.title}!{corner.decode()}")
        yield place.mistake(file, "merged cells hold one value only; unmerge them and fill in each")


def _rows(sheet: "ReadOnlyWorksheet", formulas: "ReadOnlyWorksheet") -> Iterator[list[Cell]]:
    """The rows that hold anything, each as its filled cells."""
    title, empty, filled = str(sheet.title), 0, 0
    for saved, typed in zip(_walk(sheet), _walk(formulas), strict=False):
        row = []
        for cell, formula in zip(saved, typed, strict=False):
            value = cell.value
            if value is None and isinstance(formula.value, str) and formula.value.startswith("="):
                row.append(Cell(formula.value, _place(title, formula), Held.FORMULA))
            elif value is not None and (text := _text(value)):
                row.append(Cell(text, _place(title, cell), _held(value, cell.data_type)))
        empty = 0 if row else empty + 1
        if row:
            filled += 1
            yield row
        if empty > _EMPTY_ROWS or filled > _ROWS:
            return


def _walk(sheet: Any) -> Iterator[Sequence[Any]]:  # noqa: ANN401 - the types that go with the library are wrong here
    yield from sheet.iter_rows(max_col=_COLUMNS)


def _grid(name: str, rows: list[list[Cell]]) -> Grid:
    """The rows as a grid, whose columns are those of the sheet."""
    width = max(cell.place.column for row in rows for cell in row)
    laid = []
    for row in rows:
        cells: list[Cell | None] = [None] * width
        for cell in row:
            cells[cell.place.column - 1] = cell
        laid.append(cells)
    return Grid(name, laid[0], laid[1:], rows[0][0].place)


def _place(title: str, cell: Any) -> Place:  # noqa: ANN401 - as above
    return Place(cell.row, cell.column, f"{title}!{cell.coordinate}")


def _held(value: object, stored: str) -> Held:
    if stored == "e":
        return Held.FAULT
    if isinstance(value, bool):
        return Held.YES_NO
    if isinstance(value, int) or (isinstance(value, float) and value.is_integer()):
        return Held.WHOLE
    if isinstance(value, float):
        return Held.NUMBER
    if isinstance(value, date):
        return Held.MOMENT if isinstance(value, datetime) and value.time() != time() else Held.DAY
    return Held.TIME if isinstance(value, time | timedelta) else Held.TEXT


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(sep=" ")
    return value.isoformat() if isinstance(value, date) else str(value).strip()
