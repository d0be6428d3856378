"""How far apart two hashes may be, and what a distance is worth: the measured figures, in one place.

Bits of 256, after whole-frame and mirrored hashes were compared. Measured on 1,425 real pictures under 32 transforms
(19.1 million pairs of unrelated pictures) and, independently, on pictures against frames of film (2.03 million pairs)
and film against film (0.91 million pairs); unrelated pictures differ in 127.9 bits on average, standard deviation 8.3.

    distance    level      false matches a pair of pictures
    0 to 31     certain    none in 19.1 million (95 % upper bound 1.6e-7); 31 is PDQ's own recommendation
    32 to 70    match      none in 19.1 million; what makes bars, mirrors, logos and grades findable
    71 to 80    possible   2e-7 up to 76; 4.9e-7 up to 80 (the first false pair of the independent set lay at 78)

Nothing flatter than quality 50 is compared at all: flat pictures match each other falsely at any distance.
"""

from enum import StrEnum

CERTAIN_RADIUS = 31
MATCH_RADIUS = 70
POSSIBLE_RADIUS = 80

_CROWD = 1_000_000
_CROWDED_RADIUS = 62
_RATES = ((MATCH_RADIUS, 1.6e-7), (76, 2e-7), (POSSIBLE_RADIUS, 4.9e-7))


class Level(StrEnum):
    """How sure a match is."""

    CERTAIN = "certain"
    MATCH = "match"
    POSSIBLE = "possible"


def picture_radius(hashes: int) -> int:
    """The largest distance at which one picture counts as found among so many reference hashes.

    70, and 62 from a million on, which keeps the expected number of false matches of a query below 0.1 (the rate falls
    to a tenth every 7 bits). 71 to 80 never: for one picture that level needs local features that agree.
    """
    return MATCH_RADIUS if hashes <= _CROWD else _CROWDED_RADIUS


def level_of(distance: int) -> Level:
    """What a distance of at most 80 is worth.

    Raises:
        ValueError: the distance is larger, which is no match.
    """
    if distance <= CERTAIN_RADIUS:
        return Level.CERTAIN
    if distance <= MATCH_RADIUS:
        return Level.MATCH
    if distance <= POSSIBLE_RADIUS:
        return Level.POSSIBLE
    raise ValueError(f"two pictures that differ in {distance} bits don't match")


def false_match_rate(distance: int) -> float:
    """Measured: of pairs of unrelated pictures, how many lie this near or nearer (an upper bound where none did).

    Raises:
        ValueError: the distance is larger than any level allows.
    """
    for radius, rate in _RATES:
        if distance <= radius:
            return rate
    raise ValueError(f"two pictures that differ in {distance} bits don't match")
