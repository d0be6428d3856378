"""Fingerprints of moving pictures, each under its right number."""

import shutil
from pathlib import Path

import numpy as np
import pytest

from detectors.fingerprint.picture import Fingerprints, distance, fingerprint
from detectors.material import Piece
from fixtures import exr_forms, media, pictures
from scanner.media.decode import frames, stills
from scanner.media.decode.frames import MovieFrames, movie, sequence
from scanner.media.errors import MediaError
from scanner.media.facts.probe import probe


def look(path: Path) -> MovieFrames:
    return movie(path, probe(path))


def of_still(path: Path) -> Fingerprints:
    return fingerprint(stills.read(path, "png").pictures, np.arange(1))


def pieces(paths: list[Path]) -> list[Piece]:
    return [Piece(path, path.name, int(path.stem[-4:])) for path in paths]


def test_a_picture_shown_for_one_frame_between_key_frames_is_found_under_its_number(tmp_path: Path) -> None:
    picture = media.still(tmp_path / "ad.png", seed=9, size=(320, 180))
    path = media.movie(
        tmp_path / "a.mp4",
        frames=100,
        insert=(picture, 61, 61),
        options=("-g", "250", "-preset", "veryfast", "-bf", "3"),
    )
    prints = look(path).prints
    assert prints.frames.tolist() == list(range(100))
    away = distance(prints.hashes[:, 0, 0], of_still(picture).hashes[0, 0, 0])
    assert np.flatnonzero(away <= 40).tolist() == [61]


@pytest.mark.parametrize(
    ("name", "codec"),
    [
        ("a.mov", "prores_ks"),
        ("a.mxf", "mpeg2video"),
        ("b.mxf", "dnxhd"),
        ("a.webm", "libvpx-vp9"),
        ("a.flv", "libx264"),
        ("a.avi", "libx264"),
    ],
)
def test_every_frame_of_any_codec_is_looked_at(tmp_path: Path, name: str, codec: str) -> None:
    seen = look(media.movie(tmp_path / name, codec=codec, frames=70, start=None))
    other = look(media.movie(tmp_path / "plain.mp4", frames=70))
    assert (len(seen.prints), seen.complaint, seen.timed_out) == (70, "", False)
    assert distance(seen.prints.hashes[:, 0, 0], other.prints.hashes[:, 0, 0]).max() <= 24


def test_the_same_file_gives_the_same_bytes_each_time(shelf: Path) -> None:
    once, again = (look(shelf / "numbered.mp4").prints.to_bytes() for _ in range(2))
    assert once == again


def test_a_turned_movie_is_looked_at_upright(tmp_path: Path) -> None:
    picture = media.still(tmp_path / "a.png", seed=3, size=(320, 180))
    media.movie(tmp_path / "a.mp4", frames=2, insert=(picture, 0, 1))
    media.rewrapped(tmp_path / "a.mp4", tmp_path / "b.mp4", "-metadata:s:v:0", "rotate=180")
    media.picture(3, (320, 180)).rotate(180).save(tmp_path / "turned.png")
    away = distance(look(tmp_path / "b.mp4").prints.hashes[:, 0, 0], of_still(tmp_path / "turned.png").hashes[0, 0, 0])
    assert away.max() <= 30


def test_damage_in_the_middle_is_complained_of(shelf: Path, tmp_path: Path) -> None:
    hurt = media.damaged(shelf / "numbered.mp4", tmp_path / "a.mp4", at=0.3, length=3000)
    assert look(hurt).complaint


