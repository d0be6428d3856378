"""Reference films laid out for searching, once for many assets.

What is searched is small and always at hand: four pictures a second, each hash with whose it is and where it stands. A
query then misses the nearest by an eighth of a second at most. Every frame and the local features are compared only
where a film has become a candidate, so whole films are fetched when they are asked for, and only a few are kept.
"""

from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from detectors.fingerprint.local import LocalFeatures
from detectors.matching.film.sightings import Gallery
from detectors.matching.pace import Pace
from detectors.matching.search import HashWords
from detectors.matching.strip import USUAL_RATE, Strip

KEPT_A_SECOND = 4
KEPT_AT_LEAST = 32
"""A film of a few seconds keeps every frame, or nearly."""
FILMS_AT_HAND = 4
"""Whole films kept at a time; two hours are about 40 MB."""


@dataclass(frozen=True, slots=True)
class Film:
    """What is known of a film without opening it.

    `group`: whose work it is; within a group a longer match hides the shorter ones that it contains. `rate`: frames a
    second, None: not known. `times`: of every frame in seconds; empty where it runs evenly.
    """

    group: str = ""
    rate: Fraction | None = None
    times: Sequence[float] = ()

    def pace(self, beside: Fraction | None = None) -> Pace:
        """When its frames are shown; a film that doesn't say is taken to run at the rate of what lies beside it."""
        return Pace(self.rate or beside or USUAL_RATE, self.times)


@dataclass(frozen=True, slots=True, eq=False)
class SearchRows:
    """What is searched, one row a hash; the arrays may be mapped from files.

    `words` uint64 (n, 4) as seen; `owner` (n,): which film; `frame` (n,): where in it. `left_out` bool (n,): rows that
    mean nothing and so never vote (bars, slates, idents that many works hold); None: there are none.
    """

    words: HashWords
    owner: NDArray[np.int64]
    frame: NDArray[np.int64]
    left_out: NDArray[np.bool_] | None = None


class Reels:
    """Films by their numbers: what is searched of all, and each one whole on demand.

    `films`: of each, what is known without opening it. `rows`: what is searched. `whole`: fetches the strip of a film;
    `details`: its local features, None where it has none.
    """

    def __init__(
        self,
        films: Sequence[Film],
        rows: SearchRows,
        whole: Callable[[int], Strip],
        details: Callable[[int], LocalFeatures | None] = lambda _: None,
    ) -> None:
        self.films = tuple(films)
        self.rows = rows
        self.details = details
        self._whole = whole
        self._at_hand: OrderedDict[int, Strip] = OrderedDict()

    @classmethod
    def of(
        cls, strips: Sequence[Strip], groups: Sequence[str], details: Sequence[LocalFeatures | None] = ()
    ) -> "Reels":
        """The reels of films that are all at hand."""
        films = [Film(group, strip.rate, strip.times) for strip, group in zip(strips, groups, strict=True)]
        parts = [searched(strip) for strip in strips]
        rows = SearchRows(
            np.concatenate([np.zeros((0, 4), np.uint64), *(words for words, _ in parts)]),
            np.repeat(np.arange(len(strips)), [len(frames) for _, frames in parts]),
            np.concatenate([np.zeros(0, np.int64), *(frames for _, frames in parts)]),
        )
        return cls(films, rows, strips.__getitem__, details.__getitem__ if details else lambda _: None)

    def __len__(self) -> int:
        return len(self.films)

    @cached_property
    def gallery(self) -> Gallery:
        """The films' pictures, laid out by their local features when they are first asked for."""
        return Gallery(self.details, len(self))

    def strip(self, film: int) -> Strip:
        """A film with every picture that was looked at."""
        if film not in self._at_hand:
            self._at_hand[film] = self._whole(film)
            while len(self._at_hand) > FILMS_AT_HAND:
                self._at_hand.popitem(last=False)
        self._at_hand.move_to_end(film)
        return self._at_hand[film]


def searched(strip: Strip) -> tuple[HashWords, NDArray[np.int64]]:
    """The hashes by which a film is found, (k, 4), and the frame of each."""
    places, cuts = strip.cuts(strip.sample(KEPT_A_SECOND, KEPT_AT_LEAST))
    return strip.words[places, cuts, 0], strip.frames[places]
