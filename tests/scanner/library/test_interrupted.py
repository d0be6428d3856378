"""A library whose writer is killed at any of its steps is whole, and the interrupted work is done or not at all."""

import os
import shutil
import signal
import sqlite3
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from scanner.catalogue import shelf
from scanner.library.checking import check
from scanner.library.store import open_library
from scanner.library.writer import Writer
from tests.scanner.library.works import FILM, addition, film, poster, some

POINTS = 20
STEPS = ("pwrite", "fsync", "replace", "unlink", "truncate")


class Steps:
    """Counts the steps of a process on its disk, and kills it at one: a write is then done by half."""

    def __init__(self, last: int) -> None:
        self.done = 0
        self._last = last

    def step(self, half: Callable[[], object] = lambda: None) -> None:
        self.done += 1
        if self.done == self._last:
            half()
            os.kill(os.getpid(), signal.SIGKILL)

    def watch(self) -> None:
        """Every write, sync, cut, rename and removal from now on is a step, and every statement of a database."""
        for name in STEPS:
            setattr(os, name, self._watched(name, getattr(os, name)))
        connect = sqlite3.connect

        def connected(*arguments: Any, **more: Any) -> sqlite3.Connection:  # noqa: ANN401 - whatever the real one takes
            db: sqlite3.Connection = connect(*arguments, **more)
            db.set_trace_callback(lambda _statement: self.step())
            return db

        sqlite3.connect = connected  # type: ignore[assignment]  # one of its overloads is enough here

    def _watched(self, name: str, real: Callable[..., Any]) -> Callable[..., Any]:
        def act(*arguments: Any) -> Any:  # noqa: ANN401 - as above
            def half() -> None:
                if name == "pwrite":
                    descriptor, data, start = arguments
                    real(descriptor, data[: len(data) // 2], start)

            self.step(half)
            return real(*arguments)

        return act


def work(folder: Path, kind: str) -> None:
    """What is interrupted."""
    with Writer(folder) as writer:
        match kind:
            case "add":
                writer.add([addition("new.mov", FILM, film(7)), addition("newer.png", FILM, poster(8))])
            case "remove":
                writer.remove(["film.mov", "song.wav"])
            case "compact":
                writer.compact()
            case "begin":
                writer.add(some())


def killed(folder: Path, kind: str, last: int) -> int:
    """Have a child do the work, killed at its step `last`; 0: it is spared. How many steps it took, -1 where killed."""
    told, tell = os.pipe()
    child = os.fork()
    if not child:
        try:
            steps = Steps(last)
            steps.watch()
            work(folder, kind)
            os.write(tell, str(steps.done).encode())
        except BaseException:  # noqa: BLE001 - a forked child must never come back into pytest
            traceback.print_exc()
        os._exit(0)
    os.close(tell)
    _, status = os.waitpid(child, 0)
    with os.fdopen(told) as said:
        text = said.read()
    if os.WIFSIGNALED(status):
        assert os.WTERMSIG(status) == signal.SIGKILL
        return -1
    assert text, "the child failed"
    return int(text)


def contents(folder: Path) -> tuple[object, ...]:
    """What a library holds, wherever in its files it lies."""
    opened = open_library(folder)
    held = sorted((block.content, block.kind, bytes(opened.bytes_of(block))) for block in opened.inventory.blocks)
    return opened.inventory.names, opened.inventory.works, tuple(held)


@pytest.fixture(scope="module")
def begun(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A library that something was added to and removed from."""
    folder = tmp_path_factory.mktemp("begun") / "library"
    with Writer(folder) as writer:
        writer.add(some())
        writer.compact()
        writer.remove(["posters/51.png"])
        writer.add([one for one in some() if one.id == "posters/51.png"])
    return folder


@pytest.mark.parametrize(("kind", "seed"), [("add", 1), ("remove", 2), ("compact", 3), ("begin", 4)])
def test_killed_at_seeded_steps(tmp_path: Path, begun: Path, kind: str, seed: int) -> None:
    """Five of them for each kind of work, twenty in all."""
    folder = tmp_path / "library"

    def anew() -> None:
        shutil.rmtree(folder, ignore_errors=True)
        if kind != "begin":
            shutil.copytree(begun, folder)

    anew()
    before = contents(folder) if kind != "begin" else ((), (), ())
    steps = killed(folder, kind, 0)
    after = contents(folder)
    bytes_after = {file.name: file.read_bytes() for file in folder.iterdir()}
    assert steps >= 2 * POINTS // 4
    for step in sorted(np.random.default_rng(seed).choice(steps, POINTS // 4, replace=False).tolist()):
        anew()
        assert killed(folder, kind, step + 1) == -1
        held = before
        if shelf.is_library(folder):
            assert check(folder) == []
            held = contents(folder)
            assert held in (before, after), f"half done after step {step} of {steps}"
        if kind != "remove" or held == before:  # what is gone can't be removed again
            work(folder, kind)
        assert check(folder) == []
        assert contents(folder) == after
        if kind == "compact":
            assert {file.name: file.read_bytes() for file in folder.iterdir()} == bytes_after
