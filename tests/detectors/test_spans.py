from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from detectors.material import Piece
from detectors.observation import Kind, Observation, Span, Strength
from detectors.spans import in_spans


def seen(rule: str) -> Observation:
    return Observation("x", rule, Kind.NOTE, Strength.WEAK, where="here")


def rule_of(observation: Observation) -> str:
    return observation.rule


@given(st.dictionaries(st.integers(1000, 1020), st.sets(st.sampled_from("abc"))))
def test_spans_cover_exactly_the_frames_in_which_something_was_seen(frames: dict[int, set[str]]) -> None:
    pieces = [
        (Piece(Path("f"), "f", number), [seen(rule) for rule in sorted(rules)])
        for number, rules in sorted(frames.items())
    ]
    told = in_spans(pieces, rule_of)
    covered: list[tuple[str, int]] = []
    for one in told:
        assert one.span is not None
        covered += [(one.rule, frame) for frame in range(one.span.first_frame, one.span.last_frame + 1)]
    assert sorted(covered) == sorted((rule, number) for number, rules in frames.items() for rule in rules)
    ends = {(one.rule, one.span.last_frame + 1) for one in told if one.span}
    assert not ends & {(one.rule, one.span.first_frame) for one in told if one.span}, "two spans that touch are one"


def test_a_file_that_is_no_frame_spans_the_whole_asset() -> None:
    told = in_spans([(Piece(Path("f"), "f"), [seen("a"), seen("a")])], rule_of)
    assert [one.span for one in told] == [None, None]


def test_the_first_frame_s_details_stand_for_the_run() -> None:
    def valued(value: str) -> Observation:
        return Observation("x", "a", Kind.NOTE, Strength.WEAK, where="here", value=value)

    told = in_spans([(Piece(Path("f"), "f", number), [valued(str(number))]) for number in (7, 8)], rule_of)
    assert [(one.value, one.span) for one in told] == [("7", Span(7, 8))]
