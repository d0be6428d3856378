"""What is wrong with an entry of the paper on which something rests, whatever kind of paper it is.

An approval, a consent or a licence at fault clears nothing. Why is a sentence under a reason, and never weighs more
than its cap. What is asked of each kind of paper is its own rule's to say; here is what they share.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from scanner.clearance.rules.case import HERE, Case
from scanner.clearance.scope.declared import DeclaredClaim
from scanner.terms.coverage import Frames
from scanner.terms.patterns import same_name
from scanner.terms.reasons import Reason
from scanner.terms.verdicts import Verdict, mildest, worst
from scanner.terms.wording import listed, plain
from scanner.terms.words import Proof

_ALL = frozenset(
    {"all", "any", "all media", "all territories", "world", "worldwide", "the world", "universe", "global"}
)
"""Words for no restriction."""
_LETTER = "`evidence: {file: …}`, the letter as it was signed"


@dataclass(frozen=True, slots=True)
class PaperFault:
    """One thing that is wrong with one entry here.

    `sentence` names the entry, and has neither a capital nor a full stop. `cap` is what the fault weighs at most; None
    leaves that to the policy. `write`: what to write into which entry, a sentence.
    """

    reason: Reason
    sentence: str
    cap: Verdict | None = None
    write: str = ""


def gravity(case: Case, faults: Iterable[PaperFault]) -> Verdict:
    """How grave the gravest of these faults is for an asset; pass where there are none."""
    return worst(*(mildest(case.verdict(fault.reason), fault.cap or Verdict.FAIL) for fault in faults))


def least_faulty(case: Case, entries: Sequence[Sequence[PaperFault]]) -> Sequence[PaperFault]:
    """Of several entries for one thing, what is wrong with the one that is least at fault; it alone counts."""
    return min(entries, key=lambda faults: (bool(faults), gravity(case, faults).rank))


def note(case: Case, section: str, key: str, faults: Iterable[PaperFault]) -> None:
    """Have the list of the paper tell what is wrong with an entry: `note(case, "consents", "CON-1", faults)`."""
    for fault in faults:
        case.court.tally.fault(section, key, fault.sentence)


def proof_of(case: Case, section: str, key: str) -> Proof:
    """What became of the evidence of an entry: `proof_of(case, "tools", "firefly")`."""
    return case.court.paper.proof(section, key) if case.court.paper else Proof.UNSTATED


def evidence_faults(case: Case, section: str, key: str, *, changed: Reason, missing: Reason) -> list[PaperFault]:
    """What is wrong with the evidence of an entry: nothing, or one fault. Not to state any is no better than losing it.

    Args:
        case: the asset for which the entry is relied on.
        section: where the entry stands in the paper.
        key: its id.
        changed: the reason where the file isn't the one whose checksum was recorded.
        missing: the reason where there is no file; whatever it is, it weighs no more than a letter that can't be found.
    """
    proof = proof_of(case, section, key)
    if proof is Proof.PRESENT:
        return []
    if proof is Proof.CHANGED:
        sentence = f"the evidence of {key} is not the file whose checksum was recorded"
        write = (
            f"In {section}, {key}: restore the file that `evidence` names, or record the new one's sha256 once read."
        )
        return [PaperFault(changed, sentence, write=write)]
    lost = proof is Proof.MISSING
    what = "can't be found" if lost else "is not stated"
    write = f"In {section}, {key}: {'put the letter where `evidence.file` says' if lost else _LETTER}."
    cap = case.verdict(Reason.APPROVAL_EVIDENCE_MISSING)
    return [PaperFault(missing, f"the evidence of {key} {what}", cap, write)]


def rests_on(case: Case, claim: DeclaredClaim, faults: Sequence[PaperFault], frames: Frames, about: str) -> None:
    """A finding for each reason that paper is at fault for, on which a declared use rests.

    Args:
        case: the asset.
        claim: the declared use.
        faults: what is wrong with one entry, or with those for one thing.
        frames: where the use rests on it.
        about: tells which of its papers: an id, or a reference.
    """
    declaration = claim.declaration.id
    for reason in sorted({fault.reason for fault in faults}):
        same = [fault for fault in faults if fault.reason == reason]
        case.add(
            reason,
            f"{listed(fault.sentence for fault in same)}; {declaration} rests on it for {HERE}.",
            frames=frames,
            declaration=declaration,
            about=(about,),
            cap=gravity(case, same),
            write=" ".join(dict.fromkeys(fault.write for fault in same if fault.write)),
        )


def reach_faults(
    case: Case, key: str, reason: Reason, media: Sequence[str], territories: Sequence[str]
) -> Iterator[PaperFault]:
    """What keeps a right from reaching the media and territories of the delivery; `key` is the id of its entry.

    A delivery may state where and in what the work will be shown. Where it doesn't, a right that is restricted is a
    question. Names are compared as they are written, capitals and spaces apart.
    """
    delivery = case.court.context.delivery
    for what, granted, shown in (
        ("media", media, delivery.media if delivery else ()),
        ("territories", territories, delivery.territories if delivery else ()),
    ):
        names = {same_name(name) for name in granted}
        if not names or names & _ALL:
            continue
        limits = listed(map(plain, granted))
        lacking = [name for name in shown if same_name(name) not in names]
        if lacking:
            sentence = f"{key} is for the {what} {limits}, not for {listed(map(plain, lacking))}"
            yield PaperFault(reason, sentence, write=f"In {key}: `scope.{what}`, once it was extended.")
        elif not shown:
            sentence = f"{key} is for the {what} {limits}, and the delivery doesn't state its own"
            yield PaperFault(
                reason, sentence, Verdict.REVIEW, f"In the delivery: `{what}: [...]`, where it will be shown."
            )


def term_faults(case: Case, section: str, key: str, reason: Reason, ends: date | None) -> Iterator[PaperFault]:
    """What is wrong with the last day of a right: before delivery, or before the end of the delivery's stated run."""
    context = case.court.context
    run = context.delivery.runs_until if context.delivery else None
    write = f"In {section}, beside {key}: the renewed one, with its days, `scope` and `evidence`."
    if ends and ends < context.delivered:
        yield PaperFault(reason, f"{key} ended on {ends}, before delivery on {context.delivered}", write=write)
    elif ends and run and ends < run:
        yield PaperFault(reason, f"{key} ends on {ends}, before the run of the delivery, on {run}", write=write)
