"""Consents of performers and estates: whose is needed for a declared use, and which of those on record holds for it.

A person's consents count together: a renewed one beside an expired one does, and several may share the shots. A
scanner can't see a likeness or judge a consent; it holds what was stated against what is on record.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from scanner.clearance.paper.letters import Consent
from scanner.clearance.paper.model import Declaration, Talent
from scanner.clearance.rules.case import HERE, Case
from scanner.clearance.rules.faults import (
    PaperFault,
    evidence_faults,
    least_faulty,
    note,
    reach_faults,
    rests_on,
    term_faults,
)
from scanner.clearance.rules.stated import generated
from scanner.clearance.scope.declared import DeclaredClaim
from scanner.terms.coverage import NOTHING, Frames, union
from scanner.terms.patterns import same_name
from scanner.terms.reasons import Reason
from scanner.terms.verdicts import Verdict
from scanner.terms.wording import listed
from scanner.terms.words import Exemption, Involves, Modality, Need
from scanner.written.answers import YesNo


@dataclass(frozen=True, slots=True)
class _Person:
    """One performer of a declaration: the lines that name them, by their places, and their consents on record."""

    lines: tuple[tuple[int, Talent], ...]
    consents: tuple[Consent, ...]

    @property
    def told(self) -> str:
        """By which lines a finding names them."""
        return f"talent {listed(str(place) for place, _ in self.lines)}"


def judge_consents(case: Case, claim: DeclaredClaim) -> None:
    """Add what a declared use lacks of consents."""
    declaration, policy = claim.declaration, case.court.policy
    of_performers, of_estates = _asking(case, declaration)
    people = _people(case, declaration)
    estates = [person for person in people if _kinds(case, of_estates) & {each.kind for each in person.consents}]
    if of_performers and not people:
        _lacking(case, claim, f"{declaration.id} has {listed(of_performers)} and lists no talent with a consent")
    if of_estates and not estates:
        _lacking(case, claim, f"{declaration.id} involves a deceased person and lists no consent of the estate")
    for word in of_performers:
        if people and word in set(Involves) and not any(_concerns(person, word) for person in people):
            _lacking(case, claim, f"{declaration.id} has {word}, and none of its talent is listed for it")
    for person in people:
        words = [word for word in of_performers if _concerns(person, word)]
        needs = {word: frozenset(policy.text.consent_kinds.get(word, ())) | _kinds(case, of_estates) for word in words}
        _person(case, claim, person, needs, claim.held - case.layers.lift(_excused(case, claim, person)))
    for person in estates:  # no exemption stands for an estate's consent
        _person(case, claim, person, {word: _kinds(case, (word,)) for word in of_estates}, claim.held)


def _asking(case: Case, declaration: Declaration) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The words of a declaration that ask for consent: of performers, and of estates. Text alone has no performer."""
    policy, involves = case.court.policy, declaration.involves
    written = bool(declaration.modality) and set(declaration.modality) == {Modality.TEXT}
    uses = () if written else policy.asking("use", Need.CONSENT)
    performers = [*([declaration.use] if declaration.use in uses else [])]
    flags = [word for word in policy.asking("involves", Need.CONSENT) if word in involves]
    estates = [word for word in policy.asking("involves", Need.ESTATE_CONSENT) if word in involves]
    return tuple(str(word) for word in (*performers, *flags) if word), tuple(map(str, estates))


def _kinds(case: Case, words: Sequence[str]) -> frozenset[str]:
    kinds = case.court.policy.text.consent_kinds
    return frozenset(kind for word in words for kind in kinds.get(word, ()))


def _concerns(person: _Person, word: str) -> bool:
    """Whether a word of the declaration is about this person; a use always is."""
    stated = {each for _, line in person.lines for each in line.involves}
    return word not in set(Involves) or word in stated or any(not line.involves for _, line in person.lines)


