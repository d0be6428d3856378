"""Identifying: each file is read once for all that is asked of it, and again only for what nobody remembers."""

from collections.abc import Collection
from pathlib import Path

import pytest

from scanner.catalogue import Catalogue
from scanner.drop.identity import hash_file
from scanner.drop.walk import walk
from scanner.run.looking import identify as module
from scanner.run.looking.identify import identify
from scanner.run.looking.plan import Unit


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the files that were read, in order."""
    names: list[str] = []

    def spy(path: Path, also: Collection[str] = ()) -> dict[str, str]:
        names.append(path.name)
        return hash_file(path, also)

    monkeypatch.setattr(module, "hash_file", spy)
    return names


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    drop = tmp_path / "drop"
    drop.mkdir()
    for name in ("a.mov", "b.mov"):
        (drop / name).write_bytes(name.encode())
    return drop


def digests(
    folder: Path, catalogue: Catalogue, stated: dict[str, frozenset[str]] | None = None, *, reread: bool = False
) -> dict[str, set[str]]:
    drop = walk(folder)
    found = list(identify(drop.assets, drop.root, catalogue, stated or {}, threads=1, reread=reread))
    assert all(isinstance(identity.unit, Unit) for identity in found)
    return {name: set(made) for identity in found for name, made in identity.digests.items()}


def test_a_file_is_read_once_for_all_its_digests_and_then_never(folder: Path, reads: list[str]) -> None:
    stated = {"a.mov": frozenset({"md5", "xxh64"})}
    with Catalogue(None) as catalogue:
        first = digests(folder, catalogue, stated)
        assert first == {"a.mov": {"sha256", "md5", "xxh64"}, "b.mov": {"sha256"}}
        assert sorted(reads) == ["a.mov", "b.mov"]
        assert digests(folder, catalogue, stated) == first
        assert len(reads) == 2


def test_only_a_digest_that_is_not_remembered_costs_a_read(folder: Path, reads: list[str]) -> None:
    with Catalogue(None) as catalogue:
        digests(folder, catalogue)
        reads.clear()
        assert digests(folder, catalogue, {"b.mov": frozenset({"sha1"})})["b.mov"] == {"sha256", "sha1"}
        assert reads == ["b.mov"]
        digests(folder, catalogue, {"b.mov": frozenset({"md5"})})  # a newer list: the old digest stays remembered
        reads.clear()
        digests(folder, catalogue, {"b.mov": frozenset({"md5", "sha1"})})
        assert reads == []


def test_a_changed_file_and_a_wish_to_read_again_cost_a_read(folder: Path, reads: list[str]) -> None:
    with Catalogue(None) as catalogue:
        digests(folder, catalogue)
        (folder / "a.mov").write_bytes(b"other bytes")
        reads.clear()
        digests(folder, catalogue)
        assert reads == ["a.mov"]
        digests(folder, catalogue, reread=True)
        assert sorted(reads[1:]) == ["a.mov", "b.mov"]
