"""Tables of text, as spreadsheets and databases write them: comma, semicolon or tab between the cells.

What a column means is the reader's business; here cells get the names of their columns and keep their places. Of a
place, the column is the number of the cell in its row.
"""

import csv
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from scanner.errors import Mistake
from scanner.written.mistakes import near, quoted

SIZE_LIMIT = 128 * 1024 * 1024
"""Bytes; a million rows."""
_DELIMITERS = ",;\t"
_BYTE_ORDERS = (b"\xff\xfe", b"\xfe\xff")
_LONGEST_CELL = 8192
_TOLD = 100
"""Mistakes of one file that are told; whoever has more has the wrong file."""


@dataclass(frozen=True, slots=True)
class Row:
    """The cells of one row that hold something, by the name of their column; `line`: where it begins."""

    line: int
    cells: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Table:
    """The rows under a header, or under the columns that were taken for granted.

    `names`: of the columns, in their order. `unread`: headers that mean nothing here, and are like none that does.
    """

    names: tuple[str, ...] = ()
    rows: tuple[Row, ...] = ()
    unread: tuple[str, ...] = ()
    mistakes: tuple[Mistake, ...] = field(default=())

    def column(self, name: str) -> int:
        """The number of a column, counted from 1; 0 where there is none of that name."""
        return self.names.index(name) + 1 if name in self.names else 0


def read(
    raw: bytes,
    file: str,
    known: Sequence[str],
    meant: Mapping[str, str],
    *,
    required: str,
    headless: Sequence[str] = (),
) -> Table:
    """The table in these bytes, and every mistake of form.

    Args:
        raw: UTF-8, a byte order mark is tolerated.
        file: how mistakes name it.
        known: the columns that are read.
        meant: other names of them.
        required: the column without which nothing makes sense.
        headless: the columns of a table without a header; it has one where a cell of its first row is a known name.
    """
    text, mistakes = _decode(raw, file)
    if text is None:
        return Table(mistakes=mistakes)
    lines = list(_lines(text))
    if not lines:
        return Table(mistakes=(Mistake(file, 0, 0, f"it is empty; its first row names the columns: {_list(known)}"),))
    first = [_name(cell, meant) for cell in lines[0][1]]
    if headless and not set(first) & set(known):
        return _rows(lines, tuple(headless), (), file, [])
    faults, unread, names = [], [], []
    if required not in first:
        faults.append(Mistake(file, lines[0][0], 1, f"there is no column {required} among these"))
        return Table(mistakes=tuple(faults))
    for number, (cell, name) in enumerate(zip(lines[0][1], first, strict=True), 1):
        if name in names:
            faults.append(Mistake(file, lines[0][0], number, f"a second column {name}"))
        if name not in known and cell.strip():
            like = near(name, known)
            if like:
                faults.append(Mistake(file, lines[0][0], number, f"unknown column {quoted(cell.strip())}{like}"))
            unread.append(cell.strip())
        names.append(name)
    return _rows(lines[1:], tuple(names), tuple(unread), file, faults, known)


def _rows(
    lines: Sequence[tuple[int, list[str]]],
    names: tuple[str, ...],
    unread: tuple[str, ...],
    file: str,
    faults: list[Mistake],
    known: Sequence[str] = (),
) -> Table:
    rows = []
    for line, cells in lines:
        if len(cells) > len(names) and any(cell.strip() for cell in cells[len(names) :]):
            faults.append(Mistake(file, line, len(names) + 1, f"{len(cells)} cells under {len(names)} columns"))
        filled = {
            name: cell.strip()
            for name, cell in zip(names, cells, strict=False)
            if cell.strip() and (name in known or not known)
        }
        rows.append(Row(line, filled))
    return Table(names, tuple(rows), unread, tuple(faults[:_TOLD]))


def _decode(raw: bytes, file: str) -> tuple[str | None, tuple[Mistake, ...]]:
    if len(raw) > SIZE_LIMIT:
        return None, (Mistake(file, 0, 0, f"larger than {SIZE_LIMIT // 2**20} MiB; split it"),)
    if raw.startswith(_BYTE_ORDERS):
        return None, (Mistake(file, 1, 1, "written as UTF-16; save it as UTF-8"),)
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        return None, (Mistake(file, line, 1, "not UTF-8 from here on; save it as UTF-8"),)
    if "\x00" in text:
        return None, (Mistake(file, text.count("\n", 0, text.index("\x00")) + 1, 1, "a null character; remove it"),)
    return text, ()


def _lines(text: str) -> Iterator[tuple[int, list[str]]]:
    """The rows that hold anything, each with the line where it begins; lines that begin with # are comments."""
    head = next((line for line in text.splitlines() if line.strip() and not line.startswith("#")), "")
    delimiter = max(_DELIMITERS, key=head.count)
    plain = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    reader = csv.reader(("" if line.startswith("#") else f"{line}\n" for line in plain), delimiter=delimiter)
    begins = 1
    for cells in reader:
        if any(cell.strip() for cell in cells):
            yield begins, [cell[:_LONGEST_CELL] for cell in cells]
        begins = reader.line_num + 1


def _name(cell: str, meant: Mapping[str, str]) -> str:
    folded = re.sub(r"[\s-]+", "_", cell.strip().casefold())
    return meant.get(folded, folded)


def _list(names: Sequence[str]) -> str:
    return ", ".join(names)
