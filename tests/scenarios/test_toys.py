"""Twelve tests that catch a toy, by their numbers, through the real command.

The third (frames 1101-1240 are left), the fifth (`**` with a valid approval) and the tenth (consent for another
production, exemption) are told in `test_stories`: the collapse, the generated film, the younger actors.
"""

import datetime as dt
import hashlib
import os
import unicodedata
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from detectors.credentials.signing import Authority, ai_manifest
from fixtures.command import provscan
from fixtures.marks import tagged
from fixtures.media import truncated
from fixtures.paper import TOOLS, Entry, Value, approval, book, declaration, text, waiver, write
from fixtures.sheets import Rows, workbook
from fixtures.stories import GENERATED, Place, Told
from scanner.report.jsonfile import without_run_fields

FINAL = {"stages": ["final"]}
SCHOOL = "stills/\u00c9cole.png"
"""In NFC, as people type it; on the disk it lies in NFD, as other systems write it."""
ON_DISK = unicodedata.normalize("NFD", SCHOOL)
DECLARED = {
    "silent": "VFX/silent.mov",
    "school": SCHOOL,
    "replaced": "VFX/replaced.mov",
    "absent": "VFX/absent.mov",
    "approved": "VFX/approved.mov",
    "revoked": "VFX/revoked.mov",
}
TAMPERED, EXPORTED, OTHER_SHOT = "stills/tampered.jpg", "VFX/exported.mov", "VFX/other_shot.mov"


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Place:
    """One drop in which everything that toys get wrong lies side by side."""
    place = Place(tmp_path_factory.mktemp("toys"))
    for seed, path in enumerate((*DECLARED.values(), EXPORTED)):
        if path != SCHOOL:
            place.movie(f"drop/{path}", seed=200 + seed, frames=6)
    drop = place.folder / "drop"
    marked = [drop / DECLARED["approved"], drop / EXPORTED]
    tagged(place.still(f"drop/{ON_DISK}", seed=210), GENERATED, *marked)
    (drop / OTHER_SHOT).write_bytes((drop / DECLARED["approved"]).read_bytes())
    plain, signed = place.still("plain.jpg", seed=211), drop / TAMPERED
    Authority.make("Example CA").sign(plain, signed, ai_manifest("tampered.jpg", "image/jpeg"))
    changed = bytearray(signed.read_bytes())
    changed[-80] ^= 0xFF
    signed.write_bytes(changed)
    return place


def paper(**sections: Value) -> Entry:
    granted = {
        "school": approval("APP-school", scope=FINAL),
        "replaced": approval("APP-replaced", scope=FINAL),
        "absent": approval("APP-absent", scope=FINAL),
        "approved": approval("APP-approved", scope=FINAL, expires="2026-12-31"),
        "revoked": approval("APP-revoked", scope=FINAL, revoked="2026-03-30"),
    }
    declared = [
        declaration(f"DEC-{key}", path, approvals=[granted[key]["id"]] if key in granted else [])
        for key, path in DECLARED.items()
    ]
    before = hashlib.sha256(b"as it was before the export").hexdigest()
    pinned = declaration("DEC-pinned", assets=[{"path": EXPORTED, "sha256": before}], approvals=["APP-school"])
    return book(declarations=[*declared, pinned], approvals=list(granted.values()), **sections)


def scan(place: Place, name: str, data: Entry, *options: str) -> Told:
    return place.scan(name, data, *options, missing=["APP-absent"], changed=["APP-replaced"])


@pytest.fixture(scope="module")
def told(place: Place) -> Told:
    told = scan(place, "first", paper())
    assert told.verdict == (1, "fail")
    return told


@pytest.fixture(scope="module")
def excused(told: Told) -> Entry:
    """The same paper, with a waiver of the exported file's finding that holds until the end of June 2026."""
    return paper(waivers=[waiver(told.finding(EXPORTED, "ai.undeclared")["id"])])


@pytest.fixture(scope="module")
def waived(place: Place, excused: Entry) -> Told:
    return scan(place, "waived", excused)


