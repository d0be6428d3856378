"""What a still holds besides the picture it shows is found there, by the real command; what only repeats it is quiet.

One drop is made of all of it and scanned once. Each file has a twin of the same make in which there is nothing.
"""

from collections.abc import Mapping
from pathlib import Path

import pytest

from fixtures import formats
from fixtures import inside_documents as documents
from fixtures import inside_recesses as recesses
from fixtures import inside_stills as stills
from tests.scenarios.inside.deliveries import MARK, MATCH, OWN, POSTER, Delivery, Pictures, hidden, scanned

SHOWN = 21
EXPECTED = {
    "second.mpo": {("frame:1", MATCH)},
    "mpo.jpg": {("frame:1", MATCH)},
    "second item.heic": {("item:2", MATCH)},
    "first item.heic": {("item:1", MATCH)},
    "part.exr": {("part:b", MATCH)},
    "layer.exr": {("layer:beauty", MATCH)},
    "second page.tif": {("page:2", MATCH)},
    "exif.jpg": {("thumbnail:0", MATCH)},
    "photoshop.jpg": {("thumbnail:0", MATCH)},
    "xmp.jpg": {("thumbnail:0", MATCH)},
    "jpeg behind.jpg": {("trailing:0", MATCH)},
    "png behind.png": {("trailing:0", MARK)},
    "chunk.png": {("recess:0", MATCH)},
    "comment.gif": {("recess:0", MATCH)},
    "codestreams.jpx": {("codestream:2", MATCH)},
    "faces.dds": {("surface:1.0.0", MATCH)},
    "stamp.tga": {("thumbnail:0", MATCH)},
    "user area.dpx": {("recess:0", MATCH)},
    "behind.exr": {("trailing:0", MATCH)},
    "zip behind.jpg": {("trailing:0/member:still.jpg", MATCH), ("trailing:0/member:b.png", MARK)},
}
SEQUENCES = {
    "layer.%04d.exr": {("layer:beauty", MATCH)},
    "part.%04d.exr": {("part:b", MATCH)},
    "comp.%04d.exr": {("layer:beauty", MATCH)},
    "IMG_%04d.jpg": {("thumbnail:0", MATCH)},
    "page.%04d.tif": {("page:2", MATCH)},
    "behind.%04d.png": {("trailing:0@2/member:b.png", MARK)},
    "marked.%04d.png": {("trailing:0", MARK)},
}


def fill(folder: Path, seed: int, small: int, still: bytes, other: bytes) -> None:
    """The same files each time, with another second picture: one of a seed, and two that are files already.

    `small`: the seed of the thumbnails.
    """
    shown = stills.saved(stills.picture(SHOWN))
    shown_png = stills.saved(stills.picture(SHOWN), "PNG")
    files: Mapping[str, bytes] = {
        "second.mpo": stills.several(SHOWN, seed),
        "mpo.jpg": stills.several(SHOWN, seed),
        "second item.heic": stills.heic(SHOWN, seed),
        "first item.heic": stills.heic(seed, SHOWN, primary=1),
        "second page.tif": stills.pages(stills.Page(stills.picture(SHOWN)), stills.Page(stills.picture(seed))),
        "jpeg behind.jpg": shown + still,
        "png behind.png": shown_png + other,
        "chunk.png": recesses.in_png(shown_png, still),
        "comment.gif": recesses.in_gif(stills.saved(stills.picture(SHOWN).convert("P"), "GIF"), still),
        "codestreams.jpx": recesses.codestreams(stills.picture(SHOWN), stills.picture(seed)),
        "faces.dds": recesses.surfaces(stills.picture(SHOWN), stills.picture(seed), levels=3),
        "stamp.tga": recesses.targa(stills.picture(SHOWN), stamp=stills.picture(small).resize(stills.SMALL)),
        "zip behind.jpg": shown + documents.zipped(folder / "a.zip", {"still.jpg": still, "b.png": other}).read_bytes(),
    }
    (folder / "a.zip").unlink()
    for name, content in files.items():
        (folder / name).write_bytes(content)
    plain = stills.exr(folder / "behind.exr", [("", {"": stills.picture(SHOWN)})])
    plain.write_bytes(plain.read_bytes() + still)
    scan = formats.still(folder / "user area.dpx", seed=SHOWN)
    scan.write_bytes(recesses.in_dpx(scan.read_bytes(), b"a scanner's own".ljust(32, b"\0") + still))
    stills.exr(folder / "part.exr", [("a", {"": stills.picture(SHOWN)}), ("b", {"": stills.picture(seed)})])
    stills.exr(folder / "layer.exr", [("", {"": stills.picture(SHOWN), "beauty": stills.picture(seed)})])
    thumbnail = stills.thumbnail(small)
    exif = (0xE1, b"Exif\0\0" + stills.exif(thumbnail))
    photoshop = (0xED, b"Photoshop 3.0\0" + stills.resources(thumbnail))
    packet = (0xE1, b"http://ns.adobe.com/xap/1.0/\0" + stills.xmp(thumbnail))
    for name, segment in {"exif": exif, "photoshop": photoshop, "xmp": packet}.items():
        (folder / f"{name}.jpg").write_bytes(stills.with_segments(shown, segment))


