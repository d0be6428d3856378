from collections.abc import Callable
from datetime import date
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.written import scalars


@pytest.mark.parametrize(
    ("read", "written", "value"),
    [
        (scalars.day, "2026-03-31", date(2026, 3, 31)),
        (scalars.day, " 2024-02-29 ", date(2024, 2, 29)),
        (scalars.frame_ranges, "1001-1240", ((1001, 1240),)),
        (scalars.frame_ranges, "1001", ((1001, 1001),)),
        (scalars.frame_ranges, "1 - 2; 5,7-9", ((1, 2), (5, 5), (7, 9))),
        (scalars.frame_ranges, "0010-0020", ((10, 20),)),
        (scalars.timecodes, "10:00:10:00-10:00:11:23", ("10:00:10:00", "10:00:11:23")),
        (scalars.timecodes, "00:01:00;02 - 00:10:00;00", ("00:01:00;02", "00:10:00;00")),
        (scalars.timecodes, "01:00:00:59", ("01:00:00:59", "01:00:00:59")),
        (scalars.rate, "24", Fraction(24)),
        (scalars.rate, "23.976", Fraction(24000, 1001)),
        (scalars.rate, "30000/1001", Fraction(30000, 1001)),
        (scalars.checksum, "SHA256:" + "AB" * 32, "ab" * 32),
        (scalars.timezone, "Europe/Paris", "Europe/Paris"),
        (scalars.shot_pattern, "0010", "0010"),
        (scalars.inner_path, "evidence/a b.pdf", "evidence/a b.pdf"),
        (scalars.inner_path, "a/" * 400 + "b.mov", "a/" * 400 + "b.mov"),
        (scalars.line, "L\u2019\u00c9t\u00e9\u00a0: \u6620\u753b", "L\u2019\u00c9t\u00e9\u00a0: \u6620\u753b"),
        (scalars.name_of_work, "posters/" + "x" * 300 + ".tif", "posters/" + "x" * 300 + ".tif"),
        (scalars.word, "Yes", "yes"),
        (scalars.word, "FALSE", "no"),
        (scalars.frame_number, "0010", 10),
    ],
)
def test_what_people_write_is_read(read: Callable[[object], Any], written: str, value: object) -> None:
    assert read(written) == value


@pytest.mark.parametrize(
    ("read", "written", "said"),
    [
        (scalars.day, "31/02", "'31/02' is not a date such as 2026-03-31"),
        (scalars.day, "2026-13-01", "there is no such day as 2026-13-01"),
        (scalars.day, "2026-02-30", "there is no such day"),
        (scalars.day, "2026-3-1", "is not a date"),
        (scalars.frame_ranges, "1240-1001", "the range 1240-1001 ends before it begins"),
        (scalars.frame_ranges, "1001-", "is not a frame range"),
        (scalars.frame_ranges, "-5", "is not a frame range"),
        (scalars.frame_ranges, "1001-1002-1003", "is not a frame range"),
        (scalars.frame_ranges, "9" * 40, "is not a frame range"),
        (scalars.timecodes, "00:01:00;00", "drop-frame skips it"),
        (scalars.timecodes, "00:01:00;01-00:02:00;02", "drop-frame skips it"),
        (scalars.timecodes, "25:00:00:00", "does not exist"),
        (scalars.timecodes, "10:00:00", "is not a timecode"),
        (scalars.timecodes, "10:00:11:00-10:00:10:00", "ends before it begins"),
        (scalars.timecodes, "a-b-c", "is not a timecode range"),
        (scalars.rate, "24.5", "is not a frame rate"),
        (scalars.rate, "0", "is not a frame rate"),
        (scalars.rate, "24/0", "is not a frame rate"),
        (scalars.checksum, "ab", "not a sha256"),
        (scalars.finding_id, "xyz", "not a finding's id"),
        (scalars.timezone, "../../etc/passwd", "is not a time zone"),
        (scalars.timezone, "America", "is not a time zone"),
        (scalars.timezone, "Paris", "is not a time zone"),
        (scalars.shot_pattern, "a/b", "is not a shot code"),
        (scalars.shot_pattern, "*****", "is not a shot code"),
        (scalars.inner_path, "../../etc/passwd", "leads out"),
        (scalars.inner_path, "/etc/passwd", "leads out"),
        (scalars.line, "two\nlines", "expected one line"),
        (scalars.line, "two\u2028lines", "expected one line"),
        (scalars.line, "", "nothing is written here"),
        (scalars.line, "a" * 500, "expected one line"),
        (scalars.prose, " ", "expected a text"),
        (scalars.frame_number, "1e3", "is not a frame number"),
        (scalars.line, ["a"], "expected one value"),
        (scalars.day, {"a": "b"}, "expected one value"),
    ],
)
def test_what_cannot_be_meant_is_refused_in_words(read: Callable[[object], Any], written: object, said: str) -> None:
    with pytest.raises(ValueError, match=said.replace("(", r"\(")):
        read(written)


@given(st.text())
def test_no_text_makes_a_reader_fail_otherwise(text: str) -> None:
    for read in (
        scalars.day,
        scalars.frame_ranges,
        scalars.timecodes,
        scalars.rate,
        scalars.timezone,
        scalars.checksum,
    ):
        try:
            read(text)
        except ValueError as error:
            assert str(error)  # noqa: PT017 - either outcome is right
