from hypothesis import given
from hypothesis import strategies as st

from detectors.observation import VALUE_LIMIT, Strength, shorten


def test_weak_is_the_only_strength_that_establishes_nothing() -> None:
    assert [strength.value for strength in Strength if not strength.established] == ["weak"]


@given(st.text(max_size=3 * VALUE_LIMIT))
def test_a_shortened_value_fits_and_says_that_something_is_left_off(value: str) -> None:
    short = shorten(value)
    assert len(short) <= VALUE_LIMIT
    assert short == value or (short.endswith("…") and value.startswith(short[:-1]))
