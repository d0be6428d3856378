"""Reference works: what a drop is matched against, made of material that was extracted before.

A reference folder is walked and extracted like a drop, by whoever runs the scan; here its results become works with
ids. What can't be matched (sound, documents, broken and flat pictures) is kept aside with the reason, so that nobody
believes it was looked for.
"""

import hashlib
import json
import posixpath
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal, TypeAlias

import numpy as np

from detectors.fingerprint.picture import ALGORITHM, QUALITY_GATE, Fingerprints
from detectors.matching.reels import Reels
from detectors.matching.search import Words, as_words
from detectors.matching.strip import Strip
from scanner.examination import Extraction
from scanner.timecode import Clock

Medium: TypeAlias = Literal["image", "video"]
Item: TypeAlias = tuple[str, str, Extraction, Fingerprints | None]
"""Path relative to the reference folder as a report names it, sha256, what was extracted, the fingerprints."""

_MEDIA: dict[str, Medium] = {"still": "image", "video": "video", "sequence": "video"}


@dataclass(frozen=True, slots=True, eq=False)
class Reference:
    """One work. `own`: it belongs to the production itself. `aliases`: other names of the same content.

    `clock` counts from the frame `origin`: 0 in a movie, the first file's number in a sequence.
    """

    id: str
    title: str
    owner: str
    own: bool
    medium: Medium
    sha256: str
    clock: Clock | None
    fingerprints: Fingerprints
    origin: int = 0
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class ReferenceLibrary:
    """Works in the order of their ids. `unusable`: the id of what can't be matched, and why."""

    name: str
    references: tuple[Reference, ...]
    unusable: tuple[tuple[str, str], ...] = ()

    @property
    def entries(self) -> int:
        """How many works it holds."""
        return len(self.references)

    @cached_property
    def digest(self) -> str:
        """Hex sha256 over everything that a match against this library may depend on or tell."""
        works = [
            [work.id, work.sha256, work.title, work.owner, work.own, work.medium, work.fingerprints.algorithm]
            for work in self.references
        ]
        return hashlib.sha256(json.dumps([ALGORITHM, works]).encode()).hexdigest()

    @cached_property
    def stills(self) -> tuple[tuple[Reference, ...], Words]:
        """The pictures, and their hashes as seen, uint64 (n, 4)."""
        works = tuple(work for work in self.references if work.medium == "image")
        hashes = [work.fingerprints.hashes[:1, 0] for work in works]
        return works, as_words(np.concatenate([np.zeros((0, 32), np.uint8), *hashes]))

    @cached_property
    def films(self) -> tuple[tuple[Reference, ...], Reels]:
        """The movies and sequences, laid out for searching."""
        works = tuple(work for work in self.references if work.medium == "video")
        strips = [Strip.of(work.fingerprints, work.clock.rate if work.clock else None) for work in works]
        return works, Reels.of(strips, [json.dumps([work.own, work.owner]) for work in works])


def library_of(name: str, items: Iterable[Item]) -> ReferenceLibrary:
    """The library of a plain folder: the ids are the paths, and content that lies there twice keeps the first.

    Raises:
        ValueError: fingerprints of another algorithm, which are never compared.
    """
    works: dict[str, Reference] = {}
    unusable = []
    for path, sha256, extraction, fingerprints in sorted(items, key=lambda item: item[:2]):
        why = _unusable(extraction, fingerprints)
        if fingerprints is None or why:
            unusable.append((path, why))
        elif sha256 in works:
            works[sha256] = replace(works[sha256], aliases=(*works[sha256].aliases, path))
        else:
            works[sha256] = _work(path, sha256, extraction, fingerprints)
    return ReferenceLibrary(name, tuple(works.values()), tuple(unusable))


def _unusable(extraction: Extraction, fingerprints: Fingerprints | None) -> str:
    """Why nothing can be matched against this; empty: something can."""
    if fingerprints is None or not len(fingerprints):
        said = [problem.message for problem in extraction.problems]
        return said[0] if said else f"there is no picture in it ({extraction.kind})"
    if extraction.kind not in _MEDIA:
        return f"there is no picture in it ({extraction.kind})"
    if fingerprints.algorithm != ALGORITHM:
        raise ValueError(f"{fingerprints.algorithm} and {ALGORITHM} fingerprints are never compared")
    best = int(fingerprints.quality.max())
    return (
        "" if best >= QUALITY_GATE else f"too flat to be recognised (quality {best} of 100, {QUALITY_GATE} is needed)"
    )


def _work(path: str, sha256: str, extraction: Extraction, fingerprints: Fingerprints) -> Reference:
    return Reference(
        id=path,
        title=posixpath.splitext(posixpath.basename(path))[0],
        owner="",
        own=False,
        medium=_MEDIA[extraction.kind],
        sha256=sha256,
        clock=extraction.media.clock() if extraction.media else None,
        fingerprints=fingerprints,
        origin=int(fingerprints.frames[0]) if extraction.kind == "sequence" else 0,
    )
