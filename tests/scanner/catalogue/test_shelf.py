"""A library's catalogue: rows come out as they went in, a transaction holds or not, and rebuilding gives one result."""

import sqlite3
from dataclasses import replace
from pathlib import Path

import pytest

from scanner.catalogue import shelf
from scanner.catalogue.shelf import Block, Inventory, LibraryError, ListedRow, NameRow, Shelf, WorkRow

TERMS = {"pictures": "pdq/2", "sound": "chromaprint/1"}
WORKS = (
    WorkRow("c1", "image", phash="ffff0000ffff0000"),
    WorkRow("c2", "video", "24000/1001", "10:00:00;00", (0.0, 0.04, 0.1), 1001),
    WorkRow("c3", "", why="there is neither picture nor sound in it (document)"),
)
NAMES = (
    NameRow(
        "REF-1", "c1", "posters/é.png", "A \x1b title\n", "Owner", own=True, licences=("L-1", "L;2"), medium="image"
    ),
    NameRow("REF-2", "c2", "film.mov", stop=True),
    NameRow("notes.txt", "c3"),
)
BLOCKS = (Block("c1", "hashes", "hashes.bin", 0, 32, "a" * 64), Block("c2", "hashes", "hashes.bin", 32, 64, "b" * 64))
LISTED = (ListedRow("c1", "pdq", 0, bytes(range(32))), ListedRow("c1", "pdq", 24, b"\x00" * 32))
ALL = (*LISTED, *BLOCKS, *NAMES, *WORKS)
INVENTORY = Inventory(TERMS, {"hashes.bin": 96}, WORKS, NAMES, BLOCKS, LISTED)


def filled(folder: Path) -> Path:
    with Shelf(folder, TERMS) as kept:
        with kept.transaction():
            kept.put(ALL)
            kept.resize("hashes.bin", 96)
        assert kept.inventory() == INVENTORY
    return folder


def test_what_is_put_in_comes_out_equal(tmp_path: Path) -> None:
    assert shelf.read(filled(tmp_path)) == INVENTORY
    assert [file.name for file in tmp_path.iterdir()] == [shelf.FILE]  # no log beside it


def test_a_row_of_the_same_key_takes_the_place_of_the_first(tmp_path: Path) -> None:
    with Shelf(filled(tmp_path), TERMS) as kept:
        with kept.transaction():
            kept.put([replace(NAMES[0], owner="Heirs"), replace(WORKS[2], why="")])
        found = kept.inventory()
    assert found.names[0].owner == "Heirs"
    assert len(found.names) == 3
    assert found.works[2].why == ""


def test_a_transaction_that_fails_leaves_nothing(tmp_path: Path) -> None:
    with Shelf(filled(tmp_path), TERMS) as kept:
        with pytest.raises(RuntimeError), kept.transaction():  # noqa: PT012 - what is undone has to be done first
            kept.drop_name("REF-1")
            kept.drop_content("c1")
            raise RuntimeError
        assert kept.inventory() == INVENTORY


def test_what_is_dropped_is_gone_with_all_that_belongs_to_it(tmp_path: Path) -> None:
    with Shelf(filled(tmp_path), TERMS) as kept:
        with kept.transaction():
            kept.drop_name("REF-1")
            kept.drop_content("c1")
        found = kept.inventory()
    assert found == Inventory(TERMS, INVENTORY.files, WORKS[1:], NAMES[1:], BLOCKS[1:], ())


def test_the_same_rows_are_built_to_the_same_bytes(tmp_path: Path) -> None:
    filled(tmp_path)
    backwards = Inventory(
        dict(reversed(TERMS.items())), INVENTORY.files, WORKS[::-1], NAMES[::-1], BLOCKS[::-1], LISTED[::-1]
    )
    shelf.build(tmp_path / "one", INVENTORY)
    shelf.build(tmp_path / "two", backwards)
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()
    (tmp_path / "one").rename(tmp_path / shelf.FILE)
    assert shelf.read(tmp_path, thorough=True) == INVENTORY
    with Shelf(tmp_path, {"other": "terms"}) as kept:  # the terms are those it was made with
        assert kept.inventory() == INVENTORY


def test_a_folder_without_a_catalogue_is_no_library(tmp_path: Path) -> None:
    assert not shelf.is_library(tmp_path)
    with pytest.raises(LibraryError, match="there is no library") as caught:
        shelf.read(tmp_path)
    assert "references add" in caught.value.hint
    assert list(tmp_path.iterdir()) == []


def test_a_catalogue_that_was_only_begun_holds_nothing(tmp_path: Path) -> None:
    (tmp_path / shelf.FILE).touch()
    assert shelf.read(tmp_path) == Inventory()
    assert shelf.read(filled(tmp_path)) == INVENTORY


def test_another_database_is_no_catalogue_of_a_library(tmp_path: Path) -> None:
    db = sqlite3.connect(tmp_path / shelf.FILE)
    db.execute("CREATE TABLE works (content TEXT)")
    db.close()
    for use in (shelf.read, lambda folder: Shelf(folder, TERMS)):
        with pytest.raises(LibraryError, match="no catalogue of reference works"):
            use(tmp_path)


def test_another_layout_is_refused_with_a_way_out(tmp_path: Path) -> None:
    db = sqlite3.connect(filled(tmp_path) / shelf.FILE)
    db.execute("PRAGMA user_version=99")
    db.close()
    with pytest.raises(LibraryError, match="layout 99, this version reads 1") as caught:
        shelf.read(tmp_path)
    assert "references add" in caught.value.hint


@pytest.mark.parametrize("where", [0, 30, 4096, 12288])
def test_damage_is_told_as_such(tmp_path: Path, where: int) -> None:
    file = filled(tmp_path) / shelf.FILE
    whole = file.read_bytes()
    file.write_bytes(whole[:where] + b"\xa5" * 3000 + whole[where + 3000 :])
    with pytest.raises(LibraryError, match="can't be used"):
        shelf.read(tmp_path, thorough=True)


def test_a_damaged_row_is_told_as_such(tmp_path: Path) -> None:
    db = sqlite3.connect(filled(tmp_path) / shelf.FILE)
    db.execute("UPDATE names SET licences='[' WHERE id='REF-1'")
    db.commit()
    db.close()
    with pytest.raises(LibraryError, match="a row is damaged"):
        shelf.read(tmp_path)


def test_readers_see_what_was_committed_while_a_writer_is_at_work(tmp_path: Path) -> None:
    with Shelf(filled(tmp_path), TERMS) as kept:
        with kept.transaction():
            kept.drop_name("REF-1")
            assert shelf.read(tmp_path) == INVENTORY
        assert len(shelf.read(tmp_path).names) == 2
