"""Sets of frames in layers, held against the plainest model there is: pairs of a frame and a layer."""

from hypothesis import given
from hypothesis import strategies as st

from scanner.clearance.scope.layers import ONE, Layers
from scanner.terms.coverage import EVERYTHING, Frames

LAST = 30
RANGES = st.lists(st.tuples(st.integers(0, LAST), st.integers(0, LAST)), max_size=4)
Ranges = list[tuple[int, int]]
Pairs = set[tuple[int, int]]


def frames(held: Frames) -> set[int]:
    return {frame for first, last in held for frame in range(first, min(last, LAST) + 1)}


def pairs(layers: Layers, held: Frames) -> Pairs:
    return {
        (frame, layer)
        for layer in range(len(layers.bands))
        for frame in range(LAST + 1)
        if held & layers.at(layer, Frames.of((frame, frame)))
    }


@given(st.lists(RANGES, min_size=0, max_size=3), RANGES, RANGES)
def test_layers_are_pairs_of_a_frame_and_a_layer(above: list[Ranges], one: Ranges, other: Ranges) -> None:
    layers = Layers((EVERYTHING, *(Frames.of(*each) for each in above)))
    everything = {(frame, layer) for layer, band in enumerate(layers.bands) for frame in frames(band)}
    first, second = layers.lift(Frames.of(*one)), layers.lift(Frames.of(*other))
    assert pairs(layers, first) == {pair for pair in everything if pair[0] in frames(Frames.of(*one))}
    lowest = layers.at(0, Frames.of(*other))
    left = first - lowest
    assert pairs(layers, left) == pairs(layers, first) - pairs(layers, lowest)
    assert frames(layers.touched(left)) == {frame for frame, _ in pairs(layers, left)}
    held = pairs(layers, left)
    assert frames(layers.full(left)) == {
        frame for frame, _ in held if all((frame, layer) in held for at, layer in everything if at == frame)
    }
    assert pairs(layers, first & second) == pairs(layers, first) & pairs(layers, second)


def test_one_layer_is_frames_as_they_are() -> None:
    held = Frames.of((3, 9))
    assert (ONE.lift(held), ONE.touched(held), ONE.full(held)) == (held, held, held)
    assert ONE.lift(EVERYTHING) == EVERYTHING


def test_frames_beyond_the_end_of_the_first_layer_are_subtracted_too() -> None:
    layers = Layers((EVERYTHING, Frames.of((0, 9))))
    assert layers.full(layers.lift(EVERYTHING)) == EVERYTHING
    assert layers.touched(layers.lift(EVERYTHING) - layers.at(1, Frames.of((0, 9)))) == EVERYTHING
    assert layers.full(layers.lift(EVERYTHING) - layers.at(1, Frames.of((4, 9)))) == EVERYTHING - Frames.of((4, 9))
