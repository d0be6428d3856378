"""The contract for detectors of a house's own: what is refused, and that the shipped tests notice."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from detectors.contract import MOST_OBSERVATIONS, ContractError, DetectorContract, checked, require
from detectors.material import FakeMaterial, Material
from detectors.observation import Claim, Kind, Observation, Span, Strength

GOOD = Observation("house.eye", "house.rule", Kind.AI, Strength.WEAK, "pixels", "", "a test", Claim.GENERATED)
NUMPY: Any = np.int64(1)


class Text(str):
    """Would bring its class into the process that writes the report."""

    __slots__ = ()


class Stretch(Span):
    """The same."""


class Seen(Observation):
    """The same."""


class Facts(dict[str, Any]):
    """The same."""


class Eye:
    """A good detector, to be spoilt."""

    id = "house.eye"
    version = "1"
    reads_names = False

    def handles(self, material: Material) -> bool:
        return material.kind == "still"

    def observe(self, _material: Material) -> Iterable[Observation]:
        yield GOOD


def test_a_good_observation_is_handed_on() -> None:
    span = Span(1, 2, 3)
    given = replace(GOOD, suspect=True, span=span, facts={"score": 0.5, "more": [1, None, {"deep": "x"}]})
    assert checked("house.eye", given) == given


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"detector": "credentials"}, "another id"),
        ({"rule": "<b>"}, "a rule is"),
        ({"rule": 7}, "a rule is"),
        ({"kind": Kind.MATCH}, "its kind is"),
        ({"kind": Kind.CREDENTIAL}, "its kind is"),
        ({"kind": "ai of a kind"}, "its kind is"),
        ({"kind": "ai"}, "its kind is"),
        ({"value": Text("x")}, "its value"),
        ({"span": Stretch(1, 2)}, "its span"),
        ({"strength": "weak of a kind"}, "its strength"),
        ({"claim": None}, "claims something"),
        ({"suspect": True, "strength": Strength.STRONG}, "suspect"),
        ({"where": ""}, "its where"),
        ({"value": "x" * 201}, "its value"),
        ({"value": "\ud800"}, "its value"),
        ({"source": ""}, "its source"),
        ({"generator": ""}, "its generator"),
        ({"prompt": "x" * 70_000}, "its prompt"),
        ({"span": (1, 2)}, "its span"),
        ({"span": Span(2, 1)}, "its span"),
        ({"span": Span(-1, 1)}, "its span"),
        ({"span": Span(NUMPY, NUMPY)}, "its span"),
        ({"facts": {"score": float("nan")}}, "its facts"),
        ({"facts": {"score": np.float32(1)}}, "its facts"),
        ({"facts": {1: "x"}}, "its facts"),
        ({"facts": {"x": "y" * 70_000}}, "its facts"),
        ({"facts": []}, "its facts"),
    ],
)
def test_what_a_report_can_not_hold_is_refused(change: dict[str, Any], why: str) -> None:
    with pytest.raises(ContractError, match=why):
        checked("house.eye", replace(GOOD, **change))


def test_facts_come_out_as_plain_values() -> None:
    told = checked("house.eye", replace(GOOD, facts=Facts(score=1, more=Facts(x=[1]))))
    assert [type(told.facts), type(told.facts["more"])] == [dict, dict]


@pytest.mark.parametrize("said", [None, "text", {"rule": "x"}, Seen(*(getattr(GOOD, name) for name in GOOD.__slots__))])
def test_anything_else_than_an_observation_is_refused(said: object) -> None:
    with pytest.raises(ContractError, match="yielded no Observation"):
        checked("house.eye", said)


@pytest.mark.parametrize(
    "change",
    [
        *({"id": "markers"}, {"id": "House.Eye"}, {"id": 3}, {"version": ""}, {"version": "1\n2"}),
        *({"reads_names": "no"}, {"observe": None}, {"handles": None}),
    ],
)
def test_properties_that_can_not_be_used_are_refused(change: dict[str, Any]) -> None:
    with pytest.raises(ContractError):
        require(type("Spoilt", (Eye,), change)())


class TestEye(DetectorContract):
    """The shipped tests pass for a good detector; this class runs them."""

    materials = (FakeMaterial("still"), FakeMaterial("video"))

    def detector(self) -> Eye:
        return Eye()


class Forgetful(Eye):
    """Says something else the second time."""

    def __init__(self) -> None:
        self.times = 0

    def observe(self, _material: Material) -> Iterable[Observation]:
        self.times += 1
        yield replace(GOOD, value=str(self.times))


class Fragile(Eye):
    """Takes it that everything can be read."""

    def handles(self, _material: Material) -> bool:
        return True

    def observe(self, material: Material) -> Iterable[Observation]:
        yield replace(GOOD, value=material.pieces[0].path.read_text())


class Blind(Eye):
    """Sees nothing."""

    def observe(self, _material: Material) -> Iterable[Observation]:
        return ()


@pytest.mark.parametrize(
    ("spoilt", "test"),
    [
        (Forgetful, "test_it_says_the_same_again_whatever_it_saw_before"),
        (Fragile, "test_a_file_that_cannot_be_read_gives_an_error_or_nothing"),
        (Blind, "test_it_sees_something_in_at_least_one_of_the_materials"),
    ],
)
def test_the_shipped_tests_notice(spoilt: type[Eye], test: str) -> None:
    contract = type("Spoilt", (TestEye,), {"detector": lambda _self: spoilt()})()
    with pytest.raises((ContractError, OSError)):
        getattr(contract, test)()


def test_there_is_a_bound_on_how_much_is_said() -> None:
    assert 100 <= MOST_OBSERVATIONS <= 10_000
