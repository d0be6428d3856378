"""Starting programs: what goes in, what comes out, and that nothing outlives its time."""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import pytest

from scanner.media import program
from scanner.media.errors import MediaError, MediaTimeoutError
from scanner.media.pipes import Collected
from scanner.media.program import Child, pour, run

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


def poured(argv: list[str], limits: Sequence[int] = (1 << 24,), *, wall: float = 30, idle: float = 30) -> list[bytes]:
    """What a Python or shell script writes to each of its pipes; their numbers are its last arguments."""
    sinks = [Collected(limit, "it") for limit in limits]
    pour(lambda numbers: [*argv, *map(str, numbers)], sinks, wall=wall, idle=idle, boxed=False)
    return [sink.all() for sink in sinks]


def test_ten_megabytes_of_complaints_before_the_first_byte_do_not_hang() -> None:
    script = (
        "import sys\nfor _ in range(100_000): sys.stderr.write('x' * 99 + '\\n')\nsys.stdout.buffer.write(bytes(10))"
    )
    done = run([*PYTHON, script], timeout=30, boxed=False)
    assert done.stdout == bytes(10)
    assert done.stderr_lines == 100_000
    assert len(done.stderr) == program.STDERR_KEPT


TURNS = """
import os, sys
pipes = [int(word) for word in sys.argv[1:]]
for turn in range(50):
    for pipe in {order}:
        written = 0
        while written < 9000:
            written += os.write(pipe, bytes([pipes.index(pipe)]) * (9000 - written))
"""


@pytest.mark.parametrize(
    "order", ["pipes", "pipes[::-1]", "pipes[turn % 4:]", "pipes[:1] * (turn < 49) + pipes[1:] * (turn == 49)"]
)
def test_a_program_with_four_pipes_never_waits_for_one_that_is_not_read(order: str) -> None:
    limits = [1 << 24] * 4
    came = poured([*PYTHON, TURNS.format(order=order)], limits)
    assert [set(part) for part in came] == [{0}, {1}, {2}, {3}]
    assert all(len(part) % 9000 == 0 for part in came)
    assert sum(map(len, came)) >= 9000 * 50


def test_a_pipe_on_which_nothing_comes_until_the_end_holds_up_nothing() -> None:
    script = (
        "import os, sys\nfirst, second, *_ = map(int, sys.argv[1:])\nos.write(second, b'early')\n"
        "for _ in range(200): os.write(first, bytes(60_000))\nos.write(second, b'late')"
    )
    came = poured([*PYTHON, script], [1 << 24] * 3)
    assert [len(part) for part in came] == [12_000_000, 9, 0]


def test_a_boxed_program_finds_its_pipes_too() -> None:
    sinks = [Collected(100, "it"), Collected(100, "it")]
    pour(lambda numbers: ["sh", "-c", f"echo out; echo more >/dev/fd/{numbers[1]}"], sinks, wall=30, idle=30)
    assert [sink.all() for sink in sinks] == [b"out\n", b"more\n"]


def test_pipes_are_closed_again() -> None:
    before = len(list(Path("/proc/self/fd").iterdir()))
    poured(["true"], [9] * 5)
    with pytest.raises(MediaError):
        poured(["yes"], [9] * 5)
    assert len(list(Path("/proc/self/fd").iterdir())) == before


def test_a_sink_that_had_enough_ends_the_program() -> None:
    with pytest.raises(MediaError, match="more than 1000 bytes"):
        poured(["yes"], [1000])


def test_an_interruption_while_its_pipes_are_read_ends_the_program(tmp_path: Path) -> None:
    class Interrupted(Collected):
        def took(self, count: int) -> None:
            raise KeyboardInterrupt(count)

    noted = tmp_path / "pid"
    with pytest.raises(KeyboardInterrupt):
        pour(
            lambda numbers: ["sh", "-c", f"echo $$ > {noted}; exec yes >/dev/fd/{numbers[1]}"],
            [Collected(99, "it"), Interrupted(99, "it")],
            wall=60,
            idle=60,
            boxed=False,
        )
    assert gone(int(noted.read_text()))


def test_a_program_without_a_sign_of_life_on_any_pipe_is_ended() -> None:
    began = time.monotonic()
    with pytest.raises(MediaTimeoutError):
        poured(["sh", "-c", "printf 12345; exec sleep 60", "sh"], [99, 99], idle=0.3)
    assert time.monotonic() - began < 10


def test_one_pipe_that_shows_life_keeps_a_program_alive() -> None:
    script = "import os, sys, time\nfor _ in range(8): os.write(int(sys.argv[2]), b'x'); time.sleep(0.2)"
    assert poured([*PYTHON, script], [99, 99], idle=1) == [b"", b"x" * 8]


def test_a_program_that_goes_on_and_on_is_ended() -> None:
    with pytest.raises(MediaTimeoutError):
        poured(["yes"], [1 << 40], wall=0.5, idle=60)


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
