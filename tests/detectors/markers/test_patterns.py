import doctest
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detectors.markers import patterns
from detectors.markers.patterns import PATTERN_LIMIT, PatternError, compiled, nests_repetition


@pytest.mark.parametrize(
    "pattern", [r"(a+)+", r"(?:x(?:y|z*))*$", r"((a+)b)*", r"(a{2,})+", r"(a+)+?", r"([a)]*)*", r"(?P<n>.*)*"]
)
def test_a_repeated_repetition_is_refused(pattern: str) -> None:
    with pytest.raises(PatternError, match="repeats a repetition"):
        compiled(pattern)


@pytest.mark.parametrize(
    "pattern", [r"(a|b)+", r"(a+)?", r"\(a+\)+", r"[(+]+x", r"(a{1,9}){1,9}", r"a+b+", r"(?:a+){2}"]
)
def test_an_ordinary_repetition_is_not(pattern: str) -> None:
    assert compiled(pattern)


def test_a_pattern_that_is_none_or_too_long_is_refused() -> None:
    with pytest.raises(PatternError, match="not a pattern"):
        compiled("(")
    with pytest.raises(PatternError, match=f"more than {PATTERN_LIMIT}"):
        compiled("a" * (PATTERN_LIMIT + 1))


def test_a_dot_also_matches_a_line_s_end() -> None:
    assert compiled("a.b").search("a\nb")


@given(st.text(alphabet="ab()[]{}+*?|\\,1", max_size=24))
def test_any_text_is_looked_at_without_error(pattern: str) -> None:
    assert nests_repetition(pattern) in {True, False}


@given(st.lists(st.sampled_from(["a", "(b|c)", "[d+]", r"\(", r"\+", "(?:e)"]), min_size=1, max_size=6).map("".join))
def test_wrapping_a_repetition_and_repeating_it_is_always_found(inner: str) -> None:
    re.compile(f"((?:{inner})*x)+")
    assert nests_repetition(f"((?:{inner})*x)+")


def test_the_examples_in_the_docstrings_hold() -> None:
    found = doctest.testmod(patterns)
    assert (found.failed, found.attempted > 0) == (0, True)
