"""Which picture of an EXR is shown, and what is left alone for its size."""

from pathlib import Path

import numpy as np
import pytest

from fixtures import exr_forms
from fixtures.further_forms import PICTURE
from scanner.media.errors import MediaError, UnsupportedMediaError
from scanner.media.pixels import exr
from scanner.media.pixels.exr import Exr

LIGHT = exr_forms.light(PICTURE)
DARK = LIGHT // 2


def test_the_first_picture_without_a_layers_name_is_shown(tmp_path: Path) -> None:
    layered = exr_forms.planes(DARK, "diffuse.") | exr_forms.planes(LIGHT)
    exr_forms.written(tmp_path / "a.exr", ("one", {}, exr_forms.planes(DARK, "x.")), ("two", {}, layered))
    whole = Exr(str(tmp_path / "a.exr"))
    assert whole.main is not None
    assert (whole.main.part, whole.main.name) == (1, "")
    assert np.abs(np.asarray(whole.draw_main(), int) - PICTURE).max() <= 1


def test_data_that_lie_beside_the_display_window_leave_it_black(tmp_path: Path) -> None:
    header = {"dataWindow": ((5000, 0), (5201, 149)), "displayWindow": ((0, 0), (99, 49))}
    exr_forms.written(tmp_path / "a.exr", ("", header, exr_forms.planes(LIGHT)))
    image = Exr(str(tmp_path / "a.exr")).draw_main()
    assert image.size == (100, 50)
    assert image.getextrema() == ((0, 0),) * 3


def test_samples_of_half_an_alpha_let_through_what_is_behind(tmp_path: Path) -> None:
    import OpenEXR

    front, behind = (
        {"R": 0.1, "G": 0.2, "B": 0.3, "A": 0.5, "Z": 1.0},
        {"R": 0.4, "G": 0.2, "B": 0.0, "A": 1.0, "Z": 2.0},
    )
    channels = {}
    for name, value in front.items():
        cells = np.empty((16, 16), object)
        for place in np.ndindex(16, 16):
            cells[place] = np.array([behind[name], value], np.float32 if name == "Z" else np.float16)
        channels[name] = cells
    header = {"compression": OpenEXR.ZIPS_COMPRESSION, "type": OpenEXR.deepscanline}
    exr_forms.written(tmp_path / "a.exr", ("", header, channels))
    seen = np.asarray(Exr(str(tmp_path / "a.exr")).draw_main(), int)[3, 3]
    expected = [front[name] + 0.5 * behind[name] for name in "RGB"]
    shown = [round((1.055 * value ** (1 / 2.4) - 0.055) * 255) for value in expected]
    assert np.abs(seen - shown).max() <= 1


def test_deep_pixels_beyond_measure_are_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exr, "_MOST_DEEP", 100)
    exr_forms.deep(tmp_path / "a.exr", LIGHT[:16, :16], tiled=False, alpha=True)
    with pytest.raises(UnsupportedMediaError, match="deep pixels"):
        Exr(str(tmp_path / "a.exr")).draw_main()


def test_a_picture_of_many_layers_is_shown_and_its_parts_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exr, "_MOST_BYTES", 100)
    exr_forms.written(tmp_path / "a.exr", ("a", {}, exr_forms.planes(LIGHT)), ("b", {}, exr_forms.planes(DARK)))
    whole = Exr(str(tmp_path / "a.exr"))
    assert np.abs(np.asarray(whole.draw_main(), int) - PICTURE).max() <= 1
    with pytest.raises(UnsupportedMediaError, match="more than are read at once"):
        whole.draw(whole.layers[1])


def test_what_is_no_exr_is_broken(tmp_path: Path) -> None:
    (tmp_path / "a.exr").write_bytes(b"\x76\x2f\x31\x01" + bytes(100))
    with pytest.raises(MediaError):
        Exr(str(tmp_path / "a.exr"))


def test_luminance_beside_a_depth_is_shown_and_the_depth_is_a_picture_of_its_own(tmp_path: Path) -> None:
    luminance = np.ascontiguousarray(LIGHT[..., 1])
    exr_forms.written(tmp_path / "a.exr", ("", {}, {"Y": luminance, "Z": np.float32(9) - luminance}))
    whole = Exr(str(tmp_path / "a.exr"))
    assert [(layer.name, layer.data) for layer in whole.layers] == [("", False), ("Z", True)]
    assert np.abs(np.asarray(whole.draw_main(), int) - PICTURE[..., 1]).max() <= 1
    depth = np.asarray(whole.draw(whole.layers[1]), int)
    assert np.corrcoef(depth.ravel(), luminance.ravel())[0, 1] < -0.9


def test_depth_alone_is_no_picture_that_is_shown(tmp_path: Path) -> None:
    exr_forms.written(tmp_path / "a.exr", ("", {}, {"Z": np.ascontiguousarray(LIGHT[..., 1])}))
    whole = Exr(str(tmp_path / "a.exr"))
    assert [layer.data for layer in whole.layers] == [True]
    with pytest.raises(UnsupportedMediaError, match="none of its channels is a picture: Z"):
        whole.draw_main()


def test_a_channel_of_deep_pixels_is_drawn_by_the_sample_in_front(tmp_path: Path) -> None:
    exr_forms.deep(tmp_path / "a.exr", LIGHT[:16, :16], tiled=False, alpha=True)
    whole = Exr(str(tmp_path / "a.exr"))
    assert [layer.name for layer in whole.layers] == ["", "Z"]
    assert whole.draw(whole.layers[1]).size == (16, 16)
