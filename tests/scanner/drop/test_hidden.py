"""What systems leave in folders is skipped; a picture is an asset whatever its name hides."""

import os
from pathlib import Path

import pytest

from fixtures.names import (
    noise,
    png,
    put,
    system_files,
)
from scanner.drop.assets import SkipCause
from scanner.drop.walk import walk
from tests.scanner.drop.entries import causes, fill, paths, refused, skipped


def test_what_systems_leave_in_folders_is_skipped_as_what_it_is(tmp_path: Path) -> None:
    system_files(tmp_path)
    put(tmp_path, b"film.mov", b"a film")
    drop = walk(tmp_path)
    assert (paths(drop), drop.refused) == (["film.mov"], ())
    assert skipped(drop) == {
        "Thumbs.db": "a system file (thumbnails of Windows)",
        "desktop.ini": "a system file (a folder's settings in Windows)",
        ".DS_Store": "a system file (a folder's view in macOS)",
        "._film.mov": "a system file (what macOS keeps beside a file)",
        "__MACOSX/._film.mov": "a system file (what macOS keeps beside a file)",
        ".AppleDouble/film.mov": "a system file (what macOS keeps beside a file)",
        ".fseventsd/0000000000001234": "a system file (a log of changes by macOS)",
    }
    assert set(causes(drop).values()) == {SkipCause.SYSTEM}


@pytest.mark.parametrize(
    "name",
    [
        *("Thumbs.db", "THUMBS.DB", "desktop.ini", ".DS_Store", "._x", ".x.png", ".x", ".png", "__MACOSX/x/a.png"),
        *(".x/ai.png", ".git/objects/aa", "x/.cache/Thumbs.db", ".AppleDouble/film.mov", ".fseventsd/0000"),
    ],
)
def test_a_picture_is_an_asset_whatever_it_is_called_and_wherever_it_hides(tmp_path: Path, name: str) -> None:
    put((tmp_path / name).parent, Path(name).name.encode(), png(8, 8))
    drop = walk(tmp_path)
    assert (paths(drop), drop.skipped, drop.refused) == ([name], (), ())


@pytest.mark.parametrize("name", [".x", "._x", ".DS_Store", ".x/a", "__MACOSX/a"])
@pytest.mark.parametrize(
    "content",
    [
        b"%PDF-1.7\n",
        b"<html><img src='data:image/png;base64,AAAA'></html>",
        b"<svg/>",
        b"PK\3\4" + bytes(30),
        b"\xff\xd8\xff",
    ],
)
def test_what_may_hold_a_picture_is_never_hidden(tmp_path: Path, name: str, content: bytes) -> None:
    put((tmp_path / name).parent, Path(name).name.encode(), content)
    assert paths(walk(tmp_path)) == [name]


@pytest.mark.parametrize("content", [b"[.ShellClassInfo]\r\nLogo=\xe9t\xe9.ico", b"IconIndex=0", b""])
def test_settings_of_a_folder_are_known_in_any_encoding(tmp_path: Path, content: bytes) -> None:
    put(tmp_path, b"Desktop.ini", content)
    assert causes(walk(tmp_path)) == {"Desktop.ini": SkipCause.SYSTEM}


def test_a_damaged_film_is_not_hidden_by_a_dot(tmp_path: Path) -> None:
    put(tmp_path, b".film.mov", noise(500))
    assert paths(walk(tmp_path)) == [".film.mov"]


def test_hidden_files_without_media_are_skipped_each_with_a_reason(tmp_path: Path) -> None:
    fill(tmp_path, "a.mov", ".empty.mov", "Thumbs.db2", "x/real.Thumbs.db", "x/Thumbs.db", ".x/empty.mov")
    for name in (".notes", ".DS_Store", ".git/config", "x/.cache/a.txt", "__MACOSX/a.txt"):
        put((tmp_path / name).parent, Path(name).name.encode(), b"only text\n")
    put(tmp_path / ".git/objects", b"aa", noise(500))
    (tmp_path / ".link.mov").symlink_to("/etc/passwd")
    os.mkfifo(tmp_path / ".pipe")
    drop = walk(tmp_path)
    assert (paths(drop), drop.refused) == (["Thumbs.db2", "a.mov", "x/real.Thumbs.db"], ())
    assert skipped(drop) == {
        ".empty.mov": "a hidden file; it is empty",
        "x/Thumbs.db": "a system file; it is empty",
        ".x/empty.mov": "in the hidden folder .x; it is empty",
        ".notes": "a hidden file",
        ".DS_Store": "a hidden file",
        ".git/config": "in the hidden folder .git",
        ".git/objects/aa": "in the hidden folder .git",
        "x/.cache/a.txt": "in the hidden folder x/.cache",
        "__MACOSX/a.txt": "in the system folder __MACOSX",
        ".link.mov": "a hidden file",
        ".pipe": "a hidden file",
    }
    assert causes(drop) == dict.fromkeys(skipped(drop), SkipCause.HIDDEN) | {"x/Thumbs.db": SkipCause.SYSTEM}


def test_a_file_that_only_has_the_name_of_a_system_file_is_a_file_like_any_other(tmp_path: Path) -> None:
    put(tmp_path, b"Thumbs.db", b"no thumbnails")
    put(tmp_path, b"desktop.ini", noise(500))
    (tmp_path / "x").mkdir()
    os.mkfifo(tmp_path / "x/thumbs.db")
    drop = walk(tmp_path)
    assert (paths(drop), [*refused(drop)], drop.skipped) == (["Thumbs.db", "desktop.ini"], ["x/thumbs.db"], ())


def test_frames_that_are_left_out_say_which_sequence_they_are_of(tmp_path: Path) -> None:
    frames = [f"VFX/{name}.{number}.{ending}" for name, ending in (("a", "exr"), ("b", "png")) for number in (1, 2, 3)]
    fill(tmp_path, *frames, "VFX/still.png", "x/c.1.exr")
    drop = walk(tmp_path, exclude=["VFX/a*"], include=["x"])
    told = {entry.path: (entry.cause, entry.sequence) for entry in drop.skipped}
    assert told == {
        **dict.fromkeys(frames[:3], (SkipCause.EXCLUDE, "VFX/a.%d.exr")),
        **dict.fromkeys(frames[3:], (SkipCause.INCLUDE, "VFX/b.%d.png")),
        "VFX/still.png": (SkipCause.INCLUDE, None),
    }


def test_a_folder_called_like_a_system_file_is_walked(tmp_path: Path) -> None:
    assert paths(walk(fill(tmp_path, "Thumbs.db/a.mov"))) == ["Thumbs.db/a.mov"]
