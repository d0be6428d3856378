"""Putting a finished scan into the archive, and taking it out again to be matched against other references.

What is kept of an asset are its prints as it was examined, and those of the frames that were looked at for the sake of
exact ends, since nobody may be able to decode them again.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, cast

from detectors.fingerprint.picture import Fingerprints
from detectors.fingerprint.prints import Prints
from scanner.catalogue.archive import Archive, ArchivedScan, ArchiveError, Documents, Key
from scanner.catalogue.cache import Catalogue
from scanner.drop.assets import Asset
from scanner.examination import Problem
from scanner.library.references import ReferenceLibrary
from scanner.report import jsonfile
from scanner.run.dossier import Dossier, dossier_from_json, dossier_to_json
from scanner.run.grounds import Grounds, grounds_from_json, grounds_to_json
from scanner.run.looking.exact_ends import (
    Gaps,
    Matched,
    asset_prints,
    filled_frames,
    frames_looked_at,
    recognise,
    with_frames,
)
from scanner.run.looking.gather import Gathering
from scanner.run.looking.insides import key_of
from scanner.seen import SeenAsset
from scanner.terms.reasons import Reason

if TYPE_CHECKING:
    from scanner.report.model import Report


@dataclass(frozen=True, slots=True)
class Archived:
    """A scan out of the archive: the report it gave, what was seen, and what that was judged by."""

    report: "Report"
    dossier: Dossier
    grounds: Grounds


def archive_scan(
    folder: Path,
    report: "Report",
    dossier: Dossier,
    grounds: Grounds,
    gathering: Gathering,
    matches: Mapping[str, Matched],
    catalogue: Catalogue,
) -> None:
    """Archive a scan in `folder`.

    Raises:
        ArchiveError: it can't be; the archive is as it was.
    """
    key = Key(report["drop"]["name"], report["drop"]["digest"], grounds.production, grounds.delivery)
    documents = Documents(jsonfile.dumps(report), dossier_to_json(dossier), grounds_to_json(grounds))
    prints = _prints_of_assets(dossier, gathering, matches, catalogue)
    with Archive(folder) as store:
        store.keep(key, documents, prints, completed=report["run"]["completed"])


def take_out(scan: ArchivedScan, archive: Archive) -> Archived:
    """A scan as it was archived.

    Raises:
        ArchiveError: it can't be read.
        UsageError: this version can't read the policy or the paper of then any more.
    """
    documents = archive.documents(scan)
    try:
        report = cast("Report", json.loads(documents.report))
        dossier = dossier_from_json(documents.dossier)
        return Archived(report, dossier, grounds_from_json(documents.grounds))
    except ValueError as error:
        raise ArchiveError(f"{scan.key.name} was archived in a form that this version can't read: {error}") from error


def match_archived(
    scan: ArchivedScan, archive: Archive, dossier: Dossier, libraries: Sequence[ReferenceLibrary], threads: int
) -> tuple[Dossier, dict[str, Matched]]:
    """What each asset of an archived drop shows of the references, by path; with the dossier, which says what can't.

    Prints of another algorithm than today's are never compared: their assets were not matched, and say so.
    """
    matches: dict[str, Matched] = {}
    outdated: dict[str, tuple[str, ...]] = {}
    for place, (key, seen) in enumerate(_keys(dossier.assets).items()):
        stored = archive.prints(scan, place)
        if stored.outdated:
            outdated[key] = stored.outdated
        if libraries and stored.prints and seen.extraction and isinstance(seen.asset, Asset):
            base, *fills = stored.prints
            filled = Fingerprints.join([fill.pictures for fill in fills if fill.pictures is not None])
            prints = with_frames(base, filled)
            observations = recognise(seen.asset, seen.extraction, prints, libraries, threads)
            matches[key] = Matched(observations, frames_looked_at(prints))
    assets = tuple(_with_outdated(asset, outdated) for asset in dossier.assets)
    return replace(dossier, assets=assets), matches


def _keys(assets: Iterable[SeenAsset]) -> dict[str, SeenAsset]:
    """The assets, and behind all of them their parts, by the paths of their units: as their prints are archived."""
    by_path: dict[str, SeenAsset] = {}
    in_parts: dict[str, SeenAsset] = {}
    for asset in assets:
        by_path[asset.path] = asset
        for seen in asset.parts:
            view = replace(asset, extraction=seen.extraction, parts=(), part=seen.part)
            in_parts[key_of(asset.path, seen.part.id)] = view
    return by_path | in_parts


def _with_outdated(asset: SeenAsset, outdated: Mapping[str, Sequence[str]]) -> SeenAsset:
    if asset.path in outdated:
        asset = _unmatched(asset, outdated[asset.path])
    parts = tuple(
        replace(seen, problems=(*seen.problems, _outdated(outdated[key])))
        if (key := key_of(asset.path, seen.part.id)) in outdated
        else seen
        for seen in asset.parts
    )
    return replace(asset, parts=parts)


def _unmatched(asset: SeenAsset, outdated: Sequence[str]) -> SeenAsset:
    return replace(asset, problems=(*asset.problems, _outdated(outdated)))


def _outdated(algorithms: Sequence[str]) -> Problem:
    message = (
        f"archived with fingerprints that are no longer compared ({', '.join(algorithms)}), so it was not matched in "
        "full; scan it again to match it"
    )
    return Problem(Reason.SCAN_PARTIAL, message)


def _prints_of_assets(
    dossier: Dossier, gathering: Gathering, matches: Mapping[str, Matched], catalogue: Catalogue
) -> Iterator[list[Prints]]:
    """For each asset its prints as it was examined, then those of the gaps that were filled."""
    units = {unit.asset.path: unit for unit in gathering.looked_at(dossier.drop)}
    for path in _keys(dossier.assets):
        unit = units.get(path)
        if unit is None:
            yield []
            continue
        matched = matches.get(path)
        filled = filled_frames(Gaps(unit, matched.filled if matched else ()), catalogue)
        yield [asset_prints(gathering.prints(unit)), *([Prints(filled)] if len(filled) else [])]
