"""What was looked through becomes reference works, whether in a plain folder or in a library."""

import itertools
from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from detectors.fingerprint.picture import Fingerprints
from detectors.fingerprint.prints import Prints
from fixtures.pictures import flat, shot
from scanner.drop.assets import Drop
from scanner.examination import Extraction, MediaFacts, Problem
from scanner.library.references import Item, ReferenceLibrary, library_of, opened_library
from scanner.library.sheet import Stated
from scanner.library.writer import Writer
from scanner.terms.reasons import Reason
from scanner.timecode import Clock
from tests.scanner.library.works import FILM, PLATE, POSTER, SONG, addition, film, item, poster, prints_of, some, song

MOVIE = Extraction("video", MediaFacts("mov", rate="24000/1001", start_timecode="10:00:00:00"))

ITEMS: list[Item] = [
    item("films/the last one.mov", MOVIE, film(1), "f" * 64),
    item("posters/a.png", POSTER, poster(1), "a" * 64),
    item("posters/b.png", POSTER, poster(2), "b" * 64),
    item("plate.%04d.exr", PLATE, prints_of(shot(2, 24), 1001), "9" * 64),
    item("song.wav", SONG, song(1), "5" * 64),
]


def folder(items: Sequence[Item], name: str = "refs") -> ReferenceLibrary:
    return library_of(Drop(name, Path("/nowhere"), (), (), ()), items)


def test_works_have_the_ids_of_their_paths_in_order() -> None:
    library = folder(ITEMS)
    assert [work.id for work in library.references] == sorted(one.path for one in ITEMS)
    assert library.entries == 5
    last, plate, a, _, heard = library.references
    assert (last.title, last.owner, last.own, last.medium) == ("the last one", "", False, "video")
    assert last.clock == Clock.of(Fraction(24000, 1001), "10:00:00:00")
    assert (a.title, a.medium, a.origin) == ("a", "image", 0)
    assert (plate.medium, plate.clock, plate.origin) == ("video", None, 1001)
    assert (heard.medium, heard.clock) == ("audio", None)


def test_the_order_of_the_items_does_not_matter() -> None:
    digests = set()
    for order in itertools.permutations(ITEMS):
        library = folder(order)
        digests.add(library.digest)
        assert [work.id for work in library.references] == sorted(one.path for one in ITEMS)
    assert len(digests) == 1


def test_the_digest_tells_another_content_another_name_and_another_owner() -> None:
    whole, one = folder(ITEMS), ITEMS[1]
    others = [
        folder(ITEMS[1:]),
        folder([*ITEMS[:1], replace(one, content="c" * 64), *ITEMS[2:]]),
        folder([*ITEMS[:1], replace(one, path="posters/c.png"), *ITEMS[2:]]),
        folder([*ITEMS[:1], replace(one, stated=Stated(owner="Somebody")), *ITEMS[2:]]),
        folder([*ITEMS[:1], replace(one, stated=Stated(own=True)), *ITEMS[2:]]),
    ]
    assert len({whole.digest, *(library.digest for library in others)}) == 6
    assert folder(ITEMS, "another name").digest == whole.digest


def test_the_same_content_twice_is_one_work_under_its_first_name() -> None:
    one = ITEMS[1]
    library = folder([*ITEMS, replace(one, path="zz/copy.png"), replace(one, path="aa.png")])
    assert library.entries == 5
    (work,) = [each for each in library.references if each.sha256 == one.content]
    assert (work.id, work.aliases) == ("aa.png", ("posters/a.png", "zz/copy.png"))


def test_the_same_content_of_two_owners_is_two_works() -> None:
    one = ITEMS[1]
    library = folder([one, replace(one, path="copy.png", stated=Stated("REF-2", owner="Somebody", own=True))])
    assert [(work.id, work.owner, work.own) for work in library.references] == [
        ("REF-2", "Somebody", True),
        ("posters/a.png", "", False),
    ]


