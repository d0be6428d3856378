"""A drop's pictures against reference works: the observations that judgement and reports read."""

import json
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import imagehash
import numpy as np
import pytest
from PIL import Image

from detectors.fingerprint.picture import as_hex
from detectors.fingerprint.prints import Prints
from detectors.fingerprint.sound import SoundPrints, Track
from detectors.observation import Kind, Observation, Span, Strength
from fixtures.pictures import cropped, flat, graded, greys, mirrored, picture, shot
from scanner.drop.assets import Drop
from scanner.examination import Extraction, MediaFacts
from scanner.library.contents import contents_of
from scanner.library.hashlist import read_list
from scanner.library.match import match_asset
from scanner.library.references import Item, ReferenceLibrary, library_of, opened_library
from scanner.library.sheet import Stated
from scanner.library.writer import Addition, Writer
from scanner.timecode import Clock
from tests.scanner.library.works import FILM, PLATE, POSTER, SONG, addition, item, prints_of, song

CLOCK = Clock.of(Fraction(24), "01:00:00:00")
WORK = np.concatenate([shot(1, 120), shot(2, 120)])

FACTS = [
    *("reference", "title", "owner", "own", "medium", "level", "distance", "inliers", "false_match_rate", "algorithm"),
    *("reference_span", "speed", "mirrored", "turned", "transforms", "quad", "time_ambiguous"),
    *("best_frame", "target_frame", "licences", "ties"),
]


def _library(*items: Item, name: str = "refs") -> ReferenceLibrary:
    return library_of(Drop(name, Path("/nowhere"), (), (), ()), items)


def _posters(*seeds: int) -> ReferenceLibrary:
    return _library(*(item(f"poster {seed}.png", POSTER, prints_of(greys(picture(seed)))) for seed in seeds))


FILMS = _library(item("film.mov", FILM, prints_of(WORK), stated=Stated(owner="Studio", licences=("LIC-1",))))
POSTERS = _posters(50, 51, 52)
MASTER = prints_of(np.concatenate([shot(90, 48), np.repeat(greys(picture(51)), 24, 0), WORK[60:180], shot(91, 48)]))


def _one(found: tuple[Observation, ...]) -> Observation:
    assert len(found) == 1, found
    return found[0]


def test_a_still_that_is_a_reference_picture() -> None:
    found = _one(match_asset("still", None, prints_of(greys(mirrored(picture(51)))), [POSTERS]))
    assert (found.detector, found.rule, found.kind) == ("images", "pdq.picture", Kind.MATCH)
    assert found.strength is Strength.DEFINITIVE
    assert found.span is None
    assert list(found.facts) == FACTS
    assert found.facts["reference"] == "poster 51.png"
    assert found.facts["title"] == "poster 51"
    assert found.facts["level"] == "certain"
    assert found.facts["mirrored"] is True
    assert found.facts["reference_span"] is None
    assert found.facts["false_match_rate"] == 1.6e-7
    assert found.value.endswith(", mirrored: poster 51.png")


def test_a_changed_still_is_a_strong_match_not_a_definitive_one() -> None:
    found = _one(match_asset("still", None, prints_of(greys(cropped(graded(picture(51)), 0.05))), [POSTERS]))
    assert (found.facts["level"], found.strength) == ("match", Strength.STRONG)


def test_a_master_with_a_picture_and_a_stretch_of_a_film_in_it() -> None:
    poster, film = match_asset("video", CLOCK, MASTER, [FILMS, POSTERS])
    assert (poster.detector, poster.rule, poster.span) == ("images", "pdq.picture", Span(48, 71))
    assert (film.detector, film.rule, film.span) == ("video", "pdq.segment", Span(72, 191))
    assert film.facts["medium"] == "video"
    assert film.facts["speed"] == 1.0
    assert film.facts["reference_span"] == {
        "first_frame": 60,
        "last_frame": 179,
        "in": "10:00:02:12",
        "out": "10:00:07:11",
        "start": 2.5,
        "end": 7.5,
        "edge_frames": 0,
    }


