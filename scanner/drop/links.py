"""Where a symbolic link of a drop leads, found out without looking at anything outside the drop.

`os.path.realpath` would do, but it asks the system about every folder on the way: a link into an automounted share
would mount it. Here the way is followed on paper, and ends where it leaves the drop.
"""

import os
import stat
from collections import deque
from enum import Enum, auto

_HOPS = 40
"""As many links on one way as Linux follows (path_resolution(7))."""


class Fate(Enum):
    """How the way of a link ends."""

    INSIDE = auto()
    OUTSIDE = auto()
    BROKEN = auto()
    LOOPS = auto()


def destination(root: str, relative: str) -> tuple[Fate, str]:
    """Where the link `relative` leads, with the destination's path in the drop (`.` for the root) where it is inside.

    `root` is the drop's real path: absolute, without links in it. The folders of `relative` are no links either.
    """
    base = [part for part in root.split("/") if part]
    here = base + relative.split("/")
    ahead: deque[str] = deque()
    hops = 0
    while True:
        fate, target = _step(base, here)
        if fate:
            return fate, ""
        if target is not None:
            hops += 1
            if hops > _HOPS:
                return Fate.LOOPS, ""
            here = [] if target.startswith("/") else here[:-1]
            ahead.extendleft(reversed(target.split("/")))
        if not ahead:
            break
        _advance(here, ahead)
    if len(here) < len(base):
        return Fate.OUTSIDE, ""
    return Fate.INSIDE, "/".join(here[len(base) :]) or "."


def _advance(here: list[str], ahead: deque[str]) -> None:
    part = ahead.popleft()
    if part == "..":
        del here[-1:]
    elif part not in {"", "."}:
        here.append(part)


def _step(base: list[str], here: list[str]) -> tuple[Fate | None, str | None]:
    """Whether the way ends at this place, or goes on through a link found there."""
    if here[: len(base)] != base[: len(here)]:
        return Fate.OUTSIDE, None
    if len(here) <= len(base):  # the root, or a real folder above it
        return None, None
    place = "/" + "/".join(here)
    try:
        if stat.S_ISLNK(os.lstat(place).st_mode):
            return None, os.readlink(place)  # noqa: PTH115 - Path() would fold odd names
    except OSError:
        return Fate.BROKEN, None
    return None, None
