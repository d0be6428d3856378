"""Lists of hashes: changed, missing and new files show, and what is as it was listed never does."""

import unicodedata
from pathlib import Path

import pytest

from fixtures.names import noise, system_files
from fixtures.packages import digest, history, old_list
from tests.scanner.drop.packages.drops import held, only, packages, told

FORMATS = ("md5", "sha1", "xxh64", "xxh3", "xxh128", "c4")


def fill(folder: Path, *names: str) -> list[Path]:
    for seed, name in enumerate(names):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(noise(500, seed))
    return [folder / name for name in names]


def changed(path: Path) -> None:
    """Other bytes, as many as before."""
    path.write_bytes(noise(path.stat().st_size, 99))


def test_c4_is_that_of_the_standard(tmp_path: Path) -> None:
    (tmp_path / "empty").write_bytes(b"")
    told_by_standard = "c459dsjfscH38cYeXXYogktxf4Cd9ibshE3BHUo6a58hBXmRQdZrAkZzsWcbWtDg5oQstpDuni4Hirj75GEmTc1sFT"
    assert digest(tmp_path / "empty", "c4") == told_by_standard


@pytest.mark.parametrize("form", FORMATS)
def test_every_kind_of_hash_is_checked(tmp_path: Path, form: str) -> None:
    files = fill(tmp_path, "a.mov", "sub/b.mov")
    history(tmp_path, formats=(form,))
    assert (told(held(tmp_path)), only(held(tmp_path)).problems) == ({}, ())
    changed(files[1])
    assert told(held(tmp_path)) == {"sub/b.mov": ["scan.mhl_mismatch"]}


def test_several_hashes_of_a_file_are_all_checked(tmp_path: Path) -> None:
    [file] = fill(tmp_path, "a.mov")
    listed = history(tmp_path, formats=("md5", "xxh64"))
    listed.write_text(listed.read_text().replace(digest(file, "xxh64"), "0" * 16))
    (tmp_path / "ascmhl" / "ascmhl_chain.xml").unlink()
    assert "xxh64" in held(tmp_path).differences["a.mov"][0].message


def test_changed_missing_and_new_files_are_told(tmp_path: Path) -> None:
    files = fill(tmp_path / "card", "same.mov", "changed.mov", "gone.mov")
    history(tmp_path / "card")
    changed(files[1])
    files[2].unlink()
    fill(tmp_path, "card/new.mov", "beside the card.mov")
    found = held(tmp_path)
    assert told(found) == {
        "": ["scan.mhl_missing"],
        "card/changed.mov": ["scan.mhl_mismatch"],
        "card/new.mov": ["scan.not_in_mhl"],
    }
    assert (only(found).path, only(found).kind, only(found).members) == ("card/ascmhl", "mhl", 2)
    assert [problem.code for problem in only(found).problems] == [
        "scan.mhl_mismatch", "scan.mhl_missing", "scan.not_in_mhl",
    ]  # fmt: skip


def test_hidden_and_system_files_need_no_listing(tmp_path: Path) -> None:
    fill(tmp_path, "a.mov")
    history(tmp_path)
    system_files(tmp_path)
    fill(tmp_path, ".hidden/x.bin")
    assert told(held(tmp_path)) == {}


def test_what_the_list_ignores_needs_no_listing(tmp_path: Path) -> None:
    files = fill(tmp_path, "a.mov", "x/scratch.tmp", "cache/y.mov")
    history(tmp_path, files=files[:1], ignored=("*.tmp", "cache/", "", "/", "*a" * 200, "[z-a]"))
    assert told(held(tmp_path)) == {}


@pytest.mark.parametrize(("listed", "on_disk"), [("NFD", "NFC"), ("NFC", "NFD")])
def test_names_are_the_same_in_any_unicode_form(tmp_path: Path, listed: str, on_disk: str) -> None:
    name = "d\u00e9j\u00e0/\u00e9t\u00e9.mov"
    [file] = fill(tmp_path, unicodedata.normalize(listed, name))  # type: ignore[arg-type] # a form
    history(tmp_path)
    data = file.read_bytes()
    file.unlink()
    [moved] = fill(tmp_path, unicodedata.normalize(on_disk, name))  # type: ignore[arg-type] # a form
    moved.write_bytes(data)
    assert told(held(tmp_path)) == {}


