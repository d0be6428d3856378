from pathlib import Path

from detectors.credentials.detector import CredentialsDetector
from detectors.markers.match import MarkersDetector
from scanner.drop.walk import walk
from scanner.run.looking.examine import pieces
from scanner.run.looking.plan import Unit, detection_name
from scanner.run.looking.sidecars import with_sidecars


def units(folder: Path, **contents: str) -> dict[str, Unit]:
    """The units with sidecars of a drop of these files, of which each has the digest given, by path."""
    folder.mkdir()
    digests = {}
    for name, digest in contents.items():
        path = name.replace("_", ".")
        (folder / path).write_bytes(digest.encode())
        if digest:
            digests[path] = {"sha256": digest}
    drop = walk(folder)
    alone = [Unit(asset, drop.root, "content") for asset in drop.assets]
    return {unit.asset.path: unit for unit in with_sidecars(drop, alone, digests)}


def test_only_what_has_a_sidecar_keeps_company(tmp_path: Path) -> None:
    found = units(tmp_path / "drop", a_mxf="1", a_c2pa="2", b_mxf="3")
    assert list(found) == ["a.mxf"]
    (piece,) = pieces(found["a.mxf"])
    assert piece.sidecar is not None
    assert piece.sidecar.path == (tmp_path / "drop/a.c2pa").resolve()


def test_rivals_are_handed_to_the_detector(tmp_path: Path) -> None:
    found = units(tmp_path / "drop", a_mxf="1", a_mkv="2", a_c2pa="3")
    (piece,) = pieces(found["a.mxf"])
    assert piece.sidecar is not None
    assert [rival.name for rival in piece.sidecar.rivals] == ["a.mkv"]


def test_what_was_seen_is_remembered_under_the_bytes_of_all_that_was_read(tmp_path: Path) -> None:
    def name(folder: str, **contents: str) -> str:
        return detection_name(units(tmp_path / folder, **contents)["a.mxf"], CredentialsDetector())

    first = name("first", a_mxf="1", a_c2pa="2")
    assert first == name("same", a_mxf="1", a_mxf_c2pa="2")
    others = {
        name("changed", a_mxf="1", a_c2pa="3"),
        name("unread", a_mxf="1", a_c2pa=""),
        name("rival", a_mxf="1", a_c2pa="2", a_mkv="4"),
        name("changed rival", a_mxf="1", a_c2pa="2", a_mkv="5"),
    }
    assert first
    assert len(others | {first}) == 5


def test_without_a_sidecar_nothing_but_a_name_that_is_evidence_counts(tmp_path: Path) -> None:
    (tmp_path / "a.mxf").write_bytes(b"1")
    drop = walk(tmp_path)
    unit = Unit(drop.assets[0], drop.root, "content")
    assert detection_name(unit, CredentialsDetector()) == ""
    assert detection_name(unit, MarkersDetector()) == "a.mxf"
