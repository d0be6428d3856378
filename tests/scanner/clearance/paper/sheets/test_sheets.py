"""The same paper as YAML, as CSV and as a workbook, and what spreadsheets do to it."""

import datetime as dt
import re
from collections.abc import Sequence
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from fixtures.sheets import comma, repacked, workbook
from scanner.clearance.paper.documents import read_all
from scanner.clearance.paper.model import Paper
from scanner.clearance.paper.reader import load
from scanner.clearance.paper.sheets.columns import folded, known
from scanner.errors import PaperError, UsageError

PRODUCTION = [["Title", "Production ID", "Time Zone", "Frame Rate", "Rights Holders"]]
PRODUCTION += [["The Long Winter", "TLW-1", "Europe/Paris", "24", "Example Films; Example Streamer"]]
COLUMNS: dict[str, tuple[str | None, str | None]] = {
    "Declaration ID": ("DEC-1", "DEC-2"),
    "GenAI?": ("oui", "no"),
    "Fichier": ("VFX/a.mov; VFX/b.mov", "audio/"),
    "SHA256": (None, "ab" * 32),
    "Images": ("1001-1040", None),
    "First Frame": ("1001", None),
    "Outil": ("Gen", None),
    "Version": ("4.10", None),
    "Plan Type": ("Enterprise", None),
    "Trains On Inputs": ("no", None),
    "Use Category": ("VFX", None),
    "Ressemblance": ("Y", None),
    "3rd-party IP": ("N", None),
    "P1": ("yes", None),
    "P4": ("no", None),
    "Performer": ("A. Actor", None),
    "Consent ID": ("CON-1", None),
    "Approval ID": ("APP-1", None),
    "Approved By": ("N. Approver", None),
    "Org": ("Example Streamer", None),
    "Approval Date": ("2026-02-05", None),
    "Evidence File": ("APP-1.txt", None),
    "Approved For": ("FINAL", None),
    "Declared By": ("J. Perez", "M. Sound"),
    "Delivery": ("DEL-1", "DEL-1"),
    "Stage": ("FINAL", None),
}
WIDE: Sequence[Sequence[object]] = [list(COLUMNS), *map(list, zip(*COLUMNS.values(), strict=True))]
CONSENTS = [["Consent ID", "Performer", "Kind", "Granted", "Production", "Description"]]
CONSENTS += [["CON-1", "A. Actor", "Digital Alteration", "2026-01-15", "TLW-1", "re-ageing"]]
AS_YAML = {
    "schema": "provscan/declarations/1",
    "production": {
        "title": "The Long Winter",
        "id": "TLW-1",
        "timezone": "Europe/Paris",
        "fps": "24",
        "rights_holders": ["Example Films", "Example Streamer"],
    },
    "deliveries": [{"id": "DEL-1", "stage": "final"}],
    "tools": {
        "Gen 4.10": {"name": "Gen", "version": "4.10", "licence_tier": "Enterprise", "trains_on_inputs": "no"},
    },
    "declarations": [
        {
            "id": "DEC-1",
            "ai_used": "yes",
            "deliveries": ["DEL-1"],
            "assets": [
                {"path": "VFX/a.mov", "frames": "1001-1040", "first_frame": "1001"},
                {"path": "VFX/b.mov", "frames": "1001-1040", "first_frame": "1001"},
            ],
            "tools": ["Gen 4.10"],
            "use": "final_vfx",
            "involves": ["talent_likeness"],
            "principles": {"p1": "yes", "p4": "no"},
            "talent": [{"performer": "A. Actor", "consent": "CON-1"}],
            "approvals": ["APP-1"],
            "declared_by": {"name": "J. Perez"},
        },
        {
            "id": "DEC-2",
            "ai_used": "no",
            "deliveries": ["DEL-1"],
            "assets": [{"path": "audio/", "sha256": "ab" * 32}],
            "declared_by": {"name": "M. Sound"},
        },
    ],
    "approvals": [
        {
            "id": "APP-1",
            "approver": {"name": "N. Approver", "org": "Example Streamer"},
            "granted": "2026-02-05",
            "scope": {"stages": ["final"]},
            "evidence": {"file": "APP-1.txt"},
        }
    ],
    "consents": [
        {
            "id": "CON-1",
            "performer": "A. Actor",
            "kind": "digital_alteration",
            "granted": "2026-01-15",
            "scope": {"production": "TLW-1", "description": "re-ageing"},
        }
    ],
}


def said(paper: Paper) -> list[object]:
    return [
        paper.production,
        paper.deliveries,
        dict(paper.tools),
        paper.declarations,
        paper.approvals,
        paper.consents,
        paper.licences,
        paper.watch_names,
    ]


def mistakes(*files: Path) -> list[str]:
    with pytest.raises(PaperError) as caught:
        load(files)
    return [str(mistake).rpartition("/")[2] for mistake in caught.value.mistakes]


