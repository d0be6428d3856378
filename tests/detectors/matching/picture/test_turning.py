"""The hashes of a turned picture are made of its own."""

import numpy as np
import pytest

from detectors.fingerprint.picture import fingerprint
from detectors.matching.picture.turning import TURNS, WAYS, in_all_ways, untwisted
from detectors.matching.search import HashWords, as_words
from fixtures.pictures import Greys, grey, picture


def hashes(seen: Greys) -> tuple[HashWords, HashWords]:
    both = fingerprint(seen[None], np.zeros(1, np.int64)).hashes[0, 0]
    return as_words(both[0]), as_words(both[1])


def twisted(seen: Greys, degrees: int, *, mirrored: bool) -> Greys:
    return np.ascontiguousarray(np.rot90(seen[:, ::-1] if mirrored else seen, -degrees // 90))


@pytest.mark.parametrize("seed", range(1, 9))
def test_each_way_of_turning_is_undone(seed: int) -> None:
    seen = grey(picture(seed))
    own = hashes(seen)[0][0]
    for way, (degrees, mirrored) in enumerate(TURNS):
        ways = untwisted(*hashes(twisted(seen, degrees, mirrored=mirrored)))[0]
        apart = np.bitwise_count(ways ^ own).sum(-1)
        assert apart[way] <= 20
        assert int(apart.argmin()) == way


def test_what_needs_no_change_of_sign_is_exact() -> None:
    seen = grey(picture(3))
    own = hashes(seen)[0][0]
    for degrees, mirrored in ((0, False), (0, True), (90, False), (270, True)):
        ways = untwisted(*hashes(twisted(seen, degrees, mirrored=mirrored)))[0]
        assert np.array_equal(ways[TURNS.index((degrees, mirrored))], own)


@pytest.mark.parametrize("seed", range(1, 9))
def test_a_negative_is_undone(seed: int) -> None:
    seen = grey(picture(seed))
    own = hashes(seen)[0][0]
    for mirrored in (False, True):
        negative = 255 - twisted(seen, 0, mirrored=mirrored)
        apart = np.bitwise_count(in_all_ways(*hashes(negative))[0] ^ own).sum(-1)
        way = WAYS.index((0, mirrored, True))
        assert apart[way] <= 4
        assert int(apart.argmin()) == way
