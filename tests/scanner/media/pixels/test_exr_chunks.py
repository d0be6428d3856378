"""EXR files that end too early, or were never finished."""

import io
import struct
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fixtures import media
from scanner.media.errors import MediaError
from scanner.media.pixels.exr_chunks import require_whole

ATTRIBUTE = b"compression\0compression\0" + struct.pack("<i", 1) + b"\x03"


def assembled(flags: int, chunks: list[bytes], *, parts: int = 1, unfinished: bool = False) -> bytes:
    """An EXR file of these chunks, as far as its layout goes."""
    header = b"\x76\x2f\x31\x01" + struct.pack("<i", 2 | flags) + (ATTRIBUTE + b"\0") * parts
    header += b"\0" if parts > 1 else b""
    begin = len(header) + 8 * len(chunks)
    offsets = [begin + sum(map(len, chunks[:number])) for number in range(len(chunks))]
    if unfinished:
        offsets[-1] = 0
    return header + struct.pack(f"<{len(chunks)}Q", *offsets) + b"".join(chunks)


LINES = [struct.pack("<ii", number, 50) + bytes(50) for number in range(6)]
TILES = [struct.pack("<iiiii", number, 0, 0, 0, 50) + bytes(50) for number in range(6)]
PARTS = [struct.pack("<iii", number % 2, number, 50) + bytes(50) for number in range(6)]
WHOLE = {"lines": assembled(0, LINES), "tiles": assembled(0x200, TILES), "parts": assembled(0x1000, PARTS, parts=2)}


@pytest.mark.parametrize("layout", WHOLE)
def test_a_whole_file_is_whole(layout: str) -> None:
    require_whole(io.BytesIO(WHOLE[layout]))


@given(st.sampled_from(["lines", "tiles"]), st.integers(min_value=0))
def test_a_file_cut_anywhere_is_not_whole(layout: str, cut: int) -> None:
    whole = WHOLE[layout]
    with pytest.raises(MediaError):
        require_whole(io.BytesIO(whole[: cut % len(whole)]))


def test_a_file_of_several_parts_cut_before_its_last_chunk_is_not_whole() -> None:
    with pytest.raises(MediaError):
        require_whole(io.BytesIO(WHOLE["parts"][: -len(PARTS[-1])]))


def test_a_picture_that_was_never_finished_is_not_whole() -> None:
    with pytest.raises(MediaError, match="never finished"):
        require_whole(io.BytesIO(assembled(0, LINES, unfinished=True)))


@given(st.binary(max_size=300))
def test_any_bytes_are_whole_or_not_and_nothing_else(data: bytes) -> None:
    for start in (b"", b"\x76\x2f\x31\x01\x02\0\0\0", b"\x76\x2f\x31\x01\x02\0\0\0\0"):
        try:
            require_whole(io.BytesIO(start + data))
        except MediaError:
            continue


def test_files_that_ffmpeg_wrote_are_whole_until_they_are_cut(tmp_path: Path) -> None:
    (path,) = media.sequence(tmp_path, count=1)
    data = path.read_bytes()
    require_whole(io.BytesIO(data))
    for keep in (0.01, 0.3, 0.6, 0.99):
        with pytest.raises(MediaError):
            require_whole(io.BytesIO(data[: int(len(data) * keep)]))
