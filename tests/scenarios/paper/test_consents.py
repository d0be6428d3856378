"""Consents, licences and approvals by one rule book: each case that was found, and one beside it."""

from datetime import date

import pytest

from detectors.observation import Claim
from fixtures.paper import DELIVERY, PRODUCTION, Entry, Value, approval, book, consent, declaration, licence
from tests.scanner.clearance.drops import finding, judged, mark, match, movie, one, reasons, still

SHOT = movie("VFX/SNW_0010_comp.mov")
MADE = movie("VFX/SNW_0010_comp.mov", mark())
ALTERED = movie("VFX/SNW_0010_comp.mov", mark(claim=Claim.EDITED))
FACE: Entry = {"involves": ["talent_likeness"], "talent": [{"performer": "A. Actor", "consent": "CON-1"}]}
VOICE: Entry = {"involves": ["voice_likeness"], "talent": [{"performer": "A. Actor", "consent": "CON-1"}]}
HERE: Entry = {"production": PRODUCTION["id"], "description": "re-ageing, opening scene"}


def paper(*consents: Entry, delivery: Entry | None = None, **use: Value) -> Entry:
    """An approved use of a face, with these consents on record."""
    declared = declaration(path=SHOT.path, approvals=["APP-1"], **{**FACE, **use})
    return book(
        deliveries=[DELIVERY | (delivery or {})],
        declarations=[declared],
        approvals=[approval()],
        consents=list(consents),
    )


def licensed(*licences: Entry, delivery: Entry | None = None, cites: tuple[str, ...] = ("LIC-1",)) -> Entry:
    """An approved use of third-party IP, with these licences on record."""
    declared = declaration(path=SHOT.path, approvals=["APP-1"], involves=["third_party_ip"], licences=list(cites))
    return book(
        deliveries=[DELIVERY | (delivery or {})],
        declarations=[declared],
        approvals=[approval()],
        licences=list(licences),
    )


# ---- Evidence -------------------------------------------------------------------------------------------------------


def test_04_a_consent_without_an_evidence_line_is_for_review() -> None:
    judgement = one(SHOT, paper(consent(evidence=None)))
    told = finding(judgement, "consent.missing")
    assert (judgement.verdict, "the evidence of CON-1 is not stated" in told.message) == ("review", True)
    assert told.remedy.endswith("In consents, CON-1: `evidence: {file: …}`, the letter as it was signed.")


def test_04b_a_consent_whose_letter_is_lost_is_for_review_and_so_is_a_licence_without_a_line() -> None:
    assert one(SHOT, paper(consent()), missing=["CON-1"]).verdict == "review"
    assert one(SHOT, licensed(licence(evidence=None))).verdict == "review"
    poster = still("a.png", match())
    assert one(poster, book(licences=[licence(evidence=None)])).verdict == "review"
    assert one(poster, book(licences=[licence()])).verdict == "pass"


def test_04_what_a_model_made_of_a_work_whose_licence_nobody_can_show_is_for_review_too() -> None:
    poster = still("a.png", match(), mark())
    data = book(declarations=[declaration(path="a.png", approvals=["APP-1"])], approvals=[approval()])
    for lacking in (licence(evidence=None), licence(scope={"territories": ["FR"]})):
        told = finding(one(poster, data | {"licences": [lacking]}), "ip.ai_resembles_reference")
        assert told.verdict == "review"
    assert one(poster, data | {"licences": [licence(ends="2026-03-01")]}).verdict == "fail"


# ---- Kinds ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["voice", "estate"])
def test_05_a_consent_of_another_kind_covers_no_face(kind: str) -> None:
    judgement = one(SHOT, paper(consent(kind=kind)))
    told = finding(judgement, "consent.out_of_scope")
    assert (judgement.verdict, told.verdict) == ("fail", "fail")
    assert f"of the kind {kind}, which doesn't cover talent_likeness" in told.message
    assert "of the `kind` digital_alteration or digital_replica" in told.remedy


def test_05_a_consent_to_be_altered_covers_no_face_that_a_model_made_as_a_whole() -> None:
    altering = consent(kind="digital_alteration")
    assert one(ALTERED, paper(altering)).verdict == "pass"
    for subject, extent in ((MADE, "composite"), (SHOT, "generated")):
        told = finding(one(subject, paper(altering, extent=extent)), "consent.out_of_scope")
        assert "a model made all of what is there" in told.message
    assert one(MADE, paper(consent(kind="digital_replica"))).verdict == "pass"


def test_05_one_voice_consent_covers_no_face_and_voice_together() -> None:
    both: Entry = {"involves": ["talent_likeness", "voice_likeness"]}
    assert one(SHOT, paper(consent(kind="voice"), **both)).verdict == "fail"
    assert one(SHOT, paper(consent(kind="voice"), **VOICE)).verdict == "info"
    second = consent("CON-2", kind="digital_alteration")
    assert one(SHOT, paper(consent(kind="voice"), second, **both)).verdict == "info"


