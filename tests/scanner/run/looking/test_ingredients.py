"""Pictures of ingredients are drawn once, remembered by content, and never fetched for files that have none."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import pytest

from detectors.observation import Json, Kind, Observation, Span, Strength
from scanner.catalogue import Catalogue
from scanner.drop.assets import Asset, Member
from scanner.examination import Extraction
from scanner.run.looking.ingredients import draw_ingredients, ingredient_pictures
from scanner.run.looking.plan import Sidecars, Unit
from scanner.run.looking.workers import Failure, Job, Workers
from scanner.seen import SeenAsset
from scanner.terms.reasons import Reason
from scanner.terms.verdicts import Stage


class Drawing:
    """Workers that give what they are told to, and count what they are asked for."""

    def __init__(self, answer: list[bytes] | Failure) -> None:
        self.answer = answer
        self.asked = 0

    def run(self, _: Callable[..., object], jobs: Iterable[Job[Any]]) -> Iterator[tuple[Any, list[bytes] | Failure]]:
        for job in jobs:
            self.asked += 1
            yield job.task, self.answer


def credential(*titles: str | None, source: str = "embedded", span: Span | None = None) -> Observation:
    """One whose chain has a pictured ingredient of each title, and one that isn't pictured."""
    ingredients: list[Json] = [{"title": title, "thumbnail": True, "ingredients": []} for title in titles]
    ingredients.append({"title": "unseen", "thumbnail": False, "ingredients": []})
    facts: dict[str, Json] = {"source": source, "chain": {"thumbnail": False, "ingredients": ingredients}}
    return Observation("credentials", "r", Kind.CREDENTIAL, Strength.DEFINITIVE, "here", span=span, facts=facts)


MARK = Observation("markers", "r", Kind.AI, Strength.STRONG, "here")
UNIT = Unit(Asset("a.jpg", (Member("a.jpg", 1, 0, 0, 0),)), Path("gone"), "content")


@pytest.fixture
def catalogue() -> Iterator[Catalogue]:
    with Catalogue(None) as kept:
        yield kept


def shown_with(observations: tuple[Observation, ...]) -> SeenAsset:
    return SeenAsset(UNIT.asset, "still", Stage.FINAL, UNIT.content, Extraction("still"), observations)


def draw(catalogue: Catalogue, seen: SeenAsset, answer: list[bytes] | Failure, unit: Unit | None = UNIT) -> int:
    """How many credentials were opened."""
    workers = Drawing(answer)
    draw_ingredients([(seen, unit)], catalogue, cast("Workers", workers))
    return workers.asked


def test_each_picture_stands_by_its_ingredient_and_is_drawn_once(catalogue: Catalogue) -> None:
    seen = shown_with((MARK, credential("plate.jpg", None)))
    assert draw(catalogue, seen, [b"one", b"two"]) == 1
    assert draw(catalogue, seen, [b"three", b"four"]) == 0
    shown = ingredient_pictures(seen, UNIT, catalogue)
    assert [(one.jpeg, one.ingredient, one.observations, one.frame) for one in shown] == [
        (b"one", "plate.jpg", (1,), None),
        (b"two", "", (1,), None),
    ]


def test_what_cannot_be_drawn_is_left_out_and_not_tried_again(catalogue: Catalogue) -> None:
    seen = shown_with((credential("a", "b", "c"),))
    assert draw(catalogue, seen, [b"", b"two"]) == 1
    assert draw(catalogue, seen, [b"x", b"x", b"x"]) == 0
    assert [one.ingredient for one in ingredient_pictures(seen, UNIT, catalogue)] == ["b"]


def test_a_worker_that_died_is_tried_again(catalogue: Catalogue) -> None:
    seen = shown_with((credential("a"),))
    assert draw(catalogue, seen, Failure(Reason.SCAN_CRASHED, "died")) == 1
    assert ingredient_pictures(seen, UNIT, catalogue) == []
    assert draw(catalogue, seen, [b"one"]) == 1


def test_files_without_pictured_ingredients_or_without_bytes_are_not_opened(catalogue: Catalogue) -> None:
    for seen in (shown_with(()), shown_with((MARK,)), shown_with((credential(),))):
        assert draw(catalogue, seen, [b"one"]) == 0
    assert draw(catalogue, shown_with((credential("a"),)), [b"one"], None) == 0


def test_frames_and_sidecars_have_pictures_of_their_own(catalogue: Catalogue) -> None:
    company = replace(UNIT, sidecars=Sidecars({}, "sidecar's digest"))
    draw(catalogue, shown_with((credential("a", span=Span(1001, 1002)),)), [b"frame"])
    draw(catalogue, shown_with((credential("a", source="sidecar"),)), [b"sidecar"], company)
    for seen, unit, expected in (
        (credential("a"), UNIT, []),
        (credential("a", span=Span(1001, 1009)), UNIT, [b"frame"]),
        (credential("a", span=Span(1002, 1009)), UNIT, []),
        (credential("a", source="sidecar"), company, [b"sidecar"]),
        (credential("a", source="sidecar"), replace(UNIT, sidecars=Sidecars({}, "another")), []),
    ):
        assert [one.jpeg for one in ingredient_pictures(shown_with((seen,)), unit, catalogue)] == expected


def test_of_many_credentials_the_first_one_is_pictured(catalogue: Catalogue) -> None:
    many = shown_with(tuple(credential("a", span=Span(frame, frame)) for frame in range(50)))
    assert draw(catalogue, many, [b"one"]) == 1
    assert len(ingredient_pictures(many, UNIT, catalogue)) == 1
