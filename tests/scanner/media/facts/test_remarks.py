"""Notes on containers: names that promise another format, and what is inside an archive."""

import zipfile
from pathlib import Path

import pytest

from detectors.material import FakeMaterial, MaterialError, Piece
from detectors.observation import Kind, Observation, Strength
from scanner.media.facts.remarks import MEMBERS, MISMATCH, MediaDetector


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


def test_the_members_of_an_archive_are_noted_in_full(tmp_path: Path) -> None:
    names = [f"still_{number:03}.png" for number in range(30)]
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        for name in names:
            archive.writestr(name, b"")
    (note,) = notes("a.zip", "zip", tmp_path / "a.zip")
    assert (note.rule, note.kind) == (MEMBERS, Kind.NOTE)
    assert note.facts == {"members": names, "whole": True}
    assert note.value.startswith("30 names: still_000.png, still_001.png")


def test_an_archive_that_cant_be_opened_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(MaterialError):
        notes("a.zip", "zip", tmp_path / "absent.zip")
