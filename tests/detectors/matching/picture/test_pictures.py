"""One picture against many: changed stills, pictures in shots, stills of films."""

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from detectors.fingerprint.local import COARSE, FINE, MOST, LocalFeatures, describe
from detectors.fingerprint.picture import Fingerprints, fingerprint
from detectors.matching.film.reels import Reels
from detectors.matching.film.stills import find_still_in_reels
from detectors.matching.levels import Level
from detectors.matching.picture.pictures import find_pictures, find_pictures_in_still
from detectors.matching.picture.stock import PictureStock
from detectors.matching.strip import Strip
from detectors.observation import Span
from fixtures.pictures import Picture, cropped, graded, jpeg, letterboxed, mirrored, picture, resized

Grey = NDArray[np.uint8]
SEEDS = range(1, 13)


def grey(seen: Picture) -> Grey:
    return np.asarray(cv2.cvtColor(seen, cv2.COLOR_RGB2GRAY), np.uint8)


def prints(seen: Sequence[Picture]) -> Fingerprints:
    each = {id(one): cv2.resize(grey(one), (128, 128), interpolation=cv2.INTER_AREA) for one in seen}
    return fingerprint(np.stack([each[id(one)] for one in seen]).astype(np.uint8), np.arange(len(seen)))


def strip(*seen: Picture) -> Strip:
    return Strip.of(prints(seen))


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


def burnt_in(seen: Picture) -> Picture:
    """A timecode and a watermark, where a facility puts them."""
    seen = seen.copy()
    cv2.putText(seen, "01:23:45:12", (300, 510), cv2.FONT_HERSHEY_SIMPLEX, 1.4, (255, 255, 255), 3)
    cv2.putText(seen, "PROPERTY OF STUDIO", (40, 290), cv2.FONT_HERSHEY_DUPLEX, 2.4, (255, 255, 255), 5)
    return seen


def test_the_same_timecode_and_watermark_on_other_pictures_is_no_match() -> None:
    works = [burnt_in(picture(seed, 960, 540)) for seed in SEEDS]
    laid = PictureStock.of([strip(work) for work in works], [details(work, reference=True) for work in works])
    for seed in range(30, 36):
        seen = burnt_in(picture(seed, 960, 540))
        assert {each.level for each in find_pictures_in_still(strip(seen), details(seen), laid)} <= {Level.POSSIBLE}
    (found,) = [
        each
        for each in find_pictures_in_still(strip(works[2]), details(works[2]), laid)
        if each.level is not Level.POSSIBLE
    ]
    assert (found.target, found.level) == (2, Level.CERTAIN)


def test_a_timecode_does_not_hide_a_picture(stock: PictureStock) -> None:
    seen = burnt_in(picture(4, 960, 540))
    (found,) = find_pictures_in_still(strip(seen), details(seen), stock)
    assert (found.target, found.transforms) == (3, ())
    assert found.inliers >= 12


@pytest.mark.parametrize("quarters", [1, 2, 3])
@pytest.mark.parametrize("flipped", [False, True])
def test_a_turned_still_is_known_by_its_hash_alone(stock: PictureStock, quarters: int, flipped: bool) -> None:
    seen = picture(6, 960, 540)
    seen = np.ascontiguousarray(np.rot90(mirrored(seen) if flipped else seen, -quarters))
    (found,) = find_pictures_in_still(strip(seen), None, stock)
    assert (found.target, found.turned, found.mirrored) == (5, 90 * quarters, flipped)
    assert "turned" in found.transforms
    (exact,) = find_pictures_in_still(strip(seen), details(seen), stock)
    assert (exact.turned, exact.mirrored) == (found.turned, flipped)
    assert exact.quad is not None
    assert found.quad is not None
    assert np.abs(np.array(exact.quad) - found.quad).max() < 0.03


def test_copies_of_a_work_are_all_told_where_one_is_confirmed() -> None:
    copies = [jpeg(picture(1, 960, 540), quality) for quality in range(20, 90, 2)]
    others = [picture(seed, 960, 540) for seed in range(2, 12)]
    works = [*others, *copies]
    laid = PictureStock.of([strip(work) for work in works], [details(work) for work in works])
    seen = cropped(picture(1, 960, 540), 0.4)
    found = find_pictures_in_still(strip(seen), details(seen), laid)
    assert [each.target for each in found] == list(range(10, 45))
    assert all(each.inliers >= 12 and "cropped" in each.transforms for each in found)


