"""Assertions of 2025 and 2026: AI disclosures, metadata, soft bindings, and the regions that actions name."""

from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detectors.credentials.detector import CredentialsDetector
from detectors.credentials.regions import StatedRange, ranges_of, spans_of
from detectors.credentials.signing import Authority, Ingredient
from detectors.material import FakeMaterial, Piece
from detectors.observation import Claim, Json, Kind, Observation, Span, Strength
from fixtures import media
from tests.detectors.credentials.conftest import observe

IPTC = "http://cv.iptc.org/newscodes/digitalsourcetype/"
SPACE = "http://iptc.org/std/Iptc4xmpExt/2008-02-29/"
RECTANGLE: Json = {"type": "rectangle", "unit": "percent", "origin": {"x": 10, "y": 5}, "width": 20, "height": 30}
COMPOSITE = IPTC + "compositeWithTrainedAlgorithmicMedia"
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["type", "time", "frame", "start", "end", "region", "shape", "x"]), inner, max_size=4
        )
    ),
    max_leaves=12,
)


def described(*assertions: dict[str, Json], form: str = "image/jpeg") -> dict[str, Json]:
    return {
        "claim_generator_info": [{"name": "ExampleApp", "version": "1"}],
        "title": "x",
        "format": form,
        "assertions": list[Json](assertions),
    }


def action(name: str, **more: Json) -> dict[str, Json]:
    return {"label": "c2pa.actions.v2", "data": {"actions": [{"action": name, **more}]}}


def disclosure(level: str, **more: Json) -> dict[str, Json]:
    data: dict[str, Json] = {"modelType": "c2pa.types.model", "contentProfile": {"humanOversightLevel": level}, **more}
    return {"label": "c2pa.ai-disclosure", "data": data}


@pytest.fixture
def seen_in(authority: Authority, plain: Path, tmp_path: Path) -> "Signer":
    return Signer(authority, plain, tmp_path / "signed.jpg")


class Signer:
    """Signs a picture with some assertions, and gives what the detector says of it but for the credential itself."""

    def __init__(self, authority: Authority, plain: Path, path: Path) -> None:
        self.authority, self.plain, self.path = authority, plain, path

    def __call__(self, *assertions: dict[str, Json], parent: Literal["parentOf", ""] = "") -> list[Observation]:
        ingredients = [Ingredient(self.plain, "image/jpeg", parent)] if parent else []
        self.authority.sign(self.plain, self.path, described(*assertions), ingredients=ingredients)
        return list(observe(self.path))[1:]


def test_an_edit_whose_model_is_disclosed_is_an_edit_by_that_model(seen_in: Signer) -> None:
    (seen,) = seen_in(
        action("c2pa.edited"),
        disclosure("prompt_guided", modelName="Example Image Model 3", modelIdentifier="example:model:3"),
        parent="parentOf",
    )
    assert (seen.rule, seen.kind, seen.claim, seen.strength, seen.generator) == (
        "c2pa.ai_disclosure",
        Kind.AI,
        Claim.EDITED,
        Strength.DEFINITIVE,
        "Example Image Model 3",
    )
    assert (seen.facts["human_oversight"], seen.facts["model"]) == ("prompt_guided", "example:model:3")


def test_what_was_created_with_a_disclosed_model_is_generated(seen_in: Signer) -> None:
    made = action("c2pa.created", digitalSourceType=IPTC + "digitalCreation")
    (seen,) = seen_in(made, disclosure("fully_autonomous", modelIdentifier="example:model:3"))
    assert (seen.claim, seen.generator) == (Claim.GENERATED, "example:model:3")


def test_a_disclosure_without_a_name_counts_all_the_same(seen_in: Signer) -> None:
    (seen,) = seen_in(
        action("c2pa.created"), {"label": "c2pa.ai-disclosure", "data": {"modelType": "c2pa.types.model"}}
    )
    assert (seen.kind, seen.generator) == (Kind.AI, "ExampleApp")


@pytest.mark.parametrize("label", ["cawg.metadata", "c2pa.metadata"])
@pytest.mark.parametrize("prefix", ["Iptc4xmpExt", "ext", SPACE])
def test_the_ai_fields_of_metadata_in_a_manifest_count_as_those_of_the_file(
    label: str, prefix: str, seen_in: Signer
) -> None:
    colon = "" if prefix == SPACE else ":"
    data: dict[str, Json] = {
        "@context": {"Iptc4xmpExt": SPACE, "ext": SPACE},
        f"{prefix}{colon}AISystemUsed": "Example Image Model",
        f"{prefix}{colon}AIPromptInformation": "a lighthouse in the style of Ada Actor",
    }
    seen = seen_in(action("c2pa.edited"), {"label": label, "data": data}, parent="parentOf")
    by_rule = {each.rule: each for each in seen}
    assert set(by_rule) == {"iptc.ai_system_used", "iptc.ai_prompt"}
    assert (by_rule["iptc.ai_system_used"].generator, by_rule["iptc.ai_system_used"].strength) == (
        "Example Image Model",
        Strength.DEFINITIVE,
    )
    assert "Ada Actor" in by_rule["iptc.ai_prompt"].prompt
    assert {each.facts["basis"] for each in seen} == {"untrusted"}