def test_05_each_performer_is_asked_for_what_is_involved_of_theirs() -> None:
    both: Entry = {"involves": ["talent_likeness", "voice_likeness"]}
    faces: Entry = {"performer": "A. Actor", "consent": "CON-1", "involves": ["talent_likeness"]}
    voices: Entry = {"performer": "B. Speaker", "consent": "CON-2", "involves": ["voice_likeness"]}
    records = [consent(kind="digital_alteration"), consent("CON-2", performer="B. Speaker", kind="voice")]
    assert one(SHOT, paper(*records, **both, talent=[faces, voices])).verdict == "info"
    assert one(SHOT, paper(*records, **both, talent=[faces, {**voices, "involves": []}])).verdict == "fail"
    told = finding(one(SHOT, paper(*records, **both, talent=[faces])), "consent.missing")
    assert "none of its talent is listed for it" in told.message


def test_05_the_estate_speaks_for_the_dead_and_for_their_voice() -> None:
    dead: Entry = {"involves": ["deceased_person", "voice_likeness"], "use": "voice"}
    assert one(SHOT, paper(consent(kind="estate"), **dead)).verdict == "info"
    assert one(SHOT, paper(consent(kind="voice"), **dead)).verdict == "fail"


def test_05_no_exemption_stands_for_the_consent_of_an_estate() -> None:
    excused: Entry = {
        "involves": ["deceased_person"],
        "talent": [{"performer": "A. Actor", "consent": "CON-1", "exemption": "unrecognisable"}],
    }
    assert one(SHOT, paper(consent(kind="estate"), **excused)).verdict == "info"
    assert one(SHOT, paper(consent(kind="estate", expires="2026-03-01"), **excused)).verdict == "fail"
    assert one(SHOT, paper(consent(kind="digital_replica"), **excused)).verdict == "fail"


# ---- Days -----------------------------------------------------------------------------------------------------------


def test_06_a_consent_dated_after_the_day_of_the_judgement_fails_as_an_approval_does() -> None:
    early = date(2026, 3, 1)
    judgement = one(SHOT, paper(consent(granted="2026-03-15")), as_of=early)
    assert judgement.verdict == "fail"
    assert "is dated 2026-03-15, and it is judged as of 2026-03-01" in finding(judgement, "consent.missing").message
    starting = licensed(licence(starts="2026-03-15"))
    assert "licence.out_of_scope" in reasons(one(SHOT, starting, as_of=early))


def test_06_a_consent_given_after_the_work_is_a_question_unless_an_earlier_one_was_in_force() -> None:
    made: Entry = {"generated": "2026-02-01"}
    late = consent(granted="2026-02-20")
    judgement = one(SHOT, paper(late, **made))
    assert (judgement.verdict, judgement.findings[0].reason) == ("review", "consent.after_generation")
    first = consent("CON-0", granted="2026-01-01", expires="2026-02-10")
    assert one(SHOT, paper(first, late, **made)).verdict == "info"


def test_a_consent_that_was_withdrawn_fails_and_cannot_be_waived() -> None:
    judgement = one(SHOT, paper(consent(withdrawn="2026-04-01")))
    assert (judgement.verdict, judgement.findings[0].reason) == ("fail", "consent.withdrawn")
    assert one(SHOT, paper(consent(withdrawn="2026-04-03"))).verdict == "info"
    revoked = licensed(licence(revoked="2026-04-01"))
    assert one(SHOT, revoked).verdict == "fail"


def test_a_renewed_consent_beside_the_expired_one_is_the_one_that_counts() -> None:
    old, new = consent(expires="2026-03-01"), consent("CON-2", granted="2026-02-20")
    judgement = judged([SHOT], paper(old, new))
    assert judgement.verdict == "info"
    assert {each.id: each.used_by for each in judgement.consents} == {"CON-1": 0, "CON-2": 1}
    assert judged([SHOT], paper(old, {**new, "performer": "B. Actor"})).verdict == "fail"


def test_a_renewed_licence_beside_the_expired_one_is_the_one_that_counts() -> None:
    old = licence(ends="2026-03-01")
    assert one(SHOT, licensed(old, licence("LIC-2"))).verdict == "info"
    assert one(SHOT, licensed(old, licence("LIC-2", reference="posters/018.tif"))).verdict == "fail"


def test_a_right_has_to_last_through_the_stated_run() -> None:
    run = {"runs_until": "2026-12-31"}
    for data in (
        paper(consent(expires="2026-06-30"), delivery=run),
        licensed(licence(ends="2026-06-30"), delivery=run),
    ):
        judgement = one(SHOT, data)
        assert (judgement.verdict, judgement.findings[0].reason.partition(".")[2]) == ("fail", "expired")
        assert "ends on 2026-06-30, before the run of the delivery, on 2026-12-31" in judgement.findings[0].message
    assert one(SHOT, paper(consent(expires="2026-06-30"))).verdict == "info"


