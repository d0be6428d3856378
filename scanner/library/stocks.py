"""The works of a library as matching searches them: pictures, films, sounds, and hashes that were listed.

Each is laid out in the order of the works' ids, so that what is found never depends on the order in which works were
added. Arrays come straight from the library's files; whole films and local features are fetched when they are needed.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from detectors.fingerprint.local import LocalFeatures
from detectors.fingerprint.prints import SOUND
from detectors.fingerprint.sound import SoundPrints
from detectors.matching.film.reels import Film, Reels, SearchRows
from detectors.matching.picture.listed import PHASH, PHASH_BYTES, Listed
from detectors.matching.picture.stock import PictureStock
from detectors.matching.search import HashWords, as_words
from detectors.matching.sound.listening import SoundStock
from detectors.matching.stoplist import meaningless, stopped
from detectors.matching.strip import Strip
from scanner.catalogue.shelf import ListedRow
from scanner.library.store import HASHES, Opened, Searched
from scanner.library.works import Reference

_NO_SOUND = SoundPrints(())


@dataclass(frozen=True, slots=True)
class _Fetch:
    """Whole works on demand, by their place among some.

    `empty`: of each, the frames that mean nothing; `stops`: the hashes of what a house has stopped.
    """

    stock: Opened
    works: Sequence[Reference]
    empty: Mapping[int, "_Empty"]
    stops: HashWords

    def strip(self, place: int) -> Strip:
        """Every picture of a film. Those that mean nothing are as flat ones: nothing begins or ends in them."""
        work = self.works[place]
        pictures = self.stock.pictures(work.sha256)
        assert pictures is not None  # noqa: S101 - only works with pictures are laid out
        strip = Strip.of(pictures, *pace_of(work))
        if place not in self.empty:
            return strip
        telling = ~self._means_nothing(strip, self.empty[place])[:, None]
        return replace(strip, usable=strip.usable & telling, visible=strip.visible & telling)

    def _means_nothing(self, strip: Strip, empty: "_Empty") -> NDArray[np.bool_]:
        """Which pictures mean nothing: those between two such that are searched, and what is stopped beside them."""
        before, after = empty.around(strip.frames)
        nothing = before & after
        places, cuts = strip.cuts(np.flatnonzero(before ^ after))
        nothing[places[stopped(strip.words[places, cuts, 0], self.stops)]] = True
        return nothing

    def features(self, place: int) -> LocalFeatures | None:
        """The local features of a work, where it has any, but those of pictures that mean nothing."""
        features = self.stock.local(self.works[place].sha256)
        if features is None or place not in self.empty:
            return features
        return features[~self.empty[place].at(features.frames)]


@dataclass(frozen=True, slots=True, eq=False)
class _Empty:
    """Which of a work's pictures that are searched mean nothing, in the order of their frames."""

    frames: NDArray[np.int64]
    empty: NDArray[np.bool_]

    def at(self, frames: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Whether these frames mean nothing: as the picture that is searched nearest to each."""
        after = np.clip(np.searchsorted(self.frames, frames), 1, max(1, len(self.frames) - 1))
        before = after - 1
        after = np.minimum(after, len(self.frames) - 1)
        nearer = frames - self.frames[before] <= self.frames[after] - frames
        nothing: NDArray[np.bool_] = self.empty[np.where(nearer, before, after)]
        return nothing

    def around(self, frames: NDArray[np.int64]) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
        """Of each frame, whether the last picture up to it that is searched means nothing, and the first from it on."""
        last = len(self.frames) - 1
        before = np.maximum(np.searchsorted(self.frames, frames, side="right") - 1, 0)
        after = np.minimum(np.searchsorted(self.frames, frames), last)
        return self.empty[before], self.empty[after]


class Stocks:
    """One library, laid out for searching; each part when it is first asked for."""

    def __init__(self, stock: Opened, works: Sequence[Reference], stops: Sequence[Reference] = ()) -> None:
        """Lay out these works of `stock`, and `stops`, which mean nothing where they are seen."""
        self._stock = stock
        self._works = works
        self._stops = stops
        self._pictured = [work for work in works if work.only != "audio" and self._holds(work, HASHES)]

    @cached_property
    def pictures(self) -> tuple[Sequence[Reference], PictureStock]:
        """The pictures, and films of a single frame, laid out for searching.

        One that many works hold is still somebody's: only what is stopped means nothing here.
        """
        works = [work for work in self._pictured if not self._is_film(work)]
        searched = self._stock.searched([work.sha256 for work in works])
        empty = self._meaningless(searched, np.zeros(len(works), np.int64))
        fetch = _Fetch(self._stock, works, _empty_frames(searched, empty), self._stopped)
        if not empty.any():
            return works, PictureStock(len(works), searched.words, searched.owner, fetch.features)
        return works, PictureStock(len(works), searched.words[~empty], searched.owner[~empty], fetch.features)

    @cached_property
    def films(self) -> tuple[Sequence[Reference], Reels]:
        """The films, and their frames laid out for searching. What many of them hold says nothing of any."""
        works = [work for work in self._pictured if self._is_film(work)]
        contents = [work.sha256 for work in works]
        searched = self._stock.searched(contents)
        same = np.unique(np.array(contents, np.str_), return_inverse=True)[1]  # copies count once
        empty = self._meaningless(searched, same)
        fetch = _Fetch(self._stock, works, _empty_frames(searched, empty), self._stopped)
        films = [Film(_group(work), *pace_of(work)) for work in works]
        rows = SearchRows(searched.words, searched.owner, searched.places[:, 0], empty if empty.any() else None)
        return works, Reels(films, rows, fetch.strip, fetch.features)

    @cached_property
    def pdq_hashes(self) -> tuple[Sequence[Reference], PictureStock]:
        """The works of which PDQ hashes were listed, as pictures without details. A work may have several."""
        works, rows = self._works_with_hashes("pdq", 32)
        words = as_words(np.frombuffer(b"".join(row.bits for _, row in rows), np.uint8))
        return works, PictureStock(len(works), words, np.array([owner for owner, _ in rows], np.int64))

    @cached_property
    def phashes(self) -> tuple[Sequence[Reference], Listed]:
        """The works of which pHashes were listed, and these."""
        works, rows = self._works_with_hashes(PHASH, PHASH_BYTES)
        phashes = np.frombuffer(b"".join(row.bits for _, row in rows), np.uint64)
        return works, Listed(phashes, np.array([owner for owner, _ in rows], np.int64))

    @cached_property
    def sounds(self) -> tuple[Sequence[Reference], SoundStock]:
        """The works that are heard, and their sound laid out for searching."""
        works = [work for work in self._works if self._holds(work, SOUND.name)]
        prints = (self._stock.sound(work.sha256) or _NO_SOUND for work in works)
        return works, SoundStock.of(prints, [_group(work) for work in works])

    def _works_with_hashes(self, algorithm: str, size: int) -> tuple[list[Reference], list[tuple[int, ListedRow]]]:
        """The works with listed hashes of an algorithm, and these hashes, each with its work's place."""
        by_content: dict[str, list[ListedRow]] = {}
        for row in self._stock.inventory.listed:
            if row.algorithm == algorithm and len(row.bits) == size:
                by_content.setdefault(row.content, []).append(row)
        works = [work for work in self._works if work.sha256 in by_content]
        return works, [(place, row) for place, work in enumerate(works) for row in by_content[work.sha256]]

    def _meaningless(self, searched: Searched, same: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Which rows mean nothing. `same`: of each work a number that copies of it share."""
        if not len(searched.words):
            return np.zeros(0, np.bool_)
        return _in_every_cut(searched, meaningless(searched.words, same[searched.owner], self._stopped))

    @cached_property
    def _stopped(self) -> HashWords:
        """The hashes of what a house has stopped: of every frame, as seen and mirrored."""
        words = [np.zeros((0, 4), np.uint64)]
        stopped = {work.sha256 for work in self._stops}
        rows = [row for row in self._stock.inventory.listed if row.content in stopped and row.algorithm == "pdq"]
        words += [as_words(np.frombuffer(row.bits, np.uint8)) for row in rows]
        for work in self._stops:
            pictures = self._stock.pictures(work.sha256)
            if pictures is not None:
                strip = Strip.of(pictures, *pace_of(work))
                words.append(strip.words[strip.cuts(np.arange(len(strip)))].reshape(-1, 4))
        return np.unique(np.concatenate(words), axis=0)

    def _is_film(self, work: Reference) -> bool:
        """Whether it takes more than one picture to show it."""
        return work.medium == "video" and len(np.unique(self._stock.searched([work.sha256]).places[:, 0])) > 1

    def _holds(self, work: Reference, kind: str) -> bool:
        return (work.sha256, kind) in self._stock.blocks


def _in_every_cut(searched: Searched, empty: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Which rows mean nothing, where some do: a picture that does as a whole does so without its borders, too."""
    frame, cut = searched.places.T
    fresh = np.ones(len(empty), np.bool_)
    fresh[1:] = (np.diff(frame) != 0) | (np.diff(searched.owner) != 0)
    uncropped = np.logical_or.reduceat(empty & (cut == 0), np.flatnonzero(fresh))
    in_every_cut: NDArray[np.bool_] = empty | uncropped[np.cumsum(fresh) - 1]
    return in_every_cut


def _empty_frames(searched: Searched, empty: NDArray[np.bool_]) -> dict[int, _Empty]:
    """Which frames mean nothing in every cut, by the place of their work; works without such frames are left out."""
    by_work = {}
    for owner in np.unique(searched.owner[empty]).tolist():
        of_work = searched.owner == owner
        frames, numbers = np.unique(searched.places[of_work, 0], return_inverse=True)
        telling = np.bincount(numbers, ~empty[of_work]) > 0
        by_work[owner] = _Empty(frames, ~telling)
    return by_work


def pace_of(work: Reference) -> tuple[Fraction | None, Sequence[float]]:
    """Frames a second, and when each is shown where they come unevenly."""
    return (work.clock.rate, work.clock.times) if work.clock else (None, ())


def _group(work: Reference) -> str:
    """Whose work it is: within a group a longer match hides the shorter ones it contains."""
    return json.dumps([work.own, work.owner])
