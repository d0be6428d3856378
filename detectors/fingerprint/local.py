"""Local features: small marks of a picture by which a part of it is known again, cropped, turned, or inset in another.

ORB (Rublee and others, 2011; OpenCV's) finds corners and describes what lies around each in 256 bits, whatever its
size and however it is turned. Which corners are kept is chosen here, because OpenCV's choice lies where a picture is
roughest: spread over the picture and over sizes, the same number finds a quarter of a picture in 90 cases of 100
instead of 73, and one under a timecode and a grade in 100 instead of 73. A mirrored picture has other features, so
references are described both ways. Which of two pictures' features belong together is decided by matching.

Features of different `ALGORITHM` are never compared.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from detectors.fingerprint import trim
from detectors.fingerprint.picture import RowIndex
from detectors.fingerprint.sketch import sketched

if TYPE_CHECKING:
    import cv2

ALGORITHM = "orb/1"
COARSE = 512
"""Long side in pixels of the grey picture in which large parts of a picture are found."""
FINE = 960
"""Long side in pixels of the grey picture in which small parts are found."""
MOST = {COARSE: 500, FINE: 1500}
"""Features kept of a picture, by its long side: 18 and 54 KB. A film's frames are known by 300 each as well."""
EIGHTHS = 8
"""Points are kept in so many parts of a pixel."""

_CHOICE = 3  # times as many marks are looked for as are kept
_STEP = 1.4  # from one size of marks to the next
_SIZES = 5
_SHARE = _STEP  # how many times fewer are kept of each next larger size
_SHARE_FINE = _STEP**3  # a small part of a picture is known by its small marks; large parts are found at `COARSE`
_MARGIN = 16  # pixels along the edges without marks; OpenCV's 31 would be a quarter of the picture at the largest size
_CONTRAST = 10  # steps of grey between a mark and its surroundings
_PARTS = 8  # across and down, each of which has its share of the marks
_SMALL = 128  # pixels of the square in which borders are looked for
_SKETCHED = (COARSE + FINE) // 2  # pixels; of a picture's scales the smaller is sketched
_LARGEST = 65535 // EIGHTHS  # pixels; what a point can be written in
_ROW = 8 + 2 + 1 + 4 + 4  # bytes: frame, side, mirrored, count, shape
_FEATURE = 4 + 32  # bytes: point, descriptor


