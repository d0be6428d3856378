"""Processes that do the dangerous work, so that a crash or a hang costs one asset and not the run.

Parsers of media and metadata crash on hostile bytes. Each task runs alone in a spawned process with a time-out; when
the process dies, its task gets a `Failure` and the others go on. Results come back as they finish.
"""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, CancelledError, Future, wait
from concurrent.futures import TimeoutError as FutureTimeoutError
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from multiprocessing import get_context
from typing import Generic, Self, TypeVar

from pebble import ProcessExpired, ProcessPool

from scanner.terms.reasons import Reason

TaskT = TypeVar("TaskT")
ResultT = TypeVar("ResultT")

_IN_FLIGHT = 4
"""Tasks handed out for each worker: enough to keep it busy, few enough to hold results in memory for."""
_GLANCE = 1.0
"""Seconds between two looks at whether the pool still stands: one that broke doesn't answer for what it was given."""
_TASKS_A_WORKER = 500
"""A worker is replaced after so many tasks, so that what a parser leaks is given back."""


@dataclass(frozen=True, slots=True)
class Failure:
    """A task that gave no result: a reason of area `scan`, and why."""

    code: Reason
    message: str


@dataclass(frozen=True, slots=True)
class Job(Generic[TaskT]):
    """A task and how many seconds it may take."""

    task: TaskT
    timeout: float


class Workers:
    """A pool of worker processes, started when the first job comes. Leaving it by an exception kills the workers."""

    def __init__(self, count: int, initialise: Callable[..., None], arguments: tuple[object, ...]) -> None:
        self.count = count
        self._initialise = initialise
        self._arguments = arguments
        self._pool: ProcessPool | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        if kind is not None:
            self.stop()
        elif self._pool is not None:
            self._pool.close()  # type: ignore[no-untyped-call]  # pebble types its methods in part
            self._pool.join()

    def run(
        self, work: Callable[[TaskT], ResultT], jobs: Iterable[Job[TaskT]]
    ) -> Iterator[tuple[TaskT, ResultT | Failure]]:
        """Each task with its result or its failure, in the order in which they finish."""
        waiting = deque(jobs)
        running: dict[Future[ResultT], Job[TaskT]] = {}
        while waiting or running:
            while waiting and len(running) < self.count * _IN_FLIGHT and not self._broken():
                try:
                    running[self._hand_out(work, waiting[0])] = waiting[0]
                except RuntimeError:  # it broke since we asked
                    break
                waiting.popleft()
            finished, _ = wait(running, timeout=_GLANCE, return_when=FIRST_COMPLETED)
            if self._broken():
                finished = {future for future in running if _answered(future)}
            for future in finished:
                task = running.pop(future).task
                result: ResultT | Failure = _outcome(future)
                yield task, result
            if self._broken():
                yield from self._each_alone(work, running.values())
                running.clear()

    def _each_alone(
        self, work: Callable[[TaskT], ResultT], jobs: Iterable[Job[TaskT]]
    ) -> Iterator[tuple[TaskT, ResultT | Failure]]:
        """After the whole pool broke, each job that was in it by itself: the one that breaks it again did it."""
        for job in jobs:
            self.stop()
            future = self._hand_out(work, job)
            while not future.done() and not self._broken():
                wait([future], timeout=_GLANCE)
            answer: ResultT | Failure = _BROKE
            if _answered(future):
                answer = _outcome(future)
            yield job.task, answer
        self.stop()

    def _hand_out(self, work: Callable[[TaskT], ResultT], job: Job[TaskT]) -> "Future[ResultT]":
        future: Future[ResultT] = self._started().schedule(work, args=[job.task], timeout=job.timeout)
        return future

    def _broken(self) -> bool:
        """Whether pebble has given the pool up: every worker died before it said what it was working on."""
        return self._pool is not None and not self._pool.active

    def stop(self) -> None:
        """Kill the workers; jobs that come later get new ones."""
        if self._pool is not None:
            self._pool.stop()  # type: ignore[no-untyped-call]  # the same
            self._pool.join()
            self._pool = None

    def _started(self) -> ProcessPool:
        if self._pool is None:
            # spawn: a forked child would inherit a dead C2PA context and this process's threads in odd states
            self._pool = ProcessPool(
                max_workers=self.count,
                max_tasks=_TASKS_A_WORKER,
                initializer=self._initialise,
                initargs=list(self._arguments),
                context=get_context("spawn"),
            )
        return self._pool


_BROKE = Failure(Reason.SCAN_CRASHED, "a parser ended its process as soon as it began to read it")


def _answered(future: "Future[ResultT]") -> bool:
    """Whether it holds a result or a failure of its own, rather than that of a pool that broke."""
    return future.done() and not future.cancelled() and not isinstance(future.exception(), BrokenProcessPool)


def _outcome(future: "Future[ResultT]") -> ResultT | Failure:
    try:
        return future.result()
    except FutureTimeoutError:
        return Failure(
            Reason.SCAN_TIMEOUT, "examining it took longer than a file of its size may take, and was stopped"
        )
    except ProcessExpired as death:
        return Failure(
            Reason.SCAN_CRASHED, f"a parser ended its process while reading it ({_death_in_words(death.exitcode)})"
        )
    except CancelledError:
        return Failure(Reason.SCAN_CRASHED, "it was not examined: the workers were stopped")
    except Exception as error:  # noqa: BLE001 - whatever one asset does to a worker, the others go on
        return Failure(Reason.SCAN_CRASHED, f"examining it failed: {type(error).__name__}: {error}")


def _death_in_words(exitcode: int | None) -> str:
    return f"signal {-exitcode}" if exitcode is not None and exitcode < 0 else f"exit code {exitcode}"
