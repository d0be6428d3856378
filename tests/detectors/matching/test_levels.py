"""The levels are the measured ones."""

import pytest

from detectors.matching.levels import Level, false_match_rate, level_of, picture_level, picture_radius, picture_rate


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


@pytest.mark.parametrize(
    ("distance", "inliers", "radius", "level"),
    [
        (31, 0, 70, Level.CERTAIN),
        (32, 0, 70, Level.MATCH),
        (60, 12, 70, Level.CERTAIN),
        (60, 11, 70, Level.MATCH),
        (61, 12, 70, Level.MATCH),
        (70, 0, 70, Level.MATCH),
        (70, 0, 62, None),
        (70, 8, 62, Level.POSSIBLE),
        (71, 7, 70, None),
        (80, 8, 70, Level.POSSIBLE),
        (80, 12, 70, Level.MATCH),
        (None, 12, 70, Level.MATCH),
        (None, 11, 70, None),
        (None, 0, 70, None),
    ],
)
def test_hashes_and_details_are_weighed_together(
    distance: int | None, inliers: int, radius: int, level: Level | None
) -> None:
    assert picture_level(distance, inliers, radius) is level


def test_details_that_agree_in_one_corner_only_are_a_possibility() -> None:
    assert picture_level(None, 100, 70, share=0.34) is None
    assert picture_level(None, 100, 70, share=0.35) is Level.POSSIBLE
    assert picture_level(None, 100, 70, share=0.49) is Level.POSSIBLE
    assert picture_level(None, 100, 70, share=0.5) is Level.MATCH
    assert picture_level(50, 100, 70, share=0.49) is Level.MATCH  # by its hash, and no more than that


def test_what_only_one_picture_has_speaks_against_details() -> None:
    assert picture_level(None, 100, 70, spread=0.19) is None
    assert picture_level(None, 100, 70, spread=0.2) is Level.POSSIBLE
    assert picture_level(None, 100, 70, spread=0.39) is Level.POSSIBLE
    assert picture_level(None, 100, 70, spread=0.4) is Level.MATCH


def test_a_picture_that_only_details_show_askew_is_a_possibility() -> None:
    assert picture_level(None, 100, 70, askew=True) is Level.POSSIBLE
    assert picture_level(75, 100, 70, askew=True) is Level.MATCH
    assert picture_level(50, 100, 70, askew=True) is Level.CERTAIN


def test_hashes_contradict_details_of_whole_pictures() -> None:
    assert picture_level(None, 100, 70, share=0.79, contradicted=True) is None
    assert picture_level(None, 100, 70, share=0.8, contradicted=True) is Level.POSSIBLE


def test_the_rate_is_that_of_the_rarer_agreement() -> None:
    assert picture_rate(20, 0) == picture_rate(20, 50) == 1.6e-7
    assert picture_rate(None, 12) == 9e-7
    assert picture_rate(None, 3) is None
