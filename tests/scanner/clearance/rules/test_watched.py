"""Watched names in prompts: whole words, whatever their case and accents, in any script."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detectors.observation import Kind, Observation, Strength
from fixtures.paper import book
from scanner.clearance.rules.watched import names
from scanner.terms.verdicts import Verdict
from tests.scanner.clearance.drops import finding, mark, one, reasons, sequence, still


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("a portrait of Ada Actor", "Ada Actor"),
        ("ADA ACTOR, 85mm", "ada actor"),
        ("ada-actor's twin", "Ada Actor"),
        ("<lora:ada_actor_v3:0.8>", "Ada Actor"),
        ("Ada\n  Actor", "Ada Actor"),
        ("Àda Ãctor", "Ada Actor"),
        ("Ada Actor", "Àda Ãctor"),
        ("A\u0301da Actor", "Áda Actor"),
        ("a\u200bda actor", "Ada Actor"),
        ("ＡＤＡ　ＡＣＴＯＲ", "Ada Actor"),  # noqa: RUF001 - full-width letters are the point
        ("Søren Łukasz", "Soren Lukasz"),
        ("GROSSE STRASSE", "große Straße"),
        ("一张李小明的肖像", "李小明"),
        ("portrait of АДА", "Ада"),
        ("captain frost", 'Captain\n"Frost"'),
    ],
)
def test_a_name_is_found(text: str, name: str) -> None:
    assert names(text, name)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("a radar, actors", "Ada Actor"),
        ("Adam Actor", "Ada"),
        ("ada of the actor", "Ada Actor"),
        ("actor ada", "Ada Actor"),
        ("", "Ada"),
        ("anything", "!?"),
        ("李小", "李小明"),
    ],
)
def test_a_part_of_a_word_is_no_name(text: str, name: str) -> None:
    assert not names(text, name)


@given(st.text(max_size=40), st.text("abc déÉ", min_size=1, max_size=8).filter(str.strip), st.text(max_size=40))
def test_a_name_between_other_words_is_always_found(before: str, name: str, after: str) -> None:
    assert names(f"{before} , {name} , {after}", name)
    assert names(f"{before} , {name.upper()} , {after}", name)


def prompted(text: str, strength: Strength = Strength.STRONG) -> Observation:
    return replace(mark(), prompt=text, strength=strength)


def test_each_name_is_a_finding_of_its_own_in_the_frames_that_name_it() -> None:
    early, late = replace(mark((1001, 1010)), prompt="ada actor"), replace(mark((1100, 1110)), prompt="captain frost")
    told = one(sequence("VFX/plate.%04d.exr", early, late), book(watch_names=["Ada Actor", "Captain Frost"]))
    named = {each.message: each.span for each in told.findings if each.reason == "ai.prompt_names_protected"}
    [ada, frost] = sorted(named)
    assert "names 'Ada Actor'" in ada
    assert "names 'Captain Frost'" in frost
    assert named[ada] is not None
    assert (named[ada].first_frame, named[frost].first_frame) == (1001, 1100)  # type: ignore[union-attr]  # asserted


def test_declared_or_not_the_name_is_told() -> None:
    told = one(still("stills/a.png", prompted("Ada Actor")), book(watch_names=["Ada Actor"]))
    assert finding(told, "ai.prompt_names_protected").verdict is Verdict.FAIL


def test_a_weak_mark_that_names_somebody_is_for_review_at_most() -> None:
    note = Observation("markers", "comfyui.workflow", Kind.NOTE, Strength.WEAK, "PNG:Workflow", prompt="captain frost")
    told = one(still("stills/a.png", note), book(watch_names=["Captain Frost"]))
    assert finding(told, "ai.prompt_names_protected").verdict is Verdict.REVIEW


def test_without_names_or_paper_nothing_is_looked_for() -> None:
    seen = still("stills/a.png", prompted("Ada Actor"))
    assert "ai.prompt_names_protected" not in reasons(one(seen))
    assert "ai.prompt_names_protected" not in reasons(one(seen, book(watch_names=["Somebody Else"])))
