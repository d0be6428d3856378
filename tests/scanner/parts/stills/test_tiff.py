"""Pages, sub-directories and previews of TIFF files and of raw files: each is drawn by itself, and loops end."""

import io
import struct
import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from fixtures import inside_stills as made
from fixtures.inside_stills import Page
from scanner.media.pixels.directories import Layout, Walk, directories
from tests.scanner.parts.conftest import Lister

ONE, TWO, THREE = (Page(made.picture(seed)) for seed in (1, 2, 3))


def same(drawn: Image.Image, page: Page) -> bool:
    return bool((np.asarray(drawn.convert("L")) == np.asarray(page.image.convert("L"))).all())


@pytest.mark.parametrize(("order", "wide"), [("<", False), (">", False), ("<", True)])
def test_each_page_and_what_lies_below_it_is_a_part(order: str, wide: bool, parts_of: Lister) -> None:
    deep = Page(THREE.image, below=[Page(made.picture(6))])
    data = made.pages(Page(ONE.image, below=[TWO, deep]), Page(made.picture(4)), order=order, wide=wide)
    parts = parts_of(data, "a.tif")
    assert parts.looked_at == ["sub:0.0", "sub:0.1", "sub:0.1.0", "page:2"]
    assert [part.where for part in parts.by_id.values()] == [
        "picture 1 below page 1",
        "picture 2 below page 1",
        "picture 2.1 below page 1",
        "page 2 of 2",
    ]
    assert same(parts.picture("sub:0.0"), TWO)
    assert same(parts.picture("sub:0.1"), THREE)
    assert same(parts.picture("page:2"), Page(made.picture(4)))


def test_pages_that_pillow_does_not_draw_are_drawn(parts_of: Lister) -> None:
    parts = parts_of(made.pages(Page(ONE.image, below=[TWO]), THREE, order=">", wide=True), "a.tif")
    assert parts.looked_at == ["sub:0.0", "page:2"]
    assert same(parts.picture("page:2"), THREE)


def test_pages_that_nothing_here_draws_are_told(parts_of: Lister) -> None:
    of_sensor = Page(TWO.image, tags={262: 32803})
    of_lerc = Page(THREE.image, tags={259: 34887})
    parts = parts_of(made.pages(ONE, of_sensor, of_lerc), "a.tif")
    assert parts.ids == ["page:2", "page:3"]
    assert all(part.why_not for part in parts.by_id.values())


@pytest.mark.parametrize("compression", ["raw", "tiff_lzw", "tiff_adobe_deflate", "jpeg"])
def test_pages_of_any_compression_are_drawn(compression: str, parts_of: Lister) -> None:
    pictures = [made.picture(seed) for seed in (1, 2, 3)]
    file = io.BytesIO()
    pictures[0].save(file, "TIFF", save_all=True, append_images=pictures[1:], compression=compression)
    parts = parts_of(file.getvalue(), "a.tif")
    assert parts.looked_at == ["page:2", "page:3"]
    difference = np.asarray(parts.picture("page:3"), int) - np.asarray(pictures[2], int)
    assert np.abs(difference).mean() < 4


def test_one_page_is_no_part(parts_of: Lister) -> None:
    assert parts_of(made.pages(ONE), "a.tif").ids == []


def test_a_smaller_version_is_harmless_and_another_picture_of_its_size_is_not(parts_of: Lister) -> None:
    small, other = (made.picture(seed).resize((80, 53)) for seed in (1, 2))
    reduced = {254: 1}
    parts = parts_of(made.pages(ONE, Page(small, tags=reduced), Page(other, tags=reduced), Page(small)), "a.tif")
    assert parts["page:2"].harmless == "a smaller version that shows the picture"
    assert parts.looked_at == ["page:3", "page:4"]


def test_a_chain_that_leads_back_ends_and_is_told(parts_of: Lister) -> None:
    parts = parts_of(made.pages(ONE, TWO, back_to=0), "a.tif")
    assert parts.looked_at == ["page:2"]
    assert parts.problems == ["its pages lead back to themselves; those listed are all that can be reached"]


def test_a_page_that_lies_below_another_too_hides_nothing_behind_it(parts_of: Lister) -> None:
    data = bytearray(made.pages(Page(ONE.image, below=[THREE]), TWO, THREE))
    layout = Layout.of(bytes(data[:16]))
    assert layout is not None
    first, _, second, *_ = directories(io.BytesIO(data), layout, Walk())
    place = first.entries[330].place
    data[place : place + 4] = struct.pack("<I", second.offset)
    parts = parts_of(bytes(data), "a.tif")
    assert parts.looked_at == ["sub:0.0", "page:3"]
    assert same(parts.picture("sub:0.0"), TWO)


