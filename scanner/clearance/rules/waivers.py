"""QC's decisions about single findings: applied, never hiding anything, and reported where they don't hold.

A waived finding stays where it was, as info; a confirmed one becomes a fail; both keep the verdict they had. A
decision is for one finding by its id, and a waiver for a limited time and not from the side whose work it excuses; who
may not approve doesn't waive what is lacking of an approval.
What speaks against somebody's own work needs no such trust, so their confirmation counts, and is told.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from scanner.clearance.paper.model import Paper
from scanner.clearance.paper.qc import Confirmation, Waiver
from scanner.clearance.policy.policy import Policy
from scanner.clearance.rules.authority import barred
from scanner.clearance.rules.case import Court, same_but_stated
from scanner.terms.findings import Decision, DecisionKind, Finding
from scanner.terms.patterns import same_name
from scanner.terms.reasons import Reason
from scanner.terms.verdicts import Verdict, mildest
from scanner.terms.wording import listed


@dataclass(frozen=True, slots=True)
class Refusal:
    """A decision that doesn't hold: the reason, the decision, and a sentence. `about` tells it from others."""

    reason: Reason
    entry: str
    sentence: str
    about: str


FindingsByAsset = Mapping[int, list[Finding]]
"""Findings by asset, -1 for those of none."""


def apply(court: Court, findings: FindingsByAsset) -> list[Refusal]:
    """Confirm and waive what may be, in place; give the decisions that don't hold.

    Args:
        court: holds the paper with the decisions.
        findings: by asset, -1 for those of none.
    """
    return [*_confirm(court, findings), *_waive(court, findings)]


def objection(
    decision: Waiver | Confirmation, reason: str, verdict: Verdict, policy: Policy, as_of: date
) -> tuple[Reason, str] | None:
    """Why a decision doesn't hold for a finding of this reason and verdict, whoever gave it; None where it does.

    Returns:
        The reason, and what the decision is or does, to follow its id.
    """
    hurdles: list[tuple[bool, Reason, str]] = [
        (
            decision.expires is not None and decision.expires < as_of,
            Reason.WAIVER_EXPIRED,
            f"expired on {decision.expires}",
        ),
        (decision.created > as_of, Reason.WAIVER_NOT_ALLOWED, f"is dated {decision.created}, later than {as_of}"),
    ]
    if isinstance(decision, Waiver):
        longest = policy.text.params.waiver_max_days
        allowed = (decision.expires - decision.created).days <= longest
        hurdles = [
            (reason in policy.text.unwaivable, Reason.WAIVER_NOT_ALLOWED, f"is for {reason}, which can't be waived"),
            (not allowed, Reason.WAIVER_NOT_ALLOWED, f"holds for more than {longest} days"),
            *hurdles,
        ]
    else:
        settled = "a fail already" if verdict is Verdict.FAIL else f"only {verdict}"
        against = Reason.WAIVER_UNUSED if verdict is Verdict.FAIL else Reason.WAIVER_NOT_ALLOWED
        why = f"is for a finding that is {settled}; one for review can be confirmed"
        hurdles = [*hurdles, (verdict is not Verdict.REVIEW, against, why)]
    return next(((against, why) for stands, against, why in hurdles if stands), None)


def own_work(decision: Waiver | Confirmation, organisations: Collection[str | None]) -> bool:
    """Whether a decision comes from one of the organisations whose work the finding is about."""
    return same_name(decision.by.org) in {same_name(org) for org in organisations if org}


def overreach(
    waiver: Waiver, reasons: Iterable[str], policy: Policy, paper: Paper | None, vendors: Iterable[str | None]
) -> str:
    """Why somebody who may not approve may not waive this, since that would be to approve it; empty if they may."""
    approved = sorted(set(reasons) & set(policy.text.only_approvers_waive))
    why = barred(waiver.by.org, policy, paper, vendors) if approved else ""
    return f"lets {listed(approved)} stand, which is to approve it, and was given by {why}" if why else ""


def _confirm(court: Court, findings: FindingsByAsset) -> list[Refusal]:
    refusals: list[Refusal] = []
    confirmed: set[str] = set()
    before = {asset: list(row) for asset, row in findings.items()}
    entries = sorted(court.paper.confirmations if court.paper else (), key=lambda each: each.id)
    for entry in entries:
        meant = _meant(entry, before)
        meant = sorted(meant, key=lambda each: each.verdict is not Verdict.REVIEW)
        refused = _refused(court, entry, meant, before)
        if refused:
            refusals.append(refused)
            continue
        if own_work(entry, _organisations(court, meant)):
            why = f"was given by {entry.by.org}, whose own work it is about; it counts all the same"
            refusals.append(_refusal(court, entry, Reason.WAIVER_NOT_AUTHORISED, why))
        confirmed.add(entry.finding)
        _decide(court, findings, entry, {Verdict.REVIEW})
    return _still(refusals, entries, confirmed)