def _people(case: Case, declaration: Declaration) -> list[_Person]:
    """The performers that a declaration lists, each once, with what is on record of theirs beside what is cited."""
    records = {each.id: each for each in (case.court.paper.consents if case.court.paper else ())}
    lines: dict[str, list[tuple[int, Talent]]] = {}
    for place, talent in enumerate(declaration.talent, start=1):
        cited = records.get(talent.consent or "")
        name = talent.performer or (cited.performer if cited else None)
        lines.setdefault(same_name(name) if name else f"\0{place}", []).append((place, talent))
    people = []
    for name, named in lines.items():
        cites = {talent.consent for _, talent in named if talent.consent} & set(records)
        theirs = {key for key, each in records.items() if cites and same_name(each.performer) == name}
        people.append(_Person(tuple(named), tuple(records[key] for key in sorted(cites | theirs))))
    return people


def _person(
    case: Case, claim: DeclaredClaim, person: _Person, needs: Mapping[str, frozenset[str]], owed: Frames
) -> None:
    """Add what one person's consents lack for what asks for them, in the frames (in layers) that owe one."""
    if not needs or not owed:
        return
    if not person.consents:
        _lacking(case, claim, f"{person.told} of {claim.declaration.id} {_without(person)}", case.layers.touched(owed))
        return
    faults = {each.id: list(_faults(case, claim, each, person)) for each in person.consents}
    for key, wrong in faults.items():
        note(case, "consents", key, wrong)
    lacks: dict[tuple[str, Frames], list[PaperFault]] = {}
    for word, kinds in needs.items():
        reached = {each.id: _reached(case, claim, each, faults[each.id], kinds) for each in person.consents}
        left = owed - union(list(reached.values()))
        for key, held in reached.items():
            if held & owed:
                case.court.tally.use("consents", key, case.asset)
        if left:
            wanting = [[*faults[each.id], *_short(case, claim, each, word, kinds, left)] for each in person.consents]
            least = least_faulty(case, wanting)
            key = next(each.id for each, wrong in zip(person.consents, wanting, strict=True) if wrong is least)
            told = lacks.setdefault((key, case.layers.touched(left)), [])
            told += [fault for fault in least if fault not in told]
    for (key, frames), wrong in lacks.items():
        rests_on(case, claim, wrong, frames, key)


def _excused(case: Case, claim: DeclaredClaim, person: _Person) -> Frames:
    """The frames in which an exemption stands for a consent."""
    excuses = case.court.policy.text.excuses
    frames = NOTHING
    for _, line in person.lines:
        if line.exemption in excuses.exemptions:
            part = generated(case, claim) if line.exemption in excuses.not_for_generated else NOTHING
            frames |= claim.frames - part
    return frames


def _without(person: _Person) -> str:
    """What a person has instead of a consent, as the end of a sentence."""
    stated = [line.exemption for _, line in person.lines if line.exemption is not Exemption.NONE]
    if not stated:
        return "has neither a consent nor an exemption"
    return f"has no consent, and the exemption {listed(stated)} doesn't hold there"


def _faults(case: Case, claim: DeclaredClaim, consent: Consent, person: _Person) -> Iterator[PaperFault]:
    """What is wrong with a consent for this person and use, whatever of theirs it is about."""
    paper, context, key = case.court.paper, case.court.context, consent.id
    scope, declaration, missing = consent.scope, claim.declaration, Reason.CONSENT_MISSING
    again = f"In consents, beside {key}: one that holds, with `granted`, `kind`, `scope` and `evidence`."
    if consent.granted > context.as_of:
        sentence = f"{key} is dated {consent.granted}, and it is judged as of {context.as_of}"
        yield PaperFault(missing, sentence, write=again)
    elif consent.granted > context.delivered:
        sentence = f"{key} was given on {consent.granted}, after delivery on {context.delivered}"
        yield PaperFault(missing, sentence, write=again)
    elif declaration.generated and consent.granted > declaration.generated and not _before(person, declaration):
        sentence = f"{key} was given on {consent.granted}, after the material had been made, on {declaration.generated}"
        write = f"In consents, beside {key}: the one that was `granted` before."
        yield PaperFault(Reason.CONSENT_AFTER_GENERATION, sentence, write=write)
    if consent.withdrawn and consent.withdrawn <= context.as_of:
        sentence = f"{key} was withdrawn on {consent.withdrawn}"
        yield PaperFault(Reason.CONSENT_WITHDRAWN, sentence, write=again)
    yield from term_faults(case, "consents", key, Reason.CONSENT_EXPIRED, consent.expires)
    out = Reason.CONSENT_OUT_OF_SCOPE
    if paper and scope.production != paper.production.id:
        yield PaperFault(out, f"{key} is for the production {scope.production}", write=again)
    names = {same_name(line.performer) for _, line in person.lines if line.performer}
    if names and same_name(consent.performer) not in names:
        write = f"In {declaration.id}: `talent`, the performer and the consent that belong together."
        yield PaperFault(out, f"{key} is another performer's", write=write)
    if scope.uses and declaration.use not in scope.uses:
        yield PaperFault(out, f"{key} is for the use {listed(sorted(scope.uses))}, not {declaration.use}", write=again)
    yield from reach_faults(case, key, out, scope.media, scope.territories)
    if consent.minor is YesNo.YES and not consent.guardian:
        write = f"In consents, {key}: `guardian`, who gave it for the minor."
        yield PaperFault(missing, f"{key} is a minor's, and no guardian is on record with it", Verdict.REVIEW, write)
    yield from evidence_faults(case, "consents", key, changed=missing, missing=missing)


