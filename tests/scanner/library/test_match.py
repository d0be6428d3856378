"""A drop's pictures against reference works: the observations that judgement and reports read."""

import json
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest

from detectors.fingerprint.picture import Fingerprints, fingerprint
from detectors.observation import Kind, Observation, Span, Strength
from fixtures.pictures import Greys, cropped, flat, graded, greys, mirrored, picture, shot
from scanner.examination import Extraction, MediaFacts
from scanner.library.match import match_asset
from scanner.library.references import ReferenceLibrary, library_of
from scanner.timecode import Clock

POSTER = Extraction("still", MediaFacts("png"))
FILM = Extraction("video", MediaFacts("mov", rate="24", start_timecode="10:00:00:00"))
CLOCK = Clock.of(Fraction(24), "01:00:00:00")
WORK = np.concatenate([shot(1, 120), shot(2, 120)])

FACTS = [
    *("reference", "title", "owner", "own", "medium", "level", "distance", "inliers", "false_match_rate", "algorithm"),
    *("reference_span", "speed", "mirrored", "turned", "transforms", "quad", "time_ambiguous"),
]


def _prints(pictures: Greys, first: int = 0) -> Fingerprints:
    return fingerprint(pictures, first + np.arange(len(pictures)))


def _posters(*seeds: int) -> ReferenceLibrary:
    return library_of(
        "posters", [(f"poster {seed}.png", f"{seed:064}", POSTER, _prints(greys(picture(seed)))) for seed in seeds]
    )


FILMS = library_of("films", [("film.mov", "f" * 64, FILM, _prints(WORK))])
POSTERS = _posters(50, 51, 52)
MASTER = _prints(np.concatenate([shot(90, 48), np.repeat(greys(picture(51)), 24, 0), WORK[60:180], shot(91, 48)]))


def _one(found: tuple[Observation, ...]) -> Observation:
    assert len(found) == 1, found
    return found[0]


def test_a_still_that_is_a_reference_picture() -> None:
    found = _one(match_asset("still", None, _prints(greys(mirrored(picture(51)))), [POSTERS]))
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
    found = _one(match_asset("still", None, _prints(greys(cropped(graded(picture(51)), 0.05))), [POSTERS]))
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
    found = _one(match_asset("still", None, _prints(WORK[100:101]), [FILMS]))
    assert (found.detector, found.rule, found.span) == ("video", "pdq.frame", None)
    span = found.facts["reference_span"]
    assert isinstance(span, dict)
    assert isinstance(span["first_frame"], int)
    assert isinstance(span["last_frame"], int)
    assert span["first_frame"] <= 100 <= span["last_frame"]


def test_a_reference_sequence_tells_its_file_numbers_and_no_timecodes() -> None:
    plates = library_of("plates", [("p.%04d.exr", "e" * 64, Extraction("sequence"), _prints(WORK, 1001))])
    found = _one(match_asset("sequence", None, _prints(WORK[30:60], 1), [plates]))
    assert found.span == Span(1, 30)
    span = found.facts["reference_span"]
    assert isinstance(span, dict)
    assert (span["first_frame"], span["last_frame"], span["in"]) == (1031, 1060, None)


def test_a_reference_sequence_with_a_rate_counts_from_its_first_file() -> None:
    plate = Extraction("sequence", MediaFacts("exr", rate="24"))
    plates = library_of("plates", [("p.%04d.exr", "e" * 64, plate, _prints(WORK, 1001))])
    span = _one(match_asset("video", CLOCK, _prints(WORK[24:72]), [plates])).facts["reference_span"]
    assert isinstance(span, dict)
    assert (span["first_frame"], span["in"], span["start"], span["end"]) == (1025, "00:00:01:00", 1.0, 3.0)


def test_a_single_certain_frame_in_a_movie_is_for_review_at_most_and_says_so() -> None:
    movie = _prints(np.concatenate([shot(90, 30), greys(picture(50)), shot(91, 30)]))
    found = _one(match_asset("video", CLOCK, movie, [POSTERS]))
    assert (found.strength, found.facts["level"], found.span) == (Strength.WEAK, "possible", Span(30, 30))
    assert "in a single frame" in found.value


def test_unrelated_flat_and_missing_pictures_give_no_observation() -> None:
    for pictures in (greys(picture(99)), flat(1), flat(0)):
        assert match_asset("still", None, _prints(pictures), [POSTERS, FILMS]) == ()
    assert match_asset("video", CLOCK, _prints(np.concatenate([shot(95, 60), flat(60)])), [POSTERS, FILMS]) == ()
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
    trailer = np.concatenate([shot(5, 96), WORK[60:120], shot(6, 96)])
    (own,) = library_of("ours", [("trailer.mov", "0" * 64, FILM, _prints(trailer))]).references
    works = (*FILMS.references, replace(own, own=True, owner="us"))
    found = match_asset("video", CLOCK, _prints(trailer), [ReferenceLibrary("all", works)])
    assert [(each.facts["reference"], each.facts["own"], each.span) for each in found] == [
        ("trailer.mov", True, Span(0, 251)),
        ("film.mov", False, Span(96, 155)),
    ]


def test_fingerprints_of_another_algorithm_are_refused() -> None:
    with pytest.raises(ValueError, match="never compared"):
        match_asset("video", CLOCK, replace(MASTER, algorithm="pdq/0"), [POSTERS])
