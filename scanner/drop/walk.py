"""From a folder to a drop: every name listed once, as part of an asset, as skipped or as refused.

The walk follows no link and opens no file but for the headers that tell frames of a sequence from stills, and for the
first bytes of what is called as if it were no delivery (`hidden`); it reads nothing in the drop as configuration. What
a file is, is found out later.
"""

import os
import stat
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from scanner.drop import hidden
from scanner.drop.assets import Asset, Drop, Member, Refused, SkipCause, Skipped
from scanner.drop.globs import Sieve
from scanner.drop.headers import PixelSize, pixel_size_of
from scanner.drop.hidden import Shadow
from scanner.drop.links import Fate, destination
from scanner.drop.names import presentable
from scanner.drop.sequences import group, names_beside
from scanner.errors import UsageError

_UNSEEN = PixelSize("", 1, 1)
"""The size of every picture that is left out: whether it would be a frame is told by its name alone."""
_SPECIAL = {
    stat.S_IFIFO: "a named pipe, which is never opened",
    stat.S_IFSOCK: "a socket, which is never opened",
    stat.S_IFCHR: "a device, which is never opened",
    stat.S_IFBLK: "a device, which is never opened",
}
_LINKS = {
    Fate.OUTSIDE: "a symbolic link that leads out of the drop; it was not followed",
    Fate.BROKEN: "a symbolic link that leads nowhere",
    Fate.LOOPS: "a symbolic link that leads in a circle",
}


def walk(target: Path, *, include: Sequence[str] = (), exclude: Sequence[str] = ()) -> Drop:
    """Everything in a delivery folder, or one file as a drop of its own, ordered by presentable path.

    Every name that isn't a folder is in exactly one place: a member of an asset; `refused` (a pipe, a socket, a device,
    a link that leads out of the drop, nowhere or in a circle, what can't be asked about, and a folder that can't be
    listed, hidden ones too); or `skipped` (what a system wrote for itself, what is hidden and holds no media, hidden
    links and pipes, a link to something in the drop, what `include` and `exclude` leave out). Media are assets under
    any name and in any folder.

    `include` and `exclude` are globs over presentable paths in the way of .gitignore: `*.mov` matches at any depth,
    `VFX/**` all in that folder; see `globs.matcher`. They are asked after what is hidden or the system's, and before
    anything is refused. A file given as the target is examined even where its name is hidden.

    Raises:
        UsageError: the target isn't there, can't be listed, or is neither a folder nor a regular file; or a glob is
            empty.
    """
    sieve = Sieve.of(include, exclude)
    real, mode = _real(target)
    if stat.S_ISDIR(mode):
        findings = _Findings(real, sieve)
        findings.walk()
        name = os.path.basename(real)  # noqa: PTH119 - Path() would fold odd names
    elif stat.S_ISREG(mode):
        root, name = os.path.split(real)
        findings = _Findings(root, sieve)
        findings.take(name, os.lstat(real), shadow=None)
    else:
        raise UsageError(f"{presentable(str(target))} is neither a folder nor a file", hint="give a delivery folder")
    return findings.drop(presentable(name) or "drop")


def _real(target: Path) -> tuple[str, int]:
    """The target's real path, and its mode."""
    shown = presentable(str(target))
    try:
        real = os.path.realpath(target, strict=True)
        return real, os.lstat(real).st_mode
    except FileNotFoundError:
        raise UsageError(f"there is no {shown}", hint="give a delivery folder, or a file, that exists") from None
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) else str(error)
        raise UsageError(f"{shown} can't be opened: {why}", hint="check the path and its permissions") from None


