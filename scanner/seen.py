"""The record of one asset as it was seen, and the facts of a match: what every room behind the looking speaks of.

One record goes from the looking to the judgement and on to the report. Nothing here looks, judges or tells: it holds
what was learned, and names what follows from that alone.
"""

import hashlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, fields, replace
from functools import cached_property
from itertools import takewhile
from typing import Any, Self

from detectors.material import AssetKind
from detectors.observation import Json, Observation
from scanner.drop.assets import Asset, Refused
from scanner.examination import Extraction, Part, Problem
from scanner.terms.reasons import Reason, StoredReason
from scanner.terms.verdicts import Stage
from scanner.timecode import Clock


def frames_shown(extraction: Extraction) -> tuple[int, int] | None:
    """The first and the last frame of a movie, from 0; None of anything else, and where their count isn't known.

    They are those that were decoded, or what its container says where none were.
    """
    if extraction.kind != "video":
        return None
    stated = extraction.media.frame_count if extraction.media else None
    count = max(stated or 0, extraction.looked.frames if extraction.looked else 0)
    return (0, count - 1) if count else None


@dataclass(frozen=True, slots=True)
class Remark:
    """What the manifests in a drop show: a reason, a sentence, and what it is about where that is no asset."""

    reason: StoredReason
    message: str
    about: str = ""


@dataclass(frozen=True, slots=True)
class SeenPart:
    """One part of an asset as it was seen; the id in `part` leads to it from the asset, through the parts it lies in.

    `content`: under what it is remembered, the same wherever the same bytes are found; empty where it wasn't looked at.
    """

    part: Part
    content: str = ""
    extraction: Extraction | None = None
    problems: tuple[Problem, ...] = ()
    examined: bool = True

    @property
    def clock(self) -> Clock | None:
        """How its frames are labelled; None where no rate is known."""
        return self.extraction.media.clock() if self.extraction and self.extraction.media else None


@dataclass(frozen=True)
class SeenAsset:
    """All that is known of one asset: as it was examined, and later with what was recognised in it.

    `sha256` is None where the bytes couldn't be read; `examined` is False where something that should have been looked
    at wasn't, and `problems` then say what (they include the extraction's). `remarks` are about how it was delivered.
    `parts` are what lies in it besides what it is known by; what was observed in them follows its own observations.
    `frame_digests`: of an image sequence, the SHA-256 of each of its files, in their order.

    A part is judged by a record of the same form (`part_views`): `part` is then set, the problems and observations are
    that part's alone, and `first_observation` says where they begin among the asset's.
    """

    asset: Asset | Refused
    kind: AssetKind
    stage: Stage
    sha256: str | None
    extraction: Extraction | None
    observations: tuple[Observation, ...] = ()
    problems: tuple[Problem, ...] = ()
    examined: bool = True
    remarks: tuple[Remark, ...] = ()
    parts: tuple[SeenPart, ...] = ()
    frame_digests: tuple[str, ...] = ()
    part: Part | None = None
    first_observation: int = 0

    @property
    def path(self) -> str:
        """How every report names it."""
        return self.asset.path

    @property
    def owed(self) -> bool:
        """Whether somebody should have looked inside; not so for files that are no media."""
        return self.kind != "other" or any(problem.code != Reason.SCAN_OTHER_FILE for problem in self.problems)

    @property
    def is_sequence(self) -> bool:
        """Whether its frames have the numbers of its files."""
        return self._numbers is not None

    @property
    def origin(self) -> int:
        """The frame that carries the clock's start: the first file of a sequence, and 0 everywhere else."""
        return self._numbers[0] if self._numbers else 0

    @cached_property
    def frames(self) -> tuple[int, int] | None:
        """The first and the last frame: from 0 in a movie, file numbers in a sequence.

        None where there are none, or their count isn't known. A movie has those that were decoded, or what its
        container says where none were.
        """
        return self._numbers or (frames_shown(self.extraction) if self.extraction else None)

    @cached_property
    def clock(self) -> Clock | None:
        """How its frames are labelled; None where no rate is known."""
        return self.extraction.media.clock() if self.extraction and self.extraction.media else None

    def part_views(self) -> Iterator["SeenAsset"]:
        """The parts that there is something to say of, each as the judgement looks at it, in their order."""
        for seen in self.parts:
            own = [index for index, each in enumerate(self.observations) if each.part == seen.part.id]
            if own or seen.problems:
                yield replace(
                    self,
                    kind=seen.part.kind,
                    extraction=seen.extraction,
                    observations=self.observations[own[0] : own[-1] + 1] if own else (),
                    problems=seen.problems,
                    examined=seen.examined,
                    remarks=(),
                    parts=(),
                    part=seen.part,
                    first_observation=own[0] if own else 0,
                )

    def main_view(self) -> "SeenAsset":
        """The asset without what was seen in its parts."""
        if not self.parts:
            return self
        return replace(self, observations=tuple(each for each in self.observations if not each.part), parts=())

    @cached_property
    def _numbers(self) -> tuple[int, int] | None:
        if self.part is not None:
            return self.part.ends if self.part.kind == "sequence" else None
        return self.asset.frames if isinstance(self.asset, Asset) else None


