from hypothesis import given
from hypothesis import strategies as st

from scanner.terms.coverage import EVERYTHING, NOTHING, Frames, stretches, union

RANGES = st.lists(st.tuples(st.integers(0, 40), st.integers(0, 40)), max_size=6)


def members(frames: Frames) -> set[int]:
    return {number for first, last in frames for number in range(first, last + 1)}


def numbers(ranges: list[tuple[int, int]]) -> set[int]:
    return {number for first, last in ranges for number in range(first, last + 1)}


@given(RANGES, RANGES)
def test_arithmetic_of_frames_is_arithmetic_of_sets(one: list[tuple[int, int]], other: list[tuple[int, int]]) -> None:
    left, right = Frames.of(*one), Frames.of(*other)
    assert members(left) == numbers(one)
    assert members(left | right) == numbers(one) | numbers(other)
    assert members(left & right) == numbers(one) & numbers(other)
    assert members(left - right) == numbers(one) - numbers(other)
    assert bool(left) == bool(numbers(one))


@given(RANGES, RANGES)
def test_equal_sets_are_written_alike(one: list[tuple[int, int]], other: list[tuple[int, int]]) -> None:
    assert (Frames.of(*one) == Frames.of(*other)) == (numbers(one) == numbers(other))


@given(RANGES, st.lists(RANGES, max_size=4))
def test_stretches_cut_everything_up_by_who_holds_it(
    ranges: list[tuple[int, int]], parts: list[list[tuple[int, int]]]
) -> None:
    frames, held = Frames.of(*ranges), [Frames.of(*part) for part in parts]
    cut = stretches(frames, held)
    assert union([piece for piece, _ in cut]) == frames
    for piece, holders in cut:
        assert piece
        for number in members(piece):
            assert tuple(index for index, part in enumerate(held) if number in members(part)) == holders


def test_everything_less_something_is_the_rest() -> None:
    assert EVERYTHING - EVERYTHING == NOTHING
    assert next(iter(EVERYTHING - Frames.of((0, 99))))[0] == 100
    assert EVERYTHING & Frames.of((5, 6)) == Frames.of((5, 6))
