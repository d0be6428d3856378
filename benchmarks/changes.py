"""What happens to a picture between its maker and a delivery: the 32 changes under which matching is measured.

They are those of the research behind `docs/matching.md`, so that figures compare. A change takes a picture, uint8
(height, width, 3) in BGR, another one for the background where it needs one, and chance.
"""

from collections.abc import Callable
from typing import TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray

Picture: TypeAlias = NDArray[np.uint8]
Change: TypeAlias = Callable[[Picture, Picture, np.random.Generator], Picture]

_CANVAS = (960, 540)
_SCREEN = ((0.18, 0.15), (0.80, 0.22), (0.78, 0.80), (0.20, 0.88))


def _of(image: object) -> Picture:
    return np.asarray(image, np.uint8)


def jpeg(seen: Picture, quality: int) -> Picture:
    """Compressed and decoded again."""
    stored = cv2.imencode(".jpg", seen, [cv2.IMWRITE_JPEG_QUALITY, quality])[1]
    return _of(cv2.imdecode(stored, cv2.IMREAD_COLOR))


def curve(seen: Picture, values: NDArray[np.float64]) -> Picture:
    """Each grey through a curve, 256 values from 0 to 1."""
    return _of(cv2.LUT(seen, (np.clip(values, 0, 1) * 255).astype(np.uint8)))


def cropped(seen: Picture, share: float, random: np.random.Generator) -> Picture:
    """A window anywhere, `share` of each side less."""
    height, width = seen.shape[:2]
    high, wide = int(height * (1 - share)), int(width * (1 - share))
    top, left = int(random.integers(0, height - high + 1)), int(random.integers(0, width - wide + 1))
    return np.ascontiguousarray(seen[top : top + high, left : left + wide])


def turned(seen: Picture, degrees: float, zoom: float = 1.0) -> Picture:
    """Turned within its frame."""
    height, width = seen.shape[:2]
    return _of(cv2.warpAffine(seen, cv2.getRotationMatrix2D((width / 2, height / 2), degrees, zoom), (width, height)))


def barred(seen: Picture, down: float, across: float) -> Picture:
    """Black bars, each so many times the picture's height and width."""
    height, width = seen.shape[:2]
    high, wide = int(height * down), int(width * across)
    return _of(cv2.copyMakeBorder(seen, high, high, wide, wide, cv2.BORDER_CONSTANT, value=(0, 0, 0)))


def burnt_in(seen: Picture) -> Picture:
    """A timecode at the bottom and a watermark across the middle."""
    seen = seen.copy()
    height, width = seen.shape[:2]
    size, white = height / 480, (255, 255, 255)
    cv2.rectangle(seen, (int(width * 0.3), int(height * 0.88)), (int(width * 0.7), int(height * 0.97)), (0, 0, 0), -1)
    at = (int(width * 0.33), int(height * 0.95))
    cv2.putText(seen, "01:23:45:12", at, cv2.FONT_HERSHEY_SIMPLEX, size, white, max(1, int(2 * size)))
    marked, at = seen.copy(), (int(width * 0.05), int(height * 0.5))
    thick = max(2, int(width / 160))
    cv2.putText(marked, "PROPERTY OF STUDIO", at, cv2.FONT_HERSHEY_DUPLEX, width / 400, white, thick)
    return _of(cv2.addWeighted(marked, 0.45, seen, 0.55, 0))


def logo(seen: Picture) -> Picture:
    """A channel's logo in the upper right corner."""
    seen = seen.copy()
    height, width = seen.shape[:2]
    x, y = int(width * 0.9), int(height * 0.12)
    cv2.circle(seen, (x, y), int(height * 0.07), (255, 255, 255), -1)
    at = (x - int(height * 0.05), y + int(height * 0.03))
    cv2.putText(seen, "TV", at, cv2.FONT_HERSHEY_DUPLEX, height / 533, (30, 30, 200), 2)
    return seen


def inset(seen: Picture, ground: Picture, share: float, random: np.random.Generator) -> Picture:
    """Shown small, anywhere on another picture: at most `share` of its width and of its height."""
    wide, high = _CANVAS
    canvas = _of(cv2.resize(ground, _CANVAS))
    height, width = seen.shape[:2]
    factor = share * min(wide / width, high / height)
    size = max(8, int(width * factor)), max(8, int(height * factor))
    top = int(random.uniform(0.03, 0.97 - size[1] / high) * high)
    left = int(random.uniform(0.03, 0.97 - size[0] / wide) * wide)
    small = cv2.resize(seen, size, interpolation=cv2.INTER_AREA)
    canvas[top : top + size[1], left : left + size[0]] = small
    return canvas


def filmed(seen: Picture, ground: Picture, random: np.random.Generator) -> Picture:
    """On a screen in a shot, seen from the side, before something out of focus."""
    canvas = _of(cv2.GaussianBlur(cv2.resize(ground, _CANVAS), (0, 0), 4))
    height, width = seen.shape[:2]
    corners = (np.array(_SCREEN) * _CANVAS + random.uniform(-12, 12, (4, 2))).astype(np.float32)
    whole = np.array([(0, 0), (width, 0), (width, height), (0, height)], np.float32)
    matrix = cv2.getPerspectiveTransform(whole, corners)
    there = cv2.warpPerspective(np.full((height, width), 255, np.uint8), matrix, _CANVAS) > 127  # noqa: PLR2004 - half
    canvas[there] = _of(cv2.warpPerspective(seen, matrix, _CANVAS))[there]
    return canvas


