"""A fault in the paper is told beside what is known: it never makes that milder."""

import pytest

from fixtures.paper import Entry, approval, book, declaration, negative
from tests.scanner.clearance.drops import finding, hint, judged, mark, movie, reasons
from tests.scanner.clearance.reel import MASTER, TAKES, approved, conformed, judge_master, shots

SHOT = "VFX/SNW_0010_comp.mov"
PINNED = {"path": SHOT, "sha256": "ab" * 32}
ANYWHERE = {"approvals": [approval()]}


def test_a_wrong_checksum_leaves_ai_declared_and_unapproved() -> None:
    judgement = judged([movie(SHOT)], book(declarations=[declaration(assets=[PINNED])]))
    assert (judgement.verdict, reasons(judgement.assets[0])) == (
        "fail",
        ["approval.missing", "declaration.checksum_mismatch"],
    )
    assert judgement.findings == ()


def test_a_wrong_checksum_of_an_approved_file_is_reviewed() -> None:
    data = book(declarations=[declaration(assets=[PINNED], approvals=["APP-1"])], **ANYWHERE)
    (asset,) = judged([movie(SHOT)], data).assets
    assert (asset.verdict, reasons(asset)) == ("review", ["declaration.checksum_mismatch"])


@pytest.mark.parametrize(
    ("lines", "left"),
    [
        ({"assets": [PINNED | {"frames": "0-99"}]}, (0, 99)),
        ({"assets": [PINNED | {"tc": "01:00:00:00-01:00:01:00"}]}, (0, 24)),
        ({"assets": [PINNED | {"first_frame": "1001", "frames": "1001-1010"}]}, (0, 9)),
    ],
)
def test_a_wrong_checksum_binds_the_frames_that_it_chose(lines: Entry, left: tuple[int, int]) -> None:
    (asset,) = judged([movie(SHOT)], book(declarations=[declaration(**lines)])).assets
    span = finding(asset, "approval.missing").span
    assert span
    assert (span.first_frame, span.last_frame) == left


def test_a_shot_with_a_wrong_checksum_is_no_milder_than_a_path() -> None:
    line = {"shot": "SNW_0010", "sha256": "ab" * 32}
    (asset,) = judged([movie(SHOT)], book(declarations=[declaration(assets=[line])])).assets
    assert reasons(asset) == ["approval.missing", "declaration.checksum_mismatch"]


def test_yes_and_no_of_one_file_is_a_question() -> None:
    data = book(declarations=[declaration(path=SHOT, approvals=["APP-1"]), negative(path=SHOT)], **ANYWHERE)
    (asset,) = judged([movie(SHOT)], data).assets
    assert (asset.verdict, reasons(asset)) == ("review", ["declaration.conflict", "ai.declared_no_evidence"])
    assert "DEC-1 declares generative AI in the whole file, and DEC-900 states that none was used there" in (
        finding(asset, "declaration.conflict").message
    )


def test_yes_and_no_meet_in_the_frames_that_both_name() -> None:
    free = negative() | {"assets": [{"path": SHOT, "frames": "100-150"}]}
    used = declaration(assets=[{"path": SHOT, "frames": "0-120"}], approvals=["APP-1"])
    (asset,) = judged([movie(SHOT)], book(declarations=[used, free], **ANYWHERE)).assets
    span = finding(asset, "declaration.conflict").span
    assert span
    assert (span.first_frame, span.last_frame) == (100, 120)


def test_yes_for_one_shot_of_a_dissolve_and_no_for_the_other_agree() -> None:
    free = negative("DEC-2") | {"assets": [], "shots": ["TLW_0020"]}
    data = conformed(declarations=[shots("TLW_0010"), free], approvals=[approved("TLW_0010")])
    assert "declaration.conflict" not in reasons(judge_master(data))
    assert TAKES[1].over  # there is a dissolve between them


def test_yes_without_approval_and_no_is_no_milder_than_yes_alone() -> None:
    (asset,) = judged([movie(SHOT)], book(declarations=[declaration(path=SHOT), negative(path=SHOT)])).assets
    assert reasons(asset) == ["approval.missing", "declaration.conflict", "ai.declared_no_evidence"]


def test_a_copy_of_what_nobody_approved_is_no_milder_than_the_file() -> None:
    drop = [movie(SHOT, mark(), sha256="ab" * 32), movie("masters/copy.mov", mark(), sha256="ab" * 32)]
    first, second = judged(drop, book(declarations=[declaration(path=SHOT)])).assets
    assert first.verdict == second.verdict == "fail"
    assert reasons(second) == ["approval.missing", "declaration.duplicate_content"]
    assert finding(second, "approval.missing").message.startswith(f"The same bytes at {SHOT}: DEC-1 has no approval")


def test_a_copy_of_what_lacks_a_consent_lacks_it_too() -> None:
    drop = [movie(SHOT, sha256="ab" * 32), movie("masters/copy.mov", sha256="ab" * 32)]
    used = declaration(path=SHOT, involves=["talent_likeness"], approvals=["APP-1"])
    (_, second) = judged(drop, book(declarations=[used], **ANYWHERE)).assets
    assert reasons(second) == ["consent.missing", "declaration.duplicate_content"]


def test_a_blanket_no_answers_no_question_and_a_named_one_does() -> None:
    drop = [movie(SHOT, hint()), movie("VFX/b.mov"), movie("VFX/c.mov")]
    sweeping = judged(drop, book(declarations=[negative(path="**")])).assets[0]
    assert reasons(sweeping) == ["ai.suspected_undeclared"]
    named = judged(drop, book(declarations=[negative(path=SHOT)])).assets[0]
    assert reasons(named) == ["ai.no_evidence"]


def test_a_marked_master_with_yes_and_no_of_the_same_frames_is_contradicted_and_told() -> None:
    data = conformed(declarations=[declaration(path=MASTER, approvals=["APP-1"]), negative(path=MASTER)], **ANYWHERE)
    assert {"declaration.contradicted", "declaration.conflict"} <= set(reasons(judge_master(data, mark())))
