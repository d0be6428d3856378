"""`declarations check --drop`: what the paper lacks for a delivery is told before a scan, as the scan will tell it."""

import json
from pathlib import Path

import pytest

from fixtures.command import Outcome, provscan
from fixtures.media import movie, still
from fixtures.paper import Entry, approval, book, declaration, negative, write

SHOT = "VFX/SNW_0010_comp.mov"
AS_OF = ("--as-of", "2026-04-02")


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A shot of 24 frames, two numbered stills and a document."""
    folder = tmp_path_factory.mktemp("check")
    (folder / "drop" / "VFX").mkdir(parents=True)
    (folder / "drop" / "stills").mkdir()
    movie(folder / "drop" / SHOT, frames=24)
    for number in (1, 2):
        still(folder / "drop" / f"stills/coat_0{number}.png", seed=number)
    (folder / "drop" / "notes.txt").write_text("notes", encoding="utf-8")
    return folder


def checked(place: Path, name: str, data: Entry, *words: str) -> Outcome:
    file = write(place / name, data)
    return provscan(place, "declarations", "check", file, "--drop", "drop", *AS_OF, *words)


def scanned(place: Path, name: str) -> dict[str, list[str]]:
    """What a scan says of the paper: reasons by asset, as the check lists them."""
    file = place / name / "declarations.yaml"
    outcome = provscan(place, "scan", "drop", "--declarations", file, *AS_OF, "--out", f"out-{name}", "--no-cache")
    assert outcome.code in {0, 1, 3}, outcome.err
    report = json.loads((place / f"out-{name}" / "report.json").read_text(encoding="utf-8"))
    rows = [(asset["path"], each) for asset in report["assets"] for each in asset["findings"]]
    rows += [("(the drop)", each) for each in report["findings"]]
    return {
        f"{each['verdict']} {each['reason']} {path}": [each["message"]]
        for path, each in rows
        if each["declaration"] and each["verdict"] in {"fail", "review"}
    }


def test_plate_frames_and_a_missing_approval_are_told_as_the_scan_tells_them(place: Path) -> None:
    lines = [{"shot": "SNW_0010", "frames": "1001-1024"}, {"path": "stills/coat_01.png"}]
    outcome = checked(place, "plates", book(declarations=[declaration(assets=lines)]))
    assert outcome.code == 1, outcome.err
    told = scanned(place, "plates")
    assert len(told) == 3
    for head, (message,) in told.items():
        assert f"  {head}: {message}" in outcome.out
    assert "it counts 0-23; a plate's own numbers need first_frame" in outcome.out


def test_paper_in_order_is_said_to_be(place: Path) -> None:
    lines = [{"path": SHOT, "first_frame": "1001", "frames": "1001-1024"}, {"path": "stills/coat_02.png"}]
    data = book(declarations=[declaration(assets=lines, approvals=["APP-1"])], approvals=[approval()])
    outcome = checked(place, "fine", data)
    assert (outcome.code, "every line finds its files and frames" in outcome.out) == (0, True)


def test_checksums_are_held_against_the_files_themselves(place: Path) -> None:
    pinned = declaration(assets=[{"path": SHOT, "sha256": "0" * 64}], approvals=["APP-1"])
    outcome = checked(place, "pinned", book(declarations=[pinned], approvals=[approval()]))
    assert outcome.code == 3
    assert f"review declaration.checksum_mismatch {SHOT}" in outcome.out


def test_another_stage_and_policy_ask_for_other_things(place: Path) -> None:
    data = book(declarations=[declaration(path=SHOT)])
    assert checked(place, "early", data, "--stage", "pre-production", "--policy", "strict").code == 0


def test_lines_about_what_lies_in_a_file_are_left_to_the_scan(place: Path) -> None:
    inside = declaration(assets=[{"path": "stills.zip!/a.png"}, {"path": "notes.txt", "part": "page:1"}])
    outcome = checked(place, "inside", book(declarations=[inside, negative(path=SHOT)]))
    assert outcome.code == 0
    assert "DEC-1 has lines about what lies inside a file: only a scan can tell of them" in outcome.out
