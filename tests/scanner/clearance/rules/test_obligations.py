import pytest

from detectors.observation import Claim
from fixtures.paper import ALL_YES, PRODUCTION, Entry, Value, approval, book, consent, declaration, licence
from tests.scanner.clearance.drops import finding, judged, mark, movie, one, reasons

SHOT = movie("VFX/TLW_101_001_0010.mov", mark())
ALTERED = movie("VFX/TLW_101_001_0010.mov", mark(claim=Claim.EDITED))
READ = {"ref": "T&C", "file": "evidence/terms.txt"}
"""Terms that are on record."""


def paper(**changes: Value) -> Entry:
    """An approved use in the shot; `records` are licences that it lists; `consents` and `tools` are sections."""
    sections = {key: changes.pop(key) for key in ("consents", "tools") if key in changes}
    records = changes.pop("records", [])
    use = declaration(path=SHOT.path, approvals=["APP-1"], licences=[each["id"] for each in records], **changes)
    return book(declarations=[use], approvals=[approval()], licences=records, **sections)


def with_talent(record: Entry | None = None, **talent: Value) -> Entry:
    listed = {"performer": "A. Actor", **({"consent": "CON-1"} if record else {}), **talent}
    return paper(involves=["talent_likeness"], talent=[listed], consents=[record] if record else [])


@pytest.mark.parametrize(
    ("record", "reason"),
    [
        (consent(expires="2026-03-30"), "consent.expired"),
        (consent(granted="2026-04-01"), "consent.missing"),
        (consent(scope={"production": "OTHER-1", "description": "re-ageing"}), "consent.out_of_scope"),
        (consent(performer="B. Actor"), "consent.out_of_scope"),
        (
            consent(scope={"production": PRODUCTION["id"], "description": "re-ageing", "shots": ["TLW_102_*"]}),
            "consent.out_of_scope",
        ),
        (None, "consent.missing"),
    ],
)
def test_a_consent_that_does_not_hold_fails_even_with_a_perfect_approval(record: Entry | None, reason: str) -> None:
    judgement = one(SHOT, with_talent(record))
    assert (judgement.verdict, finding(judgement, reason).verdict) == ("fail", "fail")


def test_performers_are_never_named_in_a_finding() -> None:
    for record in (None, consent(performer="B. Actor")):
        assert "Actor" not in repr(one(SHOT, with_talent(record)))


def test_a_consent_in_order_and_an_exemption_both_do() -> None:
    shots = {"production": PRODUCTION["id"], "description": "re-ageing", "shots": ["TLW_101_001_*"]}
    assert one(SHOT, with_talent(consent(scope=shots, performer="a.  actor"))).verdict == "pass"
    for exemption in ("as_scripted_or_recorded", "human_safety", "unrecognisable"):
        assert one(SHOT, with_talent(exemption=exemption)).verdict == "pass"
    assert one(ALTERED, with_talent(exemption="customary_alteration")).verdict == "pass"
    assert one(SHOT, with_talent(exemption="none")).verdict == "fail"


def test_every_performer_needs_consent() -> None:
    two = [{"performer": "A. Actor", "consent": "CON-1"}, {"performer": "B. Actor"}]
    judgement = one(SHOT, paper(involves=["voice_likeness"], talent=two, consents=[consent()]))
    assert finding(judgement, "consent.missing").message.startswith("talent 2 of DEC-1 has neither")


def test_evidence_of_a_consent_that_is_missing_is_reviewed_and_one_that_changed_fails() -> None:
    data = with_talent(consent())
    assert (one(SHOT, data, missing=["CON-1"]).verdict, one(SHOT, data, changed=["CON-1"]).verdict) == (
        "review",
        "fail",
    )


def test_the_dead_need_the_consent_of_their_estate() -> None:
    assert finding(one(SHOT, paper(involves=["deceased_person"])), "consent.missing").verdict == "fail"
    person = {"involves": ["deceased_person"], "talent": [{"consent": "CON-1"}]}
    assert one(SHOT, paper(**person, consents=[consent()])).verdict == "fail"
    assert one(SHOT, paper(**person, consents=[consent(kind="estate")])).verdict == "pass"
    assert one(SHOT, paper(**person, consents=[consent(kind="estate", expires="2026-01-20")])).verdict == "fail"


