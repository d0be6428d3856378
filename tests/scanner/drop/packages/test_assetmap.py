"""IMF and DCP folders: their files are found, held against sizes and hashes, and named as compositions name them."""

import os
from pathlib import Path
from uuid import NAMESPACE_URL, uuid5

import pytest

from fixtures.names import noise
from fixtures.packages import package
from tests.scanner.drop.packages.drops import held, only, packages, told

KINDS = ("interop", "smpte", "imf-2013", "imf-2016")


def tracks(folder: Path, *names: str) -> list[Path]:
    """Stand-ins for essence: what is in a track file is no business of these readers."""
    folder.mkdir(parents=True, exist_ok=True)
    for seed, name in enumerate(names):
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_bytes(noise(1000 + seed, seed))
    return [folder / name for name in names]


def rewritten(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


@pytest.mark.parametrize("kind", KINDS)
def test_a_sound_package_is_told_with_its_kind_and_members(tmp_path: Path, kind: str) -> None:
    package(tmp_path / "P", tracks(tmp_path / "P", "pic.mxf", "snd.mxf"), kind=kind)  # type: ignore[arg-type] # a kind
    found = held(tmp_path)
    assert told(found) == {}
    assert (only(found).path, only(found).kind, only(found).members) == (
        "P",
        kind.split("-", maxsplit=1)[0].replace("interop", "dcp").replace("smpte", "dcp"),
        4,
    )
    assert only(found).problems == ()


@pytest.mark.parametrize("kind", KINDS)
def test_a_changed_track_file_is_told_with_its_role(tmp_path: Path, kind: str) -> None:
    files = tracks(tmp_path, "pic.mxf", "snd.mxf", "pic 2.mxf")
    package(tmp_path, files, kind=kind)  # type: ignore[arg-type] # a kind
    files[2].write_bytes(noise(files[2].stat().st_size, 99))
    found = held(tmp_path)
    assert told(found) == {"pic 2.mxf": ["scan.mhl_mismatch"]}
    [problem] = found.differences["pic 2.mxf"]
    part = "segment 2" if kind.startswith("imf") else "reel 2"
    assert f"picture of {part} of “The Long Winter” (24 frames a second)" in problem.message
    assert "sha1" in problem.message
    assert only(found).path == "."
    assert [each.code for each in only(found).problems] == ["scan.mhl_mismatch"]


def test_newer_packages_state_sha256(tmp_path: Path) -> None:
    files = tracks(tmp_path, "pic.mxf")
    package(tmp_path, files, kind="imf-2016", algorithm="sha256")
    assert told(held(tmp_path)) == {}
    files[0].write_bytes(noise(1000, 99))
    assert "sha256" in held(tmp_path).differences["pic.mxf"][0].message


def test_another_size_is_told_before_any_hash(tmp_path: Path) -> None:
    files = tracks(tmp_path, "pic.mxf")
    package(tmp_path, files)
    files[0].write_bytes(b"short")
    assert "it has 5 bytes instead of 1000" in held(tmp_path).differences["pic.mxf"][0].message


def test_a_missing_file_is_told_of_no_asset(tmp_path: Path) -> None:
    files = tracks(tmp_path / "P", "sub/pic.mxf", "snd.mxf")
    package(tmp_path / "P", files)
    files[0].unlink()
    found = held(tmp_path)
    assert told(found) == {"": ["scan.mhl_missing"]}
    assert found.absences[0].problem.message == "listed by P/PKL_1.xml and not in the drop: P/sub/pic.mxf"
    assert only(found).members == 3


def test_an_excluded_file_is_not_missing(tmp_path: Path) -> None:
    package(tmp_path, tracks(tmp_path, "pic.mxf", "snd.mxf"))
    assert told(held(tmp_path, exclude=("snd.mxf",))) == {}


def test_encrypted_tracks_are_named(tmp_path: Path) -> None:
    for kind, folder in (("smpte", tmp_path / "D"), ("imf-2016", tmp_path / "I")):
        package(folder, tracks(folder, "pic.mxf", "snd.mxf"), kind=kind, encrypted=["pic.mxf"])  # type: ignore[arg-type] # a kind
    found = held(tmp_path)
    assert told(found) == {"D/pic.mxf": ["scan.unsupported_media"], "I/pic.mxf": ["scan.unsupported_media"]}
    assert "picture of reel 1" in found.hindrances["D/pic.mxf"][0].message


@pytest.mark.parametrize(
    "path",
    ["../../etc/passwd", "/etc/passwd", "file:///etc/passwd", "%2e%2e/%2e%2e/etc/passwd", "a/../../x", "C:\\x.mxf", ""],
)
def test_a_path_that_leads_out_is_a_problem_of_the_package_and_never_followed(tmp_path: Path, path: str) -> None:
    (tmp_path / "x").write_text("outside")
    folder = tmp_path / "drop" / "P"
    files = package(folder, tracks(folder, "pic.mxf", "snd.mxf"))
    rewritten(files["map"], "<Path>pic.mxf</Path>", f"<Path>{path}</Path>")
    found = held(tmp_path / "drop")
    # the packing list still names it, and has nothing to say where it is
    assert told(found) == {"P/ASSETMAP.xml": ["scan.partial"], "P/PKL_1.xml": ["scan.partial"]}
    assert "out of the package" in found.hindrances["P/ASSETMAP.xml"][0].message
    assert only(found).members == 3


@pytest.mark.parametrize("target", ["snd.mxf", "/etc/hostname", "nothing"])
def test_a_symbolic_link_is_a_problem_of_the_package_and_not_followed(tmp_path: Path, target: str) -> None:
    files = tracks(tmp_path, "pic.mxf", "snd.mxf")
    package(tmp_path, files)
    files[0].unlink()
    files[0].symlink_to(target)
    found = held(tmp_path)
    assert told(found) == {"ASSETMAP.xml": ["scan.partial"]}
    assert "pic.mxf (a symbolic link" in found.hindrances["ASSETMAP.xml"][0].message


def test_what_lies_in_a_linked_folder_is_not_followed_either(tmp_path: Path) -> None:
    package(tmp_path / "drop", tracks(tmp_path / "drop", "sub/pic.mxf"))
    (tmp_path / "drop" / "sub").rename(tmp_path / "elsewhere")
    (tmp_path / "drop" / "sub").symlink_to(tmp_path / "elsewhere")
    found = held(tmp_path / "drop")
    assert told(found) == {"ASSETMAP.xml": ["scan.partial"]}


@pytest.mark.parametrize("written", ["file://pic%201.mxf", "pic%201.mxf", "./pic 1.mxf"])
def test_a_path_may_be_a_uri(tmp_path: Path, written: str) -> None:
    files = package(tmp_path, tracks(tmp_path, "pic 1.mxf"))
    rewritten(files["map"], "<Path>pic 1.mxf</Path>", f"<Path>{written}</Path>")
    assert (told(held(tmp_path)), only(held(tmp_path)).members) == ({}, 3)


@pytest.mark.parametrize("which", ["map", "list", "composition"])
@pytest.mark.parametrize(
    "content",
    ["", "<AssetMap>", "<html/>", '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', "\0" * 100],
    ids=["empty", "cut", "another root", "entities", "zeros"],
)
def test_broken_xml_is_a_problem_of_its_file_and_the_rest_is_read(tmp_path: Path, which: str, content: str) -> None:
    files = package(tmp_path, tracks(tmp_path, "pic.mxf"))
    files[which].write_text(content)
    found = held(tmp_path)
    codes = {name: set(each) for name, each in told(found).items()}
    wrong = files[which].name
    if which == "composition":  # listed with its hash, so it shows anyway
        assert codes[wrong] >= {"scan.mhl_mismatch"}
    else:
        assert codes == {wrong: {"scan.partial"}}
    assert only(found).kind == "dcp"


def test_hashes_that_cannot_be_checked_and_files_without_a_place_are_told(tmp_path: Path) -> None:
    files = package(tmp_path, tracks(tmp_path, "pic.mxf", "snd.mxf"), kind="imf-2016")
    rewritten(files["list"], 'Algorithm="http://www.w3.org/2000/09/xmldsig#sha1"', 'Algorithm="urn:other"')
    rewritten(files["map"], "<Path>snd.mxf</Path>", "<Path></Path>")
    messages = [problem.message for problem in held(tmp_path).hindrances["PKL_1.xml"]]
    assert messages == [
        "1 of its files have no place in the asset map, so they can't be found",
        "2 of its hashes are of no kind that can be checked",
    ]


def test_a_file_in_pieces_or_on_another_volume_is_not_held_against_its_hash(tmp_path: Path) -> None:
    names = tracks(tmp_path, "pic.mxf", "snd.mxf")
    files = package(tmp_path, names)
    names[0].write_bytes(b"changed")
    chunk = "<Chunk><Path>pic.mxf</Path><VolumeIndex>1</VolumeIndex></Chunk>"
    rewritten(files["map"], chunk, chunk + "<Chunk><Path>pic2.mxf</Path></Chunk>")
    rewritten(files["map"], "<Path>snd.mxf</Path><VolumeIndex>1<", "<Path>snd.mxf</Path><VolumeIndex>2<")
    found = held(tmp_path)
    assert set(told(found)) == {"ASSETMAP.xml", "PKL_1.xml"}
    assert "on other volumes" in found.hindrances["ASSETMAP.xml"][0].message


def test_several_packages_in_a_drop_stay_apart(tmp_path: Path) -> None:
    for name, kind in (("a", "smpte"), ("b", "imf-2016")):
        package(tmp_path / name, tracks(tmp_path / name, "pic.mxf"), kind=kind)  # type: ignore[arg-type] # a kind
    (tmp_path / "b" / "pic.mxf").write_bytes(b"changed")
    found = held(tmp_path)
    assert [(each.path, each.kind, len(each.problems)) for each in found.packages] == [("a", "dcp", 0), ("b", "imf", 1)]


def test_a_title_is_cut_short_and_a_rate_told_exactly(tmp_path: Path) -> None:
    files = package(tmp_path, tracks(tmp_path, "pic.mxf"), kind="imf-2016", title="long " * 50)
    rewritten(files["composition"], "<EditRate>24 1<", "<EditRate>24000 1001<")
    [track] = [entry for package in packages(tmp_path) for entry in package.entries if entry.path == "pic.mxf"]
    assert len(track.role) < 150
    assert track.role.endswith("…” (24000/1001 frames a second)")


def test_a_pipe_called_like_an_asset_map_is_not_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "ASSETMAP")
    assert packages(tmp_path) == []