@pytest.fixture
def as_yaml(tmp_path: Path) -> Paper:
    file = tmp_path / "paper.yaml"
    file.write_text(yaml.safe_dump(AS_YAML), encoding="utf-8")
    return load([file])


def test_a_workbook_says_what_the_yaml_says(tmp_path: Path, as_yaml: Paper) -> None:
    book = workbook(tmp_path / "paper.xlsx", {"Production": PRODUCTION, "AI register": WIDE, "Consents": CONSENTS})
    assert said(load([book])) == said(as_yaml)


@pytest.mark.parametrize(("separator", "encoding"), [(",", "utf-8"), (";", "utf-8-sig"), ("\t", "utf-8")])
def test_csv_files_say_what_the_yaml_says(tmp_path: Path, as_yaml: Paper, separator: str, encoding: str) -> None:
    sheets: dict[str, Sequence[Sequence[object]]] = {
        "production": PRODUCTION,
        "TLW_declarations": WIDE,
        "consents": CONSENTS,
    }
    files = [comma(tmp_path / f"{name}.csv", rows, separator, encoding) for name, rows in sheets.items()]
    assert said(load(files)) == said(as_yaml)


def test_an_empty_sheet_and_a_name_before_the_kind_of_sheet_do_no_harm(tmp_path: Path, as_yaml: Paper) -> None:
    sheets: dict[str, Sequence[Sequence[object]]] = {
        "TLW_103_production": PRODUCTION,
        "TLW_103_declarations": WIDE,
        "TLW_103_consents": CONSENTS,
        "TLW_103_licences": [["Licence ID", "Reference", "Licensor"]],
    }
    files = [comma(tmp_path / f"{name}.csv", rows) for name, rows in sheets.items()]
    assert said(load(files)) == said(as_yaml)


DECISION = ["Finding", "Reason", "Note", "By Org", "Created", "Expires"]


def test_every_column_of_the_documentation_is_known() -> None:
    page = (Path(__file__).resolve().parents[5] / "docs" / "declarations.md").read_text(encoding="utf-8")
    rows = page.split("| column of the wide sheet |")[1].split("\n\n")[0].splitlines()[2:]
    heads = [head for row in rows for cell in row.split("|")[1:3] for head in re.split("[,;…]", cell) if head.strip()]
    assert len(heads) > 60
    assert [head for head in heads if folded(head) not in known("declarations")] == []


def test_decisions_are_read_from_sheets_of_their_own(tmp_path: Path) -> None:
    book = workbook(
        tmp_path / "p.xlsx",
        {
            "Production": PRODUCTION,
            "Waivers": [
                ["Waiver ID", "Waived By", *DECISION],
                ["W-1", "Q. Tech", "b3c1d2e4f5a60718", "Licensed stock", "As in 102", "QC", "2026-04-01", "2026-06-30"],
            ],
            "Confirmations": [
                ["Confirmation ID", "Confirmed By", *DECISION],
                [
                    "C-1",
                    "Q. Tech",
                    "a1c1d2e4f5a60718",
                    "visual_inspection",
                    "Compared",
                    "QC",
                    dt.date(2026, 4, 1),
                    None,
                ],
            ],
        },
    )
    paper = load([book])
    (waiver,), (confirmation,) = paper.waivers, paper.confirmations
    assert (waiver.id, waiver.by.name, waiver.reason, str(waiver.expires)) == (
        *("W-1", "Q. Tech", "licensed_stock"),
        "2026-06-30",
    )
    assert (confirmation.id, confirmation.by.org, confirmation.reason) == ("C-1", "QC", "visual_inspection")
    assert (str(confirmation.created), confirmation.expires) == ("2026-04-01", None)


def test_a_finding_s_id_that_became_a_number_is_refused(tmp_path: Path) -> None:
    rows: Sequence[Sequence[object]] = [
        ["Waiver ID", "By", *DECISION],
        ["W-1", "Q.", 1234567890123456, "false_positive", "n", "QC", None, None],
    ]
    book = workbook(tmp_path / "p.xlsx", {"Production": PRODUCTION, "Waivers": rows})
    assert any("Waivers!C2: a cell of type whole number" in each for each in mistakes(book))


def test_a_sheet_may_name_tools_that_another_file_defines(tmp_path: Path) -> None:
    tools = comma(tmp_path / "tools.csv", [["Tool ID", "Tool", "Version"], ["gen4", "Gen", "4.10"]])
    heads = ["ID", "AI Used", "File", "Tool", "Use", "Declared By"]
    rows = [heads, ["D-1", "yes", "a.mov", "gen4", "temp", "J."], ["D-2", "yes", "b.mov", "gen5", "temp", "J."]]
    declared = comma(tmp_path / "declarations.csv", rows)
    production = comma(tmp_path / "production.csv", PRODUCTION)
    assert mistakes(production, declared, tools) == [
        "declarations.csv:3:4: there is no tool 'gen5'; did you mean gen4?"
    ]


