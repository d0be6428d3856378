"""TIFF as others write and read it: we read what tifffile writes, and tifffile reads what our writer writes."""

from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from fixtures import tiff_forms
from fixtures.further_forms import GREY, INKS, PICTURE
from fixtures.still_forms import scaled
from fixtures.tiff_forms import FLOAT, SIGNED, Tiff
from scanner.media.decode import stills
from scanner.media.errors import MediaError

tifffile = pytest.importorskip("tifffile", reason="a development tool that isn't installed")

WRITTEN: dict[str, tuple[Any, dict[str, Any]]] = {
    "rgb, 16 bits, planar": (np.moveaxis(scaled(PICTURE, 16).astype("u2"), -1, 0), {"planarconfig": "separate"}),
    "rgb, floats, planar": (np.moveaxis(PICTURE / 255, -1, 0).astype("f4"), {"planarconfig": "separate"}),
    "rgb, floats of 16 bits": ((PICTURE / 255).astype("f2"), {}),
    "rgb, floats of 64 bits, big-endian": (PICTURE / 255, {"byteorder": ">"}),
    "rgb, 32 bits, BigTIFF": (scaled(PICTURE, 32).astype("u4"), {"bigtiff": True}),
    "rgb, BigTIFF, big-endian, deflate": (PICTURE, {"bigtiff": True, "byteorder": ">", "compression": "zlib"}),
    "rgb, 16 bits, tiles": (scaled(PICTURE, 16).astype("u2"), {"tile": (64, 64)}),
    "rgb, 16 bits, planar tiles, deflate": (
        np.moveaxis(scaled(PICTURE, 16).astype("u2"), -1, 0),
        {"planarconfig": "separate", "tile": (32, 32), "compression": "zlib"},
    ),
    "rgb, strips of 7 rows": (PICTURE, {"rowsperstrip": 7, "planarconfig": "contig"}),
    "inks, 16 bits": (scaled(INKS, 16).astype("u2"), {"photometric": "separated"}),
}
SHOWN = [
    Tiff(bits, planar=bool(planar), order="<" if little else ">", wide=bool(wide), tile=tile)
    for bits, planar, little, wide, tile in product((8, 16, 32), *[(False, True)] * 3, (0, 32))
]


@pytest.mark.parametrize("name", WRITTEN)
def test_what_tifffile_writes_is_read_as_what_it_shows(name: str, tmp_path: Path) -> None:
    data, options = WRITTEN[name]
    tifffile.imwrite(tmp_path / "a.tif", data, **{"photometric": "rgb", "metadata": None, **options})
    with stills.opened_still(tmp_path / "a.tif", "tiff") as image:
        off = np.abs(np.asarray(stills.flat(image, "RGB"), int) - PICTURE)
    assert off.max() <= 2


@pytest.mark.parametrize("form", SHOWN, ids=str)
def test_tifffile_reads_what_our_writer_writes(form: Tiff, tmp_path: Path) -> None:
    samples = scaled(PICTURE, form.bits)
    tiff_forms.write(tmp_path / "a.tif", samples, form)
    read = tifffile.imread(tmp_path / "a.tif")
    assert ((np.moveaxis(read, 0, -1) if form.planar else read) == samples).all()


@pytest.mark.parametrize("form", [Tiff(32, kind=FLOAT), Tiff(16, 1, SIGNED), Tiff(16, 0)], ids=str)
def test_it_reads_our_floats_and_signed_numbers_too(form: Tiff, tmp_path: Path) -> None:
    samples = PICTURE / 255 if form.kind == FLOAT else scaled(GREY, 15)
    tiff_forms.write(tmp_path / "a.tif", samples, form)
    assert np.allclose(tifffile.imread(tmp_path / "a.tif"), samples[..., 0] if samples.shape[2] == 1 else samples)


@pytest.mark.parametrize("form", [Tiff(16, planar=True), Tiff(12, 1), Tiff(16, 1, compression=5)], ids=str)
@pytest.mark.parametrize("share", [0.02, 0.3, 0.7, 0.99])
def test_what_is_cut_off_is_broken(form: Tiff, share: float, tmp_path: Path) -> None:
    tiff_forms.write(tmp_path / "a.tif", scaled(PICTURE if form.photometric == 2 else GREY, form.bits), form)
    data = (tmp_path / "a.tif").read_bytes()
    (tmp_path / "a.tif").write_bytes(data[: int(len(data) * share)])
    with pytest.raises(MediaError) as caught:
        stills.read(tmp_path / "a.tif", "tiff")
    assert caught.value.reason == "scan.unreadable"


def test_floats_of_which_nothing_says_what_is_white_are_told(tmp_path: Path) -> None:
    tiff_forms.write(tmp_path / "a.tif", GREY[..., None] * 1e6, Tiff(32, 1, FLOAT))
    with pytest.raises(MediaError, match="what is white") as caught:
        stills.read(tmp_path / "a.tif", "tiff")
    assert caught.value.reason == "scan.unsupported_media"
