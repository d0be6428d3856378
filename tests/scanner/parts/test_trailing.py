"""What stands behind the end of a file is found; what a format puts there itself isn't taken for it."""

import io
import struct
import subprocess
import zipfile
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fixtures import formats, media
from fixtures import inside_recesses as recesses
from fixtures import inside_stills as made
from scanner.examination import Part
from scanner.parts.ends.accounts import FORMATS, unaccounted
from tests.scanner.parts.conftest import Lister, Parts


def _archive() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as whole:
        whole.writestr("x.png", made.saved(made.picture(9), "PNG"))
    return file.getvalue()


def _files(folder: Path) -> dict[str, bytes]:
    still = made.picture(1)
    files = {
        "a.jpg": made.saved(still),
        "progressive.jpg": made.saved(still, progressive=True),
        "restarts.jpg": made.saved(still, restart_marker_rows=1),
        "a.png": made.saved(still, "PNG"),
        "a.gif": made.saved(still.convert("P"), "GIF"),
        "a.webp": made.saved(still, "WEBP"),
        "a.bmp": made.saved(still, "BMP"),
        "a.ppm": made.saved(still, "PPM"),
        "a.pgm": b"P5 # grey\n320 214 65535\n" + bytes(320 * 214 * 2),
        "a.pbm": b"P4 33 2\n" + bytes(10),
        "a.jp2": made.saved(still, "JPEG2000"),
        "a.avif": made.avif(1),
        "a.heic": made.heic(1),
        "a.mpo.jpg": made.several(1, 2),
        "a.wav": media.sound(folder / "a.wav").read_bytes(),
        "a.aiff": media.sound(folder / "a.aiff").read_bytes(),
    }
    for name in ("a.mp4", "a.mov", "a.avi"):
        files[name] = media.movie(folder / name, frames=3, size=(64, 36), audio=False).read_bytes()
    return files


def _further_files(folder: Path) -> dict[str, bytes]:
    """Files of the formats whose ends take more than a length to find."""
    still = made.picture(1)
    files = {
        "a.tga": made.saved(still, "TGA"),
        "packed.tga": made.saved(still, "TGA", compression="tga_rle"),
        "second.tga": recesses.targa(still, stamp=still.resize((64, 43)), developer=b"words of a tool " * 9),
        "a.dds": recesses.surfaces(still, levels=4),
        "cube.dds": recesses.surfaces(still, still, still),
        "a.sgi": made.saved(still, "SGI"),
        "a.ico": made.icon((1, 64), (1, 32)),
        "a.psd": made.psd(still),
        "layers.psd": made.psd(still, made.PsdLayer(still)),
        "a.exr": made.exr(folder / "a.exr", [("", {"": still})]).read_bytes(),
        "parts.exr": made.exr(folder / "b.exr", [("a", {"": still}), ("b", {"": still})]).read_bytes(),
        "a.dpx": formats.still(folder / "a.dpx").read_bytes(),
        "user.dpx": recesses.in_dpx(formats.still(folder / "a.dpx").read_bytes(), b"somebody's area " * 20),
        "a.rtf": rb"{\rtf1 words {\b and} \} \bin3 }}}more}",
        "a.7z": b"7z\xbc\xaf'\x1c\0\4" + bytes(4) + struct.pack("<QQI", 100, 50, 0) + bytes(range(150)),
    }
    codecs = {"mkv": "libx264", "webm": "libvpx", "mxf": "mpeg2video", "ts": "libx264", "flv": "flv", "ivf": "libvpx",
              "wmv": "wmv2", "ogv": "libtheora", "mpg": "mpeg2video"}  # fmt: skip
    for suffix, codec in codecs.items():
        path = folder / f"a.{suffix}"
        files[path.name] = media.movie(path, frames=5, size=(64, 36), audio=False, start=None, codec=codec).read_bytes()
    for suffix in ("mp3", "flac", "ogg", "opus", "aac", "w64", "au", "caf", "ac3"):
        tone = f"ffmpeg -v error -y -f lavfi -i sine=d=1:r=48000 -strict -2 {folder / f'a.{suffix}'}"
        subprocess.run(tone.split(), check=True)
        files[f"a.{suffix}"] = (folder / f"a.{suffix}").read_bytes()
    files["tagged.mp3"] = files["a.mp3"] + b"TAG" + b"a title".ljust(125, b"\0")
    files["taped.mp3"] = files["a.mp3"] + b"APETAGEX" + struct.pack("<IIII", 2000, 40, 1, 0) + bytes(8) + b"words " * 5
    return files


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    return _files(tmp_path_factory.mktemp("files"))


