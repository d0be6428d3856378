from datetime import date

import pytest

from fixtures.paper import ALL_YES, DELIVERY, PRODUCTION, Entry, Value, approval, book, consent, declaration
from tests.scanner.clearance.drops import finding, judged, mark, movie, one, reasons, sequence

SHOT = movie("VFX/shot.mov", mark())


def approved(*approvals: Entry, **changes: Value) -> Entry:
    listed = [each["id"] for each in approvals]
    return book(declarations=[declaration(approvals=listed, **changes)], approvals=list(approvals))


@pytest.mark.parametrize(
    ("changes", "reason", "verdict"),
    [
        ({"revoked": "2026-03-30"}, "approval.revoked", "fail"),
        ({"expires": "2026-03-30"}, "approval.expired", "fail"),
        ({"granted": "2026-04-01"}, "approval.dated_after_delivery", "review"),
        ({"granted": "2026-05-01"}, "approval.dated_in_future", "fail"),
        ({"scope": {"stages": ["final"], "tools": ["still-tool"]}}, "approval.other_tool", "fail"),
        ({"scope": {"stages": ["temp"]}}, "approval.out_of_scope", "fail"),
        ({"scope": {}}, "approval.out_of_scope", "fail"),
        ({"scope": {"stages": ["final"], "uses": ["music"]}}, "approval.out_of_scope", "fail"),
        ({"scope": {"stages": ["final"], "deliveries": ["DEL-2"]}}, "approval.out_of_scope", "fail"),
        ({"scope": {"stages": ["final"], "shots": ["TLW_103_*"]}}, "approval.out_of_scope", "fail"),
        ({"scope": {"stages": ["final"], "assets": [{"path": "VFX/other.mov"}]}}, "approval.out_of_scope", "fail"),
        ({"conditions": [{"text": "clean-up", "met": "no"}]}, "approval.conditions_open", "review"),
        ({"conditions": [{"text": "clean-up"}]}, "approval.conditions_open", "review"),
        ({"conditions": [{"text": "c", "met": "yes", "met_on": "2026-04-01"}]}, "approval.conditions_open", "review"),
        ({"approver": {"name": "V", "org": "abc  vfx"}}, "approval.approver_not_authorised", "fail"),
        ({"approver": {"name": "V", "org": "Somebody"}}, "approval.approver_not_authorised", "fail"),
    ],
)
def test_each_fault_is_named_and_leaves_the_asset_unapproved(changes: Entry, reason: str, verdict: str) -> None:
    judgement = one(SHOT, approved(approval(**changes)) | {"deliveries": [DELIVERY, DELIVERY | {"id": "DEL-2"}]})
    told = finding(judgement, reason)
    assert (told.verdict, judgement.verdict) == (verdict, verdict)
    assert (told.declaration, told.approval) == ("DEC-1", "APP-1")
    assert "APP-1" in told.message
    assert "whole file" in told.message


@pytest.mark.parametrize(
    "changes",
    [
        {"revoked": "2027-01-01"},
        {"expires": "2026-03-31"},
        {"granted": "2026-03-31"},
        {"approver": {"name": "N", "org": "netflix"}},
        {"conditions": [{"text": "clean-up", "met": "yes", "met_on": "2026-03-31"}]},
        {"scope": {"stages": ["final"], "tools": ["video-tool"], "uses": ["final_vfx"], "deliveries": ["DEL-1"]}},
        {"scope": {"stages": ["final"], "shots": ["shot"], "assets": [{"path": "VFX/*"}]}},
    ],
)
def test_an_approval_in_order_clears(changes: Entry) -> None:
    assert one(SHOT, approved(approval(**changes))).verdict == "pass"


def test_evidence_that_is_missing_or_changed() -> None:
    data = approved(approval())
    missing = one(SHOT, data, missing=["APP-1"])
    assert (missing.verdict, missing.findings[0].reason) == ("review", "approval.evidence_missing")
    changed = one(SHOT, data, changed=["APP-1"])
    assert (changed.verdict, changed.findings[0].reason) == ("fail", "approval.evidence_changed")


def test_the_vendor_cannot_approve_its_own_delivery_even_where_it_is_listed() -> None:
    data = approved(approval(approver={"name": "V", "org": "ABC VFX"}))
    data["production"] = PRODUCTION | {"approver_orgs": ["ABC VFX"]}
    assert one(SHOT, data).findings[0].reason == "approval.approver_not_authorised"


def test_a_revoked_approval_beside_a_valid_one_is_no_matter() -> None:
    assert one(SHOT, approved(approval(revoked="2026-03-01"), approval("APP-2"))).verdict == "pass"


def test_judging_years_later_gives_the_same_verdict() -> None:
    data = approved(approval(expires="2026-12-31"))
    assert one(SHOT, data, as_of=date(2028, 1, 1)) == one(SHOT, data)


