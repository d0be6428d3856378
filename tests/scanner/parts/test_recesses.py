"""What stands in comments, private chunks, free room and gaps is found; what such places hold otherwise is quiet."""

import io
import struct
import zipfile
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

import pytest

from detectors.credentials import signing
from detectors.credentials.signing import Authority, Ingredient, manifest
from fixtures import formats, media
from fixtures import inside_documents as documents
from fixtures import inside_recesses as recesses
from fixtures import inside_stills as made
from scanner.parts.recesses import search
from tests.scanner.parts.conftest import Lister

SHOWN, HIDDEN = made.picture(1), made.picture(2)
BEHIND: Mapping[str, Callable[[], bytes]] = {
    "jpeg": lambda: made.saved(HIDDEN),
    "png": lambda: made.saved(HIDDEN, "PNG"),
    "gif": lambda: made.saved(HIDDEN.convert("P"), "GIF"),
    "webp": lambda: made.saved(HIDDEN, "WEBP"),
    "bmp": lambda: made.saved(HIDDEN, "BMP"),
    "tiff": lambda: made.pages(made.Page(HIDDEN.resize((160, 107)))),
    "pdf": lambda: b"%PDF-1.7\n" + bytes(200),
    "zip": lambda: recesses.in_zip_comment(_archive(), b""),
}
_QUICK = ("jpeg", "tiff")
QUIET: Mapping[str, bytes] = {
    "zeros": bytes(5000),
    "words": b"Made by hand, with care. GIF89a and %PDF and BM and II are words here. " * 20,
    "numbers": bytes(range(256)) * 40,
    "exif": made.exif(made.thumbnail(1))[:60],
    "noise": b"".join(struct.pack("<I", number * 2654435761 & 0xFFFFFFFF) for number in range(5000)),
    "tag": b"ID3\4\0\0\0\0\0\x40TXXX\0\0\0\x20\0\0" + bytes(80),
}


def _archive() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as whole:
        whole.writestr("x.png", made.saved(made.picture(9), "PNG"))
    return file.getvalue()


Hide = Callable[[bytes], bytes]


def _places(folder: Path) -> dict[str, Hide]:
    """How bytes are hidden in a file of each name."""
    files: dict[str, bytes] = {}
    for name, form in (("a.png", "PNG"), ("a.gif", "GIF"), ("a.webp", "WEBP"), ("a.bmp", "BMP"), ("a.jp2", "JPEG2000")):
        files[name] = made.saved(SHOWN.convert("P") if form == "GIF" else SHOWN, form)
    for name in ("a.mp4", "a.mov", "a.avi", "a.mkv", "a.webm"):
        codec = "libvpx" if name == "a.webm" else "libx264"
        film = media.movie(folder / name, frames=3, size=(64, 36), audio=False, start=None, codec=codec)
        files[name] = film.read_bytes()
    for name in ("a.wav", "a.aiff", "a.flac", "a.mp3", "a.m4a"):
        files[name] = media.sound(folder / name).read_bytes()
    dpx = formats.still(folder / "a.dpx").read_bytes()
    return {
        **{f"a.{suffix}": partial(put, files[f"a.{suffix}"]) for suffix, (_, put) in recesses.IN_PICTURES.items()},
        "application.gif": lambda data: recesses.in_gif(files["a.gif"], data, 0xFF, b"PRIVATE 1.0"),
        "text.png": lambda data: recesses.in_png(files["a.png"], b"Comment\0" + data, b"tEXt"),
        "a.jpg": lambda data: made.with_segments(made.saved(SHOWN), (0xEB, b"private\0" + data[:60_000])),
        "comment.jpg": lambda data: made.with_segments(made.saved(SHOWN), (0xFE, data[:60_000])),
        "a.wav": lambda data: recesses.in_riff(files["a.wav"], data, b"JUNK"),
        "a.avi": lambda data: recesses.in_riff(files["a.avi"], data, b"JUNK"),
        "a.aiff": lambda data: recesses.in_aiff(files["a.aiff"], data),
        "free.mp4": lambda data: recesses.in_box(files["a.mp4"], data, b"free"),
        "skip.mov": lambda data: recesses.in_box(files["a.mov"], data, b"skip"),
        "uuid.mp4": lambda data: recesses.in_box(files["a.mp4"], bytes(range(16)) + data, b"uuid"),
        "user data.mov": lambda data: recesses.in_user_data(files["a.mov"], data),
        "a.m4a": lambda data: recesses.in_user_data(files["a.m4a"], data),
        "a.heic": lambda data: recesses.in_box(made.heic(1), data, b"free"),
        "a.avif": lambda data: recesses.in_box(made.avif(1), data, b"uuid"),
        "a.mkv": lambda data: recesses.in_matroska(files["a.mkv"], data),
        "unknown.webm": lambda data: recesses.in_matroska(files["a.webm"], data, b"\x1a\x2b\x3c\x4d"),
        "a.flac": lambda data: recesses.in_flac(files["a.flac"], data),
        "padding.flac": lambda data: recesses.in_flac(files["a.flac"], data, 1),
        "a.mp3": lambda data: recesses.in_id3(files["a.mp3"], data),
        "object.mp3": lambda data: recesses.in_id3(files["a.mp3"], b"\0image/png\0\0\0" + data, b"GEOB"),
        "a.dpx": lambda data: recesses.in_dpx(dpx, b"somebody's area".ljust(32, b"\0") + data),
        "a.tga": lambda data: recesses.targa(SHOWN, developer=data),
    }


