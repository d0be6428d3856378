"""One small file of each format that a post house delivers, made here and opened as a drop's would be."""

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from detectors.fingerprint.picture import fingerprint
from detectors.material import Piece
from fixtures import formats, media
from scanner.examination import Extraction, Looked
from scanner.media.asset.extract import extract
from scanner.media.decode import stills
from scanner.media.pixels import light

SMALL = (160, 90)
HD = (1920, 1080)
DNX = (256, 120)  # the least that the encoder takes
TC = "10:00:00:05"
FOUR22 = ("-pix_fmt", "yuv422p")


def of(path: Path) -> Extraction:
    return extract([Piece(path, path.name)])[0]


MOVIES = [
    ("h264.mp4", "mp4", "libx264", "h264", SMALL, TC, ()),
    ("h264.mov", "mov", "libx264", "h264", SMALL, TC, ()),
    ("h264.mkv", "mkv", "libx264", "h264", SMALL, TC, ()),
    ("h264.mxf", "mxf", "libx264", "h264", SMALL, TC, ()),
    ("h264.ts", "mpegts", "libx264", "h264", SMALL, None, ()),
    ("h264.avi", "avi", "libx264", "h264", SMALL, None, ()),
    ("hevc.mp4", "mp4", "libx265", "hevc", SMALL, TC, ()),
    ("hevc.mov", "mov", "libx265", "hevc", SMALL, TC, ("-tag:v", "hvc1")),
    ("hevc.ts", "mpegts", "libx265", "hevc", SMALL, None, ()),
    ("vp9.webm", "webm", "libvpx-vp9", "vp9", SMALL, None, ()),
    ("vp9.mp4", "mp4", "libvpx-vp9", "vp9", SMALL, None, ()),
    ("av1.mp4", "mp4", "libsvtav1", "av1", SMALL, None, ()),
    ("av1.mkv", "mkv", "libsvtav1", "av1", SMALL, None, ()),
    ("mpeg2.mxf", "mxf", "mpeg2video", "mpeg2video", SMALL, TC, ()),
    ("mpeg2.ts", "mpegts", "mpeg2video", "mpeg2video", SMALL, None, ()),
    ("mpeg2.mpg", "mpeg", "mpeg2video", "mpeg2video", SMALL, None, ()),
    ("prores.mov", "mov", "prores_ks", "prores", SMALL, TC, ()),
    ("prores4444.mov", "mov", "prores_ks", "prores", SMALL, TC, ("-profile:v", "4", "-pix_fmt", "yuva444p10le")),
    ("dnxhr.mxf", "mxf", "dnxhd", "dnxhd", DNX, TC, ()),
    ("dnxhr.mov", "mov", "dnxhd", "dnxhd", DNX, TC, ()),
    ("avcintra.mxf", "mxf", "libx264", "h264", HD, TC, ("-pix_fmt", "yuv422p10le", *formats.AVC_INTRA)),
    ("xdcam.mxf", "mxf", "mpeg2video", "mpeg2video", HD, TC, (*FOUR22, *formats.XDCAM)),
    ("j2k.mp4", "mp4", "jpeg2000", "jpeg2000", SMALL, None, ()),
    ("j2k.mov", "mov", "jpeg2000", "jpeg2000", SMALL, TC, ()),
    ("j2k.mxf", "mxf", "libopenjpeg", "jpeg2000", SMALL, TC, ("-pix_fmt", "yuv422p10le")),
    ("mjpeg.avi", "avi", "mjpeg", "mjpeg", SMALL, None, ("-pix_fmt", "yuvj420p")),
    ("ffv1.mkv", "mkv", "ffv1", "ffv1", SMALL, TC, ()),
    ("uncompressed.mov", "mov", "v210", "v210", SMALL, TC, ()),
]


@pytest.mark.parametrize(
    ("name", "form", "encoder", "codec", "size", "start", "options"), MOVIES, ids=[row[0] for row in MOVIES]
)
def test_a_movie_is_looked_at_from_end_to_end(
    tmp_path: Path,
    name: str,
    form: str,
    encoder: str,
    codec: str,
    size: tuple[int, int],
    start: str | None,
    options: tuple[str, ...],
) -> None:
    count = 3 if size == HD else 8
    path = media.movie(
        tmp_path / name, codec=encoder, frames=count, rate="25", size=size, start=start, options=options, audio=False
    )
    found = of(path)
    assert not found.problems
    assert found.media
    assert (found.kind, found.media.format, found.media.codec) == ("video", form, codec)
    assert (found.media.width, found.media.height, found.media.rate) == (*size, "25/1")
    assert found.looked == Looked(found.looked.plan if found.looked else "", count, count)
    assert found.media.start_timecode == start


STILLS = [
    ("a.jpg", "jpeg", ""),
    ("a.png", "png", ""),
    ("deep.png", "png", "rgb48be"),
    ("grey.png", "png", "gray16be"),
    ("a.webp", "webp", ""),
    ("a.tif", "tiff", ""),
    ("deep.tif", "tiff", "rgb48le"),
    ("a.gif", "gif", ""),
    ("a.bmp", "bmp", ""),
    ("a.tga", "tga", ""),
    ("a.jp2", "jp2", ""),
    ("a.avif", "avif", ""),
    ("a.heic", "heic", ""),
    ("a.psd", "psd", ""),
    ("a.ppm", "pnm", ""),
    ("a.exr", "exr", ""),
    ("a.dpx", "dpx", ""),
]


