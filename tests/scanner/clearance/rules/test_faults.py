"""What any entry of the paper can be at fault for: one check of evidence, and which fault counts."""

import pytest

from fixtures import paper
from scanner.clearance.rules.case import Case, Court
from scanner.clearance.rules.faults import PaperFault, evidence_faults, gravity, least_faulty, note
from scanner.clearance.scope.declared import read_book
from scanner.clearance.scope.roster import Roster
from scanner.terms.reasons import Reason
from scanner.terms.verdicts import Verdict
from tests.scanner.clearance.drops import NETFLIX, movie, occasion

EXPIRED = PaperFault(Reason.APPROVAL_EXPIRED, "APP-1 expired")
UNFOUND = PaperFault(Reason.LICENCE_MISSING, "the evidence of LIC-1 can't be found", Verdict.REVIEW)


def case(**proofs: list[str]) -> Case:
    """An asset of a final delivery, with two consents, of which the second states no evidence."""
    consents = [paper.consent("CON-1"), paper.consent("CON-2", evidence=None)]
    given = paper.read(paper.book(declarations=[paper.declaration()], consents=consents), **proofs)
    roster = Roster.of([movie("VFX/shot.mov", stage="final")])
    context = occasion("final", given)
    return Case(Court(given, NETFLIX, context, roster, read_book(given, roster, context, 0.5)), 0)


@pytest.mark.parametrize(
    ("key", "proofs", "expected"),
    [
        ("CON-1", {}, None),
        ("CON-1", {"changed": ["CON-1"]}, (Reason.APPROVAL_REVOKED, None)),
        ("CON-1", {"missing": ["CON-1"]}, (Reason.LICENCE_MISSING, Verdict.REVIEW)),
        ("CON-2", {}, (Reason.LICENCE_MISSING, Verdict.REVIEW)),
    ],
)
def test_evidence_that_is_changed_missing_or_never_stated(
    key: str, proofs: dict[str, list[str]], expected: tuple[Reason, Verdict | None] | None
) -> None:
    changed, missing = Reason.APPROVAL_REVOKED, Reason.LICENCE_MISSING
    faults = evidence_faults(case(**proofs), "consents", key, changed=changed, missing=missing)
    assert [(fault.reason, fault.cap) for fault in faults] == ([expected] if expected else [])
    assert all(fault.sentence.startswith(f"the evidence of {key} ") for fault in faults)


def test_a_fault_weighs_what_the_policy_says_and_never_more_than_its_cap() -> None:
    shot = case()
    assert gravity(shot, []) is Verdict.PASS
    assert gravity(shot, [EXPIRED]) is Verdict.FAIL
    assert shot.verdict(UNFOUND.reason) is Verdict.FAIL
    assert gravity(shot, [UNFOUND]) is Verdict.REVIEW
    assert gravity(shot, [UNFOUND, EXPIRED]) is Verdict.FAIL


def test_of_several_entries_the_one_that_is_least_at_fault_counts() -> None:
    assert least_faulty(case(), [[EXPIRED], [UNFOUND]]) == [UNFOUND]
    assert least_faulty(case(), [[EXPIRED], [], [UNFOUND]]) == []


def test_the_list_of_the_paper_tells_of_each_fault_once() -> None:
    shot = case()
    for _ in range(2):
        note(shot, "approvals", "APP-1", [EXPIRED])
    (usage,) = shot.court.tally.usage("approvals", ["APP-1"])
    assert (usage.used_by, usage.problems) == (0, ("APP-1 expired",))