@pytest.fixture(scope="module")
def further_files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    return _further_files(tmp_path_factory.mktemp("further"))


HIDDEN: dict[str, Callable[[], bytes]] = {
    "jpeg": lambda: made.saved(made.picture(2)),
    "png": lambda: made.saved(made.picture(2), "PNG"),
    "gif": lambda: made.saved(made.picture(2).convert("P"), "GIF"),
    "webp": lambda: made.saved(made.picture(2), "WEBP"),
    "tiff": lambda: made.pages(made.Page(made.picture(2))),
    "zip": _archive,
    "heic": lambda: made.heic(2),
}


@pytest.mark.parametrize("form", HIDDEN)
def test_what_stands_behind_the_end_of_any_format_is_a_part(
    form: str, files: dict[str, bytes], parts_of: Lister
) -> None:
    behind = HIDDEN[form]()
    for name, file in files.items():
        for lead in (b"", b"\0" * 100, b"some words of a telephone"):
            parts = parts_of(file + lead + behind, name)
            trailing = [part for part in parts.by_id.values() if part.id.startswith("trailing")]
            assert [part.format for part in trailing] == [form], name
            assert parts.data("trailing:0") == behind
            assert parts.looked_at[-1] == "trailing:0"
            assert parts.problems == []


def _behind(parts: Parts) -> list[Part]:
    return [part for part in parts.by_id.values() if part.id.startswith("trailing")]


@pytest.mark.parametrize("form", ["jpeg", *(pytest.param(form, marks=pytest.mark.long) for form in ("png", "zip"))])
def test_what_stands_behind_the_end_of_further_formats_is_a_part(
    form: str, further_files: dict[str, bytes], parts_of: Lister
) -> None:
    behind = HIDDEN[form]()
    for name, file in further_files.items():
        parts = parts_of(file + bytes(100) + behind, name)
        assert [part.format for part in _behind(parts)] == [form], name
        assert parts.data("trailing:0") == behind, name


def test_whole_files_of_further_formats_have_nothing_behind_their_end(
    further_files: dict[str, bytes], parts_of: Lister
) -> None:
    for name, file in further_files.items():
        assert _behind(parts_of(file, name)) == [], name


@pytest.mark.long
def test_padding_behind_further_formats_is_nothing(further_files: dict[str, bytes], parts_of: Lister) -> None:
    for name, file in further_files.items():
        assert _behind(parts_of(file + bytes(3000), name)) == [], name


