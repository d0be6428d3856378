"""A profile is applied where it changes something, and never does harm."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageCms

from detectors.material import Piece
from fixtures import profiles as made
from fixtures.further_forms import GREY, IMAGE, PICTURE
from scanner.media.asset import full_size
from scanner.media.decode import stills
from scanner.media.pixels import profiles

SCREEN = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def test_a_screens_own_profile_changes_nothing(tmp_path: Path) -> None:
    IMAGE.save(tmp_path / "a.png", icc_profile=SCREEN)
    with Image.open(tmp_path / "a.png") as image:
        assert not profiles.is_foreign(image)
        assert profiles.on_screen(image) is image


@pytest.mark.parametrize("data", [b"", b"acsp", made.profile("Display P3")[:300]])
def test_a_broken_profile_is_none(data: bytes, tmp_path: Path) -> None:
    IMAGE.save(tmp_path / "plain.png")
    IMAGE.save(tmp_path / "a.png", icc_profile=data)
    shown, plain = (stills.read(tmp_path / name, "png").pictures.astype(int) for name in ("a.png", "plain.png"))
    assert np.abs(shown - plain).max() <= 1


def test_a_profile_of_colours_on_a_grey_picture_is_left_alone(tmp_path: Path) -> None:
    Image.fromarray(GREY).save(tmp_path / "a.png", icc_profile=made.profile("Adobe RGB"))
    assert (stills.read(tmp_path / "a.png", "png").pictures == _grey(Image.fromarray(GREY))).all()


@pytest.mark.parametrize("mode", ["RGB", "RGBA", "P"])
def test_a_profile_is_applied_whatever_the_mode(mode: str, tmp_path: Path) -> None:
    wide = Image.fromarray(made.in_colours_of("ProPhoto RGB", PICTURE).astype(np.uint8))
    wide.convert(mode).save(tmp_path / "a.png", icc_profile=made.profile("ProPhoto RGB"))
    shown = stills.read(tmp_path / "a.png", "png", (512,))
    assert np.abs(shown.pictures.astype(int) - _grey(IMAGE)).mean() <= (3 if mode != "P" else 12)


def test_detectors_that_look_at_pixels_get_them_as_they_are_stored(tmp_path: Path) -> None:
    stored = made.in_colours_of("Adobe RGB", PICTURE).astype(np.uint8)
    Image.fromarray(stored).save(tmp_path / "a.png", icc_profile=made.profile("Adobe RGB"))
    (picture,) = full_size.of_stills([Piece(tmp_path / "a.png", "a.png")], 1)
    assert (picture.pixels == stored).all()


def _grey(image: Image.Image) -> np.ndarray[tuple[int, ...], np.dtype[np.int64]]:
    small = image.convert("L").resize((128, 128), Image.Resampling.BOX)
    return np.asarray(small, np.int64)
