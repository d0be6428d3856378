"""Notes on containers: names that promise another format."""

from pathlib import Path

import pytest

from detectors.material import FakeMaterial, Piece
from detectors.observation import Kind, Observation, Strength
from scanner.media.facts.remarks import MISMATCH, MediaDetector


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
