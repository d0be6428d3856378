"""A form that the report prefills, filled in step by step, and the same paper as a workbook, as YAML and as CSV."""

import csv
from collections.abc import Mapping
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
import yaml
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from fixtures.command import provscan
from fixtures.marks import tagged
from fixtures.paper import text
from fixtures.stories import GENERATED, Place, Told
from scanner.report.jsonfile import without_run_fields

CLIP, FACE = "VFX/TLW_0010_comp_v003.mov", "VFX/TLW_0020_comp_v001.mov"
LETTER = b"Signed in Madrid.\n"
PRODUCTION = {
    "Title": "The Long Winter",
    "Production ID": "TLW-1",
    "Time Zone": "Europe/Madrid",
    "Frame Rate": "24",
    "Who May Approve": "Example Streamer",
}
DECLARED = {
    "Tool": "Example Video Tool",
    "Tool Version": "4.10",
    "Enterprise": "yes",
    "Trains On Inputs": "no",
    "Use Category": "final_vfx",
    **dict.fromkeys(("P1", "P2", "P3", "P5"), "yes"),
    "P4": "no",
    "Declared By": "J. Perez",
    "Declared By Org": "ABC VFX",
    "Declaration Date": "2026-02-11",
}
APPROVED = {
    "Approval ID": "APP-1",
    "Approved By": "N. Approver",
    "Approver Org": "Example Streamer",
    "Approval Date": "2026-02-05",
    "Approval Stages": "final",
    "Evidence File": "letter.txt",
}
LIKENESS = {"Likeness": "yes", "Performer": "A. Actor", "Consent ID": "CON-1"}
CONSENT = {
    "Consent ID": "CON-1",
    "Performer": "A. Actor",
    "Kind": "digital_replica",
    "Granted": "2026-01-15",
    "Production": "TLW-1",
    "Description": "re-ageing",
    "Evidence File": "letter.txt",
}
Step = Mapping[str, str]


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Place:
    """Two marked clips, scanned without paper, and the form that comes of it."""
    place = Place(tmp_path_factory.mktemp("paper"))
    made = [place.movie(f"drop/{path}", seed=400 + seed, frames=24) for seed, path in enumerate((CLIP, FACE))]
    tagged(made[0], GENERATED, made[1])
    told = place.scan("bare")
    assert told.verdict == (1, "fail")
    assert told.reasons(CLIP) == told.reasons(FACE) == {"ai.undeclared": "fail"}
    (place.folder / "paper").mkdir()
    (place.folder / "paper" / "letter.txt").write_bytes(LETTER)
    for form in ("form.xlsx", "form.yaml"):
        written = provscan(place.folder, "declarations", "init", "out-bare", "--out", form)
        assert written.code == 0, written.err
    return place


def scanned(place: Place, name: str, *files: str) -> Told:
    words = [word for file in files for word in ("--declarations", place.folder / "paper" / file)]
    return place.scan(name, None, *words)


def fill(sheet: Worksheet, row: int, values: Step) -> None:
    heads = {str(cell.value): cell.column or 0 for cell in sheet[1]}
    for head, value in values.items():
        sheet.cell(row, heads[head]).value = value


def filled(place: Place, name: str, *steps: Step, face: Step | None = None, consented: bool = False) -> str:
    """The form with these columns filled in, in both of its rows; `face` are those of the clip with a face alone."""
    book = load_workbook(place.folder / "form.xlsx")
    fill(book["Production"], 2, PRODUCTION)
    fill(book["Deliveries"], 2, {"Delivery Date": "2026-03-31", "Vendor": "ABC VFX"})
    sheet = book["Declarations"]
    for row in (2, 3):
        for step in steps:
            fill(sheet, row, step)
        column = next(cell.column for cell in sheet[1] if cell.value == "File")
        if face and sheet.cell(row, column or 0).value == FACE:
            fill(sheet, row, face)
    if consented:
        fill(book["Consents"], 2, CONSENT)
    book.save(place.folder / "paper" / f"{name}.xlsx")
    return f"{name}.xlsx"


@pytest.fixture(scope="module")
def complete(place: Place) -> Told:
    file = filled(place, "complete", DECLARED, APPROVED, face=LIKENESS, consented=True)
    return scanned(place, "complete", file)


def test_a_workbook_that_declares_and_approves_nothing_fails_for_want_of_approval(place: Place) -> None:
    told = scanned(place, "declared", filled(place, "declared", DECLARED))
    assert told.verdict == (1, "fail")
    for path in (CLIP, FACE):
        assert told.reasons(path) == {"ai.disclosed": "pass", "approval.missing": "fail"}


def test_a_workbook_with_approvals_passes_but_for_the_face_without_a_consent(place: Place) -> None:
    told = scanned(place, "face", filled(place, "face", DECLARED, APPROVED, face={"Likeness": "yes"}))
    assert told.verdict == (1, "fail")
    assert told.reasons(CLIP) == {"ai.disclosed": "pass"}
    assert told.reasons(FACE) == {"ai.disclosed": "pass", "consent.missing": "fail"}


