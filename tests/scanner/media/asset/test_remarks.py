"""Notes on containers: names that promise another format."""

from fractions import Fraction
from pathlib import Path

import pytest

from detectors.material import FakeMaterial, Piece
from detectors.observation import Kind, Observation, Strength
from fixtures.timecode_sources import PackageTimecode, mxf, recording
from fixtures.timecodes import TimecodeTrack, movie
from scanner.media.asset.remarks import MISMATCH, TIMECODE, MediaDetector


def notes(name: str, form: str, path: Path = Path("nothing")) -> list[Observation]:
    return list(MediaDetector().observe(FakeMaterial(format=form, pieces=(Piece(path, name),))))


@pytest.mark.parametrize(
    ("name", "form", "promised"),
    [("a.mov", "png", ["mov", "mp4"]), ("a.PNG", "jpeg", ["png"]), ("a.wav", "mp3", ["rf64", "wav"])],
)
def test_a_name_that_promises_another_format_is_noted(name: str, form: str, promised: list[str]) -> None:
    (note,) = notes(name, form)
    assert (note.detector, note.rule, note.kind, note.strength) == ("media", MISMATCH, Kind.NOTE, Strength.DEFINITIVE)
    assert note.facts == {"format": form, "promised": promised}
    assert note.value == f"its bytes are {form}, its name promises {' or '.join(promised)}"


@pytest.mark.parametrize(
    ("name", "form"),
    [("a.mov", "mov"), ("a.mov", "mp4"), ("a.MP4", "mp4"), ("a.wav", "rf64"), ("a", "png"), ("a.xyz", "png"),
     ("a.mov", "unknown"), ("a.tif", "tiff")],
)  # fmt: skip
def test_a_name_that_fits_or_promises_nothing_is_not(name: str, form: str) -> None:
    assert notes(name, form) == []


def of_file(path: Path, kind: str) -> list[Observation]:
    form = path.suffix[1:]
    return list(MediaDetector().observe(FakeMaterial(kind=kind, format=form, pieces=(Piece(path, path.name),))))


def test_timecodes_that_disagree_are_noted_with_the_one_that_was_taken(tmp_path: Path) -> None:
    path = mxf(tmp_path / "a.mxf", Fraction(25), PackageTimecode(900000, 25), PackageTimecode(0, 25))
    (note,) = of_file(path, "video")
    assert (note.rule, note.kind) == (TIMECODE, Kind.NOTE)
    assert note.value == ("10:00:00:00 by the material package is taken; also stated: 00:00:00:00 by the file package")
    sound = recording(tmp_path / "a.wav", samples=48_000 * 3600)
    (note,) = of_file(sound, "audio")
    assert note.value.startswith("no timecode is taken; also stated: 01:00:00.000 since midnight")


def test_a_timecode_that_breaks_off_is_noted(tmp_path: Path) -> None:
    two = TimecodeTrack([(4, 90000), (4, 180000), (4, 5)], 25, 1, 25)
    (note,) = of_file(movie(tmp_path / "a.mov", Fraction(25), [two]), "video")
    assert note.value == "01:00:00:00 by timecode track 2 is taken; it breaks off at 2 places, first to 02:00:00:00"


def test_timecodes_that_agree_need_no_note(tmp_path: Path) -> None:
    tracks = [TimecodeTrack([(12, 90000)], 25, 1, 25)] * 2
    assert of_file(movie(tmp_path / "a.mov", Fraction(25), tracks), "video") == []
