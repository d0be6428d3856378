"""Recordings are found where they are heard, as they are, under talk, at other speeds, and nowhere else."""

from dataclasses import replace
from fractions import Fraction
from functools import cache

import numpy as np
import pytest

from detectors.fingerprint.sound import RATE, SoundPrints, Track
from detectors.matching.levels import Level
from detectors.matching.sound.listening import SoundMatch, SoundStock, find_sound
from fixtures.music import Samples, babble, heard, music, played, repeating, under

SONGS = 6
BEFORE, AFTER = 8.0, 6.0


@cache
def song(seed: int) -> Samples:
    return music(seed, 60)


@cache
def stock() -> SoundStock:
    return SoundStock.of([heard(song(seed)) for seed in range(SONGS)], [f"owner {seed}" for seed in range(SONGS)])


def excerpt(seed: int = 3, begin: float = 20, end: float = 40) -> Samples:
    return song(seed)[round(begin * RATE) : round(end * RATE)]


def between_others(part: Samples) -> Samples:
    return np.concatenate([music(90, BEFORE), part, music(91, AFTER)])


def only(found: list[SoundMatch]) -> SoundMatch:
    assert len(found) == 1, found
    return found[0]


def test_an_excerpt_is_found_with_its_times_on_both_sides() -> None:
    one = only(find_sound(heard(between_others(excerpt())), stock()))
    assert (one.target, one.level, one.tier, one.speed) == (3, Level.CERTAIN, "chromaprint", Fraction(1))
    assert one.span_seconds == pytest.approx((BEFORE, BEFORE + 20), abs=0.8)
    assert one.target_seconds[0] - one.span_seconds[0] == pytest.approx(20 - BEFORE, abs=0.02)
    assert not one.pitch_kept
    assert not one.time_ambiguous


@pytest.mark.parametrize("decibels", [-12, 0, 6, 12])
def test_music_is_found_under_talk(decibels: float) -> None:
    mixed = under(between_others(excerpt()), babble(5, 34), decibels)
    one = only(find_sound(heard(mixed), stock()))
    assert one.target == 3
    assert one.level in (Level.CERTAIN, Level.MATCH)
    assert one.target_seconds[0] - one.span_seconds[0] == pytest.approx(20 - BEFORE, abs=0.05)


@pytest.mark.parametrize("speed", [Fraction(25, 24), Fraction(24, 25), Fraction(1001, 960), Fraction(960, 1001)])
def test_a_transfer_at_another_speed_is_found_with_its_speed(speed: Fraction) -> None:
    part = played(excerpt(begin=10, end=40), float(speed))
    one = only(find_sound(heard(between_others(part)), stock()))
    assert (one.target, one.speed, one.pitch_kept) == (3, speed, False)
    assert one.target_seconds == pytest.approx((10, 40), abs=1)


@pytest.mark.parametrize("speed", [Fraction(1001, 1000), Fraction(1000, 1001)])
def test_a_pull_up_or_down_is_one_passage_to_its_end(speed: Fraction) -> None:
    one = only(find_sound(heard(played(song(2), float(speed))), stock()))
    assert (one.target, one.speed) == (2, speed)
    assert one.target_seconds == pytest.approx((0, 60), abs=1)


