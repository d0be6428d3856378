"""Archived drops, in this process: what comes back of odd ones, and what happens where something can't."""

import os
import shutil
import sqlite3
import zlib
from datetime import date
from pathlib import Path

import pytest

from fixtures.media import sequence, still
from scanner.catalogue.archive import FILE
from scanner.clearance.policy import policy
from scanner.clearance.scope.context import Context
from scanner.drop.walk import walk
from scanner.errors import UsageError
from scanner.report.jsonfile import without_run_fields
from scanner.run.archiving import archive_scan
from scanner.run.dossier import Dossier, dossier_from_json, dossier_to_json
from scanner.run.grounds import Grounds
from scanner.run.order import Order, RematchOrder
from scanner.run.rematch import Rematched, Unreadable, rematch
from scanner.run.scan import Scan, scan
from scanner.terms.verdicts import Stage


class Watcher:
    """Stops the scan after so many assets."""

    def __init__(self, stop_after: int = 1_000_000) -> None:
        self._left = stop_after

    def planned(self, assets: int, remembered: int) -> None:
        """Nobody watches."""

    def examined(self, _path: str, _signs: int) -> None:
        self._left -= 1
        if not self._left:
            raise KeyboardInterrupt


def order(place: Path, drop: str = "drop") -> Order:
    context = Context(Stage.FINAL, None, date(2026, 3, 31), date(2026, 4, 2), drop)
    grounds = Grounds(policy.load("netflix-genai"), context, "default")
    return Order(place / drop, place / "out", grounds, jobs=1, cache=place / "cache", data=place / "data")


def again(place: Path, drop: str | None = None) -> list[Rematched | Unreadable]:
    wanted = RematchOrder((place / "references",), place / "out", place / "cache", place / "data", drop=drop, jobs=1)
    return list(rematch(wanted, Watcher()))


def scanned(place: Path, drop: str = "drop", stop_after: int = 1_000_000) -> Scan:
    done = scan(order(place, drop), Watcher(stop_after))
    assert done.unarchived == ""
    return done


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Scan]:
    """A drop with names and files of every odd sort, scanned; and a folder of references."""
    place = tmp_path_factory.mktemp("made")
    drop, references = place / "drop", place / "references"
    drop.mkdir()
    references.mkdir()
    for seed, raw in enumerate((b"caf\xe9.png", b"new\nline.png", b"back\\slash.png"), start=2):
        Path(os.fsdecode(bytes(drop) + b"/" + raw)).write_bytes(still(place / "x.png", seed=seed).read_bytes())
    sequence(drop / "plate", count=3, size=(160, 90), missing=(1002,))
    (drop / "notes.txt").write_text("none")
    for name in (".notes", ".a.1.exr", ".a.2.exr"):
        (drop / name).write_text("only text")
    os.mkfifo(drop / "pipe.mov")
    still(references / "work.png", seed=2)
    return place, scanned(place)


@pytest.fixture
def place(made: tuple[Path, Scan], tmp_path: Path) -> Path:
    """What is left of it: the archive, the cache and the references."""
    for folder in ("data", "cache", "references"):
        shutil.copytree(made[0] / folder, tmp_path / folder)
    return tmp_path


def change(place: Path, statement: str, *values: object) -> None:
    db = sqlite3.connect(place / "data" / FILE)
    db.execute(statement, values)
    db.commit()
    db.close()


def test_odd_names_and_files_come_back_as_they_were_told(made: tuple[Path, Scan], place: Path) -> None:
    first = made[1]
    [done] = again(place)
    assert isinstance(done, Rematched)
    assert (done.code, [each.path for each in done.changes.new]) == (1, ["caf\\xe9.png"])
    same = [asset for asset in first.report["assets"] if asset["path"] != "caf\\xe9.png"]
    assert [asset for asset in done.report["assets"] if asset["path"] != "caf\\xe9.png"] == same
    assert {asset["path"] for asset in same} == {
        "new\nline.png",
        "back\\\\slash.png",
        "plate/plate.%04d.exr",
        "notes.txt",
        "pipe.mov",
    }


