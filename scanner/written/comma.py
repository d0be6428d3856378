"""CSV as people export it: commas, semicolons or tabs, a byte order mark or none, quotes as the format has them."""

import csv
import io
from collections import Counter

from scanner.errors import Mistake
from scanner.written.cells import Cell, Grid, Row
from scanner.written.yaml_text import Place, decoded

_SEPARATORS = ",;\t"


def grid(raw: bytes, file: str, name: str) -> tuple[Grid | None, list[Mistake]]:
    """The rows of a CSV file: the first one that holds anything has the heads.

    Args:
        raw: UTF-8, a byte order mark is tolerated.
        file: how mistakes name it.
        name: the file's name without its ending.
    """
    text, mistakes = decoded(raw, file)
    if text is None:
        return None, mistakes
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_separator(text), strict=True)
    rows: list[Row] = []
    line = 1
    try:
        for fields in reader:
            row = [_cell(field, line, column) for column, field in enumerate(fields, 1)]
            line = reader.line_num + 1
            if any(row):
                rows.append(row)
    except csv.Error as error:
        return None, [Mistake(file, reader.line_num, 1, f"not CSV: {error}")]
    if not rows:
        return None, [Mistake(file, 1, 1, "the file is empty; its first row should hold the heads of the columns")]
    return Grid(name, rows[0], rows[1:], Place(1, 1)), []


def _separator(text: str) -> str:
    """What separates the fields of the first line that isn't empty."""
    first = next((line for line in text.splitlines() if line.strip()), "")
    counts = Counter(character for character in first if character in _SEPARATORS)
    return max(_SEPARATORS, key=lambda each: (counts[each], -_SEPARATORS.index(each)))


def _cell(field: str, line: int, column: int) -> Cell | None:
    return Cell(field.strip(), Place(line, column)) if field.strip() else None
