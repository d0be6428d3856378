"""A person stops a scan: the report of what was done is written and says so, and nothing is left running."""

import os
import signal
import subprocess
import time
from pathlib import Path

import pytest

from fixtures.command import Outcome, arguments, slowed, surroundings
from fixtures.media import movie, still


def left_running(folder: Path) -> list[str]:
    """Processes that carry this test's environment."""
    mark = f"PROVSCAN_CACHE={folder / 'cache'}".encode()
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if mark in (process / "environ").read_bytes() and b"Z (zombie)" not in (process / "status").read_bytes():
                found.append((process / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace"))
        except OSError:
            continue
    return found


@pytest.fixture(autouse=True)
def _listening() -> None:
    """A shell starts what runs in its background deaf to SIGINT, and whatever that starts inherits it."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_scan_reports_what_it_did(tmp_path: Path, how: signal.Signals) -> None:
    drop = tmp_path / "drop"
    drop.mkdir()
    still(drop / "a.png", text={"parameters": "x\nSteps: 20, Sampler: Euler a, CFG scale: 7, Seed: 1, Model: m"})
    movie(drop / "long.mov", frames=720)
    running = subprocess.Popen(
        arguments(("scan", drop, "--jobs", "2")),
        cwd=tmp_path,
        env=surroundings(tmp_path, slowed(tmp_path)),
        start_new_session=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    deadline = time.monotonic() + 60
    while not any("rawvideo" in line for line in left_running(tmp_path)):
        assert running.poll() is None, running.communicate()
        assert time.monotonic() < deadline
        time.sleep(0.02)
    os.killpg(running.pid, how)
    out, err = running.communicate(timeout=60)
    outcome = Outcome(running.returncode, out.decode(), err.decode(), tmp_path)
    assert outcome.code == 130, outcome.err
    report = outcome.report("drop.provscan")
    assert report["run"]["completed"] is False
    assert report["complete"] is False
    unfinished = next(asset for asset in report["assets"] if asset["path"] == "long.mov")
    assert unfinished["examined"] is False
    assert {finding["reason"] for finding in unfinished["findings"]} == {"scan.interrupted"}
    assert unfinished["verdict"] == "review"
    assert "stopped" in unfinished["problems"][0]["message"]
    deadline = time.monotonic() + 10
    while left_running(tmp_path) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert left_running(tmp_path) == []
