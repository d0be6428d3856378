"""Marks through the real command: a house's own rules, watched names, contradictions, reports that quote nothing."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from fixtures.command import Outcome, provscan
from fixtures.marks import AIGC, SOURCE_TYPE, png_text, tagged, xmp_packet
from fixtures.media import still

PAPER = """\
schema: provscan/declarations/1
production: {title: The Long Winter, id: TLW-1, timezone: UTC, fps: "24"}
watch_names: ["Ada Áctor", Captain Frost]
deliveries: [{id: D1, stage: final, root: ., delivered: 2026-03-31}]
"""
RULES = """\
[[rule]]
id = "house.job"
strength = "definitive"
claim = "generated"
generator = "House Painter"
prompt = true
where = ['PNG:HouseJob']
match = { regex = '^job \\d+' }
source = "our own render farm"
checked = 2026-11-01
seen = "source"
hit = [{ "PNG:HouseJob" = "job 12 by an artist" }]
spare = [{ "PNG:HouseJob" = "no job" }, { "PNG:Comment" = "job 12" }]
"""
PROMPT = "portrait of ADA ACTOR's double, \x1b[31m<script>alert(1)</script>\nSteps: 20, Sampler: Euler a, Seed: 1"
DAY = ("--as-of", "2026-04-02")


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a drop of marked pictures, paper that watches names, and rules of a house's own."""
    folder = tmp_path_factory.mktemp("marks")
    drop = folder / "drop"
    drop.mkdir()
    png_text(still(drop / "prompted.png", seed=1), {"parameters": PROMPT})
    png_text(still(drop / "harmless.png", seed=2), {"parameters": "a radar of actors\nSteps: 20, Sampler: Euler a"})
    workflow = json.dumps(
        {"nodes": [{"type": "CLIPTextEncode", "widgets_values": ["captain_frost, close-up"]}], "links": []}
    )
    png_text(still(drop / "weak.png", seed=3), {"workflow": workflow})
    png_text(still(drop / "job.png", seed=4), {"HouseJob": "job 7 for Captain  Frost"})
    label = AIGC.replace('"', "&quot;")
    captured = f"<Iptc4xmpExt:DigitalSourceType>{SOURCE_TYPE}digitalCapture</Iptc4xmpExt:DigitalSourceType>"
    xmp_packet(still(drop / "both.png", seed=5), f"{captured}<TC260:AIGC>{label}</TC260:AIGC>")
    camera = {"IFD0:Make": "Camera Works", "IFD0:Model": "One", "ExifIFD:FNumber": "4", "ExifIFD:ISO": "100"}
    tagged(
        still(drop / "camera.jpg", seed=6),
        camera | {"XMP-iptcExt:DigitalSourceType": f"{SOURCE_TYPE}trainedAlgorithmicMedia"},
    )
    tagged(
        still(drop / "photograph.jpg", seed=7),
        camera | {"XMP-iptcExt:DigitalSourceType": f"{SOURCE_TYPE}digitalCapture"},
    )
    (folder / "paper.yaml").write_text(PAPER, encoding="utf-8")
    (folder / "house.toml").write_text(RULES, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def plain(house: Path) -> Outcome:
    """A scan with the built-in rules, remembered."""
    return provscan(house, "scan", "drop", "--declarations", "paper.yaml", "--out", "plain", "-v", *DAY)


@pytest.fixture(scope="module")
def redacted(house: Path, plain: Outcome) -> Outcome:
    """The same from memory, with the house's own rules, quoting nothing."""
    assert plain.code == 1
    words = ("--rules", "house.toml", "--redact", "--out", "redacted", "-v", *DAY)
    return provscan(house, "scan", "drop", "--declarations", "paper.yaml", *words)


def found(report: dict[str, Any], reason: str) -> dict[str, dict[str, Any]]:
    return {
        asset["path"]: finding
        for asset in report["assets"]
        for finding in asset["findings"]
        if finding["reason"] == reason
    }


def test_a_prompt_that_names_somebody_is_a_finding_with_the_name(plain: Outcome) -> None:
    named = found(plain.report("plain"), "ai.prompt_names_protected")
    assert sorted(named) == ["prompted.png", "weak.png"]
    assert "'Ada Áctor'" in named["prompted.png"]["message"]
    assert named["prompted.png"]["verdict"] == "fail"
    assert "'Captain Frost'" in named["weak.png"]["message"]
    assert named["weak.png"]["verdict"] == "review", "a weak mark gives no fail"


def test_marks_that_contradict_each_other_are_told_as_such(plain: Outcome) -> None:
    contradicting = found(plain.report("plain"), "ai.marks_contradict")
    assert sorted(contradicting) == ["both.png", "camera.jpg"]
    assert "DigitalSourceType" in contradicting["both.png"]["message"]
    for path in contradicting:
        assert path in found(plain.report("plain"), "ai.undeclared"), "the mark itself counts all the same"


def test_rules_of_a_house_are_laid_over_what_was_scanned_before(plain: Outcome, redacted: Outcome) -> None:
    assert "job.png" not in found(plain.report("plain"), "ai.undeclared")
    report = redacted.report("redacted")
    assert found(report, "ai.undeclared")["job.png"]["message"].startswith("Marks of generative AI")
    assert re.search(r" house\.toml:[0-9a-f]{64}$", report["run"]["inputs"]["rules"])
    assert report["run"]["inputs"]["rules"] != plain.report("plain")["run"]["inputs"]["rules"]
    assert "job.png" in found(report, "ai.prompt_names_protected")


def test_a_redacted_report_quotes_nothing_anywhere_and_can_still_be_compared(house: Path, redacted: Outcome) -> None:
    page = (house / "redacted" / "report.html").read_text(encoding="utf-8")
    kept = (house / "redacted" / "report.json").read_text(encoding="utf-8")
    for text in (page, kept, redacted.out, redacted.err):
        for secret in ("portrait", "alert(1)", "ADA ACTOR", "Áctor", "job 7", "001191110102MACQD9K64010000"):
            assert secret not in text
    report = redacted.report("redacted")
    assert report["run"]["redacted"] is True
    values = {
        one["value"] for asset in report["assets"] for one in asset["observations"] if one["detector"] == "markers"
    }
    assert all(re.fullmatch(r"redacted, sha256 [0-9a-f]{16}…", value) for value in values)
    assert len(values) > 4, "different texts have different digests"


def test_matched_again_later_a_redacted_report_stays_one(house: Path, redacted: Outcome) -> None:
    assert redacted.code == 1
    (house / "works").mkdir()
    still(house / "works" / "poster.png", seed=99)
    done = provscan(house, "rematch", "--references", "works", "--out", "later", "--as-of", "2026-04-02")
    assert done.code == 0
    kept = (house / "later" / "drop.rematch" / "report.json").read_text(encoding="utf-8")
    assert json.loads(kept)["run"]["redacted"] is True
    assert "ai.prompt_names_protected" in kept
    assert "portrait" not in kept
    assert "Áctor" not in kept


def test_quoted_values_are_escaped_wherever_they_stand(house: Path, plain: Outcome) -> None:
    page = (house / "plain" / "report.html").read_text(encoding="utf-8")
    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;alert(1)" in page
    assert "\x1b" not in page + plain.out + plain.err
    assert "\\u001b" in (house / "plain" / "report.json").read_text(encoding="utf-8")


def test_a_table_with_mistakes_stops_the_scan_and_names_every_one(house: Path) -> None:
    wrong = RULES.replace("house.job", "a1111.parameters").replace('seen = "source"', 'seen = "hearsay"')
    (house / "wrong.toml").write_text(wrong + RULES.replace("strength", "strenght"), encoding="utf-8")
    outcome = provscan(house, "scan", "drop", "--rules", "wrong.toml", "--rules", "house.toml", "--out", "none")
    assert outcome.code == 2
    assert "wrong.toml: rule a1111.parameters: seen is none of" in outcome.err
    assert "wrong.toml: rule house.job: unknown key 'strenght'" in outcome.err
    assert not (house / "none").exists()


def test_two_rules_of_one_id_are_a_mistake(house: Path) -> None:
    (house / "twin.toml").write_text(RULES.replace("house.job", "comfyui.graph"), encoding="utf-8")
    outcome = provscan(house, "rules", "--rules", "twin.toml")
    assert outcome.code == 2
    assert "twin.toml: rule comfyui.graph: another table has a rule of this id" in outcome.err


def test_the_rules_command_lists_detectors_rules_and_policies_with_their_sources(house: Path) -> None:
    listed = json.loads(provscan(house, "rules", "--json", "--rules", "house.toml").out)
    assert [row["id"] for row in listed["detectors"]] == ["credentials", "markers", "watermark", "media"]
    rules = {row["id"]: row for row in listed["rules"]["rules"]}
    assert rules["house.job"] == {
        "id": "house.job", "strength": "definitive", "claim": "generated", "suspect": False,
        "generator": "House Painter", "table": "house.toml", "source": "our own render farm", "seen": "source",
        "checked": "2026-11-01",
    }  # fmt: skip
    assert all(row["source"] and row["checked"] for row in rules.values())
    assert {"netflix-genai", "strict"} <= {row["id"] for row in listed["policies"] if row["sources"]}
    told = provscan(house, "rules").out
    assert "a1111.parameters" in told
    assert "house.job" not in told
