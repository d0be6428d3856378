"""Putting a finished scan into the archive, and taking it out again to be matched against other references.

What is kept of an asset are its prints as it was examined, and those of the frames that were looked at for the sake of
exact ends, since nobody may be able to decode them again.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
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
from scanner.run import dossier as dossiers
from scanner.run import grounds as reasons
from scanner.run.dossier import Dossier
from scanner.run.grounds import Grounds
from scanner.run.looking.exact_ends import Gaps, Matched, dense, denser, looked_at, own, recognised
from scanner.run.looking.gather import Gathering
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


def archive(
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
    documents = Documents(jsonfile.dumps(report), dossiers.to_json(dossier), reasons.to_json(grounds))
    prints = _prints(dossier, gathering, matches, catalogue)
    with Archive(folder) as kept:
        kept.keep(key, documents, prints, completed=report["run"]["completed"])


def take_out(kept: ArchivedScan, archived: Archive) -> Archived:
    """A scan as it was archived.

    Raises:
        ArchiveError: it can't be read.
        UsageError: this version can't read the policy or the paper of then any more.
    """
    documents = archived.documents(kept)
    try:
        report = cast("Report", json.loads(documents.report))
        dossier = dossiers.from_json(documents.dossier)
        return Archived(report, dossier, reasons.from_json(documents.grounds))
    except ValueError as error:
        raise ArchiveError(f"{kept.key.name} was archived in a form that this version can't read: {error}") from error


def match_archived(
    kept: ArchivedScan, archived: Archive, dossier: Dossier, libraries: Sequence[ReferenceLibrary], threads: int
) -> tuple[Dossier, dict[str, Matched]]:
    """What each asset of an archived drop shows of the references, by path; with the dossier, which says what can't.

    Prints of another algorithm than today's are never compared: their assets were not matched, and say so.
    """
    matches: dict[str, Matched] = {}
    assets = []
    for place, seen in enumerate(dossier.assets):
        found = archived.prints(kept, place)
        assets.append(_unmatched(seen, found.outdated) if found.outdated else seen)
        if libraries and found.prints and seen.extraction and isinstance(seen.asset, Asset):
            base, *fills = found.prints
            prints = denser(base, Fingerprints.join([more.pictures for more in fills if more.pictures is not None]))
            observations = recognised(seen.asset, seen.extraction, prints, libraries, threads)
            matches[seen.asset.path] = Matched(observations, looked_at(prints))
    return replace(dossier, assets=tuple(assets)), matches


def _unmatched(seen: SeenAsset, outdated: Sequence[str]) -> SeenAsset:
    message = (
        f"archived with fingerprints that are no longer compared ({', '.join(outdated)}), so it was not matched in "
        "full; scan it again to match it"
    )
    return replace(seen, problems=(*seen.problems, Problem(Reason.SCAN_PARTIAL, message)))


def _prints(
    dossier: Dossier, gathering: Gathering, matches: Mapping[str, Matched], catalogue: Catalogue
) -> Iterator[list[Prints]]:
    """Of each asset its prints, and those of the gaps that were filled."""
    units = {unit.asset.path: unit for unit in gathering.units(dossier.drop)}
    for seen in dossier.assets:
        unit = units.get(seen.asset.path)
        if unit is None:
            yield []
            continue
        matched = matches.get(seen.asset.path)
        more = dense(Gaps(unit, matched.filled if matched else ()), catalogue)
        yield [own(gathering.prints(unit)), *([Prints(more)] if len(more) else [])]
