"""Further pictures and thumbnails of JPEG files: those that show something else are parts."""

import io
import struct
from collections.abc import Callable
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from fixtures import inside_stills as made
from scanner.parts.stills.thumbnails import in_exif, in_resources, in_segment, in_xmp
from scanner.parts.structures.jpeg import further_pictures, structure
from tests.scanner.parts.conftest import Lister

MAIN = made.saved(made.picture(1))
LETTERS = b"JFXX\0"

CARRIERS: dict[str, Callable[[bytes], bytes]] = {
    "EXIF": lambda jpeg: made.with_segments(MAIN, (0xE1, b"Exif\0\0" + made.exif(jpeg))),
    "EXIF of the other order": lambda jpeg: made.with_segments(MAIN, (0xE1, b"Exif\0\0" + made.exif(jpeg, ">"))),
    "maker's notes": lambda jpeg: made.with_segments(MAIN, (0xE1, b"Exif\0\0II*\0\x08\0\0\0\0\0\0\0\0\0note" + jpeg)),
    "JFIF": lambda jpeg: made.with_segments(MAIN, (0xE0, LETTERS + b"\x10" + jpeg)),
    "JFIF pixels": lambda jpeg: made.with_segments(MAIN, (0xE0, LETTERS + b"\x13" + _pixels(jpeg))),
    "Photoshop": lambda jpeg: made.with_segments(MAIN, (0xED, b"Photoshop 3.0\0" + made.resources(jpeg))),
    "Photoshop in two segments": lambda jpeg: made.with_segments(MAIN, *_in_two(made.resources(jpeg))),
    "XMP": lambda jpeg: made.with_segments(MAIN, (0xE1, b"http://ns.adobe.com/xap/1.0/\0" + made.xmp(jpeg))),
    "long XMP": lambda jpeg: made.with_segments(MAIN, *made.long_xmp(made.xmp(jpeg))),
    "a segment of nobody": lambda jpeg: made.with_segments(MAIN, (0xE9, b"nobody" + jpeg)),
    "a comment": lambda jpeg: made.with_segments(MAIN, (0xFE, jpeg)),
}


def _pixels(jpeg: bytes) -> bytes:
    with Image.open(io.BytesIO(jpeg)) as image:
        small = image.convert("RGB").resize((60, 40))
    return bytes(small.size) + small.tobytes()


def _in_two(data: bytes) -> list[tuple[int, bytes]]:
    return [(0xED, b"Photoshop 3.0\0" + piece) for piece in (data[:2000], data[2000:])]


@pytest.mark.parametrize("carrier", CARRIERS)
def test_a_thumbnail_of_another_picture_is_a_part(carrier: str, parts_of: Lister) -> None:
    other = made.thumbnail(2)
    parts = parts_of(CARRIERS[carrier](other), "a.jpg")
    assert parts.looked_at == ["thumbnail:0"]
    if "pixels" not in carrier:
        assert parts.data("thumbnail:0") == other
    assert not parts["thumbnail:0"].shown


@pytest.mark.parametrize("carrier", CARRIERS)
def test_one_that_shows_its_picture_is_harmless(carrier: str, parts_of: Lister) -> None:
    parts = parts_of(CARRIERS[carrier](made.thumbnail(1)), "a.jpg")
    assert parts.ids == ["thumbnail:0"]
    assert parts["thumbnail:0"].harmless == "a thumbnail that shows its picture"


def test_a_picture_behind_the_end_of_a_thumbnail_is_no_thumbnail(parts_of: Lister) -> None:
    behind = made.thumbnail(1) + made.thumbnail(2)
    parts = parts_of(CARRIERS["EXIF"](behind), "a.jpg")
    assert parts.looked_at == ["thumbnail:0"]
    assert parts.data("thumbnail:0") == behind


def test_the_same_thumbnail_in_two_places_is_one(parts_of: Lister) -> None:
    other = made.thumbnail(2)
    data = made.with_segments(CARRIERS["EXIF"](other), (0xED, b"Photoshop 3.0\0" + made.resources(other)))
    assert parts_of(data, "a.jpg").ids == ["thumbnail:0"]


def test_the_further_pictures_of_an_mpo_are_parts_with_bytes_of_their_own(parts_of: Lister) -> None:
    parts = parts_of(made.several(1, 2, 3), "a.jpg")
    assert parts.ids == ["frame:1", "frame:2"]
    assert parts["frame:1"].where == "picture 2 of 3"
    with Image.open(io.BytesIO(made.saved(made.picture(2)))) as expected:
        difference = sum(abs(a - b) for a, b in zip(_grey(parts.picture("frame:1")), _grey(expected), strict=True))
    assert difference < 64 * 8


def _grey(image: Image.Image) -> list[int]:
    return [*image.convert("L").resize((8, 8), Image.Resampling.BOX).tobytes()]


def test_an_index_that_leads_elsewhere_lists_nothing(parts_of: Lister) -> None:
    data = bytearray(made.several(1, 2))
    ground = data.index(b"MPF\0") + 4
    offset = data.index(b"\xff\xd8\xff", ground) - ground
    at = data.index(offset.to_bytes(4, "little"), ground)
    data[at : at + 4] = (offset + 5).to_bytes(4, "little")
    parts = parts_of(bytes(data), "a.jpg")
    assert [part.split(":")[0] for part in parts.ids] == ["trailing"]
    assert parts.looked_at == ["trailing:0"]


def test_a_plain_picture_has_no_parts(parts_of: Lister) -> None:
    assert parts_of(MAIN, "a.jpg").ids == []


def test_segments_full_of_beginnings_are_told(parts_of: Lister) -> None:
    parts = parts_of(made.with_segments(MAIN, (0xE9, b"\x89PNG\r\n\x1a\n" * 8000)), "a.jpg")
    assert len(parts.ids) <= 64


def test_pictures_of_an_index_never_overlap() -> None:
    behind = len(MAIN) - 2 + 26 + 16 * 3000  # from the index on
    rows = b"".join(struct.pack("<IIIHH", 0, 1 << 30, behind + 4 * number, 0, 0) for number in range(3000))
    index = b"II*\0\x08\0\0\0" + struct.pack("<HHHIIi", 1, 0xB002, 7, len(rows), 26, 0) + rows
    file = io.BytesIO(made.with_segments(MAIN, (0xE2, b"MPF\0" + index)) + b"\xff\xd8\xff\xe0" * 60_000)
    pictures = sorted(further_pictures(file, structure(file, header=True).segments))
    assert len(pictures) > 1000
    assert all(end <= start for (_, end), (start, _) in pairwise(pictures))


@settings(max_examples=60)
@given(data=st.binary(max_size=300))
def test_nothing_in_metadata_raises(data: bytes) -> None:
    file = io.BytesIO(b"\xff\xd8" + data)
    built = structure(file)
    assert built.end <= len(data) + 2 or not built.whole
    further_pictures(file, built.segments)
    for text in (data, b"II*\0\x08\0\0\0" + data, b"8BIM\x04\x0c\0\0" + data, b">/9j/" + data):
        for reader in (in_exif, in_resources, in_xmp):
            assert sum(1 for _ in reader(text)) <= len(text)
        assert sum(1 for _ in in_segment(text, "here")) <= len(text)
