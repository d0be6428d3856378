"""Weak marks through the table and the judge: however many come together, they establish nothing."""

from hypothesis import given, settings
from hypothesis import strategies as st

from detectors.markers.match import marks
from detectors.markers.rule import NAME, Rule
from detectors.markers.rulebook import built_in
from detectors.material import Tag
from detectors.observation import Strength
from scanner.terms.verdicts import Verdict
from tests.scanner.clearance.drops import STAGES, judged, reasons, still

WEAK = [rule for rule in built_in().rules if rule.strength is Strength.WEAK]
SUSPECT = {rule.id for rule in WEAK if rule.suspect}


@given(
    rules=st.lists(st.sampled_from(WEAK), max_size=12, unique_by=lambda rule: rule.id),
    stage=st.sampled_from(STAGES),
    data=st.data(),
)
@settings(max_examples=80)
def test_weak_marks_never_establish_anything_and_only_telling_ones_raise_a_question(
    rules: list[Rule], stage: str, data: st.DataObject
) -> None:
    name, tags = "picture.png", []
    for rule in rules:
        example = data.draw(st.sampled_from(rule.hit))
        name = example.get(NAME, name)
        tags += [Tag("exiftool", key, value) for key, value in example.items() if key != NAME]
    seen = [one for one in marks(tags, name) if one.rule in {rule.id for rule in WEAK}]
    told = judged([still("stills/a.png", *seen)], stage=stage).assets[0]
    assert told.verdict is not Verdict.FAIL
    asked = {one.rule for one in seen} & SUSPECT
    assert set(reasons(told)) == ({"ai.suspected_undeclared"} if asked else {"ai.no_evidence"})


def test_there_are_weak_marks_of_both_kinds() -> None:
    assert 0 < len(SUSPECT) < len(WEAK)
