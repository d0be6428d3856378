import io
import zlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from fixtures import inside_documents as inside
from fixtures import pictures
from fixtures.pdfs import PdfMaker, update

PICTURE = inside.jpeg()
SIZE = (96, 54)


@pytest.fixture
def spool(tmp_path: Path) -> Path:
    return tmp_path / "spool"


@pytest.fixture
def maker() -> PdfMaker:
    return PdfMaker()


@pytest.mark.parametrize("wrapped", [False, True])
def test_a_jpeg_comes_out_as_it_is_though_no_page_names_it(
    tmp_path: Path, spool: Path, maker: PdfMaker, *, wrapped: bool
) -> None:
    maker.jpeg(PICTURE, SIZE, wrapped=wrapped)
    found = inside.listed(maker.save(tmp_path / "a.pdf"), spool)
    assert list(inside.taken_out(found, spool).values()) == [PICTURE]
    assert [part.format for part in found.listing.parts] == ["jpeg"]


def test_other_pictures_are_drawn(tmp_path: Path, spool: Path, maker: PdfMaker) -> None:
    maker.flate(7, SIZE)
    found = inside.listed(maker.save(tmp_path / "a.pdf"), spool)
    (drawn,) = inside.taken_out(found, spool).values()
    with Image.open(io.BytesIO(drawn)) as image:
        assert np.array_equal(np.asarray(image), pictures.picture(7, *SIZE))


def test_a_plain_page_has_no_parts(tmp_path: Path, spool: Path, maker: PdfMaker) -> None:
    maker.draw(b"0 0 100 100 re f BT (BI ID EI) Tj ET")
    assert inside.listed(maker.save(tmp_path / "a.pdf"), spool).listing.parts == ()


def test_a_soft_mask_and_a_tiny_picture_are_harmless(tmp_path: Path, spool: Path, maker: PdfMaker) -> None:
    maker.mask(maker.jpeg(PICTURE, SIZE), SIZE)
    maker.flate(3, (8, 8))
    found = inside.listed(maker.save(tmp_path / "a.pdf"), spool)
    assert list(inside.taken_out(found, spool).values()) == [PICTURE]
    assert sorted(part.harmless for part in found.listing.parts) == ["", "a soft mask", "too small to show anything"]


def test_a_mask_that_shows_more_than_its_picture_is_a_part(tmp_path: Path, spool: Path, maker: PdfMaker) -> None:
    maker.mask(maker.flate(3, (1, 1)), SIZE)
    found = inside.listed(maker.save(tmp_path / "a.pdf"), spool)
    assert len(found.files) == 1


def test_thousands_of_tiny_pictures_are_told(tmp_path: Path, spool: Path, maker: PdfMaker) -> None:
    packed = zlib.compress(bytes(8 * 8 * 3))
    for _ in range(5000):
        maker.pixels(packed, (8, 8))
    (part,) = inside.listed(maker.save(tmp_path / "a.pdf"), spool).listing.parts
    assert part.where == "5,000 images of at most 8x8 pixels"
    assert "may be one picture" in part.why_not


def test_a_picture_in_the_instructions_is_a_part(tmp_path: Path, spool: Path, maker: PdfMaker) -> None:
    pixels = pictures.picture(5, 40, 30)
    maker.draw(b"q BI /W 40 /H 30 /BPC 8 /CS /RGB ID " + pixels.tobytes() + b" EI Q")
    found = inside.listed(maker.save(tmp_path / "a.pdf"), spool)
    (drawn,) = inside.taken_out(found, spool).values()
    with Image.open(io.BytesIO(drawn)) as image:
        assert np.array_equal(np.asarray(image), pixels)


def test_attachments_are_parts_under_their_names(tmp_path: Path, spool: Path, maker: PdfMaker) -> None:
    maker.attach("../still.png", inside.png())
    maker.attach("notes.txt", b"words")
    found = inside.listed(maker.save(tmp_path / "a.pdf"), spool)
    assert inside.taken_out(found, spool) == {"attachment:../still.png": inside.png(), "attachment:notes.txt": b"words"}


