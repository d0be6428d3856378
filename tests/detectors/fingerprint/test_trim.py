"""Bars and dark borders: found where they are, left alone where they aren't, steady over the frames of a scene."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from detectors.fingerprint import trim
from fixtures.pictures import SIDE, Greys, flat, greys, mirrored, picture

WHOLE = (0, SIDE, 0, SIDE)
PICTURES = greys(*(picture(seed) for seed in range(16)))


def _within(top: int, bottom: int, left: int, right: int, level: int = 16) -> Greys:
    """The pictures, painted over by bars of these widths."""
    barred = PICTURES.copy()
    barred[:, :top] = barred[:, SIDE - bottom :] = level
    barred[:, :, :left] = barred[:, :, SIDE - right :] = level
    return barred


def test_pictures_without_bars_are_left_whole() -> None:
    assert (trim.boxes(PICTURES) == WHOLE).all()


@given(*(st.one_of(st.just(0), st.integers(3, 31)) for _ in range(4)), st.sampled_from([0, 16, 128, 255]))
def test_bars_of_any_grey_and_width_are_found(top: int, bottom: int, left: int, right: int, level: int) -> None:
    boxes = trim.boxes(_within(top, bottom, left, right, level)).astype(int)
    expected = np.array([top, SIDE - bottom, left, SIDE - right])
    for cut, found in enumerate(boxes.transpose(1, 0, 2)):
        if cut == 1 and level > 28:
            assert (found == WHOLE).all()
            continue
        outside = (found - expected) * (1, -1, 1, -1)
        assert outside.min() >= 0, "bar left standing"
        assert np.median(outside) <= 1, "more than the one line beside the bar is gone"


def test_words_in_a_dark_bar_stop_the_first_trim_and_not_the_second() -> None:
    barred = _within(18, 18, 0, 0)
    barred[:, 5:12, 30:80] = 235
    boxes = trim.boxes(barred)
    assert (boxes[:, 0, 0] <= 6).all()
    assert (boxes[:, 1, :2] == (19, SIDE - 19)).all()


def test_words_from_side_to_side_of_a_dark_bar_are_still_words_in_a_bar() -> None:
    barred = _within(18, 18, 0, 0)
    barred[:, SIDE - 12 : SIDE - 6, 4:124] = 235
    assert (trim.boxes(barred)[:, 1, :2] == (19, SIDE - 19)).all()


def test_a_bar_of_noise_is_a_bar() -> None:
    barred = _within(16, 16, 0, 0).astype(np.int16)
    barred[:, :16] += np.random.default_rng(5).integers(-6, 7, (16, 16, SIDE))
    assert (trim.boxes(barred.astype(np.uint8))[:, 0, 0] == 17).all()


def test_a_mirrored_picture_has_the_mirrored_box() -> None:
    barred = _within(0, 9, 14, 25)
    turned = trim.boxes(mirrored(barred))
    assert np.array_equal(turned[:, :, :2], trim.boxes(barred)[:, :, :2])
    assert np.array_equal(turned[:, :, 2:], SIDE - trim.boxes(barred)[:, :, :1:-1])


@pytest.mark.parametrize("level", [0, 16, 128, 255])
def test_a_flat_picture_is_left_whole(level: int) -> None:
    assert (trim.boxes(flat(2, level)) == WHOLE).all()


def test_what_is_plain_far_in_is_the_picture_and_bars_beside_it_still_go() -> None:
    """A scene whose left half lies in the dark, letterboxed."""
    dark = _within(16, 16, 0, 0)
    dark[:, :, :70] = 16
    assert (trim.boxes(dark)[:, 0] == (17, SIDE - 17, 0, SIDE)).all()


@given(st.integers(0, 2**32))
def test_enough_is_always_left(seed: int) -> None:
    random = np.random.default_rng(seed)
    strange = PICTURES[:4] // random.integers(1, 60, (4, 1, 1), np.uint8)
    for _ in range(6):
        at = random.integers(0, SIDE, 4)
        strange[random.integers(4), min(at[:2]) : max(at[:2]), min(at[2:]) : max(at[2:])] = random.integers(256)
    found = trim.boxes(strange)
    boxes = np.concatenate([found, trim.settled(found, np.arange(4))]).astype(int)
    assert ((boxes >= 0) & (boxes <= SIDE)).all()
    assert (boxes[..., 1] - boxes[..., 0] >= 20).all()
    assert (boxes[..., 3] - boxes[..., 2] >= 20).all()
    for box in boxes.reshape(-1, 4).tolist():
        small = trim.inside(strange[:1], tuple(box))
        assert small.shape == (1, 64, 64)
        assert strange[0].min() - 0.01 <= small.min() <= small.max() <= strange[0].max() + 0.01


def test_neighbours_outvote_a_frame_whose_box_is_off() -> None:
    found = trim.boxes(np.repeat(_within(16, 16, 0, 0)[:1], 20, 0))
    jumped = found.copy()
    jumped[7, 0] = (40, 90, 3, 90)
    jumped[12, 1] = WHOLE
    assert np.array_equal(trim.settled(jumped, np.arange(20)), found)


def test_bars_that_come_with_a_cut_come_at_the_cut() -> None:
    film = np.concatenate([np.repeat(PICTURES[:1], 20, 0), np.repeat(_within(16, 16, 0, 0)[1:2], 20, 0)])
    found = trim.boxes(film)
    assert np.array_equal(trim.settled(found, np.arange(40)), found)


def test_frames_of_a_grid_have_their_own_boxes() -> None:
    found = trim.boxes(np.concatenate([_within(16, 16, 0, 0)[:1], PICTURES[1:8]]))
    assert np.array_equal(trim.settled(found, 12 * np.arange(8)), found)
    assert not np.array_equal(trim.settled(found, np.arange(8)), found)


@given(st.integers(20, SIDE), st.integers(20, SIDE))
def test_the_inside_is_the_mean_of_areas(height: int, width: int) -> None:
    """Against repeating each pixel 64 times and averaging whole blocks, one axis after the other."""
    box = (SIDE - height, SIDE, 0, width)
    cropped = PICTURES[3, SIDE - height :, :width].astype(np.float64)
    lower = cropped.repeat(64, 0).reshape(64, height, width).mean(1)
    expected = lower.repeat(64, 1).reshape(64, 64, width).mean(2)
    assert np.abs(trim.inside(PICTURES[3:4], box)[0] - expected).max() < 1e-3


def test_no_pictures_have_no_boxes() -> None:
    none = trim.boxes(PICTURES[:0])
    assert none.shape == (0, 2, 4)
    assert trim.settled(none, np.zeros(0, np.int64)).shape == (0, 2, 4)
