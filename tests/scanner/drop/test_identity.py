import errno
import hashlib
import itertools
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fixtures.names import noise, odd_files, put
from scanner.drop.assets import Asset, Member
from scanner.drop.identity import HEX_DIGITS, asset_digest, drop_digest, hash_file, open_regular

A, B = hashlib.sha256(b"a").hexdigest(), hashlib.sha256(b"b").hexdigest()


def member(relative: str, size: int, number: int | None = None) -> Member:
    return Member(relative, size, mtime_ns=1, ctime_ns=1, inode=1, number=number)


def sha256(*lines: bytes) -> str:
    return hashlib.sha256(b"".join(lines)).hexdigest()


@pytest.mark.parametrize("length", [0, 1, (1 << 20) - 1, 1 << 20, (1 << 20) + 1, (5 << 20) + 77])
def test_a_file_of_any_length_has_the_sha256_of_its_bytes(tmp_path: Path, length: int) -> None:
    content = noise(length)
    assert hash_file(put(tmp_path, b"file", content)) == {"sha256": hashlib.sha256(content).hexdigest()}


def test_a_file_with_a_nasty_name_is_hashed(tmp_path: Path) -> None:
    assert hash_file(put(tmp_path, b"-\n\xff.mov", b"a")) == {"sha256": A}


@pytest.mark.parametrize("what", ["pipe", "socket", "link inside", "link out", "broken link", "loop"])
def test_what_is_no_regular_file_is_refused_without_waiting(tmp_path: Path, what: str) -> None:
    odd = odd_files(tmp_path / "drop")
    with pytest.raises(OSError, match=r"not a regular file|a symbolic link, which is not followed"):
        hash_file(odd[what])


def test_a_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="not a regular file"):
        hash_file(tmp_path)


def test_a_device_is_refused() -> None:
    with pytest.raises(OSError, match="not a regular file"):
        hash_file(Path("/dev/zero"))


def test_a_file_that_is_gone_says_so(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError) as caught:
        hash_file(tmp_path / "gone.mov")
    assert caught.value.errno == errno.ENOENT


def test_refusing_leaves_no_file_open(tmp_path: Path) -> None:
    before = len(list(Path("/proc/self/fd").iterdir()))
    for _ in range(3):
        with pytest.raises(OSError, match="not a regular file"):
            hash_file(tmp_path)
    assert len(list(Path("/proc/self/fd").iterdir())) == before


def test_a_single_file_is_its_own_sha256() -> None:
    assert asset_digest(Asset("VFX/a.mov", (member("VFX/a.mov", 1),)), {"VFX/a.mov": A}) == A


def test_a_sequence_is_the_sha256_of_its_sorted_lines() -> None:
    members = (member("VFX/p.0001.exr", 10, 1), member("VFX/p.0002.exr", 9, 2))
    sequence = Asset("VFX/p.%04d.exr", members, is_sequence=True)
    expected = sha256(f"{B} 10 p.0001.exr\n".encode(), f"{A} 9 p.0002.exr\n".encode())
    assert asset_digest(sequence, {"VFX/p.0001.exr": B, "VFX/p.0002.exr": A}) == expected


def test_a_sequence_keeps_its_identity_in_another_folder() -> None:
    here = Asset("p.%d.exr", (member("p.1.exr", 1, 1), member("p.2.exr", 1, 2)), is_sequence=True)
    there = Asset("x/p.%d.exr", (member("x/p.1.exr", 1, 1), member("x/p.2.exr", 1, 2)), is_sequence=True)
    shas = {"p.1.exr": A, "p.2.exr": B, "x/p.1.exr": A, "x/p.2.exr": B}
    assert asset_digest(here, shas) == asset_digest(there, shas)


def test_a_sequences_identity_tells_which_frame_holds_what() -> None:
    sequence = Asset("p.%d.exr", (member("p.1.exr", 1, 1), member("p.2.exr", 1, 2)), is_sequence=True)
    assert asset_digest(sequence, {"p.1.exr": A, "p.2.exr": B}) != asset_digest(sequence, {"p.1.exr": B, "p.2.exr": A})


def test_names_enter_a_sequences_digest_as_bytes_with_newline_and_backslash_escaped() -> None:
    first, second = "\udcff\\\n.1.exr", "\udcff\\\n.2.exr"
    sequence = Asset("x", (member(first, 1, 1), member(second, 2, 2)), is_sequence=True)
    lines = sorted([A.encode() + b" 1 \xff\\\\\\n.1.exr\n", B.encode() + b" 2 \xff\\\\\\n.2.exr\n"])
    assert asset_digest(sequence, {first: A, second: B}) == sha256(*lines)


def test_a_drop_is_the_sha256_of_its_sorted_lines_whatever_their_order() -> None:
    entries = [(B, 1, "b.mov"), (A, 10, "a.mov"), (A, 2, "c.mov")]
    expected = "sha256:" + sha256(*sorted(f"{sha} {size} {path}\n".encode() for sha, size, path in entries))
    assert {drop_digest(order) for order in itertools.permutations(entries)} == {expected}


def test_an_empty_drop_has_a_digest() -> None:
    assert drop_digest([]) == "sha256:" + hashlib.sha256(b"").hexdigest()


def test_a_name_with_a_newline_cannot_pose_as_another_file() -> None:
    posing = [(A, 1, f"a.mov\n{B} 2 b.mov")]
    assert drop_digest(posing) != drop_digest([(A, 1, "a.mov"), (B, 2, "b.mov")])


entries = st.frozensets(st.tuples(st.sampled_from([A, B]), st.integers(0, 3), st.text("ab \n\\n", max_size=6)))


@given(entries, entries)
def test_two_drops_share_a_digest_only_where_they_are_the_same(
    one: frozenset[tuple[str, int, str]], other: frozenset[tuple[str, int, str]]
) -> None:
    def doubled(drop: frozenset[tuple[str, int, str]]) -> list[tuple[str, int, str]]:
        return [(sha, size, path.replace("\\", "\\\\")) for sha, size, path in drop]

    assert (drop_digest(doubled(one)) == drop_digest(doubled(other))) == (one == other)


@pytest.mark.parametrize(
    ("algorithm", "digits"),
    [
        ("md5", "900150983cd24fb0d6963f7d28e17f72"),
        ("sha1", "a9993e364706816aba3e25717850c26c9cd0d89d"),
        ("xxh32", "32d153ff"),
        ("xxh64", "44bc2cf5ad770999"),
        ("xxh3", "78af5f94892f3950"),
        ("xxh128", "06b05ab6733a618578af5f94892f3950"),
    ],
)
def test_other_digests_are_those_of_their_standards(tmp_path: Path, algorithm: str, digits: str) -> None:
    made = hash_file(put(tmp_path, b"abc", b"abc"), [algorithm])
    assert made == {"sha256": hashlib.sha256(b"abc").hexdigest(), algorithm: digits}
    assert HEX_DIGITS[algorithm] == len(digits)


def test_all_digests_are_made_in_one_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = put(tmp_path, b"large", noise((2 << 20) + 5))
    opened: list[Path] = []

    def spy(path: Path) -> int:
        opened.append(path)
        return open_regular(path)

    monkeypatch.setattr("scanner.drop.identity.open_regular", spy)
    made = hash_file(file, HEX_DIGITS)
    assert opened == [file]
    assert made["sha512"] == hashlib.sha512(file.read_bytes()).hexdigest()
    assert set(made) == set(HEX_DIGITS)
