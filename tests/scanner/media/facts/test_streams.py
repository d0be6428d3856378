"""Every stream of a file is kept as its container states it, and pictures can be asked for by their track."""

from pathlib import Path

import pytest

from fixtures import inside_films, media
from scanner.media.errors import MediaError
from scanner.media.facts.probe import probe


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A movie of 48 frames with sound, and a second track of 40 frames at 30 a second that a player shows."""
    folder = tmp_path_factory.mktemp("two")
    first = media.movie(folder / "first.mov", frames=48, start="10:00:00:00")
    second = media.movie(folder / "second.mov", seed=2, frames=40, rate="30", size=(160, 90), start=None, audio=False)
    return inside_films.tracks(folder / "a.mov", [first, second], shown=(1,))


def test_streams_are_kept_as_they_are_stated(two: Path) -> None:
    first, second, sound, timecode = probe(two).streams
    assert (first.kind, first.codec, first.label, first.number) == ("video", "h264", "avc1", 1)
    assert (first.frames, first.default, first.moves) == (48, False, True)
    assert (second.width, second.height, second.frames, second.default) == (160, 90, 40, True)
    assert (sound.kind, sound.codec, sound.moves) == ("audio", "pcm_s16le", False)
    assert (timecode.kind, timecode.codec, timecode.label) == ("data", None, "tmcd")


def test_the_first_track_is_what_a_file_is_known_by_whichever_is_shown(two: Path) -> None:
    stated = probe(two)
    assert (stated.video, stated.rate, len(stated.sounds)) == (0, "24/1", 1)
    assert probe(two, 0) == stated


def test_a_track_has_its_own_size_rate_and_length_and_no_sound(two: Path) -> None:
    stated = probe(two, 1)
    assert (stated.video, stated.rate, stated.width, stated.height) == (1, "30/1", 160, 90)
    assert stated.promise
    assert (stated.promise.frames, stated.sounds, stated.channels) == (40, (), ())
    assert stated.streams == probe(two).streams


@pytest.mark.parametrize("track", [2, 3, 9])
def test_what_is_no_track_of_pictures_is_an_error(two: Path, track: int) -> None:
    with pytest.raises(MediaError, match="no track of pictures"):
        probe(two, track)


def test_a_cover_is_no_track(tmp_path: Path) -> None:
    path = inside_films.covered(tmp_path / "a.mp3", media.sound(tmp_path / "a.wav"), media.still(tmp_path / "a.jpg"))
    [_, cover] = probe(path).streams
    assert (cover.kind, cover.attached, cover.moves) == ("video", True, False)
    with pytest.raises(MediaError):
        probe(path, cover.index)


def test_the_same_file_under_another_name_is_asked_once(two: Path) -> None:
    with two.open("rb") as file:
        assert probe(Path(f"/proc/self/fd/{file.fileno()}")) is probe(two)