def test_a_delivered_still_that_is_a_frame_of_a_film() -> None:
    found = _one(match_asset("still", None, prints_of(WORK[100:101]), [FILMS]))
    assert (found.detector, found.rule, found.span) == ("video", "pdq.frame", None)
    span = found.facts["reference_span"]
    assert isinstance(span, dict)
    assert isinstance(span["first_frame"], int)
    assert isinstance(span["last_frame"], int)
    assert span["first_frame"] <= 100 <= span["last_frame"]


def test_a_reference_sequence_tells_its_file_numbers_and_no_timecodes() -> None:
    plates = _library(item("p.%04d.exr", PLATE, prints_of(WORK, 1001)))
    found = _one(match_asset("sequence", None, prints_of(WORK[30:60], 1), [plates], origin=1))
    assert found.span == Span(1, 30)
    span = found.facts["reference_span"]
    assert isinstance(span, dict)
    assert (span["first_frame"], span["last_frame"], span["in"]) == (1031, 1060, None)


def test_a_reference_sequence_with_a_rate_counts_from_its_first_file() -> None:
    plate = Extraction("sequence", MediaFacts("exr", rate="24"))
    plates = _library(item("p.%04d.exr", plate, prints_of(WORK, 1001)))
    span = _one(match_asset("video", CLOCK, prints_of(WORK[24:72]), [plates])).facts["reference_span"]
    assert isinstance(span, dict)
    assert (span["first_frame"], span["in"], span["start"], span["end"]) == (1025, "00:00:01:00", 1.0, 3.0)


def test_a_single_certain_frame_in_a_movie_is_for_review_at_most_and_says_so() -> None:
    movie = prints_of(np.concatenate([shot(90, 30), greys(picture(50)), shot(91, 30)]))
    found = _one(match_asset("video", CLOCK, movie, [POSTERS]))
    assert (found.strength, found.facts["level"], found.span) == (Strength.WEAK, "possible", Span(30, 30))
    assert "in a single frame" in found.value


def test_unrelated_flat_and_missing_pictures_give_no_observation() -> None:
    for pictures in (greys(picture(99)), flat(1), flat(0)):
        assert match_asset("still", None, prints_of(pictures), [POSTERS, FILMS]) == ()
    assert match_asset("video", CLOCK, prints_of(np.concatenate([shot(95, 60), flat(60)])), [POSTERS, FILMS]) == ()
    assert match_asset("video", CLOCK, MASTER, []) == ()


def test_the_order_of_references_and_libraries_is_without_effect() -> None:
    forward = match_asset("video", CLOCK, MASTER, [FILMS, POSTERS])
    backward = match_asset("video", CLOCK, MASTER, [_posters(52, 51, 50), FILMS])
    assert forward == backward
    assert len(forward) == 2


def test_a_second_run_says_the_same_to_the_byte() -> None:
    said = [json.dumps([each.facts for each in match_asset("video", CLOCK, MASTER, [FILMS, POSTERS])]) for _ in "ab"]
    assert said[0] == said[1]


def test_own_material_never_hides_somebody_elses() -> None:
    """The production's own trailer quotes a film; where the trailer is delivered, both are told."""
    trailer = prints_of(np.concatenate([shot(5, 96), WORK[60:120], shot(6, 96)]))
    both = _library(
        item("trailer.mov", FILM, trailer, stated=Stated(owner="us", own=True)), item("film.mov", FILM, prints_of(WORK))
    )
    found = match_asset("video", CLOCK, trailer, [both])
    assert [(each.facts["reference"], each.facts["own"], each.span) for each in found] == [
        ("trailer.mov", True, Span(0, 251)),
        ("film.mov", False, Span(96, 155)),
    ]


