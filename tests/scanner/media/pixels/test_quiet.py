"""What libraries write on standard error by themselves doesn't reach people, and what is raised does."""

import os
from pathlib import Path

import pytest

from fixtures.further_forms import PICTURE
from fixtures.still_forms import forms, scaled
from fixtures.tiff_forms import Tiff, write
from scanner.media.decode import stills
from scanner.media.errors import MediaError
from scanner.media.pixels.quiet import quietly


def damaged(path: Path) -> None:
    data = bytearray(path.read_bytes())
    middle = len(data) // 2
    data[middle : middle + 400] = bytes(byte ^ 0x5A for byte in data[middle : middle + 400])
    path.write_bytes(data)


def test_only_what_is_said_meanwhile_goes_nowhere(capfd: pytest.CaptureFixture[str]) -> None:
    os.write(2, b"before ")
    with quietly():
        os.write(2, b"meanwhile ")
    os.write(2, b"after")
    assert capfd.readouterr().err == "before after"


@pytest.mark.parametrize("form", ["exr", "tiff"])
def test_a_broken_picture_is_told_once(form: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    if form == "exr":
        next(made for made in forms() if made.name == "ZIP float16").write(tmp_path / "a")
    else:
        write(tmp_path / "a", scaled(PICTURE, 16), Tiff(16, planar=True, compression=5))
    damaged(tmp_path / "a")
    with pytest.raises(MediaError) as caught:
        stills.read(tmp_path / "a", form)
    assert caught.value.reason == "scan.unreadable"
    assert capfd.readouterr() == ("", "")
