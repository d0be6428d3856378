"""`provscan explain` names the line of paper, what it lacks, and what to write."""

import json
from pathlib import Path

import pytest

from fixtures.marks import INFOTEXT, png_text
from fixtures.paper import Entry, approval, book, declaration, negative
from fixtures.stories import Place
from scanner.clearance.policy.policy import load
from scanner.report.explain import of_finding
from scanner.report.lookup import look_up

CLIP, COPY, MARKED = "VFX/SNW_0010_comp.mov", "masters/copy.mov", "stills/key.png"
LINES: list[Entry] = [
    declaration("DEC-1", assets=[{"path": CLIP, "frames": "1001-1024"}]),
    declaration("DEC-2", assets=[{"path": CLIP}], approvals=["APP-1"]),
    declaration("DEC-3", assets=[{"path": "VFX/SNW_0020.mov", "sha256": "0" * 64}], approvals=["APP-1"]),
    declaration("DEC-4", assets=[{"path": "**"}], approvals=["APP-1"]),
    negative("DEC-5", CLIP),
]


@pytest.fixture(scope="module")
def explained(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What is said of the first finding of each reason."""
    place = Place(tmp_path_factory.mktemp("explained"))
    clip = place.movie(f"drop/{CLIP}", seed=1, frames=24)
    (place.folder / "drop" / "masters").mkdir()
    (place.folder / "drop" / COPY).write_bytes(clip.read_bytes())
    place.movie("drop/VFX/SNW_0020.mov", seed=2, frames=24)
    picture = place.still(f"drop/{MARKED}", seed=3)
    png_text(picture, {"parameters": INFOTEXT})
    place.scan("paper", book(declarations=LINES, approvals=[approval()]))
    report = Path(place.folder / "out-paper" / "report.json")
    document = json.loads(report.read_text(encoding="utf-8"))
    findings = [each for asset in document["assets"] for each in asset["findings"]] + document["findings"]
    first = {each["reason"]: each["id"] for each in reversed(findings)}
    policy = load("netflix-genai")
    return {reason: "\n".join(of_finding(look_up(key, [report]), policy)) for reason, key in first.items()}


@pytest.mark.parametrize(
    ("reason", "names", "to_write"),
    [
        ("declaration.matches_nothing", "DEC-1 selects nothing", "first_frame"),
        ("approval.missing", "DEC-1 has no approval", "approvals: [APP-…]"),
        ("declaration.checksum_mismatch", "DEC-3 pins another version", "sha256: "),
        ("declaration.too_broad", "DEC-4 selects", "instead of the pattern: {path: "),
        ("declaration.duplicate_content", "DEC-2 declares the same bytes", f'one more line: {{path: "{COPY}"}}'),
        ("declaration.conflict", "DEC-5 states that none was used", f'exclude: [{{path: "{CLIP}"}}]'),
        ("ai.undeclared", "No declaration covers this", f'assets: [{{path: "{MARKED}"}}]'),
    ],
)
def test_each_kind_names_its_line_and_what_to_write(
    reason: str, names: str, to_write: str, explained: dict[str, str]
) -> None:
    told = explained[reason]
    assert names in told
    assert "  what to write: " in told
    assert to_write in told.split("what to write:", 1)[1]
