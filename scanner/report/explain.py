"""Why: a reason code, or a finding of a report, in lines of text that a coordinator can act on and a lawyer can check.

Everything told is in the report, in the policy or in the table of reasons; nothing is judged here.
"""

import json
from collections.abc import Iterator, Sequence

from scanner.clearance.policy.policy import Policy
from scanner.report import wording
from scanner.report.lookup import LocatedFinding
from scanner.report.model import PAPER_SECTIONS, AssetRow, FindingRow, ObservationRow, Report, SpanRow
from scanner.report.text import visible
from scanner.terms.reason_texts import REASONS
from scanner.terms.reasons import NEVER_BELOW_REVIEW, NEVER_FAIL, Reason
from scanner.terms.verdicts import Stage

_AREAS = {
    "ai": "what was seen of generative AI, against what was declared",
    "declaration": "a declaration, against the files of the drop",
    "approval": "written approval of a declared use",
    "consent": "a performer's or an estate's consent to a declared use",
    "licence": "a licence for third-party material",
    "ip": "reference works that were recognised, or seem to be",
    "stage": "what the delivery is for",
    "data": "what was put into tools, against their terms",
    "factual": "programmes that viewers take for real",
    "credential": "Content Credentials (C2PA) in a file",
    "conform": "a timeline, against the master it is of",
    "waiver": "QC's decisions about single findings",
    "scan": "what could be examined, and how it was delivered",
}


def of_reason(reason: Reason, policy: Policy) -> list[str]:
    """What a reason means, how grave it is when, which rules it rests on, and what clears it."""
    text = REASONS[reason]
    lines = [
        f"{reason}: {text.title}",
        f"  about: {_AREAS[reason.partition('.')[0]]}",
        f"  what clears it: {text.remedy}",
        f"  verdict by {policy.id} {policy.version}: "
        + ", ".join(f"{stage} {policy.verdict(reason, stage)}" for stage in Stage),
    ]
    if reason in NEVER_FAIL:
        lines.append("  no policy can make it a fail: it rests on weak observations alone")
    if reason in NEVER_BELOW_REVIEW:
        lines.append("  no policy can put it below review: nobody has looked inside")
    days = policy.text.params.waiver_max_days
    waivable = "can't be waived" if reason in policy.text.unwaivable else f"can be waived, for {days} days at most"
    if reason in policy.text.only_approvers_waive and reason not in policy.text.unwaivable:
        waivable += ", by somebody who may approve"
    return [*lines, f"  waivers: it {waivable}", *_rule_lines(policy.behind(reason), policy)]


def of_finding(located: LocatedFinding, policy: Policy | None) -> list[str]:
    """Why a finding was made: rule, evidence, paper that was considered, and what would clear it.

    Args:
        located: the finding in its report.
        policy: the one that judged; None where it isn't known, then rules are named without their words.
    """
    finding = located.finding
    title = next((text.title for reason, text in REASONS.items() if reason == finding["reason"]), "")
    lines = [
        f"{finding['id']}: {finding['verdict']}, {finding['reason']}: {title}",
        f"  {finding['message']}",
        *(f"  in: {asset['path']} ({asset['kind']}, {asset['stage']})" for asset in located.assets),
    ]
    if not located.assets:
        lines.append("  in: the drop as a whole")
    if finding["span"]:
        lines.append(f"  where: {_place(finding['span'])}")
    if finding["shot"]:
        lines.append(f"  shot: {finding['shot']}")
    if finding["decision"]:
        lines.append(f"  decided: {wording.decided(finding)}")
    lines += [
        *_evidence_lines(located),
        *_paper_lines(located),
        f"  what would clear it: {finding['remedy']}",
        *(f"  what to write: {line}" for line in _to_write(located)),
        *(
            _rule_lines(finding["principles"], policy)
            if policy
            else [f"  rests on: {', '.join(finding['principles']) or 'no rule'} (the policy isn't at hand)"]
        ),
    ]
    return [visible(line) for line in lines]


def _to_write(located: LocatedFinding) -> Iterator[str]:
    """The line of paper that would answer a finding, where its form follows from the finding."""
    finding = located.finding
    key = finding["declaration"] or "a declaration"
    here = "; ".join(dict.fromkeys(_selector(asset, finding) for asset in located.assets))
    digests = ", ".join(dict.fromkeys(f"sha256: {asset['sha256']}" for asset in located.assets if asset["sha256"]))
    match finding["reason"]:
        case Reason.AI_UNDECLARED | Reason.AI_SUSPECTED_UNDECLARED | Reason.AI_ENHANCEMENT_UNDECLARED:
            yield f"a declaration with assets: [{here}] (`provscan declarations init` writes it)"
        case Reason.AI_PARTIALLY_DECLARED:
            yield f"in {key}, or in a declaration of its own: assets: [{here}]"
        case Reason.DECLARATION_MATCHES_NOTHING:
            yield f"in {key}: paths, shots and frames as the files have them; a movie counts from 0, unless first_frame"
            yield "  says which number its first frame has. If it isn't in this delivery: `deliveries: [the other one]`"
        case Reason.DECLARATION_TOO_BROAD:
            yield f"in {key}, instead of the pattern: {here}, and so on, or the whole codes of shots"
        case Reason.DECLARATION_CHECKSUM_MISMATCH if digests:
            yield f"in {key}, once this version is declared and approved: {digests}"
        case Reason.DECLARATION_DUPLICATE_CONTENT:
            yield f"in {key}, one more line: {here}; or covers_derivatives: yes there and in its approval"
        case Reason.DECLARATION_CONFLICT | Reason.DECLARATION_CONTRADICTED:
            yield f"in the declaration that is wrong: exclude: [{here}]; or one that supersedes it"
        case Reason.APPROVAL_MISSING:
            yield f"in {key}: approvals: [APP-…], and under approvals: an entry of that id with approver.name,"
            yield f"  approver.org, granted, scope: {{stages: [{_stage(located)}]}} and evidence.file, the letter"
        case _:
            return


