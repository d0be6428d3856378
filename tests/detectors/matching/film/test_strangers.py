"""A thousand pictures and a thousand frames that have nothing in common: no match, at the thresholds as they are."""

import numpy as np
import pytest

from detectors.fingerprint.local import COARSE, MOST, LocalFeatures, describe
from detectors.fingerprint.picture import fingerprint
from detectors.matching.film.segments import find_segments
from detectors.matching.film.stills import find_still_in_reels
from detectors.matching.picture.pictures import find_pictures, find_pictures_in_still
from detectors.matching.picture.stock import PictureStock
from detectors.matching.strip import Strip
from fixtures.pictures import Greys, grey, picture, shot
from tests.detectors.matching.strips import reels, strip

MANY, SHOTS, FRAMES = 1000, 40, 25
DESCRIBED = 40


@pytest.fixture(scope="module")
def pictures() -> list[Strip]:
    seen: Greys = np.stack([grey(picture(seed, 160, 90)) for seed in range(MANY)])
    prints = fingerprint(seen, np.zeros(MANY, np.int64))
    return [Strip.of(prints[row : row + 1]) for row in range(MANY)]


@pytest.fixture(scope="module")
def film() -> Strip:
    return strip(np.concatenate([shot(5000 + number, FRAMES, step=5) for number in range(SHOTS)]))


def details(seed: int) -> LocalFeatures:
    return describe([picture(seed, 512, 288).mean(2).astype(np.uint8)], [0], most=MOST[COARSE])


def test_no_picture_is_seen_in_the_film_and_no_frame_of_it_is_a_picture(pictures: list[Strip], film: Strip) -> None:
    assert len(film) == MANY
    assert find_pictures(film, None, PictureStock.of(pictures)) == []
    seen = reels([film])
    assert [found for still in pictures for found in find_still_in_reels(still, None, seen)] == []


def test_no_picture_is_another(pictures: list[Strip]) -> None:
    stock = PictureStock.of(pictures)
    for place in range(0, MANY, 10):
        assert [found.target for found in find_pictures_in_still(pictures[place], None, stock)] == [place]


def test_no_stretch_of_the_film_is_one_of_another_film(film: Strip) -> None:
    other = strip(np.concatenate([shot(7000 + number, FRAMES, step=5) for number in range(SHOTS)]))
    assert find_segments(film, reels([other])) == []


def test_details_of_strangers_agree_on_nothing(pictures: list[Strip]) -> None:
    stock = PictureStock.of(pictures[:DESCRIBED], [details(seed) for seed in range(DESCRIBED)])
    for seed in range(DESCRIBED, 2 * DESCRIBED):
        assert find_pictures_in_still(pictures[seed], details(seed), stock) == []
