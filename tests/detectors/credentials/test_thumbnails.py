"""Pictures of ingredients are drawn anew and bounded; what a stranger stored never comes out as it was."""

import io
from pathlib import Path

import pytest
from PIL import Image

from detectors.credentials import signing, thumbnails
from detectors.credentials.chain import pictured_titles
from detectors.credentials.signing import Authority, Ingredient, manifest
from detectors.credentials.thumbnails import MOST, WIDEST
from tests.detectors.credentials.conftest import observe


@pytest.fixture(scope="module")
def pictured(authority: Authority, plain: Path, signed: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A JPEG made from a parent and from eight parts, whose store keeps a picture of each."""
    folder = tmp_path_factory.mktemp("pictured")
    parts = [Ingredient(signed, "image/jpeg", "parentOf")]
    parts += [Ingredient(plain, "image/jpeg", "componentOf")] * 8
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(signing._SETTINGS, "builder", {"thumbnail": {"enabled": True}})
        authority.sign(plain, folder / "made.jpg", manifest("made.jpg", "image/jpeg", []), ingredients=parts)
    return folder / "made.jpg"


@pytest.fixture
def stored(monkeypatch: pytest.MonkeyPatch) -> list[bytes]:
    """What the store is made to hold for each ingredient."""
    found: list[bytes] = []
    monkeypatch.setattr(thumbnails, "_stored", lambda *_: found[0])
    return found


def encoded(form: str, size: tuple[int, int] = (8, 8), mode: str = "RGB") -> bytes:
    into = io.BytesIO()
    Image.new(mode, size).save(into, form)
    return into.getvalue()


def test_the_nearest_ingredients_are_drawn_small_in_the_order_of_the_chain(pictured: Path) -> None:
    drawn = thumbnails.thumbnails(pictured)
    titles = pictured_titles(observe(pictured)[0].facts["chain"])
    assert (len(drawn), len(titles), titles[0]) == (MOST, 9, "signed.jpg")
    for jpeg in drawn:
        with Image.open(io.BytesIO(jpeg)) as image:
            assert image.format == "JPEG"
            assert max(image.size) <= WIDEST


def test_what_is_drawn_are_other_bytes_than_what_was_stored(pictured: Path, stored: list[bytes]) -> None:
    stored.append(encoded("JPEG") + b"<script>alert(1)</script>")
    first = thumbnails.thumbnails(pictured)[0]
    assert first.startswith(b"\xff\xd8")
    assert b"script" not in first


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "I;16"])
def test_every_kind_of_png_is_drawn(mode: str, pictured: Path, stored: list[bytes]) -> None:
    stored.append(encoded("PNG", mode=mode))
    assert thumbnails.thumbnails(pictured)[0].startswith(b"\xff\xd8")


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        encoded("GIF"),
        encoded("TIFF"),
        encoded("JPEG")[:40],
        encoded("PNG", (5000, 4000), "1"),
    ],
)
def test_other_formats_too_many_pixels_and_garbage_give_no_picture(
    content: bytes, pictured: Path, stored: list[bytes]
) -> None:
    stored.append(content)
    assert thumbnails.thumbnails(pictured) == [b""] * MOST


def test_too_many_bytes_give_no_picture(pictured: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(thumbnails, "LARGEST", 100)
    assert thumbnails.thumbnails(pictured) == [b""] * MOST


def test_a_sidecar_is_a_store_by_itself(authority: Authority, plain: Path, tmp_path: Path) -> None:
    with (
        pytest.MonkeyPatch.context() as patch,
        plain.open("rb") as source,
        plain.open("rb") as part,
    ):
        patch.setitem(signing._SETTINGS, "builder", {"thumbnail": {"enabled": True}})
        with authority._at_work(manifest("x", "image/jpeg", []), "Example Studio", "Signer") as (builder, signer):
            builder.set_no_embed()
            builder.add_ingredient({"title": "part.jpg", "relationship": "componentOf"}, "image/jpeg", part)
            (tmp_path / "x.c2pa").write_bytes(builder.sign(signer, "image/jpeg", source, io.BytesIO()))
    (drawn,) = thumbnails.thumbnails(tmp_path / "x.c2pa", is_store=True)
    assert drawn.startswith(b"\xff\xd8")


def test_a_file_without_a_store_and_a_damaged_one_have_none(plain: Path, pictured: Path, tmp_path: Path) -> None:
    assert thumbnails.thumbnails(plain) == []
    (tmp_path / "cut.png").write_bytes(pictured.read_bytes()[:3000])
    assert thumbnails.thumbnails(tmp_path / "cut.png") == []
    with pytest.raises(FileNotFoundError):
        thumbnails.thumbnails(tmp_path / "absent.jpg")
