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
`possible` at most: pictures of one table, a wall or a poster by two cameras meet like that. So is it where less than
62 % of what the two show is the same once the one is laid over the other (`Resemblance.share`): a thing that two
cameras filmed came to 52 to 56 %, of 665 changed pictures one in a hundred to less than 69 %.

All of that is of pictures that show something. Letters, lines and boxes (`Look.drawn`) have the same corners and the
same broad light and shade whatever is written, so two title cards agree in every way but one: what is written where.

    resemblance                       level
    weak .78 and weakest .45, and up  as above; where 200 windows count, whatever the weakest
    weak .68 and up                   possible at most
    too small to be read, share .8    possible at most
    not known                         possible at most
    anything else                     nothing

Of 3,672 pairs of different cards of 18 kinds none came to .78, and 41 to .68 (at most 8.2e-4 false matches a pair of
one design); of 648 that were the same card graded, scaled, cropped, re-encoded or letterboxed 97 % did.
A drawing that has many greys all over, as artwork does, may have a logo or a timecode over it: where local features
agree in all parts of it, and more than half of the windows, it is a match; so it is in small, where all agree.

And pictures that show hardly anything (`Look.smooth`: PDQ's quality below 100) lie near each other: of 367,000 pairs
of painted lamps in the dark, fruit on plain grounds, seas and skies none lay within 31 bits, as seen or mirrored, but
15 within 50, 85 within 60 and 320 within 70. So a hash alone is a match up to 31; up to 45 where sketches show the
same to the last window; up to the radius `possible`, where they show it nearly everywhere or were not kept, and else
nothing.
"""

from dataclasses import dataclass
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


@dataclass(frozen=True, slots=True)
class Resemblance:
    """What two pictures have in common where they should meet, one laid over the other in small (see `resemblance`).

    `share`: of the windows in which either shows something, those that show the same. `weak`, `weakest`: correlations
    that all but a twentieth, and all but a fiftieth, of these windows reach. `readable`: whether words could be told
    apart. `windows`: how many there are.
    """

    share: float
    weak: float
    weakest: float
    readable: bool
    windows: int = 0

    @property
    def is_same_writing(self) -> bool:
        """Whether the same is written at the same places, nearly everywhere."""
        sure = self.weakest >= _SAME_WORD or self.windows >= _MANY_WINDOWS
        return self.readable and self.weak >= _SAME_WORDS and sure

    @property
    def is_near_writing(self) -> bool:
        """Whether that may be: a word or a digit may be another, or all of it is too small to be read."""
        return self.weak >= _NEARLY_WORDS if self.readable else self.share >= _UNREADABLE


@dataclass(frozen=True, slots=True)
class Look:
    """What two pictures are apart from what agrees in them.

    `drawn`: either is letters, lines and boxes; `bare`: there is hardly anything else in one of them. `smooth`: either
    shows hardly any detail. `resemblance`: None where that isn't known: prints that were stored before there were
    sketches have none.
    """

    drawn: bool = False
    bare: bool = True
    smooth: bool = False
    resemblance: Resemblance | None = None

    @property
    def is_another_thing(self) -> bool:
        """Whether what the two show around what agrees is known, and is something else."""
        return self.resemblance is not None and self.resemblance.share < _SAME_THING


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
_SAME_WORDS, _SAME_WORD, _NEARLY_WORDS = 0.78, 0.45, 0.68
_UNREADABLE = 0.8
_SAME_THING = 0.62
_MANY_WINDOWS, _MANY_DETAILS, _UNDER_OVERLAYS = 200, 100, 0.57
_ALL_OVER, _MOST_PARTS, _WEAK_IN_SMALL = 0.98, 0.75, 0.85
_SMOOTH_RADIUS = 45
_SMOOTH_SHARE, _SMOOTH_WEAK = 0.95, 0.95
_DRAWN_RATE = 8.2e-4
_SMOOTH_RATES = (
    (CERTAIN_RADIUS, 8.2e-6),
    (40, 1.7e-5),
    (50, 4.1e-5),
    (60, 2.3e-4),
    (MATCH_RADIUS, 8.7e-4),
    (POSSIBLE_RADIUS, 2.8e-3),
)
_ORDER = (Level.CERTAIN, Level.MATCH, Level.POSSIBLE)


def picture_level(
    distance: int | None,
    inliers: int,
    radius: int,
    *,
    share: float = 1.0,
    spread: float = 1.0,
    contradicted: bool = False,
    askew: bool = False,
    look: Look | None = None,
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
        look: what the two pictures are apart from that; not given: pictures full of detail.
    """
    level = _by_evidence(distance, inliers, radius, (share, spread), contradicted=contradicted, askew=askew)
    if level is None or look is None:
        return level
    if look.drawn and _shows_more(look, inliers, share, spread):
        return at_most(level, Level.MATCH)
    return at_most(level, _most(look, distance, inliers, radius))


def _shows_more(look: Look, inliers: int, share: float, spread: float) -> bool:
    """Whether two drawn pictures show so much besides ink, and agree in all parts of it, that words say little."""
    alike = look.resemblance
    if look.bare or alike is None or share < _MOST_PARTS or spread < _EVERYWHERE:
        return False
    whole = alike.windows >= _MANY_WINDOWS and inliers >= _MANY_DETAILS and alike.share >= _UNDER_OVERLAYS
    small = alike.share >= _ALL_OVER and alike.weak >= _WEAK_IN_SMALL
    bent = alike.share >= _MOST_PARTS and inliers >= _MANY_DETAILS and share >= _ALL_OVER
    return whole or (not alike.readable and (small or bent))


def at_most(level: Level, most: Level | None) -> Level | None:
    """The less sure of two levels; None, that it isn't told, is less than any."""
    return None if most is None else max(level, most, key=_ORDER.index)


def writing_level(resemblance: Resemblance | None) -> Level | None:
    """The most that a match of letters, lines and boxes can be."""
    if resemblance is None:
        return Level.POSSIBLE
    if resemblance.is_same_writing:
        return Level.CERTAIN
    return Level.POSSIBLE if resemblance.is_near_writing else None


def _most(look: Look, distance: int | None, inliers: int, radius: int) -> Level | None:
    """The most that the look of two pictures allows."""
    alike = look.resemblance
    if look.drawn:
        return writing_level(alike)
    if distance is None or distance > radius:
        return Level.POSSIBLE if look.is_another_thing else Level.CERTAIN
    if not look.smooth or distance <= CERTAIN_RADIUS or inliers >= SUPPORTING_DETAILS:
        return Level.CERTAIN
    if alike is None or alike.share < _SMOOTH_SHARE:
        return None if alike else Level.POSSIBLE
    return Level.MATCH if distance <= _SMOOTH_RADIUS and alike.weak >= _SMOOTH_WEAK else Level.POSSIBLE


def _by_evidence(
    distance: int | None, inliers: int, radius: int, shares: tuple[float, float], *, contradicted: bool, askew: bool
) -> Level | None:
    """What pictures full of detail are worth (see `picture_level`)."""
    share, spread = shares
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


def picture_rate(distance: int | None, inliers: int, look: Look | None = None) -> float | None:
    """Measured: how many pairs of unrelated pictures come as far as this one, by whichever way fewer do.

    Of pictures that look like these two: letters and lines, those that hardly show anything, and all others.
    """
    if look is not None and look.drawn and (distance is not None or inliers >= LEAST_DETAILS):
        return _DRAWN_RATE
    rates = [_DETAILS_RATE] if inliers >= LEAST_DETAILS else []
    if distance is not None and look is not None and look.smooth:
        rates += [rate for radius, rate in _SMOOTH_RATES if distance <= radius][:1]
    elif distance is not None:
        rates += [false_match_rate(distance)]
    return min(rates, default=None)
