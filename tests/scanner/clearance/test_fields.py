from collections.abc import Callable
from datetime import date
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.clearance import fields


@pytest.mark.parametrize(
    ("read", "written", "value"),
    [
        (fields.day, "2026-03-31", date(2026, 3, 31)),
        (fields.day, " 2024-02-29 ", date(2024, 2, 29)),
        (fields.frame_ranges, "1001-1240", ((1001, 1240),)),
        (fields.frame_ranges, "1001", ((1001, 1001),)),
        (fields.frame_ranges, "1 - 2; 5,7-9", ((1, 2), (5, 5), (7, 9))),
        (fields.frame_ranges, "0010-0020", ((10, 20),)),
        (fields.timecodes, "10:00:10:00-10:00:11:23", ("10:00:10:00", "10:00:11:23")),
        (fields.timecodes, "00:01:00;02 - 00:10:00;00", ("00:01:00;02", "00:10:00;00")),
        (fields.timecodes, "01:00:00:59", ("01:00:00:59", "01:00:00:59")),
        (fields.rate, "24", Fraction(24)),
        (fields.rate, "23.976", Fraction(24000, 1001)),
        (fields.rate, "30000/1001", Fraction(30000, 1001)),
        (fields.checksum, "SHA256:" + "AB" * 32, "ab" * 32),
        (fields.timezone, "Europe/Paris", "Europe/Paris"),
        (fields.shot_pattern, "0010", "0010"),
        (fields.inner_path, "evidence/a b.pdf", "evidence/a b.pdf"),
        (fields.inner_path, "a/" * 400 + "b.mov", "a/" * 400 + "b.mov"),
        (fields.line, "L\u2019\u00c9t\u00e9\u00a0: \u6620\u753b", "L\u2019\u00c9t\u00e9\u00a0: \u6620\u753b"),
        (fields.name_of_work, "posters/" + "x" * 300 + ".tif", "posters/" + "x" * 300 + ".tif"),
        (fields.word, "Yes", "yes"),
        (fields.word, "FALSE", "no"),
        (fields.frame_number, "0010", 10),
    ],
)
def test_what_people_write_is_read(read: Callable[[object], Any], written: str, value: object) -> None:
    assert read(written) == value


@pytest.mark.parametrize(
    ("read", "written", "said"),
    [
        (fields.day, "31/02", "'31/02' is not a date such as 2026-03-31"),
        (fields.day, "2026-13-01", "there is no such day as 2026-13-01"),
        (fields.day, "2026-02-30", "there is no such day"),
        (fields.day, "2026-3-1", "is not a date"),
        (fields.frame_ranges, "1240-1001", "the range 1240-1001 ends before it begins"),
        (fields.frame_ranges, "1001-", "is not a frame range"),
        (fields.frame_ranges, "-5", "is not a frame range"),
        (fields.frame_ranges, "1001-1002-1003", "is not a frame range"),
        (fields.frame_ranges, "9" * 40, "is not a frame range"),
        (fields.timecodes, "00:01:00;00", "drop-frame skips it"),
        (fields.timecodes, "00:01:00;01-00:02:00;02", "drop-frame skips it"),
        (fields.timecodes, "25:00:00:00", "does not exist"),
        (fields.timecodes, "10:00:00", "is not a timecode"),
        (fields.timecodes, "10:00:11:00-10:00:10:00", "ends before it begins"),
        (fields.timecodes, "a-b-c", "is not a timecode range"),
        (fields.rate, "24.5", "is not a frame rate"),
        (fields.rate, "0", "is not a frame rate"),
        (fields.rate, "24/0", "is not a frame rate"),
        (fields.checksum, "ab", "not a sha256"),
        (fields.finding_id, "xyz", "not a finding's id"),
        (fields.timezone, "../../etc/passwd", "is not a time zone"),
        (fields.timezone, "America", "is not a time zone"),
        (fields.timezone, "Paris", "is not a time zone"),
        (fields.shot_pattern, "a/b", "is not a shot code"),
        (fields.shot_pattern, "*****", "is not a shot code"),
        (fields.inner_path, "../../etc/passwd", "leads out"),
        (fields.inner_path, "/etc/passwd", "leads out"),
        (fields.line, "two\nlines", "expected one line"),
        (fields.line, "two\u2028lines", "expected one line"),
        (fields.line, "", "nothing is written here"),
        (fields.line, "a" * 500, "expected one line"),
        (fields.prose, " ", "expected a text"),
        (fields.frame_number, "1e3", "is not a frame number"),
        (fields.line, ["a"], "expected one value"),
        (fields.day, {"a": "b"}, "expected one value"),
    ],
)
def test_what_cannot_be_meant_is_refused_in_words(read: Callable[[object], Any], written: object, said: str) -> None:
    with pytest.raises(ValueError, match=said.replace("(", r"\(")):
        read(written)


@given(st.text())
def test_no_text_makes_a_reader_fail_otherwise(text: str) -> None:
    for read in (fields.day, fields.frame_ranges, fields.timecodes, fields.rate, fields.timezone, fields.checksum):
        try:
            read(text)
        except ValueError as error:
            assert str(error)  # noqa: PT017 - either outcome is right
