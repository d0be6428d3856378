"""Whether two pictures show the same where they should meet: their sketches, one laid over the other.

Local features agree on corners, and a hash on broad light and shade. Neither says that what lies between is the same:
title cards of one design have the same letters in other words, and a thing that two cameras filmed lies before other
grounds. So the reference's sketch is brought to where a map puts it in the asset's, the map is settled on the greys
themselves (ECC; Evangelidis and Psarakis, 2008), and the two are correlated in small windows, each by itself, so that
grades and exposures change nothing. Windows in which neither shows anything don't count.
"""

from collections.abc import Iterator
from dataclasses import replace
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from detectors.fingerprint.picture import SIDE
from detectors.fingerprint.sketch import Sketch
from detectors.fingerprint.trim import boxes
from detectors.matching.levels import Resemblance
from detectors.matching.picture.geometry import UNITS, Matrix

_Grey: TypeAlias = NDArray[np.float32]

_WINDOWS = {False: 8, True: 12}
"""Pixels across of a window in a small and in a large sketch: a letter or two."""
_TELLING = 0.25
"""Contrast of a window, of that of the picture's strongest, from which on it counts."""
_FAINT = 4.0
"""Greys of contrast that the strongest window has at least, or all of it is noise."""
_NOISE = 4.0
"""Variance in greys, below which nothing correlates."""
_FILLED = 0.6
"""Share of a window that must lie within both pictures."""
_SAME = 0.6
"""Correlation from which on a window shows the same."""
_WEAK, _WEAKEST = 5, 2
"""Per cent of the windows that correlate less than `weak` and `weakest`."""
_ITERATIONS = 15
_SETTLED = 25.0
"""Units that a map may be moved at most."""
_READABLE = 0.6
"""How large a reference is shown, below which its words can't be told apart in sketches."""
_LEAST_SIDE = 8


def is_drawn(one: Sketch | None, other: Sketch | None) -> bool:
    """Whether either of two pictures is drawn; one without a sketch says nothing."""
    return any(sketch is not None and sketch.is_drawn for sketch in (one, other))


def is_bare(one: Sketch | None, other: Sketch | None) -> bool:
    """Whether either picture is hardly anything but ink on a ground; so is one without a sketch."""
    return any(sketch is None or sketch.is_bare for sketch in (one, other))


def resemblance(asset: Sketch | None, reference: Sketch | None, matrix: Matrix) -> Resemblance | None:
    """How alike two pictures are where a matrix puts the reference's; None where that can't be told.

    `matrix` takes points of the reference's sketch as it is, in units (see `geometry`), to those of the asset's.
    """
    if asset is None or reference is None:
        return None
    large = asset.is_large and reference.is_large and is_drawn(asset, reference)
    there, here = (_sized(sketch, large=large) for sketch in (asset, reference))
    if min(*there.shape, *here.shape) < _LEAST_SIDE:
        return None
    side = float(max(there.shape)), float(max(here.shape))
    pixels = _between_pixels(matrix, side)
    scale = float(np.sqrt(abs(np.linalg.det(pixels[:, :2]))))
    there, here = _as_coarse(there, here, scale)
    pixels = _settled(there, here, pixels, _SETTLED * side[0] / UNITS)
    correlations = _correlations(there, *_laid_over(here, pixels, there.shape), _WINDOWS[large])
    if not len(correlations):
        return None
    return Resemblance(
        float((correlations >= _SAME).mean()),
        float(np.percentile(correlations, _WEAK)),
        float(np.percentile(correlations, _WEAKEST)),
        large and scale >= _READABLE,
        len(correlations),
    )


def resemblance_by_hash(
    asset: Sketch | None, reference: Sketch | None, *, turned: int, mirrored: bool, negative: bool
) -> Resemblance | None:
    """How alike two pictures are of which hashes say that one fills the other, bars and dark borders apart.

    `turned`, `mirrored`, `negative`: how the asset shows the reference (see `turning.WAYS`).
    """
    if asset is None or reference is None:
        return None
    seen = replace(asset, grey=255 - asset.grey) if negative else asset
    found = [resemblance(seen, reference, matrix) for matrix in _fillings(seen, reference, turned, mirrored=mirrored)]
    return max((each for each in found if each), key=lambda each: (each.share, each.weak), default=None)


