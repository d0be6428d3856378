"""Stretches of a reference film in another movie: to the frame, mirrored, at other speeds, and where nothing moves."""

from fractions import Fraction

import numpy as np
import pytest

from detectors.matching.found import Found
from detectors.matching.levels import Level
from detectors.matching.segments import find_segments
from detectors.observation import Span
from fixtures.pictures import Greys, flat, greys, jpeg, locked_shot, mirrored, picture, shot
from tests.detectors.matching.strips import FILM, reels, strip

WORK = np.concatenate([shot(1, 240), shot(2, 240), shot(3, 240)])
REELS = reels([strip(WORK)])


def _inside(stretch: Greys, before: int = 150, after: int = 90) -> Greys:
    return np.concatenate([shot(91, before), stretch, shot(92, after)])


def _one(found: list[Found]) -> Found:
    assert len(found) == 1, found
    return found[0]


def _at_speed(ratio: Fraction, first: int, frames: int) -> Greys:
    """The work with `ratio` of its frames passing in one frame."""
    return np.asarray(WORK[np.rint(first + np.arange(frames) * float(ratio)).astype(int)])


def test_a_stretch_has_exact_ends_on_both_sides() -> None:
    found = _one(find_segments(strip(_inside(WORK[100:196])), REELS))
    assert found.span == Span(150, 245)
    assert found.target_span == Span(100, 195)
    assert (found.level, found.speed) == (Level.CERTAIN, Fraction(1))
    assert not found.mirrored
    assert not found.time_ambiguous


def test_a_mirrored_stretch_is_found_and_said_to_be_mirrored() -> None:
    found = _one(find_segments(strip(_inside(mirrored(WORK[300:400]))), REELS))
    assert (found.span, found.target_span, found.mirrored) == (Span(150, 249), Span(300, 399), True)


def test_compression_does_not_move_the_ends() -> None:
    worn = greys(*(jpeg(np.repeat(frame[..., None], 3, axis=2), 12) for frame in WORK[500:572]))
    found = _one(find_segments(strip(_inside(worn)), REELS))
    assert (found.span, found.target_span) == (Span(150, 221), Span(500, 571))


@pytest.mark.parametrize("speed", [Fraction(25, 24), Fraction(24, 25)])
def test_a_stretch_that_runs_at_the_speed_of_pal_is_found_with_its_speed(speed: Fraction) -> None:
    found = _one(find_segments(strip(_inside(_at_speed(speed, 260, 168))), REELS))
    assert (found.span, found.speed) == (Span(150, 317), speed)
    assert found.target_span is not None
    assert abs(found.target_span.first_frame - 260) <= 1
    assert abs(found.target_span.last_frame - (260 + 167 * speed)) <= 1


def test_film_shown_at_25_frames_keeps_every_frame() -> None:
    found = _one(find_segments(strip(_inside(WORK[100:250]), Fraction(25)), REELS))
    assert (found.span, found.target_span, found.speed) == (Span(150, 299), Span(100, 249), Fraction(25, 24))


def test_another_frame_rate_at_the_same_speed_is_speed_1() -> None:
    found = _one(find_segments(strip(_inside(_at_speed(Fraction(24, 30), 400, 120)), Fraction(30)), REELS))
    assert (found.span, found.speed) == (Span(150, 269), Fraction(1))
    assert found.target_span is not None
    assert abs(found.target_span.first_frame - 400) <= 1
    assert abs(found.target_span.last_frame - 495) <= 1
    assert found.target_span.edge_frames == 1


def test_a_sequence_of_a_few_frames_is_found_in_the_film() -> None:
    found = _one(find_segments(strip(WORK[100:112], None, first=1001), REELS))
    assert (found.span, found.target_span) == (Span(1001, 1012), Span(100, 111))


def test_a_reference_sequence_is_told_in_its_file_numbers() -> None:
    found = _one(find_segments(strip(_inside(WORK[50:120])), reels([strip(WORK, None, first=1001)])))
    assert found.target_span == Span(1051, 1120)


def test_every_shot_of_a_trailer_is_told_at_its_own_place() -> None:
    shots = [(610, 660), (20, 75), (300, 352), (480, 540)]
    trailer = np.concatenate([WORK[first:last] for first, last in shots])
    found = sorted(find_segments(strip(trailer), REELS), key=lambda each: each.span or Span(0, 0))
    assert [each.target_span for each in found] == [Span(first, last - 1) for first, last in shots]
    assert found[0].span == Span(0, 49)


