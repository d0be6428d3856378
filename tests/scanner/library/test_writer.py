"""A library on the disk: what was added is there, and nothing else is."""

import itertools
from pathlib import Path

import numpy as np
import pytest

from fixtures.pictures import flat
from scanner.catalogue import shelf
from scanner.catalogue.shelf import LibraryError
from scanner.errors import LockedError
from scanner.library.checking import check
from scanner.library.sheet import Stated
from scanner.library.store import HASHES, open_library
from scanner.library.writer import Writer
from tests.scanner.library.works import FILM, POSTER, addition, film, poster, prints_of, some


def bytes_of(folder: Path) -> dict[str, bytes]:
    """Everything that a library is made of."""
    return {file.name: file.read_bytes() for file in folder.iterdir() if file.name != ".lock"}


def prints_in(folder: Path) -> int:
    """The size of all prints."""
    return sum(file.stat().st_size for file in folder.glob("*.bin"))


def test_what_was_added_is_there_when_the_library_is_opened_again(tmp_path: Path) -> None:
    with Writer(tmp_path / "library") as writer:
        done = writer.add(some())
    assert done.new == tuple(sorted(one.id for one in some()))
    assert done.known == ()
    assert done.unusable == (("empty.mov", "there is neither picture nor sound in it (video)"),)
    opened = open_library(tmp_path / "library")
    for one in some():
        made = one.contents()
        assert {
            kind: data.tobytes() for kind in made.blocks if (data := opened.read(one.content, kind)) is not None
        } == (made.blocks)
    names = {name.id: name for name in opened.inventory.names}
    assert (names["film.mov"].title, names["film.mov"].owner, names["film.mov"].licences) == (
        "The Film",
        "Studio",
        ("LIC-1",),
    )
    works = {work.content: work for work in opened.inventory.works}
    assert works["sha of plate.%04d.exr"].origin == 1001
    assert works["sha of film.mov"].start_timecode == "10:00:00:00"
    assert works["sha of posters/50.png"].phash == "f" * 16
    assert check(tmp_path / "library") == []
    assert opened.sound("sha of song.wav") is not None


def test_the_folder_and_its_files_are_the_persons_own(tmp_path: Path) -> None:
    with Writer(tmp_path / "a" / "library") as writer:
        writer.add(some())
    assert (tmp_path / "a" / "library").stat().st_mode & 0o777 == 0o700
    assert {file.stat().st_mode & 0o077 for file in (tmp_path / "a" / "library").glob("*.bin")} == {0}


def test_compacted_libraries_are_the_same_bytes_in_any_order_of_insertion(tmp_path: Path) -> None:
    works, found = some(), []
    for number, seed in enumerate(range(4)):
        folder = tmp_path / str(number)
        order = [works[place] for place in np.random.default_rng(seed).permutation(len(works))]
        for _, part in itertools.groupby(order, key=lambda one: len(one.id) % (seed + 1)):
            with Writer(folder) as writer:
                writer.add(part)
        if seed % 2:  # a detour leaves no trace
            with Writer(folder) as writer:
                writer.add([addition("zz.mov", FILM, film(9))])
                writer.compact()
                writer.remove(["zz.mov", "song.wav"])
                writer.add(works)
        with Writer(folder) as writer:
            writer.compact()
        found.append(bytes_of(folder))
    assert all(each == found[0] for each in found)
    assert {name.partition("-")[0] for name in found[0]} == {
        *("catalogue.sqlite", "hashes", "places", "pictures", "local", "sound"),
    }


def test_compacting_twice_changes_nothing(tmp_path: Path) -> None:
    with Writer(tmp_path) as writer:
        writer.add(some())
        writer.compact()
        once = bytes_of(tmp_path)
        writer.compact()
    assert bytes_of(tmp_path) == once


def test_compacting_gives_back_the_room_of_what_was_removed(tmp_path: Path) -> None:
    with Writer(tmp_path) as writer:
        writer.add(some())
        gone = {one.content for one in some() if one.id in {"film.mov", "song.wav"}}
        rows = [block for block in open_library(tmp_path).inventory.blocks if block.content in gone]
        full = prints_in(tmp_path)
        writer.remove(["film.mov", "song.wav"])
        removed = open_library(tmp_path)
        assert "film.mov" not in {name.id for name in removed.inventory.names}
        assert removed.read("sha of film.mov", HASHES) is None
        assert prints_in(tmp_path) == full
        writer.compact()
    assert full - prints_in(tmp_path) >= sum(block.size for block in rows) > 1000
    assert check(tmp_path) == []


