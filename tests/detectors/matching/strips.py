"""Strips and reels made of painted shots, as the tests of matching use them."""

from collections.abc import Sequence
from fractions import Fraction

import numpy as np

from detectors.fingerprint.picture import fingerprint
from detectors.matching.film.reels import Reels
from detectors.matching.strip import Strip
from fixtures.pictures import Greys

FILM = Fraction(24)


def strip(pictures: Greys, rate: Fraction | None = FILM, *, first: int = 0, step: int = 1) -> Strip:
    """The strip of these pictures: frames `first`, `first + step` …"""
    return Strip.of(fingerprint(pictures, first + step * np.arange(len(pictures))), rate)


def reels(films: Sequence[Strip], groups: Sequence[str] = ()) -> Reels:
    """The reels of these films, all of one owner unless told."""
    return Reels.of(films, groups or [""] * len(films))