@pytest.mark.parametrize(("name", "form", "pixels"), STILLS, ids=[row[0] for row in STILLS])
def test_a_still_is_looked_at(tmp_path: Path, name: str, form: str, pixels: str) -> None:
    found = of(formats.still(tmp_path / name, pixels=pixels))
    assert not found.problems
    assert found.media
    assert (found.kind, found.media.format, found.media.width, found.media.height) == ("still", form, *SMALL)
    assert found.looked == Looked("every frame", 1, 1)
    assert found.values


@pytest.mark.parametrize(
    ("name", "form", "pixels"),
    [row for row in STILLS if row[0] != "a.exr"],  # the encoder makes no light of a picture
)
def test_a_still_looks_the_same_in_every_format(tmp_path: Path, name: str, form: str, pixels: str) -> None:
    path, png = formats.still(tmp_path / name, pixels=pixels), formats.still(tmp_path / "original.png")
    pictures = [stills.read(each, word).pictures for each, word in ((path, form), (png, "png"))]
    assert np.abs(pictures[0].astype(int) - pictures[1]).mean() < 4


SOUNDS = [
    ("a.wav", "wav", "pcm_s24le", (2,), ("-c:a", "pcm_s24le")),
    ("bwf.wav", "wav", "pcm_s16le", (6,), ("-write_bext", "1", "-metadata", "description=a take")),
    ("rf64.wav", "rf64", "pcm_s16le", (2,), ("-rf64", "always")),
    ("a.mp3", "mp3", "mp3", (2,), ()),
    ("a.flac", "flac", "flac", (2,), ()),
    ("a.m4a", "m4a", "aac", (2,), ()),
    ("a.ogg", "ogg", "vorbis", (2,), ("-c:a", "libvorbis")),
    ("a.opus", "ogg", "opus", (1,), ()),
    ("a.aiff", "aiff", "pcm_s16be", (2,), ()),
    ("discrete.mov", "mov", "pcm_s24le", (1,) * 8, ("-c:a", "pcm_s24le")),
    ("discrete.mka", "mkv", "pcm_s16le", (6, 2, 1), ("-c:a", "pcm_s16le")),
]


@pytest.mark.parametrize(("name", "form", "codec", "channels", "options"), SOUNDS, ids=[row[0] for row in SOUNDS])
def test_every_stream_of_a_sound_is_counted(
    tmp_path: Path, name: str, form: str, codec: str, channels: tuple[int, ...], options: tuple[str, ...]
) -> None:
    found = of(formats.sound(tmp_path / name, channels=channels, options=options))
    assert not found.problems
    assert found.media
    assert (found.kind, found.media.format, found.media.codec) == ("audio", form, codec)
    assert found.media.channels == channels
    assert found.media.duration == pytest.approx(0.5, abs=0.06)
    assert found.heard
    heard = found.heard.tracks + found.heard.silent + found.heard.repeated
    assert heard == sum(1 if count <= 2 else count for count in channels)


DOCUMENTS = {
    "a.pdf": (b"%PDF-1.7\n%%EOF\n", "pdf"),
    "a.svg": (b'<svg xmlns="http://www.w3.org/2000/svg"/>', "svg"),
    "a.srt": (b"1\n00:00:01,000 --> 00:00:02,000\nHello\n", "srt"),
    "a.vtt": (b"WEBVTT\n\n00:01.000 --> 00:02.000\nHello\n", "vtt"),
    "a.ttml": (b'<tt xmlns="http://www.w3.org/ns/ttml"/>', "ttml"),
    "a.txt": (b"notes\n", "text"),
}


@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_document_is_known_and_not_looked_at(tmp_path: Path, name: str) -> None:
    content, form = DOCUMENTS[name]
    (tmp_path / name).write_bytes(content)
    found = of(tmp_path / name)
    assert found.media
    assert (found.kind, found.media.format, found.looked, found.problems) == ("document", form, None, ())


NOT_OPENED = {
    "a.dng": b"II*\0" + bytes(600),
    "a.cr3": b"\0\0\0\x18ftypcrx \0\0\0\x01crx isom" + bytes(600),
    "a.ari": b"ARRI" + bytes(600),
    "a.r3d": b"\0\0\1\0RED2" + bytes(600),
    "a.jxl": b"\0\0\0\x0cJXL \r\n\x87\n" + bytes(600),
}