def test_what_is_searched_comes_in_the_order_that_was_asked_for_and_is_not_copied_where_it_lies_so(
    tmp_path: Path,
) -> None:
    contents = [one.content for one in sorted(some(), key=lambda one: one.id)]
    with Writer(tmp_path) as writer:
        writer.add([one for one in some() if one.id != "film.mov"])
        writer.add([one for one in some() if one.id == "film.mov"])
        scattered = open_library(tmp_path).searched(contents)
        writer.compact()
        compact = open_library(tmp_path)
    in_a_row = compact.searched(contents)
    assert np.array_equal(scattered.words, in_a_row.words)
    assert np.array_equal(scattered.places, in_a_row.places)
    assert np.array_equal(scattered.owner, in_a_row.owner)
    assert np.shares_memory(
        in_a_row.words, next(each for name, each in compact.maps.items() if name.startswith(HASHES))
    )
    plate = contents.index("sha of plate.%04d.exr")
    assert set(range(1001, 1025)) <= set(in_a_row.places[in_a_row.owner == plate, 0].tolist())
    assert in_a_row.counts[contents.index("sha of song.wav")] == 0


def test_an_id_twice_is_an_error_unless_the_content_is_the_same(tmp_path: Path) -> None:
    with Writer(tmp_path) as writer:
        writer.add(some())
        before = bytes_of(tmp_path)
        with pytest.raises(LibraryError, match=r"taken by other works: 'film\.mov', 'song\.wav'"):
            writer.add(
                [
                    addition("new.mov", FILM, film(7)),
                    addition("song.wav", FILM, film(8), content="another song"),
                    addition("film.mov", FILM, film(8), content="another film"),
                ]
            )
        assert bytes_of(tmp_path) == before
        with pytest.raises(LibraryError, match=r"taken by other works: 'twice\.mov'"):
            writer.add([addition("twice.mov", FILM, film(seed), content=str(seed)) for seed in (7, 8)])
        done = writer.add([addition("film.mov", FILM, film(1, 60), stated=Stated(owner="Heirs", own=True))])
    assert (done.new, done.known) == ((), ("film.mov",))
    (row,) = [name for name in open_library(tmp_path).inventory.names if name.id == "film.mov"]
    assert (row.title, row.owner, row.own, row.licences) == ("The Film", "Heirs", True, ("LIC-1",))


def test_a_content_under_a_second_id_is_kept_once(tmp_path: Path) -> None:
    with Writer(tmp_path) as writer:
        writer.add([addition("a.png", POSTER, poster(1), content="one")])
        once = (tmp_path / "hashes.bin").stat().st_size
        writer.add([addition("b.png", POSTER, poster(1), content="one")])
        assert (tmp_path / "hashes.bin").stat().st_size == once
        writer.remove(["a.png"])
        assert open_library(tmp_path).read("one", HASHES) is not None
        writer.remove(["b.png"])
        assert open_library(tmp_path).read("one", HASHES) is None


def test_removing_what_is_not_there_names_what_is_near_and_removes_nothing(tmp_path: Path) -> None:
    with Writer(tmp_path) as writer:
        writer.add(some())
        with pytest.raises(LibraryError, match=r"no 'flim\.mov'; did you mean film\.mov"):
            writer.remove(["song.wav", "flim.mov"])
    assert "song.wav" in {name.id for name in open_library(tmp_path).inventory.names}


def test_one_writer_at_a_time_and_the_second_is_told(tmp_path: Path) -> None:
    with Writer(tmp_path) as writer:
        writer.add(some())
        with pytest.raises(LockedError, match="another run is writing"):
            Writer(tmp_path)
        assert open_library(tmp_path).inventory.names  # reading waits for nobody
    with Writer(tmp_path):
        pass


def test_a_reader_keeps_what_it_opened_while_others_write_and_compact(tmp_path: Path) -> None:
    with Writer(tmp_path) as writer:
        writer.add(some())
        opened = open_library(tmp_path)
        before = {one.id: opened.pictures(one.content) for one in some()}
        writer.remove(["film.mov"])
        writer.add([addition("new.mov", FILM, film(7))])
        writer.compact()
        writer.add([addition("newer.mov", FILM, film(8))])
    for one in some():
        after, then = opened.pictures(one.content), before[one.id]
        assert (after is None) == (then is None)
        if after and then:
            assert after.to_bytes() == then.to_bytes()


def test_bytes_that_nothing_names_do_not_count_and_are_cut_off_by_the_next_writer(tmp_path: Path) -> None:
    with Writer(tmp_path) as writer:
        writer.add(some())
    before = bytes_of(tmp_path)
    for file in tmp_path.glob("*.bin"):
        with file.open("ab") as handle:
            handle.write(b"half a film")
    (tmp_path / f"pictures-{'a' * 16}.bin").write_bytes(b"of a compaction that was killed")
    (tmp_path / "catalogue.sqlite.new").write_bytes(b"the same")
    assert check(tmp_path) == []
    assert len(open_library(tmp_path).inventory.names) == len(some())
    with Writer(tmp_path) as writer:
        writer.add([addition("new.mov", FILM, film(7))])
    assert check(tmp_path) == []
    after = bytes_of(tmp_path)
    assert set(after) == set(before)
    assert after["hashes.bin"].startswith(before["hashes.bin"])
    assert b"half a film" not in b"".join(after.values())


