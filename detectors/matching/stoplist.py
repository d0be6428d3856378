"""Pictures that mean nothing: bars, ramps, leaders, plain fields. Their hashes match each other everywhere.

Test pictures pass every gate of quality, and stand in front of half of all films. They are painted here after the
standards (SMPTE RP 219 and EG 1, EBU 3325 bars, grey ramps, an Academy leader's cross and rings) and hashed like any
picture. A house adds what it puts in front of its own films. What many works have in common is left out by itself.

Countdowns with numerals are not painted here: a numeral fills the frequencies that a hash is made of. The same look in
another typeface differs in 50 to 90 bits of 256, with other rings in 80 and more; of 1,008 painted frames of six looks
hardly any came within 31 bits of the same looks in other typefaces. So countdowns match only where they are the very
same, and one that stands in front of films of several houses is for a house to add.

A picture that is the same along every line, such as bars without any row below, has none of the frequencies that a hash
is made of: its bits are chance, and change with the slightest noise. What is listed here of such pictures is what a
generator makes; after compression they are neither matched nor recognised.
"""

from collections.abc import Iterator
from functools import cache
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from detectors.fingerprint.picture import SIDE, fingerprint
from detectors.matching.search import HashWords, as_words, near

STOP_RADIUS = 31
"""Bits within which a hash is taken for one of the list."""
COMMON = 5
"""Other works that may hold a picture before it says nothing of any of them."""
COMMON_RADIUS = 62
"""Bits within which works hold the same picture: slates of one house, each with its own title, differ in 8 to 54."""
VERSIONS = 0.5
"""Where others hold more than this share of a work, it is a version of theirs, such as one of ten spots for a film, and
no film with a leader in front: nothing is left out of it, or what they show would be found by none of them."""

_HARDLY = 8
"""Bits in which neighbouring pictures of a work differ that are counted as one."""
_COMPARED = 30_000
_LOOKED_THROUGH = 300_000
"""Hashes that are compared with each other at most, a second's work, and those that are looked through for them."""
_AT_ONCE = 1024

_Picture: TypeAlias = NDArray[np.uint8]
_WEIGHTS = (0.2126, 0.7152, 0.0722)
_BARS = ((1, 1, 1), (1, 1, 0), (0, 1, 1), (0, 1, 0), (1, 0, 1), (1, 0, 0), (0, 0, 1))


@cache
def built_in() -> HashWords:
    """The hashes of the pictures that are painted here, with each mirrored, uint64 (n, 4)."""
    pictures = np.stack(list(_pictures()))
    prints = fingerprint(pictures, np.arange(len(pictures)))
    return np.unique(as_words(prints.hashes.reshape(-1, 32)), axis=0)


def meaningless(words: HashWords, owner: NDArray[np.int64], stops: HashWords) -> NDArray[np.bool_]:
    """Which of the hashes of a library say nothing: near one that is stopped, or held by many other works.

    Args:
        words: uint64 (n, 4).
        owner: (n,) whose each is; copies of one work should have one owner.
        stops: uint64 (k, 4), besides those that are built in.
    """
    return stopped(words, stops) | _common(words, owner)


def stopped(words: HashWords, stops: HashWords) -> NDArray[np.bool_]:
    """Which of the hashes (n, 4) are near one that is stopped: built in, or one of `stops` (k, 4)."""
    left_out = np.zeros(len(words), bool)
    left_out[near(np.concatenate([built_in(), stops]), words, STOP_RADIUS).target] = True
    return left_out


