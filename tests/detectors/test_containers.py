"""Boxes and chunks of files, whole, broken and hostile."""

import io
import struct
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from detectors.containers import boxes, chunks


def box(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I4s", 8 + len(content), name) + content


def test_boxes_are_told_with_the_place_of_their_content() -> None:
    large = struct.pack(">I4sQ", 1, b"free", 16 + 3) + b"abc"
    whole = box(b"ftyp", b"isom") + large + struct.pack(">I4s", 0, b"mdat") + b"rest"
    assert list(boxes(io.BytesIO(whole), 0, len(whole))) == [(b"ftyp", 8, 12), (b"free", 28, 31), (b"mdat", 39, 43)]


def test_a_box_that_is_smaller_than_its_head_ends_the_walk() -> None:
    whole = box(b"ftyp", b"") + struct.pack(">I4s", 3, b"moov") + box(b"mdat", b"x")
    assert [name for name, _, _ in boxes(io.BytesIO(whole), 0, len(whole))] == [b"ftyp"]


def test_sizes_beyond_any_file_end_the_walk(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(struct.pack(">I4sQ", 1, b"free", (1 << 64) - 1))
    with path.open("rb") as file:
        assert list(boxes(file, 0, 16)) == [(b"free", 16, 16)]
    sizes = struct.pack("<4sIQQ", b"ds64", 16, 0, (1 << 64) - 1)
    path.write_bytes(b"RF64" + bytes(8) + sizes + struct.pack("<4sI", b"data", 0xFFFFFFFF))
    with path.open("rb") as file:
        assert [name for name, _, _ in chunks(file)] == [b"ds64", b"data"]


def test_chunks_are_padded_and_the_sound_of_an_rf64_has_its_large_length() -> None:
    sizes = struct.pack("<4sIQQ", b"ds64", 16, 0, 5_000_000_000)
    odd, data = struct.pack("<4sI", b"odd ", 3) + b"abc\0", struct.pack("<4sI", b"data", 0xFFFFFFFF)
    whole = b"RF64" + bytes(8) + sizes + odd + data
    assert list(chunks(io.BytesIO(whole))) == [(b"ds64", 20, 16), (b"odd ", 44, 3), (b"data", 56, 5_000_000_000)]


def test_lengths_come_in_the_order_of_the_file() -> None:
    whole = b"FORM" + bytes(8) + struct.pack(">4sI", b"SSND", 2) + b"ab"
    assert list(chunks(io.BytesIO(whole), ">")) == [(b"SSND", 20, 2)]


@given(st.binary(max_size=200))
def test_no_bytes_raise_or_lead_outside(content: bytes) -> None:
    for _, begin, end in boxes(io.BytesIO(content), 0, len(content)):
        assert begin <= len(content) + 8
        assert end <= len(content)
    for _, begin, length in chunks(io.BytesIO(content)):
        assert begin <= len(content)
        assert length >= 0
