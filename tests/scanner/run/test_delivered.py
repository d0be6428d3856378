"""What manifests mean for the judgement: a stage is raised and never lowered, and who disagrees is told."""

import pytest

from scanner.drop.packages.compare import Absence, Comparison
from scanner.drop.packages.entries import Submission
from scanner.examination import Problem
from scanner.report.model import StageFrom
from scanner.run.delivered import Delivered
from scanner.terms.reasons import Reason
from scanner.terms.verdicts import Stage


def delivered(stage: str, *words: tuple[str, str], stage_from: StageFrom = "option") -> Delivered:
    rows = tuple(
        Submission("a.mov", "", "m.csv", n, word, Stage(stated) if stated else None)
        for n, (word, stated) in enumerate(words, start=2)
    )
    return Delivered(Comparison(submissions={"a.mov": rows}), Stage(stage), stage_from)


@pytest.mark.parametrize(
    ("drop", "stated", "judged"),
    [
        (Stage.TEMP, "final", "final"),
        ("pre-production", "temp", "temp"),
        ("temp", "pre-production", "temp"),
        ("final", "temp", "final"),
        ("temp", "temp", "temp"),
    ],
)
def test_a_manifest_raises_a_stage_and_never_lowers_it(drop: str, stated: str, judged: str) -> None:
    found = delivered(drop, ("WORD", stated))
    assert (found.stage_of("a.mov"), found.stage_of("b.mov")) == (judged, drop)
    remarks = found.remarks("a.mov")
    assert [remark.reason for remark in remarks] == ["stage.manifest_mismatch"] * (drop != stated)
    for remark in remarks:
        assert f"WORD ({stated}) in m.csv" in remark.message
        assert f"the command says {drop}; it is judged as {judged}" in remark.message


def test_the_strictest_of_several_rows_counts_and_each_is_told() -> None:
    found = delivered("temp", ("REF", "pre-production"), ("FINAL", "final"), ("WIP", "temp"), ("", ""))
    assert found.stage_of("a.mov") == "final"
    [remark] = found.remarks("a.mov")
    assert remark.message.startswith(
        "submitted for REF (pre-production) in m.csv, submitted for FINAL (final) in m.csv"
    )


def test_a_stage_that_nobody_stated_is_not_contradicted() -> None:
    found = delivered("final", ("WIP", "temp"), stage_from="default")
    assert (found.stage_of("a.mov"), found.remarks("a.mov")) == ("final", ())


@pytest.mark.parametrize(
    ("stage_from", "says"), [("declarations", "the declarations say temp"), ("config", "the configuration says temp")]
)
def test_who_stated_the_stage_is_told(stage_from: StageFrom, says: str) -> None:
    assert says in delivered("temp", ("FINAL", "final"), stage_from=stage_from).remarks("a.mov")[0].message


def test_what_lists_of_hashes_show_is_passed_on() -> None:
    comparison = Comparison(
        differences={"a.mov": [Problem(Reason.SCAN_NOT_IN_MHL, "new")]},
        hindrances={"m.csv": [Problem(Reason.SCAN_PARTIAL, "cut")]},
        absences=(Absence("about", Problem(Reason.SCAN_MHL_MISSING, "gone")),),
    )
    found = Delivered(comparison, Stage.FINAL, "default")
    assert [(each.reason, each.message) for each in found.remarks("a.mov")] == [("scan.not_in_mhl", "new")]
    assert found.hindrances("m.csv") == (Problem(Reason.SCAN_PARTIAL, "cut"),)
    assert [(each.reason, each.message, each.about) for each in found.absences()] == [
        ("scan.mhl_missing", "gone", "about")
    ]