def test_each_mistake_of_a_workbook_is_told_at_its_cell(tmp_path: Path) -> None:
    heads = [
        "ID",
        "AI Used",
        "File",
        "Shot",
        "TC In",
        "Frames",
        "Tool",
        "Version",
        "Use",
        "Aproval ID",
        "Remarks",
        "Declared By",
    ]
    rows: Sequence[Sequence[object]] = [
        heads,
        ["D-1", "yes", "a.mov", 10, None, None, "Gen", 4.1, "temp", None, "free text", "J."],
        ["D-2", "yes", "b.mov", None, dt.time(10, 0, 10), 1001, "Gen", None, "temp", None, None, "J."],
        ["D-3", "perhaps", "c.mov", None, None, None, "=A1", None, "tmp", None, None, dt.date(2026, 1, 2)],
        ["D-1", "no", "../out.mov", None, None, "1040-1001", None, None, None, None, None, "J."],
    ]
    book = workbook(tmp_path / "paper.xlsx", {"Production": PRODUCTION, "Register": rows})
    found = "\n".join(mistakes(book))
    for expected in (
        "paper.xlsx:Register!J1: the column 'Aproval ID' isn't known; did you mean approval id?",
        "paper.xlsx:Register!D2: a cell of type whole number (10) may have lost zeros in front",
        "paper.xlsx:Register!H2: a cell of type number (4.1) may have lost zeros at its end",
        "paper.xlsx:Register!E3: a cell of type time of day (10:00:10) has lost its frames",
        "paper.xlsx:Register!B4: ai_used: 'perhaps' is none of yes, no",
        "paper.xlsx:Register!G4: a formula whose value was never saved",
        "paper.xlsx:Register!I4: use: 'tmp' is none of",
        "paper.xlsx:Register!L4: a cell of type date (2026-01-02) stands where a text belongs",
        "paper.xlsx:Register!A5: a second declaration 'D-1'; the first: Register!A2",
        "out.mov' leads out",
        "paper.xlsx:Register!F5: frames: the range 1040-1001 ends before it begins",
    ):
        assert expected in found, found


def test_a_part_of_a_file_is_a_column_of_declarations_approvals_and_licences(tmp_path: Path) -> None:
    heads = ["ID", "AI Used", "File", "Part", "Declared By"]
    declared = [heads, ["D-1", "no", "a.docx; b.docx", "member:word/media/image1.png", "J."]]
    approved = [["ID", "Approved By", "Org", "Approval Date", "Evidence File", "File", "Part"]]
    approved += [["A-1", "N.", "X", "2026-01-01", "e.txt", "m.mp4", "track:1"]]
    licensed = [["Licence ID", "Reference", "File", "Part"], ["L-1", "r.png", "p.pdf", "image:7"]]
    sheets = {"Production": PRODUCTION, "Declarations": declared, "Approvals": approved, "Licences": licensed}
    paper = load([workbook(tmp_path / "p.xlsx", sheets)])
    assert [(selector.path, selector.part) for selector in paper.declarations[0].assets] == [
        ("a.docx", "member:word/media/image1.png"),
        ("b.docx", "member:word/media/image1.png"),
    ]
    assert [(selector.path, selector.part) for selector in paper.approvals[0].scope.assets] == [("m.mp4", "track:1")]
    assert [(selector.path, selector.part) for selector in paper.licences[0].scope.assets] == [("p.pdf", "image:7")]


def test_a_part_without_a_file_is_a_mistake(tmp_path: Path) -> None:
    heads = ["ID", "AI Used", "Shot", "Part", "Declared By"]
    approved = [["ID", "Approved By", "Org", "Approval Date", "Evidence File", "Part"]]
    approved += [["A-1", "N.", "X", "2026-01-01", "e.txt", "track:1"]]
    sheets = {"Production": PRODUCTION, "Declarations": [heads, ["D-1", "no", "sh010", "page:2", "J."]]}
    assert mistakes(workbook(tmp_path / "p.xlsx", {**sheets, "Approvals": approved})) == [
        "p.xlsx:Declarations!D2: a part without a file: name the file that it lies in",
        "p.xlsx:Approvals!F2: a part without a file: name the file that it lies in",
    ]


