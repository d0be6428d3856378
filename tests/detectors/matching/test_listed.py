"""Lists of imagehash values against a still's own."""

import imagehash
import numpy as np
import pytest
from PIL import Image

from detectors.matching.levels import Level
from detectors.matching.listed import LIMITS, RATE, HashList, Kind, comparable, find_listed
from fixtures.pictures import Picture, jpeg, letterboxed, picture, resized

WORKS = [picture(seed) for seed in range(1, 30)]
PHASH: Kind = ("phash", 64)


def value(seen: Picture, kind: Kind = PHASH) -> bytes:
    made = getattr(imagehash, kind[0])(Image.fromarray(seen), round(kind[1] ** 0.5))
    return np.packbits(made.hash.ravel()).tobytes()


def listed(kind: Kind = PHASH) -> HashList:
    bits = np.stack([np.frombuffer(value(work, kind), np.uint8) for work in WORKS])
    return HashList(kind, bits, np.arange(len(WORKS)))


@pytest.mark.parametrize("kind", LIMITS)
def test_a_resized_still_is_found_in_a_list_of_each_kind(kind: Kind) -> None:
    (found,) = find_listed({kind: value(resized(WORKS[4], 0.9), kind)}, [listed(kind)], quality=90)
    assert (found.target, found.level, found.false_match_rate) == (4, Level.MATCH, RATE)
    assert found.algorithm == f"imagehash {kind[0]} {kind[1]} bit"


def test_the_largest_distance_counts_and_one_bit_more_does_not() -> None:
    own = np.unpackbits(np.frombuffer(value(WORKS[4]), np.uint8))
    for bits, expected in ((7, 1), (8, 0)):
        changed = own.copy()
        changed[:bits] ^= 1
        found = find_listed({PHASH: np.packbits(changed).tobytes()}, [listed()], quality=90)
        assert len(found) == expected


def test_kinds_are_never_mixed() -> None:
    same_length = HashList(("dhash", 64), listed().bits, listed().owner)
    assert find_listed({PHASH: value(WORKS[4])}, [same_length], quality=90) == []


def test_kinds_without_a_measured_limit_are_not_compared() -> None:
    assert not comparable(("ahash", 64))
    blind = HashList(("ahash", 64), listed().bits, listed().owner)
    assert find_listed({("ahash", 64): value(WORKS[4])}, [blind], quality=90) == []


def test_flat_stills_and_other_pictures_match_nothing() -> None:
    assert find_listed({PHASH: value(WORKS[4])}, [listed()], quality=49) == []
    assert find_listed({PHASH: value(letterboxed(jpeg(picture(77))))}, [listed()], quality=90) == []
    assert find_listed({PHASH: value(WORKS[4])}, [], quality=90) == []


def test_in_a_very_long_list_a_find_is_only_possible() -> None:
    many = HashList(PHASH, np.repeat(listed().bits[:1], 100_001, 0), np.zeros(100_001, np.int64))
    (found,) = find_listed({PHASH: value(WORKS[0])}, [many], quality=90)
    assert (found.level, found.distance) == (Level.POSSIBLE, 0)
