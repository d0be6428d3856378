from collections.abc import Mapping
from pathlib import Path

from scanner.drop.sidecars import Beside, sidecars
from scanner.drop.walk import walk


def names(found: Mapping[str, Beside]) -> dict[str, tuple[str, list[str]]]:
    return {
        path: (beside.sidecar.relative, [rival.relative for rival in beside.rivals]) for path, beside in found.items()
    }


def drop(folder: Path, *paths: str) -> dict[str, tuple[str, list[str]]]:
    for path in paths:
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(path.encode())
    return names(sidecars(walk(folder)))


def test_a_drop_without_sidecars_has_none(tmp_path: Path) -> None:
    assert drop(tmp_path, "a.mxf", "c2pa", "a/c2pa.txt") == {}


def test_a_sidecar_is_named_after_the_whole_name_or_after_its_stem(tmp_path: Path) -> None:
    found = drop(tmp_path, "a.mxf", "a.mxf.c2pa", "sub/b.v2.exr", "sub/b.v2.C2PA", "c.mxf")
    assert found == {"a.mxf": ("a.mxf.c2pa", []), "sub/b.v2.exr": ("sub/b.v2.C2PA", [])}


def test_one_of_another_folder_is_nobody_s(tmp_path: Path) -> None:
    assert drop(tmp_path, "a/x.mxf", "b/x.c2pa", "x.c2pa") == {}


def test_the_whole_name_comes_before_the_stem(tmp_path: Path) -> None:
    found = drop(tmp_path, "a.mxf", "a.mkv", "a.mkv.c2pa", "a.c2pa")
    assert found == {"a.mkv": ("a.mkv.c2pa", []), "a.mxf": ("a.c2pa", [])}


def test_a_container_that_can_t_hold_one_comes_before_those_that_can_and_media_before_the_rest(tmp_path: Path) -> None:
    found = drop(tmp_path, "a.mxf", "a.jpg", "a.txt", "a.c2pa", "b.jpg", "b.txt", "b.c2pa", "c.pdf", "c.c2pa")
    assert found == {"a.mxf": ("a.c2pa", []), "b.jpg": ("b.c2pa", []), "c.pdf": ("c.c2pa", [])}


def test_files_that_a_name_could_mean_alike_are_rivals(tmp_path: Path) -> None:
    found = drop(tmp_path, "a.mxf", "a.mkv", "a.c2pa")
    assert found == {"a.mxf": ("a.c2pa", ["a.mkv"]), "a.mkv": ("a.c2pa", ["a.mxf"])}


def test_frames_of_a_sequence_have_one_each(tmp_path: Path) -> None:
    found = drop(tmp_path, "p.0001.exr", "p.0002.exr", "p.0001.c2pa", "p.0002.exr.c2pa")
    assert found == {"p.0001.exr": ("p.0001.c2pa", []), "p.0002.exr": ("p.0002.exr.c2pa", [])}


def test_a_sidecar_of_a_sidecar_is_none(tmp_path: Path) -> None:
    assert drop(tmp_path, "a.c2pa", "a.c2pa.c2pa") == {}


def test_links_are_nobody_s_sidecars_wherever_they_lead(tmp_path: Path) -> None:
    folder = tmp_path / "drop"
    outside = tmp_path / "outside.c2pa"
    outside.write_bytes(b"secret")
    folder.mkdir()
    (folder / "a.c2pa").symlink_to(outside)
    (folder / "b.c2pa").symlink_to("kept.bin")
    assert drop(folder, "a.mxf", "b.mxf", "kept.bin") == {}
