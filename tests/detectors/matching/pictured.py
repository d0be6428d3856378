"""Whole pictures as matching knows them: hashes and local features, of references as seen and mirrored."""

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from detectors.fingerprint.local import COARSE, FINE, MOST, LocalFeatures, describe
from detectors.fingerprint.picture import SIDE, fingerprint
from detectors.matching.match import PictureMatch
from detectors.matching.picture.pictures import find_pictures_in_still
from detectors.matching.picture.stock import PictureStock
from detectors.matching.strip import Strip

Picture = NDArray[np.uint8]


def strip(seen: Picture) -> Strip:
    """A picture by its hashes."""
    small = cv2.resize(_grey(seen), (SIDE, SIDE), interpolation=cv2.INTER_AREA)
    return Strip.of(fingerprint(np.asarray(small, np.uint8)[None], np.zeros(1, np.int64)))


def details(seen: Picture, *, reference: bool = False) -> LocalFeatures:
    """A picture by its local features and its sketch."""
    grey, parts = _grey(seen), []
    for flipped in (False, True) if reference else (False,):
        for side in (COARSE, FINE):
            factor = side / max(grey.shape)
            way = cv2.INTER_AREA if factor < 1 else cv2.INTER_LINEAR
            scaled = np.asarray(cv2.resize(grey, None, fx=factor, fy=factor, interpolation=way), np.uint8)
            parts.append(describe([scaled], [0], most=MOST[side], mirrored=flipped))
    return LocalFeatures.join(parts)


def stock(pictures: Sequence[Picture]) -> PictureStock:
    """These pictures as a library."""
    return PictureStock.of([strip(seen) for seen in pictures], [details(seen, reference=True) for seen in pictures])


def found(seen: Picture, references: PictureStock) -> list[PictureMatch]:
    """What a picture is taken for."""
    return find_pictures_in_still(strip(seen), details(seen), references)


def _grey(seen: Picture) -> Picture:
    return np.asarray(cv2.cvtColor(seen, cv2.COLOR_RGB2GRAY), np.uint8)