@dataclass(frozen=True, slots=True)
class EvidencePicture:
    """One frame as a JPEG, kept as evidence for some of its asset's observations (by their index).

    `frame` counts as a span's frames do; None for a still. `reference`: the work it is a frame of, where it is shown
    beside the asset's own. `ingredient`: the title of an ingredient that it shows, as the asset's credential pictures
    it; empty where it has none. `part`: the part of the asset that it is a frame of; empty: the asset itself.
    """

    jpeg: bytes
    frame: int | None
    observations: tuple[int, ...]
    reference: str | None = None
    ingredient: str | None = None
    part: str = ""

    @property
    def file(self) -> str:
        """Its name beside the report, which changes with its bytes."""
        return f"pictures/{hashlib.sha256(self.jpeg).hexdigest()[:16]}.jpg"


@dataclass(frozen=True, slots=True)
class HeardFacts:
    """Where in an asset's sound a work was heard, by which comparison, and how clearly."""

    stream: int
    channel: int | None
    tier: str
    score: float


@dataclass(frozen=True, slots=True)
class MatchFacts:
    """What an observation of a match states: the work, how sure that is, and where in the work it was found.

    `distance`: bits of the hash that differ; None where hashes had no part in it. `inliers`: local features that agree.
    `false_match_rate`: as measured; None where none was. `reference_span`: of the work, with the keys of
    `spans.span_facts`. `speed`: seconds of the work in one of the asset's. `quad`: the corners of the work in the
    asset's picture, each across and down, from 0 to 1. `best_frame`: the asset's frame that shows it best, and
    `target_frame` the work's beside it. `ties`: so many more works are the very same. `heard`: of sound alone.
    """

    reference: str = ""
    title: str = ""
    owner: str = ""
    own: bool = False
    medium: str = ""
    level: str = ""
    distance: int | None = None
    inliers: int = 0
    false_match_rate: float | None = None
    algorithm: str = ""
    reference_span: Mapping[str, Json] | None = None
    speed: float = 1.0
    mirrored: bool = False
    turned: int = 0
    transforms: tuple[str, ...] = ()
    quad: tuple[tuple[float, float], ...] | None = None
    time_ambiguous: bool = False
    best_frame: int | None = None
    target_frame: int | None = None
    licences: tuple[str, ...] = ()
    ties: int = 0
    heard: HeardFacts | None = None

    @property
    def name(self) -> str:
        """What the work is called: its title, else its id."""
        return self.title or self.reference

    @property
    def shown_frame(self) -> int | None:
        """The work's frame that is to be shown beside the asset's: the best, else the first of its span."""
        first = self.reference_span.get("first_frame") if self.reference_span else None
        return self.target_frame if self.target_frame is not None else _number(first)

    def to_json(self) -> dict[str, Json]:
        """The facts as an observation holds them; those of sound stand among the others."""
        heard = asdict(self.heard) if self.heard else {}
        stated = {field.name: getattr(self, field.name) for field in fields(self) if field.name != "heard"}
        return {
            **stated,
            "reference_span": dict(self.reference_span) if self.reference_span else None,
            "transforms": list(self.transforms),
            "quad": [list(corner) for corner in self.quad] if self.quad else None,
            "licences": list(self.licences),
            **heard,
        }

    @classmethod
    def from_json(cls, facts: Mapping[str, Json]) -> Self:
        """What the facts of an observation state of a match.

        A house's own detector states what it likes: what is missing or of another type counts as not stated.
        """
        stated = {name: read(facts[name]) for name, read in _READERS.items() if name in facts}
        heard: dict[str, Any] = {name: read(facts.get(name)) for name, read in _READERS_OF_SOUND.items()}
        given: dict[str, Any] = {name: value for name, value in stated.items() if value is not None}
        if None not in (heard["stream"], heard["tier"], heard["score"]):
            given["heard"] = HeardFacts(**heard)
        return cls(**given)


MATCH_FACTS_IN_ORDER = tuple(takewhile(lambda name: name != "best_frame", (field.name for field in fields(MatchFacts))))
"""The facts of a match that a report tells first, in its order; the others follow by the alphabet."""


def _text(value: Json) -> str | None:
    return str(value) if isinstance(value, str | int | float) else None


def _number(value: Json) -> int | None:
    return value if isinstance(value, int) else None


def _measure(value: Json) -> float | None:
    return float(value) if isinstance(value, int | float) else None


def _answer(value: Json) -> bool:
    return value is True


def _words(value: Json) -> tuple[str, ...] | None:
    return tuple(word for word in value if isinstance(word, str)) if isinstance(value, list) else None


def _corners(value: Json) -> tuple[tuple[float, float], ...] | None:
    if not isinstance(value, list):
        return None
    corners: list[tuple[float, float]] = []
    for corner in value:
        match corner:
            case [int() | float() as across, int() | float() as down]:
                corners.append((float(across), float(down)))
            case _:
                return None
    return tuple(corners)


def _span(value: Json) -> Mapping[str, Json] | None:
    return value if isinstance(value, dict) else None


_READERS: Mapping[str, Callable[[Json], object]] = {
    **dict.fromkeys(("reference", "title", "owner", "medium", "level", "algorithm"), _text),
    **dict.fromkeys(("own", "mirrored", "time_ambiguous"), _answer),
    **dict.fromkeys(("distance", "inliers", "turned", "best_frame", "target_frame", "ties"), _number),
    **dict.fromkeys(("false_match_rate", "speed"), _measure),
    **dict.fromkeys(("transforms", "licences"), _words),
    "quad": _corners,
    "reference_span": _span,
}
_READERS_OF_SOUND: Mapping[str, Callable[[Json], object]] = {
    "stream": _number,
    "channel": _number,
    "tier": _text,
    "score": _measure,
}
