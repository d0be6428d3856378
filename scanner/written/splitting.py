"""Text with separators, split into rows of cells, strictly: what `comma.py` reads CSV with.

A quote stands around a whole cell, or twice inside one that is quoted; anywhere else it is a mistake. So every text
without a mistake has an even number of quotes, and one that is missing or too many never goes unnoticed.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from scanner.written.mistakes import quoted

SEPARATORS = ",;\t"
FOREIGN = "|"
"""What separates cells elsewhere, and isn't read."""
LONGEST_CELL = 32_767
"""Characters; no cell of a spreadsheet holds more."""

_WITHOUT_QUOTES = re.compile(r'([^"\r\n]*)(?:\r\n?|\n|\Z)')
_LINE_END = re.compile(r"\r\n?|\n|\Z")
_HOLDS_NOTHING = re.compile(r"(?:[,;|]|[^\S\r\n])*(?:\r\n?|\n)")
_BARE_CELL_ENDS = {separator: re.compile(rf'[{separator}"\r\n]|\Z') for separator in SEPARATORS}
_LONGEST_HEADS = 100_000
"""Characters of a first row in which separators are looked for."""
_TWICE = "end it with one, and write a quote inside a cell twice"


@dataclass(frozen=True, slots=True)
class TextRow:
    """One row that holds something: its cells, without blanks around them, and the line where it begins."""

    line: int
    cells: list[str]


@dataclass(frozen=True, slots=True)
class BrokenRow:
    """A row that can't be split: the line and the number of the cell that is wrong, counted from 1, and why."""

    line: int
    column: int
    why: str


class _BrokenCellError(Exception):
    """A cell can't be read; `begin`: its first character in the text."""

    def __init__(self, begin: int, column: int, why: str) -> None:
        super().__init__(why)
        self.begin, self.column, self.why = begin, column, why


def separators_in(text: str, *, comments: bool) -> str:
    """What stands between the cells of the first row that holds anything, in that order, whatever it separates."""
    begin = 0
    while (empty := _HOLDS_NOTHING.match(text, begin)) or (comments and text.startswith("#", begin)):
        begin = empty.end() if empty else _next_line(text, begin)
    separators: list[str] = []
    position, cell_begins = begin, True
    while position < min(len(text), begin + _LONGEST_HEADS) and text[position] not in "\r\n":
        behind = _behind_quotes(text, position) if cell_begins and text[position] == '"' else 0
        cell_begins = text[position] in SEPARATORS + FOREIGN
        if cell_begins:
            separators.append(text[position])
        position = behind or position + 1
    return "".join(separators)


def rows(text: str, separator: str, *, comments: bool) -> Iterator[TextRow | BrokenRow]:
    """The rows that hold anything. After a broken one, reading goes on in the line below the cell that broke it.

    Args:
        text: with lines of any ending.
        separator: one of `SEPARATORS`.
        comments: whether a line that begins with # is a comment.
    """
    position, line = 0, 1
    while position < len(text):
        if comments and text[position] == "#":
            position, line = _next_line(text, position), line + 1
            continue
        plain = _WITHOUT_QUOTES.match(text, position)
        try:
            if plain:
                cells, behind, lines = plain[1].split(separator), plain.end(), 1
                for column, cell in enumerate(cells, 1) if behind - position > LONGEST_CELL else ():
                    _require_short(cell, position, column)
            else:
                cells, behind = _with_quotes(text, position, separator)
                lines = _line_ends(text, position, behind)
        except _BrokenCellError as broken:
            line += _line_ends(text, position, broken.begin)
            yield BrokenRow(line, broken.column, broken.why)
            position, line = _next_line(text, broken.begin), line + 1
            continue
        cells = [cell.strip() for cell in cells]
        if any(cells):
            yield TextRow(line, cells)
        position, line = behind, line + lines


def _with_quotes(text: str, begin: int, separator: str) -> tuple[list[str], int]:
    """The cells of the row that begins here, and where the next one does.

    Raises:
        _BrokenCellError: a quote stands where none belongs, or one is missing, or a cell is too long.
    """
    cells: list[str] = []
    while True:
        if text.startswith('"', begin):
            behind = _behind_quotes(text, begin)
            if not behind or text[behind : behind + 1] not in f"{separator}\r\n":
                raise _BrokenCellError(begin, len(cells) + 1, _why_unclosed(text, begin, behind))
            cells.append(text[begin + 1 : behind - 1].replace('""', '"'))
        else:
            behind = _end(_BARE_CELL_ENDS[separator], text, begin)
            if text.startswith('"', behind):
                raise _BrokenCellError(begin, len(cells) + 1, _why_bare(text, begin, separator))
            cells.append(text[begin:behind])
        _require_short(cells[-1], begin, len(cells))
        if not text.startswith(separator, behind):
            return cells, _next_line(text, behind)
        begin = behind + 1


def _behind_quotes(text: str, begin: int) -> int:
    """Where a cell that begins with a quote has been closed; 0 where nothing closes it."""
    closing = text.find('"', begin + 1)
    while closing >= 0 and text.startswith('"', closing + 1):
        closing = text.find('"', closing + 2)
    return closing + 1


def _why_unclosed(text: str, begin: int, behind: int) -> str:
    if behind and _next_line(text, begin) > behind:
        stray = text[behind : _end(_LINE_END, text, behind)]
        return f"{quoted(stray)} stands behind the quote that closes this cell; write a quote inside a cell twice"
    return f"a quote opens this cell, and none closes it; {_TWICE}"


def _why_bare(text: str, begin: int, separator: str) -> str:
    line = text[begin : _end(_LINE_END, text, begin)]
    doubled = line.split(separator, 1)[0].strip().replace('"', '""')
    return f'a quote in the middle of a cell; quote the whole cell, and write this one twice: "{doubled}"'


def _require_short(cell: str, begin: int, column: int) -> None:
    if len(cell) > LONGEST_CELL:
        raise _BrokenCellError(begin, column, f"a cell of more than {LONGEST_CELL} characters; is a quote missing?")


def _next_line(text: str, position: int) -> int:
    line_end = _LINE_END.search(text, position)
    return line_end.end() if line_end else len(text)


def _line_ends(text: str, begin: int, end: int) -> int:
    return sum(1 for line_end in _LINE_END.finditer(text, begin, end) if line_end[0])


def _end(pattern: re.Pattern[str], text: str, begin: int) -> int:
    match = pattern.search(text, begin)
    return match.start() if match else len(text)
