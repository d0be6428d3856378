"""Local features: known again after what makes hashes blind, the same on every run, and stored without loss."""

import hashlib
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image

from detectors.fingerprint.local import ALGORITHM, COARSE, EIGHTHS, FINE, MOST, LocalFeatures, describe
from fixtures.pictures import Greys, Picture, cropped, letterboxed, picture

FIELDS = (
    "frames",
    "sides",
    "mirrored",
    "starts",
    "points",
    "descriptors",
    "shapes",
    "sketch_bytes",
    "sketch_starts",
)


def _grey(seen: Picture, side: int = COARSE) -> Greys:
    height, width = seen.shape[:2]
    factor = side / max(width, height)
    size = (round(width * factor), round(height * factor))
    return np.asarray(Image.fromarray(seen).convert("L").resize(size, Image.Resampling.BOX))


def _describe(*pictures: Greys, most: int = MOST[COARSE], mirrored: bool = False) -> LocalFeatures:
    return describe(pictures, range(len(pictures)), most=most, mirrored=mirrored)


def _alike(left: LocalFeatures, right: LocalFeatures, bits: int = 40) -> float:
    """The share of the features of `left` that have one in `right` within so many bits."""
    differ = np.bitwise_count(left.descriptors[:, None] ^ right.descriptors[None]).sum(2)
    return float((differ.min(1) <= bits).mean())


FROZEN = "670f97321fd22d8a8a05b746f338d228286124058e1629839911a150e0eb6196"
SCENE = picture(4, 1024, 576)
SEEN = _describe(_grey(SCENE))


