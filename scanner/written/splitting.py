"""Text with separators, split into rows of cells, strictly: what `comma.py` and delivery manifests are read with.

A quote stands around a whole cell, or twice inside one that is quoted; anywhere else it is a mistake. So every text
without a mistake has an even number of quotes, and one that is missing or too many never goes unnoticed.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

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
_BEHIND_BLANKS = {separator: re.compile(rf"(?=[{separator}\S\r\n])|\Z") for separator in SEPARATORS}
_LONGEST_HEADS = 100_000
"""Characters of a first row in which separators are looked for."""
_SHOWN = 60
"""Characters of an example of what to write."""
_TWICE = "end it with one, and write a quote inside a cell twice"


@dataclass(frozen=True, slots=True)
class TextRow:
    """One row that holds something: its cells, without blanks around them, and the line where it begins.

    `number`: of the row, counted from 1 with those that hold nothing.
    """

    line: int
    cells: list[str]
    number: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class BrokenRow:
    """A row that can't be split: the line and the number of the cell that is wrong, counted from 1, and why.

    `cells`: those in front of that one, and what stands behind them in its line, split whatever the quotes say: no more
    than a guess. `number`: as that of `TextRow`.
    """

    line: int
    column: int
    why: str
    cells: list[str]
    number: int


class _BrokenCellError(Exception):
    """A cell can't be read; `begin`: its first character in the text. `before`: the cells in front of it."""

    def __init__(self, begin: int, before: list[str], why: str) -> None:
        super().__init__(why)
        self.begin, self.before, self.why = begin, before, why


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


def rows(
    text: str, separator: str, *, comments: bool = False, bare_quotes: bool = False
) -> Iterator[TextRow | BrokenRow]:
    """The rows that hold anything. After a broken one, reading goes on in the line below the cell that broke it.

    Args:
        text: with lines of any ending.
        separator: one of `SEPARATORS`.
        comments: whether a line that begins with # is a comment.
        bare_quotes: whether a quote in the middle of a cell without quotes is taken as it stands. Then one that is
            missing at the begin of a cell goes unnoticed; one that is missing at its end still doesn't.
    """
    position, line, number = 0, 1, 0
    while position < len(text):
        if comments and text[position] == "#":
            position, line = _next_line(text, position), line + 1
            continue
        plain = _WITHOUT_QUOTES.match(text, position)
        number += 1
        try:
            if plain and plain.end() - position <= LONGEST_CELL:
                cells, behind, lines = plain[1].split(separator), plain.end(), 1
            else:
                cells, behind = _with_quotes(text, position, separator, bare_quotes=bare_quotes)
                lines = _line_ends(text, position, behind)
        except _BrokenCellError as broken:
            line += _line_ends(text, position, broken.begin)
            rest = text[broken.begin : _end(_LINE_END, text, broken.begin)].split(separator)
            cells = [cell.strip() for cell in (*broken.before, *rest)]
            yield BrokenRow(line, len(broken.before) + 1, broken.why, cells, number)
            position, line = _next_line(text, broken.begin), line + 1
            continue
        cells = [cell.strip() for cell in cells]
        if any(cells):
            yield TextRow(line, cells, number)
        position, line = behind, line + lines


def _with_quotes(text: str, begin: int, separator: str, *, bare_quotes: bool) -> tuple[list[str], int]:
    """The cells of the row that begins here, and where the next one does.

    Raises:
        _BrokenCellError: a quote stands where none belongs, or one is missing, or a cell is too long.
    """
    cells: list[str] = []
    while True:
        if text.startswith('"', begin):
            closed = behind = _behind_quotes(text, begin)
            if text.startswith((" ", "\t"), closed):
                behind = _end(_BEHIND_BLANKS[separator], text, closed)
            if not closed or text[behind : behind + 1] not in f"{separator}\r\n":
                raise _BrokenCellError(begin, cells, _why_unclosed(text, begin, closed))
            cells.append(text[begin + 1 : closed - 1].replace('""', '"'))
        else:
            behind = _end(_BARE_CELL_ENDS[separator], text, begin)
            while bare_quotes and text.startswith('"', behind):
                behind = _end(_BARE_CELL_ENDS[separator], text, behind + 1)
            if text.startswith('"', behind):
                raise _BrokenCellError(begin, cells, _why_bare(text, begin, separator))
            cells.append(text[begin:behind])
        if len(cells[-1]) > LONGEST_CELL:
            why = f"a cell of more than {LONGEST_CELL} characters; is a quote missing?"
            raise _BrokenCellError(begin, cells[:-1], why)
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
    if line.lstrip().startswith('"'):
        return "blanks stand in front of the quote that opens this cell; take them away"
    doubled = line.split(separator, 1)[0].strip().replace('"', '""')
    example = f': "{doubled}"' if len(doubled) <= _SHOWN else ""
    return f"a quote in the middle of a cell; quote the whole cell, and write this one twice{example}"


def _next_line(text: str, position: int) -> int:
    line_end = _LINE_END.search(text, position)
    return line_end.end() if line_end else len(text)


def _line_ends(text: str, begin: int, end: int) -> int:
    return sum(1 for line_end in _LINE_END.finditer(text, begin, end) if line_end[0])


def _end(pattern: re.Pattern[str], text: str, begin: int) -> int:
    match = pattern.search(text, begin)
    return match.start() if match else len(text)
