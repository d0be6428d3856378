"""The hashes that a picture would have, were it turned, mirrored or no negative: made of its own, without the picture.

Turning a picture by a quarter exchanges its rows and columns and turns their order round. In a hash of the lowest
frequencies the first is a change of places, which is exact. The second changes the sign of odd frequencies, and with
it their bits, but for the few that lie between zero and the median: six of 256 as a rule, with 19 pictures of 20 no
more than sixteen. A negative changes the sign of every frequency, and of the median too: each bit is the other one.
"""

import numpy as np
from numpy.typing import NDArray

from detectors.matching.search import HashWords

TURNS: tuple[tuple[int, bool], ...] = (
    (0, False),
    (0, True),
    (90, False),
    (180, False),
    (270, False),
    (90, True),
    (180, True),
    (270, True),
)
"""Degrees clockwise, and whether it was mirrored before that."""
WAYS: tuple[tuple[int, bool, bool], ...] = (
    *((degrees, mirrored, False) for degrees, mirrored in TURNS),
    (0, False, True),
    (0, True, True),
)
"""The ways in which a picture is looked for: degrees clockwise, whether mirrored before that, whether a negative."""

_SIDE = 16
_ODD_ROWS = np.packbits(np.repeat(np.arange(_SIDE) % 2 == 0, _SIDE)).view(np.uint64)  # the first frequency is 1


def untwisted(seen: HashWords, mirrored: HashWords) -> HashWords:
    """The hashes of what a picture shows, if it shows it in each of `TURNS`: uint64 (n, 8, 4).

    `seen` and `mirrored` uint64 (n, 4): the picture's own hashes. The first two are exact.
    """
    upset, both = seen ^ _ODD_ROWS, mirrored ^ _ODD_ROWS  # upside down, and turned by half
    ways = (seen, mirrored, _exchanged(mirrored), both, _exchanged(upset), _exchanged(both), upset, _exchanged(seen))
    return np.stack(ways, axis=1)


def in_all_ways(seen: HashWords, mirrored: HashWords) -> HashWords:
    """The hashes of what a picture shows, if it shows it in each of `WAYS`: uint64 (n, 10, 4), arguments as before."""
    return np.concatenate([untwisted(seen, mirrored), np.stack([~seen, ~mirrored], axis=1)], axis=1)


def _exchanged(words: HashWords) -> HashWords:
    """Rows and columns exchanged."""
    bits: NDArray[np.uint8] = np.unpackbits(np.ascontiguousarray(words).view(np.uint8), axis=-1)
    squares = bits.reshape(-1, _SIDE, _SIDE).transpose(0, 2, 1)
    return np.packbits(squares.reshape(-1, _SIDE * _SIDE), axis=-1).view(np.uint64)
