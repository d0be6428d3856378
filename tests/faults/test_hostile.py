"""Hostile files through the real command: each an entry that is no pass, nothing outside opened, the rest examined."""

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from fixtures import hostile, media
from fixtures.command import Outcome, provscan
from fixtures.names import nasty_names, put
from scanner.drop.names import presentable
from scanner.media import program

ENTRY = {"scan.refused", "scan.unreadable", "scan.unsupported_media", "scan.timeout", "scan.crashed", "scan.partial"}


def codes(asset: dict[str, Any]) -> set[str]:
    return {problem["code"] for problem in asset["problems"]}


def by_path(outcome: Outcome) -> dict[str, dict[str, Any]]:
    return {asset["path"]: asset for asset in outcome.report("out")["assets"]}


@pytest.fixture(params=["as it comes", "without a box"])
def isolation(request: pytest.FixtureRequest, tmp_path: Path) -> dict[str, str]:
    """The environment of a run: this machine's, and one whose bubblewrap builds no box."""
    if request.param == "as it comes":
        if not program._bubblewrap():
            pytest.skip("bubblewrap is missing here, or may not make namespaces")
        return {}
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "bwrap").write_text("#!/bin/sh\nexit 1\n")
    (tmp_path / "bin" / "bwrap").chmod(0o755)
    return {"PATH": f"{tmp_path / 'bin'}:{os.environ['PATH']}"}


def test_playlists_under_a_movies_name_lead_nowhere(tmp_path: Path, isolation: dict[str, str]) -> None:
    drop, shelf = tmp_path / "drop", tmp_path / "references"
    drop.mkdir()
    shelf.mkdir()
    canary = media.movie(drop / "canary.ts", frames=48, seed=5, audio=False, start=None)
    (shelf / "canary.ts").write_bytes(canary.read_bytes())
    attacks = hostile.playlists(drop, canary)
    careless = subprocess.run(
        ["ffmpeg", "-v", "error", "-nostdin", "-i", attacks["ffconcat relative"], "-f", "framecrc", "-"],
        capture_output=True,
        check=False,
    )
    assert careless.stdout.count(b"\n0,") == 48, "ffmpeg itself follows no playlist any more: this attack is history"
    os.utime(canary, (0, canary.stat().st_mtime))
    outcome = provscan(
        tmp_path, "scan", "drop", "--references", "references", "--exclude", "canary.ts", "--out", "out", env=isolation
    )
    assert outcome.code == 4, outcome.err
    report = outcome.report("out")
    assert report["run"]["machine"]["isolation"] == ("prlimit" if isolation else "bwrap")
    assets = by_path(outcome)
    assert set(assets) == {path.name for path in attacks.values()}
    for asset in assets.values():
        assert codes(asset) == {"scan.refused"}
        assert (asset["examined"], asset["verdict"], asset["looked"]) == (False, "review", None)
        assert not [seen for seen in asset["observations"] if seen["kind"] == "match"]
    assert canary.stat().st_atime == 0, "somebody read the canary"
    canary.read_bytes()
    if canary.stat().st_atime == 0:
        pytest.skip("this file system keeps no times of access; the rest was checked")


def test_each_nasty_name_is_one_entry(tmp_path: Path, isolation: dict[str, str]) -> None:
    drop = tmp_path / "drop"
    made = nasty_names(drop)
    outcome = provscan(tmp_path, "scan", "drop", "--out", "out", "--jobs", "2", env=isolation)
    report = outcome.report("out")
    paths = [asset["path"] for asset in report["assets"]] + [entry["path"] for entry in report["skipped"]]
    assert len(paths) == len(set(paths))
    expected = {presentable(str(path.relative_to(drop))) for path in made}
    numbered = {f"shot{number:04}.png" for number in (1, 2, 3)}
    assert set(paths) == expected - numbered | {"shot%%04d.png"}, "a % beside a sequence of the same name is doubled"
    (sequence,) = [asset for asset in report["assets"] if asset["kind"] == "sequence"]
    assert sequence["frames"] == [1, 3]
    assert (sequence["path"], sequence["looked"]["frames"]) == ("shot%04d.png", 3)


