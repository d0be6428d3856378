"""Writing, checking and describing declarations, through the real command."""

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator
from openpyxl import load_workbook

from fixtures.command import Outcome, provscan
from fixtures.media import still


@pytest.fixture(scope="module")
def scanned(tmp_path_factory: pytest.TempPathFactory) -> Path:
    work = tmp_path_factory.mktemp("work")
    drop = work / "drop"
    drop.mkdir()
    still(
        drop / "sh010.png", seed=1, text={"parameters": "a castle\nSteps: 20, Sampler: Euler a, CFG scale: 7, Seed: 1"}
    )
    still(
        drop / "=plate.png", seed=2, text={"parameters": "a moat\nSteps: 20, Sampler: Euler a, CFG scale: 7, Seed: 2"}
    )
    outcome = provscan(work, "scan", "drop", "--as-of", "2026-04-02")
    assert outcome.code == 1, outcome.err
    return work


def scan(work: Path, *files: str) -> Outcome:
    given = [word for file in files for word in ("--declarations", file)]
    return provscan(work, "scan", "drop", *given, "--as-of", "2026-04-02", "--stage", "temp", "--out", "again")


def as_text(written: str) -> dict[str, Any]:
    read = yaml.load(written, yaml.BaseLoader)  # noqa: S506 - makes texts alone
    assert isinstance(read, dict)
    return read


PRODUCTION = {"title": "T", "id": "T-1", "timezone": "UTC", "fps": "24"}


def test_a_form_that_is_not_filled_in_is_refused_and_the_blanks_are_named(scanned: Path) -> None:
    outcome = provscan(scanned, "declarations", "init", "drop.provscan", "--out", "form.yaml", "--force")
    assert outcome.code == 0, outcome.err
    checked = provscan(scanned, "declarations", "check", "form.yaml")
    assert checked.code == 2
    for blank in ("title is missing", "use is missing", "name is missing"):
        assert blank in checked.err


def test_a_filled_in_yaml_form_changes_the_verdict(scanned: Path) -> None:
    provscan(scanned, "declarations", "init", "drop.provscan/report.json", "--out", "filled.yaml", "--force")
    form = as_text((scanned / "filled.yaml").read_text(encoding="utf-8"))
    form["production"] = PRODUCTION
    for row in form["declarations"]:
        row |= {
            "use": "temp",
            "declared_by": {"name": "J. Perez"},
            "principles": dict.fromkeys(("p1", "p2", "p3", "p4", "p5"), "yes"),
        }
        row["tools"] = row["tools"] if row["tools"] and row["tools"] != [""] else ["sd"]
    form["tools"] = {
        **(form.get("tools") or {}),
        "sd": {"name": "Stable Diffusion", "stores_inputs": "no", "trains_on_inputs": "no"},
    }
    for tool in form["tools"].values():
        tool |= {"stores_inputs": "no", "trains_on_inputs": "no", "enterprise_agreement": "yes"}
    (scanned / "filled.yaml").write_text(yaml.safe_dump(form), encoding="utf-8")
    assert "ai.undeclared" not in json.dumps(scan(scanned, "filled.yaml").report("again")["assets"])


def test_a_filled_in_workbook_changes_the_verdict_as_its_yaml_does(scanned: Path) -> None:
    outcome = provscan(scanned, "declarations", "init", "drop.provscan", "--out", "form.xlsx", "--force")
    assert outcome.code == 0, outcome.err
    book = load_workbook(scanned / "form.xlsx")
    book["Production"].append([PRODUCTION["title"], PRODUCTION["id"], PRODUCTION["timezone"], PRODUCTION["fps"]])
    sheet = book["Declarations"]
    heads = {cell.value: cell.column or 0 for cell in sheet[1]}
    filled = [row for row in range(2, sheet.max_row + 1) if sheet.cell(row, heads["Declaration ID"]).value]
    assert len(filled) == 2
    for row in filled:
        values = {"Use Category": "temp", "Declared By": "J. Perez", "Stores Inputs": "no", "Trains On Inputs": "no"}
        values |= {"Enterprise": "yes", **dict.fromkeys(("P1", "P2", "P3", "P4", "P5"), "yes")}
        values |= {} if sheet.cell(row, heads["Tool"]).value else {"Tool": "Stable Diffusion"}
        for head, value in values.items():
            sheet.cell(row, heads[head]).value = value
    book.save(scanned / "form.xlsx")
    checked = provscan(scanned, "declarations", "check", "form.xlsx")
    assert checked.code == 0, checked.err
    assert "generative AI as temp" in checked.out
    assert "ai.undeclared" not in json.dumps(scan(scanned, "form.xlsx").report("again")["assets"])


def test_a_form_never_writes_over_a_file_unasked(scanned: Path) -> None:
    (scanned / "mine.yaml").write_text("mine", encoding="utf-8")
    outcome = provscan(scanned, "declarations", "init", "drop.provscan", "--out", "mine.yaml")
    assert outcome.code == 2
    assert (scanned / "mine.yaml").read_text(encoding="utf-8") == "mine"


@pytest.mark.parametrize("content", ["", "{}", "[]", '{"schema": "other"}'])
def test_what_is_no_report_is_refused(tmp_path: Path, content: str) -> None:
    (tmp_path / "report.json").write_text(content, encoding="utf-8")
    assert provscan(tmp_path, "declarations", "init", "report.json", "--out", "x.yaml").code == 2


def test_the_schema_accepts_the_documented_example_and_names_what_is_wrong(tmp_path: Path) -> None:
    schema = json.loads(provscan(tmp_path, "declarations", "schema").out)
    Draft202012Validator.check_schema(schema)
    validator = Draft202012Validator(schema)
    page = (Path(__file__).resolve().parents[3] / "docs" / "declarations.md").read_text(encoding="utf-8")
    example = as_text(page.split("```yaml\n")[1].split("```")[0])
    assert not list(validator.iter_errors(example))
    example["declarations"][0]["use"] = "tmp"
    example["declarations"][0]["asets"] = []
    example["approvals"][0]["granted"] = "2026-2-5"
    assert len(list(validator.iter_errors(example))) == 3
