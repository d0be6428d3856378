"""Each finding about paper names the entry, what it lacks, and what to write into it; `explain` tells all three."""

from pathlib import Path

import pytest

from fixtures.command import provscan
from fixtures.media import still
from fixtures.paper import ALL_YES, DELIVERY, PRODUCTION, Entry, approval, book, consent, declaration, licence, write
from tests.scanner.clearance.drops import movie, one

SHOT = movie("VFX/shot.mov")
HERE: Entry = {"production": "TLW-81234567", "description": "d"}
APPROVALS: tuple[Entry, ...] = (
    {"expires": "2026-03-01"},
    {"revoked": "2026-03-01"},
    {"granted": "2026-04-01"},
    {"granted": "2026-05-01"},
    {"conditions": [{"text": "clean-up", "met": "no"}]},
    {"approver": {"name": "V", "org": "Somebody"}},
    {"scope": {}},
    {"scope": {"stages": ["final"], "tools": ["still-tool"]}},
    {"scope": {"stages": ["final"], "shots": ["TLW_*"]}},
)
CONSENTS: tuple[Entry, ...] = (
    {"expires": "2026-03-01"},
    {"granted": "2026-04-01"},
    {"granted": "2026-02-20"},
    {"withdrawn": "2026-03-01"},
    {"kind": "voice"},
    {"performer": "B. Actor"},
    {"minor": "yes"},
    {"evidence": None},
    *({"scope": HERE | scope} for scope in ({"production": "OTHER"}, {"uses": ["voice"]}, {"territories": ["FR"]})),
)
LICENCES: tuple[Entry, ...] = (
    {"ends": "2026-03-01"},
    {"starts": "2026-04-01"},
    {"revoked": "2026-03-01"},
    {"evidence": None},
    {"scope": {"ai_modification_allowed": "no"}},
    {"scope": {"media": ["svod"]}},
    {"scope": {"assets": [{"path": "other.mov"}]}},
)
USES: tuple[Entry, ...] = (
    {},
    {"use": "voice"},
    {"use": "temp"},
    {"use": "background_incidental"},
    {"use": "music", "extent": None},
    {"involves": ["deceased_person"]},
    {"involves": ["third_party_ip"]},
    {"inputs": ["proprietary"], "tools": ["still-tool"]},
    {"tools": ["still-tool"]},
    {"use": "factual_representation", "production": "documentary"},
)


def told(data: Entry) -> None:
    """Every finding that isn't info or pass names an entry and what to write there."""
    findings = [each for each in one(SHOT, data).findings if each.verdict.rank > 1]
    assert findings
    for each in findings:
        assert "`" in each.remedy, each
        assert any(key in each.remedy for key in ("DEC-1", "APP-1", "CON-1", "LIC-1", "still-tool", "delivery"))


@pytest.mark.parametrize("changes", APPROVALS)
def test_of_an_approval(changes: Entry) -> None:
    told(book(declarations=[declaration(approvals=["APP-1"])], approvals=[approval(**changes)]))


@pytest.mark.parametrize("changes", CONSENTS)
def test_of_a_consent(changes: Entry) -> None:
    talent: list[Entry] = [{"performer": "A. Actor", "consent": "CON-1"}]
    face = declaration(involves=["talent_likeness"], talent=talent, approvals=["APP-1"], generated="2026-02-10")
    told(book(declarations=[face], approvals=[approval()], consents=[consent(**changes)]))


@pytest.mark.parametrize("changes", LICENCES)
def test_of_a_licence(changes: Entry) -> None:
    poster = declaration(involves=["third_party_ip"], licences=["LIC-1"], approvals=["APP-1"])
    told(book(declarations=[poster], approvals=[approval()], licences=[licence(**changes)]))


@pytest.mark.parametrize("changes", USES)
def test_of_what_a_use_asks_for(changes: Entry) -> None:
    values = dict(changes)
    kind = values.pop("production", "fiction")
    told(book(production=PRODUCTION | {"kind": kind}, declarations=[declaration(**values)]))


def test_explain_tells_the_entry_what_it_lacks_and_what_to_write(tmp_path: Path) -> None:
    (tmp_path / "drop").mkdir()
    still(tmp_path / "drop" / "face.png", seed=1)
    face = declaration(
        path="face.png",
        involves=["talent_likeness"],
        talent=[{"performer": "A. Actor", "consent": "CON-1"}],
        principles=ALL_YES,
        approvals=["APP-1"],
    )
    lacking = consent(kind="voice", evidence=None)
    write(
        tmp_path / "paper",
        book(deliveries=[DELIVERY], declarations=[face], approvals=[approval()], consents=[lacking]),
    )
    words = ("--declarations", "paper/declarations.yaml", "--as-of", "2026-04-02")
    outcome = provscan(tmp_path, "scan", "drop", *words)
    assert outcome.code == 1, outcome.err
    (found,) = [row for row in outcome.report("drop.provscan")["assets"][0]["findings"] if row["verdict"] == "fail"]
    lines = provscan(tmp_path, "explain", found["id"]).out
    assert "CON-1 is a consent of the kind voice, which doesn't cover talent_likeness" in lines
    assert "CON-1 (consents): used by 0" in lines
    assert "In consents, beside CON-1: one of the same performer's, of the `kind` digital_alteration or" in lines
