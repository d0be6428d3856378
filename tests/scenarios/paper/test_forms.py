"""Forms and sheets: what the product writes it reads back, and a blank between semicolons keeps its place."""

import io
import zipfile
from datetime import date, datetime
from pathlib import Path
from typing import Any, cast

import pytest
import yaml
from openpyxl import Workbook, load_workbook

from fixtures.paper import PRODUCTION, book, consent, text
from scanner.clearance.paper.model import Paper, Selector
from scanner.clearance.paper.reader import load
from scanner.clearance.scope.roster import Roster
from scanner.clearance.scope.selectors import pick
from scanner.errors import PaperError
from scanner.report import form
from scanner.report.model import Report
from scanner.written.listing import joined, split
from tests.scanner.clearance.drops import still

NAMES = [
    "VFX/clip;final.mov",
    'VFX/12" reel.mov',
    '"VFX"/quoted;twice".mov',
    "a b/[x] \u00fcn\u00ef.jpg",
    "VFX/it's #1, 100%: yes.mov",
    "VFX/line\nbreak.mov",
    "VFX/bell\x07.mov",
    " VFX/blank in front.mov",
    "VFX/blank behind.mov ",
    "VFX/caf\\xe9.mov",
    "VFX/*star?.mov",
    "=SUM(A1).mov",
    "-rf.mov",
    "{a: b}.mov",
    "VFX/;.mov",
    "no",
    "VFX/" + "long" * 60 + ".mov",
]


TOOL = "Tool; \x00the \u201cbest\u201d"


def report(*paths: str, finding: str = "ac6c113a00000000", digest: str | None = None) -> Report:
    """A report of stills with one undeclared use of AI in each."""
    assets = [
        {
            "path": path,
            "kind": "still",
            "sha256": digest or still(path).sha256,
            "observations": [
                {"id": "o1", "where": "XMP; \u201cx\u201d", "generator": "Tool; \x00the \u201cbest\u201d"}
            ],
            "findings": [
                {
                    "id": finding if digest else f"{number:08x}{finding[8:]}",
                    "reason": "ai.undeclared",
                    "decision": None,
                    "span": None,
                    "observations": ["o1"],
                }
            ],
        }
        for number, path in enumerate(paths)
    ]
    return cast("Report", {"assets": assets, "drop": {"name": "D", "stage": "final"}})


def read_yaml(written: str, folder: Path) -> Paper:
    data: Any = yaml.load(written, yaml.BaseLoader)  # noqa: S506 - makes texts alone
    for row in data["declarations"]:
        row |= {"use": "final_vfx", "declared_by": {"name": "C"}}
        row["principles"] = {}
    data |= {"production": PRODUCTION}
    (folder / "form.yaml").write_text(text(data), encoding="utf-8")
    return load([folder / "form.yaml"])


def read_workbook(written: bytes, folder: Path) -> Paper:
    filled = load_workbook(io.BytesIO(written))
    sheet = filled["Declarations"]
    heads = {str(cell.value): cell.column or 0 for cell in sheet[1]}
    for row in range(2, sheet.max_row + 1):
        if sheet.cell(row, 1).value:
            sheet.cell(row, heads["Use Category"]).value = "VFX"
            sheet.cell(row, heads["Declared By"]).value = "C"
    filled.save(folder / "form.xlsx")
    (folder / "rest.yaml").write_text(text(book() | {"tools": {}}), encoding="utf-8")
    return load([folder / "form.xlsx", folder / "rest.yaml"])


def meant(selectors: tuple[Selector, ...], paths: list[str]) -> set[str]:
    roster = Roster.of([still(path) for path in [*paths, "VFX/decoy.mov", "VFX/line break.mov", "VFX/xstary.mov"]])
    return {roster.subjects[index].path for selector in selectors for index in pick(selector, roster).frames}


