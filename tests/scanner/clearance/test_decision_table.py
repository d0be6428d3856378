"""The decision tables of the policy research, cell by cell: pre-production/temp/final, P i R F."""

import pytest

from fixtures.paper import ALL_YES, Entry, approval, book, consent, declaration, licence
from tests.scanner.clearance.drops import STAGES, credential, hint, mark, movie, one

CATEGORIES: dict[str, Entry] = {
    "ideation": {"use": "ideation"},
    "temp": {"use": "temp"},
    "background": {"use": "background_incidental"},
    "key creative": {"use": "key_creative"},
    "final vfx": {"use": "final_vfx"},
    "music": {"use": "music"},
    "talent, consent": {"involves": ["talent_likeness"], "talent": [{"performer": "A. Actor", "consent": "CON-1"}]},
    "voice, consent": {
        "use": "voice",
        "involves": ["voice_likeness"],
        "talent": [{"performer": "A. Actor", "consent": "CON-1"}],
    },
    "talent, none": {"involves": ["talent_likeness"]},
    "ip, licence": {"use": "background_incidental", "involves": ["third_party_ip"], "licences": ["LIC-1"]},
    "ip, none": {"use": "background_incidental", "involves": ["third_party_ip"]},
    "personal data": {"use": "background_incidental", "involves": ["personal_data"], "inputs": ["personal"]},
}
PAPER = ("undeclared", "declared", "expired", "approved")
EVIDENCE = {
    "none": (),
    "hint": (hint(),),
    "marker": (mark(),),
    "untrusted": (mark(), credential("untrusted")),
    "invalid": (mark(), credential("tampered")),
    "trusted": (mark(), credential("trusted")),
}
BY_CATEGORY = """
ideation        R/R/F P/P/F P/P/F P/P/P
temp            R/R/F P/P/F P/P/F P/P/P
background      R/R/F P/P/R P/P/R P/P/P
key creative    R/R/F R/R/F R/R/F P/P/P
final vfx       R/R/F P/P/F P/P/F P/P/P
music           R/R/F P/P/F P/P/F P/P/P
talent, consent R/R/F R/R/F R/R/F P/P/P
voice, consent  R/R/F R/R/F R/R/F P/P/P
talent, none    R/R/F R/F/F R/F/F R/F/F
ip, licence     R/R/F R/R/F R/R/F P/P/P
ip, none        R/R/F R/R/F R/R/F R/R/F
personal data   R/R/F R/R/F R/R/F P/P/P
"""
BY_EVIDENCE = """
none      P/P/P i/i/F i/i/i
hint      i/i/R P/P/F P/P/P
marker    R/R/F P/P/F P/P/P
untrusted R/R/F i/i/F i/i/i
invalid   R/R/F i/R/F i/R/R
trusted   R/R/F P/P/F P/P/P
"""
LETTERS = {"P": "pass", "i": "info", "R": "review", "F": "fail"}


def cells(table: str, columns: tuple[str, ...]) -> list[tuple[str, str, str, str]]:
    rows = [row.rsplit(maxsplit=len(columns)) for row in table.strip().splitlines()]
    return [
        (name, column, stage, LETTERS[letter])
        for name, *row in rows
        for column, cell in zip(columns, row, strict=True)
        for stage, letter in zip(STAGES, cell.split("/"), strict=True)
    ]


def paper(category: Entry, state: str) -> Entry:
    approvals = {"expired": [approval(expires="2026-03-01")], "approved": [approval()]}.get(state, [])
    listed = [] if state == "undeclared" else [declaration(**category, approvals=[each["id"] for each in approvals])]
    return book(declarations=listed, approvals=approvals, consents=[consent()], licences=[licence()])


@pytest.mark.parametrize(("category", "state", "stage", "verdict"), cells(BY_CATEGORY, PAPER))
def test_each_category_with_a_marker(category: str, state: str, stage: str, verdict: str) -> None:
    assert one(movie("VFX/shot.mov", mark()), paper(CATEGORIES[category], state), stage).verdict == verdict


@pytest.mark.parametrize(
    ("tier", "state", "stage", "verdict"), cells(BY_EVIDENCE, ("undeclared", "declared", "approved"))
)
def test_each_tier_of_evidence_for_a_final_effect(tier: str, state: str, stage: str, verdict: str) -> None:
    assert one(movie("VFX/shot.mov", *EVIDENCE[tier]), paper({}, state), stage).verdict == verdict


def test_the_temporary_principle_is_answered_by_the_stage_of_a_final_delivery() -> None:
    incidental = {"use": "background_incidental", "principles": ALL_YES | {"p4": "no"}}
    judged = one(movie("VFX/shot.mov", mark()), paper(incidental, "declared"))
    assert judged.verdict == "review"
    assert judged.findings[0].reason == "approval.judgement_needed"
    assert one(movie("VFX/shot.mov", mark()), paper(incidental, "declared"), "temp").verdict == "review"
