"""Delivery manifests: known by their header however they are written, and never a reason to stop."""

import csv
import io
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fixtures.names import noise, png
from fixtures.packages import manifest
from scanner.terms.verdicts import Stage
from tests.scanner.drop.packages.drops import held, only, packages, told


def stages(folder: Path) -> dict[str, list[Stage | None]]:
    """What each asset was submitted for."""
    return {asset: [each.stage for each in rows] for asset, rows in held(folder).submissions.items()}


def fill(folder: Path, *names: str) -> None:
    for seed, name in enumerate(names):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(png(8, 8, seed) if name.endswith(".png") else noise(100, seed))


def test_what_files_are_submitted_for_is_read(tmp_path: Path) -> None:
    purposes = ("REF", "WIP", "REVIEW", "APPROVAL", "FINAL", "final ", "")
    names = [f"shot_{letter}.mov" for letter in "abcdefg"]
    fill(tmp_path, *(f"VFX/{name}" for name in names))
    manifest(tmp_path / "abc_20260330_01.csv", [(n, "./VFX", p) for n, p in zip(names, purposes, strict=True)])
    expected = ["pre-production", "temp", "temp", "final", "final", "final", None]
    assert stages(tmp_path) == {f"VFX/{name}": [stage] for name, stage in zip(names, expected, strict=True)}
    found = held(tmp_path)
    assert told(found) == {}
    assert (only(found).path, only(found).kind, only(found).members) == ("abc_20260330_01.csv", "manifest", 7)


@pytest.mark.parametrize(
    "pattern", ["plate.%04d.exr", "plate.####.exr", "plate.%d.exr", "plate.#.exr", "plate.1002.exr"]
)
def test_a_pattern_names_a_sequence(tmp_path: Path, pattern: str) -> None:
    fill(tmp_path, "VFX/plate.1001.exr", "VFX/plate.1002.exr", "old/plate.1001.exr", "old/plate.1002.exr")
    manifest(tmp_path / "m.csv", [(pattern, "VFX", "FINAL")])
    assert stages(tmp_path) == {"VFX/plate.%04d.exr": ["final"]}


def test_a_file_called_like_a_pattern_is_that_file(tmp_path: Path) -> None:
    fill(tmp_path, "shot%04d.mov")
    manifest(tmp_path / "m.csv", [("shot%04d.mov", "", "WIP")])
    assert stages(tmp_path) == {"shot%04d.mov": ["temp"]}


@pytest.mark.parametrize("way", ["", ".", "./VFX/", "/VFX", "VFX\\", "somewhere else"])
def test_a_file_is_found_from_the_manifest_from_the_drop_or_by_its_name(tmp_path: Path, way: str) -> None:
    fill(tmp_path, "delivery/x.txt", "VFX/shot.mov")
    manifest(tmp_path / "delivery" / "m.csv", [("shot.mov", way, "FINAL")])
    assert stages(tmp_path) == {"VFX/shot.mov": ["final"]}


def test_a_path_that_is_right_comes_before_a_name_elsewhere(tmp_path: Path) -> None:
    fill(tmp_path, "a/shot.mov", "b/shot.mov")
    manifest(tmp_path / "m.csv", [("shot.mov", "b", "FINAL")])
    assert stages(tmp_path) == {"b/shot.mov": ["final"]}
    manifest(tmp_path / "m.csv", [("shot.mov", "c", "FINAL")])
    assert stages(tmp_path) == {}  # nobody can tell which of both


def test_a_row_without_its_file_is_told(tmp_path: Path) -> None:
    fill(tmp_path, "a.mov")
    manifest(tmp_path / "m.csv", [("a.mov", "", "FINAL"), ("b.mov", "", "WIP"), ("../../etc/passwd", "", "WIP")])
    found = held(tmp_path)
    assert told(found) == {"": ["scan.mhl_missing"], "m.csv": ["scan.partial"]}
    assert found.absences[0].problem.message == "listed by m.csv and not in the drop: b.mov"
    assert "row 4 names a file outside the delivery" in found.hindrances["m.csv"][0].message


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252"])
def test_any_encoding_of_a_spreadsheet_is_read(tmp_path: Path, encoding: str) -> None:
    fill(tmp_path, "é.mov")
    manifest(tmp_path / "m.csv", [("é.mov", "", "FINAL")], encoding=encoding)
    assert stages(tmp_path) == {"é.mov": ["final"]}


@pytest.mark.parametrize(
    "text",
    [
        "filename;SUBMITTING  FOR\na.mov;final\n",
        "Submitting_For\tFile Name\nFinal\ta.mov\n",
        "ABC delivery,,\n\nFilename,x,Submitting For,Filename\r\na.mov,,FINAL,b.mov\r\n",
        '"Filename","Submitting For"\n"a.mov","FINAL"',
        "Filename,Submitting For\rb.mov,WIP\ra.mov,FINAL",
        "Filename,Submitting For\n\n,,,\n a.mov , Final ,,,,\n",
        "File\0name,Submitting For\na.mov,FINAL\0\n",
    ],
    ids=["semicolons", "tabs", "a title above", "quotes", "old line ends", "empty rows", "zeros"],
)
def test_a_header_is_known_however_it_is_written(tmp_path: Path, text: str) -> None:
    fill(tmp_path, "a.mov")
    (tmp_path / "m.CSV").write_bytes(text.encode())
    assert stages(tmp_path) == {"a.mov": ["final"]}


