"""Corners and words of how a reference lies in a picture."""

from fractions import Fraction

import numpy as np
import pytest

from detectors.matching.picture.geometry import UNITS
from detectors.matching.picture.placement import Placement, by_cuts, by_speed
from detectors.matching.picture.view import View


def _view(width: float, height: float) -> View:
    return View(np.zeros((0, 2), np.float32), np.zeros((0, 32), np.uint8), width, height)


WIDE = _view(UNITS, UNITS * 9 / 16)


def _placed(across: float, down: float, left: float, top: float) -> Placement:
    matrix = np.array([[across, 0, left * WIDE.width], [0, down, top * WIDE.height]])
    return Placement.of(matrix, WIDE, WIDE, mirrored=False)


@pytest.mark.parametrize(
    ("place", "words"),
    [
        ((1, 1, 0, 0), []),
        ((0.5, 0.5, 0.45, 0.1), ["inset"]),
        ((1, 0.76, 0, 0.12), ["squeezed", "letterboxed"]),
        ((0.75, 0.75, 0.125, 0.125), ["windowboxed"]),
        ((0.75, 1, 0.125, 0), ["squeezed", "pillarboxed"]),
        ((1.4, 1.4, -0.2, -0.2), ["cropped"]),
    ],
)
def test_a_place_has_its_words(place: tuple[float, float, float, float], words: list[str]) -> None:
    assert _placed(*place).words() == words


@pytest.mark.parametrize(
    ("degrees", "askew"),
    [(0, False), (-19, False), (19, False), (24, True), (45, True), (66, True), (75, False), (93, False)],
)
def test_a_picture_is_askew_where_nobody_would_turn_it_so(degrees: float, askew: bool) -> None:
    angle = np.radians(degrees)
    matrix = np.array([[np.cos(angle), -np.sin(angle), 0], [np.sin(angle), np.cos(angle), 0]])
    assert Placement.of(matrix, WIDE, WIDE, mirrored=False).askew is askew


def test_corners_are_shares_of_the_picture() -> None:
    assert _placed(0.5, 0.5, 0.25, 0.1).quad == ((0.25, 0.1), (0.75, 0.1), (0.75, 0.6), (0.25, 0.6))


def test_the_corners_of_a_mirrored_reference_are_exchanged() -> None:
    placed = Placement.of(np.array([[1.0, 0, 0], [0, 1, 0]]), WIDE, WIDE, mirrored=True)
    assert placed.quad[0] == (1.0, 0.0)


def test_a_quarter_turn_is_told_in_degrees() -> None:
    matrix = np.array([[0, -1.0, UNITS], [1.0, 0, 0]])
    placed = Placement.of(matrix, _view(UNITS, UNITS), _view(UNITS, UNITS), mirrored=False)
    assert (placed.turned, placed.words()) == (90, ["turned"])


def test_cuts_and_speeds_have_words() -> None:
    assert [by_cuts(pair) for pair in (0, 3, 1, 4, 7)] == [[], ["bars added"], ["bars removed"], [], []]
    assert [by_speed(Fraction(speed)) for speed in ("1", "25/24", "24/25")] == [[], ["sped up"], ["slowed down"]]
