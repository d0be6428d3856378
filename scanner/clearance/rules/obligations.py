"""What a declared use obliges to besides approval, by the table of the policy: the page of contents.

All of it is owed whether or not anything was seen in the file.
"""

from scanner.clearance.paper.model import Declaration, Licence
from scanner.clearance.rules.case import HERE, Case
from scanner.clearance.rules.consents import judge_consents
from scanner.clearance.rules.faults import least_faulty, rests_on
from scanner.clearance.rules.licences import licence_faults
from scanner.clearance.rules.stated import generated
from scanner.clearance.rules.tools import judge_tools
from scanner.clearance.rules.viewers import judge_viewers
from scanner.clearance.scope.declared import DeclaredClaim
from scanner.globs import nfc
from scanner.terms.coverage import Frames
from scanner.terms.reasons import Reason
from scanner.terms.verdicts import Stage
from scanner.terms.words import Need
from scanner.written.scalars import says_nothing

_SILENT = frozenset({"still", "sequence"})


def judge_obligations(case: Case, claim: DeclaredClaim, approved: Frames) -> None:
    """Add what one declared use owes. `approved` are the frames, in layers, that written approval covers."""
    _replacement(case, claim, approved)
    _absence(case, claim)
    judge_consents(case, claim)
    _licences(case, claim)
    judge_tools(case, claim)
    judge_viewers(case, claim)
    _author(case, claim)


def _replacement(case: Case, claim: DeclaredClaim, approved: Frames) -> None:
    """What is only for the time being is replaced before the final, or approved for it."""
    declaration = claim.declaration
    if declaration.use in case.court.policy.asking("use", Need.REPLACEMENT) and case.subject.stage is Stage.FINAL:
        message = f"{declaration.id} declares {HERE} as {declaration.use}, and this is a final delivery."
        frames = case.layers.touched(claim.held - approved)
        write = f"In {declaration.id}: `approvals: [...]`, one whose `scope.stages` has final."
        case.add(Reason.STAGE_TEMP_IN_FINAL, message, frames=frames, declaration=declaration.id, write=write)


def _absence(case: Case, claim: DeclaredClaim) -> None:
    """What may not be there at all, whoever approved it; of a use that only mends, what a model made as a whole."""
    declaration, policy = claim.declaration, case.court.policy
    words = _asking_words(case, declaration, Need.ABSENCE)
    if words:
        mends = declaration.use in policy.text.excuses.mending_uses
        frames = generated(case, claim) if mends else claim.frames
        message = (
            f"{declaration.id} declares generative AI in {HERE} ({declaration.use}); {policy.id} allows none there."
        )
        case.add(Reason.AI_NOT_ALLOWED, message, frames=frames, declaration=declaration.id)


def _asking_words(case: Case, declaration: Declaration, need: Need) -> list[str]:
    """The words of a declaration, and of its production, that ask for something."""
    policy, paper = case.court.policy, case.court.paper
    stated: list[tuple[str, set[str]]] = [
        ("use", {declaration.use} if declaration.use else set()),
        ("involves", set(declaration.involves)),
        ("kind", {paper.production.kind} if paper else set()),
    ]
    return [word for axis, words in stated for word in policy.asking(axis, need) if word in words]


def _licences(case: Case, claim: DeclaredClaim) -> None:
    """Each reference that the declaration's licences are for needs one that holds; there must be at least one."""
    declaration = claim.declaration
    if not _asking_words(case, declaration, Need.LICENCE):
        return
    records = sorted(case.court.paper.licences if case.court.paper else (), key=lambda each: each.id)
    by_reference: dict[str, list[Licence]] = {}
    cited = {nfc(each.reference) for each in records if each.id in declaration.licences}
    for licence in records:  # a renewed one counts beside the one that is cited
        if nfc(licence.reference) in cited:
            by_reference.setdefault(nfc(licence.reference), []).append(licence)
    if not by_reference:
        message = f"{declaration.id} involves third-party IP in {HERE} and lists no licence."
        write = f"In {declaration.id}: `licences: [...]`, and the licence in `licences` with its `evidence`."
        case.add(Reason.LICENCE_MISSING, message, frames=claim.frames, declaration=declaration.id, write=write)
    for reference, licences in by_reference.items():
        faults = [licence_faults(case, licence, claim.held, ai=True) for licence in licences]
        for licence, wrong in zip(licences, faults, strict=True):
            if not wrong:
                case.court.tally.use("licences", licence.id, case.asset)
        rests_on(case, claim, least_faulty(case, faults), claim.frames, reference)


def _author(case: Case, claim: DeclaredClaim) -> None:
    """Music that a model made alone has no author who could register it; what people did in it has to be stated.

    Where nobody states how much of it a model made, it may be all of it. Pictures hold no music.
    """
    declaration = claim.declaration
    if case.subject.kind in _SILENT:
        return
    silent = declaration.human_input is None or says_nothing(declaration.human_input)
    if declaration.use in case.court.policy.asking("use", Need.HUMAN_INPUT) and silent:
        frames = claim.frames if declaration.extent is None else generated(case, claim)
        message = (
            f"{declaration.id} states no part that people have in the music in {HERE}; a model may have made it alone."
        )
        write = f"In {declaration.id}: `human_input: …`."
        case.add(Reason.IP_NO_HUMAN_AUTHOR, message, frames=frames, declaration=declaration.id, write=write)