def test_an_inset_that_is_held_in_a_shot_is_a_run(stock: PictureStock) -> None:
    others = [picture(60 + number // 4, 960, 540) for number in range(24)]
    shown = [*others[:12], *[inset(picture(4, 960, 540))] * 24, *others[12:]]
    seen = Strip.of(prints(shown), Fraction(8))
    frames = [0, 4, 8, 12, 36, 40, 44]  # two a second, and of the held ones the first
    parts = [LocalFeatures.join([replace(details(shown[at]), frames=np.full(2, at, np.int64))]) for at in frames]
    (found,) = find_pictures(seen, LocalFeatures.join(parts), stock)
    assert found.span is not None
    assert (found.target, found.span) == (3, Span(12, 35))
    assert (found.best_frame, found.level) == (12, Level.MATCH)


def test_a_run_of_all_frames_is_cut_where_others_are_shown(stock: PictureStock) -> None:
    held, other = [picture(4, 960, 540)] * 20, [picture(70 + number, 960, 540) for number in range(15)]
    found = find_pictures(strip(*held, *other, *held), None, stock)
    assert [(each.target, each.span) for each in found] == [(3, Span(0, 19)), (3, Span(35, 54))]
    flash = np.full((540, 960, 3), 255, np.uint8)
    (one,) = find_pictures(strip(*held, *[flash] * 4, *held), None, stock)
    assert (one.span, one.pictures) == (Span(0, 43), 40)


def test_the_order_of_the_works_changes_only_their_numbers() -> None:
    works = [picture(seed, 960, 540) for seed in SEEDS]
    strips, features = [strip(work) for work in works], [details(work, reference=True) for work in works]
    forth, back = PictureStock.of(strips, features), PictureStock.of(strips[::-1], features[::-1])
    seen = inset(cropped(picture(4, 960, 540), 0.1))
    one, other = (find_pictures_in_still(strip(seen), details(seen), each) for each in (forth, back))
    assert [replace(each, target=11 - each.target) for each in other] == one
    assert len(one) == 1


def test_a_work_held_many_times_and_shown_for_long_is_told_in_bounded_time() -> None:
    one = prints([picture(3, 960, 540)])
    held = Fingerprints(np.arange(3000), one.hashes.repeat(3000, 0), one.quality.repeat(3000, 0))
    long = Strip.of(held, Fraction(24))
    many = PictureStock(500, np.repeat(long.words[:1, 0, 0], 500, 0), np.arange(500))
    found = find_pictures(long, None, many)
    assert [each.span for each in found] == [Span(0, 2999)] * 500


def test_a_portrait_and_its_copy_in_a_wide_frame_are_the_same(stock: PictureStock) -> None:
    portrait = picture(40, 405, 720)
    laid = PictureStock.of([strip(portrait)], [details(portrait, reference=True)])
    wide = np.zeros((720, 1280, 3), np.uint8)
    wide[:, 437:842] = portrait
    (found,) = find_pictures_in_still(strip(wide), details(wide), laid)
    assert found.level is Level.CERTAIN
    assert set(found.transforms) & {"pillarboxed", "bars added"}
    assert find_pictures_in_still(strip(portrait), details(portrait), stock) == []


@pytest.mark.parametrize("flipped", [False, True])
def test_the_negative_of_a_still_is_known_by_its_hash(stock: PictureStock, flipped: bool) -> None:
    seen = picture(6, 960, 540)
    seen = np.ascontiguousarray(255 - (mirrored(seen) if flipped else seen))
    for described in (None, details(seen)):
        (found,) = find_pictures_in_still(strip(seen), described, stock)
        assert (found.target, found.level, found.turned, found.mirrored) == (5, Level.CERTAIN, 0, flipped)
        assert found.transforms == (("mirrored", "negative") if flipped else ("negative",))