def test_a_short_foreign_cut_inside_a_stretch_belongs_to_it_and_a_long_one_does_not() -> None:
    short = np.concatenate([WORK[0:100], shot(90, 12), WORK[112:220]])
    assert _one(find_segments(strip(short), REELS)).span == Span(0, 219)
    long = np.concatenate([WORK[0:100], shot(90, 96), WORK[196:236]])
    assert [each.span for each in find_segments(strip(long), REELS)] == [Span(0, 99), Span(196, 235)]


def test_where_nothing_moves_there_is_one_stretch_and_it_is_ambiguous() -> None:
    still = reels([strip(locked_shot(5, 600))])
    found = _one(find_segments(strip(_inside(locked_shot(5, 96)[::-1])), still))
    assert (found.span, found.time_ambiguous) == (Span(150, 245), True)


def test_a_locked_off_film_matched_with_itself_is_one_stretch() -> None:
    found = _one(find_segments(strip(locked_shot(5, 600)), reels([strip(locked_shot(5, 600))])))
    assert found.span == Span(0, 599)
    assert not found.time_ambiguous  # at no other place would all of it fit


def test_flat_frames_match_nothing() -> None:
    dark = np.concatenate([flat(100, 0), shot(90, 50), flat(100, 255)])
    assert find_segments(strip(dark), reels([strip(flat(200, 0)), strip(flat(200, 255))])) == []


def test_black_around_a_stretch_does_not_belong_to_it() -> None:
    work = np.concatenate([flat(48), WORK[:96], flat(48)])
    found = _one(find_segments(strip(np.concatenate([shot(90, 60), work])), reels([strip(work)])))
    assert (found.span, found.target_span) == (Span(108, 203), Span(48, 143))


def test_one_picture_in_common_is_no_stretch() -> None:
    assert find_segments(strip(_inside(WORK[100:101])), REELS) == []


def test_a_movie_without_pictures_matches_nothing() -> None:
    assert find_segments(strip(flat(0)), REELS) == []
    assert find_segments(strip(WORK), reels([])) == []
    assert find_segments(strip(WORK), reels([strip(flat(0)), strip(greys(picture(1)))])) == []


def test_a_shared_ident_does_not_drag_in_another_work_of_the_same_owner() -> None:
    ident = shot(70, 72)
    one, other = np.concatenate([ident, shot(71, 200)]), np.concatenate([ident, shot(72, 200)])
    delivered = strip(_inside(one))
    same = find_segments(delivered, reels([strip(one), strip(other)], ["studio", "studio"]))
    assert [(each.target, each.span) for each in same] == [(0, Span(150, 421))]
    apart = find_segments(delivered, reels([strip(one), strip(other)], ["studio", "somebody else"]))
    assert [(each.target, each.span) for each in apart] == [(0, Span(150, 421)), (1, Span(150, 221))]


def test_works_that_tie_are_all_told() -> None:
    found = find_segments(strip(_inside(WORK[100:196])), reels([strip(WORK), strip(WORK[50:])]))
    assert [(each.target, each.span) for each in found] == [(0, Span(150, 245)), (1, Span(150, 245))]


def test_a_grid_of_frames_says_how_far_off_its_ends_are() -> None:
    found = _one(find_segments(strip(_inside(WORK[96:336])[::6], FILM, step=6), REELS))
    assert found.span is not None
    assert found.target_span is not None
    assert found.span.edge_frames == 5
    assert abs(found.span.first_frame - 150) <= 5
    assert abs(found.span.last_frame - 389) <= 5
    assert found.target_span.first_frame - found.span.first_frame == 96 - 150


def test_the_order_of_the_films_changes_only_their_numbers() -> None:
    films = [strip(WORK), strip(np.concatenate([shot(4, 100), WORK[80:300]])), strip(shot(5, 200))]
    asset = strip(_inside(WORK[100:250]))
    forward = {(each.target, each.span, each.target_span) for each in find_segments(asset, reels(films))}
    backward = {(2 - each.target, each.span, each.target_span) for each in find_segments(asset, reels(films[::-1]))}
    assert len(forward) == 2
    assert forward == backward
