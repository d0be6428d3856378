"""The levels are the measured ones."""

import pytest

from detectors.matching.levels import Level, false_match_rate, level_of, picture_radius


@pytest.mark.parametrize(
    ("distance", "level", "rate"),
    [
        (0, Level.CERTAIN, 1.6e-7),
        (31, Level.CERTAIN, 1.6e-7),
        (32, Level.MATCH, 1.6e-7),
        (70, Level.MATCH, 1.6e-7),
        (71, Level.POSSIBLE, 2e-7),
        (76, Level.POSSIBLE, 2e-7),
        (77, Level.POSSIBLE, 4.9e-7),
        (80, Level.POSSIBLE, 4.9e-7),
    ],
)
def test_a_distance_has_its_level_and_its_measured_rate(distance: int, level: Level, rate: float) -> None:
    assert level_of(distance) is level
    assert false_match_rate(distance) == rate


def test_a_larger_distance_is_no_match() -> None:
    with pytest.raises(ValueError, match="81"):
        level_of(81)
    with pytest.raises(ValueError, match="81"):
        false_match_rate(81)


def test_a_crowd_narrows_the_radius_for_pictures() -> None:
    assert picture_radius(1) == picture_radius(1_000_000) == 70
    assert picture_radius(1_000_001) == 62