@pytest.mark.parametrize("name", NOT_OPENED)
def test_what_cant_be_opened_is_said(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(NOT_OPENED[name])
    assert [problem.code for problem in of(tmp_path / name).problems] == ["scan.unsupported_media"]


def test_an_encrypted_package_is_said_to_be_one(tmp_path: Path) -> None:
    options = ("-pix_fmt", "yuv422p10le")
    path = media.movie(tmp_path / "a.mxf", codec="libopenjpeg", frames=2, size=SMALL, options=options, audio=False)
    clear, locked = (bytes.fromhex(f"060e2b34040101070d0103010{word}00") for word in ("20c01", "20b01"))
    data = path.read_bytes()
    assert clear in data
    path.write_bytes(data.replace(clear, locked))
    (problem,) = of(path).problems
    assert problem.code == "scan.unsupported_media"
    assert "encrypted" in problem.message


@pytest.mark.parametrize(
    ("name", "content"),
    [("a.cube", b"LUT_3D_SIZE 2\n"), ("a.edl", b"TITLE: A\n"), ("a.prproj", b"\x1f\x8b\x08" + bytes(60))],
)
def test_what_is_no_media_is_said(tmp_path: Path, name: str, content: bytes) -> None:
    (tmp_path / name).write_bytes(content)
    assert [problem.code for problem in of(tmp_path / name).problems] == ["scan.other_file"]


def test_a_film_scan_in_logarithmic_code_resembles_the_master_made_from_it(tmp_path: Path) -> None:
    bits, greys = {True: 0, False: 0}, {True: 0.0, False: 0.0}
    for seed in range(1, 7):
        source = formats.still(tmp_path / f"{seed}.png", seed=seed, size=(320, 180))
        scan = formats.log_dpx(tmp_path / f"{seed}.dpx", source)
        as_it_is = tmp_path / "plain.dpx"
        data = bytearray(scan.read_bytes())
        data[801] = 2  # linear, which it isn't, and which isn't brought to anything
        as_it_is.write_bytes(data)
        wanted = stills.read(source, "png").pictures
        for path, brought in ((scan, True), (as_it_is, False)):
            seen = stills.read(path, "dpx").pictures
            bits[brought] += int(np.bitwise_count(_hash(path, "dpx") ^ _hash(source, "png")).sum())
            greys[brought] += float(np.abs(seen.astype(int) - wanted).mean())
    assert greys[True] / 6 < 8
    assert greys[False] / 6 > 20
    assert bits[True] / 6 <= 12
    assert bits[True] < bits[False]


def test_members_of_a_sequence_in_logarithmic_code_look_as_each_does_alone(tmp_path: Path) -> None:
    source = formats.still(tmp_path / "source.png", size=(320, 180))
    pieces = []
    for number in range(1, 4):
        path = formats.log_dpx(tmp_path / f"scan.{number:04}.dpx", source)
        pieces.append(Piece(path, path.name, number))
    _, prints = extract(pieces, sequence=True)
    assert prints.pictures is not None
    assert (prints.pictures.hashes[:, 0, 0] == _hash(pieces[0].path, "dpx")).all()


@pytest.mark.parametrize(
    ("name", "codec", "plan"), [("a.mp4", "libx265", "every frame"), ("a.mov", "prores_ks", "grid")]
)
def test_a_master_in_high_dynamic_range_resembles_the_one_in_standard(
    tmp_path: Path, name: str, codec: str, plan: str
) -> None:
    power = "pow(pow(val/255,2.2)*0.0203,0.1593017578125)"
    code = f"255*pow((0.8359375+18.8515625*{power})/(1+18.6875*{power}),78.84375)"
    pixels = "yuv420p10le" if codec == "libx265" else "yuv422p10le"
    signal = ("-color_primaries", "bt2020", "-color_trc", "smpte2084", "-colorspace", "bt2020nc")
    bright = ("-vf", f"lutrgb=r='{code}':g='{code}':b='{code}'", "-pix_fmt", pixels, *signal)
    standard, high = (
        extract([Piece(path, path.name)])
        for path in (
            media.movie(tmp_path / f"standard_{name}", codec=codec, frames=120),
            media.movie(tmp_path / f"high_{name}", codec=codec, frames=120, options=bright),
        )
    )
    assert high[0].looked
    assert high[0].looked.plan == plan
    usual, bright_one = standard[1].pictures, high[1].pictures
    assert usual is not None
    assert bright_one is not None
    assert usual.frames.tolist() == bright_one.frames.tolist()
    apart = np.bitwise_count(usual.hashes[:, 0, 0] ^ bright_one.hashes[:, 0, 0]).sum(axis=1)
    assert apart.mean() < 12


@pytest.mark.parametrize("transfer", [light.LOGARITHMIC, light.PERCEPTUAL])
def test_a_curve_rises_from_black_to_white_and_keeps_the_order_of_greys(transfer: str) -> None:
    shown = light.as_displayed(np.arange(256, dtype=np.uint8), transfer)
    assert (np.diff(shown.astype(int)) >= 0).all()
    assert (shown[0], shown[-1]) == (0, 255)


def test_what_was_made_for_a_screen_stays_as_it_is() -> None:
    grey = np.arange(256, dtype=np.uint8)
    for transfer in (None, "bt709", "arib-std-b67", "unknown"):
        assert light.as_displayed(grey, transfer) is grey


def _hash(path: Path, form: str) -> NDArray[np.uint64]:
    whole: NDArray[np.uint64] = fingerprint(stills.read(path, form).pictures, np.arange(1)).hashes[0, 0, 0]
    return whole
