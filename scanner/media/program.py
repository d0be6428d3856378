"""The only place that starts programs: bounded in time, memory and what they may say, and gone when we are gone.

A program gets an argument list (never a shell), no standard input, a session of its own, and limits from `prlimit`
and `setpriv` where this machine has them: an address space, no core files, and death with the process that started
it. Unless it is told otherwise it runs in a box (`scanner.media.sandbox`) where one can be built, and sees no file but
those whose descriptors it is handed. Its standard error is read all the while, so that it never blocks, and only the
end of it is kept. This module knows nothing of media.
"""

import atexit
import os
import selectors
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass, replace
from functools import cache
from types import TracebackType
from typing import IO, Self, TypeAlias

from scanner.media import sandbox
from scanner.media.errors import MediaError, MediaTimeoutError
from scanner.media.pipes import Collected, Pipe, Sink

Argument: TypeAlias = str | bytes

ADDRESS_SPACE = 8 * 1024**3
"""Bytes of memory a program may map. 2160p HEVC takes 0.3 GB of it; a bomb takes all it gets."""
STDERR_KEPT = 64 * 1024
"""Bytes of a program's standard error that are kept: the last ones."""
STDOUT_LIMIT = 64 * 1024 * 1024
"""Bytes that `run` takes unless told otherwise."""

_CHUNK = 64 * 1024
_STDOUT = 1
_SIGNALLED = 128  # what bubblewrap, as a shell, adds to the number of the signal that ended the program in it
_DEADLY = frozenset({signal.SIGILL, signal.SIGTRAP, signal.SIGABRT, signal.SIGBUS, signal.SIGFPE, signal.SIGKILL})
_DEADLY |= {signal.SIGSEGV, signal.SIGPIPE, signal.SIGTERM, signal.SIGXCPU, signal.SIGXFSZ, signal.SIGSYS}
_PATIENCE = 30.0  # seconds between the end of a program's output and its own end


@dataclass(frozen=True, slots=True)
class Completed:
    """A program that ended. `returncode` is negative where a signal ended it, in a box or out of it.

    `stderr` is the end of its standard error, `stderr_lines` how many lines it had in all.
    """

    returncode: int
    stdout: bytes
    stderr: str
    stderr_lines: int


def run(
    argv: Sequence[Argument],
    *,
    timeout: float,
    stdout_limit: int = STDOUT_LIMIT,
    pass_fds: Sequence[int] = (),
    folders: Sequence[str] = (),
    boxed: bool = True,
) -> Completed:
    """Run a program to its end and take what it prints. `timeout` is in seconds of wall time.

    In its box it sees the descriptors `pass_fds`, as /proc/self/fd/N, and may read the `folders`; see `Child`.

    Raises:
        MediaTimeoutError: it was killed because its time was up.
        MediaError: it was killed because it printed more than `stdout_limit` bytes, or it can't be started.
    """
    printed = Collected(stdout_limit, os.path.basename(os.fsdecode(argv[0])))  # noqa: PTH119 - a name only
    completed = pour(
        lambda _: argv, [printed], wall=timeout, idle=timeout, pass_fds=pass_fds, folders=folders, boxed=boxed
    )
    return replace(completed, stdout=printed.all())


def pour(
    line: Callable[[Sequence[int]], Sequence[Argument]],
    sinks: Sequence[Sink],
    *,
    wall: float,
    idle: float,
    pass_fds: Sequence[int] = (),
    folders: Sequence[str] = (),
    boxed: bool = True,
) -> Completed:
    """Run a program that writes to several pipes at once, each to its own sink, to its end.

    `line` makes the command line from the numbers of the pipes, one for each sink; the first is standard output. All of
    them are read as bytes come, in whatever order, so that the program never waits for one while we wait for another;
    memory is what the sinks keep. `wall` and `idle` are seconds: all told, and without a byte on any pipe.

    Raises:
        MediaTimeoutError: it was killed because its time was up. The sinks have what came until then.
        MediaError: it can't be started, or a sink had enough.
    """
    with ExitStack() as stack:
        pipes = [stack.enter_context(Pipe()) for _ in sinks[1:]]
        numbers = [pipe.writer for pipe in pipes]
        argv = line([_STDOUT, *numbers])
        child = Child(argv, wall=wall, idle=idle, pass_fds=[*pass_fds, *numbers], folders=folders, boxed=boxed)
        stack.enter_context(child)
        for pipe in pipes:
            pipe.close_writer()
        child.drain(sinks[0], {pipe.reader: sink for pipe, sink in zip(pipes, sinks[1:], strict=True)})
        return child.end(b"")


