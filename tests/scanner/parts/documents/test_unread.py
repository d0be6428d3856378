import io
import struct
from pathlib import Path

import pytest
from PIL import Image

from fixtures import inside_documents as inside
from fixtures import pictures

LINES = b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n% no image here\n0 0 moveto 9 9 lineto stroke\n"


@pytest.fixture
def spool(tmp_path: Path) -> Path:
    return tmp_path / "spool"


def test_lines_alone_have_no_parts_and_pictures_are_told(tmp_path: Path, spool: Path) -> None:
    path = tmp_path / "a.eps"
    path.write_bytes(LINES)
    assert inside.listed(path, spool).listing.parts == ()
    path.write_bytes(LINES + b"8 8 8 [8 0 0 8 0 0] currentfile image\n%%BeginPreview: 8 8 1 8\n")
    parts = inside.by_id(inside.listed(path, spool))
    assert "is a program" in parts["image:0"].why_not
    assert "EPSI" in parts["preview:0"].why_not


def test_a_tiff_preview_is_a_part_and_a_wmf_one_is_told(tmp_path: Path, spool: Path) -> None:
    file = io.BytesIO()
    Image.fromarray(pictures.picture(1)).save(file, "TIFF")
    preview = file.getvalue()
    at = 30 + len(LINES)
    header = struct.pack("<4s6IH", b"\xc5\xd0\xd3\xc6", 30, len(LINES), at + len(preview), 10, at, len(preview), 0xFFFF)
    path = tmp_path / "a.eps"
    path.write_bytes(header + LINES + preview + bytes(10))
    found = inside.listed(path, spool)
    assert inside.taken_out(found, spool) == {"preview:tiff": preview}
    assert "WMF" in inside.by_id(found)["preview:wmf"].why_not


@pytest.mark.parametrize("name", ["a.doc", "a.xls", "a.ppt"])
def test_older_documents_are_told_as_a_whole(tmp_path: Path, spool: Path, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(inside.OLE)
    assert "no reader" in inside.by_id(inside.listed(path, spool))["content:0"].why_not
