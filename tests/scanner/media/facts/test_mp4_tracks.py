"""Counting tracks, of real files and of those that were made to be counted for ever."""

import struct
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fixtures import hostile, media
from scanner.media.errors import UnsupportedMediaError
from scanner.media.facts.mp4_tracks import MOST_TRACKS, too_many_tracks
from scanner.media.facts.tags import ExifTool


def too_many(path: Path) -> bool:
    with path.open("rb") as file:
        return too_many_tracks(file)


def test_a_movie_has_not_too_many_tracks(tmp_path: Path) -> None:
    for name in ("a.mp4", "a.mov"):
        assert not too_many(media.movie(tmp_path / name, frames=2))
    assert not too_many(media.still(tmp_path / "a.png"))
    assert not too_many(hostile.many_tracks(tmp_path / "some.mp4", MOST_TRACKS))


def test_ten_thousand_tracks_are_refused_before_anybody_reads_them(tmp_path: Path) -> None:
    path = hostile.many_tracks(tmp_path / "tracks.mp4", 10_000)
    assert too_many(path)
    with ExifTool() as exiftool, pytest.raises(UnsupportedMediaError, match="more than 1,000 tracks"):
        exiftool.read(path)


@pytest.mark.parametrize("kind", [b"trak", b"moov", b"udta"])
def test_boxes_inside_boxes_are_not_followed(tmp_path: Path, kind: bytes) -> None:
    assert not too_many(hostile.nested_boxes(tmp_path / "a.mp4", kind))


def test_large_and_endless_boxes_are_gone_over(tmp_path: Path) -> None:
    track = struct.pack(">I4s", 8, b"trak")
    inner = track * (MOST_TRACKS + 1)
    large = struct.pack(">I4sQ", 1, b"free", 24) + bytes(8)
    path = tmp_path / "a.mp4"
    path.write_bytes(large + struct.pack(">I4s", 0, b"moov") + inner)
    assert too_many(path)
    path.write_bytes(large + struct.pack(">I4sQ", 1, b"moov", 16 + len(inner)) + inner)
    assert too_many(path)


@given(st.binary(max_size=120))
def test_no_bytes_are_too_odd_to_be_counted(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    path = tmp_path_factory.getbasetemp() / "odd.mp4"
    path.write_bytes(content)
    assert not too_many(path)