def test_both_unicode_forms_of_a_name_side_by_side_are_two_files(tmp_path: Path) -> None:
    fill(tmp_path, "\u00e9.mov", "e\u0301.mov")
    history(tmp_path)
    assert told(held(tmp_path)) == {}


def test_the_latest_generation_wins(tmp_path: Path) -> None:
    files = fill(tmp_path, "a.mov", "b.mov")
    history(tmp_path)
    changed(files[0])
    assert told(held(tmp_path)) == {"a.mov": ["scan.mhl_mismatch"]}
    history(tmp_path, files=files[:1])
    assert told(held(tmp_path)) == {}
    changed(files[1])
    assert told(held(tmp_path)) == {"b.mov": ["scan.mhl_mismatch"]}
    assert "ascmhl/0001" in held(tmp_path).differences["b.mov"][0].message


def test_a_generation_that_marks_a_hash_as_failed_does_not_win(tmp_path: Path) -> None:
    files = fill(tmp_path, "a.mov")
    history(tmp_path)
    changed(files[0])
    history(tmp_path, action="failed")
    assert told(held(tmp_path)) == {"a.mov": ["scan.mhl_mismatch"]}


def test_a_renamed_file_is_not_missing_under_its_old_name(tmp_path: Path) -> None:
    [file] = fill(tmp_path, "old.mov")
    history(tmp_path)
    file.rename(tmp_path / "new.mov")
    history(tmp_path, previous={"new.mov": "old.mov"})
    assert told(held(tmp_path)) == {}


def test_a_changed_or_missing_generation_shows_in_the_chain(tmp_path: Path) -> None:
    fill(tmp_path, "a.mov")
    first = history(tmp_path)
    history(tmp_path)
    text = first.read_text()
    first.write_text(text.replace("in-place", "transfer"))
    name = first.relative_to(tmp_path).as_posix()
    assert told(held(tmp_path)) == {name: ["scan.mhl_mismatch"]}
    first.unlink()
    assert told(held(tmp_path)) == {"": ["scan.mhl_missing"]}
    first.write_text(text)
    (tmp_path / "ascmhl" / "0003_stray.mhl").write_text(text)
    assert told(held(tmp_path)) == {"ascmhl/ascmhl_chain.xml": ["scan.partial"]}


def test_a_chain_without_its_generations_is_told(tmp_path: Path) -> None:
    fill(tmp_path, "a.mov")
    history(tmp_path).unlink()
    assert told(held(tmp_path)) == {"": ["scan.mhl_missing"]}


def test_a_card_in_a_roll_has_its_own_history(tmp_path: Path) -> None:
    files = fill(tmp_path, "roll/card/a.mov", "roll/notes.txt")
    card = history(tmp_path / "roll" / "card")
    roll = history(tmp_path / "roll", files=files[1:])
    text = roll.read_text()
    path = card.relative_to(tmp_path / "roll").as_posix()
    link = f"<hashlistreference><path>{path}</path><c4>{digest(card, 'c4')}</c4></hashlistreference>"
    roll.write_text(text.replace("</hashlist>", f"<references>{link}</references></hashlist>"))
    (tmp_path / "roll" / "ascmhl" / "ascmhl_chain.xml").unlink()
    assert told(held(tmp_path)) == {}
    fill(tmp_path, "roll/card/new.mov")
    found = held(tmp_path)
    assert told(found) == {"roll/card/new.mov": ["scan.not_in_mhl"]}
    assert "roll/card/ascmhl" in found.differences["roll/card/new.mov"][0].message


@pytest.mark.parametrize("content", ["", "<hashlist", "<html/>", '<!DOCTYPE a [<!ENTITY b "c">]><a/>'])
def test_a_broken_list_is_told_and_says_nothing_of_files_it_does_not_list(tmp_path: Path, content: str) -> None:
    fill(tmp_path, "a.mov", "b.mov")
    (tmp_path / "ascmhl").mkdir()
    (tmp_path / "ascmhl" / "0001_x.mhl").write_text(content)
    assert told(held(tmp_path)) == {"ascmhl/0001_x.mhl": ["scan.partial"]}


