"""A folder walked, its manifests read and held against it: what a scan does, without the scan."""

from pathlib import Path

from scanner.drop.identity import hash_file
from scanner.drop.packages.compare import Comparison, PackageFacts, algorithms, compare
from scanner.drop.packages.entries import Package
from scanner.drop.packages.index import Index
from scanner.drop.packages.reading import read_packages
from scanner.drop.walk import walk


def packages(folder: Path) -> list[Package]:
    """The packages of a folder."""
    return read_packages(Index(walk(folder)))


def held(folder: Path, **options: tuple[str, ...]) -> Comparison:
    """The packages of a folder held against it; `options` are those of `walk`."""
    drop = walk(folder, **options)
    index = Index(drop)
    found = read_packages(index)
    stated = algorithms(found, index)
    digests = {
        member.relative: hash_file(member.path(drop.root), stated.get(member.relative, ()))
        for asset in drop.assets
        for member in asset.members
    }
    return compare(found, index, digests)


def told(comparison: Comparison) -> dict[str, list[str]]:
    """The reason codes of what is wrong, by asset; those of none under the empty name. Sorted."""
    found: dict[str, list[str]] = {}
    for problems in (comparison.differences, comparison.hindrances):
        for asset, each in problems.items():
            found.setdefault(asset, []).extend(problem.code for problem in each)
    if comparison.absences:
        found[""] = [absence.problem.code for absence in comparison.absences]
    return {asset: sorted(codes) for asset, codes in found.items()}


def only(comparison: Comparison) -> PackageFacts:
    """The one package."""
    [package] = comparison.packages
    return package
