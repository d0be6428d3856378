"""Matching the drop, with exact ends: where a grid left frames out beside an end, they are decoded before it is told.

A grid finds what is on screen, and says by how much its ends may be off. Then the frames between the looked-at ones on
either side of an end are looked at as well, and the asset is matched again, until no end moves. What was decoded is
remembered, gap by gap, so that a second scan starts no decoder; the extraction itself stays as it was, so that the
answer never depends on what an earlier scan was matched against.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import TypeAlias

import numpy as np

from detectors.fingerprint.picture import Fingerprints
from detectors.fingerprint.prints import Prints
from detectors.observation import Observation
from scanner.catalogue import Catalogue
from scanner.drop.assets import Asset, Drop
from scanner.examination import Extraction
from scanner.library.match import match_asset
from scanner.library.references import ReferenceLibrary
from scanner.media.decode.movies import decode_ranges
from scanner.media.decode.plans import GRID
from scanner.media.errors import MediaError
from scanner.run.looking.examine import pieces
from scanner.run.looking.gather import Gathering
from scanner.run.looking.plan import EXTRACTION_VERSION, Unit, patience
from scanner.run.looking.workers import Failure, Job, Workers

SOUND = "audio"
"""The detector whose observations nobody can see."""

Gap: TypeAlias = tuple[int, int]
"""Frames that a grid left out between two that were looked at: the first and the last."""


@dataclass(frozen=True, slots=True)
class Matched:
    """What was recognised in one asset, how many of its frames were looked at, and which gaps were filled for that.

    `frames` is None where it has no pictures.
    """

    observations: tuple[Observation, ...]
    frames: int | None
    filled: tuple[Gap, ...] = ()


@dataclass(frozen=True, slots=True)
class Gaps:
    """The gaps of one movie that are to be filled, in their order."""

    unit: Unit
    gaps: tuple[Gap, ...]


def match_drop(
    drop: Drop,
    gathering: Gathering,
    libraries: Sequence[ReferenceLibrary],
    catalogue: Catalogue,
    workers: Workers,
) -> dict[str, Matched]:
    """What each asset of a drop shows of the references, by path; without an entry where there is nothing to match."""
    matches: dict[str, Matched] = {}
    pending = [Gaps(unit, ()) for unit in gathering.looked_at(drop)] if libraries else []
    while pending:
        wider = []
        for request in pending:  # one at a time: the prints of a long film are large
            extraction, prints = gathering.extraction(request.unit), asset_prints(gathering.prints(request.unit))
            if extraction is None or prints.nothing:
                continue
            prints = with_frames(prints, filled_frames(request, catalogue))
            observations = recognise(request.unit.asset, extraction, prints, libraries, workers.count)
            matches[request.unit.asset.path] = Matched(observations, frames_looked_at(prints), request.gaps)
            open_gaps = set(_open_gaps(extraction, prints, observations)) - set(request.gaps)
            if open_gaps:
                wider.append(Gaps(request.unit, tuple(sorted({*request.gaps, *open_gaps}))))
        gathering.unless_stopped(partial(_fill, wider, catalogue, workers))
        pending = wider
    return matches


def fill_gaps(gaps: Gaps) -> Fingerprints:
    """Decode the frames of some gaps, in a worker; none where they can't be had."""
    (piece,) = pieces(gaps.unit)
    try:
        return decode_ranges(piece.path, gaps.gaps, gaps.unit.track) or Fingerprints.join([])
    except MediaError:
        return Fingerprints.join([])


def asset_prints(prints: Prints) -> Prints:
    """The prints of a content without mirrored features: it has those where a reference work holds the same bytes."""
    if prints.local is None or not prints.local.mirrored.any():
        return prints
    return replace(prints, local=prints.local[~prints.local.mirrored])


def recognise(
    asset: Asset, extraction: Extraction, prints: Prints, libraries: Sequence[ReferenceLibrary], threads: int
) -> tuple[Observation, ...]:
    """What one asset shows of the references, searched by `threads` threads."""
    media = extraction.media
    return match_asset(
        extraction.kind,
        media.clock() if media else None,
        prints,
        libraries,
        origin=asset.frames[0] if asset.frames else 0,
        frames=media.frame_count if media and extraction.kind == "video" else None,
        phash=extraction.values.phash if extraction.values else "",
        threads=threads,
    )


def frames_looked_at(prints: Prints) -> int | None:
    """How many frames the prints are of; None where there are no pictures."""
    return None if prints.pictures is None else len(prints.pictures)


def _open_gaps(extraction: Extraction, prints: Prints, observations: Iterable[Observation]) -> Iterator[Gap]:
    """The gaps beside the ends of what was recognised, where a grid left some."""
    if not extraction.looked or extraction.looked.plan != GRID or prints.pictures is None:
        return
    frames = prints.pictures.frames
    spans = [
        observation.span
        for observation in observations
        if observation.span and observation.span.edge_frames and observation.detector != SOUND
    ]
    ends = {end for span in spans for end in (span.first_frame, span.last_frame)}
    places = [int(np.searchsorted(frames, end)) for end in ends]
    for left, right in {(place - 1, place) for place in places} | {(place, place + 1) for place in places}:
        if left >= 0 and right < len(frames) and frames[right] - frames[left] > 1:
            yield int(frames[left]) + 1, int(frames[right]) - 1


def _fill(requests: Iterable[Gaps], catalogue: Catalogue, workers: Workers) -> None:
    """Have workers decode the gaps that no earlier scan filled, and remember what came, gap by gap."""
    lacking: dict[str, Gaps] = {}
    for request in requests:
        unit = request.unit
        gaps = tuple(gap for gap in request.gaps if _remembered_frames(unit, gap, catalogue) is None)
        earlier = lacking.get(unit.content, Gaps(unit, ()))
        lacking[unit.content] = Gaps(unit, tuple(sorted({*earlier.gaps, *gaps})))
    jobs = [Job(request, patience(request.unit)) for request in lacking.values() if request.gaps]
    for filled, prints in workers.run(fill_gaps, jobs):
        if isinstance(prints, Failure):
            continue  # the ends stay open, and say so
        for first, last in filled.gaps:
            in_gap = (prints.frames >= first) & (prints.frames <= last)
            catalogue.keep_prints(filled.unit.content, "", _version((first, last)), Prints(prints[in_gap]))


def filled_frames(gaps: Gaps, catalogue: Catalogue) -> Fingerprints:
    """What is remembered of the frames in some gaps, in their order."""
    fills = (_remembered_frames(gaps.unit, gap, catalogue) for gap in gaps.gaps)
    return Fingerprints.join([fill for fill in fills if fill is not None])


def with_frames(prints: Prints, further: Fingerprints) -> Prints:
    """The prints with those of further frames between them."""
    if prints.pictures is None or not len(further):
        return prints
    pictures = Fingerprints.join([prints.pictures, further])
    return replace(prints, pictures=pictures[np.argsort(pictures.frames)])


def _remembered_frames(unit: Unit, gap: Gap, catalogue: Catalogue) -> Fingerprints | None:
    return catalogue.prints(unit.content, "", _version(gap)).pictures  # whatever its name ends in


def _version(gap: Gap) -> str:
    return f"{EXTRACTION_VERSION} frames {gap[0]}-{gap[1]}"
