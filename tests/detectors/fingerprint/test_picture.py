"""Fingerprints of pictures: frozen values, the oracle they agree with, and that mirroring and batching are exact."""

import imagehash
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from detectors.fingerprint.picture import (
    ALGORITHM,
    CUTS,
    QUALITY_GATE,
    SIDE,
    VARIANTS,
    Fingerprints,
    Hashes,
    Viewer,
    as_hex,
    distance,
    fingerprint,
    from_hex,
)
from fixtures.pictures import Greys, flat, grey, greys, letterboxed, locked_shot, mirrored, picture, shot

PDQ = (
    "d53aab7592d17fa855b2a2432e45ebe8557486d554eb2eedaad94d2486c03892",
    "23bc6a3b571b6061e264842639638c0c0ce48ef32f6770f687ae2b6d19bd5b9e",
    "d93ec6639c264ce378c7d08e7931339c33990718cc7bcc7394a483f11e1c6e5b",
    "eb5b2d35e1e99aa4c6c61e505742e15bad06b2ea3ab432b2d87e234e1e383639",
    "7a86290a5697ae1d5cbcb26d24c952cbfb684fa1a5f001e220f4885edd3bef25",
    "ac180281548a0d32ea3cc815fb43766214ba9d9aa91feb07d9c3cfe476f5397e",
    "875aeec9395356923acb135640e420dbb507dc56ee8d7253a17a8ad44e77a52a",
    "d9e1d232c7cdf17a3ccdd31e40942f1b778f98438284f36038f9e92e26c34ea4",
)
"""What pdqhash 0.2.8 (Facebook's code, bound to Python) makes of `picture(seed, 960, 540)`, seeds 0 to 7."""

PICTURES = greys(*(picture(seed) for seed in range(24)))
BARRED = greys(*(letterboxed(picture(seed)) for seed in range(24)))


def _hash(pictures: Greys) -> Fingerprints:
    return fingerprint(pictures, np.arange(len(pictures)))


