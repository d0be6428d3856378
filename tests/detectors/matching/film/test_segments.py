"""Stretches of a reference film in another movie: to the frame, mirrored, at other speeds, and where nothing moves."""

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from PIL import Image

from detectors.matching.film.segments import find_segments
from detectors.matching.levels import Level
from detectors.matching.match import PictureMatch
from detectors.observation import Span
from fixtures.pictures import Greys, flat, greys, jpeg, locked_shot, mirrored, picture, shot
from tests.detectors.matching.strips import FILM, reels, strip

WORK = np.concatenate([shot(1, 240), shot(2, 240), shot(3, 240)])
REELS = reels([strip(WORK)])


def _inside(stretch: Greys, before: int = 150, after: int = 90) -> Greys:
    return np.concatenate([shot(91, before), stretch, shot(92, after)])


def _one(found: list[PictureMatch]) -> PictureMatch:
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


def test_one_picture_in_common_is_possible_at_most() -> None:
    found = _one(find_segments(strip(_inside(WORK[101:102])), REELS))
    assert (found.level, found.pictures, found.span) == (Level.POSSIBLE, 1, Span(150, 150))
    assert (found.target_span, found.target_frame) == (Span(101, 101), 101)


def test_one_picture_that_is_not_certain_is_nothing() -> None:
    worn = WORK[101:102].copy()
    worn[:, 30:100, 20:70] = 16
    assert find_segments(strip(_inside(worn)), REELS) == []


def test_a_frozen_frame_is_possible() -> None:
    found = _one(find_segments(strip(_inside(WORK[101:102].repeat(72, axis=0))), REELS))
    assert (found.level, found.span, found.time_ambiguous) == (Level.POSSIBLE, Span(150, 221), True)


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


def _barred(pictures: Greys, top: int, side: int = 0) -> Greys:
    """Shown smaller between black bars, in which a timecode runs."""
    wide, high = 128 - 2 * side, 128 - 2 * top
    laid = np.full_like(pictures, 16)
    for number, one in enumerate(pictures):
        small = Image.fromarray(one).resize((wide, high), Image.Resampling.BOX)
        laid[number, top : top + high, side : side + wide] = np.asarray(small)
        if top:
            laid[number, 119:125, 40 + number % 8 : 70 + number % 8] = 220
    return laid


@pytest.mark.parametrize(("top", "side"), [(15, 0), (0, 16), (14, 14)])
def test_bars_with_a_timecode_in_them_do_not_move_the_ends(top: int, side: int) -> None:
    found = _one(find_segments(strip(_inside(_barred(WORK[100:196], top, side))), REELS))
    assert (found.span, found.target_span) == (Span(150, 245), Span(100, 195))
    assert found.transforms == ("bars added",)


def test_bars_that_the_reference_has_and_the_asset_has_not_are_told() -> None:
    found = _one(find_segments(strip(_inside(WORK[100:196])), reels([strip(_barred(WORK, 15))])))
    assert (found.span, found.target_span, found.transforms) == (Span(150, 245), Span(100, 195), ("bars removed",))


@pytest.mark.parametrize("speed", [Fraction(26, 25), Fraction(25, 26)])
def test_four_per_cent_exactly_is_found_too(speed: Fraction) -> None:
    found = _one(find_segments(strip(_inside(_at_speed(speed, 200, 400))), REELS))
    assert found.span == Span(150, 549)
    assert found.target_span is not None
    assert abs(found.target_span.first_frame - 200) <= 1
    assert abs(found.target_span.last_frame - (200 + 399 * speed)) <= 2
    assert ("sped up" if speed > 1 else "slowed down") in found.transforms


def test_a_fade_belongs_to_what_it_fades() -> None:
    levels = np.concatenate([np.linspace(0.02, 1, 30), np.ones(60)])[:, None, None]
    faded = (WORK[100:190] * levels).astype(np.uint8)
    film = strip(np.concatenate([WORK[:100], faded, WORK[190:]]))
    found = _one(find_segments(strip(_inside(faded)), reels([film])))
    assert found.span is not None
    assert found.span.last_frame == 239
    assert 150 <= found.span.first_frame <= 153


def test_a_loop_does_not_fall_to_pieces() -> None:
    loop = np.tile(shot(6, 30), (10, 1, 1))
    found = _one(find_segments(strip(_inside(loop[45:245])), reels([strip(loop)])))
    assert found.span == Span(150, 349)


def test_an_ident_that_another_owner_holds_too_is_possible_there() -> None:
    ident = shot(70, 72)
    one, other = np.concatenate([ident, shot(71, 200)]), np.concatenate([ident, shot(72, 200)])
    found = find_segments(strip(_inside(one)), reels([strip(one), strip(other)], ["studio", "somebody else"]))
    assert [(each.target, each.level) for each in found] == [(0, Level.CERTAIN), (1, Level.POSSIBLE)]


def test_uneven_frames_line_up_by_their_times() -> None:
    kept = np.array([at for at in range(240) if at % 5 not in {2, 3} or at % 7 == 0])
    asset = strip(np.concatenate([shot(91, 60), WORK[100:340][kept]]), Fraction(24))
    times = (*(at / 24 for at in range(60)), *(2.5 + at / 24 for at in kept.tolist()))
    found = _one(find_segments(replace(asset, times=times), REELS))
    assert (found.speed, found.span) == (Fraction(1), Span(60, 60 + len(kept) - 1))
    assert found.target_span is not None
    assert abs(found.target_span.first_frame - 100) <= 1
    assert abs(found.target_span.last_frame - (100 + int(kept[-1]))) <= 1


def test_threads_change_nothing() -> None:
    asset = strip(_inside(WORK[100:250]))
    assert find_segments(asset, REELS, threads=3) == find_segments(asset, REELS)
