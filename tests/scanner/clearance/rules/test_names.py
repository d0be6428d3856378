"""What a name alone raises in a final delivery: a question, answered by approval and by nothing weaker."""

import pytest

from fixtures.paper import approval, book, declaration, negative
from scanner.clearance.rules.names import temporary
from tests.scanner.clearance.drops import finding, judged, mark, movie, one, reasons, still

NAMED = movie("VFX/TLW_0010_postvis_v02.mov")
HINT = "stage.temp_hint_in_final"


@pytest.mark.parametrize(
    ("path", "word"),
    [
        ("VFX/TLW_0010_temp_v02.mov", "temp"),
        ("VFX/TEMP/TLW_0010_v02.mov", "temp"),
        ("audio/TLW_R3_tmp01.wav", "tmp"),
        ("VFX/TLW_0010_PostVis_v02.mov", "postvis"),
        ("VFX/TLW 0010 post-vis.mov", "postvis"),
        ("VFX/TLW_0010_slap_comp.mov", "slapcomp"),
        ("VFX/sh010TempComp_v001.%04d.exr", "temp"),
        ("VFX/TLW_0010_temple_v02.mov", None),
        ("VFX/TLW_0010_contemporary.mov", None),
        ("stills/Attempt_01.png", None),
        ("audio/R3_tempo_120.wav", None),
        ("stills/swipe_04.png", None),
    ],
)
def test_a_word_for_temporary_is_found_as_a_word_of_its_own(path: str, word: str | None) -> None:
    assert temporary(path) == word


def test_a_telling_name_in_a_final_delivery_is_for_review_and_says_nothing_of_the_picture() -> None:
    judgement = one(NAMED)
    assert reasons(judgement) == [HINT, "ai.no_evidence"]
    assert judgement.verdict == "review"
    assert "'postvis'" in finding(judgement, HINT).message


@pytest.mark.parametrize("stage", ["pre-production", "temp"])
def test_before_the_final_the_name_is_as_it_should_be(stage: str) -> None:
    assert reasons(one(NAMED, stage=stage)) == ["ai.no_evidence"]


def test_an_approval_for_all_of_it_answers_the_question_and_one_for_a_part_doesn_t() -> None:
    clip = movie(NAMED.path, mark())
    whole = book(declarations=[declaration(path=clip.path, approvals=["APP-1"])], approvals=[approval()])
    assert one(clip, whole).verdict == "pass"
    part = whole | {"approvals": [approval(scope={"stages": ["final"], "frames": "0-99"})]}
    assert HINT in reasons(one(clip, part))


def test_neither_a_declaration_nor_a_statement_that_there_is_none_answers_it() -> None:
    assert HINT in reasons(one(NAMED, book(declarations=[declaration(path=NAMED.path)])))
    assert HINT in reasons(one(NAMED, book(declarations=[negative(path=NAMED.path)])))


def test_what_is_declared_as_temporary_is_told_once() -> None:
    judgement = one(NAMED, book(declarations=[declaration(path=NAMED.path, use="temp")]))
    assert "stage.temp_in_final" in reasons(judgement)
    assert HINT not in reasons(judgement)


def test_files_that_are_no_media_are_not_asked_about() -> None:
    notes = still("documents/temp_notes.txt", kind="other")
    assert judged([notes]).verdict == "pass"
