"""The same inputs give the same report: a second time, with other workers, or after a kill in the middle."""

import os
import shutil
import signal
import sqlite3
import subprocess
import time
from pathlib import Path
from typing import Any

import pytest

from fixtures.command import arguments, decodings, provscan, spying, starts, surroundings, tree
from fixtures.media import movie, sequence, sound, still
from scanner.report.jsonfile import without_run_fields

AS_OF = ("--as-of", "2026-04-02")


@pytest.fixture(scope="module")
def drop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A drop of every kind, with twins, and a reference picture that stands inside one of its movies."""
    folder = tmp_path_factory.mktemp("work") / "drop"
    folder.mkdir()
    references = folder.parent / "references"
    references.mkdir()
    poster = still(references / "poster.png", seed=7)
    movie(folder / "a.mp4", seed=1, insert=(poster, 10, 30))
    movie(folder / "b.mov", seed=2, codec="prores_ks")
    (folder / "twin of b.mov").write_bytes((folder / "b.mov").read_bytes())
    sequence(folder / "plate", "plate.%04d.dpx", count=4, missing=(1003,))
    still(
        folder / "marked.png",
        seed=3,
        text={"parameters": "a house\nSteps: 20, Sampler: Euler a, CFG scale: 7, Seed: 1"},
    )
    still(folder / "plain.jpg", seed=4)
    sound(folder / "mix.wav")
    (folder / "empty.mov").write_bytes(b"")
    return folder


def scan(drop: Path, folder: Path, *more: str, env: dict[str, str] | None = None) -> dict[str, Any]:
    outcome = provscan(folder, "scan", drop, *AS_OF, "--references", drop.parent / "references", *more, env=env)
    assert outcome.code == 1, outcome.err
    return without_run_fields(outcome.report("drop.provscan"))  # type: ignore[arg-type]  # JSON as read


def test_a_second_scan_starts_no_decoder_and_says_the_same(drop: Path, tmp_path: Path) -> None:
    before = tree(drop)
    first = scan(drop, tmp_path)
    env, notes = spying(tmp_path)
    assert scan(drop, tmp_path, env=env) == first
    assert [starts(notes, tool) for tool in ("ffmpeg", "ffprobe", "exiftool")] == [[], [], []]
    assert tree(drop) == before
    assert scan(drop, tmp_path, "--verify-content", env=env) == first
    assert starts(notes, "ffmpeg") == []


def test_twins_are_decoded_once(drop: Path, tmp_path: Path) -> None:
    env, notes = spying(tmp_path)
    scan(drop, tmp_path, env=env)
    assert decodings(notes) == 2  # a.mp4 and one of the twins; the plate takes no ffmpeg


def test_the_number_of_workers_changes_nothing(drop: Path, tmp_path: Path) -> None:
    alone, many = tmp_path / "1", tmp_path / "4"
    alone.mkdir()
    many.mkdir()
    assert scan(drop, alone, "--jobs", "1") == scan(drop, many, "--jobs", "4")


def test_one_new_file_is_all_that_is_examined(drop: Path, tmp_path: Path) -> None:
    copy = tmp_path / "drop"
    shutil.copytree(drop, copy)
    shutil.copytree(drop.parent / "references", tmp_path / "references")
    scan(copy, tmp_path)
    movie(copy / "new.mp4", seed=9)
    env, notes = spying(tmp_path)
    scan(copy, tmp_path, env=env)
    assert decodings(notes) == 1


def test_a_run_killed_in_its_middle_goes_on_where_it_stopped(drop: Path, tmp_path: Path) -> None:
    undisturbed = tmp_path / "undisturbed"
    undisturbed.mkdir()
    env, every = spying(undisturbed)
    expected = scan(drop, undisturbed, "--jobs", "1", env=env)
    words = ("scan", drop, *AS_OF, "--references", drop.parent / "references", "--jobs", "1")
    running = subprocess.Popen(
        arguments(words), cwd=tmp_path, env=surroundings(tmp_path), start_new_session=True,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    remembered = wait_for(tmp_path / "cache" / "cache.sqlite", running)
    os.killpg(running.pid, signal.SIGKILL)
    running.wait()
    assert not (tmp_path / "drop.provscan" / "report.json").exists()
    env, notes = spying(tmp_path)
    assert scan(drop, tmp_path, "--jobs", "1", env=env) == expected
    assert remembered >= 1
    assert decodings(notes) < decodings(every)


def wait_for(database: Path, running: "subprocess.Popen[bytes]") -> int:
    """Until two extractions are kept; how many are."""
    deadline = time.monotonic() + 60
    while running.poll() is None and time.monotonic() < deadline:
        if database.exists():
            db = sqlite3.connect(f"file:{database}?mode=ro", uri=True)
            try:
                count = int(db.execute("SELECT count(*) FROM extractions").fetchone()[0])
            except sqlite3.OperationalError:
                count = 0
            finally:
                db.close()
            if count >= 2:
                return count
        time.sleep(0.02)
    pytest.fail("the run ended before it could be killed")