def test_prints_of_another_algorithm_are_refused() -> None:
    assert MASTER.pictures is not None
    old = Prints(replace(MASTER.pictures, algorithm="pdq/0"))
    with pytest.raises(ValueError, match="never compared"):
        match_asset("video", CLOCK, old, [POSTERS])
    with pytest.raises(ValueError, match="never compared"):
        match_asset("audio", None, Prints(sound=SoundPrints((), "chromaprint/0")), [POSTERS])


def _part(heard: Prints, first: float, last: float, begins: float = 0.0) -> Prints:
    """The sound between two moments, as an asset has it."""
    assert heard.sound is not None
    (track,) = heard.sound.tracks
    frames, words = (
        (seconds * 11025 / 256 for seconds in (first, last)),
        (seconds / 0.12382 for seconds in (first, last)),
    )
    low, high = (np.searchsorted(track.times, round(frame)) for frame in frames)
    one, two = map(round, words)
    times = track.times[low:high] - np.uint32(round(first * 11025 / 256))
    part = Track(1, 2, begins, last - first, track.words[one:two], times, track.keys[low:high])
    return Prints(sound=SoundPrints((part,)))


def test_a_song_is_told_in_milliseconds_where_there_is_only_sound() -> None:
    songs = _library(item("song.wav", SONG, song(4, 60.0), stated=Stated(title="The Song", licences=("LIC-2",))))
    found = _one(match_asset("audio", None, _part(song(4, 60.0), 20.0, 45.0), [songs]))
    assert (found.detector, found.kind, found.where) == ("audio", Kind.MATCH, "stream 1, channel 2")
    assert found.rule in {"chromaprint.segment", "landmark.segment"}
    assert found.facts["reference"] == "song.wav"
    assert (found.facts["medium"], found.facts["title"], found.facts["licences"]) == ("audio", "The Song", ["LIC-2"])
    assert list(found.facts)[: len(FACTS)] == FACTS
    assert list(found.facts)[len(FACTS) :] == ["stream", "channel", "tier", "score"]
    assert found.span is not None
    assert abs(found.span.first_frame) <= 1000
    assert abs(found.span.last_frame - 25_000) <= 1000
    span = found.facts["reference_span"]
    assert isinstance(span, dict)
    assert isinstance(span["start"], float)
    assert abs(span["start"] - 20.0) <= 1.0
    assert (span["in"], span["out"]) == (None, None)
    json.dumps(found.facts)


def test_a_song_under_a_movie_is_told_in_the_movies_frames() -> None:
    songs = _library(item("film with song.mov", FILM, song(4, 60.0)))
    found = _one(match_asset("video", CLOCK, _part(song(4, 60.0), 20.0, 45.0, begins=2.0), [songs]))
    assert found.span is not None
    assert abs(found.span.first_frame - 48) <= 24
    assert abs(found.span.last_frame - (27 * 24 - 1)) <= 24
    assert found.span.edge_frames == 12
    span = found.facts["reference_span"]
    assert isinstance(span, dict)
    assert isinstance(span["first_frame"], int)
    assert abs(span["first_frame"] - 480) <= 24
    assert str(span["in"]).startswith("10:00:")


def test_sound_that_outlasts_the_picture_is_told_in_the_frames_that_there_are() -> None:
    songs = _library(item("film with song.mov", FILM, song(4, 60.0)))
    heard = _part(song(4, 60.0), 20.0, 45.0)
    found = _one(match_asset("video", CLOCK, heard, [songs], frames=78))
    assert found.span is not None
    assert found.span.last_frame == 77
    assert found.value.startswith("heard until 2")
    assert " s, after the last picture; " in found.value
    later = _one(match_asset("video", CLOCK, replace(heard, sound=_later(heard, 10.0)), [songs], frames=78))
    assert later.span == Span(77, 77, 12)  # all of it is heard over nothing, or the last picture


def _later(heard: Prints, begins: float) -> SoundPrints:
    assert heard.sound is not None
    (track,) = heard.sound.tracks
    return SoundPrints((replace(track, begins=begins),))