def graded(seen: Picture) -> Picture:
    """A warm grade: each channel through its own curve."""
    ramp = np.arange(256) / 255
    channels = (0.15 + ramp * 0.7, ramp**1.1, ramp**0.8 * 1.05)
    return np.stack([curve(seen[..., at], values) for at, values in enumerate(channels)], axis=-1)


def contrasted(seen: Picture) -> Picture:
    """A steep S."""
    bent = 1 / (1 + np.exp(-10 * (np.arange(256) / 255 - 0.5)))
    return curve(seen, (bent - bent[0]) / (bent[-1] - bent[0]))


def grained(seen: Picture, random: np.random.Generator) -> Picture:
    """Noise of 15 steps in each channel."""
    return np.clip(seen + random.normal(0, 15, seen.shape), 0, 255).astype(np.uint8)


def rescaled(seen: Picture) -> Picture:
    """Down to 44 % and up again, as through a small proxy."""
    small = cv2.resize(seen, None, fx=0.444, fy=0.444, interpolation=cv2.INTER_AREA)
    return _of(cv2.resize(small, seen.shape[1::-1], interpolation=cv2.INTER_CUBIC))


def grey(seen: Picture) -> Picture:
    """Black and white."""
    return _of(cv2.cvtColor(cv2.cvtColor(seen, cv2.COLOR_BGR2GRAY), cv2.COLOR_GRAY2BGR))


def blurred(seen: Picture, sigma: float) -> Picture:
    """Out of focus."""
    return _of(cv2.GaussianBlur(seen, (0, 0), sigma))


def sharpened(seen: Picture) -> Picture:
    """Unsharp masked, much."""
    return _of(cv2.addWeighted(seen, 2.5, blurred(seen, 2), -1.5, 0))


def mirrored(seen: Picture) -> Picture:
    """Left and right exchanged."""
    return np.ascontiguousarray(seen[:, ::-1])


_RAMP = np.arange(256) / 255

CHANGES: dict[str, Change] = {
    "identity": lambda seen, _, __: seen,
    "JPEG 30": lambda seen, _, __: jpeg(seen, 30),
    "44 % and up again": lambda seen, _, __: rescaled(seen),
    "gamma 0.6": lambda seen, _, __: curve(seen, _RAMP**0.6),
    "gamma 1.7": lambda seen, _, __: curve(seen, _RAMP**1.7),
    "contrast": lambda seen, _, __: contrasted(seen),
    "grade": lambda seen, _, __: graded(seen),
    "black and white": lambda seen, _, __: grey(seen),
    "letterbox 12 %": lambda seen, _, __: barred(seen, 0.12 / 0.76, 0),
    "pillarbox 12 %": lambda seen, _, __: barred(seen, 0, 0.12 / 0.76),
    "windowbox": lambda seen, _, __: barred(seen, 0.12, 0.12),
    "crop 5 %": lambda seen, _, random: cropped(seen, 0.05, random),
    "crop 10 %": lambda seen, _, random: cropped(seen, 0.10, random),
    "crop 20 %": lambda seen, _, random: cropped(seen, 0.20, random),
    "crop 30 %": lambda seen, _, random: cropped(seen, 0.30, random),
    "crop 50 %": lambda seen, _, random: cropped(seen, 0.50, random),
    "mirror": lambda seen, _, __: mirrored(seen),
    "turned 2°": lambda seen, _, __: turned(seen, 2, 1.06),
    "turned 5°": lambda seen, _, __: turned(seen, 5),
    "turned 90°": lambda seen, _, __: np.ascontiguousarray(np.rot90(seen)),
    "timecode and watermark": lambda seen, _, __: burnt_in(seen),
    "logo": lambda seen, _, __: logo(seen),
    "inset 50 %": lambda seen, ground, random: inset(seen, ground, 0.5, random),
    "inset 25 %": lambda seen, ground, random: inset(seen, ground, 0.25, random),
    "blur": lambda seen, _, __: blurred(seen, 3),
    "noise": lambda seen, _, random: grained(seen, random),
    "sharpened": lambda seen, _, __: sharpened(seen),
    "filmed off a screen": filmed,
    "squeezed 4:3": lambda seen, _, __: _of(cv2.resize(seen, (int(seen.shape[1] * 0.75), seen.shape[0]))),
    "letterbox, timecode, grade, JPEG 50": lambda seen, _, __: jpeg(barred(burnt_in(graded(seen)), 0.158, 0), 50),
    "mirror, crop 10 %": lambda seen, _, random: cropped(mirrored(seen), 0.1, random),
    "crop 10 %, logo, JPEG 40": lambda seen, _, random: jpeg(logo(cropped(seen, 0.1, random)), 40),
}
GROUPS = {
    "bars": ("letterbox 12 %", "pillarbox 12 %", "windowbox"),
    "mirror": ("mirror",),
    "burnt-in timecode or logo": ("timecode and watermark", "logo"),
}
"""Changes that have a goal of their own."""
ON_ANOTHER = ("inset 50 %", "inset 25 %", "filmed off a screen")
"""Changes that show a second picture, which is rightly found."""
