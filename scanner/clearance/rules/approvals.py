"""Whether what is declared needs written approval, and which frames of it are approved.

An approval clears the frames it reaches, for the tools and flags it names, and several may tile an asset. One that is
at fault explains why frames are left; it never makes things worse than no approval would, unless it was revoked or
its evidence changed. That, and that a valid approval never raises a verdict, hold whatever the policy says.
"""

import itertools
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from detectors.observation import Kind
from scanner.clearance.paper.model import Approval, ApprovalScope, Declaration
from scanner.clearance.rules.authority import (
    approval_needed,
    authority_faults,
    lacking_reason,
    letter_faults,
    replacements,
    successors,
)
from scanner.clearance.rules.case import HERE, Case
from scanner.clearance.rules.faults import PaperFault, gravity, note
from scanner.clearance.scope.declared import DeclaredClaim
from scanner.clearance.scope.selectors import ranges_in
from scanner.seen import SeenAsset
from scanner.terms.coverage import NOTHING, Frames, intersection, stretches, union
from scanner.terms.reasons import Reason
from scanner.terms.verdicts import Stage, Verdict, mildest, worst
from scanner.terms.wording import listed, plain
from scanner.terms.words import Involves
from scanner.written.answers import Answer, YesNo

_AGGRAVATING = frozenset({Reason.APPROVAL_REVOKED, Reason.APPROVAL_EVIDENCE_CHANGED})
_UNVERIFIED = frozenset(
    {Reason.APPROVAL_DATED_AFTER_DELIVERY, Reason.APPROVAL_EVIDENCE_MISSING, Reason.APPROVAL_CONDITIONS_OPEN}
)
"""Faults of an approval that may well be right and isn't shown to be: by the built-in policy milder than none."""
_RENEWED = "In approvals: a new one with `granted`, `scope`, `evidence` and `supersedes: [{}]`."
_WRITE: Mapping[Reason, str] = {
    Reason.APPROVAL_EXPIRED: _RENEWED,
    Reason.APPROVAL_REVOKED: _RENEWED,
    Reason.APPROVAL_DATED_IN_FUTURE: _RENEWED,
    Reason.APPROVAL_DATED_AFTER_DELIVERY: "In approvals, {}: correct `granted`, or wait for who gave it to confirm it.",
    Reason.APPROVAL_OTHER_TOOL: "In approvals, {}: have it extended, then write `scope.tools`.",
    Reason.APPROVAL_OUT_OF_SCOPE: "In approvals, {}: have it extended, then write its `scope`.",
    Reason.APPROVAL_CONDITIONS_OPEN: "In approvals, {}: `met: yes` and `met_on` of each of its `conditions`.",
}
"""What to write into the paper, with the id of the approval."""


_SHOWING_NOTHING = frozenset({"document", "other"})
"""Kinds of files that have no picture or sound of their own."""


@dataclass(frozen=True, slots=True)
class _Standing:
    """One approval as far as it concerns one declaration of one asset.

    `held` are the frames that it reaches, in layers; `faults` keep it from clearing anything; `short` are for tools and
    flags that it leaves out, while others are in its scope.
    """

    approval: Approval
    held: Frames
    faults: tuple[PaperFault, ...]
    short: tuple[PaperFault, ...]

    def reasons(self) -> frozenset[Reason]:
        """All that is wrong with it here."""
        return frozenset(fault.reason for fault in (*self.faults, *self.short))

    @property
    def clean(self) -> bool:
        """Whether it clears something."""
        return not self.faults

    @property
    def unverified(self) -> bool:
        """Whether it would clear something if it were shown to hold."""
        return bool(self.faults) and all(fault.reason in _UNVERIFIED for fault in self.faults)


def judge_approvals(case: Case, claim: DeclaredClaim) -> Frames:
    """Add what is left unapproved of one declaration; give the frames that are approved, in layers."""
    standings = _cited(case, claim)
    approved = NOTHING
    why = approval_needed(case, claim.declaration) if _owed_here(case, claim) else ""
    for held, holders in stretches(claim.held, [standing.held for standing in standings]):
        frames = case.layers.touched(held)
        reaching = [standings[holder] for holder in holders]
        elsewhere = [standing for index, standing in enumerate(standings) if index not in holders]
        clean = [standing for standing in reaching if standing.clean]
        if _complete(claim.declaration, clean):
            approved |= held
            if why:
                _late(case, claim, frames, clean)
        elif why:
            _left(case, claim, frames, reaching, elsewhere, why)
    for standing in standings:
        if standing.clean and standing.held & claim.held:
            case.court.tally.use("approvals", standing.approval.id, case.asset)
        note(case, "approvals", standing.approval.id, standing.faults)
    return approved


