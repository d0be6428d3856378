from datetime import date

import pytest
from pydantic import TypeAdapter

from detectors.observation import Span
from fixtures.paper import DELIVERY, approval, book, declaration
from scanner.clearance.rules.judge import judge
from scanner.examination import Problem
from scanner.terms.reasons import Reason
from tests.scanner.clearance.drops import (
    NETFLIX,
    broken,
    credential,
    finding,
    judged,
    mark,
    movie,
    occasion,
    one,
    reasons,
    sequence,
    still,
)


def test_a_drop_without_any_paper_is_judged() -> None:
    judgement = judge([still("a.png", mark()), still("b.png")], None, NETFLIX, occasion())
    assert [each.verdict for each in judgement.assets] == ["fail", "pass"]
    assert (judgement.verdict, judgement.declarations, judgement.findings) == ("fail", (), ())


def test_an_empty_drop_passes_and_unused_declarations_are_told() -> None:
    assert judge([], None, NETFLIX, occasion()).verdict == "pass"
    approved = book(declarations=[declaration(approvals=["APP-1"])], approvals=[approval()])
    assert reasons(judged([], approved)) == ["declaration.matches_nothing"]


@pytest.mark.parametrize("code", ["scan.unreadable", "scan.timeout", "scan.crashed", "scan.refused"])
def test_an_asset_that_could_not_be_examined_is_never_below_review(code: str) -> None:
    judgement = one(broken("VFX/a.mov", code, "truncated: no moov atom"))
    assert (judgement.verdict, reasons(judgement)) == ("review", [code])
    assert judgement.findings[0].message == "Truncated: no moov atom."


def test_problems_of_one_kind_are_one_finding_and_strangers_are_told_as_partial() -> None:
    problems = (Problem(Reason.SCAN_PARTIAL, "a stream is cut"), Problem(Reason.SCAN_PARTIAL, "tags are cut"))
    stored = {"code": "house.own", "message": "no licence\x1b[31m for the codec"}
    stranger = TypeAdapter(Problem).validate_python(stored)
    judgement = one(movie("a.mov", problems=(*problems, stranger)))
    (told,) = judgement.findings
    assert told.reason == "scan.partial"
    assert told.message == "A stream is cut. Tags are cut. No licence [31m for the codec."


def test_an_asset_that_was_not_examined_and_says_nothing_of_it_is_unreadable() -> None:
    assert reasons(one(movie("a.mov", examined=False))) == ["scan.unreadable"]


def test_a_file_that_is_no_media_is_info_whether_or_not_somebody_says_so() -> None:
    for problems in ((), (Problem(Reason.SCAN_OTHER_FILE, "not media"),)):
        judgement = one(still("notes.txt", kind="other", examined=False, problems=problems))
        assert (judgement.verdict, reasons(judgement)) == ("info", ["scan.other_file"])


@pytest.mark.parametrize(
    ("status", "reason", "verdict"),
    [
        ("tampered", "credential.invalid", "review"),
        ("invalid", "credential.invalid", "review"),
        ("unreadable", "credential.invalid", "review"),
        ("expired", "credential.expired", "info"),
        ("untrusted", "credential.untrusted", "info"),
        ("remote_only", "credential.remote_only", "review"),
        ("trusted", "ai.no_evidence", "pass"),
        ("none", "ai.no_evidence", "pass"),
    ],
)
def test_each_status_of_a_credential(status: str, reason: str, verdict: str) -> None:
    judgement = one(still("a.jpg", credential(status)))
    assert (judgement.verdict, reasons(judgement)) == (verdict, [reason])


