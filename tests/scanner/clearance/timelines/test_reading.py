"""What no timeline may be, whatever its format: too large, too many, and never the end of the reader."""

import random
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fixtures.timelines import Take, edl, otio, xmeml
from scanner.clearance.timelines import model, reading
from scanner.clearance.timelines.model import Event, Timeline, code_in, only_code, sound
from scanner.clearance.timelines.reading import read
from tests.scanner.clearance.timelines.test_formats import shown, timeline

TAKES = [
    Take("TLW_0010_comp", 48, mark="TLW_0010 sky"),
    Take("TLW_0020_comp", 60, over=12, speed=Fraction(2), file="/show/TLW_0020/x.mov"),
    Take("", 10),
    Take("TLW_0030_comp", 30, over=5, wipe=True),
]
SOURCES = {"edl": edl(TAKES).encode(), "xml": xmeml(TAKES).encode(), "otio": otio(TAKES).encode()}
PIECES = tuple(piece for raw in SOURCES.values() for piece in raw.split() if len(piece) < 40)


@settings(max_examples=400, deadline=None)
@given(st.sampled_from(sorted(SOURCES)), st.randoms(use_true_random=False), st.integers(1, 6))
def test_a_mutant_is_read_or_told_to_be_wrong_and_never_more(ending: str, chance: random.Random, changes: int) -> None:
    raw = bytearray(SOURCES[ending])
    for _ in range(changes):
        at = chance.randrange(len(raw))
        until = min(len(raw), at + chance.choice((0, 1, 1, 2, 9, 40)))
        put = chance.choice((b"", bytes([chance.randrange(256)]), chance.choice(PIECES), bytes(raw[at:until]) * 2))
        raw[at:until] = put
    found, wrong = read(bytes(raw), f"cut.{ending}", Fraction(24))
    assert (found is None) == bool(wrong)
    for event in found.events if found else ():
        assert 0 <= event.first <= event.last


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=300), st.sampled_from(("edl", "xml", "otio", "fcpxml", "aaf", "")))
def test_anything_at_all_is_told_to_be_wrong(raw: bytes, ending: str) -> None:
    found, wrong = read(raw, f"cut.{ending}", Fraction(24))
    assert found is None
    assert wrong


def test_a_file_beyond_the_limit_is_not_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "SIZE_LIMIT", 100)
    found, wrong = read(SOURCES["edl"], "cut.edl", Fraction(24))
    assert found is None
    assert "larger than" in wrong[0].message


def test_other_kinds_are_told_with_what_to_do() -> None:
    assert "FCP 7 XML" in read(b"", "cut.fcpxml", Fraction(24))[1][0].message
    assert ".otio" in read(b"", "cut.aaf", Fraction(24))[1][0].message


def test_the_ending_may_be_in_capitals() -> None:
    assert shown(timeline(SOURCES["otio"], "CUT.OTIO")) == shown(timeline(SOURCES["edl"], "CUT.EDL"))


def test_there_is_a_most_of_events_and_of_events_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    at_once = Timeline("a", Fraction(24), tuple(Event(str(n), n, n + 70) for n in range(70)))
    assert "at the same time" in sound(at_once)[0].message
    hidden = Timeline("a", Fraction(24), tuple(Event(str(n), 0, 9, enabled=False) for n in range(70)))
    assert sound(hidden) == []
    monkeypatch.setattr(model, "MOST_EVENTS", 3)
    assert "more than 3 events" in sound(Timeline("a", Fraction(24), (Event("1", 0, 1),) * 4))[0].message


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("TLW_0010", "TLW_0010"),
        ("TLW_0010: sky", "TLW_0010"),
        (" 001_020 // warp", "001_020"),
        ("DD509_0010|D:464", "DD509_0010"),
        ("fix 0010", None),
        ("7", None),
        ("", None),
    ],
)
def test_a_code_is_the_first_word_with_a_digit_in_it(text: str, code: str | None) -> None:
    assert code_in(text) == code


def test_markers_that_don_t_agree_name_nothing() -> None:
    assert only_code(["SH0010 sky", "fix", "SH0010"]) == ("SH0010",)
    assert only_code(["SH0010", "SH0020"]) == ()
