"""What PNG and WebP carry besides their pictures."""

import zlib
from pathlib import Path

import numpy as np
import pytest

from fixtures import hostile
from fixtures import inside_stills as made
from tests.scanner.parts.conftest import Lister

PNG = made.saved(made.picture(1), "PNG")


def _xmp_chunk(jpeg: bytes, *, packed: bool) -> bytes:
    text = made.xmp(jpeg)
    return b"XML:com.adobe.xmp\0" + bytes([packed, 0]) + b"\0\0" + (zlib.compress(text) if packed else text)


@pytest.mark.parametrize(("seed", "looked_at"), [(1, []), (2, ["thumbnail:0"])])
def test_thumbnails_are_compared(seed: int, looked_at: list[str], parts_of: Lister) -> None:
    small = made.thumbnail(seed)
    files = {
        "exif.png": made.with_chunks(PNG, (b"eXIf", made.exif(small))),
        "xmp.png": made.with_chunks(PNG, (b"iTXt", _xmp_chunk(small, packed=False))),
        "packed.png": made.with_chunks(PNG, (b"iTXt", _xmp_chunk(small, packed=True))),
        "exif.webp": made.saved(made.picture(1), "WEBP", exif=b"Exif\0\0" + made.exif(small)),
        "xmp.webp": made.saved(made.picture(1), "WEBP", xmp=made.xmp(small)),
    }
    for name, data in files.items():
        parts = parts_of(data, name)
        assert parts.ids == ["thumbnail:0"], name
        assert parts.looked_at == looked_at, name


def test_the_default_picture_of_an_animation_is_a_part_and_its_frames_are_not(parts_of: Lister) -> None:
    parts = parts_of(made.animated([1, 2], default=3), "a.png")
    assert parts.looked_at == ["frame:0"]
    assert (np.asarray(parts.picture("frame:0")) == np.asarray(made.picture(3))).all()
    assert not parts["frame:0"].shown
    assert parts_of(made.animated([3, 1, 2]), "a.png").ids == []


def test_a_plain_picture_has_no_parts(parts_of: Lister) -> None:
    assert parts_of(PNG, "a.png").ids == []
    assert parts_of(made.saved(made.picture(1), "WEBP"), "a.webp").ids == []


def test_metadata_that_unpack_to_no_end_are_told(parts_of: Lister) -> None:
    bomb = b"XML:com.adobe.xmp\0\1\0\0\0" + zlib.compress(bytes(60_000_000))
    parts = parts_of(made.with_chunks(PNG, (b"iTXt", bomb)), "a.png")
    assert parts.problems == ["its XMP data unpack to more than 16,777,216 bytes"]


def test_more_metadata_than_anybody_writes_are_told(parts_of: Lister) -> None:
    parts = parts_of(made.with_chunks(PNG, *[(b"eXIf", b"II*\0")] * 100), "a.png")
    assert len(parts.problems) == 1


def test_the_thumbnail_of_a_picture_that_is_too_large_is_looked_at(tmp_path: Path, parts_of: Lister) -> None:
    wide = hostile.wide_picture(tmp_path / "wide.png", 30_000).read_bytes()
    parts = parts_of(made.with_chunks(wide, (b"eXIf", made.exif(made.thumbnail(2)))), "a.png")
    assert parts.looked_at == ["thumbnail:0"]
