"""Each rule of the built-in table against the examples it brings, and against values made to keep it busy."""

import time

import pytest

from detectors.markers.catalogue import Rule, built_in
from detectors.markers.match import marks, matches_example
from detectors.markers.patterns import VALUE_LIMIT
from detectors.material import Tag

RULES = [pytest.param(rule, id=rule.id) for rule in built_in().rules]


@pytest.mark.parametrize("rule", RULES)
def test_it_sees_what_it_must_see(rule: Rule) -> None:
    assert [example for example in rule.hit if not matches_example(rule, example)] == []


@pytest.mark.parametrize("rule", RULES)
def test_it_spares_what_it_must_spare(rule: Rule) -> None:
    assert [example for example in rule.spare if matches_example(rule, example)] == []


@pytest.mark.parametrize("rule", RULES)
def test_no_value_keeps_it_busy(rule: Rule) -> None:
    pieces = {value[:cut] for example in rule.hit for value in example.values() for cut in (1, 5, 20, len(value))}
    pieces |= {"Steps: 1", "--v ", "{", '{"', "Job ID: ", " ", "a", '"class_type": "', "0123456789abcdef"}
    keys = {key for example in rule.hit for key in example}
    started = time.process_time()
    for piece in sorted(pieces - {""}):
        value = piece * (VALUE_LIMIT // len(piece))
        marks([Tag("example", key, value) for key in keys], value[:255])
    assert time.process_time() - started < 5


def test_every_weak_rule_says_whether_somebody_should_ask() -> None:
    suspects = {rule.id for rule in built_in().rules if rule.suspect}
    assert all(
        rule_id.startswith(("name.", "tc260.")) or rule_id == "iptc.digital_source_type_possible"
        for rule_id in suspects
    )
