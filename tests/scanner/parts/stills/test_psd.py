"""Layers that a Photoshop file doesn't show are parts, whichever way they are packed; those it shows are harmless."""

import io
import struct

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from fixtures import inside_stills as made
from fixtures.inside_stills import PsdLayer
from scanner.media.errors import MediaError
from scanner.media.pixels.psd import document
from scanner.parts.stills.psd_layers import embedded, layers_of
from tests.scanner.parts.conftest import Lister

ONE, TWO = made.picture(1), made.picture(2)


@pytest.mark.parametrize("packing", [0, 1, 2, 3])
def test_a_hidden_layer_is_a_part(packing: int, parts_of: Lister) -> None:
    layers = PsdLayer(ONE, "ground"), PsdLayer(TWO, "plate", visible=False, packing=packing)
    parts = parts_of(made.psd(ONE, *layers), "a.psd")
    assert parts["layer:0"].harmless == "a layer that the picture shows as it is"
    assert parts.looked_at == ["layer:1"]
    assert parts["layer:1"].where == "hidden layer 2 (plate)"
    assert not parts["layer:1"].shown
    assert (np.asarray(parts.picture("layer:1")) == np.asarray(TWO)).all()


def test_a_layer_that_is_covered_is_a_part_and_one_that_is_seen_is_not(parts_of: Lister) -> None:
    top = made.picture(3, (100, 80))
    composite = ONE.copy()
    composite.paste(top, (40, 30))
    parts = parts_of(made.psd(composite, PsdLayer(TWO), PsdLayer(ONE), PsdLayer(top, at=(40, 30))), "a.psd")
    assert parts["layer:2"].harmless
    assert "layer:0" in parts.looked_at


def test_a_transparent_layer_is_compared_where_it_covers(parts_of: Lister) -> None:
    layer = TWO.convert("RGBA")
    mask = Image.new("L", TWO.size, 0)
    mask.paste(255, (60, 40, 200, 160))
    layer.putalpha(mask)
    composite = Image.alpha_composite(ONE.convert("RGBA"), layer).convert("RGB")
    assert parts_of(made.psd(composite, PsdLayer(layer)), "a.psd")["layer:0"].harmless
    assert parts_of(made.psd(ONE, PsdLayer(layer)), "a.psd").looked_at == ["layer:0"]


def test_a_layer_without_pixels_is_none(parts_of: Lister) -> None:
    assert parts_of(made.psd(ONE, PsdLayer(Image.new("RGB", (0, 0)), "curves")), "a.psd").ids == []
    assert parts_of(made.psd(ONE), "a.psd").ids == []


@pytest.mark.parametrize(("seed", "looked_at"), [(1, []), (2, ["thumbnail:0"])])
def test_the_thumbnail_is_compared(seed: int, looked_at: list[str], parts_of: Lister) -> None:
    parts = parts_of(made.psd(ONE, image_resources=made.resources(made.thumbnail(seed))), "a.psd")
    assert parts.ids == ["thumbnail:0"]
    assert parts.looked_at == looked_at


def test_a_file_embedded_as_a_smart_object_is_a_part(parts_of: Lister) -> None:
    inside = made.saved(TWO, "PNG")
    parts = parts_of(made.psd(ONE, embedded=b"\0\0\0\0liFD\0\0\0\7 name.png" + inside), "a.psd")
    assert parts.looked_at == ["embedded:0"]
    assert parts.data("embedded:0") == inside
    assert parts_of(made.psd(ONE, embedded=bytes(64)), "a.psd")["embedded:0"].why_not


def test_a_layer_of_too_many_pixels_is_refused(parts_of: Lister) -> None:
    data = bytearray(made.psd(ONE, PsdLayer(TWO, visible=False)))
    at = data.index(struct.pack(">iiii", 0, 0, TWO.height, TWO.width))
    data[at : at + 16] = struct.pack(">iiii", 0, 0, 60_000, 60_000)
    assert "60000 x 60000" in parts_of(bytes(data), "a.psd")["layer:0"].why_not


def test_a_layer_whose_data_end_too_early_is_told(parts_of: Lister) -> None:
    data = made.psd(ONE, PsdLayer(TWO, visible=False, packing=2))
    parts = parts_of(data[:2000], "a.psd")
    assert parts.looked_at == []
    assert parts["layer:0"].why_not


@settings(max_examples=100)
@given(st.data())
def test_damaged_records_end_in_an_error_that_is_told(data: st.DataObject) -> None:
    small = Image.new("RGB", (4, 3))
    whole = bytearray(made.psd(small, PsdLayer(small), PsdLayer(small, "x", visible=False)))
    for _ in range(data.draw(st.integers(1, 4))):
        whole[data.draw(st.integers(14, len(whole) - 1))] = data.draw(st.integers(0, 255))
    file = io.BytesIO(bytes(whole[: data.draw(st.integers(0, len(whole)))]))
    read = document(file)
    if read is not None:
        try:
            assert len(list(layers_of(file, read))) <= 1 << 15
        except MediaError:
            return
        assert len(list(embedded(file, read))) <= len(whole)
