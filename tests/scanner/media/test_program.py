"""Starting programs: what goes in, what comes out, and that nothing outlives its time."""

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from scanner.media import program
from scanner.media.program import Child, MediaError, MediaTimeoutError, run, stream

PYTHON = [sys.executable, "-I", "-c"]


def alive(pid: int) -> bool:
    """Whether a process runs (a zombie doesn't)."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def gone(pid: int, within: float = 5.0) -> bool:
    until = time.monotonic() + within
    while alive(pid) and time.monotonic() < until:
        time.sleep(0.02)
    return not alive(pid)


def test_a_program_gives_its_output_its_complaints_and_its_code() -> None:
    done = run(["sh", "-c", "echo out; echo err >&2; exit 3"], timeout=10)
    assert (done.returncode, done.stdout, done.stderr, done.stderr_lines) == (3, b"out\n", "err\n", 1)


def test_arguments_are_never_read_by_a_shell_and_may_be_bytes() -> None:
    assert run([b"printf", b"%s", b"$HOME;\xff`id`"], timeout=10).stdout == b"$HOME;\xff`id`"


def test_a_program_has_nothing_on_its_standard_input() -> None:
    assert run(["cat"], timeout=10).stdout == b""


def test_a_program_ended_by_a_signal_has_a_negative_code() -> None:
    assert run(["sh", "-c", "kill -SEGV $$"], timeout=10, boxed=False).returncode == -11


def test_a_program_that_takes_too_long_is_ended_with_all_that_it_started(tmp_path: Path) -> None:
    noted = tmp_path / "pid"
    with pytest.raises(MediaTimeoutError):
        run(["sh", "-c", f"sleep 60 & echo $! > {noted}; wait"], timeout=0.5, boxed=False)
    assert gone(int(noted.read_text()))


def test_a_program_that_closes_its_output_and_goes_on_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(program, "_PATIENCE", 0.2)
    began = time.monotonic()
    with pytest.raises(MediaTimeoutError):
        run(["sh", "-c", "exec >&- 2>&-; sleep 60"], timeout=30, boxed=False)
    assert time.monotonic() - began < 5


def test_a_program_that_says_too_much_is_ended() -> None:
    with pytest.raises(MediaError, match="more than 1000 bytes"):
        run(["yes"], timeout=10, stdout_limit=1000)


def test_ten_megabytes_of_complaints_before_the_first_frame_do_not_hang() -> None:
    script = (
        "import sys\nfor _ in range(100_000): sys.stderr.write('x' * 99 + '\\n')\nsys.stdout.buffer.write(bytes(10))"
    )
    with stream([*PYTHON, script], frame_bytes=5, wall=30, idle=30, boxed=False) as frames:
        assert sum(len(block) for block in frames) == 2
    assert frames.completed
    assert frames.completed.stderr_lines == 100_000
    assert len(frames.completed.stderr) == program.STDERR_KEPT


def test_frames_come_whole_in_one_buffer_that_is_used_again() -> None:
    script = "import sys; sys.stdout.buffer.write(bytes(i // 4 for i in range(30)))"
    with stream([*PYTHON, script], frame_bytes=4, batch=3, wall=10, idle=10, boxed=False) as frames:
        blocks = [(block, block[:, 0].tolist()) for block in frames]
    assert [seen for _, seen in blocks] == [[0, 1, 2], [3, 4, 5], [6]]
    assert frames.leftover == 2
    assert np.shares_memory(blocks[0][0], blocks[1][0])


def test_a_stream_without_a_sign_of_life_is_ended() -> None:
    with (
        stream(["sh", "-c", "printf 12345; sleep 60"], frame_bytes=5, wall=60, idle=0.3) as frames,
        pytest.raises(MediaTimeoutError),
    ):
        list(frames)


def test_a_stream_that_goes_on_and_on_is_ended() -> None:
    with stream(["yes"], frame_bytes=2, wall=0.5, idle=60) as frames, pytest.raises(MediaTimeoutError):
        for _ in frames:
            pass


def test_leaving_early_ends_the_program() -> None:
    with stream(["yes"], frame_bytes=2, wall=60, idle=60) as frames:
        next(iter(frames))
        pid = frames._child._process.pid
        assert alive(pid)
    assert gone(pid)


def test_an_interruption_ends_the_program() -> None:
    with pytest.raises(KeyboardInterrupt), Child(["sleep", "60"]) as child:
        raise KeyboardInterrupt
    assert gone(child._process.pid)


@pytest.mark.parametrize("end", ["sys.exit()", "1/0", "os.kill(os.getpid(), 15)", "os.kill(os.getpid(), 9)"])
def test_no_program_outlives_the_process_that_started_it(end: str) -> None:
    if "kill" in end and not shutil.which("setpriv"):
        pytest.skip("no setpriv here, which is what ties a program to a process that is killed")
    script = (
        "import os, sys, time\nfrom pathlib import Path\nfrom scanner.media.program import Child\n"
        "pid = Child(['sleep', '60'], boxed=False)._process.pid\n"
        # it has tied itself to us by the time that it is sleep
        "while Path(f'/proc/{pid}/comm').read_text() != 'sleep\\n': time.sleep(0.01)\n"
        f"print(pid, flush=True)\n{end}"
    )
    ended = subprocess.run([sys.executable, "-c", script], capture_output=True, check=False, timeout=30)
    assert gone(int(ended.stdout))


def test_a_forked_process_does_not_end_its_parents_programs() -> None:
    with Child(["sleep", "60"]) as child:
        forked = os.fork()
        if forked == 0:
            program.kill_children()
            os._exit(0)
        os.waitpid(forked, 0)
        assert alive(child._process.pid)


def test_a_program_is_limited_in_memory_and_leaves_no_core() -> None:
    if not shutil.which("prlimit"):
        pytest.skip("no prlimit here")
    assert run(["sh", "-c", "ulimit -v; ulimit -c"], timeout=10).stdout.split() == [
        str(program.ADDRESS_SPACE // 1024).encode(),
        b"0",
    ]


def test_a_program_does_not_see_what_would_change_its_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FFREPORT", "file=/tmp/never.log")
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    seen = run(["env"], timeout=10).stdout.decode().splitlines()
    assert "TZ=UTC" in seen
    assert not any(line.startswith("FFREPORT") for line in seen)
