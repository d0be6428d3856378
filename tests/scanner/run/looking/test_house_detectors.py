"""Detectors of a house's own: how long a hanging one is asked, and what is asked of it at all."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import cast

import pytest

from detectors.observation import Kind, Observation, Strength
from scanner.catalogue import Catalogue
from scanner.drop.assets import Asset, Member
from scanner.examination import Detection, Problem
from scanner.run.looking.house_detectors import (
    EntryPoint,
    HouseDetector,
    Question,
    ask,
    consult,
    incomplete_answers,
    load_detector,
)
from scanner.run.looking.plan import Unit
from scanner.run.looking.workers import Failure, Job, Workers
from scanner.terms.reasons import Reason

ENTRY_POINT = EntryPoint("eye", "house:Eye", "house", "2.0")
HOUSE_DETECTOR = HouseDetector(ENTRY_POINT, "house.eye", "1+house-2.0", reads_names=False, patience=3.0, loading=0.1)
SAID = Detection((Observation("house.eye", "house.rule", Kind.NOTE, Strength.WEAK, "pixels", source="a test"),))


class Answering:
    """Stands in for a pool of processes: gives each question the next answer, and keeps count."""

    def __init__(self, answer: Callable[[int], Detection | Failure]) -> None:
        self.asked: list[Job[Question]] = []
        self._answer = answer

    def run(self, _work: object, jobs: Sequence[Job[Question]]) -> Iterator[tuple[Question, Detection | Failure]]:
        for job in jobs:
            self.asked.append(job)
            yield job.task, self._answer(len(self.asked))


def units(count: int, contents: int | None = None) -> list[Unit]:
    several = contents or count
    return [
        Unit(
            Asset(f"{number}.png", (Member(f"{number}.png", 1, 0, 0, 0),)),
            Path("/drop"),
            f"c{number % several}",
        )
        for number in range(count)
    ]


def told(pool: Answering, some: Sequence[Unit], catalogue: Catalogue) -> list[tuple[str, Detection]]:
    return [(unit.content, said) for unit, said in consult(HOUSE_DETECTOR, some, catalogue, cast("Workers", pool))]


def test_one_that_hangs_is_not_asked_for_ever() -> None:
    pool = Answering(lambda _: Failure(Reason.SCAN_TIMEOUT, "it took too long"))
    with Catalogue(None) as catalogue:
        found = told(pool, units(100), catalogue)
    assert len(found) == 100, "each asset has its entry all the same"
    assert all(said.problems[0].code == "scan.partial" for _, said in found)
    assert len(pool.asked) == 16
    assert "it was not asked" in found[-1][1].problems[0].message


def test_one_that_fails_otherwise_is_asked_about_every_asset() -> None:
    pool = Answering(lambda number: SAID if number % 2 else Failure(Reason.SCAN_CRASHED, "it ended its process"))
    with Catalogue(None) as catalogue:
        found = told(pool, units(40), catalogue)
    assert len(pool.asked) == 40
    assert sum(bool(said.problems) for _, said in found) == 20


def test_equal_contents_are_asked_about_once_and_remembered_ones_never() -> None:
    pool = Answering(lambda _: SAID)
    with Catalogue(None) as catalogue:
        catalogue.keep_detection("c1", "", HOUSE_DETECTOR.id, HOUSE_DETECTOR.version, SAID)
        found = told(pool, units(6, contents=3), catalogue)
    assert [content for content, _ in found] == ["c0", "c2"]


def test_its_own_patience_bounds_what_one_asset_may_take() -> None:
    pool = Answering(lambda _: SAID)
    with Catalogue(None) as catalogue:
        told(pool, units(1), catalogue)
    assert pool.asked[0].timeout == pytest.approx(4.0)


def test_misses_count_and_quote_the_first() -> None:
    problem = Problem(Reason.SCAN_PARTIAL, "the detector house.eye failed on it: KeyError in eye.py, line 3")
    row = [("house.eye", SAID), ("house.eye", Detection((), (problem,))), ("house.eye", None)]
    [missed] = incomplete_answers([HOUSE_DETECTOR], row)
    assert missed == {"detector": "house.eye", "why": f"it failed on 1 asset; the first: {problem.message}"}
    assert list(incomplete_answers([HOUSE_DETECTOR], [("house.eye", SAID)])) == []


def test_one_that_can_not_be_loaded_says_why() -> None:
    answer = load_detector(EntryPoint("x", "no_such_module:Detector", "x", "1"))
    assert isinstance(answer, str)
    assert "No module named 'no_such_module'" in answer
    gone = EntryPoint("x", "no_such_module:D", "x", "1")
    lost = ask(Question(HouseDetector(gone, "x.y", "1", reads_names=False, patience=None, loading=0), units(1)[0]))
    assert lost.problems[0].code == "scan.partial"
