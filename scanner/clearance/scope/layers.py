"""Frames that several shots fill together, as sets on one axis.

In a dissolve, and where one track lies over another, a frame belongs to more than one shot, and paper may speak for
one of them alone. A frame therefore has as many layers as pieces fill it. A set of frames in layers is an ordinary set
whose layers lie one after the other on the axis, far apart: union, intersection and difference are those of frames.
An asset without a timeline has one layer, and nothing changes there.
"""

from dataclasses import dataclass

from scanner.terms.coverage import END, EVERYTHING, Frames

_STRIDE = 4 * END


@dataclass(frozen=True, slots=True)
class Layers:
    """The layers of one asset. `bands`: the frames that each has; every frame is in one of them at least."""

    bands: tuple[Frames, ...] = (EVERYTHING,)

    def at(self, layer: int, frames: Frames) -> Frames:
        """These frames in one layer alone."""
        return _moved(frames, layer * _STRIDE)

    def lift(self, frames: Frames) -> Frames:
        """These frames in all their layers."""
        if len(self.bands) == 1:
            return frames
        parts = [self.at(layer, frames & band) for layer, band in enumerate(self.bands)]
        return Frames(tuple(each for part in parts for each in part))

    def touched(self, held: Frames) -> Frames:
        """The frames of which any layer is held."""
        if len(self.bands) == 1:
            return held
        return Frames.of(*((first % _STRIDE, last % _STRIDE) for first, last in held))

    def full(self, held: Frames) -> Frames:
        """The frames of which every layer is held."""
        touched = self.touched(held)
        return touched - self.touched(self.lift(touched) - held)


ONE = Layers()


def _moved(frames: Frames, by: int) -> Frames:
    return Frames(tuple((first + by, last + by) for first, last in frames))