def test_a_library_gives_what_the_plain_folder_gives_in_any_order_of_insertion(tmp_path: Path) -> None:
    items = [
        *(item(f"poster {seed}.png", POSTER, prints_of(greys(picture(seed)))) for seed in (50, 51, 52)),
        item("film.mov", FILM, prints_of(WORK)),
        item("song.wav", SONG, song(4, 60.0)),
    ]
    heard = _part(song(4, 60.0), 20.0, 45.0).sound
    master = Prints(MASTER.pictures, sound=heard)
    plain = match_asset("video", CLOCK, master, [_library(*items)])
    assert {found.detector for found in plain} == {"images", "video", "audio"}
    for number, order in enumerate((items, items[::-1])):
        for one in order:
            with Writer(tmp_path / str(number)) as writer:
                writer.add([addition(one.path, one.extraction, one.prints(), one.content)])
        assert match_asset("video", CLOCK, master, [opened_library(tmp_path / str(number), "made")]) == plain


def test_a_houses_own_ident_matches_nothing_and_hides_nothing_else(tmp_path: Path) -> None:
    ident, master = shot(70, 72), np.concatenate([shot(70, 72), WORK[60:180], shot(91, 48)])
    films = [addition("film.mov", FILM, prints_of(np.concatenate([ident, WORK])))]
    with Writer(tmp_path) as writer:
        writer.add([*films, addition("slate.png", POSTER, prints_of(greys(picture(60))))])
    spans = [found.span for found in match_asset("video", CLOCK, prints_of(master), [opened_library(tmp_path, "a")])]
    assert Span(0, 71) in spans
    with Writer(tmp_path) as writer:
        stopped = [
            addition("ident.mov", FILM, prints_of(ident)),
            addition("slate.png", POSTER, prints_of(greys(picture(60)))),
        ]
        writer.add(replace(one, stop=True) for one in stopped)
    library = opened_library(tmp_path, "a")
    assert [each.span for each in match_asset("video", CLOCK, prints_of(master), [library])] == [Span(72, 191)]
    copy = prints_of(np.concatenate([ident, WORK[:120]]))
    assert [each.span for each in match_asset("video", CLOCK, copy, [library])] == [Span(72, 191)]
    assert match_asset("still", None, prints_of(greys(picture(60))), [library]) == ()


def test_a_leader_that_many_films_share_brings_none_in_and_is_no_part_of_a_match() -> None:
    leader = shot(70, 72)
    films = [np.concatenate([leader, shot(100 + number, 120)]) for number in range(8)]
    series = _library(*(item(f"{number}.mov", FILM, prints_of(each)) for number, each in enumerate(films)))
    stranger = prints_of(np.concatenate([leader, shot(91, 48)]))
    assert match_asset("video", CLOCK, stranger, [series]) == ()
    assert len(match_asset("video", CLOCK, stranger, [_library(item("0.mov", FILM, prints_of(films[0])))])) == 1
    copy = _one(match_asset("video", CLOCK, prints_of(films[3]), [series]))
    assert (copy.facts["reference"], copy.span and copy.span.last_frame) == ("3.mov", 191)
    assert copy.span is not None
    assert 66 <= copy.span.first_frame <= 72


def test_the_titles_of_a_series_are_found_where_they_are_a_work_themselves() -> None:
    titles = shot(70, 72)
    films = [np.concatenate([titles, shot(100 + number, 120)]) for number in range(8)]
    works = [item(f"{number}.mov", FILM, prints_of(each)) for number, each in enumerate(films)]
    series = _library(*works, item("titles.mov", FILM, prints_of(titles)))
    taker = prints_of(np.concatenate([shot(91, 48), titles, shot(92, 48)]))
    found = _one(match_asset("video", CLOCK, taker, [series]))
    assert (found.facts["reference"], found.span) == ("titles.mov", Span(48, 119))


