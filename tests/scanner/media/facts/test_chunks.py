"""Sounds that end before they say they do."""

import struct
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detectors.material import Piece
from fixtures import media, sounds
from scanner.media.asset.extract import extract
from scanner.media.facts.chunks import sound_faults

WAVE64 = bytes.fromhex("726966662e91cf11a5d628db04c10000")
FORMS = {
    "a.wav": (),
    "rf64.wav": ("-rf64", "always"),
    "bwf.wav": ("-write_bext", "1"),
    "a.aiff": (),
    "a.w64": (),
    "a.caf": (),
    "a.au": (),
}


@pytest.mark.parametrize("name", FORMS)
def test_a_sound_that_was_cut_is_partial_and_a_whole_one_is_not(tmp_path: Path, name: str) -> None:
    whole = sounds.sound(tmp_path / name, [sounds.tune(1, 4)], *FORMS[name])
    with whole.open("rb") as file:
        assert not sound_faults(file)
    half = media.truncated(whole, tmp_path / f"half_{name}")
    with half.open("rb") as file:
        missing = whole.stat().st_size - half.stat().st_size
        (fault,) = sound_faults(file)
        assert missing - 200 <= int(fault.split()[3].replace(",", "")) <= missing
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
        assert not sound_faults(file)


KINDS = [b"RIFF", b"RF64", b"FORM", b"RIFX", b"caff", b".snd", WAVE64, b"OggS"]


@given(st.binary(max_size=80), st.sampled_from(KINDS))
def test_no_bytes_are_too_odd_to_be_asked(tmp_path_factory: pytest.TempPathFactory, rest: bytes, kind: bytes) -> None:
    path = tmp_path_factory.getbasetemp() / "odd.wav"
    path.write_bytes(kind + rest)
    with path.open("rb") as file:
        assert isinstance(sound_faults(file), list)


SONG = (sounds.tune(1, 3) * 32767).astype("<i2").tobytes()
FORMAT = (b"fmt ", 16, struct.pack("<HHIIHH", 1, 1, sounds.RATE, 2 * sounds.RATE, 2, 16))
HALF = len(SONG) // 2
INFO = b"INFOICMT\x0f\0\0\0made by nobody\0"


def riff(path: Path, *rows: tuple[bytes, int, bytes], kind: bytes = b"RIFF", states: int | None = None) -> Path:
    """A WAV of these chunks: name, length as stated, and what is in each."""
    body = b"WAVE" + b"".join(
        name + struct.pack("<I", length) + data + bytes(len(data) & 1) for name, length, data in rows
    )
    path.write_bytes(kind + struct.pack("<I", len(body) if states is None else states) + body)
    return path


def ds64(length: int) -> tuple[bytes, int, bytes]:
    """The chunk in which RF64 and BW64 state lengths of 64 bits."""
    return b"ds64", 28, struct.pack("<QQQI", length + 80, length, length // 2, 0)


def told(path: Path) -> tuple[float, list[str]]:
    """How many seconds were heard, and what was said of it."""
    extraction, prints = extract([Piece(path, path.name)])
    assert prints.sound is not None
    return round(prints.sound.tracks[0].seconds, 1), [problem.message for problem in extraction.problems]


ALL = (b"data", len(SONG), SONG)


@pytest.mark.parametrize(
    ("rows", "kind", "states"),
    [
        ((FORMAT, ALL), b"RIFF", 0),
        ((FORMAT, ALL), b"RIFF", 0xFFFFFFFF),
        ((FORMAT, ALL), b"RIFF", 1000),
        ((FORMAT, ALL), b"RIFF", 3 * len(SONG)),
        ((FORMAT, (b"data", 0, SONG)), b"RIFF", None),
        ((FORMAT, (b"LIST", len(INFO), INFO), ALL), b"RIFF", None),
        ((FORMAT, ALL, (b"LIST", len(INFO), INFO)), b"RIFF", None),
        ((ALL, FORMAT), b"RIFF", None),
        ((ds64(len(SONG)), FORMAT, (b"data", 0xFFFFFFFF, SONG)), b"BW64", 0xFFFFFFFF),
        ((ds64(len(SONG)), FORMAT, ALL), b"RF64", 0xFFFFFFFF),
        ((ds64(len(SONG)), FORMAT, (b"data", 0x00FFFFFF, SONG)), b"RF64", 0xFFFFFFFF),
        ((FORMAT, ALL, (b"\0\0\0\0", 0, bytes(400))), b"RIFF", None),
    ],
)
def test_a_sound_that_is_all_there_is_whole_whatever_its_lengths_say(
    tmp_path: Path, rows: tuple[tuple[bytes, int, bytes], ...], kind: bytes, states: int | None
) -> None:
    assert told(riff(tmp_path / "a.wav", *rows, kind=kind, states=states)) == (3.0, [])


@pytest.mark.parametrize(
    ("rows", "kind", "word"),
    [
        ((FORMAT, (b"data", HALF, SONG)), b"RIFF", "behind its sound that are in no chunk"),
        ((FORMAT, (b"data", 2 * len(SONG), SONG)), b"RIFF", "before its sound does"),
        ((FORMAT, (b"data", HALF, SONG[:HALF]), (b"data", HALF, SONG[HALF:])), b"RIFF", "in a further chunk"),
        ((ds64(HALF), FORMAT, (b"data", 0xFFFFFFFF, SONG)), b"BW64", "behind its sound that are in no chunk"),
        ((ds64(2 * len(SONG)), FORMAT, (b"data", 0xFFFFFFFF, SONG)), b"RF64", "before its sound does"),
    ],
)
def test_sound_that_no_decoder_hears_is_told(
    tmp_path: Path, rows: tuple[tuple[bytes, int, bytes], ...], kind: bytes, word: str
) -> None:
    _, (message,) = told(riff(tmp_path / "a.wav", *rows, kind=kind))
    assert message.startswith("sound: ")
    assert word in message
