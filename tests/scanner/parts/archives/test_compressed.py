import bz2
import gzip
import lzma
import shutil
import subprocess
import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest

from fixtures import inside_documents as inside

MEMBERS = {"a/one.png": inside.png(), "two.jpg": inside.jpeg(), "n" * 150 + ".png": inside.png(3), "empty.txt": b""}


@pytest.fixture
def spool(tmp_path: Path) -> Path:
    return tmp_path / "spool"


@pytest.mark.parametrize("mode", ["", "gz", "bz2", "xz"])
@pytest.mark.parametrize("form", [tarfile.PAX_FORMAT, tarfile.GNU_FORMAT])
def test_every_member_of_a_tar_is_a_part(
    tmp_path: Path, spool: Path, mode: str, form: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tarfile.TarFile, "format", form)
    found = inside.listed(inside.tarred(tmp_path / "a.tar", MEMBERS, mode), spool)
    assert inside.taken_out(found, spool) == {f"member:{name}": data for name, data in MEMBERS.items() if data}
    assert [part.id for part in found.listing.parts] == [f"member:{name}" for name in MEMBERS]
    assert inside.problems(found) == ""


def test_links_devices_and_folders_are_told_or_harmless(tmp_path: Path, spool: Path) -> None:
    entries = []
    for name, kind, target in (
        ("folder", tarfile.DIRTYPE, ""),
        ("inside", tarfile.SYMTYPE, "a.png"),
        ("out", tarfile.SYMTYPE, "../../etc/passwd"),
        ("hard", tarfile.LNKTYPE, "/etc/passwd"),
        ("device", tarfile.CHRTYPE, ""),
        ("pipe", tarfile.FIFOTYPE, ""),
    ):
        header = tarfile.TarInfo(name)
        header.type, header.linkname = kind, target
        entries.append(header)
    path = inside.tarred(tmp_path / "a.tar", {"a.png": inside.png(), "../b.png": inside.png(2)}, "", entries)
    found = inside.listed(path, spool)
    parts = {part.name: part for part in found.listing.parts}
    assert inside.by_id(found)["member:folder/"].harmless == "a folder"
    assert parts["inside"].harmless == "a link to a.png"
    assert all("outside the archive" in parts[name].why_not for name in ("out", "hard"))
    assert (parts["device"].why_not, parts["pipe"].why_not) == ("a device", "a pipe")
    assert len(found.files) == 2
    assert "1 name leads out of it: ../b.png" in inside.problems(found)


@pytest.mark.parametrize(("pack", "name"), [(gzip.compress, "a.gz"), (bz2.compress, "a.bz2"), (lzma.compress, "a.xz")])
def test_a_packed_file_is_one_part(tmp_path: Path, spool: Path, pack: Callable[[bytes], bytes], name: str) -> None:
    path = tmp_path / name
    path.write_bytes(pack(inside.png()[:100]) + pack(inside.png()[100:]))
    found = inside.listed(path, spool)
    assert inside.taken_out(found, spool) == {"member:content": inside.png()}
    assert inside.problems(found) == ""


def test_gzip_tells_the_name_that_it_noted(tmp_path: Path, spool: Path) -> None:
    with (tmp_path / "x.gz").open("wb") as file, gzip.GzipFile("still.png", "wb", fileobj=file) as packed:
        packed.write(inside.png())
    assert list(inside.by_id(inside.listed(tmp_path / "x.gz", spool))) == ["member:still.png"]


def test_zstd_is_unpacked_by_libarchive(tmp_path: Path, spool: Path) -> None:
    tar = inside.tarred(tmp_path / "a.tar", MEMBERS)
    if not shutil.which("zstd"):
        pytest.skip("no zstd here to make one with")
    subprocess.run(["zstd", "-q", str(tar)], check=True)
    found = inside.listed(tmp_path / "a.tar.zst", spool)
    assert len(found.files) == 3
    assert inside.problems(found) == ""


@pytest.mark.parametrize("pack", [gzip.compress, bz2.compress, lzma.compress])
def test_a_bomb_is_told(tmp_path: Path, spool: Path, pack: Callable[[bytes], bytes]) -> None:
    path = tmp_path / "a.gz"
    path.write_bytes(pack(bytes(64 << 20)))
    (part,) = inside.listed(path, spool).listing.parts
    assert "many times its packed size" in part.why_not
    assert list(spool.iterdir()) == []


def test_a_bomb_inside_a_packed_tar_is_told_and_what_stands_before_it_stays(tmp_path: Path, spool: Path) -> None:
    members = {"a.png": inside.png(), "bomb.bin": bytes(64 << 20), "b.png": inside.png(2)}
    found = inside.listed(inside.tarred(tmp_path / "a.tar", members, "xz"), spool)
    assert inside.taken_out(found, spool) == {"member:a.png": inside.png()}
    assert "many times its packed size" in inside.by_id(found)["member:bomb.bin"].why_not
    assert "many times its packed size" in inside.problems(found)


@pytest.mark.parametrize("mode", ["", "gz"])
def test_what_stands_behind_the_end_is_told(tmp_path: Path, spool: Path, mode: str) -> None:
    first = inside.tarred(tmp_path / "a.tar", {"a.png": inside.png()}, mode)
    first.write_bytes(
        first.read_bytes() + inside.tarred(tmp_path / "b.tar", {"b.png": inside.png(2)}, mode).read_bytes()
    )
    found = inside.listed(first, spool)
    assert list(inside.taken_out(found, spool)) == ["member:a.png"]
    assert "behind its end" in inside.problems(found)


def test_garbage_behind_a_packed_file_is_told(tmp_path: Path, spool: Path) -> None:
    path = tmp_path / "a.gz"
    path.write_bytes(gzip.compress(inside.png()) + inside.jpeg())
    found = inside.listed(path, spool)
    assert inside.taken_out(found, spool) == {"member:content": inside.png()}
    assert "behind the end of its packed stream" in inside.problems(found)


@pytest.mark.parametrize("mode", ["", "gz", "bz2", "xz"])
def test_a_tar_that_is_cut_off_is_told(tmp_path: Path, spool: Path, mode: str) -> None:
    path = inside.tarred(tmp_path / "a.tar", {"a.png": inside.png(), "b.png": inside.png(2, 200, 200)}, mode)
    path.write_bytes(path.read_bytes()[: 12_000 if not mode else -300])
    found = inside.listed(path, spool)
    assert inside.problems(found) or any(part.why_not for part in found.listing.parts)


def test_a_member_with_holes_is_told(tmp_path: Path, spool: Path) -> None:
    header = tarfile.TarInfo("sparse.mov")
    header.pax_headers = {"GNU.sparse.major": "1", "GNU.sparse.name": "sparse.mov"}
    with tarfile.open(tmp_path / "a.tar", "w", format=tarfile.PAX_FORMAT) as archive:
        archive.addfile(header)
    (part,) = inside.listed(tmp_path / "a.tar", spool).listing.parts
    assert "holes" in part.why_not
