"""A file shows by its structure whether it ends where it says, and nothing that it holds makes a reader raise."""

import io
import struct
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fixtures import cut_films, timecode_sources, timecodes
from fixtures.cut_films import FILMS
from scanner.media.facts.endings import ending
from scanner.media.facts.matroska import stored_pictures
from scanner.media.facts.mxf import structure
from scanner.media.timecodes.packages import package_timecodes
from scanner.media.timecodes.quicktime import track_timecodes
from scanner.media.timecodes.recordings import recorded

FORMS = {"b frames.mkv": "mkv", "jpeg.avi": "avi", "long gop.mxf": "mxf", "plain.flv": "flv", "plain.wmv": "asf"}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with one film of each form."""
    folder = tmp_path_factory.mktemp("films")
    for name in FORMS:
        FILMS[name].make(folder / name)
    return folder


@pytest.mark.parametrize("name", FORMS)
def test_a_whole_file_proves_its_end_and_one_byte_less_is_told(folder: Path, tmp_path: Path, name: str) -> None:
    form = FORMS[name]
    assert (ending(folder / name, form).is_proven, ending(folder / name, form).lacks) == (True, "")
    for missing in (1, 100):
        lacks = ending(cut_films.cut(folder / name, tmp_path / name, -missing), form).lacks
        assert "the file ends" in lacks


def test_something_behind_the_end_is_no_lack(folder: Path, tmp_path: Path) -> None:
    for name, form in FORMS.items():
        (tmp_path / name).write_bytes((folder / name).read_bytes() + b"\0" * 1000)
        assert ending(tmp_path / name, form).lacks == "", name


def test_a_box_that_reaches_beyond_the_end_is_named(tmp_path: Path) -> None:
    head = struct.pack(">I4s", 16, b"ftyp") + bytes(8)
    for box, message in (
        (struct.pack(">I4s", 1000, b"mdat") + bytes(92), "the file ends 900 bytes before its box mdat does"),
        (struct.pack(">I4sQ", 1, b"mdat", 1000) + bytes(84), "the file ends 900 bytes before its box mdat does"),
        (struct.pack(">I4s", 0, b"mdat") + bytes(50), ""),
        (struct.pack(">I4s", 1000, b"junk") + bytes(50), ""),
    ):
        (tmp_path / "a.mov").write_bytes(head + box)
        assert ending(tmp_path / "a.mov", "mov").lacks == message


def test_a_segment_index_tells_of_fragments_that_are_gone(tmp_path: Path) -> None:
    rows = b"".join(struct.pack(">III", size, 0, 0) for size in (100, 200))
    index = struct.pack(">IIIIIHH", 0, 1, 1000, 0, 0, 0, 2) + rows
    start = struct.pack(">I4s", 8 + len(index), b"sidx") + index
    fragments = struct.pack(">I4s", 100, b"moof") + bytes(92) + struct.pack(">I4s", 200, b"mdat") + bytes(192)
    (tmp_path / "a.mp4").write_bytes(start + fragments)
    assert ending(tmp_path / "a.mp4", "mp4").is_proven
    (tmp_path / "a.mp4").write_bytes(start + fragments[:100])  # cut between two boxes
    assert ending(tmp_path / "a.mp4", "mp4").lacks == "the file ends 200 bytes before its last fragment does"


def test_an_mxf_says_what_its_index_lists_and_whether_it_was_closed(folder: Path, tmp_path: Path) -> None:
    with (folder / "long gop.mxf").open("rb") as file:
        whole = structure(file)
    assert (whole.closed, whole.lacks_footer, set(whole.indexed.values())) == (True, False, {50})
    unclosed = cut_films.never_closed(folder / "long gop.mxf", tmp_path / "open.mxf", 20)
    assert ending(unclosed, "mxf").is_unclosed
    data = (folder / "long gop.mxf").read_bytes()
    (tmp_path / "run-in.mxf").write_bytes(b"a run-in" + data)
    assert ending(tmp_path / "run-in.mxf", "mxf").is_proven


def test_blocks_of_a_matroska_are_counted_where_all_of_it_makes_sense(folder: Path, tmp_path: Path) -> None:
    data = (folder / "b frames.mkv").read_bytes()
    for content, stream, count in (
        (data, 0, 48),
        (data[:-1], 0, None),
        (data[:5000] + bytes(3000) + data[8000:], 0, None),
        (data, 7, None),
    ):
        (tmp_path / "a.mkv").write_bytes(content)
        with (tmp_path / "a.mkv").open("rb") as file:
            assert stored_pictures(file, stream) == count


@st.composite
def mangled(draw: st.DrawFn, data: bytes) -> bytes:
    """The bytes with some of them changed, doubled or gone."""
    made = bytearray(data)
    for _ in range(draw(st.integers(1, 12))):
        at = draw(st.integers(0, min(len(made), 6000) - 1))
        made[at] = draw(st.sampled_from([0, 1, 2, 0x7F, 0x80, 0xFF, made[at] ^ 1]))
    keep = draw(st.integers(1, len(made)))
    return bytes(made[:keep]) if draw(st.booleans()) else bytes(made)


@pytest.mark.parametrize("kind", ["mov", "wav", *FORMS.values()])
@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_no_bytes_make_a_reader_raise(folder: Path, kind: str, data: st.DataObject) -> None:
    path = folder / f"mangled.{kind}"
    path.write_bytes(data.draw(mangled(_sample(kind, folder))))
    ending(path, kind)
    readers: tuple[Callable[[io.BufferedReader], object], ...] = (
        structure, package_timecodes, recorded, lambda file: track_timecodes(file, 1),
        lambda file: stored_pictures(file, 0),
    )  # fmt: skip
    for read in readers:
        with path.open("rb") as file:
            read(file)


def _sample(kind: str, folder: Path) -> bytes:
    path = folder / f"sample.{kind}"
    if not path.exists():
        if kind == "mov":
            rate = Fraction(25)
            track = timecodes.TimecodeTrack([(4, 7), (8, 99)], 25, 1, 25, edits=[(Fraction(8, 25), 4)])
            timecodes.movie(path, rate, [track])
        elif kind == "wav":
            timecode_sources.recording(path, samples=48_000, rate="25", stamped=48_000)
        else:
            name = next(name for name, form in FORMS.items() if form == kind)
            path.write_bytes((folder / name).read_bytes())
    return path.read_bytes()
