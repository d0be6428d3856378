"""All that a scan saw of a drop, and the judgement that follows from it, whether it is scanned or matched anew.

A dossier is made from a gathering and can be kept: it names contents and paths, and opens nothing. Observations in it
are of no day yet (credentials expire on one) and hold no match.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from detectors.credentials.detector import as_of
from scanner.clearance.rules.judge import judge
from scanner.drop.assets import Asset, Drop, Refused
from scanner.drop.packages.compare import PackageFacts
from scanner.examination import Extraction, Problem
from scanner.run.delivered import Delivered
from scanner.run.grounds import Grounds
from scanner.run.looking.exact_ends import Matched
from scanner.run.looking.gather import NOT_REACHED, Gathering
from scanner.run.looking.plan import Unit
from scanner.seen import Remark, SeenAsset
from scanner.terms.findings import Judgement
from scanner.terms.reasons import UNEXAMINED, Reason
from scanner.terms.verdicts import Stage

if TYPE_CHECKING:
    from pydantic import TypeAdapter


@dataclass(frozen=True, slots=True)
class Dossier:
    """A drop as it was seen. `absences`: what its manifests show and is about none of its assets."""

    drop: Drop
    assets: tuple[SeenAsset, ...]
    absences: tuple[Remark, ...] = ()
    packages: tuple[PackageFacts, ...] = ()


@dataclass(frozen=True, slots=True)
class Conclusion:
    """The assets with all that is known of them on the day of the judgement, and the judgement."""

    assets: tuple[SeenAsset, ...]
    judgement: Judgement


def compile_dossier(drop: Drop, gathering: Gathering, delivered: Delivered) -> Dossier:
    """What a gathering holds of a drop, with what its manifests mean for it."""
    assets = [_seen(drop, asset, gathering, delivered) for asset in drop.assets]
    assets += [_refused(name, delivered.stage) for name in drop.refused]
    return Dossier(
        drop=drop,
        assets=tuple(replace(seen, remarks=delivered.remarks(seen.path)) for seen in assets),
        absences=delivered.absences(),
        packages=delivered.comparison.packages,
    )


def conclude(dossier: Dossier, matches: Mapping[str, Matched], grounds: Grounds) -> Conclusion:
    """Judge a drop. `matches`: what was recognised in its assets, by path."""
    day = grounds.context.as_of
    assets = tuple(_recognised(seen, matches.get(seen.path), day) for seen in dossier.assets)
    return Conclusion(assets, judge(assets, grounds.paper, grounds.policy, grounds.context, dossier.absences))


@dataclass(frozen=True, slots=True)
class _Stored:
    """A dossier as it is kept: remarks stand beside the assets, in their order."""

    drop: Drop
    assets: tuple[SeenAsset, ...]
    remarks: tuple[tuple[Remark, ...], ...]
    absences: tuple[Remark, ...] = ()
    packages: tuple[PackageFacts, ...] = ()


def to_json(dossier: Dossier) -> bytes:
    """The dossier as JSON: of files only size and number, since where and when they lay is a machine's matter."""
    stored = _Stored(
        drop=replace(dossier.drop, root=Path(), assets=(), refused=()),
        assets=tuple(replace(seen, asset=_portable(seen.asset)) for seen in dossier.assets),
        remarks=tuple(seen.remarks for seen in dossier.assets),
        absences=dossier.absences,
        packages=dossier.packages,
    )
    unsaid = {
        place: {name for name in ("cause", "sequence") if getattr(skipped, name) is None}
        for place, skipped in enumerate(dossier.drop.skipped)
    }
    return _adapter().dump_json(stored, exclude={"assets": {"__all__": {"remarks"}}, "drop": {"skipped": unsaid}})


def from_json(raw: bytes) -> Dossier:
    """The dossier that `to_json` wrote; its drop lists no assets, and its files lie nowhere."""
    stored = _adapter().validate_json(raw)
    assets = (replace(seen, remarks=shown) for seen, shown in zip(stored.assets, stored.remarks, strict=True))
    return Dossier(stored.drop, tuple(assets), stored.absences, stored.packages)


def _seen(drop: Drop, asset: Asset, gathering: Gathering, delivered: Delivered) -> SeenAsset:
    stage = delivered.stage_of(asset.path)
    identity = gathering.identity(drop, asset)
    unit = identity.unit if identity else None
    if not isinstance(unit, Unit):
        problem = unit.problem if unit else NOT_REACHED
        return SeenAsset(asset, "other", stage, None, None, problems=(problem,), examined=False)
    extraction = gathering.extraction(unit)
    problems = dict.fromkeys((*_problems(unit, gathering), *delivered.hindrances(asset.path)))
    return SeenAsset(
        asset,
        extraction.kind if extraction else "other",
        stage,
        unit.content,
        extraction,
        tuple(one for detection in gathering.detections(unit) if detection for one in detection.observations),
        tuple(problems),
        examined=not any(problem.code in UNEXAMINED for problem in problems),
    )


def _problems(unit: Unit, gathering: Gathering) -> Iterator[Problem]:
    parts = [gathering.extraction(unit), *gathering.detections(unit)]
    for part in parts:
        yield from part.problems if part else ()
    if None in parts:
        yield gathering.failure(unit)


def _refused(name: Refused, stage: Stage) -> SeenAsset:
    problem = Problem(Reason.SCAN_REFUSED, name.why)
    return SeenAsset(name, "other", stage, None, None, problems=(problem,), examined=False)


def _portable(asset: Asset | Refused) -> Asset | Refused:
    if isinstance(asset, Refused):
        return asset
    members = (
        replace(member, relative="", mtime_ns=0, ctime_ns=0, inode=0)  # what it is called may not be UTF-8
        for member in asset.members
    )
    return replace(asset, members=tuple(members))


def _recognised(seen: SeenAsset, matched: Matched | None, day: date) -> SeenAsset:
    observations = as_of(seen.observations, day)
    if not matched:
        return replace(seen, observations=observations)
    extraction = _looked_closer(seen.extraction, matched.frames)
    return replace(seen, observations=(*observations, *matched.observations), extraction=extraction)


def _looked_closer(extraction: Extraction | None, frames: int | None) -> Extraction | None:
    """The extraction, with the frames that were looked at for the sake of exact ends counted in."""
    if extraction is None or extraction.looked is None or frames is None:
        return extraction
    return replace(extraction, looked=replace(extraction.looked, frames=frames))


@cache
def _adapter() -> "TypeAdapter[_Stored]":
    from pydantic import TypeAdapter

    return TypeAdapter(_Stored)
