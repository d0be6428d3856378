"""Stills of every depth and shape, brought to the same small grey picture."""

import struct
import zlib
from pathlib import Path

import imagehash
import numpy as np
import pillow_heif
import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from detectors.fingerprint.picture import QUALITY_GATE, SIDE, Hashes, distance, fingerprint, from_hex
from fixtures import media
from scanner.media.decode import stills
from scanner.media.errors import MediaError, UnsupportedMediaError
from scanner.media.pixels import limits
from scanner.media.pixels.light import PERCEPTUAL, as_displayed


def small(path: Path, form: str) -> "stills.Still":
    return stills.read(path, form)


def bits(still: stills.Still) -> Hashes:
    first: Hashes = fingerprint(still.pictures, np.arange(len(still.pictures))).hashes[0, 0, 0]
    return first


@pytest.mark.parametrize(
    ("suffix", "form"),
    [
        ("png", "png"),
        ("jpg", "jpeg"),
        ("tif", "tiff"),
        ("webp", "webp"),
        ("bmp", "bmp"),
        ("gif", "gif"),
        ("jp2", "jp2"),
    ],
)
def test_the_same_picture_in_any_format_has_nearly_the_same_fingerprint(
    shelf: Path, tmp_path: Path, suffix: str, form: str
) -> None:
    still = small(media.still(tmp_path / f"a.{suffix}", seed=7), form)
    assert (still.width, still.height, still.of) == (640, 360, 1)
    assert distance(bits(still), bits(small(shelf / "still.png", "png"))) <= 12
    assert distance(bits(still), bits(small(media.still(tmp_path / "b.png", seed=8), "png"))) > 80


@pytest.mark.parametrize(("pattern", "form"), [("p.%04d.exr", "exr"), ("p_%04d.dpx", "dpx")])
def test_float_and_ten_bit_pictures_resemble_their_eight_bit_twin(tmp_path: Path, pattern: str, form: str) -> None:
    (path,) = media.sequence(tmp_path, pattern, count=1)
    (twin,) = media.sequence(tmp_path, "twin_%04d.png", count=1)
    still = small(path, form)
    assert (still.width, still.height) == (320, 180)
    assert distance(bits(still), bits(small(twin, "png"))) <= 12
    assert abs(int(still.pictures.mean()) - int(small(twin, "png").pictures.mean())) <= 4


def test_the_values_for_other_systems_are_those_that_other_systems_compute(shelf: Path) -> None:
    still = small(shelf / "still.png", "png")
    prints = fingerprint(still.pictures, np.arange(1))
    values = stills.values(prints, still.pictures)
    with Image.open(shelf / "still.png") as image:
        whole = imagehash.phash(image)
    assert values.pdq_quality >= QUALITY_GATE
    assert distance(from_hex(values.pdq), prints.hashes[0, 0, 0]) == 0
    assert imagehash.hex_to_hash(values.phash) - whole <= 4


@pytest.mark.parametrize("bits_a_sample", ["I;16", "I;16B", "I", "F"])
def test_deep_greys_are_scaled_not_cut_off(tmp_path: Path, bits_a_sample: str) -> None:
    eight = np.asarray(media.picture(3).convert("L"))
    deep = {
        "I;16": eight.astype("<u2") * 257,
        "I;16B": eight.astype(">u2") * 257,
        "I": eight.astype(np.int32) * 257,
        "F": eight.astype(np.float32) / 255,
    }[bits_a_sample]
    Image.fromarray(deep).save(tmp_path / "deep.tif")
    Image.fromarray(eight).save(tmp_path / "eight.png")
    read = small(tmp_path / "deep.tif", "tiff").pictures.astype(int)
    assert np.abs(read - small(tmp_path / "eight.png", "png").pictures).max() <= 2


def test_a_sixteen_bit_png_is_not_white(tmp_path: Path) -> None:
    eight = np.asarray(media.picture(3).convert("L"))
    Image.fromarray(eight.astype(np.uint16) * 257).save(tmp_path / "deep.png")
    assert abs(float(small(tmp_path / "deep.png", "png").pictures.mean()) - float(eight.mean())) < 3


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_picture_is_turned_as_its_exif_says(tmp_path: Path, orientation: int) -> None:
    upright = media.picture(4, (320, 180))
    turn = {
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_90,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }.get(orientation)
    exif = Image.Exif()
    exif[0x0112] = orientation
    stored = upright.transpose(turn) if turn is not None else upright
    stored.save(tmp_path / "turned.jpg", quality=95, exif=exif)
    upright.save(tmp_path / "upright.jpg", quality=95)
    read = small(tmp_path / "turned.jpg", "jpeg")
    assert (read.width, read.height) == (320, 180)
    assert distance(bits(read), bits(small(tmp_path / "upright.jpg", "jpeg"))) <= 16


