import struct
import zipfile
from pathlib import Path

import pytest

from fixtures import inside_documents as inside
from scanner.parts.source import Bounds


@pytest.fixture
def spool(tmp_path: Path) -> Path:
    return tmp_path / "spool"


@pytest.mark.parametrize("packing", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_every_member_is_a_part_with_its_own_bytes(tmp_path: Path, spool: Path, packing: int) -> None:
    members = {"a/one.png": inside.png(), "two.jpg": inside.jpeg(), "notes.txt": b"words", "a/": b""}
    found = inside.listed(inside.zipped(tmp_path / "a.zip", members, packing), spool)
    assert inside.taken_out(found, spool) == {f"member:{name}": data for name, data in members.items() if data}
    assert inside.by_id(found)["member:a/"].harmless == "a folder"
    assert [part.id for part in found.listing.parts] == [f"member:{name}" for name in members]
    assert inside.problems(found) == ""


def test_a_large_member_comes_out_whole(tmp_path: Path, spool: Path) -> None:
    content = bytes(range(256)) * 4096 + inside.png()
    found = inside.listed(inside.zipped(tmp_path / "a.zip", {"a.bin": content}), spool)
    assert inside.taken_out(found, spool) == {"member:a.bin": content}


def test_a_name_that_stands_twice_is_two_parts(tmp_path: Path, spool: Path) -> None:
    path = inside.zipped(tmp_path / "a.zip", {"a.png": inside.png(1), "b.png": inside.png(2), "a.png#2": inside.png(3)})
    path.write_bytes(path.read_bytes().replace(b"b.png", b"a.png"))
    found = inside.listed(tmp_path / "a.zip", spool)
    assert list(inside.taken_out(found, spool).values()) == [inside.png(1), inside.png(2), inside.png(3)]
    assert len(inside.by_id(found)) == 3


@pytest.mark.parametrize("name", ["../x.png", "/x.png", "C:\\x.png", "a\\..\\..\\x.png", "C:x.png"])
def test_a_name_that_leads_out_is_told_and_never_written(tmp_path: Path, spool: Path, name: str) -> None:
    found = inside.listed(inside.zipped(tmp_path / "a.zip", {name: inside.png()}), spool)
    (part,) = found.listing.parts
    assert "leads out" in part.where
    assert "out of it" in inside.problems(found)
    assert list(inside.taken_out(found, spool).values()) == [inside.png()]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.zip", "spool"]


def test_a_name_that_only_looks_like_it_is_not(tmp_path: Path, spool: Path) -> None:
    found = inside.listed(inside.zipped(tmp_path / "a.zip", {"a/../b.png": inside.png()}), spool)
    assert inside.problems(found) == ""


def test_an_encrypted_member_is_told(tmp_path: Path, spool: Path) -> None:
    path = inside.zipped(tmp_path / "a.zip", {"a.png": inside.png(), "b.png": inside.png(2)})
    raw = bytearray(path.read_bytes())
    raw[raw.index(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(raw)
    parts = inside.by_id(inside.listed(path, spool))
    assert parts["member:a.png"].why_not == "it is encrypted"
    assert parts["member:b.png"].why_not == ""


def test_a_packing_that_nothing_here_undoes_is_told(tmp_path: Path, spool: Path) -> None:
    path = inside.zipped(tmp_path / "a.zip", {"a.png": inside.png()})
    raw = bytearray(path.read_bytes())
    struct.pack_into("<H", raw, raw.index(b"PK\x01\x02") + 10, 93)
    path.write_bytes(raw)
    assert "method 93" in inside.by_id(inside.listed(path, spool))["member:a.png"].why_not


def test_a_size_that_lies_is_told(tmp_path: Path, spool: Path) -> None:
    path = inside.zipped(tmp_path / "a.zip", {"a.png": inside.png()})
    raw = bytearray(path.read_bytes())
    struct.pack_into("<I", raw, raw.index(b"PK\x01\x02") + 24, 10)
    path.write_bytes(raw)
    found = inside.listed(path, spool)
    assert "not those that the directory speaks of" in inside.by_id(found)["member:a.png"].why_not
    assert "own headers say something else" in inside.problems(found)


def test_another_name_in_the_own_header_is_told_and_the_member_examined(tmp_path: Path, spool: Path) -> None:
    path = inside.zipped(tmp_path / "a.zip", {"a.png": inside.png()})
    path.write_bytes(path.read_bytes().replace(b"a.png", b"b.txt", 1))
    found = inside.listed(path, spool)
    assert inside.taken_out(found, spool) == {"member:a.png": inside.png()}
    assert "own headers say something else than the directory: a.png" in inside.problems(found)


def test_a_member_that_the_directory_does_not_name_is_told(tmp_path: Path, spool: Path) -> None:
    whole = inside.zipped(tmp_path / "a.zip", {"a.txt": b"1", "hidden.png": inside.png(), "b.txt": b"2"}).read_bytes()
    at = whole.index(b"PK\x01\x02")
    entries = [b"PK\x01\x02" + entry for entry in whole[at : whole.index(b"PK\x05\x06")].split(b"PK\x01\x02")[1:]]
    directory = entries[0] + entries[2]
    end = struct.pack("<4s4H2IH", b"PK\x05\x06", 0, 0, 2, 2, len(directory), at, 0)
    hiding = tmp_path / "hiding.zip"
    hiding.write_bytes(whole[:at] + directory + end)
    found = inside.listed(hiding, spool)
    named, other, unnamed = inside.taken_out(found, spool).items()
    assert (named[0], other[0]) == ("member:a.txt", "member:b.txt")
    assert unnamed[1].startswith(inside.png())  # packing made it no smaller, and so it lies there as it is
    assert "bytes between its members belong to none" in inside.problems(found)


def test_an_honest_zip_of_thousands_of_stills_is_taken_out_whole(tmp_path: Path, spool: Path) -> None:
    still = inside.png()
    members = {f"{number:05}.png": still + number.to_bytes(2, "big") for number in range(3000)}
    found = inside.listed(inside.zipped(tmp_path / "a.zip", members, zipfile.ZIP_STORED), spool)
    assert len(found.files) == 3000
    assert not any(part.why_not for part in found.listing.parts)
    assert inside.problems(found) == ""


def test_a_hundred_thousand_members_are_told(tmp_path: Path, spool: Path) -> None:
    members = {f"{number}": b"" for number in range(100_000)}
    found = inside.listed(inside.zipped(tmp_path / "a.zip", members, zipfile.ZIP_STORED), spool)
    assert len(found.listing.parts) == Bounds().listed
    assert "95,000 of its 100,000 members were not looked at" in inside.problems(found)


def test_a_large_file_has_more_time_and_room_than_a_small_one() -> None:
    small, large = Bounds().of(1 << 20), Bounds().of(100 << 30)
    assert small.seconds < 10.1
    assert (small.file_bytes, large.file_bytes) == (4 << 30, 300 << 30)
    assert large.seconds == 10 + 5120


def test_members_written_as_a_stream_leave_no_gaps(tmp_path: Path, spool: Path) -> None:
    class Forwards:
        def __init__(self, path: Path) -> None:
            self.file = path.open("wb")

        def write(self, data: bytes) -> int:
            return self.file.write(data)

        def flush(self) -> None:
            self.file.flush()

    out = Forwards(tmp_path / "a.zip")
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:  # type: ignore[call-overload]  # it can't be sought in
        archive.writestr("a.png", inside.png())
        archive.writestr("b.png", inside.png(2))
    out.file.close()
    found = inside.listed(tmp_path / "a.zip", spool)
    assert len(found.files) == 2
    assert inside.problems(found) == ""


def test_overlapping_members_are_refused(tmp_path: Path, spool: Path) -> None:
    path = inside.zipped(tmp_path / "a.zip", {"a.png": inside.png(), "b.png": inside.png(2)})
    raw = bytearray(path.read_bytes())
    second = raw.index(b"PK\x01\x02", raw.index(b"PK\x01\x02") + 4)
    struct.pack_into("<I", raw, second + 42, 0)
    path.write_bytes(raw)
    parts = inside.by_id(inside.listed(path, spool))
    assert "overlap" in parts["member:b.png"].why_not
    assert parts["member:a.png"].why_not == ""


def test_a_bomb_is_told_and_nothing_of_it_stays(tmp_path: Path, spool: Path) -> None:
    with (
        zipfile.ZipFile(tmp_path / "a.zip", "w", zipfile.ZIP_DEFLATED) as archive,
        archive.open("a.bin", "w") as member,
    ):
        for _ in range(64):
            member.write(bytes(1 << 20))
    found = inside.listed(tmp_path / "a.zip", spool)
    assert "many times its packed size" in inside.by_id(found)["member:a.bin"].why_not
    assert list(spool.iterdir()) == []


def test_more_members_than_are_listed_are_counted(tmp_path: Path, spool: Path) -> None:
    path = inside.zipped(tmp_path / "a.zip", {f"{number}.txt": b"x" for number in range(30)}, zipfile.ZIP_STORED)
    found = inside.listed(path, spool, Bounds(listed=20))
    assert len(found.listing.parts) == 20
    assert "10 of its 30 members were not looked at" in inside.problems(found)


def test_bytes_in_front_and_a_comment_change_nothing(tmp_path: Path, spool: Path) -> None:
    path = inside.zipped(tmp_path / "a.zip", {"a.png": inside.png()})
    with zipfile.ZipFile(path, "a") as archive:
        archive.comment = b"made at noon"
    path.write_bytes(b"PK\x03\x04" + bytes(500) + path.read_bytes())
    assert inside.taken_out(inside.listed(path, spool), spool) == {"member:a.png": inside.png()}


@pytest.mark.parametrize("cut", [10, 200, 400])
def test_a_zip_that_is_cut_off_is_told(tmp_path: Path, spool: Path, cut: int) -> None:
    path = inside.zipped(tmp_path / "a.zip", {"a.png": inside.png()})
    path.write_bytes(path.read_bytes()[:-cut])
    assert inside.problems(inside.listed(path, spool))


def test_a_link_is_harmless_inside_and_told_where_it_leads_out(tmp_path: Path, spool: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        for name, target in (("in.png", "a/b.png"), ("out.png", "/etc/passwd")):
            entry = zipfile.ZipInfo(name)
            entry.create_system, entry.external_attr = 3, 0o120777 << 16
            archive.writestr(entry, target)
    parts = inside.by_id(inside.listed(tmp_path / "a.zip", spool))
    assert parts["member:in.png"].harmless == "a link to a/b.png"
    assert "/etc/passwd, outside the archive" in parts["member:out.png"].why_not


def test_an_end_that_names_nothing_hides_nothing(tmp_path: Path, spool: Path) -> None:
    path = inside.zipped(tmp_path / "a.zip", {"a.png": inside.png()})
    path.write_bytes(path.read_bytes() + b"PK\x05\x06" + bytes(18))
    assert "belong to none" in inside.problems(inside.listed(path, spool))


def test_an_end_in_a_comment_is_told_and_one_in_a_member_is_not(tmp_path: Path, spool: Path) -> None:
    inner = inside.zipped(tmp_path / "b.zip", {"b.png": inside.png()}).read_bytes()
    path = inside.zipped(tmp_path / "a.zip", {"b.zip": inner}, zipfile.ZIP_STORED)
    assert inside.problems(inside.listed(path, spool)) == ""
    with zipfile.ZipFile(path, "a") as archive:
        archive.comment = inner[inner.index(b"PK\x05\x06") :]
    assert "several ends" in inside.problems(inside.listed(path, tmp_path / "again"))
