"""The judgement: what was observed in every asset of a drop, against the paper and the policy.

Pure: everything it goes by is handed in, nothing is read, and the order of assets or of entries in the paper changes
nothing but the order of what comes out. Read `judge` top to bottom; each rule lives in the module it is called from.
"""

from collections.abc import Sequence

from detectors.observation import CONTRADICTION, Kind
from scanner.clearance.paper.model import Paper
from scanner.clearance.policy.policy import Policy
from scanner.clearance.rules.approvals import judge_approvals
from scanner.clearance.rules.case import HERE, Case, Court, first, identity
from scanner.clearance.rules.disclosure import answered, binding, judge_disclosure, positive, signs_of
from scanner.clearance.rules.licences import judge_matches
from scanner.clearance.rules.names import judge_name
from scanner.clearance.rules.obligations import judge_obligations
from scanner.clearance.rules.owed import judge_copies, judge_unfound, unfound_sentences
from scanner.clearance.rules.waivers import apply
from scanner.clearance.rules.watched import judge_prompts
from scanner.clearance.scope.context import Context
from scanner.clearance.scope.declared import read_book
from scanner.clearance.scope.masters import misfit_sentence
from scanner.clearance.scope.roster import Roster
from scanner.seen import Remark, SeenAsset
from scanner.terms.coverage import NOTHING, Frames
from scanner.terms.findings import AssetJudgement, Decision, Finding, Judgement, Usage
from scanner.terms.reason_texts import REASONS
from scanner.terms.reasons import Reason
from scanner.terms.verdicts import Verdict, mildest, worst
from scanner.terms.wording import considered, listed, plain, seen, sentence

__all__ = ["AssetJudgement", "Context", "Decision", "Finding", "Judgement", "SeenAsset", "Usage", "judge"]

_DROP = -1
_PLACES = 160
"""Characters of the places of two marks."""
_CREDENTIALS = {
    "tampered": (Reason.CREDENTIAL_INVALID, "doesn't match the file: something was changed after signing"),
    "invalid": (Reason.CREDENTIAL_INVALID, "doesn't check"),
    "unreadable": (Reason.CREDENTIAL_INVALID, "is there and can't be read"),
    "expired": (Reason.CREDENTIAL_EXPIRED, "is intact, and its signer's certificate has expired"),
    "untrusted": (Reason.CREDENTIAL_UNTRUSTED, "is intact, and its signer is on no trust list"),
    "stripped": (Reason.CREDENTIAL_STRIPPED, "is gone, and what the file says of itself shows that it had one"),
    "remote_only": (Reason.CREDENTIAL_REMOTE_ONLY, "is only referred to, at an address that was not visited"),
}
"""By the status of a credential observation; a trusted one is no finding."""


def judge(
    subjects: Sequence[SeenAsset],
    paper: Paper | None,
    policy: Policy,
    context: Context,
    remarks: Sequence[Remark] = (),
) -> Judgement:
    """Judge a drop.

    Args:
        subjects: its assets, with what was observed in them.
        paper: the production's paper, None where there is none: then everything is undeclared.
        policy: what is needed, and how grave each reason is.
        context: what the drop is for, and the days that dates are held against.
        remarks: what is known of the delivery and belongs to none of its assets.
    """
    root = context.delivery.root if context.delivery else "."
    roster = Roster.of(subjects, root, context.drop_name, context.left_out).with_timelines(paper, context.delivery)
    book = read_book(paper, roster, context, policy.text.params.blanket_match_ratio)
    court = Court(paper, policy, context, roster, book)
    findings = {index: _asset(Case(court, index)) for index in range(len(subjects))}
    for index in range(len(subjects), len(roster.subjects)):
        findings[roster.owner(index)] += _part(Case(court, index))
    findings[_DROP] = [
        *_unfound(court),
        *judge_unfound(court),
        *(
            _finding(court, Reason.CONFORM_MISFIT, f"{misfit_sentence(misfit)}.", " ".join(misfit.files))
            for misfit in roster.masters.astray
        ),
        *(_finding(court, remark.reason, sentence(remark.message), remark.about) for remark in remarks),
    ]
    refusals = apply(court, findings)
    about_drop = findings.pop(_DROP) + [
        _finding(court, refusal.reason, f"{refusal.sentence}.", refusal.about) for refusal in refusals
    ]
    covered = book.covered(roster)
    return Judgement(
        assets=tuple(_judged(subject, findings[index]) for index, subject in enumerate(subjects)),
        findings=_in_order(about_drop),
        declarations=tuple(
            Usage(key, covered[key], first(problems)) for key, problems in sorted(book.problems.items())
        ),
        approvals=court.tally.usage("approvals", [entry.id for entry in paper.approvals] if paper else []),
        consents=court.tally.usage("consents", [entry.id for entry in paper.consents] if paper else []),
        licences=court.tally.usage("licences", [entry.id for entry in paper.licences] if paper else []),
        waivers=court.tally.usage("waivers", [entry.id for entry in paper.waivers] if paper else []),
        confirmations=court.tally.usage("confirmations", [entry.id for entry in paper.confirmations] if paper else []),
    )


def _seen(case: Case) -> Frames:
    """All that follows from what was seen in an asset, or in a part of one; the frames of it that are approved."""
    _problems(case)
    judge_disclosure(case)
    approved = NOTHING
    for claim in positive(case):
        cleared = judge_approvals(case, claim)
        judge_obligations(case, claim, cleared)
        approved |= cleared
    for claim in binding(case):
        judge_obligations(case, claim, judge_approvals(case, claim))
    judge_copies(case)
    judge_matches(case)
    judge_prompts(case)
    _contradictions(case)
    _credentials(case)
    return approved


