"""What a declared use obliges to besides approval: consents, licences, terms of tools, telling the audience.

All of it is owed whether or not anything was seen in the file. A scanner can't see a likeness or judge a consent; it
holds what was stated against what is on record.
"""

from scanner.clearance.paper.model import Consent, Licence, Talent, Tool
from scanner.clearance.rules.case import HERE, Case
from scanner.clearance.rules.disclosure import factual
from scanner.clearance.rules.faults import PaperFault, evidence_faults, least_faulty, note, proof_of
from scanner.clearance.rules.licences import licence_faults
from scanner.clearance.scope.declared import DeclaredClaim
from scanner.terms.coverage import NOTHING, Frames, union
from scanner.terms.patterns import same_name
from scanner.terms.reasons import Reason
from scanner.terms.verdicts import Stage
from scanner.terms.wording import listed
from scanner.terms.words import ConsentKind, Input, Proof, Use
from scanner.written.answers import Known

_PRIVATE = frozenset({Input.PROPRIETARY, Input.PERSONAL})
_PASSING = frozenset({Use.IDEATION, Use.TEMP})
_NOT_SHOWN_AS_REAL = _PASSING | {Use.RESTORATION}


def judge_obligations(case: Case, claim: DeclaredClaim, approved: Frames) -> None:
    """Add what one declared use owes. `approved` are the frames, in layers, that written approval covers."""
    declaration = claim.declaration
    if declaration.use in _PASSING and case.subject.stage == Stage.FINAL:
        message = f"{declaration.id} declares {HERE} as {declaration.use}, and this is a final delivery."
        frames = case.layers.touched(claim.held - approved)
        case.add(Reason.STAGE_TEMP_IN_FINAL, message, frames=frames, declaration=declaration.id)
    _consents(case, claim)
    _licences(case, claim)
    _terms(case, claim)
    disclosed_how = declaration.audience_disclosure and declaration.audience_disclosure.how
    rule = case.court.policy.text.require_audience_disclosure
    owed = factual(case) or bool(set(declaration.involves) & set(rule.involves))
    if owed and declaration.use not in _NOT_SHOWN_AS_REAL and not disclosed_how:
        message = f"{declaration.id} doesn't say how viewers are told of the synthetic material in {HERE}."
        case.add(Reason.FACTUAL_SYNTHETIC_AS_REAL, message, frames=claim.frames, declaration=declaration.id)


def _consents(case: Case, claim: DeclaredClaim) -> None:
    declaration, policy = claim.declaration, case.court.policy.text
    if set(declaration.involves) & set(policy.require_consent.involves):
        if not declaration.talent:
            _lacking(case, claim, f"{declaration.id} involves a performer and lists no talent with a consent")
        for place, talent in enumerate(declaration.talent, start=1):
            if talent.exemption not in policy.require_consent.exempt:
                _consent(case, claim, talent, place)
    if set(declaration.involves) & set(policy.require_estate_consent.involves):
        estates = [talent for talent in declaration.talent if _kind(case, talent) is ConsentKind.ESTATE]
        if not estates:
            _lacking(case, claim, f"{declaration.id} involves a deceased person and lists no consent of the estate")
        for talent in estates:
            _consent(case, claim, talent, declaration.talent.index(talent) + 1)


def _consent(case: Case, claim: DeclaredClaim, talent: Talent, place: int) -> None:
    declaration = claim.declaration
    consent = _record(case, talent)
    if consent is None:
        _lacking(case, claim, f"talent {place} of {declaration.id} has neither a consent nor an exemption")
        return
    faults = _consent_faults(case, consent, talent)
    for fault in faults:
        _rests_on(case, claim, fault, claim.frames, consent.id)
    left = _unconsented(case, claim, consent)
    if left:
        sentence = f"{consent.id} is for shots {listed(sorted(consent.scope.shots))}"
        faults.append(PaperFault(Reason.CONSENT_OUT_OF_SCOPE, sentence))
        _rests_on(case, claim, faults[-1], left, consent.id)
    note(case, "consents", consent.id, faults)
    if not faults:
        case.court.tally.use("consents", consent.id, case.asset)


def _unconsented(case: Case, claim: DeclaredClaim, consent: Consent) -> Frames:
    """The frames of a claim that are none of the shots of a consent, where it names any."""
    if not consent.scope.shots:
        return NOTHING
    shots = [case.court.roster.shot_in(case.index, code) for code in consent.scope.shots]
    return case.layers.touched(claim.held - union(shots))


