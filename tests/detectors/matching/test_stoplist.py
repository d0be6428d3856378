"""What means nothing is recognised, also compressed and resized; pictures are not."""

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from detectors.fingerprint.picture import QUALITY_GATE, fingerprint
from detectors.matching import stoplist
from detectors.matching.search import HashWords, as_words
from detectors.matching.stoplist import COMMON, STOP_RADIUS, _pictures, built_in, meaningless
from fixtures.pictures import Greys, graded, grey, jpeg, picture, resized

NONE = np.zeros((0, 4), np.uint64)


def words(*seen: Greys) -> HashWords:
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


def slate(title: str, number: int) -> Greys:
    """What a house puts in front of every film, with what is this film's own written into it."""
    image = Image.new("L", (640, 360), 16)
    draw = ImageDraw.Draw(image)
    draw.rectangle((40, 30, 200, 80), fill=180)
    cells = (
        ("TITLE", title),
        ("EPISODE", str(number)),
        ("DURATION", f"00:4{number}:1{number}:0{number}"),
        ("AUDIO", "5.1"),
    )
    for row, (head, cell) in enumerate(cells):
        for at, text in ((40, head), (240, cell)):
            draw.text((at, 110 + 50 * row), text, 235, ImageFont.load_default(28))
    return grey(np.asarray(image.convert("RGB")))


def test_slates_of_one_house_say_nothing_whatever_is_written_in_them() -> None:
    titles = ("THE LAST WINTER", "HARBOUR", "OX", "A VERY LONG TITLE OF A SHOW", "SNOW AT DAWN", "NOCTURNE", "GREEN")
    slates = words(*(slate(title, number) for number, title in enumerate(titles, 1)))
    apart = np.bitwise_count(slates[:, None] ^ slates[None]).sum(2)
    assert apart.max() > STOP_RADIUS
    own = words(*(grey(picture(10 + number)) for number in range(len(titles))))
    left_out = meaningless(np.concatenate([slates, own]), np.tile(np.arange(len(titles)), 2), NONE)
    assert left_out.tolist() == [True] * len(titles) + [False] * len(titles)


def test_versions_of_one_film_are_no_leaders_of_each_other() -> None:
    shots = words(*(grey(picture(seed)) for seed in range(6)))
    spots = np.concatenate([shots[[at for at in range(6) if at != left]] for left in (0, 1, 2, 3, 4, 5, 0, 1)])
    feature = words(*(grey(picture(100 + seed)) for seed in range(20)))
    every = np.concatenate([spots, shots[:2], feature])
    owner = np.concatenate([np.repeat(np.arange(8), 5), np.full(22, 8)])
    left_out = meaningless(every, owner, NONE)
    assert not left_out[: len(spots)].any()
    assert left_out[len(spots) :].tolist() == [True] * 2 + [False] * 20


def test_one_work_may_hold_a_picture_as_often_as_it_likes() -> None:
    again = np.repeat(words(grey(picture(1))), 100, 0)
    assert not meaningless(again, np.zeros(100, np.int64), NONE).any()


def test_a_film_that_stands_still_is_one_holder(monkeypatch: pytest.MonkeyPatch) -> None:
    every = np.repeat(words(grey(picture(1)), grey(picture(2))), 4000, 0)
    monkeypatch.setattr(stoplist, "_COMPARED", 4)
    assert not meaningless(every, np.repeat([0, 1], 4000), NONE).any()


def test_in_a_very_large_library_only_equal_hashes_count(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stoplist, "_COMPARED", 2)
    own = words(*(grey(picture(10 + work)) for work in range(8)))
    every = np.concatenate([np.repeat(words(grey(picture(1))), 8, 0), own])
    assert meaningless(every, np.tile(np.arange(8), 2), NONE).tolist() == [True] * 8 + [False] * 8


def test_in_a_very_large_library_what_stands_in_front_is_compared_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stoplist, "_COMPARED", 16)
    slates = [words(grey(graded(picture(1), 0.7 + 0.1 * work))) for work in range(8)]
    films = [words(*(grey(picture(10 * work + shown)) for shown in range(2, 6))) for work in range(8)]
    every = np.concatenate([part for pair in zip(slates, films, strict=True) for part in pair])
    assert len(np.unique(np.concatenate(slates), axis=0)) > 1
    left_out = meaningless(every, np.repeat(np.arange(8), 5), NONE)
    assert left_out.tolist() == [True, False, False, False, False] * 8


def test_nothing_at_all_is_fine() -> None:
    assert meaningless(NONE, np.zeros(0, np.int64), NONE).tolist() == []
    assert len(built_in()) > 40
