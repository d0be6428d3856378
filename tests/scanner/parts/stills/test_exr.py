"""Parts and layers of EXR files are drawn as the still reader draws what is shown; other channels are none."""

import struct
import time
from pathlib import Path

import numpy as np
import OpenEXR
import pytest
from PIL import Image

from fixtures import inside_stills as made
from scanner.media.decode.stills import read
from tests.scanner.parts.conftest import Lister

ONE, TWO, THREE = (made.picture(seed) for seed in (1, 2, 3))


def test_further_parts_and_layers_are_parts(tmp_path: Path, parts_of: Lister) -> None:
    parts = parts_of(
        made.exr(tmp_path / "a", [("a", {"": ONE, "beauty": TWO}), ("b", {"": TWO}), ("c", {"x.y": THREE})]), "a.exr"
    )
    assert parts.looked_at == ["layer:beauty", "part:b", "part:c+layer:x.y"]
    assert parts["part:b"].where == "part 2 of 3 (b)"


def test_a_layer_looks_as_the_picture_would_that_is_shown(tmp_path: Path, parts_of: Lister) -> None:
    parts = parts_of(made.exr(tmp_path / "a", [("", {"": ONE, "beauty": TWO})]), "a.exr")
    expected = read(made.exr(tmp_path / "b", [("", {"": TWO})]), "exr").pictures[0]
    drawn = parts.picture("layer:beauty").convert("L").resize((128, 128), Image.Resampling.BOX)
    assert np.abs(np.asarray(drawn, int) - expected).mean() < 2


def test_one_part_with_one_picture_has_no_parts(tmp_path: Path, parts_of: Lister) -> None:
    assert parts_of(made.exr(tmp_path / "a", [("", {"": ONE})]), "a.exr").ids == []


def test_channels_that_are_no_colours_are_each_a_picture(tmp_path: Path, parts_of: Lister) -> None:
    plane = np.zeros((8, 8), np.float32)
    names = (
        "R",
        "G",
        "B",
        "A",
        "Z",
        "N.X",
        "N.Y",
        "N.Z",
        "id.R",
        "lit.red",
        "lit.green",
        "lit.blue",
        "lit.alpha",
        "m.A",
    )
    channels = dict.fromkeys(names, plane)
    OpenEXR.File({"compression": OpenEXR.ZIP_COMPRESSION, "type": OpenEXR.scanlineimage}, channels).write(
        str(tmp_path / "a")
    )
    data = [f"channel:{name}" for name in ("Z", "N.X", "N.Y", "N.Z", "id.R", "m.A")]
    assert sorted(parts_of(tmp_path / "a", "a.exr").ids) == sorted(["layer:lit", *data])


def test_a_channel_is_drawn_from_its_dark_end_to_its_light_one(tmp_path: Path, parts_of: Lister) -> None:
    plane = np.linspace(-50, 150, 64 * 64, dtype=np.float32).reshape(64, 64)
    plane[0, :3] = 1e30, np.nan, -np.inf
    channels = dict.fromkeys(("R", "G", "B", "Z"), plane)
    OpenEXR.File({"compression": OpenEXR.ZIP_COMPRESSION, "type": OpenEXR.scanlineimage}, channels).write(
        str(tmp_path / "a")
    )
    greys = np.asarray(parts_of(tmp_path / "a", "a.exr").picture("channel:Z"))
    assert (greys[5].max(), greys[-1].min()) <= (40, 250)
    assert int(greys[32, 32]) == pytest.approx(128, abs=4)


@pytest.mark.parametrize(("preview", "looked_at"), [(1, []), (2, ["thumbnail:0"])])
def test_a_preview_is_compared(preview: int, looked_at: list[str], tmp_path: Path, parts_of: Lister) -> None:
    parts = parts_of(made.exr(tmp_path / "a", [("", {"": ONE})], preview=preview), "a.exr")
    assert parts.looked_at == looked_at
    assert parts.ids == ["thumbnail:0"]


def test_parts_of_one_name_have_ids_of_their_own(tmp_path: Path, parts_of: Lister) -> None:
    made.exr(tmp_path / "a", [("one", {"": ONE}), ("two", {"": TWO}), ("six", {"": THREE})])
    data = (tmp_path / "a").read_bytes().replace(b"six\0", b"two\0")
    assert len(parts_of(data, "a.exr").by_id) in {0, 2}  # the library may refuse the file: that is told


def test_a_size_beyond_measure_is_refused_before_it_is_read(tmp_path: Path, parts_of: Lister) -> None:
    data = bytearray(made.exr(tmp_path / "a", [("", {"": ONE, "beauty": TWO})]).read_bytes())
    at = data.index(b"dataWindow\0box2i\0") + 21
    data[at : at + 16] = struct.pack("<iiii", 0, 0, 59_999, 59_999)
    parts = parts_of(bytes(data), "a.exr")
    assert parts["layer:beauty"].why_not == "a picture of 60000 x 60000 pixels is not opened"


def test_what_is_cut_off_is_told(tmp_path: Path, parts_of: Lister) -> None:
    data = made.exr(tmp_path / "a", [("a", {"": ONE}), ("b", {"": TWO})]).read_bytes()
    for share in (0.05, 0.6, 0.95):
        parts = parts_of(data[: int(len(data) * share)], "a.exr")
        assert parts.problems or parts.why_not_drawn("part:b")


def test_three_thousand_parts_are_told_within_seconds(tmp_path: Path, parts_of: Lister) -> None:
    plane = np.zeros((8, 8), np.float16)
    many = [OpenEXR.Part({"type": OpenEXR.scanlineimage}, {"Y": plane}, f"p{number:05}") for number in range(3000)]
    OpenEXR.File(many).write(str(tmp_path / "a"))
    begun = time.process_time()
    parts = parts_of(tmp_path / "a", "a.exr", opened=50, listed=2000)
    assert time.process_time() - begun < 5
    assert parts.problems == ["2,999 parts and layers; 999 of them were not looked at"]
