"""From what was seen and what was recognised to a judgement: the one way, whether a drop is scanned or matched anew."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from detectors.credentials.detector import as_of
from scanner.clearance.rules.judge import judge
from scanner.examination import Extraction
from scanner.run.dossier import Dossier
from scanner.run.grounds import Grounds
from scanner.run.looking.exact_ends import Matched
from scanner.seen import SeenAsset
from scanner.terms.findings import Judgement


@dataclass(frozen=True, slots=True)
class Conclusion:
    """The assets with all that is known of them on the day of the judgement, and the judgement."""

    assets: tuple[SeenAsset, ...]
    judgement: Judgement


def conclude(dossier: Dossier, matches: Mapping[str, Matched], grounds: Grounds) -> Conclusion:
    """Judge a drop. `matches`: what was recognised in its assets, by path."""
    day = grounds.context.as_of
    assets = tuple(_recognised(seen, matches.get(seen.path), day) for seen in dossier.assets)
    return Conclusion(assets, judge(assets, grounds.paper, grounds.policy, grounds.context, dossier.absences))


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
