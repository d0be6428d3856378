"""What a detector says it saw: the one word that detectors, matching, judgement and reports share.

An observation is a fact about an asset's bytes, with where it was read and the source of the rule that reads it.
It holds no verdict: whether a fact matters is the policy's to say.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from typing_extensions import TypeAliasType

Json = TypeAliasType("Json", "bool | int | float | str | list[Json] | dict[str, Json] | None")

VALUE_LIMIT = 200
"""Characters of a value that an observation quotes."""
CONTRADICTION = "marks.contradict"
"""The rule of an observation that marks in one file can't both be true."""


class Kind(StrEnum):
    """What sort of fact it is."""

    AI = "ai"
    CREDENTIAL = "credential"
    MATCH = "match"
    NOTE = "note"


class Claim(StrEnum):
    """What an AI observation says of the picture or sound: made by a model, changed by one, or only near one."""

    GENERATED = "generated"
    EDITED = "edited"
    TOUCHED = "touched"


class Strength(StrEnum):
    """How much it takes for the observation to be wrong. Definitive and strong ones are established facts."""

    DEFINITIVE = "definitive"
    STRONG = "strong"
    WEAK = "weak"

    @property
    def established(self) -> bool:
        """Whether a verdict of fail may rest on it."""
        return self is not Strength.WEAK


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """Frames of an asset, both ends included: counted from 0 in a movie, by file number in a sequence.

    `edge_frames` says how far off the ends may be (0: exact).
    """

    first_frame: int
    last_frame: int
    edge_frames: int = 0


@dataclass(frozen=True, slots=True)
class Observation:
    """One fact. `span` None means the whole asset; `generator` None means not named, never guessed."""

    detector: str
    rule: str
    kind: Kind
    strength: Strength
    where: str
    value: str = ""
    source: str = ""
    claim: Claim | None = None
    generator: str | None = None
    span: Span | None = None
    suspect: bool = False
    """Weak, but telling enough that somebody should ask (a telling file name, a source type that may be AI)."""
    facts: Mapping[str, Json] = field(default_factory=dict)
    prompt: str = ""
    """What somebody wrote into the tool, where the mark holds it: for the judgement, never for a report."""
    part: str = ""
    """The part of the asset that it was seen in; empty: the asset itself. No detector fills it in."""


def shorten(value: str) -> str:
    """The value as a report quotes it: at most 200 characters, an ellipsis where some were left off."""
    return value if len(value) <= VALUE_LIMIT else value[: VALUE_LIMIT - 1] + "…"
