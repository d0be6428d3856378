"""Local features: proposals, confirmation, and what two pictures share."""

from collections.abc import Sequence

import cv2
import numpy as np
import pytest

from detectors.fingerprint.local import COARSE, FINE, MOST, LocalFeatures, describe
from detectors.matching.picture import candidates
from detectors.matching.picture.geometry import breadth, distinct, fit, plausible, turned
from detectors.matching.picture.local import LEAST_INLIERS, Agreement, LocalStock, views_of
from detectors.matching.picture.view import View
from fixtures.pictures import Greys, Picture, cropped, jpeg, mirrored, picture

SEEDS = range(1, 9)


def described(seen: Picture, *, reference: bool = False, frame: int = 0) -> LocalFeatures:
    grey = np.asarray(cv2.cvtColor(seen, cv2.COLOR_RGB2GRAY), np.uint8)
    return LocalFeatures.join(
        [
            describe([scaled(grey, side)], [frame], most=MOST[side], mirrored=flipped)
            for flipped in ((False, True) if reference else (False,))
            for side in (COARSE, FINE)
        ]
    )


def scaled(grey: Greys, side: int) -> Greys:
    factor = side / max(grey.shape)
    return np.asarray(cv2.resize(grey, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA), np.uint8)


def view(seen: Picture) -> View:
    ((_, found),) = views_of(described(seen))
    return found


def stock(works: Sequence[LocalFeatures | None]) -> LocalStock:
    return LocalStock(works.__getitem__, len(works))


@pytest.fixture(scope="module")
def works() -> list[LocalFeatures | None]:
    return [described(picture(seed, 960, 540), reference=True) for seed in SEEDS]


def one(found: list[Agreement]) -> Agreement:
    assert len(found) == 1, found
    return found[0]


def test_a_crop_is_recognised_with_its_place(works: list[LocalFeatures | None]) -> None:
    found = one(stock(works).find(view(cropped(picture(3, 960, 540), 0.4))))
    assert (found.target, found.mirrored) == (2, False)
    assert found.inliers >= 50
    assert found.share > 0.8
    assert np.allclose(found.matrix[:, :2], np.eye(2) / 0.6, atol=0.03)


def test_a_mirrored_and_turned_picture_is_recognised_as_such(works: list[LocalFeatures | None]) -> None:
    seen = np.ascontiguousarray(np.rot90(mirrored(jpeg(picture(5, 960, 540))), -1))
    found = one(stock(works).find(view(seen)))
    assert (found.target, found.mirrored, turned(found.matrix)) == (4, True, 90)


def test_works_with_the_very_same_features_are_searched_once_and_all_told(works: list[LocalFeatures | None]) -> None:
    laid = stock([works[0], works[2], works[2], None, works[2]])
    found = one(laid.find(view(picture(3, 960, 540))))
    assert (found.target, found.copies) == (1, (2, 4))


def test_the_order_of_the_works_changes_only_their_numbers(works: list[LocalFeatures | None]) -> None:
    seen = view(cropped(picture(6, 960, 540), 0.5))
    forth, back = one(stock(works).find(seen)), one(stock(works[::-1]).find(seen))
    assert (forth.target, forth.inliers, forth.share) == (7 - back.target, back.inliers, back.share)
    assert np.array_equal(forth.matrix, back.matrix)


def test_nothing_is_found_in_nothing_nor_by_nothing(works: list[LocalFeatures | None]) -> None:
    assert stock([]).find(view(picture(1, 960, 540))) == []
    assert stock([None, described(np.zeros((540, 960, 3), np.uint8))]).find(view(picture(1, 960, 540))) == []
    assert stock(works).find(view(np.zeros((540, 960, 3), np.uint8))) == []
    assert stock(works).find(view(picture(99, 960, 540))) == []


def test_a_large_stock_searches_fewer_features_of_each(
    works: list[LocalFeatures | None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(candidates, "MOST_SEARCHED", 4000)
    laid = stock(works)
    assert laid._candidates._index.ntotal <= 4000
    assert one(laid.find(view(jpeg(picture(3, 960, 540))))).target == 2


def test_lists_of_lists_propose_the_same_pictures(
    works: list[LocalFeatures | None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(candidates, "_FEW_LISTS", 10)
    assert one(stock(works).find(view(cropped(picture(3, 960, 540), 0.3)))).target == 2


def test_a_shared_logo_shows_in_the_share() -> None:
    def marked(seen: Picture) -> Picture:
        seen = seen.copy()
        seen[30:130, 700:930] = picture(500, 230, 100)
        return seen

    found = stock([described(marked(picture(1, 960, 540)), reference=True)]).find(view(marked(picture(2, 960, 540))))
    for each in found:
        assert each.inliers >= LEAST_INLIERS
        assert each.share < 0.5


@pytest.mark.parametrize(
    "linear",
    [
        ((1, 0), (0, -1)),  # mirrored
        ((3, 0), (0, 1)),  # a sliver
        ((0.01, 0), (0, 0.01)),  # a dot
        ((20, 0), (0, 20)),
        ((float("nan"), 0), (0, 1)),
    ],
)
def test_maps_that_nobody_makes_are_implausible(linear: tuple[tuple[float, float], ...]) -> None:
    assert not plausible(np.column_stack([np.array(linear), (0.0, 0.0)]))


def test_few_and_equal_points_fix_no_map() -> None:
    points = np.zeros((40, 2), np.float32)
    assert fit(points[:4], points[:4]) is None
    assert fit(points, points) is None


def test_points_that_lie_on_each_other_count_once() -> None:
    assert distinct(np.array([(5, 5), (6, 6), (30, 5)], np.float32)) == 2
    assert distinct(np.zeros((0, 2), np.float32)) == 0
    assert breadth(np.array([(0, 3), (50, 3), (100, 3)], np.float32)) == 0
