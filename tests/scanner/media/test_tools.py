"""The programs of this machine: found, named when they are missing, refused when they are of no use."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from scanner.errors import MissingToolError
from scanner.media import tools as module
from scanner.media.program import Completed
from scanner.media.tools import degraded, exiftool, tools, writes_words


@pytest.fixture
def path_of_tools(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Path]:
    """An empty folder as the only one on PATH."""
    tools.cache_clear()
    monkeypatch.setenv("PATH", str(tmp_path))
    yield tmp_path
    tools.cache_clear()


def test_the_tools_of_this_machine_are_found_with_their_versions() -> None:
    found = tools()
    assert Path(found.ffmpeg.path).is_absolute()
    assert found.ffmpeg.version == found.ffprobe.version
    assert float(exiftool().version) > 12


@pytest.mark.usefixtures("path_of_tools")
def test_only_whoever_needs_exiftool_is_told_that_it_is_missing(path_of_tools: Path) -> None:
    for name in ("ffmpeg", "ffprobe"):
        _script(path_of_tools / name, f"echo {name} version 6.0")
    assert tools().exiftool is None
    with pytest.raises(MissingToolError, match="exiftool is not on this machine") as caught:
        exiftool()
    assert caught.value.exit_code == 5


@pytest.mark.usefixtures("path_of_tools")
def test_a_missing_tool_is_named_with_the_package_that_holds_it() -> None:
    with pytest.raises(MissingToolError, match="ffmpeg is not on this machine") as caught:
        tools()
    assert caught.value.exit_code == 5
    assert "apt install ffmpeg libimage-exiftool-perl" in caught.value.hint


@pytest.mark.parametrize(
    ("script", "why"), [("echo ffmpeg version 4.4.2-0ubuntu", "too old"), ("exit 127", "does not run")]
)
def test_a_tool_that_is_of_no_use_is_as_good_as_missing(path_of_tools: Path, script: str, why: str) -> None:
    others = {"ffprobe": "echo ffprobe version 4.4.2", "exiftool": "echo 12.57"}
    for name, body in {"ffmpeg": script, **others}.items():
        _script(path_of_tools / name, body)
    with pytest.raises(MissingToolError, match=why):
        tools()


@pytest.fixture
def asked_again() -> Iterator[None]:
    """What was found out about ffmpeg is forgotten, before and after."""
    writes_words.cache_clear()
    yield
    writes_words.cache_clear()


@pytest.mark.usefixtures("asked_again")
def test_an_ffmpeg_with_chromaprint_is_told_from_one_without(monkeypatch: pytest.MonkeyPatch) -> None:
    assert bool(degraded()) == (not writes_words())
    writes_words.cache_clear()
    answer = Completed(0, b"Unknown format 'chromaprint'.\n", "", 0)
    monkeypatch.setattr(module, "run", lambda *_args, **_named: answer)
    assert not writes_words()
    assert list(degraded()) == ["audio"]
    assert "landmarks" in degraded()["audio"]


def _script(path: Path, body: str) -> None:
    path.write_text(f"#!/bin/sh\n{body}\n")
    path.chmod(0o755)
