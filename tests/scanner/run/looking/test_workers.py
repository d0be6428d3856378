"""Workers: whatever one task does to its process, the others get their results."""

import os
import signal
import time

import pytest

from scanner.run.looking.workers import Failure, Job, Workers


def initialise(_word: str) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def work(task: tuple[int, str]) -> int:
    number, deed = task
    if deed == "die":
        os.kill(os.getpid(), signal.SIGSEGV)
    if deed == "leave":
        time.sleep(0.5)  # one that dies before its start was noted is told apart from a hang by the pool alone
        os._exit(3)
    if deed == "hang":
        time.sleep(60)
    if deed == "raise":
        raise ValueError("no such chunk")
    return number * 10


def run(tasks: list[tuple[int, str]], timeout: float = 30) -> dict[int, int | Failure]:
    with Workers(2, initialise, ("x",)) as workers:
        return {task[0]: result for task, result in workers.run(work, (Job(task, timeout) for task in tasks))}


def test_a_crash_an_exit_and_an_exception_cost_exactly_those_three() -> None:
    tasks = [(number, {3: "die", 5: "leave", 6: "raise"}.get(number, "")) for number in range(1, 25)]
    results = run(tasks)
    failed = {number: result for number, result in results.items() if isinstance(result, Failure)}
    assert {number: result for number, result in results.items() if number not in failed} == {
        number: number * 10 for number in range(1, 25) if number not in {3, 5, 6}
    }
    assert {number: failure.code for number, failure in failed.items()} == dict.fromkeys((3, 5, 6), "scan.crashed")
    assert "signal 11" in failed[3].message
    assert "exit code 3" in failed[5].message
    assert "no such chunk" in failed[6].message


def test_a_hang_is_stopped_and_told() -> None:
    results = run([(1, ""), (2, "hang"), (3, "")], timeout=3)
    failure = results.pop(2)
    assert isinstance(failure, Failure)
    assert failure.code == "scan.timeout"
    assert results == {1: 10, 3: 30}


def test_no_jobs_start_no_process() -> None:
    with Workers(2, initialise, ("x",)) as workers:
        assert list(workers.run(work, ())) == []
        assert workers._pool is None


def test_leaving_by_an_exception_does_not_wait_for_the_work() -> None:
    def interrupted() -> None:
        with Workers(1, initialise, ("x",)) as workers:
            for _ in workers.run(work, [Job((1, ""), 60), Job((2, "hang"), 60)]):
                raise KeyboardInterrupt

    started = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert time.monotonic() - started < 30


def dead_on_arrival(_word: str) -> None:
    os._exit(9)


def test_workers_that_can_not_even_start_fail_each_task_and_hang_none() -> None:
    with Workers(2, dead_on_arrival, ("x",)) as workers:
        results = dict(workers.run(work, (Job((number, ""), 60) for number in range(3))))
    assert [result.code for result in results.values() if isinstance(result, Failure)] == ["scan.crashed"] * 3


def test_a_worker_is_replaced_before_it_grows_old(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("scanner.run.looking.workers._TASKS_A_WORKER", 5)
    assert run([(number, "") for number in range(40)]) == {number: number * 10 for number in range(40)}
