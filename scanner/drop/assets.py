"""The words of the walk: what a delivery folder holds, before anybody looks inside a file."""

import os
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Member:
    """One file of the drop. `relative` is its path as the system gives it (surrogate escapes for odd bytes)."""

    relative: str
    size: int
    mtime_ns: int
    ctime_ns: int
    inode: int
    number: int | None = None
    """Its frame number, where it belongs to a sequence."""

    def path(self, root: Path) -> Path:
        """Where it lies."""
        return root / self.relative

    @property
    def name(self) -> str:
        """Its base name, as the system gives it."""
        return os.path.basename(self.relative)  # noqa: PTH119 - Path() would fold odd names


@dataclass(frozen=True, slots=True)
class Asset:
    """One thing that was delivered: a file, or an image sequence.

    `path` is how every report names it (`presentable`); a sequence's is `folder/name.%04d.ext`.
    """

    path: str
    members: tuple[Member, ...]
    is_sequence: bool = False
    missing: tuple[int, ...] = ()

    @property
    def bytes(self) -> int:
        """The size of all its files."""
        return sum(member.size for member in self.members)

    @property
    def frames(self) -> tuple[int, int] | None:
        """A sequence's first and last frame number."""
        numbers = [member.number for member in self.members if member.number is not None]
        return (numbers[0], numbers[-1]) if self.is_sequence and numbers else None


class SkipCause(StrEnum):
    """What made the walk leave a name out."""

    HIDDEN = "hidden"
    SYSTEM = "system"
    LINK = "link"
    EXCLUDE = "exclude"
    INCLUDE = "include"


@dataclass(frozen=True, slots=True)
class Skipped:
    """A name that is accounted for but isn't an asset, and why.

    `cause` is None in what was archived before there were causes. `sequence` is the path of the image sequence of which
    it looks to be a frame; by names alone, since what is skipped for this reason is skipped unopened.
    """

    path: str
    why: str
    cause: SkipCause | None = None
    sequence: str | None = None


@dataclass(frozen=True, slots=True)
class Refused:
    """A name that can't be examined safely (a link that leads out, a pipe): reported as an asset, never opened."""

    path: str
    why: str


@dataclass(frozen=True, slots=True)
class Drop:
    """Everything a walk found. Every name listed is in exactly one of `assets`, `refused`, `skipped`."""

    name: str
    root: Path
    assets: tuple[Asset, ...]
    refused: tuple[Refused, ...]
    skipped: tuple[Skipped, ...]
