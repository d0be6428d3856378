"""What manifests show is judged by the policy, and says nothing of what was seen in the files."""

from dataclasses import replace
from datetime import date

import pytest

from fixtures import paper
from scanner.clearance.rules.judge import judge
from scanner.clearance.scope.context import Context
from scanner.seen import Remark
from scanner.terms.reasons import Reason
from scanner.terms.verdicts import Stage, Verdict
from tests.scanner.clearance.drops import NETFLIX, STAGES, movie

DAY = date(2026, 4, 2)
MISMATCH = Remark(Reason.SCAN_MHL_MISMATCH, "not the file that the list has")
MISSING = Remark(Reason.SCAN_MHL_MISSING, "listed and not in the drop: a.mov", "list\0a.mov")
FILE = movie(frames=10, remarks=(MISMATCH,))


def context(stage: str) -> Context:
    return Context(Stage(stage), None, DAY, DAY, "drop")


@pytest.mark.parametrize(("stage", "verdict"), [*zip(STAGES, ("review", "review", "fail"), strict=True)])
def test_a_remark_about_an_asset_weighs_as_the_policy_says(stage: str, verdict: str) -> None:
    judged = judge([replace(FILE, stage=Stage(stage))], None, NETFLIX, context(stage)).assets[0]
    assert [(each.reason, each.verdict) for each in judged.findings] == [
        ("scan.mhl_mismatch", verdict),
        ("ai.no_evidence", Verdict.PASS),  # still told: it was looked at
    ]
    assert judged.findings[0].message == "Not the file that the list has."


@pytest.mark.parametrize(("stage", "verdict"), [*zip(STAGES, ("info", "review", "review"), strict=True)])
def test_a_remark_about_the_drop_weighs_as_the_policy_says(stage: str, verdict: str) -> None:
    [found] = judge([], None, NETFLIX, context(stage), [MISSING]).findings
    assert (found.reason, found.verdict) == ("scan.mhl_missing", verdict)
    assert found.message == "Listed and not in the drop: a.mov."


def test_several_remarks_of_a_reason_are_one_finding_and_each_is_told() -> None:
    twice = replace(FILE, remarks=(MISMATCH, Remark(Reason.SCAN_MHL_MISMATCH, "nor the other"), MISMATCH))
    [found, _] = judge([twice], None, NETFLIX, context("final")).assets[0].findings
    assert found.message == "Not the file that the list has. Nor the other."


def test_ids_tell_what_is_missing_apart_and_stay() -> None:
    other = replace(MISSING, about="list\0b.mov")
    first = judge([], None, NETFLIX, context("final"), [MISSING]).findings
    both = judge([], None, NETFLIX, context("temp"), [other, replace(MISSING, message="told otherwise")]).findings
    assert len({each.id for each in both}) == 2
    assert first[0].id in {each.id for each in both}


def test_a_missing_file_can_be_waived() -> None:
    [missing] = judge([], None, NETFLIX, context("final"), [MISSING]).findings
    waivers = paper.read(paper.book(waivers=[paper.waiver(missing.id)]))
    judged = judge([], waivers, NETFLIX, context("final"), [MISSING])
    assert [(each.reason, each.verdict, each.decision is not None) for each in judged.findings] == [
        ("scan.mhl_missing", Verdict.INFO, True)
    ]
