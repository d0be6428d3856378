"""Sketches: small, the same on every run, and what is drawn in them told from what was photographed."""

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from detectors.fingerprint.sketch import read, sketched
from fixtures.cards import SQUARE, Lettering
from fixtures.patterns import KINDS, paint
from fixtures.pictures import picture

MOST_BYTES = 12_000
REPEATED = {"windows", "bricks"}
"""Drawn by code, but no drawings: walls have too many greys."""


def grey(seen: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """A picture in grey, 512 pixels wide."""
    shrunk = cv2.resize(cv2.cvtColor(seen, cv2.COLOR_RGB2GRAY), (512, 288), interpolation=cv2.INTER_AREA)
    return np.asarray(shrunk, np.uint8)


@pytest.mark.parametrize("kind", sorted(set(KINDS) - REPEATED))
def test_letters_lines_and_boxes_are_drawn(kind: str) -> None:
    for letters in (Lettering(), Lettering("", SQUARE)):
        stored = sketched(grey(paint(kind, 40, letters)))
        sketch = read(stored)
        assert sketch is not None
        assert sketch.is_drawn, (kind, letters.script, sketch.two_toned, sketch.flat)
        assert sketch.is_large
        assert len(stored) <= MOST_BYTES


def test_scenes_are_not() -> None:
    for seed in range(20):
        sketch = read(sketched(grey(picture(seed, 960, 540))))
        assert sketch is not None
        assert not sketch.is_drawn, (seed, sketch.two_toned, sketch.flat)


def test_a_sketch_is_the_picture_in_small() -> None:
    seen = np.asarray(cv2.GaussianBlur(grey(picture(3, 960, 540)), (0, 0), 6), np.uint8)
    sketch = read(sketched(seen))
    assert sketch is not None
    assert not sketch.is_large
    assert np.array_equal(sketch.grey, cv2.resize(seen, (64, 36), interpolation=cv2.INTER_AREA))
    card = grey(paint("slate", 3))
    large = read(sketched(card))
    assert large is not None
    shrunk = cv2.resize(card, (192, 108), interpolation=cv2.INTER_AREA).astype(np.float32)
    assert np.abs(large.grey - shrunk).max() <= 255 / 15 / 2 + 1


def test_nothing_is_drawn_on_an_empty_picture() -> None:
    for level in (0, 16, 255):
        sketch = read(sketched(np.full((288, 512), level, np.uint8)))
        assert sketch is not None
        assert (sketch.two_toned, sketch.quality, sketch.is_drawn) == (0, 0, False)


@pytest.mark.parametrize("shape", [(1, 512), (512, 1), (3, 2), (1, 1), (40, 400)])
def test_pictures_of_any_shape_are_sketched(shape: tuple[int, int]) -> None:
    seen = np.random.default_rng(1).integers(0, 256, shape, np.uint8)
    sketch = read(sketched(seen))
    assert sketch is not None
    assert min(sketch.grey.shape) >= 1


@given(st.binary(max_size=300))
def test_other_bytes_are_no_sketch(data: bytes) -> None:
    sketch = read(data)
    assert sketch is None or max(sketch.grey.shape) <= 192


def test_a_damaged_sketch_is_none() -> None:
    stored = sketched(grey(picture(5)))
    assert read(stored[: len(stored) // 2]) is None
    assert read(stored[:8] + b"\0" + stored[9:]) is None
    assert read(b"") is None
