"""What a declared use obliges to besides approval: consents, licences, terms of tools, telling the audience.

All of it is owed whether or not anything was seen in the file. A scanner can't see a likeness or judge a consent; it
holds what was stated against what is on record.
"""

from collections.abc import Iterable

from scanner.clearance.paper.model import Consent, Licence, Talent, Tool
from scanner.clearance.rules.case import HERE, Case
from scanner.clearance.rules.disclosure import factual
from scanner.clearance.rules.licences import faults_of, mildest_faults
from scanner.clearance.scope.declared import Claim
from scanner.terms.coverage import NOTHING, Frames, union
from scanner.terms.patterns import same_name
from scanner.terms.reasons import Reason
from scanner.terms.verdicts import Stage, Verdict
from scanner.terms.wording import listed
from scanner.terms.words import ConsentKind, Input, Proof, Use
from scanner.written.answers import Known

_PRIVATE = frozenset({Input.PROPRIETARY, Input.PERSONAL})
_PASSING = frozenset({Use.IDEATION, Use.TEMP})
_NOT_SHOWN_AS_REAL = _PASSING | {Use.RESTORATION}


def judge_obligations(case: Case, claim: Claim, approved: Frames) -> None:
    """Add what one declared use owes. `approved` are the frames, in layers, that written approval covers."""
    declaration = claim.declaration
    if declaration.use in _PASSING and case.subject.stage == Stage.FINAL:
        message = f"{declaration.id} declares {HERE} as {declaration.use}, and this is a final delivery."
        frames = case.layers.touched(claim.held - approved)
        case.add(Reason.STAGE_TEMP_IN_FINAL, message, frames=frames, declaration=declaration.id)
    _consents(case, claim)
    _licences(case, claim)
    _terms(case, claim)
    told = declaration.audience_disclosure and declaration.audience_disclosure.how
    rule = case.court.policy.text.require_audience_disclosure
    owed = factual(case) or bool(set(declaration.involves) & set(rule.involves))
    if owed and declaration.use not in _NOT_SHOWN_AS_REAL and not told:
        message = f"{declaration.id} doesn't say how viewers are told of the synthetic material in {HERE}."
        case.add(Reason.FACTUAL_SYNTHETIC_AS_REAL, message, frames=claim.frames, declaration=declaration.id)


def _consents(case: Case, claim: Claim) -> None:
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


def _consent(case: Case, claim: Claim, talent: Talent, place: int) -> None:
    declaration = claim.declaration
    consent = _record(case, talent)
    if consent is None:
        _lacking(case, claim, f"talent {place} of {declaration.id} has neither a consent nor an exemption")
        return
    faults = [(*fault, claim.frames) for fault in _consent_faults(case, consent, talent)]
    left = _unconsented(case, claim, consent)
    if left:
        said = f"{consent.id} is for shots {listed(sorted(consent.scope.shots))}"
        faults.append((Reason.CONSENT_OUT_OF_SCOPE, said, None, left))
    for code, sentence, cap, frames in faults:
        case.court.tally.fault("consents", consent.id, sentence)
        case.add(
            code,
            f"{sentence}; {declaration.id} rests on it for {HERE}.",
            frames=frames,
            declaration=declaration.id,
            about=(consent.id,),
            cap=cap,
        )
    if not faults:
        case.court.tally.use("consents", consent.id, case.index)


def _unconsented(case: Case, claim: Claim, consent: Consent) -> Frames:
    """The frames of a claim that are none of the shots of a consent, where it names any."""
    if not consent.scope.shots:
        return NOTHING
    shots = [case.court.roster.shot_in(case.index, code) for code in consent.scope.shots]
    return case.layers.touched(claim.held - union(shots))


