"""CSV: read back as it was written, whatever it holds, and nothing that is damaged goes unnoticed."""

import csv
import io
import time
import tracemalloc
from collections.abc import Sequence

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from scanner.written.comma import MISTAKES_LISTED, CommaFile, grid
from scanner.written.splitting import LONGEST_CELL, TextRow

TEXT = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Cn")) | st.sampled_from('\n\r",;\t|# '))
HEADS = ("path", "Title", "Déclaré par", "a head of \u2028 two")
Rows = Sequence[Sequence[str]]


def read(raw: bytes, *, comments: bool = False) -> tuple[list[str], list[TextRow], list[str]]:
    """Heads, rows and mistakes."""
    source = CommaFile(raw, "t.csv", comments=comments)
    heads = source.heads()
    rows = list(source.rows()) if heads else []
    return heads, rows, [str(mistake) for mistake in source.mistakes]


def mistakes(text: str) -> list[str]:
    """The mistakes of a file that has some."""
    told = read(text.encode())[2]
    assert told
    return told


def written(rows: Rows, separator: str, quoting: int = csv.QUOTE_MINIMAL) -> tuple[str, list[int]]:
    """A table as Python writes it, and the line where each of its rows begins."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=separator, quoting=quoting)  # type: ignore[arg-type]  # one of its constants
    lines = []
    for row in rows:
        before = text.getvalue().replace("\r\n", "\n").replace("\r", "\n")
        lines.append(before.count("\n") + 1)
        writer.writerow(row)
    return text.getvalue(), lines


@st.composite
def tables(draw: st.DrawFn) -> list[list[str]]:
    """Heads, and rows of any text under them."""
    width = draw(st.integers(1, len(HEADS)))
    return [list(HEADS[:width]), *draw(st.lists(st.lists(TEXT, min_size=width, max_size=width), max_size=6))]


QUOTING = st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL])
SEPARATOR = st.sampled_from(",;\t")


@given(tables(), SEPARATOR, QUOTING)
@example([["path", "Title"], ["a\r\nb\nc", '12" reel'], ["# x", "\u2028"], ["", ""], ["\ufeff", '"']], ";", 0)
def test_any_table_that_python_writes_is_read_back_cell_by_cell_with_its_lines(
    table: list[list[str]], separator: str, quoting: int
) -> None:
    text, lines = written(table, separator, quoting)
    heads, rows, told = read(text.encode("utf-8-sig"))
    meant = [(line, [cell.strip() for cell in row]) for line, row in zip(lines, table, strict=True)]
    assert told == []
    assert heads == table[0]
    assert [(row.line, row.cells) for row in rows] == [(line, row) for line, row in meant[1:] if any(row)]


@given(tables(), SEPARATOR, QUOTING, st.data())
@example([["path", "Title"], ["a", ""], ["", ""], ["b", ""]], ",", csv.QUOTE_ALL, None)
def test_a_quote_that_is_lost_never_swallows_a_row(
    table: list[list[str]], separator: str, quoting: int, data: st.DataObject | None
) -> None:
    text, _ = written(table, separator, quoting)
    places = [place for place, character in enumerate(text) if character == '"']
    for place in [data.draw(st.sampled_from(places))] if data and places else places:
        _, _, told = read((text[:place] + text[place + 1 :]).encode("utf-8-sig"))
        assert told, (text, place)


@given(tables(), SEPARATOR, st.data())
def test_a_quote_too_many_never_swallows_a_row(table: list[list[str]], separator: str, data: st.DataObject) -> None:
    text, _ = written(table, separator)
    place = data.draw(st.integers(0, len(text)))
    assert read((text[:place] + '"' + text[place:]).encode("utf-8-sig"))[2]


@given(
    st.lists(TEXT.filter(str.strip), min_size=1, max_size=5, unique_by=lambda head: " ".join(head.casefold().split()))
)
def test_heads_may_hold_anything_in_quotes(heads: list[str]) -> None:
    text, _ = written([heads], ";", csv.QUOTE_ALL)
    assert read(text.encode("utf-8-sig"))[0] == [head.strip() for head in heads]


QUOTED = "a cell that holds a comma has to stand in quotes"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('path,note\na,"x\nb,y\nc,z\n', ["2:2: a quote opens this cell, and none closes it; end it with one"]),
        ('path,note\na,"x\nb,"y"\nc,"z"\n', ["2:2: a quote opens this cell, and none closes it; end it with one"]),
        ('path,note\na,x"\nb,y\n', ["2:2: a quote in the middle of a cell; quote the whole cell"]),
        ('path,note\na,12" reel,\n', ["2:2: a quote in the middle of a cell"]),
        ('path,note\na,"x" or so\nb,y\n', ["2:2: ' or so' stands behind the quote that closes this cell"]),
        ('path,note\na, "x, y"\n', ["2:2: blanks stand in front of the quote that opens this cell"]),
        ("path,note\na,x,y\n", [f"2:3: 3 cells under 2 columns; {QUOTED}"]),
        ("path,note\na,x,\n", [f"2:3: 3 cells under 2 columns; {QUOTED}"]),
        ("path,note,,\na,x,y\n", [f"2:3: a cell under no head; {QUOTED}"]),
        ("path|note\na|x\n", ["1:1: '|' stands between the cells; save the file with commas, semicolons or tabs"]),
        ("path,owner;note\na,x\n", ["1:1: commas and semicolons stand between the heads; use one of them"]),
        ("path;note\towner\n", ["1:1: semicolons and tabs stand between the heads"]),
        ("path,note, Path\na,x,y\n", ["1:3: 'Path' is the head of column 1 too; keep one"]),
        ("path,my  note,note,My Note\n", ["1:4: 'My Note' is the head of column 2 too; keep one"]),
        ('path,"note\na,x\n', ["1:2: a quote opens this cell, and none closes it"]),
        ("\n ,\n", ["1:1: the file is empty"]),
        (f'path,note\na,"{"x" * (LONGEST_CELL + 1)}"\n', [f"2:2: a cell of more than {LONGEST_CELL} characters"]),
        (f"path,note\na,{'x' * (LONGEST_CELL + 1)}\n", [f"2:2: a cell of more than {LONGEST_CELL} characters"]),
    ],
)
def test_what_is_wrong_is_told_at_its_place(text: str, told: list[str]) -> None:
    for found, expected in zip(mistakes(text), told, strict=True):
        assert found.startswith(f"t.csv:{expected}")


def test_a_mistake_says_what_to_write() -> None:
    (mistake,) = mistakes('path,note\na,12" reel\n')
    assert mistake.endswith('quote the whole cell, and write this one twice: "12"" reel"')
    assert read(b'path,note\na,"12"" reel"\n')[1] == [TextRow(2, ["a", '12" reel'])]


def test_every_mistake_is_told_at_once_and_the_other_rows_are_read() -> None:
    text = 'path,note\na,"x\nb,y\nc,z"z\nd,"v"w\n"e","f\ng"\nh,i,j\nk\n'
    _, rows, told = read(text.encode())
    assert [mistake.split(":")[1:3] for mistake in told] == [["2", "2"], ["4", "2"], ["5", "2"], ["8", "3"]]
    assert rows == [TextRow(3, ["b", "y"]), TextRow(6, ["e", "f\ng"]), TextRow(9, ["k"])]


def test_blanks_behind_a_closing_quote_are_no_text() -> None:
    assert read(b'path\tnote\n"a" \t"x\ty" \n "b"\n')[1:] == (
        [TextRow(2, ["a", "x\ty"])],
        ["t.csv:3:1: blanks stand in front of the quote that opens this cell; take them away"],
    )
    assert read(b'path;note\n"a"\t ; "x"\n')[2][0].startswith("t.csv:2:2")


def test_a_long_line_of_short_cells_is_no_mistake_and_an_example_is_never_long() -> None:
    heads = ",".join(f"head {number}" for number in range(5000))
    assert len(read(heads.encode())[0]) == 5000
    assert len(mistakes("path\na" + '"' * 90_000)[0]) < 200


def test_empty_cells_at_the_end_may_be_left_off() -> None:
    assert read(b"path,title,note,,\na.mov,x,y,,\nb.mov\nc.mov,\n")[1:] == (
        [TextRow(2, ["a.mov", "x", "y", "", ""]), TextRow(3, ["b.mov"]), TextRow(4, ["c.mov", ""])],
        [],
    )


def test_a_column_without_a_head_before_others_is_no_mistake() -> None:
    assert read(b",path\n0,a.mov\n")[1:] == ([TextRow(2, ["0", "a.mov"])], [])


def test_comments_are_lines_of_their_own_and_only_where_they_are_asked_for() -> None:
    raw = b'# a "remark", of mine\npath,note\n# x\na,"b\n# inside"\n"# c",d\n'
    assert read(raw, comments=True) == (
        ["path", "note"],
        [TextRow(4, ["a", "b\n# inside"]), TextRow(6, ["# c", "d"])],
        [],
    )
    assert [row.cells for row in read(b"path,note\n####.exr,x\n")[1]] == [["####.exr", "x"]]


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_lines_end_as_any_machine_ends_them(ending: str) -> None:
    raw = ending.join(["\ufeffpath;note", "", 'a;"x', 'y"', "b;z"]).encode()
    assert read(raw)[1] == [TextRow(3, ["a", f"x{ending}y"]), TextRow(5, ["b", "z"])]


def test_a_wrong_file_is_not_told_a_million_times() -> None:
    assert len(mistakes("path\n" + 'a"\n' * 5000)) == MISTAKES_LISTED
    assert len(mistakes("path\n" + "a,b\n" * 5000)) == MISTAKES_LISTED


@pytest.mark.parametrize(
    "line", ['"a""\n', '""",\n', 'x,"\n', '"\n""\n', '"' * 999 + "\n", ",,,,,,\n", "#\n", "|" * 999]
)
def test_no_text_takes_long(line: str) -> None:
    """Two megabytes that are made to be read again and again from every line of them."""
    raw = (line * (2_000_000 // len(line))).encode()
    begun = time.process_time()
    read(raw, comments=True)
    assert time.process_time() - begun < 20


def test_a_long_file_needs_no_more_room_than_its_text() -> None:
    raw = b"path,title,note\n" + b'a.mov,"The ""Film"", cut",x\n' * 100_000
    tracemalloc.start()
    try:
        source = CommaFile(raw, "t.csv")
        assert sum(1 for _ in source.rows()) == 100_000
        assert tracemalloc.get_traced_memory()[1] < 2 * len(raw)
    finally:
        tracemalloc.stop()


def test_the_sheet_of_a_file_has_its_rows_and_its_mistakes() -> None:
    found, told = grid(b'ID,Note,Note\nD-1,x\nD-2,"y\nD-3,,z\n', "t.csv", "declarations")
    assert found
    assert [cell.text if cell else None for cell in found.heads] == ["ID", "Note", None]
    assert [[cell and cell.text for cell in row] for row in found.rows] == [["D-1", "x"], ["D-3", None, "z"]]
    assert [(mistake.line, mistake.column) for mistake in told] == [(1, 3), (3, 2)]
    assert grid(b"a|b\n", "t.csv", "declarations")[0] is None
