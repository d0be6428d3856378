"""What cancels when two channels are mixed is heard as their difference; ordinary stereo is heard as it ever was."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from detectors.fingerprint.prints import Prints
from detectors.fingerprint.sound import DIFFERENCE, RATE, SoundPrints, Track, channels_of
from detectors.material import Piece
from fixtures import media, music, sounds
from scanner.examination import Extraction, Heard
from scanner.media.asset.extract import extract
from tests.scanner.media.decode.test_hearing import alike

SECONDS = 12.0
SONG = music.music(1, SECONDS) / 32768
OTHER = music.music(2, SECONDS) / 32768
TALK = music.babble(5, SECONDS) / 32768
NOISE = np.random.default_rng(1).normal(0, 0.1, (2, len(SONG)))


def of(path: Path) -> tuple[Extraction, Prints]:
    return extract([Piece(path, path.name)])


def tracks(path: Path) -> tuple[Track, ...]:
    prints = of(path)[1].sound
    return prints.tracks if prints else ()


def stereo(path: Path, left: sounds.Samples, right: sounds.Samples, *options: str) -> Path:
    return sounds.sound(path, [left, right], *options, rate=RATE)


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Track:
    """The song by itself."""
    (track,) = tracks(sounds.sound(tmp_path_factory.mktemp("plain") / "a.wav", [SONG], rate=RATE))
    return track


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("a.wav", ()),
        ("fast.wav", ("-ar", "96000", "-c:a", "pcm_s24le")),
        ("slow.wav", ("-ar", "8000")),
        ("a.flac", ()),
        ("a.m4a", ("-ar", "48000", "-c:a", "aac", "-b:a", "192k")),
        ("a.mp3", ("-ar", "44100")),
    ],
)
def test_a_song_in_anti_phase_is_heard(tmp_path: Path, plain: Track, name: str, options: tuple[str, ...]) -> None:
    path = stereo(tmp_path / name, SONG, -SONG, *options)
    (track,) = [track for track in tracks(path) if track.channel == DIFFERENCE]
    assert (track.stream, of(path)[0].problems) == (0, ())
    assert track.seconds == pytest.approx(SECONDS, abs=0.1)
    assert alike(plain, track) > (0.9 if name.endswith("a.wav") else 0.4)
    assert len(track.words) > 50


def test_what_is_silent_in_the_mix_is_told_as_such_beside_what_was_heard(tmp_path: Path) -> None:
    extraction, prints = of(stereo(tmp_path / "a.wav", SONG, -SONG))
    assert extraction.heard == Heard(1, silent=1)
    assert prints.sound is not None
    assert [track.channel for track in prints.sound.tracks] == [DIFFERENCE]
    again = SoundPrints.from_bytes(prints.sound.to_bytes(), prints.sound.algorithm)
    assert [track.channel for track in again.tracks] == [DIFFERENCE]


@pytest.mark.parametrize("decibels", [0, -6, -12])
def test_a_song_in_matrix_surround_is_heard_behind_the_talk(tmp_path: Path, plain: Track, decibels: int) -> None:
    behind = 10 ** (decibels / 20) * SONG
    mixed, difference = tracks(stereo(tmp_path / "a.wav", TALK + behind, TALK - behind))
    assert (mixed.channel, difference.channel) == (None, DIFFERENCE)
    assert alike(plain, difference) > 0.9
    assert alike(plain, mixed) < 0.2


ORDINARY: dict[str, tuple[sounds.Samples, sounds.Samples]] = {
    "the same on both": (SONG, SONG),
    "one on either side": (SONG, OTHER),
    "panned": (0.8 * SONG + 0.2 * OTHER, 0.2 * SONG + 0.8 * OTHER),
    "left alone": (SONG, np.zeros_like(SONG)),
    "nothing": (np.zeros_like(SONG), np.zeros_like(SONG)),
    "noise": (NOISE[0], NOISE[1]),
    "talk in wide noise": (TALK + 0.3 * NOISE[0], TALK + 0.3 * NOISE[1]),
    "louder on one side": (SONG, 0.1 * SONG),
    "two seconds of it turned round": (SONG, SONG * np.where(np.arange(len(SONG)) < 2 * RATE, -1, 1)),
}


@pytest.mark.parametrize("name", ORDINARY)
@pytest.mark.parametrize("form", ["a.wav", "a.m4a"])
def test_ordinary_stereo_is_heard_as_one(tmp_path: Path, name: str, form: str) -> None:
    found = tracks(stereo(tmp_path / form, *ORDINARY[name]))
    assert {track.channel for track in found} <= {None}
    assert len(found) == (name != "nothing")


@pytest.mark.parametrize("codec", ["libx264", "prores_ks"])
def test_in_a_movie_each_stream_is_judged_by_itself(tmp_path: Path, plain: Track, codec: str) -> None:
    picture = media.movie(tmp_path / "picture.mov", frames=290, codec=codec, start=None, audio=False, size=(160, 90))
    turned = stereo(tmp_path / "turned.wav", SONG, -SONG)
    usual = stereo(tmp_path / "usual.wav", OTHER, OTHER)
    path = sounds.together(tmp_path / "a.mov", picture, [usual, turned, usual], "-c:a", "pcm_s16le", late=0.5)
    extraction, _ = of(path)
    assert (extraction.problems, extraction.heard) == ((), Heard(2, silent=1, repeated=1))
    first, second = tracks(path)
    assert (first.stream, first.channel, second.stream, second.channel) == (1, None, 2, DIFFERENCE)
    assert second.begins == pytest.approx(0.5, abs=0.01)
    assert alike(plain, second) > 0.9


def test_sound_that_breaks_off_is_told_once(tmp_path: Path) -> None:
    whole = stereo(tmp_path / "a.flac", SONG, -SONG)
    extraction, _ = of(media.truncated(whole, tmp_path / "half.flac", 0.7))
    (problem,) = extraction.problems
    assert problem.code == "scan.partial"
    assert problem.message.count("seconds of stream 0") == 1


@pytest.mark.parametrize("make", [lambda: SONG, lambda: TALK])
def test_channels_of_surround_are_heard_one_by_one_as_ever(tmp_path: Path, make: Callable[[], sounds.Samples]) -> None:
    path = sounds.sound(tmp_path / "a.wav", [make(), -make(), OTHER], rate=RATE)
    assert [track.channel for track in tracks(path)] == [0, 1, 2]


QUIET = 0.1 * SONG
SURROUND = [music.babble(seed, SECONDS) / 32768 for seed in (6, 7, 8)]
FRONT, REAR = TALK + QUIET, TALK - QUIET
PAIRS = {
    "left and right": ([FRONT, REAR, SURROUND[0], np.zeros_like(SONG), *SURROUND[1:]], (0, 1)),
    "the surrounds": ([*SURROUND, np.zeros_like(SONG), FRONT, REAR], (4, 5)),
    "left and centre": ([FRONT, SURROUND[0], REAR, np.zeros_like(SONG), *SURROUND[1:]], (0, 2)),
    "two of four": ([*SURROUND[:2], FRONT, REAR], (2, 3)),
    "two of ten": ([*SURROUND, *SURROUND, FRONT, REAR, *SURROUND[:2]], (6, 7)),
}


@pytest.mark.parametrize("name", PAIRS)
def test_what_cancels_between_any_two_channels_is_heard_behind_what_they_share(
    tmp_path: Path, plain: Track, name: str
) -> None:
    channels, pair = PAIRS[name]
    path = sounds.sound(tmp_path / "a.wav", channels, rate=RATE)
    (track,) = [track for track in tracks(path) if channels_of(track.channel)]
    assert channels_of(track.channel) == pair
    assert alike(plain, track) > 0.9
    assert of(path)[0].problems == ()


HARMLESS = {
    "talk in the front, the same behind": [TALK, TALK, TALK, SONG, TALK, TALK],
    "music all around": [SONG, OTHER, SONG + OTHER, TALK, 0.5 * SONG, 0.5 * OTHER],
    "a room that differs": [TALK + 0.1 * NOISE[0], TALK + 0.1 * NOISE[1], SONG, TALK + 0.1 * NOISE[1]],
    "the same turned round, by itself": [SURROUND[0], SURROUND[1], SONG, -SONG],
}


@pytest.mark.parametrize("name", HARMLESS)
def test_ordinary_surround_is_heard_channel_by_channel(tmp_path: Path, name: str) -> None:
    path = sounds.sound(tmp_path / "a.wav", HARMLESS[name], rate=RATE)
    assert not [track for track in tracks(path) if channels_of(track.channel)]
