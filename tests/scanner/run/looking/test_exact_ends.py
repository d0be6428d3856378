"""Exact ends: what a grid left out beside an end is decoded once, and what can't be decoded is said to be open."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from pathlib import Path
from typing import TypeVar

import pytest

from detectors.observation import Span
from fixtures.media import movie, still
from scanner.catalogue import Catalogue
from scanner.drop.walk import walk
from scanner.run.looking.exact_ends import Gaps, Matched, fill_gaps, match_drop
from scanner.run.looking.examine import examine
from scanner.run.looking.gather import Gathering
from scanner.run.looking.workers import Failure, Job, Workers
from scanner.run.references import open_references
from scanner.terms.reasons import Reason

TaskT = TypeVar("TaskT")
ResultT = TypeVar("ResultT")
FIRST, LAST = 41, 98


class Here(Workers):
    """Does the work in this process, and keeps count of the gaps; `fails`: those can't be filled."""

    def __init__(self, *, fails: bool = False) -> None:
        super().__init__(1, lambda: None, ())
        self.filled: list[Gaps] = []
        self._fails = fails

    def run(
        self, work: Callable[[TaskT], ResultT], jobs: Iterable[Job[TaskT]]
    ) -> Iterator[tuple[TaskT, ResultT | Failure]]:
        for job in jobs:
            if isinstance(job.task, Gaps):
                self.filled.append(job.task)
            fails = self._fails and work is not examine
            yield job.task, Failure(Reason.SCAN_CRASHED, "it ended") if fails else work(job.task)


class Watcher:
    def planned(self, assets: int, remembered: int) -> None:
        """Nobody watches."""

    def examined(self, path: str, signs: int) -> None:
        """Nobody watches."""


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("edges")
    (folder / "references").mkdir()
    (folder / "drop").mkdir()
    poster = still(folder / "references" / "poster.png", seed=7)
    movie(folder / "drop" / "a.mov", codec="prores_ks", frames=160, insert=(poster, FIRST, LAST))
    (folder / "drop" / "twin.mp4").write_bytes((folder / "drop" / "a.mov").read_bytes())
    return folder


def matched(place: Path, catalogue: Catalogue, workers: Workers) -> dict[str, Matched]:
    drop, [source] = walk(place / "drop"), open_references([place / "references"])
    assert source.folder
    with closing(Gathering(catalogue, workers, ())) as gathering:
        gathering.gather(drop, [source.folder], Watcher(), threads=1, reread=False)
        return match_drop(drop, gathering, [source.library(gathering)], catalogue, workers)


def spans(found: dict[str, Matched]) -> list[Span | None]:
    return [seen.span for match in found.values() for seen in match.observations]


def test_the_gaps_beside_each_end_are_decoded_once_for_all_twins(place: Path) -> None:
    with Catalogue(None) as catalogue:
        workers = Here()
        found = matched(place, catalogue, workers)
        assert spans(found) == [Span(FIRST, LAST), Span(FIRST, LAST)]
        gaps = [gap for asked in workers.filled for gap in asked.gaps]
        assert sorted(gaps) == [(37, 47), (49, 59), (85, 95), (97, 107)]
        again = Here()
        assert matched(place, catalogue, again) == found
        assert not again.filled


def test_ends_that_cannot_be_looked_at_stay_open_and_say_so(place: Path) -> None:
    with Catalogue(None) as catalogue:
        found = matched(place, catalogue, Here(fails=True))
        assert spans(found) == [Span(48, 96, 11), Span(48, 96, 11)]


def test_a_file_that_is_gone_fills_nothing(place: Path, tmp_path: Path) -> None:
    with Catalogue(None) as catalogue:
        workers = Here()
        matched(place, catalogue, workers)
    (gaps,) = {asked.unit.content: asked for asked in workers.filled}.values()
    unit = type(gaps.unit)(gaps.unit.asset, tmp_path, gaps.unit.content)
    assert len(fill_gaps(Gaps(unit, gaps.gaps))) == 0