def test_ten_thousand_pages_are_told_within_a_second(parts_of: Lister) -> None:
    data = made.pages(*[Page(Image.new("L", (8, 8), number % 256)) for number in range(10_000)])
    begun = time.process_time()
    parts = parts_of(data, "a.tif", opened=50, listed=2000)
    assert time.process_time() - begun < 1.5
    assert len(parts.ids) == 2000
    assert parts.problems == ["9,999 further pages; 7,999 of them were not looked at"]


def test_a_page_of_too_many_pixels_is_refused_before_it_is_decoded(parts_of: Lister) -> None:
    bomb = Page(Image.new("L", (8, 8)), tags={256: 60_000, 257: 60_000})
    parts = parts_of(made.pages(ONE, bomb), "a.tif")
    assert parts["page:2"].why_not == "a picture of 60000 x 60000 pixels is not opened"


def test_a_page_that_cannot_be_drawn_is_told_and_the_others_go_on(parts_of: Lister) -> None:
    parts = parts_of(made.pages(ONE, Page(TWO.image, tags={273: 1 << 30}), THREE), "a.tif")
    assert parts["page:2"].why_not
    assert parts.looked_at == ["page:3"]


def test_a_chain_that_leads_into_nothing_is_told(parts_of: Lister) -> None:
    data = made.pages(ONE, TWO)
    parts = parts_of(data[:-100], "a.tif")
    assert parts.problems


def test_the_preview_of_a_raw_file_is_looked_at_and_the_sensors_data_are_not(parts_of: Lister) -> None:
    jpeg = made.thumbnail(2)
    sensor = Page(made.picture(3), tags={262: 32803})
    data = bytearray(made.pages(Page(made.picture(1), below=[sensor], tags={513: 0, 514: len(jpeg)})))
    at = data.index(struct.pack("<HHI", 513, 4, 1)) + 8
    data[at : at + 4] = struct.pack("<I", len(data))
    parts = parts_of(bytes(data) + jpeg, "a.dng")
    assert parts.looked_at == ["page:1"]
    assert parts.data("page:1") == jpeg


def test_a_thumbnail_in_photoshops_resources_is_compared(parts_of: Lister) -> None:
    for seed, looked_at in ((1, []), (2, ["thumbnail:0"])):
        file = io.BytesIO()
        made.picture(1).save(file, "TIFF", tiffinfo={34377: made.resources(made.thumbnail(seed))})
        parts = parts_of(file.getvalue(), "a.tif")
        assert parts.ids == ["thumbnail:0"]
        assert parts.looked_at == looked_at


def test_directories_without_end_are_told(parts_of: Lister) -> None:
    def directory(sub: int) -> bytes:
        return struct.pack("<HHHIII", 1, 330, 4, 60_000, sub, 0)

    places = struct.pack("<60000I", *(240_026 + number % 30_000 * 18 for number in range(60_000)))
    data = b"II*\0\x08\0\0\0" + directory(26) + places + directory(26) * 30_000
    begun = time.process_time()
    parts = parts_of(data, "a.tif")
    assert time.process_time() - begun < 2
    assert parts.problems == ["more than 20,000 directories; those behind them are unknown"]


@settings(max_examples=100)
@given(data=st.binary(max_size=600), wide=st.booleans(), most=st.integers(1, 50))
def test_no_bytes_lead_the_walk_astray(data: bytes, wide: bool, most: int) -> None:
    head = b"II+\x00\x08\x00\x00\x00" + struct.pack("<Q", 16) if wide else b"II*\x00\x08\x00\x00\x00"
    layout = Layout.of((head + data + bytes(16))[:16])
    assert layout is not None
    walked = list(directories(io.BytesIO(head + data), layout, Walk(), most=most))
    assert len(walked) <= most
    assert len({directory.offset for directory in walked}) == len(walked)


@settings(max_examples=25)
@given(tree=st.recursive(st.just(()), lambda below: st.lists(below, max_size=3).map(tuple), max_leaves=12))
def test_what_was_put_in_is_listed(tree: tuple[object, ...]) -> None:
    def page(below: object) -> Page:
        assert isinstance(below, tuple)
        return Page(Image.new("L", (2, 2)), below=[page(one) for one in below])

    def count(below: object) -> int:
        assert isinstance(below, tuple)
        return 1 + sum(count(one) for one in below)

    data = made.pages(page(tree), page(()))
    layout = Layout.of(data[:16])
    assert layout is not None
    walk = Walk()
    assert sum(1 for _ in directories(io.BytesIO(data), layout, walk)) == count(tree) + 1
    assert walk == Walk()
