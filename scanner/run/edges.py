"""Matching the drop, with exact ends: where a grid left frames out beside an end, they are decoded before it is told.

A grid finds what is on screen, and says by how much its ends may be off. Then the frames between the looked-at ones on
either side of an end are looked at as well, and the asset is matched again, until no end moves. What was decoded is
remembered, gap by gap, so that a second scan starts no decoder; the extraction itself stays as it was, so that the
answer never depends on what an earlier scan was matched against.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TypeAlias

import numpy as np

from detectors.fingerprint.picture import Fingerprints
from detectors.observation import Observation
from scanner.catalogue import Catalogue
from scanner.drop.assets import Drop
from scanner.examination import Extraction
from scanner.library.match import match_asset
from scanner.library.references import ReferenceLibrary
from scanner.media.movies import densely
from scanner.media.plans import GRID
from scanner.media.program import MediaError
from scanner.run.examine import pieces
from scanner.run.gather import Gathering
from scanner.run.plan import EXTRACTION_VERSION, Unit, patience
from scanner.run.workers import Failure, Job, Workers

Gap: TypeAlias = tuple[int, int]
"""Frames that a grid left out between two that were looked at: the first and the last."""


@dataclass(frozen=True, slots=True)
class Matched:
    """What was recognised in one asset, and how many of its frames were looked at for it."""

    observations: tuple[Observation, ...]
    frames: int


@dataclass(frozen=True, slots=True)
class Gaps:
    """The gaps of one movie that are to be filled."""

    unit: Unit
    gaps: tuple[Gap, ...]


@dataclass(frozen=True, slots=True)
class _Asset:
    unit: Unit
    extraction: Extraction
    prints: Fingerprints
    observations: tuple[Observation, ...]
    filled: frozenset[Gap] = frozenset()


def match_drop(
    drop: Drop,
    gathering: Gathering,
    libraries: Sequence[ReferenceLibrary],
    catalogue: Catalogue,
    workers: Workers,
) -> dict[str, Matched]:
    """What each asset of a drop shows of the references, by path; without an entry where there is nothing to match."""
    assets: Iterable[_Asset] = _assets(drop, gathering, libraries) if libraries else ()
    done: dict[str, Matched] = {}
    while True:
        open_ends = []
        for asset in assets:  # one at a time: only those with open ends are held on to
            done[asset.unit.asset.path] = Matched(asset.observations, len(asset.prints))
            gaps = _gaps(asset)
            if gaps:
                open_ends.append((asset, gaps))
        if not open_ends:
            return done
        wanted = [Gaps(asset.unit, gaps) for asset, gaps in open_ends]
        gathering.unless_stopped(partial(_fill, wanted, catalogue, workers))
        assets = [_again(asset, gaps, catalogue, libraries) for asset, gaps in open_ends]


def fill(gaps: Gaps) -> Fingerprints:
    """Decode the frames of some gaps, in a worker; none where they can't be had."""
    (piece,) = pieces(gaps.unit)
    try:
        return densely(piece.path, gaps.gaps) or Fingerprints.join([])
    except MediaError:
        return Fingerprints.join([])


def _assets(drop: Drop, gathering: Gathering, libraries: Sequence[ReferenceLibrary]) -> Iterator[_Asset]:
    for unit in gathering.units(drop):
        extraction, prints = gathering.extraction(unit), gathering.fingerprints(unit)
        if extraction and prints is not None:
            yield _Asset(unit, extraction, prints, _match(extraction, prints, libraries))


def _match(
    extraction: Extraction, prints: Fingerprints, libraries: Sequence[ReferenceLibrary]
) -> tuple[Observation, ...]:
    clock = extraction.media.clock() if extraction.media else None
    return match_asset(extraction.kind, clock, prints, libraries)


def _gaps(asset: _Asset) -> tuple[Gap, ...]:
    """The gaps beside the ends of what was recognised that nobody has tried to fill yet."""
    if not asset.extraction.looked or asset.extraction.looked.plan != GRID:
        return ()
    frames = asset.prints.frames
    spans = [seen.span for seen in asset.observations if seen.span and seen.span.edge_frames]
    ends = {end for span in spans for end in (span.first_frame, span.last_frame)}
    places = [int(np.searchsorted(frames, end)) for end in ends]
    beside = {(place - 1, place) for place in places} | {(place, place + 1) for place in places}
    gaps = {
        (int(frames[left]) + 1, int(frames[right]) - 1) for left, right in beside if left >= 0 and right < len(frames)
    }
    return tuple(sorted((first, last) for first, last in gaps - asset.filled if first <= last))


def _fill(wanted: Iterable[Gaps], catalogue: Catalogue, workers: Workers) -> None:
    """Have workers decode the gaps that no earlier scan filled, and remember what came, gap by gap."""
    lacking: dict[str, Gaps] = {}
    for asked in wanted:
        unit = asked.unit
        gaps = tuple(gap for gap in asked.gaps if _remembered(unit, gap, catalogue) is None)
        known = lacking.get(unit.content, Gaps(unit, ()))
        lacking[unit.content] = Gaps(unit, tuple(sorted({*known.gaps, *gaps})))
    jobs = [Job(asked, patience(asked.unit)) for asked in lacking.values() if asked.gaps]
    for filled, prints in workers.run(fill, jobs):
        if isinstance(prints, Failure):
            continue  # the ends stay open, and say so
        for first, last in filled.gaps:
            inside = (prints.frames >= first) & (prints.frames <= last)
            part = Fingerprints(prints.frames[inside], prints.hashes[inside], prints.quality[inside])
            catalogue.keep_fingerprints(filled.unit.content, "", _version((first, last)), part)


def _again(asset: _Asset, gaps: Sequence[Gap], catalogue: Catalogue, libraries: Sequence[ReferenceLibrary]) -> _Asset:
    """The asset matched with its gaps filled, as far as they could be."""
    parts = [part for gap in gaps if (part := _remembered(asset.unit, gap, catalogue)) is not None]
    prints = Fingerprints.join([asset.prints, *parts])
    order = np.argsort(prints.frames)
    prints = Fingerprints(prints.frames[order], prints.hashes[order], prints.quality[order])
    observations = _match(asset.extraction, prints, libraries)
    return _Asset(asset.unit, asset.extraction, prints, observations, asset.filled | set(gaps))


def _remembered(unit: Unit, gap: Gap, catalogue: Catalogue) -> Fingerprints | None:
    return catalogue.fingerprints(unit.content, "", _version(gap))  # whatever its name ends in


def _version(gap: Gap) -> str:
    return f"{EXTRACTION_VERSION} frames {gap[0]}-{gap[1]}"
