from pathlib import Path

import pytest

from fixtures import inside_documents as inside

PICTURE = inside.jpeg()


@pytest.fixture
def spool(tmp_path: Path) -> Path:
    return tmp_path / "spool"


def rtf(path: Path, body: bytes) -> Path:
    path.write_bytes(b"{\\rtf1\\ansi " + body + b" words}")
    return path


def test_pictures_come_out_as_they_are(tmp_path: Path, spool: Path) -> None:
    digits = inside.png().hex().encode()
    lines = b"\r\n".join(digits[at : at + 128] for at in range(0, len(digits), 128))
    raw = b"\\bin%d " % len(PICTURE) + PICTURE
    body = (
        b"{\\pict{\\*\\picprop{\\sp{\\sn ab}}}\\picw96\\pngblip{\\*\\blipuid abcd}\n"
        + lines
        + b"}{\\pict\\jpegblip"
        + raw
        + b"}"
    )
    found = inside.listed(rtf(tmp_path / "a.rtf", body), spool)
    assert inside.taken_out(found, spool) == {"image:0": inside.png(), "image:1": PICTURE}


def test_metafiles_bitmaps_objects_and_links_are_told(tmp_path: Path, spool: Path) -> None:
    body = (
        b"{\\pict\\emfblip 0102}{\\pict\\wmetafile8 0102}{\\pict\\dibitmap0 0102}{\\object{\\*\\objdata 0105}}"
        b'{\\field{\\*\\fldinst INCLUDEPICTURE "http://example.com/a.png" \\\\d}}'
    )
    parts = inside.by_id(inside.listed(rtf(tmp_path / "a.rtf", body), spool))
    assert [part.why_not.split(",")[0] for part in parts.values()][:4] == [
        "an EMF drawing",
        "a WMF drawing",
        "a bitmap",
        "an OLE object",
    ]
    assert "http://example.com/a.png" in parts["link:0"].why_not


def test_plain_text_has_no_parts(tmp_path: Path, spool: Path) -> None:
    found = inside.listed(rtf(tmp_path / "a.rtf", b"\\b a picture\\b0 {\\*\\picture x}"), spool)
    assert found.listing.parts == ()