def test_an_unknown_column_or_sheet_is_a_warning(tmp_path: Path) -> None:
    rows = [["ID", "AI Used", "File", "Weather", "Declared By"], ["D-1", "no", "a.mov", "free", "J."]]
    book = workbook(tmp_path / "p.xlsx", {"Production": PRODUCTION, "Declarations": rows, "Notes": [["x"], ["y"]]})
    warned = [str(warning).rpartition("/")[2] for warning in load([book]).warnings]
    assert warned == [
        "p.xlsx:Declarations!D1: the column 'Weather' isn't known; it isn't read",
        "p.xlsx:Notes!A1: the sheet 'Notes' is none of ours; it isn't read",
    ]


def test_what_rows_say_of_one_approval_has_to_agree(tmp_path: Path) -> None:
    heads = ["ID", "AI Used", "File", "Approval ID", "Approved By", "Org", "Approval Date", "Evidence", "Declared By"]
    rows: Sequence[Sequence[object]] = [
        heads,
        ["D-1", "no", "a.mov", "A-1", "N.", "X", "2026-01-01", "e.txt", "J."],
        ["D-2", "no", "b.mov", "A-1", "N.", "X", "2026-01-02", None, "J."],
    ]
    book = workbook(tmp_path / "p.xlsx", {"Production": PRODUCTION, "Declarations": rows})
    (mistake,) = mistakes(book)
    assert mistake == "p.xlsx:Declarations!G3: '2026-01-02' here, '2026-01-01' at Declarations!G2: they have to agree"


def test_merged_cells_are_refused_where_they_are(tmp_path: Path) -> None:
    from openpyxl import load_workbook

    rows = [["ID", "AI Used", "File", "Declared By"], ["D-1", "no", "a.mov", "J."], ["D-2", "no", "b.mov", "J."]]
    path = workbook(tmp_path / "p.xlsx", {"Production": PRODUCTION, "Declarations": rows})
    book = load_workbook(path)
    book["Declarations"].merge_cells("D2:D3")
    book.save(path)
    assert any(each.startswith("p.xlsx:Declarations!D2: merged cells hold one value only") for each in mistakes(path))


def test_a_macro_a_link_and_a_million_empty_rows_do_no_harm(tmp_path: Path, as_yaml: Paper) -> None:
    path = workbook(tmp_path / "p.xlsx", {"Production": PRODUCTION, "Register": WIDE, "Consents": CONSENTS})
    repacked(path, {"xl/vbaProject.bin": b"\x00" * 100, "xl/externalLinks/externalLink1.xml": b"<x/>"})
    import zipfile

    with zipfile.ZipFile(path) as archive:
        sheet = archive.read("xl/worksheets/sheet2.xml")
    empty = b"".join(b'<row r="%d"/>' % number for number in range(4, 200_000))
    repacked(path, {"xl/worksheets/sheet2.xml": sheet.replace(b"</sheetData>", empty + b"</sheetData>")})
    assert said(load([path])) == said(as_yaml)


def test_a_bomb_and_what_is_no_workbook_are_refused(tmp_path: Path) -> None:
    bomb = workbook(tmp_path / "bomb.xlsx", {"Declarations": [["ID"]]})
    repacked(bomb, {f"xl/media/{number}.bin": b"\0" * 30_000_000 for number in range(10)})
    text = tmp_path / "text.xlsx"
    text.write_text("ID,AI Used\n", encoding="utf-8")
    entities = workbook(tmp_path / "entities.xlsx", {"Declarations": [["ID"]]})
    lol = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><worksheet>&b;</worksheet>'
    repacked(entities, {"xl/worksheets/sheet1.xml": lol})
    assert mistakes(bomb) == ["bomb.xlsx: it unpacks to more than any declarations have"]
    assert mistakes(text) == ["text.xlsx: not an Excel workbook; save it as .xlsx"]
    assert "not a workbook that can be read" in mistakes(entities)[0]


@pytest.mark.parametrize("name", ["a.ods", "a.xls", "a.txt", "a"])
def test_other_kinds_of_file_are_refused(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"x")
    with pytest.raises(UsageError):
        load([tmp_path / name])


@given(st.binary(max_size=400))
def test_any_bytes_give_mistakes_and_never_break_the_reader(raw: bytes) -> None:
    for name in ("x.csv", "declarations.csv", "x.xlsx"):
        (document,), found, _ = read_all([(name, raw)])
        assert document or found


_FIELDS = st.sampled_from(["", "yes", "no", "D-1", "a.mov; b.mov", "1001-1040", "Gen", "2026-01-01", "=x", "a\nb", '"'])


@given(st.lists(st.lists(_FIELDS, max_size=7), max_size=6))
def test_any_rows_are_read_or_refused(rows: list[list[str]]) -> None:
    import csv
    import io

    written = io.StringIO(newline="")
    heads = ["ID", "AI Used", "File", "Frames", "Tool", "Approval Date", "TC In"]
    csv.writer(written).writerows([heads, *rows])
    (document,), found, _ = read_all([("declarations.csv", written.getvalue().encode())])
    assert document or found or not any(map(any, rows))
