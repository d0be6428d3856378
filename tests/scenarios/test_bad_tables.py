"""CSV that is damaged: exit 2 with file, line and remedy from every command that reads it, and nothing is done.

The same damage is refused in a sheet of reference works, in a list of hashes and in declarations.
"""

from pathlib import Path

import pytest

from fixtures.command import Outcome
from fixtures.media import still
from tests.scanner.cli.here import provscan_here

HASH = "d8f8f0cce0f4a84f06370a32038f67f0b36e2ed596621e1d33e6b39c4e9c9b22"
OTHER = "0" * 63 + "1"
OPENED = "a quote opens this cell, and none closes it; end it with one"
QUOTED = "a cell that holds a comma has to stand in quotes"
DAMAGED = {
    "unclosed": ('{0},x,"seen by me\n{1},y,me\n', "2:3", OPENED),
    "unclosed before a quoted cell": ('{0},x,"seen by me\n{1},"y",me\n', "2:3", OPENED),
    "bare quote": ('{0},x,12" reel\n{1},y,\n', "2:3", 'write this one twice: "12"" reel"'),
    "stray text": ('{0},"x"x,\n{1},y,\n', "2:2", "'x,' stands behind the quote that closes this cell"),
    "too many cells": ("{0},x,\n{1},Snow, Dawn,\n", "3:4", f"4 cells under 3 columns; {QUOTED}"),
}
"""By what was done to two rows: the rows, where the mistake is, and what is said of it."""
HEADS = {
    "a head twice": ("{0},Note,note", "1:3", "'note' is the head of column 2 too; keep one"),
    "pipes": ("{0}|{1}|note", "1:1", "'|' stands between the cells; save the file with commas, semicolons or tabs"),
    "mixed": ("{0},{1};note", "1:1", "commas and semicolons stand between the heads; use one of them"),
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("works", "drop"):
        (tmp_path / name).mkdir()
    still(tmp_path / "works" / "a.png", seed=1)
    still(tmp_path / "works" / "b.png", seed=2)
    (tmp_path / "drop" / "notes.txt").write_text("nothing here is looked at before the sheet was read\n")
    return tmp_path


def told(outcome: Outcome, mistake: str) -> None:
    """Fail unless exactly this mistake was told, and nothing was done."""
    assert outcome.code == 2, outcome.err
    assert mistake in outcome.err
    assert "1 mistake in" in outcome.err
    assert not (outcome.folder / "library").exists()
    assert not (outcome.folder / "drop.provscan" / "report.json").exists()


def refused(folder: Path, text: str, mistake: str) -> None:
    """Fail unless both commands refuse a folder with this sheet."""
    (folder / "works" / "references.csv").write_text(text, encoding="utf-8")
    for words in (("scan", "drop", "--references", "works"), ("references", "add", "--library", "library", "works")):
        told(provscan_here(folder, *words), f"references.csv:{mistake}")


@pytest.mark.parametrize("damage", DAMAGED)
def test_a_sheet_of_references(folder: Path, damage: str) -> None:
    rows, place, why = DAMAGED[damage]
    text = "path,title,note\n" + rows.format("a.png", "b.png")
    refused(folder, text, f"{place}: ")
    assert why in provscan_here(folder, "scan", "drop", "--references", "works").err


@pytest.mark.parametrize("damage", HEADS)
def test_the_heads_of_a_sheet_of_references(folder: Path, damage: str) -> None:
    heads, place, why = HEADS[damage]
    refused(folder, heads.format("path", "title") + "\na.png,x,y\n", f"{place}: {why}")


@pytest.mark.parametrize("damage", DAMAGED)
def test_a_list_of_hashes(folder: Path, damage: str) -> None:
    rows, place, why = DAMAGED[damage]
    (folder / "list.csv").write_text("hash,title,note\n" + rows.format(HASH, OTHER), encoding="utf-8")
    outcome = provscan_here(folder, "references", "add", "--library", "library", "--hashes", "list.csv")
    told(outcome, f"list.csv:{place}: ")
    assert why in outcome.err


@pytest.mark.parametrize("damage", DAMAGED)
def test_declarations(folder: Path, damage: str) -> None:
    rows, place, why = DAMAGED[damage]
    production = "Title,Production ID,Time Zone,Frame Rate\nThe Long Winter,TLW-1,UTC,24\n"
    (folder / "production.csv").write_text(production, encoding="utf-8")
    (folder / "tools.csv").write_text("Tool ID,Name,Remark\n" + rows.format("gen4", "gen5"), encoding="utf-8")
    outcome = provscan_here(folder, "declarations", "check", "production.csv", "tools.csv")
    told(outcome, f"tools.csv:{place}: ")
    assert why in outcome.err


def test_every_mistake_of_a_sheet_is_told_at_once(folder: Path) -> None:
    text = 'path,title,own\na.png,"x,\nb.png,12" reel,\nc.png,x,yes\na.png,y,perhaps,\n,z\n'
    (folder / "works" / "references.csv").write_text(text, encoding="utf-8")
    outcome = provscan_here(folder, "references", "add", "--library", "library", "works")
    assert outcome.code == 2
    for place in ("2:2", "3:2", "5:4", "6:1: path is missing here"):
        assert f"references.csv:{place}" in outcome.err


def test_a_row_that_ends_early_is_one_with_empty_cells(folder: Path) -> None:
    (folder / "works" / "references.csv").write_text("path,title,owner,,\na.png\nb.png,B,\n", encoding="utf-8")
    added = provscan_here(folder, "references", "add", "--library", "library", "works")
    assert added.code == 0, added.err
    assert "  b.png  image, B" in provscan_here(folder, "references", "list", "--library", "library").out
