"""All packages and manifests of a drop, found by their names and read."""

from collections.abc import Iterator, Sequence

from scanner.drop.assets import Member
from scanner.drop.packages import assetmap, checksums, hashlists, submissions
from scanner.drop.packages.entries import Package
from scanner.drop.packages.index import Index


def read_packages(index: Index) -> list[Package]:
    """Every package and manifest, in the order of their folders. Never raises on what a file holds."""
    return [package for folder, members in index.folders() for package in _of_folder(folder, members, index)]


def _of_folder(folder: str, members: Sequence[Member], index: Index) -> Iterator[Package]:
    lists = [member for member in members if member.name.lower().endswith(hashlists.SUFFIX)]
    chained = any(member.name.lower() == hashlists.CHAIN for member in members)
    if (lists or chained) and f"/{folder}".endswith(f"/{hashlists.HISTORY}/"):
        yield hashlists.read_history(folder, members, index)
    else:
        for member in lists:
            yield hashlists.read_single(folder, member, index)
    for member in members:
        if checksums.is_list(member):
            yield checksums.read_list(folder, member, index)
        elif member.name.lower() in assetmap.NAMES:
            yield assetmap.read_package(folder, member, index)
        elif member.name.lower().endswith(submissions.SUFFIX):
            manifest = submissions.read_manifest(folder, member, index)
            if manifest:
                yield manifest