class Child:
    """One running program and the pipes to it. Leaving its `with` kills it and all that it started.

    `wall` and `idle` are seconds; idle is time without a byte from it. `talks` gives it a standard input to write to.
    Unless `boxed` is False it runs in a box where this machine can build one: there it sees the descriptors
    `pass_fds`, may read the `folders` (absolute, no links on the way), and finds nothing else of ours.
    """

    def __init__(
        self,
        argv: Sequence[Argument],
        *,
        wall: float = float("inf"),
        idle: float = float("inf"),
        pass_fds: Sequence[int] = (),
        folders: Sequence[str] = (),
        talks: bool = False,
        boxed: bool = True,
    ) -> None:
        program = os.fsdecode(argv[0])
        self.name = os.path.basename(program)  # noqa: PTH119 - a name only
        self.wall, self.idle = wall, idle
        self._errors = b""
        self._lines = 0
        around = walls(program, tuple(folders)) if boxed else ()
        self._boxed = bool(around)
        self._process = _start([*_limits(), *around, *argv], pass_fds, talks=talks)
        _living.add(self._process)
        self._stdout, self._stderr = _pipe(self._process.stdout), _pipe(self._process.stderr)
        self._ready = selectors.DefaultSelector()
        self._ready.register(self._stdout, selectors.EVENT_READ)
        self._ready.register(self._stderr, selectors.EVENT_READ)
        self._began = time.monotonic()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.kill()

    @property
    def running(self) -> bool:
        """Whether it hasn't ended yet."""
        return self._process.poll() is None

    def restart_clock(self) -> None:
        """Let `wall` count from now: for a program that answers one request after another."""
        self._began = time.monotonic()

    def write(self, data: bytes) -> None:
        """Hand it a request (only for one that `talks`).

        Raises:
            MediaError: it has ended.
        """
        try:
            while data:
                data = data[os.write(_pipe(self._process.stdin).fileno(), data) :]
        except OSError as error:
            raise MediaError(f"{self.name} ended before its work was done") from error

    def read_into(self, view: memoryview) -> int:
        """Wait for output and put it into `view`; how many bytes, 0 at the end of the output.

        Raises:
            MediaTimeoutError: nothing came in time.
        """
        since = time.monotonic()
        while True:
            for number in self._wait(since):
                since = time.monotonic()
                if number == self._stdout.fileno():
                    return self._take_output(number, view)
                self._take_errors()

    def drain(self, sink: Sink, other_sinks: Mapping[int, Sink]) -> None:
        """Take all output until its end: standard output into `sink`, other pipes, by our ends of them, into theirs.

        Raises:
            MediaTimeoutError: nothing came in time.
        """
        sinks = {self._stdout.fileno(): sink, **other_sinks}
        for number in other_sinks:
            self._ready.register(number, selectors.EVENT_READ)
        running = set(sinks)
        since = time.monotonic()
        while running:
            ready = self._wait(since)
            for number in ready:
                if number not in sinks:
                    self._take_errors()
                elif count := self._take_output(number, sinks[number].room()):
                    sinks[number].took(count)
                else:
                    running.discard(number)
            since = time.monotonic() if ready else since

    def _wait(self, since: float) -> list[int]:
        """The pipes that have something for us, or have ended. `since`: when the program last had to show some life."""
        remaining = min(self._began + self.wall, since + self.idle) - time.monotonic()
        if remaining <= 0:
            self.kill()
            raise MediaTimeoutError(f"{self.name} was stopped: it took longer than it may")
        return [key.fd for key, _ in self._ready.select(min(remaining, 3600.0))]

    def end(self, stdout: bytes) -> Completed:
        """Wait for the program itself, whose output has ended, and take the rest of what it had to say.

        Raises:
            MediaTimeoutError: it closed its output and went on.
        """
        until = time.monotonic() + _PATIENCE
        while self._stderr in self._ready.get_map() and (remaining := until - time.monotonic()) > 0:
            if self._ready.select(remaining):
                self._take_errors()
        try:
            code = self._process.wait(max(0.1, until - time.monotonic()))
        except subprocess.TimeoutExpired:
            self.kill()
            raise MediaTimeoutError(f"{self.name} was stopped: it did not end with its output") from None
        if self._boxed and code - _SIGNALLED in _DEADLY:
            code = _SIGNALLED - code
        return Completed(code, stdout, self._errors.decode("utf-8", "replace"), self._lines)

    def kill(self) -> None:
        """End it and its whole session, if it still runs, and close the pipes."""
        _kill(self._process)
        _living.discard(self._process)
        self._ready.close()
        for pipe in (self._process.stdin, self._stdout, self._stderr):
            if pipe:
                with suppress(OSError):  # a request that was never taken
                    pipe.close()

    def _take_output(self, number: int, view: memoryview) -> int:
        count = os.readv(number, [view])
        if not count:
            self._ready.unregister(number)
        return count

    def _take_errors(self) -> None:
        chunk = os.read(self._stderr.fileno(), _CHUNK)
        if not chunk:
            self._ready.unregister(self._stderr)
        self._lines += chunk.count(b"\n")
        self._errors = (self._errors + chunk)[-STDERR_KEPT:]


