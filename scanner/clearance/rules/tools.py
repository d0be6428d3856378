"""What was put into the tools of a declared use, against what they do with it; and what they leave behind."""

from collections.abc import Collection

from detectors.observation import Kind
from scanner.clearance.rules.case import HERE, Case
from scanner.clearance.rules.stated import contradicting, tool_facts
from scanner.clearance.scope.declared import DeclaredClaim
from scanner.terms.reasons import Reason
from scanner.terms.wording import listed
from scanner.terms.words import Need, ToolFact
from scanner.written.answers import Answer, Known

_BY_FACT = (
    (ToolFact.TRAINS_ON_INPUTS, Reason.DATA_TOOL_TRAINS_ON_INPUTS, "which trains on it"),
    (ToolFact.STORES_INPUTS, Reason.DATA_TOOL_STORES_INPUTS, "which keeps it"),
    (
        ToolFact.TERMS_UNKNOWN,
        Reason.DATA_TOOL_TERMS_UNKNOWN,
        "and its terms on record don't say that it doesn't train on it",
    ),
)
"""From the gravest on; a tool is told of once."""
_WRITE = {
    Reason.DATA_TOOL_TERMS_UNKNOWN: "`trains_on_inputs` as its terms say, and `terms: {file: …}`, a copy of them",
    Reason.DATA_TOOL_STORES_INPUTS: "`enterprise_agreement: yes` once there is one",
    Reason.DATA_TOOL_TRAINS_ON_INPUTS: "`enterprise_agreement: yes` once there is one",
}


def judge_tools(case: Case, claim: DeclaredClaim) -> None:
    """Add what follows from the records of the tools that a declared use lists."""
    if case.court.paper is None:
        return
    told = _inputs(case, claim)
    _answer(case, claim, told)
    _unsigned(case, claim)


def _inputs(case: Case, claim: DeclaredClaim) -> set[str]:
    """What was put into tools that may not have it; the tools of which that was told."""
    declaration, policy = claim.declaration, case.court.policy
    private = sorted(set(declaration.inputs) & set(policy.asking("inputs", Need.TERMS)))
    tools = case.court.paper.tools if case.court.paper and private else {}
    facts = {key: tool_facts(case, key, tools[key]) for key in sorted(set(declaration.tools)) if tools}
    told: set[str] = set()
    for fact, reason, practice in _BY_FACT:
        keys = [key for key, shown in facts.items() if fact in shown and key not in told]
        if keys and fact in policy.asking("tool", Need.TERMS):
            told |= set(keys)
            case.add(
                reason,
                f"{declaration.id} put {listed(private)} material into {listed(keys)}, {practice} ({HERE}).",
                frames=claim.frames,
                declaration=declaration.id,
                about=keys,
                write=f"In tools, {listed(keys)}: {_WRITE[reason]}.",
            )
    return told


def _answer(case: Case, claim: DeclaredClaim, told: Collection[str]) -> None:
    """An answer to p2 that records of tools contradict, where nothing worse was told of them for the same cause."""
    declaration = claim.declaration
    answer = "answers p2 with yes" if declaration.principles.p2 is Answer.YES else "leaves p2 open"
    keys = contradicting(case, declaration)
    if set(keys) - set(told):
        case.add(
            Reason.DECLARATION_ANSWER_CONTRADICTED,
            f"{declaration.id} {answer}, for {HERE}; by its own record {listed(keys)} keeps what is put in, "
            "or trains on it.",
            frames=claim.frames,
            declaration=declaration.id,
            about=keys,
            write=f"In {declaration.id}: `principles: {{p2: no}}`, or `inputs: [public]` where nothing of the "
            "production's was put in.",
        )


def _unsigned(case: Case, claim: DeclaredClaim) -> None:
    """A tool signs what it makes, and the asset has no credential: told where the policy states a rule for it."""
    declaration, paper = claim.declaration, case.court.paper
    reason = Reason.CREDENTIAL_STRIPPED
    signing = [
        key for key in sorted(set(declaration.tools)) if paper and paper.tools[key].content_credentials is Known.YES
    ]
    signed = any(each.kind is Kind.CREDENTIAL for each in case.subject.observations)
    if signing and not signed and case.subject.part is None and case.court.policy.behind(reason):
        message = f"{listed(signing)} signs what it makes, says its record; {HERE} has no Content Credential."
        case.add(reason, message, frames=claim.frames, declaration=declaration.id, about=signing)
