"""What lies in movies and sounds besides what a player shows is listed, taken out, or told."""

from collections.abc import Mapping
from pathlib import Path
from tempfile import mkdtemp

import pytest

from detectors.material import Piece
from fixtures import inside_films, media, other_essence, sounds
from scanner.examination import Part
from scanner.media.decode import hearing
from scanner.media.facts.streams import MOST_STREAMS
from scanner.parts.listing import ListedParts, list_parts
from scanner.parts.source import Bounds
from scanner.parts.tracks import COVERS


@pytest.fixture(scope="module")
def films(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Two movies that show different things, at different rates."""
    folder = tmp_path_factory.mktemp("films")
    first = media.movie(folder / "first.mp4", frames=48, start=None, options=("-g", "48"))
    return first, media.movie(folder / "second.mp4", seed=2, frames=40, rate="30", start=None, audio=False)


@pytest.fixture
def cover(tmp_path: Path) -> Path:
    return media.still(tmp_path / "cover.png", seed=7, size=(320, 180))


def listed(path: Path) -> ListedParts:
    return list_parts(Piece(path, path.name), Path(mkdtemp(dir=path.parent)), Bounds())


def parts(path: Path) -> Mapping[str, Part]:
    listing = listed(path).listing
    assert not listing.problems
    return {part.id: part for part in listing.parts}


def taken_out(path: Path, part: str) -> bytes:
    folder = Path(mkdtemp(dir=path.parent))
    (name,) = list_parts(Piece(path, path.name), folder, Bounds()).files[part]
    return (folder / name).read_bytes()


@pytest.mark.parametrize(
    ("name", "shown", "where", "by_itself"),
    [
        ("a.mp4", (0,), "second video track (h264, disabled)", False),
        ("a.mp4", (1,), "second video track (h264, default)", True),
        ("a.mp4", (0, 1), "second video track (h264)", True),
        ("a.mov", (0,), "second video track (h264, disabled)", False),
        ("a.mkv", (0,), "second video track (h264, not default)", False),
        ("a.mkv", (1,), "second video track (h264, default)", True),
        ("a.ts", (0,), "second video track (h264)", False),
        ("a.avi", (0,), "second video track (h264)", False),
    ],
)
def test_a_second_video_track_is_a_part_whoever_shows_it(
    films: tuple[Path, Path], tmp_path: Path, name: str, shown: tuple[int, ...], where: str, by_itself: bool
) -> None:
    path = inside_films.tracks(tmp_path / name, films, shown=shown)
    (part,) = parts(path).values()
    assert (part.id, part.kind, part.where, part.shown) == ("track:1", "video", where, by_itself)
    assert not part.harmless
    assert not part.why_not
    assert not listed(path).files


@pytest.mark.parametrize("name", ["a.mp4", "a.mov", "a.mkv", "a.ts", "a.avi"])
def test_a_plain_movie_has_no_parts(films: tuple[Path, Path], tmp_path: Path, name: str) -> None:
    assert parts(media.rewrapped(films[0], tmp_path / name)) == {}


def test_the_second_picture_of_an_mxf_is_a_part(tmp_path: Path) -> None:
    path = inside_films.two_pictures_in_mxf(tmp_path / "a.mxf")
    (second,) = parts(path).values()
    assert (second.id, second.where) == ("track:1", "second video track (mpeg2video)")
    assert not second.why_not
    assert not second.harmless


def test_pictures_of_chapters_are_a_track_however_many_there_are(films: tuple[Path, Path], tmp_path: Path) -> None:
    (part,) = parts(inside_films.chapters(tmp_path / "a.mp4", *films)).values()
    assert (part.id, part.frames) == ("track:1", 40)
    assert part.where == "second video track (h264, disabled, pictures of chapters)"


def test_tracks_are_told_apart_from_sound_and_counted_by_themselves(films: tuple[Path, Path], tmp_path: Path) -> None:
    found = parts(inside_films.tracks(tmp_path / "a.mp4", [films[0], films[1], films[0]], shown=(0, 2)))
    assert {id_: part.where for id_, part in found.items()} == {
        "track:1": "second video track (h264, disabled)",
        "track:2": "third video track (h264)",
    }


def test_a_track_that_nothing_decodes_is_told(films: tuple[Path, Path], tmp_path: Path) -> None:
    second = media.movie(tmp_path / "second.mov", codec="prores_ks", frames=10, start=None, audio=False)
    whole = inside_films.tracks(tmp_path / "whole.mov", [films[0], second])
    (part,) = parts(inside_films.relabelled(tmp_path / "a.mov", whole, b"apch", b"abcd")).values()
    assert (part.id, part.why_not) == ("track:1", "no decoder for its codec")


@pytest.mark.parametrize("name", ["a.mp3", "a.m4a", "a.flac", "a.ogg", "a.aiff", "a.wav"])
def test_a_cover_is_taken_out_as_it_is(tmp_path: Path, cover: Path, name: str) -> None:
    path = inside_films.covered(tmp_path / name, media.sound(tmp_path / "plain.wav"), cover)
    (part,) = parts(path).values()
    assert (part.id, part.where, part.kind, part.format) == ("cover:0", "attached picture 1", "still", "png")
    assert taken_out(path, "cover:0") == cover.read_bytes()


@pytest.mark.parametrize("name", ["a.mp3", "a.m4a", "a.flac", "a.ogg", "a.aiff", "a.wav"])
def test_a_sound_without_a_cover_has_no_parts(tmp_path: Path, name: str) -> None:
    assert parts(media.sound(tmp_path / name)) == {}


def test_the_cover_of_a_movie_is_taken_out(films: tuple[Path, Path], tmp_path: Path, cover: Path) -> None:
    path = tmp_path / "a.mp4"
    media.rewrapped(films[0], path, "-disposition:v:0", "default", cover=cover)
    assert list(parts(path)) == ["cover:0"]
    assert taken_out(path, "cover:0") == cover.read_bytes()


def test_attachments_are_taken_out_whatever_they_are_called(
    films: tuple[Path, Path], tmp_path: Path, cover: Path
) -> None:
    still = media.still(tmp_path / "still.jpg", seed=9)
    files = {"poster.jpg": still, "notes.bin": cover, "other\nfilm.mp4": films[1]}
    path = inside_films.attached(tmp_path / "a.mkv", films[0], files)
    found = parts(path)
    assert [(part.id, part.kind, part.format) for part in found.values()] == [
        ("attachment:0", "still", "jpeg"),
        ("attachment:1", "still", "png"),
        ("attachment:2", "video", "mp4"),
    ]
    assert found["attachment:2"].where == "attachment 3 (other film.mp4)"
    assert [taken_out(path, id_) for id_ in found] == [file.read_bytes() for file in files.values()]


def test_as_many_streams_as_are_ever_listed_may_not_be_all(films: tuple[Path, Path], tmp_path: Path) -> None:
    tiny = tmp_path / "tiny.txt"
    tiny.write_text("nothing")
    files = dict.fromkeys((f"{number}.txt" for number in range(MOST_STREAMS - 1)), tiny)
    full = listed(inside_films.attached(tmp_path / "full.mkv", films[1], files)).listing
    assert [problem.code for problem in full.problems] == ["scan.partial"]
    assert full.problems[0].message == "its first 1,000 streams are listed; there may be more"
    files.popitem()
    fewer = listed(inside_films.attached(tmp_path / "fewer.mkv", films[1], files)).listing
    assert (len(fewer.parts), fewer.problems) == (MOST_STREAMS - 2, ())


@pytest.mark.parametrize("name", ["a.mp4", "a.mov", "a.mkv"])
def test_captions_as_text_are_harmless(films: tuple[Path, Path], tmp_path: Path, name: str) -> None:
    path = inside_films.captioned(tmp_path / name, films[1], "-metadata:s:s", "language=fin")
    (part,) = parts(path).values()
    assert (part.id, part.harmless, part.why_not) == ("captions:1", "captions as text", "")
    assert part.where.endswith(", fin)")


def test_captions_as_pictures_are_told(films: tuple[Path, Path], tmp_path: Path) -> None:
    (part,) = parts(inside_films.captioned_in_pictures(tmp_path / "a.mkv", films[1])).values()
    assert (part.id, part.harmless) == ("captions:1", "")
    assert part.why_not == "captions as pictures, which nobody looks at"


def test_pictures_of_timed_text_are_taken_out(tmp_path: Path, cover: Path) -> None:
    second = media.still(tmp_path / "second.png", seed=9, size=(64, 64))
    stream = bytes(99) + cover.read_bytes() + bytes(1 << 20) + second.read_bytes()
    path = other_essence.timed_text(tmp_path / "a.mxf", stream)
    assert list(parts(path)) == ["captions:0", "picture:0", "picture:1"]
    assert taken_out(path, "picture:0") == cover.read_bytes()
    assert taken_out(path, "picture:1") == second.read_bytes()


def test_a_picture_behind_the_end_of_timed_text_is_listed_once(tmp_path: Path, cover: Path) -> None:
    path = other_essence.timed_text(tmp_path / "a.mxf")
    path.write_bytes(path.read_bytes() + cover.read_bytes())
    assert list(parts(path)) == ["captions:0", "trailing:0"]


def test_timed_text_without_pictures_holds_its_text_alone(tmp_path: Path) -> None:
    found = parts(other_essence.timed_text(tmp_path / "a.mxf"))
    assert {id_: part.harmless for id_, part in found.items()} == {"captions:0": "captions as text"}


def test_a_timecode_track_is_harmless_and_other_data_is_told(tmp_path: Path) -> None:
    path = media.movie(tmp_path / "a.mov", frames=10, start="10:00:00:00", audio=False)
    (part,) = parts(path).values()
    assert (part.id, part.where, part.harmless) == ("data:1", "timecode track", "a timecode track")
    (other,) = parts(inside_films.relabelled(tmp_path / "b.mov", path, b"tmcd", b"abcd")).values()
    assert (other.id, other.harmless, other.where) == ("data:1", "", "data track (abcd)")
    assert other.why_not == "a data track that nobody here reads"


def test_frames_that_an_edit_list_leaves_out_are_a_part(tmp_path: Path) -> None:
    film = media.movie(tmp_path / "film.mp4", frames=48, start=None, audio=False, options=("-g", "48"))
    (part,) = parts(inside_films.cut(tmp_path / "a.mp4", film, 1.0)).values()
    assert (part.id, part.kind, part.frames, part.shown) == ("hidden:0", "video", 24, False)
    assert part.where == "24 frames of the first video track that its edit list leaves out"
    assert (part.in_place, part.why_not) == (True, "")


def test_an_edit_list_that_shows_all_is_no_part(tmp_path: Path) -> None:
    put_off = ("-bf", "3", "-preset", "veryfast", "-g", "24")  # shown in another order: the edit begins late
    assert parts(media.movie(tmp_path / "a.mp4", frames=48, start=None, options=put_off)) == {}


def test_sound_that_an_edit_list_leaves_out_is_told_unless_it_is_a_run_up(tmp_path: Path) -> None:
    song = sounds.sound(tmp_path / "song.wav", [sounds.tune(1, 4)])
    whole = sounds.together(tmp_path / "whole.mp4", None, [song], "-c:a", "aac")
    assert parts(whole) == {}
    (part,) = parts(inside_films.shortened(tmp_path / "short.mp4", whole, 1000)).values()
    assert (part.id, part.kind) == ("hidden:0", "audio")
    assert part.where == "first stream of sound, outside its edit list"
    assert part.why_not == "3.0 seconds that the edit list leaves out"


def test_sound_beyond_what_is_listened_to_is_told(tmp_path: Path) -> None:
    path = sounds.sound(tmp_path / "a.wav", [sounds.tune(seed, 0.3, rate=8000) for seed in range(40)], rate=8000)
    (part,) = parts(path).values()
    assert (part.id, part.where) == ("sound:0", f"{40 - hearing.MOST_TRACKS} tracks of sound in stream 0")
    assert part.why_not == "more tracks of sound than are listened to"


def test_the_table_names_the_formats_of_deliveries() -> None:
    assert {"mp4", "mov", "mxf", "mkv", "mpegts", "wav", "mp3", "flac", "m4a"} <= set(COVERS)
    assert all(COVERS.values())
