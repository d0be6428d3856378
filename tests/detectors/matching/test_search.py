"""Search finds every pair within the radius, and nothing else."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detectors.matching import search
from detectors.matching.search import HashWords, as_words, near


def _random(count: int, seed: int) -> HashWords:
    return np.random.default_rng(seed).integers(0, 2**64, (count, 4), np.uint64, endpoint=False)


def _flipped(word: HashWords, bits: int) -> HashWords:
    """The hash with its first `bits` bits turned over."""
    flipped: HashWords = word ^ as_words(np.packbits(np.arange(256) < bits))[0]
    return flipped


def _by_hand(queries: HashWords, targets: HashWords, radius: int) -> list[tuple[int, int, int]]:
    apart = np.bitwise_count(queries[:, None] ^ targets[None]).sum(-1)
    return [(int(q), int(t), int(apart[q, t])) for q, t in zip(*np.nonzero(apart <= radius), strict=True)]


def _found(queries: HashWords, targets: HashWords, radius: int) -> list[tuple[int, int, int]]:
    hits = near(queries, targets, radius)
    return list(zip(hits.query.tolist(), hits.target.tolist(), hits.distance.tolist(), strict=True))


@pytest.mark.parametrize("radius", [0, 31, 70, 256])
def test_the_radius_is_included(radius: int) -> None:
    one = _random(1, 1)
    targets = np.stack([_flipped(one[0], bits) for bits in (radius - 1, radius, radius + 1) if 0 <= bits <= 256])
    assert [hit[2] for hit in _found(one, targets, radius)] == [max(0, radius - 1), radius][: 2 if radius else 1]


def test_a_negative_differs_in_every_bit_and_is_no_match() -> None:
    one = _random(1, 2)
    assert _found(one, ~one, 255) == []
    assert _found(one, ~one, 256) == [(0, 0, 256)]


@settings(max_examples=40)
@given(seed=st.integers(0, 2**32), queries=st.integers(0, 40), targets=st.integers(0, 60), radius=st.integers(90, 140))
def test_it_finds_what_comparing_by_hand_finds(seed: int, queries: int, targets: int, radius: int) -> None:
    asked, sought = _random(queries, seed), _random(targets, seed + 1)
    assert _found(asked, sought, radius) == _by_hand(asked, sought, radius)


@settings(max_examples=40, deadline=None)
@given(
    seed=st.integers(0, 2**32),
    queries=st.integers(1, 40),
    targets=st.integers(1, 300),
    radius=st.integers(0, 256),
    block=st.integers(1, 400),
)
def test_both_ways_of_searching_find_the_same(seed: int, queries: int, targets: int, radius: int, block: int) -> None:
    asked, sought = _random(queries, seed), _random(targets, seed + 1)
    sought[: min(queries, targets)] = asked[: min(queries, targets)]  # some that are near, at every radius
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(search, "_TARGETS_IN_FAISS", block)
        found = [search._all(asked, sought, radius, by) for by in (search.by_numpy, search.by_faiss)]
    for column in ("query", "target", "distance"):
        assert np.array_equal(getattr(found[0], column), getattr(found[1], column))


@pytest.mark.parametrize("by", [search.by_numpy, search.by_faiss])
@pytest.mark.parametrize("radius", [0, 31, 70, 255, 256])
def test_either_way_includes_the_radius(by: Callable[..., list[search._Pairs]], radius: int) -> None:
    one = _random(1, 1)
    targets = np.stack([_flipped(one[0], bits) for bits in range(257)])
    found = search._all(one, targets, radius, by)
    assert found.distance.tolist() == list(range(radius + 1))


def test_much_is_searched_by_faiss_with_the_same_outcome(monkeypatch: pytest.MonkeyPatch) -> None:
    queries, targets = _random(50, 7), _random(2000, 8)
    by_numpy = _found(queries, targets, 100)
    monkeypatch.setattr(search, "_WORTH_FAISS", 1)
    assert _found(queries, targets, 100) == by_numpy
    assert len(by_numpy) > 10


def test_mapped_targets_are_searched_where_they_lie(tmp_path: Path) -> None:
    targets = _random(5000, 9)
    targets.tofile(tmp_path / "hashes")
    mapped = np.memmap(tmp_path / "hashes", np.uint64, "r").reshape(-1, 4)
    assert _found(targets[[70, 4999]], mapped, 31) == [(0, 70, 0), (1, 4999, 0)]


def test_equal_queries_each_get_their_hits() -> None:
    targets = _random(search._WORTH_SORTING + 10, 3)
    queries = targets[[5, 700, 5, 5, 9, 700]]
    assert _found(queries, targets, 60) == [(0, 5, 0), (1, 700, 0), (2, 5, 0), (3, 5, 0), (4, 9, 0), (5, 700, 0)]


def test_blocks_do_not_show(monkeypatch: pytest.MonkeyPatch) -> None:
    queries, targets = _random(70, 4), _random(1500, 5)
    whole = _found(queries, targets, 105)
    assert len(whole) > 50
    monkeypatch.setattr(search, "_PAIRS_AT_ONCE", 97)
    monkeypatch.setattr(search, "_TARGETS_AT_ONCE", 13)
    assert _found(queries, targets, 105) == whole == _by_hand(queries, targets, 105)


def test_nothing_asked_or_nothing_there_gives_nothing() -> None:
    nothing = np.zeros((0, 4), np.uint64)
    assert _found(nothing, _random(3, 6), 70) == []
    assert _found(_random(3, 6), nothing, 70) == []
