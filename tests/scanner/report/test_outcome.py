"""The exit code, and the sentence that says why."""

import pytest

from fixtures import report_delivery, reports
from scanner.drop.assets import SkipCause, Skipped
from scanner.report.model import Report, VerdictWord
from scanner.report.outcome import VERDICTS, because, exit_code, worst
from scanner.terms.choices import FailOn
from scanner.terms.verdicts import Verdict


def report_of(*verdicts: Verdict, unexamined: bool = False) -> Report:
    cases = [
        reports.Case(reports.still(f"{number}.png"), (reports.finding("ai.undeclared", verdict, str(number)),))
        for number, verdict in enumerate(verdicts)
    ]
    report = reports.scan(*cases).report()
    report["complete"] = not unexamined
    return report


@pytest.mark.parametrize(
    ("verdicts", "unexamined", "on_fail", "on_review", "never"),
    [
        ((), False, 0, 0, 0),
        ((Verdict.PASS, Verdict.INFO), False, 0, 0, 0),
        ((Verdict.REVIEW,), False, 3, 1, 0),
        ((Verdict.FAIL, Verdict.REVIEW), False, 1, 1, 0),
        ((Verdict.REVIEW,), True, 4, 1, 4),
        ((Verdict.FAIL,), True, 1, 1, 4),
        ((Verdict.PASS,), True, 4, 4, 4),
    ],
)
def test_the_most_severe_thing_decides_the_exit_code(
    verdicts: tuple[Verdict, ...], unexamined: bool, on_fail: int, on_review: int, never: int
) -> None:
    report = report_of(*verdicts, unexamined=unexamined)
    fail_on: tuple[tuple[FailOn, int], ...] = (
        (FailOn.FAIL, on_fail),
        (FailOn.REVIEW, on_review),
        (FailOn.NEVER, never),
    )
    for setting, code in fail_on:
        assert exit_code(report, setting) == code


def test_a_run_that_was_stopped_is_incomplete_even_if_nothing_was_found_until_then() -> None:
    report = report_of(Verdict.PASS)
    report["run"]["completed"] = False
    assert exit_code(report) == 4
    assert "stopped" in because(report)


@pytest.mark.parametrize(
    ("verdicts", "sentence"),
    [
        ((Verdict.FAIL,), "1 finding fails."),
        ((Verdict.FAIL, Verdict.FAIL, Verdict.REVIEW), "2 findings fail and 1 needs review."),
        ((Verdict.REVIEW, Verdict.REVIEW), "2 findings need review."),
        ((Verdict.INFO,), "Nothing fails or needs review."),
        ((Verdict.PASS,), "Nothing was found against this drop."),
        ((), "Nothing was delivered that could be examined."),
    ],
)
def test_the_sentence_says_what_decided(verdicts: tuple[Verdict, ...], sentence: str) -> None:
    assert because(report_of(*verdicts)) == sentence


LEFT_OUT = [
    ((), ""),
    ((SkipCause.INCLUDE,), " 1 file was left out by --include."),
    ((SkipCause.EXCLUDE,) * 23, " 23 files were left out by --exclude."),
    (
        (SkipCause.EXCLUDE, SkipCause.INCLUDE, SkipCause.INCLUDE),
        " 2 files were left out by --include and 1 by --exclude.",
    ),
    ((SkipCause.HIDDEN,), " 1 hidden file was left out."),
    (
        (SkipCause.HIDDEN, SkipCause.HIDDEN, SkipCause.EXCLUDE),
        " 1 file was left out by --exclude. 2 hidden files were left out.",
    ),
    ((SkipCause.SYSTEM, SkipCause.LINK, None), ""),
]


@pytest.mark.parametrize(("causes", "sentence"), LEFT_OUT)
def test_the_sentence_says_what_was_left_out_as_what_it_is(causes: tuple[SkipCause | None, ...], sentence: str) -> None:
    skipped = [Skipped(f"{number}.mov", "why", cause) for number, cause in enumerate(causes)]
    report = reports.scan(reports.Case(reports.still()), skipped=skipped).report()
    assert because(report) == f"Nothing was found against this drop.{sentence}"
    assert report["counts"]["skipped"] == len(causes)


@pytest.mark.parametrize("entries", [None, 0])
@pytest.mark.parametrize("verdict", [Verdict.PASS, Verdict.FAIL])
def test_the_sentence_says_that_no_reference_works_were_compared(entries: int | None, verdict: Verdict) -> None:
    report = report_of(verdict)
    references = report["run"]["inputs"]["references"]
    references[:] = [] if entries is None else [{**row, "entries": entries} for row in references]
    assert because(report).endswith(". No reference works were compared.")


def test_a_report_from_before_there_were_causes_is_told() -> None:
    report = report_delivery.delivery().report()
    for row in report["skipped"]:
        row.pop("cause", None)
    assert "left out" not in because(report)


def test_the_sentence_counts_what_could_not_be_examined() -> None:
    assert because(report_delivery.delivery().report()).endswith("2 of 15 assets could not be examined.")


@pytest.mark.parametrize(("verdicts", "expected"), [([], "pass"), (["info", "fail", "review"], "fail")])
def test_the_worst_verdict_is_the_last_of_the_ladder(verdicts: list[VerdictWord], expected: str) -> None:
    assert worst(verdicts) == expected


def test_the_words_of_reports_are_those_of_the_judgement() -> None:
    assert tuple(Verdict) == VERDICTS
