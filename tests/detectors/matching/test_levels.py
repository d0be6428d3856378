"""The levels are the measured ones."""

import pytest

from detectors.matching.levels import (
    Level,
    Look,
    Resemblance,
    false_match_rate,
    level_of,
    picture_level,
    picture_radius,
    picture_rate,
)


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


def _drawn(weak: float, weakest: float = 0.5, *, share: float = 1.0, readable: bool = True, windows: int = 50) -> Look:
    return Look(drawn=True, resemblance=Resemblance(share, weak, weakest, readable, windows))


@pytest.mark.parametrize(
    ("look", "level"),
    [
        (_drawn(0.78), Level.CERTAIN),
        (_drawn(0.78, 0.44), Level.POSSIBLE),
        (_drawn(0.78, 0.0, windows=200), Level.CERTAIN),
        (_drawn(0.77), Level.POSSIBLE),
        (_drawn(0.68, 0.0), Level.POSSIBLE),
        (_drawn(0.67), None),
        (_drawn(0.9, share=0.8, readable=False), Level.POSSIBLE),
        (_drawn(0.9, share=0.79, readable=False), None),
        (Look(drawn=True), Level.POSSIBLE),
    ],
)
def test_what_is_drawn_is_worth_what_is_written(look: Look, level: Level | None) -> None:
    assert picture_level(20, 100, 70, look=look) is level
    assert picture_level(50, 100, 70, look=look) is level


def test_artwork_may_have_a_timecode_over_it() -> None:
    alike = Resemblance(0.6, -0.2, -0.4, readable=True, windows=300)
    assert picture_level(None, 100, 70, look=Look(drawn=True, bare=False, resemblance=alike)) is Level.MATCH
    assert picture_level(None, 100, 70, look=Look(drawn=True, bare=True, resemblance=alike)) is None
    assert picture_level(None, 99, 70, look=Look(drawn=True, bare=False, resemblance=alike)) is None
    assert picture_level(None, 100, 70, share=0.7, look=Look(drawn=True, bare=False, resemblance=alike)) is None


def test_details_of_one_thing_before_other_grounds_are_a_possibility() -> None:
    other, same = (Look(resemblance=Resemblance(share, 0.0, 0.0, readable=False)) for share in (0.61, 0.62))
    assert picture_level(None, 100, 70, look=other) is Level.POSSIBLE
    assert picture_level(None, 100, 70, look=same) is Level.MATCH
    assert picture_level(65, 100, 70, look=other) is Level.MATCH  # hashes say it as well


@pytest.mark.parametrize(
    ("distance", "inliers", "share", "weak", "level"),
    [
        (31, 0, 0.0, 0.0, Level.CERTAIN),
        (32, 0, 0.95, 0.95, Level.MATCH),
        (45, 0, 0.95, 0.94, Level.POSSIBLE),
        (46, 0, 1.0, 1.0, Level.POSSIBLE),
        (60, 0, 0.94, 1.0, None),
        (60, 8, 0.0, 0.0, Level.MATCH),
    ],
)
def test_a_hash_of_hardly_anything_is_worth_less(
    distance: int, inliers: int, share: float, weak: float, level: Level | None
) -> None:
    look = Look(smooth=True, resemblance=Resemblance(share, weak, weak, readable=False))
    assert picture_level(distance, inliers, 70, look=look) is level


def test_a_hash_of_hardly_anything_without_a_sketch_is_a_possibility() -> None:
    assert picture_level(60, 0, 70, look=Look(smooth=True)) is Level.POSSIBLE


def test_rates_are_those_of_what_the_pictures_show() -> None:
    assert picture_rate(20, 50, Look()) == 1.6e-7
    letters, hardly = picture_rate(20, 50, Look(drawn=True)), picture_rate(60, 0, Look(smooth=True))
    assert letters is not None
    assert letters > 1e-5
    assert hardly is not None
    assert hardly > 1e-5
