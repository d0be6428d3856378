"""The records of a drop: archives give an asset for every member, other files keep their parts."""

import zipfile
from pathlib import Path

import pytest

from fixtures import inside_documents as inside
from fixtures.gathered import gathered
from scanner.terms.reasons import Reason


@pytest.fixture
def drop(tmp_path: Path) -> Path:
    folder = tmp_path / "drop"
    folder.mkdir()
    return folder


def test_the_members_of_an_archive_are_assets_behind_it(drop: Path, tmp_path: Path) -> None:
    members = {"in/a.png": inside.png(1), "b.jpg": inside.jpeg(2)}
    inside.zipped(drop / "a.zip", members)
    (drop / "z.png").write_bytes(inside.png(3))
    with gathered(drop, tmp_path / "cache") as found:
        assert [seen.path for seen in found.dossier.assets] == ["a.zip", "a.zip!/in/a.png", "a.zip!/b.jpg", "z.png"]
        assert all(found.assets[f"a.zip!/{name}"].kind == "still" for name in members)
        assert all(found.assets[f"a.zip!/{name}"].examined for name in members)
        assert found.assets["a.zip"].parts == ()


def test_an_archive_in_an_archive_and_a_document_in_it(drop: Path, tmp_path: Path) -> None:
    document = inside.docx(tmp_path / "d.docx", {"word/media/p.png": inside.png()}).read_bytes()
    inner = inside.tarred(tmp_path / "i.tar", {"d.docx": document}).read_bytes()
    inside.zipped(drop / "a.zip", {"i.tar": inner})
    with gathered(drop, tmp_path / "cache") as found:
        assert [*found.assets] == ["a.zip", "a.zip!/i.tar", "a.zip!/i.tar!/d.docx"]
        part = found.parts("a.zip!/i.tar!/d.docx")["member:word/media/p.png"]
        assert part.examined
        assert part.extraction
        assert part.extraction.looked


def test_an_archive_in_a_document_is_a_part_and_its_members_are(drop: Path, tmp_path: Path) -> None:
    packed = inside.zipped(tmp_path / "p.zip", {"p.png": inside.png()}).read_bytes()
    inside.docx(drop / "a.docx", {"word/embeddings/p.zip": packed})
    with gathered(drop, tmp_path / "cache") as found:
        assert [*found.assets] == ["a.docx"]
        parts = found.parts("a.docx")
        chain = "member:word/embeddings/p.zip"
        assert parts[chain].part.format == "zip"
        picture = parts[f"{chain}/member:p.png"]
        assert picture.extraction
        assert picture.extraction.looked


def test_a_member_whose_name_leads_out_is_told_and_looked_at(drop: Path, tmp_path: Path) -> None:
    inside.zipped(drop / "a.zip", {"../../a.png": inside.png()})
    with gathered(drop, tmp_path / "cache") as found:
        told = [problem for problem in found.assets["a.zip"].problems if "leads out of it" in problem.message]
        assert [problem.code for problem in told] == [Reason.SCAN_PARTIAL]
        assert found.assets["a.zip!/../../a.png"].examined
    assert [path.name for path in tmp_path.rglob("*.png")] == []


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_members_whose_names_clash_are_assets_of_their_own(drop: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(drop / "a.zip", "w") as archive:
        for seed in (1, 2):
            archive.writestr("a.png", inside.png(seed))
        archive.writestr("a.png#2", inside.png(3))
    with gathered(drop, tmp_path / "cache") as found:
        members = {path: seen.sha256 for path, seen in found.assets.items() if "!/" in path}
        assert len(members) == len({*members.values()}) == 3


def test_no_member_poses_as_a_file_of_the_drop(drop: Path, tmp_path: Path) -> None:
    inside.zipped(drop / "a.zip", {"b.png": inside.png(1)})
    (drop / "a.zip!").mkdir()
    (drop / "a.zip!" / "b.png").write_bytes(inside.png(2))
    with gathered(drop, tmp_path / "cache") as found:
        assert len(found.assets) == 3
        pictures = [seen.sha256 for seen in found.dossier.assets if seen.path != "a.zip"]
        assert len({*pictures}) == 2


def test_what_can_not_be_looked_into_is_told_of_its_part(drop: Path, tmp_path: Path) -> None:
    inside.docx(drop / "a.docx", {"word/media/d.emf": inside.EMF, "word/media/p.png": inside.png()})
    with gathered(drop, tmp_path / "cache") as found:
        parts = found.parts("a.docx")
        (problem,) = parts["member:word/media/d.emf"].problems
        assert problem.code is Reason.SCAN_PART_UNEXAMINED
        assert not parts["member:word/media/d.emf"].examined
        assert parts["member:word/media/p.png"].examined
        assert not parts["member:word/media/p.png"].problems
        text = parts["member:word/document.xml"]
        assert (text.examined, text.problems, text.part.harmless) == (True, (), "text of the document")