def test_hashes_that_are_none_are_told_and_not_held_against_the_file(tmp_path: Path) -> None:
    fill(tmp_path, "a.mov", "b.mov", "c.mov")
    (tmp_path / "x.mhl").write_text(
        '<hashlist version="1.1"><hash><file>a.mov</file><xxhash>123</xxhash></hash>'
        "<hash><file>b.mov</file><md5>not hex</md5></hash><hash><file>c.mov</file><null/></hash><hash/></hashlist>"
    )
    found = held(tmp_path)
    assert told(found) == {"x.mhl": ["scan.partial"]}
    [problem] = found.hindrances["x.mhl"]
    assert problem.message == "hashes that can't be checked: 1 of malformed md5, 1 of no file, 1 of null, 1 of xxhash"


def test_an_xxhash_without_its_leading_zeros_and_a_digest_in_capitals_are_read(tmp_path: Path) -> None:
    (tmp_path / "z.bin").write_bytes(b"")
    (tmp_path / "x.mhl").write_text(
        '<hashlist version="1.1"><hash><file>z.bin</file><md5>D41D8CD98F00B204E9800998ECF8427E</md5>'
        "<xxhash64be>EF46DB3751D8E999</xxhash64be><xxh32>2cc5d05</xxh32></hash></hashlist>"
    )
    assert told(held(tmp_path)) == {}


def test_paths_that_lead_out_are_told_and_never_followed(tmp_path: Path) -> None:
    fill(tmp_path, "outside.mov", "drop/a.mov")
    (tmp_path / "drop" / "x.mhl").write_text(
        '<hashlist version="1.1"><hash><file>../outside.mov</file><md5>00</md5></hash>'
        "<hash><file>/etc/passwd</file></hash></hashlist>"
    )
    found = held(tmp_path / "drop")
    assert told(found) == {"x.mhl": ["scan.partial"]}
    assert "../outside.mov, /etc/passwd" in found.hindrances["x.mhl"][0].message


@pytest.mark.parametrize("form", ["xxhash64be", "md5", "sha1"])
def test_an_old_list_is_checked_and_is_about_the_folders_that_it_lists(tmp_path: Path, form: str) -> None:
    files = fill(tmp_path, "A001/a.mov", "A001/sub/b.mov", "A002/c.mov", "notes.txt")
    old_list(tmp_path / "A001.mhl", files[:2], formats=(form,))
    assert told(held(tmp_path)) == {}
    changed(files[0])
    files[1].unlink()
    fill(tmp_path, "A001/new.mov")
    assert told(held(tmp_path)) == {
        "": ["scan.mhl_missing"],
        "A001/a.mov": ["scan.mhl_mismatch"],
        "A001/new.mov": ["scan.not_in_mhl"],
    }
    assert (only(held(tmp_path)).path, only(held(tmp_path)).members) == ("A001.mhl", 1)


def test_old_lists_side_by_side_add_up(tmp_path: Path) -> None:
    files = fill(tmp_path, "day1.mov", "day2.mov")
    old_list(tmp_path / "1.mhl", files[:1])
    old_list(tmp_path / "2.mhl", files[1:])
    assert told(held(tmp_path)) == {}


def test_backslashes_of_a_list_from_windows_are_understood(tmp_path: Path) -> None:
    files = fill(tmp_path, "A001/a.mov")
    old_list(tmp_path / "x.mhl", files)
    (tmp_path / "x.mhl").write_text((tmp_path / "x.mhl").read_text().replace("A001/", "A001\\"))
    assert told(held(tmp_path)) == {}


def test_a_list_of_too_many_files_is_cut_and_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(tmp_path, "a.mov", "b.mov", "c.mov", "d.mov")
    history(tmp_path)
    monkeypatch.setattr("scanner.drop.packages.hashlists._MOST", 2)
    assert set(told(held(tmp_path))) == {"ascmhl/0001_" + tmp_path.name + "_2026-03-30_101500Z.mhl"}


def test_an_empty_folder_called_like_a_history_is_none(tmp_path: Path) -> None:
    fill(tmp_path, "ascmhl/readme.txt")
    assert packages(tmp_path) == []
