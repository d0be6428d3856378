import base64
import struct
import tracemalloc
import zipfile
from pathlib import Path

import pytest

from fixtures import inside_documents as inside
from scanner.parts.source import Bounds

PICTURE = inside.jpeg()


@pytest.fixture
def spool(tmp_path: Path) -> Path:
    return tmp_path / "spool"


def test_the_media_of_a_document_are_parts_and_its_text_is_harmless(tmp_path: Path, spool: Path) -> None:
    path = inside.docx(tmp_path / "a.docx", {"word/media/image1.png": inside.png(), "docProps/thumbnail.jpeg": PICTURE})
    found = inside.listed(path, spool)
    parts = inside.by_id(found)
    assert inside.taken_out(found, spool) == {
        "member:word/media/image1.png": inside.png(),
        "member:docProps/thumbnail.jpeg": PICTURE,
    }
    assert parts["member:word/media/image1.png"].shown
    assert parts["member:word/document.xml"].harmless == "text of the document"
    assert inside.problems(found) == ""


def test_a_document_without_pictures_has_nothing_to_look_at(tmp_path: Path, spool: Path) -> None:
    links = inside.relationships(("hyperlink", "https://example.com/a.png"))
    found = inside.listed(inside.docx(tmp_path / "a.docx", {"word/_rels/document.xml.rels": links}), spool)
    assert {part.harmless for part in found.listing.parts} == {"text of the document"}
    assert found.files == {}


@pytest.mark.parametrize(
    "name", ["word/media/image1.xml", "word/theme/theme1.xml", "[Content_Types].rels", "customXml/a.txt"]
)
def test_a_picture_under_the_name_of_text_is_a_part(tmp_path: Path, spool: Path, name: str) -> None:
    found = inside.listed(inside.docx(tmp_path / "a.docx", {name: inside.png()}), spool)
    assert inside.taken_out(found, spool) == {f"member:{name}": inside.png()}


@pytest.mark.parametrize("name", ["a.docm", "a.zip", "a.bin", "a"])
def test_a_document_is_known_whatever_it_is_called(tmp_path: Path, spool: Path, name: str) -> None:
    found = inside.listed(inside.docx(tmp_path / name, {"word/media/image1.png": inside.png()}), spool)
    assert list(found.files) == ["member:word/media/image1.png"]


def test_what_stands_in_base64_in_the_text_is_a_part(tmp_path: Path, spool: Path) -> None:
    lines = base64.encodebytes(PICTURE).decode()
    flat = f'<pkg:part pkg:name="/x"><pkg:binaryData>\n{lines}</pkg:binaryData></pkg:part>'.encode()
    plain = f"<a>{base64.b64encode(b'only some words, and no picture at all, however long it is' * 3).decode()}</a>"
    found = inside.listed(
        inside.docx(tmp_path / "a.docx", {"customXml/item1.xml": flat, "customXml/item2.xml": plain.encode()}), spool
    )
    assert inside.taken_out(found, spool) == {"member:customXml/item1.xml/image:0": PICTURE}
    assert inside.by_id(found)["member:customXml/item1.xml"].harmless


def test_embedded_packages_are_parts_and_objects_are_told(tmp_path: Path, spool: Path) -> None:
    sheet = inside.docx(tmp_path / "inner.docx", {"word/media/image1.png": inside.png()}).read_bytes()
    members = {
        "word/embeddings/Sheet.xlsx": sheet,
        "word/embeddings/oleObject1.bin": inside.OLE,
        "word/vbaProject.bin": inside.OLE,
        "word/media/image1.emf": inside.EMF,
        "word/media/image2.wmf": b"\xd7\xcd\xc6\x9a" + bytes(40),
        "word/activeX/activeX1.bin": bytes(range(200, 240)),
        "xl/printerSettings/printerSettings1.bin": bytes(range(200, 240)),
        "word/fonts/font1.odttf": bytes(range(200, 240)),
    }
    found = inside.listed(inside.docx(tmp_path / "a.docx", members), spool)
    parts = inside.by_id(found)
    assert inside.taken_out(found, spool) == {"member:word/embeddings/Sheet.xlsx": sheet}
    assert "an OLE object" in parts["member:word/embeddings/oleObject1.bin"].why_not
    assert "macros" in parts["member:word/vbaProject.bin"].why_not
    assert "EMF" in parts["member:word/media/image1.emf"].why_not
    assert "WMF" in parts["member:word/media/image2.wmf"].why_not
    assert "nothing here reads" in parts["member:word/activeX/activeX1.bin"].why_not
    assert parts["member:xl/printerSettings/printerSettings1.bin"].harmless == "settings of a printer"
    assert parts["member:word/fonts/font1.odttf"].harmless == "a font"


def test_a_picture_under_the_name_of_a_font_is_a_part(tmp_path: Path, spool: Path) -> None:
    found = inside.listed(inside.docx(tmp_path / "a.docx", {"word/fonts/font1.odttf": inside.png()}), spool)
    assert inside.taken_out(found, spool) == {"member:word/fonts/font1.odttf": inside.png()}


