"""Drops that were scanned earlier are matched against works that came later; their media may be gone by then."""

import json
import shutil
import stat
from pathlib import Path
from typing import Any

import pytest

from fixtures.command import Outcome, provscan, spying, starts
from fixtures.media import movie, sequence, still
from fixtures.paper import approval, book, declaration, licence, waiver, write
from scanner.report.jsonfile import schema, without_run_fields

AS_OF = ("--as-of", "2026-04-02")
FIRST, LAST = 41, 98
"""Where the poster is shown in a grid movie: neither end lies on the grid of 12 frames."""


def scan(place: Path, drop: str, *more: str | Path, data: str = "data") -> Outcome:
    outcome = provscan(place, "scan", drop, *AS_OF, *more, env={"PROVSCAN_DATA": str(place / data)})
    assert outcome.code in {0, 1, 3, 4}, outcome.err
    assert "Traceback" not in outcome.err, outcome.err
    return outcome


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Drops `EP103` and `EP104`, the folders `before` and `after` of references, and a cache that knows them all."""
    work = tmp_path_factory.mktemp("made")
    for folder in ("EP103", "EP104", "before", "after"):
        (work / folder).mkdir()
    poster, mural = still(work / "after" / "poster.png", seed=7), still(work / "before" / "mural.png", seed=8)
    shutil.copy(mural, work / "after")
    movie(work / "EP103" / "a.mp4", seed=1, insert=(poster, 10, 30))
    movie(work / "EP103" / "grid.mov", seed=2, codec="prores_ks", frames=160, insert=(poster, FIRST, LAST))
    movie(work / "EP103" / "old.mov", seed=5, codec="prores_ks", frames=160, insert=(mural, FIRST, LAST))
    sequence(work / "EP103" / "plate", "plate.%04d.dpx", count=4, missing=(1003,))
    still(work / "EP103" / "marked.png", seed=3, text={"parameters": "x\nSteps: 20, Sampler: Euler a, CFG scale: 7"})
    (work / "EP103" / "empty.mov").write_bytes(b"")
    movie(work / "EP104" / "b.mp4", seed=4)
    for drop in ("EP103", "EP104"):  # so that no test has to decode them again
        scan(work, drop, "--references", "before", "--references", "after")
        shutil.rmtree(work / f"{drop}.provscan")
    shutil.rmtree(work / "data")
    return work


@pytest.fixture
def place(made: Path, tmp_path: Path) -> Path:
    """A working folder with copies of all of it, which may be deleted."""
    for folder in made.iterdir():
        shutil.copytree(folder, tmp_path / folder.name)
    return tmp_path


def plain(report: dict[str, Any]) -> dict[str, Any]:
    return without_run_fields(report)  # type: ignore[arg-type]  # JSON as read


def told(report: dict[str, Any]) -> list[tuple[Any, ...]]:
    """Every finding but for how exact its ends are, and so for its id."""
    found = [("", each) for each in report["findings"]]
    found += [(asset["path"], each) for asset in report["assets"] for each in asset["findings"]]
    return [(path, each["reason"], each["verdict"], each["declaration"], each["approval"]) for path, each in found]


def test_a_new_reference_is_found_in_a_drop_whose_media_are_gone(place: Path) -> None:
    import jsonschema

    scan(place, "EP103", "--references", "before")
    scan(place, "EP104", "--references", "before")
    full = scan(place, "EP103", "--references", "after", "--out", "full", data="elsewhere").report("full")
    shutil.rmtree(place / "EP103")
    shutil.rmtree(place / "EP104")
    env, notes = spying(place)
    provscan(place, "rematch", "--references", "after", env=env)  # looks through the references
    (place / "started.txt").write_bytes(b"")
    outcome = provscan(place, "rematch", "--references", "after", env=env)
    assert outcome.code == 1, outcome.err
    assert [starts(notes, tool) for tool in ("ffmpeg", "ffprobe", "exiftool")] == [[], [], []]
    lines = [line.split() for line in outcome.out.splitlines()]
    assert ["verdict", "a.mp4:", "pass", "->", "fail"] in lines
    assert ["EP104:", "still", "pass"] in lines
    report = outcome.report("EP103.rematch")
    jsonschema.Draft202012Validator(schema()).validate(report)
    assert told(report) == told(full)
    spans = {
        (asset["path"], seen["facts"]["reference"]): seen["span"]
        for asset in report["assets"]
        for seen in asset["observations"]
        if seen["kind"] == "match"
    }
    ends = {key: (span["first_frame"], span["last_frame"], span["edge_frames"]) for key, span in spans.items()}
    assert ends["a.mp4", "poster.png"] == (10, 30, 0)
    assert ends["old.mov", "mural.png"] == (FIRST, LAST, 0)  # looked at closely when it was scanned
    first, last, edge = ends["grid.mov", "poster.png"]
    assert 0 < edge <= 12
    assert abs(first - FIRST) <= edge
    assert abs(last - LAST) <= edge
    assert report["run"]["inputs"]["references"] == full["run"]["inputs"]["references"]
    assert report["drop"] == full["drop"]
    assert outcome.report("EP104.rematch")["outcome"] == "pass"


def test_against_the_same_references_a_drop_gives_the_same_report(place: Path) -> None:
    first = scan(place, "EP103", "--references", "after").report("EP103.provscan")
    shutil.rmtree(place / "EP103")
    for _ in range(2):
        outcome = provscan(place, "rematch", "--references", "after")
        assert outcome.code == 0, outcome.out + outcome.err
        assert "still fail" in outcome.out
        assert plain(outcome.report("EP103.rematch")) == plain(first)
    shutil.rmtree(place / "cache")  # without it there are no pictures, and no other difference
    outcome = provscan(place, "rematch", "--references", "after")
    assert outcome.code == 0, outcome.out + outcome.err
    without = {**first, "assets": [{**asset, "pictures": []} for asset in first["assets"]]}
    assert plain(outcome.report("EP103.rematch")) == plain(without)


def test_it_is_judged_with_the_paper_of_then_though_the_paper_is_gone(place: Path) -> None:
    paper = write(
        place / "paper",
        book(
            declarations=[declaration(path="marked.png", approvals=["APP-1"]), declaration("DEC-2", "a.mp4")],
            approvals=[approval(), approval("APP-2")],
            licences=[licence(reference="poster.png"), licence("LIC-2", reference="mural.png")],
        ),
        missing=["APP-2"],
        changed=["LIC-2"],
    )
    words = ("--declarations", paper, "--references", "after", "--out", "full")
    full = scan(place, "EP103", *words, data="elsewhere").report("full")
    scan(place, "EP103", "--declarations", paper)
    shutil.rmtree(place / "paper")
    shutil.rmtree(place / "EP103")
    outcome = provscan(place, "rematch", "--references", "after", "--json")
    report = outcome.report("EP103.rematch")
    assert told(report) == told(full)
    for section in ("declarations", "approvals", "consents", "licences", "waivers"):
        assert report[section] == full[section]
    (row,) = json.loads(outcome.out)["drops"]
    assert (row["name"], row["production"], row["delivery"]) == ("EP103", "TLW-81234567", "DEL-1")
    reasons = {(each["path"], each["finding"]["reason"]) for each in row["new"]}
    assert ("grid.mov", "ip.licensed") in reasons
    assert ("old.mov", "licence.missing") in reasons


def test_another_day_may_be_judged_by(place: Path) -> None:
    found = scan(place, "EP103", "--references", "before").report("EP103.provscan")
    marked = next(asset for asset in found["assets"] if asset["path"] == "marked.png")
    key = marked["findings"][0]["id"]
    paper = write(place / "paper", book(waivers=[waiver(key)]))
    scan(place, "EP103", "--references", "before", "--declarations", paper)
    assert provscan(place, "rematch", "--references", "before").code == 0
    outcome = provscan(place, "rematch", "--references", "before", "--as-of", "2026-07-15")
    assert outcome.code == 1, outcome.out
    report = outcome.report("EP103.rematch")
    assert (report["run"]["as_of"], report["run"]["delivered"]) == ("2026-07-15", "2026-03-31")
    assert {each["reason"] for each in report["findings"]} == {"waiver.expired"}


def test_only_the_latest_scan_of_a_drop_is_matched_and_one_can_be_named(place: Path) -> None:
    scan(place, "EP104")
    scan(place, "EP103")
    (place / "EP103" / "a.mp4").unlink()
    scan(place, "EP103")
    (place / "EP104").rename(place / "EP104 renamed")
    scan(place, "EP104 renamed")
    outcome = provscan(place, "rematch", "--references", "after", "--json", "--out", "again")
    rows = json.loads(outcome.out)["drops"]
    assert [row["name"] for row in rows] == ["EP103", "EP104 renamed"]
    assert {each["path"] for each in rows[0]["new"]} == {"grid.mov", "old.mov"}
    assert sorted(file.name for file in (place / "again").iterdir()) == ["EP103.rematch", "EP104 renamed.rematch"]
    one = provscan(place, "rematch", "--references", "after", "--drop", "EP104 renamed", "--format", "json")
    assert one.code == 0
    assert sorted(file.name for file in (place / "EP104 renamed.rematch").glob("report*")) == ["report.json"]
    wrong = provscan(place, "rematch", "--references", "after", "--drop", "EP104 renamd")
    assert wrong.code == 2
    assert "EP104 renamed" in wrong.err


def test_drops_of_one_name_get_a_folder_each(place: Path) -> None:
    for number in ("1", "2"):
        production = {"title": "T", "id": f"P-{number}", "timezone": "UTC", "fps": "24"}
        paper = write(place / number, book(production=production))
        scan(place, "EP104", "--declarations", paper)
    outcome = provscan(place, "rematch", "--references", "after", "--json")
    files = [row["files"][0] for row in json.loads(outcome.out)["drops"]]
    assert len(set(files)) == 2
    assert all(Path(file).is_file() for file in files)


def test_references_come_from_the_configuration_and_none_is_a_usage_error(place: Path) -> None:
    scan(place, "EP104")
    none = provscan(place, "rematch")
    assert none.code == 2
    assert "--references" in none.err
    (place / "provscan.toml").write_text('references = ["after"]\n', encoding="utf-8")
    assert provscan(place, "rematch").code == 0


def test_nothing_is_archived_where_nothing_is_to_be_remembered(place: Path) -> None:
    scan(place, "EP104", "--no-cache")
    assert not (place / "data").exists()
    outcome = provscan(place, "rematch", "--references", "after")
    assert outcome.code == 2
    assert "there is no archived drop to match" in outcome.err
    assert "--allow-empty" in outcome.err
    assert outcome.out == ""
    allowed = provscan(place, "rematch", "--references", "after", "--allow-empty")
    assert allowed.code == 0
    assert allowed.out.splitlines() == ["0 archived drops matched"]


def test_the_archive_is_private_and_its_loss_costs_no_scan_its_report(place: Path) -> None:
    scan(place, "EP104")
    archive = place / "data" / "archive.sqlite"
    assert stat.S_IMODE(archive.parent.stat().st_mode) == 0o700
    assert stat.S_IMODE(archive.stat().st_mode) == 0o600
    archive.write_bytes(b"not a database" * 1000)
    outcome = scan(place, "EP104", "--out", "again")
    assert outcome.code == 0
    assert "not archived" in outcome.err
    assert outcome.report("again")["run"]["completed"] is True
    damaged = provscan(place, "rematch", "--references", "after")
    assert damaged.code == 5
    assert "PROVSCAN_DATA" in damaged.err
    assert archive.read_bytes().startswith(b"not a database")
