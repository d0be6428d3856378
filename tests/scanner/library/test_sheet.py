"""What people state of reference works: read as they meant it, and every mistake at once, at its place."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.catalogue.shelf import NameRow
from scanner.library.sheet import ReferenceSheet, SheetError, Stated, read_sheet, write_sheet

PATHS = ["posters/a.png", "posters/b.png", "film.mov", "plate.%04d.exr", "take[1].mov"]

YAML = """\
schema: provscan/references/1
references:
  - path: posters/a.png
    id: REF-001
    title: "A Poster: the first"
    owner: Example Pictures
    own: no
    licences: [LIC-1, LIC-2]
  - {path: "plate.####.exr", own: yes, medium: video}
  - {path: "posters/*", owner: Somebody, title: Poster}
  - {path: "take[1].mov", license: [LIC-3]}
"""
TWO = ("LIC-1", "LIC-2")
TITLE = 'A "title", with; all'


def sheet(folder: Path, text: str, name: str = "references.yaml") -> ReferenceSheet:
    (folder / name).write_text(text, encoding="utf-8")
    found = read_sheet(folder)
    assert found
    return found


def mistakes(folder: Path, text: str, name: str = "references.yaml") -> list[str]:
    """The mistakes of a sheet, in reading it or in holding it against the works, without the folder's path."""
    with pytest.raises(SheetError) as caught:
        sheet(folder, text, name).of(PATHS)
    return [str(each).removeprefix(f"{folder}/") for each in caught.value.mistakes]


def test_a_folder_without_a_sheet_states_nothing(tmp_path: Path) -> None:
    assert read_sheet(tmp_path) is None


def test_a_sheet_states_what_is_written_and_nothing_else(tmp_path: Path) -> None:
    stated = sheet(tmp_path, YAML).of(PATHS)
    assert stated == {
        "posters/a.png": Stated("REF-001", "A Poster: the first", "Example Pictures", own=False, licences=TWO),
        "posters/b.png": Stated(title="Poster", owner="Somebody"),
        "plate.%04d.exr": Stated(own=True, medium="video"),
        "take[1].mov": Stated(licences=("LIC-3",)),
    }


def test_a_row_for_one_work_comes_before_one_with_wildcards(tmp_path: Path) -> None:
    rows = "references:\n  - {path: '*', owner: All, title: Any}\n  - {path: film.mov, owner: One}\n"
    assert sheet(tmp_path, rows).of(["film.mov", "b.mov"]) == {
        "film.mov": Stated(owner="One", title="Any"),
        "b.mov": Stated(owner="All", title="Any"),
    }


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_a_table_says_the_same_whatever_separates_its_cells(tmp_path: Path, delimiter: str) -> None:
    header = ["Path", "ID", "Title", "Owner", "Own", "License", "Medium", "QC by"]
    rows = [
        [
            "posters/a.png",
            "REF-001",
            '"A, Poster; the first"',
            "Example Pictures",
            "No",
            '"LIC-1; LIC-2"',
            "image",
            "me",
        ],
        ["film.mov", "", "", "", "yes", "", "", ""],
    ]
    text = "\r\n".join(delimiter.join(row) for row in [header, *rows])
    found = sheet(tmp_path, "\ufeff" + text, "references.csv")
    assert found.unread == ("QC by",)
    assert found.of(PATHS) == {
        "posters/a.png": Stated(
            "REF-001", "A, Poster; the first", "Example Pictures", own=False, licences=TWO, medium="image"
        ),
        "film.mov": Stated(own=True),
    }


def test_every_mistake_of_a_yaml_sheet_is_told_at_its_place(tmp_path: Path) -> None:
    text = """\
schema: provscan/references/1
references:
  - {path: posters/a.png, ownr: Somebody}
  - {path: film.mov, own: perhaps}
  - {title: no path}
  - {path: posters/b.png, licences: LIC-1}
"""
    assert mistakes(tmp_path, text) == [
        "references.yaml:3:27: unknown key 'ownr'; did you mean owner?",
        "references.yaml:4:27: own: 'perhaps' is none of yes, no",
        "references.yaml:5:5: path is missing here",
        "references.yaml:6:37: licences: expected a list, such as [a, b]",
    ]


def test_every_mistake_of_a_table_is_told_at_its_place(tmp_path: Path) -> None:
    text = "path,owner,ovn,own\nfilm.mov,,,perhaps\n,Somebody\nposters/a.png,,,,,too much\n"
    assert mistakes(tmp_path, text, "references.csv") == [
        "references.csv:1:3: unknown column 'ovn'; did you mean own?",
        "references.csv:2:4: own: 'perhaps' is none of yes, no",
        "references.csv:3:1: path is missing here",
        "references.csv:4:6: 6 cells under 4 columns; a cell that holds a comma has to stand in quotes",
    ]


