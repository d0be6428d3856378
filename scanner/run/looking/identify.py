"""From assets to units: what bytes each file holds, read once and remembered until the file changes."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from scanner.catalogue import Catalogue
from scanner.drop.assets import Asset, Member
from scanner.drop.identity import asset_digest, hash_file
from scanner.drop.packages.compare import Digests
from scanner.examination import Problem
from scanner.run.looking.plan import Unit
from scanner.terms.reasons import Reason


@dataclass(frozen=True, slots=True)
class Unidentified:
    """An asset one of whose files couldn't be read to its end."""

    asset: Asset
    problem: Problem


@dataclass(frozen=True, slots=True)
class Identity:
    """An asset's digest (the report's `sha256`), and the digests of each file that could be read, by relative path."""

    unit: Unit | Unidentified
    digests: Digests


def identify(
    assets: Sequence[Asset],
    root: Path,
    catalogue: Catalogue,
    stated_algorithms: Mapping[str, Collection[str]],
    *,
    threads: int,
    reread: bool,
) -> Iterator[Identity]:
    """The identity of each asset, in order.

    `stated_algorithms`: of the digests that manifests state of a file, by relative path; such digests are made in the
    same read as its SHA-256. `reread`: trust no remembered digest. Hashing runs in threads: hashlib lets others work,
    and a slow network share is read by several at once.
    """
    pool = ThreadPoolExecutor(threads)
    try:
        pending = []
        for asset in assets:
            remembered = {} if reread else _remembered_digests(asset, root, catalogue, stated_algorithms)
            awaited = [member for member in asset.members if member not in remembered]
            futures = [
                (member, pool.submit(_hash, member.path(root), stated_algorithms.get(member.relative, ())))
                for member in awaited
            ]
            pending.append((asset, remembered, futures))
        for asset, digests, futures in pending:
            problem = None
            for member, future in futures:
                result = future.result()
                if isinstance(result, Problem):
                    problem = problem or result
                else:
                    digests[member] = result
                    catalogue.keep_digests(member.path(root), member, result)
            by_path = {member.relative: by_algorithm for member, by_algorithm in digests.items()}
            yield _identity(asset, root, by_path, problem)
    finally:
        pool.shutdown(cancel_futures=True)  # an interrupted run doesn't read on


def _remembered_digests(
    asset: Asset, root: Path, catalogue: Catalogue, stated_algorithms: Mapping[str, Collection[str]]
) -> dict[Member, dict[str, str]]:
    """The digests of those files of which all that are needed are remembered, by algorithm."""
    remembered = ((member, catalogue.digests(member.path(root), member)) for member in asset.members)
    return {
        member: by_algorithm
        for member, by_algorithm in remembered
        if {"sha256", *stated_algorithms.get(member.relative, ())} <= by_algorithm.keys()
    }


def _hash(path: Path, algorithms: Collection[str]) -> dict[str, str] | Problem:
    try:
        return hash_file(path, algorithms)
    except OSError as error:
        return Problem(Reason.SCAN_UNREADABLE, f"the file can't be read: {error.strerror or error}")


def _identity(asset: Asset, root: Path, digests: Digests, problem: Problem | None) -> Identity:
    if problem:
        return Identity(Unidentified(asset, problem), digests)
    content = asset_digest(asset, {relative: by_algorithm["sha256"] for relative, by_algorithm in digests.items()})
    return Identity(Unit(asset, root, content), digests)
