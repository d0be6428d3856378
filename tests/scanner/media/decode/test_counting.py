"""A movie whose container counts other things than pictures is complete; one that is cut off is told all the same."""

from collections.abc import Callable
from pathlib import Path

import pytest

from detectors.material import Piece
from fixtures import media, paces
from scanner.examination import Extraction, Looked
from scanner.media.asset.extract import extract
from scanner.media.facts.avi import Chunked, chunked
from scanner.terms.reasons import Reason

MADE: dict[str, tuple[Callable[[Path], Path], int]] = {
    "telecine.mkv": (paces.soft_telecine, 240),
    "telecine.vob": (paces.soft_telecine, 240),
    "telecine.ts": (paces.soft_telecine, 240),
    "between.mkv": (lambda path: paces.soft_telecine(path, between=2), 240),
    "between.vob": (lambda path: paces.soft_telecine(path, between=2), 240),
    "dropped.avi": (paces.dropped, 94),
    "out of order.avi": (paces.out_of_order, 48),
    "held.mov": (paces.held, 268),
}


def of(path: Path) -> Extraction:
    return extract([Piece(path, path.name)])[0]


def codes(extraction: Extraction) -> list[Reason]:
    return [problem.code for problem in extraction.problems]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with all of them."""
    folder = tmp_path_factory.mktemp("made")
    for name, (make, _) in MADE.items():
        make(folder / name)
    return folder


@pytest.mark.parametrize(("name", "count"), [(name, count) for name, (_, count) in MADE.items()])
def test_it_is_complete(folder: Path, name: str, count: int) -> None:
    extraction = of(folder / name)
    assert extraction.looked == Looked("every frame", count, count)
    assert extraction.problems == ()
    assert extraction.media
    assert extraction.media.frame_count == count
    assert len(extraction.media.times) == count  # none of them at the pace that the container states


@pytest.mark.parametrize("name", [name for name in MADE if not name.endswith((".ts", ".vob"))])
@pytest.mark.parametrize("keep", [0.4, 0.7, 0.9])
def test_one_that_is_cut_off_is_told(folder: Path, tmp_path: Path, name: str, keep: float) -> None:
    extraction = of(media.truncated(folder / name, tmp_path / name, keep))
    assert codes(extraction) == ["scan.partial"]
    assert extraction.looked
    assert extraction.looked.frames < (extraction.looked.of or 0)


@pytest.mark.parametrize("name", ["telecine.ts", "telecine.vob"])
def test_film_that_lacks_its_middle_is_told(folder: Path, tmp_path: Path, name: str) -> None:
    packet = 188 if name.endswith(".ts") else 2048
    short = paces.without_the_middle(folder / name, tmp_path / name, packet=packet)
    assert codes(of(short)) == ["scan.partial"]


def test_a_picture_that_does_not_decode_lacks_among_those_with_empty_chunks(folder: Path, tmp_path: Path) -> None:
    data = (folder / "dropped.avi").read_bytes()
    place = data.index(b"00dc", data.index(b"movi")) + 8
    (tmp_path / "a.avi").write_bytes(data[:place] + bytes(3000) + data[place + 3000 :])
    assert codes(of(tmp_path / "a.avi")) == ["scan.partial"]


def test_chunks_of_an_avi_are_counted_as_far_as_they_are_there(folder: Path, tmp_path: Path) -> None:
    with (folder / "dropped.avi").open("rb") as file:
        assert chunked(file, 0) == Chunked(100, 94)
        assert chunked(file, 1) == Chunked(0, 0)
    with media.truncated(folder / "dropped.avi", tmp_path / "half.avi").open("rb") as file:
        assert 30 < chunked(file, 0).chunks < 70
    (tmp_path / "none.avi").write_bytes(b"RIFF\xff\xff\xff\xffAVI LIST" + bytes(40))
    with (tmp_path / "none.avi").open("rb") as file:
        assert chunked(file, 0) == Chunked(0, 0)