def test_metadata_that_names_no_model_says_nothing(seen_in: Signer) -> None:
    data: dict[str, Json] = {"@context": {"dc": "http://purl.org/dc/elements/1.1/"}, "dc:title": "AI and we"}
    assert seen_in(action("c2pa.edited"), {"label": "cawg.metadata", "data": data}, parent="parentOf") == []


@pytest.mark.parametrize(
    ("algorithm", "kind"),
    [("com.adobe.trustmark.P", "watermark"), ("io.iscc.v0", "fingerprint"), ("example.other.1", "unknown")],
)
def test_soft_bindings_are_told_with_algorithm_value_and_kind(algorithm: str, kind: str, seen_in: Signer) -> None:
    binding: dict[str, Json] = {"alg": algorithm, "pad": "", "blocks": [{"scope": {}, "value": "2*1010"}]}
    (seen,) = seen_in(action("c2pa.edited"), {"label": "c2pa.soft-binding", "data": binding}, parent="parentOf")
    assert (seen.rule, seen.kind, seen.value) == ("c2pa.soft_binding", Kind.NOTE, f"{algorithm} ({kind}): 2*1010")
    (credential, _) = observe(seen_in.path)
    assert credential.facts["soft_bindings"] == [{"algorithm": algorithm, "values": ["2*1010"], "kind": kind}]


@pytest.mark.parametrize(
    ("region", "span", "areas"),
    [
        ([{"type": "temporal", "time": {"type": "npt", "start": "1.0", "end": "2.0"}}], Span(24, 47), None),
        ([{"type": "temporal", "time": {"start": "0:00:01.5", "end": "00:02"}}], Span(36, 47), None),
        ([{"type": "frame", "frame": {"start": 12, "end": 23}}], Span(12, 23), None),
        (
            [
                {"type": "frame", "frame": {"start": 12, "end": 23}},
                {"type": "spatial", "shape": RECTANGLE},
            ],
            Span(12, 23),
            ["rectangle of 20.0 by 30.0 at 10.0, 5.0 (percent)"],
        ),
    ],
)
def test_the_region_of_an_edit_is_the_span_of_what_is_seen(
    region: list[Json], span: Span | None, areas: list[str] | None, authority: Authority, tmp_path: Path
) -> None:
    movie = media.movie(tmp_path / "plain.mp4", frames=72, size=(64, 48), audio=False, start=None)
    edit = action("c2pa.edited", digitalSourceType=COMPOSITE, changes=[{"region": region, "description": "extended"}])
    signed = tmp_path / "signed.mp4"
    parent = Ingredient(movie, "video/mp4", "parentOf")
    authority.sign(movie, signed, described(edit, form="video/mp4"), ingredients=[parent])
    material = FakeMaterial("video", "mp4", (Piece(signed, "signed.mp4"),), frame_rate=Fraction(24))
    (_, seen) = CredentialsDetector().observe(material)
    assert (seen.span, seen.facts.get("areas")) == (span, areas)


def test_two_edits_at_two_places_are_two_observations() -> None:
    ranges = (
        StatedRange(Fraction(0), Fraction(1), in_frames=False),
        StatedRange(Fraction(50), Fraction(60), in_frames=True),
    )
    assert spans_of(ranges, Fraction(24)) == [Span(0, 23), Span(50, 60)]
    assert spans_of(ranges, None) == [None]
    assert spans_of((), Fraction(24)) == [None]


@pytest.mark.parametrize(
    "changes",
    [
        [{"region": [{"type": "temporal", "time": {"start": "1", "end": "2"}}]}, {"description": "and all else"}],
        [{"region": [{"type": "temporal", "time": {"start": "soon"}}]}],
        [{"region": [{"type": "temporal", "time": {"type": "wallClock", "start": "2026-01-01T00:00:00Z"}}]}],
        [{"region": [{"type": "temporal", "time": {"start": "5", "end": "2"}}]}],
        [],
    ],
)
def test_what_isn_t_a_stretch_is_the_whole_file(changes: list[Json]) -> None:
    assert ranges_of({"changes": changes}) == ()


@given(json_values)
def test_no_record_makes_it_raise(value: Json) -> None:
    edit: dict[str, Json] = {"changes": [{"region": value if isinstance(value, list) else [value]}]}
    for span in spans_of(ranges_of(edit), Fraction(25)):
        assert span is None or 0 <= span.first_frame <= span.last_frame


def test_a_model_that_a_part_was_only_shown_is_a_question(seen_in: Signer, tmp_path: Path) -> None:
    seen_in(action("c2pa.created"), disclosure("fully_autonomous", modelName="Model"))
    shown = tmp_path / "shown.jpg"
    seen_in.path.rename(shown)
    made = described(action("c2pa.edited"))
    seen_in.authority.sign(seen_in.plain, seen_in.path, made, ingredients=[Ingredient(shown, "image/jpeg", "inputTo")])
    (seen,) = [each for each in observe(seen_in.path) if each.rule == "c2pa.ai_disclosure"]
    assert (seen.strength, seen.suspect) == (Strength.WEAK, True)
    assert replace(seen, facts={}).kind is Kind.AI
