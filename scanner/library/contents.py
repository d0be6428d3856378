"""What is kept of one reference work: its facts, its prints, and of its pictures the hashes that are searched.

A film is searched by a few pictures a second; the frames in between are compared once it was found.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np

from detectors.fingerprint.picture import QUALITY_GATE, Fingerprints
from detectors.fingerprint.prints import LOCAL, PICTURES, SOUND, Prints
from detectors.fingerprint.sound import SoundPrints
from detectors.matching.film.reels import KEPT_A_SECOND, KEPT_AT_LEAST
from detectors.matching.strip import Strip
from scanner.catalogue.shelf import ListedRow, WorkRow
from scanner.examination import Extraction, MediaFacts
from scanner.library.store import HASHES, PLACES
from scanner.timecode import Clock

_MEDIA = {"still": "image", "video": "video", "sequence": "video", "audio": "audio"}


@dataclass(frozen=True, slots=True)
class Contents:
    """All that is kept of one content: its prints by their kind, and hashes that were listed instead of made."""

    work: WorkRow
    blocks: Mapping[str, bytes] = field(default_factory=dict)
    listed: tuple[ListedRow, ...] = ()


def contents_of(content: str, extraction: Extraction, prints: Prints) -> Contents:
    """What is kept of a content that was looked at. Where nothing can be matched against it: its facts, and why.

    Raises:
        ValueError: prints of another algorithm, which are never compared.
    """
    prints.require_current()
    media = extraction.media or MediaFacts("")
    work = WorkRow(
        content=content,
        medium=_MEDIA.get(extraction.kind, ""),
        rate=media.rate,
        start_timecode=media.labels,
        times=media.times,
        origin=_origin(extraction, prints.pictures),
        phash=extraction.values.phash if extraction.values else "",
    )
    blocks: dict[str, bytes] = {}
    why = _unseen(extraction, prints.pictures)
    if prints.pictures is not None and not why:
        blocks |= _of_pictures(work, prints.pictures)
        if prints.local is not None:
            blocks[LOCAL.name] = prints.local.to_bytes()
    if prints.sound is not None and _heard(prints.sound):
        blocks[SOUND.name] = prints.sound.to_bytes()
    return Contents(work if blocks else replace(work, why=why), blocks)


def clock_of(work: WorkRow) -> Clock | None:
    """How a content counts its frames; None where it has none to count."""
    return MediaFacts("", rate=work.rate, start_timecode=work.start_timecode, times=work.times).clock()


def _of_pictures(work: WorkRow, pictures: Fingerprints) -> dict[str, bytes]:
    """The pictures of a content, and of those that it is searched by their hashes and places."""
    clock = clock_of(work)
    strip = Strip.of(pictures, clock.rate if clock else None, clock.times if clock else ())
    sampled = strip.sample(KEPT_A_SECOND, KEPT_AT_LEAST) if work.medium == "video" else np.arange(len(strip))
    places, cuts = strip.cuts(sampled)
    hashes = np.ascontiguousarray(strip.words[places, cuts, 0])
    rows = np.stack([strip.frames[places], cuts], axis=1)
    return {HASHES: hashes.tobytes(), PLACES: rows.tobytes(), PICTURES.name: pictures.to_bytes()}


def _unseen(extraction: Extraction, pictures: Fingerprints | None) -> str:
    """Why no picture of this can be matched; empty: some can."""
    if pictures is None or not len(pictures) or extraction.kind not in _MEDIA:
        said = [problem.message for problem in extraction.problems]
        return said[0] if said else f"there is neither picture nor sound in it ({extraction.kind})"
    best = int(pictures.quality.max())
    return (
        "" if best >= QUALITY_GATE else f"too flat to be recognised (quality {best} of 100, {QUALITY_GATE} is needed)"
    )


def _heard(sound: SoundPrints) -> bool:
    """Whether there is anything in it but silence."""
    return any(len(track.words) or len(track.times) for track in sound.tracks)


def _origin(extraction: Extraction, pictures: Fingerprints | None) -> int:
    """The frame that carries the clock's start: the first file of a sequence, and 0 everywhere else."""
    return int(pictures.frames[0]) if extraction.kind == "sequence" and pictures is not None and len(pictures) else 0
