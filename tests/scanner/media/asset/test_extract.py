"""Whole assets through the room: what is known of good ones, and how bad ones say what they are."""

import hashlib
import os
import struct
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from detectors.material import Piece
from fixtures import media
from fixtures.corpus import corpus
from scanner.examination import Extraction, Heard, Looked, MediaFacts, TimecodeFacts
from scanner.media.asset.extract import extract
from scanner.media.decode import frames
from scanner.media.decode.plans import EVERY_FRAME


def of(path: Path) -> Extraction:
    extraction, prints = extract([Piece(path, path.name)])
    assert (prints.pictures is None) == (extraction.looked is None or extraction.looked.frames == 0)
    return extraction


def problem(path: Path) -> tuple[str, str]:
    (found,) = of(path).problems
    assert str(path.parent) not in found.message
    return found.code, found.message


def test_a_movie(shelf: Path) -> None:
    extraction, prints = extract([Piece(shelf / "numbered.mp4", "numbered.mp4")])
    facts = MediaFacts("mp4", "h264", 320, 180, "24/1", 120, 5.0, "10:00:00:12", channels=(1,))
    facts = replace(facts, timecode=TimecodeFacts("timecode track 3"))
    assert extraction == Extraction("video", facts, Looked(EVERY_FRAME, 120, 120), heard=Heard(1))
    assert prints.pictures is not None
    assert len(prints.pictures) == 120


def test_a_still(shelf: Path) -> None:
    extraction = of(shelf / "still.png")
    assert extraction.kind == "still"
    assert extraction.media == MediaFacts("png", width=640, height=360)
    assert extraction.looked == Looked(EVERY_FRAME, 1, 1)
    assert extraction.values
    assert len(extraction.values.pdq) == 64
    assert not extraction.problems


def test_a_sequence(tmp_path: Path) -> None:
    pieces = [Piece(path, path.name, int(path.stem[-4:])) for path in media.sequence(tmp_path, count=4, missing=[1002])]
    extraction, prints = extract(pieces, sequence=True)
    assert extraction.kind == "sequence"
    assert extraction.media == MediaFacts("exr", width=320, height=180, frame_count=3)
    assert extraction.looked == Looked(frames.ALL_MEMBERS, 3, 3)
    assert not extraction.problems
    assert prints.pictures is not None
    assert prints.pictures.frames.tolist() == [1001, 1003, 1004]


def test_a_sound(shelf: Path) -> None:
    extraction = of(shelf / "sound.wav")
    assert extraction == Extraction(
        "audio", MediaFacts("wav", "pcm_s16le", duration=1.0, channels=(2,)), heard=Heard(1)
    )


