"""A reference picture in stills and shots, and a delivered still in a reference film."""

import numpy as np
import pytest

from detectors.matching.levels import Level
from detectors.matching.pictures import find_pictures, find_pictures_in_still, find_still_in_reels
from detectors.observation import Span
from fixtures.pictures import (
    Greys,
    Picture,
    cropped,
    flat,
    graded,
    grey,
    greys,
    jpeg,
    locked_shot,
    mirrored,
    picture,
    resized,
    shot,
)
from tests.detectors.matching.strips import strip

WORKS = [picture(seed) for seed in range(50, 62)]
TARGETS = strip(greys(*WORKS)).words[:, 0]


def _held(seen: Picture, frames: int) -> Greys:
    return np.repeat(grey(seen)[None], frames, 0)


@pytest.mark.parametrize(
    ("change", "level"),
    [
        (resized(WORKS[4], 0.4), Level.CERTAIN),
        (jpeg(WORKS[4], 15), Level.CERTAIN),
        (graded(WORKS[4]), Level.CERTAIN),
        (mirrored(jpeg(WORKS[4])), Level.CERTAIN),
        (cropped(WORKS[4], 0.04), Level.MATCH),
    ],
)
def test_a_still_is_recognised_after_what_post_production_does_to_it(change: Picture, level: Level) -> None:
    (found,) = find_pictures_in_still(strip(greys(change)), TARGETS)
    assert (found.target, found.level, found.span, found.target_span) == (4, level, None, None)


def test_a_mirrored_still_is_said_to_be_mirrored() -> None:
    (found,) = find_pictures_in_still(strip(greys(mirrored(WORKS[2]))), TARGETS)
    assert found.mirrored
    (found,) = find_pictures_in_still(strip(greys(WORKS[2])), TARGETS)
    assert not found.mirrored


def test_a_picture_that_is_its_own_mirror_image_is_told_as_seen() -> None:
    seen = WORKS[1]
    both = np.concatenate([seen, mirrored(seen)], axis=1)
    (found,) = find_pictures_in_still(strip(greys(both)), strip(greys(both)).words[:, 0])
    assert not found.mirrored


def test_unrelated_and_flat_stills_match_nothing() -> None:
    for seed in range(100, 110):
        assert find_pictures_in_still(strip(greys(picture(seed))), TARGETS) == []
    black = strip(flat(1))
    assert find_pictures_in_still(black, black.words[:, 0]) == []


def test_a_picture_on_screen_has_its_first_and_last_frame() -> None:
    movie = np.concatenate([shot(1, 40), _held(jpeg(WORKS[3]), 30), shot(2, 25), _held(WORKS[3], 10), shot(3, 5)])
    found = find_pictures(strip(movie), TARGETS)
    assert [(each.target, each.span, each.pictures) for each in found] == [
        (3, Span(40, 69), 30),
        (3, Span(95, 104), 10),
    ]
    assert {each.level for each in found} == {Level.CERTAIN}


def test_a_flash_does_not_end_a_run_but_a_cut_does() -> None:
    shown = np.concatenate([_held(WORKS[0], 20), flat(4, 255), _held(WORKS[0], 20)])
    (found,) = find_pictures(strip(np.concatenate([shot(1, 30), shown])), TARGETS)
    assert (found.span, found.pictures) == (Span(30, 73), 40)
    apart = np.concatenate([_held(WORKS[0], 20), shot(5, 13), _held(WORKS[0], 20)])
    assert len(find_pictures(strip(apart), TARGETS)) == 2


def test_a_single_certain_frame_is_only_possible() -> None:
    (found,) = find_pictures(strip(np.concatenate([shot(1, 30), greys(WORKS[7]), shot(2, 30)])), TARGETS)
    assert (found.target, found.level, found.span) == (7, Level.POSSIBLE, Span(30, 30))
    assert found.distance <= 31


def test_a_single_frame_that_is_not_certain_counts_for_nothing() -> None:
    other = cropped(WORKS[7], 0.05)
    assert find_pictures_in_still(strip(greys(other)), TARGETS)[0].level is Level.MATCH
    assert find_pictures(strip(np.concatenate([shot(1, 30), greys(other), shot(2, 30)])), TARGETS) == []


def test_a_sequence_is_told_in_its_file_numbers() -> None:
    movie = np.concatenate([shot(1, 12), _held(WORKS[5], 24)])
    (found,) = find_pictures(strip(movie, None, first=1001), TARGETS)
    assert found.span == Span(1013, 1036)


def test_two_works_on_screen_at_once_are_both_told() -> None:
    twice = np.concatenate([TARGETS, TARGETS[3:4]])
    found = find_pictures(strip(np.concatenate([shot(1, 20), _held(WORKS[3], 20)])), twice)
    assert [(each.target, each.span) for each in found] == [(3, Span(20, 39)), (12, Span(20, 39))]


def test_the_order_of_the_works_changes_only_their_numbers() -> None:
    movie = strip(np.concatenate([_held(WORKS[seed], 10) for seed in (3, 8, 1)]))
    forward = {(each.target, each.span, each.distance) for each in find_pictures(movie, TARGETS)}
    backward = {(11 - each.target, each.span, each.distance) for each in find_pictures(movie, TARGETS[::-1])}
    assert forward == backward


def test_a_delivered_still_is_found_in_the_film_it_was_taken_from() -> None:
    films = [strip(np.concatenate([shot(1, 60), shot(2, 60)])), strip(shot(3, 90)), strip(flat(20))]
    still = np.repeat(shot(2, 60)[30][..., None], 3, axis=2)
    (found,) = find_still_in_reels(strip(greys(mirrored(jpeg(still)))), films)
    assert (found.target, found.level, found.mirrored, found.span) == (0, Level.CERTAIN, True, None)
    assert found.target_span is not None
    assert found.target_span.first_frame <= 90 <= found.target_span.last_frame
    assert found.target_span.last_frame - found.target_span.first_frame < 24
    assert not found.time_ambiguous


def test_a_still_that_a_film_shows_twice_is_ambiguous_in_time() -> None:
    film = strip(np.concatenate([locked_shot(1, 20), shot(2, 60), locked_shot(1, 20)]))
    (found,) = find_still_in_reels(strip(locked_shot(1, 1)), [film])
    assert found.time_ambiguous


def test_a_still_of_nothing_in_the_films_and_a_flat_one_are_not_found() -> None:
    films = [strip(shot(1, 60)), strip(flat(60))]
    assert find_still_in_reels(strip(greys(picture(9))), films) == []
    assert find_still_in_reels(strip(flat(1)), films) == []