def test_a_quiet_copy_is_found() -> None:
    assert only(find_sound(heard((between_others(excerpt()) // 10).astype(np.int16)), stock())).target == 3


@pytest.mark.parametrize("seed", range(20, 26))
def test_other_music_is_not_found(seed: int) -> None:
    assert find_sound(heard(music(seed, 40)), stock()) == []


def test_talk_is_not_found() -> None:
    assert find_sound(heard(babble(7, 60)), stock()) == []


def _lifeless() -> dict[str, Samples]:
    clock = np.arange(120 * RATE) / RATE
    hum = np.sum([np.sin(2 * np.pi * 50 * partial * clock) / partial for partial in range(1, 12)], axis=0)
    beeps = np.sin(2 * np.pi * 1000 * clock) * (clock % 1 < 0.1)
    sounds = {"silence": 0 * clock, "tone": 8000 * np.sin(2 * np.pi * 1000 * clock), "hum": 3000 * hum}
    return {name: sound.astype(np.int16) for name, sound in {**sounds, "beeps": 8000 * beeps}.items()}


def test_silence_tone_hum_and_beeps_match_nothing_not_even_themselves() -> None:
    lifeless = _lifeless()
    library = SoundStock.of([heard(sound) for sound in lifeless.values()], list(lifeless))
    for name, sound in lifeless.items():
        assert find_sound(heard(sound[5000 : 60 * RATE]), library) == [], name


def test_a_song_that_repeats_itself_is_one_passage_and_starves_nobody() -> None:
    loop = repeating(40, 4, 120)
    library = SoundStock.of([heard(loop), *(heard(song(seed)) for seed in range(3))], ["a", "b", "c", "d"])
    mix = np.concatenate([music(90, 6), loop[13 * RATE : 43 * RATE], excerpt(1)])
    first, second = find_sound(heard(mix), library)
    assert (first.target, first.time_ambiguous) == (0, True)
    assert first.span_seconds == pytest.approx((6, 36), abs=1)
    assert (second.target, second.time_ambiguous) == (2, False)


def test_twenty_thousand_equal_references_are_counted_not_listed() -> None:
    same = heard(song(1))
    library = SoundStock.of([same] * 20_000, ["owner"] * 20_000)
    found = find_sound(heard(excerpt(1)), library)
    assert [one.target for one in found] == list(range(16))
    assert {one.ties for one in found} == {20_000 - 16}


def test_works_that_share_a_recording_are_all_told() -> None:
    library = SoundStock.of([heard(song(0)), heard(song(3)), heard(song(3)[: 50 * RATE])], ["a", "b", "c"])
    assert {one.target for one in find_sound(heard(excerpt()), library)} == {1, 2}


def test_a_shared_sting_does_not_drag_in_another_work_of_the_owner() -> None:
    sting = music(70, 6)
    ours, other = (np.concatenate([sting, song(seed)[: 30 * RATE]]) for seed in (1, 2))
    library = [heard(ours), heard(other)]
    assert [one.target for one in find_sound(heard(ours), SoundStock.of(library, ["a", "a"]))] == [0]
    assert {one.target for one in find_sound(heard(ours), SoundStock.of(library, ["a", "b"]))} == {0, 1}


def test_times_count_from_the_first_shown_frame_on_both_sides() -> None:
    reference = SoundPrints((replace(heard(song(3)).tracks[0], begins=-2.0),))
    one = only(find_sound(heard(between_others(excerpt()), begins=1.5), SoundStock.of([reference], ["a"])))
    assert one.span_seconds[0] == pytest.approx(BEFORE + 1.5, abs=0.8)
    assert one.target_seconds[0] - one.span_seconds[0] == pytest.approx(20 - 2 - BEFORE - 1.5, abs=0.02)


def test_channels_heard_one_by_one_give_one_passage() -> None:
    mix = between_others(excerpt())
    assert only(find_sound(heard(music(95, 34), mix, mix), stock())).track in (1, 2)


def test_without_chromaprint_landmarks_find_it_alone() -> None:
    one = only(find_sound(heard(between_others(excerpt()), words=False), stock()))
    assert (one.target, one.tier, one.differs) == (3, "landmark", None)


def test_words_alone_find_the_same_mix() -> None:
    nothing = np.zeros(0, np.uint32)
    words = SoundPrints((replace(heard(song(3)).tracks[0], times=nothing, keys=nothing),))
    one = only(find_sound(heard(between_others(excerpt())), SoundStock.of([words], ["a"])))
    assert one.tier == "chromaprint"
    assert one.span_seconds == pytest.approx((BEFORE, BEFORE + 20), abs=2.5)


def test_the_order_of_works_changes_nothing_but_their_numbers() -> None:
    works, query = [heard(song(seed)) for seed in range(SONGS)], heard(between_others(excerpt()))
    there = find_sound(query, SoundStock.of(works, ["a"] * SONGS))
    back = find_sound(query, SoundStock.of(works[::-1], ["a"] * SONGS))
    assert [replace(one, target=SONGS - 1 - one.target) for one in back] == there


def test_nothing_heard_and_nothing_to_find_give_nothing() -> None:
    empty = np.zeros(0, np.uint32)
    mute = SoundPrints((Track(0, None, 0.0, 0.0, empty, empty, empty),))
    assert find_sound(mute, stock()) == []
    assert find_sound(SoundPrints(()), stock()) == []
    assert find_sound(heard(excerpt()), SoundStock.of([], [])) == []
    assert find_sound(heard(excerpt()), SoundStock.of([mute, SoundPrints(())], ["a", "b"])) == []


def test_sound_of_another_algorithm_is_refused() -> None:
    other = replace(heard(excerpt()), algorithm="chromaprint/1+landmark/0")
    with pytest.raises(ValueError, match="never compared"):
        find_sound(other, stock())
    with pytest.raises(ValueError, match="never compared"):
        SoundStock.of([other], ["a"])