def kill_children() -> None:
    """Kill every program that this process has running. Runs by itself when the interpreter ends."""
    for process in list(_living):
        _kill(process)
        _living.discard(process)


_living: set[subprocess.Popen[bytes]] = set()
atexit.register(kill_children)
os.register_at_fork(after_in_child=_living.clear)  # a forked worker must not end its parent's programs


@cache
def _limits() -> tuple[str, ...]:
    """What to put before a command line.

    The kernel keeps the tie to the *thread* that started the program: one that ends takes its programs along.
    """
    before: list[str] = []
    if setpriv := shutil.which("setpriv"):
        before += [setpriv, "--pdeathsig", "KILL", "--"]
    if prlimit := shutil.which("prlimit"):
        before += [prlimit, f"--as={ADDRESS_SPACE}", "--core=0", "--"]
    return tuple(before)


def walls(program: str, folders: tuple[str, ...] = ()) -> tuple[str, ...]:
    """The box for a program; none where this machine can't build it, or the program doesn't run in it."""
    bubblewrap = _bubblewrap()
    path = shutil.which(program)
    if not bubblewrap or not path or not _runs_boxed(path):
        return ()
    return tuple(sandbox.line(bubblewrap, os.path.abspath(path), root=os.geteuid() == 0, folders=folders))  # noqa: PTH100 - links stay


@cache
def _bubblewrap() -> str | None:
    """Bubblewrap, where it can build a box here: a container, or a distribution, may forbid it the namespaces.

    Tried with what matters: a file that only its opened descriptor leads to.
    """
    bubblewrap, reader = shutil.which("bwrap"), shutil.which("cat")
    if not bubblewrap or not reader or not sandbox.is_of_the_system(reader):
        return None
    with open(__file__, "rb") as file:  # noqa: PTH123 - its descriptor is what is wanted
        around = sandbox.line(bubblewrap, reader, root=os.geteuid() == 0)
        line = [*around, reader, f"/proc/self/fd/{file.fileno()}"]
        try:
            completed = run(line, timeout=60, pass_fds=[file.fileno()], boxed=False)
        except MediaError:
            return None
        return bubblewrap if completed.stdout == file.read() else None


@cache
def _runs_boxed(path: str) -> bool:
    """Whether a program finds its libraries in the box; only one from outside the system's folders is tried."""
    bubblewrap = _bubblewrap()
    if not bubblewrap or sandbox.is_of_the_system(path):
        return bubblewrap is not None
    around = sandbox.line(bubblewrap, path, root=os.geteuid() == 0)
    try:
        completed = run([*around, path, "-version"], timeout=60, boxed=False)
    except MediaError:
        return False
    return completed.returncode == 0


def _start(argv: Sequence[Argument], pass_fds: Sequence[int], *, talks: bool) -> subprocess.Popen[bytes]:
    environment = {name: value for name, value in os.environ.items() if name not in {"FFREPORT", "PERL5OPT"}}
    environment |= {"LC_ALL": "C.UTF-8", "TZ": "UTC"}  # what a tool prints must not depend on where it runs
    try:
        return subprocess.Popen(
            argv,
            stdin=subprocess.PIPE if talks else subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            bufsize=0,
            start_new_session=True,
            pass_fds=pass_fds,
            env=environment,
        )
    except OSError as error:
        raise MediaError(f"a program could not be started: {error.strerror}") from error


def _pipe(pipe: IO[bytes] | None) -> IO[bytes]:
    if pipe is None:
        raise RuntimeError("the child was started without this pipe")
    return pipe


def _kill(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        with suppress(subprocess.TimeoutExpired):  # one that waits for a dead file server can't be ended by anybody
            process.wait(_PATIENCE)
