"""Perceptual hashes of pictures: 256 bits a frame, compatible with PDQ, computed in batches with numpy.

PDQ (Facebook/ThreatExchange, `pdq/README.md`) takes the 16 x 16 lowest frequencies, without the mean, of a 64 x 64
luma picture and keeps one bit for each: above the median or not. Shrinking is left to ffmpeg and Pillow (area
average), which costs nothing beside decoding; against the reference implementation on full frames that moves 9 of
256 bits on average. A mirrored picture changes the sign of every odd horizontal frequency, so its hash comes from
the same transform. Where there are bars or dark borders, the picture is hashed without them as well (`trim`).

Hashes of different `ALGORITHM` are never compared.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from detectors.fingerprint import trim

ALGORITHM = "pdq/2"
SIDE = 128
"""Pixels of the square grey pictures that come in."""
CUTS = ("whole", "without bars", "without dark borders")
"""What of a picture is hashed."""
VARIANTS = ("as seen", "mirrored")
QUALITY_GATE = 50
"""Below this, a picture is too flat for its hash to mean anything (PDQ's own recommendation)."""

Hashes: TypeAlias = NDArray[np.uint8]
Quality: TypeAlias = NDArray[np.uint8]
RowIndex: TypeAlias = slice | NDArray[np.int64] | NDArray[np.bool_]
"""Which of some rows: a slice, their places, or for each whether it is one of them."""

_K = np.arange(1, 17)[:, None]
_DCT: NDArray[np.float32] = (np.sqrt(2 / 64) * np.cos(np.pi / 128 * _K * (2 * np.arange(64)[None] + 1))).astype(
    np.float32
)
_MIRROR: NDArray[np.float32] = np.where(np.arange(1, 17) % 2 == 1, -1.0, 1.0).astype(np.float32)
_BITS = 256
_TRIMMED = len(CUTS) - 1
_ROW = len(VARIANTS) * _BITS // 8 + 1  # bytes: the hashes and the quality of one cut of one picture


@dataclass(frozen=True, slots=True, eq=False)
class Fingerprints:
    """The fingerprints of one content: `n` pictures in the order of their frame numbers.

    `frames` int64 (n,): counted from 0 in a movie, file numbers in a sequence, 0 for a still.
    `hashes` uint8 (n, 3, 2, 32): 256 bits for each of `CUTS` and `VARIANTS`. `quality` uint8 (n, 3): 0 to 100, for each
    of `CUTS`. Where a cut takes nothing away, its rows repeat those of the whole picture.
    """

    frames: NDArray[np.int64]
    hashes: Hashes
    quality: Quality
    algorithm: str = ALGORITHM

    def __len__(self) -> int:
        return len(self.frames)

    def __getitem__(self, rows: RowIndex) -> "Fingerprints":
        """Some of the pictures: a slice, places, or which of all."""
        return Fingerprints(self.frames[rows], self.hashes[rows], self.quality[rows], self.algorithm)

    @property
    def trimmed(self) -> NDArray[np.bool_]:
        """Which cuts took something away, bool (n, 3); the whole picture's row is never one of them."""
        differ: NDArray[np.bool_] = (self.hashes != self.hashes[:, :1]).any((2, 3))
        differ |= self.quality != self.quality[:, :1]
        return differ

    def to_bytes(self) -> bytes:
        """One block of bytes, the same for the same fingerprints. Rows that repeat the whole picture's are left out."""
        trimmed = self.trimmed[:, 1:]
        parts = (
            np.int64(len(self)),
            self.frames,
            self.hashes[:, 0],
            self.quality[:, 0],
            np.packbits(trimmed),
            self.hashes[:, 1:][trimmed],
            self.quality[:, 1:][trimmed],
        )
        return b"".join(part.tobytes() for part in parts)

    @classmethod
    def from_bytes(cls, data: bytes, algorithm: str) -> "Fingerprints":
        """The fingerprints that `to_bytes` wrote.

        Raises:
            ValueError: the bytes don't hold together.
        """
        count = int(np.frombuffer(data, np.int64, 1)[0])
        flags = -(-count * _TRIMMED // 8)
        fixed = 8 + count * (8 + _ROW) + flags
        if count < 0 or len(data) < fixed:
            raise ValueError("a stored fingerprint is damaged")
        bits = np.unpackbits(np.frombuffer(data, np.uint8, flags, fixed - flags)).astype(np.bool_)
        trimmed = bits[: count * _TRIMMED].reshape(count, _TRIMMED)
        extra = int(np.count_nonzero(bits))
        if len(data) != fixed + extra * _ROW or extra != np.count_nonzero(trimmed):
            raise ValueError("a stored fingerprint is damaged")
        hashes, quality = _everywhere(*_stored(data, 8 + 8 * count, count))
        hashes[:, 1:][trimmed], quality[:, 1:][trimmed] = _stored(data, fixed, extra)
        read = cls(np.frombuffer(data, np.int64, count, 8), hashes, quality, algorithm)
        if not np.array_equal(read.trimmed[:, 1:], trimmed):
            raise ValueError("a stored fingerprint is damaged")
        return read

    @classmethod
    def join(cls, parts: "Sequence[Fingerprints]") -> "Fingerprints":
        """The parts one after another; none at all gives empty fingerprints.

        Raises:
            ValueError: the parts are of different algorithms.
        """
        algorithms = {part.algorithm for part in parts} or {ALGORITHM}
        if len(algorithms) > 1:
            raise ValueError(f"fingerprints of {' and '.join(sorted(algorithms))} are never joined")
        return cls(
            np.concatenate([_NO_FRAMES, *(part.frames for part in parts)]),
            np.concatenate([_NO_HASHES[:, None].repeat(len(CUTS), 1), *(part.hashes for part in parts)]),
            np.concatenate([_NO_QUALITY[:, None].repeat(len(CUTS), 1), *(part.quality for part in parts)]),
            algorithms.pop(),
        )


class Viewer:
    """Fingerprints pictures that come in batches. However they were cut into batches, the fingerprints are the same.

    What is taken away of a picture depends on the few before and after it (`trim.settled`), so the last ones of a
    batch wait for the next. Hashes of whole pictures depend on nothing else.
    """

    def __init__(self) -> None:
        self._frames: list[NDArray[np.int64]] = [_NO_FRAMES]
        self._wholes: list[tuple[Hashes, Quality]] = [(_NO_HASHES, _NO_QUALITY)]
        self._insides: list[_Inside] = []
        self._seen = 0
        self._waiting = np.zeros((0, SIDE, SIDE), np.uint8)
        self._boxes = np.zeros((0, _TRIMMED, 4), np.int16)  # of those that wait, and those before that matter to them
        self._numbers = _NO_FRAMES  # of the same

    def feed(self, pictures: NDArray[np.uint8], frames: NDArray[np.int64]) -> None:
        """See the next batch: `pictures` uint8 (n, 128, 128) grey, `frames` their numbers. Both may be used again.

        Raises:
            ValueError: the pictures have another shape.
        """
        if pictures.ndim != 3 or pictures.shape[1:] != (SIDE, SIDE) or len(pictures) != len(frames):  # noqa: PLR2004 - a batch of pictures
            raise ValueError(f"expected (n, {SIDE}, {SIDE}) pictures and n frame numbers, got {pictures.shape}")
        self._frames.append(frames.astype(np.int64))
        self._wholes.append(_hash(_halved(pictures)))
        self._seen += len(pictures)
        self._boxes = np.concatenate([self._boxes, trim.boxes(pictures)])
        self._numbers = np.concatenate([self._numbers, self._frames[-1]])
        self._settle(pictures, trim.AWAY)

    def finish(self) -> Fingerprints:
        """The fingerprints of all pictures that were seen."""
        self._settle(self._waiting[:0], 0)
        hashes, quality = _everywhere(*(np.concatenate(column) for column in zip(*self._wholes, strict=True)))
        for inside in self._insides:
            hashes[inside.places, inside.cuts] = inside.hashes
            quality[inside.places, inside.cuts] = inside.quality
        return Fingerprints(np.concatenate(self._frames), hashes, quality)

    def _settle(self, pictures: NDArray[np.uint8], later: int) -> None:
        """Hash the insides of the pictures that wait and of those that came, but for the last `later` of them."""
        count = len(self._waiting) + len(pictures)
        wait = min(later, count)
        boxes = trim.settled(self._boxes, self._numbers)[len(self._boxes) - count : len(self._boxes) - wait]
        if (boxes != trim.whole(SIDE)).any():
            ready = np.concatenate([self._waiting, pictures])[: count - wait]
            self._insides += _insides(ready, boxes, self._seen - count)
        last = np.concatenate([self._waiting, pictures[max(0, len(pictures) - wait) :]])
        self._waiting = last[len(last) - wait :]
        self._boxes, self._numbers = self._boxes[-2 * trim.AWAY :], self._numbers[-2 * trim.AWAY :]


def fingerprint(pictures: NDArray[np.uint8], frames: NDArray[np.int64]) -> Fingerprints:
    """Hash all pictures that there are: `pictures` uint8 (n, 128, 128) grey, `frames` their numbers.

    Pictures of one film that come in batches belong to one `Viewer`: what lies before and after them matters a little.

    Raises:
        ValueError: the pictures have another shape.
    """
    viewer = Viewer()
    viewer.feed(pictures, frames)
    return viewer.finish()


def quality(small: NDArray[np.float32]) -> Quality:
    """PDQ's measure of how much there is in a picture: the sum of its gradients. `small`: float32 (n, 64, 64)."""
    steps = _steps(small[:, 1:] - small[:, :-1]) + _steps(small[:, :, 1:] - small[:, :, :-1])
    score: Quality = np.minimum(100, steps // 90).astype(np.uint8)
    return score


def as_hex(bits: Hashes) -> str:
    """One hash, uint8 (32,), as PDQ writes it: 64 hex digits, the last frequency first."""
    return bytes(np.packbits(np.unpackbits(bits)[::-1])).hex()


def from_hex(text: str) -> Hashes:
    """The hash that `as_hex` or another PDQ implementation wrote.

    Raises:
        ValueError: not 64 hex digits.
    """
    raw = bytes.fromhex(text)
    if len(raw) != _BITS // 8:
        raise ValueError("a PDQ hash has 64 hex digits")
    return np.packbits(np.unpackbits(np.frombuffer(raw, np.uint8))[::-1])


def distance(left: Hashes, right: Hashes) -> NDArray[np.int64]:
    """How many of 256 bits differ, over the last axis; shapes broadcast."""
    differ: NDArray[np.int64] = np.bitwise_count(left ^ right).sum(-1, dtype=np.int64)
    return differ


@dataclass(frozen=True, slots=True, eq=False)
class _Inside:
    """Prints of what is left of some pictures: `places` among all that were seen, `cuts` of `CUTS`, each (m,)."""

    places: NDArray[np.int64]
    cuts: NDArray[np.int64]
    hashes: Hashes
    quality: Quality


def _insides(pictures: NDArray[np.uint8], boxes: trim.Boxes, first: int) -> Iterator[_Inside]:
    """The prints of every inside that isn't the whole. `first`: the place of the first picture among all.

    Boxes stay for whole scenes, and the two of a picture are often the same: each is hashed once.
    """
    distinct, which = np.unique(boxes.reshape(-1, 4), axis=0, return_inverse=True)
    for number, box in enumerate(distinct.tolist()):
        if tuple(box) == trim.whole(SIDE):
            continue
        places, cuts = np.divmod(np.flatnonzero(which.reshape(-1) == number), _TRIMMED)
        once, again = np.unique(places, return_inverse=True)
        hashes, score = _hash(trim.inside(pictures[once], tuple(box)))
        yield _Inside(first + places, 1 + cuts, hashes[again], score[again])


def _hash(small: NDArray[np.float32]) -> tuple[Hashes, Quality]:
    """Hashes (n, 2, 32) and quality (n,) of pictures float32 (n, 64, 64)."""
    waves = (_DCT @ small @ _DCT.T).astype(np.float32, copy=False)
    return np.stack([_bits(waves), _bits(waves * _MIRROR)], axis=1), quality(small)


def _halved(pictures: NDArray[np.uint8]) -> NDArray[np.float32]:
    """The mean of each 2 x 2 pixels, in whole numbers first: five times as fast as a mean over two axes."""
    rows = pictures[:, ::2].astype(np.uint16) + pictures[:, 1::2]
    means: NDArray[np.float32] = (rows[:, :, ::2] + rows[:, :, 1::2]).astype(np.float32)
    means /= 4
    return means


def _steps(differences: NDArray[np.float32]) -> NDArray[np.int64]:
    """The sum of a picture's differences in hundredths of white, each cut to a whole number. Works in place."""
    differences *= 100
    differences /= 255
    np.floor(np.abs(differences, out=differences), out=differences)
    total: NDArray[np.int64] = differences.sum((1, 2), dtype=np.float64).astype(np.int64)
    return total


def _bits(waves: NDArray[np.float32]) -> Hashes:
    flat = waves.reshape(-1, _BITS)
    median = np.partition(flat, 127, axis=-1)[:, 127:128]  # PDQ takes the lower median
    return np.packbits(flat > median, axis=-1)


def _everywhere(hashes: Hashes, quality: Quality) -> tuple[Hashes, Quality]:
    """Hashes (n, 2, 32) and quality (n,) of whole pictures, in the place of every cut."""
    return hashes[:, None].repeat(len(CUTS), 1), quality[:, None].repeat(len(CUTS), 1)


def _stored(data: bytes, start: int, count: int) -> tuple[Hashes, Quality]:
    """Hashes (count, 2, 32) and quality (count,) that lie one after the other in stored bytes."""
    size = (_ROW - 1) * count
    hashes = np.frombuffer(data, np.uint8, size, start).reshape(count, len(VARIANTS), _BITS // 8)
    return hashes, np.frombuffer(data, np.uint8, count, start + size)


_NO_FRAMES: NDArray[np.int64] = np.zeros(0, np.int64)
_NO_HASHES: Hashes = np.zeros((0, len(VARIANTS), _BITS // 8), np.uint8)
_NO_QUALITY: Quality = np.zeros(0, np.uint8)
