"""What broadcasters and the law of 2026 ask: news, labels under article 50, signed files, advertising in New York."""

import pytest

from detectors.observation import Claim
from fixtures.paper import PRODUCTION, TOOLS, Entry, Value, approval, book, consent, declaration, waiver
from scanner.clearance.policy.policy import load
from scanner.terms.words import Use
from tests.scanner.clearance.drops import credential, finding, hint, judged, mark, movie, one, reasons, still

SHOT = movie("VFX/SNW_0010_comp.mov", mark())
TOLD: Entry = {"how": "caption over the picture", "timecode": "01:00:00:00"}
NEWS, EU, NEW_YORK = load("news"), load("eu-ai-act"), load("advertising-us-ny")
GENERATED_USES = sorted(set(Use) - {Use.LOCALIZATION, Use.TRAINING, Use.RESTORATION})


def paper(kind: str = "fiction", **use: Value) -> Entry:
    """One approved use, of which viewers are told."""
    values: Entry = {"audience_disclosure": TOLD, "human_input": "by people", **use}
    declared = declaration(path=SHOT.path, approvals=["APP-1"], **values)
    return book(
        production=PRODUCTION | {"kind": kind},
        declarations=[declared],
        approvals=[approval()],
        consents=[consent()],
    )


CONSENTED: Entry = {"talent": [{"performer": "A. Actor", "consent": "CON-1"}]}


# ---- News -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("use", GENERATED_USES)
def test_in_news_nothing_generated_may_stand_whoever_approved_it(use: str) -> None:
    data = paper("news", use=use, **CONSENTED)
    told = finding(one(SHOT, data, by=NEWS), "ai.not_allowed")
    assert (told.verdict, told.principles) == ("fail", ("NFX-E1", "NEWS-NONE", "NEWS-SUPPLY"))
    assert one(SHOT, data).verdict == "pass"
    excused = data | {"waivers": [waiver(told.id, by={"name": "N", "org": "Example Streamer"})]}
    assert reasons(judged([SHOT], excused, by=NEWS)) == ["waiver.not_allowed"]


def test_in_news_it_doesn_t_matter_what_the_paper_calls_the_production() -> None:
    assert one(SHOT, paper("fiction"), by=NEWS).verdict == "fail"
    assert one(SHOT, book(), by=NEWS).verdict == "fail"
    assert one(still("a.png", hint()), book(), "temp", by=NEWS).verdict == "review"


def test_in_news_translations_are_told_and_restoring_ends_where_a_model_made_all_of_it() -> None:
    assert one(SHOT, paper("news", use="localization", **CONSENTED), by=NEWS).verdict == "pass"
    silent = paper("news", use="localization", audience_disclosure=None, **CONSENTED)
    assert one(SHOT, silent, by=NEWS).findings[0].reason == "factual.synthetic_as_real"
    mended = movie(SHOT.path, mark(claim=Claim.EDITED))
    assert one(mended, paper("news", use="restoration"), by=NEWS).verdict == "pass"
    assert "ai.not_allowed" in reasons(one(SHOT, paper("news", use="restoration"), by=NEWS))


# ---- Article 50 -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["documentary", "news", "advertising"])
def test_article_50_asks_for_a_label_whose_place_is_known(kind: str) -> None:
    assert one(SHOT, paper(kind), by=EU).verdict == "pass"
    silent = one(SHOT, paper(kind, audience_disclosure=None), by=EU)
    told = finding(silent, "factual.synthetic_as_real")
    assert (told.verdict, {"EU-50-4", "EU-50-5", "EU-CODE-ICON"} <= set(told.principles)) == ("fail", True)
    assert one(SHOT, paper(kind, audience_disclosure={"how": "EU icon, black"}), by=EU).verdict == "review"


def test_article_50_asks_fiction_for_a_word_where_somebody_real_is_in_it() -> None:
    face: Entry = {"involves": ["talent_likeness"], **CONSENTED}
    assert one(SHOT, paper(**face), by=EU).verdict == "pass"
    assert one(SHOT, paper(**face, audience_disclosure=None), by=EU).verdict == "fail"
    assert one(SHOT, paper(audience_disclosure=None), by=EU).verdict == "pass"


def signing(state: str) -> Entry:
    return paper() | {"tools": TOOLS | {"video-tool": TOOLS["video-tool"] | {"content_credentials": state}}}


def test_a_credential_that_a_tool_gives_and_the_file_lacks_is_told_where_a_policy_rests_on_it() -> None:
    stripped = one(SHOT, signing("yes"), by=EU)
    told = finding(stripped, "credential.stripped")
    assert (stripped.verdict, told.verdict, told.principles) == ("review", "review", ("EU-50-2", "EU-CODE-MARK"))
    assert one(SHOT, signing("yes")).verdict == "pass"
    signed = movie(SHOT.path, mark(), credential("trusted"))
    assert one(signed, signing("yes"), by=EU).verdict == "pass"
    for state in ("no", "unknown"):
        assert one(SHOT, signing(state), by=EU).verdict == "pass"


# ---- New York -------------------------------------------------------------------------------------------------------


def test_an_advertisement_in_new_york_says_that_its_performer_is_synthetic() -> None:
    made_up: Entry = {"involves": ["synthetic_performer"]}
    assert one(SHOT, paper("advertising", **made_up), by=NEW_YORK).verdict == "pass"
    silent = one(SHOT, paper("advertising", audience_disclosure=None, **made_up), by=NEW_YORK)
    assert finding(silent, "factual.synthetic_as_real").principles == ("NFX-E1", "NY-SYNTHETIC")
    assert silent.verdict == "fail"
    assert one(SHOT, paper("advertising", audience_disclosure=None), by=NEW_YORK).verdict == "pass"
