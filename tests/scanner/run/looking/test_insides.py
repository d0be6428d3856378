"""What lies inside the files of a drop: found once, followed so far, and known again without its files."""

from dataclasses import replace
from pathlib import Path

import pytest

from fixtures import inside_documents as inside
from fixtures.gathered import gathered
from fixtures.nestings import Maker
from scanner.run.looking.insides import BOUNDS, key_of

PICTURE = inside.png()


@pytest.fixture
def drop(tmp_path: Path) -> Path:
    folder = tmp_path / "drop"
    folder.mkdir()
    return folder


def document(path: Path, **pictures: bytes) -> Path:
    return inside.docx(path, {f"word/media/{name}.png": content for name, content in pictures.items()})


def test_parts_of_equal_bytes_are_looked_at_once(drop: Path, tmp_path: Path) -> None:
    document(drop / "a.docx", one=PICTURE, two=PICTURE)
    document(drop / "b.docx", three=PICTURE, four=inside.png(2))
    with gathered(drop, tmp_path / "cache") as found:
        parts = {**found.parts("a.docx"), **found.parts("b.docx")}
        same = [parts[f"member:word/media/{name}.png"] for name in ("one", "two", "three")]
        assert len({seen.content for seen in same}) == 1
        assert all(seen.extraction and seen.extraction.looked and seen.examined for seen in same)
        assert [task.unit.content for task in found.tasks if task.extract].count(same[0].content) == 1
        assert len([task for task in found.tasks if task.unit.part]) == 2


def test_a_part_that_is_equal_to_a_file_of_the_drop_is_not_looked_at_again(drop: Path, tmp_path: Path) -> None:
    (drop / "a.png").write_bytes(PICTURE)
    document(drop / "b.docx", one=PICTURE)
    with gathered(drop, tmp_path / "cache") as found:
        part = found.parts("b.docx")["member:word/media/one.png"]
        assert part.content == found.assets["a.png"].sha256
        assert part.extraction == found.assets["a.png"].extraction
        assert [task.unit.asset.path for task in found.tasks if task.extract] == ["b.docx", "a.png"]


def test_what_lies_deeper_than_anybody_looks_is_told(drop: Path, tmp_path: Path) -> None:
    made = Maker()
    file = made.picture("png")
    for _ in range(BOUNDS.depth + 1):
        file = made.holding("docx", file)
    (drop / file.name).write_bytes(file.content)
    with gathered(drop, tmp_path / "cache") as found:
        parts = found.parts(file.name)
        (told,) = [seen for seen in parts.values() if seen.problems]
        assert told.part.format == "docx"
        assert f"it lies {BOUNDS.depth} parts deep" in told.problems[0].message


def test_an_archive_deeper_than_anybody_looks_is_told(drop: Path, tmp_path: Path) -> None:
    made = Maker()
    file = made.picture("png")
    for _ in range(BOUNDS.depth + 1):
        file = made.holding("zip", file)
    (drop / file.name).write_bytes(file.content)
    with gathered(drop, tmp_path / "cache") as found:
        deepest = found.dossier.assets[-1]
        assert deepest.path.count("!/") == BOUNDS.depth
        assert "scan.partial" in {problem.code for problem in deepest.problems}


def test_a_picture_as_deep_as_anybody_looks_is_looked_at(drop: Path, tmp_path: Path) -> None:
    made = Maker()
    file = picture = made.picture("png")
    for _ in range(BOUNDS.depth):
        file = made.holding("docx", file)
    (drop / file.name).write_bytes(file.content)
    with gathered(drop, tmp_path / "cache") as found:
        looked_at = [seen for seen in found.parts(file.name).values() if seen.extraction and seen.extraction.looked]
        assert [(seen.content, seen.examined) for seen in looked_at] == [(picture.sha256, True)]


def test_what_is_remembered_gives_the_same_without_taking_anything_out(drop: Path, tmp_path: Path) -> None:
    made = Maker()
    pictures = [made.picture(suffix) for suffix in ("png", "tif", "mpo")]
    for file in (made.holding("docx", *pictures), made.holding("zip", made.holding("pdf", *pictures), made.covered())):
        (drop / file.name).write_bytes(file.content)
    with gathered(drop, tmp_path / "cache") as first:
        assets, tasks = first.dossier.assets, first.tasks
    with gathered(drop, tmp_path / "cache") as second:
        assert second.tasks == []
        assert [(seen.path, seen.sha256, seen.parts) for seen in second.dossier.assets] == [
            (seen.path, seen.sha256, seen.parts) for seen in assets
        ]
    assert tasks


def test_what_was_taken_out_is_gone_when_the_gathering_ends(drop: Path, tmp_path: Path) -> None:
    document(drop / "a.docx", one=PICTURE)
    with gathered(drop, tmp_path / "cache") as found:
        (unit,) = found.gathering.units(found.drop)
        (part,) = found.gathering.parts(unit)
        file = part.asset.members[0].path(part.root)
        assert file.read_bytes() == PICTURE
        assert file.parent.stat().st_mode & 0o077 == 0
        assert part.asset.path == key_of("a.docx", "member:word/media/one.png")
    assert not file.exists()
    assert not file.parent.parent.exists()


def test_parts_of_parts_are_followed_up_to_a_number_and_the_others_told(
    drop: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("scanner.run.looking.insides.BOUNDS", replace(BOUNDS, within=10))
    made = Maker()
    documents = [made.holding("docx", *(made.picture("png") for _ in range(3))) for _ in range(3)]
    file = made.holding("zip", *documents)
    (drop / file.name).write_bytes(file.content)
    (drop / "z.docx").write_bytes(documents[0].content)
    for _ in ("looked at", "remembered"):
        with gathered(drop, tmp_path / "cache") as found:
            inside_them = [found.assets[f"{file.name}!/{document.name}"] for document in documents]
            assert [len([seen for seen in asset.parts if seen.extraction]) for asset in inside_them] == [3, 3, 0]
            assert ["not looked at" in str(asset.problems) for asset in inside_them] == [False, False, True]
            assert len([seen for seen in found.assets["z.docx"].parts if seen.extraction]) == 3
