"""Words that oblige: what each use, involvement, input, tool and answer asks for; each case, and one beside it."""

import pytest

from detectors.observation import Claim
from fixtures.paper import ALL_YES, PRODUCTION, TOOLS, Entry, Value, approval, book, consent, declaration, read
from scanner.clearance.policy.policy import built_in, load
from scanner.clearance.policy.table import AXES, rows
from tests.scanner.clearance.drops import finding, mark, movie, one, reasons, still

SHOT = movie("VFX/SNW_0010_comp.mov")
STILL = still("stills/SNW_key.jpg", mark())
SECURE: Entry = {"name": "House Model", "enterprise_agreement": "yes"}
TERMS: Entry = {"file": "evidence/terms.txt"}


def paper(kind: str = "fiction", tool: Entry | None = None, *, approve: bool = True, **use: Value) -> Entry:
    """One declared use of a tool, approved unless said otherwise."""
    declared = declaration(path=None, **{"assets": [{"path": "**/SNW_*"}, {"path": SHOT.path}], **use})
    declared |= {"assets": [{"path": SHOT.path}, {"path": STILL.path}], "approvals": ["APP-1"] if approve else []}
    return book(
        production=PRODUCTION | {"kind": kind},
        tools=TOOLS | {"video-tool": tool or SECURE},
        declarations=[declared],
        approvals=[approval()] if approve else [],
        consents=[consent()],
    )


@pytest.mark.parametrize("name", built_in())
def test_the_table_of_a_policy_is_total_over_the_words(name: str) -> None:
    obliges = load(name).text.obliges
    assert {axis: list(rows(obliges, axis)) for axis in AXES} == {axis: list(words) for axis, words in AXES.items()}


# ---- Material that is put into tools --------------------------------------------------------------------------------

HUNGRY: Entry = {"name": "Free Upscaler", "stores_inputs": "yes", "trains_on_inputs": "yes"}
KEEPING: Entry = {"name": "Keeper", "stores_inputs": "yes", "trains_on_inputs": "no", "terms": TERMS}


def test_07_footage_into_a_tool_that_trains_on_it_fails() -> None:
    judgement = one(SHOT, paper(tool=HUNGRY, inputs=["production_footage"]))
    told = finding(judgement, "data.tool_trains_on_inputs")
    assert (judgement.verdict, told.verdict) == ("fail", "fail")
    assert "put production_footage material into video-tool" in told.message
    assert (
        one(SHOT, paper(tool=HUNGRY | {"enterprise_agreement": "yes"}, inputs=["production_footage"])).verdict == "info"
    )


@pytest.mark.parametrize(
    ("tool", "reason"),
    [(KEEPING, "data.tool_stores_inputs"), ({"name": "Unread"}, "data.tool_terms_unknown")],
)
def test_07_footage_into_a_tool_that_keeps_it_or_of_unknown_terms_is_for_review(tool: Entry, reason: str) -> None:
    judgement = one(SHOT, paper(tool=tool, inputs=["production_footage"]))
    assert (judgement.verdict, finding(judgement, reason).verdict) == ("review", "review")


def test_08_a_yes_to_p2_against_the_tools_own_record_is_for_review_and_needs_approval() -> None:
    judgement = one(SHOT, paper(tool=HUNGRY))
    told = finding(judgement, "declaration.answer_contradicted")
    assert (judgement.verdict, told.principles) == ("review", ("NFX-P2", "NFX-ESC"))
    temp = one(SHOT, paper(tool=HUNGRY, approve=False), "temp")
    assert "not every guiding principle is answered yes" in finding(temp, "approval.missing").message
    answered: Entry = {"principles": ALL_YES | {"p2": "no"}}
    for tool, kept in ((HUNGRY, answered), (HUNGRY, {"inputs": ["public"]}), (SECURE, {})):
        assert "declaration.answer_contradicted" not in reasons(one(SHOT, paper(tool=tool, **kept)))


def test_08_an_answer_that_is_left_open_is_no_better_than_a_wrong_one() -> None:
    told = finding(one(SHOT, paper(tool=HUNGRY, principles={})), "declaration.answer_contradicted")
    assert "DEC-1 leaves p2 open" in told.message


def test_08_a_tool_that_only_keeps_what_is_put_in_contradicts_the_yes_too() -> None:
    assert "declaration.answer_contradicted" in reasons(one(SHOT, paper(tool=KEEPING)))


def test_21_proprietary_material_in_a_tool_that_keeps_it_is_for_review() -> None:
    judgement = one(SHOT, paper(tool=KEEPING, inputs=["proprietary"]))
    assert (judgement.verdict, judgement.findings[0].reason) == ("review", "data.tool_stores_inputs")
    assert "enterprise_agreement" in judgement.findings[0].remedy


def test_21_material_of_the_productions_outside_an_enterprise_agreement_needs_approval_before_the_final() -> None:
    open_tool: Entry = {"name": "T", "stores_inputs": "no", "trains_on_inputs": "no", "terms": TERMS}
    for inputs in ("proprietary", "personal", "production_footage"):
        told = finding(one(SHOT, paper(tool=open_tool, approve=False, inputs=[inputs]), "temp"), "approval.missing")
        assert f"{inputs} material was put into a tool without an enterprise agreement" in told.message
    assert one(SHOT, paper(approve=False, inputs=["proprietary"]), "temp").verdict == "info"


def test_terms_that_are_not_on_record_are_no_better_than_terms_that_are_lost() -> None:
    told = [
        one(SHOT, paper(tool={"name": "T", "trains_on_inputs": "no", **terms}, inputs=["personal"]), missing=missing)
        for terms, missing in (({}, []), ({"terms": TERMS}, ["video-tool"]))
    ]
    assert [reasons(each)[0] for each in told] == ["data.tool_terms_unknown"] * 2
    assert told[0].verdict == told[1].verdict == "review"


