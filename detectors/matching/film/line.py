"""An asset laid along a film: which frame shows which, and in how many bits the two differ.

Each picture is hashed whole, without bars and without dark borders. Of all pairs of these the nearest counts, so bars
that one side has and the other hasn't, plain or with a timecode in them, don't keep the frames from meeting.
"""

from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from detectors.fingerprint.picture import CUTS
from detectors.matching.pace import Pace
from detectors.matching.strip import Strip

NO_MATCH = 256
"""Bits that differ where there is nothing to compare."""
GOOD = 84
"""Up to here a picture speaks for its stretch: it is one of many on a line, so the bound is wider than any level's."""
_DIM = 60
"""Up to here a flat picture speaks for a stretch that it borders on."""


@dataclass(frozen=True, eq=False)
class FilmLine:
    """How an asset runs along a film.

    The asset's frame `asset_frame` shows the film's frame `film_frame`, and `speed` seconds of the film pass in one of
    the asset's. `mirrored`: it is the asset's mirrored pictures that show the film.
    """

    asset: Strip
    film: Strip
    mirrored: bool
    speed: Fraction
    asset_frame: int
    film_frame: int

    @cached_property
    def paces(self) -> tuple[Pace, Pace]:
        """The asset's and the film's."""
        return self.asset.pace(self.film.rate), self.film.pace(self.asset.rate)

    @property
    def offset(self) -> float:
        """Film seconds at the asset's second 0."""
        asset_pace, film_pace = self.paces
        seconds = asset_pace.seconds(np.array([self.asset_frame])), film_pace.seconds(np.array([self.film_frame]))
        return float(seconds[1][0] - float(self.speed) * seconds[0][0])

    @property
    def is_even(self) -> bool:
        """Whether one frame of the asset is one of the film throughout."""
        asset_pace, film_pace = self.paces
        return not asset_pace.uneven and not film_pace.uneven and self.speed * film_pace.rate == asset_pace.rate

    def film_frames(self, frames: NDArray[np.int64]) -> NDArray[np.int64]:
        """Which frames of the film the asset's frames show."""
        if self.is_even:
            return frames - self.asset_frame + self.film_frame
        asset_pace, film_pace = self.paces
        return film_pace.frames(float(self.speed) * asset_pace.seconds(frames) + self.offset)

    def later(self, film_frames: int) -> "FilmLine":
        """The line that shows what stands so much later in the film."""
        return replace(self, film_frame=self.film_frame + film_frames)

    def follow(self, places: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
        """As `compare`, for a line that is known, on which a fade belongs to the pictures that it fades.

        A picture too flat to be found by, but not so flat that nothing is seen in it, speaks for the line where it
        hardly differs from the film's.
        """
        distance, mute = self.compare(places)
        shown = self.film_frames(self.asset.frames[places])
        dim, _ = compare(self.asset, self.film, places, shown, mirrored=self.mirrored, dim=True)
        shown_dim = (distance > GOOD) & (dim <= _DIM)
        return np.where(shown_dim, dim, distance), mute & ~shown_dim

    def compare(self, places: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
        """Bits in which each picture differs from the film's, and which pictures say nothing because they are flat."""
        shown = self.film_frames(self.asset.frames[places])
        distance, cuts = compare(self.asset, self.film, places, shown, mirrored=self.mirrored)
        film_places, present = self.film.at(shown)
        flat = ~self.asset.usable[places, 0], ~self.film.usable[film_places, 0]
        whole = np.bitwise_count(self.asset.words[places, 0, int(self.mirrored)] ^ self.film.words[film_places, 0, 0])
        alike = (flat[0] == flat[1]) | (whole.sum(-1, dtype=np.int64) <= GOOD)
        return distance, present & (cuts < 0) & (flat[0] | flat[1]) & alike


def compare(
    asset: Strip,
    film: Strip,
    places: NDArray[np.int64],
    frames: NDArray[np.int64],
    *,
    mirrored: bool,
    dim: bool = False,
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The least distance between an asset's pictures and film frames over all pairs of cuts.

    Args:
        asset: what is compared.
        film: with what.
        places: int64 (n,), of the asset's pictures.
        frames: int64 (n,) or (k, n): of the film, beside each picture.
        mirrored: compare the asset's mirrored pictures.
        dim: compare those that are too flat to be found by, too.

    Returns:
        Bits, 256 where there is nothing to compare, and which pair of cuts was the nearest (asset's times 3 plus the
        film's; the first of equals; -1: none), both of the shape of `frames`.
    """
    film_places, present = film.at(frames)
    best = np.full(frames.shape, NO_MATCH, np.int64)
    cuts = np.full(frames.shape, -1, np.int64)
    asset_words, film_words = asset.words[places][:, :, int(mirrored)], film.words[film_places][..., 0, :]
    asset_usable = (asset.visible if dim else asset.usable)[places]
    film_usable = (film.visible if dim else film.usable)[film_places] & present[..., None]
    asset_cuts = [cut for cut in range(len(CUTS)) if _adds(asset_words, cut)]
    film_cuts = [cut for cut in range(len(CUTS)) if _adds(film_words, cut)]
    for asset_cut in asset_cuts:
        for film_cut in film_cuts:
            bits = np.bitwise_count(asset_words[:, asset_cut] ^ film_words[..., film_cut, :]).sum(-1, dtype=np.int64)
            bits[~(asset_usable[:, asset_cut] & film_usable[..., film_cut])] = NO_MATCH
            nearer = bits < best
            best[nearer] = bits[nearer]
            cuts[nearer] = len(CUTS) * asset_cut + film_cut
    return best, cuts


def _adds(words: NDArray[np.uint64], cut: int) -> bool:
    """Whether a cut, the third axis from the end being theirs, has any hash that no earlier cut has."""
    return not any((words[..., cut, :] == words[..., earlier, :]).all() for earlier in range(cut))