def _stage(located: LocatedFinding) -> str:
    stages = {asset["stage"] for asset in located.assets} or {str(located.report["drop"]["stage"])}
    return ", ".join(sorted(stages))


def _selector(asset: AssetRow, finding: FindingRow) -> str:
    """The selector of an asset, or of the frames of it that a finding is about."""
    name = "sequence" if asset["kind"] == "sequence" else "path"
    span = finding["span"] if asset["kind"] in {"video", "sequence"} else None
    frames = f', frames: "{span["first_frame"]}-{span["last_frame"]}"' if span else ""
    return f"{{{name}: {json.dumps(asset['path'], ensure_ascii=False)}{frames}}}"


def _evidence_lines(located: LocatedFinding) -> Iterator[str]:
    ids = located.finding["observations"]
    asset = next((asset for asset in located.assets if located.finding in asset["findings"]), None)
    rows = [row for row in (asset["observations"] if asset else ()) if row["id"] in ids]
    if not rows:
        yield "  evidence: nothing that was seen in a file; it follows from the paper, or from how the scan went"
        return
    yield "  evidence:"
    for row in rows:
        yield from _observation_lines(row)


def _observation_lines(row: ObservationRow) -> Iterator[str]:
    yield f"    {row['id']} {row['rule']} ({row['detector']}), {row['strength']}"
    value = f" = {row['value']}" if row["value"] else ""
    yield f"      seen at: {row['where']}{value}"
    if row["generator"]:
        yield f"      generator: {row['generator']}"
    if row["span"]:
        yield f"      where: {_place(row['span'])}"
    for label, text in wording.facts(row):
        yield f"      {label}: {text}"
    if row["source"]:
        yield f"      the mark is described in: {row['source']}"


def _place(span: SpanRow) -> str:
    return ", ".join(part for part in (wording.frames(span), wording.between(span)) if part)


def _paper_lines(located: LocatedFinding) -> Iterator[str]:
    """The paper that the finding names, then whatever else was in hand: what it is used for, and its problems."""
    named_ids = {located.finding["declaration"], located.finding["approval"]}
    named_ids |= {key for key in _ids(located.report) if _mentioned(key, located.finding["message"])}
    lines = {key: list(_section_lines(located.report, named_ids, about=key)) for key in (True, False)}
    if not any(lines.values()):
        yield "  paper: none was given"
        return
    yield "  paper it is about:" if lines[True] else "  paper it is about: none"
    yield from lines[True]
    if lines[False]:
        yield "  other paper in hand:"
        yield from lines[False]


def _section_lines(report: Report, named_ids: set[str | None], *, about: bool) -> Iterator[str]:
    for section in PAPER_SECTIONS:
        for row in report.get(section) or ():  # type: ignore[attr-defined] # every section is a list of rows
            if (row["id"] in named_ids) is about:
                used = row["assets"] if section == "declarations" else row["used_by"]
                verb = "covers" if section == "declarations" else "used by"
                problems = "; ".join(row["problems"])
                yield f"    {row['id']} ({section}): {verb} {used}" + (f"; {problems}" if problems else "")


def _ids(report: Report) -> Iterator[str]:
    for section in PAPER_SECTIONS:
        yield from (row["id"] for row in report.get(section) or ())  # type: ignore[attr-defined] # as above


def _mentioned(key: str, message: str) -> bool:
    """Whether a message names an id as a word of its own."""
    return f" {key} " in f" {message.replace(',', ' ').replace(';', ' ').replace(':', ' ').replace('.', ' ')} "


def _rule_lines(keys: Sequence[str], policy: Policy) -> Iterator[str]:
    if not keys:
        yield f"  rests on: no rule that {policy.id} states; it says what was delivered, or how the scan went"
        return
    yield "  rests on:"
    for key in keys:
        rule = policy.principles.get(key)
        if rule is None:
            yield f"    {key}: not in {policy.id}"
            continue
        yield f"    {key}: {rule.text}"
        day = f", read {rule.read}" if rule.read else ""
        yield f"      {rule.source or 'no source stated'}{day}"