@pytest.mark.long
def test_cut_files_of_further_formats_have_nothing_behind_their_end(
    further_files: dict[str, bytes], parts_of: Lister
) -> None:
    for name, file in further_files.items():
        assert _behind(parts_of(file[: len(file) * 2 // 3], name)) == [], name


def test_a_whole_file_has_nothing_behind_its_end(files: dict[str, bytes], parts_of: Lister) -> None:
    for name, file in files.items():
        assert [part for part in parts_of(file, name).ids if part.startswith("trailing")] == [], name


def test_a_cut_file_has_no_end_and_nothing_behind_it(files: dict[str, bytes], parts_of: Lister) -> None:
    for name, file in files.items():
        ids = parts_of(file[: len(file) * 2 // 3], name).ids
        assert [part for part in ids if part.startswith("trailing")] == [], name


def test_padding_is_told_only_where_there_is_much(parts_of: Lister) -> None:
    file = made.saved(made.picture(1))
    assert parts_of(file + bytes(1000) + b"\r\n \xff\xff", "a.jpg").ids == []
    parts = parts_of(file + bytes(70_000), "a.jpg")
    assert parts["trailing:0"].harmless == "padding"
    assert parts["trailing:0"].size == 70_000


def test_bytes_that_nobody_knows_are_a_part(parts_of: Lister) -> None:
    parts = parts_of(made.saved(made.picture(1)) + b"\x01\x02\x03\x7f" * 50, "a.jpg")
    assert parts["trailing:0"].format == "unknown"
    assert parts["trailing:0"].kind == "other"
    assert parts.looked_at == ["trailing:0"]


def test_a_long_lead_is_a_part_of_its_own(parts_of: Lister) -> None:
    lead, behind = b"\x01\x02\x03\x7f" * 500, made.saved(made.picture(2))
    parts = parts_of(made.saved(made.picture(1)) + lead + behind, "a.jpg")
    assert parts.data("trailing:0") == lead
    assert parts.data("trailing:1") == behind


def test_a_picture_behind_a_picture_behind_a_picture_is_found_in_the_next_round(parts_of: Lister) -> None:
    one, two, three = (made.saved(made.picture(seed)) for seed in (1, 2, 3))
    first = parts_of(one + two + three, "a.jpg")
    second = parts_of(first.data("trailing:0"), "b")
    assert second.data("trailing:0") == three


def test_the_film_behind_a_moving_photograph_is_a_part(parts_of: Lister, files: dict[str, bytes]) -> None:
    note = b"\x00\x00\x30\x0a\x10\x00\x00\x00MotionPhoto_Data"
    tail = b"SEFH" + struct.pack("<IIHHII", 106, 1, 0, 0xA30, len(files["a.mp4"]) + 24, 24) + b"\x18\0\0\0SEFT"
    parts = parts_of(files["a.jpg"] + note + files["a.mp4"] + tail, "a.jpg")
    assert parts["trailing:0"].kind == "video"
    assert parts.data("trailing:0").startswith(files["a.mp4"])


def test_a_telephones_notes_are_harmless(parts_of: Lister) -> None:
    note = b"\x00\x00\x01\x0a\x0e\x00\x00\x00Image_UTC_Data1700000000000" + b"SEFH" + bytes(20) + b"\x18\0\0\0SEFT"
    parts = parts_of(made.saved(made.picture(1)) + note, "a.jpg")
    assert parts["trailing:0"].harmless
    assert parts.looked_at == []


def test_what_stands_behind_the_second_picture_of_an_mpo_is_its_own(parts_of: Lister) -> None:
    behind = made.saved(made.picture(5), "PNG")
    parts = parts_of(made.several(1, 2) + behind, "a.jpg")
    assert parts.ids == ["frame:1", "trailing:0"]
    assert parts.data("trailing:0") == behind


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(forms=st.lists(st.sampled_from(["jpeg", "png", "gif", "webp", "heic"]), min_size=1, max_size=5))
def test_whatever_stands_behind_each_other_is_found_round_by_round(forms: list[str], parts_of: Lister) -> None:
    files = [_hidden(form) for form in forms]
    rest, seen = b"".join(files), []
    while rest:
        parts = parts_of(rest)
        rest, before = (parts.data("trailing:0") if "trailing:0" in parts.ids else b""), rest
        seen.append(before[: len(before) - len(rest)])
    assert seen == files


@cache
def _hidden(form: str) -> bytes:
    return HIDDEN[form]()


@given(data=st.binary(max_size=400), form=st.sampled_from(sorted(FORMATS)), cut=st.integers(0, 400))
def test_no_bytes_lead_a_walk_astray(data: bytes, form: str, cut: int) -> None:
    starts = {"jpeg": b"\xff\xd8\xff\xe0", "png": b"\x89PNG\r\n\x1a\n", "gif": b"GIF89a", "bmp": b"BM"}
    start = starts.get(
        form,
        b"P6 3 3 255 "
        if form == "pnm"
        else b"RIFF\x20\0\0\0WAVE"
        if form in {"webp", "wav", "rf64", "avi"}
        else b"\0\0\0\x10ftyp",
    )
    file = io.BytesIO((start + data)[: len(start) + cut])
    size = len(file.getvalue())
    gaps = unaccounted(file, form)
    assert all(0 < start < end <= size for start, end in gaps)
