"""Each rule of the built-in table against values made to keep it busy; its examples are the loader's to run."""

import time

import pytest

from detectors.markers.patterns import VALUE_LIMIT
from detectors.markers.rule import Rule, places
from detectors.markers.rulebook import built_in
from detectors.material import Tag

RULES = [pytest.param(rule, id=rule.id) for rule in built_in().rules]


@pytest.mark.parametrize("rule", RULES)
def test_no_value_keeps_it_busy(rule: Rule) -> None:
    pieces = {value[:cut] for example in rule.hit for value in example.values() for cut in (1, 5, 20, len(value))}
    pieces |= {"Steps: 1", "--v ", "{", '{"', "Job ID: ", " ", "a", '"class_type": "', "0123456789abcdef"}
    keys = {key for example in rule.hit for key in example}
    started = time.process_time()
    for piece in sorted(pieces - {""}):
        value = piece * (VALUE_LIMIT // len(piece))
        list(places(rule, [Tag("example", key, value) for key in keys], value[:255]))
    assert time.process_time() - started < 5


def test_every_weak_rule_says_whether_somebody_should_ask() -> None:
    suspects = {rule.id for rule in built_in().rules if rule.suspect}
    assert all(
        rule_id.startswith(("name.", "tc260."))
        or rule_id in {"iptc.digital_source_type_possible", "comfyui.graph_file", "project.generative", "adobe.history"}
        for rule_id in suspects
    )