@dataclass(frozen=True, slots=True, eq=False)
class LocalFeatures:
    """Features of some pictures. One of `k` rows is one picture: a frame at a scale, as seen or mirrored.

    `frames` int64 (k,): as in `Fingerprints`. `sides` uint16 (k,): long side of the picture in pixels. `mirrored` bool
    (k,): these are the features of the mirrored picture. Row r has the features `starts[r]:starts[r + 1]`, `starts`
    being int64 (k + 1,). `points` uint16 (m, 2): x and y in eighths of a pixel of that picture. `descriptors` uint8
    (m, 32). `shapes` uint16 (k, 2): width and height of that picture in pixels. `sketch_bytes` uint8 (t,): the sketches
    of the pictures (see `sketch`), row r's from `sketch_starts[r]` up to `sketch_starts[r + 1]`, int64 (k + 1,); a row
    of a scale that isn't sketched has none, nor have any that were stored before there were sketches.
    """

    frames: NDArray[np.int64]
    sides: NDArray[np.uint16]
    mirrored: NDArray[np.bool_]
    starts: NDArray[np.int64]
    points: NDArray[np.uint16]
    descriptors: NDArray[np.uint8]
    shapes: NDArray[np.uint16]
    sketch_bytes: NDArray[np.uint8]
    sketch_starts: NDArray[np.int64]
    algorithm: str = ALGORITHM

    def __len__(self) -> int:
        return len(self.frames)

    def __getitem__(self, rows: RowIndex) -> "LocalFeatures":
        """Some of the rows with their features: a slice, places, or which of all."""
        places = np.arange(len(self))[rows]
        starts, features = _gathered(self.starts, places)
        sketch_starts, sketch_bytes = _gathered(self.sketch_starts, places)
        return LocalFeatures(
            self.frames[places],
            self.sides[places],
            self.mirrored[places],
            starts,
            self.points[features],
            self.descriptors[features],
            self.shapes[places],
            self.sketch_bytes[sketch_bytes],
            sketch_starts,
            self.algorithm,
        )

    @property
    def counts(self) -> NDArray[np.int64]:
        """How many features each row has, int64 (k,)."""
        return np.diff(self.starts)

    def to_bytes(self) -> bytes:
        """One block of bytes, the same for the same features."""
        sizes = np.array([len(self), len(self.points)], np.int64)
        arrays = (self.frames, self.descriptors, self.counts.astype(np.uint32), self.points, self.shapes, self.sides)
        sketches = (np.diff(self.sketch_starts).astype(np.uint32), self.sketch_bytes) if len(self.sketch_bytes) else ()
        return b"".join(part.tobytes() for part in (sizes, *arrays, self.mirrored, *sketches))

    def sketch(self, row: int) -> bytes:
        """The sketch that is stored of a row; empty: none."""
        return self.sketch_bytes[self.sketch_starts[row] : self.sketch_starts[row + 1]].tobytes()

    @classmethod
    def from_bytes(cls, data: bytes, algorithm: str) -> "LocalFeatures":
        """The features that `to_bytes` wrote, or wrote before there were sketches: those end with `mirrored`.

        Raises:
            ValueError: the bytes don't hold together.
        """
        rows, features = (int(size) for size in np.frombuffer(data, np.int64, 2))
        end = 16 + rows * _ROW + features * _FEATURE
        if rows < 0 or features < 0 or (len(data) != end and len(data) < end + 4 * rows):
            raise ValueError("stored local features are damaged")
        sized = rows if len(data) > end else 0
        sketch_starts = _starts(np.frombuffer(data, np.uint32, sized, end) if sized else np.zeros(rows, np.uint32))
        if len(data) != end + 4 * sized + sketch_starts[-1] or (sized and not sketch_starts[-1]):
            raise ValueError("stored local features are damaged")
        at = np.cumsum([16, 8 * rows, 32 * features, 4 * rows, 4 * features, 4 * rows, 2 * rows]).tolist()
        frames = np.frombuffer(data, np.int64, rows, at[0])
        descriptors = np.frombuffer(data, np.uint8, 32 * features, at[1]).reshape(features, 32)
        starts = _starts(np.frombuffer(data, np.uint32, rows, at[2]))
        points = np.frombuffer(data, np.uint16, 2 * features, at[3]).reshape(features, 2)
        shapes = np.frombuffer(data, np.uint16, 2 * rows, at[4]).reshape(rows, 2)
        sides = np.frombuffer(data, np.uint16, rows, at[5])
        mirrored = np.frombuffer(data, np.uint8, rows, at[6])
        if starts[-1] != features or (mirrored > 1).any():
            raise ValueError("stored local features are damaged")
        sketch_bytes = np.frombuffer(data, np.uint8, int(sketch_starts[-1]), end + 4 * sized)
        seen = mirrored.view(np.bool_)
        return cls(frames, sides, seen, starts, points, descriptors, shapes, sketch_bytes, sketch_starts, algorithm)

    @classmethod
    def join(cls, parts: "Sequence[LocalFeatures]") -> "LocalFeatures":
        """The parts one after another; none at all gives no rows.

        Raises:
            ValueError: the parts are of different algorithms.
        """
        algorithms = {part.algorithm for part in parts} or {ALGORITHM}
        if len(algorithms) > 1:
            raise ValueError(f"features of {' and '.join(sorted(algorithms))} are never joined")
        parts = [_NOTHING, *parts]
        return cls(
            np.concatenate([part.frames for part in parts]),
            np.concatenate([part.sides for part in parts]),
            np.concatenate([part.mirrored for part in parts]),
            _starts(np.concatenate([part.counts for part in parts])),
            np.concatenate([part.points for part in parts]),
            np.concatenate([part.descriptors for part in parts]),
            np.concatenate([part.shapes for part in parts]),
            np.concatenate([part.sketch_bytes for part in parts]),
            _starts(np.concatenate([np.diff(part.sketch_starts) for part in parts])),
            algorithms.pop(),
        )


def describe(
    pictures: Sequence[NDArray[np.uint8]], frames: Sequence[int], *, most: int, mirrored: bool = False
) -> LocalFeatures:
    """The local features of grey pictures, at most `most` of each. One too flat gives a row without features.

    A row is ordered so that any number of its first features are the best so many: those that stand out most in their
    part of the picture, of each size as many as there is room for.

    Args:
        pictures: uint8 (height, width), scaled so that the long side is `COARSE` or `FINE`.
        frames: the number of each.
        most: how many features to keep of each; usually `MOST` of the long side.
        mirrored: describe the mirrored pictures instead.

    Raises:
        ValueError: a picture of another shape or type, or not as many numbers as pictures.
    """
    if len(pictures) != len(frames):
        raise ValueError(f"expected as many frame numbers as pictures, got {len(frames)} and {len(pictures)}")
    for picture in pictures:
        if picture.ndim != 2 or picture.dtype != np.uint8 or not picture.size or max(picture.shape) > _LARGEST:  # noqa: PLR2004 - rows and columns
            raise ValueError(f"expected grey pictures of 8 bits, got {picture.dtype} {picture.shape}")
    shown = [np.ascontiguousarray(picture[:, ::-1]) if mirrored else picture for picture in pictures]
    described = [_features(picture, most) for picture in shown]
    sketches = [sketched(picture) if max(picture.shape) <= _SKETCHED else b"" for picture in shown]
    shapes = np.array([picture.shape[::-1] for picture in pictures], np.uint16).reshape(-1, 2)
    return LocalFeatures(
        np.array(frames, np.int64),
        shapes.max(1),
        np.full(len(pictures), mirrored),
        _starts(np.array([len(points) for points, _ in described], np.int64)),
        np.concatenate([_NOTHING.points, *(points for points, _ in described)]),
        np.concatenate([_NOTHING.descriptors, *(descriptors for _, descriptors in described)]),
        shapes,
        np.frombuffer(b"".join(sketches), np.uint8),
        _starts(np.array([len(sketch) for sketch in sketches], np.int64)),
    )


