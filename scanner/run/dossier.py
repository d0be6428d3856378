"""All that a scan saw of a drop, before anything is matched or judged: what a later judgement starts from.

A dossier is made from a gathering and can be kept: it names contents and paths, and opens nothing. Observations in it
are of no day yet (credentials expire on one) and hold no match.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from scanner.clearance.scope.subject import Remark
from scanner.drop.assets import Asset, Drop, Refused
from scanner.drop.packages.compare import PackageFacts
from scanner.examination import Problem
from scanner.report.build import AssetResult
from scanner.run.delivered import Delivered
from scanner.run.looking.gather import NOT_REACHED, Gathering
from scanner.run.looking.plan import Unit
from scanner.terms.reasons import UNEXAMINED, Reason

if TYPE_CHECKING:
    from pydantic import TypeAdapter


@dataclass(frozen=True, slots=True)
class Dossier:
    """A drop as it was seen. `remarks`: what manifests show, of each asset; `absences`: the same, of no asset."""

    drop: Drop
    assets: tuple[AssetResult, ...]
    remarks: tuple[tuple[Remark, ...], ...]
    absences: tuple[Remark, ...] = ()
    packages: tuple[PackageFacts, ...] = ()


def compile_dossier(drop: Drop, gathering: Gathering, delivered: Delivered) -> Dossier:
    """What a gathering holds of a drop, with what its manifests mean for it."""
    assets = [_seen(drop, asset, gathering, delivered) for asset in drop.assets]
    assets += [_refused(name, delivered.stage) for name in drop.refused]
    return Dossier(
        drop=drop,
        assets=tuple(assets),
        remarks=tuple(delivered.remarks(result.asset.path) for result in assets),
        absences=delivered.absences(),
        packages=delivered.comparison.packages,
    )


def to_json(dossier: Dossier) -> bytes:
    """The dossier as JSON: of files only size and number, since where and when they lay is a machine's matter."""
    assets = tuple(replace(result, asset=_portable(result.asset)) for result in dossier.assets)
    drop = replace(dossier.drop, root=Path(), assets=(), refused=())
    return _adapter().dump_json(replace(dossier, drop=drop, assets=assets))


def from_json(raw: bytes) -> Dossier:
    """The dossier that `to_json` wrote; its drop lists no assets, and its files lie nowhere."""
    return _adapter().validate_json(raw)


def _seen(drop: Drop, asset: Asset, gathering: Gathering, delivered: Delivered) -> AssetResult:
    stage = delivered.stage_of(asset.path)
    identity = gathering.identity(drop, asset)
    unit = identity.unit if identity else None
    if not isinstance(unit, Unit):
        problem = unit.problem if unit else NOT_REACHED
        return AssetResult(asset, "other", stage, None, None, problems=(problem,), examined=False)
    extraction = gathering.extraction(unit)
    problems = dict.fromkeys((*_problems(unit, gathering), *delivered.hindrances(asset.path)))
    return AssetResult(
        asset,
        extraction.kind if extraction else "other",
        stage,
        unit.content,
        extraction,
        tuple(one for sighting in gathering.sightings(unit) if sighting for one in sighting.observations),
        tuple(problems),
        examined=not any(problem.code in UNEXAMINED for problem in problems),
    )


def _problems(unit: Unit, gathering: Gathering) -> Iterator[Problem]:
    parts = [gathering.extraction(unit), *gathering.sightings(unit)]
    for part in parts:
        yield from part.problems if part else ()
    if None in parts:
        yield gathering.failure(unit)


def _refused(name: Refused, stage: str) -> AssetResult:
    problem = Problem(Reason.SCAN_REFUSED, name.why)
    return AssetResult(name, "other", stage, None, None, problems=(problem,), examined=False)


def _portable(asset: Asset | Refused) -> Asset | Refused:
    if isinstance(asset, Refused):
        return asset
    members = (
        replace(member, relative="", mtime_ns=0, ctime_ns=0, inode=0)  # what it is called may not be UTF-8
        for member in asset.members
    )
    return replace(asset, members=tuple(members))


@cache
def _adapter() -> "TypeAdapter[Dossier]":
    from pydantic import TypeAdapter

    return TypeAdapter(Dossier)
