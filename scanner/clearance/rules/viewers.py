"""Whether viewers are told of what a model made, where the policy asks for that: in what form, and where in the work.

A timecode can be looked up in the work itself. A card can't, and so needs a file that shows it.
"""

from scanner.clearance.paper.model import AudienceDisclosure
from scanner.clearance.rules.case import HERE, Case
from scanner.clearance.rules.faults import PaperFault, evidence_faults, proof_of
from scanner.clearance.rules.stated import generated
from scanner.clearance.scope.declared import DeclaredClaim
from scanner.terms.coverage import NOTHING, Frames
from scanner.terms.reasons import Reason
from scanner.terms.verdicts import Stage
from scanner.terms.words import Need, Proof

_REASON = Reason.FACTUAL_SYNTHETIC_AS_REAL


def judge_viewers(case: Case, claim: DeclaredClaim) -> None:
    """Add what a declared use lacks of a word to viewers."""
    frames = _owed(case, claim)
    fault = _fault(case, claim) if frames else None
    if fault:
        message = f"Of the synthetic material in {HERE}, {fault.sentence}."
        key = claim.declaration.id
        case.add(_REASON, message, frames=frames, declaration=key, cap=fault.cap, write=fault.write)


def factual(case: Case) -> bool:
    """Whether the production shows the world as it is, so that its viewers have to be told."""
    paper = case.court.paper
    return bool(paper and paper.production.kind in case.court.policy.asking("kind", Need.DISCLOSURE))


def _owed(case: Case, claim: DeclaredClaim) -> Frames:
    """The frames of a claim of which viewers have to be told."""
    declaration, policy = claim.declaration, case.court.policy
    owed = factual(case) or declaration.use in policy.asking("use", Need.DISCLOSURE)
    if not owed and not set(declaration.involves) & set(policy.asking("involves", Need.DISCLOSURE)):
        return NOTHING
    if declaration.use in policy.asking("use", Need.REPLACEMENT) and case.subject.stage is not Stage.FINAL:
        return NOTHING
    if declaration.use not in policy.text.excuses.mending_uses:
        return claim.frames
    return generated(case, claim) if declaration.use in policy.text.excuses.not_for_generated else NOTHING


def _fault(case: Case, claim: DeclaredClaim) -> PaperFault | None:
    """What is lacking: the form, the place, or the file that shows it; None where nothing is."""
    key, told = claim.declaration.id, claim.declaration.audience_disclosure or AudienceDisclosure()
    write = f"In {key}: `audience_disclosure: {{how: …, timecode: …}}`, or `card` with `evidence`."
    if told.how is None:
        return PaperFault(_REASON, f"{key} doesn't say how viewers are told", write=write)
    if proof_of(case, "declarations", key) is Proof.CHANGED:
        sentence = f"the file by which {key} shows how viewers are told is not the one whose checksum was recorded"
        return PaperFault(_REASON, sentence, write=write)
    if told.timecode:
        return None
    if told.card is None:
        lost = case.verdict(Reason.APPROVAL_EVIDENCE_MISSING)  # no place is no better than a lost file that shows it
        return PaperFault(_REASON, f"{key} says how viewers are told, and not where", lost, write)
    missing = evidence_faults(case, "declarations", key, changed=_REASON, missing=_REASON)
    if missing:
        return PaperFault(_REASON, f"{key} names a card, and no file that shows it is at hand", missing[0].cap, write)
    return None
