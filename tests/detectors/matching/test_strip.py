"""A strip knows its frames, also where a plan left some out."""

from fractions import Fraction

import numpy as np

from detectors.fingerprint.picture import Fingerprints, fingerprint
from detectors.matching.strip import Strip
from detectors.observation import Span
from fixtures.pictures import flat, shot
from tests.detectors.matching.strips import strip


def test_ends_are_exact_where_every_frame_was_looked_at() -> None:
    assert strip(shot(1, 20)).span(3, 9) == Span(3, 9, edge_frames=0)


def test_ends_are_off_by_what_was_left_out_beside_them() -> None:
    grid = strip(shot(1, 20), step=12)
    assert grid.span(3, 9) == Span(36, 108, edge_frames=11)
    assert grid.span(0, 19) == Span(0, 228, edge_frames=11)


def test_one_picture_alone_has_a_span() -> None:
    assert strip(shot(1, 1), first=1001).span(0, 0) == Span(1001, 1001)


def test_a_sample_takes_so_many_a_second_and_leaves_flat_pictures_out() -> None:
    pictures = np.concatenate([shot(1, 240), flat(240), shot(2, 240)])
    places = strip(pictures).sample(2, at_least=16)
    assert places.tolist() == [*range(0, 240, 12), *range(480, 720, 12)]


def test_a_short_strip_is_sampled_whole() -> None:
    assert strip(shot(1, 12), None).sample(2, at_least=16).tolist() == list(range(12))


def test_numbers_far_apart_cost_no_memory() -> None:
    far = strip(shot(1, 2), None, first=1, step=10**9)
    assert far.sample(2, at_least=16).tolist() == [0, 1]


def test_a_frame_is_looked_up_by_its_number() -> None:
    numbered = strip(shot(1, 10), first=1001)
    places, there = numbered.at(np.array([1000, 1001, 1010, 1011]))
    assert there.tolist() == [False, True, True, False]
    assert places[1:3].tolist() == [0, 9]


def test_on_a_grid_the_nearest_picture_stands_for_a_frame() -> None:
    places, there = strip(shot(1, 10), step=12).at(np.array([0, 5, 7, 120, 114]))
    assert places.tolist() == [0, 0, 1, 9, 9]
    assert there.tolist() == [True, True, True, False, True]


def test_a_strip_that_states_no_rate_runs_as_the_other() -> None:
    assert strip(shot(1, 5), None).pace(Fraction(25)).rate == 25
    assert strip(shot(1, 5), Fraction(25)).pace(None).rate == 25
    assert strip(shot(1, 5), Fraction(25)).pace(Fraction(30)).rate == 25


def test_cuts_that_take_nothing_away_are_not_searched_twice() -> None:
    prints = fingerprint(shot(1, 4), np.arange(4))
    hashes, quality = prints.hashes.copy(), prints.quality.copy()
    hashes[:, 1:], quality[:, 1:] = hashes[:, :1], quality[:, :1]
    hashes[2, 1] ^= 255
    hashes[3, 1:] ^= 255
    quality[3] = (100, 20, 100)
    places, cuts = Strip.of(Fingerprints(prints.frames, hashes, quality)).cuts(np.arange(4))
    assert list(zip(places.tolist(), cuts.tolist(), strict=True)) == [(0, 0), (1, 0), (2, 0), (2, 1), (3, 0), (3, 2)]
