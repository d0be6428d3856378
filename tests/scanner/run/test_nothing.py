"""What counts as nothing, and how that is said."""

import os
from pathlib import Path

import pytest

from fixtures.names import noise, png
from scanner.drop.assets import Drop, Refused, SkipCause, Skipped
from scanner.drop.walk import walk
from scanner.errors import UsageError
from scanner.run.nothing import require_candidates, require_files
from scanner.run.references import open_references


def said(drop: Drop) -> str:
    with pytest.raises(UsageError) as caught:
        require_files([(drop, Path("drop"))])
    return str(caught.value).removeprefix("there is nothing to examine in drop ")


def drop_of(*skipped: Skipped, refused: tuple[Refused, ...] = ()) -> Drop:
    return Drop("drop", Path("drop"), (), refused, skipped)


def test_what_was_left_out_is_counted_by_why() -> None:
    link = Skipped("a", "a symbolic link to the drop itself", SkipCause.LINK)
    assert said(drop_of()) == "(it holds no file)"
    assert said(drop_of(link)) == "(1 file left out: links)"
    many = [Skipped(str(cause), "", cause) for cause in SkipCause for _ in range(2 + (cause is SkipCause.HIDDEN))]
    assert said(drop_of(*many)) == "(11 files left out: 3 hidden, 2 of a system, 2 links, 4 for other reasons)"


def test_what_cannot_be_opened_is_something(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    require_files([(walk(tmp_path), tmp_path)])


def test_a_name_that_is_no_text_is_told_as_reports_print_it() -> None:
    with pytest.raises(UsageError, match=r"caf\\xe9 \("):
        require_files([(drop_of(), Path("caf\udce9"))])


def candidates(*places: Path) -> None:
    require_candidates(places, open_references(places))


def test_a_folder_that_may_hold_a_work_is_looked_through(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("no work")
    with pytest.raises(UsageError, match=r"\(1 file: no picture or sound\)"):
        candidates(tmp_path)
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(UsageError, match=r"\(2 files: 1 no picture or sound, 1 a named pipe, which is never opened\)"):
        candidates(tmp_path)
    (tmp_path / "damaged.mov").write_bytes(noise(100))
    candidates(tmp_path)


@pytest.mark.parametrize("names", [("a.1.exr", "a.2.exr"), ("work",)])
def test_one_work_is_enough_under_any_name(tmp_path: Path, names: tuple[str, ...]) -> None:
    for name in names:
        (tmp_path / name).write_bytes(png(8, 8))
    candidates(tmp_path)
    candidates(tmp_path / names[0])


def test_each_place_must_hold_one(tmp_path: Path) -> None:
    for name in ("full", "empty"):
        (tmp_path / name).mkdir()
    (tmp_path / "full/work.png").write_bytes(png(8, 8))
    with pytest.raises(UsageError, match=r"no reference work in .*empty can be matched against \(it holds no file\)"):
        candidates(tmp_path / "full", tmp_path / "empty")
