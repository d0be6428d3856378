"""Deciding about findings and asking why they were made, through the real command."""

import shutil
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from fixtures.command import Outcome, provscan
from fixtures.media import still
from fixtures.paper import book, write
from scanner.clearance.policy import policy
from scanner.report.explain import of_reason
from scanner.terms.reason_texts import REASONS
from scanner.terms.reasons import Reason
from scanner.terms.verdicts import Stage

DAY = "2026-04-02"
MARK = "a castle\nSteps: 20, Sampler: Euler a, CFG scale: 7, Seed: 1"


@pytest.fixture(scope="module")
def scanned(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a drop, its paper, and the report of a scan."""
    work = tmp_path_factory.mktemp("work")
    (work / "drop").mkdir()
    still(work / "drop" / "sh010.png", seed=1, text={"parameters": MARK})
    still(work / "drop" / "ChatGPT Image May 12, 2025, 10_35_21 AM.png", seed=2)
    write(work / "paper", book())
    outcome = provscan(work, "scan", "drop", "--declarations", "paper/declarations.yaml", "--as-of", DAY)
    assert outcome.code == 1, outcome.err
    return work


@pytest.fixture
def work(scanned: Path, tmp_path: Path) -> Path:
    return shutil.copytree(scanned, tmp_path / "work")


def ids(work: Path, out: str = "drop.provscan") -> dict[str, dict[str, Any]]:
    report = Outcome(0, "", "", work).report(out)
    rows = [row for asset in report["assets"] for row in asset["findings"]] + report["findings"]
    return {row["reason"]: row for row in rows}


def decide(work: Path, command: str, finding: str, **options: str | None) -> Outcome:
    given: dict[str, str | None] = {
        "declarations": "paper/declarations.yaml",
        "reason": "false_positive" if command == "waive" else "visual_inspection",
        "note": 'A screenshot: "no AI"',
        "by": "Q. Tech, QC House",
        "as-of": DAY,
        "until": "2026-06-30" if command == "waive" else None,
    }
    words = [word for key, value in (given | options).items() if value is not None for word in (f"--{key}", value)]
    return provscan(work, command, finding, *words)


def again(work: Path) -> Outcome:
    words = ("--declarations", "paper/declarations.yaml", "--as-of", DAY, "--out", "again")
    return provscan(work, "scan", "drop", *words)


def test_waive_and_confirm_write_beside_the_declarations_and_the_next_scan_obeys(work: Path) -> None:
    found = ids(work)
    suspected = "ai.suspected_undeclared"
    assert (found["ai.undeclared"]["verdict"], found[suspected]["verdict"]) == ("fail", "review")
    waived = decide(work, "waive", found["ai.undeclared"]["id"])
    assert waived.code == 0, waived.err
    assert waived.out.startswith("paper/waivers.yaml: WAV-1 waives ai.undeclared (sh010.png) until 2026-06-30")
    file = work / "paper" / "waivers.yaml"
    file.write_text(file.read_text(encoding="utf-8") + "# a comment of mine\n", encoding="utf-8")
    confirmed = decide(work, "confirm", found[suspected]["id"])
    assert confirmed.code == 0, confirmed.err
    assert "# a comment of mine" in file.read_text(encoding="utf-8")
    assert again(work).code == 1
    now = ids(work, "again")
    assert (now["ai.undeclared"]["verdict"], now["ai.undeclared"]["decision"]["kind"]) == ("info", "waived")
    assert now[suspected]["decision"] == {
        "kind": "confirmed",
        "verdict": "review",
        "reason": "visual_inspection",
        "note": 'A screenshot: "no AI"',
        "by": "Q. Tech, QC House",
        "until": None,
    }
    report = Outcome(0, "", "", work).report("again")
    assert [each["name"] for each in report["run"]["inputs"]["declarations"]] == ["declarations.yaml", "waivers.yaml"]
    assert [report[key][0]["used_by"] for key in ("waivers", "confirmations")] == [1, 1]
    told = provscan(work, "explain", found["ai.undeclared"]["id"], "--report", "again")
    assert "decided: Waived by Q. Tech, QC House until 2026-06-30" in told.out
    assert "WAV-1 (waivers): used by 1" in told.out
    refused = decide(work, "waive", found["ai.undeclared"]["id"], report="again")
    assert (refused.code, "waived already" in refused.err) == (2, True)


def test_what_the_judgement_would_refuse_is_refused_before_it_is_written(work: Path) -> None:
    finding = ids(work)["ai.undeclared"]["id"]
    late = (date.fromisoformat(DAY) + timedelta(days=181)).isoformat()
    for options, said in (
        ({"by": "V. Artist, ABC VFX"}, "whose own work it excuses"),
        ({"until": late}, "WAV-1 holds for more than 180 days"),
        ({"until": "2026-04-01"}, "WAV-1 expired on 2026-04-01"),
        ({"reason": "because"}, "false_positive"),
        ({"by": "Q. Tech"}, "state a person and an organisation"),
        ({"policy": "netflix-gnai"}, "did you mean netflix-genai?"),
        ({"report": "elsewhere"}, "no report can be read there"),
    ):
        refused = decide(work, "waive", finding, **options)
        assert (refused.code, said in refused.err) == (2, True), refused.err
    unknown = decide(work, "waive", "0" * 16)
    assert (unknown.code, "there is no finding 0000000000000000" in unknown.err) == (2, True)
    failing = decide(work, "confirm", finding)
    assert (failing.code, "a fail already" in failing.err) == (2, True)
    unwaivable = work / "house.yaml"
    unwaivable.write_text(
        'id: house\nversion: "1"\nextends: netflix-genai\nallow_loosen: true\nunwaivable: [ai.undeclared]\n'
    )
    refused = decide(work, "waive", finding, policy="house.yaml")
    assert (refused.code, "ai.undeclared, which can't be waived" in refused.err) == (2, True)
    assert not (work / "paper" / "waivers.yaml").exists()


def test_explain_tells_evidence_paper_rules_and_remedy_of_a_finding(scanned: Path) -> None:
    found = ids(scanned)["ai.undeclared"]
    told = provscan(scanned, "explain", found["id"])
    assert told.code == 0, told.err
    for expected in (
        f"{found['id']}: fail, ai.undeclared: Generative AI was found that nobody declared",
        "in: sh010.png (still, final)",
        "seen at: ",
        "Steps: 20",
        "the mark is described in: ",
        "paper: none was given",
        f"what would clear it: {found['remedy']}",
        "NFX-DISC: Partners share",
        "read 2025-11-11",
    ):
        assert expected in told.out, expected


def test_explain_knows_a_near_miss_and_a_mistaken_policy_is_told_at_its_place(tmp_path: Path) -> None:
    told = provscan(tmp_path, "explain", "approval.mising")
    assert (told.code, "did you mean approval.missing?" in told.err) == (2, True)
    (tmp_path / "own.yaml").write_text('id: own\nversion: "1"\nextends: strict\nparams: {waiver_max_days: 500}\n')
    wrong = provscan(tmp_path, "explain", "approval.missing", "--policy", "own.yaml")
    assert wrong.code == 2
    assert "own.yaml:4:" in wrong.err
    assert "waiver_max_days is 500; in strict it is 180" in wrong.err
    assert "there is no report in this folder" in provscan(tmp_path, "explain", "0" * 16).err


POLICIES = {name: policy.load(name) for name in policy.built_in()}


@pytest.mark.parametrize("name", POLICIES)
@pytest.mark.parametrize("code", Reason)
def test_every_reason_is_explained(name: str, code: Reason) -> None:
    lines = of_reason(code, POLICIES[name])
    assert lines[0] == f"{code}: {REASONS[code].title}"
    assert f"  what clears it: {REASONS[code].remedy}" in lines
    assert any(f"final {POLICIES[name].verdict(code, Stage.FINAL)}" in line for line in lines)
    for key in POLICIES[name].behind(code):
        assert f"    {key}: {POLICIES[name].principles[key].text}" in lines
    assert all(", read 20" in line for line in lines if line.startswith("      "))
