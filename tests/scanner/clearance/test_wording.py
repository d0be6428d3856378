from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detectors.observation import Kind, Observation, Strength
from scanner.clearance.coverage import END
from scanner.clearance.wording import considered, listed, plain, seen, sentence, where
from tests.scanner.clearance.drops import CLOCK, movie, sequence, still


@pytest.mark.parametrize(
    ("subject", "frames", "first", "said"),
    [
        (still("a.png"), None, None, "the whole file"),
        (sequence("p.%04d.exr"), None, None, "the whole sequence"),
        (movie("a.mov"), (0, 23), None, "frames 0-23 (01:00:00:00-01:00:00:23)"),
        (movie("a.mov"), (24, 24), None, "frame 24 (01:00:01:00)"),
        (movie("a.mov", clock=None), (5, 6), None, "frames 5-6"),
        (
            movie("a.mov"),
            (0, 23),
            1001,
            "frames 1001-1024 by the plate's numbers (frames 0-23 of the file, 01:00:00:00-01:00:00:23)",
        ),
        (movie("a.mov", clock=None), (5, 6), 1001, "frames 1006-1007 by the plate's numbers (frames 5-6 of the file)"),
        (sequence("p.%04d.exr"), (1001, 1002), 1001, "frames 1001-1002"),
        (sequence("p.%04d.exr", clock=CLOCK), (1002, 1003), None, "frames 1002-1003 (01:00:00:01-01:00:00:02)"),
        (movie("a.mov", frames=None), (100, END), None, "everything from frame 100 on"),
        (replace(still("a.wav"), kind="audio"), (1500, 2999), None, "the sound from 1.5 s to 3 s"),
    ],
)
def test_a_place_is_told_as_people_find_it(
    subject: object, frames: tuple[int, int] | None, first: int | None, said: str
) -> None:
    assert where(subject, frames, first) == said  # type: ignore[arg-type]


def test_lists_read_as_prose_and_stay_short() -> None:
    assert listed([]) == ""
    assert listed(["a"]) == "a"
    assert listed(["a", "b", "a"]) == "a and b"
    assert listed(["a", "b", "c", "d"]) == "a, b, c and d"
    assert listed("abcdef") == "a, b, c and 3 more"


def test_what_was_seen_names_the_place_and_the_tool() -> None:
    bare = Observation("markers", "png.parameters", Kind.AI, Strength.STRONG, "PNG:Parameters", generator="SD 1.5")
    assert seen([bare, Observation("markers", "house.rule", Kind.AI, Strength.STRONG, "")]) == (
        "PNG:Parameters naming SD 1.5 and house.rule"
    )


def test_what_was_considered_ends_a_message() -> None:
    assert considered([]) == ""
    assert considered(["A is late", "B is for another"]) == " Considered: A is late; B is for another."


@given(st.text())
def test_text_from_files_is_printable_on_one_line_and_short(text: str) -> None:
    assert plain(text).isprintable()
    assert len(plain(text)) <= 60
    assert sentence(text).endswith(".")