def test_a_declaration_that_matches_nothing_is_reviewed_and_one_for_another_delivery_is_not() -> None:
    data = book(
        deliveries=[DELIVERY, DELIVERY | {"id": "DEL-2"}],
        declarations=[
            declaration("DEC-1", path="VFX/Shot.mov", approvals=["APP-1"]),
            declaration("DEC-2", path="gone.mov", deliveries=["DEL-2"]),
            declaration("DEC-3", assets=[{"path": "VFX/shot.mov", "sha256": "0" * 64}]),
        ],
        approvals=[approval()],
    )
    judgement = judged([movie("VFX/shot.mov")], data)
    assert [(each.declaration, each.verdict) for each in judgement.findings] == [("DEC-1", "review"), ("DEC-2", "info")]
    assert judgement.findings[0].message == (
        "DEC-1 selects nothing in this drop (VFX/Shot.mov): VFX/Shot.mov selects nothing; VFX/shot.mov differs from it "
        "only in capital letters."
    )


def test_what_this_version_cannot_follow_covers_nothing_and_says_so() -> None:
    data = book(
        declarations=[
            declaration("DEC-1", assets=[{"asset_id": "A-17"}], approvals=["APP-1"]),
            declaration("DEC-3", exclude=[{"asset_id": "A-18"}], approvals=["APP-1"]),
        ],
        approvals=[approval()],
    )
    judgement = judged([movie("VFX/shot.mov", mark())], data)
    assert reasons(judgement.assets[0]) == ["ai.undeclared"]
    usage = {each.id: each for each in judgement.declarations}
    assert [each.used_by for each in usage.values()] == [0, 0]
    assert "which this version can't follow" in " ".join(usage["DEC-1"].problems)
    assert any("covers nothing at all" in problem for problem in usage["DEC-3"].problems)


def test_an_id_stays_with_a_rename_and_changes_with_content_frames_reason_and_tool() -> None:
    def the(subject: object) -> str:
        return one(subject, book()).findings[0].id  # type: ignore[arg-type]

    first = still("a.png", mark(), sha256="ab" * 32)
    same = still("b/c.png", mark(), sha256="ab" * 32)
    others = [
        still("a.png", mark(), sha256="cd" * 32),
        still("a.png", mark(tool="Sora"), sha256="ab" * 32),
        movie("a.mov", mark((1, 2)), sha256="ab" * 32),
        still("a.png", credential("tampered"), sha256="ab" * 32),
    ]
    assert the(first) == the(same)
    assert len({the(each) for each in (first, *others)}) == 5
    assert the(first) == "5df962dd45d607d9", "waivers that people wrote hold this id"


def test_findings_come_worst_first_and_sequences_are_told_by_their_file_numbers() -> None:
    plate = sequence("p.%04d.exr", mark((1001, 1010)), credential("untrusted"))
    judgement = one(plate, book())
    assert [each.verdict for each in judgement.findings] == ["fail", "info"]
    assert finding(judgement, "ai.undeclared").span == Span(1001, 1010)


def test_the_stage_of_an_asset_decides_and_that_of_the_drop_only_for_the_drop() -> None:
    data = book(declarations=[declaration(path="gone.mov")])
    judgement = judged([still("a.png", mark())], data, "temp")
    assert (judgement.assets[0].verdict, judgement.findings[0].verdict) == ("review", "info")


def test_a_delivery_root_is_where_paths_count_from() -> None:
    data = book(deliveries=[DELIVERY | {"root": "./out/"}], declarations=[declaration(path="VFX/shot.mov")])
    judgement = judged([movie("out/VFX/shot.mov", mark()), movie("VFX/shot.mov", mark())], data)
    assert ["ai.disclosed" in reasons(each) for each in judgement.assets] == [True, False]


def test_dates_are_held_against_delivery_not_against_the_day_of_the_scan() -> None:
    data = book(declarations=[declaration(approvals=["APP-1"])], approvals=[approval(expires="2026-04-01")])
    shot = movie("VFX/shot.mov", mark())
    assert one(shot, data, as_of=date(2030, 1, 1)).verdict == "pass"
    assert one(shot, data, delivered=date(2026, 4, 2)).verdict == "fail"
