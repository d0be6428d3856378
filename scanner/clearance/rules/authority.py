"""Who may approve, what stands for an approval that was superseded, and what makes written approval necessary."""

from collections.abc import Iterable, Iterator

from scanner.clearance.paper.model import Approval, Declaration, Paper
from scanner.clearance.policy.policy import Policy
from scanner.clearance.rules.case import Case
from scanner.clearance.rules.faults import PaperFault, evidence_faults
from scanner.clearance.rules.stated import not_yes, tool_facts
from scanner.terms.patterns import same_name
from scanner.terms.reasons import Reason
from scanner.terms.wording import listed
from scanner.terms.words import Need


def approval_needed(case: Case, declaration: Declaration) -> str:
    """What makes written approval necessary, in words; empty where nothing does."""
    policy = case.court.policy
    flags = set(declaration.involves) & set(policy.asking("involves", Need.APPROVAL))
    inputs = _sensitive(case, declaration)
    kind = case.court.paper.production.kind if case.court.paper else None
    reasons = {
        f"this is a {case.subject.stage} delivery": case.subject.stage in policy.asking("stage", Need.APPROVAL),
        f"it involves {listed(sorted(flags))}": bool(flags),
        f"its use is {declaration.use}": declaration.use in policy.asking("use", Need.APPROVAL),
        f"this is {kind}": kind in policy.asking("kind", Need.APPROVAL),
        f"{listed(inputs)} material was put into a tool without an enterprise agreement": bool(inputs),
        "not every guiding principle is answered yes": bool(not_yes(case, declaration)),
    }
    return listed(reason for reason, holds in reasons.items() if holds)


def _sensitive(case: Case, declaration: Declaration) -> list[str]:
    """The inputs that need approval, where a tool they were put into asks for it too."""
    policy, paper = case.court.policy, case.court.paper
    inputs = sorted(set(declaration.inputs) & set(policy.asking("inputs", Need.APPROVAL)))
    asking = set(policy.asking("tool", Need.APPROVAL))
    if not paper or not any(tool_facts(case, key, paper.tools[key]) & asking for key in declaration.tools):
        return []
    return [str(word) for word in inputs]


def lacking_reason(case: Case, declaration: Declaration) -> Reason:
    """The reason where there is no approval at all: incidental background is for somebody to judge."""
    policy = case.court.policy
    flags = set(declaration.involves) & set(policy.asking("involves", Need.APPROVAL))
    incidental = declaration.use in policy.asking("use", Need.JUDGEMENT) and not flags
    excused = incidental and not _sensitive(case, declaration) and not not_yes(case, declaration)
    return Reason.APPROVAL_JUDGEMENT_NEEDED if excused else Reason.APPROVAL_MISSING


def replacements(case: Case) -> dict[str, str]:
    """Which approvals are replaced, by which.

    Only one in order replaces another: one that its author may give, with its letter, in force by delivery and by the
    day of the judgement. Of any other the list of the paper tells why it replaces nothing.
    """
    approvals = case.court.paper.approvals if case.court.paper else ()
    replaced: dict[str, str] = {}
    until = min(case.court.context.as_of, case.court.context.delivered)
    for approval in sorted(approvals, key=lambda each: (each.granted, each.id)):
        if not approval.supersedes or approval.granted > until:
            continue
        why = [*authority_faults(case, approval), *letter_faults(case, approval)]
        if why:
            sentence = f"{approval.id} replaces nothing: {listed(fault.sentence for fault in why)}"
            case.court.tally.fault("approvals", approval.id, sentence)
            continue
        replaced |= dict.fromkeys(approval.supersedes, approval.id)
    return replaced


def successors(case: Case, declaration: Declaration) -> str:
    """What stands for the approvals that a declaration lists and that were superseded, as a sentence."""
    replaced = replacements(case)
    pairs = [f"{key} was superseded by {replaced[key]}" for key in sorted(declaration.approvals) if key in replaced]
    return f" {listed(pairs)}, which isn't in order for this." if pairs else ""


def authority_faults(case: Case, approval: Approval) -> Iterator[PaperFault]:
    """Why an approval's organisation may not give it."""
    delivery = case.court.context.delivery
    vendors = [delivery.vendor] if delivery else []
    why = barred(approval.approver.org, case.court.policy, case.court.paper, vendors)
    if why:
        write = f"In approvals: one like {approval.id}, whose `approver.org` may."
        yield PaperFault(Reason.APPROVAL_APPROVER_NOT_AUTHORISED, f"{approval.id} was given by {why}", write=write)


def barred(organisation: str, policy: Policy, paper: Paper | None, vendors: Iterable[str | None]) -> str:
    """Who it is that may not approve, in words that follow "given by"; empty where the organisation may."""
    known = {same_name(name) for name in policy.text.approver_orgs}
    known |= {same_name(name) for name in (paper.production.approver_orgs if paper else ())}
    if same_name(organisation) in {same_name(vendor) for vendor in vendors if vendor}:
        return "the vendor of this very delivery"
    return "" if same_name(organisation) in known else f"{organisation}, which may not"


def letter_faults(case: Case, approval: Approval) -> list[PaperFault]:
    """What is wrong with the letter of an approval."""
    changed, missing = Reason.APPROVAL_EVIDENCE_CHANGED, Reason.APPROVAL_EVIDENCE_MISSING
    return evidence_faults(case, "approvals", approval.id, changed=changed, missing=missing)
