"""Detectors of a house's own: found through entry points, heard, and what they break costs nothing else."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from fixtures.command import Outcome, provscan, surroundings
from fixtures.marks import png_text
from fixtures.media import still
from fixtures.plugins import beside_us, documented, installed

UNRULY = '''
"""Detectors that do everything wrong that one can."""
import os
import sys
import time

from detectors.observation import Claim, Kind, Observation, Strength


def said(detector, **other):
    given = {"rule": "x.y", "kind": Kind.NOTE, "strength": Strength.WEAK, "where": "here", "source": "a test"}
    return Observation(detector=detector, **(given | other))


class Unruly:
    version = "1"
    reads_names = False

    def handles(self, material):
        return True


class Raises(Unruly):
    id = "unruly.raises"

    def observe(self, material):
        yield said(self.id, value="said before it failed")
        raise ZeroDivisionError("a fault of its own")


class Dies(Unruly):
    id = "unruly.dies"

    def observe(self, material):
        os._exit(9)


class Hangs(Unruly):
    id = "unruly.hangs"
    patience = 0.3

    def observe(self, material):
        while True:
            time.sleep(1)


class Lies(Unruly):
    id = "unruly.lies"

    def observe(self, material):
        print("into the report on standard output")
        yield said("credentials", kind=Kind.CREDENTIAL, facts={"status": "trusted"})


class Leaves(Unruly):
    id = "unruly.leaves"

    def observe(self, material):
        sys.exit(0)


class Takes(Unruly):
    id = "markers"

    def observe(self, material):
        return ()


class Twin(Raises):
    pass
'''
UNRULY_POINTS = {name.lower(): f"unruly:{name}" for name in ("Raises", "Dies", "Hangs", "Lies", "Leaves", "Takes")} | {
    "twin": "unruly:Twin",
    "void": "unruly:Missing",
    "nowhere": "no_such_module:Detector",
    "rude": "rude:Detector",
}


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a drop of two marked pictures, and a house's packages."""
    folder = tmp_path_factory.mktemp("house")
    (folder / "drop").mkdir()
    png_text(still(folder / "drop" / "acme.png", seed=1), {"AcmeSeed": "42"})
    png_text(still(folder / "drop" / "novel.png", seed=2), {"Software": "NovelAI"})
    installed(
        folder / "site", "acme_detectors", documented("acme_detectors.py"), {"acme-render": "acme_detectors:AcmeRender"}
    )
    return folder


@pytest.fixture(scope="module")
def alone(house: Path) -> Outcome:
    """A scan without any of them."""
    return provscan(house, "scan", "drop", "--out", "alone", "--no-cache", "--as-of", "2026-04-02")


@pytest.fixture(scope="module")
def together(house: Path, alone: Outcome) -> Outcome:
    """A scan with all of them, good and unruly, its report on standard output."""
    assert alone.code == 1
    installed(house / "site", "unruly", UNRULY, UNRULY_POINTS)
    (house / "site" / "rude.py").write_text("import os\nos._exit(3)\n")
    words = ("scan", "drop", "--out", "together", "--no-cache", "--as-of", "2026-04-02", "--jobs", "1", "--json")
    return provscan(house, *words, env=beside_us(house / "site"))


def assets(report: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {asset["path"]: asset for asset in report["assets"]}


def test_a_detector_of_a_house_is_found_named_and_judged_by(together: Outcome) -> None:
    report = together.report("together")
    named = {row["id"]: row["version"] for row in report["run"]["inputs"]["detectors"]}
    assert named["acme.render"] == "1+acme_detectors-1.0"
    acme = assets(report)["acme.png"]
    [seen] = [one for one in acme["observations"] if one["detector"] == "acme.render"]
    assert (seen["rule"], seen["generator"], seen["value"]) == ("acme.seed", "Acme Render", "42")
    assert "ai.undeclared" in {finding["reason"] for finding in acme["findings"]}


def test_what_the_others_saw_is_the_same_with_and_without_them(alone: Outcome, together: Outcome) -> None:
    def ours(report: dict[str, Any]) -> dict[str, list[Any]]:
        return {
            path: [{**one, "id": ""} for one in asset["observations"] if "." not in one["detector"]]
            for path, asset in assets(report).items()
        }

    assert ours(together.report("together")) == ours(alone.report("alone"))
    assert all(asset["examined"] for asset in together.report("together")["assets"])


def test_each_fault_is_a_problem_of_the_asset_and_of_the_run(together: Outcome) -> None:
    report = together.report("together")
    degraded = {row["detector"]: row["why"] for row in report["run"]["degraded"]}
    for asset in report["assets"]:
        told = " ".join(problem["message"] for problem in asset["problems"])
        assert {problem["code"] for problem in asset["problems"]} == {"scan.partial"}
        for name, why in WHY.items():
            assert f"the detector unruly.{name} failed on it: {why}" in told
            assert "failed on 2 assets" in degraded[f"unruly.{name}"]


WHY = {
    "raises": "ZeroDivisionError in unruly.py, line ",
    "dies": "a parser ended its process",
    "hangs": "examining it took longer",
    "lies": "an observation of the rule x.y: it is signed with another id",
    "leaves": "SystemExit",
}


def test_what_it_said_before_it_failed_counts(together: Outcome) -> None:
    seen = assets(together.report("together"))["novel.png"]["observations"]
    assert [one["value"] for one in seen if one["detector"] == "unruly.raises"] == ["said before it failed"]


def test_one_that_cannot_be_used_is_left_out_and_said_to_be(together: Outcome) -> None:
    report = together.report("together")
    degraded = {row["detector"]: row["why"] for row in report["run"]["degraded"]}
    assert "has no attribute 'Missing'" in degraded["void"]
    assert "No module named 'no_such_module'" in degraded["nowhere"]
    assert "ended its process" in degraded["rude"]
    assert "lower-case words with dots between: 'markers'" in degraded["takes"]
    assert "unruly:Raises has the same id" in degraded["twin"]
    named = [row["id"] for row in report["run"]["inputs"]["detectors"]]
    assert len(named) == len(set(named))


def test_what_it_prints_is_not_in_the_report(together: Outcome) -> None:
    assert together.out.startswith("{")
    assert "into the report" not in together.out
    assert "into the report" in together.err


def test_the_documented_tests_pass_for_the_documented_detector(house: Path, tmp_path: Path) -> None:
    (tmp_path / "test_acme_detectors.py").write_text(documented("test_acme_detectors.py"), encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "test_acme_detectors.py"]
    done = subprocess.run(
        command, cwd=tmp_path, env=surroundings(tmp_path, beside_us(house / "site")), capture_output=True, check=False
    )
    assert done.returncode == 0, done.stdout.decode()
    assert b"5 passed" in done.stdout