def _before(person: _Person, declaration: Declaration) -> bool:
    """Whether an earlier consent of theirs was in force when the material was made."""
    made = declaration.generated
    return made is not None and any(
        each.granted <= made and (each.expires is None or each.expires >= made) for each in person.consents
    )


def _reached(
    case: Case, claim: DeclaredClaim, consent: Consent, faults: Sequence[PaperFault], kinds: frozenset[str]
) -> Frames:
    """The frames, in layers, for which a consent of one of these kinds holds."""
    return NOTHING if faults or consent.kind not in kinds else claim.held - _unreached(case, claim, consent)


def _unreached(case: Case, claim: DeclaredClaim, consent: Consent) -> Frames:
    """The frames of a claim, in layers, that a consent leaves out: other shots, and what its kind says nothing of."""
    left = NOTHING
    if consent.scope.shots:
        shots = [case.court.roster.shot_in(case.index, code) for code in consent.scope.shots]
        left |= claim.held - union(shots)
    if consent.kind in case.court.policy.text.excuses.not_for_generated:
        left |= claim.held & case.layers.lift(generated(case, claim))
    return left


def _short(
    case: Case, claim: DeclaredClaim, consent: Consent, word: str, kinds: frozenset[str], left: Frames
) -> Iterator[PaperFault]:
    """Why a consent doesn't reach frames that are left, for one word that asks for it."""
    key, out = consent.id, Reason.CONSENT_OUT_OF_SCOPE
    write = f"In consents, beside {key}: one of the same performer's, of the `kind` {' or '.join(sorted(kinds))}."
    if consent.kind not in kinds:
        sentence = f"{key} is a consent of the kind {consent.kind}, which doesn't cover {word}"
        yield PaperFault(out, sentence, write=write)
    elif _unreached(case, claim, consent) & left:
        whole = consent.kind in case.court.policy.text.excuses.not_for_generated
        if whole and case.layers.lift(generated(case, claim)) & left:
            sentence = f"{key} is a consent of the kind {consent.kind}, and a model made all of what is there"
            yield PaperFault(out, sentence, write=write)
        if consent.scope.shots:
            sentence = f"{key} is for shots {listed(sorted(consent.scope.shots))}"
            yield PaperFault(out, sentence, write=f"In consents, {key}: have it extended, then write `scope.shots`.")


def _lacking(case: Case, claim: DeclaredClaim, lack: str, frames: Frames | None = None) -> None:
    """A finding for a consent that nobody has recorded; `lack` says whose, without a full stop."""
    key = claim.declaration.id
    case.add(
        Reason.CONSENT_MISSING,
        f"{lack}, for {HERE}.",
        frames=claim.frames if frames is None else frames,
        declaration=key,
        about=(lack,),
        write=f"In {key}: `talent: [{{performer: …, consent: …}}]`, and the consent in `consents` with its `evidence`.",
    )