def _owed_here(case: Case, claim: DeclaredClaim) -> bool:
    """Whether this is where approval of a declaration is asked for, in a file of which it speaks with all its parts.

    Each part in which AI was seen asks for itself, and the file for what it shows itself; a part in which nothing was
    seen is no other matter than its file. What shows nothing itself, as a document does, asks where no part does.
    """
    roster, claims = case.court.roster, case.court.book.claims
    owner = roster.owners[case.index]
    if case.subject.part is not None:
        of_its_file = any(other.declaration is claim.declaration for other in claims[owner])
        return not of_its_file or _shows_ai(case.subject)
    if case.subject.kind not in _SHOWING_NOTHING or _shows_ai(case.subject.main_view()):
        return True
    return not any(
        other.declaration is claim.declaration and _shows_ai(roster.subjects[index])
        for index in roster.parts_of({owner})
        for other in claims[index]
    )


def _shows_ai(subject: SeenAsset) -> bool:
    return any(each.kind is Kind.AI and (each.strength.established or each.suspect) for each in subject.observations)


def _cited(case: Case, claim: DeclaredClaim) -> list[_Standing]:
    """The approvals that a declaration lists; instead of one that was superseded, what replaced it if in order."""
    approvals = {each.id: each for each in (case.court.paper.approvals if case.court.paper else ())}
    replaced = replacements(case)
    standings = []
    for key in sorted(set(claim.declaration.approvals) & set(approvals)):
        last, passed = key, set[str]()
        while last in replaced and last not in passed:  # the reader refuses circles; nothing here may hang on one
            passed.add(last)
            last = replaced[last]
        standing = _standing(case, claim, approvals[last])
        if last != key:
            case.court.tally.fault("approvals", key, f"superseded by {last}")
        if last == key or standing.clean:
            standings.append(standing)
    by_id = {each.approval.id: each for each in standings}
    return [by_id[key] for key in sorted(by_id)]


def _complete(declaration: Declaration, standings: Iterable[_Standing]) -> bool:
    """Whether the approvals together are for every tool and every flag of the declaration."""
    scopes = [standing.approval.scope for standing in standings]
    pairs = itertools.product(declaration.tools or (None,), declaration.involves or (None,))
    return all(any(_speaks(scope, tool, flag) for scope in scopes) for tool, flag in pairs)


def _speaks(scope: ApprovalScope, tool: str | None, flag: Involves | None) -> bool:
    for_tool = tool is None or not scope.tools or tool in scope.tools
    return for_tool and (flag is None or not scope.involves or flag in scope.involves)


def _left(
    case: Case,
    claim: DeclaredClaim,
    frames: Frames,
    reaching: Sequence[_Standing],
    elsewhere: Sequence[_Standing],
    why: str,
) -> None:
    """What is said of frames that need approval and have none: the mildest that any approval allows."""
    declaration = claim.declaration
    base = lacking_reason(case, declaration)
    levels = [case.verdict(base)]
    levels += [case.verdict(Reason.APPROVAL_OUT_OF_SCOPE)] if elsewhere else []
    levels += [_level(case, each) for each in reaching if not each.reasons() & _AGGRAVATING]
    relied = _unverified(case, declaration, reaching)
    if relied:
        cap = mildest(*levels, *[worst(*(_level(case, each) for each in relied))])
        _explain(case, claim, frames, relied, cap)
    elif reaching:
        _explain(case, claim, frames, reaching, mildest(*levels))
    elif elsewhere:
        reaches = listed(sentence for each in elsewhere for sentence in _reach(each.approval))
        case.add(
            Reason.APPROVAL_OUT_OF_SCOPE,
            f"No approval of {declaration.id} reaches {HERE}: {reaches}.",
            frames=frames,
            declaration=declaration.id,
            approval=elsewhere[0].approval.id,
            cap=mildest(*levels),
            write=_WRITE[Reason.APPROVAL_OUT_OF_SCOPE].format(listed(each.approval.id for each in elsewhere)),
        )
    elif base == Reason.APPROVAL_MISSING:
        message = f"{declaration.id} has no approval for {HERE}; it needs one in writing because {why}."
        message += successors(case, declaration)
        write = f"In {declaration.id}: `approvals: [...]`, and the approval in `approvals` with its `evidence`."
        case.add(base, message, frames=frames, declaration=declaration.id, write=write)
    else:
        message = (
            f"{declaration.id} declares incidental background in {HERE}, without approval: somebody has to judge it."
        )
        write = f"In {declaration.id}: `approvals: [...]` once there is one, or another `use`."
        case.add(base, message, frames=frames, declaration=declaration.id, write=write)


