"""Where in a small grey picture the picture is: bars and dark borders found, and the picture without them.

A picture that is letterboxed, or conformed to another shape of frame, has another hash than the picture alone, however
near hashes are compared. So it is hashed once more without its bars (plain ones, of any grey) and without its dark
borders (bars in which a timecode or a logo stands, and whatever else is dark up to an edge). Nothing is decided here:
what was cut away may have been part of the picture, which is why the whole is always hashed as well.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Boxes: TypeAlias = NDArray[np.int16]
Greys: TypeAlias = NDArray[np.uint8]

AWAY = 5
"""The box of a picture is settled with those of frames at most so many before and after it."""
SMALL = 64
"""Pixels of the square pictures that are hashed."""

_NEAR = 10  # steps of grey from the median of the outermost line
_DARK = 28  # the brightest that a dark border is


@dataclass(frozen=True, slots=True)
class _Rule:
    """What a line beside the border must be like to be cut away.

    `share` of it is near the border's grey, which is `brightest` at most. Up to `written` lines may be anything where
    a bare line follows: words in a bar.
    """

    share: float
    brightest: int
    written: int


_BARE = 0.97  # of a line near the border's grey
_RULES = (_Rule(_BARE, 255, 0), _Rule(0.5, _DARK, 9))
_DEEPEST = 0.42  # of a side; a line as plain as that far in is no bar but the picture
_LEAST = 0.2  # of a side that must be left


def boxes(pictures: Greys) -> Boxes:
    """Where each picture's inside is, by itself. `pictures`: uint8 (n, side, side).

    Returns:
        int16 (n, 2, 4): without bars and without dark borders, each as first row, row after the last, first column,
        column after the last.
    """
    insides = np.empty((len(pictures), len(_RULES), 4), np.int16)
    insides[:] = whole(pictures.shape[1])
    bordered = _bordered(pictures)
    if len(bordered):
        insides[bordered] = _searched(pictures[bordered])
    return insides


def whole(side: int) -> tuple[int, int, int, int]:
    """The box of a picture of which nothing is cut away."""
    return 0, side, 0, side


def settled(boxes: Boxes, frames: NDArray[np.int64]) -> Boxes:
    """Each box as the median, side by side, of its own and its neighbours': bars stand still where a scene doesn't.

    Args:
        boxes: int16 (n, 2, 4).
        frames: int64 (n,), numbers of the frames. Neighbours are those at most `AWAY` places and numbers away, so that
            a picture of a grid, or beside a gap, has its own box, and no other picture of the film matters.
    """
    if not len(boxes) or (boxes == boxes[:1]).all():
        return boxes
    count = len(boxes)
    around = np.full((count, 2 * AWAY + 1, *boxes.shape[1:]), np.iinfo(np.int16).max, np.int16)
    known = np.zeros(count, np.int64)
    furthest = min(AWAY, count - 1)
    for step in range(-furthest, furthest + 1):
        here, there = slice(max(0, -step), count - max(0, step)), slice(max(0, step), count - max(0, -step))
        near = np.abs(frames[there] - frames[here]) <= AWAY
        around[here, AWAY + step][near] = boxes[there][near]
        known[here] += near
    around.sort(axis=1)
    median: Boxes = around[np.arange(count), (known - 1) // 2]
    return median


def inside(pictures: Greys, box: tuple[int, int, int, int]) -> NDArray[np.float32]:
    """The inside of pictures uint8 (n, side, side), each pixel the mean of its area: float32 (n, 64, 64)."""
    top, bottom, left, right = box
    cropped = pictures[:, top:bottom, left:right].astype(np.float32)
    rows = [shares @ cropped[:, first:last] for first, last, shares in _areas(bottom - top)]
    lower = np.concatenate(rows, axis=1)
    columns = [lower[:, :, first:last] @ shares.T for first, last, shares in _areas(right - left)]
    return np.concatenate(columns, axis=2, dtype=np.float32)


def _bordered(pictures: Greys) -> NDArray[np.intp]:
    """Which pictures have a plain line at any of their edges: with most, a look at these four lines is all."""
    lines = np.stack([pictures[:, 0], pictures[:, -1], pictures[:, :, 0], pictures[:, :, -1]], axis=1)
    middle = (pictures.shape[1] - 1) // 2
    median = np.partition(lines, middle, axis=2)[:, :, middle]
    low = np.maximum(median, _NEAR) - _NEAR
    reach = np.minimum(median, 255 - _NEAR) + _NEAR - low
    near = (lines - low[:, :, None] <= reach[:, :, None]).sum(2, dtype=np.uint8)
    plain = np.zeros(near.shape, np.bool_)
    for rule in _RULES:
        plain |= (near >= rule.share * pictures.shape[1]) & (median <= rule.brightest)
    return np.flatnonzero(plain.any(1))


def _searched(pictures: Greys) -> Boxes:
    """As `boxes`, of pictures that have a plain line at an edge."""
    insides = np.empty((len(pictures), len(_RULES), 4), np.int16)
    rows = np.arange(pictures.shape[1])
    everywhere = np.ones(pictures.shape[:2], np.bool_)
    for place, rule in enumerate(_RULES):
        top, bottom = _inside(pictures, everywhere, rule).T
        between = (rows >= top[:, None]) & (rows < bottom[:, None])
        left, right = _inside(pictures.transpose(0, 2, 1), between, rule).T
        insides[:, place] = np.stack([top, bottom, left, right], axis=1)
    return insides


def _inside(pictures: Greys, counted: NDArray[np.bool_], rule: _Rule) -> NDArray[np.int64]:
    """First row of the inside and the row after its last, (n, 2). `counted` bool (n, side): columns that matter."""
    side = pictures.shape[1]
    deepest = int(side * _DEEPEST)
    first = _plain(pictures[:, :deepest], counted, rule)
    last = side - _plain(pictures[:, : -deepest - 1 : -1], counted, rule)
    none = (first == deepest) | (last == side - deepest) | (last - first < side * _LEAST)
    first[none], last[none] = 0, side
    # one line more where any is cut: it may be half bar and half picture
    return np.stack([first + (first > 0), last - (last < side)], axis=1)


def _plain(lines: Greys, counted: NDArray[np.bool_], rule: _Rule) -> NDArray[np.int64]:
    """How many lines from the border on are plain. `lines` uint8 (n, depth, side), the outermost first."""
    width = counted.sum(1)
    outermost = np.sort(np.where(counted, lines[:, 0], np.int16(256)), axis=1)
    median = outermost[np.arange(len(lines)), (width - 1) // 2]
    low = np.maximum(median - _NEAR, 0).astype(np.uint8)
    reach = (np.minimum(median + _NEAR, 255) - low).astype(np.uint8)
    enough = np.ceil(width * rule.share)
    near = ((lines[:, 0] - low[:, None] <= reach[:, None]) & counted).sum(1)
    some = np.flatnonzero((near >= enough) & (median <= rule.brightest))  # most pictures have none
    plain = np.zeros(len(lines), np.int64)
    if len(some):
        close = (lines[some] - low[some, None, None] <= reach[some, None, None]) & counted[some, None]
        near = close.sum(2)
        line = np.arange(near.shape[1])
        bare = np.where(near >= _BARE * width[some, None], line, 2 * lines.shape[2])
        next_bare = np.minimum.accumulate(bare[:, ::-1], axis=1)[:, ::-1]
        border = (near >= enough[some, None]) | (next_bare - line <= rule.written)
        plain[some] = np.where(border.all(1), len(line), border.argmin(1))
    return plain


@lru_cache(maxsize=256)
def _areas(length: int) -> list[tuple[int, int, NDArray[np.float32]]]:
    """How `length` pixels are averaged down to 64 that cover the same length.

    In four pieces, each with the pixels it needs, first and last + 1, and their shares, (16, last - first): a quarter
    of the work, and too little for the BLAS library to start threads for, which cost more than they save.
    """
    pieces = []
    pixels = np.arange(length)
    for edges in np.linspace(0, length, SMALL + 1)[:-1].reshape(4, -1):
        ends = edges + length / SMALL
        covered = np.minimum(ends[:, None], pixels + 1) - np.maximum(edges[:, None], pixels)
        shares = (np.clip(covered, 0, 1) * (SMALL / length)).astype(np.float32)
        first, last = int(edges[0]), int(np.ceil(ends[-1]))
        pieces.append((first, last, np.ascontiguousarray(shares[:, first:last])))
    return pieces