def supplemental(folder: Path, kind: str, name: str) -> Path:
    """A package of one new track file and a composition that plays another one of the package beside it, too."""
    original = tracks(folder.parent / "OV", "picture.mxf", "sound.mxf")
    package(folder.parent / "OV", original, kind=kind)  # type: ignore[arg-type] # a kind
    lent = tracks(folder, "picture.mxf", name)
    files = package(folder, lent, kind=kind)  # type: ignore[arg-type] # a kind
    key = f"urn:uuid:{uuid5(NAMESPACE_URL, 'picture.mxf')}"
    for role in ("map", "list"):
        text = files[role].read_text(encoding="utf-8")
        start = text.rindex("<Asset>", 0, text.index(key))
        files[role].write_text(text[:start] + text[text.index("</Asset>", start) + 8 :], encoding="utf-8")
    lent[0].unlink()
    return folder


@pytest.mark.parametrize("kind", KINDS)
def test_a_composition_that_plays_what_the_drop_lacks_is_told(tmp_path: Path, kind: str) -> None:
    folder = supplemental(tmp_path / "drop" / "VF", kind, "sound fr.mxf")
    alone = held(folder)
    assert told(alone) == {"": ["scan.mhl_missing"]}
    [absence] = alone.absences
    part = "segment 1" if kind.startswith("imf") else "reel 1"
    assert f"picture of {part} of" in absence.problem.message
    assert "is in no package of this drop" in absence.problem.message
    assert part in absence.problem.message
    assert str(uuid5(NAMESPACE_URL, "picture.mxf")) in absence.problem.message
    assert [problem.code for problem in only(alone).problems] == ["scan.mhl_missing"]


@pytest.mark.parametrize("kind", KINDS)
def test_with_the_original_beside_it_nothing_is_missing(tmp_path: Path, kind: str) -> None:
    supplemental(tmp_path / "VF", kind, "sound fr.mxf")
    assert told(held(tmp_path)) == {}


def test_markers_and_metadata_of_a_reel_are_no_files(tmp_path: Path) -> None:
    files = package(tmp_path, tracks(tmp_path, "pic.mxf", "snd.mxf"))
    strangers = "".join(
        f"<{name}><Id>urn:uuid:{uuid5(NAMESPACE_URL, name)}</Id></{name}>"
        for name in ("MainMarkers", "CompositionMetadataAsset")
    )
    rewritten(files["composition"], "<MainPicture>", f"{strangers}<MainPicture>")
    assert {absence.problem.code for absence in held(tmp_path).absences} == set()
