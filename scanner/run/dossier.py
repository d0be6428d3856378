"""All that a scan saw of a drop, and the judgement that follows from it, whether it is scanned or matched anew.

A dossier is made from a gathering and can be kept: it names contents and paths, and opens nothing. Observations in it
are of no day yet (credentials expire on one) and hold no match.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from detectors.credentials.status import as_of
from scanner.clearance.rules.judge import judge
from scanner.drop.assets import Asset, Drop, Refused, SkipCause
from scanner.drop.packages.compare import PackageFacts
from scanner.examination import Extraction
from scanner.run.grounds import Grounds
from scanner.run.looking.exact_ends import Matched
from scanner.run.looking.insides import key_of
from scanner.seen import Remark, SeenAsset
from scanner.terms.findings import Judgement

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


def conclude(dossier: Dossier, matches: Mapping[str, Matched], grounds: Grounds) -> Conclusion:
    """Judge a drop. `matches`: what was recognised in its assets, by path."""
    day = grounds.context.as_of
    assets = tuple(_with_matches(asset, matches, day) for asset in dossier.assets)
    filtered = (name for name in dossier.drop.skipped if name.cause in {SkipCause.INCLUDE, SkipCause.EXCLUDE})
    left_out = {path for name in filtered for path in (name.path, name.sequence) if path}
    context = replace(grounds.context, left_out=tuple(sorted(left_out)))
    return Conclusion(assets, judge(assets, grounds.paper, grounds.policy, context, dossier.absences))


@dataclass(frozen=True, slots=True)
class _Stored:
    """A dossier as it is kept: remarks stand beside the assets, in their order."""

    drop: Drop
    assets: tuple[SeenAsset, ...]
    remarks: tuple[tuple[Remark, ...], ...]
    absences: tuple[Remark, ...] = ()
    packages: tuple[PackageFacts, ...] = ()


def dossier_to_json(dossier: Dossier) -> bytes:
    """The dossier as JSON: of files only size and number, since where and when they lay is a machine's matter."""
    stored = _Stored(
        drop=replace(dossier.drop, root=Path(), assets=(), refused=()),
        assets=tuple(replace(asset, asset=_portable(asset.asset)) for asset in dossier.assets),
        remarks=tuple(asset.remarks for asset in dossier.assets),
        absences=dossier.absences,
        packages=dossier.packages,
    )
    unsaid = {
        place: {name for name in ("cause", "sequence") if getattr(skipped, name) is None}
        for place, skipped in enumerate(dossier.drop.skipped)
    }
    unstored = {
        place: {"remarks", "part", "first_observation", *([] if asset.frame_digests else ["frame_digests"])}
        for place, asset in enumerate(dossier.assets)
    }
    return _adapter().dump_json(stored, exclude={"assets": unstored, "drop": {"skipped": unsaid}})


def dossier_from_json(raw: bytes) -> Dossier:
    """The dossier that `dossier_to_json` wrote; its drop lists no assets, and its files lie nowhere."""
    stored = _adapter().validate_json(raw)
    assets = (replace(asset, remarks=remarks) for asset, remarks in zip(stored.assets, stored.remarks, strict=True))
    return Dossier(stored.drop, tuple(assets), stored.absences, stored.packages)


def _portable(asset: Asset | Refused) -> Asset | Refused:
    if isinstance(asset, Refused):
        return asset
    members = (
        replace(member, relative="", mtime_ns=0, ctime_ns=0, inode=0)  # what it is called may not be UTF-8
        for member in asset.members
    )
    return replace(asset, members=tuple(members))


def _with_matches(asset: SeenAsset, matches: Mapping[str, Matched], day: date) -> SeenAsset:
    """The asset as it is known on a day, with what was recognised in it and in its parts behind their own marks."""
    observations = as_of(asset.observations, day)
    matched = matches.get(asset.path)
    found = [*(each for each in observations if not each.part), *(matched.observations if matched else ())]
    parts = []
    for seen in asset.parts:
        in_part = matches.get(key_of(asset.path, seen.part.id))
        recognised = (replace(each, part=seen.part.id) for each in (in_part.observations if in_part else ()))
        found += [*(each for each in observations if each.part == seen.part.id), *recognised]
        parts.append(replace(seen, extraction=_with_frames_counted(seen.extraction, in_part)))
    extraction = _with_frames_counted(asset.extraction, matched)
    return replace(asset, observations=tuple(found), extraction=extraction, parts=tuple(parts))


def _with_frames_counted(extraction: Extraction | None, matched: Matched | None) -> Extraction | None:
    """The extraction, with the frames that were looked at for the sake of exact ends counted in."""
    if extraction is None or extraction.looked is None or matched is None or matched.frames is None:
        return extraction
    return replace(extraction, looked=replace(extraction.looked, frames=matched.frames))


@cache
def _adapter() -> "TypeAdapter[_Stored]":
    from pydantic import TypeAdapter

    return TypeAdapter(_Stored)
