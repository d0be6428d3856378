"""Frames and seconds, evenly and unevenly paced."""

from fractions import Fraction

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from detectors.matching.pace import Pace

RATES = st.sampled_from([Fraction(24), Fraction(25), Fraction(24000, 1001), Fraction(30000, 1001), Fraction(3)])


@given(RATES, st.lists(st.integers(-1000, 10**7), min_size=1, max_size=20))
def test_frames_come_back_from_their_seconds(rate: Fraction, frames: list[int]) -> None:
    pace = Pace(rate)
    assert pace.frames(pace.seconds(np.array(frames))).tolist() == frames


@given(st.lists(st.integers(1, 90), min_size=1, max_size=40))
def test_uneven_frames_come_back_from_their_seconds(gaps: list[int]) -> None:
    times = np.concatenate([[0.0], np.cumsum(gaps) / 30])
    pace = Pace(Fraction(30), tuple(times.tolist()))
    frames = np.arange(-3, len(times) + 3)
    assert pace.frames(pace.seconds(frames)).tolist() == frames.tolist()


def test_a_frame_that_stays_is_on_screen_until_the_next() -> None:
    pace = Pace(Fraction(30), (0.0, 1 / 30, 2.0))
    assert pace.frames(np.array([0.0, 0.5, 1.9, 2.0])).tolist() == [0, 1, 1, 2]
