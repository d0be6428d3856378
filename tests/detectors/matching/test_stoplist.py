"""What means nothing is recognised, also compressed and resized; pictures are not."""

import numpy as np
import pytest

from detectors.fingerprint.picture import QUALITY_GATE, fingerprint
from detectors.matching import stoplist
from detectors.matching.search import Words, as_words
from detectors.matching.stoplist import COMMON, STOP_RADIUS, _pictures, built_in, meaningless
from fixtures.pictures import Greys, graded, grey, jpeg, picture, resized

NONE = np.zeros((0, 4), np.uint64)


def words(*seen: Greys) -> Words:
    return as_words(fingerprint(np.stack(seen), np.arange(len(seen))).hashes[:, 0, 0])


def bars() -> Greys:
    """SMPTE's, as a generator outside this project would make them: RGB, eight bits, full range."""
    colours = ((192, 192, 192), (192, 192, 0), (0, 192, 192), (0, 192, 0), (192, 0, 192), (192, 0, 0), (0, 0, 192))
    canvas = np.zeros((480, 700, 3), np.uint8)
    for at, colour in enumerate(colours):
        canvas[:322, at * 100 : at * 100 + 100] = colour
        canvas[322:360, at * 100 : at * 100 + 100] = (0, 0, 0) if at % 2 else colours[6 - at]
    canvas[360:, :125], canvas[360:, 125:250], canvas[360:, 250:375] = (0, 33, 76), (255, 255, 255), (50, 0, 106)
    return grey(jpeg(resized(canvas, 0.7), 60))


def test_bars_pass_the_gate_of_quality_and_are_stopped() -> None:
    seen = bars()
    assert fingerprint(seen[None], np.zeros(1, np.int64)).quality[0, 0] >= QUALITY_GATE
    assert meaningless(words(seen, grey(picture(1))), np.array([0, 1]), NONE).tolist() == [True, False]


def lopsided(seen: Greys) -> bool:
    """Whether it changes along both sides and is none of its mirror images: only then its hash is more than chance."""
    ways = (seen[:1], seen[:, :1], seen[::-1], seen[:, ::-1], seen[::-1, ::-1])
    return not any(np.abs(seen.astype(int) - way).mean() < 2 for way in ways)


def test_the_pictures_of_the_list_are_stopped_after_compression() -> None:
    listed = [shown for shown in _pictures() if lopsided(shown)]
    seen = [grey(jpeg(np.repeat(shown[..., None], 3, 2).repeat(4, 0).repeat(4, 1), 50)) for shown in listed]
    assert len(seen) >= 14
    assert meaningless(words(*seen), np.arange(len(seen)), NONE).all()


def test_a_house_stops_its_own_pictures() -> None:
    ident, other = words(grey(picture(1)), grey(picture(2)))
    near = words(grey(jpeg(picture(1), 20)))[0]
    stopped = meaningless(np.stack([ident, other, near]), np.arange(3), ident[None])
    assert stopped.tolist() == [True, False, True]
    assert np.bitwise_count(ident ^ near).sum() <= STOP_RADIUS


@pytest.mark.parametrize(("works", "common"), [(COMMON + 1, False), (COMMON + 2, True)])
def test_what_more_than_five_other_works_hold_says_nothing_of_any(works: int, common: bool) -> None:
    shared = [words(grey(graded(picture(1), 0.7 + 0.1 * work)))[0] for work in range(works)]
    assert len(np.unique(shared, axis=0)) > COMMON - 1
    own = words(*(grey(picture(10 + work)) for work in range(works)))
    every = np.concatenate([np.stack(shared), own])
    left_out = meaningless(every, np.tile(np.arange(works), 2), NONE)
    assert left_out[:works].tolist() == [common] * works
    assert not left_out[works:].any()


def test_one_work_may_hold_a_picture_as_often_as_it_likes() -> None:
    again = np.repeat(words(grey(picture(1))), 100, 0)
    assert not meaningless(again, np.zeros(100, np.int64), NONE).any()


def test_a_film_that_stands_still_is_one_holder(monkeypatch: pytest.MonkeyPatch) -> None:
    every = np.repeat(words(grey(picture(1)), grey(picture(2))), 4000, 0)
    monkeypatch.setattr(stoplist, "_COMPARED", 4)
    assert not meaningless(every, np.repeat([0, 1], 4000), NONE).any()


def test_in_a_very_large_library_only_equal_hashes_count(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stoplist, "_COMPARED", 2)
    every = np.concatenate([np.repeat(words(grey(picture(1))), 8, 0), words(grey(picture(2)), grey(picture(3)))])
    assert meaningless(every, np.arange(10), NONE).tolist() == [True] * 8 + [False] * 2


def test_nothing_at_all_is_fine() -> None:
    assert meaningless(NONE, np.zeros(0, np.int64), NONE).tolist() == []
    assert len(built_in()) > 40
