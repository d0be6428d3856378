"""What a match of pictures is worth: the measured figures, in one place.

Hashes: bits of 256 in which the nearest of a picture's hashes differ (whole, without bars, without dark borders, each
as seen and mirrored). Measured on 1,425 real pictures under 32 transforms (19.1 million pairs of unrelated pictures)
and, independently, on pictures against frames of film (2.03 million pairs) and film against film (0.91 million
pairs); unrelated pictures differ in 127.9 bits on average, standard deviation 8.3.

    distance    level      false matches a pair of pictures
    0 to 31     certain    none in 19.1 million (95 % upper bound 1.6e-7); 31 is PDQ's own recommendation
    32 to 60    match      the same; certain where 12 local features agree as well
    61 to 70    match      none in 19.1 million; what makes bars, mirrors, logos and grades findable
    71 to 80    possible   2e-7 up to 76; 4.9e-7 up to 80 (the first false pair of the independent set lay at 78)

A picture turned by quarters is known by its hash as well, which makes three times as many comparisons: up to 62 bits,
as the first false pair of 3.3 million lay at 72. So is the negative of a picture (of 204,800 unrelated pairs the
nearest lay at 90). Nothing flatter than quality 50 is compared at all: flat pictures
match each other falsely at any distance.

Local features: how many, distinct in place, agree on one map.

    inliers     level      false matches a pair of pictures
    12 and more match      none in 3.3 million (95 % upper bound 9e-7)
    8 to 11     possible   only where the hashes differ in 80 bits or fewer; alone they are not told

Two pictures that are not alike but bear the same timecode, watermark or logo agree there in a hundred features. So it
is asked where they agree. A spot, or a line, is nothing. In fewer than half of the parts in which both pictures have
features: `possible` at most, and in fewer than 35 % of them nothing. At the same places of both pictures, while their
hashes differ in more than 100 bits: `possible` at most, and nothing where they agree in fewer than four parts of five.
And where a picture is shown at about its size, what only one of the two has speaks against it: `possible` at most where
they agree in fewer than 40 % of the parts in which either has features, nothing below 20 %. Of 231 unrelated pairs with
the same timecode and watermark 95 % came to 37 % or less; of 256 changed pictures two came to less than 47 %.

Where only local features speak, and put a picture askew (turned by more than 20 degrees, and not by quarters), it is
`possible` at most: pictures of one table, a wall or a poster by two cameras meet like that.
"""

from enum import StrEnum

CERTAIN_RADIUS = 31
MATCH_RADIUS = 70
POSSIBLE_RADIUS = 80

TURNED_RADIUS = 62
"""For pictures turned by quarters, and for negatives."""
CONTRADICTED = 100
"""Bits above which hashes say that two whole pictures are not the same, whatever features agree."""

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


LEAST_DETAILS = 12
"""Local features that must agree, distinct in place, for them alone to be a match."""
SUPPORTING_DETAILS = 8
"""Local features that agree, which make a doubtful hash worth telling."""
_SURE_WITH_DETAILS = 60
_SOMEWHERE, _EVERYWHERE, _NEARLY = 0.35, 0.5, 0.8
"""Shares of the parts of two pictures in which details agree."""
_HARDLY_SPREAD, _SPREAD = 0.2, 0.4
"""The same, of the parts in which either picture has details."""
_DETAILS_RATE = 9e-7


def picture_level(
    distance: int | None,
    inliers: int,
    radius: int,
    *,
    share: float = 1.0,
    spread: float = 1.0,
    contradicted: bool = False,
    askew: bool = False,
) -> Level | None:
    """What one picture is worth, by its hashes and its local features together; None: it isn't told.

    Args:
        distance: bits in which the nearest hashes differ; None where they are too far apart to say anything.
        inliers: local features that agree.
        radius: see `picture_radius`.
        share: of the parts in which both pictures have local features, those where some agree.
        spread: the same of the parts in which either has.
        contradicted: features lie at the same places of both pictures, while hashes say that they are different.
        askew: features say that one is turned as only pictures of the same thing are (see `Placement.askew`).
    """
    if distance is not None:
        sure = inliers >= LEAST_DETAILS and share >= _EVERYWHERE
        if distance <= CERTAIN_RADIUS or (distance <= min(radius, _SURE_WITH_DETAILS) and sure):
            return Level.CERTAIN
        if distance <= radius:
            return Level.MATCH
    if inliers >= LEAST_DETAILS and share >= _SOMEWHERE and spread >= _HARDLY_SPREAD:
        if contradicted:
            return Level.POSSIBLE if share >= _NEARLY else None
        sure = share >= _EVERYWHERE and spread >= _SPREAD and (not askew or distance is not None)
        return Level.MATCH if sure else Level.POSSIBLE
    supported = inliers >= SUPPORTING_DETAILS and distance is not None and distance <= POSSIBLE_RADIUS
    return Level.POSSIBLE if supported else None


def picture_rate(distance: int | None, inliers: int) -> float | None:
    """Measured: how many pairs of unrelated pictures come as far as this one, by whichever way fewer do."""
    rates = [_DETAILS_RATE] if inliers >= LEAST_DETAILS else []
    rates += [false_match_rate(distance)] if distance is not None else []
    return min(rates, default=None)