def _part(case: Case) -> list[Finding]:
    _seen(case)
    return list(case.findings.values())


def _asset(case: Case) -> list[Finding]:
    approved = _seen(case)
    if not case.findings:
        negative = [claim.declaration.id for claim in case.claims if not claim.declaration.positive]
        statement = f" {listed(negative)} states that none was used." if negative else ""
        hints = signs_of(case.subject.observations).hints if answered(case) else ()
        what = f" What suggests it ({seen(case.observed(hints))}) is answered by that." if hints else ""
        aside = considered(case.aside.considered)
        message = f"No evidence of generative AI was seen in what was looked at.{statement}{what}{aside}"
        case.add(Reason.AI_NO_EVIDENCE, message, declaration=next(iter(negative), None), observations=hints)
    judge_name(case, approved)
    misfit = case.court.roster.masters.misfits.get(case.index)
    if misfit:
        case.add(Reason.CONFORM_MISFIT, f"{misfit_sentence(misfit)}.", about=misfit.files)
    _remarks(case)
    return list(case.findings.values())


def _judged(subject: SeenAsset, findings: Sequence[Finding]) -> AssetJudgement:
    verdict = worst(*(finding.verdict for finding in findings))
    if subject.owed and not subject.examined:
        verdict = worst(verdict, Verdict.REVIEW)  # nobody has looked inside, whatever was waived
    return AssetJudgement(verdict, _in_order(findings))


def _problems(case: Case) -> None:
    """What kept the asset from being examined; each is a finding, and one that wasn't examined has at least one."""
    subject = case.subject
    by_reason: dict[Reason, list[str]] = {}
    for problem in subject.problems:
        by_reason.setdefault(problem.code, []).append(sentence(problem.message))
    within = f"In {HERE}: " if subject.part else ""
    for reason, messages in by_reason.items():
        case.add(reason, f"{within}{' '.join(dict.fromkeys(messages))}")
    if not subject.examined and not subject.problems:
        reason = Reason.SCAN_UNREADABLE if subject.owed else Reason.SCAN_OTHER_FILE
        case.add(reason, "It was not examined.")


def _remarks(case: Case) -> None:
    """How it was delivered. Says nothing of what is in it, so it never stands in for what was seen there."""
    by_reason: dict[Reason, list[str]] = {}
    for remark in case.subject.remarks:
        by_reason.setdefault(remark.reason, []).append(sentence(remark.message))
    for reason, messages in by_reason.items():
        case.add(reason, " ".join(dict.fromkeys(messages)))


def _contradictions(case: Case) -> None:
    """Marks that can't both be true, wherever a detector says so; declared or not, one of them is wrong."""
    for index, observation in enumerate(case.subject.observations):
        if observation.rule == CONTRADICTION:
            place = plain(observation.where, _PLACES)
            message = f"Marks in {HERE} contradict each other about how it was made: {place}."
            case.add(Reason.AI_MARKS_CONTRADICT, message, observations=[index], frames=case.region(observation))


def _credentials(case: Case) -> None:
    for index, observation in enumerate(case.subject.observations):
        status = observation.facts.get("status")
        if observation.kind is Kind.CREDENTIAL and isinstance(status, str) and status in _CREDENTIALS:
            reason, predicate = _CREDENTIALS[status]
            place = observation.facts.get("misplaced")
            if isinstance(place, str):
                predicate = f"lies where no reader looks for one ({place}): somebody hid it, or a program misplaced it"
            elif observation.facts.get("covers_less") is True:
                predicate = "covers less than it may: it leaves out more of the file than itself"
            message = f"The Content Credential {predicate}."
            case.add(reason, message, observations=[index], frames=case.region(observation))


def _unfound(court: Court) -> list[Finding]:
    """Declarations with lines that select nothing in this drop; for another delivery that is no fault."""
    findings = []
    for unfound, message in unfound_sentences(court):
        declaration = unfound.declaration
        lines = [*(text for _, text in unfound.lines[unfound.silent :]), *unfound.exclusions]
        if unfound.for_us:
            about = [] if unfound.all else lines
            findings.append(
                _finding(court, Reason.DECLARATION_MATCHES_NOTHING, f"{message}.", declaration.id, about=about)
            )
        elif unfound.all:
            other = (
                f"{declaration.id} is for delivery {listed(sorted(declaration.deliveries))} and selects nothing here."
            )
            findings.append(_finding(court, Reason.DECLARATION_MATCHES_NOTHING, other, declaration.id, Verdict.INFO))
    return findings


def _finding(
    court: Court, reason: Reason, message: str, key: str, cap: Verdict = Verdict.FAIL, about: Sequence[str] = ()
) -> Finding:
    """A finding that belongs to no asset. `key`: the declaration, or what else it is about; `about`: what of it."""
    return Finding(
        id=identity(reason, "", None, key, *about),
        reason=reason,
        verdict=mildest(court.policy.verdict(reason, court.context.stage), cap),
        span=None,
        shot=None,
        observations=(),
        declaration=key if reason.startswith("declaration.") else None,
        approval=None,
        principles=court.policy.behind(reason),
        message=message,
        remedy=REASONS[reason].remedy,
    )


def _in_order(findings: Sequence[Finding]) -> tuple[Finding, ...]:
    """The worst first, then by reason and place."""
    return tuple(
        sorted(
            findings,
            key=lambda each: (
                -each.verdict.rank,
                each.reason,
                (each.span.first_frame, each.span.last_frame) if each.span else (-1, -1),
                each.declaration or "",
                each.id,
            ),
        )
    )
