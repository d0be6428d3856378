"""The box that programs run in: what is in it, what isn't, and what happens on a machine that can't build one."""

import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from scanner.media import program, sandbox
from scanner.media.program import run
from scanner.media.tools import isolation, tools


@pytest.fixture
def bubblewrap() -> str:
    """The path of a bubblewrap that works here."""
    found = program._bubblewrap()
    if not found:
        pytest.skip("bubblewrap is missing here, or may not make namespaces")
    return found


@pytest.fixture
def tried_again() -> Iterator[None]:
    """What was found out about this machine is forgotten, before and after."""
    program._bubblewrap.cache_clear()
    program._runs_boxed.cache_clear()
    yield
    program._bubblewrap.cache_clear()
    program._runs_boxed.cache_clear()


@pytest.mark.usefixtures("bubblewrap")
def test_a_file_is_only_there_through_its_descriptor(tmp_path: Path) -> None:
    held, other = tmp_path / "held.mov", tmp_path / "other.mov"
    held.write_bytes(b"held")
    other.write_bytes(b"other")
    held.chmod(0o600)
    with held.open("rb") as file:
        number = file.fileno()
        assert run(["cat", f"/proc/self/fd/{number}"], timeout=30, pass_fds=[number]).stdout == b"held"
        for path in (held, other, tmp_path, Path.cwd(), Path.home()):
            done = run(["ls", str(path)], timeout=30, pass_fds=[number])
            assert (done.returncode, done.stdout) == (2, b""), path


@pytest.mark.usefixtures("bubblewrap")
def test_a_folder_of_ours_can_be_read_and_not_written(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"a")
    script = f"cat {tmp_path}/a; touch {tmp_path}/b 2>/dev/null || echo no"
    assert run(["sh", "-c", script], timeout=30, folders=[str(tmp_path)]).stdout == b"ano\n"


@pytest.mark.usefixtures("bubblewrap")
@pytest.mark.parametrize("place", ["/", "/usr", "/usr/lib", "/dev", "/etc", "/proc"])
def test_nothing_can_be_written(place: str) -> None:
    assert run(["touch", f"{place}/written"], timeout=30).returncode == 1


@pytest.mark.usefixtures("bubblewrap")
def test_there_is_no_network_and_no_other_process() -> None:
    interfaces = run(["cat", "/proc/net/dev"], timeout=30).stdout.decode().splitlines()[2:]
    assert [line.split(":")[0].strip() for line in interfaces] == ["lo"]
    seen = run(["ls", "/proc"], timeout=30).stdout.decode().split()
    assert [name for name in seen if name.isdecimal()] == ["1"]


@pytest.mark.usefixtures("bubblewrap")
def test_a_program_that_faults_in_the_box_has_a_negative_code() -> None:
    assert run(["perl", "-e", 'unpack "p", pack "J", 1'], timeout=30).returncode == -11


@pytest.mark.usefixtures("bubblewrap")
def test_a_program_is_limited_in_the_box_too() -> None:
    limit = str(program.ADDRESS_SPACE // 1024).encode()
    assert run(["sh", "-c", "ulimit -v; ulimit -c"], timeout=30).stdout.split() == [limit, b"0"]


@pytest.mark.usefixtures("bubblewrap")
def test_nothing_in_a_box_outlives_the_process_that_built_it() -> None:
    script = (
        "import os, sys\nfrom scanner.media.program import Child\n"
        "child = Child(['sh', '-c', 'echo up; sleep 6543.21'])\n"
        "child.read_into(memoryview(bytearray(9)))\nos.kill(os.getpid(), 9)"
    )
    subprocess.run([sys.executable, "-c", script], check=False, timeout=60)
    until = time.monotonic() + 10
    while _running(b"6543.21") and time.monotonic() < until:
        time.sleep(0.05)
    assert not _running(b"6543.21")


@pytest.mark.usefixtures("bubblewrap")
def test_the_report_says_that_there_is_a_box() -> None:
    assert isolation() == "bwrap"


@pytest.mark.usefixtures("tried_again")
@pytest.mark.parametrize("stand_in", [None, "exit 1", "echo 'No permissions to create new namespace' >&2; exit 1"])
def test_without_a_bubblewrap_that_works_programs_run_unboxed_and_the_report_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, stand_in: str | None
) -> None:
    tools()
    for tool in ("prlimit", "cat", "sh"):
        (tmp_path / tool).symlink_to(f"/usr/bin/{tool}")
    if stand_in:
        (tmp_path / "bwrap").write_text(f"#!/bin/sh\n{stand_in}\n")
        (tmp_path / "bwrap").chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert isolation() == "prlimit"
    assert run(["cat", str(tmp_path / "sh")], timeout=30).stdout
    (tmp_path / "prlimit").unlink()
    assert isolation() == "none"


@pytest.mark.usefixtures("bubblewrap", "tried_again")
def test_a_program_from_elsewhere_is_put_in_the_box_if_it_runs_there(tmp_path: Path) -> None:
    for name, body in {"fit": "echo fit", "unfit": f"cat {tmp_path}/library || exit 127"}.items():
        (tmp_path / name).write_text(f"#!/bin/sh\n{body}\n")
        (tmp_path / name).chmod(0o755)
    (tmp_path / "library").write_text("needed\n")
    assert program.walls(str(tmp_path / "fit"))
    assert run([str(tmp_path / "fit")], timeout=30).stdout == b"fit\n"
    assert not program.walls(str(tmp_path / "unfit"))
    assert run([str(tmp_path / "unfit")], timeout=30).stdout == b"needed\n"


def test_only_root_does_without_a_user_namespace() -> None:
    ours, roots = (sandbox.line("/usr/bin/bwrap", "/usr/bin/ffmpeg", root=root) for root in (False, True))
    assert "--unshare-user" in ours
    assert "--unshare-user" not in roots
    assert "--cap-add" not in ours
    assert roots[roots.index("--cap-add") + 1] == "CAP_DAC_READ_SEARCH"


def _running(word: bytes) -> list[Path]:
    found = []
    for place in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            if word in place.read_bytes():
                found.append(place)
        except OSError:
            continue
    return found