# ---- Performances ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("use", ["performance_alteration", "voice", "localization"])
def test_14_a_use_that_changes_a_performance_asks_for_consent_by_itself(use: str) -> None:
    judgement = one(SHOT, paper(use=use))
    told = finding(judgement, "consent.missing")
    assert (judgement.verdict, told.verdict) == ("fail", "fail")
    assert f"DEC-1 has {use} and lists no talent" in told.message
    assert one(SHOT, paper(use=use, talent=[{"performer": "A. Actor", "consent": "CON-1"}])).verdict == "info"


def test_14_subtitles_have_no_performer() -> None:
    assert one(SHOT, paper(use="localization", modality=["text"])).verdict == "info"
    assert one(SHOT, paper(use="localization", modality=["text", "audio"])).verdict == "fail"
    assert one(SHOT, paper(use="localization", modality=[])).verdict == "fail"


@pytest.mark.parametrize("flag", ["public_figure", "synthetic_performer"])
def test_15_real_and_made_up_people_need_approval_at_every_stage_in_the_background_too(flag: str) -> None:
    background: Entry = {"use": "background_incidental", "involves": [flag]}
    final = one(STILL, paper(approve=False, **background))
    assert (final.verdict, final.findings[0].reason) == ("fail", "approval.missing")
    temp = one(STILL, paper(approve=False, **background), "temp")
    assert (temp.verdict, f"it involves {flag}" in finding(temp, "approval.missing").message) == ("review", True)
    assert one(STILL, paper(**background)).verdict == "pass"
    assert (
        one(STILL, paper(approve=False, use="background_incidental")).findings[0].reason == "approval.judgement_needed"
    )


# ---- Viewers --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("policy", ["netflix-genai", "documentary"])
@pytest.mark.parametrize("kind", ["documentary", "news"])
def test_12_restoring_does_not_cover_what_a_model_made_as_a_whole(policy: str, kind: str) -> None:
    restored = paper(kind, use="restoration")
    for subject, extent in ((STILL, None), (STILL, "enhanced"), (still(STILL.path), "generated")):
        judgement = one(subject, paper(kind, use="restoration", extent=extent), by=load(policy))
        assert finding(judgement, "factual.synthetic_as_real").verdict == "fail"
    mended = still(STILL.path, mark(claim=Claim.EDITED))
    assert one(mended, restored, by=load(policy)).verdict == "pass"


def test_12_what_was_for_the_time_being_and_is_approved_for_the_final_is_told_to_viewers() -> None:
    assert "factual.synthetic_as_real" in reasons(one(STILL, paper("documentary", use="ideation")))
    assert one(STILL, paper("documentary", use="ideation"), "temp").verdict == "pass"


@pytest.mark.parametrize("how", ["no", "None", "n/a", "-", "tbd", "yes", "?"])
def test_13_a_form_that_says_nothing_is_a_mistake(how: str) -> None:
    with pytest.raises(ValueError, match="doesn't say anything"):
        read(paper(audience_disclosure={"how": how}))
    with pytest.raises(ValueError, match="doesn't say anything"):
        read(paper(audience_disclosure={"how": "words on a card", "card": how}))


@pytest.mark.parametrize("timecode", ["banana", "01:00", "end", "25:99:00:00"])
def test_13_a_place_that_is_none_is_a_mistake(timecode: str) -> None:
    with pytest.raises(ValueError, match="timecode"):
        read(paper(audience_disclosure={"how": "chyron over the picture", "timecode": timecode}))


@pytest.mark.parametrize(
    ("told", "verdict"),
    [
        ({}, "fail"),
        ({"timecode": "01:00:00:00"}, "fail"),
        ({"how": "chyron over the picture"}, "review"),
        ({"how": "chyron over the picture", "timecode": "01:00:00:00"}, "pass"),
        ({"how": "words on a card", "card": "end card"}, "review"),
        ({"how": "words on a card", "card": "end card", "evidence": {"file": "evidence/card.png"}}, "pass"),
        ({"how": "words on a card", "evidence": {"file": "evidence/card.png"}}, "review"),
    ],
)
def test_13_viewers_are_told_in_a_form_at_a_place_that_can_be_looked_up(told: Entry, verdict: str) -> None:
    data = paper("documentary", use="factual_representation", audience_disclosure=told)
    assert one(STILL, data).verdict == verdict
    if "evidence" in told:
        assert one(STILL, data, missing=["DEC-1"]).verdict == "review"
        assert one(STILL, data, changed=["DEC-1"]).verdict == "fail"


# ---- Music ----------------------------------------------------------------------------------------------------------


def test_music_that_a_model_made_alone_is_for_review_in_a_final_delivery() -> None:
    song = movie(SHOT.path, mark())
    for subject, extent in ((song, "composite"), (SHOT, None), (SHOT, "generated")):
        judgement = one(subject, paper(use="music", extent=extent))
        told = finding(judgement, "ip.no_human_author")
        assert (judgement.verdict, told.verdict, told.principles) == ("review", "review", ("PRO-MUSIC",))
    assert one(SHOT, paper(use="music", extent=None, human_input="melody by the composer")).verdict == "info"
    assert one(SHOT, paper(use="music", extent=None, human_input="none")).verdict == "review"
    assert one(SHOT, paper(use="music", extent="ingredient")).verdict == "info"
    assert one(STILL, paper(use="music", extent=None)).verdict == "pass"
