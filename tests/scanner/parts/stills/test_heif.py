"""All pictures of HEIC and AVIF files are drawn, hidden ones too, whichever of them is primary."""

import io

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from fixtures import inside_stills as made
from scanner.parts.stills.heif_items import items_of
from tests.scanner.parts.conftest import Lister, Parts

TWO = made.avif(1, 2)


def shows(parts: Parts, name: str, seed: int) -> bool:
    drawn, expected = (
        np.asarray(image.convert("L").resize((32, 32), Image.Resampling.BOX), int)
        for image in (parts.picture(name), made.picture(seed))
    )
    return bool(np.abs(drawn - expected).mean() < 6)


@pytest.mark.parametrize("primary", [0, 1, 2])
def test_the_items_that_are_not_primary_are_parts(primary: int, parts_of: Lister) -> None:
    parts = parts_of(made.heic(1, 2, 3, primary=primary), "a.heic")
    others = [number for number in (1, 2, 3) if number != primary + 1]
    assert parts.looked_at == [f"item:{number}" for number in others]
    assert all(shows(parts, f"item:{number}", number) for number in others)
    assert all(part.shown for part in parts.by_id.values())


def test_a_hidden_item_is_drawn_all_the_same(parts_of: Lister) -> None:
    parts = parts_of(made.hidden(made.heic(1, 2), 2), "a.heic")
    assert parts.looked_at == ["item:2"]
    assert shows(parts, "item:2", 2)
    assert not parts["item:2"].shown
    assert parts["item:2"].where == "hidden picture, item 2 of 2 (hvc1)"


def test_a_thumbnail_that_shows_its_picture_is_harmless_and_another_is_looked_at(parts_of: Lister) -> None:
    assert parts_of(made.heic(1, thumbnails=True), "a.heic")["item:2"].harmless == "a thumbnail that shows its picture"
    # the thumbnail of the second picture, said to be one of the first
    data = made.heic(2, 1, thumbnails=True)
    at = data.index(b"thmb") + 8
    data = data[: at + 1] + b"\x01" + data[at + 2 :]
    parts = parts_of(data[: data.index(b"pitm") + 9] + b"\x02" + data[data.index(b"pitm") + 10 :], "a.heic")
    assert len(parts.looked_at) == 2


def test_the_items_of_an_avif_are_parts(parts_of: Lister) -> None:
    parts = parts_of(TWO, "a.avif")
    assert parts.looked_at == ["item:2"]
    assert shows(parts, "item:2", 2)


def test_one_picture_has_no_parts(parts_of: Lister) -> None:
    assert parts_of(made.heic(1), "a.heic").ids == []
    assert parts_of(made.avif(1), "a.avif").ids == []


def test_the_frames_of_a_sequence_are_no_parts(parts_of: Lister) -> None:
    frames = made.saved(made.picture(1), "AVIF", save_all=True, append_images=[made.picture(2), made.picture(3)])
    assert parts_of(frames, "a.avif").looked_at == []


def test_an_item_of_a_kind_that_nothing_decodes_is_told(parts_of: Lister) -> None:
    data = made.heic(1, 2)
    at = data.index(b"infe\x02\x00\x00\x00\x00\x02") + 12
    parts = parts_of(data[:at] + b"vvc1" + data[at + 4 :], "a.heic")
    assert parts["item:2"].why_not == "nothing here decodes items of type vvc1"


def test_pictures_of_too_many_pixels_are_refused_before_they_are_decoded(parts_of: Lister) -> None:
    data = made.heic(1, 2)
    size = (320).to_bytes(4, "big") + (214).to_bytes(4, "big")
    parts = parts_of(data.replace(size, (60_000).to_bytes(4, "big") * 2), "a.heic")
    assert "60000 x 60000" in parts["item:2"].why_not


@settings(max_examples=100)
@given(st.data())
def test_damaged_boxes_never_raise(data: st.DataObject) -> None:
    whole = TWO
    meta = whole.index(b"mdat")
    at = data.draw(st.integers(24, meta))
    changed = whole[:at] + data.draw(st.binary(min_size=1, max_size=8)) + whole[at + 8 :]
    found = items_of(io.BytesIO(changed[: data.draw(st.integers(0, len(changed)))]))
    assert len(found.pictures()) <= len(found.items)
