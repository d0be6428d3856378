"""From what was seen and what was recognised to a judgement: the one way, whether a drop is scanned or matched anew."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from detectors.credentials.detector import as_of
from scanner.clearance.rules.judge import judge
from scanner.clearance.scope.subject import Remark, Subject
from scanner.drop.assets import Asset
from scanner.examination import Extraction
from scanner.report.build import AssetResult
from scanner.run.dossier import Dossier
from scanner.run.grounds import Grounds
from scanner.run.looking.exact_ends import Matched
from scanner.terms.findings import Judgement


@dataclass(frozen=True, slots=True)
class Conclusion:
    """The assets with all that is known of them on the day of the judgement, and the judgement."""

    results: tuple[AssetResult, ...]
    judgement: Judgement


def conclude(dossier: Dossier, matches: Mapping[str, Matched], grounds: Grounds) -> Conclusion:
    """Judge a drop. `matches`: what was recognised in its assets, by path."""
    day = grounds.context.as_of
    results = tuple(_result(seen, matches.get(seen.asset.path), day) for seen in dossier.assets)
    subjects = [_subject(result, remarks) for result, remarks in zip(results, dossier.remarks, strict=True)]
    return Conclusion(results, judge(subjects, grounds.paper, grounds.policy, grounds.context, dossier.absences))


def _result(seen: AssetResult, matched: Matched | None, day: date) -> AssetResult:
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


def _subject(result: AssetResult, remarks: tuple[Remark, ...]) -> Subject:
    media = result.extraction.media if result.extraction else None
    sequence = result.asset.frames if isinstance(result.asset, Asset) else None
    length = _length(result.extraction)
    return Subject(
        path=result.asset.path,
        sha256=result.sha256 or "",
        kind=result.kind,
        stage=result.stage,
        is_sequence=sequence is not None,
        frames=sequence or ((0, length - 1) if length else None),
        clock=media.clock() if media else None,
        observations=result.observations,
        problems=result.problems,
        examined=result.examined,
        remarks=remarks,
    )


def _length(extraction: Extraction | None) -> int | None:
    """How many frames a movie has: those that were decoded, or what its container says where none were."""
    if extraction is None or extraction.kind != "video":
        return None
    stated = extraction.media.frame_count if extraction.media else None
    decoded = extraction.looked.frames if extraction.looked else 0
    return max(stated or 0, decoded) or None
