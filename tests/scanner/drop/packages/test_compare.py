"""Holding lists against a drop: sequences in one sentence, lost ones too, and hostile lists without end bounded."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fixtures.names import noise
from fixtures.packages import history, manifest, package
from scanner.drop.packages.compare import algorithms, compare
from scanner.drop.packages.gaps import frames, gaps
from scanner.drop.packages.index import Index
from scanner.drop.packages.reading import read_packages
from scanner.drop.walk import walk
from tests.scanner.drop.packages.drops import held, told


def plate(folder: Path, *numbers: int) -> list[Path]:
    folder.mkdir(parents=True, exist_ok=True)
    files = [folder / f"plate.{number}.exr" for number in numbers]
    for number, file in zip(numbers, files, strict=True):
        file.write_bytes(noise(64, number))
    return files


def test_frames_of_a_sequence_are_told_in_one_sentence(tmp_path: Path) -> None:
    files = plate(tmp_path, *range(1001, 1011))
    history(tmp_path)
    for file in (files[1], files[2], files[7]):
        file.write_bytes(noise(64, 99))
    files[5].unlink()
    plate(tmp_path, 1011)
    found = held(tmp_path)
    changed, new = found.differences["plate.%04d.exr"]
    assert "3 of its 10 frames differ (frames 1002-1003, 1008)" in changed.message
    assert "1 of its 10 frames (frame 1011) are not in the list" in new.message
    assert told(found)[""] == ["scan.mhl_missing"]


def test_a_lost_sequence_is_one_finding(tmp_path: Path) -> None:
    files = plate(tmp_path / "VFX", *range(1001, 1101))
    (tmp_path / "a.mov").write_bytes(b"a")
    history(tmp_path)
    for file in files:
        file.unlink()
    [absence] = held(tmp_path).absences
    assert absence.problem.message.endswith("not in the drop: frames 1001-1100 of VFX/plate.####.exr")


def test_a_new_sequence_is_told_whole(tmp_path: Path) -> None:
    (tmp_path / "a.mov").write_bytes(b"a")
    history(tmp_path)
    plate(tmp_path, 1, 2, 3)
    [problem] = held(tmp_path).differences["plate.%d.exr"]
    assert problem.message == "none of its frames is in the list of hashes ascmhl"


def test_a_list_of_countless_missing_files_gives_a_bounded_number_of_findings(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("scanner.drop.packages.compare._MISSING", 5)
    (tmp_path / "a.mov").write_bytes(b"a")
    manifest(tmp_path / "m.csv", [(f"shot_{number}_comp.mov", "", "WIP") for number in range(40)])
    found = held(tmp_path)
    assert len(found.absences) == 6
    assert found.absences[-1].problem.message == "35 more files that m.csv lists are not in the drop"
    assert "40 files are not in the drop" in found.packages[0].problems[0].message


def test_a_file_that_was_not_read_is_not_said_to_differ(tmp_path: Path) -> None:
    (tmp_path / "a.mov").write_bytes(b"a")
    history(tmp_path)
    (tmp_path / "a.mov").write_bytes(b"b")
    index = Index(walk(tmp_path))
    assert compare(read_packages(index), index, {}).differences == {}


def test_only_the_digests_that_are_stated_are_asked_for(tmp_path: Path) -> None:
    files = plate(tmp_path, 1, 2)
    package(tmp_path, files[:1])
    history(tmp_path, formats=("xxh64", "c4"), files=files)
    index = Index(walk(tmp_path))
    asked = algorithms(read_packages(index), index)
    assert asked["plate.1.exr"] == {"sha1", "xxh64", "sha512"}
    assert asked["plate.2.exr"] == {"xxh64", "sha512"}
    assert "ASSETMAP.xml" not in asked


def test_the_same_findings_keep_their_ids(tmp_path: Path) -> None:
    for name in ("a.mov", "b.mov"):
        (tmp_path / name).write_bytes(b"a")
    history(tmp_path)
    (tmp_path / "b.mov").unlink()
    first = [absence.about for absence in held(tmp_path).absences]
    (tmp_path / "a.mov").unlink()
    assert first[0] in [absence.about for absence in held(tmp_path).absences]


def test_frames_are_told_in_ranges_and_not_without_end() -> None:
    assert frames([3, 1, 2]) == "frames 1-3"
    assert frames([7]) == "frame 7"
    assert frames(range(0, 40, 2)) == "frames 0, 2, 4, 6 and more"


def test_numbered_movies_are_no_sequence() -> None:
    told_of = [gap.path for gap in gaps("m.csv", ["reel1.mov", "reel2.mov", "x/a.0001.exr", "x/a.0002.exr"])]
    assert told_of == ["reel1.mov", "reel2.mov", "x/a.####.exr"]


mutations = st.lists(st.tuples(st.integers(0, 5000), st.binary(max_size=6)), min_size=1, max_size=4)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None)
@given(which=st.integers(0, 4), changes=mutations)
def test_no_damage_to_a_manifest_raises(tmp_path: Path, which: int, changes: list[tuple[int, bytes]]) -> None:
    folder = tmp_path / "drop"
    track = folder / "pic.mxf"
    folder.mkdir(exist_ok=True)
    track.write_bytes(b"a")
    files = list(package(folder, [track], kind="imf-2016").values())
    files += [history(folder, files=[track]), folder / "ascmhl" / "ascmhl_chain.xml"]
    content = bytearray(files[which].read_bytes())
    for place, piece in changes:
        content[place % len(content) : place % len(content) + len(piece)] = piece
    files[which].write_bytes(content)
    found = held(folder)
    for stray in (folder / "ascmhl").iterdir():
        stray.unlink()
    assert {each.kind for each in found.packages} <= {"imf", "dcp", "mhl"}
