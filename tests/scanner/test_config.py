"""provscan.toml: found where a person put it, never where a delivery did."""

from pathlib import Path

import pytest

from scanner.config import Config, folders, load
from scanner.errors import ConfigError


@pytest.fixture(autouse=True)
def _own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "xdg"))


def write(folder: Path, text: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "provscan.toml"
    file.write_text(text, encoding="utf-8")
    return file


def test_without_a_file_nothing_is_set(tmp_path: Path) -> None:
    assert load(tmp_path, [], {}) == Config()


def test_the_nearest_parent_holds_and_paths_count_from_the_file(tmp_path: Path) -> None:
    write(tmp_path, 'policy = "strict"')
    file = write(tmp_path / "show", 'references = ["refs"]\njobs = 3')
    found = load(tmp_path / "show" / "ep1", [], {})
    assert found == Config(file=file, references=(tmp_path / "show" / "refs",), jobs=3)


def test_a_file_in_the_drop_or_below_it_is_never_read(tmp_path: Path) -> None:
    drop = tmp_path / "drop"
    write(drop, 'stage = "pre-production"')
    write(drop / "sub", 'stage = "temp"')
    assert load(drop / "sub", [drop], {}) == Config()
    (tmp_path / "link").symlink_to(drop)
    assert load(tmp_path / "link" / "sub", [drop], {}) == Config()


def test_the_users_folder_comes_last(tmp_path: Path) -> None:
    file = write(tmp_path / "xdg" / "provscan", 'stage = "temp"')
    assert load(tmp_path, [], {}).file == file


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('polcy = "strict"', "did you mean 'policy'?"),
        ("jobs = 0", "whole number from 1"),
        ("jobs = true", "whole number from 1"),
        ('stage = "finale"', "one of: final, pre-production, temp"),
        ('references = "refs"', "a list of paths"),
        ("policy = [1]", "policy is a text"),
        ("policy =", "provscan.toml"),
        ("x = 1\ny = 2", "'y'"),
    ],
)
def test_a_mistake_is_told_with_the_file(tmp_path: Path, text: str, says: str) -> None:
    file = write(tmp_path, text)
    with pytest.raises(ConfigError) as caught:
        load(tmp_path, [], {})
    assert says in str(caught.value)
    assert str(file) in str(caught.value)


def test_a_named_file_must_be_there(tmp_path: Path) -> None:
    with pytest.raises(ConfigError):
        load(tmp_path, [], {"PROVSCAN_CONFIG": str(tmp_path / "absent.toml")})


def test_folders_come_from_the_environment(tmp_path: Path) -> None:
    found = folders({"PROVSCAN_CACHE": str(tmp_path / "c"), "PROVSCAN_DATA": str(tmp_path / "d")})
    assert (found.cache, found.data) == (tmp_path / "c", tmp_path / "d")
