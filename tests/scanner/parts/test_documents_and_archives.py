"""Whatever an archive or a document is like: every member is told once, and nothing is written elsewhere."""

import contextlib
import io
import tarfile
import tempfile
import zipfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from fixtures import inside_documents as inside
from fixtures.names import NASTY_NAMES, noise
from fixtures.pdfs import PdfMaker
from scanner.drop.kinds import Format
from scanner.parts.archives.readers import COVERS as OF_ARCHIVES
from scanner.parts.archives.readers import READERS as ARCHIVES
from scanner.parts.documents.readers import COVERS as OF_DOCUMENTS
from scanner.parts.documents.readers import READERS as DOCUMENTS
from scanner.parts.source import Bounds

NAMES = some.sampled_from([name.decode("utf-8", "surrogateescape") for name in NASTY_NAMES.values()]) | some.text(
    some.characters(exclude_characters="\0", exclude_categories=["Cs"]), min_size=1, max_size=40
)
CONTENTS = some.sampled_from(
    [b"", b"words", inside.TEXT, inside.png(), inside.jpeg(), inside.OLE, inside.EMF, noise(400)]
)
MEMBERS = some.lists(some.tuples(NAMES, CONTENTS), max_size=8)
OFTEN = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def zip_of(members: list[tuple[str, bytes]]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members:
            entry = zipfile.ZipInfo("x")
            entry.filename = name.encode("utf-8", "replace").decode()
            archive.writestr(entry, content)
    return file.getvalue()


def tar_of(members: list[tuple[str, bytes]]) -> bytes:
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w") as archive:
        for name, content in members:
            header = tarfile.TarInfo(name)
            header.size = len(content)
            archive.addfile(header, io.BytesIO(content))
    return file.getvalue()


def told(content: bytes, name: str) -> list[tuple[str, str, str, bytes]]:
    """Each part's harmless, why_not and problem, and its bytes where it was taken out."""
    with tempfile.TemporaryDirectory() as place:
        path, spool = Path(place) / name, Path(place) / "spool"
        path.write_bytes(content)
        found = inside.listed(path, spool)
        bytes_of = inside.taken_out(found, spool)
        inside.by_id(found)
        assert {entry.name for entry in Path(place).iterdir()} <= {name, "spool"}
        assert all(entry.name.isdecimal() for entry in (spool.iterdir() if spool.exists() else ()))
        return [(part.harmless, part.why_not, part.id, bytes_of.get(part.id, b"")) for part in found.listing.parts]


@OFTEN
@pytest.mark.filterwarnings("ignore:Duplicate name")
@given(MEMBERS, some.sampled_from(["a.zip", "a.docx", "a.odt", "a.bin"]))
def test_every_member_of_a_zip_is_told_once(members: list[tuple[str, bytes]], name: str) -> None:
    parts = [part for part in told(zip_of(members), name) if part[2].startswith("member:")]
    assert len(parts) == len(members)
    for (_, content), (harmless, why_not, _, taken) in zip(members, parts, strict=True):
        assert bool(harmless) + bool(why_not) + (taken == content != b"") == 1
        if content in {inside.png(), inside.jpeg()}:
            assert taken == content


@OFTEN
@given(MEMBERS)
def test_every_member_of_a_tar_is_told_once(members: list[tuple[str, bytes]]) -> None:
    members = [(name, content) for name, content in members if name.strip("/")]
    parts = told(tar_of(members), "a.tar") if members else []
    assert len(parts) == len(members)
    for (_name, content), (harmless, why_not, _, taken) in zip(members, parts, strict=True):
        assert bool(harmless) + bool(why_not) + (taken == content != b"") == 1


@pytest.fixture(scope="module")
def sound() -> dict[str, bytes]:
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        maker = PdfMaker()
        maker.jpeg(inside.jpeg(), (96, 54))
        maker.flate(2, (30, 30))
        maker.attach("a.txt", b"words")
        made = {
            "pdf": maker.save(folder / "a.pdf"),
            "docx": inside.docx(folder / "a.docx", {"word/media/image1.png": inside.png()}),
            "zip": inside.zipped(folder / "a.zip", {"a.png": inside.png(), "b.txt": b"words"}),
            "tar": inside.tarred(folder / "a.tar", {"a.png": inside.png(), "b.txt": b"words"}),
            "gz": inside.tarred(folder / "a.tar.gz", {"a.png": inside.png()}, "gz"),
            "xz": inside.tarred(folder / "a.tar.xz", {"a.png": inside.png()}, "xz"),
            "rar": inside.rar(folder / "a.rar", {"a.png": inside.png()}),
        }
        texts = {
            "svg": f'<svg><image href="{inside.data_uri(inside.jpeg())}"/></svg>'.encode(),
            "rtf": b"{\\rtf1{\\pict\\jpegblip " + inside.jpeg().hex().encode() + b"}}",
            "eps": b"%!PS-Adobe\nimage\n",
        }
        return {form: path.read_bytes() for form, path in made.items()} | texts


@settings(max_examples=150, deadline=None)
@given(some.data())
def test_no_damage_makes_it_raise(sound: dict[str, bytes], data: some.DataObject) -> None:
    form = data.draw(some.sampled_from(sorted(sound)))
    content = bytearray(sound[form])
    for _ in range(data.draw(some.integers(1, 4))):
        at = data.draw(some.integers(0, len(content) - 1))
        content[at : at + data.draw(some.integers(0, 8))] = data.draw(some.binary(max_size=8))
        content = content or bytearray(b"x")
    for harmless, why_not, ident, taken in told(bytes(content), f"a.{form}"):
        assert harmless or why_not or taken, ident


@settings(max_examples=100, deadline=None)
@given(some.binary(max_size=600), some.sampled_from(sorted([*DOCUMENTS, *ARCHIVES])))
def test_whatever_a_reader_meets_it_ends(content: bytes, form: str) -> None:
    for reader in {**DOCUMENTS, **ARCHIVES}[form]:
        with contextlib.suppress(Exception):  # the engine tells of any of these; what it can't take is a death
            for part in reader(io.BytesIO(content), Format(form, "other"), Bounds()):
                assert part.id
                assert part.where


def test_each_reader_says_what_it_covers() -> None:
    assert DOCUMENTS.keys() == OF_DOCUMENTS.keys()
    assert ARCHIVES.keys() == OF_ARCHIVES.keys()
