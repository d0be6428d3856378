"""Gathering: real media through real workers into the catalogue, and what a failure leaves behind."""

import os
from contextlib import ExitStack, closing
from pathlib import Path

import pytest

from detectors import DetectorSettings, builtin
from fixtures.media import movie, sequence, still
from scanner.catalogue import Catalogue
from scanner.drop.walk import walk
from scanner.run.looking.examine import Examined, examine, initialise
from scanner.run.looking.gather import Gathering
from scanner.run.looking.plan import Visit
from scanner.run.looking.workers import Workers


class Watcher:
    """Keeps what it is told."""

    def __init__(self, stop_after: int = 1_000_000) -> None:
        self.counts = (0, 0)
        self.paths: list[str] = []
        self._stop_after = stop_after

    def planned(self, assets: int, remembered: int) -> None:
        self.counts = (assets, remembered)

    def examined(self, path: str, _signs: int) -> None:
        self.paths.append(path)
        if len(self.paths) >= self._stop_after:
            raise KeyboardInterrupt


def run(drop: Path, cache: Path, watcher: Watcher) -> dict[str, str]:
    """What became of each asset: its kind, or the code of what went wrong."""
    settings = DetectorSettings()
    walked = walk(drop)
    with ExitStack() as held, Catalogue(cache) as catalogue, Workers(2, initialise, (settings,)) as workers:
        gathering = held.enter_context(closing(Gathering(catalogue, workers, builtin(settings))))
        gathering.gather(walked, [], watcher, threads=2, reread=False)
        found: dict[str, str] = {}
        for unit in gathering.units(walked):
            extraction = gathering.extraction(unit)
            found[unit.asset.path] = extraction.kind if extraction else gathering.failure(unit).code
        return found


@pytest.fixture
def drop(tmp_path: Path) -> Path:
    folder = tmp_path / "drop"
    folder.mkdir()
    movie(folder / "a.mp4", frames=12)
    still(folder / "b.png")
    sequence(folder / "plate", count=3)
    return folder


def test_kinds_are_told_by_content_and_all_is_remembered(drop: Path, tmp_path: Path) -> None:
    (drop / "b.png").rename(drop / "b.mov")
    first, second = Watcher(), Watcher()
    expected = {"a.mp4": "video", "b.mov": "still", "plate/plate.%04d.exr": "sequence"}
    assert run(drop, tmp_path / "cache", first) == expected
    assert (first.counts, sorted(first.paths)) == ((3, 0), sorted(expected))
    assert run(drop, tmp_path / "cache", second) == expected
    assert (second.counts, second.paths) == ((3, 3), [])


def test_an_interrupt_keeps_what_was_finished_and_names_the_rest(drop: Path, tmp_path: Path) -> None:
    found = run(drop, tmp_path / "cache", Watcher(stop_after=1))
    assert "scan.interrupted" in found.values()
    finished = {path for path, fate in found.items() if fate != "scan.interrupted"}
    assert finished
    again = Watcher()
    run(drop, tmp_path / "cache", again)
    assert not finished & set(again.paths)


def crash_on_b(visit: Visit) -> tuple[Examined, ...]:
    if visit[0].unit.name == "b.png":
        os.abort()
    return examine(visit)


def test_a_crashed_parser_costs_its_asset_alone_and_is_tried_again(
    drop: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr("scanner.run.looking.gather.examine", crash_on_b)
        found = run(drop, tmp_path / "cache", Watcher())
    assert found == {"a.mp4": "video", "b.png": "scan.crashed", "plate/plate.%04d.exr": "sequence"}
    assert run(drop, tmp_path / "cache", Watcher())["b.png"] == "still"


def grow_b(visit: Visit) -> tuple[Examined, ...]:
    if visit[0].unit.name == "b.png":
        with (visit[0].unit.root / "b.png").open("ab") as file:
            file.write(b"more")
    return examine(visit)


def test_a_file_that_is_still_being_written_is_not_remembered(
    drop: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr("scanner.run.looking.gather.examine", grow_b)
        assert run(drop, tmp_path / "cache", Watcher())["b.png"] == "scan.unreadable"
    assert run(drop, tmp_path / "cache", Watcher())["b.png"] == "still"
