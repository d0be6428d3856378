import doctest
import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detectors.markers import patterns
from detectors.markers.patterns import MOST_STEPS, PATTERN_LIMIT, VALUE_LIMIT, PatternError, compiled, steps


@pytest.mark.parametrize(
    "pattern",
    [
        r"(a+)+",
        r"(?:x(?:y|z*))*$",
        r"((a+)b)*",
        r"(a{2,})+",
        r"(a+)+?",
        r"([a)]*)*",
        r"(?P<n>.*)*",
        r"(a|aa)+$",
        r"(ab|a)*b|c",
        r"(a?){40}a{40}",
        r"(?:a?a)*$",
        r"(.*a){20}",
        r"(a{1,9}){1,9}",
        r".*.*x",
        r"\s*\s*\s*x",
        r"^(a|b+)*$",
        r"(?=(a+)+)b",
        r"^\d+\w+\d+$",
        r"(?m)^a+b+",
    ],
)
def test_a_pattern_that_a_value_could_keep_busy_is_refused(pattern: str) -> None:
    with pytest.raises(PatternError, match="repeats what can repeat"):
        compiled(pattern)


@pytest.mark.parametrize(
    "pattern",
    [
        r"(a|b)+",
        r"(?:a|[bc]|\d)*x",
        r"(a+)?",
        r"\(a+\)",
        r"[(+]+x",
        r"^a+b+",
        r"(?:ab){2,9}",
        r"^.*x.{0,20}y",
        r"(one|two|three) of \d{1,6}",
        r"(?i)^\W{0,8}(kling|sora)(?![\w])",
        r"{not} a{,count",
    ],
)
def test_an_ordinary_pattern_is_not(pattern: str) -> None:
    assert compiled(pattern)


@pytest.mark.parametrize("pattern", [r"(?>a+)b", r"(?#why)a", r"(a)(?(1)b|c)", r"(?P<n>a)(?P=n)"])
def test_a_kind_of_group_that_is_not_reckoned_with_is_refused(pattern: str) -> None:
    with pytest.raises(PatternError, match="a kind of group"):
        compiled(pattern)


def test_a_pattern_that_is_none_or_too_long_is_refused() -> None:
    with pytest.raises(PatternError, match="not a pattern"):
        compiled("(")
    with pytest.raises(PatternError, match=f"more than {PATTERN_LIMIT}"):
        compiled("a" * (PATTERN_LIMIT + 1))


def test_a_dot_also_matches_a_line_s_end() -> None:
    assert compiled("a.b").search("a\nb")


def test_a_pattern_for_keys_may_hold_more_repetitions_than_one_for_values() -> None:
    assert compiled(r"(ID3v\S{1,8}|RIFF):.*URL.*", key=True)
    with pytest.raises(PatternError):
        compiled(r"(ID3v\S{1,8}|RIFF):.*URL.*")


@given(st.text(alphabet="ab()[]{}+*?|\\,1:=^", max_size=24))
def test_any_text_is_a_pattern_of_some_cost_or_refused(pattern: str) -> None:
    try:
        made = compiled(pattern)
    except PatternError:
        return
    assert steps(pattern, VALUE_LIMIT) <= MOST_STEPS
    started = time.process_time()
    for value in ("a" * 2000, "ab" * 1000, "aab" * 700 + "1", "(" * 2000):
        made.search(value)
    assert time.process_time() - started < 2


@given(st.lists(st.sampled_from(["a", "(b|c)", "[d+]", r"\(", r"\+", "(?:e)"]), min_size=1, max_size=6).map("".join))
def test_wrapping_a_repetition_and_repeating_it_is_always_found(inner: str) -> None:
    assert re.compile(f"((?:{inner})*x)+")
    assert steps(f"((?:{inner})*x)+", VALUE_LIMIT) > MOST_STEPS


def test_the_examples_in_the_docstrings_hold() -> None:
    found = doctest.testmod(patterns)
    assert (found.failed, found.attempted > 0) == (0, True)
