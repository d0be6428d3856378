"""Paper may name a part, or a member of an archive: it covers that alone. Paper that names a file covers all in it."""

from pathlib import Path

import pytest

from fixtures import inside_documents as documents
from fixtures import inside_films as films
from fixtures import inside_stills as stills
from fixtures import media
from fixtures.paper import Entry, approval, book, declaration, licence, write
from tests.scenarios.inside.deliveries import GENERATED, MARK, Delivery, hidden, scanned

FIRST, SECOND = "member:word/media/image1.png", "member:word/media/image2.png"
UNAPPROVED = "approval.out_of_scope"
GENERATOR = {
    "name": "Stable Diffusion WebUI family",
    "enterprise_agreement": "yes",
    "stores_inputs": "no",
    "trains_on_inputs": "no",
}


@pytest.fixture(scope="module")
def work(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A drop of a document and a zip with the same two marked pictures, and of a film that shows the poster twice."""
    work = tmp_path_factory.mktemp("paper")
    pictures = hidden(work)
    other = media.still(work / "own/other.png", seed=15, size=stills.SIZE, text=GENERATED).read_bytes()
    both = {"word/media/image1.png": pictures.marked.read_bytes(), "word/media/image2.png": other}
    documents.docx(work / "drop/found/two.docx", both)
    documents.zipped(work / "drop/found/two.zip", {Path(name).name: content for name, content in both.items()})
    one = {
        "word/media/image1.png": pictures.marked.read_bytes(),
        "word/media/image2.png": pictures.own_png.read_bytes(),
    }
    documents.docx(work / "drop/found/one.docx", one)
    film = media.movie(work / "own/film.mp4", frames=48)
    films.covered_film(work / "drop/found/covered.mp4", film, pictures.marked)
    films.attached(work / "drop/found/two.mkv", film, {"a.jpg": pictures.poster, "b.jpg": pictures.poster})
    return work


def declared(work: Path, selector: Entry, *, approved: Entry | None = None) -> Delivery:
    """The drop with a declaration for some of it, and an approval that reaches `approved`, else the same."""
    scope = {"stages": ["final"], "assets": [approved or selector]}
    data = book(
        declarations=[declaration(assets=[selector], tools=["generator"], approvals=["APP-1"])],
        approvals=[approval(scope=scope)],
    )
    data["tools"] = {"generator": GENERATOR}
    return scanned(work, "--declarations", write(work / "paper", data))


def test_without_paper_both_are_told(work: Path) -> None:
    delivery = scanned(work)
    assert delivery.spoken_of("found/two.docx") == {(FIRST, MARK), (SECOND, MARK)}
    assert delivery.spoken_of("found/two.zip!/image1.png") == {(None, MARK)}
    assert delivery.spoken_of("found/two.zip!/image2.png") == {(None, MARK)}


def test_a_part_that_is_named_is_covered_alone(work: Path) -> None:
    delivery = declared(work, {"path": "found/two.docx", "part": FIRST})
    assert delivery.spoken_of("found/two.docx") == {(SECOND, MARK)}


def test_a_file_that_is_named_is_covered_with_all_in_it(work: Path) -> None:
    assert declared(work, {"path": "found/two.docx"}).quiet("found/two.docx")


def test_an_approval_reaches_the_part_it_names(work: Path) -> None:
    delivery = declared(work, {"path": "found/two.docx"}, approved={"path": "found/two.docx", "part": FIRST})
    assert delivery.spoken_of("found/two.docx") == {(SECOND, UNAPPROVED)}
    (finding,) = (each for each in delivery.assets["found/two.docx"]["findings"] if each["reason"] == UNAPPROVED)
    assert f"APP-1 is for part {FIRST} alone" in finding["message"]


def test_an_approval_of_the_file_reaches_the_part_that_was_declared(work: Path) -> None:
    delivery = declared(work, {"path": "found/two.docx", "part": FIRST}, approved={"path": "found/two.docx"})
    assert delivery.spoken_of("found/two.docx") == {(SECOND, MARK)}


def test_an_approval_of_another_part_leaves_the_declared_one_without(work: Path) -> None:
    other = {"path": "found/two.docx", "part": SECOND}
    delivery = declared(work, {"path": "found/two.docx", "part": FIRST}, approved=other)
    assert delivery.spoken_of("found/two.docx") == {(FIRST, UNAPPROVED), (SECOND, MARK)}


def test_where_ai_is_in_one_part_alone_the_approval_of_that_part_does(work: Path) -> None:
    delivery = declared(work, {"path": "found/one.docx"}, approved={"path": "found/one.docx", "part": FIRST})
    assert delivery.quiet("found/one.docx")


def test_an_approval_of_a_part_that_shows_no_ai_does_not_do(work: Path) -> None:
    other = {"path": "found/one.docx", "part": SECOND}
    assert declared(work, {"path": "found/one.docx"}, approved=other).spoken_of("found/one.docx") == {
        (FIRST, UNAPPROVED)
    }


@pytest.mark.parametrize(
    ("declares", "approves", "expected"),
    [
        (None, "cover:0", {(None, UNAPPROVED)}),
        ("cover:0", "cover:0", set()),
        ("cover:0", None, set()),
        (None, None, set()),
    ],
)
def test_a_film_that_is_declared_needs_approval_besides_its_cover(
    work: Path, declares: str | None, approves: str | None, expected: set[tuple[str | None, str]]
) -> None:
    selector, reached = (
        {"path": "found/covered.mp4"} | ({"part": part} if part else {}) for part in (declares, approves)
    )
    assert declared(work, selector, approved=reached).spoken_of("found/covered.mp4") == expected


def test_a_member_of_an_archive_is_chosen_by_its_path(work: Path) -> None:
    delivery = declared(work, {"path": "found/two.zip!/image1.png"})
    assert delivery.quiet("found/two.zip!/image1.png")
    assert delivery.spoken_of("found/two.zip!/image2.png") == {(None, MARK)}


def test_a_pattern_chooses_all_members(work: Path) -> None:
    delivery = declared(work, {"path": "found/two.zip!/**"})
    assert delivery.quiet("found/two.zip!/image1.png")
    assert delivery.quiet("found/two.zip!/image2.png")


@pytest.mark.parametrize("part", ["attachment:0", None])
def test_a_licence_covers_the_part_it_names_alone(work: Path, part: str | None) -> None:
    selector = {"path": "found/two.mkv"} | ({"part": part} if part else {})
    data = book(licences=[licence(reference="poster.jpg", scope={"assets": [selector]})])
    delivery = scanned(work, "--declarations", write(work / "paper", data))
    assert {place for place, _ in delivery.spoken_of("found/two.mkv")} == ({"attachment:1"} if part else set())