def test_a_quote_that_is_missing_in_a_column_nobody_reads_swallows_no_row(tmp_path: Path) -> None:
    text = 'path,owner,seen\nposters/a.png,Us,"yes\nposters/b.png,Example Pictures,yes\nfilm.mov,Them,"no"\n'
    (mistake,) = mistakes(tmp_path, text, "references.csv")
    assert mistake.startswith("references.csv:2:3: a quote opens this cell, and none closes it")


def test_a_sequence_that_begins_with_its_number_is_no_comment(tmp_path: Path) -> None:
    found = sheet(tmp_path, "path,owner\n####.exr,Us\n", "references.csv")
    assert found.of(["%04d.exr"]) == {"%04d.exr": Stated(owner="Us")}


def test_rows_that_fit_nothing_or_clash_are_mistakes(tmp_path: Path) -> None:
    text = """\
references:
  - {path: posters/c.png}
  - {path: "*.tiff", owner: x}
  - {path: "posters/*", id: REF-1}
  - {path: film.mov, id: posters/b.png}
  - {path: film.mov}
  - {path: posters/a.png, id: REF-2}
  - {path: plate.####.exr, id: REF-2}
"""
    assert mistakes(tmp_path, text) == [
        "references.yaml:2:12: there is no 'posters/c.png' in this folder; did you mean posters/b.png?",
        "references.yaml:3:12: there is no '*.tiff' in this folder",
        "references.yaml:4:12: an id is one work's, and 'posters/*' may be several",
        "references.yaml:5:12: the id 'posters/b.png' is another work's already",
        "references.yaml:6:12: 'film.mov' has a row already",
        "references.yaml:8:12: the id 'REF-2' is another work's already",
    ]


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("references.yaml", "", "the file is empty"),
        ("references.yaml", "references: [&a {path: film.mov}]", "names a part to be used again"),
        ("references.yaml", "posters: []", "unknown key 'posters'"),
        ("references.csv", "", "the file is empty"),
        ("references.csv", "owner,title\na,b\n", "there is no column path"),
        ("references.csv", "path,path\na,b\n", "'path' is the head of column 1 too; keep one"),
        ("references.csv", "path,file\na,b\n", "a second column path"),
        ("references.csv", "path\n\x00\n", "control character U+0000"),
    ],
)
def test_a_sheet_that_is_none_says_so(tmp_path: Path, name: str, text: str, said: str) -> None:
    assert any(said in each for each in mistakes(tmp_path, text, name))


def test_bytes_that_are_no_text_and_two_sheets_are_refused(tmp_path: Path) -> None:
    (tmp_path / "references.csv").write_bytes("path\nä".encode("utf-16"))
    with pytest.raises(SheetError, match="1 mistake in what is stated") as caught:
        read_sheet(tmp_path)
    assert "UTF-16" in caught.value.mistakes[0].message
    (tmp_path / "references.csv").write_bytes(b"path\n\xff\n")
    with pytest.raises(SheetError) as caught:
        read_sheet(tmp_path)
    assert "not UTF-8" in caught.value.mistakes[0].message
    (tmp_path / "references.yaml").mkdir()
    with pytest.raises(SheetError) as caught:
        read_sheet(tmp_path)
    assert "a second sheet" in caught.value.mistakes[0].message
    (tmp_path / "references.csv").unlink()
    with pytest.raises(SheetError) as caught:
        read_sheet(tmp_path)
    assert caught.value.mistakes[0].message == "not a file"


def test_a_written_sheet_states_the_same(tmp_path: Path) -> None:
    names = [
        NameRow("REF-1", "x", "posters/a.png", TITLE, "Ötker & Söhne", licences=TWO, medium="image"),
        NameRow("film.mov", "y", "film.mov", own=True, stop=True),
        NameRow("pdq:00", "listed", ""),
    ]
    found = sheet(tmp_path, write_sheet(names), "references.csv").of(PATHS)
    assert found == {
        "posters/a.png": Stated("REF-1", TITLE, "Ötker & Söhne", own=False, licences=TWO, medium="image"),
        "film.mov": Stated("film.mov", own=True, stop=True),
    }


@given(st.binary(max_size=300), st.sampled_from(["references.csv", "references.yaml"]))
def test_no_bytes_make_anything_but_a_sheet_or_mistakes(
    tmp_path_factory: pytest.TempPathFactory, raw: bytes, name: str
) -> None:
    folder = tmp_path_factory.mktemp("sheet")
    (folder / name).write_bytes(raw)
    try:
        found = read_sheet(folder)
    except SheetError:
        return
    assert isinstance(found, ReferenceSheet)
