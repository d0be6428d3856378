"""A thumbnail is told from another picture, whatever was done to it on the way."""

from collections.abc import Callable

import pytest
from PIL import Image, ImageEnhance, ImageFilter, ImageOps

from fixtures import inside_stills as made
from scanner.parts.stills.likeness import Likeness

SEEDS = range(12)


def like(seed: int, small: Image.Image) -> bool:
    return Likeness(lambda: made.picture(seed)).shows(small)


CHANGES: dict[str, Callable[[Image.Image], Image.Image]] = {
    "none": lambda image: image,
    "grey": lambda image: image.convert("L"),
    "sharper": lambda image: image.filter(ImageFilter.UnsharpMask(4, 100)),
    "in letters of a box": lambda image: ImageOps.pad(image, (160, 120)),
    "in pillars": lambda image: ImageOps.pad(image, (220, 107)),
    "turned": lambda image: image.transpose(Image.Transpose.ROTATE_90),
    "cut to a square": lambda image: ImageOps.fit(image, (100, 100)),
    "more contrast": lambda image: ImageEnhance.Contrast(image).enhance(1.15),
}


@pytest.mark.parametrize("change", CHANGES)
def test_the_same_picture(change: str) -> None:
    assert all(like(seed, CHANGES[change](made.picture(seed).resize(made.SMALL))) for seed in SEEDS)


OTHERS: dict[str, Callable[[int], Image.Image]] = {
    "another picture": lambda seed: made.picture(seed + 100),
    "its negative": lambda seed: made.negative(made.picture(seed)),
    "a part of it": lambda seed: made.picture(seed).crop((40, 27, 280, 187)),
    "more than it": lambda seed: ImageOps.expand(made.picture(seed), 40, "red"),
    "another one pasted in": lambda seed: _pasted(made.picture(seed), made.picture(seed + 100)),
    "nothing": lambda seed: Image.new("RGB", (160, 107), (seed, 60, 60)),
}


def _pasted(image: Image.Image, other: Image.Image) -> Image.Image:
    image.paste(other.resize((140, 100)), (60, 40))
    return image


@pytest.mark.parametrize("other", OTHERS)
def test_another_picture(other: str) -> None:
    assert not any(like(seed, OTHERS[other](seed).resize(made.SMALL)) for seed in SEEDS)


def test_two_empty_pictures_are_alike_by_their_light() -> None:
    grey = Likeness(lambda: Image.new("L", (300, 200), 60))
    assert grey.shows(Image.new("L", (60, 40), 64))
    assert not grey.shows(Image.new("L", (60, 40), 160))


def test_one_that_cannot_be_decoded_shows_nothing() -> None:
    def broken() -> Image.Image:
        raise OSError

    assert not Likeness(broken).shows(made.picture(1))
