"""Finding the files that manifests name among those that the walk found.

Names are compared in Unicode's NFC, because a Mac writes another form into a list than Linux has on its disk. Nothing
but the walk's own findings is ever answered, so a manifest can't lead anywhere else.
"""

import os
import stat
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from scanner.drop.assets import Asset, Drop, Member
from scanner.drop.names import presentable
from scanner.drop.sequences import frame_name
from scanner.globs import nfc


class AssetFile(NamedTuple):
    """A file of the drop, and the asset that it belongs to."""

    asset: Asset
    member: Member


class Index:
    """The files of a drop by their names."""

    def __init__(self, drop: Drop) -> None:
        self._root = drop.root
        self.files = [AssetFile(asset, member) for asset in drop.assets for member in asset.members]
        self._by_path = {nfc(file.member.relative): file for file in reversed(self.files)}
        self._by_path |= {file.member.relative: file for file in self.files}
        self._refused = {nfc(name.path): name.why for name in drop.refused}
        self._skipped = {nfc(name.path) for name in drop.skipped}
        self._by_folder: defaultdict[str, list[Member]] = defaultdict(list)
        for file in self.files:
            self._by_folder[_folder(file.member)].append(file.member)
        self._by_name: defaultdict[str, list[Asset]] = defaultdict(list)
        self._by_pattern: defaultdict[tuple[str | None, str, str], list[Asset]] = defaultdict(list)
        for asset in drop.assets:
            self._enter(asset)

    def find(self, path: str) -> AssetFile | None:
        """The file at a path relative to the drop; a list made on Windows may have backslashes in it."""
        file = self.called_exactly(path)
        return file or (self.find(path.replace("\\", "/")) if "\\" in path else None)

    def called_exactly(self, path: str) -> AssetFile | None:
        """The file at a path relative to the drop, in which a backslash is only a backslash."""
        return self._by_path.get(path) or self._by_path.get(nfc(path))

    def unopened(self, path: str) -> str | None:
        """Why what lies at a path was not opened, though it may be there; empty where that is as it should be.

        None: nothing lies there.
        """
        parts = path.replace("\\", "/").split("/")
        for length in range(1, len(parts) + 1):
            way = "/".join(parts[:length])
            shown = nfc(presentable(way))
            if shown in self._refused:
                return self._refused[shown]
            if shown in self._skipped:
                return "a symbolic link, which is not followed" if self._is_link(way) else ""
        return None

    def folders(self) -> Iterator[tuple[str, list[Member]]]:
        """Each folder that holds files (empty for the root, else ending in a slash) with the files right in it."""
        for folder in sorted(self._by_folder):
            yield folder, sorted(self._by_folder[folder], key=lambda member: member.relative)

    def path(self, member: Member) -> Path:
        """Where a file lies."""
        return member.path(self._root)

    def sequences(self, folder: str | None, prefix: str, suffix: str) -> list[Asset]:
        """The sequences with this before and after their counter; None for a folder is any."""
        key = (None if folder is None else nfc(folder), nfc(prefix), nfc(suffix))
        return self._by_pattern.get(key, [])

    def called(self, name: str) -> list[Asset]:
        """The assets of one file with this base name, in any folder."""
        return self._by_name.get(nfc(name), [])

    def _enter(self, asset: Asset) -> None:
        member = asset.members[0]
        if not asset.is_sequence:
            self._by_name[nfc(member.name)].append(asset)
            return
        parts = frame_name(member.name)
        if parts:
            prefix, _, suffix = map(nfc, parts)
            for folder in (nfc(_folder(member)), None):
                self._by_pattern[folder, prefix, suffix].append(asset)

    def _is_link(self, relative: str) -> bool:
        try:
            return stat.S_ISLNK(os.lstat(self._root / relative).st_mode)
        except (OSError, ValueError):
            return False


def _folder(member: Member) -> str:
    return member.relative[: len(member.relative) - len(member.name)]