@dataclass
class _Findings:
    """What was found so far below `root`, a real path. Reasons and paths are presentable."""

    root: str
    sieve: Sieve
    members: list[Member] = field(default_factory=list)
    refused: list[Refused] = field(default_factory=list)
    skipped: dict[str, Skipped] = field(default_factory=dict)
    """By their paths as the system gives them."""

    def drop(self, name: str) -> Drop:
        """All of it, grouped, named and in order."""
        root = Path(self.root)
        sequences, alone = group(self.members, lambda member: pixel_size_of(member.path(root)))
        singles = {presentable(member.relative): member for member in alone}
        skipped = _in_sequences(self.skipped)
        unopened = [*(entry.path for entry in self.refused), *(entry.path for entry in skipped)]
        called = names_beside(sequences, [*singles, *unopened])
        assets = [*sequences, *(Asset(called[path], (member,)) for path, member in singles.items())]
        return Drop(
            name=name,
            root=root,
            assets=tuple(sorted(assets, key=_path)),
            refused=tuple(sorted((replace(entry, path=called[entry.path]) for entry in self.refused), key=_path)),
            skipped=tuple(sorted((replace(entry, path=called[entry.path]) for entry in skipped), key=_path)),
        )

    def walk(self) -> None:
        """Take every name below the root.

        Raises:
            UsageError: the root can't be listed.
        """
        try:
            pending = self._list("", None)
        except OSError as error:
            raise UsageError(
                f"{presentable(self.root)} can't be listed: {error.strerror}", hint="check the folder's permissions"
            ) from None
        while pending:
            folder, shadow = pending.pop()
            try:
                pending += self._list(folder + "/", shadow)
            except OSError as error:
                self._unreadable(folder, f"a folder that can't be listed: {error.strerror}")

    def take(self, relative: str, status: os.stat_result, shadow: Shadow | None) -> None:
        """Account for one name that is no folder. `shadow`: why it may be nobody's delivery."""
        path = presentable(relative)
        regular = stat.S_ISREG(status.st_mode)
        aside = self._aside(relative, shadow, regular=regular) or self.sieve.why_not(path)
        if aside:
            self.skipped[relative] = Skipped(path, *aside)
        elif stat.S_ISLNK(status.st_mode):
            self._link(relative, *destination(self.root, relative))
        elif regular:
            times = (status.st_mtime_ns, status.st_ctime_ns)
            self.members.append(Member(relative, status.st_size, *times, status.st_ino))
        else:
            self.refused.append(Refused(path, _SPECIAL.get(stat.S_IFMT(status.st_mode), "no regular file")))

    def _aside(self, relative: str, shadow: Shadow | None, *, regular: bool) -> tuple[str, SkipCause] | None:
        """Why a hidden name or one of the system's is left out; of what is no file only the hidden ones are."""
        if shadow is None:
            return None
        if regular:
            return hidden.left_out(Path(self.root, relative), os.path.basename(relative), shadow)  # noqa: PTH119 - Path() would fold odd names
        return (shadow.why, shadow.cause) if shadow.cause is SkipCause.HIDDEN else None

    def _list(self, prefix: str, shadow: Shadow | None) -> list[tuple[str, Shadow | None]]:
        """Take the names of one folder; its folders are returned, each with its shadow.

        Raises:
            OSError: the folder can't be listed; nothing of it was taken.
        """
        with os.scandir(os.path.join(self.root, prefix)) as listing:  # noqa: PTH118 - Path() would fold odd names
            entries = list(listing)
        folders = []
        for entry in entries:
            relative = prefix + entry.name
            try:
                status = entry.stat(follow_symlinks=False)
            except OSError as error:
                self._unreadable(relative, f"it can't be asked about: {error.strerror}")
                continue
            is_folder = stat.S_ISDIR(status.st_mode)
            cast = shadow or hidden.shadow(relative, entry.name, is_folder=is_folder)
            if is_folder:
                folders.append((relative, cast))
            else:
                self.take(relative, status, cast)
        return folders

    def _unreadable(self, relative: str, why: str) -> None:
        path = presentable(relative)
        unwanted = self.sieve.why_not(path)
        if unwanted:
            pattern, cause = unwanted
            self.skipped[relative] = Skipped(path, f"{pattern}; {why}", cause)
        else:
            self.refused.append(Refused(path, why))

    def _link(self, link: str, fate: Fate, relative: str) -> None:
        path = presentable(link)
        if fate is Fate.INSIDE:
            to = "the drop itself" if relative == "." else presentable(relative)
            why = f"a symbolic link to {to}, which is accounted for itself"
            self.skipped[link] = Skipped(path, why, SkipCause.LINK)
        else:
            self.refused.append(Refused(path, _LINKS[fate]))


def _in_sequences(skipped: Mapping[str, Skipped]) -> list[Skipped]:
    """What was skipped, each with the sequence that it would be a frame of; frames of one were skipped for one reason.

    `skipped` is by relative path.
    """
    of_one_reason: defaultdict[str, list[Member]] = defaultdict(list)
    for relative, entry in skipped.items():
        of_one_reason[entry.why].append(Member(relative, 0, 0, 0, 0))
    sequences = (asset for members in of_one_reason.values() for asset in _sequences_by_name(members))
    paths = {member.relative: asset.path for asset in sequences for member in asset.members}
    return [replace(entry, sequence=paths.get(relative)) for relative, entry in skipped.items()]


def _sequences_by_name(members: Iterable[Member]) -> list[Asset]:
    sequences, _ = group(members, lambda _: _UNSEEN)
    return sequences


def _path(entry: Asset | Refused | Skipped) -> str:
    return entry.path