def fill_sequences(folder: Path, seed: int, small: int | None, other: bytes) -> None:
    """Sequences of twelve EXR, whose layers show a seed from the fifth to the tenth, and of three stills.

    The second of those has a thumbnail of another seed, a second page, or something behind its end.
    """
    for number in range(1001, 1013):
        hidden_picture = stills.picture(seed if 1005 <= number <= 1010 else 60 + number)
        shown = {"": stills.picture(30 + number)}
        stills.exr(folder / f"layer.{number}.exr", [("", shown | {"beauty": hidden_picture})])
        stills.exr(folder / f"part.{number}.exr", [("", shown), ("b", {"": hidden_picture})])
        stills.comp(folder / f"comp.{number}.exr", stills.picture(30 + number), hidden_picture, number)
    for number in (1, 2, 3):
        own = stills.picture(40 + number)
        thumbnail = stills.thumbnail(small if number == 2 and small else 40 + number)
        exif = (0xE1, b"Exif\0\0" + stills.exif(thumbnail))
        (folder / f"IMG_{number:04d}.jpg").write_bytes(stills.with_segments(stills.saved(own), exif))
        pages = [stills.Page(own), *([stills.Page(stills.picture(seed))] if number == 2 else [])]
        (folder / f"page.{number:04d}.tif").write_bytes(stills.pages(*pages))
        packed = documents.zipped(folder / "a.zip", {"b.png": other}).read_bytes() if number == 2 else b""
        (folder / f"behind.{number:04d}.png").write_bytes(stills.saved(own, "PNG") + packed)
        (folder / f"marked.{number:04d}.png").write_bytes(stills.saved(own, "PNG") + other)
    (folder / "a.zip").unlink()


def make(work: Path) -> Pictures:
    """Fill the drop of a working folder."""
    pictures = hidden(work)
    fill(work / "drop/found", POSTER, POSTER, pictures.poster.read_bytes(), pictures.marked.read_bytes())
    fill(work / "drop/harmless", OWN, SHOWN, pictures.own.read_bytes(), pictures.own_png.read_bytes())
    fill_sequences(work / "drop/found", POSTER, POSTER, pictures.marked.read_bytes())
    fill_sequences(work / "drop/harmless", OWN, None, pictures.own_png.read_bytes())
    return pictures


@pytest.fixture(scope="module")
def delivery(tmp_path_factory: pytest.TempPathFactory) -> Delivery:
    work = tmp_path_factory.mktemp("stills")
    make(work)
    return scanned(work)


@pytest.mark.parametrize("name", EXPECTED)
def test_what_lies_inside_is_found_there(delivery: Delivery, name: str) -> None:
    assert delivery.spoken_of(f"found/{name}") == EXPECTED[name]