def test_a_document_and_what_is_none_of_these(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("notes")
    (tmp_path / "grade.cube").write_text("LUT_3D_SIZE 2\n")
    (tmp_path / "odd.bin").write_bytes(bytes(range(256)))
    assert of(tmp_path / "notes.txt") == Extraction("document", MediaFacts("text"))
    assert problem(tmp_path / "grade.cube")[0] == "scan.other_file"
    assert problem(tmp_path / "odd.bin")[0] == "scan.other_file"


@pytest.mark.parametrize("name", ["a.mov", "a.png", "a.wav", "a.exr", "a.pdf", "a"])
def test_an_empty_file_is_unreadable(tmp_path: Path, name: str) -> None:
    (tmp_path / name).touch()
    assert problem(tmp_path / name) == ("scan.unreadable", "the file is empty")


def test_what_was_never_there_is_unreadable(tmp_path: Path) -> None:
    assert problem(tmp_path / "absent.mov")[0] == "scan.unreadable"


@pytest.mark.parametrize(
    ("name", "codec", "options"),
    [
        ("a.mp4", "libx264", ("-movflags", "+faststart")),
        ("a.mxf", "mpeg2video", ()),
        ("b.mxf", "dnxhd", ()),
        ("a.webm", "libvpx-vp9", ()),
        ("a.avi", "libx264", ()),
    ],
)
def test_half_a_movie_is_partial_whatever_the_exit_code(
    tmp_path: Path, name: str, codec: str, options: tuple[str, ...]
) -> None:
    whole = media.movie(tmp_path / name, codec=codec, frames=60, start=None, options=options)
    half = media.truncated(whole, tmp_path / f"half_{name}")
    extraction = of(half)
    assert extraction.looked
    assert extraction.looked.of == 60
    assert 10 < extraction.looked.frames < 50
    assert extraction.looked.largest_gap == pytest.approx((60 - extraction.looked.frames) / 24, abs=0.001)
    code, message = problem(half)
    assert code == "scan.partial"
    assert message.startswith(f"decoded {extraction.looked.frames} of 60 frames")
    assert ("; sound: heard " in message) == (name != "a.avi")


def test_half_a_transport_stream_is_partial_where_the_cut_shows(tmp_path: Path) -> None:
    whole = media.movie(tmp_path / "a.ts", codec="mpeg2video", frames=60, start=None)
    half, cut = tmp_path / "half.ts", whole.stat().st_size // 376 * 188
    half.write_bytes(whole.read_bytes()[: cut + 100])
    code, message = problem(half)
    assert code == "scan.partial"
    assert "frames; the file ends inside a packet" in message
    half.write_bytes(whole.read_bytes()[:cut])
    assert not of(half).problems, "between two packets a stream may end: nothing in it says that there was more"


@pytest.mark.parametrize("name", ["a.mxf", "a.ts", "a.webm", "a.mp4"])
def test_a_movie_zeroed_in_its_middle_is_partial(tmp_path: Path, name: str) -> None:
    codec = {"a.webm": "libvpx-vp9", "a.mxf": "mpeg2video"}.get(name, "libx264")
    whole = media.movie(tmp_path / name, codec=codec, frames=60, start=None)
    code, message = problem(media.damaged(whole, tmp_path / f"zeroed_{name}", length=20_000))
    assert code == "scan.partial"
    assert "of 60 frames" in message


@pytest.mark.parametrize("content", [b"not a movie at all\n", b"<?xml version='1.0'?><a/>", b"PK\x05\x06" + bytes(18)])
def test_what_is_no_media_under_a_movies_name_is_unreadable(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a.mov").write_bytes(content)
    code, message = problem(tmp_path / "a.mov")
    assert code == "scan.unreadable"
    assert message.startswith("its name is that of media, its bytes are ")


def test_a_movie_without_its_index_is_unreadable(tmp_path: Path) -> None:
    whole = media.movie(tmp_path / "a.mov", frames=24)
    code, message = problem(media.truncated(whole, tmp_path / "b.mov"))
    assert code == "scan.unreadable"
    assert "moov atom not found" in message


def test_a_movie_that_is_damaged_inside_is_partial(shelf: Path, tmp_path: Path) -> None:
    code, message = problem(media.damaged(shelf / "numbered.mp4", tmp_path / "a.mp4", at=0.3, length=3000))
    assert code == "scan.partial"
    assert message.startswith("decoded 1")


def test_a_movie_that_takes_too_long_is_a_timeout(shelf: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(frames, "decoding_allowance", lambda _size: 0.0)
    code, message = problem(shelf / "numbered.mp4")
    assert code == "scan.timeout"
    assert "of 120 frames before its time was up" in message


@pytest.mark.parametrize("name", ["a.mp4", "a.mkv", "a.mov", "a.ts"])
def test_longer_sound_than_picture_is_no_missing_picture(tmp_path: Path, name: str) -> None:
    extraction = of(media.movie(tmp_path / name, frames=72, start=None, options=("-frames:v", "24")))
    assert extraction.looked == Looked(EVERY_FRAME, 24, 24)
    assert not extraction.problems


@pytest.mark.parametrize(
    ("name", "content"), [("a.jxl", b"\0\0\0\x0cJXL \r\n\x87\n"), ("a.dng", b"II*\0" + bytes(200))]
)
def test_what_nothing_here_reads_is_unsupported(tmp_path: Path, name: str, content: bytes) -> None:
    (tmp_path / name).write_bytes(content + bytes(500))
    assert problem(tmp_path / name)[0] == "scan.unsupported_media"


def test_a_movie_of_an_unknown_codec_is_unsupported(shelf: Path, tmp_path: Path) -> None:
    data = (shelf / "numbered.mp4").read_bytes().replace(b"avc1", b"zz9x").replace(b"avcC", b"zz9C")
    (tmp_path / "a.mp4").write_bytes(data)
    assert problem(tmp_path / "a.mp4")[0] == "scan.unsupported_media"


def test_bytes_of_no_format_under_a_movies_or_pictures_name_are_unreadable(tmp_path: Path) -> None:
    for name in ("a.mov", "a.png", "a.mxf"):
        (tmp_path / name).write_bytes(struct.pack("<I", 0xDEADBEEF) * 500)
        assert problem(tmp_path / name)[0] == "scan.unreadable"


def test_a_picture_under_a_movies_name_is_a_picture(shelf: Path, tmp_path: Path) -> None:
    (tmp_path / "a.mov").write_bytes((shelf / "still.png").read_bytes())
    extraction = of(tmp_path / "a.mov")
    assert (extraction.kind, extraction.problems) == ("still", ())


def test_a_sequence_with_broken_members_names_them(tmp_path: Path) -> None:
    paths = media.sequence(tmp_path, "p_%04d.png", first=1, count=7)
    for path in paths[1:6]:
        media.truncated(path, tmp_path / "half", 0.4).replace(path)
    extraction, prints = extract(
        [Piece(path, path.name, number) for number, path in enumerate(paths, 1)], sequence=True
    )
    (found,) = extraction.problems
    assert found.code == "scan.partial"
    assert found.message.startswith("decoded 2 of 7 frames; 2: ")
    assert found.message.endswith("; …")
    assert extraction.looked == Looked(frames.ALL_MEMBERS, 2, 7)
    assert prints.pictures is not None
    assert prints.pictures.frames.tolist() == [1, 7]


def test_a_sequence_of_nothing_but_broken_members_is_unreadable(tmp_path: Path) -> None:
    pieces = []
    for number in (1, 2):
        (tmp_path / f"p_{number}.exr").write_bytes(b"")
        pieces.append(Piece(tmp_path / f"p_{number}.exr", f"p_{number}.exr", number))
    extraction, prints = extract(pieces, sequence=True)
    assert [found.code for found in extraction.problems] == ["scan.unreadable"]
    assert prints.nothing


def test_pipes_and_folders_end_at_once(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.mp4")
    (tmp_path / "folder.mov").mkdir()
    for name in ("pipe.mp4", "folder.mov"):
        assert problem(tmp_path / name) == ("scan.unreadable", "it is not a regular file")


def test_the_same_bytes_give_the_same_extraction_under_any_name_that_fits(shelf: Path, tmp_path: Path) -> None:
    other = tmp_path / "-y%04d.mp4"
    other.write_bytes((shelf / "numbered.mp4").read_bytes())
    assert of(other) == of(shelf / "numbered.mp4")


def test_nothing_is_written_where_the_media_lies(tmp_path: Path) -> None:
    drop = tmp_path / "drop"
    pieces = [Piece(path, path.name, int(path.stem[-4:])) for path in media.sequence(drop, count=2)]
    media.still(drop / "a.png")
    before = {
        path.name: (hashlib.sha256(path.read_bytes()).digest(), path.stat().st_mtime_ns) for path in drop.iterdir()
    }
    drop.chmod(0o500)
    extract(pieces, sequence=True)
    of(drop / "a.png")
    drop.chmod(0o700)
    assert before == {
        path.name: (hashlib.sha256(path.read_bytes()).digest(), path.stat().st_mtime_ns) for path in drop.iterdir()
    }


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sampled_from(["png", "jpg", "gif", "webp", "tif", "exr", "psd", "bmp"]), st.data())
def test_no_damage_to_a_picture_raises(tmp_path: Path, suffix: str, data: st.DataObject) -> None:
    whole = tmp_path / f"whole.{suffix}"
    if not whole.exists() and suffix not in {"exr", "psd"}:
        media.still(whole, size=(64, 48))
    content = bytearray(whole.read_bytes() if whole.exists() else b"\x76\x2f\x31\x01\x02\0\0\0" + bytes(64))
    for _ in range(data.draw(st.integers(0, 4))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    path = tmp_path / f"hurt.{suffix}"
    path.write_bytes(content[: data.draw(st.integers(1, len(content)))])
    of(path)


@pytest.mark.corpus
def test_real_files_that_nobody_here_made_are_all_read() -> None:
    kinds = {"still": 0, "video": 0, "audio": 0, "document": 0, "other": 0, "sequence": 0}
    for path in sorted(corpus("matching").rglob("*"))[::15]:
        if path.is_file():
            extraction = of(path)
            kinds[extraction.kind] += 1
            assert not extraction.problems, path.name
    assert kinds["still"] > 10