def _unverified(case: Case, declaration: Declaration, reaching: Sequence[_Standing]) -> list[_Standing]:
    """The mildest unverified approvals that would do, together with the clean ones; empty where they wouldn't."""
    clean = [standing for standing in reaching if standing.clean]
    soft = sorted(
        (standing for standing in reaching if standing.unverified),
        key=lambda each: (_level(case, each).rank, each.approval.id),
    )
    for count in range(1, len(soft) + 1):
        if _complete(declaration, [*clean, *soft[:count]]):
            level = _level(case, soft[count - 1])
            return [each for each in soft if _level(case, each).rank <= level.rank]
    return []


def _level(case: Case, standing: _Standing) -> Verdict:
    """How grave an approval's faults are; leaving out some tools or flags is one only where there is no other."""
    return gravity(case, standing.faults or standing.short)


def _explain(case: Case, claim: DeclaredClaim, frames: Frames, standings: Sequence[_Standing], cap: Verdict) -> None:
    """One finding a fault, naming every approval that has it."""
    sentences: dict[Reason, list[str]] = {}
    writes: dict[Reason, list[str]] = {}
    first: dict[Reason, str] = {}
    for standing in standings:
        for fault in standing.faults or standing.short:
            sentences.setdefault(fault.reason, []).append(fault.sentence)
            written = _WRITE.get(fault.reason, "").format(standing.approval.id)
            writes.setdefault(fault.reason, []).append(fault.write or written)
            first.setdefault(fault.reason, standing.approval.id)
    for reason in sorted(sentences):
        case.add(
            reason,
            f"{listed(sentences[reason])}; {claim.declaration.id} rests on it for {HERE}.",
            frames=frames,
            declaration=claim.declaration.id,
            approval=first[reason],
            cap=None if reason in _AGGRAVATING else cap,
            write=" ".join(dict.fromkeys(writes[reason])),
        )


def _late(case: Case, claim: DeclaredClaim, frames: Frames, clean: Sequence[_Standing]) -> None:
    """Tell of approvals that came after the work, where no earlier ones do. It never weighs more than having none."""
    made = claim.declaration.generated
    early = [each for each in clean if made is None or each.approval.granted <= made]
    if _complete(claim.declaration, early):
        return
    late = [each.approval for each in clean if each not in early]
    dates = listed(f"{approval.id} was granted on {approval.granted}" for approval in late)
    case.add(
        Reason.APPROVAL_AFTER_GENERATION,
        f"{dates}, after {claim.declaration.id} says that {HERE} had been made, on {made}.",
        frames=frames,
        declaration=claim.declaration.id,
        approval=late[0].id,
        cap=case.verdict(lacking_reason(case, claim.declaration)),
    )


def _standing(case: Case, claim: DeclaredClaim, approval: Approval) -> _Standing:
    declaration, scope = claim.declaration, approval.scope
    tools = [tool for tool in declaration.tools if scope.tools and tool not in scope.tools]
    flags = [flag for flag in declaration.involves if scope.involves and flag not in scope.involves]
    other_tool = PaperFault(
        Reason.APPROVAL_OTHER_TOOL,
        f"{approval.id} is for {listed(sorted(scope.tools))}, not for {listed(sorted(tools))}",
    )
    other_flag = PaperFault(Reason.APPROVAL_OUT_OF_SCOPE, f"{approval.id} doesn't speak of {listed(sorted(flags))}")
    faults = [
        *_date_faults(case, approval),
        *_scope_faults(case, declaration, approval),
        *authority_faults(case, approval),
        *letter_faults(case, approval),
        *_open_conditions(case, approval),
    ]
    short: list[PaperFault] = []
    if tools:
        (faults if len(tools) == len(declaration.tools) else short).append(other_tool)
    if flags:
        (faults if len(flags) == len(declaration.involves) else short).append(other_flag)
    return _Standing(approval, _frames(case, claim, approval), tuple(faults), tuple(short))


