"""The decision tables of the policy research, cell by cell: pre-production/temp/final, P i R F."""

import pytest

from fixtures.paper import ALL_YES, Entry, approval, book, consent, declaration, licence
from scanner.clearance.policy.policy import built_in, load
from scanner.terms.reasons import Reason
from scanner.terms.verdicts import Stage, Verdict
from tests.scanner.clearance.drops import NETFLIX, STAGES, credential, hint, mark, movie, one

CATEGORIES: dict[str, Entry] = {
    "ideation": {"use": "ideation"},
    "temp": {"use": "temp"},
    "background": {"use": "background_incidental"},
    "key creative": {"use": "key_creative"},
    "final vfx": {"use": "final_vfx"},
    "music": {"use": "music", "human_input": "melody and arrangement by the composer"},
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
BY_REASON = """
ai.undeclared R/R/F
ai.partially_declared R/R/F
ai.suspected_undeclared i/i/R
ai.enhancement_undeclared i/i/i
ai.disclosed P/P/P
ai.declared_no_evidence i/i/i
ai.no_evidence P/P/P
declaration.contradicted R/F/F
declaration.tool_mismatch i/R/R
declaration.too_broad i/R/R
declaration.conflict i/R/R
declaration.matches_nothing i/i/R
declaration.checksum_mismatch i/R/R
declaration.duplicate_content i/i/R
approval.missing R/R/F
approval.judgement_needed P/i/R
approval.expired R/R/F
approval.revoked R/F/F
approval.dated_after_delivery i/R/R
approval.dated_in_future R/F/F
approval.other_tool R/R/F
approval.out_of_scope R/R/F
approval.conditions_open i/R/R
approval.evidence_missing i/R/R
approval.evidence_changed R/F/F
approval.approver_not_authorised R/R/F
consent.missing R/F/F
consent.expired R/F/F
consent.out_of_scope R/F/F
licence.missing R/R/F
licence.expired R/R/F
licence.out_of_scope R/R/F
ip.own_material i/i/i
ip.licensed P/P/P
ip.possible_match i/i/R
ip.unlicensed_match R/R/F
ip.ai_resembles_reference R/F/F
stage.temp_in_final P/P/F
stage.temp_hint_in_final P/P/R
data.tool_trains_on_inputs R/R/F
data.tool_terms_unknown i/R/R
factual.synthetic_as_real R/R/F
credential.untrusted i/i/i
credential.invalid i/R/R
"""
POLICIES = {name: load(name) for name in built_in()}
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


@pytest.mark.parametrize(("reason", "_column", "stage", "verdict"), cells(BY_REASON, ("verdicts",)))
def test_each_cell_of_the_reason_matrix(reason: str, _column: str, stage: str, verdict: str) -> None:
    assert NETFLIX.verdict(Reason(reason), Stage(stage)) == verdict


@pytest.mark.parametrize("name", built_in())
@pytest.mark.parametrize(("category", "state", "stage", "verdict"), cells(BY_CATEGORY, PAPER))
def test_no_built_in_policy_is_milder_than_the_table_anywhere(
    name: str, category: str, state: str, stage: str, verdict: str
) -> None:
    judged = one(movie("VFX/shot.mov", mark()), paper(CATEGORIES[category], state), stage, by=POLICIES[name])
    assert judged.verdict.rank >= Verdict(verdict).rank


def test_the_temporary_principle_is_answered_by_the_stage_of_a_final_delivery() -> None:
    incidental = {"use": "background_incidental", "principles": ALL_YES | {"p4": "no"}}
    judged = one(movie("VFX/shot.mov", mark()), paper(incidental, "declared"))
    assert judged.verdict == "review"
    assert judged.findings[0].reason == "approval.judgement_needed"
    assert one(movie("VFX/shot.mov", mark()), paper(incidental, "declared"), "temp").verdict == "review"