def _waive(court: Court, findings: FindingsByAsset) -> list[Refusal]:
    refusals: list[Refusal] = []
    waived: set[str] = set()
    entries = sorted(court.paper.waivers if court.paper else (), key=lambda each: each.id)
    for entry in entries:
        meant = _meant(entry, findings)
        refused = _refused(court, entry, meant, findings)
        if not refused and own_work(entry, _organisations(court, meant)):
            why = f"was given by {entry.by.org}, whose own work it excuses"
            refused = _refusal(court, entry, Reason.WAIVER_NOT_AUTHORISED, why)
        if not refused and (why := overreach(entry, [each.reason for each in meant], *_by_whom(court))):
            refused = _refusal(court, entry, Reason.WAIVER_NOT_AUTHORISED, why)
        if not refused and any(each.decision and each.decision.kind is DecisionKind.CONFIRMED for each in meant):
            refused = _refusal(court, entry, Reason.WAIVER_NOT_ALLOWED, "is for a finding that somebody has confirmed")
        if refused:
            refusals.append(refused)
            continue
        waived.add(entry.finding)
        _decide(court, findings, entry, set(Verdict))
    return _still(refusals, entries, waived)


def _still(
    refusals: Sequence[Refusal], entries: Iterable[Waiver | Confirmation], done: Collection[str]
) -> list[Refusal]:
    """The refusals that matter: where another decision does the work of one that doesn't hold, it is let go."""
    by_id = {entry.id: entry.finding for entry in entries}
    return [each for each in refusals if by_id[each.entry] not in done or each.about.startswith(_COUNTS)]


_COUNTS = "counted "
"""Before the id of a confirmation that is told of and holds nevertheless."""


def _meant(entry: Waiver | Confirmation, findings: FindingsByAsset) -> list[Finding]:
    return [finding for row in findings.values() for finding in row if finding.id == entry.finding]


def _refused(
    court: Court, entry: Waiver | Confirmation, meant: Sequence[Finding], findings: FindingsByAsset
) -> Refusal | None:
    """Why a decision doesn't hold for what it is meant for; None where it does, whoever gave it."""
    if not meant:
        why = f"is for the finding {entry.finding}, which isn't there{_lapsed(entry, findings)}"
        return _refusal(court, entry, Reason.WAIVER_UNUSED, why)
    objected = objection(entry, meant[0].reason, meant[0].verdict, court.policy, court.context.as_of)
    return _refusal(court, entry, *objected) if objected else None


def _lapsed(entry: Waiver | Confirmation, findings: FindingsByAsset) -> str:
    """That a decision was about what a declaration stated before, as the end of a sentence; empty where it wasn't."""
    changed = {
        finding.declaration
        for row in findings.values()
        for finding in row
        if finding.declaration and same_but_stated(finding.id, entry.finding)
    }
    if not changed:
        return ""
    stated = "states another use, involvement, input, answer, extent or tool by now"
    return f" any more: {listed(sorted(changed))} {stated}, or it was decided before those counted"


def _refusal(court: Court, entry: Waiver | Confirmation, reason: Reason, why: str) -> Refusal:
    """The refusal of a decision, of which the list of the paper tells too; `why` follows its id in the sentence."""
    confirmation = isinstance(entry, Confirmation)
    sentence = f"{entry.id} {why}"
    court.tally.fault("confirmations" if confirmation else "waivers", entry.id, sentence)
    counts = _COUNTS if confirmation and reason is Reason.WAIVER_NOT_AUTHORISED else "confirmation "
    return Refusal(reason, entry.id, sentence, f"{counts}{entry.id}" if confirmation else entry.id)


def _by_whom(court: Court) -> tuple[Policy, Paper | None, list[str | None]]:
    """What tells who may approve."""
    delivery = court.context.delivery
    return court.policy, court.paper, [delivery.vendor if delivery else None]


def _organisations(court: Court, findings: Iterable[Finding]) -> list[str | None]:
    """The organisations whose work the findings are about: the vendor, and who declared it."""
    delivery = court.context.delivery
    declared = {finding.declaration for finding in findings}
    return [
        delivery.vendor if delivery else None,
        *(each.declared_by.org for each in (court.paper.declarations if court.paper else ()) if each.id in declared),
    ]


def _decide(
    court: Court, findings: FindingsByAsset, entry: Waiver | Confirmation, verdicts: Collection[Verdict]
) -> None:
    """Mark each finding that is meant, has one of these verdicts, and was not decided before."""
    for asset, row in findings.items():
        for place, finding in enumerate(row):
            if finding.id == entry.finding and finding.decision is None and finding.verdict in verdicts:
                row[place] = _decided(finding, entry)
                court.tally.use("confirmations" if isinstance(entry, Confirmation) else "waivers", entry.id, asset)


def _decided(finding: Finding, entry: Waiver | Confirmation) -> Finding:
    waived = isinstance(entry, Waiver)
    decision = Decision(
        kind=DecisionKind.WAIVED if waived else DecisionKind.CONFIRMED,
        verdict=finding.verdict,
        reason=entry.reason,
        note=entry.note,
        by=f"{entry.by.name}, {entry.by.org}",
        until=entry.expires.isoformat() if entry.expires else None,
    )
    return replace(
        finding, verdict=mildest(finding.verdict, Verdict.INFO) if waived else Verdict.FAIL, decision=decision
    )
