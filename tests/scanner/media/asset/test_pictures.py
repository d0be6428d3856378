"""Evidence pictures: the very frame that was asked for, small, or none."""

import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from detectors.fingerprint.picture import SIDE, distance, fingerprint
from detectors.material import Piece
from fixtures import media
from scanner.media.asset import pictures
from scanner.media.asset.extract import extract
from scanner.media.asset.pictures import picture


def shown(jpeg: bytes | None) -> Image.Image:
    assert jpeg
    image = Image.open(io.BytesIO(jpeg))
    assert image.format == "JPEG"
    assert image.mode == "RGB"
    assert image.width <= pictures.WIDEST
    return image


def alike(left: Image.Image, right: Image.Image) -> bool:
    both = [np.asarray(image.convert("L").resize((SIDE, SIDE), Image.Resampling.BOX)) for image in (left, right)]
    hashes = fingerprint(np.stack(both), np.arange(2)).hashes[:, 0, 0]
    return bool(distance(hashes[0], hashes[1]) <= 30)


def of_movie(path: Path, wanted: list[int]) -> list[int]:
    pieces = [Piece(path, path.name)]
    extraction, _ = extract(pieces)
    return [media.read_counter(shown(picture(pieces, extraction, number))) for number in wanted]


def test_any_frame_of_a_long_gop_movie_with_a_start_timecode_is_the_exact_one(shelf: Path) -> None:
    wanted = [0, 1, 2, 47, 48, 49, 97, 118, 119]
    assert of_movie(shelf / "numbered.mp4", wanted) == wanted


LONG = ("-g", "60", "-bf", "2", "-preset", "veryfast")


@pytest.mark.parametrize(
    ("name", "codec", "rate", "options"),
    [
        ("a.ts", "libx264", "30000/1001", LONG),
        ("a.mkv", "libx264", "25", LONG),
        ("a.avi", "libx264", "24", LONG),
        ("a.mxf", "mpeg2video", "25", ("-g", "15", "-bf", "2")),
        ("a.mpg", "mpeg2video", "25", ("-g", "15", "-bf", "2")),
    ],
)
def test_the_exact_frame_is_found_in_any_container(
    tmp_path: Path, name: str, codec: str, rate: str, options: tuple[str, ...]
) -> None:
    start = "01:00:00:00" if name in {"a.mkv", "a.mxf"} else None
    path = media.movie(tmp_path / name, codec=codec, rate=rate, start=start, frames=100, counter=True, options=options)
    assert of_movie(path, [0, 59, 60, 99]) == [0, 59, 60, 99]


def test_a_frame_of_a_movie_of_uneven_pace_is_the_one_of_that_number(tmp_path: Path) -> None:
    uneven = ("-vf", "select=not(mod(n\\,7))+not(mod(n\\,3))", "-fps_mode", "vfr")
    path = media.movie(tmp_path / "a.mp4", frames=90, counter=True, audio=False, options=uneven)
    kept = [number for number in range(90) if not number % 7 or not number % 3]
    assert of_movie(path, [0, 5, 20, len(kept) - 1]) == [kept[0], kept[5], kept[20], kept[-1]]


def test_a_frame_near_the_end_of_a_long_movie_is_not_looked_for_from_its_beginning(
    shelf: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pieces = [Piece(shelf / "numbered.mp4", "numbered.mp4")]
    extraction, _ = extract(pieces)
    asked: list[str] = []
    decoded = pictures._decoded

    def noted(descriptor: int, selected: str, which: str, options: dict[str, str | float]) -> bytes:
        asked.append(which)
        assert options["ss"] == pytest.approx(119 / 24 - 2, abs=0.01)
        return decoded(descriptor, selected, which, options)

    monkeypatch.setattr(pictures, "_decoded", noted)
    assert picture(pieces, extraction, 119)
    assert len(asked) == 1


def test_what_is_not_there_has_no_picture(shelf: Path, tmp_path: Path) -> None:
    movie = [Piece(shelf / "numbered.mp4", "numbered.mp4")]
    extraction, _ = extract(movie)
    assert picture(movie, extraction, 120) is None
    assert picture(movie, extraction, -1) is None
    sound = [Piece(shelf / "sound.wav", "sound.wav")]
    assert picture(sound, extract(sound)[0]) is None
    broken = [Piece(media.truncated(shelf / "still.png", tmp_path / "b.png"), "b.png")]
    assert picture(broken, extract(broken)[0]) is None
    absent = [Piece(tmp_path / "absent.mp4", "absent.mp4")]
    assert picture(absent, extraction, 3) is None


@pytest.mark.parametrize("pattern", ["p.%04d.exr", "p_%04d.png"])
def test_a_member_of_a_sequence_is_asked_for_by_its_number(tmp_path: Path, pattern: str) -> None:
    other = media.still(tmp_path / "other.png", seed=11, size=(320, 180))
    paths = media.sequence(tmp_path, pattern, count=3, insert=(other, 1002, 1002))
    pieces = [Piece(path, path.name, 1001 + index) for index, path in enumerate(paths)]
    extraction, _ = extract(pieces, sequence=True)
    assert alike(shown(picture(pieces, extraction, 1002)), media.picture(11))
    assert not alike(shown(picture(pieces, extraction, 1003)), media.picture(11))
    assert picture(pieces, extraction, 1004) is None


@pytest.mark.parametrize("suffix", ["png", "jpg", "tif", "webp"])
def test_a_still_is_made_small_in_colour(tmp_path: Path, suffix: str) -> None:
    pieces = [Piece(media.still(tmp_path / f"a.{suffix}", size=(1200, 800)), "a")]
    image = shown(picture(pieces, extract(pieces)[0]))
    assert image.size == (320, 213)
    assert alike(image, media.picture(1, (1200, 800)))
    assert np.asarray(image).std(axis=2).mean() > 5


def test_a_small_still_is_not_made_larger_and_a_turned_one_is_turned(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    media.picture(4, (90, 160)).transpose(Image.Transpose.ROTATE_90).save(tmp_path / "a.jpg", exif=exif)
    pieces = [Piece(tmp_path / "a.jpg", "a.jpg")]
    image = shown(picture(pieces, extract(pieces)[0]))
    assert image.size == (90, 160)
    assert alike(image, media.picture(4, (90, 160)))


def test_a_frame_of_an_animation_is_asked_for_by_its_number(tmp_path: Path) -> None:
    frames = [media.picture(seed, (200, 100)) for seed in (1, 2, 3)]
    frames[0].save(tmp_path / "a.gif", save_all=True, append_images=frames[1:], duration=100)
    pieces = [Piece(tmp_path / "a.gif", "a.gif")]
    extraction, _ = extract(pieces)
    assert alike(shown(picture(pieces, extraction, 2)), frames[2])
    assert picture(pieces, extraction, 3) is None


def test_the_same_frame_gives_the_same_bytes(shelf: Path) -> None:
    pieces = [Piece(shelf / "still.png", "still.png")]
    extraction, _ = extract(pieces)
    assert picture(pieces, extraction) == picture(pieces, extraction)