def test_a_dossier_comes_back_equal_but_for_where_its_files_lay(
    made: tuple[Path, Scan], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = []

    def spy(folder: Path, report: object, dossier: Dossier, *rest: object) -> None:
        seen.append(dossier)
        archive_scan(folder, report, dossier, *rest)  # type: ignore[arg-type]  # handed on

    monkeypatch.setattr("scanner.run.scan.archive_scan", spy)
    place = tmp_path
    (place / "drop").symlink_to(made[0] / "drop")
    scanned(place)
    [dossier] = seen
    kept = dossier_to_json(dossier)
    back = dossier_from_json(kept)
    assert dossier_to_json(back) == kept
    assert (back.absences, back.packages) == (dossier.absences, dossier.packages)
    for one, other in zip(back.assets, dossier.assets, strict=True):
        assert (one.observations, one.extraction, one.problems, one.remarks) == (
            other.observations,
            other.extraction,
            other.problems,
            other.remarks,
        )
        assert one.asset.path == other.asset.path
    assert str(place) not in kept.decode()


def test_an_interrupted_scan_comes_back_as_incomplete_as_it_was(made: tuple[Path, Scan], tmp_path: Path) -> None:
    place = tmp_path
    for folder in ("drop", "references"):
        (place / folder).symlink_to(made[0] / folder)
    first = scanned(place, stop_after=2)
    assert first.report["run"]["completed"] is False
    [done] = again(place)
    assert isinstance(done, Rematched)
    assert (done.report["run"]["completed"], done.report["complete"]) == (False, False)
    unfinished = [asset["path"] for asset in first.report["assets"] if not asset["examined"]]
    assert [asset["path"] for asset in done.report["assets"] if not asset["examined"]] == unfinished


def test_prints_of_an_older_algorithm_are_not_matched_and_their_assets_say_so(place: Path) -> None:
    change(place, "UPDATE prints SET algorithm='pdq/0' WHERE algorithm LIKE 'pdq/%'")
    change(place, "UPDATE prints SET algorithm='orb/0' WHERE algorithm LIKE 'orb/%'")
    [done] = again(place)
    assert isinstance(done, Rematched)
    assert (done.code, bool(done.incomplete)) == (4, True)
    found = {asset["path"]: asset["problems"] for asset in done.report["assets"] if asset["kind"] == "still"}
    assert len(found) == 3
    for path, problems in found.items():
        assert [problem["code"] for problem in problems] == ["scan.partial"], path
        assert "pdq/0" in problems[0]["message"]
    assert {each.finding["reason"] for each in done.changes.new} == {"scan.partial"}


def test_a_drop_that_cannot_be_read_costs_no_other(place: Path) -> None:
    (place / "other").mkdir()
    still(place / "other" / "a.png", seed=9)
    scanned(place, "other")
    change(place, "UPDATE scans SET dossier=? WHERE name='drop'", zlib.compress(b'{"drop": 1}'))
    unreadable, done = again(place)
    assert isinstance(unreadable, Unreadable)
    assert (unreadable.key.name, unreadable.code) == ("drop", 4)
    assert isinstance(done, Rematched)
    assert (done.key.name, done.code) == ("other", 0)


def test_the_same_order_gives_the_same_reports(place: Path) -> None:
    one, other = again(place, "drop"), again(place)
    assert [without_run_fields(done.report) for done in one if isinstance(done, Rematched)] == [
        without_run_fields(done.report) for done in other if isinstance(done, Rematched)
    ]


def test_a_name_that_nobody_archived_is_a_usage_error(place: Path) -> None:
    with pytest.raises(UsageError) as caught:
        again(place, "drp")
    assert "'drop'" in caught.value.hint


def test_the_drop_is_never_walked_again(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    walked = []

    def spy(folder: Path, **options: object) -> object:
        walked.append(folder)
        return walk(folder, **options)  # type: ignore[arg-type]  # handed on

    monkeypatch.setattr("scanner.run.references.walk", spy)
    again(place)
    assert walked == [place / "references"]