def test_two_approvals_tile_a_sequence_and_a_gap_between_them_is_told_exactly() -> None:
    plate = sequence("VFX/plate.%04d.exr", mark())
    parts = [approval(scope={"stages": ["final"], "frames": "1001-1100"})]
    parts.append(approval("APP-2", scope={"stages": ["final"], "frames": "1121-1240"}))
    judgement = one(plate, approved(*parts, assets=[{"sequence": "VFX/plate.####.exr"}]))
    (left,) = [each for each in judgement.findings if each.reason == "approval.out_of_scope"]
    assert left.span is not None
    assert (left.span.first_frame, left.span.last_frame) == (1101, 1120)
    assert left.message.startswith("No approval of DEC-1 reaches frames 1101-1120: ")
    parts.append(approval("APP-3", scope={"stages": ["final"], "frames": "1101-1120"}))
    assert one(plate, approved(*parts, assets=[{"sequence": "VFX/plate.####.exr"}])).verdict == "pass"


def test_every_tool_of_a_workflow_needs_approval_and_several_approvals_may_share_them() -> None:
    both = {"tools": ["video-tool", "still-tool"], "inputs": ["public"]}
    first = approval(scope={"stages": ["final"], "tools": ["video-tool"]})
    second = approval("APP-2", scope={"stages": ["final"], "tools": ["still-tool"]})
    left = finding(one(SHOT, approved(first, **both)), "approval.other_tool")
    assert left.message == "APP-1 is for video-tool, not for still-tool; DEC-1 rests on it for the whole file."
    assert one(SHOT, approved(first, second, **both)).verdict == "pass"
    assert one(SHOT, approved(first, second, **both), missing=["APP-2"]).verdict == "review"


def test_an_approval_of_one_flag_does_not_reach_another() -> None:
    flags = {"involves": ["union_work", "personal_data"]}
    first = approval(scope={"stages": ["final"], "involves": ["union_work"]})
    second = approval("APP-2", scope={"stages": ["final"], "involves": ["personal_data"]})
    assert one(SHOT, approved(first, **flags)).findings[0].reason == "approval.out_of_scope"
    assert one(SHOT, approved(first, second, **flags)).verdict == "pass"


def test_an_approval_after_the_work_is_told_and_never_weighs_more_than_none() -> None:
    late = approval(granted="2026-02-20")
    judgement = one(SHOT, approved(late, generated="2026-02-10"))
    assert (judgement.verdict, judgement.findings[0].reason) == ("info", "approval.after_generation")
    assert one(SHOT, approved(late, approval("APP-2"), generated="2026-02-10")).verdict == "pass"
    assert one(SHOT, approved(late, generated="2026-02-10"), "pre-production").verdict == "pass"


@pytest.mark.parametrize(
    ("changes", "because"),
    [
        ({"involves": ["talent_likeness"], "talent": [{"consent": "CON-1"}]}, "it involves talent_likeness"),
        ({"involves": ["personal_data"]}, "it involves personal_data"),
        ({"involves": ["union_work"]}, "it involves union_work"),
        ({"involves": ["unowned_training_data"]}, "it involves unowned_training_data"),
        ({"use": "key_creative"}, "its use is key_creative"),
        ({"principles": ALL_YES | {"p2": "unsure"}}, "not every guiding principle is answered yes"),
        ({"principles": {}}, "not every guiding principle is answered yes"),
    ],
)
def test_what_makes_approval_necessary_before_the_final(changes: Entry, because: str) -> None:
    data = approved(**changes) | {"consents": [consent()]}
    missing = finding(one(SHOT, data, "temp"), "approval.missing")
    assert missing.verdict == "review"
    assert because in missing.message


@pytest.mark.parametrize("principle", ["p1", "p2", "p3", "p4", "p5"])
def test_each_guiding_principle_that_is_not_answered_yes_needs_approval_before_the_final(principle: str) -> None:
    data = approved(principles=ALL_YES | {principle: "no"}, use="temp")
    assert one(SHOT, data, "temp").verdict == "review"
    assert one(SHOT, approved(use="temp"), "temp").verdict == "pass"


def test_an_unverified_approval_is_better_than_one_for_something_else() -> None:
    other = approval("APP-2", scope={"stages": ["final"], "tools": ["still-tool"]})
    judgement = one(SHOT, approved(approval(), other), missing=["APP-1"])
    assert judgement.verdict == "review"
    assert reasons(judgement) == ["approval.evidence_missing", "ai.disclosed"]


def test_usage_counts_the_assets_that_rest_on_an_approval_and_says_what_is_wrong_with_it() -> None:
    data = approved(approval(), approval("APP-2", expires="2026-03-01"), assets=[{"path": "VFX/*"}, {"path": "b.mov"}])
    subjects = [movie(path, mark()) for path in ("VFX/a.mov", "b.mov", "c/d.mov", "c/e.mov")]
    usage = {each.id: each for each in judged(subjects, data).approvals}
    assert (usage["APP-1"].used_by, usage["APP-1"].problems) == (2, ())
    assert usage["APP-2"].used_by == 0
    assert usage["APP-2"].problems == ("APP-2 expired on 2026-03-01, before delivery on 2026-03-31",)


def test_a_superseded_approval_counts_no_more_once_the_later_one_is_in_force() -> None:
    later = approval("APP-2", granted="2026-03-01", supersedes=["APP-1"], scope={"stages": ["temp"]})
    data = book(declarations=[declaration(approvals=["APP-1"])], approvals=[approval(), later])
    assert one(SHOT, data).findings[0].reason == "approval.missing"
    data["approvals"] = [approval(), later | {"granted": "2027-01-01"}]
    assert one(SHOT, data).verdict == "pass"
