from dataclasses import replace

import pytest

from scanner.clearance.scope.places import where
from scanner.terms.coverage import END
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
