"""A file is put in place whole or not at all."""

import os
from pathlib import Path

import pytest

from scanner.durable import put_in_place


def test_a_file_takes_the_place_of_another_and_leaves_nothing_beside_it(tmp_path: Path) -> None:
    put_in_place(tmp_path / "a.json", b"first")
    put_in_place(tmp_path / "a.json", b"second")
    assert [(path.name, path.read_bytes()) for path in tmp_path.iterdir()] == [("a.json", b"second")]


def test_bytes_and_name_are_synced_in_this_order(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    synced: list[str] = []
    sync = os.fsync

    def watched(descriptor: int) -> None:
        synced.append(Path(f"/proc/self/fd/{descriptor}").readlink().name)
        sync(descriptor)

    monkeypatch.setattr(os, "fsync", watched)
    put_in_place(tmp_path / "a.json", b"content")
    assert synced == [".a.json.part", tmp_path.name]


def test_a_full_disk_leaves_what_was_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put_in_place(tmp_path / "a.json", b"first")

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        put_in_place(tmp_path / "a.json", b"second")
    assert [(path.name, path.read_bytes()) for path in tmp_path.iterdir()] == [("a.json", b"first")]


def test_a_link_in_its_place_is_replaced_and_not_followed(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.write_bytes(b"untouched")
    (tmp_path / "a.json").symlink_to(outside)
    (tmp_path / ".a.json.part").symlink_to(outside)
    put_in_place(tmp_path / "a.json", b"content")
    assert outside.read_bytes() == b"untouched"
    assert (tmp_path / "a.json").read_bytes() == b"content"
