"""What finding sound is built of: offsets with votes, words and landmarks laid over each other, passages chosen."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from detectors.fingerprint.sound import RATE
from detectors.matching.sound.landmarks import KEYS, Landmarks, query_pairs, recorded_pairs
from detectors.matching.sound.offsets import HeardKeys, OffsetIndex, rank
from detectors.matching.sound.overlay import Ground, largest, lay
from detectors.matching.sound.passages import NAMED, Passage, choose, contend, join
from detectors.matching.sound.words import SoundWords, align
from fixtures.music import heard, music

NOTHING = np.zeros(0, np.int64)


def keys(*pairs: tuple[int, int]) -> HeardKeys:
    return np.array([key for key, _ in pairs], np.int64), np.array([frame for _, frame in pairs], np.int64)


def test_the_offset_that_many_keys_agree_on_is_guessed_first() -> None:
    index = OffsetIndex.of([keys((1, 5), (2, 9)), keys((1, 100), (2, 110), (3, 120), (4, 131))], 10)
    assert index.guesses(keys((1, 0), (2, 10), (3, 20), (4, 30)), 3) == [(1, 100)]


def test_a_recording_that_repeats_itself_does_not_starve_another() -> None:
    again = keys(*[(key, 200 * turn + 10 * key) for turn in range(50) for key in range(8)])
    once = keys(*[(key, 500 + 10 * key) for key in range(8)])
    guesses = OffsetIndex.of([again, once], 10).guesses(keys(*[(key, 10 * key) for key in range(8)]), 5)
    assert (1, 500) in guesses
    assert 0 < sum(recording == 0 for recording, _ in guesses) <= 4


@given(st.lists(st.integers(0, 5), max_size=30))
def test_rank_counts_equals_before(numbers: list[int]) -> None:
    ordered = sorted(numbers)
    assert rank(np.array(ordered, np.int64)).tolist() == [ordered[:at].count(one) for at, one in enumerate(ordered)]


@given(st.lists(st.integers(-9, 9), max_size=40))
def test_the_largest_sum_is_the_largest(gains: list[int]) -> None:
    low, high, total = largest(np.array(gains, float))
    sums = [sum(gains[begin:end]) for begin in range(len(gains) + 1) for end in range(begin, len(gains) + 1)]
    assert total == max(sums) == sum(gains[low:high])


def test_keys_stay_within_the_index() -> None:
    track = heard(music(1, 20), words=False).tracks[0]
    wild = replace(track, keys=np.full(len(track.keys), 0xFFFFFFFF, np.uint32))
    for one in (track, wild):
        for found, _ in (recorded_pairs(one), query_pairs(Landmarks.of(one))):
            assert ((found >= 0) & (found < KEYS)).all()
            assert len(found)


def test_laying_follows_a_passage_to_its_ends_and_nothing_else() -> None:
    song = music(2, 40)
    recording = heard(song, words=False).tracks[0]
    query = heard(np.concatenate([music(3, 10), song[10 * RATE : 30 * RATE], music(4, 10)]), words=False).tracks[0]
    ground = Ground.of(Landmarks.of(query))
    over = lay(ground, recording, 0, 800, 1000)
    assert over is not None
    assert (over.first * 256 / RATE, over.last * 256 / RATE) == pytest.approx((10, 30), abs=1)
    np.testing.assert_array_equal(query.times[over.here], recording.times[over.there])
    assert lay(ground, recording, 333, 800, 1000) is None


def test_words_that_stand_still_say_nothing() -> None:
    words = np.concatenate([np.arange(1, 40) * 2654435761 % 2**32, np.full(60, 77)]).astype(np.uint32)
    telling = SoundWords.of(words).telling
    assert telling[:38].all()
    assert not telling[40:].any()


def test_words_are_aligned_from_where_to_where_they_agree() -> None:
    random = np.random.default_rng(1)
    there = random.integers(0, 2**32, 400, np.uint32)
    here = random.integers(0, 2**32, 300, np.uint32)
    here[100:220] = there[150:270]
    found = align(SoundWords.of(here), SoundWords.of(there), 50, 130, 180)
    assert found is not None
    assert (found.first, found.last, found.offset) == pytest.approx((100, 219, 50), abs=4)
    assert align(SoundWords.of(here), SoundWords.of(there), 10, 130, 180) is None


def passage(first: float, last: float, score: float, **more: Any) -> Passage:  # noqa: ANN401 - any fields of a passage
    seen: dict[str, Any] = {"track": 0, "target": 0, "target_track": 0, "there": 0.0, "speed": 1.0, "pitch_kept": False}
    seen |= {"share": 0.5, "differs": None, "marks": NOTHING, "moments": np.zeros(0)}
    return Passage(first=first, last=last, score=score, **(seen | more))


def test_pieces_on_one_line_become_one_passage_and_others_do_not() -> None:
    pieces = [passage(0, 10, 50), passage(14, 30, 60), passage(33, 40, 20, there=4.0), passage(80, 90, 30)]
    assert [(one.first, one.last, one.score) for one in join(pieces)] == [(0, 30, 110), (33, 40, 20), (80, 90, 30)]


def test_of_two_answers_to_one_stretch_the_better_stays_and_is_marked_if_the_other_fits_too() -> None:
    better, elsewhere, poor = passage(0, 20, 200), passage(1, 19, 170, there=30.0), passage(2, 18, 40, there=60.0)
    assert [(one.score, one.ambiguous) for one in choose([better, poor], 30)] == [(200, False)]
    assert [(one.score, one.ambiguous) for one in choose([poor, elsewhere, better], 30)] == [(200, True)]


def test_what_lies_beside_a_better_passage_is_kept() -> None:
    first, second = choose([passage(0, 20, 200), passage(10, 40, 150, there=9.0)], 30)
    assert (first.first, first.last, second.first, second.last) == (0, 20, 20, 40)
    assert second.score == 100


def test_of_many_works_on_one_stretch_some_are_told_and_the_rest_counted() -> None:
    many = [passage(0, 20, 200 - target, target=target) for target in range(NAMED + 5)]
    kept = contend(many, [str(target) for target in range(NAMED + 5)])
    assert len(kept) == NAMED
    assert kept[0].ties == 5


def test_a_work_that_only_sounds_alike_goes_and_one_that_is_heard_beside_stays() -> None:
    marks, moments = np.arange(100), np.linspace(0, 20, 100)
    right = passage(0, 20, 300, marks=marks, moments=moments)
    alike = passage(0, 20, 60, target=1, marks=marks[::3], moments=moments[::3])
    beside = passage(0, 20, 60, target=1, marks=marks[::3] + 1000, moments=moments[::3])
    assert contend([right, alike], ["a", "b"]) == [right]
    assert contend([right, beside], ["a", "b"]) == [right, beside]
