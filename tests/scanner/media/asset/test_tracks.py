"""Another track of a movie is looked at as if it were a movie of its own, without the sound."""

from pathlib import Path

import pytest

from detectors.fingerprint.prints import Prints
from detectors.material import Piece
from fixtures import inside_films, media, sounds
from scanner.examination import Extraction, Looked
from scanner.media.asset.extract import extract
from scanner.media.asset.material import AssetMaterial
from scanner.media.asset.pictures import picture
from scanner.media.decode.movies import decode_ranges
from scanner.media.decode.plans import Effort
from scanner.media.facts.tags import ExifTool
from tests.scanner.media.asset.test_pictures import shown


def of(path: Path, track: int | None = None, effort: Effort = "usual") -> tuple[Extraction, Prints]:
    return extract([Piece(path, path.name)], effort=effort, track=track)


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What a player shows: two seconds with sound."""
    return media.movie(tmp_path_factory.mktemp("film") / "film.mp4", frames=48, start="10:00:00:00")


@pytest.mark.parametrize(
    ("name", "codec", "effort"),
    [
        ("a.mp4", "libx264", "usual"),
        ("a.mov", "prores_ks", "usual"),
        ("a.mov", "libx265", "quick"),
        ("a.mkv", "libvpx-vp9", "usual"),
        ("a.ts", "mpeg2video", "usual"),
    ],
)
def test_a_second_track_is_seen_as_the_same_movie_alone(
    film: Path, tmp_path: Path, name: str, codec: str, effort: Effort
) -> None:
    own = media.movie(
        tmp_path / f"own{Path(name).suffix}", seed=3, frames=180, rate="30", codec=codec, start=None, audio=False
    )
    both = inside_films.tracks(tmp_path / name, [film, own], *(("-an", "-dn") if name == "a.ts" else ()))
    (alone, expected), (seen, prints) = of(own, effort=effort), of(both, 1, effort)
    assert (seen.looked, seen.problems, seen.heard) == (alone.looked, (), None)
    assert seen.media
    assert (seen.media.rate, seen.media.frame_count, seen.media.channels) == ("30/1", 180, ())
    assert prints.pictures is not None
    assert expected.pictures is not None
    assert prints.pictures.to_bytes() == expected.pictures.to_bytes()
    assert prints.local is not None
    assert expected.local is not None
    assert prints.local.to_bytes() == expected.local.to_bytes()
    assert prints.sound is None


def test_what_a_file_is_known_by_stays_its_first_track_and_keeps_its_sound(film: Path, tmp_path: Path) -> None:
    own = media.movie(tmp_path / "own.mov", seed=3, frames=40, start=None, audio=False)
    both = inside_films.tracks(tmp_path / "a.mov", [film, own], shown=(1,))
    (alone, expected), (seen, prints) = of(film), of(both)
    assert (seen.looked, seen.heard, seen.problems) == (alone.looked, alone.heard, ())
    assert prints.pictures is not None
    assert expected.pictures is not None
    assert prints.pictures.to_bytes() == expected.pictures.to_bytes()


def test_a_track_has_its_own_start_timecode(tmp_path: Path) -> None:
    first = media.movie(tmp_path / "first.mov", frames=24, rate="24", start="10:00:00:00", audio=False)
    second = media.movie(tmp_path / "second.mov", frames=50, rate="25", start="20:00:00:12", audio=False)
    both = inside_films.tracks(tmp_path / "a.mov", [first, second], "-metadata:s:v:1", "timecode=20:00:00:12")
    clock = (of(both, 1)[0].media or pytest.fail("nothing is known of it")).clock()
    assert clock
    assert clock.label(20) == "20:00:01:07"


def test_pictures_of_chapters_are_seen_to_the_last(film: Path, tmp_path: Path) -> None:
    own = media.movie(tmp_path / "own.mp4", seed=3, frames=40, rate="30", start=None, audio=False)
    path = inside_films.chapters(tmp_path / "a.mp4", film, own)
    seen, prints = of(path, 1)
    assert (seen.looked, seen.problems) == (Looked("every frame", 41, 41), ())  # ffmpeg hands out the first one twice
    assert prints.pictures is not None
    assert (
        prints.pictures.hashes[1:].tolist() == (of(own)[1].pictures or pytest.fail("it was not seen")).hashes.tolist()
    )


def test_a_broken_track_is_told_of_that_track_alone(film: Path, tmp_path: Path) -> None:
    own = media.movie(tmp_path / "own.mov", codec="mpeg2video", seed=3, frames=48, start=None, audio=False)
    both = inside_films.tracks(tmp_path / "both.mov", [film, own])
    sounds.hurt(both, tmp_path / "hurt.mov", stream=1)
    assert not of(tmp_path / "hurt.mov")[0].problems
    assert [problem.code for problem in of(tmp_path / "hurt.mov", 1)[0].problems] == ["scan.partial"]


def test_a_track_that_is_not_there_is_a_problem(film: Path) -> None:
    assert [problem.code for problem in of(film, 5)[0].problems] == ["scan.unreadable"]


def test_evidence_and_what_a_grid_left_out_are_those_of_the_track(film: Path, tmp_path: Path) -> None:
    own = media.movie(
        tmp_path / "own.mov", codec="prores_ks", frames=180, rate="30", start=None, audio=False, counter=True
    )
    path = inside_films.tracks(tmp_path / "a.mov", [film, own])
    pieces = [Piece(path, path.name)]
    extraction, _ = extract(pieces, track=1)
    assert extraction.looked
    assert extraction.looked.plan == "grid"
    wanted = [0, 77, 179]
    assert [media.read_counter(shown(picture(pieces, extraction, number, 1))) for number in wanted] == wanted
    filled, expected = decode_ranges(path, [(20, 40)], 1), decode_ranges(own, [(20, 40)])
    assert filled is not None
    assert expected is not None
    assert filled.to_bytes() == expected.to_bytes()


def test_a_detector_sees_the_pictures_of_the_track_and_the_metadata_of_the_file(film: Path, tmp_path: Path) -> None:
    own = media.movie(tmp_path / "own.mov", codec="prores_ks", frames=20, size=(160, 90), start=None, audio=False)
    path = inside_films.tracks(tmp_path / "a.mov", [film, own], "-metadata", "comment=seen")
    pieces = [Piece(path, path.name)]
    with ExifTool() as exiftool:
        material = AssetMaterial(pieces, exiftool, track=1)
        assert {picture.pixels.shape for picture in material.pictures(3)} == {(90, 160, 3)}
        assert material.tags(pieces[0]) == AssetMaterial(pieces, exiftool).tags(pieces[0])
