"""One still, delivered in forms that readers get wrong, is found in all of them by the real command."""

from typing import Any

import numpy as np
import pytest
from PIL import Image

from fixtures import dpx_forms, exr_forms, pictures, tiff_forms
from fixtures.command import provscan
from fixtures.dpx_forms import Dpx
from fixtures.other_essence import data_alone, high_throughput, timed_text
from fixtures.tiff_forms import FLOAT, Tiff

HERO = pictures.picture(5, 480, 270)
OTHER = pictures.picture(6, 480, 270)


@pytest.fixture(scope="module")
def assets(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    folder = tmp_path_factory.mktemp("forms")
    drop, works = folder / "drop", folder / "works"
    drop.mkdir()
    works.mkdir()
    Image.fromarray(HERO).save(works / "hero.png")
    light = exr_forms.light(HERO)
    region = {"dataWindow": ((900, 400), (1379, 669)), "displayWindow": ((900, 400), (1379, 669))}
    exr_forms.written(drop / "region.exr", ("", region, exr_forms.planes(light)))
    part = {"dataWindow": ((960, 430), (1319, 639)), "displayWindow": ((900, 400), (1379, 669))}
    exr_forms.written(drop / "inner.exr", ("", part, exr_forms.planes(light[30:240, 60:420])))
    made = exr_forms.luminance_and_chroma(light, 2)
    exr_forms.lines(drop / "chroma.exr", made, {"RY": 2, "BY": 2})
    deep = exr_forms.light(np.asarray(Image.fromarray(HERO).resize((240, 135))))
    exr_forms.deep(drop / "deep.exr", deep, tiled=False, alpha=True)
    tiff_forms.write(drop / "planar.tif", HERO.astype(int) * 257, Tiff(16, planar=True))
    lamp = HERO / 255
    lamp[100:104, 300:304] = 60.0
    tiff_forms.write(drop / "lamp.tif", lamp, Tiff(32, kind=FLOAT))
    grey = np.asarray(Image.fromarray(HERO).convert("L"), int)[..., None]
    tiff_forms.write(drop / "inverted.tif", 65535 - grey * 257, Tiff(16, 0))
    lines = HERO.reshape(270, -1)
    dpx_forms.write(drop / "padded.dpx", 480, [(lines, Dpx(padding=64))])
    dpx_forms.write(drop / "from_below.dpx", 480, [(HERO[::-1].reshape(270, -1), Dpx(orientation=2))])
    dpx_forms.write(drop / "packed.dpx", 480, [(lines, Dpx(packing=dpx_forms.PACKED))])
    dpx_forms.write(drop / "other.dpx", 480, [(OTHER.reshape(270, -1), Dpx(padding=64))])
    dpx_forms.write(drop / "rgba.dpx", 480, [(np.dstack([HERO, HERO[..., 0]]).reshape(270, -1), Dpx(10, 51))])
    timed_text(drop / "subtitles.mxf")
    data_alone(drop / "data.mxf")
    high_throughput(drop / "fast.mov")
    outcome = provscan(folder, "scan", "drop", "--references", "works")
    return {asset["path"]: asset for asset in outcome.report("drop.provscan")["assets"]}


def reasons(asset: dict[str, Any]) -> set[str]:
    return {finding["reason"] for finding in asset["findings"]}


@pytest.mark.parametrize(
    "name",
    ["region.exr", "inner.exr", "chroma.exr", "deep.exr", "planar.tif", "lamp.tif", "inverted.tif", "padded.dpx",
     "from_below.dpx", "packed.dpx"],
)  # fmt: skip
def test_a_still_is_found_in_whatever_form_it_is_delivered(name: str, assets: dict[str, dict[str, Any]]) -> None:
    assert assets[name]["examined"]
    assert any("match" in reason for reason in reasons(assets[name])), reasons(assets[name])


def test_another_still_in_the_same_form_is_not(assets: dict[str, dict[str, Any]]) -> None:
    assert assets["other.dpx"]["examined"]
    assert not any("match" in reason for reason in reasons(assets["other.dpx"]))


@pytest.mark.parametrize("name", ["rgba.dpx", "fast.mov", "data.mxf"])
def test_what_nothing_reads_is_told_as_that(name: str, assets: dict[str, dict[str, Any]]) -> None:
    assert reasons(assets[name]) & {"scan.unsupported_media"}
    assert "scan.unreadable" not in reasons(assets[name])
    assert assets[name]["verdict"] == "review"


def test_timed_text_is_a_document_and_nothing_is_owed_for_it(assets: dict[str, dict[str, Any]]) -> None:
    assert (assets["subtitles.mxf"]["kind"], assets["subtitles.mxf"]["examined"]) == ("document", True)
    assert not {reason for reason in reasons(assets["subtitles.mxf"]) if reason.startswith("scan.")}