@pytest.mark.parametrize(
    ("change", "changed"),
    [
        ("a part of it", _grey(cropped(SCENE, 0.3))),
        ("turned", np.rot90(_grey(SCENE))),
        ("inset in another", np.pad(_grey(SCENE, COARSE // 2), ((90, 54), (30, 226)), constant_values=90)),
        ("letterboxed", _grey(letterboxed(SCENE))),
    ],
)
def test_features_are_known_again(change: str, changed: Greys) -> None:
    other = _alike(_describe(_grey(picture(5, 1024, 576))), SEEN)
    assert _alike(_describe(changed), SEEN) > 5 * other + 0.1, change


def test_a_mirrored_picture_has_the_features_that_the_picture_has_mirrored() -> None:
    mirror_image = _describe(np.ascontiguousarray(_grey(SCENE)[:, ::-1]))
    told = _describe(_grey(SCENE), mirrored=True)
    assert told.mirrored.tolist() == [True]
    assert not mirror_image.mirrored.any()
    assert np.array_equal(told.descriptors, mirror_image.descriptors)
    assert np.array_equal(told.points, mirror_image.points)
    assert _alike(told, SEEN) < 0.1


def test_points_lie_inside_and_shapes_are_told() -> None:
    features = describe([_grey(SCENE), _grey(SCENE, FINE)], [7, 7], most=300)
    assert features.frames.tolist() == [7, 7]
    assert features.sides.tolist() == [COARSE, FINE]
    assert features.shapes.tolist() == [[512, 288], [960, 540]]
    assert features.counts.tolist() == [300, 300]
    for row in range(2):
        points = features[np.array([row])].points
        assert (points <= EIGHTHS * features.shapes[row]).all()
        assert np.ptp(points, axis=0).min() > 0.6 * EIGHTHS * features.shapes[row].min(), "all in one corner"


def test_the_first_features_of_a_row_are_those_of_a_smaller_row() -> None:
    small, large = _describe(_grey(SCENE), most=100), _describe(_grey(SCENE), most=400)
    alike = {bytes(row) for row in small.descriptors} & {bytes(row) for row in large.descriptors[:110]}
    assert len(alike) > 60


def test_a_timecode_in_a_bar_is_no_feature_and_in_the_picture_it_is() -> None:
    """Else any two films with the same burnt-in timecode would be one film."""
    barred = _grey(letterboxed(SCENE)).copy()
    block = np.kron(np.random.default_rng(1).integers(0, 2, (6, 40)), np.ones((4, 4))).astype(np.uint8) * 255
    barred[8 : 8 + block.shape[0], 100 : 100 + block.shape[1]] = block
    points = _describe(barred).points / EIGHTHS
    bar = round(barred.shape[0] * 0.12)
    assert len(points) > 100
    assert points[:, 1].min() >= bar
    shown = _grey(SCENE).copy()
    shown[108 : 108 + block.shape[0], 100 : 100 + block.shape[1]] = block
    inside = _describe(shown).points / EIGHTHS - (100, 108)
    assert ((inside > 0) & (inside < block.shape[::-1])).all(1).sum() > 5


@pytest.mark.parametrize(
    "flat",
    [np.zeros((288, 512)), np.full((512, 288), 200), np.zeros((1, 1)), np.full((3, 512), 9), np.full((512, 1), 255)],
)
def test_flat_and_tiny_pictures_are_rows_without_features(flat: NDArray[np.float64]) -> None:
    features = _describe(flat.astype(np.uint8), _grey(SCENE), flat.astype(np.uint8))
    assert len(features) == 3
    assert features.counts[[0, 2]].tolist() == [0, 0]
    assert features.counts[1] == MOST[COARSE]


@given(st.integers(1, 90), st.integers(1, 90), st.integers(0, 2**32), st.booleans())
def test_pictures_of_any_size_and_content_are_described(height: int, width: int, seed: int, mirrored: bool) -> None:
    noise = np.random.default_rng(seed).integers(0, 256, (height, width), np.uint8)
    features = _describe(noise, most=20, mirrored=mirrored)
    assert len(features) == 1
    assert features.counts[0] == len(features.points) == len(features.descriptors) <= 20
    assert (features.points <= EIGHTHS * features.shapes[0]).all()


@pytest.mark.parametrize(
    "wrong",
    [
        np.zeros((0, 5), np.uint8),
        np.zeros((4, 4, 3), np.uint8),
        np.zeros((4, 4), np.float32),
        np.zeros((1, 9000), "u1"),
    ],
)
def test_other_pictures_are_refused(wrong: NDArray[np.uint8]) -> None:
    with pytest.raises(ValueError, match="grey pictures"):
        _describe(wrong)


def test_as_many_numbers_as_pictures_are_asked_for() -> None:
    with pytest.raises(ValueError, match="frame numbers"):
        describe([_grey(SCENE)], [1, 2], most=10)


def test_another_process_describes_the_same() -> None:
    program = (
        "from tests.detectors.fingerprint import test_local as t\n"
        "print(t.hashlib.sha256(t._describe(t._grey(t.SCENE)).to_bytes()).hexdigest())"
    )
    other = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout.strip()
    assert other == hashlib.sha256(SEEN.to_bytes()).hexdigest()


def test_the_features_of_a_known_picture_never_change() -> None:
    """OpenCV 4.11 and 5.0 agree on every bit."""
    y, x = np.mgrid[0:288, 0:512]
    known = ((x // 37 + y // 29) % 2 * 90 + (x * y // 50) % 97 + (x // 11 * 7 + y // 13 * 5) % 60).astype(np.uint8)
    features = _describe(known, most=64)
    assert ALGORITHM == "orb/1"
    assert hashlib.sha256(_without_sketches(features).to_bytes()).hexdigest() == FROZEN


def _without_sketches(features: LocalFeatures) -> LocalFeatures:
    """As they were stored before there were sketches."""
    nothing = np.zeros(0, np.uint8)
    return replace(features, sketch_bytes=nothing, sketch_starts=np.zeros(len(features) + 1, np.int64))


def test_features_stored_before_there_were_sketches_are_read() -> None:
    before = LocalFeatures.from_bytes(_without_sketches(SEEN).to_bytes(), ALGORITHM)
    assert np.array_equal(before.descriptors, SEEN.descriptors)
    assert [before.sketch(row) for row in range(len(before))] == [b""] * len(before)
    assert SEEN.sketch(0)


@st.composite
def rows(draw: st.DrawFn) -> LocalFeatures:
    """Rows of any content, some without features."""
    counts = np.array(draw(st.lists(st.integers(0, 5), max_size=6)), np.int64)
    random = np.random.default_rng(draw(st.integers(0, 2**32)))
    count, total = len(counts), int(counts.sum())
    sizes = draw(st.lists(st.integers(0, 9), min_size=count, max_size=count))
    return LocalFeatures(
        random.integers(-(2**40), 2**40, count),
        random.choice(np.array([COARSE, FINE], np.uint16), count),
        random.random(count) < 0.5,
        np.concatenate([[0], np.cumsum(counts)]).astype(np.int64),
        random.integers(0, 2**16, (total, 2), np.uint16),
        random.integers(0, 256, (total, 32), np.uint8),
        random.integers(1, 961, (count, 2), np.uint16),
        random.integers(0, 256, sum(sizes), np.uint8),
        np.cumsum([0, *sizes]).astype(np.int64),
    )


def _same(left: LocalFeatures, right: LocalFeatures) -> bool:
    return left.algorithm == right.algorithm and all(
        np.array_equal(getattr(left, name), getattr(right, name))
        and getattr(left, name).dtype == getattr(right, name).dtype
        for name in FIELDS
    )


@given(rows())
def test_stored_features_come_back_equal(made: LocalFeatures) -> None:
    back = LocalFeatures.from_bytes(made.to_bytes(), ALGORITHM)
    assert _same(back, made)
    assert back.to_bytes() == made.to_bytes()


@given(rows(), st.data())
def test_cutting_and_joining_undo_each_other(made: LocalFeatures, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(made)))
    assert _same(LocalFeatures.join([made[:at], made[at:]]), made)
    assert _same(made[made.mirrored], made[np.flatnonzero(made.mirrored)])
    chosen = data.draw(st.lists(st.integers(0, max(0, len(made) - 1)), max_size=2 * len(made)))
    taken = made[np.array(chosen, np.int64)]
    for place, row in enumerate(chosen):
        mine, its = slice(*taken.starts[place : place + 2]), slice(*made.starts[row : row + 2])
        assert np.array_equal(taken.points[mine], made.points[its])
        assert np.array_equal(taken.descriptors[mine], made.descriptors[its])


def test_nothing_joined_has_no_rows_and_others_are_never_joined() -> None:
    nothing = LocalFeatures.join([])
    assert len(nothing) == 0
    assert _same(LocalFeatures.from_bytes(nothing.to_bytes(), ALGORITHM), nothing)
    assert _same(describe([], [], most=5), nothing)
    other = LocalFeatures.from_bytes(nothing.to_bytes(), "orb/0")
    with pytest.raises(ValueError, match="orb/0 and orb/1"):
        LocalFeatures.join([nothing, other])
    assert LocalFeatures.join([other]).algorithm == "orb/0"


def _damaged(data: bytes) -> None:
    try:
        read = LocalFeatures.from_bytes(data, ALGORITHM)
    except ValueError:
        return
    assert len(read.starts) == len(read) + 1
    assert read.starts[-1] == len(read.points) == len(read.descriptors)
    assert read.to_bytes() == data


@given(st.binary(max_size=200))
def test_other_bytes_are_refused_or_hold_together(data: bytes) -> None:
    _damaged(data)


@given(rows(), st.data())
def test_damaged_bytes_are_refused_or_hold_together(made: LocalFeatures, data: st.DataObject) -> None:
    stored = made.to_bytes()
    at = data.draw(st.integers(0, len(stored) - 1))
    _damaged(stored[:at] + bytes([stored[at] ^ data.draw(st.integers(1, 255))]) + stored[at + 1 :])
    for cut_short in (stored[:at], stored + b"\0"):
        with pytest.raises(ValueError, match=r"damaged|buffer"):
            LocalFeatures.from_bytes(cut_short, ALGORITHM)
