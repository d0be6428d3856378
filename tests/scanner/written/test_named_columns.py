"""CSV under known columns: in any order, under other names too, and with heads or without."""

import pytest

from scanner.written.named_columns import Columns, NamedColumns

COLUMNS = Columns(("hash", "id", "frame"), {"value": "hash", "frame_number": "frame"}, "hash", headless=("hash", "id"))


def read(text: str) -> tuple[list[tuple[int, dict[str, str]]], list[str], tuple[str, ...]]:
    """The rows, the mistakes, and the heads that aren't read."""
    table = NamedColumns(text.encode(), "t.csv", COLUMNS, comments=True)
    rows = [(row.line, dict(row.cells)) for row in table.rows()]
    return rows, [str(mistake) for mistake in table.mistakes], table.unread


def test_cells_have_the_names_of_their_columns_and_empty_ones_are_left_out() -> None:
    rows, told, unread = read("Frame Number;QC by;Value\n24;me;ab\n;;cd\n12\n")
    assert rows == [(2, {"frame": "24", "hash": "ab"}), (3, {"hash": "cd"}), (4, {"frame": "12"})]
    assert (told, unread) == ([], ("QC by",))


def test_without_heads_the_first_row_is_one_as_any_other() -> None:
    assert read("# mine\nab,REF, one\n")[1] == [
        "t.csv:2:3: 3 cells under 2 columns; a cell that holds a comma has to stand in quotes"
    ]
    assert read("# mine\nab;Snow, Dawn\ncd\n")[:2] == (
        [(2, {"hash": "ab", "id": "Snow, Dawn"}), (3, {"hash": "cd"})],
        [],
    )


def test_the_place_of_a_column_is_known() -> None:
    table = NamedColumns(b"id,,value\n", "t.csv", COLUMNS)
    assert [table.column(name) for name in ("id", "hash", "frame")] == [1, 3, 0]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("id,frame\na,1\n", "t.csv:1:1: there is no column hash among these; known are hash, id, frame"),
        ("hash,id,value\n", "t.csv:1:3: a second column hash"),
        ("hash,fram\n", "t.csv:1:2: unknown column 'fram'; did you mean frame?"),
        ("hash,id;frame\n", "t.csv:1:1: commas and semicolons stand between the heads"),
        ("ab|REF\n", "t.csv:1:1: '|' stands between the cells"),
        ('hash,note\nab,"x\ncd,y\n', "t.csv:2:2: a quote opens this cell, and none closes it"),
    ],
)
def test_each_mistake_is_told_once(text: str, told: str) -> None:
    (mistake,) = read(text)[1]
    assert mistake.startswith(told)
