"""CSV as people export it, read strictly: commas, semicolons or tabs, a byte order mark or none.

The first row that holds anything has the heads. A row may end before its last columns, since spreadsheets leave off
the empty cells at its end; what is missing then is an empty cell. A row that goes on beyond the heads is a mistake even
where it holds nothing there: a cell with a comma in it that nobody quoted moves all those that follow.

Of a place, the column is the number of the cell in its row.
"""

from collections.abc import Iterator, Sequence
from itertools import chain

from scanner.errors import Mistake
from scanner.written import splitting
from scanner.written.cells import Cell, Grid
from scanner.written.mistakes import quoted
from scanner.written.splitting import FOREIGN, SEPARATORS, TextRow
from scanner.written.yaml_text import SIZE_LIMIT, Place, decoded

MISTAKES_LISTED = 100
"""Mistakes of one file; whoever has more has the wrong file, and it isn't read on."""
_NAMES = {",": "comma", ";": "semicolon", "\t": "tab"}


class CommaFile:
    """One CSV file, read row by row, so that a long one needs hardly more room than its text.

    `mistakes` grows while rows are read; it is complete when the last of them was. `first` is the first row that holds
    anything; None where nothing can be read.
    """

    def __init__(self, raw: bytes, file: str, *, limit: int = SIZE_LIMIT, comments: bool = False) -> None:
        """Begin to read.

        Args:
            raw: UTF-8, a byte order mark is tolerated.
            file: how mistakes name it.
            limit: bytes beyond which it isn't read.
            comments: whether a line that begins with # is a comment.
        """
        self.file = file
        text, self.mistakes = decoded(raw, file, limit, "split it")
        self._between = splitting.separators_in(text or "", comments=comments)
        self._separator = next((character for character in self._between if character in SEPARATORS), ",")
        self._unread = self._split(text or "", comments=comments)
        self.first = self._first() if text is not None else None

    def heads(self) -> list[str]:
        """The first row as the heads of the columns, none where it can't be read as such.

        One that stands there already is a mistake, and left blank.
        """
        if self.first is None:
            return []
        names = [f"{_NAMES[separator]}s" for separator in SEPARATORS if separator in self._between]
        if len(names) > 1:
            why = f"{' and '.join(names)} stand between the heads; use one of them, and quote a head that holds another"
            self.refuse(self.first.line, 1, why)
            return []
        heads: list[str] = []
        columns: dict[str, int] = {}
        for column, head in enumerate(self.first.cells, 1):
            before = columns.setdefault(" ".join(head.casefold().split()), column) if head else column
            if before != column:
                self.refuse(self.first.line, column, f"{quoted(head)} is the head of column {before} too; keep one")
            heads.append(head if before == column else "")
        return heads

    def rows(self, columns: int = 0) -> Iterator[TextRow]:
        """The rows in which no mistake of form is.

        Args:
            columns: how many a file without heads has at most: its first row is one as any other. 0: there are heads.
        """
        if self.first is None:
            return
        width = columns or len(self.first.cells)
        named = columns or max(column for column, head in enumerate(self.first.cells, 1) if head)
        for row in chain([self.first] if columns else [], self._unread):
            if self._fits(row, width, named):
                yield row

    def refuse(self, line: int, column: int, message: str) -> None:
        """Note a mistake."""
        self.mistakes.append(Mistake(self.file, line, column, message))

    def _first(self) -> TextRow | None:
        first = next(self._unread, None)
        if self.mistakes:  # it is doubtful which row is the first; what else is wrong is told as well
            for _ in self._unread:
                pass
            return None
        if first is None:
            self.refuse(1, 1, "the file is empty; its first row should hold the heads of the columns")
        elif self._between and not set(self._between) & set(SEPARATORS):
            why = f"{quoted(FOREIGN)} stands between the cells; save the file with commas, semicolons or tabs there"
            self.refuse(first.line, 1, why)
            return None
        return first

    def _split(self, text: str, *, comments: bool) -> Iterator[TextRow]:
        for row in splitting.rows(text, self._separator, comments=comments):
            if isinstance(row, TextRow):
                yield row
            else:
                self.refuse(row.line, row.column, row.why)
            if len(self.mistakes) >= MISTAKES_LISTED:
                return

    def _fits(self, row: TextRow, width: int, named: int) -> bool:
        """Whether a row ends where the heads do; `named`: the last column that has a name."""
        count = len(row.cells)
        if count <= named:
            return True
        beyond = next((column for column, cell in enumerate(row.cells[named:], named + 1) if cell), 0)
        if count <= width and not beyond:
            return True
        why = f"{count} cells under {width} columns" if count > width else "a cell under no head"
        hint = f"a cell that holds a {_NAMES[self._separator]} has to stand in quotes"
        self.refuse(row.line, beyond or width + 1, f"{why}; {hint}")
        return False


def grid(raw: bytes, file: str, name: str) -> tuple[Grid | None, list[Mistake]]:
    """The rows of a CSV file that have no mistake in their form, and every such mistake.

    Args:
        raw: UTF-8, a byte order mark is tolerated.
        file: how mistakes name it.
        name: the file's name without its ending.
    """
    source = CommaFile(raw, file)
    heads = source.heads()
    if source.first is None or not heads:
        return None, source.mistakes
    rows = [_cells(row.cells, row.line) for row in source.rows()]
    return Grid(name, _cells(heads, source.first.line), rows, Place(1, 1)), source.mistakes


def _cells(texts: Sequence[str], line: int) -> list[Cell | None]:
    return [Cell(text, Place(line, column)) if text else None for column, text in enumerate(texts, 1)]
