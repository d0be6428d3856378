"""What archives say they hold: read without unpacking, bounded, and from hostile ones as far as it goes."""

import gzip
import io
import struct
import tarfile
import zipfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from detectors.material import Piece
from scanner.media.asset.extract import extract
from scanner.media.facts import archives
from scanner.media.facts.archives import MemberNames, listing, summary

NAMES = ("a.mov", "folder/b.png", "ünïcode/c.wav", "x" * 150 + "/long.exr", "\x1b[2Jd.txt")
SHOWN = ("a.mov", "folder/b.png", "ünïcode/c.wav", "x" * 150 + "/long.exr", "\x1b[2Jd.txt")


def zipped(path: Path, names: tuple[str, ...] = NAMES, *, before: bytes = b"") -> Path:
    with path.open("wb") as file:
        file.write(before)
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
            for name in names:
                archive.writestr(name, b"content")
    return path


def tarred(path: Path, mode: str = "w", form: int = tarfile.PAX_FORMAT) -> Path:
    with tarfile.open(path, mode, format=form) as archive:  # type: ignore[call-overload]  # the mode is a variable
        for name in NAMES:
            member = tarfile.TarInfo(name)
            member.size = 700
            archive.addfile(member, io.BytesIO(bytes(700)))
    return path


def test_the_names_in_a_zip(tmp_path: Path) -> None:
    assert listing(zipped(tmp_path / "a.zip"), "zip") == MemberNames(SHOWN, whole=True)


def test_an_empty_zip(tmp_path: Path) -> None:
    found = listing(zipped(tmp_path / "a.zip", ()), "zip")
    assert found == MemberNames((), whole=True)
    assert summary(found) == "it is empty"


@pytest.mark.parametrize("form", [tarfile.PAX_FORMAT, tarfile.GNU_FORMAT, tarfile.USTAR_FORMAT])
def test_the_names_in_a_tar(tmp_path: Path, form: int) -> None:
    assert listing(tarred(tmp_path / "a.tar", form=form), "tar") == MemberNames(SHOWN, whole=True)


def test_the_names_in_a_compressed_tar(tmp_path: Path) -> None:
    assert listing(tarred(tmp_path / "a.tgz", "w:gz"), "gzip") == MemberNames(SHOWN, whole=True)


def test_the_name_that_gzip_noted(tmp_path: Path) -> None:
    with (tmp_path / "a.gz").open("wb") as file, gzip.GzipFile("grade.prproj", "wb", fileobj=file) as packed:
        packed.write(b"content")
    assert listing(tmp_path / "a.gz", "gzip") == MemberNames(("grade.prproj",), whole=True)


def test_formats_whose_names_cant_be_read_have_no_list(tmp_path: Path) -> None:
    (tmp_path / "a.7z").write_bytes(b"7z\xbc\xaf\x27\x1c" + bytes(50))
    assert listing(tmp_path / "a.7z", "7z") is None


def test_a_list_is_bounded_in_names_and_bytes(tmp_path: Path) -> None:
    many = listing(zipped(tmp_path / "a.zip", tuple(f"{n}.png" for n in range(1500))), "zip")
    assert many
    assert (len(many.names), many.whole) == (archives.MOST_NAMES, False)
    wide = listing(zipped(tmp_path / "b.zip", tuple(f"{n:060000}" for n in range(3))), "zip")
    assert wide
    assert (len(wide.names), wide.whole) == (1, False)


def test_a_bomb_is_not_unpacked(tmp_path: Path) -> None:
    with (
        zipfile.ZipFile(tmp_path / "bomb.zip", "w", zipfile.ZIP_DEFLATED) as archive,
        archive.open("zeros", "w") as file,
    ):
        for _ in range(64):
            file.write(bytes(1 << 20))
    assert listing(tmp_path / "bomb.zip", "zip") == MemberNames(("zeros",), whole=True)
    with gzip.open(tmp_path / "bomb.gz", "wb") as packed:
        for _ in range(64):
            packed.write(bytes(1 << 20))
    assert listing(tmp_path / "bomb.gz", "gzip") is not None


def test_a_member_that_claims_more_than_there_is_ends_the_list(tmp_path: Path) -> None:
    path = tarred(tmp_path / "a.tar", form=tarfile.USTAR_FORMAT)
    data = bytearray(path.read_bytes())
    data[124:136] = b"\x80" + (1 << 62).to_bytes(11, "big")
    path.write_bytes(data)
    assert listing(path, "tar") == MemberNames((NAMES[0],), whole=False)


def test_half_an_archive_gives_what_can_be_read(tmp_path: Path) -> None:
    for path, form in ((zipped(tmp_path / "a.zip"), "zip"), (tarred(tmp_path / "a.tar"), "tar")):
        data = path.read_bytes()
        path.write_bytes(data[: len(data) // 2 if form == "zip" else 2000])
        found = listing(path, form)
        assert found
        assert not found.whole


def test_an_archive_is_no_media_and_says_what_it_holds(tmp_path: Path) -> None:
    path = zipped(tmp_path / "a.zip", ("a.mov", "b.mov"))
    extraction, _ = extract([Piece(path, path.name)])
    (problem,) = extraction.problems
    assert problem.code == "scan.other_file"
    assert problem.message == "an archive (zip): 2 names: a.mov, b.mov"


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sampled_from(["zip", "tar", "gzip"]), st.lists(st.tuples(st.integers(0, 1 << 20), st.binary(max_size=8))))
def test_no_damage_raises(tmp_path: Path, form: str, damage: list[tuple[int, bytes]]) -> None:
    whole = tmp_path / f"whole.{form}"
    if not whole.exists():
        if form == "zip":
            zipped(whole)
        else:
            tarred(whole, "w:gz" if form == "gzip" else "w")
    data = bytearray(whole.read_bytes())
    for at, content in damage:
        data[at % len(data) : at % len(data) + len(content)] = content
    (tmp_path / "hurt").write_bytes(data)
    assert listing(tmp_path / "hurt", form) is not None


def test_a_directory_that_lies_about_its_place_ends_the_list(tmp_path: Path) -> None:
    path = zipped(tmp_path / "a.zip")
    data = bytearray(path.read_bytes())
    struct.pack_into("<I", data, data.rfind(b"PK\x05\x06") + 16, 7)
    path.write_bytes(data)
    assert listing(path, "zip") == MemberNames((), whole=False)
