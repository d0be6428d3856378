"""CSV whose columns have fixed names: each cell by the name of its column, whatever order the columns are in."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from scanner.written.comma import CommaFile
from scanner.written.mistakes import near, quoted
from scanner.written.yaml_text import SIZE_LIMIT


@dataclass(frozen=True, slots=True)
class Columns:
    """Which columns are read.

    `known`: their names. `aliases`: other names of them. `required`: the one without which nothing makes sense.
    `headless`: those of a file without heads; it has some where a cell of its first row is a known name.
    """

    known: Sequence[str]
    aliases: Mapping[str, str]
    required: str
    headless: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class NamedRow:
    """The cells of one row that hold something, by the name of their column; `line`: where it begins."""

    line: int
    cells: Mapping[str, str]


class NamedColumns:
    """A CSV file under known columns, read row by row.

    `mistakes` grows while rows are read. `unread`: heads that mean nothing here, and are like none that does.
    """

    def __init__(
        self, raw: bytes, file: str, columns: Columns, *, limit: int = SIZE_LIMIT, comments: bool = False
    ) -> None:
        """Begin to read; the arguments are those of `CommaFile`."""
        self._source = CommaFile(raw, file, limit=limit, comments=comments)
        self.mistakes = self._source.mistakes
        first = self._source.first.cells if self._source.first else []
        bare = bool(columns.headless) and not {_name(cell, columns) for cell in first} & {*columns.known}
        self._headless = columns.headless if bare else ()
        self._heads = [*self._headless] or self._source.heads()
        self._names = [_name(head, columns) for head in self._heads]
        self._known = [(index, name) for index, name in enumerate(self._names) if name in columns.known]
        self.unread = tuple(
            head for head, name in zip(self._heads, self._names, strict=True) if head and name not in columns.known
        )
        if not self._headless and self._heads:
            self._check(columns)

    def column(self, name: str) -> int:
        """The number of a column, counted from 1; 0 where there is none of that name."""
        return self._names.index(name) + 1 if name in self._names else 0

    def rows(self) -> Iterator[NamedRow]:
        """The rows in which no mistake of form is."""
        for row in self._source.rows(len(self._headless)) if self._known else ():
            cells = row.cells
            count = len(cells)
            filled = {name: cells[index] for index, name in self._known if index < count and cells[index]}
            yield NamedRow(row.line, filled)

    def _check(self, columns: Columns) -> None:
        """Note what is wrong with the heads; without the one that is required nothing is read."""
        line = self._source.first.line if self._source.first else 0
        if columns.required not in self._names:
            self._known = []
            known = ", ".join(columns.known)
            self._source.refuse(line, 1, f"there is no column {columns.required} among these; known are {known}")
            return
        for column, (head, name) in enumerate(zip(self._heads, self._names, strict=True), 1):
            like = near(name, columns.known) if name not in columns.known else ""
            if head and self._names.index(name) + 1 != column:
                self._source.refuse(line, column, f"a second column {name}")
            elif head and like:
                self._source.refuse(line, column, f"unknown column {quoted(head)}{like}")


def _name(head: str, columns: Columns) -> str:
    folded = re.sub(r"[\s-]+", "_", head.casefold())
    return columns.aliases.get(folded, folded)
