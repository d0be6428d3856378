from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detectors import TrustList
from detectors.credentials.signals import generator_of, places, signals, training_wishes
from detectors.credentials.signing import Authority, Ingredient, ai_manifest, manifest
from detectors.observation import Claim, Json, Kind, Strength
from tests.detectors.credentials.conftest import observe

IPTC = "http://cv.iptc.org/newscodes/digitalsourcetype/"

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


def actions(*done: dict[str, Json], **more: Json) -> dict[str, Json]:
    return {"assertions": [{"label": "c2pa.actions.v2", "data": {"actions": list(done), **more}}]}


def store(active: dict[str, Json], **others: dict[str, Json]) -> dict[str, Json]:
    return {"active_manifest": "top", "manifests": {"top": active, **others}}


def ingredient(label: str, relationship: str | None, *codes: str) -> dict[str, Json]:
    found: dict[str, Json] = {"active_manifest": label, "validation_status": [{"code": code} for code in codes]}
    return found | ({"relationship": relationship} if relationship else {})


MADE = actions({"action": "c2pa.created", "digitalSourceType": IPTC + "trainedAlgorithmicMedia"})


@pytest.mark.parametrize(
    "spelling",
    [
        IPTC + "trainedAlgorithmicMedia",
        IPTC.replace("http:", "https:") + "trainedAlgorithmicMedia",
        "digsrctype:trainedAlgorithmicMedia",
        "trainedAlgorithmicMedia",
        "http://c2pa.org/digitalsourcetype/trainedAlgorithmicData",
    ],
)
def test_every_spelling_of_a_source_type_counts(
    spelling: str, authority: Authority, plain: Path, tmp_path: Path
) -> None:
    path = tmp_path / "signed.jpg"
    authority.sign(plain, path, ai_manifest("x", "image/jpeg", source_type=spelling))
    statement = observe(path)[1]
    assert (statement.kind, statement.claim, statement.strength) == (Kind.AI, Claim.GENERATED, Strength.DEFINITIVE)
    assert spelling in statement.value


@pytest.mark.parametrize(
    "code", ["digitalCapture", "algorithmicallyEnhanced", "humanEdits", "algorithmicMedia", "notInVocabulary", "empty"]
)
def test_what_is_no_ai_says_nothing(code: str) -> None:
    assert signals(store(actions({"action": "c2pa.created", "digitalSourceType": IPTC + code}))) == []


@pytest.mark.parametrize("code", ["composite", "virtualRecording"])
def test_what_may_be_ai_is_suspected(code: str) -> None:
    (signal,) = signals(store(actions({"action": "c2pa.created", "digitalSourceType": IPTC + code})))
    assert (signal.rule, signal.strength, signal.suspect) == ("c2pa.possible_source_type", Strength.WEAK, True)


def test_an_edit_by_a_model_is_edited_and_its_agent_may_be_a_plain_string() -> None:
    edit: dict[str, Json] = {
        "action": "c2pa.edited",
        "digitalSourceType": IPTC + "compositeWithTrainedAlgorithmicMedia",
        "softwareAgent": "Example Fill",
    }
    (signal,) = signals(store(actions({"action": "c2pa.created", "digitalSourceType": IPTC + "digitalCapture"}, edit)))
    assert (signal.claim, signal.agent, signal.action) == (Claim.EDITED, "Example Fill", "c2pa.edited")


def test_an_agent_by_index_is_found() -> None:
    action: dict[str, Json] = {"action": "c2pa.created", "digitalSourceType": "trainedAlgorithmicMedia"}
    found = signals(store(actions(action | {"softwareAgentIndex": 1}, softwareAgents=["a", {"name": "Model B"}])))
    assert [signal.agent for signal in found] == ["Model B"]


def test_an_action_that_changes_no_content_is_only_touched() -> None:
    action: dict[str, Json] = {"action": "c2pa.transcoded", "digitalSourceType": IPTC + "trainedAlgorithmicMedia"}
    (signal,) = signals(store(actions(action)))
    assert (signal.claim, signal.strength, signal.suspect) == (Claim.TOUCHED, Strength.WEAK, True)


def test_a_second_actions_assertion_counts_too() -> None:
    manifest_ = actions({"action": "c2pa.created", "digitalSourceType": IPTC + "digitalCapture"})
    edit: Json = {"action": "c2pa.edited", "digitalSourceType": IPTC + "compositeSynthetic"}
    assertions = manifest_["assertions"]
    assert isinstance(assertions, list)
    assertions.append({"label": "c2pa.actions.v2__1", "data": {"actions": [edit]}})
    assert [signal.label for signal in signals(store(manifest_))] == ["c2pa.actions.v2__1"]