def _fillings(asset: Sketch, reference: Sketch, turned: int, *, mirrored: bool) -> Iterator[Matrix]:
    """The maps by which a reference, whole or without borders, fills an asset's picture, whole or without borders."""
    corners = np.array([(0, 0), (1, 0), (1, 1), (0, 1)], np.float64)
    order = np.roll([1, 0, 3, 2] if mirrored else [0, 1, 2, 3], 0)
    shown = np.array([(int(corner) + turned // 90) % 4 for corner in order])
    for there in _insides(asset):
        for here in _insides(reference):
            source, goal = (box[0] + corners * (box[1] - box[0]) for box in (here, there))
            goal = goal[shown]
            three = np.hstack([source[[0, 1, 3]], np.ones((3, 1))])
            yield np.linalg.solve(three, goal[[0, 1, 3]]).T


def _insides(sketch: Sketch) -> list[NDArray[np.float64]]:
    """Upper left and lower right, in units, of a picture and of what is left without its borders, each once."""
    import cv2

    square = np.asarray(cv2.resize(sketch.grey, (SIDE, SIDE), interpolation=cv2.INTER_AREA), np.uint8)
    high, wide = sketch.grey.shape
    size = np.array([wide, high]) * (UNITS / max(wide, high))
    found = {(0, SIDE, 0, SIDE), *(tuple(box) for box in boxes(square[None])[0].tolist())}
    return [np.array([(left, top), (right, bottom)]) / SIDE * size for top, bottom, left, right in sorted(found)]


def _sized(sketch: Sketch, *, large: bool) -> _Grey:
    """The sketch, made small where the other one is."""
    import cv2

    if large or not sketch.is_large:
        return sketch.grey
    size = tuple(max(1, round(side / 3)) for side in sketch.grey.shape[::-1])
    return np.asarray(cv2.resize(sketch.grey, size, interpolation=cv2.INTER_AREA), np.float32)


def _between_pixels(matrix: Matrix, sides: tuple[float, float]) -> Matrix:
    """A map between units as one between the pixels, counted from their middles, of two pictures with such sides."""
    there, here = sides[0] / UNITS, sides[1] / UNITS
    pixels = matrix.copy()
    pixels[:, :2] *= there / here
    pixels[:, 2] *= there
    pixels[:, 2] += pixels[:, :2] @ (0.5, 0.5) - 0.5
    return pixels


def _as_coarse(asset: _Grey, reference: _Grey, scale: float) -> tuple[_Grey, _Grey]:
    """Both pictures as fine as the coarser of the two shows the reference."""
    import cv2

    blur = 0.6 * np.sqrt(abs(max(scale, 1 / scale) ** 2 - 1))
    if blur < 0.2:  # noqa: PLR2004 - pixels; nothing is seen of it
        return asset, reference
    if scale < 1:
        return asset, np.asarray(cv2.GaussianBlur(reference, (0, 0), blur), np.float32)
    return np.asarray(cv2.GaussianBlur(asset, (0, 0), blur), np.float32), reference


def _settled(asset: _Grey, reference: _Grey, pixels: Matrix, most: float) -> Matrix:
    """The map on which the greys correlate best, near the one given; that one where there is no better nearby."""
    import cv2

    cv2.setNumThreads(1)
    start = np.asarray(cv2.invertAffineTransform(pixels), np.float32)
    stop = (cv2.TERM_CRITERIA_EPS | cv2.TERM_CRITERIA_COUNT, _ITERATIONS, 1e-4)
    try:
        _, found = cv2.findTransformECC(asset, reference, start.copy(), cv2.MOTION_AFFINE, stop, None, 3)  # type: ignore[call-overload]  # a mask may be none
    except cv2.error:  # it doesn't converge
        return pixels
    settled: Matrix = np.asarray(cv2.invertAffineTransform(np.asarray(found, np.float64)), np.float64)
    high, wide = reference.shape
    corners = np.array([(0, 0, 1), (wide, 0, 1), (0, high, 1), (wide, high, 1)], np.float64)
    moved = np.abs(corners @ (settled - pixels).T).max()
    return settled if np.isfinite(moved) and moved <= most else pixels


def _laid_over(reference: _Grey, pixels: Matrix, shape: tuple[int, ...]) -> tuple[_Grey, _Grey]:
    """The reference where the asset has it, and 1 where that is inside of it."""
    import cv2

    size = shape[1], shape[0]
    inside = cv2.warpAffine(np.ones_like(reference), pixels, size, flags=cv2.INTER_LINEAR, borderValue=0)
    laid = cv2.warpAffine(reference, pixels, size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(laid, np.float32), (inside > 0.99).astype(np.float32)  # noqa: PLR2004 - all of a pixel


def _correlations(asset: _Grey, reference: _Grey, inside: _Grey, window: int) -> NDArray[np.float32]:
    """Correlations of the windows in which either picture shows something, float32 (n,)."""
    import cv2

    half = window // 2
    grid = (slice(half, None, half), slice(half, None, half))

    def mean(picture: _Grey) -> _Grey:
        summed = cv2.boxFilter(picture * inside, -1, (window, window), normalize=False, borderType=cv2.BORDER_CONSTANT)
        return np.asarray(summed[grid] / np.maximum(many, 1), np.float32)

    many: _Grey = np.ones((1, 1), np.float32)
    many = mean(np.ones_like(asset))
    asset = asset - asset.mean()  # small numbers, since squares are subtracted from each other
    reference = reference - reference.mean()
    middle, other = mean(asset), mean(reference)
    spread = np.maximum(mean(asset * asset) - middle**2, 0), np.maximum(mean(reference * reference) - other**2, 0)
    together = mean(asset * reference) - middle * other
    counted = many >= _FILLED * window * window
    if not counted.any():
        return np.zeros(0, np.float32)
    strong = [max(float(np.sqrt(np.percentile(variance[counted], 95))), _FAINT) for variance in spread]
    contrast = np.maximum(*(np.sqrt(variance) / most for variance, most in zip(spread, strong, strict=True)))
    correlation = together / np.sqrt(spread[0] * spread[1] + _NOISE)
    telling: NDArray[np.float32] = correlation[counted & (contrast > _TELLING)]
    return telling
