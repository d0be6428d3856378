import json
from pathlib import Path
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from detectors import TrustList
from detectors.credentials.chain import (
    DEEPEST,
    LONGEST,
    MOST_ACTIONS,
    MOST_CHAINS,
    MOST_NODES,
    chain_of,
    first_chains,
    pictured_titles,
)
from detectors.credentials.signing import Authority, Ingredient, ai_manifest, manifest
from detectors.observation import Json
from tests.detectors.credentials.conftest import observe

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


def tree(store: dict[str, Json]) -> dict[str, Any]:
    chain = chain_of(store)
    assert chain is not None
    return chain


def size(node: dict[str, Any]) -> int:
    return 1 + sum(size(branch) for branch in node["ingredients"])


def depth(node: dict[str, Any]) -> int:
    return 1 + max((depth(branch) for branch in node["ingredients"]), default=0)


def of(target: str | None, **more: Json) -> dict[str, Json]:
    return {"relationship": "parentOf", **({"active_manifest": target} if target else {}), **more}


def store(**manifests: list[dict[str, Json]]) -> dict[str, Json]:
    """A store whose manifests, the first being the active one, have these ingredients."""
    return {
        "active_manifest": next(iter(manifests)),
        "manifests": {label: {"title": label, "ingredients": list[Json](has)} for label, has in manifests.items()},
    }


def test_the_chain_tells_who_signed_what_when_with_which_tool_from_which_ingredients(
    authority: Authority, plain: Path, signed: Path, listed: tuple[TrustList, ...], tmp_path: Path
) -> None:
    placed = manifest(
        "poster.jpg", "image/jpeg", [{"action": "c2pa.edited", "when": "2026-01-02T03:04:05Z", "softwareAgent": "Comp"}]
    )
    parts = [Ingredient(signed, "image/jpeg", "parentOf"), Ingredient(plain, "image/jpeg", "componentOf")]
    authority.sign(plain, tmp_path / "poster.jpg", placed, ingredients=parts, organisation="Example Studio")
    credential = observe(tmp_path / "poster.jpg", lists=listed)[0]
    root: Any = credential.facts["chain"]
    assert (root["title"], root["relationship"], root["state"]) == ("poster.jpg", "active", None)
    assert root["signer"] == {"organisation": "Example Studio", "common_name": "Example Signer"}
    assert {"action": "c2pa.edited", "when": "2026-01-02T03:04:05Z", "digital_source_type": None, "agent": "Comp"} in (
        root["actions"]
    )
    parent, part = root["ingredients"]
    assert (parent["title"], parent["relationship"], parent["state"]) == ("signed.jpg", "parentOf", "intact")
    assert parent["generator"] == "Example Generator"
    assert parent["actions"] == [
        {
            "action": "c2pa.created",
            "when": None,
            "digital_source_type": "trainedAlgorithmicMedia",
            "agent": "Example Image Model",
        }
    ]
    assert (part["relationship"], part["state"], part["signer"]) == ("componentOf", "none", None)


def test_damage_of_an_ingredient_stands_at_the_ingredient(
    authority: Authority, plain: Path, signed: Path, tmp_path: Path
) -> None:
    changed = bytearray(signed.read_bytes())
    changed[-80] ^= 0xFF
    (tmp_path / "changed.jpg").write_bytes(changed)
    parts = [Ingredient(tmp_path / "changed.jpg", "image/jpeg", "parentOf")]
    authority.sign(plain, tmp_path / "over.jpg", manifest("over.jpg", "image/jpeg", []), ingredients=parts)
    root: Any = observe(tmp_path / "over.jpg")[0].facts["chain"]
    (parent,) = root["ingredients"]
    assert (parent["state"], parent["faults"]) == ("tampered", ["assertion.dataHash.mismatch"])


def test_a_fault_that_only_the_reader_sees_stands_at_the_ingredient_too() -> None:
    one = store(top=[of("inner")], inner=[])
    found: Json = {"code": "assertion.hashedURI.mismatch", "url": "self#jumbf=/c2pa/inner/c2pa.assertions/c2pa.actions"}
    one["validation_results"] = {"ingredientDeltas": [{"validationDeltas": {"failure": [found]}}]}
    (inner,) = tree(one)["ingredients"]
    assert (inner["state"], inner["faults"]) == ("tampered", ["assertion.hashedURI.mismatch"])


