"""A line of paper about a file that the command left out is no line about nothing."""

from pathlib import Path

import pytest

from fixtures import paper as paper_of
from fixtures.command import provscan
from fixtures.media import sequence, still


def paper(folder: Path, *paths: str) -> Path:
    lines = [{"path": path} for path in paths]
    negative = {**paper_of.negative("DEC-1", paths[0]), "assets": lines}
    return paper_of.write(folder, paper_of.book(declarations=[negative]))


@pytest.mark.parametrize(
    ("words", "reasons"),
    [
        (["--include", "stills/b.png"], []),
        (["--exclude", "VFX/**", "--exclude", "stills/a.png"], []),
        (["--include", "stills/*"], []),
        ([], []),
    ],
)
def test_lines_about_what_was_left_out_are_not_told(words: list[str], reasons: list[str], tmp_path: Path) -> None:
    drop = tmp_path / "drop"
    (drop / "stills").mkdir(parents=True)
    for number, name in enumerate("ab"):
        still(drop / "stills" / f"{name}.png", seed=number)
    sequence(drop / "VFX", "plate.%04d.png", count=3)
    written = paper(tmp_path / "paper", "stills/a.png", "VFX/**")
    outcome = provscan(tmp_path, "scan", "drop", "--declarations", written, "--as-of", "2026-03-01", *words)
    report = outcome.report("drop.provscan")
    assert [finding["reason"] for finding in report["findings"]] == reasons, outcome.err


def test_a_line_about_nothing_is_told_whatever_was_left_out(tmp_path: Path) -> None:
    (tmp_path / "drop" / "stills").mkdir(parents=True)
    still(tmp_path / "drop" / "stills" / "a.png")
    still(tmp_path / "drop" / "stills" / "b.png")
    written = paper(tmp_path / "paper", "stills/a.png", "stills/c.png")
    outcome = provscan(
        tmp_path, "scan", "drop", "--declarations", written, "--as-of", "2026-03-01", "--include", "stills/a.png"
    )
    reasons = [finding["reason"] for finding in outcome.report("drop.provscan")["findings"]]
    assert reasons == ["declaration.matches_nothing"]
