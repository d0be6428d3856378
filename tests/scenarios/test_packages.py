"""Drops as they come: a package, a card with its list of hashes and a manifest, through the real command."""

from pathlib import Path
from typing import Any

import pytest

from fixtures.command import provscan, spying, starts, tree
from fixtures.media import movie, sequence, still
from fixtures.packages import history, manifest, package
from scanner.report.jsonfile import schema, without_run_fields

AS_OF = ("--as-of", "2026-04-02", "--jobs", "2")


@pytest.fixture
def drop(tmp_path: Path) -> Path:
    """A DCP with one encrypted track, a card of stills and a plate, and a manifest; all as it was listed."""
    folder = tmp_path / "drop"
    dcp, card = folder / "DCP", folder / "card"
    dcp.mkdir(parents=True)
    card.mkdir()
    picture = movie(dcp / "pic.mxf", codec="jpeg2000", frames=4, audio=False, size=(160, 90))
    locked = movie(dcp / "locked.mxf", codec="jpeg2000", frames=4, audio=False, size=(160, 90), seed=2)
    package(dcp, [picture, locked], encrypted=["locked.mxf"])
    for seed, name in enumerate(("kept.png", "changed.png", "gone.png"), start=1):
        still(card / name, seed=seed, size=(160, 90))
    sequence(card / "plate", count=3, size=(64, 36))
    history(card)
    manifest(
        folder / "abc_xyz_20260330_01.csv", [("kept.png", "card", "FINAL"), ("plate.%04d.exr", "card/plate", "REF")]
    )
    return folder


def scan(drop: Path, folder: Path, code: int, *more: str, env: dict[str, str] | None = None) -> dict[str, Any]:
    outcome = provscan(folder, "scan", drop, *AS_OF, *more, env=env)
    assert outcome.code == code, outcome.err + outcome.out
    return outcome.report("drop.provscan")


def reasons(report: dict[str, Any]) -> dict[str, set[str]]:
    """The reasons of every asset that has others than that nothing was seen."""
    found = {asset["path"]: {each["reason"] for each in asset["findings"]} for asset in report["assets"]}
    return {path: codes - {"ai.no_evidence"} for path, codes in found.items() if codes - {"ai.no_evidence"}}


def test_a_delivery_is_held_against_its_own_manifests_and_a_second_time_from_memory(drop: Path, tmp_path: Path) -> None:
    before = tree(drop)
    report = scan(drop, tmp_path, 4, "--stage", "temp")
    assert tree(drop) == before
    assert reasons(report) == {
        "DCP/locked.mxf": {"scan.unsupported_media"},
        "card/kept.png": {"stage.manifest_mismatch"},
        "card/plate/plate.%04d.exr": {"stage.manifest_mismatch"},
    }
    stages = {asset["path"]: asset["stage"] for asset in report["assets"]}
    assert stages.pop("card/kept.png") == "final"
    assert set(stages.values()) == {"temp"}
    assert [(row["path"], row["kind"], row["members"], row["problems"]) for row in report["packages"]] == [
        ("DCP", "dcp", 4, []),
        ("abc_xyz_20260330_01.csv", "manifest", 4, []),
        ("card/ascmhl", "mhl", 6, []),
    ]
    env, notes = spying(tmp_path)
    again = scan(drop, tmp_path, 4, "--stage", "temp", env=env)
    assert without_run_fields(again) == without_run_fields(report)  # type: ignore[arg-type]  # JSON as read
    assert [starts(notes, tool) for tool in ("ffmpeg", "ffprobe", "exiftool")] == [[], [], []]


def test_what_changed_on_the_way_fails_a_final_delivery(drop: Path, tmp_path: Path) -> None:
    import jsonschema

    (drop / "card" / "gone.png").unlink()
    still(drop / "card" / "changed.png", seed=9, size=(160, 90))
    still(drop / "card" / "new.png", seed=8, size=(160, 90))
    track = drop / "DCP" / "pic.mxf"
    track.write_bytes(track.read_bytes()[:-1] + b"x")
    report = scan(drop, tmp_path, 1, "--stage", "final")
    jsonschema.Draft202012Validator(schema()).validate(report)
    found = reasons(report)
    assert found["card/changed.png"] == found["DCP/pic.mxf"] == {"scan.mhl_mismatch"}
    assert found["card/new.png"] == {"scan.not_in_mhl"}
    assert [(each["reason"], each["verdict"]) for each in report["findings"]] == [("scan.mhl_missing", "review")]
    assert "card/gone.png" in report["findings"][0]["message"]
    verdicts = {asset["path"]: asset["verdict"] for asset in report["assets"]}
    assert (verdicts["card/changed.png"], verdicts["DCP/pic.mxf"], verdicts["card/new.png"]) == (
        "fail",
        "fail",
        "review",
    )
    assert {row["path"]: [each["code"] for each in row["problems"]] for row in report["packages"]} == {
        "DCP": ["scan.mhl_mismatch"],
        "abc_xyz_20260330_01.csv": [],
        "card/ascmhl": ["scan.mhl_mismatch", "scan.mhl_missing", "scan.not_in_mhl"],
    }


def test_hostile_manifests_cost_themselves_alone(tmp_path: Path) -> None:
    drop = tmp_path / "drop"
    (drop / "ascmhl").mkdir(parents=True)
    still(drop / "a.png", size=(160, 90))
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    bomb = f'<!DOCTYPE a [<!ENTITY l0 "ha">{laughs}]><hashlist>&l9;</hashlist>'
    (drop / "ascmhl" / "0001_x.mhl").write_text(bomb)
    chunk = "<ChunkList><Chunk><Path>../../../etc/passwd</Path></Chunk></ChunkList>"
    (drop / "ASSETMAP").write_text(f"<AssetMap><AssetList><Asset><Id>1</Id>{chunk}</Asset></AssetList></AssetMap>")
    (drop / "x.csv").write_text('Filename,Submitting For\n"' + "x" * 200_000)
    (drop / "deep.mhl").write_text("<a>" * 100_000)
    report = scan(drop, tmp_path, 3)
    assert reasons(report) == {
        **{name: {"scan.partial"} for name in ("ASSETMAP", "x.csv", "deep.mhl")},
        "ascmhl/0001_x.mhl": {"scan.partial", "scan.part_unexamined"},  # what its entities stand for
    }
    assert report["findings"] == []
    assert report["complete"] is True
    assert "root:" not in str(report)


def test_a_manifest_scanned_alone_is_a_file_and_no_delivery(tmp_path: Path) -> None:
    manifest(tmp_path / "m.csv", [("a.mov", "", "FINAL")])
    outcome = provscan(tmp_path, "scan", "m.csv")
    assert outcome.code == 0, outcome.out
    assert outcome.report("m.csv.provscan")["packages"] == []