def _frames(case: Case, claim: DeclaredClaim, approval: Approval) -> Frames:
    """The frames, in layers, that an approval reaches; its numbers are those of the declaration, unless it says so.

    In a master that the declaration reaches through a timeline alone there are no such numbers: nothing is reached.
    """
    scope, roster = approval.scope, case.court.roster
    limits = []
    if scope.shots:
        limits.append(_of_its_line(case, approval, lambda i: union([roster.shot_in(i, code) for code in scope.shots])))
    if scope.assets:
        chosen = [case.court.pick(selector) for selector in scope.assets]
        limits.append(_of_its_line(case, approval, lambda i: union([each.frames.get(i) or NOTHING for each in chosen])))
    if scope.frames:
        first_frame = claim.first_frame if scope.first_frame is None else scope.first_frame
        stated = None if claim.through else ranges_in(case.subject, scope.frames, first_frame)
        limits.append(case.layers.lift(stated or NOTHING))
    return intersection(limits or [case.layers.lift(case.whole)])


def _of_its_line(case: Case, approval: Approval, reached: Callable[[int], Frames]) -> Frames:
    """What an approval reaches of an asset, and of those that it descends from where the approval covers that."""
    own = reached(case.index)
    if approval.covers_derivatives is not YesNo.YES:
        return own
    roster = case.court.roster
    lines = [(roster.layers(twin), reached(twin)) for twin in roster.twins(case.index)]
    return union([own, *(case.layers.lift(layers.full(held)) for layers, held in lines)])


def _reach(approval: Approval) -> list[str]:
    scope = approval.scope
    frames = ", ".join(f"{first}-{last}" for first, last in sorted(scope.frames or ()))
    limits = [
        f"shots {listed(sorted(scope.shots))}" if scope.shots else "",
        _reached_assets(scope),
        f"frames {frames}" if frames else "",
    ]
    return [f"{approval.id} is for {listed(limit for limit in limits if limit)}"]


def _reached_assets(scope: ApprovalScope) -> str:
    parts = sorted({selector.part for selector in scope.assets if selector.part})
    return f"part {listed(plain(part) for part in parts)} alone" if parts else "other assets" if scope.assets else ""


def _date_faults(case: Case, approval: Approval) -> Iterator[PaperFault]:
    delivered, as_of = case.court.context.delivered, case.court.context.as_of
    key, granted = approval.id, approval.granted
    if approval.revoked and approval.revoked <= as_of:
        yield PaperFault(Reason.APPROVAL_REVOKED, f"{key} was revoked on {approval.revoked}")
    if granted > as_of:
        sentence = f"{key} is dated {granted}, and it is judged as of {as_of}"
        yield PaperFault(Reason.APPROVAL_DATED_IN_FUTURE, sentence)
    elif granted > delivered:
        sentence = f"{key} was granted on {granted}, after delivery on {delivered}"
        yield PaperFault(Reason.APPROVAL_DATED_AFTER_DELIVERY, sentence)
    if approval.expires and approval.expires < delivered:
        sentence = f"{key} expired on {approval.expires}, before delivery on {delivered}"
        yield PaperFault(Reason.APPROVAL_EXPIRED, sentence)


def _scope_faults(case: Case, declaration: Declaration, approval: Approval) -> Iterator[PaperFault]:
    key, scope = approval.id, approval.scope
    stage, delivery = case.subject.stage, case.court.context.delivery
    reason = Reason.APPROVAL_OUT_OF_SCOPE
    if scope.stages and stage not in scope.stages:
        yield PaperFault(reason, f"{key} is for {listed(sorted(scope.stages))}, not for a {stage} delivery")
    elif not scope.stages and stage == Stage.FINAL:
        yield PaperFault(reason, f"{key} names no stages, and so is not for a final delivery")
    if scope.uses and declaration.use not in scope.uses:
        yield PaperFault(reason, f"{key} is for the use {listed(sorted(scope.uses))}, not {declaration.use}")
    if scope.deliveries and (delivery is None or delivery.id not in scope.deliveries):
        yield PaperFault(reason, f"{key} is for delivery {listed(sorted(scope.deliveries))}")


def _open_conditions(case: Case, approval: Approval) -> Iterator[PaperFault]:
    delivered = case.court.context.delivered
    unmet = sum(not _met(condition.met, condition.met_on, delivered) for condition in approval.conditions)
    if unmet:
        sentence = f"{approval.id} has {unmet} of {len(approval.conditions)} conditions open"
        yield PaperFault(Reason.APPROVAL_CONDITIONS_OPEN, sentence)


def _met(answer: Answer, on: date | None, delivered: date) -> bool:
    return answer is Answer.YES and (on is None or on <= delivered)