@pytest.fixture(scope="module")
def years_later(place: Place, excused: Entry) -> Told:
    return scan(place, "later", excused, "--as-of", "2028-01-01")


def test_01_a_tampered_credential_that_says_ai_is_evidence_of_ai(told: Told) -> None:
    assert told.reasons(TAMPERED) == {"ai.undeclared": "fail", "credential.invalid": "review"}
    credential = next(seen for seen in told.asset(TAMPERED)["observations"] if seen["kind"] == "credential")
    assert credential["facts"]["status"] == "tampered"


def test_02_declared_final_and_unapproved_fails_without_any_mark(told: Told) -> None:
    assert [seen for seen in told.asset(DECLARED["silent"])["observations"] if seen["kind"] == "ai"] == []
    assert told.reasons(DECLARED["silent"]) == {"approval.missing": "fail", "ai.declared_no_evidence": "info"}


def test_04_no_0010_4_10_and_10_00_10_00_survive_yaml(tmp_path: Path) -> None:
    scene = declaration(
        assets=[{"shot": "0010"}, {"path": "a.mov", "tc": "10:00:10:00-10:00:11:00"}],
        principles={"p1": "yes", "p2": "yes", "p3": "yes", "p4": "no", "p5": "yes"},
    )
    file = write(tmp_path, book(declarations=[scene], tools=TOOLS))
    file.write_text(file.read_text().replace("'", ""), encoding="utf-8")  # as people type it: without quotes
    for bare in ("p4: no", "shot: 0010", "tc: 10:00:10:00-10:00:11:00", "version: 4.10"):
        assert bare in file.read_text()
    checked = provscan(tmp_path, "declarations", "check", file)
    assert checked.code == 0, checked.err
    assert "in shot 0010" in checked.out
    assert "10:00:10:00-10:00:11:00" in checked.out
    assert "Example Video Tool 4.10" in checked.out
    assert "unsure" not in checked.out


def test_06_a_name_in_nfd_on_the_disk_is_covered_by_one_in_nfc_in_the_paper(told: Told) -> None:
    (school,) = [path for path in (each["path"] for each in told.report["assets"]) if path.startswith("stills/E")]
    assert school == ON_DISK != SCHOOL
    assert told.reasons(school) == {"ai.disclosed": "pass"}


def test_07_a_letter_that_was_replaced_fails_and_one_that_is_absent_is_for_review(told: Told) -> None:
    assert told.reasons(DECLARED["replaced"])["approval.evidence_changed"] == "fail"
    assert told.reasons(DECLARED["absent"])["approval.evidence_missing"] == "review"
    assert told.asset(DECLARED["absent"])["verdict"] == "review"


def test_07_evidence_that_leads_out_of_its_folder_is_a_mistake(place: Place) -> None:
    data = paper()
    data["approvals"][0] = data["approvals"][0] | {"evidence": {"file": "../../etc/passwd"}}
    file = place.folder / "leads-out" / "declarations.yaml"
    file.parent.mkdir()
    file.write_text(text(data), encoding="utf-8")
    outcome = provscan(place.folder, "scan", "drop", "--declarations", file, "--out", "out-leads-out")
    assert outcome.code == 2
    line = next(n for n, each in enumerate(file.read_text().splitlines(), 1) if "etc/passwd" in each)
    assert f"declarations.yaml:{line}:" in outcome.err
    assert not (place.folder / "out-leads-out").exists()


def test_08_years_later_the_verdicts_are_those_of_the_delivery(told: Told, years_later: Told) -> None:
    assert told.reasons(DECLARED["approved"]) == {"ai.disclosed": "pass"}
    assert told.reasons(DECLARED["revoked"])["approval.revoked"] == "fail"
    for asset in told.report["assets"]:
        assert years_later.reasons(asset["path"]) == told.reasons(asset["path"]), asset["path"]