@pytest.mark.parametrize("kind", ["hashes", "places", "pictures", "local", "sound"])
def test_a_missing_file_and_a_cut_one_are_named(tmp_path: Path, kind: str) -> None:
    with Writer(tmp_path) as writer:
        writer.add(some())
    file = tmp_path / f"{kind}.bin"
    whole = file.read_bytes()
    file.write_bytes(whole[:-8])
    with pytest.raises(LibraryError, match=rf"{kind}\.bin has \d+ bytes of \d+"):
        open_library(tmp_path)
    assert any(f"{kind}.bin has" in said for said in check(tmp_path))
    file.unlink()
    with pytest.raises(LibraryError, match=rf"{kind}\.bin can't be read"):
        open_library(tmp_path)
    assert any(f"{kind}.bin can't be read" in said for said in check(tmp_path))


def test_a_damaged_byte_is_found_by_check_and_never_compacted_away(tmp_path: Path) -> None:
    with Writer(tmp_path) as writer:
        writer.add(some())
    opened = open_library(tmp_path)
    block = opened.blocks["sha of film.mov", HASHES]
    with (tmp_path / block.file).open("r+b") as handle:
        handle.seek(block.start + 5)
        handle.write(b"\xff" if handle.read(1) != b"\xff" else b"\x00")
    assert check(tmp_path) == ["the hashes of film.mov are not what was written"]
    with Writer(tmp_path) as writer:
        with pytest.raises(LibraryError, match=r"damaged: the hashes of film\.mov"):
            writer.compact()
        writer.remove(["film.mov"])
        writer.compact()
    assert check(tmp_path) == []


def test_a_damaged_catalogue_is_refused_with_a_way_out(tmp_path: Path) -> None:
    with Writer(tmp_path) as writer:
        writer.add(some())
    file = tmp_path / shelf.FILE
    whole = file.read_bytes()
    file.write_bytes(whole[:100] + bytes(4000) + whole[4100:])
    with pytest.raises(LibraryError, match="can't be used") as caught:
        open_library(tmp_path)
    assert "references add" in caught.value.hint
    assert len(check(tmp_path)) == 1


def test_a_library_of_another_version_refuses_and_says_what_to_do(tmp_path: Path) -> None:
    with Writer(tmp_path) as writer:
        writer.add(some())
    inventory = shelf.read(tmp_path)
    old = {**inventory.terms, "pictures": "pdq/0"}
    shelf.build(
        tmp_path / shelf.FILE, type(inventory)(old, inventory.files, inventory.works, inventory.names, inventory.blocks)
    )
    for use in (open_library, Writer):
        with pytest.raises(LibraryError, match="made by another version") as caught:
            use(tmp_path)
        assert "pdq/0" in str(caught.value)
        assert "references add" in caught.value.hint
    assert len(check(tmp_path)) == 1


def test_a_folder_with_something_else_in_it_is_never_made_a_library(tmp_path: Path) -> None:
    (tmp_path / "poster.png").write_bytes(b"")
    with pytest.raises(LibraryError, match=r"not empty: 'poster\.png'"):
        Writer(tmp_path)
    assert [file.name for file in tmp_path.iterdir()] == ["poster.png"]
    with pytest.raises(LibraryError, match="there is no library"):
        open_library(tmp_path)


def test_a_library_that_cannot_be_written_says_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(LibraryError, match="can't be written"):
        Writer(tmp_path / "file" / "library")


def test_an_unusable_work_is_taken_when_it_comes_again_whole(tmp_path: Path) -> None:
    with Writer(tmp_path) as writer:
        writer.add([addition("film.mov", FILM, poster(1), content="one")])
        writer.add([addition("black.mov", FILM, prints_of(flat(24)), content="two")])
        done = writer.add([addition("black.mov", FILM, film(1), content="two")])
    assert done.unusable == ()
    assert open_library(tmp_path).read("two", HASHES) is not None


def test_an_unusable_work_gives_its_id_to_the_file_that_was_mended(tmp_path: Path) -> None:
    with Writer(tmp_path) as writer:
        writer.add([addition("film.mov", FILM, prints_of(flat(24)), content="broken")])
        done = writer.add([addition("film.mov", FILM, film(1), content="mended")])
        assert (done.known, done.unusable) == (("film.mov",), ())
        writer.compact()
    inventory = open_library(tmp_path).inventory
    assert [work.content for work in inventory.works] == ["mended"]
    assert check(tmp_path) == []