def _common(words: HashWords, owner: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Which hashes more than a few other works hold, but of works that are hardly anything else."""
    shared = _shared(words, owner)
    share = np.bincount(owner, shared) / np.maximum(1, np.bincount(owner))
    return shared & (share <= VERSIONS)[owner]


def _shared(words: HashWords, owner: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Which hashes more than a few other works hold, nearly.

    In a library of very many, only what stands in front of each work is compared so, and the rest to the bit.
    """
    common = np.zeros(len(words), bool)
    head = _heads(words, owner) if len(words) <= _LOOKED_THROUGH else np.arange(len(words))
    chosen = np.flatnonzero(head == np.arange(len(head)))
    if len(chosen) > _COMPARED:
        for rows in _equal(words):
            common[rows] = len(np.unique(owner[rows])) > COMMON + 1
        place = _places(owner[chosen])
        chosen = chosen[place < np.partition(place, _COMPARED)[_COMPARED]]
    for first in range(0, len(chosen), _AT_ONCE):
        queries = chosen[first : first + _AT_ONCE]
        hits = near(words[queries], words[chosen], COMMON_RADIUS)
        holders = np.unique(np.stack([hits.query, owner[chosen[hits.target]]], axis=1), axis=0)[:, 0]
        common[queries] |= np.bincount(holders, minlength=len(queries)) > COMMON + 1  # it is held by itself as well
    return common | common[head]


def _places(owner: NDArray[np.int64]) -> NDArray[np.int64]:
    """Of each row, how many of its owner stand before it."""
    order = np.argsort(owner, kind="stable")
    first = np.searchsorted(owner[order], owner[order])
    places = np.empty_like(order)
    places[order] = np.arange(len(order)) - first
    return places


def _heads(words: HashWords, owner: NDArray[np.int64]) -> NDArray[np.int64]:
    """For each hash the row of the one that stands for it: the first of neighbours of a work that hardly differ."""
    head = np.arange(len(words))
    for row in range(1, len(words)):
        last = head[row - 1]
        if owner[row] == owner[last] and int(np.bitwise_count(words[row] ^ words[last]).sum()) <= _HARDLY:
            head[row] = last
    return head


def _equal(words: HashWords) -> Iterator[NDArray[np.int64]]:
    """The rows of each hash that stands more often than a few times."""
    order = np.lexsort(words.T[::-1])
    fresh = np.ones(len(order), bool)
    fresh[1:] = (words[order][1:] != words[order][:-1]).any(1)
    for rows in np.split(order, np.flatnonzero(fresh)[1:]):
        if len(rows) > COMMON + 1:
            yield rows


def _pictures() -> Iterator[_Picture]:
    """Test pictures as luma, at the levels of full and of television range."""
    for level in (0.75, 1.0):
        for rows in ((1.0,), (0.67, 0.08, 0.25), (0.58, 0.08, 0.08, 0.26)):
            yield _bars(level, rows)
    yield _ramp()
    yield _ramp().T.copy()
    yield np.ascontiguousarray(_ramp()[:, ::-1])
    for cells in (4, 8, 16):
        yield _steps(cells)
        yield _board(cells)
    for sweep in range(0, 360, 30):
        yield _leader(sweep)


def _luma(colour: tuple[float, ...], level: float) -> int:
    return round(16 + 219 * level * sum(part * weight for part, weight in zip(colour, _WEIGHTS, strict=True)))


def _bars(level: float, rows: tuple[float, ...]) -> _Picture:
    """Colour bars: the top row alone, with the reversed row and the PLUGE row below, or with the rows of RP 219."""
    picture = np.full((SIDE, SIDE), 16, np.uint8)
    columns = np.minimum(np.arange(SIDE) * len(_BARS) // SIDE, len(_BARS) - 1)
    top = np.array([_luma(colour, level) for colour in _BARS], np.uint8)[columns]
    backwards = np.array(
        [_luma(colour, level) if at % 2 == 0 else 16 for at, colour in enumerate(_BARS[::-1])], np.uint8
    )
    patterns = [top, backwards[columns], _ramp()[0], _pluge()]
    chosen = {1: [0], 3: [0, 1, 3], 4: [0, 1, 2, 3]}[len(rows)]
    begin = 0.0
    for share, pattern in zip(rows, chosen, strict=True):
        picture[round(begin * SIDE) : round((begin + share) * SIDE)] = patterns[pattern]
        begin += share
    return picture


def _pluge() -> _Picture:
    """The bottom row: -I, white, +Q, black with its two narrow steps."""
    line = np.full(SIDE, 16, np.uint8)
    sixth = SIDE * 5 // 28
    line[:sixth], line[sixth : 2 * sixth], line[2 * sixth : 3 * sixth] = 28, 235, 24
    line[SIDE * 5 // 7 : SIDE * 16 // 21], line[SIDE * 17 // 21 : SIDE * 6 // 7] = 8, 25
    return line


def _ramp() -> _Picture:
    return np.broadcast_to(np.linspace(16, 235, SIDE).round().astype(np.uint8), (SIDE, SIDE)).copy()


def _steps(cells: int) -> _Picture:
    levels = np.linspace(16, 235, cells).round().astype(np.uint8)
    return np.broadcast_to(levels[np.arange(SIDE) * cells // SIDE], (SIDE, SIDE)).copy()


def _board(cells: int) -> _Picture:
    place = np.arange(SIDE) * cells // SIDE
    return np.where((place[:, None] + place[None]) % 2, 235, 16).astype(np.uint8)


def _leader(sweep: int) -> _Picture:
    """A countdown's cross, rings and hand, without its numeral."""
    y, x = np.mgrid[:SIDE, :SIDE] - (SIDE - 1) / 2
    picture = np.full((SIDE, SIDE), 96, np.uint8)
    radius, angle = np.hypot(x * 16 / 9, y), (np.degrees(np.arctan2(x, -y)) + 360) % 360
    picture[(radius < SIDE * 0.42) & (angle < sweep)] = 60
    picture[(np.abs(x) < 1) | (np.abs(y) < 1)] = 230
    picture[np.abs(radius - SIDE * 0.42) < 1.5] = 230  # noqa: PLR2004 - half a line
    return picture
