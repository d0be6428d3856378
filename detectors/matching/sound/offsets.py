"""Where what was heard in a query lies in many recordings, and at which offsets much of it agrees: guesses alone.

Recordings are laid end to end on one time line, with room between them. What is heard is a key (a pair of landmarks, a
word of Chromaprint) at a frame; a key of the query that a recording holds too votes for the offset between the two.
Offsets are counted and capped for each recording on its own: a song that repeats itself gets many votes at many
offsets, and must not take the place of the others.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Places: TypeAlias = NDArray[np.int64]
HeardKeys: TypeAlias = tuple[Places, Places]
"""What was heard: keys int64 (n,), and the frame at which each was heard, int64 (n,)."""

_APART = 1 << 12  # empty frames between recordings, more than a passage is long: an offset belongs to one recording
_REPEATS = 8  # times that a recording may hold one key
_MOST_A_KEY = 1000  # places that a key is looked up at, those of the first recordings: more of them hold it alike
_TRIED = 4  # offsets a recording and passage
_MOST_TRIED = 200  # offsets a passage, in all: fifty recordings at least
_NOISY = 8  # recordings that may be tried on few votes; if more have as many, those votes are chance
_ENOUGH = 12  # votes with which an offset is tried in any case: chance gave as many 75 times in an hour against an hour


@dataclass(frozen=True, slots=True, eq=False)
class OffsetIndex:
    """Recording n begins at `begins[n]` of the time line, int64 (n + 1,), the last being the end.

    `starts` int64 (keys + 1,): key k was heard at `places[starts[k] : starts[k + 1]]`, uint32, ascending.
    """

    begins: Places
    starts: Places
    places: NDArray[np.uint32]

    @classmethod
    def of(cls, heard: Iterable[HeardKeys], keys: int) -> "OffsetIndex":
        """The index of what was heard in each recording; all keys lie below `keys`.

        It counts first and fills then, so that nothing as large as all recordings together is sorted.
        """
        counts = np.zeros(keys + 1, np.int64)
        begins = [0]
        kept = []
        for recording in heard:
            recorded_keys, frames = _sparing(recording)
            np.add.at(counts, recorded_keys + 1, 1)
            begins.append(begins[-1] + int(frames.max(initial=0)) + 1 + _APART)
            kept.append((recorded_keys.astype(np.uint32), frames.astype(np.uint32)))
        starts = np.cumsum(counts)
        places = np.zeros(int(starts[-1]), np.uint32)
        free = starts[:-1].copy()
        for begin, (small, within) in zip(begins, kept, strict=False):
            recorded_keys = small.astype(np.int64)
            places[free[recorded_keys] + rank(recorded_keys)] = within + np.uint32(begin)
            np.add.at(free, recorded_keys, 1)
        return cls(np.array(begins), starts, places)

    def guesses(self, heard: HeardKeys, least: int) -> list[tuple[int, int]]:
        """Which recordings a passage of the query may lie in: recording, and its frame less the query's.

        `heard`: of one passage, a few seconds. Offsets that fewer than `least` agree on are chance.
        """
        keys, frames = heard
        if not len(keys):
            return []
        offsets, votes = _agreed(self._offsets(keys, frames), least)
        middle = int(frames[0] + frames[-1]) // 2
        owner = np.searchsorted(self.begins, offsets + middle + _APART // 2, "right") - 1
        known = (owner >= 0) & (owner < len(self.begins) - 1)
        offsets, votes, owner = offsets[known], votes[known], owner[known]
        order = np.lexsort((offsets, -votes, owner))
        order = order[rank(owner[order]) < _TRIED]
        bests = np.sort(votes[order][rank(owner[order]) == 0])[::-1]
        noise = int(bests[_NOISY]) + 1 if len(bests) > _NOISY else least
        order = order[votes[order] >= min(noise, max(_ENOUGH, least))]
        order = order[np.argsort(-votes[order], kind="stable")][:_MOST_TRIED]
        return [(int(owner[row]), int(offsets[row] - self.begins[owner[row]])) for row in order]

    def _offsets(self, keys: Places, frames: Places) -> Places:
        first = self.starts[keys]
        many = np.minimum(self.starts[keys + 1] - first, _MOST_A_KEY)
        ends = np.cumsum(many)
        rows = np.arange(int(ends[-1])) + np.repeat(first - ends + many, many)
        offsets: Places = self.places[rows].astype(np.int64) - np.repeat(frames, many)
        return offsets


def rank(ascending: NDArray[np.integer]) -> Places:
    """How many equal numbers come before each."""
    return np.arange(len(ascending)) - np.searchsorted(ascending, ascending)


def _sparing(heard: HeardKeys) -> HeardKeys:
    """The keys by key, then by time; none so often that a recording which repeats itself fills the index."""
    keys, frames = heard
    order = np.lexsort((frames, keys))
    keys, frames = keys[order], frames[order]
    kept = rank(keys) < _REPEATS
    return keys[kept], frames[kept]


def _agreed(offsets: Places, least: int) -> tuple[Places, Places]:
    """Offsets that at least so many agree on, to a frame either way, and how many do."""
    values, counts = np.unique(offsets, return_counts=True)
    votes = counts.copy()
    for step in (-1, 1):
        at = np.minimum(np.searchsorted(values, values + step), len(values) - 1)
        votes += np.where(values[at] == values + step, counts[at], 0)
    good = votes >= least
    values, votes = values[good], votes[good]
    for step in (-1, 1):  # of neighbours, which share their votes, the one with more; of equals the earlier
        at = np.minimum(np.searchsorted(values, values + step), max(0, len(values) - 1))
        beaten = (values[at] == values + step) & ((votes[at] > votes) | ((votes[at] == votes) & (step < 0)))
        values, votes = values[~beaten], votes[~beaten]
    return values, votes
