"""Mezzanines are looked at on a grid, and what is found in them has exact ends all the same."""

from pathlib import Path
from typing import Any

import pytest

from fixtures.command import decodings, provscan, spying
from fixtures.media import movie, still
from scanner.report.jsonfile import without_run_fields

FRAMES, FIRST, LAST = 160, 41, 98
"""None of the ends lies on the grid of 12 frames."""


@pytest.fixture(scope="module")
def drop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("work") / "drop"
    folder.mkdir()
    references = folder.parent / "references"
    references.mkdir()
    poster = still(references / "poster.png", seed=7)
    movie(folder / "master.mov", codec="prores_ks", frames=FRAMES, insert=(poster, FIRST, LAST))
    return folder


def scan(drop: Path, folder: Path, *more: str, env: dict[str, str] | None = None) -> dict[str, Any]:
    words = ("scan", drop, "--as-of", "2026-04-02", "--references", drop.parent / "references")
    outcome = provscan(folder, *words, *more, env=env)
    assert outcome.code == 1, outcome.err
    return without_run_fields(outcome.report("drop.provscan"))  # type: ignore[arg-type]  # JSON as read


def ends(report: dict[str, Any]) -> list[tuple[int, int, int]]:
    (asset,) = report["assets"]
    spans = [seen["span"] for seen in asset["observations"] if seen["kind"] == "match"]
    return [(span["first_frame"], span["last_frame"], span["edge_frames"]) for span in spans]


def test_a_match_on_a_grid_has_exact_ends(drop: Path, tmp_path: Path) -> None:
    report = scan(drop, tmp_path)
    assert ends(report) == [(FIRST, LAST, 0)]
    looked = report["assets"][0]["looked"]
    assert (looked["plan"], looked["of"], looked["largest_gap"]) == ("grid", FRAMES, 0.5)
    assert 15 < looked["frames"] < 70  # the grid, and the four gaps beside the two ends


def test_ends_are_those_that_every_frame_gives(drop: Path, tmp_path: Path) -> None:
    report = scan(drop, tmp_path, "--thorough")
    assert ends(report) == [(FIRST, LAST, 0)]
    assert report["assets"][0]["looked"] == {"plan": "every frame", "frames": FRAMES, "of": FRAMES, "largest_gap": 0.0}


def test_plans_do_not_mix_and_a_second_scan_starts_no_decoder(drop: Path, tmp_path: Path) -> None:
    first = scan(drop, tmp_path)
    scan(drop, tmp_path, "--thorough")
    env, notes = spying(tmp_path)
    assert scan(drop, tmp_path, env=env) == first
    assert decodings(notes) == 0
    many = tmp_path / "many"
    many.mkdir()
    assert scan(drop, many, "--jobs", "4") == first


def test_a_quick_scan_of_long_groups_says_how_far_apart_it_looked(tmp_path: Path) -> None:
    folder = tmp_path / "drop"
    folder.mkdir()
    movie(folder / "a.mp4", frames=FRAMES, options=("-g", "60", "-sc_threshold", "0"))
    outcome = provscan(tmp_path, "scan", folder, "--quick")
    (asset,) = outcome.report("drop.provscan")["assets"]
    assert asset["looked"] == {"plan": "key frames", "frames": 3, "of": FRAMES, "largest_gap": 2.5}
    assert asset["examined"] is True


def test_thorough_and_quick_exclude_each_other(drop: Path, tmp_path: Path) -> None:
    assert provscan(tmp_path, "scan", drop, "--quick", "--thorough").code == 2
