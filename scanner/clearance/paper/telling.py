"""The paper in words: what a set of files says, so that whoever wrote it can see whether it says what they meant."""

from collections.abc import Iterator

from scanner.clearance.paper.letters import ConsentScope
from scanner.clearance.paper.model import (
    Approval,
    Declaration,
    Delivery,
    LicenceScope,
    Paper,
    RecordRange,
    Selector,
    Tool,
)
from scanner.terms.words import Proof

_PROOFS = {
    Proof.PRESENT: "its evidence file is there",
    Proof.MISSING: "its evidence file is NOT there",
    Proof.CHANGED: "its evidence file is NOT the one that was recorded",
    Proof.UNSTATED: "no evidence file is named",
}


def told(paper: Paper) -> Iterator[str]:
    """The paper, line by line."""
    production = paper.production
    terms = f"{production.kind}, {production.fps} frames a second, days of {production.timezone}"
    yield f"{production.title} ({production.id}), {terms}"
    if production.approver_orgs:
        yield f"  may approve, besides those the policy names: {', '.join(production.approver_orgs)}"
    yield from (_delivery(each) for each in paper.deliveries)
    for declaration in paper.declarations:
        yield f"declaration {declaration.id}: {_claim(declaration, paper)}"
        yield from (f"  {line}" for line in _declared(declaration))
    yield from (f"approval {each.id}: {_approval(each, paper)}" for each in paper.approvals)
    for consent in paper.consents:
        until = f", until {consent.expires}" if consent.expires else ""
        until += f", WITHDRAWN {consent.withdrawn}" if consent.withdrawn else ""
        what = f"{consent.kind} for {consent.scope.production}: {consent.scope.description}{_limits(consent.scope)}"
        yield f"consent {consent.id}: {what}; given {consent.granted}{until}; {_proof(paper, 'consents', consent.id)}"
    for licence in paper.licences:
        term = " ".join(f"{word} {day}" for word, day in (("from", licence.starts), ("to", licence.ends)) if day)
        term += f"; REVOKED {licence.revoked}" if licence.revoked else ""
        about = f"for {licence.reference} {term}{_limits(licence.scope)}"
        yield f"licence {licence.id}: {about}; {_proof(paper, 'licences', licence.id)}"
    for waiver in paper.waivers:
        yield f"waiver {waiver.id}: finding {waiver.finding} may stand until {waiver.expires} ({waiver.reason})"
    for confirmation in paper.confirmations:
        what = f"finding {confirmation.finding} is what it looks like"
        yield f"confirmation {confirmation.id}: {what} ({confirmation.reason})"


def _delivery(delivery: Delivery) -> str:
    when = f"delivered {delivery.delivered}" if delivery.delivered else "no day of delivery: the day of the judgement"
    stage = delivery.stage or "no stage: judged as final"
    conforms = ", ".join(conform.file for conform in delivery.conform)
    run = f"; until {delivery.runs_until}" if delivery.runs_until else ""
    shown = f"{_limits(delivery)}{run}{f'; conform {conforms}' if conforms else ''}"
    return f"delivery {delivery.id}: {stage}; {when}{shown}"


def _limits(stated: ConsentScope | LicenceScope | Delivery) -> str:
    """The media and territories that are stated, and the uses and shots of a consent."""
    lists = ((name, getattr(stated, name, ())) for name in ("media", "territories", "uses", "shots"))
    return "".join(f"; {name}: {', '.join(map(str, words))}" for name, words in lists if words)


def _claim(declaration: Declaration, paper: Paper) -> str:
    if not declaration.positive:
        return f"no generative AI, says {declaration.declared_by.name}"
    tools = ", ".join(_tool(paper.tools.get(key), key) for key in declaration.tools)
    involves = f", involving {', '.join(declaration.involves)}" if declaration.involves else ""
    return f"generative AI as {declaration.use} with {tools}{involves}, says {declaration.declared_by.name}"


def _declared(declaration: Declaration) -> Iterator[str]:
    for selector in declaration.assets:
        yield f"in {in_words(selector)}"
    if declaration.shots:
        yield f"in shots {', '.join(declaration.shots)}"
    if declaration.timeline:
        yield f"in {in_words(declaration.timeline)}"
    if declaration.frames:
        yield f"only frames {in_ranges(declaration.frames)}"
    for selector in declaration.exclude:
        yield f"but not in {in_words(selector)}"
    unsure = [key for key, answer in declaration.principles if answer == "unsure"]
    if declaration.positive and unsure:
        yield f"unsure, or blank: {', '.join(unsure)}"
    told = declaration.audience_disclosure
    if told and told.how:
        place = "-".join(dict.fromkeys(told.timecode or ())) or told.card or "nobody says where"
        yield f"viewers are told by {told.how}, at {place}"
    if declaration.positive:
        yield f"approvals: {', '.join(declaration.approvals) or 'none'}"


def _approval(approval: Approval, paper: Paper) -> str:
    scope = approval.scope
    stages = ", ".join(scope.stages) or "no stage named, so not for a final delivery"
    until = f" until {approval.expires}" if approval.expires else ""
    gone = f"; REVOKED {approval.revoked}" if approval.revoked else ""
    lists = (("uses", scope.uses), ("tools", scope.tools), ("shots", scope.shots), ("deliveries", scope.deliveries))
    narrowed = "".join(f"; {name}: {', '.join(map(str, chosen))}" for name, chosen in lists if chosen)
    files = "; ".join(in_words(selector) for selector in scope.assets)
    frames = f"; frames {in_ranges(scope.frames)}" if scope.frames else ""
    return (
        f"by {approval.approver.name}, {approval.approver.org}, on {approval.granted}{until}{gone}; {stages}{narrowed}"
        f"{f'; in {files}' if files else ''}{frames}; {_proof(paper, 'approvals', approval.id)}"
    )


def _tool(tool: Tool | None, key: str) -> str:
    return " ".join(filter(None, (tool.name, tool.version))) if tool else key


def in_words(selector: Selector | RecordRange) -> str:
    """What a selector names, or a range of a timeline."""
    if isinstance(selector, RecordRange):
        named = [part for part in (selector.reel, "-".join(selector.record or ())) if part]
        return f"the timeline at {', '.join(named)}"
    names = (selector.path, selector.sequence, selector.shot and f"shot {selector.shot}")
    named = [part for part in (*names, selector.reel and f"reel {selector.reel}") if part]
    if selector.part:
        named.append(f"its part {selector.part}")
    if selector.sha256:
        named.append(f"{'with' if named else 'the bytes with'} sha256 {selector.sha256[:12]}…")
    if selector.asset_id:
        named.append(f"asset_id {selector.asset_id}")
    if selector.frames:
        named.append(f"frames {in_ranges(selector.frames)}")
    if selector.first_frame is not None:
        named.append(f"the first being {selector.first_frame}")
    if selector.tc:
        named.append("-".join(selector.tc))
    return ", ".join(named)


def in_ranges(frames: tuple[tuple[int, int], ...]) -> str:
    """Ranges of frames as the paper writes them."""
    return ", ".join(f"{first}-{last}" for first, last in frames)


def _proof(paper: Paper, section: str, key: str) -> str:
    return _PROOFS[paper.proof(section, key)]