@pytest.mark.parametrize("text", ["", "Filename,Task\na,b\n", "a,b,c\n" * 30 + "Filename,Submitting For\n", "\0" * 99])
def test_other_tables_are_no_manifests(tmp_path: Path, text: str) -> None:
    (tmp_path / "cues.csv").write_text(text)
    assert packages(tmp_path) == []


def test_rows_that_cannot_be_understood_are_told_and_the_others_read(tmp_path: Path) -> None:
    fill(tmp_path, "a.mov", "b.mov")
    text = "Filename,Submitting For\na.mov\n,FINAL\nb.mov,CBB <script>\nb.mov,FINAL,more,and more\n"
    (tmp_path / "m.csv").write_text(text)
    assert stages(tmp_path) == {"b.mov": ["final"]}
    [problem] = held(tmp_path).hindrances["m.csv"]
    for said in ("row 2 has 1 of 2 columns", "row 3 names no file", "row 4 is submitted for “CBB <SCRIPT>”"):
        assert said in problem.message


def test_a_field_without_end_is_told_with_the_row(tmp_path: Path) -> None:
    fill(tmp_path, "a.mov")
    (tmp_path / "m.csv").write_text('Filename,Submitting For\na.mov,FINAL\n"' + "x" * 200_000)
    assert stages(tmp_path) == {"a.mov": ["final"]}
    assert "row 3 is damaged: a quote opens this cell" in held(tmp_path).hindrances["m.csv"][0].message


@pytest.mark.parametrize("place", ["head", "row"])
def test_a_quote_that_nothing_closes_swallows_no_row_and_is_told(tmp_path: Path, place: str) -> None:
    fill(tmp_path, "a.mov", "b.mov", "c.mov")
    notes = {"head": '"Notes', "row": "Notes"}[place]
    text = f'Filename,Submitting For,{notes}\na.mov,FINAL,"ok\nb.mov,FINAL,ok\nc.mov,WIP,"x"\n'
    (tmp_path / "m.csv").write_text(text)
    assert stages(tmp_path) == {"a.mov": ["final"], "b.mov": ["final"], "c.mov": ["temp"]}
    [problem] = held(tmp_path).hindrances["m.csv"]
    assert "row 2 is damaged: a quote opens this cell, and none closes it" in problem.message
    assert ("row 1 is damaged" in problem.message) == (place == "head")


def test_quotes_in_the_middle_of_a_cell_are_no_damage(tmp_path: Path) -> None:
    fill(tmp_path, "a.mov")
    (tmp_path / "m.csv").write_text('Filename\tNotes\tSubmitting For\na.mov\t12" reel, 7" spare\tFINAL\n')
    assert stages(tmp_path) == {"a.mov": ["final"]}
    assert held(tmp_path).hindrances == {}


def test_a_row_is_told_by_its_number_among_all_of_them(tmp_path: Path) -> None:
    fill(tmp_path, "a.mov")
    (tmp_path / "m.csv").write_text('\nFilename,Notes,Submitting For\n\n,"two\nlines",\na.mov,x,FINAL\n')
    assert [[row.row for row in rows] for rows in held(tmp_path).submissions.values()] == [[5]]
    assert "row 4 names no file" in held(tmp_path).hindrances["m.csv"][0].message


def test_a_table_larger_than_any_manifest_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("scanner.drop.packages.submissions._SIZE", 100_000)
    manifest(tmp_path / "m.csv", [("a.mov", "", "FINAL")] * 5000)
    assert told(held(tmp_path)) == {"m.csv": ["scan.partial"]}


def test_rows_beyond_any_delivery_are_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("scanner.drop.packages.submissions._ROWS", 3)
    fill(tmp_path, "a.mov", "b.mov", "c.mov")
    manifest(tmp_path / "m.csv", [(f"{name}.mov", "", "FINAL") for name in "abc"])
    assert set(stages(tmp_path)) == {"a.mov", "b.mov"}


cells = st.one_of(st.sampled_from(["Filename", "Submitting For", "Relative Path", "FINAL", "wip", "a.mov"]), st.text())
tables = st.lists(st.lists(cells, max_size=6), max_size=8)


def written(rows: list[list[str]]) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(["Filename", "Submitting For"])
    writer.writerows(rows)
    return text.getvalue().encode("utf-8", "surrogatepass")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.one_of(tables.map(written), st.binary(max_size=300), st.binary(max_size=100).map(lambda b: b"\xff\xfe" + b)))
def test_no_table_raises(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a.mov").write_bytes(b"a")
    (tmp_path / "m.csv").write_bytes(content)
    for asset, rows in held(tmp_path).submissions.items():
        assert asset in {"a.mov", "m.csv"}
        assert all(each.stage in {*Stage, None} for each in rows)