def test_what_an_update_replaced_is_a_part(tmp_path: Path, spool: Path, maker: PdfMaker) -> None:
    number = maker.jpeg(PICTURE, SIZE).objgen[0]
    maker.jpeg(inside.jpeg(2), SIZE)
    path = maker.save(tmp_path / "a.pdf")
    before = next(part.id for part in inside.listed(path, spool).listing.parts)
    update(path, int(before.split(":")[1]), b"<< /Nothing true >>")
    found = inside.listed(path, tmp_path / "again")
    assert inside.taken_out(found, tmp_path / "again")[f"{before}@1"] == PICTURE
    assert len(found.files) == 2
    assert number


def test_an_update_that_touches_no_picture_adds_no_part(tmp_path: Path, spool: Path, maker: PdfMaker) -> None:
    maker.jpeg(PICTURE, SIZE)
    path = update(maker.save(tmp_path / "a.pdf"), 99, b"<< /Nothing true >>")
    assert len(inside.listed(path, spool).listing.parts) == 1


def test_an_encrypted_one_is_told(tmp_path: Path, spool: Path, maker: PdfMaker) -> None:
    maker.jpeg(PICTURE, SIZE)
    (part,) = inside.listed(maker.save(tmp_path / "a.pdf", "secret"), spool).listing.parts
    assert "encrypted" in part.why_not


def test_bombs_are_told(tmp_path: Path, spool: Path, maker: PdfMaker) -> None:
    maker.pixels(zlib.compress(bytes(200 << 20)), (100, 100))
    maker.pixels(zlib.compress(bytes(100)), (60_000, 60_000))
    twice = maker.pixels(zlib.compress(zlib.compress(bytes(64 << 20))), (100, 100))
    import pikepdf

    twice.Filter = pikepdf.Array([pikepdf.Name.FlateDecode, pikepdf.Name.FlateDecode])
    found = inside.listed(maker.save(tmp_path / "a.pdf"), spool)
    reasons = " | ".join(part.why_not for part in found.listing.parts)
    assert "memory limit" in reasons
    assert "60,000 x 60,000 pixels" in reasons
    assert "packed more than once" in reasons
    assert found.files == {}


def test_a_form_that_names_itself_ends(tmp_path: Path, spool: Path, maker: PdfMaker) -> None:
    import pikepdf

    form = maker.pdf.make_indirect(
        pikepdf.Stream(maker.pdf, b"/X Do", Type=pikepdf.Name.XObject, Subtype=pikepdf.Name.Form)
    )
    form.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(X=form))
    maker.keep(form)
    maker.jpeg(PICTURE, SIZE)
    assert len(inside.listed(maker.save(tmp_path / "a.pdf"), spool).files) == 1


@pytest.mark.parametrize("cut", [0.3, 0.6, 0.9])
def test_one_that_is_cut_off_gives_what_there_is_or_is_told(
    tmp_path: Path, spool: Path, maker: PdfMaker, cut: float
) -> None:
    maker.jpeg(PICTURE, SIZE)
    path = maker.save(tmp_path / "a.pdf")
    path.write_bytes(path.read_bytes()[: int(path.stat().st_size * cut)])
    found = inside.listed(path, spool)
    assert found.listing.parts or inside.problems(found)


def test_a_thumbnail_of_a_page_is_a_part_though_it_does_not_say_so(
    tmp_path: Path, spool: Path, maker: PdfMaker
) -> None:
    thumbnail = maker.flate(4, SIZE)
    del thumbnail.Subtype
    found = inside.listed(maker.save(tmp_path / "a.pdf"), spool)
    assert len(found.files) == 1


def test_instructions_that_can_not_be_read_are_told_and_hide_nothing(
    tmp_path: Path, spool: Path, maker: PdfMaker
) -> None:
    import pikepdf

    for instructions in (b"broken", zlib.compress(b"q Q " * (5 << 20) + b"BI /W 9 /H 9 ID ")):
        form = pikepdf.Stream(maker.pdf, instructions, Subtype=pikepdf.Name.Form, Filter=pikepdf.Name.FlateDecode)
        maker.keep(maker.pdf.make_indirect(form))
    maker.jpeg(PICTURE, SIZE)
    found = inside.listed(maker.save(tmp_path / "a.pdf"), spool)
    assert list(inside.taken_out(found, spool).values()) == [PICTURE]
    assert sum("can't be read" in part.why_not for part in found.listing.parts) == 2