def test_a_pattern_is_a_name_and_not_its_neighbours(tmp_path: Path) -> None:
    drop = tmp_path / "drop"
    drop.mkdir()
    media.still(drop / "shot0001.png", seed=1)
    media.still(drop / "x.png", seed=2).rename(drop / "shot%04d.png")
    assets = by_path(provscan(tmp_path, "scan", "drop", "--out", "out"))
    prints = {path: asset["fingerprints"]["pdq"] for path, asset in assets.items()}
    assert len(assets) == 2
    assert len(set(prints.values())) == 2


def test_bombs_cost_themselves_and_no_more(tmp_path: Path) -> None:
    drop = tmp_path / "drop"
    drop.mkdir()
    media.still(drop / "sound.png", seed=3)
    hostile.wide_picture(drop / "wide50k.png", 50_000)
    hostile.wide_picture(drop / "wide12k.png", 12_000)
    hostile.wordy_picture(drop / "wordy.png")
    hostile.many_tracks(drop / "tracks.mp4", 3000)  # of 10,000, exiftool reads until its time is up
    hostile.nested_boxes(drop / "trak.mp4", b"trak")
    hostile.nested_boxes(drop / "udta.mp4", b"udta")
    hostile.laughing_xmp(drop / "laugh.xmp")
    hostile.laughing_picture(drop / "laugh.png")
    os.mkfifo(drop / "pipe.mp4")
    outcome = provscan(tmp_path, "scan", "drop", "--out", "out", "--jobs", "2")
    assets = by_path(outcome)
    assert outcome.code == 4
    assert len(assets) == 10
    assert assets["sound.png"]["verdict"] == "pass"
    assert assets["wide12k.png"]["looked"]["frames"] == 1, "a poster of this size is real"
    assert codes(assets["wide50k.png"]) >= {"scan.unsupported_media"}
    assert codes(assets["pipe.mp4"]) == {"scan.refused"}
    for name in ("wide50k.png", "wordy.png", "tracks.mp4", "trak.mp4", "udta.mp4"):
        assert codes(assets[name]) & ENTRY, name
        assert assets[name]["verdict"] == "review", name
    assert assets["laugh.png"]["looked"]["frames"] == 1
    for asset in assets.values():
        assert len(json.dumps(asset)) < 20_000, asset["path"]


def test_a_parser_that_crashes_costs_its_asset_and_no_other(tmp_path: Path) -> None:
    drop = tmp_path / "drop"
    for number in range(1, 9):
        size = (13, 13) if number == 3 else (64, 36)
        drop.mkdir(exist_ok=True)
        media.still(drop / f"{'abcdefgh'[number - 1]}.png", seed=number, size=size)
    put(
        tmp_path / "fault",
        b"sitecustomize.py",  # what Python runs first, in each worker
        b"import os, signal\nfrom PIL import PngImagePlugin\nwhole = PngImagePlugin.PngImageFile._open\n"
        b"def _open(self):\n    whole(self)\n    if self.size == (13, 13): os.kill(os.getpid(), signal.SIGSEGV)\n"
        b"PngImagePlugin.PngImageFile._open = _open\n",
    )
    here = Path(__file__).resolve().parents[2]
    outcome = provscan(
        tmp_path, "scan", "drop", "--out", "out", "--jobs", "2", env={"PYTHONPATH": f"{tmp_path / 'fault'}:{here}"}
    )
    assets = by_path(outcome)
    assert outcome.code == 4
    assert codes(assets.pop("c.png")) == {"scan.crashed"}
    assert len(assets) == 7
    for asset in assets.values():
        assert (asset["examined"], asset["looked"]["frames"], asset["problems"]) == (True, 1, [])