def test_a_movie_that_takes_too_long_gives_what_came(shelf: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(frames, "decoding_allowance", lambda _size: 0.0)
    seen = look(shelf / "numbered.mp4")
    assert seen.timed_out
    assert len(seen.prints) < 120


@pytest.mark.parametrize("pattern", ["p.%04d.exr", "p_%04d.dpx", "p_%04d.tif", "p_%04d.png", "p_%04d.jpg"])
def test_members_keep_their_numbers_over_gaps_and_broken_ones(tmp_path: Path, pattern: str) -> None:
    paths = media.sequence(tmp_path, pattern, first=998, count=8, missing=[1001])
    twins = media.sequence(tmp_path, "twin_%04d.png", first=998, count=8)
    broken = tmp_path / (pattern % 1003)
    media.truncated(broken, tmp_path / "half", 0.5).replace(broken)
    (tmp_path / (pattern % 1005)).write_bytes(b"")
    seen = sequence(pieces(paths))
    assert seen.prints.frames.tolist() == [998, 999, 1000, 1002, 1004]
    assert sorted(seen.failures) == [1003, 1005]
    for number, hashes in zip(seen.prints.frames.tolist(), seen.prints.hashes, strict=True):
        assert distance(hashes[0, 0], of_still(twins[number - 998]).hashes[0, 0, 0]) <= 16


def test_members_of_whatever_data_window_are_seen_where_they_are_shown(tmp_path: Path) -> None:
    picture = pictures.picture(3, 320, 180)
    light = exr_forms.light(picture)
    ground = exr_forms.light(np.zeros_like(picture))
    for number, (left, top, right, bottom) in enumerate([(0, 0, 320, 180), (40, 20, 300, 170), (0, 90, 200, 180)]):
        box = {"displayWindow": ((0, 0), (319, 179)), "dataWindow": ((left, top), (right - 1, bottom - 1))}
        exr_forms.written(
            tmp_path / f"cropped.{number:04}.exr", ("", box, exr_forms.planes(light[top:bottom, left:right]))
        )
        placed = ground.copy()
        placed[top:bottom, left:right] = light[top:bottom, left:right]
        exr_forms.written(tmp_path / f"whole.{number:04}.exr", ("", {}, exr_forms.planes(placed)))
    cropped, whole = (sequence(pieces(sorted(tmp_path.glob(f"{name}.*")))) for name in ("cropped", "whole"))
    assert cropped.prints.to_bytes() == whole.prints.to_bytes()
    assert len(cropped.prints) == 3


def test_a_member_that_is_damaged_inside_is_named_and_the_others_are_not(tmp_path: Path) -> None:
    paths = media.sequence(tmp_path, count=4)
    media.damaged(paths[2], tmp_path / "hurt", length=2000).replace(paths[2])
    seen = sequence(pieces(paths))
    assert list(seen.failures) == [1003]
    assert seen.prints.frames.tolist() == [1001, 1002, 1004]


def test_more_members_than_one_process_takes_are_all_looked_at(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(frames, "_RUN", 3)
    seen = sequence(pieces(media.sequence(tmp_path, "p_%04d.dpx", first=1, count=8)))
    assert seen.prints.frames.tolist() == list(range(1, 9))


def test_odd_names_and_folders_are_only_names(tmp_path: Path) -> None:
    folder = tmp_path / "100% %04d\n'x"
    folder.mkdir()
    members = []
    for number, path in enumerate(media.sequence(tmp_path, "p_%04d.dpx", first=1, count=3), 1):
        shutil.move(path, folder / f"-y %d {number}.dpx")
        members.append(Piece(folder / f"-y %d {number}.dpx", "x", number))
    assert sequence(members).prints.frames.tolist() == [1, 2, 3]


def test_a_member_that_is_another_format_than_its_name_says_is_read_as_what_it_is(tmp_path: Path) -> None:
    paths = media.sequence(tmp_path, "p.%04d.exr", count=3)
    media.still(tmp_path / "a.png", seed=5).replace(paths[1])
    seen = sequence(pieces(paths))
    assert not seen.failures
    assert distance(seen.prints.hashes[1, 0, 0], seen.prints.hashes[0, 0, 0]) > 60


def test_movies_and_sequences_of_nothing_readable_give_no_prints(tmp_path: Path) -> None:
    path = tmp_path / "p_0001.dpx"
    path.write_bytes(b"SDPX" + bytes(3000))
    seen = sequence(pieces([path]))
    assert len(seen.prints) == 0
    assert list(seen.failures) == [1]
    assert seen.sample is None
    with pytest.raises(MediaError):
        look(tmp_path / "absent.mov")
