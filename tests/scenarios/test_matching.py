"""What matching promises a rights holder, through the real command: where a work is, in both files.

One library and one drop are made for all of it. In each programme every piece lies between pieces of another film, so
that a match has ends of its own; the truth is counted while the programmes are cut.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import cycle
from pathlib import Path
from typing import Any

import pytest

from fixtures.command import provscan
from fixtures.programmes import LEADERS, RATE, Laid, Piece, film, programme

SIZE = (320, 180)
FILMS = ("harbour", "market", "night", "garden")
LENGTH, PIECE, BEGINS = 10.0, 4.0, 5.0
BETWEEN = 2.0
LEADER = (Piece(None, 2.0, change="slate"), Piece(None, 2.0, change="countdown"))

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
    """The matches of each asset, and in which of them each piece was laid, and where."""

    matches: dict[str, list[dict[str, Any]]]
    laid: dict[str, tuple[str, Laid]]

    def there(self, name: str) -> list[dict[str, Any]]:
        """The matches that have a frame in common with a piece."""
        asset, laid = self.laid[name]
        return [
            seen
            for seen in self.matches[asset]
            if ends(seen)[0] <= laid.last_frame and ends(seen)[1] >= laid.first_frame
        ]

    def found(self, name: str, reference: str) -> list[dict[str, Any]]:
        """Those of one reference."""
        return [seen for seen in self.there(name) if seen["facts"]["reference"] == reference]


def references(folder: Path, others: Path) -> dict[str, Path]:
    """The works: films, a locked-off shot, two films that share an ident, and one of nothing but leaders."""
    works = {
        name: film(folder / f"{name}.mp4", seed=seed, seconds=LENGTH, size=SIZE, shots=3)
        for seed, name in enumerate(FILMS, 11)
    }
    works["locked"] = film(folder / "locked.mp4", seed=31, seconds=20, size=SIZE, locked=True)
    ident = film(others / "ident.mp4", seed=51, seconds=3, size=SIZE)
    for name, seed in (("first_of_house", 61), ("second_of_house", 62)):
        own = film(others / f"{name}.mp4", seed=seed, seconds=9, size=SIZE, shots=2)
        works[name] = folder / f"{name}.mp4"
        programme(works[name], [Piece(ident, 3.0), Piece(own, 8.5)], size=SIZE)
    kinds = ("bars", "smpte", "black", "white")
    programme(folder / "leaders.mp4", [Piece(None, 2.0, change=kind) for kind in kinds], size=SIZE)
    return works


def house(folder: Path, others: Path) -> Path:
    """A folder of a film behind a leader, which its sheet stops; what follows the leader."""
    late = film(others / "late.mp4", seed=71, seconds=6, size=SIZE, shots=2)
    programme(folder / "film.mp4", [*LEADER, Piece(late, 6.0)], size=SIZE)
    programme(folder / "leader.mp4", LEADER, size=SIZE)
    (folder / "references.csv").write_text("path,stop\nleader.mp4,yes\n", encoding="utf-8")
    return late


@pytest.fixture(scope="module")
def scanned(tmp_path_factory: pytest.TempPathFactory) -> Scanned:
    work = tmp_path_factory.mktemp("matching")
    for folder in ("references", "drop", "others", "house"):
        (work / folder).mkdir()
    works = references(work / "references", work / "others")
    late = house(work / "house", work / "others")
    own = film(work / "others" / "own.mp4", seed=41, seconds=12, size=SIZE, shots=3)
    between = cycle(Piece(own, BETWEEN, BETWEEN * number) for number in range(6))
    laid: dict[str, tuple[str, Laid]] = {}

    def lay(asset: str, pieces: Mapping[str, Sequence[Piece]]) -> None:
        every = [(name, piece) for name, some in pieces.items() for piece in (next(between), *some)]
        done = programme(work / "drop" / asset, [*(piece for _, piece in every), next(between)], size=SIZE)
        laid.update({name: (asset, where) for (name, _), where in zip(every, done, strict=False)})

    lay("changes.mp4", {name: [Piece(works["harbour"], PIECE, BEGINS, how)] for name, how in CHANGES.items()})
    others = {
        "inset": [Piece(works["market"], PIECE, BEGINS, "pip50", works["night"])],
        "locked": [Piece(works["locked"], 5.0, 7.0)],
        "house": [Piece(works["first_of_house"], 9.0, 0.0)],
        "behind_a_leader": [*LEADER, Piece(late, 4.0, 1.0)],
        "flash": [Piece(works["garden"], 1 / RATE, 6.0)],
    }
    lay("others.mp4", others)
    lay("leaders.mp4", {"leaders": [Piece(None, 2.0, change=kind) for kind in LEADERS]})
    words = ("scan", "drop", "--references", "references", "--references", "house", "--as-of", "2026-04-02")
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
def test_no_other_work_is_found_in_a_piece(scanned: Scanned, name: str) -> None:
    assert {seen["facts"]["reference"] for seen in scanned.there(name)} == {"harbour.mp4"}


@pytest.mark.parametrize("asset", ["changes.mp4", "others.mp4"])
def test_nothing_is_found_between_the_pieces(scanned: Scanned, asset: str) -> None:
    there = [seen["id"] for name, (held, _) in scanned.laid.items() if held == asset for seen in scanned.there(name)]
    assert sorted(there) == sorted(seen["id"] for seen in scanned.matches[asset])


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
    for match in scanned.there("flash"):
        assert match["facts"]["reference"] == "garden.mp4"
        assert match["facts"]["level"] == "possible"
        assert within(match, flash, 2)


def test_leaders_match_nothing_though_works_begin_with_them(scanned: Scanned) -> None:
    assert scanned.matches["leaders.mp4"] == []


def test_a_slate_and_a_countdown_that_a_sheet_stops_do_not_hide_what_follows(scanned: Scanned) -> None:
    (match,) = scanned.there("behind_a_leader")
    assert match["facts"]["reference"] == "film.mp4"
    laid = scanned.laid["behind_a_leader"][1]
    assert within(match, laid, 2)
    assert match["facts"]["reference_span"]["start"] == pytest.approx(4 + laid.begins, abs=2.5 / RATE)
