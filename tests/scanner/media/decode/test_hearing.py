"""Sound: every stream of it is heard, under its own time, and what is wrong with it hides nothing else."""

from pathlib import Path

import numpy as np
import pytest

from detectors.fingerprint.prints import Prints
from detectors.fingerprint.sound import WORD_SECONDS, Track, pitch_of, seconds_of
from detectors.material import Piece
from fixtures import media, sounds
from fixtures.sounds import beep, silence, tune
from scanner.examination import Extraction, Heard
from scanner.media.asset.extract import extract
from scanner.media.decode import hearing
from scanner.media.decode.hearing import split_complaints
from scanner.media.decode.plans import Effort
from scanner.media.facts.probe import Sound


def of(path: Path, effort: Effort = "usual") -> tuple[Extraction, Prints]:
    return extract([Piece(path, path.name)], effort=effort)


def tracks(prints: Prints) -> tuple[Track, ...]:
    return prints.sound.tracks if prints.sound else ()


def alike(left: Track, right: Track) -> float:
    """The share of the landmarks of one track that the other has too, at the same time and nearly the same pitch."""
    own, other = (
        {(int(t), int(p) // 16) for t, p in zip(track.times, pitch_of(track.keys), strict=True)}
        for track in (left, right)
    )
    near = {(t + dt, p + dp) for t, p in other for dt in (-1, 0, 1) for dp in (-1, 0, 1)}
    return len(own & near) / len(own)


def when(track: Track) -> float:
    """When a beep is first heard, in seconds after the first shown frame."""
    loud = (pitch_of(track.keys) > 650) & (pitch_of(track.keys) < 850)  # about 1 kHz
    return float(track.begins + seconds_of(track.times[loud]).min())


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A silent movie of five seconds whose frames build on each other."""
    return media.movie(tmp_path_factory.mktemp("film") / "film.mp4", frames=120, audio=False)


@pytest.fixture(scope="module")
def song(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Five seconds of sound, one channel."""
    return sounds.sound(tmp_path_factory.mktemp("song") / "song.wav", [tune(1, 5)])


FORMATS = {
    "a.wav": (),
    "deep.wav": ("-c:a", "pcm_s24le"),
    "float.wav": ("-c:a", "pcm_f32le"),
    "bwf.wav": ("-write_bext", "1"),
    "rf64.wav": ("-rf64", "always"),
    "a.w64": (),
    "a.mp3": (),
    "a.flac": (),
    "a.m4a": (),
    "a.ogg": ("-c:a", "libvorbis"),
    "a.opus": (),
    "a.aiff": (),
    "a.caf": (),
    "a.ac3": (),
    "a.mka": ("-c:a", "flac"),
    "a.aac": (),
}


@pytest.mark.parametrize("name", FORMATS)
def test_a_sound_is_heard_in_any_format(song: Path, tmp_path: Path, name: str) -> None:
    stereo = sounds.sound(tmp_path / name, [tune(1, 5)] * 2, *FORMATS[name])
    extraction, prints = of(stereo)
    assert (extraction.kind, extraction.problems, extraction.heard) == ("audio", (), Heard(1))
    (track,) = tracks(prints)
    assert (track.stream, track.channel) == (0, None)
    assert track.seconds == pytest.approx(5, abs=0.1)
    assert len(track.words) == pytest.approx((5 - 2.6) / WORD_SECONDS, abs=3)
    assert abs(track.begins) < 0.1
    (plain,) = tracks(of(song)[1])
    assert alike(plain, track) > 0.5
    assert prints.pictures is None
    assert prints.local is None


@pytest.mark.parametrize("name", ["a.mp4", "a.mov", "a.mkv", "a.ts"])
def test_the_sound_of_a_movie_is_that_of_the_same_sound_alone(
    film: Path, song: Path, tmp_path: Path, name: str
) -> None:
    codec = "aac" if name in {"a.mp4", "a.ts"} else "pcm_s16le"
    extraction, prints = of(sounds.together(tmp_path / name, film, [song], "-c:a", codec))
    assert (extraction.kind, extraction.problems, extraction.heard) == ("video", (), Heard(1))
    (track,), (plain,) = tracks(prints), tracks(of(song)[1])
    assert track.stream == 1
    assert alike(plain, track) > 0.45
    if codec != "aac":
        assert track.words.tolist() == plain.words.tolist()
        assert track.times.tolist() == plain.times.tolist()
        assert track.keys.tolist() == plain.keys.tolist()


def test_hearing_beside_the_picture_changes_nothing_about_either(film: Path, song: Path, tmp_path: Path) -> None:
    both = sounds.together(tmp_path / "a.mov", film, [song], "-c:a", "pcm_s16le")
    (seen, looks), (_, silent) = of(both), of(film)
    assert looks.pictures is not None
    assert silent.pictures is not None
    assert looks.local is not None
    assert silent.local is not None
    assert looks.pictures.to_bytes() == silent.pictures.to_bytes()
    assert looks.local.to_bytes() == silent.local.to_bytes()
    assert seen.looked == of(film)[0].looked
    again = of(both)[1]
    assert again.sound is not None
    assert looks.sound is not None
    assert again.sound.to_bytes() == looks.sound.to_bytes()


@pytest.mark.parametrize(("name", "codec"), [("a.mov", "libx264"), ("a.mxf", "dnxhd"), ("b.mov", "prores_ks")])
def test_eight_mono_streams_are_eight_tracks(tmp_path: Path, name: str, codec: str) -> None:
    picture = media.movie(tmp_path / f"_{name}", codec=codec, frames=130, rate="25", start=None, audio=False)
    singles = [sounds.sound(tmp_path / f"{seed}.wav", [tune(seed, 5.2)]) for seed in range(8)]
    extraction, prints = of(sounds.together(tmp_path / name, picture, singles, "-c:a", "pcm_s24le"))
    assert (extraction.problems, extraction.heard) == ((), Heard(8))
    heard = tracks(prints)
    assert [(track.stream, track.channel) for track in heard] == [(number, None) for number in range(1, 9)]
    for track, single in zip(heard, singles, strict=True):
        (plain,) = tracks(of(single)[1])
        assert alike(plain, track) > 0.95
    assert alike(heard[0], heard[1]) < 0.5


@pytest.mark.parametrize("options", [(), ("-rf64", "always"), ("-c:a", "pcm_s24le")])
def test_each_channel_of_surround_sound_is_heard_by_itself(tmp_path: Path, options: tuple[str, ...]) -> None:
    channels = [tune(seed, 4) for seed in range(6)]
    extraction, prints = of(sounds.sound(tmp_path / "a.wav", channels, *options))
    assert (extraction.problems, extraction.heard) == ((), Heard(6))
    assert extraction.media
    assert extraction.media.channels == (6,)
    for number, track in enumerate(tracks(prints)):
        assert (track.stream, track.channel) == (0, number)
        (plain,) = tracks(of(sounds.sound(tmp_path / "one.wav", [channels[number]]))[1])
        assert alike(plain, track) > 0.95


def test_what_is_silent_or_there_twice_is_heard_and_not_kept(tmp_path: Path) -> None:
    channels = [tune(1, 4), silence(4), tune(1, 4), tune(2, 4), silence(4)]
    extraction, prints = of(sounds.sound(tmp_path / "a.wav", channels))
    assert extraction.heard == Heard(2, silent=2, repeated=1)
    assert [track.channel for track in tracks(prints)] == [0, 3]
    assert not extraction.problems


def test_the_same_sound_in_two_streams_is_kept_once_unless_it_starts_later(
    film: Path, song: Path, tmp_path: Path
) -> None:
    extraction, prints = of(sounds.together(tmp_path / "a.mov", film, [song, song], "-c:a", "pcm_s16le"))
    assert extraction.heard == Heard(1, repeated=1)
    assert len(tracks(prints)) == 1


def test_silence_is_heard_and_there_is_nothing_to_keep(film: Path, tmp_path: Path) -> None:
    nothing = sounds.sound(tmp_path / "silence.wav", [silence(5)] * 2)
    assert of(nothing)[0].heard == Heard(0, silent=1)
    assert of(nothing)[1].nothing
    extraction, prints = of(sounds.together(tmp_path / "a.mp4", film, [nothing], "-c:a", "aac"))
    assert (extraction.heard, extraction.problems, prints.sound) == (Heard(0, silent=1), (), None)
    assert prints.pictures is not None


def test_a_telephones_sound_is_heard(tmp_path: Path) -> None:
    low = sounds.sound(tmp_path / "a.wav", [tune(3, 5, rate=8000)], rate=8000)
    extraction, prints = of(low)
    assert (extraction.heard, extraction.problems) == (Heard(1), ())
    (track,) = tracks(prints)
    assert track.seconds == pytest.approx(5, abs=0.01)
    assert len(track.times) > 50


def test_no_more_tracks_are_heard_than_anybody_listens_to_and_that_is_no_fault(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hearing, "MOST_TRACKS", 4)
    monkeypatch.setattr(hearing.Ears.__init__, "__defaults__", (4,))
    monkeypatch.setattr(hearing._hear, "__defaults__", (4,))
    extraction, prints = of(sounds.sound(tmp_path / "a.wav", [tune(seed, 1) for seed in range(7)]))
    assert (extraction.heard, extraction.problems) == (Heard(4, unheard=3), ())
    assert [track.channel for track in tracks(prints)] == [0, 1, 2, 3]


def test_a_hundred_channels_are_no_trouble(tmp_path: Path) -> None:
    path = sounds.sound(tmp_path / "a.wav", [tune(seed, 0.3, rate=8000) for seed in range(60)], rate=8000)
    extraction, prints = of(path)
    assert (extraction.heard, extraction.problems) == (Heard(32, unheard=28), ())
    assert len(tracks(prints)) == 32


def test_without_chromaprint_there_are_landmarks(song: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (full,) = tracks(of(song)[1])
    monkeypatch.setattr(hearing, "writes_words", lambda: False)
    extraction, prints = of(song)
    (track,) = tracks(prints)
    assert (extraction.heard, extraction.problems, len(track.words)) == (Heard(1), (), 0)
    assert (track.times.tolist(), track.keys.tolist()) == (full.times.tolist(), full.keys.tolist())


@pytest.mark.parametrize("name", ["a.mp4", "a.mov", "a.mkv", "a.ts"])
@pytest.mark.parametrize("late", [0.0, 1.5])
@pytest.mark.parametrize("first", [0.0, 0.75])
def test_a_beep_is_heard_when_it_is_heard(film: Path, tmp_path: Path, name: str, late: float, first: float) -> None:
    sound = sounds.sound(tmp_path / "beep.wav", [beep(2.0, 3.0)])
    path = sounds.together(tmp_path / name, film, [sound], "-c:a", "aac", late=late, first=first)
    extraction, prints = of(path)
    assert not extraction.problems
    (track,) = tracks(prints)
    assert track.begins == pytest.approx(late, abs=0.05)
    assert when(track) == pytest.approx(late + 2.0, abs=0.06)


def test_sound_that_begins_before_the_picture_says_so(film: Path, song: Path, tmp_path: Path) -> None:
    path = sounds.together(tmp_path / "a.mkv", film, [song], "-c:a", "pcm_s16le", late=-1.0, first=1.0)
    (track,) = tracks(of(path)[1])
    assert track.begins == pytest.approx(-1, abs=0.05)


def test_on_a_grid_sound_keeps_its_time_too(tmp_path: Path) -> None:
    picture = media.movie(tmp_path / "picture.mov", codec="prores_ks", frames=130, start=None, audio=False)
    sound = sounds.sound(tmp_path / "beep.wav", [beep(1.0, 3.0)])
    path = sounds.together(tmp_path / "a.mov", picture, [sound], "-c:a", "pcm_s24le", late=1.25)
    extraction, prints = of(path)
    assert extraction.looked
    assert extraction.looked.plan == "grid"
    (track,) = tracks(prints)
    assert track.begins == pytest.approx(1.25, abs=0.01)
    assert when(track) == pytest.approx(2.25, abs=0.06)


def test_a_gap_in_the_sound_does_not_move_what_comes_after_it(film: Path, tmp_path: Path) -> None:
    sound = sounds.sound(tmp_path / "beep.wav", [beep(3.0, 5.0)])
    gapped = "asetpts=N/SR/TB,aselect=not(between(t\\,1\\,2))"
    path = sounds.together(tmp_path / "a.mkv", film, [sound], "-c:a", "pcm_s16le", "-af", gapped)
    (track,) = tracks(of(path)[1])
    assert when(track) == pytest.approx(3.0, abs=0.06)


def test_sound_that_ends_early_is_no_fault(film: Path, tmp_path: Path) -> None:
    short = sounds.sound(tmp_path / "short.wav", [tune(1, 1.5)])
    extraction, prints = of(sounds.together(tmp_path / "a.mov", film, [short], "-c:a", "pcm_s16le"))
    assert not extraction.problems
    (track,) = tracks(prints)
    assert track.seconds == pytest.approx(1.5, abs=0.01)


@pytest.mark.parametrize("codec", ["aac", "ac3", "mp3"])
def test_broken_sound_hides_nothing_of_the_picture(film: Path, tmp_path: Path, codec: str) -> None:
    sound = sounds.sound(tmp_path / "stereo.wav", [tune(1, 5), tune(2, 5)])
    whole = sounds.together(tmp_path / "a.mp4", film, [sound], "-c:a", codec)
    extraction, prints = of(sounds.hurt(whole, tmp_path / "hurt.mp4"))
    (problem,) = extraction.problems
    assert problem.code == "scan.partial"
    assert problem.message.startswith("sound: ")
    assert str(tmp_path) not in problem.message
    sound_whole, looks = of(whole)
    assert extraction.looked == sound_whole.looked
    assert prints.pictures is not None
    assert looks.pictures is not None
    assert prints.pictures.to_bytes() == looks.pictures.to_bytes()
    assert prints.sound is not None


def test_a_broken_picture_hides_nothing_of_the_sound(film: Path, song: Path, tmp_path: Path) -> None:
    whole = sounds.together(tmp_path / "a.mov", film, [song], "-c:a", "pcm_s16le")
    extraction, prints = of(sounds.hurt(whole, tmp_path / "hurt.mov", stream=0))
    (problem,) = extraction.problems
    assert (problem.code, problem.message.startswith("decoded ")) == ("scan.partial", True)
    assert "sound" not in problem.message
    assert [len(track.words) for track in tracks(prints)] == [len(track.words) for track in tracks(of(whole)[1])]


def test_half_a_movie_says_how_much_was_heard(film: Path, song: Path, tmp_path: Path) -> None:
    whole = sounds.together(
        tmp_path / "a.mp4", film, [song], "-c:a", "aac", "-movflags", "+faststart", "-max_interleave_delta", "1000"
    )
    extraction, _ = of(media.truncated(whole, tmp_path / "half.mp4"))
    (problem,) = extraction.problems
    assert problem.code == "scan.partial"
    assert "of 120 frames; sound: heard " in problem.message
    assert "of 5.0 seconds of stream 1" in problem.message


def test_half_a_sound_is_partial(tmp_path: Path) -> None:
    flac = sounds.sound(tmp_path / "a.flac", [tune(1, 5)])
    extraction, prints = of(media.truncated(flac, tmp_path / "half.flac"))
    (problem,) = extraction.problems
    assert problem.code == "scan.partial"
    assert problem.message.startswith("sound: heard 2.")
    assert len(tracks(prints)) == 1


def test_a_stream_that_makes_the_decoder_give_up_costs_itself_alone(
    film: Path, song: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = sounds.sound(tmp_path / "other.wav", [tune(2, 5)])
    path = sounds.together(tmp_path / "a.mov", film, [song, other], "-c:a", "pcm_s16le")
    real = hearing._filters
    monkeypatch.setattr(hearing, "_filters", lambda ear: "pan=nonsense" if ear.sound.index == 1 else real(ear))
    extraction, prints = of(path)
    (problem,) = extraction.problems
    assert problem.code == "scan.partial"
    assert problem.message.startswith("sound: heard 0.0 of 5.0 seconds of stream 1")
    assert extraction.looked
    assert extraction.looked.frames == 120
    (track,) = tracks(prints)
    assert track.stream == 2
    assert alike(tracks(of(other)[1])[0], track) > 0.95


def test_sound_that_nothing_here_decodes_is_said(film: Path, song: Path, tmp_path: Path) -> None:
    for name, picture in {"a.mov": film, "b.mov": None}.items():
        whole = sounds.together(tmp_path / name, picture, [song], "-c:a", "pcm_s16le")
        whole.write_bytes(whole.read_bytes().replace(b"sowt", b"zz9t"))
    extraction, prints = of(tmp_path / "a.mov")
    (problem,) = extraction.problems
    assert (problem.code, problem.message) == ("scan.partial", "sound: no decoder for stream 1")
    assert prints.pictures is not None
    extraction, prints = of(tmp_path / "b.mov")
    assert [problem.code for problem in extraction.problems] == ["scan.unsupported_media"]
    assert prints.nothing


def test_the_sound_of_a_picture_that_nothing_here_decodes_is_heard(film: Path, song: Path, tmp_path: Path) -> None:
    whole = sounds.together(tmp_path / "a.mp4", film, [song], "-c:a", "aac")
    data = whole.read_bytes().replace(b"avc1", b"zz9x").replace(b"avcC", b"zz9C")
    (tmp_path / "b.mp4").write_bytes(data)
    extraction, prints = of(tmp_path / "b.mp4")
    assert [problem.code for problem in extraction.problems] == ["scan.unsupported_media"]
    assert prints.pictures is None
    assert len(tracks(prints)) == 1


def test_a_movie_of_sound_and_no_picture_is_a_sound(song: Path, tmp_path: Path) -> None:
    extraction, prints = of(sounds.together(tmp_path / "a.mov", None, [song, song], "-c:a", "pcm_s16le"))
    assert (extraction.kind, extraction.heard, extraction.problems) == ("audio", Heard(1, repeated=1), ())
    assert len(tracks(prints)) == 1


def test_a_sound_of_no_length_is_unreadable(tmp_path: Path) -> None:
    path = tmp_path / "a.wav"
    sounds.sound(path, [tune(1, 1)])
    path.write_bytes(path.read_bytes()[:78])  # the header, which promises a second
    (problem,) = of(path)[0].problems
    assert problem.code == "scan.unreadable"


def test_channels_that_change_on_the_way_keep_their_time(tmp_path: Path, film: Path) -> None:
    surround = sounds.sound(tmp_path / "a.ac3", [tune(seed, 2) for seed in range(6)])
    stereo = sounds.sound(tmp_path / "b.ac3", [beep(1, 3)] * 2)
    both = tmp_path / "both.ac3"
    both.write_bytes(surround.read_bytes() + stereo.read_bytes())
    extraction, prints = of(sounds.together(tmp_path / "a.ts", film, [both]))
    heard = tracks(prints)
    assert [track.channel for track in heard][:2] == [0, 1]
    assert all(track.seconds == pytest.approx(5, abs=0.1) for track in heard)
    assert when(heard[0]) < 2 or when(heard[0]) == pytest.approx(3.0, abs=0.1)
    late = seconds_of(heard[0].times[heard[0].times > heard[0].times.max() // 2])
    assert np.diff(np.sort(late)).max() > 0.4, "the silence before the beep and after it is still there"
    assert extraction.looked
    assert extraction.looked.frames == 120


def test_hearing_that_takes_too_long_is_a_timeout(song: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hearing, "decoding_allowance", lambda _size: 0.0)
    (problem,) = of(song)[0].problems
    assert problem.code == "scan.timeout"
    assert problem.message.startswith("sound: heard 0.0 seconds")


STREAMS = [Sound(1, "aac", 2), Sound(2, "dts", 6), Sound(4, "mp3", 1)]
ABOUT_SOUND = [
    "[aac @ 0x55] channel element 3.0 is not allocated",
    "[mp3float @ 0x55] Header missing",
    "[dca @ 0x1] Invalid bit allocation index",
    "Error while decoding stream #0:4: Invalid data found when processing input",
    "[aist#0:1/aac @ 0x5] Error submitting packet to decoder: Invalid data found",
    "[Parsed_pan_1 @ 0x5] bad channel",
    "[s16le @ 0x5] Application provided invalid, non monotonically increasing dts",
]
ABOUT_PICTURE = [
    "[h264 @ 0x55] error while decoding MB 3 4",
    "Error while decoding stream #0:0: Invalid data found when processing input",
    "[vist#0:0/h264 @ 0x5] Error submitting packet to decoder",
    "[mov,mp4,m4a,3gp,3g2,mj2 @ 0x5] stream 0, offset 0x30: partial file",
    "pan aac mp3",
]


def test_complaints_about_sound_are_told_from_those_about_the_picture() -> None:
    other, said = split_complaints("\n".join([*ABOUT_SOUND, *ABOUT_PICTURE]), STREAMS)
    assert other == ABOUT_PICTURE
    assert said.startswith("channel element 3.0 is not allocated; Header missing")
    for line in ABOUT_SOUND:
        assert split_complaints(line, STREAMS)[0] == []