def test_a_workbook_with_everything_in_it_passes(complete: Told) -> None:
    assert complete.verdict == (0, "pass")
    assert [(each["id"], each["used_by"]) for each in complete.report["approvals"]] == [("APP-1", 2)]
    assert [(each["id"], each["used_by"]) for each in complete.report["consents"]] == [("CON-1", 1)]


def test_a_form_for_what_is_left_has_its_frames_and_timecodes_and_is_read_beside_the_first(place: Place) -> None:
    first = filled(place, "part", DECLARED | {"Frames": "0-9"}, APPROVED)
    assert scanned(place, "part", first).reasons(CLIP) == {"ai.disclosed": "pass", "ai.partially_declared": "fail"}
    added = place.folder / "paper" / "added.xlsx"
    assert provscan(place.folder, "declarations", "init", "out-part", "--add", "--out", added).code == 0
    book = load_workbook(added)
    sheet = book["Declarations"]
    heads = [str(cell.value) for cell in sheet[1]]
    for row, path in ((2, CLIP), (3, FACE)):
        told = dict(zip(heads, (cell.value for cell in sheet[row]), strict=True))
        assert (told["File"], told["Frames"]) == (path, "10-23")
        assert str(told["Seen"]).startswith("01:00:00:10 to 01:00:00:23, ai.partially_declared")
        known = {"Tool": "Example Video Tool 4.10", "Approval ID": "APP-1"}  # as the first file has them
        fill(sheet, row, {head: DECLARED[head] for head in ("Use Category", "P1", "Declared By")} | known)
    book.save(added)
    assert scanned(place, "both", first, added.name).verdict == (0, "pass")


def test_the_same_content_as_yaml_gives_the_same_report(place: Place, complete: Told) -> None:
    form: dict[str, Any] = yaml.load((place.folder / "form.yaml").read_text(encoding="utf-8"), yaml.BaseLoader)  # noqa: S506 - makes texts alone
    form["production"] = {
        "title": "The Long Winter",
        "id": "TLW-1",
        "timezone": "Europe/Madrid",
        "fps": "24",
        "approver_orgs": ["Example Streamer"],
    }
    form["deliveries"][0] |= {"delivered": "2026-03-31", "vendor": "ABC VFX"}
    form["tools"] = {"vt": {"name": "Example Video Tool", "version": "4.10", "enterprise_agreement": "yes"}}
    form["tools"]["vt"]["trains_on_inputs"] = "no"
    for row in form["declarations"]:
        row |= {"use": "final_vfx", "tools": ["vt"], "approvals": ["APP-1"]}
        row["principles"] = dict.fromkeys(("p1", "p2", "p3", "p5"), "yes") | {"p4": "no"}
        row["declared_by"] = {"name": "J. Perez", "org": "ABC VFX", "date": "2026-02-11"}
        if row["assets"][0]["path"] == FACE:
            row |= {"involves": ["talent_likeness"], "talent": [{"performer": "A. Actor", "consent": "CON-1"}]}
    evidence = {"file": "letter.txt"}
    approver = {"name": "N. Approver", "org": "Example Streamer"}
    granted = {"id": "APP-1", "approver": approver, "granted": "2026-02-05", "evidence": evidence}
    form["approvals"] = [granted | {"scope": {"stages": ["final"]}}]
    scope = {"production": "TLW-1", "description": "re-ageing"}
    consented = {"id": "CON-1", "performer": "A. Actor", "kind": "digital_replica", "granted": "2026-01-15"}
    form["consents"] = [consented | {"scope": scope, "evidence": evidence}]
    (place.folder / "paper" / "same.yaml").write_text(text(form), encoding="utf-8")
    assert comparable(scanned(place, "yaml", "same.yaml")) == comparable(complete)


def test_the_same_content_as_csv_files_gives_the_same_report(place: Place, complete: Told) -> None:
    book = load_workbook(place.folder / "paper" / "complete.xlsx")
    files = [exported(sheet, place.folder / "paper") for sheet in book.worksheets]
    assert comparable(scanned(place, "csv", *files)) == comparable(complete)


def exported(sheet: Worksheet, folder: Path) -> str:
    """A sheet as a spreadsheet exports it, one without any row under its heads too."""
    name = f"{sheet.title.lower()}.csv"
    with (folder / name).open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([[value or "" for value in row] for row in sheet.iter_rows(values_only=True)])
    return name


def comparable(told: Told) -> dict[str, Any]:
    """A report without what is told of the run, and without the names and digests of the files."""
    assert told.code == 0, told.outcome.err
    report = deepcopy(without_run_fields(told.report))  # type: ignore[arg-type]  # JSON as read
    del report["run"]["inputs"]["declarations"]
    return report