def test_what_is_stated_comes_before_what_a_name_tells() -> None:
    stated = Stated("REF-1", "Snow", "Example Pictures", own=True, licences=("L-1",))
    (work,) = folder([replace(ITEMS[1], stated=stated)]).references
    assert (work.id, work.title, work.owner, work.own, work.licences) == (
        *("REF-1", "Snow", "Example Pictures", True, ("L-1",)),
    )


def test_what_cannot_be_matched_is_kept_aside_with_the_reason() -> None:
    broken = Extraction("video", problems=(Problem(Reason.SCAN_UNREADABLE, "the file ends in the middle"),))
    library = library_of(
        Drop("refs", Path("/nowhere"), (), (), ()),
        [
            *ITEMS,
            item("silence.wav", SONG, Prints()),
            item("broken.mov", broken, Prints()),
            item("empty.mov", FILM, Prints(Fingerprints.join([]))),
            item("black.png", POSTER, prints_of(flat(1))),
            item("a film.mov", FILM, film(7), stated=Stated(medium="image")),
        ],
        [("pipe", "a named pipe")],
    )
    assert library.entries == 5
    assert library.unusable == (
        ("a film.mov", "the sheet says image, the file is video"),
        ("black.png", "too flat to be recognised (quality 0 of 100, 50 is needed)"),
        ("broken.mov", "the file ends in the middle"),
        ("empty.mov", "there is neither picture nor sound in it (video)"),
        ("pipe", "a named pipe"),
        ("silence.wav", "there is neither picture nor sound in it (audio)"),
    )


def test_a_black_film_with_a_song_is_still_heard() -> None:
    both = Prints(prints_of(flat(48)).pictures, sound=song(3).sound)
    library = folder([item("black.mov", FILM, both)])
    assert library.unusable == ()
    assert not library.stocks.films[0]
    assert [work.id for work in library.stocks.sounds[0]] == ["black.mov"]


def test_of_a_film_only_the_sound_may_be_the_work() -> None:
    both = Prints(film(2).pictures, sound=song(3).sound)
    library = folder([item("film.mov", FILM, both, stated=Stated(medium="audio"))])
    assert not library.stocks.films[0]
    assert [work.id for work in library.stocks.sounds[0]] == ["film.mov"]


def test_nothing_at_all_is_a_library_too() -> None:
    library = folder([])
    assert library.entries == 0
    assert len(library.digest) == 64
    assert len(library.stocks.films[1]) == 0
    assert not library.stocks.sounds[0]


def test_prints_of_another_algorithm_are_refused() -> None:
    prints = ITEMS[1].prints().pictures
    assert prints is not None
    with pytest.raises(ValueError, match="never compared"):
        folder([item("old.png", POSTER, Prints(replace(prints, algorithm="pdq/0")))])


def test_a_library_holds_the_same_works_as_the_folder_it_was_made_of(tmp_path: Path) -> None:
    items = [*ITEMS, replace(ITEMS[1], path="zz/copy.png"), item("black.png", POSTER, prints_of(flat(1)))]
    plain = folder(items)
    with Writer(tmp_path) as writer:
        writer.add(addition(one.path, one.extraction, one.prints(), one.content) for one in items[::-1])
    for compacted in (False, True):
        made = opened_library(tmp_path, "made")
        assert made.references == plain.references
        assert (made.digest, made.unusable) == (plain.digest, plain.unusable)
        ours, theirs = (library.stocks.films[1].rows for library in (made, plain))
        assert np.array_equal(ours.words, theirs.words)
        assert np.array_equal(ours.owner, theirs.owner)
        assert np.array_equal(ours.frame, theirs.frame)
        if not compacted:
            with Writer(tmp_path) as writer:
                writer.compact()


def test_a_houses_own_idents_are_no_works(tmp_path: Path) -> None:
    with Writer(tmp_path) as writer:
        writer.add([*some(), addition("ident.png", POSTER, poster(77), stop=True)])
    library = opened_library(tmp_path, "made")
    assert [work.id for work in library.stops] == ["ident.png"]
    assert "ident.png" not in {work.id for work in library.references}
