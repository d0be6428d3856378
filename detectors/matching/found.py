"""One place where a reference was recognised: what every kind of matching gives."""

from dataclasses import dataclass
from fractions import Fraction

from detectors.matching.levels import Level
from detectors.observation import Span


@dataclass(frozen=True, slots=True)
class Found:
    """`target`: which of the references. `distance`: bits of 256, the nearest picture's or a segment's median.

    `span`: where in the asset, None for a still. `target_span`: where in the reference, None for a picture.
    `speed`: how many of the reference's seconds pass in one of the asset's. `pictures`: how many support it.
    `time_ambiguous`: other places of the reference fit as well (nothing moves, or it repeats itself).
    """

    target: int
    level: Level
    distance: int
    mirrored: bool
    pictures: int
    span: Span | None = None
    target_span: Span | None = None
    speed: Fraction = Fraction(1)
    time_ambiguous: bool = False
