"""No complete film is called partial, and none that was cut, or never closed, is called complete."""

from pathlib import Path

import pytest

from detectors.material import Piece
from fixtures import cut_films
from fixtures.cut_films import FILMS, KEPT
from scanner.examination import Extraction
from scanner.media.asset.extract import extract

FEW = ("held.mkv", "b frames.avi", "theora.ogv")
"""Those that run in every suite: each proves its end in a way of its own."""
ONE_CUT = 0.985


def of(path: Path) -> Extraction:
    return extract([Piece(path, path.name)])[0]


def called(extraction: Extraction) -> str:
    """What the film is called: complete, or why not."""
    if not extraction.problems:
        return "complete"
    assert {problem.code for problem in extraction.problems} <= {"scan.partial", "scan.unreadable"}
    return "; ".join(problem.message for problem in extraction.problems)


def agrees(extraction: Extraction) -> bool:
    """Whether what was looked at, the gap and the count of frames are one truth."""
    looked, media = extraction.looked, extraction.media
    if looked is None or media is None:
        return extraction.looked is None
    at_least = looked.frames if looked.of is None else looked.of
    has_gap = looked.of is not None and looked.of > looked.frames
    return media.frame_count == max(at_least, media.frame_count or 0) and (looked.largest_gap > 0) >= has_gap


@pytest.mark.parametrize("name", FEW)
def test_complete_and_cut(tmp_path: Path, name: str) -> None:
    film = FILMS[name]
    whole = film.make(tmp_path / name)
    seen = of(whole)
    assert called(seen) == "complete"
    assert seen.looked
    assert (seen.looked.frames, seen.looked.of) == (film.pictures, film.pictures)
    short = of(cut_films.cut(whole, tmp_path / f"cut {name}", ONE_CUT))
    assert called(short) != "complete"
    assert agrees(short)


@pytest.mark.parametrize(("frames", "more"), [(50, 0), (25, 700)])
def test_an_mxf_that_was_never_closed_is_told_however_many_frames_it_has(
    tmp_path: Path, frames: int, more: int
) -> None:
    whole = FILMS["long gop.mxf"].make(tmp_path / "a.mxf")
    seen = of(cut_films.never_closed(whole, tmp_path / "open.mxf", frames, more=more))
    assert "the file was never closed" in called(seen)
    assert seen.looked
    assert seen.looked.of is None
    assert abs(seen.looked.frames - frames) <= 1


@pytest.mark.long
def test_none_is_called_otherwise_than_it_is(tmp_path: Path) -> None:
    wrong, films = {}, 0
    for name, film in FILMS.items():
        whole = film.make(tmp_path / name)
        seen = of(whole)
        films += 1
        if called(seen) != "complete" or not seen.looked or seen.looked.of != film.pictures or not agrees(seen):
            wrong[name] = f"{called(seen)}, {seen.looked}"
        for keep in KEPT:
            short = of(cut_films.cut(whole, tmp_path / f"{keep} {name}", keep))
            films += 1
            if called(short) == "complete" or not agrees(short):
                wrong[f"{name} cut to {keep}"] = f"{called(short)}, {short.looked}"
    assert films > 200
    assert wrong == {}


@pytest.mark.long
@pytest.mark.parametrize("name", ["held.mkv", "held.webm", "held.ts", "held.flv", "held.wmv", "null frames.avi"])
def test_a_film_that_lacks_its_middle_is_not_taken_for_one_with_a_held_picture(tmp_path: Path, name: str) -> None:
    whole = FILMS[name].make(tmp_path / name)
    assert called(of(cut_films.broken(whole, tmp_path / f"broken {name}"))) != "complete"
