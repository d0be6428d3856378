"""Pictures in documents, archives and projects are found where they lie, by the real command.

One drop is made of all of it and scanned once. Each file has a twin of the same make in which there is nothing.
"""

import base64
import gzip
from pathlib import Path

import pytest

from fixtures import inside_documents as documents
from fixtures import inside_stills as stills
from fixtures.pdfs import PdfMaker
from tests.scenarios.inside.deliveries import MARK, MATCH, Delivery, Pictures, hidden, scanned

FONT = b"\0\1\0\0" + bytes(200)
EXPECTED = {
    "a.docx": {"member:word/media/image1.jpg": MATCH, "member:word/media/image2.png": MARK},
    "a.pptx": {"member:ppt/media/image1.jpg": MATCH, "member:ppt/media/image2.png": MARK},
    "a.xlsx": {"member:xl/media/image1.jpg": MATCH, "member:xl/media/image2.png": MARK},
    "a.odt": {"member:Pictures/image1.jpg": MATCH, "member:Pictures/image2.png": MARK},
    "a.epub": {"member:OEBPS/image1.jpg": MATCH, "member:OEBPS/image2.png": MARK},
    "a.pdf": {"image:3": MATCH, "attachment:notes.png": MARK},
    "a.svg": {"image:0": MATCH, "image:1": MARK},
    "a.html": {"image:0": MATCH, "image:1": MARK},
    "a.drp": {"member:MediaPool/still.jpg": MATCH, "member:Gallery/grade.png": MARK},
    "a.prproj": {"member:content/image:0": MATCH, "member:content/image:1": MARK},
    "document.zip!/a.docx": {"member:word/media/image1.jpg": MATCH, "member:word/media/image2.png": MARK},
    "holder.docx": {
        "member:word/embeddings/a.zip/member:stills/one.jpg": MATCH,
        "member:word/embeddings/a.zip/member:stills/two.png": MARK,
    },
}
ARCHIVES = ("a.zip", "a.tar", "a.tgz", "zip in.zip!/a.zip")


def fill(folder: Path, still: bytes, marked: bytes) -> None:
    """The same files each time, with two other pictures in them."""
    media = {"image1.jpg": still, "image2.png": marked}
    font = {"word/fonts/font1.odttf": FONT}
    documents.docx(folder / "a.docx", {f"word/media/{name}": content for name, content in media.items()} | font)
    for program, suffix in (("ppt", "pptx"), ("xl", "xlsx")):
        members = {"[Content_Types].xml": documents.TYPES, f"{program}/media/image1.jpg": still}
        documents.zipped(folder / f"a.{suffix}", members | {f"{program}/media/image2.png": marked})
    text = {"mimetype": b"application/vnd.oasis.opendocument.text", "content.xml": documents.TEXT}
    documents.zipped(folder / "a.odt", text | {f"Pictures/{name}": content for name, content in media.items()})
    book = {"mimetype": b"application/epub+zip", "OEBPS/a.xhtml": b"<html><body>words</body></html>"}
    documents.zipped(folder / "a.epub", book | {f"OEBPS/{name}": content for name, content in media.items()})
    paper = PdfMaker()
    paper.jpeg(still, stills.SIZE)
    paper.attach("notes.png", marked)
    paper.save(folder / "a.pdf")
    first, second = documents.data_uri(still), documents.data_uri(marked, "image/png")
    drawing = f'<svg xmlns="http://www.w3.org/2000/svg"><image href="{first}"/><image href="{second}"/></svg>'
    (folder / "a.svg").write_text(drawing)
    (folder / "a.html").write_text(f'<!DOCTYPE html><html><img src="{first}"><img src="{second}"></html>')
    members = {"stills/one.jpg": still, "stills/two.png": marked, "notes.txt": b"words"}
    documents.zipped(folder / "a.zip", members)
    documents.tarred(folder / "a.tar", members)
    documents.tarred(folder / "a.tgz", members, "gz")
    office = (folder / "a.docx").read_bytes()
    documents.zipped(folder / "document.zip", {"a.docx": office})
    documents.zipped(folder / "zip in.zip", {"a.zip": (folder / "a.zip").read_bytes()})
    documents.docx(folder / "holder.docx", {"word/embeddings/a.zip": (folder / "a.zip").read_bytes()})
    project = {"project.xml": b"<?xml version='1.0'?><SM_Project/>"}
    documents.zipped(folder / "a.drp", project | {"MediaPool/still.jpg": still, "Gallery/grade.png": marked})
    embedded = "".join(f"<a>{base64.b64encode(content).decode()}</a>" for content in (still, marked))
    (folder / "a.prproj").write_bytes(
        gzip.compress(f'<?xml version="1.0"?><PremiereData>{embedded}</PremiereData>'.encode(), mtime=0)
    )


def make(work: Path) -> Pictures:
    """Fill the drop of a working folder."""
    pictures = hidden(work)
    fill(work / "drop/found", pictures.poster.read_bytes(), pictures.marked.read_bytes())
    fill(work / "drop/harmless", pictures.own.read_bytes(), pictures.own_png.read_bytes())
    return pictures


@pytest.fixture(scope="module")
def delivery(tmp_path_factory: pytest.TempPathFactory) -> Delivery:
    work = tmp_path_factory.mktemp("documents")
    make(work)
    return scanned(work)


@pytest.mark.parametrize("name", EXPECTED)
def test_what_lies_inside_is_found_there(delivery: Delivery, name: str) -> None:
    assert delivery.spoken_of(f"found/{name}") == set(EXPECTED[name].items())


@pytest.mark.parametrize("name", EXPECTED)
def test_its_harmless_twin_is_quiet(delivery: Delivery, name: str) -> None:
    assert delivery.quiet(f"harmless/{name}"), delivery.assets[f"harmless/{name}"]
    looked_at = {part["id"] for part in delivery.assets[f"harmless/{name}"]["parts"] if part["looked"]}
    assert looked_at == set(EXPECTED[name])


@pytest.mark.parametrize("name", ARCHIVES)
def test_members_of_an_archive_are_assets_of_the_drop(delivery: Delivery, name: str) -> None:
    archive = delivery.assets[f"found/{name}"]
    assert (archive["verdict"], archive["parts"], delivery.spoken_of(f"found/{name}")) == ("info", [], set())
    assert delivery.spoken_of(f"found/{name}!/stills/one.jpg") == {(None, MATCH)}
    assert delivery.spoken_of(f"found/{name}!/stills/two.png") == {(None, MARK)}
    members = [path for path in delivery.assets if path.startswith(f"harmless/{name}!/")]
    assert members == [f"harmless/{name}!/{member}" for member in ("notes.txt", "stills/one.jpg", "stills/two.png")]
    assert all(delivery.quiet(path) for path in (f"harmless/{name}", *members))


def test_all_of_it_is_counted(delivery: Delivery) -> None:
    counts, assets = delivery.report["counts"], delivery.assets.values()
    assert (counts["assets"], counts["examined"]) == (len(assets), len(assets))
    assert (counts["parts"], counts["parts_unexamined"]) == (sum(len(asset["parts"]) for asset in assets), 0)


def test_number_of_workers_and_memory_of_the_last_scan_change_nothing(delivery: Delivery, tmp_path: Path) -> None:
    assert scanned(delivery.folder, out="again").plain() == delivery.plain()
    for jobs in ("1", "3"):
        nothing_known = {"PROVSCAN_CACHE": str(tmp_path / jobs)}
        assert scanned(delivery.folder, "--jobs", jobs, out=jobs, env=nothing_known).plain() == delivery.plain()
