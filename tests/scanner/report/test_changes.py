"""What is new between two reports of a drop: by path and id of a finding, and how grave the news are."""

from typing import Any, cast

import pytest

from scanner.report.changes import as_json, compare_reports
from scanner.report.model import Report


def report(outcome: str, *findings: tuple[str, str, str], **verdicts: str) -> Report:
    """Findings as (path, id, verdict), path empty: of none; verdicts of assets by their paths."""
    rows = [(path, {"id": key, "verdict": verdict, "reason": "ip.x"}) for path, key, verdict in findings]
    document: dict[str, Any] = {
        "outcome": outcome,
        "findings": [row for path, row in rows if not path],
        "assets": [
            {"path": path, "verdict": verdict, "findings": [row for of, row in rows if of == path]}
            for path, verdict in verdicts.items()
        ],
    }
    return cast("Report", document)


def test_nothing_differs_between_equal_reports() -> None:
    one = report("fail", ("a", "1", "fail"), ("", "2", "review"), a="fail")
    found = compare_reports(one, one)
    assert (found.verdicts, found.new, found.gone, found.changed, found.worst_new) == ((), (), (), (), "pass")


def test_findings_are_told_apart_by_path_and_id() -> None:
    older = report("review", ("a", "1", "review"), ("a", "2", "info"), ("", "3", "info"), a="review", b="pass")
    newer = report("fail", ("a", "1", "review"), ("b", "1", "fail"), ("", "3", "info"), a="review", b="fail")
    found = compare_reports(older, newer)
    assert [(each.path, each.before, each.after) for each in found.verdicts] == [("b", "pass", "fail")]
    assert [(each.path, each.finding["id"]) for each in found.new] == [("b", "1")]
    assert [(each.path, each.finding["id"]) for each in found.gone] == [("a", "2")]
    assert found.changed == ()
    assert (found.before, found.after, found.worst_new) == ("review", "fail", "fail")


@pytest.mark.parametrize(
    ("before", "after", "news"),
    [
        ("review", "fail", "fail"),
        ("info", "review", "review"),
        ("fail", "review", "pass"),
        ("fail", "info", "pass"),
        ("pass", "info", "pass"),
    ],
)
def test_a_finding_that_got_graver_is_news_and_a_milder_one_is_not(before: str, after: str, news: str) -> None:
    found = compare_reports(report(before, ("a", "1", before), a=before), report(after, ("a", "1", after), a=after))
    [changed] = found.changed
    assert (changed.before, changed.finding["verdict"], found.worst_new) == (before, after, news)


def test_other_programs_get_all_of_it() -> None:
    found = as_json(
        compare_reports(report("pass", a="pass"), report("fail", ("a", "1", "fail"), ("", "2", "fail"), a="fail"))
    )
    assert found["outcome"] == {"before": "pass", "after": "fail"}
    assert found["verdicts"] == [{"path": "a", "before": "pass", "after": "fail"}]
    assert [(row["path"], row["before"]) for row in cast("list[dict[str, Any]]", found["new"])] == [
        (None, None),
        ("a", None),
    ]
