"""The words of packages and manifests: which files they name, and what they say of each.

Paths are as a manifest writes them, made relative to the drop; whether such a file is there is found out later.
"""

import re
from dataclasses import dataclass
from typing import Literal, TypeAlias

from scanner.drop.globs import Matches
from scanner.drop.names import presentable
from scanner.terms.verdicts import Stage

PackageKind: TypeAlias = Literal["imf", "dcp", "mhl", "manifest"]

_DRIVE = re.compile(r"[A-Za-z]:[/\\]")
_LONGEST = 4096
"""Bytes of a path that Linux takes (PATH_MAX)."""
_SHOWN = 100


@dataclass(frozen=True, slots=True)
class ManifestEntry:
    """One file as a manifest lists it.

    `by` is the manifest's own path, presentable. `digests` are pairs of an algorithm of `identity.HEX_DIGITS` and
    lower-case hex digits. `role` is what a composition uses the file for, such as "picture of reel 1 of “Title”".
    """

    path: str
    by: str
    size: int | None = None
    digests: tuple[tuple[str, str], ...] = ()
    role: str = ""
    encrypted: bool = False


@dataclass(frozen=True, slots=True)
class Submission:
    """A row of a delivery manifest: a file, which may be a pattern of a sequence, and what it was submitted for.

    `path` is relative to the manifest's `folder` (empty, or ending in a slash). `word` is as written ("REVIEW"),
    `stage` is what that means here; empty and None where the row doesn't say. `by` is the manifest, presentable.
    """

    path: str
    folder: str
    by: str
    row: int
    word: str = ""
    stage: Stage | None = None


@dataclass(frozen=True, slots=True)
class Coverage:
    """Which files a list of hashes should list: those below `base` (empty, or ending in a slash).

    `folders` limits it to some first names below `base`, an empty one standing for files right in it; None is no
    limit. `ignored` are tests, in the way of .gitignore, of what the list leaves out on purpose. Where the list
    isn't `whole`, nothing can be said of files that weren't found in it.
    """

    base: str
    folders: frozenset[str] | None = None
    ignored: tuple[Matches, ...] = ()
    whole: bool = True

    def reaches(self, relative: str) -> bool:
        """Whether the list is about the folder in which this file lies."""
        if not relative.startswith(self.base):
            return False
        top, slash, _ = relative[len(self.base) :].partition("/")
        return self.folders is None or (top if slash else "") in self.folders

    def ignores(self, relative: str) -> bool:
        """Whether the list leaves this file out on purpose."""
        path = presentable(relative[len(self.base) :])
        return any(matches(path) for matches in self.ignored)


@dataclass(frozen=True, slots=True)
class ManifestFault:
    """What kept a manifest from being understood in full: the file (as the system names it), and a sentence."""

    file: str
    message: str


@dataclass(frozen=True, slots=True)
class PlayedElsewhere:
    """A file that a composition plays and its own package doesn't hold: its id, what it is, and the composition.

    A version file plays the original's picture, a supplemental package what was delivered before.
    """

    id: str
    role: str
    by: str


@dataclass(frozen=True, slots=True)
class Package:
    """A package or manifest of the drop, as far as it could be read.

    `path` is presentable: the folder of a package or history of hashes, the file of anything else. `files` are those
    it is written in, as the system names them. Only lists of hashes have a `coverage`. `holds`: the ids of the files
    that an asset map places; `plays`: what its compositions play besides.
    """

    path: str
    kind: PackageKind
    files: tuple[str, ...]
    entries: tuple[ManifestEntry, ...] = ()
    submissions: tuple[Submission, ...] = ()
    coverage: Coverage | None = None
    faults: tuple[ManifestFault, ...] = ()
    holds: frozenset[str] = frozenset()
    plays: tuple[PlayedElsewhere, ...] = ()


def within(folder: str, written: str) -> str | None:
    """A path that a manifest in `folder` (empty, or ending in a slash) writes, relative to the drop.

    None where it is absolute, leads upwards or can't be one: such a path is never followed.
    """
    parts = [part for part in written.split("/") if part not in {"", "."}]
    absolute = written.startswith("/") or _DRIVE.match(written)
    if not parts or absolute or ".." in parts or "\0" in written or len(written) > _LONGEST:
        return None
    return folder + "/".join(parts)


def named(path: str) -> str:
    """A path as messages name it: presentable, and its end alone where it is long."""
    shown = presentable(path)
    return shown if len(shown) <= _SHOWN else f"…{shown[1 - _SHOWN :]}"


def listed(words: list[str], most: int = 3) -> str:
    """The first few of them, and how many more there are."""
    more = f" and {len(words) - most} more" if len(words) > most else ""
    return ", ".join(words[:most]) + more
