"""`provscan references`, as a person runs it."""

import json
import os
from pathlib import Path

import pytest

from fixtures.command import Outcome, provscan
from fixtures.media import movie, still
from scanner.library.writer import Writer
from tests.scanner.cli.here import provscan_here


def run(folder: Path, *words: str) -> Outcome:
    """`provscan references WORDS`."""
    return provscan_here(folder, "references", *words)


@pytest.fixture(scope="module")
def works(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a sheet, a film, two pictures, one of them twice, and what can't be matched."""
    folder = tmp_path_factory.mktemp("references") / "material"
    (folder / "posters").mkdir(parents=True)
    movie(folder / "film.mp4", seed=3, frames=48)
    still(folder / "posters" / "a.png", seed=4)
    still(folder / "posters" / "b.png", seed=5)
    (folder / "posters" / "copy of b.png").write_bytes((folder / "posters" / "b.png").read_bytes())
    (folder / "broken.mov").write_bytes((folder / "film.mp4").read_bytes()[:2000])
    (folder / "empty.png").touch()
    (folder / "contract.txt").write_text("all rights reserved")
    (folder / "references.csv").write_text(
        "path,id,title,owner,own,licences\nposters/a.png,REF-A,A Poster,Example Pictures,,LIC-1\nfilm.mp4,,,Us,yes,\n"
    )
    return folder


@pytest.fixture(scope="module")
def made(works: Path) -> tuple[Path, Outcome]:
    """The working folder in which the works were added to the user's own library, and what was said."""
    return works.parent, provscan(works.parent, "references", "add", "material")


def test_a_folder_becomes_a_library(made: tuple[Path, Outcome]) -> None:
    folder, outcome = made
    assert outcome.code == 0
    assert outcome.out.splitlines()[0] == "7 added to data/references, 0 were there already"
    assert "can't be matched  contract.txt: there is neither picture nor sound in it (document)" in outcome.out
    assert "can't be matched  empty.png: the file is empty" in outcome.out
    assert "can't be matched  broken.mov: " in outcome.out
    assert outcome.out.endswith("provscan scan DROP --references data/references\n")
    listed = run(folder, "list")
    assert listed.out.splitlines()[:4] == [
        "3 works",
        "  REF-A  image, A Poster, Example Pictures, licence LIC-1",
        "  film.mp4  video, film, Us, own material",
        "  posters/b.png  image, b, also posters/copy of b.png",
    ]
    told = json.loads(run(folder, "list", "--json").out)
    assert [work["id"] for work in told["works"]] == ["REF-A", "film.mp4", "posters/b.png"]
    assert [one["id"] for one in told["unusable"]] == ["broken.mov", "contract.txt", "empty.png"]
    checked = run(folder, "check")
    assert (checked.code, checked.out) == (0, "whole\n")


def test_adding_the_same_again_changes_nothing(made: tuple[Path, Outcome]) -> None:
    folder, _ = made
    library = folder / "data" / "references"
    before = {file.name: file.read_bytes() for file in library.iterdir()}
    outcome = run(folder, "add", "material")
    assert outcome.code == 0
    assert outcome.out.startswith("0 added to data/references, 7 were there already")
    assert {file.name: file.read_bytes() for file in library.iterdir()} == before


def test_works_are_removed_compacted_and_exported(made: tuple[Path, Outcome]) -> None:
    folder, _ = made
    assert run(folder, "add", "--library", "mine", "material", "--cache", "cache", "-q").out == ""
    sheet = run(folder, "export", "--library", "mine").out
    assert "posters/a.png,REF-A,A Poster,Example Pictures,no,LIC-1," in sheet
    assert run(folder, "remove", "film.mp4", "contract.txt", "--library", "mine").code == 0
    size = (folder / "mine" / "pictures.bin").stat().st_size
    assert run(folder, "compact", "--library", "mine").code == 0
    (compacted,) = (folder / "mine").glob("pictures-*.bin")
    assert compacted.stat().st_size < size
    assert run(folder, "check", "--library", "mine").code == 0
    assert run(folder, "export", "--library", "mine", "--hashes", "--out", "hashes.csv").code == 0
    assert [line.split(",")[0] for line in (folder / "hashes.csv").read_text().splitlines()[1::2]] == [
        *("REF-A", "posters/b.png", "posters/copy of b.png"),
    ]
    listed = run(folder, "add", "--library", "theirs", "--hashes", "hashes.csv", "--owner", "Them")
    assert listed.out.startswith("3 added to theirs")
    assert "Them" in run(folder, "list", "--library", "theirs").out
    assert run(folder, "export", "--library", "theirs", "--out", "no/such/place").code == 2


def test_a_houses_own_idents_are_kept_apart(made: tuple[Path, Outcome]) -> None:
    folder, _ = made
    words = ("add", "--library", "stops", "--stop", "material/posters/a.png", "material/film.mp4")
    assert run(folder, *words).code == 0
    assert run(folder, "list", "--library", "stops").out.splitlines() == [
        "0 works",
        "  means nothing   a.png",
        "  means nothing   film.mp4",
    ]


def test_what_is_wrong_with_sheets_and_lists_is_told_before_anything_is_looked_at(works: Path) -> None:
    folder = works.parent
    (folder / "other").mkdir(exist_ok=True)
    (folder / "other" / "references.yaml").write_text("references:\n  - {path: a.png, ownr: x}\n")
    (folder / "list.csv").write_text("hash\nnothing\n")
    outcome = run(folder, "add", "--library", "new", "other", "--hashes", "list.csv")
    assert outcome.code == 2
    assert "2 mistakes in what is stated of the references; nothing was done" in outcome.err
    assert "list.csv:2:1: 'nothing' is not a hash" in outcome.err
    assert "other/references.yaml:2:19: unknown key 'ownr'; did you mean owner?" in outcome.err
    assert not (folder / "new").exists()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("add",), "there is nothing to add"),
        (("add", "absent"), "there is nothing at absent"),
        (("add", "--library", "material", "material/film.mp4"), "is no library of references, and not empty"),
        (("add", "--hashes", "list.csv", "--algorithm", "md5"), "the algorithms are pdq, phash"),
        (("add", "--library", "x", "data/references"), "is a library itself"),
        (("list", "--library", "absent"), "there is no library of references in"),
        (("remove", "REF-Z"), "there is no 'REF-Z'; did you mean REF-A?"),
        (("remove", "REF-A", "--library", "absent"), "there is no library of references in"),
        (("check", "--library", "material"), "there is no library of references in"),
        (("compact", "--library", "absent"), "there is no library of references in"),
        (("export", "--library", "absent"), "there is no library of references in"),
    ],
)
def test_what_cannot_be_done_is_said_with_exit_code_2(
    made: tuple[Path, Outcome], words: tuple[str, ...], said: str
) -> None:
    folder, _ = made
    (folder / "list.csv").write_text("hash\n" + "0" * 64)
    outcome = run(folder, *words)
    assert outcome.code == 2
    assert said in outcome.err
    assert not (folder / "absent").exists()
    assert not (folder / "x").exists()


