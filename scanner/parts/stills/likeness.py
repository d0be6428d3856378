"""Whether a small picture shows what the large one shows, decided cheaply: a thumbnail that does is harmless.

Both are brought to a few greys and compared as a whole and by areas, brightness and contrast set aside, because
thumbnails are made before grading. Measured on 86 pictures: thumbnails of every size and quality reach 0.99 and stay
below 10 levels in every area; graded ones (gamma 0.7, contrast 1.4, brightness 1.3) reach 0.97 and 32; cropped by 5 %
they reach 0.92 at most, other pictures 0.6; with another picture pasted in at a fifth of the sides half of them have
35 levels and more. One that is taken for another picture by mistake is looked at, and costs a few milliseconds.
"""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from numpy.typing import NDArray

from scanner.media.decode.stills import flat

if TYPE_CHECKING:
    from PIL.Image import Image

Grey: TypeAlias = NDArray[np.float32]
"""A picture's greys, float32 (height, width), 0 to 255."""

SIDE = 32
_AREAS = 8  # of SIDE, across and down
_LEAST_LIKE = 0.975
_MOST_APART = 20  # levels, of the mean of an area
_FLAT = 3.0  # levels of standard deviation
_SAME_SHAPE = 0.02
_LARGEST = 256
_BAR = 10.0  # levels: a bar is this flat


class Likeness:
    """The picture that a file is known by, for comparison. `main` decodes it, and is called once at most."""

    def __init__(self, main: Callable[[], "Image"]) -> None:
        self._main = main
        self._grey: Grey | None = None
        self._tried = False

    def shows(self, small: "Image") -> bool:
        """Whether a picture shows the same, turned or with bars. False where the main one can't be decoded."""
        if not self._tried:
            self._tried = True
            try:
                self._grey = reduced(self._main())
            except Exception:  # noqa: BLE001 - whatever is wrong with it is told by those who look at it
                self._grey = None
        if self._grey is None:
            return False
        other = reduced(small)
        return any(
            alike(ours, theirs)
            for turned in range(4)
            for ours, theirs in _framings(self._grey, np.rot90(other, turned) if turned else other)
        )


def reduced(image: "Image") -> Grey:
    """A picture's greys at a long side of 256 at most."""
    from PIL.Image import Resampling

    share = min(1.0, _LARGEST / max(image.size))
    grey = flat(image, "L")
    if share < 1:
        grey = grey.resize(
            (max(1, round(grey.width * share)), max(1, round(grey.height * share))), Resampling.BOX, reducing_gap=2.0
        )
    return np.asarray(grey, np.float32)


def alike(one: Grey, other: Grey) -> bool:
    """Whether two pictures, stretched to the same square, show the same but for brightness and contrast."""
    ours, theirs = _square(one), _square(other)
    a, b = ours - ours.mean(), theirs - theirs.mean()
    if a.std() < _FLAT or b.std() < _FLAT:
        return bool(max(a.std(), b.std()) < 2 * _FLAT and abs(ours.mean() - theirs.mean()) < _MOST_APART)
    like = float((a * b).sum() / np.sqrt((a * a).sum() * (b * b).sum()))
    if like < _LEAST_LIKE:
        return False
    rest = b - a * ((a * b).sum() / (a * a).sum())
    size = SIDE // _AREAS
    return float(np.abs(rest.reshape(_AREAS, size, _AREAS, size).mean((1, 3))).max()) <= _MOST_APART


def _square(grey: Grey) -> Grey:
    from PIL import Image

    return np.asarray(Image.fromarray(grey).resize((SIDE, SIDE), Image.Resampling.BILINEAR), np.float32)


def _framings(main: Grey, small: Grey) -> Iterator[tuple[Grey, Grey]]:
    """The two as they are; or, where their shapes differ, without the small one's bars, or what is cut off the main."""
    if abs(_shape(main) / _shape(small) - 1) <= _SAME_SHAPE:
        yield main, small
        return
    inner = _within(small, _shape(main))
    if _is_bars(small, inner):
        yield main, inner
    yield _within(main, _shape(small)), small


def _shape(grey: Grey) -> float:
    return float(grey.shape[1] / grey.shape[0])


def _within(grey: Grey, shape: float) -> Grey:
    """The middle of a picture, in another shape (width by height)."""
    height, width = grey.shape
    if width / height > shape:
        kept = max(1, round(height * shape))
        return grey[:, (width - kept) // 2 :][:, :kept]
    kept = max(1, round(width / shape))
    return grey[(height - kept) // 2 :][:kept]


def _is_bars(whole: Grey, inner: Grey) -> bool:
    """Whether what lies outside of the middle is all of one grey."""
    down, across = ((whole.shape[axis] - inner.shape[axis]) // 2 for axis in (0, 1))
    down, across = max(0, down - 1), max(0, across - 1)  # the border row may be mixed
    outside = [whole[:down], whole[whole.shape[0] - down :], whole[:, :across], whole[:, whole.shape[1] - across :]]
    bars = np.concatenate([bar.ravel() for bar in outside])
    return bars.size == 0 or bool(bars.std() <= _BAR)