def _features(picture: NDArray[np.uint8], most: int) -> tuple[NDArray[np.uint16], NDArray[np.uint8]]:
    """Points (n, 2) in eighths of a pixel and descriptors (n, 32) of one picture, the best first."""
    import cv2

    cv2.setNumThreads(1)  # the workers share the machine already
    orb = cv2.ORB.create(
        nfeatures=most * _CHOICE,
        scaleFactor=_STEP,
        nlevels=_SIZES,
        edgeThreshold=_MARGIN,
        fastThreshold=_CONTRAST,
    )
    try:
        top, bottom, left, right = _lit(picture)
        inside = np.ascontiguousarray(picture[top:bottom, left:right])
        marks = orb.detect(inside, None)
        fine = max(picture.shape) > COARSE
        chosen = [marks[place] for place in _best(marks, inside.shape, most, _SHARE_FINE if fine else _SHARE)]
        for rank, mark in enumerate(chosen):
            mark.class_id = rank
        marks, descriptors = orb.compute(inside, chosen)
    except cv2.error:  # OpenCV finds a picture impossible: it has no features, as a flat one
        return _NOTHING.points, _NOTHING.descriptors
    if not marks:
        return _NOTHING.points, _NOTHING.descriptors
    order = np.argsort([mark.class_id for mark in marks])  # it has sorted them by size
    points = np.add(_points(marks), (left, top))
    return np.rint(points * EIGHTHS).astype(np.uint16)[order], np.asarray(descriptors, np.uint8)[order]


def _lit(picture: NDArray[np.uint8]) -> tuple[int, int, int, int]:
    """The inside of a picture without dark borders: first row, row after the last, and the columns.

    The same timecode or slate text in the bars of two films would make every picture of one match one of the other.
    """
    import cv2

    small = cv2.resize(picture, (_SMALL, _SMALL), interpolation=cv2.INTER_AREA)
    top, bottom, left, right = trim.boxes(np.asarray(small, np.uint8)[None])[0, 1].tolist()
    height, width = picture.shape
    return top * height // _SMALL, -(-bottom * height // _SMALL), left * width // _SMALL, -(-right * width // _SMALL)


def _best(marks: "Sequence[cv2.KeyPoint]", shape: tuple[int, ...], most: int, share: float) -> NDArray[np.intp]:
    """Places of the marks to keep, the best first. `share`: how many times fewer are kept of each next larger size.

    OpenCV would keep the strongest corners, which lie together where the picture is roughest. Here each part of the
    picture gives its strongest in turn.
    """
    if not marks:
        return np.zeros(0, np.intp)
    size = np.array([mark.octave for mark in marks])
    strength = np.array([mark.response for mark in marks])
    across, down = (_points(marks) * _PARTS // shape[1::-1]).T
    turn = _turn((size * _PARTS + down) * _PARTS + across, strength)
    within = np.lexsort((-strength, turn, size))
    first = np.searchsorted(size[within], size[within])
    place = (np.arange(len(marks)) - first) * share ** size[within]
    return within[np.argsort(place, kind="stable")[:most]]


def _points(marks: "Sequence[cv2.KeyPoint]") -> NDArray[np.float64]:
    """Where they lie, x and y in pixels, (n, 2)."""
    import cv2

    return np.array(cv2.KeyPoint.convert(marks), np.float64).reshape(-1, 2)


def _turn(group: NDArray[np.float64], strength: NDArray[np.float64]) -> NDArray[np.int64]:
    """Which in the order of strength each is within its group, from 0."""
    order = np.lexsort((-strength, group))
    first = np.searchsorted(group[order], group[order])
    turn = np.empty(len(group), np.int64)
    turn[order] = np.arange(len(group)) - first
    return turn


def _gathered(starts: NDArray[np.int64], places: NDArray[np.intp]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Where the entries of some rows start once these alone are left, and which of all entries they are."""
    counts = np.diff(starts)[places]
    fresh = _starts(counts)
    return fresh, np.repeat(starts[places] - fresh[:-1], counts) + np.arange(fresh[-1])


def _starts(counts: NDArray[np.generic]) -> NDArray[np.int64]:
    return np.concatenate([np.zeros(1, np.int64), np.cumsum(counts, dtype=np.int64)])


_NOTHING = LocalFeatures(
    np.zeros(0, np.int64),
    np.zeros(0, np.uint16),
    np.zeros(0, np.bool_),
    np.zeros(1, np.int64),
    np.zeros((0, 2), np.uint16),
    np.zeros((0, 32), np.uint8),
    np.zeros((0, 2), np.uint16),
    np.zeros(0, np.uint8),
    np.zeros(1, np.int64),
)
