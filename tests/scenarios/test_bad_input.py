"""Bad input is normal input: a clear entry or a clear error, the rest goes on, and the drop stays as it was."""

import json
import os
from pathlib import Path

import pytest

from fixtures.command import provscan, tree
from fixtures.media import movie, still, truncated

GOOD = """\
schema: provscan/declarations/1
production: {title: The Long Winter, id: TLW-1, timezone: UTC, fps: "24"}
deliveries: [{id: D1, stage: final, root: ., delivered: 2026-03-31}]
"""


def test_a_missing_folder_is_a_usage_error(tmp_path: Path) -> None:
    outcome = provscan(tmp_path, "scan", "nowhere")
    assert outcome.code == 2
    assert "nothing at nowhere" in outcome.err
    assert not list(tmp_path.glob("*.provscan"))


def test_one_file_of_no_bytes_is_incomplete_never_a_pass(tmp_path: Path) -> None:
    (tmp_path / "drop").mkdir()
    (tmp_path / "drop" / "reel.mov").write_bytes(b"")
    outcome = provscan(tmp_path, "scan", "drop")
    report = outcome.report("drop.provscan")
    assert outcome.code == 4
    assert report["complete"] is False
    [asset] = report["assets"]
    assert (asset["verdict"], asset["examined"]) == ("review", False)
    assert "scan.unreadable" in {finding["reason"] for finding in asset["findings"]}


def test_broken_files_and_odd_names_are_entries_and_the_rest_goes_on(tmp_path: Path) -> None:
    drop = tmp_path / "drop"
    drop.mkdir()
    whole = movie(tmp_path / "whole.mov", seed=1)
    truncated(whole, drop / "half.mov")
    still(drop / "picture.png", seed=2).rename(drop / "picture of a film.mov")
    still(drop / "ok.png", seed=3)
    names = [b"new\nline.png", b"<script>alert(1).png", b"caf\xe9.png", b"-y.png", b"=1+1.png"]
    for seed, raw in enumerate(names, start=10):
        Path(os.fsdecode(bytes(drop) + b"/" + raw)).write_bytes(still(tmp_path / "x.png", seed=seed).read_bytes())
    os.mkfifo(drop / "pipe.mov")
    (drop / "out.mov").symlink_to("/etc/hostname")
    before = tree(drop)
    outcome = provscan(tmp_path, "scan", "drop")
    report = outcome.report("drop.provscan")
    assets = {asset["path"]: asset for asset in report["assets"]}
    assert tree(drop) == before
    assert outcome.code == 4
    assert set(assets) == {
        "half.mov", "picture of a film.mov", "ok.png", "new\nline.png", "<script>alert(1).png",
        "caf\\xe9.png", "-y.png", "=1+1.png", "pipe.mov", "out.mov",
    }  # fmt: skip
    assert {finding["reason"] for finding in assets["half.mov"]["findings"]} & {"scan.unreadable", "scan.partial"}
    assert assets["picture of a film.mov"]["kind"] == "still"
    assert [assets[name]["findings"][0]["reason"] for name in ("pipe.mov", "out.mov")] == ["scan.refused"] * 2
    for name in ("ok.png", "new\nline.png", "<script>alert(1).png", "caf\\xe9.png", "-y.png", "=1+1.png"):
        assert assets[name]["examined"], name
        assert assets[name]["verdict"] == "pass", name
    page = (tmp_path / "drop.provscan" / "report.html").read_text(encoding="utf-8")
    assert "<script>alert(1)" not in page


@pytest.mark.parametrize(
    ("wrong", "place", "says"),
    [
        (GOOD + "declaratons: []\n", "paper.yaml:4:1", "declarations"),
        (GOOD + "tools: {}\ntools: {}\n", "paper.yaml:5:1", "tools"),
        (GOOD.replace("2026-03-31", "2026-31-03"), "paper.yaml:3", "2026-31-03"),
    ],
    ids=["a misspelt key", "a duplicate key", "a date that isn't one"],
)
def test_a_mistake_in_the_paper_is_told_with_its_place_and_nothing_is_judged(
    tmp_path: Path, wrong: str, place: str, says: str
) -> None:
    (tmp_path / "drop").mkdir()
    (tmp_path / "paper.yaml").write_text(wrong, encoding="utf-8")
    outcome = provscan(tmp_path, "scan", "drop", "--declarations", "paper.yaml")
    assert outcome.code == 2
    assert place in outcome.err
    assert says in outcome.err
    assert not (tmp_path / "drop.provscan" / "report.json").exists()


def test_reports_never_go_into_the_drop(tmp_path: Path) -> None:
    (tmp_path / "drop").mkdir()
    outcome = provscan(tmp_path / "drop", "scan", ".", env={"PROVSCAN_CACHE": str(tmp_path / "cache")})
    assert outcome.code == 2
    assert "--out" in outcome.err
    assert list((tmp_path / "drop").iterdir()) == []


def test_json_on_standard_output_is_the_report_and_nothing_else(tmp_path: Path) -> None:
    drop = tmp_path / "drop"
    drop.mkdir()
    still(drop / "a.png")
    outcome = provscan(tmp_path, "scan", "drop", "--json")
    assert json.loads(outcome.out) == outcome.report("drop.provscan")


def test_two_runs_do_not_write_to_one_folder(tmp_path: Path) -> None:
    from filelock import FileLock

    (tmp_path / "drop").mkdir()
    (tmp_path / "drop.provscan").mkdir()
    with FileLock(tmp_path / "drop.provscan" / ".lock"):
        assert provscan(tmp_path, "scan", "drop").code == 75


def test_a_missing_tool_ends_with_five_and_says_what_to_install(tmp_path: Path) -> None:
    (tmp_path / "drop").mkdir()
    (tmp_path / "bin").mkdir()
    outcome = provscan(tmp_path, "scan", "drop", env={"PATH": str(tmp_path / "bin")})
    assert outcome.code == 5
    assert "ffmpeg" in outcome.err


def test_a_near_miss_of_a_command_is_named(tmp_path: Path) -> None:
    outcome = provscan(tmp_path, "scna")
    assert outcome.code == 2
    assert "Did you mean 'scan'?" in outcome.err
