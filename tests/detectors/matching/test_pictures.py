"""One picture against many: changed stills, pictures in shots, stills of films."""

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from detectors.fingerprint.local import COARSE, FINE, MOST, LocalFeatures, describe
from detectors.fingerprint.picture import fingerprint
from detectors.matching.levels import Level
from detectors.matching.pictures import find_pictures, find_pictures_in_still, find_still_in_reels
from detectors.matching.reels import Reels
from detectors.matching.stock import PictureStock
from detectors.matching.strip import Strip
from fixtures.pictures import Picture, cropped, graded, jpeg, letterboxed, mirrored, picture, resized

Grey = NDArray[np.uint8]
SEEDS = range(1, 13)


def grey(seen: Picture) -> Grey:
    return np.asarray(cv2.cvtColor(seen, cv2.COLOR_RGB2GRAY), np.uint8)


def strip(*seen: Picture) -> Strip:
    small = np.stack([cv2.resize(grey(each), (128, 128), interpolation=cv2.INTER_AREA) for each in seen])
    return Strip.of(fingerprint(small.astype(np.uint8), np.arange(len(seen))))


def details(seen: Picture, *, reference: bool = False) -> LocalFeatures:
    parts = []
    for flipped in (False, True) if reference else (False,):
        for side in (COARSE, FINE):
            whole = grey(seen)
            factor = side / max(whole.shape)
            scaled = np.asarray(cv2.resize(whole, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA), np.uint8)
            shown = np.ascontiguousarray(scaled[:, ::-1]) if flipped else scaled
            parts.append(describe([shown], [0], most=MOST[side], mirrored=flipped))
    return LocalFeatures.join(parts)


@pytest.fixture(scope="module")
def stock() -> PictureStock:
    works = [picture(seed, 960, 540) for seed in SEEDS]
    return PictureStock.of([strip(work) for work in works], [details(work, reference=True) for work in works])


def turned(seen: Picture) -> Picture:
    return np.ascontiguousarray(np.rot90(seen))


def inset(seen: Picture) -> Picture:
    ground = picture(99, 960, 540).copy()
    small = np.asarray(cv2.resize(seen, (480, 270), interpolation=cv2.INTER_AREA), np.uint8)
    ground[250:520, 460:940] = small
    return ground


CHANGES = {
    "same": lambda seen: seen,
    "resized": lambda seen: resized(seen, 0.4),
    "jpeg": jpeg,
    "graded": graded,
    "mirrored": mirrored,
    "letterboxed": letterboxed,
    "cropped": lambda seen: cropped(seen, 0.15),
    "turned": turned,
    "inset": inset,
}


@pytest.mark.parametrize("name", CHANGES)
def test_a_changed_still_is_found_and_nothing_else(name: str, stock: PictureStock) -> None:
    changed = CHANGES[name](picture(4, 960, 540))
    (found,) = find_pictures_in_still(strip(changed), details(changed), stock)
    assert found.target == 3
    assert found.level in {Level.CERTAIN, Level.MATCH}
    assert found.false_match_rate is not None
    assert found.mirrored is (name == "mirrored")
    assert found.turned == (270 if name == "turned" else 0)
    if name in {"cropped", "inset"}:
        assert name in found.transforms
        assert found.inliers >= 12


def test_an_inset_tells_where_it_lies(stock: PictureStock) -> None:
    changed = inset(picture(4, 960, 540))
    (found,) = find_pictures_in_still(strip(changed), details(changed), stock)
    assert found.quad is not None
    expected = [(460 / 960, 250 / 540), (940 / 960, 250 / 540), (940 / 960, 520 / 540), (460 / 960, 520 / 540)]
    assert np.abs(np.array(found.quad) - expected).max() < 0.03


def test_unrelated_black_and_missing_pictures_match_nothing(stock: PictureStock) -> None:
    for other in (picture(50, 960, 540), np.zeros((540, 960, 3), np.uint8)):
        assert find_pictures_in_still(strip(other), details(other), stock) == []
    nothing = PictureStock.of([])
    assert find_pictures_in_still(strip(picture(1)), details(picture(1)), nothing) == []


def test_a_picture_without_local_features_is_matched_by_its_hashes(stock: PictureStock) -> None:
    (found,) = find_pictures_in_still(strip(picture(2, 960, 540)), None, stock)
    assert (found.target, found.level, found.distance, found.inliers) == (1, Level.CERTAIN, 0, 0)


def test_a_picture_in_a_shot_gives_one_run_with_its_frames(stock: PictureStock) -> None:
    others = [picture(60 + number, 960, 540) for number in range(20)]
    shown = [*others[:7], *[letterboxed(picture(5, 960, 540))] * 6, *others[7:]]
    (found,) = find_pictures(strip(*shown), None, stock)
    assert found.span is not None
    assert (found.target, found.span.first_frame, found.span.last_frame, found.pictures) == (4, 7, 12, 6)
    assert found.best_frame in range(7, 13)
    assert "bars added" in found.transforms


def test_a_single_frame_is_told_only_where_it_is_certain_and_is_then_a_possibility(stock: PictureStock) -> None:
    others = [picture(60 + number, 960, 540) for number in range(20)]
    (found,) = find_pictures(strip(*others[:7], picture(5, 960, 540), *others[7:]), None, stock)
    assert (found.level, found.pictures) == (Level.POSSIBLE, 1)
    changed = letterboxed(graded(jpeg(picture(5, 960, 540), 15)))
    assert find_pictures(strip(*others[:7], changed, *others[7:]), None, stock) == []


def test_a_still_of_a_film_is_found_with_the_films_frame() -> None:
    frames = [picture(70 + number // 4, 960, 540) for number in range(48)]
    other = [picture(170 + number // 4, 960, 540) for number in range(48)]
    reels = Reels.of([strip(*other), strip(*frames)], ["", ""])
    (found,) = find_still_in_reels(strip(graded(frames[21])), None, reels)
    assert found.target == 1
    assert found.target_span is not None
    assert (found.target_span.first_frame, found.target_span.last_frame) == (20, 23)
    assert found.target_frame in range(20, 24)


def test_twenty_thousand_works_of_one_picture_are_found_in_bounded_time() -> None:
    one = strip(picture(3, 960, 540))
    many = PictureStock(20_000, np.repeat(one.words[:, 0, 0], 20_000, 0), np.arange(20_000))
    assert len(find_pictures_in_still(one, None, many)) == 20_000