def test_damage_ends_with_1_and_is_named(made: tuple[Path, Outcome]) -> None:
    folder, _ = made
    assert run(folder, "add", "--library", "hurt", "material").code == 0
    file = folder / "hurt" / "hashes.bin"
    file.write_bytes(b"\xff" + file.read_bytes()[1:])
    outcome = run(folder, "check", "--library", "hurt")
    assert (outcome.code, outcome.out) == (1, "the hashes of REF-A are not what was written\n")
    file.unlink()
    outcome = run(folder, "check", "--library", "hurt")
    assert outcome.code == 1
    assert "hashes.bin can't be read: No such file" in outcome.out
    scanned = provscan(folder, "scan", "material", "--references", "hurt", "--no-cache")
    assert scanned.code == 2
    assert "`references check` names all that is" in scanned.err


def test_a_second_writer_is_told_so(made: tuple[Path, Outcome]) -> None:
    folder, _ = made
    with Writer(folder / "held"):
        outcome = run(folder, "add", "--library", "held", "material/posters/a.png")
    assert outcome.code == 75
    assert "another run is writing to the library" in outcome.err


def test_what_cannot_be_read_is_told_and_gives_4(works: Path) -> None:
    folder = works.parent
    (folder / "odd").mkdir()
    os.mkfifo(folder / "odd" / "pipe.mov")
    still(folder / "odd" / "a.png", seed=9)
    outcome = run(folder, "add", "--library", "odd library", "odd")
    assert outcome.code == 4
    assert "not looked at     pipe.mov: a named pipe, which is never opened" in outcome.out
    assert "1 added" in outcome.out


def test_a_scan_finds_the_same_in_a_library_as_in_the_folder_it_was_made_of(made: tuple[Path, Outcome]) -> None:
    folder, _ = made
    (folder / "drop").mkdir()
    (folder / "drop" / "comp.png").write_bytes((folder / "material" / "posters" / "a.png").read_bytes())
    movie(folder / "drop" / "cut.mp4", seed=3, frames=40)
    (folder / "drop" / "references.csv").write_text("path,own\ncomp.png,yes\n")
    day = ("--as-of", "2026-04-02")
    reports = []
    for out, references in (("one", "material"), ("two", "data/references")):
        outcome = provscan(folder, "scan", "drop", *day, "--references", references, "--out", out)
        assert outcome.code == 1, outcome.err
        reports.append(outcome.report(out))
    plain, library = reports
    (inputs,) = plain["run"]["inputs"]["references"]
    assert (inputs["name"], inputs["entries"]) == ("material", 3)
    assert [one["id"] for one in inputs["unusable"]] == ["broken.mov", "contract.txt", "empty.png"]
    (others,) = library["run"]["inputs"]["references"]
    assert others == {**inputs, "name": "references"}
    for asset, other in zip(plain["assets"], library["assets"], strict=True):
        assert asset["observations"] == other["observations"]
        assert asset["findings"] == other["findings"]
    (poster,) = [asset for asset in plain["assets"] if asset["path"] == "comp.png"]
    (match,) = [seen for seen in poster["observations"] if seen["kind"] == "match"]
    assert (match["facts"]["reference"], match["facts"]["owner"], match["facts"]["licences"]) == (
        *("REF-A", "Example Pictures", ["LIC-1"]),
    )
    (cut,) = [asset for asset in plain["assets"] if asset["path"] == "cut.mp4"]
    assert {"video"} <= {seen["detector"] for seen in cut["observations"] if seen["kind"] == "match"}
    refused = provscan(folder, "scan", "drop", *day, "--references", "drop", "--out", "three")
    assert refused.code == 2
    assert "a delivery can't state whose works are shown in it" in refused.err