@pytest.mark.parametrize(
    ("action", "claim"),
    [
        ({"action": "c2pa.created", "softwareAgent": "Image Creator from Designer"}, Claim.GENERATED),
        ({"action": "c2pa.created", "description": "Created by Google Generative AI."}, Claim.GENERATED),
        ({"action": "c2pa.edited", "softwareAgent": {"name": "Adobe Firefly"}}, Claim.EDITED),
    ],
)
def test_a_known_agent_counts_where_there_is_no_source_type(action: dict[str, Json], claim: Claim) -> None:
    (signal,) = signals(store(actions(action)))
    assert (signal.rule, signal.claim, signal.strength) == ("c2pa.known_agent", claim, Strength.STRONG)


@pytest.mark.parametrize(
    "action",
    [
        {"action": "c2pa.published", "softwareAgent": "Adobe Firefly"},
        {"action": "c2pa.opened", "softwareAgent": "Sora"},
        {"action": "c2pa.created", "softwareAgent": "LumaFusion"},
        {"action": "c2pa.created", "softwareAgent": "Fujifilm, by Sora Inc"},
        {"action": "c2pa.created", "description": "No AI generated image was used"},
        {"action": "c2pa.created", "softwareAgent": "Sora", "digitalSourceType": IPTC + "digitalCapture"},
    ],
)
def test_a_name_alone_is_no_evidence(action: dict[str, Json]) -> None:
    signed_by_a_vendor: dict[str, Json] = {"signature_info": {"issuer": "OpenAI"}, "claim_generator": "Sora/1.0"}
    assert signals(store(actions(action) | signed_by_a_vendor)) == []


@pytest.mark.parametrize(
    "agent",
    ["OpenAI DALL-E 3", "Google Imagen 3", "Amazon Nova Canvas", "Adobe_Firefly", "Stable Diffusion XL", "FLUX.1"],
)
def test_generators_count_with_their_maker_s_name_before_them_and_their_version_behind(agent: str) -> None:
    (signal,) = signals(store(actions({"action": "c2pa.created", "softwareAgent": agent})))
    assert (signal.rule, signal.generator) == ("c2pa.known_agent", agent)


@pytest.mark.parametrize(
    "agent", ["Imagenomic Portraiture", "Veoh Editor", "Flux Capacitor", "Soranote", "Google Photos"]
)
def test_names_that_begin_like_one_are_none(agent: str) -> None:
    assert signals(store(actions({"action": "c2pa.created", "softwareAgent": agent}))) == []


@pytest.mark.parametrize(
    "data",
    [
        {"Iptc4xmpExt:DigitalSourceType": IPTC + "trainedAlgorithmicMedia"},
        {"Iptc4xmpExt:DigitalSourceType": {"@id": IPTC + "trainedAlgorithmicMedia"}},
        {"Iptc4xmpExt:DigitalSourceType": [IPTC + "digitalCapture", IPTC + "trainedAlgorithmicMedia"]},
        {"@graph": [{"dc:title": "x"}, {"photo": {"digitalSourceType": IPTC + "trainedAlgorithmicMedia"}}]},
    ],
)
def test_a_source_type_in_metadata_counts_wherever_and_however_it_stands(data: dict[str, Json]) -> None:
    (signal,) = signals(store({"assertions": [{"label": "cawg.metadata", "data": data}]}))
    assert (signal.code, signal.label, signal.claim) == ("trainedAlgorithmicMedia", "cawg.metadata", Claim.GENERATED)


@pytest.mark.parametrize("key", ["com.adobe.digitalSourceType", "digitalSourceType", "example:DigitalSourceType"])
def test_a_source_type_among_an_action_s_parameters_counts_where_it_has_none_of_its_own(key: str) -> None:
    action: dict[str, Json] = {"action": "c2pa.edited", "parameters": {key: IPTC + "trainedAlgorithmicMedia"}}
    (signal,) = signals(store(actions(action)))
    assert (signal.action, signal.claim) == ("c2pa.edited", Claim.EDITED)
    assert signals(store(actions({**action, "digitalSourceType": IPTC + "digitalCapture"}))) == []


def test_metadata_nested_without_end_is_not_followed_for_ever() -> None:
    deep: Json = {"digitalSourceType": IPTC + "trainedAlgorithmicMedia"}
    for _ in range(500):
        deep = [{"x": deep}]
    assert signals(store({"assertions": [{"label": "cawg.metadata", "data": {"x": deep}}]})) == []


def test_vendor_assertions_and_metadata_in_the_store_count() -> None:
    assertions: list[Json] = [
        {"label": "com.adobe.generative-ai", "data": {"description": "Adobe Firefly", "version": "1.0.0"}},
        {"label": "c2pa.ai_generated_content", "data": {"ai_generated": True, "model": "Flux.2"}},
        {"label": "c2pa.ai_generated_content__1", "data": {"ai_generated": False, "model": "Flux.2"}},
        {"label": "cawg.metadata", "data": {"Iptc4xmpExt:DigitalSourceType": IPTC + "trainedAlgorithmicMedia"}},
        {"label": "stds.exif", "data": {"tiff:Make": "Canon"}},
    ]
    found = signals(store({"assertions": assertions}))
    assert [(signal.label, signal.agent) for signal in found] == [
        ("com.adobe.generative-ai", "Adobe Firefly"),
        ("c2pa.ai_generated_content", "Flux.2"),
        ("cawg.metadata", None),
    ]


