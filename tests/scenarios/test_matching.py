"""What matching promises a rights holder, through the real command: where a work is, in both files.

One library and one drop are made for all of it. Every programme begins and ends with another film, so that a match has
ends of its own; the truth is counted while the programmes are cut.
"""

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import pytest

from fixtures.command import provscan
from fixtures.programmes import RATE, Laid, Piece, film, programme

SIZE = (320, 180)
FILMS = ("harbour", "market", "night", "garden")
LENGTH = 14.0
PIECE = 4.0
BEGINS = 5.0

CHANGES = {
    "plain": "plain",
    "barred": "barred_clock",
    "pillarbox": "pillarbox",
    "windowbox": "windowbox",
    "mirrored": "hflip",
    "pal": "pal",
    "from_pal": "from_pal",
    "cropped": "crop30",
    "turned": "turned",
}


@dataclass(frozen=True)
class Scanned:
    """The matches of each asset, and where the pieces were laid."""

    matches: dict[str, list[dict[str, Any]]]
    laid: dict[str, list[Laid]]

    def found(self, name: str, reference: str) -> list[dict[str, Any]]:
        """The matches of one reference in a programme."""
        return [seen for seen in self.matches[f"{name}.mp4"] if seen["facts"]["reference"] == reference]


@pytest.fixture(scope="module")
def scanned(tmp_path_factory: pytest.TempPathFactory) -> Scanned:
    work = tmp_path_factory.mktemp("matching")
    references, drop, others = work / "references", work / "drop", work / "others"
    for folder in (references, drop, others):
        folder.mkdir()
    works = {
        name: film(references / f"{name}.mp4", seed=seed, seconds=LENGTH, size=SIZE, shots=3)
        for seed, name in enumerate(FILMS, 11)
    }
    still = film(references / "locked.mp4", seed=31, seconds=20, size=SIZE, locked=True)
    own = film(others / "own.mp4", seed=41, seconds=12, size=SIZE, shots=3)
    ident = film(others / "ident.mp4", seed=51, seconds=3, size=SIZE)
    shared = {
        name: programme(
            references / f"{name}.mp4",
            [Piece(ident, 3.0), Piece(film(others / f"{name}.mp4", seed=seed, seconds=9, size=SIZE, shots=2), 8.5)],
            size=SIZE,
        )
        for name, seed in (("first_of_house", 61), ("second_of_house", 62))
    }
    assert all(shared.values())
    programme(
        references / "leaders.mp4",
        [Piece(None, 2.0, change=kind) for kind in ("bars", "black", "white")],
        size=SIZE,
    )
    before, after = Piece(own, 3.0, 0.0), Piece(own, 3.0, 6.0)
    laid = {}

    def lay(name: str, *middle: Piece) -> None:
        laid[name] = programme(drop / f"{name}.mp4", [before, *middle, after], size=SIZE)

    for name, change in CHANGES.items():
        lay(name, Piece(works["harbour"], PIECE, BEGINS, change))
    lay("inset", Piece(works["market"], PIECE, BEGINS, "pip50", works["night"]))
    lay("locked", Piece(still, 5.0, 7.0))
    lay("house", Piece(references / "first_of_house.mp4", 9.0, 0.0))
    lay("flash", Piece(works["garden"], 1 / RATE, 6.0))
    leaders = [Piece(None, 2.0, change=kind) for kind in ("bars", "black", "white", "slate", "countdown", "fade")]
    lay("leaders", *leaders)
    words = ("scan", drop, "--references", references, "--as-of", "2026-04-02")
    outcome = provscan(work, *words, timeout=900)
    assert outcome.code == 1, outcome.err
    report = outcome.report("drop.provscan")
    assert not any(asset["problems"] for asset in report["assets"])
    matches = {
        asset["path"]: [seen for seen in asset["observations"] if seen["kind"] == "match"] for asset in report["assets"]
    }
    return Scanned(matches, laid)


def ends(match: dict[str, Any]) -> tuple[int, int]:
    return match["span"]["first_frame"], match["span"]["last_frame"]


