"""What PNG and WebP carry besides their pictures."""

import zlib

import numpy as np
import pytest

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
