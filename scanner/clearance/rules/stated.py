"""What a declaration states of itself, held against the marks in the file and the paper's own records of tools."""

from detectors.observation import Claim, Kind
from scanner.clearance.paper.model import Declaration, Tool
from scanner.clearance.rules.case import Case
from scanner.clearance.rules.faults import proof_of
from scanner.clearance.scope.declared import DeclaredClaim
from scanner.terms.coverage import Frames, union
from scanner.terms.verdicts import Stage
from scanner.terms.words import Extent, Need, Principle, Proof, ToolFact
from scanner.written.answers import Answer, Known


def not_yes(case: Case, declaration: Declaration) -> list[str]:
    """The principles that aren't answered yes, of those that ask for something then; an untrue yes is none.

    "Temporary" (p4) is answered by the stage where that is final.
    """
    final = case.subject.stage is Stage.FINAL
    untrue = {Principle.P2} if contradicting(case, declaration) else set[str]()
    return [
        key
        for key in case.court.policy.asking("principle", Need.APPROVAL)
        if not (final and key == Principle.P4)
        and (key in untrue or getattr(declaration.principles, key) is not Answer.YES)
    ]


def contradicting(case: Case, declaration: Declaration) -> list[str]:
    """The tools whose records say that what is put in is kept or trained on, where p2 isn't answered no.

    An answer that is left open is no better than a wrong one. Not of what is only for the time being (ideation, temp),
    and not where nothing of the production's was put in.
    """
    policy, paper = case.court.policy, case.court.paper
    passing = declaration.use in policy.asking("use", Need.REPLACEMENT)
    harmless = declaration.inputs and not set(declaration.inputs) & set(policy.asking("inputs", Need.TERMS))
    if paper is None or passing or harmless or declaration.principles.p2 is Answer.NO:
        return []
    telling = set(policy.asking("tool", Need.TRUE_ANSWER))
    return [key for key in sorted(set(declaration.tools)) if tool_facts(case, key, paper.tools[key]) & telling]


def tool_facts(case: Case, key: str, tool: Tool) -> frozenset[ToolFact]:
    """What the record of a tool shows against it; nothing where it is under an enterprise agreement.

    That it doesn't train on its inputs is known where its terms are on record as they were.
    """
    if tool.enterprise_agreement is Known.YES:
        return frozenset()
    trains = tool.trains_on_inputs
    known = trains is Known.YES or (trains is Known.NO and proof_of(case, "tools", key) is Proof.PRESENT)
    facts = [
        (ToolFact.NO_ENTERPRISE_AGREEMENT, True),
        (ToolFact.TRAINS_ON_INPUTS, trains is Known.YES),
        (ToolFact.STORES_INPUTS, tool.stores_inputs is Known.YES),
        (ToolFact.TERMS_UNKNOWN, not known),
    ]
    return frozenset(fact for fact, shown in facts if shown)


def generated(case: Case, claim: DeclaredClaim) -> Frames:
    """The frames of a claim that a model made as a whole: by its own `extent`, or by a mark that says so.

    A mark needs no trust, whatever the paper states. What neither says is not known, and not among them.
    """
    if claim.declaration.extent is Extent.GENERATED:
        return claim.frames
    marked = [
        case.region(each)
        for each in case.subject.observations
        if each.kind is Kind.AI and each.claim is Claim.GENERATED and each.strength.established
    ]
    return union(marked) & claim.frames
