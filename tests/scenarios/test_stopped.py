"""What a house puts in front of its own films, and on its stop-list, means nothing."""

from pathlib import Path

import pytest

from fixtures.command import provscan
from fixtures.programmes import Piece, film, programme

SIZE = (320, 180)


@pytest.fixture(scope="module")
def work(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("stopped")
    for name in ("drop", "references", "own"):
        (folder / name).mkdir()
    slate, own = Piece(None, 3.0, change="slate"), film(folder / "own" / "own.mp4", seed=3, seconds=4, size=SIZE)
    other = film(folder / "own" / "other.mp4", seed=4, seconds=4, size=SIZE)
    programme(folder / "drop" / "master.mp4", [slate, Piece(own, 4.0)], size=SIZE)
    programme(folder / "references" / "work.mp4", [slate, Piece(other, 4.0)], size=SIZE)
    programme(folder / "own" / "slate.mp4", [slate], size=SIZE)
    return folder


def matches(work: Path, references: str, out: str) -> list[str]:
    outcome = provscan(work, "scan", "drop", "--references", references, "--out", out)
    (asset,) = outcome.report(out)["assets"]
    return [seen["facts"]["reference"] for seen in asset["observations"] if seen["kind"] == "match"]


def test_the_same_slate_matches_until_it_is_stopped(work: Path) -> None:
    assert matches(work, "references", "before") == ["work.mp4"]
    assert provscan(work, "references", "add", "--library", "library", "references").code == 0
    assert matches(work, "library", "between") == ["work.mp4"]
    assert provscan(work, "references", "add", "--library", "library", "--stop", "own/slate.mp4").code == 0
    assert matches(work, "library", "after") == []