def test_pictures_outside_are_told_and_links_to_click_on_are_not(tmp_path: Path, spool: Path) -> None:
    rows = inside.relationships(
        ("image", "http://example.com/a.png?x=1&amp;y=2"),
        ("hyperlink", "http://example.com/b.png"),
        ("image", "file:///C:/" + "x" * 900 + ".png"),
        ("attachedTemplate", "file:///C:/normal.dotm"),
    )
    parts = inside.by_id(inside.listed(inside.docx(tmp_path / "a.docx", {"word/_rels/document.xml.rels": rows}), spool))
    assert parts["link:0"].why_not == "a picture at http://example.com/a.png?x=1&y=2 outside the document, not fetched"
    assert parts["link:1"].why_not.endswith("… outside the document, not fetched")
    assert "link:2" not in parts


def test_opendocument_tells_links_and_encrypted_members(tmp_path: Path, spool: Path) -> None:
    content = (
        b'<?xml version="1.0"?><office:document-content xmlns:xlink="x"><draw:image xlink:href="Pictures/a.png"/>'
        b'<draw:image xlink:href="https://example.com/b.png"/><text:a xlink:href="https://example.com/c.png"/>'
        b"</office:document-content>"
    )
    manifest = (
        b'<?xml version="1.0"?><manifest:manifest><manifest:file-entry manifest:full-path="Pictures/s.png">'
        b"<manifest:encryption-data/></manifest:file-entry></manifest:manifest>"
    )
    members = {
        "mimetype": b"application/vnd.oasis.opendocument.text",
        "content.xml": content,
        "Pictures/a.png": inside.png(),
        "Pictures/s.png": bytes(range(128, 255)),
        "layout-cache": bytes(range(128, 255)),
        "META-INF/manifest.xml": manifest,
    }
    found = inside.listed(inside.zipped(tmp_path / "a.odt", members), spool)
    parts = inside.by_id(found)
    assert list(found.files) == ["member:Pictures/a.png"]
    assert parts["member:Pictures/s.png"].why_not == "it is encrypted"
    assert parts["member:layout-cache"].harmless
    assert [ident for ident in parts if ident.startswith("link:")] == ["link:0"]


def test_a_book_has_its_pictures_and_those_in_its_pages(tmp_path: Path, spool: Path) -> None:
    page = (
        f'<html><img src="a.png"/><img src="{inside.data_uri(PICTURE)}"/><img src="http://example.com/x.png"/></html>'
    )
    members = {"mimetype": b"application/epub+zip", "OEBPS/1.xhtml": page.encode(), "OEBPS/a.png": inside.png()}
    found = inside.listed(inside.zipped(tmp_path / "a.epub", members), spool)
    assert inside.taken_out(found, spool) == {
        "member:OEBPS/1.xhtml/image:0": PICTURE,
        "member:OEBPS/a.png": inside.png(),
    }
    assert [ident for ident in inside.by_id(found) if ident.startswith("link:")] == ["link:0"]


def test_text_that_is_a_bomb_is_told(tmp_path: Path, spool: Path) -> None:
    long = b'<?xml version="1.0"?><a>' + b" " * (80 << 20) + b"</a>"
    found = inside.listed(inside.docx(tmp_path / "a.docx", {"customXml/a.xml": long}), spool)
    assert "longer than any text" in inside.by_id(found)["member:customXml/a.xml"].why_not


def test_text_that_can_not_be_unpacked_is_told(tmp_path: Path, spool: Path) -> None:
    path = inside.zipped(tmp_path / "a.docx", {"[Content_Types].xml": inside.TYPES * 50}, zipfile.ZIP_DEFLATED)
    raw = bytearray(path.read_bytes())
    raw[len(raw) // 3] ^= 0xFF
    path.write_bytes(raw)
    found = inside.listed(path, spool)
    assert inside.by_id(found)["member:[Content_Types].xml"].why_not


def test_text_that_is_longer_than_it_says_is_told(tmp_path: Path, spool: Path) -> None:
    text = b'<?xml version="1.0"?><a>' + b" " * (80 << 20) + b"</a>"
    path = inside.docx(tmp_path / "a.docx", {"customXml/a.xml": text})
    raw = bytearray(path.read_bytes())
    struct.pack_into("<I", raw, raw.rindex(b"PK\x01\x02") + 24, 100)
    path.write_bytes(raw)
    tracemalloc.start()
    found = inside.listed(path, spool)
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert inside.by_id(found)["member:customXml/a.xml"].why_not
    assert most < 8 << 20


def test_text_that_takes_too_long_is_told(tmp_path: Path, spool: Path) -> None:
    found = inside.listed(inside.docx(tmp_path / "a.docx"), spool, Bounds(seconds=0))
    assert "longer than it may" in inside.by_id(found)["member:word/document.xml"].why_not