@pytest.fixture(scope="module")
def places(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Hide]:
    return _places(tmp_path_factory.mktemp("places"))


@pytest.mark.parametrize(
    "form", ["jpeg", "tiff", *(pytest.param(form, marks=pytest.mark.long) for form in BEHIND if form not in _QUICK)]
)
def test_what_stands_in_a_recess_of_any_format_is_a_part(
    form: str, places: Mapping[str, Hide], parts_of: Lister
) -> None:
    hidden = BEHIND[form]()
    for name, hide in places.items():
        if form == "tiff" and name == "comment.jpg":  # as makers' notes begin, and so not sought there
            continue
        parts = parts_of(hide(hidden[:60_000] if name.endswith("jpg") else hidden), name)
        (part,) = parts.looked_at
        assert part.split(":")[0] in {"recess", "thumbnail"}, name
        assert parts[part].format == form, name
        assert parts.data(part)[: len(hidden)] == hidden[: len(parts.data(part))], name
        assert parts.problems == [], name


def test_all_else_that_stands_there_is_quiet(places: Mapping[str, Hide], parts_of: Lister) -> None:
    for name, hide in places.items():
        parts = parts_of(hide(b"".join(QUIET.values())), name)
        assert (parts.looked_at, parts.problems) == ([], []), name


@pytest.mark.long
@pytest.mark.parametrize("what", QUIET)
def test_each_sort_of_it_is_quiet(what: str, places: Mapping[str, Hide], parts_of: Lister) -> None:
    for name, hide in places.items():
        parts = parts_of(hide(QUIET[what]), name)
        assert (parts.looked_at, parts.problems) == ([], []), name


@pytest.mark.parametrize("name", ["a.png", "a.gif", "a.webp", "a.jp2", "a.bmp", "a.avif", "a.jpg", "a.tga"])
def test_a_thumbnail_in_a_recess_that_shows_the_picture_is_harmless(
    name: str, places: Mapping[str, Hide], parts_of: Lister
) -> None:
    parts = parts_of(places[name](made.thumbnail(1)), name)
    assert parts.looked_at == []
    assert len(parts.ids) == 1
    assert parts_of(places[name](made.thumbnail(2)), name).looked_at != []


def test_a_thumbnail_with_something_behind_it_is_no_thumbnail(parts_of: Lister) -> None:
    for small in (made.thumbnail(1), made.saved(SHOWN.resize((160, 90)), "PNG")):
        for carried in ("chunk", "exif"):
            hidden = small + made.saved(HIDDEN)
            inserted = (b"prVt", hidden) if carried == "chunk" else (b"eXIf", made.exif(hidden))
            parts = parts_of(made.with_chunks(made.saved(SHOWN, "PNG"), inserted), "a.png")
            assert len(parts.looked_at) == 1, carried


def test_what_is_far_behind_in_a_large_recess_is_told(parts_of: Lister, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search, "SEARCHED", 1 << 16)
    noise = b"\x01\x02\x03\x7f" * 30_000
    parts = parts_of(recesses.in_png(made.saved(SHOWN, "PNG"), noise + made.saved(HIDDEN)), "a.png")
    assert "was not looked through" in parts["recess:0"].why_not
    quiet = recesses.in_png(made.saved(SHOWN, "PNG"), bytes(200_000))  # padding is read to its end
    assert parts_of(quiet, "a.png").ids == []


def test_of_very_many_recesses_the_rest_is_told(parts_of: Lister) -> None:
    many = made.with_chunks(made.saved(SHOWN, "PNG"), *[(b"prVt", b"words " * 10)] * 20_000)
    (problem,) = parts_of(many, "a.png").problems
    assert "not looked through" in problem


def test_signatures_by_chance_in_a_recess_are_no_parts(parts_of: Lister) -> None:
    chance = (
        b"\xff\xd8\xff\xe1\x10\x00" + bytes(range(200)) * 50 + b"GIF89a" + bytes(100) + b"PK\3\4\xff" + b"II*\0" * 9
    )
    assert parts_of(recesses.in_png(made.saved(SHOWN, "PNG"), b"x" + chance), "a.png").looked_at == []


# further pictures of one file


def test_further_codestreams_of_a_jpx_are_parts(parts_of: Lister) -> None:
    parts = parts_of(recesses.codestreams(SHOWN, HIDDEN, made.picture(3)), "a.jpx")
    assert parts.looked_at == ["codestream:2", "codestream:3"]
    assert parts_of(recesses.codestreams(SHOWN), "a.jp2").ids == []


