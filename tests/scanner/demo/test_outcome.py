"""A scan of the demo finds exactly what its builder and its docs say."""

import json
from pathlib import Path
from typing import Any

import pytest

from fixtures.demo import demo_drop
from scanner.cli.main import provscan
from scanner.demo.build import AS_OF, EXPECTED, HIDDEN, DemoDrop


@pytest.fixture
def demo(tmp_path_factory: pytest.TempPathFactory) -> DemoDrop:
    return demo_drop(tmp_path_factory)


def scanned(demo: DemoDrop, folder: Path, *more: str) -> tuple[int, dict[str, Any]]:
    """Exit code and report of a scan with the demo's references and paper."""
    out = folder / "report"
    words = ["scan", demo.drop, "--references", demo.references, "--declarations", demo.declarations]
    words += ["--as-of", AS_OF, "--out", out, "--cache", folder / "cache", "--quiet", *more]
    code: int = provscan.main([str(word) for word in words], standalone_mode=False)
    report: dict[str, Any] = json.loads((out / "report.json").read_text("utf-8"))
    return code, report


def outcome(report: dict[str, Any]) -> list[tuple[str | None, str, str, tuple[int, int] | None]]:
    """Every finding of a report, as the expected outcome tells it."""
    places: list[dict[str, Any]] = [{"path": None, "findings": report["findings"]}, *report["assets"]]
    return [
        (
            place["path"],
            found["reason"],
            found["verdict"],
            (found["span"]["first_frame"], found["span"]["last_frame"]) if found["span"] else None,
        )
        for place in places
        for found in place["findings"]
    ]


def test_the_findings_are_exactly_the_documented_ones(demo: DemoDrop, tmp_path: Path) -> None:
    code, report = scanned(demo, tmp_path, "--trust", str(demo.trust))
    assert outcome(report) == list(EXPECTED)
    assert (code, report["outcome"], report["complete"]) == (1, "fail", True)
    assert [skipped["path"] for skipped in report["skipped"]] == [HIDDEN]


def test_without_the_demo_authority_only_the_signer_becomes_a_note(demo: DemoDrop, tmp_path: Path) -> None:
    code, report = scanned(demo, tmp_path)
    note = ("stills/TLW_103_portrait_v001.jpg", "credential.untrusted", "info", None)
    assert set(outcome(report)) ^ set(EXPECTED) == {note}
    assert code == 1
