"""What containers say of themselves."""

from pathlib import Path

import pytest

from fixtures import media
from scanner.media.errors import MediaError
from scanner.media.facts.probe import Promise, probe


@pytest.mark.parametrize(
    ("name", "codec", "rate", "start", "expected"),
    [
        ("a.mp4", "libx264", "24", "01:00:00:00", ("h264", "24/1", "01:00:00:00")),
        ("a.mov", "prores_ks", "24000/1001", "00:59:50:00", ("prores", "24000/1001", "00:59:50:00")),
        ("b.mov", "libx264", "30000/1001", "01:00:00;00", ("h264", "30000/1001", "01:00:00;00")),
        ("a.mxf", "mpeg2video", "25", "10:00:00:00", ("mpeg2video", "25/1", "10:00:00:00")),
        ("b.mxf", "dnxhd", "30000/1001", "01:00:00;00", ("dnxhd", "30000/1001", "01:00:00;00")),
        ("a.mkv", "libx264", "25", "01:00:00:00", ("h264", "25/1", "01:00:00:00")),
        ("a.webm", "libvpx-vp9", "24", None, ("vp9", "24/1", None)),
        ("a.ts", "libx264", "50", None, ("h264", "50/1", None)),
        ("a.avi", "libx264", "24", None, ("h264", "24/1", None)),
    ],
)
def test_a_movie_states_codec_rate_length_and_timecode(
    tmp_path: Path, name: str, codec: str, rate: str, start: str | None, expected: tuple[str, str, str | None]
) -> None:
    path = media.movie(tmp_path / name, codec=codec, rate=rate, start=start, frames=30)
    stated = probe(path)
    facts = stated.facts("word")
    assert (facts.codec, facts.rate, facts.start_timecode) == expected
    assert (facts.format, facts.width, facts.height, stated.channels) == ("word", 320, 180, (1,))
    assert stated.promise
    assert stated.promise.frames == facts.frame_count == 30
    clock = facts.clock()
    assert clock
    assert clock.label(0) == (start or "00:00:00:00")


def test_tags_keep_their_case_and_say_where_they_stand(tmp_path: Path) -> None:
    path = media.movie(tmp_path / "a.mp4", tags={"comment": "made by somebody", "title": "T"})
    found = {tag.key: tag.value for tag in probe(path).tags}
    assert found["format:comment"] == "made by somebody"
    assert found["stream0:handler_name"]
    assert all(tag.reader == "ffprobe" for tag in probe(path).tags)


def test_a_cover_picture_does_not_make_a_sound_a_movie(tmp_path: Path) -> None:
    cover = media.still(tmp_path / "cover.jpg")
    stated = probe(media.rewrapped(media.sound(tmp_path / "a.mp3"), tmp_path / "b.mp3", cover=cover))
    assert (stated.video, stated.rate, stated.codec, stated.channels) == (None, None, "mp3", (2,))


def test_a_turned_movie_has_the_size_that_is_shown(shelf: Path, tmp_path: Path) -> None:
    stated = probe(media.rewrapped(shelf / "numbered.mp4", tmp_path / "turned.mp4", "-metadata:s:v:0", "rotate=90"))
    assert (stated.width, stated.height) == (180, 320)
    assert stated.turned in {90, 270}


def test_an_uneven_pace_is_an_average_and_no_base(tmp_path: Path) -> None:
    uneven = ("-vf", "select=not(mod(n\\,7))+not(mod(n\\,3))", "-fps_mode", "vfr")
    stated = probe(media.movie(tmp_path / "a.mp4", frames=96, audio=False, options=uneven))
    assert not stated.rate_is_base
    assert stated.promise
    assert stated.promise.frames == 41


def test_a_promise_is_kept_within_its_tolerance() -> None:
    assert Promise(100, 2).kept(98)
    assert not Promise(100, 2).kept(97)
    assert Promise(100, 0).kept(101)


def test_a_timecode_that_is_none_is_left_out(tmp_path: Path) -> None:
    path = media.movie(tmp_path / "a.mkv", start=None, tags={"timecode": "half past ten"})
    assert probe(path).stated_timecodes == ()


@pytest.mark.parametrize("content", [b"", b"garbage" * 1000, b"\0" * 5000])
def test_what_is_no_media_is_an_error_without_a_path_in_it(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "a.mov"
    path.write_bytes(content)
    with pytest.raises(MediaError) as caught:
        probe(path)
    assert "/" not in str(caught.value)


def test_a_file_that_changed_is_asked_again(tmp_path: Path) -> None:
    path = media.movie(tmp_path / "a.mp4", frames=10)
    assert probe(path) is probe(path)
    media.movie(path, frames=20)
    assert probe(path).facts("mp4").frame_count == 20
