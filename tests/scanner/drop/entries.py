"""What a walked drop holds, in the plain values that tests compare."""

import os
from pathlib import Path

from scanner.drop.assets import Drop, SkipCause


def fill(folder: Path, *names: str) -> Path:
    """Empty files of these names, with their folders."""
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    return folder


def paths(drop: Drop) -> list[str]:
    return [asset.path for asset in drop.assets]


def skipped(drop: Drop) -> dict[str, str]:
    return {entry.path: entry.why for entry in drop.skipped}


def refused(drop: Drop) -> dict[str, str]:
    return {entry.path: entry.why for entry in drop.refused}


def listed(folder: Path) -> list[str]:
    """Every name below a folder that is no folder, as the system gives it."""
    return [
        os.path.relpath(f"{place}/{name}", folder)
        for place, folders, files in os.walk(folder)
        for name in files + [one for one in folders if Path(place, one).is_symlink()]
    ]


def accounted(drop: Drop) -> int:
    return sum(len(asset.members) for asset in drop.assets) + len(drop.refused) + len(drop.skipped)


def causes(drop: Drop) -> dict[str, SkipCause | None]:
    return {entry.path: entry.cause for entry in drop.skipped}