def _consent_faults(case: Case, consent: Consent, talent: Talent) -> list[PaperFault]:
    """What is wrong with a consent, wherever it is relied on."""
    paper, delivered = case.court.paper, case.court.context.delivered
    key = consent.id
    faults: list[PaperFault] = []
    if consent.granted > delivered:
        sentence = f"{key} was given on {consent.granted}, after delivery on {delivered}"
        faults.append(PaperFault(Reason.CONSENT_MISSING, sentence))
    if consent.expires and consent.expires < delivered:
        sentence = f"{key} expired on {consent.expires}, before delivery on {delivered}"
        faults.append(PaperFault(Reason.CONSENT_EXPIRED, sentence))
    if paper and consent.scope.production != paper.production.id:
        sentence = f"{key} is for the production {consent.scope.production}"
        faults.append(PaperFault(Reason.CONSENT_OUT_OF_SCOPE, sentence))
    if talent.performer and same_name(talent.performer) != same_name(consent.performer):
        faults.append(PaperFault(Reason.CONSENT_OUT_OF_SCOPE, f"{key} is another performer's"))
    missing = Reason.CONSENT_MISSING
    return [*faults, *evidence_faults(case, "consents", key, changed=missing, missing=missing)]


def _rests_on(case: Case, claim: DeclaredClaim, fault: PaperFault, frames: Frames, about: str) -> None:
    """A finding for paper at fault on which a declared use rests; `about` tells which of its papers."""
    declaration = claim.declaration.id
    message = f"{fault.sentence}; {declaration} rests on it for {HERE}."
    case.add(fault.reason, message, frames=frames, declaration=declaration, about=(about,), cap=fault.cap)


def _lacking(case: Case, claim: DeclaredClaim, lack: str) -> None:
    """A finding for a consent that nobody has recorded; `lack` says whose, without a full stop."""
    message = f"{lack}, for {HERE}."
    case.add(Reason.CONSENT_MISSING, message, frames=claim.frames, declaration=claim.declaration.id, about=(lack,))


def _record(case: Case, talent: Talent) -> Consent | None:
    consents = case.court.paper.consents if case.court.paper else ()
    return next((consent for consent in consents if consent.id == talent.consent), None)


def _kind(case: Case, talent: Talent) -> ConsentKind | None:
    record = _record(case, talent)
    return record.kind if record else None


def _licences(case: Case, claim: DeclaredClaim) -> None:
    """Each reference that the declaration's licences are for needs one that holds; there must be at least one."""
    declaration, rule = claim.declaration, case.court.policy.text.require_licence
    if not set(declaration.involves) & set(rule.involves):
        return
    records = case.court.paper.licences if case.court.paper else ()
    by_reference: dict[str, list[Licence]] = {}
    for licence in sorted(records, key=lambda each: each.id):
        if licence.id in declaration.licences:
            by_reference.setdefault(licence.reference, []).append(licence)
    if not by_reference:
        message = f"{declaration.id} involves third-party IP in {HERE} and lists no licence."
        case.add(Reason.LICENCE_MISSING, message, frames=claim.frames, declaration=declaration.id)
    for reference, licences in by_reference.items():
        _licence(case, claim, reference, licences)


def _licence(case: Case, claim: DeclaredClaim, reference: str, licences: list[Licence]) -> None:
    faults = [licence_faults(case, licence, claim.held, ai=True) for licence in licences]
    for licence, wrong in zip(licences, faults, strict=True):
        if not wrong:
            case.court.tally.use("licences", licence.id, case.asset)
    for fault in least_faulty(case, faults):
        _rests_on(case, claim, fault, claim.frames, reference)


def _terms(case: Case, claim: DeclaredClaim) -> None:
    """What was put into the tools, against what they do with it."""
    declaration, paper = claim.declaration, case.court.paper
    if paper is None or not set(declaration.inputs) & _PRIVATE:
        return
    what = listed(sorted(set(declaration.inputs) & _PRIVATE))
    open_to_all = {key: paper.tools[key] for key in sorted(set(declaration.tools)) if not _secured(paper.tools[key])}
    training = [key for key, tool in open_to_all.items() if tool.trains_on_inputs is Known.YES]
    unknown = [key for key in open_to_all if key not in training and not _safe(case, key, open_to_all[key])]
    for reason, keys, practice in (
        (Reason.DATA_TOOL_TRAINS_ON_INPUTS, training, "which trains on it"),
        (Reason.DATA_TOOL_TERMS_UNKNOWN, unknown, "and its terms on record don't say that it doesn't train on it"),
    ):
        if keys:
            message = f"{declaration.id} put {what} material into {listed(keys)}, {practice} ({HERE})."
            case.add(reason, message, frames=claim.frames, declaration=declaration.id, about=keys)


def _secured(tool: Tool) -> bool:
    return tool.enterprise_agreement is Known.YES


def _safe(case: Case, key: str, tool: Tool) -> bool:
    """Whether the tool is known not to train on inputs; terms that can't be found as recorded are no knowledge."""
    return tool.trains_on_inputs is Known.NO and proof_of(case, "tools", key) in {Proof.PRESENT, Proof.UNSTATED}
