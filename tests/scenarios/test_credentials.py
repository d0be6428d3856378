"""A drop of signed files through the real command: what holds a credential, what has one beside it, and what lies."""

import shutil
from pathlib import Path
from typing import Any

import pytest

from detectors.credentials.signing import Authority
from fixtures.command import provscan, surroundings
from fixtures.credentials import WITHOUT_ROOM, beside, signed, unsigned

_SIGNED = ("jpg", "wav")
_WHOLE_NAMES = ("mxf", "dpx")
"""Of these the sidecar is called `name.ext.c2pa`, of the others `name.c2pa`."""


def sidecar_of(path: Path) -> Path:
    """Where the sidecar of a master lies."""
    return path.with_name(f"{path.name}.c2pa") if path.suffix[1:] in _WHOLE_NAMES else path.with_suffix(".c2pa")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("credentials")
    drop = made / "drop"
    drop.mkdir()
    authority = Authority.make("Example Studio CA")
    (made / "ca.pem").write_bytes(authority.certificate_pem)
    for number, suffix in enumerate(_SIGNED, start=1):
        signed(authority, drop / f"signed_{suffix}.{suffix}", seed=number)
    for number, suffix in enumerate(WITHOUT_ROOM, start=20):
        master = drop / f"master_{suffix}.{suffix}"
        beside(authority, master, sidecar_of(master), seed=number)
    unsigned(drop / "other.exr", seed=30)
    shutil.copy(drop / "master_exr.c2pa", drop / "other.c2pa")
    unsigned(drop / "lured.exr", seed=31)
    shutil.copy(drop / "master_exr.c2pa", made / "outside.c2pa")
    (drop / "lured.c2pa").symlink_to(made / "outside.c2pa")
    return made


@pytest.fixture(scope="module")
def assets(folder: Path) -> dict[str, dict[str, Any]]:
    """The assets of the report, by path."""
    outcome = provscan(folder, "scan", "drop", "--out", "out", "--trust", "ca.pem")
    assert outcome.code == 1, outcome.err
    return {asset["path"]: asset for asset in outcome.report("out")["assets"]}


def credential(asset: dict[str, Any]) -> tuple[str, str] | None:
    found = [one["facts"] for one in asset["observations"] if one["kind"] == "credential"]
    return (found[0]["status"], found[0]["source"]) if found else None


def test_signed_files_are_trusted_by_what_they_hold(assets: dict[str, dict[str, Any]]) -> None:
    told = {suffix: credential(assets[f"signed_{suffix}.{suffix}"]) for suffix in _SIGNED}
    assert told == dict.fromkeys(_SIGNED, ("trusted", "embedded"))


def test_containers_without_room_are_trusted_by_what_lies_beside_them(assets: dict[str, dict[str, Any]]) -> None:
    told = {suffix: credential(assets[f"master_{suffix}.{suffix}"]) for suffix in WITHOUT_ROOM}
    assert told == dict.fromkeys(WITHOUT_ROOM, ("trusted", "sidecar"))
    for suffix in WITHOUT_ROOM:
        assert "ai.undeclared" in {finding["reason"] for finding in assets[f"master_{suffix}.{suffix}"]["findings"]}


def test_a_sidecar_made_for_another_file_is_tampered_with(assets: dict[str, dict[str, Any]]) -> None:
    assert credential(assets["other.exr"]) == ("tampered", "sidecar")
    assert "credential.invalid" in {finding["reason"] for finding in assets["other.exr"]["findings"]}


def test_a_sidecar_is_shown_as_what_it_is(assets: dict[str, dict[str, Any]]) -> None:
    for name in ("master_exr.c2pa", "master_mxf.mxf.c2pa"):
        sidecar = assets[name]
        assert [one["rule"] for one in sidecar["observations"]] == ["c2pa.sidecar"]
        assert sidecar["verdict"] == "info"
        assert "Content Credential" in sidecar["problems"][0]["message"]


def test_a_sidecar_that_is_a_link_out_of_the_drop_is_not_read(assets: dict[str, dict[str, Any]]) -> None:
    assert credential(assets["lured.exr"]) is None
    assert assets["lured.c2pa"]["observations"] == []


_ANOTHER_VERSION = """
from importlib import metadata

def version(name, real=metadata.version):
    return "0.39.0" if name == "c2pa-python" else real(name)

metadata.version = version
"""
"""What Python runs before anything else: the library claims to be one that this product was never tried with."""


def test_where_the_reader_can_t_be_relied_on_the_run_says_so_and_nothing_passes(tmp_path: Path) -> None:
    (tmp_path / "drop").mkdir()
    unsigned(tmp_path / "drop/plain.png")
    (tmp_path / "sitecustomize.py").write_text(_ANOTHER_VERSION)
    checkout = surroundings(tmp_path)["PYTHONPATH"]
    outcome = provscan(tmp_path, "scan", "drop", "--out", "out", env={"PYTHONPATH": f"{tmp_path}:{checkout}"})
    report = outcome.report("out")
    assert outcome.code == 4
    assert ["0.39.0" in row["why"] for row in report["run"]["degraded"] if row["detector"] == "credentials"] == [True]
    (asset,) = report["assets"]
    assert (asset["examined"], asset["verdict"]) == (False, "review")
    assert "0.39.0" in asset["problems"][0]["message"]
