"""Cards of one design in a drop and among the references, through the real command: stills, and in films.

Nothing is recognised of a card with other words, and the same card is. A film with cards of its own between pictures
of its own has nothing of another film that has such cards.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from fixtures.cards import SQUARE, Lettering
from fixtures.command import provscan
from fixtures.media import reel
from fixtures.patterns import paint
from fixtures.pictures import jpeg, picture

SIZE = (512, 288)
KINDS = ("title card", "slate", "square code")
SURE = {"certain", "match"}
HOLD = 30
"""Frames for which a card stands, a quarter of a second of fading in and out among them."""
SQUARE_SIGNS = Lettering("", SQUARE)


def _cards(numbers: range, letters: Lettering, kind: str) -> Iterator[NDArray[np.uint8]]:
    for number in numbers:
        card = paint(kind, number, letters).astype(np.float32)
        for frame in range(HOLD):
            yield (card * min(1, (frame + 1) / 6, (HOLD - frame) / 6)).astype(np.uint8)


def _pan(seed: int, frames: int) -> Iterator[NDArray[np.uint8]]:
    scene = picture(seed, 2 * SIZE[0], SIZE[1])
    return (scene[:, 4 * frame : 4 * frame + SIZE[0]] for frame in range(frames))


def _film(path: Path, seed: int, numbers: range, letters: Lettering, kind: str) -> None:
    """Two seconds of a pan, cards, and two seconds of another pan."""
    reel(path, [*_pan(seed, 48), *_cards(numbers, letters, kind), *_pan(seed + 1, 48)], size=SIZE)


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What is told of a drop of cards beside references of the same designs."""
    work = tmp_path_factory.mktemp("letters")
    for folder in ("drop", "references"):
        (work / folder).mkdir()
    for kind in KINDS:
        name = kind.replace(" ", "_")
        own = paint(kind, 1)
        Image.fromarray(own).save(work / "references" / f"{name}.png")
        Image.fromarray(paint(kind, 2)).save(work / "drop" / f"{name}_other.png")
        Image.fromarray(jpeg(own, 60)).save(work / "drop" / f"{name}_same.png")
    _film(work / "references" / "credits.mp4", 11, range(10, 14), Lettering(), "title card")
    _film(work / "references" / "captions.mp4", 13, range(10, 14), SQUARE_SIGNS, "subtitle")
    _film(work / "drop" / "other_credits.mp4", 21, range(20, 24), Lettering(), "title card")
    _film(work / "drop" / "other_captions.mp4", 23, range(20, 24), SQUARE_SIGNS, "subtitle")
    cards = [*_pan(31, 30), *_cards(range(10, 14), Lettering(), "title card"), *_pan(32, 30)]
    reel(work / "drop" / "same_credits.mp4", cards, size=SIZE)
    Image.fromarray(paint("title card", 12)).save(work / "drop" / "card_of_the_credits.png")
    outcome = provscan(work, "scan", "drop", "--references", "references", "--as-of", "2026-04-02")
    assert outcome.code == 1, outcome.err
    return outcome.report("drop.provscan")


def _matches(report: dict[str, Any], path: str) -> list[dict[str, Any]]:
    (asset,) = (asset for asset in report["assets"] if asset["path"] == path)
    assert not asset["problems"]
    return [seen for seen in asset["observations"] if seen["kind"] == "match"]


@pytest.mark.parametrize("kind", KINDS)
def test_a_still_with_other_words_is_not_recognised(report: dict[str, Any], kind: str) -> None:
    assert _matches(report, f"{kind.replace(' ', '_')}_other.png") == []


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_still_is(report: dict[str, Any], kind: str) -> None:
    name = kind.replace(" ", "_")
    (match,) = _matches(report, f"{name}_same.png")
    assert match["facts"]["reference"] == f"{name}.png"
    assert match["facts"]["level"] in SURE
    assert match["facts"]["false_match_rate"] > 1e-5


@pytest.mark.parametrize("film", ["other_credits.mp4", "other_captions.mp4"])
def test_foreign_cards_in_a_film_are_not_recognised(report: dict[str, Any], film: str) -> None:
    assert _matches(report, film) == []


def test_the_same_cards_in_another_film_are(report: dict[str, Any]) -> None:
    found = [match for match in _matches(report, "same_credits.mp4") if match["facts"]["level"] in SURE]
    assert {match["facts"]["reference"] for match in found} == {"credits.mp4"}
    frames = {
        frame for match in found for frame in range(match["span"]["first_frame"], match["span"]["last_frame"] + 1)
    }
    assert len(frames & set(range(30, 30 + 4 * HOLD))) >= 3 * HOLD


def test_a_card_is_found_in_the_film_that_has_it(report: dict[str, Any]) -> None:
    found = [match for match in _matches(report, "card_of_the_credits.png") if match["facts"]["level"] in SURE]
    assert [match["facts"]["reference"] for match in found] == ["credits.mp4"]