# ---- Scope ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("what", ["territories", "media"])
def test_a_restricted_licence_is_held_against_the_delivery(what: str) -> None:
    restricted = licensed(licence(scope={what: ["France", "Belgium"]}))
    asked = one(SHOT, restricted)
    assert (asked.verdict, asked.findings[0].reason) == ("review", "licence.out_of_scope")
    assert f"In the delivery: `{what}: [...]`" in asked.findings[0].remedy
    for shown, verdict in ((["france"], "info"), (["France", "Germany"], "fail"), (["worldwide"], "fail")):
        assert (
            one(SHOT, licensed(licence(scope={what: ["France", "Belgium"]}), delivery={what: shown})).verdict == verdict
        )
    for free in ({}, {what: ["worldwide"]}, {what: ["all"]}):
        assert one(SHOT, licensed(licence(scope=free), delivery={what: ["Germany"]})).verdict == "info"


def test_a_restricted_consent_is_held_against_the_delivery_and_the_use() -> None:
    restricted = consent(scope=HERE | {"territories": ["FR"]})
    assert one(SHOT, paper(restricted)).verdict == "review"
    assert one(SHOT, paper(restricted, delivery={"territories": ["DE"]})).verdict == "fail"
    for_another = consent(scope=HERE | {"uses": ["localization"]})
    assert "is for the use localization, not final_vfx" in one(SHOT, paper(for_another)).findings[0].message


def test_a_minors_consent_without_a_guardian_is_a_question() -> None:
    assert one(SHOT, paper(consent(minor="yes"))).verdict == "review"
    assert one(SHOT, paper(consent(minor="yes", guardian="P. Actor"))).verdict == "info"


def test_16_a_customary_alteration_never_excuses_what_a_model_made_as_a_whole() -> None:
    talent: Entry = {"talent": [{"performer": "X", "exemption": "customary_alteration"}]}
    judgement = one(MADE, paper(use="key_creative", extent=None, **talent))
    assert judgement.verdict == "fail"
    assert "the exemption customary_alteration doesn't hold there" in finding(judgement, "consent.missing").message
    assert one(ALTERED, paper(**talent)).verdict == "pass"
    assert one(SHOT, paper(extent="generated", **talent)).verdict == "fail"
    unknown: Entry = {"talent": [{"performer": "X", "exemption": "unrecognisable"}]}
    assert one(MADE, paper(extent="generated", **unknown)).verdict == "pass"


def test_16_only_the_frames_that_a_model_made_as_a_whole_are_left_without_an_excuse() -> None:
    talent: Entry = {"talent": [{"performer": "X", "exemption": "customary_alteration"}]}
    partly = movie(SHOT.path, mark((0, 99)), mark((100, 239), claim=Claim.EDITED))
    told = finding(one(partly, paper(**talent)), "consent.missing")
    assert told.span is not None
    assert (told.span.first_frame, told.span.last_frame) == (0, 99)


# ---- Approvals that replace others ----------------------------------------------------------------------------------


def approved(*approvals: Entry, cites: tuple[str, ...] = ("APP-1",)) -> Entry:
    declared = declaration(path=SHOT.path, approvals=list(cites))
    return book(declarations=[declared], approvals=list(approvals))


def test_17_a_vendors_approval_replaces_nothing_of_the_streamers() -> None:
    vendor = approval("APP-2", approver={"name": "C", "org": "ABC VFX"}, supersedes=["APP-1"])
    judgement = judged([SHOT], approved(approval(), vendor))
    assert judgement.verdict == "info"
    usage = {each.id: each for each in judgement.approvals}
    assert (usage["APP-1"].used_by, usage["APP-1"].problems) == (1, ())
    assert "APP-2 replaces nothing: APP-2 was given by the vendor" in usage["APP-2"].problems[0]
    stranger = approval("APP-2", approver={"name": "C", "org": "Somebody"}, supersedes=["APP-1"])
    assert one(SHOT, approved(approval(), stranger)).verdict == "info"


def test_17_a_later_entry_never_changes_the_verdict_on_an_earlier_delivery() -> None:
    later = approval("APP-2", granted="2026-04-10", supersedes=["APP-1"], scope={"stages": ["temp"]})
    for day in (date(2026, 4, 2), date(2026, 4, 20), date(2028, 1, 1)):
        assert one(SHOT, approved(approval(), later), as_of=day).verdict == "info"
    in_time = later | {"granted": "2026-03-10"}
    assert one(SHOT, approved(approval(), in_time)).verdict == "fail"


def test_an_approval_whose_letter_is_lost_takes_no_valid_one_away() -> None:
    later = approval("APP-2", granted="2026-03-10", supersedes=["APP-1"])
    assert one(SHOT, approved(approval(), later), missing=["APP-2"]).verdict == "info"
    assert one(SHOT, approved(approval(), later), changed=["APP-2"]).verdict == "info"


def test_what_replaced_an_approval_stands_for_it_and_is_named_where_it_does_not() -> None:
    renewed = approval("APP-2", granted="2026-03-10", supersedes=["APP-1"])
    judgement = judged([SHOT], approved(approval(expires="2026-03-15"), renewed))
    assert judgement.verdict == "info"
    assert {each.id: each.used_by for each in judgement.approvals} == {"APP-1": 0, "APP-2": 1}
    narrower = renewed | {"scope": {"stages": ["temp"]}}
    told = finding(one(SHOT, approved(approval(), narrower)), "approval.missing")
    assert "APP-1 was superseded by APP-2, which isn't in order for this" in told.message
