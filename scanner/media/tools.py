"""The three programs that examining media takes: where they are, which versions, and how they are held in bounds."""

import os
import re
import shutil
from dataclasses import dataclass
from functools import cache
from typing import Literal

from scanner.errors import MissingToolError
from scanner.media.errors import MediaError
from scanner.media.program import run, walls

_OLDEST_FFMPEG = (5, 1)  # the first with -fps_mode
_APT = "on Debian or Ubuntu: apt install ffmpeg libimage-exiftool-perl"


@dataclass(frozen=True, slots=True)
class InstalledTool:
    """A program of this machine: its absolute path and its version as it states it."""

    path: str
    version: str


@dataclass(frozen=True, slots=True)
class Tools:
    """The programs that examining media needs. `exiftool`: None where there is none that runs."""

    ffmpeg: InstalledTool
    ffprobe: InstalledTool
    exiftool: InstalledTool | None


@cache
def tools() -> Tools:
    """The programs that examining media needs, found on PATH once for each process.

    Raises:
        MissingToolError: ffmpeg or ffprobe is missing, doesn't run, or is too old.
    """
    installed = Tools(
        ffmpeg=_tool("ffmpeg", ["-version"], r"ffmpeg version (\S+)"),
        ffprobe=_tool("ffprobe", ["-version"], r"ffprobe version (\S+)"),
        exiftool=_exiftool_if_any(),
    )
    numbers = re.match(r"n?(\d+)\.(\d+)", installed.ffmpeg.version)  # a build of a day states no number: take it as new
    if numbers and (int(numbers[1]), int(numbers[2])) < _OLDEST_FFMPEG:
        raise MissingToolError(f"ffmpeg {installed.ffmpeg.version} is too old: 5.1 or newer is needed", hint=_APT)
    return installed


def exiftool() -> InstalledTool:
    """The reader of metadata, for whoever can't do without it.

    Raises:
        MissingToolError: it is missing, or doesn't run.
    """
    try:
        return tools().exiftool or _exiftool()
    except MissingToolError as error:
        raise MissingToolError(str(error), hint=f"{_APT}; or scan without it: --allow-degraded") from error


def isolation() -> Literal["bwrap", "prlimit", "none"]:
    """How ffmpeg and ffprobe are held in bounds on this machine, in the report's words.

    Raises:
        MissingToolError: they aren't there.
    """
    if walls(tools().ffmpeg.path) and walls(tools().ffprobe.path):
        return "bwrap"
    return "prlimit" if shutil.which("prlimit") else "none"


@cache
def writes_words() -> bool:
    """Whether this ffmpeg has Chromaprint, whose words a sound is recognised by. Builds leave it out as they like.

    Raises:
        MissingToolError: there is no ffmpeg.
    """
    try:
        completed = run([tools().ffmpeg.path, "-hide_banner", "-h", "muxer=chromaprint"], timeout=60)
    except MediaError:
        return False
    return completed.returncode == 0 and b"Muxer chromaprint" in completed.stdout


def degraded() -> dict[str, str]:
    """What can't work fully on this machine for want of a tool's part: a detector's name, and why.

    Raises:
        MissingToolError: a tool is missing altogether.
    """
    if writes_words():
        return {}
    return {"audio": "this ffmpeg has no chromaprint muxer: sound is recognised by its landmarks alone"}


def _exiftool() -> InstalledTool:
    return _tool("exiftool", ["-config", "", "-ver"], r"(\d+\.\d+)")


def _exiftool_if_any() -> InstalledTool | None:
    try:
        return _exiftool()
    except MissingToolError:
        return None


def _tool(name: str, arguments: list[str], pattern: str) -> InstalledTool:
    path = shutil.which(name)
    if not path:
        raise MissingToolError(f"{name} is not on this machine", hint=_APT)
    path = os.path.abspath(path)  # noqa: PTH100 - PATH may hold relative folders; links stay as they are
    try:
        completed = run([path, *arguments], timeout=60, boxed=False)  # no stranger's bytes are read
    except MediaError as error:
        raise MissingToolError(f"{path} does not run: {error}", hint=_APT) from error
    version = re.search(pattern, completed.stdout.decode("utf-8", "replace"))
    if completed.returncode or not version:
        raise MissingToolError(f"{path} does not run", hint=_APT)
    return InstalledTool(path, version[1])
