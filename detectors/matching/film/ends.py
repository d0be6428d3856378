"""Where a stretch ends that local features found: they are described twice a second, and hashes know every frame.

Where the hashes along the line are nearer inside the stretch than beside it, however far they are, the ends are where
that changes. Where the asset changes its picture at once between the last picture that shows the film and the first
that doesn't, it is there. Otherwise the middle between the two is told, and by how much it may be off.
"""

import numpy as np
from numpy.typing import NDArray

from detectors.matching.film.line import NO_MATCH, FilmLine
from detectors.matching.picture.edges import End

_ASIDE_SECONDS = 3.0
"""Pictures so far beside a stretch show what the film's differ by where they have nothing to do with it."""
_UNRELATED = 118
"""Bits, the least of several pairs, where there is nothing beside the stretch to measure that."""
_TELLING = 14
"""Bits between inside and beside from which on hashes tell the ends."""
_MOST_GAIN = 25
_CUT = 24
"""Bits between two neighbouring frames from which on the picture may have changed at once."""
_OUTSTANDING = 2.0
"""Times as many as between any other two frames that come into question; a hard cut needs fewer."""
_HARD_CUT, _OUTSTANDING_HARD = 60, 1.5
_SNAPPED = 3
"""Frames that an end told by hashes is moved, to where the picture changes at once."""


def settled_ends(line: FilmLine, first: int, last: int, step: int, slack: int = 0) -> tuple[End, End]:
    """Both ends of a stretch of which the asset's frames `first` and `last` certainly show the film.

    `step`: frames from one picture that was described to the next: so far out it may go on unseen. `slack`: film frames
    that the line may be off, so that the film may begin earlier than it says.
    """
    asset = line.asset
    low, high = (int(np.clip(np.searchsorted(asset.frames, frame), 0, len(asset) - 1)) for frame in (first, last))
    outer = (
        int(np.searchsorted(asset.frames, first - step, side="right")),
        int(np.searchsorted(asset.frames, last + step, side="left")) - 1,
    )
    begin_film, end_film = _present(line, low, high, slack)
    window = max(min(outer[0], low), begin_film), min(max(outer[1], high), end_film)
    changes, by_hash = _changes(line), _by_hash(line, low, high)
    begin = _end(changes, window[0], low, by_hash[0] if by_hash else None, begin=True)
    end = _end(changes, high, window[1], by_hash[1] if by_hash else None, begin=False)
    return begin, end


def _end(changes: NDArray[np.int64], low: int, high: int, by_hash: int | None, *, begin: bool) -> End:
    """One end: between two places, or further out where hashes told so."""
    cut = _cut(changes, low, high, begin=begin)
    if by_hash is not None and (cut is None or not low <= by_hash <= high):
        return End(_snapped(changes, by_hash, high if begin else low, begin=begin), 0)
    if cut is not None:
        return End(cut, 0)
    middle = (low + high) // 2
    return End(middle, max(high - middle, middle - low))


def _present(line: FilmLine, low: int, high: int, slack: int) -> tuple[int, int]:
    """First and last place around a stretch at which the film has begun and not ended."""
    shown = line.film_frames(line.asset.frames)
    inside = (shown >= line.film.frames[0] - slack) & (shown <= line.film.frames[-1] + slack)
    before = np.flatnonzero(~inside[:low])
    after = np.flatnonzero(~inside[high + 1 :])
    return (int(before[-1]) + 1 if len(before) else 0), (high + int(after[0]) if len(after) else len(inside) - 1)


def _changes(line: FilmLine) -> NDArray[np.int64]:
    """Bits in which each picture of the asset differs from the one before; 0 for the first."""
    words = line.asset.words[:, 0, 0]
    differ = np.bitwise_count(words[1:] ^ words[:-1]).sum(-1, dtype=np.int64)
    return np.concatenate([[0], differ])


def _by_hash(line: FilmLine, low: int, high: int) -> tuple[int, int] | None:
    """The ends where the distance along the line changes; None where it hardly does."""
    distance = np.minimum.reduce([line.later(frames).follow(np.arange(len(line.asset)))[0] for frames in (0, -1, 1)])
    inside = distance[low : high + 1]
    inside = inside[inside < NO_MATCH]
    if not len(inside):
        return None
    seconds = line.paces[0].seconds(line.asset.frames)
    aside = (seconds < seconds[low] - _ASIDE_SECONDS) | (seconds > seconds[high] + _ASIDE_SECONDS)
    beside = distance[aside & (distance < NO_MATCH)]
    unrelated = float(np.median(beside)) if len(beside) >= line.paces[0].rate else _UNRELATED
    within = float(np.median(inside))
    if unrelated - within < _TELLING:
        return None
    gains = np.clip((unrelated + within) / 2 - distance, -_MOST_GAIN, _MOST_GAIN)
    near = (seconds >= seconds[low] - _ASIDE_SECONDS) & (seconds <= seconds[high] + _ASIDE_SECONDS)
    before, after = int(np.flatnonzero(near)[0]), int(np.flatnonzero(near)[-1])
    sums = np.cumsum(gains[before : low + 1][::-1])[::-1]  # of going out from the inside
    first = before + len(sums) - 1 - int(sums[::-1].argmax())
    sums = np.cumsum(gains[high : after + 1])
    return first, high + int(sums.argmax())


def _snapped(changes: NDArray[np.int64], place: int, inner: int, *, begin: bool) -> int:
    """An end moved to a cut that lies within a few frames of it."""
    cut = place if begin else place + 1
    near = np.arange(max(1, cut - _SNAPPED), min(len(changes), cut + _SNAPPED + 1))
    near = near[near <= inner] if begin else near[near > inner]
    if len(near) and _outstanding(changes[near]):
        cut = int(near[changes[near].argmax()])
    return cut if begin else cut - 1


def _cut(changes: NDArray[np.int64], low: int, high: int, *, begin: bool) -> int | None:
    """The end between two places where the picture changes at once; None where it doesn't."""
    at = np.arange(low, high + 1) if begin else np.arange(low + 1, high + 2)
    at = at[(at >= 1) & (at < len(changes))]
    if len(at) and _outstanding(changes[at]):
        cut = int(at[changes[at].argmax()])
        return cut if begin else cut - 1
    return None


def _outstanding(changes: NDArray[np.int64]) -> bool:
    """Whether one change is far larger than the others."""
    largest = np.sort(changes)[::-1]
    second = largest[1] if len(largest) > 1 else 0
    if largest[0] >= _HARD_CUT:
        return bool(largest[0] >= _OUTSTANDING_HARD * second)
    return bool(largest[0] >= max(_CUT, _OUTSTANDING * second))
