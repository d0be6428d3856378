"""QC's decisions that a finding may stand: applied, never hiding anything, and reported where they don't hold.

A waived finding stays where it was, as info, with the verdict it had. A waiver is for one finding by its id, for a
limited time, and not from the side whose work it excuses.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from scanner.clearance.case import Court
from scanner.clearance.findings import Decision, Finding
from scanner.clearance.globs import same_name
from scanner.clearance.paper import Waiver
from scanner.clearance.verdicts import Verdict, mildest


@dataclass(frozen=True, slots=True)
class Refusal:
    """A waiver that doesn't hold: the reason code, the waiver, and a sentence."""

    reason: str
    waiver: str
    sentence: str


def apply(court: Court, findings: Mapping[int, list[Finding]]) -> list[Refusal]:
    """Waive what may be waived, in place; give the waivers that don't hold.

    Args:
        court: holds the paper with the waivers.
        findings: by asset, -1 for those of none.
    """
    waivers = sorted(court.paper.waivers if court.paper else (), key=lambda each: each.id)
    refusals: list[Refusal] = []
    waived: set[str] = set()
    for waiver in waivers:
        meant = [finding for row in findings.values() for finding in row if finding.id == waiver.finding]
        refused = _refused(court, waiver, meant)
        if refused:
            refusals.append(refused)
            court.tally.fault("waivers", waiver.id, refused.sentence)
            continue
        waived.add(waiver.finding)
        for asset, row in findings.items():
            for place, finding in enumerate(row):
                if finding.id == waiver.finding and finding.decision is None:
                    row[place] = _waived(finding, waiver)
                    court.tally.use("waivers", waiver.id, asset)
    by_id = {waiver.id: waiver.finding for waiver in waivers}
    return [each for each in refusals if by_id[each.waiver] not in waived]  # another waiver does its work


def _refused(court: Court, waiver: Waiver, meant: Sequence[Finding]) -> Refusal | None:
    """Why a waiver doesn't hold for the findings it is meant for; None where it does."""
    policy, as_of, key = court.policy.text, court.context.as_of, waiver.id
    if not meant:
        return Refusal("waiver.unused", key, f"{key} is for the finding {waiver.finding}, which isn't there")
    longest = policy.params.waiver_max_days
    reason = meant[0].reason
    hurdles = (
        (reason in policy.unwaivable, "waiver.not_allowed", f"is for {reason}, which can't be waived"),
        ((waiver.expires - waiver.created).days > longest, "waiver.not_allowed", f"holds for more than {longest} days"),
        (waiver.expires < as_of, "waiver.expired", f"expired on {waiver.expires}"),
        (waiver.created > as_of, "waiver.not_allowed", f"is dated {waiver.created}, later than {as_of}"),
        (
            same_name(waiver.by.org) in _excused(court, meant),
            "waiver.not_authorised",
            f"was given by {waiver.by.org}, whose own work it excuses",
        ),
    )
    return next((Refusal(code, key, f"{key} {said}") for stands, code, said in hurdles if stands), None)


def _excused(court: Court, findings: Iterable[Finding]) -> set[str]:
    """The organisations whose work the findings are about: the vendor, and who declared it."""
    delivery = court.context.delivery
    declared = {finding.declaration for finding in findings}
    organisations = [
        delivery.vendor if delivery else None,
        *(each.declared_by.org for each in (court.paper.declarations if court.paper else ()) if each.id in declared),
    ]
    return {same_name(org) for org in organisations if org}


def _waived(finding: Finding, waiver: Waiver) -> Finding:
    decision = Decision(
        kind="waived",
        verdict=finding.verdict,
        reason=waiver.reason,
        note=waiver.note,
        by=f"{waiver.by.name}, {waiver.by.org}",
        until=waiver.expires.isoformat(),
    )
    return replace(finding, verdict=mildest(finding.verdict, Verdict.INFO), decision=decision)