def within(match: dict[str, Any], laid: Laid, frames: int) -> bool:
    first, last = ends(match)
    return abs(first - laid.first_frame) <= frames and abs(last - laid.last_frame) <= frames


@pytest.mark.parametrize("name", [name for name in CHANGES if name not in {"cropped", "turned"}])
def test_a_piece_is_found_to_the_frame_on_both_sides(scanned: Scanned, name: str) -> None:
    (match,) = scanned.found(name, "harbour.mp4")
    laid = scanned.laid[name][1]
    assert within(match, laid, 2), (ends(match), laid)
    there = match["facts"]["reference_span"]
    assert abs(there["start"] - laid.begins) <= 2.5 / RATE
    assert abs(there["end"] - laid.ends) <= 2.5 / RATE
    assert match["facts"]["level"] in {"certain", "match"}
    assert match["detector"] == "video"
    assert match["facts"]["medium"] == "video"


@pytest.mark.parametrize("name", list(CHANGES))
def test_nothing_else_is_found_in_a_programme(scanned: Scanned, name: str) -> None:
    assert {seen["facts"]["reference"] for seen in scanned.matches[f"{name}.mp4"]} == {"harbour.mp4"}


def test_a_mirrored_piece_says_so(scanned: Scanned) -> None:
    assert [seen["facts"]["mirrored"] for seen in scanned.found("mirrored", "harbour.mp4")] == [True]
    assert [seen["facts"]["mirrored"] for seen in scanned.found("plain", "harbour.mp4")] == [False]


@pytest.mark.parametrize(
    ("name", "speed"), [("plain", Fraction(1)), ("pal", Fraction(25, 24)), ("from_pal", Fraction(24, 25))]
)
def test_the_speed_is_told(scanned: Scanned, name: str, speed: Fraction) -> None:
    (match,) = scanned.found(name, "harbour.mp4")
    assert match["facts"]["speed"] == pytest.approx(float(speed), abs=0.002)


@pytest.mark.parametrize("name", ["cropped", "turned"])
def test_a_cropped_or_turned_piece_is_found_by_its_details(scanned: Scanned, name: str) -> None:
    (match,) = scanned.found(name, "harbour.mp4")
    assert within(match, scanned.laid[name][1], 13)
    assert match["facts"]["inliers"] >= 12
    assert match["facts"]["turned"] == (90 if name == "turned" else 0) or match["facts"]["turned"] == 270


def test_an_inset_and_what_lies_behind_it_are_both_found(scanned: Scanned) -> None:
    (inset,) = scanned.found("inset", "market.mp4")
    assert scanned.found("inset", "night.mp4")
    laid = scanned.laid["inset"][1]
    assert within(inset, laid, 13)
    xs, ys = zip(*inset["facts"]["quad"], strict=True)
    assert max(xs) - min(xs) == pytest.approx(0.5, abs=0.06)
    assert max(ys) - min(ys) == pytest.approx(0.5, abs=0.06)
    assert min(xs) == pytest.approx(0.5 - 20 / SIZE[0], abs=0.05)


def test_a_locked_off_shot_is_one_segment_whose_time_is_said_to_be_open(scanned: Scanned) -> None:
    (match,) = scanned.found("locked", "locked.mp4")
    assert within(match, scanned.laid["locked"][1], 2)
    assert match["facts"]["time_ambiguous"] is True


def test_an_ident_that_two_films_share_does_not_bring_in_the_other(scanned: Scanned) -> None:
    (match,) = scanned.found("house", "first_of_house.mp4")
    assert within(match, scanned.laid["house"][1], 2)
    assert not scanned.found("house", "second_of_house.mp4")


def test_a_single_frame_is_a_possibility_at_most(scanned: Scanned) -> None:
    flash = scanned.laid["flash"][1]
    for match in scanned.matches["flash.mp4"]:
        assert match["facts"]["reference"] == "garden.mp4"
        assert match["facts"]["level"] == "possible"
        assert within(match, flash, 2)


def test_bars_and_plain_fields_match_nothing_nor_does_a_leader_that_no_work_holds(scanned: Scanned) -> None:
    assert scanned.matches["leaders.mp4"] == []
