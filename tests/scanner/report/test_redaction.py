"""Leaving out what metadata says: nothing of it stays, equal texts stay equal, and what we measured stays whole."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from detectors.observation import Claim, Kind, Observation, Strength
from scanner.report.redaction import of_observation

MARK = Observation(
    *("markers", "a1111.parameters", Kind.AI, Strength.DEFINITIVE, "PNG:Parameters", "a secret", "a source"),
    claim=Claim.GENERATED,
    generator="Stable Diffusion",
    facts={"label": "1", "producer": "a person", "list": ["a secret", 3], "seen": "real"},
    prompt="a secret, in full",
)


def test_values_and_facts_are_hidden_and_what_names_the_tool_stays() -> None:
    told = of_observation(MARK)
    assert "secret" not in str(told)
    assert "a person" not in str(told)
    assert (told.generator, told.where, told.rule) == (MARK.generator, MARK.where, MARK.rule)
    assert (told.facts["label"], told.facts["seen"]) == ("1", "real")


@given(st.text(), st.text())
def test_the_digest_is_the_same_for_the_same_text_alone(one: str, other: str) -> None:
    digests = [of_observation(replace(MARK, value=text)).value for text in (one, other)]
    assert (digests[0] == digests[1]) is (one == other)


def test_what_was_cut_short_alike_differs_by_its_whole() -> None:
    assert of_observation(MARK).value != of_observation(replace(MARK, prompt="another")).value


def test_what_we_measured_and_what_credentials_say_of_signers_stays() -> None:
    for detector, kind in (("watermark", Kind.AI), ("media", Kind.NOTE), ("images", Kind.MATCH)):
        seen = replace(MARK, detector=detector, kind=kind, prompt="")
        assert of_observation(seen) == seen
    signed = replace(MARK, detector="credentials", kind=Kind.CREDENTIAL, prompt="")
    assert of_observation(signed) == signed


def test_a_house_s_own_detector_is_not_quoted_either() -> None:
    assert "secret" not in str(of_observation(replace(MARK, detector="house.own")))