def test_faces_slices_and_levels_of_a_dds(parts_of: Lister) -> None:
    cube = parts_of(recesses.surfaces(SHOWN, HIDDEN, levels=3), "a.dds")
    assert cube.looked_at == ["surface:1.0.0"]
    assert cube.picture("surface:1.0.0").convert("RGB").tobytes() == HIDDEN.convert("RGB").tobytes()
    assert all("smaller version" in cube[name].harmless for name in cube.ids if name != "surface:1.0.0")
    assert parts_of(recesses.surfaces(SHOWN, HIDDEN, slices=True), "a.dds").looked_at == ["surface:1.0.0"]
    odd = parts_of(recesses.surfaces(SHOWN, levels=2, smaller=HIDDEN), "a.dds")
    assert odd.looked_at == ["surface:0.1.0"]
    assert parts_of(recesses.surfaces(SHOWN, levels=9), "a.dds").looked_at == []
    assert parts_of(recesses.surfaces(SHOWN), "a.dds").ids == []


def test_a_postage_stamp_is_a_thumbnail(parts_of: Lister) -> None:
    same, other = (
        parts_of(recesses.targa(SHOWN, stamp=picture.resize((64, 43))), "a.tga") for picture in (SHOWN, HIDDEN)
    )
    assert (same.ids, same.looked_at) == (["thumbnail:0"], [])
    assert other.looked_at == ["thumbnail:0"]


# credentials


@pytest.fixture(scope="module")
def authority() -> Authority:
    return Authority.make("Example")


def credentialed(authority: Authority, folder: Path, name: str, ingredient_seed: int) -> bytes:
    """A signed picture whose store keeps a thumbnail of it and one of an ingredient."""
    kinds = {"jpg": ("JPEG", "image/jpeg"), "png": ("PNG", "image/png"), "webp": ("WEBP", "image/webp"),
             "gif": ("GIF", "image/gif"), "tif": ("TIFF", "image/tiff")}  # fmt: skip
    form, mime = kinds[name.rpartition(".")[2]]
    source, other = folder / f"source {name}", folder / "ingredient.jpg"
    source.write_bytes(made.saved(SHOWN, form))
    other.write_bytes(made.saved(made.picture(ingredient_seed)))
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(signing._SETTINGS, "builder", {"thumbnail": {"enabled": True}})
        authority.sign(
            source,
            folder / name,
            manifest(name, mime, []),
            ingredients=[Ingredient(other, "image/jpeg", "componentOf")],
        )
    return (folder / name).read_bytes()


@pytest.mark.parametrize("name", ["a.jpg", "a.png", "a.webp", "a.gif", "a.tif"])
def test_thumbnails_in_a_credential(name: str, authority: Authority, tmp_path: Path, parts_of: Lister) -> None:
    same = parts_of(credentialed(authority, tmp_path, name, 1), name)
    assert same.problems == []
    assert same.looked_at == []
    assert [part.where for part in same.by_id.values() if "credential" in part.where]
    other = parts_of(credentialed(authority, tmp_path, name, 2), name)
    (part,) = other.looked_at
    assert other[part].where == "thumbnail of an ingredient in its credential"
    assert other[part].kind == "still"


# zips


@pytest.mark.parametrize("kind", ["comment", "before", "between", "behind"])
def test_what_a_zip_hides_outside_its_members_is_a_part(kind: str, tmp_path: Path, parts_of: Lister) -> None:
    packed = documents.zipped(tmp_path / "a.zip", {"a.png": documents.png()}).read_bytes()
    ways: dict[str, Callable[[bytes, bytes], bytes]] = {
        "comment": recesses.in_zip_comment,
        "before": recesses.before_members,
        "between": _before_the_directory,
        "behind": lambda data, hidden: data + hidden,
    }
    hide = ways[kind]
    hidden = made.saved(HIDDEN, "PNG")
    for made_of in (hidden, b"some words: " + hidden):
        parts = parts_of(hide(packed, made_of), "a.zip")
        assert len(parts.looked_at) == 2
        assert parts.data(parts.looked_at[-1])[: len(hidden)] == hidden
    quiet = parts_of(hide(packed, bytes(3000)), "a.zip")
    assert len(quiet.looked_at) == 1
    assert quiet.problems == ([] if kind != "before" else quiet.problems)


def test_a_comment_in_words_is_quiet(tmp_path: Path, parts_of: Lister) -> None:
    packed = documents.zipped(tmp_path / "a.zip", {"a.png": documents.png()}).read_bytes()
    parts = parts_of(recesses.in_zip_comment(packed, b"Delivery 7 of the series; see the PDF"), "a.zip")
    assert (parts.looked_at, parts.problems) == (["member:a.png"], [])


def _before_the_directory(packed: bytes, hidden: bytes) -> bytes:
    end = packed.rindex(b"PK\5\6")
    (directory,) = struct.unpack_from("<I", packed, end + 16)
    moved = struct.pack("<I", directory + len(hidden))
    return packed[:directory] + hidden + packed[directory : end + 16] + moved + packed[end + 20 :]