def test_wishes_about_training_are_recorded_and_no_sign_of_ai() -> None:
    entries: Json = {"c2pa.ai_generative_training": {"use": "notAllowed"}, "c2pa.data_mining": {"use": "allowed"}}
    wishing: dict[str, Json] = {"assertions": [{"label": "c2pa.training-mining", "data": {"entries": entries}}]}
    assert signals(store(wishing)) == []
    assert training_wishes(wishing) == {"c2pa.ai_generative_training": "notAllowed", "c2pa.data_mining": "allowed"}


def test_a_parent_s_nature_is_the_child_s_a_part_makes_it_edited_an_input_is_only_suspected(
    authority: Authority, signed: Path, plain: Path, tmp_path: Path, listed: tuple[TrustList, ...]
) -> None:
    seen = {}
    for relationship in ("parentOf", "componentOf", "inputTo"):
        path = tmp_path / f"{relationship}.jpg"
        said = manifest("x", "image/jpeg", [])
        if relationship != "parentOf":
            said = ai_manifest("x", "image/jpeg", source_type="digitalCreation")
        authority.sign(plain, path, said, ingredients=[Ingredient(signed, "image/jpeg", relationship)])
        statement = observe(path, lists=listed)[1]
        assert (statement.kind, statement.facts["relationship"]) == (Kind.AI, relationship)
        seen[relationship] = (statement.claim, statement.strength, statement.suspect)
    assert seen == {
        "parentOf": (Claim.GENERATED, Strength.DEFINITIVE, False),
        "componentOf": (Claim.EDITED, Strength.DEFINITIVE, False),
        "inputTo": (Claim.GENERATED, Strength.WEAK, True),
    }


def test_the_weakest_link_on_the_kindest_way_counts() -> None:
    chain = store(
        {"ingredients": [ingredient("a", "inputTo"), ingredient("b", "parentOf")]},
        a=MADE,
        b={"ingredients": [ingredient("a", None)]},
    )
    assert [(label, place.depth, place.relationship) for label, place in places(chain).items()] == [
        ("top", 0, "active"),
        ("b", 1, "parentOf"),
        ("a", 2, "componentOf"),
    ]


def test_damage_on_the_way_breaks_what_lies_behind_it() -> None:
    chain = store(
        {"ingredients": [ingredient("a", "parentOf", "assertion.dataHash.mismatch")]},
        a={"ingredients": [ingredient("b", "parentOf")]},
        b=MADE,
    )
    (signal,) = signals(chain)
    assert (signal.place.broken, signal.place.depth, signal.strength) == (True, 2, Strength.STRONG)


def test_manifests_in_a_circle_or_unreferenced_are_each_visited_once() -> None:
    circle = store(
        {"ingredients": [ingredient("a", "parentOf"), ingredient("missing", "parentOf")]},
        a={"ingredients": [ingredient("top", "parentOf"), ingredient("a", "componentOf")]},
        z=MADE,
    )
    assert [label for label, _ in places(circle).items()] == ["top", "a", "z"]
    (signal,) = signals(circle)
    assert (signal.place.relationship, signal.strength, signal.suspect) == ("unlinked", Strength.WEAK, True)


def test_the_same_statement_again_further_off_is_told_once() -> None:
    chain = store(
        {"ingredients": [ingredient("m1", "parentOf")]},
        **{f"m{n}": MADE | {"ingredients": [ingredient(f"m{n + 1}", "parentOf")]} for n in range(1, 30)},
        m30=MADE,
    )
    assert [signal.place.depth for signal in signals(chain)] == [1]


@pytest.mark.parametrize(
    ("manifest_", "name"),
    [
        ({"claim_generator_info": [{"name": "ChatGPT"}], "claim_generator": "x/1"}, "ChatGPT"),
        ({"claim_generator_info": [], "claim_generator": "Adobe_Firefly/1.0 c2pa-rs/0.17.0"}, "Adobe Firefly"),
        ({}, None),
        ({"claim_generator": ""}, None),
    ],
)
def test_the_generator_is_named_without_version_and_build(manifest_: dict[str, Json], name: str | None) -> None:
    assert generator_of(manifest_) == name


@given(st.dictionaries(st.sampled_from(["assertions", "ingredients", "claim_generator_info"]), json_values, max_size=3))
def test_any_json_in_a_manifest_is_read_without_error(junk: dict[str, Json]) -> None:
    assert isinstance(signals(store(junk, other=junk)), list)


@given(
    st.lists(
        st.dictionaries(st.sampled_from(["action", "digitalSourceType", "softwareAgent"]), json_values), max_size=3
    )
)
def test_any_json_in_an_action_is_read_without_error(junk: list[dict[str, Json]]) -> None:
    assert isinstance(signals(store(actions(*junk))), list)
