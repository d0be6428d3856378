"""Waivers and decisions: who may give one, and what it was about; each case found, and one beside it."""

import pytest

from fixtures.paper import ALL_YES, Entry, Value, approval, book, confirmation, consent, declaration, waiver
from scanner.report.explain import of_reason
from scanner.terms.reasons import Reason
from tests.scanner.clearance.drops import NETFLIX, finding, judged, mark, movie, one, reasons

SHOT = movie("VFX/SNW_0010_comp.mov", mark())
STREAMER: Entry = {"by": {"name": "N. Exec", "org": "Example Streamer"}}


def paper(*decisions: Entry, approvals: tuple[Entry, ...] = (), **use: Value) -> Entry:
    """One declared use, and QC's decisions."""
    declared = declaration(path=SHOT.path, approvals=[each["id"] for each in approvals], **use)
    kinds: dict[str, list[Entry]] = {"waivers": [], "confirmations": []}
    for each in decisions:
        kinds["waivers" if each["id"].startswith("WAV") else "confirmations"].append(each)
    return book(declarations=[declared], approvals=list(approvals), consents=[consent()], **kinds)


def of(reason: str, data: Entry, **changes: Value) -> str:
    """The id of the one finding of a reason."""
    return finding(one(SHOT, data, **changes), reason).id


def test_09_who_may_not_approve_may_not_waive_that_there_is_no_approval() -> None:
    missing = of("approval.missing", paper())
    judgement = judged([SHOT], paper(waiver(missing, by={"name": "F", "org": "Friend Ltd"})))
    assert (judgement.assets[0].verdict, reasons(judgement)) == ("fail", ["waiver.not_authorised"])
    assert "which is to approve it, and was given by Friend Ltd, which may not" in judgement.findings[0].message
    assert judged([SHOT], paper(waiver(missing, **STREAMER))).verdict == "info"


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"approver": {"name": "F", "org": "Friend Ltd"}}, "approval.approver_not_authorised"),
        ({"expires": "2026-03-01"}, "approval.expired"),
        ({"scope": {"stages": ["temp"]}}, "approval.out_of_scope"),
        ({"scope": {"stages": ["final"], "tools": ["still-tool"]}}, "approval.other_tool"),
    ],
)
def test_09_nor_what_is_lacking_of_an_approval(changes: Entry, reason: str) -> None:
    lacking = (approval(**changes),)
    key = of(reason, paper(approvals=lacking))
    judgement = judged([SHOT], paper(waiver(key, by={"name": "F", "org": "Friend Ltd"}), approvals=lacking))
    assert (judgement.assets[0].verdict, reasons(judgement)) == ("fail", ["waiver.not_authorised"])
    assert judged([SHOT], paper(waiver(key, **STREAMER), approvals=lacking)).verdict == "info"


def test_09_that_a_letter_is_lost_anybodys_qc_may_waive() -> None:
    lost = (approval(),)
    key = of("approval.evidence_missing", paper(approvals=lost), missing=["APP-1"])
    assert judged([SHOT], paper(waiver(key), approvals=lost), missing=["APP-1"]).verdict == "info"


GROWN: tuple[Entry, ...] = (
    {"use": "key_creative"},
    {"involves": ["personal_data"]},
    {"involves": ["union_work", "unowned_training_data"]},
    {"inputs": ["proprietary"]},
    {"principles": ALL_YES | {"p1": "no"}},
    {"principles": {}},
    {"tools": ["video-tool", "still-tool"]},
    {"extent": "generated"},
)


@pytest.mark.parametrize("grown", GROWN)
def test_10_a_waiver_lapses_when_what_was_declared_grows_and_says_so(grown: Entry) -> None:
    given = waiver(of("approval.missing", paper()), **STREAMER)
    assert judged([SHOT], paper(given)).verdict == "info"
    judgement = judged([SHOT], paper(given, **grown))
    assert (judgement.assets[0].verdict, reasons(judgement)) == ("fail", ["waiver.unused"])
    assert (
        "DEC-1 states another use, involvement, input, answer, extent or tool by now" in judgement.findings[0].message
    )


def test_10_a_waiver_lapses_when_its_declaration_reaches_further() -> None:
    def within(frames: str) -> Entry:
        return {"assets": [{"path": SHOT.path, "frames": frames}]}

    silent = movie(SHOT.path)
    first = finding(one(silent, paper(**within("0-99"))), "approval.missing").id
    assert judged([silent], paper(waiver(first, **STREAMER), **within("0-99"))).verdict == "info"
    wider = judged([silent], paper(waiver(first, **STREAMER), **within("0-199")))
    assert (wider.assets[0].verdict, reasons(wider)) == ("fail", ["waiver.unused"])


def test_10_a_confirmation_lapses_in_the_same_way() -> None:
    judged_so: Entry = {"use": "background_incidental"}
    key = of("approval.judgement_needed", paper(**judged_so))
    assert one(SHOT, paper(confirmation(key), **judged_so)).verdict == "fail"
    grown = judged([SHOT], paper(confirmation(key), **judged_so, inputs=["public"]))
    assert (grown.assets[0].verdict, reasons(grown)) == ("review", ["waiver.unused"])


def test_10_the_order_in_which_things_are_listed_is_no_change() -> None:
    flags = ["personal_data", "union_work"]
    key = of("approval.missing", paper(involves=flags))
    assert judged([SHOT], paper(waiver(key, **STREAMER), involves=flags[::-1])).verdict == "info"


def test_what_a_reason_means_says_who_may_waive_it() -> None:
    said = {reason: " ".join(of_reason(reason, NETFLIX)) for reason in Reason}
    assert "can be waived, for 180 days at most, by somebody who may approve" in said[Reason.APPROVAL_MISSING]
    assert "by somebody who may approve" not in said[Reason.IP_POSSIBLE_MATCH]
    assert "can't be waived" in said[Reason.CONSENT_WITHDRAWN]
