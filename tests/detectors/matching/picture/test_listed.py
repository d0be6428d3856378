"""Lists of pHashes against a still's own."""

import imagehash
import numpy as np
import pytest
from PIL import Image

from detectors.matching.levels import Level
from detectors.matching.picture.listed import PHASH_ALGORITHM, PHASH_RATE, Listed, comparable, find_phash
from fixtures.pictures import Picture, jpeg, letterboxed, picture, resized

WORKS = [picture(seed) for seed in range(1, 30)]


def value(seen: Picture, side: int = 8) -> str:
    return str(imagehash.phash(Image.fromarray(seen), side))


def listed(*values: str, owner: list[int] | None = None) -> Listed:
    bits = np.frombuffer(bytes.fromhex("".join(values)), np.uint64)
    return Listed(bits, np.array(range(len(bits)) if owner is None else owner, np.int64))


EVERY = listed(*map(value, WORKS))


def flipped(bits: int) -> str:
    """The hash of the fifth work with so many bits changed."""
    return f"{int(value(WORKS[4]), 16) ^ ((1 << bits) - 1):016x}"


def test_a_resized_still_is_found_and_the_algorithm_named() -> None:
    (found,) = find_phash(value(resized(WORKS[4], 0.9)), EVERY, 90)
    assert (found.target, found.level, found.false_match_rate) == (4, Level.MATCH, PHASH_RATE)
    assert found.algorithm == PHASH_ALGORITHM


@pytest.mark.parametrize(("bits", "expected"), [(7, [7]), (8, [])])
def test_the_largest_distance_counts_and_one_bit_more_does_not(bits: int, expected: list[int]) -> None:
    assert [found.distance for found in find_phash(flipped(bits), EVERY, 90)] == expected


def test_of_a_work_with_several_hashes_the_nearest_is_told() -> None:
    several = listed(flipped(3), flipped(1), flipped(2), value(WORKS[9]), owner=[0, 1, 1, 1])
    found = find_phash(value(WORKS[4]), several, 90)
    assert [(one.target, one.distance) for one in found] == [(0, 3), (1, 1)]


def test_only_what_was_measured_is_compared() -> None:
    assert comparable("pdq", 32)
    assert comparable("phash", 8)
    assert not any(comparable(algorithm, 8) for algorithm in ("dhash", "ahash", "whash"))
    assert not comparable("phash", 32)
    assert find_phash(value(WORKS[4], 16), EVERY, 90) == []


def test_flat_stills_and_other_pictures_match_nothing() -> None:
    assert find_phash(value(WORKS[4]), EVERY, 49) == []
    assert find_phash(value(letterboxed(jpeg(picture(77)))), EVERY, 90) == []
    assert find_phash(value(WORKS[4]), listed(), 90) == []


def test_in_a_very_long_list_a_find_is_only_possible() -> None:
    many = listed(*[value(WORKS[0])] * 100_001, owner=[0] * 100_001)
    (found,) = find_phash(value(WORKS[0]), many, 90)
    assert (found.level, found.distance) == (Level.POSSIBLE, 0)