@pytest.mark.parametrize("name", EXPECTED)
def test_its_harmless_twin_is_quiet(delivery: Delivery, name: str) -> None:
    asset = delivery.assets[f"harmless/{name}"]
    assert delivery.quiet(f"harmless/{name}"), asset
    assert [part["id"] for part in asset["parts"]] == [part["id"] for part in delivery.assets[f"found/{name}"]["parts"]]


@pytest.mark.parametrize("name", ["exif.jpg", "photoshop.jpg", "xmp.jpg"])
def test_a_thumbnail_that_shows_its_picture_needs_no_look(delivery: Delivery, name: str) -> None:
    (part,) = delivery.assets[f"harmless/{name}"]["parts"]
    assert part["harmless"]
    (part,) = delivery.assets[f"found/{name}"]["parts"]
    assert part["harmless"] is None


@pytest.mark.parametrize("name", SEQUENCES)
def test_what_lies_in_the_files_of_a_sequence_is_found_there(delivery: Delivery, name: str) -> None:
    assert delivery.spoken_of(f"found/{name}") == SEQUENCES[name]
    assert delivery.quiet(f"harmless/{name}"), delivery.assets[f"harmless/{name}"]


@pytest.mark.parametrize(("name", "part"), [("layer.%04d.exr", "layer:beauty"), ("part.%04d.exr", "part:b")])
def test_a_layer_of_all_files_is_one_part_with_their_frames(delivery: Delivery, name: str, part: str) -> None:
    asset = delivery.assets[f"found/{name}"]
    (row,) = asset["parts"]
    assert (row["id"], row["kind"], row["frames"], row["examined"]) == (part, "sequence", 12, True)
    assert row["where"].endswith(" of frames 1001-1012")
    assert (row["looked"]["plan"], row["looked"]["frames"], row["looked"]["of"]) == ("all members", 12, 12)
    (finding,) = (each for each in asset["findings"] if each["part"])
    assert (finding["span"]["first_frame"], finding["span"]["last_frame"]) == (1005, 1010)
    assert 1005 <= next(each["frame"] for each in asset["pictures"] if not each["reference"]) <= 1010


def test_channels_that_are_no_colours_are_looked_at_and_quiet(delivery: Delivery) -> None:
    parts = {part["id"]: part for part in delivery.assets["harmless/comp.%04d.exr"]["parts"]}
    names = ("depth.Z", "N.X", "N.Y", "N.Z", "motion.u", "motion.v")
    assert parts.keys() == {"layer:beauty", "layer:crypto00", *(f"channel:{name}" for name in names)}
    assert all(part["examined"] and part["looked"]["frames"] == 12 for part in parts.values())


def test_a_part_of_one_file_says_which(delivery: Delivery) -> None:
    where = {name: {part["id"]: part for part in delivery.assets[f"found/{name}"]["parts"]} for name in SEQUENCES}
    assert where["IMG_%04d.jpg"]["thumbnail:0"]["where"] == "thumbnail in the EXIF data of frame 2"
    assert where["IMG_%04d.jpg"]["thumbnail:0@1"]["harmless"] == "a thumbnail that shows its picture"
    assert where["page.%04d.tif"]["page:2"]["kind"] == "still"
    assert where["behind.%04d.png"]["trailing:0@2"]["where"].endswith(" of frame 2")


def test_a_sequence_with_its_own_thumbnails_alone_is_quiet(delivery: Delivery) -> None:
    assert delivery.quiet("harmless/IMG_%04d.jpg"), delivery.assets["harmless/IMG_%04d.jpg"]
    (part,) = delivery.assets["harmless/IMG_%04d.jpg"]["parts"]
    assert part["harmless"] == "a thumbnail that shows its picture"


def test_number_of_workers_and_memory_of_the_last_scan_change_nothing(delivery: Delivery, tmp_path: Path) -> None:
    assert scanned(delivery.folder, out="again").plain() == delivery.plain()
    for jobs in ("1", "3"):
        nothing_known = {"PROVSCAN_CACHE": str(tmp_path / jobs)}
        assert scanned(delivery.folder, "--jobs", jobs, out=jobs, env=nothing_known).plain() == delivery.plain()
