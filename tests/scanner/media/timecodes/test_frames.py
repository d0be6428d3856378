"""A sequence of DPX or EXR has the timecode of its first frame, and goes on as the headers of the others say."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from detectors.material import Piece
from fixtures.timecode_sources import dpx_frames, exr_frames
from scanner.examination import MediaFacts
from scanner.media.timecodes.frames import header_timecode
from scanner.media.timecodes.taken import of_sequence, of_still


def pieces(files: Sequence[Path]) -> list[Piece]:
    return [Piece(file, file.name, int(file.name.split(".")[1])) for file in files]


def running(start: int, count: int) -> list[str | None]:
    return [f"01:00:00:{frame:02}" for frame in range(start, start + count)]


@pytest.mark.parametrize(("rate", "stated"), [(24.0, "24/1"), (23.976, "24000/1001"), (25.0, "25/1")])
def test_dpx_states_its_first_label_and_its_rate(tmp_path: Path, rate: float, stated: str) -> None:
    facts = of_sequence(pieces(dpx_frames(tmp_path, running(7, 4), rate=rate)), "dpx", MediaFacts("dpx"))
    assert (facts.start_timecode, facts.rate) == ("01:00:00:07", stated)
    clock = facts.clock()
    assert clock
    assert [clock.label(frame) for frame in range(3)] == running(7, 3)


def test_exr_written_by_openexr_is_read(tmp_path: Path) -> None:
    labels = ["00:00:59;28", "00:00:59;29", "00:01:00;02"]
    facts = of_sequence(pieces(exr_frames(tmp_path, labels, rate=(30000, 1001))), "exr", MediaFacts("exr"))
    assert (facts.start_timecode, facts.rate) == ("00:00:59;28", "30000/1001")
    clock = facts.clock()
    assert clock
    assert [clock.label(frame) for frame in range(3)] == labels
    assert facts.timecode
    assert facts.timecode.breaks == ()


def test_above_thirty_frames_two_share_a_label(tmp_path: Path) -> None:
    labels = ["01:00:00:10", "01:00:00:11", "01:00:00:11", "01:00:00:12"]  # the first is the second of its pair
    facts = of_sequence(pieces(dpx_frames(tmp_path, labels, rate=50.0)), "dpx", MediaFacts("dpx"))
    clock = facts.clock()
    assert clock
    assert [clock.label(frame) for frame in range(4)] == labels


def test_a_gap_in_the_numbers_is_no_break_and_another_label_is_one(tmp_path: Path) -> None:
    files = pieces(dpx_frames(tmp_path, running(0, 6), rate=24.0))
    whole = of_sequence([files[0], files[1], files[4]], "dpx", MediaFacts("dpx"))
    assert whole.timecode
    assert whole.timecode.breaks == ()
    jumps = [*running(0, 3), *running(12, 3)]
    broken = of_sequence(pieces(dpx_frames(tmp_path / "b", jumps, rate=24.0)), "dpx", MediaFacts("dpx"))
    assert broken.timecode
    assert broken.timecode.breaks == ((3, "01:00:00:12"),)


def test_a_label_that_stands_still_was_filled_in_and_means_nothing(tmp_path: Path) -> None:
    files = pieces(dpx_frames(tmp_path, ["01:00:00:00"] * 3, rate=24.0))
    assert of_sequence(files, "dpx", MediaFacts("dpx")).clock() is None


def test_without_a_rate_only_the_first_label_is_known(tmp_path: Path) -> None:
    files = pieces(exr_frames(tmp_path, running(5, 2), rate=None))
    facts = of_sequence(files, "exr", MediaFacts("exr"))
    assert (facts.start_timecode, facts.rate, facts.clock()) == ("01:00:00:05", None, None)
    assert of_still(files[1].path, "exr", MediaFacts("exr")).start_timecode == "01:00:00:06"


@pytest.mark.parametrize("kind", ["dpx", "exr"])
def test_a_header_that_states_none_has_none(tmp_path: Path, kind: str) -> None:
    if kind == "dpx":
        (file,) = dpx_frames(tmp_path, [None], rate=24.0)
    else:
        (file,) = exr_frames(tmp_path, [None], rate=(24, 1))
    assert header_timecode(file, kind) is None
    file.write_bytes(file.read_bytes()[:40])
    assert header_timecode(file, kind) is None
