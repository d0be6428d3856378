import io
import subprocess
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from fixtures.corpus import corpus
from fixtures.names import broken_files, noise, png
from scanner.drop import kinds, signatures
from scanner.drop.headers import read_head
from scanner.drop.kinds import CAMERA_RAW, HEAD_BYTES, Format, expected_formats, sniff

MOVIE = ["-f", "lavfi", "-i", "testsrc2=size=64x64:rate=25:duration=0.2"]
SOUND = ["-f", "lavfi", "-i", "sine=duration=0.2:sample_rate=48000"]

SRT = "1\n00:00:01,000 --> 00:00:02,000\nHello\n"
BY_TEXT = {
    "notes.txt": ("just words\n", Format("text", "document")),
    "README": ("just words\n", Format("text", "document")),
    "notes.mov": ("just words\n", Format("text", "document")),
    "ARRI.txt": ("ARRI Alexa, two lenses\n", Format("text", "document")),
    "mac.txt": ("MAC addresses of the render farm\n", Format("text", "document")),
    "bm.txt": ("BM and ID3 and GG\n", Format("text", "document")),
    "umlaut.txt": ("\ufeffgrün\n", Format("text", "document")),
    "a.srt": (SRT, Format("srt", "document")),
    "a.mp4": (SRT, Format("srt", "document")),
    "a.vtt": ("WEBVTT\n\n", Format("vtt", "document")),
    "a.ass": ("[Script Info]\n", Format("ass", "document")),
    "a.scc": ("Scenarist_SCC V1.0\n", Format("scc", "document")),
    "a.ttml": ('<?xml version="1.0"?>\n<tt:tt xmlns:tt="x">', Format("ttml", "document")),
    "a.xml": ('<?xml version="1.0"?>\n<AssetMap/>', Format("xml", "document")),
    "a.mhl": ('<?xml version="1.0"?>\n<hashlist>', Format("xml", "document")),
    "a.svg": (
        "<?xml version='1.0'?>\n<!-- <html> -->\n<!DOCTYPE svg [<!ENTITY a 'b'>]>\n<svg>",
        Format("svg", "document"),
    ),
    "b.svg": ('<svg xmlns="x"/>', Format("svg", "document")),
    "a.html": ("\n<!DOCTYPE HTML>\n<title>", Format("html", "document")),
    "a.xmp": ("<?xpacket begin='' id=''?>", Format("xmp", "document")),
    "a.csv": ("Filename,Task\n", Format("csv", "document")),
    "a.json": ('{"a": 1}', Format("json", "document")),
    "a.rtf": ("{\\rtf1", Format("rtf", "document")),
    "a.eps": ("%!PS-Adobe-3.0", Format("eps", "document")),
    "a.otio": ('{"OTIO_SCHEMA": "Timeline.1"}', Format("otio", "other")),
    "a.edl": ("TITLE: reel 1\n", Format("edl", "other")),
    "a.ale": ("Heading\nFIELD_DELIM\tTABS\n", Format("ale", "other")),
    "a.cube": ("LUT_3D_SIZE 33\n", Format("cube", "other")),
    "a.nk": ("Root {\n inputs 0\n}\n", Format("nk", "other")),
    "playlist.mp4": ("#EXTM3U\n", Format("playlist", "other")),
    "concat.mp4": ("ffconcat version 1.0\n", Format("playlist", "other")),
    "a.ppm": ("P3\n1 1\n255\n0 0 0\n", Format("pnm", "still")),
}
BY_BYTES = {
    "a.dpx": (b"SDPX" + bytes(60), Format("dpx", "still")),
    "a.exr": (b"\x76\x2f\x31\x01\x02\0\0\0", Format("exr", "still")),
    "a.cin": (b"\x80\x2a\x5f\xd7" + bytes(60), Format("cineon", "still")),
    "a.psd": (b"8BPS\0\1" + bytes(60), Format("psd", "still")),
    "a.jp2": (b"\0\0\0\x0cjP  \r\n\x87\n", Format("jp2", "still")),
    "a.heic": (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", Format("heic", "still")),
    "b.heif": (b"\0\0\0\x14ftypmif1\0\0\0\0mif1", Format("heic", "still")),
    "a.avif": (b"\0\0\0\x1cftypmif1\0\0\0\0mif1avifmiaf", Format("avif", "still")),
    "a.m4a": (b"\0\0\0\x14ftypM4A \0\0\0\0isom", Format("m4a", "audio")),
    "b.m4a": (b"\0\0\0\x14ftypmp42\0\0\0\0isom", Format("mp4", "audio")),
    "a.m4s": (b"\0\0\0\x18styp" + b"msdh\0\0\0\0msdhmsix", Format("mp4", "video")),
    "old.mov": (b"\0\0\0\x08wide\0\0\1\0mdat", Format("mov", "video")),
    "brandless.mp4": (b"\0\0\0\x08ftyp", Format("mp4", "video")),
    "a.w64": (b"riff\x2e\x91\xcf\x11\xa5\xd6\x28\xdb\x04\xc1\0\0", Format("w64", "audio")),
    "a.wav": (b"RIFF\x24\0\0\0WAVEfmt ", Format("wav", "audio")),
    "b.wav": (b"RF64\xff\xff\xff\xffWAVEds64", Format("rf64", "audio")),
    "c.wav": (b"BW64\xff\xff\xff\xffWAVEds64", Format("rf64", "audio")),
    "tagged.mp3": (b"ID3\4\0\0\0\0\7v" + bytes(2000), Format("mp3", "audio")),
    "tagged.flac": (b"ID3\4\0\0\0\0\0\4\0\0\0\0fLaC\0\0\0\x22", Format("flac", "audio")),
    "one frame.mp3": (b"\xff\xfb\x90\x64" + bytes(60), Format("mp3", "audio")),
    "one packet.ts": (b"G\x40\x11\x10" + bytes(184), Format("mpegts", "video")),
    "a.h264": (b"\0\0\0\1\x67\x64\0\x28", Format("h264", "video")),
    "a.hevc": (b"\0\0\0\1\x40\1\x0c\1", Format("hevc", "video")),
    "a.m2v": (b"\0\0\1\xb3\x14\0\xf0\x13", Format("mpeg", "video")),
    "a.wmv": (b"\x30\x26\xb2\x75\x8e\x66\xcf\x11", Format("asf", "video")),
    "a.wma": (b"\x30\x26\xb2\x75\x8e\x66\xcf\x11", Format("asf", "audio")),
    "run-in.mxf": (noise(60_000) + bytes.fromhex("060e2b34020501010d010201010204"), Format("mxf", "video")),
    "late.pdf": (b"\xff\0junk\n%PDF-1.7\n", Format("pdf", "document")),
    "a.ai": (b"%PDF-1.6\n%\xe2\xe3\xcf\xd3\n", Format("pdf", "document")),
    "a.stl": (b"850STL25.0110009" + bytes(60), Format("ebu_stl", "document")),
    "a mesh.stl": (bytes(80) + b"\1\0\0\0" + bytes(50), Format("unknown", "document")),
    "a.c2pa": (b"\0\0\1\0jumb\0\0\0\x1ejumd", Format("c2pa", "other")),
    "a.zip": (b"PK\3\4\x14\0", Format("zip", "other")),
    "a.docx": (b"PK\3\4\x14\0", Format("docx", "document")),
    "docx.mov": (b"PK\3\4\x14\0", Format("zip", "other")),
    "a.prproj": (b"\x1f\x8b\x08\0", Format("prproj", "other")),
    "a.tar": (bytes(257) + b"ustar\x0000" + bytes(200), Format("tar", "other")),
    "a.aaf": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", Format("aaf", "other")),
    "a.ttf": (b"\0\1\0\0\0\x0c\0\x80", Format("ttf", "other")),
    "a.cr2": (b"II*\0\x10\0\0\0CR\2\0", Format("cr2", "still")),
    "b.tif": (b"II*\0\x10\0\0\0CR\2\0", Format("cr2", "still")),
    "a.nef": (b"MM\0*\0\0\0\x08", Format("nef", "still")),
    "a.dng": (b"II*\0\x08\0\0\0", Format("dng", "still")),
    "a.cr3": (b"\0\0\0\x18ftypcrx \0\0\0\1crx isom", Format("cr3", "still")),
    "a.crm": (b"\0\0\0\x18ftypcrx \0\0\0\1crx isom", Format("crm", "video")),
    "a.braw": (b"\0\0\0\x08wide\0\0\1\0mdat", Format("braw", "video")),
    "a.r3d": (b"\0\0\1\0RED2" + bytes(60), Format("r3d", "video")),
    "a.ari": (b"ARRI\x12\x34\x56\x78" + bytes(60), Format("ari", "still")),
    "latin-1.srt": (b"1\r\n00:00:01,000\r\ncaf\xe9\r\n", Format("srt", "document")),
    "utf-16.srt": (SRT.encode("utf-16"), Format("srt", "document")),
    "cut.txt": (("é" * 3000).encode()[:4095], Format("text", "document")),
    "empty.mov": (b"", Format("unknown", "video")),
    "empty.txt": (b"", Format("unknown", "document")),
    "empty": (b"", Format("unknown", "other")),
    "no icon.dat": (b"\0\0\1\0" + bytes(60), Format("unknown", "other")),
    "zeros.mxf": (bytes(4096), Format("unknown", "video")),
    "noise.png": (noise(4096), Format("unknown", "still")),
    "noise.srt": (noise(4096), Format("unknown", "document")),
    "noise.dat": (noise(4096), Format("unknown", "other")),
    "noise.tga": (noise(4096), Format("unknown", "still")),
}


@pytest.mark.parametrize("name", BY_TEXT)
def test_text_is_told_by_how_it_starts_and_then_by_its_extension(name: str) -> None:
    text, expected = BY_TEXT[name]
    assert sniff(text.encode(), name) == expected


@pytest.mark.parametrize("name", BY_BYTES)
def test_bytes_come_first_and_the_extension_helps_where_they_are_silent(name: str) -> None:
    head, expected = BY_BYTES[name]
    assert sniff(head, name) == expected


@pytest.mark.parametrize(
    ("format_", "word"),
    [
        *(("PNG", "png"), ("JPEG", "jpeg"), ("WEBP", "webp"), ("TIFF", "tiff"), ("GIF", "gif"), ("BMP", "bmp")),
        *(("JPEG2000", "jp2"), ("AVIF", "avif"), ("PPM", "pnm"), ("ICO", "ico"), ("PDF", "pdf"), ("DDS", "dds")),
        ("SGI", "sgi"),
    ],
)
def test_what_pillow_writes_is_known_under_any_name(format_: str, word: str) -> None:
    buffer = io.BytesIO()
    Image.frombytes("RGB", (32, 32), noise(32 * 32 * 3)).save(buffer, format_)
    expected = Format("pdf", "document") if word == "pdf" else Format(word, "still")
    for name in (f"picture.{word}", "picture.mov", "picture", "picture.txt"):
        assert sniff(buffer.getvalue()[:HEAD_BYTES], name) == expected


def test_a_targa_is_known_by_its_name_and_a_header_that_fits() -> None:
    buffer = io.BytesIO()
    Image.frombytes("RGB", (32, 32), noise(32 * 32 * 3)).save(buffer, "TGA")
    assert sniff(buffer.getvalue(), "picture.tga") == Format("tga", "still")
    assert sniff(buffer.getvalue(), "picture.mov").name == "unknown"


@pytest.mark.parametrize(
    ("name", "options", "expected"),
    [
        ("a.mov", [*MOVIE, "-c:v", "prores_ks"], Format("mov", "video")),
        ("a.mp4", [*MOVIE, "-c:v", "mpeg4"], Format("mp4", "video")),
        ("a.mxf", [*MOVIE, "-c:v", "mpeg2video"], Format("mxf", "video")),
        ("a.mkv", [*MOVIE, "-c:v", "mpeg4"], Format("mkv", "video")),
        ("a.webm", [*MOVIE, "-c:v", "libvpx", "-b:v", "100k"], Format("webm", "video")),
        ("a.avi", [*MOVIE, "-c:v", "mpeg4"], Format("avi", "video")),
        ("a.ts", [*MOVIE, "-c:v", "mpeg2video"], Format("mpegts", "video")),
        ("a.m2ts", [*MOVIE, "-c:v", "mpeg2video", "-mpegts_m2ts_mode", "1"], Format("mpegts", "video")),
        ("a.mpg", [*MOVIE, "-c:v", "mpeg2video"], Format("mpeg", "video")),
        ("a.flv", [*MOVIE, "-c:v", "flv"], Format("flv", "video")),
        ("a.ogv", [*MOVIE, "-c:v", "libtheora"], Format("ogv", "video")),
        (
            "a.gxf",
            ["-f", "lavfi", "-i", "testsrc2=s=720x576:r=25:d=0.2", "-c:v", "mpeg2video", "-pix_fmt", "yuv422p"],
            Format("gxf", "video"),
        ),
        ("a.y4m", [*MOVIE, "-pix_fmt", "yuv420p"], Format("y4m", "video")),
        ("a.wav", SOUND, Format("wav", "audio")),
        ("a.w64", SOUND, Format("w64", "audio")),
        ("a.aiff", SOUND, Format("aiff", "audio")),
        ("a.flac", SOUND, Format("flac", "audio")),
        ("a.mp3", SOUND, Format("mp3", "audio")),
        ("bare.mp3", [*SOUND, "-id3v2_version", "0", "-write_xing", "0"], Format("mp3", "audio")),
        ("a.mp2", SOUND, Format("mp2", "audio")),
        ("a.aac", SOUND, Format("aac", "audio")),
        ("a.ac3", SOUND, Format("ac3", "audio")),
        ("a.ogg", [*SOUND, "-c:a", "libvorbis"], Format("ogg", "audio")),
        ("a.m4a", SOUND, Format("m4a", "audio")),
        ("a.caf", SOUND, Format("caf", "audio")),
        ("a.au", SOUND, Format("au", "audio")),
        ("a.dpx", [*MOVIE, "-frames:v", "1"], Format("dpx", "still")),
        ("a.exr", [*MOVIE, "-frames:v", "1"], Format("exr", "still")),
    ],
)
def test_what_ffmpeg_writes_is_known_under_any_name(
    tmp_path: Path, name: str, options: list[str], expected: Format
) -> None:
    path = tmp_path / name
    subprocess.run(["ffmpeg", "-v", "error", "-nostdin", *options, path], check=True)
    head = read_head(path, HEAD_BYTES)
    assert sniff(head, name) == expected
    assert sniff(head, "anything.dat").name == expected.name
    assert expected.name in expected_formats(name)


def test_broken_files_keep_the_kind_that_their_name_promises_or_their_bytes_prove(tmp_path: Path) -> None:
    told = {what: sniff(read_head(path, HEAD_BYTES), path.name) for what, path in broken_files(tmp_path).items()}
    assert told == {
        "empty": Format("unknown", "video"),
        "empty picture": Format("unknown", "still"),
        "png called mov": Format("png", "still"),
        "text called mov": Format("text", "document"),
        "playlist called mp4": Format("playlist", "other"),
        "noise": Format("unknown", "video"),
        "half a png": Format("png", "still"),
        "promised but missing": Format("mov", "video"),
        "zeros": Format("unknown", "video"),
    }


def test_an_extension_tells_which_formats_to_expect() -> None:
    assert expected_formats("A001.MOV") == {"mov", "mp4"}
    assert expected_formats("a.b.jpeg") == {"jpeg"}
    assert expected_formats("a.wav") == {"wav", "rf64"}
    assert expected_formats("README") == frozenset()
    assert expected_formats("a.unheard-of") == frozenset()
    assert "png" not in expected_formats("picture.mov")


def test_every_word_that_bytes_can_give_has_a_kind() -> None:
    words = {word for _, word in signatures._PREFIXES} | {word for _, word in kinds._TEXT_STARTS}
    words |= set(signatures._RIFF_FORMS.values()) | set(signatures._FIRST_BOXES.values()) | set(kinds._ROOTS.values())
    words |= set(kinds._UNMARKED) | kinds._TEXTUAL | CAMERA_RAW | frozenset().union(*kinds._WITHIN.values())
    assert sorted(words - kinds._FORMATS.keys()) == []


def test_no_word_is_listed_twice_for_one_kind() -> None:
    rows = [(kind, row.partition(":")[0]) for kind, table in kinds._KINDS.items() for row in table.split()]
    assert len(rows) == len(set(rows))


STARTS = sorted(
    {prefix for prefix, _ in signatures._PREFIXES}
    | {head[:40] for head, _ in BY_BYTES.values()}
    | {text.encode()[:40] for text, _ in BY_TEXT.values()}
)
NAMES = ["", ".", "a", *(f"a.{extension}" for extension in sorted(kinds._PROMISES))]


@given(st.sampled_from(STARTS), st.integers(0, 40), st.binary(max_size=400), st.sampled_from(NAMES) | st.text())
def test_no_bytes_and_no_name_make_it_raise(start: bytes, cut: int, rest: bytes, name: str) -> None:
    found = sniff(start[:cut] + rest, name)
    assert found.kind in {"video", "still", "audio", "document", "other"}


@given(st.binary(max_size=HEAD_BYTES))
def test_a_sound_png_stays_a_png_whatever_follows_and_whatever_it_is_called(rest: bytes) -> None:
    for name in ("a.png", "a.mov", "a.tga", "a.txt", ""):
        assert sniff(png(4, 4) + rest, name) == Format("png", "still")


@pytest.mark.corpus
@pytest.mark.parametrize("name", ["markers", "c2pa", "matching"])
def test_real_files_are_what_their_extension_says_with_few_exceptions(name: str) -> None:
    files = [path for path in sorted(corpus(name).rglob("*")) if path.is_file() and expected_formats(path.name)]
    other = [
        path for path in files if sniff(read_head(path, HEAD_BYTES), path.name).name not in expected_formats(path.name)
    ]
    assert len(files) > 10
    assert len(other) <= 0.05 * len(files), other


@pytest.mark.parametrize(
    ("text", "word"),
    [
        (b"<!-- <html> --><?xml version='1.0'?><!DOCTYPE svg [<!ENTITY a 'b'>]><svg>", "svg"),
        (b"<!-- a -->" * 300 + b"<svg>", "svg"),
        (b"<!-- never closed <svg>", "svg"),
        (b"<!--" * 16_000, "xml"),
    ],
)
def test_what_stands_before_the_root_is_passed_over_at_once(text: bytes, word: str) -> None:
    start = time.monotonic()
    assert sniff(text, "").name == word
    assert time.monotonic() - start < 1
