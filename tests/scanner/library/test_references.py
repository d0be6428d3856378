"""Extracted material becomes reference works."""

import itertools
from fractions import Fraction

import numpy as np
import pytest

from detectors.fingerprint.picture import Fingerprints, fingerprint
from fixtures.pictures import Greys, flat, greys, picture, shot
from scanner.examination import Extraction, MediaFacts, Problem
from scanner.library.references import Item, ReferenceLibrary, library_of
from scanner.timecode import Clock

POSTER = Extraction("still", MediaFacts("png", width=480, height=270))
MOVIE = Extraction("video", MediaFacts("mov", rate="24000/1001", start_timecode="10:00:00:00"))
PLATE = Extraction("sequence", MediaFacts("exr"))


def _prints(pictures: Greys, first: int = 0) -> Fingerprints:
    return fingerprint(pictures, first + np.arange(len(pictures)))


ITEMS: list[Item] = [
    ("films/the last one.mov", "f" * 64, MOVIE, _prints(shot(1, 48))),
    ("posters/a.png", "a" * 64, POSTER, _prints(greys(picture(1)))),
    ("posters/b.png", "b" * 64, POSTER, _prints(greys(picture(2)))),
    ("plate.%04d.exr", "9" * 64, PLATE, _prints(shot(2, 24), 1001)),
]


def test_works_have_the_ids_of_their_paths_in_order() -> None:
    library = library_of("refs", ITEMS)
    assert [work.id for work in library.references] == sorted(item[0] for item in ITEMS)
    assert library.entries == 4
    film, plate, poster, _ = library.references
    assert (film.title, film.owner, film.own, film.medium) == ("the last one", "", False, "video")
    assert film.clock == Clock.of(Fraction(24000, 1001), "10:00:00:00")
    assert (poster.title, poster.medium, poster.origin) == ("a", "image", 0)
    assert (plate.medium, plate.clock, plate.origin) == ("video", None, 1001)


def test_the_order_of_the_items_does_not_matter() -> None:
    digests = set()
    for order in itertools.permutations(ITEMS):
        library = library_of("refs", order)
        digests.add(library.digest)
        assert [work.id for work in library.references] == sorted(item[0] for item in ITEMS)
    assert len(digests) == 1


def test_the_digest_tells_another_content_or_another_name() -> None:
    whole = library_of("refs", ITEMS)
    path, _, extraction, prints = ITEMS[1]
    others = [
        library_of("refs", ITEMS[1:]),
        library_of("refs", [*ITEMS[:1], (path, "c" * 64, extraction, prints), *ITEMS[2:]]),
        library_of("refs", [*ITEMS[:1], ("posters/c.png", "a" * 64, extraction, prints), *ITEMS[2:]]),
    ]
    assert len({whole.digest, *(library.digest for library in others)}) == 4
    assert library_of("another name", ITEMS).digest == whole.digest


def test_the_same_content_twice_is_one_work_under_its_first_name() -> None:
    path, sha256, extraction, prints = ITEMS[1]
    twice = library_of(
        "refs", [*ITEMS, ("zz/copy.png", sha256, extraction, prints), ("aa.png", sha256, POSTER, prints)]
    )
    assert twice.entries == 4
    (work,) = [each for each in twice.references if each.sha256 == sha256]
    assert (work.id, work.aliases) == ("aa.png", (path, "zz/copy.png"))


def test_what_cannot_be_matched_is_kept_aside_with_the_reason() -> None:
    broken = Extraction("video", problems=(Problem("scan.unreadable", "the file ends in the middle"),))
    library = library_of(
        "refs",
        [
            *ITEMS,
            ("song.wav", "1" * 64, Extraction("audio"), None),
            ("broken.mov", "2" * 64, broken, None),
            ("empty.mov", "3" * 64, MOVIE, Fingerprints.join([])),
            ("black.png", "4" * 64, POSTER, _prints(flat(1))),
        ],
    )
    assert library.entries == 4
    assert dict(library.unusable) == {
        "song.wav": "there is no picture in it (audio)",
        "broken.mov": "the file ends in the middle",
        "empty.mov": "there is no picture in it (video)",
        "black.png": "too flat to be recognised (quality 0 of 100, 50 is needed)",
    }


def test_nothing_at_all_is_a_library_too() -> None:
    library: ReferenceLibrary = library_of("refs", [])
    assert library.entries == 0
    assert len(library.digest) == 64
    assert len(library.stills[1]) == 0
    assert len(library.films[1].words) == 0


def test_fingerprints_of_another_algorithm_are_refused() -> None:
    prints = ITEMS[1][3]
    assert prints is not None
    old = Fingerprints(prints.frames, prints.hashes, prints.quality, "pdq/0")
    with pytest.raises(ValueError, match="never compared"):
        library_of("refs", [("old.png", "5" * 64, POSTER, old)])
