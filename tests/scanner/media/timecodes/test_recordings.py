"""A recording begins when its samples since midnight say, counted as its production counts."""

from fractions import Fraction
from pathlib import Path

import pytest

from fixtures.timecode_sources import recording
from scanner.examination import MediaFacts
from scanner.media.timecodes.taken import of_recording

HOUR = 3600 * 48_000


def facts(path: Path) -> MediaFacts:
    return of_recording(path, "wav", MediaFacts("wav"))


@pytest.mark.parametrize(
    ("rate", "drop", "samples", "label"),
    [
        ("24/1", False, HOUR, "01:00:00:00"),
        ("25/1", False, HOUR + 1920 * 24 + 1919, "01:00:00:24"),
        ("24000/1001", False, HOUR * 1001 // 1000, "01:00:00:00"),
        ("24000/1001", False, HOUR, "00:59:56:09"),  # 3.6 seconds in an hour are what it drifts
        ("30000/1001", True, 107892 * 8008 // 5, "01:00:00;00"),
        ("30000/1001", True, -(-1800 * 8008 // 5), "00:01:00;02"),
        ("30000/1001", False, HOUR * 1001 // 1000, "01:00:00:00"),
        ("25", False, 24 * HOUR - 1, "23:59:59:24"),
    ],
)
def test_the_label_of_the_first_sample(tmp_path: Path, rate: str, drop: bool, samples: int, label: str) -> None:
    stated = facts(recording(tmp_path / "a.wav", samples=samples, rate=rate, drop=drop))
    assert stated.start_timecode == label
    assert stated.timecode
    assert (stated.timecode.source, stated.timecode.rate) == ("bext", str(Fraction(rate)))


def test_ixml_alone_is_taken_and_told_where_it_differs(tmp_path: Path) -> None:
    alone = facts(recording(tmp_path / "a.wav", samples=None, rate="25", stamped=HOUR * 10))
    assert (alone.start_timecode, alone.timecode and alone.timecode.source) == ("10:00:00:00", "iXML")
    both = facts(recording(tmp_path / "b.wav", samples=HOUR, rate="25", stamped=HOUR * 10))
    assert both.start_timecode == "01:00:00:00"
    assert both.timecode
    assert both.timecode.also == ("10:00:00:00 by iXML",)


def test_without_a_rate_of_frames_there_is_a_time_of_day_and_no_timecode(tmp_path: Path) -> None:
    stated = facts(recording(tmp_path / "a.wav", samples=HOUR + 24_000))
    assert stated.start_timecode is None
    assert stated.timecode
    assert stated.timecode.also == ("01:00:00.500 since midnight, without a rate of frames",)


@pytest.mark.parametrize("rate", ["nonsense", "0/1", "25/0", "1e9", "<b>"])
def test_a_rate_that_is_none_is_left_out(tmp_path: Path, rate: str) -> None:
    assert facts(recording(tmp_path / "a.wav", samples=HOUR, rate=rate)).start_timecode is None


def test_a_recording_that_states_nothing_has_nothing(tmp_path: Path) -> None:
    assert facts(recording(tmp_path / "a.wav", samples=None)) == MediaFacts("wav")
