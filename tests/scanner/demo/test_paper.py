"""The demo's paper holds together, and its outcome is the one that the docs tell."""

import hashlib
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from fixtures.demo import demo_drop
from scanner.demo import build
from scanner.demo.build import DemoDrop

DOCS = Path(__file__).parents[3] / "docs" / "demo.md"


@pytest.fixture
def demo(tmp_path_factory: pytest.TempPathFactory) -> DemoDrop:
    return demo_drop(tmp_path_factory)


@pytest.fixture
def paper(demo: DemoDrop) -> dict[str, Any]:
    found: dict[str, Any] = yaml.load(demo.declarations.read_text("utf-8"), Loader=yaml.BaseLoader)  # noqa: S506 - text only
    return found


def test_every_letter_is_pinned_by_its_checksum(demo: DemoDrop, paper: dict[str, Any]) -> None:
    letters = [entry["evidence"] for part in ("approvals", "licences") for entry in paper[part]]
    letters += [tool["terms"] for tool in paper["tools"].values() if "terms" in tool]
    home = demo.declarations.parent
    for letter in letters:
        assert hashlib.sha256((home / letter["file"]).read_bytes()).hexdigest() == letter["sha256"], letter
    assert {home / letter["file"] for letter in letters} == set((home / "evidence").iterdir())


def test_every_id_that_is_used_is_defined(paper: dict[str, Any]) -> None:
    approvals = {approval["id"] for approval in paper["approvals"]}
    deliveries = {delivery["id"] for delivery in paper["deliveries"]}
    for declared in paper["declarations"]:
        assert set(declared.get("approvals", ())) <= approvals
        assert set(declared.get("tools", ())) <= set(paper["tools"])
        assert set(declared["deliveries"]) <= deliveries


def test_the_newspaper_is_declared_by_its_checksum(demo: DemoDrop, paper: dict[str, Any]) -> None:
    [selector] = next(entry for entry in paper["declarations"] if entry["id"] == "DEC-002")["assets"]
    assert selector == {"sha256": hashlib.sha256((demo.drop / build.NEWSPAPER).read_bytes()).hexdigest()}


def test_the_licence_names_a_reference_and_the_still_that_shows_it(demo: DemoDrop, paper: dict[str, Any]) -> None:
    [licence] = paper["licences"]
    assert (demo.references / licence["reference"]).is_file()
    assert licence["scope"]["assets"] == [{"path": build.PAINTING}]


def test_the_docs_tell_every_finding_of_the_expected_outcome() -> None:
    rows = {
        (cells[0], cells[1], cells[2], cells[3])
        for line in DOCS.read_text("utf-8").splitlines()
        if len(cells := [cell.strip(" `") for cell in line.strip("|").split("|")]) > 4
        and cells[1].count(".") == 1
        and re.fullmatch(r"[a-z_.]+", cells[1])
    }
    expected = {
        (one.path or "(the drop)", one.reason, one.verdict, "-".join(map(str, one.frames)) if one.frames else "")
        for one in build.EXPECTED
    }
    assert rows == expected


def test_every_asset_of_the_drop_has_an_expected_outcome() -> None:
    within = {name.removeprefix(f"{build.DROP}/") for name in build.FILES if name.startswith(build.DROP)}
    frames = {build.PLATE % number for number in range(1001, 1011)}
    assert {one.path for one in build.EXPECTED} - {None} == within - frames - {build.HIDDEN} | {build.PLATE}
