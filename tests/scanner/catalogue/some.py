"""Prints of every sort, made of numbers."""

import numpy as np

from detectors.fingerprint.local import LocalFeatures
from detectors.fingerprint.picture import Fingerprints
from detectors.fingerprint.prints import Prints
from detectors.fingerprint.sound import SoundPrints, Track


def pictures(count: int, seed: int = 0) -> Fingerprints:
    """`count` pictures of none of which a cut takes anything away."""
    noise = np.random.default_rng(seed)
    nothing = Fingerprints.join([])
    shape, cuts = nothing.hashes.shape[1:], nothing.quality.shape[1:]
    hashes = np.broadcast_to(noise.integers(0, 256, (count, 1, *shape[1:]), np.uint8), (count, *shape)).copy()
    return Fingerprints(np.arange(count), hashes, np.full((count, *cuts), 90, np.uint8))


def features(count: int, seed: int = 0) -> LocalFeatures:
    """Features of one picture at two scales."""
    noise = np.random.default_rng(seed)
    return LocalFeatures(
        frames=np.zeros(2, np.int64),
        sides=np.array([512, 960], np.uint16),
        mirrored=np.zeros(2, np.bool_),
        starts=np.array([0, count, 2 * count]),
        points=noise.integers(0, 4000, (2 * count, 2)).astype(np.uint16),
        descriptors=noise.integers(0, 256, (2 * count, 32), np.uint8),
        shapes=np.array([[512, 288], [960, 540]], np.uint16),
        sketch_bytes=noise.integers(0, 256, 20, np.uint8),
        sketch_starts=np.array([0, 20, 20]),
    )


def sound(count: int, seed: int = 0) -> SoundPrints:
    """One track."""
    noise = np.random.default_rng(seed)
    words = noise.integers(0, 1 << 32, count, np.uint32)
    return SoundPrints((Track(1, None, 0.5, 4.0, words, np.arange(count, dtype=np.uint32), words),))


PRINTS = Prints(pictures(3), features(5), sound(7))


def same(one: Prints, other: Prints) -> bool:
    """Whether both are the same to the byte, and of the same algorithms."""
    return _bytes(one) == _bytes(other)


def _bytes(prints: Prints) -> list[tuple[str, str, bytes]]:
    return [(kind.name, part.algorithm, part.to_bytes()) for kind, part in prints.parts()]
