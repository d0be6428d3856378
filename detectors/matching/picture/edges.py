"""Where a picture that is known in some frames of a shot comes and goes, by what the frames around them do.

Hashes know a picture while it is whole, and lose it under a zoom; local features go on knowing it, but look twice a
second. So from the frames in which it is surely there the asset's own frames are followed outward: as long as they
stay like the one before, they show it. Where the picture changes at once, the end is there, to the frame. Where it
changes bit by bit, as in a dissolve or a fade, there is no frame at which it ends: one is told at which it is about
half gone, and by how much that may be off.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from detectors.matching.strip import Strip

_NOTHING = 256
"""Bits that differ where there is nothing to be seen."""
_ELSE = 64
"""Bits of difference from which on a frame shows something else than the one it is compared with, or less of it."""
_UNRELATED = 96
"""Bits up to which a frame may still show the same under a zoom; unrelated ones differ in 128, hardly ever in 96."""
_SUDDEN = 0.5
"""Share of a difference that came from one frame to the next, for a cut."""
_HARD_CUT = 60
_STIR = 20
"""Bits between neighbours in which something goes on, where a cut lies between two frames that were blended."""
_SAME = 24
"""Bits within which two frames show the same."""


@dataclass(frozen=True, slots=True)
class End:
    """The place of the last picture on one side that shows it, and how many frames off that may be."""

    place: int
    off: int


def edge(strip: Strip, core: int, sure: int, gone: int | None, *, before: bool) -> End:
    """Where a picture's time on screen begins (`before`) or ends.

    Args:
        strip: the asset's pictures.
        core: the outermost place at which it is clearly there.
        sure: the outermost place at which it is known at all; the edge lies there or further out.
        gone: the nearest place further out at which it is known not to be; None where nobody knows of one.
        before: look towards the beginning.
    """
    away = _Away.of(strip, core, gone, before=before)
    known = abs(sure - core)
    left = np.flatnonzero(away.differ[known + 1 :] >= _ELSE)
    if not len(left):
        return away.at(len(away) - 1)
    at = known + 1 + int(left[0])
    if not away.seen[at]:
        return away.at(at - 1, at - 1 + away.dimmed(at))
    if away.changes[at] >= _SUDDEN * away.differ[at]:
        return away.at(at - 1, at - 1 + away.stirred(at))
    cuts = at + np.flatnonzero(away.changes[at:] >= _HARD_CUT)
    if len(cuts) and away.differ[at : cuts[0]].max(initial=0) <= _UNRELATED:
        return away.at(int(cuts[0]) - 1, int(cuts[0]) - 1 + away.stirred(int(cuts[0])))
    last = int(cuts[0]) if len(cuts) else len(away) - 1
    over = (away.differ >= _UNRELATED) | (away.from_gone <= _SAME) | ~away.seen
    over[:at] = False
    end = int(np.argmax(over)) if over[: last + 1].any() else last
    return away.at(at - 1, known, end)


@dataclass(frozen=True, slots=True, eq=False)
class _Away:
    """The pictures from one place outward, the place itself first, up to one at which something is known to be gone.

    `places` int64 (n,). `differ`: bits of each from the first; `changes`: from the one before it, 0 for the first;
    `from_gone`: from the last, where that is known to show something else. `seen`: where there is anything to be seen.
    `plain`: where it is no darker or flatter than pictures are that are compared.
    """

    strip: Strip
    places: NDArray[np.int64]
    differ: NDArray[np.int64]
    changes: NDArray[np.int64]
    from_gone: NDArray[np.int64]
    seen: NDArray[np.bool_]
    plain: NDArray[np.bool_]

    @classmethod
    def of(cls, strip: Strip, core: int, gone: int | None, *, before: bool) -> "_Away":
        step = -1 if before else 1
        outermost = (0 if before else len(strip) - 1) if gone is None else gone
        places = np.arange(core, outermost + step, step)
        words, seen = strip.words[places, 0, 0], strip.visible[places, 0]

        def apart(others: NDArray[np.uint64], shown: NDArray[np.bool_]) -> NDArray[np.int64]:
            bits = np.bitwise_count(words ^ others).sum(-1, dtype=np.int64)
            return np.where(seen & shown, bits, _NOTHING)

        changes = apart(np.concatenate([words[:1], words[:-1]]), np.concatenate([seen[:1], seen[:-1]]))
        changes[0] = 0
        from_gone = apart(words[-1:], seen[-1:]) if gone is not None else np.full(len(places), _NOTHING)
        return cls(strip, places, apart(words[:1], seen[:1]), changes, from_gone, seen, strip.usable[places, 0])

    def __len__(self) -> int:
        return len(self.places)

    def at(self, place: int, *possible: int) -> End:
        """The edge at one of the places, which may as well be anywhere between it and these others."""
        frames = self.strip.frames[self.places[[place, *possible]]]
        return End(int(self.places[place]), int(np.abs(frames - frames[0]).max()))

    def stirred(self, cut: int) -> int:
        """How many pictures from a cut on are blended with what follows: none where it is clean."""
        clean = (self.differ[cut:-1] >= _UNRELATED) | (self.changes[cut + 1 :] < _STIR)
        return int(np.argmax(clean)) if clean.any() else 0

    def dimmed(self, dark: int) -> int:
        """For how many pictures it was fading when nothing was to be seen any more: it may go on for as many."""
        plain = np.flatnonzero(self.plain[:dark])
        faded = dark - 1 - int(plain[-1]) if len(plain) else dark - 1
        return min(faded, len(self) - dark)
