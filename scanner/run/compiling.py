"""From what was gathered of a drop to the records of its assets, with the parts in each and the members of archives."""

from collections.abc import Iterator
from dataclasses import replace

from detectors.observation import Observation
from scanner.drop.assets import Asset, Drop, Member, Refused
from scanner.drop.packages.compare import Digests
from scanner.examination import Part, Problem
from scanner.run.delivered import Delivered
from scanner.run.dossier import Dossier
from scanner.run.looking.gather import NOT_REACHED, Gathering
from scanner.run.looking.insides import is_looked_at
from scanner.run.looking.plan import Unit
from scanner.seen import SeenAsset, SeenPart, frames_shown
from scanner.spans import within
from scanner.terms.reasons import UNEXAMINED, Reason
from scanner.terms.verdicts import Stage


def compile_dossier(drop: Drop, gathering: Gathering, delivered: Delivered) -> Dossier:
    """What a gathering holds of a drop, with what its manifests mean for it."""
    assets = [seen for asset in drop.assets for seen in _seen_assets(drop, asset, gathering, delivered)]
    assets += [_refused_asset(name, delivered.stage) for name in drop.refused]
    return Dossier(
        drop=drop,
        assets=tuple(replace(asset, remarks=delivered.remarks(asset.path)) for asset in assets),
        absences=delivered.absences(),
        packages=delivered.comparison.packages,
    )


def _seen_assets(drop: Drop, asset: Asset, gathering: Gathering, delivered: Delivered) -> Iterator[SeenAsset]:
    """An asset, and what it holds where it is an archive."""
    stage = delivered.stage_of(asset.path)
    identity = gathering.identity(drop, asset)
    unit = identity.unit if identity else None
    if not isinstance(unit, Unit):
        problem = unit.problem if unit else NOT_REACHED
        yield SeenAsset(asset, "other", stage, None, None, problems=(problem,), examined=False)
    else:
        seen, *members = _with_members(unit, stage, gathering, delivered)
        yield replace(seen, frame_digests=_frame_digests(asset, identity.digests)) if identity else seen
        yield from members


def _frame_digests(asset: Asset, digests: Digests) -> tuple[str, ...]:
    """The SHA-256 of each file of an image sequence, in their order."""
    return tuple(digests[member.relative]["sha256"] for member in asset.members) if asset.is_sequence else ()


def _with_members(unit: Unit, stage: Stage, gathering: Gathering, delivered: Delivered) -> Iterator[SeenAsset]:
    extraction = gathering.extraction(unit)
    problems = dict.fromkeys((*_problems(unit, gathering), *delivered.hindrances(unit.asset.path)))
    parts = list(_seen_parts(unit, gathering))
    in_parts = [observation for part in parts for observation in _observations_in(part[1], gathering, part[0].part.id)]
    yield SeenAsset(
        unit.asset,
        extraction.kind if extraction else "other",
        stage,
        unit.content,
        extraction,
        (*_observations_in(unit, gathering), *in_parts),
        tuple(problems),
        examined=not any(problem.code in UNEXAMINED for problem in problems),
        parts=tuple(seen for seen, _ in parts),
    )
    for member, part in _members(unit, gathering):
        file = Member(member.asset.path, part.size, mtime_ns=0, ctime_ns=0, inode=0)  # the same, taken out or not
        yield from _with_members(
            replace(member, asset=replace(member.asset, members=(file,))), stage, gathering, delivered
        )


def _members(unit: Unit, gathering: Gathering) -> Iterator[tuple[Unit, Part]]:
    """The members of a unit that is an archive, as units and as they are listed."""
    listing = gathering.listing(unit)
    if listing and listing.is_archive:
        yield from zip(gathering.parts(unit), filter(is_looked_at, listing.parts), strict=True)


def _seen_parts(holder: Unit, gathering: Gathering, chain: str = "") -> Iterator[tuple[SeenPart, Unit | None]]:
    """The parts of a unit and theirs, each with the unit that it is where it is looked at; of archives no members."""
    listing = gathering.listing(holder)
    if listing is None:
        return
    looked_at = iter(gathering.parts(holder))
    for part in listing.parts:
        named = replace(part, id=f"{chain}{part.id}")
        if not is_looked_at(part):
            why_not = (Problem(Reason.SCAN_PART_UNEXAMINED, part.why_not),) if part.why_not else ()
            yield SeenPart(named, problems=why_not, examined=not why_not), None
            continue
        unit = next(looked_at)
        if listing.is_archive and holder.part is None:
            continue
        problems = tuple(dict.fromkeys(_problems_of_a_part(unit, gathering)))
        examined = not any(problem.code is Reason.SCAN_PART_UNEXAMINED for problem in problems)
        yield SeenPart(named, unit.content, gathering.extraction(unit), problems, examined), unit
        yield from _seen_parts(unit, gathering, f"{named.id}/")


def _problems_of_a_part(unit: Unit, gathering: Gathering) -> Iterator[Problem]:
    """What keeps a part from being looked at, whatever it is, leaves a part of the asset unexamined.

    What only holds others, as an archive in a file does, is looked at by them: each of them is told of.
    """
    listing = gathering.listing(unit)
    for problem in _problems(unit, gathering):
        if problem.code is Reason.SCAN_OTHER_FILE and listing and (listing.is_archive or listing.parts):
            continue
        is_unexamined = problem.code in UNEXAMINED or problem.code is Reason.SCAN_OTHER_FILE
        yield Problem(Reason.SCAN_PART_UNEXAMINED, problem.message) if is_unexamined else problem


def _observations_in(unit: Unit | None, gathering: Gathering, part: str = "") -> Iterator[Observation]:
    """What detectors saw in a unit, within the frames that it has."""
    extraction = gathering.extraction(unit) if unit else None
    frames = frames_shown(extraction) if extraction else None
    for detection in gathering.detections(unit) if unit else ():
        for observation in detection.observations if detection else ():
            yield replace(observation, part=part, span=within(observation.span, frames))


def _problems(unit: Unit, gathering: Gathering) -> Iterator[Problem]:
    made = [gathering.extraction(unit), gathering.listing(unit), *gathering.detections(unit)]
    for part in made:
        yield from part.problems if part else ()
    if None in made:
        yield gathering.failure(unit)


def _refused_asset(refused: Refused, stage: Stage) -> SeenAsset:
    problem = Problem(Reason.SCAN_REFUSED, refused.why)
    return SeenAsset(refused, "other", stage, None, None, problems=(problem,), examined=False)