@pytest.mark.parametrize(
    ("record", "reason"),
    [
        (licence(ends="2026-03-30"), "licence.expired"),
        (licence(starts="2026-04-01"), "licence.out_of_scope"),
        (licence(scope={"assets": [{"path": "props/*"}]}), "licence.out_of_scope"),
        (licence(scope={"ai_modification_allowed": "no"}), "licence.out_of_scope"),
        (None, "licence.missing"),
    ],
)
def test_third_party_ip_needs_a_licence_that_holds(record: Entry | None, reason: str) -> None:
    judgement = one(SHOT, paper(involves=["third_party_ip"], records=[record] if record else []))
    assert (judgement.verdict, judgement.findings[0].reason) == ("fail", reason)


def licensed(*records: Entry) -> Entry:
    return paper(involves=["third_party_ip"], records=list(records))


def test_a_renewed_licence_does_and_every_reference_needs_one() -> None:
    old = licence("LIC-0", ends="2025-12-31")
    assert one(SHOT, licensed(old, licence())).verdict == "pass"
    other = licence("LIC-2", reference="other", ends="2026-01-01")
    assert one(SHOT, licensed(old, licence(), other)).findings[0].reason == "licence.expired"
    assert one(SHOT, licensed(licence()), missing=["LIC-1"]).verdict == "review"
    usage = judged([SHOT], licensed(old, licence())).licences
    assert [(each.id, each.used_by) for each in usage] == [("LIC-0", 0), ("LIC-1", 1)]


@pytest.mark.parametrize(
    ("tool", "reason"),
    [
        ({"name": "T", "trains_on_inputs": "yes"}, "data.tool_trains_on_inputs"),
        ({"name": "T"}, "data.tool_terms_unknown"),
        ({"name": "T", "trains_on_inputs": "no"}, "data.tool_terms_unknown"),
        ({"name": "T", "trains_on_inputs": "no", "terms": {"ref": "T&C"}}, "data.tool_terms_unknown"),
        ({"name": "T", "trains_on_inputs": "no", "terms": READ}, None),
        ({"name": "T", "trains_on_inputs": "no", "stores_inputs": "yes", "terms": READ}, "data.tool_stores_inputs"),
        ({"name": "T", "trains_on_inputs": "yes", "enterprise_agreement": "yes"}, None),
    ],
)
@pytest.mark.parametrize("inputs", ["proprietary", "personal", "production_footage"])
def test_what_a_tool_does_with_private_inputs(tool: Entry, reason: str | None, inputs: str) -> None:
    judgement = one(SHOT, paper(inputs=[inputs], tools={"video-tool": tool}))
    assert (reason in reasons(judgement)) if reason else judgement.verdict == "pass"
    assert one(SHOT, paper(inputs=["public"], tools={"video-tool": tool})).verdict == "pass"


def test_temporary_material_that_was_approved_for_the_final_may_stay() -> None:
    assert one(SHOT, paper(use="temp")).verdict == "pass"
    data = paper(use="temp") | {"approvals": [approval(scope={"stages": ["temp"]})]}
    told = finding(one(SHOT, data), "stage.temp_in_final")
    assert (told.verdict, told.principles) == ("fail", ("NFX-P4", "NFX-FIN"))


def test_restoration_in_a_documentary_owes_its_viewers_no_word() -> None:
    factual = {"production": PRODUCTION | {"kind": "news"}}
    assert one(ALTERED, paper(use="restoration") | factual).verdict == "pass"
    assert one(SHOT, paper(use="final_vfx") | factual).verdict == "fail"
    told = {"how": "chyron", "timecode": "01:00:00:00"}
    assert one(SHOT, paper(use="final_vfx", audience_disclosure=told, principles=ALL_YES) | factual).verdict == "pass"