def test_what_is_transparent_is_seen_over_mid_grey(tmp_path: Path) -> None:
    alpha = Image.new("L", (640, 360), 0)
    alpha.paste(255, (0, 0, 320, 360))
    picture = media.picture(5)
    picture.putalpha(alpha)
    picture.save(tmp_path / "a.png")
    read = small(tmp_path / "a.png", "png").pictures[0]
    assert (read[:, SIDE // 2 + 1 :] == 128).all()
    assert read[:, : SIDE // 2].std() > 10


@pytest.mark.parametrize("mode", ["1", "P", "LA", "CMYK", "YCbCr", "LAB"])
def test_any_colour_model_is_read(tmp_path: Path, mode: str) -> None:
    picture = media.picture(6).convert("L").convert("RGB")
    if mode == "LAB":
        lightness = picture.getchannel(0)
        neutral = Image.new("L", picture.size, 128)
        stored = Image.merge("LAB", (lightness, neutral, neutral))
    else:
        stored = picture.convert(mode)
    stored.save(tmp_path / "a.tif")
    picture.save(tmp_path / "grey.tif")
    assert distance(bits(small(tmp_path / "a.tif", "tiff")), bits(small(tmp_path / "grey.tif", "tiff"))) <= 40


def test_every_frame_of_an_animation_is_read(tmp_path: Path) -> None:
    pictures = [media.picture(seed, (200, 100)) for seed in (1, 2, 3)]
    for suffix in ("gif", "webp", "png"):
        path = tmp_path / f"a.{suffix}"
        pictures[0].save(path, save_all=True, append_images=pictures[1:], duration=100)
        read = small(path, suffix)
        assert (len(read.pictures), read.of) == (3, 3)
        hashes = fingerprint(read.pictures, np.arange(3)).hashes[:, 0, 0]
        assert distance(hashes[0], hashes[1:]).min() > 60


def test_an_animation_without_end_is_read_so_far(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stills, "_MOST_FRAMES", 2)
    pictures = [media.picture(seed, (64, 64)) for seed in range(4)]
    pictures[0].save(tmp_path / "a.gif", save_all=True, append_images=pictures[1:])
    read = small(tmp_path / "a.gif", "gif")
    assert (len(read.pictures), read.of) == (2, 4)


@pytest.mark.parametrize(("suffix", "form"), [("png", "png"), ("jpg", "jpeg"), ("tif", "tiff"), ("webp", "webp")])
def test_a_picture_that_ends_too_early_is_a_fault(tmp_path: Path, suffix: str, form: str) -> None:
    path = media.truncated(media.still(tmp_path / f"a.{suffix}"), tmp_path / f"b.{suffix}", 0.6)
    with pytest.raises(MediaError) as caught:
        small(path, form)
    assert caught.value.reason == "scan.unreadable"
    assert str(tmp_path) not in str(caught.value)
    assert "0x" not in str(caught.value)


def test_an_exr_that_ends_too_early_is_a_fault(tmp_path: Path) -> None:
    (path,) = media.sequence(tmp_path, "a.%04d.exr", count=1)
    with pytest.raises(MediaError) as caught:
        small(media.truncated(path, tmp_path / "b.exr", 0.6), "exr")
    assert str(tmp_path) not in str(caught.value)


def test_a_picture_bomb_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", 50_000, 50_000, 1, 0, 0, 0, 0)
    rows = zlib.compress(bytes(6251) * 100)
    bomb = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")
    (tmp_path / "bomb.png").write_bytes(bomb)
    with pytest.raises(UnsupportedMediaError):
        small(tmp_path / "bomb.png", "png")


def test_a_picture_just_above_the_limit_is_refused_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MAX_PIXELS", 640 * 360 - 1)
    with pytest.raises(UnsupportedMediaError, match="640 x 360"):
        small(media.still(tmp_path / "a.png"), "png")


def test_megabytes_of_text_in_a_picture_do_not_make_it_unreadable(tmp_path: Path) -> None:
    info = PngInfo()
    info.add_text("workflow", "node " * 1_000_000, zip=True)
    media.picture().save(tmp_path / "a.png", pnginfo=info)
    assert small(tmp_path / "a.png", "png").width == 640


def test_bytes_are_read_as_the_format_that_they_are_and_no_other(tmp_path: Path) -> None:
    eps = tmp_path / "a.png"
    eps.write_bytes(b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 10 10\n%%EndComments\nshowpage\n")
    with pytest.raises(MediaError, match="no reader understands its header"):
        small(eps, "png")


def test_formats_without_a_reader_are_unsupported_and_unknown_bytes_unreadable(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"\x00\x01garbage" * 100)
    with pytest.raises(UnsupportedMediaError):
        small(path, "jxl")
    with pytest.raises(MediaError) as caught:
        small(path, "unknown")
    assert caught.value.reason == "scan.unreadable"


@pytest.mark.parametrize(("suffix", "form"), [("avif", "avif"), ("heic", "heic")])
def test_a_still_that_says_pq_is_compared_as_a_screen_shows_it(tmp_path: Path, suffix: str, form: str) -> None:
    pillow_heif.register_heif_opener()
    media.picture(5).save(tmp_path / f"a.{suffix}", quality=90)
    data = bytearray((tmp_path / f"a.{suffix}").read_bytes())
    plain = small(tmp_path / f"a.{suffix}", form).pictures
    at = data.index(b"colrnclx") + 10
    data[at : at + 2] = b"\0\x10"  # SMPTE ST 2084
    (tmp_path / f"pq.{suffix}").write_bytes(bytes(data))
    shown = small(tmp_path / f"pq.{suffix}", form).pictures
    expected = as_displayed(plain, PERCEPTUAL).astype(int)
    assert np.abs(shown.astype(int) - expected).mean() < 6
    assert np.abs(shown.astype(int) - plain).mean() > 15
