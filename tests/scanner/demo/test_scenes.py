"""The painted pictures are fit to be fingerprinted, and none is like another."""

from itertools import combinations

import numpy as np
import pytest
from PIL import Image

from detectors.fingerprint import picture
from scanner.demo.brushes import snowfall
from scanner.demo.scenes import SCENES, paint

NAMES = sorted(SCENES)


@pytest.fixture(scope="module")
def prints() -> picture.Fingerprints:
    grey = [np.asarray(paint(name).convert("L").resize((128, 128), Image.Resampling.BOX)) for name in NAMES]
    return picture.fingerprint(np.stack(grey), np.arange(len(NAMES)))


def test_every_picture_has_enough_in_it(prints: picture.Fingerprints) -> None:
    assert prints.quality.min() >= picture.QUALITY_GATE


def test_no_two_pictures_look_alike_mirrored_or_not(prints: picture.Fingerprints) -> None:
    for left, right in combinations(range(len(NAMES)), 2):
        apart = picture.distance(prints.hashes[left, 0], prints.hashes[right]).min()
        assert apart >= 96, f"{NAMES[left]} and {NAMES[right]}"


def test_the_same_name_gives_the_same_picture() -> None:
    assert paint("ridge").tobytes() == paint("ridge").tobytes()


def test_an_unknown_picture_is_an_error() -> None:
    with pytest.raises(KeyError):
        paint("a photograph")


def test_snow_can_scroll_for_ever() -> None:
    sheet = np.asarray(snowfall(np.random.default_rng(1), 60, (64, 48)))
    assert sheet.shape == (96, 64, 4)
    assert (sheet[:48] == sheet[48:]).all()
    assert sheet[..., 3].max() > 0