def test_09_an_approved_file_that_was_exported_again_is_undeclared(told: Told) -> None:
    assert told.reasons(EXPORTED) == {"ai.undeclared": "fail", "declaration.checksum_mismatch": "review"}


def test_09_a_copy_of_approved_bytes_in_another_shot_is_for_review(told: Told) -> None:
    assert told.reasons(DECLARED["approved"]) == {"ai.disclosed": "pass"}
    assert told.reasons(OTHER_SHOT) == {"declaration.duplicate_content": "review"}
    assert told.asset(OTHER_SHOT)["verdict"] == "review"


def test_11_the_order_of_entries_and_the_seed_of_hashes_change_nothing(place: Place, told: Told) -> None:
    turned = {key: value[::-1] if isinstance(value, list) else value for key, value in paper().items()}
    file = write(place.folder / "paper-turned", turned, missing=["APP-absent"], changed=["APP-replaced"])
    words = ("scan", "drop", "--declarations", file, "--as-of", "2026-04-02", "--out", "out-turned", "--format", "json")
    again = Told(provscan(place.folder, *words, env={"PYTHONHASHSEED": "7"}), "out-turned")
    assert comparable(again) == comparable(told)


def comparable(told: Told) -> dict[str, Any]:
    """A report without what is told of the run, and without the digest of a file that was written in another order."""
    report = deepcopy(without_run_fields(told.report))  # type: ignore[arg-type]  # JSON as read
    for file in report["run"]["inputs"]["declarations"]:
        file.pop("sha256")
    return report


def test_12_an_empty_and_a_broken_movie_beside_a_clean_one_are_incomplete(tmp_path: Path) -> None:
    place = Place(tmp_path)
    whole = place.movie("drop/whole.mov", seed=220)
    truncated(whole, tmp_path / "drop" / "half.mov")
    (tmp_path / "drop" / "empty.mov").write_bytes(b"")
    told = place.scan("broken")
    assert told.code == 4
    assert [told.asset(path)["verdict"] for path in ("whole.mov", "half.mov", "empty.mov")] == ["pass", *["review"] * 2]


def test_12_a_fault_of_ours_is_no_verdict(tmp_path: Path) -> None:
    Place(tmp_path).still("drop/a.png", seed=221)
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / "sitecustomize.py").write_text(
        "import scanner.clearance.rules.judge as ours\n"
        "def judge(*_, **__):\n    raise ZeroDivisionError('injected')\n"
        "ours.judge = judge\n"
    )
    here = Path(__file__).resolve().parents[2]
    outcome = provscan(tmp_path, "scan", "drop", env={"PYTHONPATH": f"{tmp_path / 'broken'}{os.pathsep}{here}"})
    assert outcome.code == 70
    assert "nothing here is a verdict" in outcome.err
    assert not (tmp_path / "drop.provscan" / "report.json").exists()


def test_12_an_expired_waiver_brings_the_finding_back_and_stays_listed(waived: Told, years_later: Told) -> None:
    excused = waived.finding(EXPORTED, "ai.undeclared")
    assert (excused["verdict"], excused["decision"]["verdict"]) == ("info", "fail")
    assert years_later.finding(EXPORTED, "ai.undeclared")["verdict"] == "fail"
    assert years_later.reasons(None) == {"waiver.expired": "review"}
    (listed,) = years_later.report["waivers"]
    assert listed["problems"] == ["WAV-1 expired on 2026-06-30"]


def test_12_a_cell_that_became_a_time_of_day_is_told_at_its_cell(tmp_path: Path) -> None:
    rows: Rows = [["ID", "AI Used", "File", "TC In", "Declared By"], ["D-1", "no", "a.mov", dt.time(10, 0, 10), "J."]]
    workbook(tmp_path / "paper.xlsx", {"Declarations": rows})
    (tmp_path / "drop").mkdir()
    outcome = provscan(tmp_path, "scan", "drop", "--declarations", "paper.xlsx")
    assert outcome.code == 2
    assert "paper.xlsx:Declarations!D2: a cell of type time of day (10:00:10) has lost its frames" in outcome.err
