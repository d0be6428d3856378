"""Bad paper, all of it at once: exit 2, every mistake with its place, nothing judged. What does no harm is read."""

import os
import zipfile
from collections.abc import Sequence
from pathlib import Path

import pytest

from fixtures.command import Outcome, provscan
from fixtures.sheets import repacked, workbook

HEAD = """\
schema: provscan/declarations/1
production: {title: The Long Winter, id: TLW-1, timezone: UTC, fps: "30000/1001"}
deliveries: [{id: D1, stage: final, root: ., delivered: 2026-03-31}]
"""
MEANT = (
    HEAD
    + """\
declarations:
  - id: DEC-1
    ai_used: no
    assets:
      - {path: a.mov, frames: 1240-1001}
      - {path: b.mov, tc: "00:01:00;00-00:01:10;00"}
    declared_by: {name: "J. \\"Ace\\" Perez\\nof the North"}
approvals:
  - {id: A-1, approver: {name: N., org: X}, granted: 31/02/2026, evidence: {file: ../../etc/passwd}}
  - {id: A-2, approver: {name: N., org: X}, granted: 2026-02-31, evidence: {file: evidence/out.txt}}
consents:
  - {id: C-1, performer: "A \\"B\\"\\nC", kind: voice, granted: 2026-01-01, scope: {production: TLW-1, description: x}}
"""
)
BOMB = "a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n"
RAW = {
    "meant.yaml": MEANT.encode(),
    "bomb.yaml": BOMB.encode(),
    "tabs.yaml": (HEAD + "tools:\n\tgen: {name: Gen}\n").encode(),
    "wide.yaml": HEAD.encode("utf-16"),
    "latin.yaml": HEAD.replace("Winter", "Hiver \u00e9").encode("latin-1"),
}
"""Files by their names. What `meant.yaml` says has the right form, and half of it can't be so."""
EXPECTED = (
    "meant.yaml:8:31: frames: the range 1240-1001 ends before it begins",
    "meant.yaml:9:27: tc: '00:01:00;00' does not exist: drop-frame skips it",
    "meant.yaml:12:54: granted: '31/02/2026' is not a date such as 2026-03-31",
    "meant.yaml:12:83: file: '../../etc/passwd' leads out; give a relative path",
    "meant.yaml:13:54: granted: there is no such day as 2026-02-31",
    "meant.yaml:13:83: file: 'evidence/out.txt' is a link that leads out of the folder",
    "bomb.yaml:1:4: &a names a part to be used again; write things out instead",
    "bomb.yaml:3:9: *b stands for something written elsewhere; write it out",
    "tabs.yaml:5:1: a tab indents this line; YAML wants spaces",
    "wide.yaml:1:1: written as UTF-16; save it as UTF-8",
    "latin.yaml:2:36: not UTF-8 from here on; save it as UTF-8",
    "huge.yaml: larger than 8 MiB; no declarations are that long",
    "bomb.xlsx: it unpacks to more than any declarations have",
    "merged.xlsx:Declarations!D2: merged cells hold one value only; unmerge them and fill in each",
)
REGISTER: Sequence[Sequence[object]] = [
    ["ID", "AI Used", "File", "Declared By"],
    ["D-1", "no", "a.mov", "J."],
    ["D-2", "no", "b.mov", "J."],
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("bad")
    for name, raw in RAW.items():
        (folder / name).write_bytes(raw)
    (folder / "evidence").mkdir()
    (folder / "evidence" / "out.txt").symlink_to("/etc/hostname")
    with (folder / "huge.yaml").open("wb") as file:
        file.truncate(50 * 2**20)
    bomb = workbook(folder / "bomb.xlsx", {"Declarations": REGISTER})
    repacked(bomb, {f"xl/media/{number}.bin": b"\0" * 30_000_000 for number in range(10)})
    merged = workbook(folder / "merged.xlsx", {"Declarations": REGISTER})
    with zipfile.ZipFile(merged) as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml")
    cells = b'</sheetData><mergeCells count="1"><mergeCell ref="D2:D3"/></mergeCells>'
    repacked(merged, {"xl/worksheets/sheet1.xml": sheet.replace(b"</sheetData>", cells)})
    return folder


@pytest.fixture(scope="module")
def checked(folder: Path) -> Outcome:
    names = [*RAW, "huge.yaml", "bomb.xlsx", "merged.xlsx"]
    return provscan(folder, "declarations", "check", *names)


@pytest.mark.parametrize("mistake", EXPECTED)
def test_every_mistake_of_every_file_is_told_at_its_place_at_once(checked: Outcome, mistake: str) -> None:
    assert checked.code == 2
    assert mistake in checked.err


def test_nothing_of_what_evidence_points_to_is_shown(checked: Outcome) -> None:
    assert "root:" not in checked.err
    assert os.uname().nodename not in checked.err


def test_a_scan_with_such_paper_judges_nothing(folder: Path) -> None:
    (folder / "drop").mkdir()
    outcome = provscan(folder, "scan", "drop", "--declarations", "meant.yaml", "--declarations", "merged.xlsx")
    assert outcome.code == 2
    assert all(mistake in outcome.err for mistake in EXPECTED if mistake.startswith(("meant.yaml", "merged.xlsx")))
    assert not (folder / "drop.provscan").exists()


def test_what_does_no_harm_is_read_for_what_it_says(tmp_path: Path) -> None:
    """A byte order mark; a name with quotes and a line break; macros, links out and a million empty rows."""
    name = 'A. "Ace" Actor\\nof the North'.replace('"', '\\"')
    consent = f'{{id: C-1, performer: "{name}", kind: voice, granted: 2026-01-01, '
    consent += "scope: {production: TLW-1, description: x}}"
    (tmp_path / "paper.yaml").write_bytes((HEAD + f"consents:\n  - {consent}\n").encode("utf-8-sig"))
    register = workbook(tmp_path / "register.xlsx", {"Declarations": REGISTER})
    with zipfile.ZipFile(register) as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml")
    empty = b"".join(b'<row r="%d"/>' % number for number in range(5, 1_000_005))
    repacked(
        register,
        {
            "xl/worksheets/sheet1.xml": sheet.replace(b"</sheetData>", empty + b"</sheetData>"),
            "xl/vbaProject.bin": b"\0" * 100,
            "xl/externalLinks/externalLink1.xml": b"<x/>",
        },
    )
    checked = provscan(tmp_path, "declarations", "check", "paper.yaml", "register.xlsx")
    assert checked.code == 0, checked.err
    assert "declaration D-2: no generative AI, says J." in checked.out
    assert "consent C-1: voice for TLW-1" in checked.out
