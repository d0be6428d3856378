"""Letters, lines and boxes are no evidence of a work: what is written where is."""

from collections import Counter
from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from PIL import Image, ImageDraw

from detectors.fingerprint.local import LocalFeatures
from detectors.matching.levels import Level
from detectors.matching.picture.pictures import find_pictures_in_still
from detectors.matching.picture.stock import PictureStock
from fixtures.cards import SQUARE, WIDTH, Lettering, Picture
from fixtures.patterns import KINDS, paint
from fixtures.pictures import cropped, graded, jpeg, letterboxed, picture, resized
from fixtures.smooth import smooth
from tests.detectors.matching.pictured import details, found, stock, strip

SURE = {Level.CERTAIN, Level.MATCH}
OTHERS = (101, 102)
QUICK = ("title card", "slate", "storyboard", "chart", "lower third", "board")


@cache
def references(kind: str) -> PictureStock:
    return stock([paint(kind, number) for number in (1, 2)])


@pytest.mark.parametrize("kind", QUICK)
def test_other_pictures_of_one_design_are_not_matched(kind: str) -> None:
    levels = [match.level for number in OTHERS for match in found(paint(kind, number), references(kind))]
    assert not SURE.intersection(levels)
    assert len(levels) <= 1


@pytest.mark.parametrize("kind", QUICK)
def test_the_same_again_is(kind: str) -> None:
    seen = paint(kind, 1)
    changed = {
        "compressed": jpeg(seen, 30),
        "graded": graded(seen),
        "scaled": resized(seen, 0.4),
        "letterboxed": letterboxed(seen),
    }
    for name, again in changed.items():
        levels = {match.target: match.level for match in found(again, references(kind))}
        assert levels.get(0) in SURE, name
        assert levels.get(1) not in SURE, name


def test_the_middle_of_a_title_card_is_the_card() -> None:
    levels = {match.target: match.level for match in found(cropped(paint("title card", 2)), references("title card"))}
    assert levels[1] in SURE


def test_the_rate_that_is_told_of_letters_is_theirs() -> None:
    (match,) = found(jpeg(paint("slate", 1)), references("slate"))
    assert match.false_match_rate is not None
    assert match.false_match_rate > 1e-5
    (number, *_) = _usable(1)
    (scene,) = found(smooth(number), stock([smooth(number)]))
    assert scene.false_match_rate is not None
    assert scene.false_match_rate > 1e-6


def test_a_card_with_one_other_name_is_possible_at_most() -> None:
    """Sibling: a slate of which a single entry was changed."""
    seen = paint("slate", 1)
    other = Image.fromarray(seen)
    draw = ImageDraw.Draw(other)
    for row in range(3):
        draw.rectangle((400, 62 + row * 66, 1180, 114 + row * 66), fill=(18, 18, 22))
        Lettering().write(draw, (420, 90 + row * 66), ("Nobody Atall", "Quite Other", "Zzyzx")[row], 32)
    levels = {match.target: match.level for match in found(np.asarray(other, np.uint8), references("slate"))}
    assert not SURE.intersection(levels.values())


def _without_sketches(features: LocalFeatures) -> LocalFeatures:
    nothing = np.zeros(0, np.uint8)
    return replace(features, sketch_bytes=nothing, sketch_starts=np.zeros(len(features) + 1, np.int64))


def test_a_card_that_was_stored_before_there_were_sketches_is_possible_at_most() -> None:
    works = [paint("title card", number) for number in (1, 2)]
    before = PictureStock.of(
        [strip(work) for work in works], [_without_sketches(details(work, reference=True)) for work in works]
    )
    levels = [match.level for match in find_pictures_in_still(strip(works[0]), details(works[0]), before)]
    assert levels
    assert not SURE.intersection(levels)


def _object(before: Picture, *, size: int, x: int, y: int, turn: float) -> Picture:
    """A printed thing laid on a ground, as a camera above it sees it."""
    canvas = Image.fromarray(before)
    print_ = Image.fromarray(resized(_scene(), size / 960)).rotate(turn, expand=True)
    shape = Image.new("L", resized(_scene(), size / 960).shape[1::-1], 255).rotate(turn, expand=True)
    canvas.paste(print_, (x, y), shape)
    return np.asarray(canvas, np.uint8)


@cache
def _scene() -> Picture:
    return picture(61, 960, 700)


@pytest.mark.parametrize("turn", [0.0, 4.0])
def test_one_thing_before_two_grounds_is_possible_at_most(turn: float) -> None:
    """Two cameras that stand straight above one coaster."""
    keys, board = paint("keyboard", 3), paint("screen", 5)
    one = _object(keys, size=560, x=380, y=150, turn=0)
    other = _object(board, size=600, x=300, y=120, turn=turn)
    matches = found(other, stock([one]))
    assert [match.level for match in matches if match.level in SURE] == []


def test_hardly_anything_is_known_by_a_hash_alone_only_where_it_is_near() -> None:
    numbers = _usable(16)
    library = stock([smooth(number) for number in numbers])
    for place, number in enumerate(numbers):
        matches = {match.target: match.level for match in found(smooth(number), library)}
        assert matches.pop(place) is Level.CERTAIN, number
        assert not SURE.intersection(matches.values()), number


def _usable(many: int) -> list[int]:
    """The first smooth pictures that are not too flat to be compared at all."""
    return [number for number in range(300) if strip(smooth(number)).usable[0, 0]][:many]


@pytest.mark.long
def test_two_thousand_pairs_of_one_design() -> None:
    """None is a match, one in fifty possible; the same again is found."""
    told: Counter[str] = Counter()
    again = asked = 0
    for kind in KINDS:
        for letters in (Lettering(), Lettering("", SQUARE)):
            works = [paint(kind, number, letters) for number in range(200, 208)]
            library = stock(works)
            for number in range(300, 307):
                told.update(match.level for match in found(paint(kind, number, letters), library))
                told["pairs"] += len(works)
            middle = works[3]
            for changed in (jpeg(works[0], 30), graded(works[1]), letterboxed(works[2]), cropped(middle)):
                best = [match for match in found(changed, library) if match.level in SURE]
                again += bool(best)
                asked += 1
    assert told["pairs"] >= 2000, told
    assert told[Level.CERTAIN] + told[Level.MATCH] == 0, told
    assert told[Level.POSSIBLE] <= told["pairs"] / 50, told
    assert again >= 0.9 * asked


@pytest.mark.long
def test_three_hundred_smooth_pictures_against_five_thousand() -> None:
    library = stock([smooth(number) for number in range(5000)])
    wrong = [match for number in range(5000, 5300) for match in found(smooth(number), library) if match.level in SURE]
    assert wrong == []


def test_letters_fill_their_width() -> None:
    """The fixture: a sign of the square script is as wide as it is high, and two signs differ."""
    canvas = Image.new("L", (WIDTH, 100))
    letters = Lettering("", SQUARE)
    letters.write(ImageDraw.Draw(canvas), (10, 50), "一丁", 80)
    one, other = np.asarray(canvas)[:, 10:90], np.asarray(canvas)[:, 90:170]
    assert one.any()
    assert (one != other).any()