@pytest.mark.parametrize("path", NAMES)
def test_a_form_that_the_product_writes_is_read_back_whatever_a_name_holds(path: str, tmp_path: Path) -> None:
    made = report(path)
    papers = [
        read_yaml(form.as_yaml(made, complete=False), tmp_path),
        read_workbook(form.as_workbook(made, complete=False), tmp_path),
    ]
    for paper in papers:
        (row,) = paper.declarations
        assert meant(row.assets, [path]) == {path}
        assert len(row.tools) == 1
        assert paper.tools[row.tools[0]].name == "Tool;  the \u201cbest\u201d"


def test_the_same_bytes_at_two_paths_are_one_row_that_covers_both(tmp_path: Path) -> None:
    paths = ["stills/a.jpg", "stills/copy; of a.jpg"]
    made = report(*paths, digest="ab" * 32)
    for paper in (
        read_yaml(form.as_yaml(made, complete=False), tmp_path),
        read_workbook(form.as_workbook(made, complete=False), tmp_path),
    ):
        (row,) = paper.declarations
        assert meant(row.assets, paths) == set(paths)


def test_the_same_bytes_at_a_path_that_no_paper_holds_are_named_by_their_checksum(tmp_path: Path) -> None:
    made = report("stills/a.jpg", "stills/copy\n.jpg", digest="ab" * 32)
    for paper in (
        read_yaml(form.as_yaml(made, complete=False), tmp_path),
        read_workbook(form.as_workbook(made, complete=False), tmp_path),
    ):
        (row,) = paper.declarations
        assert [each.sha256 for each in row.assets] == ["ab" * 32]


@pytest.mark.parametrize("values", [["a"], ["a;b", "c"], ['"', "x"], ["", "x"], [" a ", "b"], ['a"b;c"', '""']])
def test_a_list_in_a_cell_is_split_into_what_was_joined(values: list[str]) -> None:
    assert split(joined(values)) == values


# ---- sheets that people fill in --------------------------------------------------------------------------------------

HEADS = "Declaration ID;AI Used;File;Tool;Use Category;Declared By"
ROW = "DEC-1;yes;VFX/shot.mov;Sora;VFX;J. Perez"


def as_csv(folder: Path, heads: str, cells: str) -> Paper:
    (folder / "a_declarations.csv").write_text(f"{HEADS};{heads}\n{ROW};{cells}\n", encoding="utf-8")
    data = book(consents=[consent(key, evidence=None) for key in ("CON-1", "CON-2")]) | {"tools": {}}
    (folder / "rest.yaml").write_text(text(data), encoding="utf-8")
    return load([folder / "a_declarations.csv", folder / "rest.yaml"])


def test_a_blank_between_semicolons_keeps_its_place(tmp_path: Path) -> None:
    cells = 'talent_likeness;"A. Actor; B. Star";"CON-1; ";"; unrecognisable"'
    (row,) = as_csv(tmp_path, "Involves;Performer;Consent ID;Exemption", cells).declarations
    assert [(each.performer, each.consent, each.exemption) for each in row.talent] == [
        ("A. Actor", "CON-1", "none"),
        ("B. Star", None, "unrecognisable"),
    ]


def test_a_consent_behind_a_blank_is_the_second_performers(tmp_path: Path) -> None:
    cells = 'talent_likeness;"A. Actor; B. Star; C";"; CON-2";"unrecognisable"'
    (row,) = as_csv(tmp_path, "Involves;Performer;Consent ID;Exemption", cells).declarations
    assert [(each.consent, each.exemption) for each in row.talent] == [
        (None, "unrecognisable"),
        ("CON-2", "none"),
        (None, "none"),
    ]


def files(folder: Path, paths: str, sums: str) -> Paper:
    (folder / "a_declarations.csv").write_text(
        f'ID;AI Used;File;Checksum;Tool;Use Category;Declared By\nD;yes;"{paths}";"{sums}";Sora;VFX;C\n',
        encoding="utf-8",
    )
    (folder / "rest.yaml").write_text(text(book() | {"tools": {}}), encoding="utf-8")
    return load([folder / "a_declarations.csv", folder / "rest.yaml"])


