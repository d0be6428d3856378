"""Fingerprints of pictures: frozen values, the oracle they agree with, and that mirroring and batching are exact."""

import imagehash
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from detectors.fingerprint.picture import (
    ALGORITHM,
    QUALITY_GATE,
    SIDE,
    Fingerprints,
    Hashes,
    as_hex,
    distance,
    fingerprint,
    from_hex,
)
from fixtures.pictures import Greys, flat, greys, letterboxed, locked_shot, mirrored, picture, shot

PICTURES = greys(*(picture(seed) for seed in range(24)))


def _hash(pictures: Greys) -> Fingerprints:
    return fingerprint(pictures, np.arange(len(pictures)))


def _arithmetic() -> Greys:
    """A picture that no library had a hand in."""
    y, x = np.mgrid[0:SIDE, 0:SIDE]
    pattern = (x * x // 24 + 3 * y + (x * y // 40) % 61 * 2 + 70 * ((x // 19 + y // 27) % 3)) % 256
    return np.asarray(pattern, np.uint8)


def test_the_hash_of_a_known_picture_never_changes() -> None:
    known = _hash(_arithmetic()[None])
    assert ALGORITHM == "pdq/1"
    assert as_hex(known.hashes[0, 0]) == "847d8bed3f195213f3e2867d06f1ac79bc68a47daddd698244f8db0089e0f8c0"
    assert as_hex(known.hashes[0, 1]) == "d128deb86a440746a737d32853a4f92ce93df128f8883cd7512d8e55dcb52d95"
    assert int(known.quality[0]) == 100


def test_the_low_frequencies_agree_with_imagehash() -> None:
    """The 64 x 64 picture is the same on both sides, so that only the transform and the bits are compared."""
    agreed = []
    for grey in PICTURES:
        small = grey.reshape(64, 2, 64, 2).mean((1, 3)).round().astype(np.uint8)
        theirs = imagehash.phash(Image.fromarray(small), hash_size=16, highfreq_factor=4).hash[1:, 1:]
        ours = np.unpackbits(_hash(small.repeat(2, 0).repeat(2, 1)[None]).hashes[0, 0]).reshape(16, 16)[:15, :15]
        agreed.append(int((ours.astype(bool) == theirs).sum()))
    assert min(agreed) >= 215  # of 225: the medians differ a little, because imagehash keeps the mean in its sixteen
    assert sum(agreed) / len(agreed) >= 220


def test_the_mirrored_hash_is_the_hash_of_the_mirrored_picture() -> None:
    seen, turned = _hash(PICTURES), _hash(mirrored(PICTURES))
    assert distance(seen.hashes[:, 1], turned.hashes[:, 0]).max() <= 1
    assert distance(seen.hashes[:, 0], turned.hashes[:, 1]).max() <= 1
    assert distance(seen.hashes[:, 0], turned.hashes[:, 0]).min() > 70


def test_a_batch_gives_what_its_pictures_give_one_by_one() -> None:
    batch = _hash(PICTURES)
    for place, picture_ in enumerate(PICTURES):
        alone = _hash(picture_[None])
        assert np.array_equal(alone.hashes[0], batch.hashes[place])
        assert alone.quality[0] == batch.quality[place]


def test_unrelated_pictures_differ_in_about_half_of_the_bits() -> None:
    hashes = _hash(PICTURES).hashes[:, 0]
    apart = distance(hashes[:, None], hashes[None])[np.triu_indices(len(hashes), 1)]
    assert 123 < apart.mean() < 133
    assert apart.min() > 80


def test_grain_moves_few_bits_and_a_pan_moves_more_every_frame() -> None:
    locked = _hash(locked_shot(3, 10)).hashes[:, 0]
    assert distance(locked[0], locked).max() <= 10
    panned = distance(*np.broadcast_arrays(_hash(shot(3, 25)).hashes[:1, 0], _hash(shot(3, 25)).hashes[:, 0]))
    assert panned[1] < panned[4] < panned[12]


def test_bars_make_another_picture_of_it() -> None:
    """Why bars need a hash of their own: no radius that keeps unrelated pictures apart reaches this far."""
    barred = _hash(greys(*(letterboxed(picture(seed)) for seed in range(24))))
    assert np.median(distance(barred.hashes[:, 0], _hash(PICTURES).hashes[:, 0])) > 80


def test_quality_tells_flat_from_full() -> None:
    assert _hash(flat(2, 16)).quality.tolist() == [0, 0]
    ramp = np.broadcast_to(np.linspace(0, 255, SIDE), (1, SIDE, SIDE)).astype(np.uint8)
    assert _hash(ramp).quality[0] < QUALITY_GATE
    assert _hash(PICTURES).quality.min() >= QUALITY_GATE


def test_pictures_of_another_shape_are_refused() -> None:
    with pytest.raises(ValueError, match="128"):
        fingerprint(np.zeros((1, 64, 64), np.uint8), np.zeros(1, np.int64))
    with pytest.raises(ValueError, match="frame numbers"):
        fingerprint(np.zeros((2, SIDE, SIDE), np.uint8), np.zeros(1, np.int64))


def test_stored_fingerprints_come_back_equal() -> None:
    made = fingerprint(PICTURES, np.arange(1001, 1025))
    back = Fingerprints.from_bytes(made.to_bytes(), ALGORITHM)
    assert back.to_bytes() == made.to_bytes()
    assert back.frames.tolist() == list(range(1001, 1025))
    assert np.array_equal(back.hashes, made.hashes)
    assert np.array_equal(back.quality, made.quality)


def test_joined_parts_are_the_whole_and_nothing_joined_is_empty() -> None:
    whole = _hash(PICTURES)
    parts = [fingerprint(PICTURES[:7], np.arange(7)), fingerprint(PICTURES[7:], np.arange(7, 24))]
    assert Fingerprints.join(parts).to_bytes() == whole.to_bytes()
    nothing = Fingerprints.join([])
    assert len(nothing) == 0
    assert len(Fingerprints.from_bytes(nothing.to_bytes(), ALGORITHM)) == 0


@given(st.binary(max_size=200))
def test_damaged_bytes_are_refused_or_hold_together(data: bytes) -> None:
    try:
        read = Fingerprints.from_bytes(data, ALGORITHM)
    except ValueError:
        return
    assert len(read.hashes) == len(read.quality) == len(read)
    assert read.to_bytes() == data


@given(st.binary(min_size=32, max_size=32))
def test_hex_goes_there_and_back(raw: bytes) -> None:
    bits: Hashes = np.frombuffer(raw, np.uint8)
    text = as_hex(bits)
    assert len(text) == 64
    assert from_hex(text).tobytes() == raw
    assert from_hex(text.upper()).tobytes() == raw


def test_hex_writes_the_lowest_frequency_last_as_other_implementations_do() -> None:
    bits = np.zeros(32, np.uint8)
    bits[0] = 0x80
    assert as_hex(bits) == "0" * 63 + "1"


@pytest.mark.parametrize("text", ["", "0" * 63, "0" * 66, "g" * 64])
def test_other_hex_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"hex"):
        from_hex(text)
