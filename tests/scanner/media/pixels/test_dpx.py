"""DPX files that end too early, state what isn't so, or are put together to do harm."""

import struct
from pathlib import Path

import pytest

from fixtures import dpx_forms
from fixtures.dpx_forms import Dpx
from fixtures.further_forms import HEIGHT, PICTURE, WIDTH
from scanner.media.decode import stills
from scanner.media.errors import MediaError, UnsupportedMediaError

LINES = PICTURE.reshape(HEIGHT, -1)


@pytest.mark.parametrize("form", [Dpx(), Dpx(padding=64), Dpx(8, packing=0), Dpx(10, packing=0), Dpx(8, encoding=1)])
@pytest.mark.parametrize("share", [0.001, 0.1, 0.6, 0.98])
def test_what_is_cut_off_is_broken(form: Dpx, share: float, tmp_path: Path) -> None:
    dpx_forms.write(tmp_path / "a", WIDTH, [(LINES, form)])
    data = (tmp_path / "a").read_bytes()
    (tmp_path / "a").write_bytes(data[: int(len(data) * share)])
    with pytest.raises(MediaError) as caught:
        stills.read(tmp_path / "a", "dpx")
    assert caught.value.reason == "scan.unreadable"


def test_what_stands_behind_the_picture_is_no_padding(tmp_path: Path) -> None:
    dpx_forms.write(tmp_path / "a", WIDTH, [(LINES, Dpx(8, packing=0))])
    whole = stills.read(tmp_path / "a", "dpx").pictures
    (tmp_path / "a").write_bytes((tmp_path / "a").read_bytes() + bytes(10_000))
    assert (stills.read(tmp_path / "a", "dpx").pictures == whole).all()


def test_runs_that_never_end_a_line_end_in_time(tmp_path: Path) -> None:
    dpx_forms.write(tmp_path / "a", WIDTH, [(LINES, Dpx(8, encoding=1))])
    data = bytearray((tmp_path / "a").read_bytes())
    data[2048:] = bytes(len(data) - 2048)
    (tmp_path / "a").write_bytes(bytes(data))
    with pytest.raises(MediaError):
        stills.read(tmp_path / "a", "dpx")


@pytest.mark.parametrize(("width", "height"), [(0, 10), (1 << 31, 1 << 31), (60_000, 60_000)])
def test_a_size_beyond_measure_is_refused_before_anything_is_read(width: int, height: int, tmp_path: Path) -> None:
    dpx_forms.write(tmp_path / "a", WIDTH, [(LINES, Dpx())])
    data = bytearray((tmp_path / "a").read_bytes())
    struct.pack_into(">II", data, 772, width, height)
    (tmp_path / "a").write_bytes(bytes(data))
    with pytest.raises(UnsupportedMediaError, match="is not opened"):
        stills.read(tmp_path / "a", "dpx")
