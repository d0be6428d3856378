"""Sounds that end before they say they do."""

import struct
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detectors.material import Piece
from fixtures import media, sounds
from scanner.media.asset.extract import extract
from scanner.media.facts.chunks import lacking

FORMS = {"a.wav": (), "rf64.wav": ("-rf64", "always"), "bwf.wav": ("-write_bext", "1"), "a.aiff": ()}


@pytest.mark.parametrize("name", FORMS)
def test_a_sound_that_was_cut_is_partial_and_a_whole_one_is_not(tmp_path: Path, name: str) -> None:
    whole = sounds.sound(tmp_path / name, [sounds.tune(1, 4)], *FORMS[name])
    with whole.open("rb") as file:
        assert lacking(file) == 0
    half = media.truncated(whole, tmp_path / f"half_{name}")
    with half.open("rb") as file:
        missing = whole.stat().st_size - half.stat().st_size
        assert missing - 200 <= lacking(file) <= missing
    extraction, prints = extract([Piece(half, half.name)])
    (problem,) = extraction.problems
    assert problem.code == "scan.partial"
    assert problem.message.startswith("sound: ")
    assert prints.sound is not None
    assert not extract([Piece(whole, whole.name)])[0].problems


@pytest.mark.parametrize("length", [0, 0xFFFFFFFF, 0xFFFFFFFF - 36])
def test_a_recorder_that_never_wrote_the_length_states_none(tmp_path: Path, length: int) -> None:
    path = sounds.sound(tmp_path / "a.wav", [sounds.tune(1, 1)])
    data = bytearray(path.read_bytes())
    struct.pack_into("<I", data, data.index(b"data") + 4, length)
    path.write_bytes(data)
    with path.open("rb") as file:
        assert lacking(file) == 0


@given(st.binary(max_size=80), st.sampled_from([b"RIFF", b"RF64", b"FORM", b"OggS"]))
def test_no_bytes_are_too_odd_to_be_asked(tmp_path_factory: pytest.TempPathFactory, rest: bytes, kind: bytes) -> None:
    path = tmp_path_factory.getbasetemp() / "odd.wav"
    path.write_bytes(kind + rest)
    with path.open("rb") as file:
        assert lacking(file) >= 0
