"""A span meets a clock."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detectors.observation import Span
from scanner.spans import heard_facts, span_facts, within
from scanner.timecode import Clock

FILM = Fraction(24000, 1001)


def test_the_example_of_the_contract_comes_out() -> None:
    clock = Clock.of(FILM, "01:00:00:00")
    assert span_facts(Span(240, 287), clock) == {
        "first_frame": 240,
        "last_frame": 287,
        "in": "01:00:10:00",
        "out": "01:00:11:23",
        "start": 10.01,
        "end": 12.012,
        "edge_frames": 0,
    }


def test_the_keys_stand_in_the_order_of_the_contract() -> None:
    keys = ["first_frame", "last_frame", "in", "out", "start", "end", "edge_frames"]
    assert list(span_facts(Span(0, 0), None)) == keys


def test_without_a_clock_only_the_frames_are_told() -> None:
    told = span_facts(Span(3, 9, edge_frames=2), None)
    assert told["first_frame"] == 3
    assert told["last_frame"] == 9
    assert told["edge_frames"] == 2
    assert [told[key] for key in ("in", "out", "start", "end")] == [None] * 4


def test_a_sequence_keeps_its_file_numbers_and_counts_time_from_its_first_file() -> None:
    told = span_facts(Span(1013, 1024), Clock.of(Fraction(24), "10:00:00:00"), origin=1001)
    assert told["first_frame"] == 1013
    assert told["in"] == "10:00:00:12"
    assert told["out"] == "10:00:00:23"
    assert (told["start"], told["end"]) == (0.5, 1.0)


def test_drop_frame_labels_carry_their_semicolon() -> None:
    told = span_facts(Span(1800, 1800), Clock.of(Fraction(30000, 1001), "00:00:00;00"))
    assert told["in"] == told["out"] == "00:01:00;02"


@given(first=st.integers(0, 200_000), length=st.integers(1, 5000), origin=st.integers(0, 2000))
def test_the_origin_only_moves_the_numbers_not_the_times(first: int, length: int, origin: int) -> None:
    clock = Clock.of(FILM, "00:59:58:12")
    movie = span_facts(Span(first, first + length - 1), clock)
    numbered = span_facts(Span(first + origin, first + origin + length - 1), clock, origin=origin)
    for key in ("in", "out", "start", "end"):
        assert movie[key] == numbered[key]


def test_sound_alone_counts_in_milliseconds_and_has_no_timecodes() -> None:
    told = heard_facts(Span(1500, 2999, edge_frames=124))
    assert list(told) == ["first_frame", "last_frame", "in", "out", "start", "end", "edge_frames"]
    assert list(told.values()) == [1500, 2999, None, None, 1.5, 3.0, 124]


@pytest.mark.parametrize(
    ("span", "frames", "shown"),
    [
        (Span(24, 47), (0, 71), Span(24, 47)),
        (Span(24, 10**9, edge_frames=2), (0, 71), Span(24, 71, edge_frames=2)),
        (Span(0, 10), (5, 8), Span(5, 8)),
        (Span(1001, 1050), (0, 71), None),  # it speaks of frames that aren't there: of the asset all the same
        (Span(1001, 1050), None, Span(1001, 1050)),
        (None, (0, 71), None),
    ],
)
def test_a_span_is_kept_to_the_frames_that_there_are(
    span: Span | None, frames: tuple[int, int] | None, shown: Span | None
) -> None:
    assert within(span, frames) == shown
