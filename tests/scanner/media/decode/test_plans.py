"""The choice of a plan: pure, and by what the codec makes sense of."""

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.media.decode.plans import EVERY_FRAME, GRID, KEY_FRAMES, Effort, Plan, Stream, choose, worth_asking

LONG = Stream("h264", stands_alone=False, rate=Fraction(24), frames=2400, lines=1080)
ALONE = replace(LONG, codec="prores", stands_alone=True)


@pytest.mark.parametrize(
    ("effort", "stream", "expected"),
    [
        ("usual", LONG, Plan(EVERY_FRAME)),
        ("quick", LONG, Plan(KEY_FRAMES)),
        ("thorough", LONG, Plan(EVERY_FRAME)),
        ("usual", ALONE, Plan(GRID, 12)),
        ("quick", ALONE, Plan(GRID, 12)),
        ("thorough", ALONE, Plan(EVERY_FRAME)),
        ("usual", replace(ALONE, rate=Fraction(30000, 1001)), Plan(GRID, 14)),
        ("usual", replace(ALONE, rate=Fraction(2)), Plan(EVERY_FRAME)),
        ("usual", replace(ALONE, rate=None), Plan(EVERY_FRAME)),
        ("quick", replace(LONG, stands_alone=None), Plan(EVERY_FRAME)),
        ("usual", replace(ALONE, frames=119), Plan(EVERY_FRAME)),
        ("usual", replace(ALONE, frames=120), Plan(GRID, 12)),
        ("usual", replace(ALONE, codec="jpeg2000"), Plan(GRID, 12, 1)),
        ("thorough", replace(ALONE, codec="jpeg2000", lines=2160), Plan(EVERY_FRAME, 1, 2)),
        ("usual", replace(ALONE, codec="jpeg2000", lines=576), Plan(GRID, 12, 0)),
    ],
)
def test_a_plan_is_chosen_by_what_the_codec_makes_sense_of(effort: Effort, stream: Stream, expected: Plan) -> None:
    assert choose(effort, stream) == expected


@given(
    st.sampled_from(["usual", "quick", "thorough"]),
    st.sampled_from([None, True, False]),
    st.fractions(Fraction(1), Fraction(120)),
    st.integers(1, 10**6),
    st.integers(1, 20000),
)
def test_no_grid_is_wider_than_half_a_second_and_no_picture_too_small(
    effort: Effort, stands_alone: bool | None, rate: Fraction, frames: int, lines: int
) -> None:
    plan = choose(effort, Stream("jpeg2000", stands_alone, rate, frames, lines))
    assert plan.step == 1 or plan.step / rate <= Fraction(1, 2)
    assert plan.halvings == 0 or lines >> plan.halvings >= 480
    if effort == "thorough" or not worth_asking(effort, rate, frames):
        assert plan.name == EVERY_FRAME