def _consent_faults(case: Case, consent: Consent, talent: Talent) -> Iterable[tuple[Reason, str, Verdict | None]]:
    """What is wrong with a consent: code, sentence, and what it weighs at most."""
    paper, context = case.court.paper, case.court.context
    key = consent.id
    if consent.granted > context.delivered:
        said = f"{key} was given on {consent.granted}, after delivery on {context.delivered}"
        yield Reason.CONSENT_MISSING, said, None
    if consent.expires and consent.expires < context.delivered:
        yield (
            Reason.CONSENT_EXPIRED,
            f"{key} expired on {consent.expires}, before delivery on {context.delivered}",
            None,
        )
    if paper and consent.scope.production != paper.production.id:
        yield Reason.CONSENT_OUT_OF_SCOPE, f"{key} is for the production {consent.scope.production}", None
    if talent.performer and same_name(talent.performer) != same_name(consent.performer):
        yield Reason.CONSENT_OUT_OF_SCOPE, f"{key} is another performer's", None
    proof = paper.proof("consents", key) if paper else Proof.UNSTATED
    if proof is Proof.CHANGED:
        yield Reason.CONSENT_MISSING, f"the evidence of {key} is not the file whose checksum was recorded", None
    elif proof is Proof.MISSING:
        said = f"the evidence of {key} can't be found"
        yield Reason.CONSENT_MISSING, said, case.verdict(Reason.APPROVAL_EVIDENCE_MISSING)


def _lacking(case: Case, claim: Claim, said: str) -> None:
    message = f"{said}, for {HERE}."
    case.add(Reason.CONSENT_MISSING, message, frames=claim.frames, declaration=claim.declaration.id, about=(said,))


def _record(case: Case, talent: Talent) -> Consent | None:
    consents = case.court.paper.consents if case.court.paper else ()
    return next((consent for consent in consents if consent.id == talent.consent), None)


def _kind(case: Case, talent: Talent) -> ConsentKind | None:
    record = _record(case, talent)
    return record.kind if record else None


def _licences(case: Case, claim: Claim) -> None:
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


def _licence(case: Case, claim: Claim, reference: str, licences: list[Licence]) -> None:
    faults = [faults_of(case, licence, claim.held, ai=True) for licence in licences]
    for licence, found in zip(licences, faults, strict=True):
        if not found:
            case.court.tally.use("licences", licence.id, case.index)
    for fault in mildest_faults(case, faults):
        case.add(
            fault.code,
            f"{fault.sentence}; {claim.declaration.id} rests on it for {HERE}.",
            frames=claim.frames,
            declaration=claim.declaration.id,
            about=(reference,),
            cap=fault.cap,
        )


def _terms(case: Case, claim: Claim) -> None:
    """What was put into the tools, against what they do with it."""
    declaration, paper = claim.declaration, case.court.paper
    if paper is None or not set(declaration.inputs) & _PRIVATE:
        return
    what = listed(sorted(set(declaration.inputs) & _PRIVATE))
    open_to_all = {key: paper.tools[key] for key in sorted(set(declaration.tools)) if not _secured(paper.tools[key])}
    training = [key for key, tool in open_to_all.items() if tool.trains_on_inputs is Known.YES]
    unknown = [key for key in open_to_all if key not in training and not _safe(case, key, open_to_all[key])]
    for code, keys, said in (
        (Reason.DATA_TOOL_TRAINS_ON_INPUTS, training, "which trains on it"),
        (Reason.DATA_TOOL_TERMS_UNKNOWN, unknown, "and its terms on record don't say that it doesn't train on it"),
    ):
        if keys:
            message = f"{declaration.id} put {what} material into {listed(keys)}, {said} ({HERE})."
            case.add(code, message, frames=claim.frames, declaration=declaration.id, about=keys)


def _secured(tool: Tool) -> bool:
    return tool.enterprise_agreement is Known.YES


def _safe(case: Case, key: str, tool: Tool) -> bool:
    """Whether the tool is known not to train on inputs; terms that can't be found as recorded are no knowledge."""
    proof = case.court.paper.proof("tools", key) if case.court.paper else Proof.UNSTATED
    return tool.trains_on_inputs is Known.NO and proof in {Proof.PRESENT, Proof.UNSTATED}
