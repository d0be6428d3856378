import io
import struct
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from fixtures.names import noise, odd_files, png, put
from scanner.drop.headers import PixelSize, pixel_size, pixel_size_of, read_head


def encoded(format_: str, size: tuple[int, int] = (37, 21), **options: object) -> bytes:
    buffer = io.BytesIO()
    Image.frombytes("RGB", size, noise(size[0] * size[1] * 3)).save(buffer, format_, **options)
    return buffer.getvalue()


def of_bytes(content: bytes) -> PixelSize | None:
    return pixel_size(lambda offset, length: content[offset : offset + length])


SOUND = {
    "png": encoded("PNG"),
    "jpeg": encoded("JPEG"),
    "progressive jpeg": encoded("JPEG", progressive=True),
    "long jpeg": encoded("JPEG", exif=b"Exif\0\0" + bytes(60_000), icc_profile=noise(300_000)),
    "tiff": encoded("TIFF"),
    "lzw tiff": encoded("TIFF", compression="tiff_lzw"),
    "big tiff": encoded("TIFF", big_tiff=True),
    "webp": encoded("WEBP"),
    "lossless webp": encoded("WEBP", lossless=True),
    "extended webp": encoded("WEBP", exif=b"Exif\0\0" + bytes(16)),
}


@pytest.mark.parametrize("what", SOUND)
def test_the_size_is_what_the_encoder_was_given(tmp_path: Path, what: str) -> None:
    expected = PixelSize(what.rsplit(maxsplit=1)[-1], 37, 21)
    assert of_bytes(SOUND[what]) == expected
    assert pixel_size_of(put(tmp_path, b"file", SOUND[what])) == expected


def test_a_tiff_in_the_other_byte_order_is_read() -> None:
    entries = struct.pack(">HHIHHHHII", 256, 3, 1, 640, 0, 257, 4, 1, 360)
    assert of_bytes(b"MM\0*" + struct.pack(">IH", 8, 2) + entries) == PixelSize("tiff", 640, 360)


def test_a_directory_at_the_end_of_a_large_file_is_read(tmp_path: Path) -> None:
    path = tmp_path / "large.tif"
    entries = struct.pack("<HHIHHHHII", 256, 3, 1, 640, 0, 257, 4, 1, 360)
    with path.open("wb") as file:
        file.write(b"II*\0" + struct.pack("<I", 3 << 30))
        file.seek(3 << 30)  # a hole: no disk is used
        file.write(struct.pack("<H", 2) + entries)
    assert pixel_size_of(path) == PixelSize("tiff", 640, 360)


@pytest.mark.parametrize("what", SOUND)
def test_a_header_cut_anywhere_gives_its_size_or_none(what: str) -> None:
    whole = SOUND[what]
    sizes = {of_bytes(whole[:length]) for length in [*range(200), len(whole) // 2]}
    assert sizes <= {None, of_bytes(whole)}


@given(st.sampled_from([b"", *(content[:64] for content in SOUND.values())]), st.binary(max_size=200), st.data())
def test_garbage_never_raises(start: bytes, rest: bytes, data: st.DataObject) -> None:
    cut = data.draw(st.integers(0, len(start)))
    size = of_bytes(start[:cut] + rest)
    assert size is None or (size.width > 0 and size.height > 0)


def test_a_file_that_points_beyond_any_file_is_no_error(tmp_path: Path) -> None:
    for pointer in (1 << 62, (1 << 63) - 1, 1 << 63, (1 << 64) - 1):
        path = put(tmp_path, b"far.tif", b"II+\0\x08\0\0\0" + struct.pack("<Q", pointer) + bytes(64))
        assert pixel_size_of(path) is None


def test_a_picture_of_no_pixels_has_no_size() -> None:
    empty = png(1, 1)
    assert of_bytes(empty[:16] + struct.pack(">II", 0, 5) + empty[24:]) is None


def test_what_is_no_regular_file_has_no_size(tmp_path: Path) -> None:
    for path in odd_files(tmp_path / "drop").values():
        assert pixel_size_of(path) is None


def test_the_head_is_as_long_as_asked_or_the_file(tmp_path: Path) -> None:
    path = put(tmp_path, b"a", b"0123456789")
    assert read_head(path, 4) == b"0123"
    assert read_head(path, 4096) == b"0123456789"


def test_the_head_of_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="not a regular file"):
        read_head(odd_files(tmp_path / "drop")["pipe"], 4096)
