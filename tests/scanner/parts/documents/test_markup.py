import base64
import time
from pathlib import Path
from urllib.parse import quote

import pytest

from fixtures import inside_documents as inside
from fixtures.hostile import laughing_xmp

PICTURE = inside.jpeg()
URI = inside.data_uri(PICTURE)
SVG = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink">{}</svg>'
PAGE = "<!DOCTYPE html><html>{}</html>"
LINES = "&#xA;".join(URI[at : at + 76] for at in range(0, len(URI), 76))


@pytest.fixture
def spool(tmp_path: Path) -> Path:
    return tmp_path / "spool"


def written(path: Path, text: str, encoding: str = "utf-8") -> Path:
    path.write_bytes(text.encode(encoding))
    return path


@pytest.mark.parametrize(
    "body",
    [
        f'<image href="{URI}"/>',
        f"<image xlink:href='{URI}'/>",
        f'<image href="{LINES}"/>',
        f'<image href = "\n {URI}"/>',
        f'<image href="data:image/jpeg,{quote(PICTURE)}"/>',
        f'<image href="DATA:image/jpeg;charset=x;base64,{quote(base64.b64encode(PICTURE))}"/>',
        f"<style>rect {{ fill: url({URI}) }}</style>",
        f'<rect style="background: url(&quot;{URI}&quot;)"/>',
        f"<rect style='background: url(\"{URI}\")'/>",
        f'<image href="&#100;ata:{URI[5:]}"/>',
        f"<style>rect {{ fill: url(\\64 ata:{URI[5:]}) }}</style>",
        f'<image href="data:image&#47;jpeg;base64,{URI[23:]}"/>',
        f'<image href="da&Tab;ta&colon;{URI[5:]}"/>',
        f"<!-- <image href='{URI}'/> -->",
        f"<metadata><x:thumb>{base64.encodebytes(PICTURE).decode()}</x:thumb></metadata>",
        f"<metadata><x:thumb><![CDATA[{base64.b64encode(PICTURE).decode()}]]></x:thumb></metadata>",
    ],
)
def test_a_picture_in_a_drawing_is_a_part_however_it_is_written(tmp_path: Path, spool: Path, body: str) -> None:
    found = inside.listed(written(tmp_path / "a.svg", SVG.format(body)), spool)
    assert list(inside.taken_out(found, spool).values()) == [PICTURE]
    assert [part.format for part in found.listing.parts] == ["jpeg"]


@pytest.mark.parametrize(
    "body",
    [
        '<rect fill="url(#a)"/><use href="#b"/><text>data: 5, 6</text>',
        '<a href="https://example.com/a.png">the data:image/png, as they say</a>',
        '<path d="M0 0"/>' * 1000,
    ],
)
def test_a_drawing_without_pictures_has_no_parts(tmp_path: Path, spool: Path, body: str) -> None:
    found = inside.listed(written(tmp_path / "a.svg", SVG.format(body)), spool)
    assert [part for part in found.listing.parts if not part.harmless] == []


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_other_encodings_hide_nothing(tmp_path: Path, spool: Path, encoding: str) -> None:
    found = inside.listed(written(tmp_path / "a.svg", SVG.format(f'<image href="{URI}"/>'), encoding), spool)
    assert list(inside.taken_out(found, spool).values()) == [PICTURE]


def test_a_page_tells_what_it_shows_and_refers_to(tmp_path: Path, spool: Path) -> None:
    body = (
        f'<link rel="stylesheet" href="a.css"><link rel="canonical" href="no.html"><a href="no.png">x</a>'
        f'<img src="{URI}"><img src="b.png"><img src=b.png><img srcset="c.png 1x, d.png 2x"><video poster=e.png>'
        f'<!-- <img src="no.png"> --><script>"<img src=no.png>"; new URL(no, x)</script>'
        f'<div style="background:url(f.png)">'
        f'<style>@import "g.css"; p {{ background: url( "h.png" ) }}</style><img src="">'
    )
    found = inside.listed(written(tmp_path / "a.html", PAGE.format(body)), spool)
    told = [
        part.why_not.partition(" at ")[2].partition(" ")[0]
        for part in found.listing.parts
        if part.id.startswith("link:")
    ]
    assert sorted(told) == ["", "", "b.png", "c.png", "d.png", "e.png", "f.png", "h.png"]
    harmless = {part.where.partition(" to ")[2]: part.harmless for part in found.listing.parts if part.harmless}
    assert harmless == {"a.css": "a style sheet outside", "g.css": "a style sheet outside"}
    assert list(inside.taken_out(found, spool).values()) == [PICTURE]


