"""Text from strangers."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.report.text import storable, visible


@given(st.text(st.characters()))
def test_what_is_stored_is_utf8_and_differs_from_what_came_in_by_surrogates_only(text: str) -> None:
    stored = storable(text)
    stored.encode()
    assert storable(stored) == stored
    if not any("\ud800" <= character <= "\udfff" for character in text):
        assert stored == text


@given(st.text(st.characters()))
def test_what_is_shown_is_one_line_without_controls_and_without_marks_that_reorder(text: str) -> None:
    shown = visible(text)
    shown.encode()
    assert not {unicodedata.category(character) for character in shown} & {"Cc", "Cs", "Zl", "Zp"}
    assert not any(unicodedata.bidirectional(character) in {"RLO", "LRO", "RLE", "RLI", "PDI"} for character in shown)


@pytest.mark.parametrize("text", ["plain.mov", "Événement 映画.mov", "می‌خواهم.mov", "👩‍🚒.png", "[bold]=1+1"])
def test_names_in_any_language_are_shown_as_they_are(text: str) -> None:
    assert visible(text) == text


def test_line_breaks_stay_where_they_are_asked_for() -> None:
    assert visible("a cat\nSteps: 3\x1b", keep="\n") == "a cat\nSteps: 3\\x1b"
