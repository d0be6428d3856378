"""One picture in every form of EXR, TIFF and DPX that anybody delivers: read as what it shows, or told."""

from collections import Counter
from contextlib import suppress
from pathlib import Path
from random import Random

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from detectors.fingerprint.picture import SIDE, Hashes, distance, fingerprint
from fixtures.still_forms import StillForm, forms
from scanner.media.decode import stills
from scanner.media.errors import MediaError, UnsupportedMediaError

FORMS = list(forms())
NEAR = 10  # of 256 bits
LEVELS = 12  # of 256, on average, of a picture of 16 x 16
FEW = (16, 16)


def bits(grey: NDArray[np.uint8]) -> Hashes:
    first: Hashes = fingerprint(grey[None], np.arange(1)).hashes[0, 0, 0]
    return first


def small(seen: NDArray[np.uint8]) -> NDArray[np.uint8]:
    image = Image.fromarray(seen).convert("L").resize((SIDE, SIDE), Image.Resampling.BOX)
    return np.asarray(image)


def test_every_form_has_a_name_of_its_own() -> None:
    assert [str(form) for form, count in Counter(map(str, FORMS)).items() if count > 1] == []
    assert len(FORMS) >= 200


@pytest.mark.parametrize("form", [form for form in FORMS if form.shows is not None], ids=str)
def test_a_form_is_read_as_what_it_shows(form: StillForm, tmp_path: Path) -> None:
    assert form.shows is not None
    form.write(tmp_path / "a")
    still = stills.read(tmp_path / "a", form.format, (512,))
    height, width = form.shows.shape[:2]
    assert (still.width, still.height) == (width, height)
    assert distance(bits(small(form.shows)), bits(still.pictures[0])[None])[0] <= NEAR
    with stills.opened_still(tmp_path / "a", form.format) as image:
        drawn = stills.upright(stills.shrunk(image, FEW, "RGB"), stills.orientation(image))
        seen = Image.fromarray(form.shows).convert("RGB").resize(FEW, Image.Resampling.BOX)
    assert np.abs(np.asarray(drawn, int) - np.asarray(seen, int)).mean() <= LEVELS
    wide = 2 if "twice as wide" in form.name else 1
    assert abs(still.large[0][0].shape[1] / still.large[0][0].shape[0] - wide * width / height) < 0.02


@pytest.mark.parametrize("form", [form for form in FORMS if form.shows is None], ids=str)
def test_a_form_that_nothing_reads_is_told_and_not_called_broken(form: StillForm, tmp_path: Path) -> None:
    form.write(tmp_path / "a")
    with pytest.raises(UnsupportedMediaError):
        stills.read(tmp_path / "a", form.format)


@pytest.mark.parametrize("form", FORMS[::7], ids=str)
def test_a_form_that_is_damaged_gives_a_picture_or_an_entry_and_nothing_else(form: StillForm, tmp_path: Path) -> None:
    form.write(tmp_path / "whole")
    data = (tmp_path / "whole").read_bytes()
    random = Random(str(form))  # noqa: S311 - damage, not secrets
    for _ in range(6):
        hurt = bytearray(data)
        reach = random.choice((64, 1024, len(data)))
        for _ in range(random.choice((1, 2, 8))):
            hurt[random.randrange(min(len(data), reach))] = random.choice((0, 1, 127, 255))
        (tmp_path / "a").write_bytes(hurt[: random.choice((len(hurt), random.randrange(len(hurt))))])
        with suppress(MediaError):
            stills.read(tmp_path / "a", form.format)
