"""What only local features show: crops, insets, turned pictures, with their ends and where they lie."""

from functools import cache

import numpy as np
import pytest

from detectors.matching.film.segments import find_segments
from detectors.matching.levels import Level
from detectors.matching.match import PictureMatch
from tests.detectors.matching.scenes import (
    HIGH,
    WIDE,
    Frames,
    cropped,
    details,
    film,
    inset,
    reels,
    strip,
    turned,
)

WORK = film(1, 168)
OTHER = film(2, 144)
UNDER = film(3, 168)
REELS = reels([WORK, OTHER])


def _found(asset: Frames) -> list[PictureMatch]:
    return find_segments(strip(asset), REELS, details(asset))


def _between(stretch: Frames, before: int = 40, after: int = 30) -> Frames:
    return np.concatenate([film(8, before), stretch, film(9, after)])


def _one(found: list[PictureMatch]) -> PictureMatch:
    assert len(found) == 1, found
    return found[0]


@cache
def _third() -> PictureMatch:
    """What is found of a crop of a third."""
    return _one(_found(_between(cropped(WORK[40:136], 0.3))))


def _at(found: PictureMatch, first: int, last: int, film_first: int) -> None:
    """It lies there, to the frame; in the film as near as is said, which along an even pan can't be very near."""
    assert found.span is not None
    assert found.target_span is not None
    assert (found.span.first_frame, found.span.last_frame) == (first, last)
    assert abs(found.target_span.first_frame - film_first) <= min(12, found.target_span.edge_frames)
    assert found.speed == 1


def test_a_crop_of_a_third_is_found_with_its_ends() -> None:
    found = _third()
    _at(found, 40, 135, 40)
    assert found.target == 0
    assert "cropped" in found.transforms
    assert found.quad is not None
    off = np.abs(np.array(found.quad) - [(-0.21, -0.21), (1.21, -0.21), (1.21, 1.21), (-0.21, 1.21)]).max(0)
    assert off[0] < 0.15  # along the pan it is where the film is a little earlier or later
    assert off[1] < 0.03


def test_an_inset_is_found_with_its_corners() -> None:
    laid = inset(WORK[40:136], UNDER[:96], 240, 20)
    found = _one(_found(np.concatenate([film(8, 40), laid, UNDER[96:130]])))
    assert found.distance is None
    assert found.inliers >= 12
    assert (found.level, found.transforms, found.algorithm) == (Level.MATCH, ("inset",), "orb/1")
    _at(found, 40, 135, 40)
    left, top, right, low = 240 / WIDE, 20 / HIGH, 240 / WIDE + 0.5, 20 / HIGH + 0.5
    assert found.quad is not None
    assert np.abs(np.array(found.quad) - [(left, top), (right, top), (right, low), (left, low)]).max() < 0.03


def test_an_inset_and_the_film_under_it_are_both_told() -> None:
    laid = inset(WORK[40:136], OTHER[24:120], 240, 130)
    found = _found(_between(laid))
    assert sorted(each.target for each in found) == [0, 1]
    for each in found:
        assert each.span is not None
        assert abs(each.span.first_frame - 40) <= 6
        assert abs(each.span.last_frame - 135) <= 6


def test_a_turned_film_is_found_with_its_angle() -> None:
    found = _one(_found(_between(turned(WORK[40:136]))))
    assert found.turned == 90
    assert "turned" in found.transforms
    _at(found, 40, 135, 40)


def test_a_mirrored_crop_is_said_to_be_mirrored() -> None:
    found = _one(_found(_between(cropped(WORK[40:136], 0.3)[:, :, ::-1])))
    assert found.mirrored
    assert {"cropped", "mirrored"} <= set(found.transforms)
    _at(found, 40, 135, 40)


def test_what_is_best_seen_is_told_for_both_sides() -> None:
    found = _third()
    assert found.best_frame is not None
    assert found.target_frame is not None
    assert 40 <= found.best_frame <= 135
    assert abs(found.target_frame - found.best_frame) <= 12


def test_other_films_are_not_found() -> None:
    assert _found(np.concatenate([film(31, 60), film(32, 60)])) == []


def test_without_local_features_a_crop_is_not_told() -> None:
    assert find_segments(strip(_between(cropped(WORK[40:136], 0.5))), REELS) == []


@pytest.mark.parametrize("share", [0.05, 0.1])
def test_a_slight_crop_is_one_piece(share: float) -> None:
    found = _one(_found(_between(cropped(WORK[20:140], share))))
    _at(found, 40, 159, 20)
