"""Trust lists that the user keeps, and looking into one file: the real command over credentials signed on the spot."""

import io
import json
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from detectors.credentials import signing
from detectors.credentials.signing import Authority, Ingredient, ai_manifest, manifest
from fixtures.command import Outcome, provscan, tree
from fixtures.media import movie, still, truncated

AS_OF = ("--as-of", "2027-04-02")
NASTY = "plate \x1b[31m<script>.jpg"
JPEG = "image/jpeg"


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A drop with a poster made from two pictures, an MXF with its sidecar, and a movie that ends too early."""
    folder = tmp_path_factory.mktemp("work")
    drop, parts = folder / "drop", folder / "parts"
    drop.mkdir()
    parts.mkdir()
    authority = Authority.make("Example CA")
    (folder / "studio.pem").write_bytes(authority.certificate_pem)
    plain = still(parts / "plain.jpg", size=(640, 360))
    authority.sign(plain, parts / "made.jpg", ai_manifest("made.jpg", JPEG))
    (parts / NASTY).write_bytes(plain.read_bytes())
    used = [Ingredient(parts / "made.jpg", JPEG, "parentOf"), Ingredient(parts / NASTY, JPEG, "componentOf")]
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(signing._SETTINGS, "builder", {"thumbnail": {"enabled": True}})
        authority.sign(plain, drop / "poster.jpg", manifest("poster.jpg", JPEG, []), ingredients=used)
    movie(drop / "master.mxf", frames=12, codec="mpeg2video")
    authority.sign_beside(
        drop / "master.mxf", drop / "master.c2pa", ai_manifest("master.mxf", "application/octet-stream")
    )
    truncated(movie(parts / "whole.mov", frames=12), parts / "cut.mov")
    return folder


@pytest.fixture(scope="module")
def scanned(place: Path) -> Outcome:
    """The drop, scanned with the studio's list, which is overdue on that day."""
    dates = ("--issued", "2026-08-05", "--next-update", "2027-03-01")
    added = provscan(place, "trust", "add", "studio.pem", "--kind", "manifest", "--name", "studio", *dates)
    assert added.code == 0, added.err
    return provscan(place, "scan", "drop", *AS_OF)


def asset(report: dict[str, Any], path: str) -> dict[str, Any]:
    found = next(one for one in report["assets"] if one["path"] == path)
    assert isinstance(found, dict)
    return found


def credential(row: dict[str, Any]) -> dict[str, Any]:
    facts = next(seen["facts"] for seen in row["observations"] if seen["kind"] == "credential")
    assert isinstance(facts, dict)
    return facts


def test_a_list_that_is_kept_vouches_and_the_report_names_it(scanned: Outcome) -> None:
    report = scanned.report("drop.provscan")
    (listed,) = report["run"]["inputs"]["trust"]
    assert (listed["name"], listed["issued"]) == ("studio", "2026-08-05")
    facts = credential(asset(report, "poster.jpg"))
    assert (facts["status"], facts["trust_list"]) == ("trusted", "studio")


def test_a_list_past_its_next_update_is_told_in_the_report_and_at_the_terminal(scanned: Outcome) -> None:
    report = scanned.report("drop.provscan")
    why = [row["why"] for row in report["run"]["degraded"] if row["detector"] == "credentials"]
    assert any(one.startswith("the trust list studio was to be replaced by 2027-03-01") for one in why)
    assert "not fully working: credentials: the trust list studio" in scanned.out
    assert "the trust list studio" in (scanned.folder / "drop.provscan" / "report.html").read_text()


def test_the_page_shows_the_chain_and_its_pictures_drawn_anew(scanned: Outcome) -> None:
    out = scanned.folder / "drop.provscan"
    poster = asset(scanned.report("drop.provscan"), "poster.jpg")
    root = credential(poster)["chain"]
    assert [one["title"] for one in root["ingredients"]] == ["made.jpg", NASTY]
    (made,) = [one["actions"] for one in root["ingredients"] if one["title"] == "made.jpg"]
    assert made[0]["digital_source_type"] == "trainedAlgorithmicMedia"
    shown = [one for one in poster["pictures"] if one["ingredient"] is not None]
    assert [one["ingredient"] for one in shown] == ["made.jpg", NASTY]
    stored = (scanned.folder / "drop" / "poster.jpg").read_bytes()
    for one in shown:
        jpeg = (out / one["file"]).read_bytes()
        assert jpeg not in stored
        with Image.open(io.BytesIO(jpeg)) as image:
            assert (image.format, image.size) == ("JPEG", (320, 180))
    page = (out / "report.html").read_text()
    assert "Ingredient made.jpg, as the credential pictures it" in page
    assert "made from: made.jpg (image/jpeg)" in page
    assert r"plate \x1b[31m&lt;script&gt;.jpg" in page
    assert "\x1b" not in page


def test_inspecting_says_what_the_scan_saw_and_judges_nothing(scanned: Outcome) -> None:
    report = scanned.report("drop.provscan")
    drop = scanned.folder / "drop"
    before = tree(drop)
    for name in ("poster.jpg", "master.mxf"):
        outcome = provscan(scanned.folder, "inspect", drop / name, *AS_OF, "--json")
        assert outcome.code == 0, outcome.err
        seen = json.loads(outcome.out)
        told = asset(report, name)
        assert seen["file"] == {key: value for key, value in told.items() if key in seen["file"]}
        assert seen["trust"] == report["run"]["inputs"]["trust"]
        assert seen["detectors"] == report["run"]["inputs"]["detectors"]
        assert not {"verdict", "findings"} & seen["file"].keys()
    assert credential(seen["file"])["source"] == "sidecar"
    assert tree(drop) == before


def test_without_a_list_the_chain_is_printed_all_the_same_and_signers_are_not_verified(scanned: Outcome) -> None:
    bare = {"PROVSCAN_DATA": str(scanned.folder / "none")}
    outcome = provscan(scanned.folder, "inspect", "drop/poster.jpg", *AS_OF, env=bare)
    assert outcome.code == 0, outcome.err
    for line in (
        "poster.jpg",
        "  untrusted: intact, but its signer is on no trust list",
        "    this file: poster.jpg",
        "    +-- made from: made.jpg (image/jpeg)",
        "    |       c2pa.created: trainedAlgorithmicMedia, Example Image Model",
        r"    +-- a part of it: plate \x1b[31m<script>.jpg (image/jpeg)",
        "            no Content Credential",
        "  no trust list was given: signers are not verified",
        "  made by a generative model: Example Image Model (definitive)",
    ):
        assert line in outcome.out.splitlines()
    assert "\x1b" not in outcome.out


def test_a_file_without_a_mark_is_never_called_clean(place: Path) -> None:
    outcome = provscan(place, "inspect", "parts/plain.jpg", "--no-cache")
    assert outcome.code == 0, outcome.err
    assert "No mark of AI was seen. That is absence of evidence" in outcome.out
    assert not {"clean", "human", "authentic", "genuine", "pass"} & set(outcome.out.lower().split())


def test_a_file_that_cannot_be_examined_ends_with_4_and_says_why(place: Path) -> None:
    outcome = provscan(place, "inspect", "parts/cut.mov", "--json")
    assert outcome.code == 4
    seen = json.loads(outcome.out)["file"]
    assert seen["examined"] is False
    assert seen["problems"]