@pytest.mark.parametrize(
    ("paths", "sums", "pinned"),
    [
        ("a.mov; b.mov", "; {0}", [None, "0"]),
        ("a.mov; b.mov", "{0}; ", ["0", None]),
        ("a.mov; b.mov", "{0}; {1}", ["0", "1"]),
        ("a.mov; b.mov; c.mov", "; {0};", [None, "0", None]),
        ("a.mov", "{0}", ["0"]),
        ("", "{0}; {1}", ["0", "1"]),
    ],
)
def test_a_checksum_pins_the_file_in_its_place(paths: str, sums: str, pinned: list[str | None], tmp_path: Path) -> None:
    (row,) = files(tmp_path, paths, sums.format("0" * 64, "1" * 64)).declarations
    assert [each.sha256 and each.sha256[0] for each in row.assets] == pinned


def test_one_checksum_for_two_files_is_refused_as_before(tmp_path: Path) -> None:
    with pytest.raises(PaperError) as refused:
        files(tmp_path, "a.mov; b.mov", "0" * 64)
    assert "1 checksums for 2 files" in refused.value.mistakes[0].message


# ---- workbooks -------------------------------------------------------------------------------------------------------


def workbook(folder: Path, granted: object) -> Path:
    made = Workbook()
    made.remove(made.worksheets[0])

    sheet = made.create_sheet("Approvals")
    sheet.append(["ID", "Approved By", "Approver Org", "Granted", "Approved For", "Evidence File"])
    sheet.append(["APP-1", "N. Approver", "Example Streamer", granted, "FINAL", "evidence/APP-1.txt"])
    made.save(folder / "a.xlsx")
    (folder / "rest.yaml").write_text(text(book()), encoding="utf-8")
    return folder / "a.xlsx"


@pytest.mark.parametrize(
    ("granted", "told"),
    [
        (datetime(2026, 2, 5, 14, 30), True),  # noqa: DTZ001 - as a spreadsheet holds it
        (datetime(2026, 2, 5, 23, 59, 59), True),  # noqa: DTZ001
        ("2026-02-05 14:30", True),
        ("2026-02-05T14:30:00Z", True),
        (datetime(2026, 2, 5), False),  # noqa: DTZ001
        (date(2026, 2, 5), False),
        ("2026-02-05", False),
    ],
)
def test_a_day_with_a_time_is_that_day_and_says_so(granted: object, told: bool, tmp_path: Path) -> None:
    paper = load([workbook(tmp_path, granted), tmp_path / "rest.yaml"])
    assert paper.approvals[0].granted == date(2026, 2, 5)
    assert any("is taken for the day 2026-02-05" in warning.message for warning in paper.warnings) is told


@pytest.mark.parametrize("granted", ["05/02/2026", "5 February 2026", "2026-02-30 10:00", 46058.6])
def test_what_is_no_day_is_a_mistake_as_before(granted: object, tmp_path: Path) -> None:
    with pytest.raises(PaperError):
        load([workbook(tmp_path, granted), tmp_path / "rest.yaml"])


def test_a_strict_workbook_is_refused_with_the_way_to_save_it(tmp_path: Path, recwarn: pytest.WarningsRecorder) -> None:
    plain = workbook(tmp_path, "2026-02-05")
    strict = tmp_path / "strict.xlsx"
    with zipfile.ZipFile(plain) as source, zipfile.ZipFile(strict, "w") as target:
        for member in source.namelist():
            content = source.read(member)
            for old, new in (
                ("spreadsheetml/2006/main", "spreadsheetml/main"),
                ("officeDocument/2006", "officeDocument"),
            ):
                content = content.replace(
                    f"http://schemas.openxmlformats.org/{old}".encode(), f"http://purl.oclc.org/ooxml/{new}".encode()
                )
            target.writestr(member, content)
    with pytest.raises(PaperError) as refused:
        load([strict, tmp_path / "rest.yaml"])
    (mistake,) = refused.value.mistakes
    assert mistake.message == "saved as Strict Open XML; save it as an ordinary .xlsx (Excel Workbook)"
    assert not recwarn.list