def test_a_film_of_one_frame_is_found_as_a_picture() -> None:
    alone = _library(item("one frame.mov", FILM, prints_of(greys(picture(51)))))
    found = _one(match_asset("still", None, prints_of(greys(picture(51))), [alone]))
    assert (found.rule, found.facts["medium"], found.facts["level"]) == ("pdq.picture", "video", "certain")
    shown = _one(match_asset("video", CLOCK, MASTER, [alone]))
    assert shown.span == Span(48, 71)


def test_of_thousands_of_works_of_one_still_some_of_each_owner_are_named(tmp_path: Path) -> None:
    still = prints_of(greys(picture(51)))
    made = contents_of("", POSTER, still)

    def one(number: int) -> Addition:
        stated = Stated(owner="Us" if number % 1000 else f"Owner {number}")
        key = f"{number:05}"
        work = replace(made, work=replace(made.work, content=key))
        return Addition(key, key, key, stated, lambda: work)

    with Writer(tmp_path) as writer:
        writer.add(one(number) for number in range(20_000))
    found = match_asset("still", None, still, [opened_library(tmp_path, "many")])
    assert len(found) == 100
    assert {each.facts["ties"] for each in found} == {19_900}
    assert len({each.facts["owner"] for each in found}) == 21
    assert "19900 more works look the same" in found[0].value


def _listed(folder: Path, text: str) -> ReferenceLibrary:
    (folder / "list.csv").write_text(text)
    with Writer(folder / "library") as writer:
        writer.add(read_list(folder / "list.csv", None))
    return opened_library(folder / "library", "listed")


def _pdq(seen: Prints, frame: int = 0) -> str:
    assert seen.pictures is not None
    return as_hex(seen.pictures.hashes[frame, 0, 0])


def test_a_listed_hash_finds_the_still_and_the_shot_and_names_its_algorithm(tmp_path: Path) -> None:
    library = _listed(tmp_path, f"hash,id,owner\n{_pdq(prints_of(greys(picture(51))))},REF-9,A Partner\n")
    found = _one(match_asset("still", None, prints_of(greys(graded(picture(51)))), [library]))
    assert (found.detector, found.rule, found.facts["algorithm"]) == ("images", "pdq.listed", "pdq/2")
    assert (found.facts["reference"], found.facts["owner"], found.facts["medium"]) == ("REF-9", "A Partner", "image")
    assert found.facts["reference_span"] is None
    shown = _one(match_asset("video", CLOCK, MASTER, [library]))
    assert (shown.rule, shown.span) == ("pdq.listed", Span(48, 71))
    assert match_asset("still", None, prints_of(greys(picture(99))), [library]) == ()


def test_a_listed_phash_is_held_to_its_own_limit(tmp_path: Path) -> None:
    own = imagehash.phash(Image.fromarray(picture(51)))
    near, far = own.hash.copy(), own.hash.copy()
    near.flat[:7] ^= True
    far.flat[:8] ^= True
    rows = [(imagehash.ImageHash(near), "near"), (imagehash.ImageHash(far), "far")]
    library = _listed(tmp_path, "hash,id,algorithm\n" + "".join(f"{value},{name},phash\n" for value, name in rows))
    found = _one(match_asset("still", None, prints_of(greys(picture(51))), [library], phash=str(own)))
    assert (found.rule, found.facts["reference"], found.facts["distance"]) == ("phash.listed", "near", 7)
    assert (found.facts["algorithm"], found.facts["level"]) == ("imagehash phash 64", "match")
    assert found.facts["false_match_rate"] == 1e-6
    assert "7 of 64 bits differ" in found.value
    assert match_asset("video", CLOCK, MASTER, [library], phash=str(own)) == ()


def test_listed_hashes_that_nothing_is_compared_with_say_so(tmp_path: Path) -> None:
    library = _listed(tmp_path, "hash,id,algorithm\nffffffffffffffff,A,dhash\nffffffffffffffff,B,phash\n")
    assert [work.id for work in library.references] == ["B"]
    assert library.unusable == (("A", "only hashes of it were listed that nothing here is compared with"),)
