"""The record of one match: a place in an asset where a reference picture or film was recognised.

All matching of pictures gives these; a match of sound is a `sound.listening.SoundMatch`.
"""

from dataclasses import dataclass
from fractions import Fraction
from typing import TypeAlias

from detectors.matching.levels import Level
from detectors.observation import Span

Quad: TypeAlias = tuple[tuple[float, float], ...]
"""The corners of a reference inside an asset's picture: its upper left, upper right, lower right and lower left, each
across and down from 0 to 1 of the asset's width and height. Where a reference goes beyond the picture, so do they."""


@dataclass(frozen=True, slots=True)
class PictureMatch:
    """One reference recognised at one place of an asset.

    `target`: which of the references. `distance`: bits of 256 in which the hashes differ, of the nearest picture or the
    median of a stretch; None where hashes had no part in it. `inliers`: local features that agree in the best picture;
    0 where local features had no part in it. `span`: where in the asset, None for a still. `target_span`: where in the
    reference, None for a picture. `speed`: how many of the reference's seconds pass in one of the asset's. `pictures`:
    how many support it. `time_ambiguous`: other places of the reference fit as well (nothing moves, or it repeats
    itself). `turned`: degrees, clockwise, by which the asset shows it turned. `transforms`: what was done to it, in
    words. `best_frame`: the asset's frame that shows it best; `target_frame`: the reference's frame beside it.
    `false_match_rate`: measured, of pairs of unrelated pictures; None where none was measured.
    """

    target: int
    level: Level
    distance: int | None
    mirrored: bool
    pictures: int
    span: Span | None = None
    target_span: Span | None = None
    speed: Fraction = Fraction(1)
    time_ambiguous: bool = False
    inliers: int = 0
    quad: Quad | None = None
    turned: int = 0
    transforms: tuple[str, ...] = ()
    best_frame: int | None = None
    target_frame: int | None = None
    algorithm: str = "pdq/2"
    false_match_rate: float | None = None
