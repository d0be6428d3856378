import subprocess
import sys
from pathlib import Path

import pytest

from fixtures import inside_documents as inside
from scanner.parts.archives import unpackers

if not unpackers.has_libarchive():
    pytest.skip("no libarchive on this machine (the extra `archives`)", allow_module_level=True)
import libarchive

MEMBERS = {"a/one.png": inside.png(), "two.jpg": inside.jpeg(), "../three.png": inside.png(3)}


@pytest.fixture
def spool(tmp_path: Path) -> Path:
    return tmp_path / "spool"


def sevenz(path: Path, members: dict[str, bytes]) -> Path:
    with libarchive.file_writer(str(path), "7zip") as archive:
        for name, content in members.items():
            archive.add_file_from_memory(name, len(content), content)
    return path


@pytest.mark.parametrize("make", [sevenz, inside.rar])
def test_every_member_is_a_part(tmp_path: Path, spool: Path, make: object) -> None:
    assert callable(make)
    found = inside.listed(make(tmp_path / "a.packed", MEMBERS), spool)
    assert inside.taken_out(found, spool) == {f"member:{name}": data for name, data in MEMBERS.items()}
    assert "out of it" in inside.problems(found)


def test_without_a_reader_it_is_told(tmp_path: Path, spool: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unpackers, "_library", lambda: None)
    (part,) = inside.listed(sevenz(tmp_path / "a.7z", MEMBERS), spool).listing.parts
    assert part.why_not == "no reader for 7z is installed"


def test_a_bomb_is_told(tmp_path: Path, spool: Path) -> None:
    found = inside.listed(sevenz(tmp_path / "a.7z", {"a.bin": bytes(64 << 20), "b.png": inside.png()}), spool)
    assert "many times its packed size" in inside.by_id(found)["member:a.bin"].why_not
    assert "many times its packed size" in inside.problems(found)
    assert list(spool.iterdir()) == []


@pytest.mark.parametrize("make", [sevenz, inside.rar])
def test_one_that_is_cut_off_is_told(tmp_path: Path, spool: Path, make: object) -> None:
    assert callable(make)
    path = make(tmp_path / "a.packed", MEMBERS)
    path.write_bytes(path.read_bytes()[:-2000])
    found = inside.listed(path, spool)
    assert inside.problems(found) or any(part.why_not for part in found.listing.parts)


def test_nothing_is_started_to_find_the_library() -> None:
    script = (
        "import sys; started = []; sys.addaudithook(lambda event, _: started.append(event)); "
        "from scanner.parts.archives import unpackers; assert unpackers.missing('7z') is None; "
        "sys.exit(any(event in {'subprocess.Popen', 'os.posix_spawn', 'os.fork', 'os.system'} for event in started))"
    )
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0