def test_an_expired_ingredient_is_not_called_tampered_and_an_absent_one_is_missing() -> None:
    expired = of("old", validation_status=[{"code": "signingCredential.expired"}])
    states = [one["state"] for one in tree(store(top=[expired, of("gone"), of(None)], old=[]))["ingredients"]]
    assert states == ["expired", "missing", "none"]


def test_a_chain_of_thirty_is_shown_whole_and_a_longer_one_says_where_it_is_cut() -> None:
    def long(count: int) -> dict[str, Json]:
        return store(**{f"m{n}": [of(f"m{n + 1}")] if n < count - 1 else [] for n in range(count)})

    assert depth(tree(long(30))) == 30
    cut = tree(long(200))
    assert depth(cut) == DEEPEST + 1
    while cut["ingredients"]:
        (cut,) = cut["ingredients"]
    assert cut["ingredients_left_out"] == 1


def test_rings_and_shared_ingredients_end_where_they_are_seen_again() -> None:
    ring = tree(store(top=[of("a"), of("a")], a=[of("top")]))
    first, second = ring["ingredients"]
    assert (first["repeated"], second["repeated"], second["ingredients"]) == (False, True, [])
    (again,) = first["ingredients"]
    assert (again["title"], again["repeated"], again["ingredients"]) == (None, True, [])
    twice = tree(store(top=[of("a"), of("a")], a=[]))["ingredients"]
    assert [one["repeated"] for one in twice] == [False, False]


def test_a_wide_store_is_bounded_and_says_how_much_is_left_out() -> None:
    wide = tree(store(top=[of(None, title=str(number)) for number in range(500)]))
    assert size(wide) == MOST_NODES
    assert wide["ingredients_left_out"] == 501 - MOST_NODES
    done: Json = {"label": "c2pa.actions", "data": {"actions": [{"action": "c2pa.edited"}] * 40}}
    busy = tree({"active_manifest": "top", "manifests": {"top": {"assertions": [done]}}})
    assert (len(busy["actions"]), busy["actions_left_out"]) == (MOST_ACTIONS, 40 - MOST_ACTIONS)


def test_manifests_that_nothing_refers_to_are_shown_unchecked() -> None:
    (stray,) = tree(store(top=[], stray=[]))["ingredients"]
    assert (stray["title"], stray["relationship"], stray["state"]) == ("stray", "unlinked", "unchecked")


def test_long_texts_are_cut() -> None:
    assert len(tree({"active_manifest": "a", "manifests": {"a": {"title": "x" * 5000}}})["title"]) == LONGEST


def test_frames_that_differ_in_title_alone_share_a_span(authority: Authority, plain: Path, tmp_path: Path) -> None:
    frames = []
    for number in (1001, 1002):
        frames.append(tmp_path / f"frame.{number}.jpg")
        authority.sign(plain, frames[-1], ai_manifest(frames[-1].name, "image/jpeg"))
    assert len(observe(*frames, first=1001)) == 2


def test_of_a_sequence_whose_frames_all_differ_only_the_first_chains_are_told(signed: Path) -> None:
    credential, statement = observe(signed)
    told = list(first_chains([credential, statement] * 30))
    assert [one.facts["chain"] is not None for one in told[::2]] == [True] * MOST_CHAINS + [False] * (30 - MOST_CHAINS)
    assert told[1::2] == [statement] * 30


def test_there_is_no_chain_without_an_active_manifest() -> None:
    assert chain_of({}) is None
    assert chain_of({"active_manifest": "a", "manifests": {"b": {}}}) is None


@given(json_values, json_values, json_values)
def test_no_store_makes_it_fail(one: Json, two: Json, three: Json) -> None:
    manifests: dict[str, Json] = {
        "a": {"ingredients": one, "assertions": two, "signature_info": three},
        "b": {"ingredients": [of("a"), {"active_manifest": "b", "thumbnail": three, "title": two}]},
        "c": one,
    }
    for active in ("a", "b"):
        chain = tree({"active_manifest": active, "manifests": manifests, "validation_results": two})
        assert size(chain) <= MOST_NODES
        json.dumps(chain)
        pictured_titles(chain)
