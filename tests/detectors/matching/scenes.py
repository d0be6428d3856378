"""Films of painted scenes in a size in which local features are described, and what an editor makes of them."""

from collections.abc import Sequence
from fractions import Fraction
from functools import cache
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from detectors.fingerprint.local import COARSE, MOST, LocalFeatures, describe
from detectors.fingerprint.picture import SIDE, fingerprint
from detectors.matching.film.reels import Reels
from detectors.matching.strip import Strip
from fixtures.pictures import picture

Frames: TypeAlias = NDArray[np.uint8]
"""Grey pictures uint8 (n, 288, 512)."""

RATE = Fraction(24)
STEP = 12
WIDE, HIGH = COARSE, 288


@cache
def film(seed: int, frames: int, *, pace: int = 3) -> Frames:
    """A camera that travels over a painted scene, `pace` pixels a frame; read-only, for many share it."""
    scene = np.asarray(Image.fromarray(picture(seed, WIDE + pace * frames, HIGH + 8)).convert("L"))
    shown = np.stack([scene[:HIGH, pace * at : pace * at + WIDE] for at in range(frames)])
    shown.setflags(write=False)
    return shown


def scaled(frames: Frames, width: int, height: int) -> Frames:
    """Each frame at another size."""
    return np.stack(
        [np.asarray(Image.fromarray(frame).resize((width, height), Image.Resampling.BOX)) for frame in frames]
    )


def cropped(frames: Frames, share: float) -> Frames:
    """The middle of each, filling the picture again."""
    across, down = round(WIDE * share / 2), round(HIGH * share / 2)
    return scaled(frames[:, down : HIGH - down, across : WIDE - across], WIDE, HIGH)


def inset(frames: Frames, over: Frames, left: int, top: int, *, share: float = 0.5) -> Frames:
    """The frames small, in a corner of others."""
    laid = over.copy()
    wide, high = round(WIDE * share), round(HIGH * share)
    laid[:, top : top + high, left : left + wide] = scaled(frames, wide, high)
    return laid


def turned(frames: Frames) -> Frames:
    """Each turned clockwise by a quarter, between black bars."""
    wide = round(HIGH * HIGH / WIDE)
    upright = np.stack([np.rot90(frame, -1) for frame in frames])
    laid = np.full_like(frames, 16)
    left = (WIDE - wide) // 2
    laid[:, :, left : left + wide] = scaled(upright, wide, HIGH)
    return laid


def strip(frames: Frames) -> Strip:
    """What matching knows of every frame."""
    return Strip.of(fingerprint(scaled(frames, SIDE, SIDE), np.arange(len(frames))), RATE)


def details(frames: Frames, *, reference: bool = False) -> LocalFeatures:
    """The local features of two frames a second; of a reference also mirrored."""
    numbers = range(0, len(frames), STEP)
    shown = [frames[number] for number in numbers]
    sides = (False, True) if reference else (False,)
    return LocalFeatures.join(
        [
            describe([one], [number], most=MOST[COARSE], mirrored=side)
            for one, number in zip(shown, numbers, strict=True)
            for side in sides
        ]
    )


def reels(films: Sequence[Frames], groups: Sequence[str] = ()) -> Reels:
    """Reels of these films, each its own owner's unless told."""
    return Reels.of(
        [strip(one) for one in films],
        groups or [str(number) for number in range(len(films))],
        [details(one, reference=True) for one in films],
    )