def _arithmetic() -> Greys:
    """A picture that no library had a hand in."""
    y, x = np.mgrid[0:SIDE, 0:SIDE]
    pattern = (x * x // 24 + 3 * y + (x * y // 40) % 61 * 2 + 70 * ((x // 19 + y // 27) % 3)) % 256
    return np.asarray(pattern, np.uint8)


def test_the_hash_of_a_known_picture_never_changes() -> None:
    known = _hash(_arithmetic()[None])
    assert ALGORITHM == "pdq/2"
    assert as_hex(known.hashes[0, 0, 0]) == "847d8bed3f195213f3e2867d06f1ac79bc68a47daddd698244f8db0089e0f8c0"
    assert as_hex(known.hashes[0, 0, 1]) == "d128deb86a440746a737d32853a4f92ce93df128f8883cd7512d8e55dcb52d95"
    assert known.quality[0].tolist() == [100, 100, 100]
    assert not known.trimmed.any()


def test_the_hashes_of_a_known_picture_within_bars_never_change() -> None:
    barred = _arithmetic()
    barred[:16] = barred[-13:] = 20
    barred[4:10, 40:80] = 235  # a timecode in the bar above, so that only the second trim takes that away
    known = _hash(barred[None])
    assert [as_hex(known.hashes[0, cut, 0]) for cut in range(len(CUTS))] == [
        "847f09e619937312f386878647e33cf89008a47daddd698c5639df009b41b6fd",
        "781d82ed3be95b807613e2e086fd1c793c78b019ac7d29845639d7309b41a6fd",
        "8c3d5555781dc035aced19e81d197b02e38ec3076fd55b825631d700bb43a4ff",
    ]
    assert known.quality[0].tolist() == [100, 100, 100]


def test_hashes_agree_with_pdq_within_what_it_calls_correct() -> None:
    """PDQ calls an implementation correct if it is within 10 bits; it shrinks pictures by another filter than ours."""
    for seed, theirs in enumerate(PDQ):
        ours = _hash(grey(picture(seed, 960, 540))[None])
        assert distance(from_hex(theirs), ours.hashes[0, 0, 0]) <= 10
        assert int(ours.quality[0, 0]) == 100  # which is theirs, too


def test_the_low_frequencies_agree_with_imagehash() -> None:
    """The 64 x 64 picture is the same on both sides, so that only the transform and the bits are compared."""
    agreed = []
    for seen in PICTURES:
        small = seen.reshape(64, 2, 64, 2).mean((1, 3)).round().astype(np.uint8)
        theirs = imagehash.phash(Image.fromarray(small), hash_size=16, highfreq_factor=4).hash[1:, 1:]
        ours = np.unpackbits(_hash(small.repeat(2, 0).repeat(2, 1)[None]).hashes[0, 0, 0]).reshape(16, 16)[:15, :15]
        agreed.append(int((ours.astype(bool) == theirs).sum()))
    assert min(agreed) >= 215  # of 225: the medians differ a little, because imagehash keeps the mean in its sixteen
    assert sum(agreed) / len(agreed) >= 220


@pytest.mark.parametrize("cut", range(len(CUTS)), ids=CUTS)
def test_the_mirrored_hash_is_the_hash_of_the_mirrored_picture(cut: int) -> None:
    pictures = np.concatenate([PICTURES, BARRED])
    seen, turned = _hash(pictures).hashes[:, cut], _hash(mirrored(pictures)).hashes[:, cut]
    assert distance(seen[:, 1], turned[:, 0]).max() <= 1
    assert distance(seen[:, 0], turned[:, 1]).max() <= 1
    assert distance(seen[:, 0], turned[:, 0]).min() > 70


def test_a_batch_gives_what_its_pictures_give_one_by_one() -> None:
    pictures = np.concatenate([PICTURES, BARRED])
    batch = fingerprint(pictures, 1000 * np.arange(len(pictures)))  # so far apart that they are no neighbours
    for place, each in enumerate(pictures):
        alone = _hash(each[None])
        assert np.array_equal(alone.hashes[0], batch.hashes[place])
        assert np.array_equal(alone.quality[0], batch.quality[place])


@settings(max_examples=25)
@given(st.lists(st.integers(0, 13), max_size=12), st.integers(0, 3))
def test_batches_of_any_size_give_the_same(sizes: list[int], gap: int) -> None:
    film = np.concatenate([BARRED[:12], PICTURES[:6], flat(3), PICTURES[6:10] // 9, BARRED[12:]])
    frames = np.arange(len(film)) + np.where(np.arange(len(film)) > 20, gap, 0)
    viewer = Viewer()
    start = 0
    for size in [*sizes, len(film)]:
        batch = film[start : start + size].copy()
        viewer.feed(batch, frames[start : start + size])
        batch[:] = 0  # the caller's to use again
        start += size
    assert viewer.finish().to_bytes() == fingerprint(film, frames).to_bytes()


def test_unrelated_pictures_differ_in_about_half_of_the_bits() -> None:
    hashes = _hash(PICTURES).hashes[:, 0, 0]
    apart = distance(hashes[:, None], hashes[None])[np.triu_indices(len(hashes), 1)]
    assert 123 < apart.mean() < 133
    assert apart.min() > 80


def test_grain_moves_few_bits_and_a_pan_moves_more_every_frame() -> None:
    locked = _hash(locked_shot(3, 10)).hashes[:, 0, 0]
    assert distance(locked[0], locked).max() <= 10
    panning = _hash(shot(3, 25)).hashes[:, 0, 0]
    panned = distance(panning[0], panning)
    assert panned[1] < panned[4] < panned[12]


def test_bars_make_another_picture_of_it_and_without_them_it_is_itself_again() -> None:
    barred, alone = _hash(BARRED), _hash(PICTURES)
    assert np.median(distance(barred.hashes[:, 0, 0], alone.hashes[:, 0, 0])) > 80  # no radius reaches this far
    for cut in (1, 2):
        assert barred.trimmed[:, cut].all()
        assert distance(barred.hashes[:, cut, 0], alone.hashes[:, 0, 0]).max() <= 30
        assert barred.quality[:, cut].min() >= QUALITY_GATE


def test_a_timecode_in_the_bar_is_taken_away_with_it() -> None:
    burnt_in = BARRED.copy()
    burnt_in[:, 4:11, 40:90] = 235
    seen, alone = _hash(burnt_in), _hash(PICTURES)
    assert np.median(distance(seen.hashes[:, 1, 0], alone.hashes[:, 0, 0])) > 40
    assert distance(seen.hashes[:, 2, 0], alone.hashes[:, 0, 0]).max() <= 30


def test_where_nothing_is_taken_away_the_whole_is_repeated() -> None:
    prints = _hash(PICTURES)
    assert not prints.trimmed.any()
    assert (prints.hashes == prints.hashes[:, :1]).all()
    assert (prints.quality == prints.quality[:, :1]).all()


def test_quality_tells_flat_from_full() -> None:
    assert not _hash(flat(2, 16)).quality.any()
    ramp = np.broadcast_to(np.linspace(0, 255, SIDE), (1, SIDE, SIDE)).astype(np.uint8)
    assert _hash(ramp).quality[0, 0] < QUALITY_GATE
    assert _hash(PICTURES).quality.min() >= QUALITY_GATE


def test_pictures_of_another_shape_are_refused() -> None:
    with pytest.raises(ValueError, match="128"):
        fingerprint(np.zeros((1, 64, 64), np.uint8), np.zeros(1, np.int64))
    with pytest.raises(ValueError, match="frame numbers"):
        fingerprint(np.zeros((2, SIDE, SIDE), np.uint8), np.zeros(1, np.int64))


@st.composite
def prints(draw: st.DrawFn) -> Fingerprints:
    """Fingerprints of any bits, in which some cuts repeat the whole and some don't."""
    count = draw(st.integers(0, 9))
    random = np.random.default_rng(draw(st.integers(0, 2**32)))
    hashes = random.integers(0, 256, (count, len(CUTS), len(VARIANTS), 32), np.uint8)
    quality = random.integers(0, 101, (count, len(CUTS)), np.uint8)
    for cut in range(1, len(CUTS)):
        repeats = random.random(count) < draw(st.floats(0, 1))
        hashes[repeats, cut], quality[repeats, cut] = hashes[repeats, 0], quality[repeats, 0]
    return Fingerprints(np.sort(random.integers(-(2**40), 2**40, count)), hashes, quality)


def _same(left: Fingerprints, right: Fingerprints) -> bool:
    return left.algorithm == right.algorithm and all(
        np.array_equal(getattr(left, name), getattr(right, name)) for name in ("frames", "hashes", "quality")
    )


@given(prints())
def test_stored_fingerprints_come_back_equal(made: Fingerprints) -> None:
    back = Fingerprints.from_bytes(made.to_bytes(), ALGORITHM)
    assert _same(back, made)
    assert back.to_bytes() == made.to_bytes()


def test_pictures_without_bars_are_stored_once() -> None:
    assert len(_hash(PICTURES).to_bytes()) <= 74 * len(PICTURES) + 8
    assert len(_hash(BARRED).to_bytes()) <= 204 * len(BARRED) + 8


@given(prints(), st.data())
def test_cutting_and_joining_undo_each_other(made: Fingerprints, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(made)))
    assert _same(Fingerprints.join([made[:at], made[at:]]), made)
    assert _same(Fingerprints.join([made]), made)
    rows = np.array(data.draw(st.lists(st.integers(0, max(0, len(made) - 1)), max_size=len(made))), np.int64)
    chosen = made[rows]
    assert chosen.frames.tolist() == [int(made.frames[row]) for row in rows]
    assert _same(made[made.frames >= 0], made[np.flatnonzero(made.frames >= 0)])


def test_nothing_joined_is_empty() -> None:
    nothing = Fingerprints.join([])
    assert len(nothing) == 0
    assert nothing.hashes.shape == (0, 3, 2, 32)
    assert _same(Fingerprints.from_bytes(nothing.to_bytes(), ALGORITHM), nothing)
    assert _same(Viewer().finish(), nothing)


def test_fingerprints_of_different_algorithms_are_never_joined() -> None:
    other = Fingerprints.from_bytes(_hash(PICTURES[:1]).to_bytes(), "pdq/1")
    with pytest.raises(ValueError, match=r"pdq/1 and pdq/2"):
        Fingerprints.join([_hash(PICTURES[:1]), other])
    assert Fingerprints.join([other, other]).algorithm == "pdq/1"


def _damaged(data: bytes) -> None:
    try:
        read = Fingerprints.from_bytes(data, ALGORITHM)
    except ValueError:
        return
    assert read.hashes.shape == (len(read), 3, 2, 32)
    assert read.quality.shape == (len(read), 3)
    assert read.to_bytes() == data


@given(st.binary(max_size=400))
def test_other_bytes_are_refused_or_hold_together(data: bytes) -> None:
    _damaged(data)


@given(prints(), st.data())
def test_damaged_bytes_are_refused_or_hold_together(made: Fingerprints, data: st.DataObject) -> None:
    stored = made.to_bytes()
    at = data.draw(st.integers(0, len(stored) - 1))
    _damaged(stored[:at] + bytes([stored[at] ^ data.draw(st.integers(1, 255))]) + stored[at + 1 :])
    for cut_short in (stored[:at], stored + b"\0", stored[1:]):
        with pytest.raises(ValueError, match=r"damaged|buffer"):
            Fingerprints.from_bytes(cut_short, ALGORITHM)


@given(st.binary(min_size=32, max_size=32))
def test_hex_goes_there_and_back(raw: bytes) -> None:
    bits: Hashes = np.frombuffer(raw, np.uint8)
    text = as_hex(bits)
    assert len(text) == 64
    assert from_hex(text).tobytes() == raw
    assert from_hex(text.upper()).tobytes() == raw


def test_imagehash_reads_our_hex_and_counts_the_same_distances() -> None:
    """Partners keep lists of hashes with it: hex from either side goes through either parser."""
    hashes = _hash(PICTURES[:4]).hashes[:, 0].reshape(-1, 32)
    read = [imagehash.hex_to_hash(as_hex(each)) for each in hashes]
    assert [str(each) for each in read] == [as_hex(each) for each in hashes]
    for ours, theirs in zip(hashes, read, strict=True):
        assert [theirs - other for other in read] == distance(ours, hashes).tolist()


def test_hex_writes_the_lowest_frequency_last_as_other_implementations_do() -> None:
    bits = np.zeros(32, np.uint8)
    bits[0] = 0x80
    assert as_hex(bits) == "0" * 63 + "1"


@pytest.mark.parametrize("text", ["", "0" * 63, "0" * 66, "g" * 64])
def test_other_hex_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"hex"):
        from_hex(text)
