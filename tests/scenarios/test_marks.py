"""Marks of AI tools through the real command: hostile values, odd files, and a machine without exiftool."""

import os
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from fixtures import marks as put
from fixtures import media
from fixtures.command import Outcome, provscan

HOSTILE = f"=cmd()\x07<script>alert(1)</script>\n{put.INFOTEXT}"
UNSAID = ("clean", "human", "authentic", "genuine")
"""What no scanner can know of a file without a mark."""


@dataclass(frozen=True)
class Scans:
    """The same drop, scanned on a machine with exiftool, without, without on purpose, and with it again."""

    folder: Path
    full: Outcome
    refused: Outcome
    degraded: Outcome
    again: Outcome


@pytest.fixture(scope="module")
def scans(tmp_path_factory: pytest.TempPathFactory) -> Scans:
    """Four scans that share one cache."""
    folder = tmp_path_factory.mktemp("marks")
    drop = folder / "drop"
    drop.mkdir()
    put.png_text(media.still(drop / "marked.png", seed=1, size=(160, 120)), {"parameters": put.INFOTEXT})
    put.png_text(media.still(drop / "hostile.png", seed=2, size=(160, 120)), {"parameters": HOSTILE})
    put.stealth(media.still(drop / "hidden.png", seed=3, size=(160, 120)), put.INFOTEXT)
    media.still(drop / "plain.jpg", seed=4, size=(160, 120))
    (drop / "empty.png").touch()
    whole = put.late_text(media.still(drop / "cut.png", seed=5, size=(160, 120)), "parameters", put.INFOTEXT)
    os.truncate(whole, whole.stat().st_size // 2)
    shutil.copyfile(drop / "marked.png", drop / "misnamed.mov")
    tools = folder / "tools"
    tools.mkdir()
    for name in os.get_exec_path():  # every program of this machine but one
        for program in Path(name).iterdir() if Path(name).is_dir() else ():
            if program.name != "exiftool" and not (tools / program.name).exists():
                (tools / program.name).symlink_to(program)
    without = {"PATH": str(tools)}
    return Scans(
        folder,
        provscan(folder, "scan", "drop", "--out", "full"),
        provscan(folder, "scan", "drop", "--out", "refused", env=without),
        provscan(folder, "scan", "drop", "--out", "degraded", "--allow-degraded", env=without),
        provscan(folder, "scan", "drop", "--out", "again"),
    )


def marks_in(report: dict[str, Any]) -> dict[str, set[str]]:
    return {
        asset["path"]: {one["rule"] for one in asset["observations"] if one["detector"] == "markers"}
        for asset in report["assets"]
    }


def test_every_file_has_one_entry_and_the_marks_of_no_other(scans: Scans) -> None:
    report = scans.full.report("full")
    assert len(report["assets"]) == len(marks_in(report))
    assert marks_in(report) == {
        "cut.png": set(),
        "empty.png": set(),
        "hidden.png": {"a1111.parameters", "stealth.parameters"},
        "hostile.png": {"a1111.parameters"},
        "marked.png": {"a1111.parameters"},
        "misnamed.mov": {"a1111.parameters"},
        "plain.jpg": set(),
    }
    by_path = {asset["path"]: asset for asset in report["assets"]}
    assert not by_path["empty.png"]["examined"]
    assert by_path["cut.png"]["problems"]


def test_a_file_without_a_mark_is_told_as_no_evidence_and_never_as_more(scans: Scans) -> None:
    (plain,) = (asset for asset in scans.full.report("full")["assets"] if asset["path"] == "plain.jpg")
    assert "ai.no_evidence" in {finding["reason"] for finding in plain["findings"]}
    told = " ".join(f"{finding['message']} {finding['remedy']}" for finding in plain["findings"]).lower()
    assert [word for word in UNSAID if word in told] == []


def test_a_hostile_value_is_quoted_short_and_escaped(scans: Scans) -> None:
    (hostile,) = (asset for asset in scans.full.report("full")["assets"] if asset["path"] == "hostile.png")
    assert all(len(one["value"]) <= 200 for one in hostile["observations"])
    page = (scans.folder / "full" / "report.html").read_text(encoding="utf-8")
    assert "<script>alert" not in page
    assert "\x07" not in page + scans.full.out


def test_without_exiftool_nothing_is_scanned_unless_that_is_allowed(scans: Scans) -> None:
    assert scans.refused.code == 5
    assert "exiftool is not on this machine" in scans.refused.err
    assert "--allow-degraded" in scans.refused.err
    assert not (scans.folder / "refused" / "report.json").exists()


def test_a_scan_without_exiftool_says_what_was_not_read_and_tells_what_it_could(scans: Scans) -> None:
    assert scans.degraded.code == 1, scans.degraded.err
    report = scans.degraded.report("degraded")
    assert report["run"]["machine"]["exiftool"] == "none"
    (why,) = (row["why"] for row in report["run"]["degraded"] if row["detector"] == "markers")
    assert "XMP" in why
    assert why in (scans.folder / "degraded" / "report.html").read_text(encoding="utf-8")
    assert why in scans.degraded.out
    told = marks_in(report)
    assert told["hidden.png"] == {"a1111.parameters", "stealth.parameters"}
    assert told["marked.png"] == set()


def test_what_was_not_read_is_not_remembered_as_read(scans: Scans) -> None:
    full, again = scans.full.report("full"), scans.again.report("again")
    assert (again["assets"], again["run"]["degraded"]) == (full["assets"], full["run"]["degraded"])