@pytest.mark.parametrize(
    ("tag", "harmless"),
    [
        ('<link rel="stylesheet" href="https://cdn.example/site?v=3">', "a style sheet outside"),
        ('<link rel="preload" as="font" href="a/b.woff2?x">', "a font outside"),
        ('<script src="app"></script>', "a script outside"),
        ("<style>@font-face { src: url(face.ttf#x) }</style>", "a font outside"),
        ('<link rel="icon" href="icon.png">', ""),
        ('<link rel="preload" as="image" href="poster.jpg">', ""),
        ('<img src="picture.css">', ""),
        ('<video src="film.js"></video>', ""),
        ('<iframe src="page.html"></iframe>', ""),
        ("<style>p { background: url(still.png?a.css) }</style>", ""),
    ],
)  # fmt: skip
def test_a_sheet_a_script_or_a_font_is_no_picture(tmp_path: Path, spool: Path, tag: str, harmless: str) -> None:
    (part,) = inside.listed(written(tmp_path / "a.html", PAGE.format(tag)), spool).listing.parts
    assert part.harmless == harmless
    assert bool(part.why_not) != bool(harmless)


def test_addresses_are_printable_short_and_bounded(tmp_path: Path, spool: Path) -> None:
    body = "".join(f'<img src="{number}\u202e\x1b.png">' for number in range(300)) + f'<img src="{"x" * 5000}">'
    found = inside.listed(written(tmp_path / "a.html", PAGE.format("<img src='0.png'>" + body)), spool)
    links = [part for part in found.listing.parts if part.id.startswith("link:")]
    assert len(links) == 200
    assert all(part.why_not.isprintable() and len(part.why_not) < 300 for part in links)
    assert "102 more addresses" in inside.problems(found)


def test_entities_are_told_and_namespaces_are_not(tmp_path: Path, spool: Path) -> None:
    plain = '<?xml version="1.0"?><!DOCTYPE svg [<!ENTITY ns "http://ns.adobe.com/x/1.0/">]>' + SVG.format("")
    hiding = f'<?xml version="1.0"?><!DOCTYPE svg [<!ENTITY p "{URI[:60]}">]>' + SVG.format('<image href="&p;"/>')
    outside = '<?xml version="1.0"?><!DOCTYPE svg [<!ENTITY p SYSTEM "file:///etc/passwd">]>' + SVG.format("&p;")
    assert inside.listed(written(tmp_path / "a.svg", plain), spool).listing.parts == ()
    for text in (hiding, outside):
        parts = inside.by_id(inside.listed(written(tmp_path / "b.svg", text), spool))
        assert "never resolved" in parts["entities:0"].why_not


def test_laughs_are_told_at_once(tmp_path: Path, spool: Path) -> None:
    parts = inside.by_id(inside.listed(laughing_xmp(tmp_path / "a.xmp"), spool))
    assert "never resolved" in parts["entities:0"].why_not


def test_a_packet_with_a_thumbnail_has_a_part(tmp_path: Path, spool: Path) -> None:
    lines = base64.b64encode(PICTURE).decode()
    lines = "&#xA;".join(lines[at : at + 76] for at in range(0, len(lines), 76))
    packet = f'<x:xmpmeta xmlns:x="adobe:ns:meta/"><xmpGImg:image>{lines}</xmpGImg:image></x:xmpmeta>'
    found = inside.listed(written(tmp_path / "a.xmp", packet), spool)
    assert list(inside.taken_out(found, spool).values()) == [PICTURE]


@pytest.mark.parametrize(
    "text",
    [
        "<!--" * 200_000,
        '<a b="' * 200_000,
        "<a " + "b='" * 200_001,
        ">" + "A" * 2_000_000,
        "url(" * 50_000,
        "data:image/png;" * 90_000,
        "<script>" * 90_000,
        '<image href="a' * 90_000,
        '<image x="<a" href="b">' * 40_000,
        "&#100;" * 200_000,
        '<path d="M 0 0"/>' * 500_000,
    ],
)
def test_hostile_text_takes_no_time(tmp_path: Path, spool: Path, text: str) -> None:
    path = written(tmp_path / "a.svg", SVG.format(text))
    start = time.monotonic()
    inside.listed(path, spool)
    assert time.monotonic() - start < 5
