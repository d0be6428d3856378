"""Settings that outlive one command: where things are remembered, and `provscan.toml`.

The file is looked for in the working folder and its parents, then in the user's configuration folder; the first found
is the one that holds. It is never looked for in a drop or below one: a delivery must not be able to set the terms of
its own check. An option on the command line comes before the declarations, and both before this file.
"""

import difflib
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from types import MappingProxyType
from typing import Any

from scanner.errors import ConfigError
from scanner.terms.choices import FailOn
from scanner.terms.verdicts import Stage

FILE_NAME = "provscan.toml"
_LISTS = frozenset({"references", "trust", "declarations", "rules"})
_WORDS: Mapping[str, type[StrEnum]] = MappingProxyType({"stage": Stage, "fail_on": FailOn})


@dataclass(frozen=True, slots=True)
class Config:
    """What `provscan.toml` says; None or empty where it is silent. Paths are absolute: they count from the file."""

    file: Path | None = None
    declarations: tuple[Path, ...] = ()
    references: tuple[Path, ...] = ()
    trust: tuple[Path, ...] = ()
    rules: tuple[Path, ...] = ()
    policy: str | None = None
    stage: Stage | None = None
    fail_on: FailOn | None = None
    jobs: int | None = None


@dataclass(frozen=True, slots=True)
class Folders:
    """Where things are remembered: `cache` can be made again, `data` can't."""

    cache: Path
    data: Path


def folders(environment: Mapping[str, str]) -> Folders:
    """The folders of this user: `PROVSCAN_CACHE` and `PROVSCAN_DATA`, else the system's own places."""
    from platformdirs import user_cache_path, user_data_path

    cache = environment.get("PROVSCAN_CACHE")
    data = environment.get("PROVSCAN_DATA")
    return Folders(
        Path(cache) if cache else user_cache_path("provscan", appauthor=False),
        Path(data) if data else user_data_path("provscan", appauthor=False),
    )


def load(working: Path, drops: Sequence[Path], environment: Mapping[str, str]) -> Config:
    """The configuration that holds for a command started in `working` on these drops.

    Raises:
        ConfigError: the file can't be read, or says something that isn't a setting.
    """
    file = _find(working, drops, environment)
    return _read(file) if file else Config()


def _find(working: Path, drops: Sequence[Path], environment: Mapping[str, str]) -> Path | None:
    override = environment.get("PROVSCAN_CONFIG")
    if override:
        return Path(override).absolute()
    from platformdirs import user_config_path

    closed = [drop.resolve() for drop in drops]
    start = working.resolve()
    for folder in (start, *start.parents, user_config_path("provscan", appauthor=False)):
        if any(folder.is_relative_to(drop) for drop in closed):
            continue
        if (folder / FILE_NAME).is_file():
            return folder / FILE_NAME
    return None


def _read(file: Path) -> Config:
    try:
        content = tomllib.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigError(f"{file} can't be read: {error.strerror}") from error
    except ValueError as error:  # TOML and UTF-8 mistakes are both ValueErrors
        raise ConfigError(f"{file}: {error}", hint="mend the file, or name another with PROVSCAN_CONFIG") from error
    settings = [name for name in Config.__dataclass_fields__ if name != "file"]
    objections = [_why_wrong(name, value, settings) for name, value in content.items()]
    mistakes = [f"{file}: {why}" for why in objections if why]
    if mistakes:
        raise ConfigError("\n".join(mistakes), hint="the settings are: " + ", ".join(settings))
    values: dict[str, Any] = {name: _setting(name, value, file.parent) for name, value in content.items()}
    return Config(file=file, **values)


def _setting(name: str, value: Any, folder: Path) -> object:  # noqa: ANN401 - whatever TOML can hold
    if name in _LISTS:
        return tuple(folder / entry for entry in value)
    return _WORDS[name](value) if name in _WORDS else value


def _why_wrong(name: str, value: object, settings: Sequence[str]) -> str:
    """What is wrong with one setting, empty when nothing is."""
    if name not in settings:
        near = difflib.get_close_matches(name, settings, 1)
        return f"there is no setting {name!r}" + (f"; did you mean {near[0]!r}?" if near else "")
    if name in _LISTS:
        is_list_of_paths = isinstance(value, list) and all(isinstance(entry, str) for entry in value)
        return "" if is_list_of_paths else f"{name} is a list of paths"
    if name == "jobs":
        return "" if type(value) is int and value > 0 else "jobs is a whole number from 1"
    if not isinstance(value, str):
        return f"{name} is a text"
    words = _WORDS.get(name)
    return f"{name} is one of: {', '.join(sorted(words))}" if words and value not in list(words) else ""
