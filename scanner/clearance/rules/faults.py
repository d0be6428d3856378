"""What is wrong with an entry of the paper on which something rests, whatever kind of paper it is.

An approval, a consent or a licence at fault clears nothing. Why is a sentence under a reason, and never weighs more
than its cap. What is asked of each kind of paper is its own rule's to say; here is what they share.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from scanner.clearance.rules.case import Case
from scanner.terms.reasons import Reason
from scanner.terms.verdicts import Verdict, mildest, worst
from scanner.terms.words import Proof


@dataclass(frozen=True, slots=True)
class PaperFault:
    """One thing that is wrong with one entry here.

    `sentence` names the entry, and has neither a capital nor a full stop. `cap` is what the fault weighs at most; None
    leaves that to the policy.
    """

    reason: Reason
    sentence: str
    cap: Verdict | None = None


def gravity(case: Case, faults: Iterable[PaperFault]) -> Verdict:
    """How grave the gravest of these faults is for an asset; pass where there are none."""
    return worst(*(mildest(case.verdict(fault.reason), fault.cap or Verdict.FAIL) for fault in faults))


def least_faulty(case: Case, entries: Sequence[Sequence[PaperFault]]) -> Sequence[PaperFault]:
    """Of several entries for one thing, what is wrong with the one that is least at fault; it alone counts."""
    return min(entries, key=lambda faults: (bool(faults), gravity(case, faults).rank))


def note(case: Case, section: str, key: str, faults: Iterable[PaperFault]) -> None:
    """Have the list of the paper tell what is wrong with an entry: `note(case, "consents", "CON-1", faults)`."""
    for fault in faults:
        case.court.tally.fault(section, key, fault.sentence)


def proof_of(case: Case, section: str, key: str) -> Proof:
    """What became of the evidence of an entry: `proof_of(case, "tools", "firefly")`."""
    return case.court.paper.proof(section, key) if case.court.paper else Proof.UNSTATED


def evidence_faults(
    case: Case, section: str, key: str, *, changed: Reason, missing: Reason, required: bool = False
) -> list[PaperFault]:
    """What is wrong with the evidence of an entry: nothing, or one fault.

    Args:
        case: the asset for which the entry is relied on.
        section: where the entry stands in the paper.
        key: its id.
        changed: the reason where the file isn't the one whose checksum was recorded.
        missing: the reason where there is no file; whatever it is, it weighs no more than a letter that can't be found.
        required: whether an entry that states no evidence at all counts as one whose file is missing.
    """
    proof = proof_of(case, section, key)
    if proof is Proof.CHANGED:
        return [PaperFault(changed, f"the evidence of {key} is not the file whose checksum was recorded")]
    if proof is Proof.MISSING or (required and proof is Proof.UNSTATED):
        cap = case.verdict(Reason.APPROVAL_EVIDENCE_MISSING)
        return [PaperFault(missing, f"the evidence of {key} can't be found", cap)]
    return []
