"""Sound is written down the same however it comes in, and damage is noticed."""

import tracemalloc

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detectors.fingerprint.sound import ALGORITHM, RATE, Listener, SoundPrints, Track, pitch_of, seconds_of, strength_of
from fixtures.music import Samples, heard, music

SONG = music(1, 12)


def listened(samples: Samples, sizes: list[int]) -> tuple[np.ndarray, np.ndarray]:
    listener, begin = Listener(), 0
    for size in sizes:
        listener.feed(samples[begin : begin + size])
        begin += size
    listener.feed(samples[begin:])
    return listener.finish()


@settings(max_examples=25, deadline=None)
@given(st.lists(st.integers(0, 40_000), max_size=12))
def test_the_size_of_blocks_changes_nothing(sizes: list[int]) -> None:
    for one, other in zip(listened(SONG, sizes), listened(SONG, []), strict=True):
        np.testing.assert_array_equal(one, other)


def test_a_tone_that_comes_and_goes_is_told_where_it_is() -> None:
    samples = np.zeros(10 * RATE, np.int16)
    samples[4 * RATE : 5 * RATE] = 6000 * np.sin(2 * np.pi * 1000 * np.arange(RATE) / RATE)
    times, keys = listened(samples, [])
    strongest = strength_of(keys).argmax()
    assert pitch_of(keys)[strongest] * RATE / 1024 / 8 == pytest.approx(1000, abs=8)
    assert ((seconds_of(times) > 3.9) & (seconds_of(times) < 5.1)).all()


@pytest.mark.parametrize("samples", [np.zeros(0, np.int16), np.zeros(500, np.int16), np.zeros(30 * RATE, np.int16)])
def test_silence_and_less_than_a_window_have_no_landmarks(samples: Samples) -> None:
    times, keys = listened(samples, [])
    assert len(times) == len(keys) == 0
    assert times.dtype == keys.dtype == np.uint32


def test_the_loudest_sample_there_is_does_no_harm() -> None:
    samples = np.where(np.arange(5 * RATE) // 40 % 2, 32767, -32768).astype(np.int16)
    times, _ = listened(samples, [])
    assert (np.diff(times.astype(np.int64)) >= 0).all()


def test_level_changes_few_landmarks() -> None:
    loud, quiet = listened(SONG, []), listened((SONG // 10).astype(np.int16), [])
    both = set(zip(*(part.tolist() for part in (loud[0], pitch_of(loud[1]))), strict=True))
    same = [one in both for one in zip(*(part.tolist() for part in (quiet[0], pitch_of(quiet[1]))), strict=True)]
    assert np.mean(same) > 0.6


def test_a_second_of_music_has_at_most_forty_landmarks() -> None:
    times, _ = listened(SONG, [])
    assert 10 * 12 < len(times) <= 41 * 12


def test_memory_stays_flat() -> None:
    listener, noise = Listener(), np.random.default_rng(1).integers(-9000, 9000, 10 * RATE).astype(np.int16)
    listener.feed(noise)
    tracemalloc.start()
    for _ in range(30):
        listener.feed(noise)
    now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert now < 4_000_000  # 300 seconds are 6.6 MB of samples
    assert peak < 20_000_000


def test_landmarks_are_what_they_were() -> None:
    """Frozen: prints that are stored must stay comparable. A change here asks for another ALGORITHM."""
    clock = np.arange(3 * RATE) / RATE
    sweep = (7000 * np.sin(2 * np.pi * (300 + 250 * (clock % 1)) * clock) * (clock % 0.5 < 0.3)).astype(np.int16)
    times, keys = listened(sweep, [])
    assert ALGORITHM == "chromaprint/1+landmark/1"
    assert times[:8].tolist() == [0, 9, 25, 43, 52, 66, 86, 95]
    assert (pitch_of(keys[:8]) // 8).tolist() == [30, 39, 57, 53, 62, 78, 76, 86]


def prints() -> SoundPrints:
    one, other = heard(SONG[: 4 * RATE], SONG[5 * RATE : 8 * RATE], begins=1.25).tracks
    empty = np.zeros(0, np.uint32)
    return SoundPrints((one, other, Track(3, 5, -0.5, 0.0, empty, empty, empty)))


def test_stored_sound_comes_back() -> None:
    stored = prints()
    back = SoundPrints.from_bytes(stored.to_bytes(), ALGORITHM)
    assert back.to_bytes() == stored.to_bytes()
    assert [(one.stream, one.channel, one.begins, one.seconds) for one in back.tracks] == [
        (one.stream, one.channel, one.begins, one.seconds) for one in stored.tracks
    ]
    for one, other in zip(back.tracks, stored.tracks, strict=True):
        np.testing.assert_array_equal(one.words, other.words)
        np.testing.assert_array_equal(one.times, other.times)
        np.testing.assert_array_equal(one.keys, other.keys)


def test_sound_of_nothing_comes_back() -> None:
    assert SoundPrints.from_bytes(SoundPrints(()).to_bytes(), ALGORITHM).tracks == ()


STORED = prints().to_bytes()


@settings(max_examples=100, deadline=None)
@given(st.integers(0, len(STORED) - 1), st.integers(1, 255))
def test_a_changed_byte_is_noticed(place: int, change: int) -> None:
    damaged = bytearray(STORED)
    damaged[place] ^= change
    with pytest.raises(ValueError, match="damaged"):
        SoundPrints.from_bytes(bytes(damaged), ALGORITHM)


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=200) | st.integers(0, len(STORED) - 1).map(lambda length: STORED[:length]))
def test_other_bytes_and_cut_ones_are_noticed(data: bytes) -> None:
    with pytest.raises(ValueError, match="damaged"):
        SoundPrints.from_bytes(data, ALGORITHM)
