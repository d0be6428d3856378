"""What was seen of generative AI against what is declared: disclosed, undeclared, contradicted.

Incriminating claims need no trust: a mark says AI, whoever signed it. Weak observations never make a fail; those that
are telling lead to a question, the others to nothing.
"""

import itertools
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from detectors.observation import Claim, Kind, Observation
from detectors.source_types import COMPOSITES, code_of
from scanner.clearance.paper.model import Tool
from scanner.clearance.rules.case import HERE, Case, DeclaredCopy
from scanner.clearance.rules.viewers import factual
from scanner.clearance.scope.declared import DeclaredClaim
from scanner.globs import nfc
from scanner.terms.coverage import NOTHING, Frames, union
from scanner.terms.reasons import Reason
from scanner.terms.verdicts import Stage
from scanner.terms.wording import considered, listed, plain, seen

_BLANKET = 200
"""Characters of why a declaration is too broad."""


@dataclass(frozen=True, slots=True)
class Signs:
    """The AI observations of an asset, by their indices, in three bands."""

    made: tuple[int, ...]
    """Established: a model generated or changed it."""
    touched: tuple[int, ...]
    """An AI tool was used, nothing shows that it generated anything."""
    hints: tuple[int, ...]
    """Weak, and yet worth a question."""

    @property
    def all(self) -> tuple[int, ...]:
        """All of them."""
        return tuple(sorted((*self.made, *self.touched, *self.hints)))


def signs_of(observations: Sequence[Observation]) -> Signs:
    """Sort an asset's observations; weak ones that aren't telling are in no band."""
    ai = [(index, each) for index, each in enumerate(observations) if each.kind is Kind.AI]
    counted = [(index, each) for index, each in ai if each.strength.established or each.suspect]
    touched = tuple(index for index, each in counted if each.claim is Claim.TOUCHED)
    made = tuple(i for i, each in counted if each.claim is not Claim.TOUCHED and each.strength.established)
    return Signs(made, touched, tuple(index for index, _ in counted if index not in {*touched, *made}))


def judge_disclosure(case: Case) -> None:
    """Hold the signs of AI in one asset against its declarations."""
    signs = signs_of(case.subject.observations)
    claims = positive(case)
    covered = _declared(case, claims)
    covered |= _twins(case, covered)
    made = _regions(case, signs.made)
    _too_broad(case, signs)
    _undeclared(case, made, claims, covered)
    spoken_for = covered | union(list(made.values()))
    _hinted(case, Reason.AI_SUSPECTED_UNDECLARED, signs.hints, spoken_for | answered(case))
    _hinted(case, Reason.AI_ENHANCEMENT_UNDECLARED, signs.touched, spoken_for)
    _contradicted(case, made)
    _other_tools(case, made, claims)
    _conflicts(case, claims)
    for claim in claims:
        _disclosed(case, claim, _regions(case, signs.all), covered)
    for declaration in case.aside.changed:
        message = f"{declaration.id} pins another version of this file, with another checksum; this one isn't covered."
        case.add(Reason.DECLARATION_CHECKSUM_MISMATCH, message, declaration=declaration.id)


def binding(case: Case) -> list[DeclaredClaim]:
    """The declarations that AI was used which bind frames without disclosing them: what they ask for is owed there.

    Those are frames that one selects too broadly, and those of a file whose checksum isn't the one that it pins.
    """
    early = case.subject.stage == Stage.PRE_PRODUCTION
    claims = [
        replace(claim, held=claim.changed if early else claim.changed | claim.broad, broad=NOTHING, changed=NOTHING)
        for claim in case.claims
        if claim.declaration.positive
    ]
    return [claim for claim in claims if claim.frames]


def positive(case: Case) -> list[DeclaredClaim]:
    """The declarations that AI was used, with the frames for which they count.

    One that selects too broadly discloses nothing in a temp or final delivery; before that it does.
    """
    early = case.subject.stage == Stage.PRE_PRODUCTION
    claims = [
        replace(claim, held=claim.held | claim.broad, broad=NOTHING) if early else claim
        for claim in case.claims
        if claim.declaration.positive
    ]
    return [claim for claim in claims if claim.frames]


def _declared(case: Case, claims: Sequence[DeclaredClaim]) -> Frames:
    """The frames that are declared, for every shot that fills them; that one of two was made without AI is said too."""
    with_ai = union([claim.held for claim in claims])
    return case.layers.full(with_ai | _free(case)) & case.layers.touched(with_ai)


def _free(case: Case) -> Frames:
    """The frames, in layers, of which it is stated that no AI was used."""
    return union([claim.held for claim in case.claims if not claim.declaration.positive])


def answered(case: Case) -> Frames:
    """The frames of which it is stated that no AI was used by naming them: an answer to what only suggests it."""
    return case.layers.full(
        union([claim.held - claim.broad for claim in case.claims if not claim.declaration.positive])
    )


def _regions(case: Case, indices: Iterable[int]) -> dict[int, Frames]:
    return {index: _region(case, case.subject.observations[index]) for index in indices}


def _region(case: Case, observation: Observation) -> Frames:
    """The frames that a sign is about.

    One that says of a whole film that something in it was made with AI asks that something in it is declared: it is
    about the declared frames, where there are any, else about those that nobody calls free of AI.
    """
    whole = case.region(observation)
    if observation.span is not None or case.subject.frames is None or code_of(observation.value) not in COMPOSITES:
        return whole
    declared = _declared(case, positive(case)) & whole
    return declared or (whole - case.layers.full(_free(case))) or whole


def _touching(regions: Mapping[int, Frames], frames: Frames) -> list[int]:
    return [index for index, region in regions.items() if region & frames]


def _undeclared(case: Case, made: Mapping[int, Frames], claims: Sequence[DeclaredClaim], covered: Frames) -> None:
    """Marks outside what is declared, for each connected part of what they are about.

    Of a master with a timeline the parts are runs of shots for which the same paper speaks.
    """
    speaking = [claim.frames for claim in claims]
    beyond = {index: _beyond(case.subject.observations[index], region, covered) for index, region in made.items()}
    for part in (scene for whole in union(list(made.values())) for scene in case.scenes(whole, speaking)):
        around = Frames.of(part)
        inside = _touching(made, around)
        left = union([beyond[index] & around for index in inside])
        by = listed(claim.declaration.id for claim in claims if claim.frames & around)
        what = seen(case.observed(inside))
        end = f"{by} doesn't reach that far." if by else "No declaration covers this."
        case.add(
            Reason.AI_PARTIALLY_DECLARED if by else Reason.AI_UNDECLARED,
            f"Marks of generative AI in {HERE}: {what}. {end}{considered(case.aside.considered)}",
            frames=left,
            observations=inside,
            about=(_tools(case, inside),),
        )
        if factual(case):
            message = f"Generative AI in {HERE} of a factual programme, undeclared: nothing says that viewers are told."
            case.add(Reason.FACTUAL_SYNTHETIC_AS_REAL, message, frames=left, observations=inside)


def _beyond(observation: Observation, region: Frames, covered: Frames) -> Frames:
    """What is left of a mark's frames; a rest within the uncertainty of its ends is none."""
    left, span = region - covered, observation.span
    if span is None or not span.edge_frames or not region & covered:
        return left
    sure = Frames.of((span.first_frame + span.edge_frames, span.last_frame - span.edge_frames))
    return Frames.of(*(part for part in left if not sure or Frames.of(part) & sure))


def _tools(case: Case, indices: Iterable[int]) -> str:
    """The tools that marks name, for the identity of a finding."""
    return ", ".join(sorted({plain(each.generator) for each in case.observed(indices) if each.generator}))


def _hinted(case: Case, reason: Reason, indices: Iterable[int], spoken_for: Frames) -> None:
    """What is less than a mark, where neither a declaration nor a mark says more."""
    regions = _regions(case, indices)
    for part in union([region - spoken_for for region in regions.values()]):
        inside = _touching(regions, Frames.of(part))
        what = seen(case.observed(inside))
        if reason == Reason.AI_SUSPECTED_UNDECLARED:
            message = f"{what} suggests generative AI in {HERE}. No declaration speaks of it."
        else:
            message = f"An AI tool was used on {HERE}: {what}. Nothing shows that it generated anything there."
        case.add(reason, message, frames=Frames.of(part), observations=inside, about=(_tools(case, inside),))


def _twins(case: Case, covered: Frames) -> Frames:
    """The frames that are declared for the same bytes at another path, and not here."""
    taken = NOTHING
    for copy in _declared_copies(case):
        if copy.index == case.index:
            continue
        frames = copy.frames - covered - taken
        message = f"{copy.declaration} declares the same bytes as {plain(copy.path)}, but not here: {HERE}."
        case.add(Reason.DECLARATION_DUPLICATE_CONTENT, message, frames=frames, declaration=copy.declaration)
        taken |= frames
    return taken


def _declared_copies(case: Case) -> Sequence[DeclaredCopy]:
    """What is declared of the bytes of an asset, wherever they lie, by path.

    Of those that declare the same frames the first two: there may be thousands of equal files, and for each of them the
    first one elsewhere speaks.
    """
    digest, court = case.subject.sha256, case.court
    if court.paper is None or not digest or case.subject.part:
        return ()
    if digest not in court.copies:
        twins = sorted(court.roster.twins(case.index), key=lambda each: court.roster.subjects[each].path)
        speaking: dict[Frames, list[DeclaredCopy]] = {}
        copies = []
        for twin in (Case(court, index) for index in twins):
            for claim in positive(twin):
                copy = DeclaredCopy(twin.index, twin.subject.path, claim.declaration.id, twin.layers.full(claim.held))
                same = speaking.setdefault(copy.frames, [])
                if not same or (len(same) == 1 and same[0].index != copy.index):
                    same.append(copy)
                    copies.append(copy)
        court.copies[digest] = copies
    return court.copies[digest]


def _too_broad(case: Case, signs: Signs) -> None:
    named = union([claim.held for claim in case.claims if claim.declaration.positive])
    early = case.subject.stage == Stage.PRE_PRODUCTION
    effect = "would disclose nothing in a temp or final delivery" if early else "discloses nothing"
    for claim in case.claims:
        frames = case.layers.touched(claim.broad - named) if claim.declaration.positive else NOTHING
        message = f"{claim.declaration.id} selects {HERE} by {plain(claim.blanket, _BLANKET)}; that {effect}."
        basis = _touching(_regions(case, signs.all), frames)
        case.add(
            Reason.DECLARATION_TOO_BROAD, message, frames=frames, observations=basis, declaration=claim.declaration.id
        )


def _contradicted(case: Case, made: Mapping[int, Frames]) -> None:
    for claim in case.claims:
        if claim.declaration.positive:
            continue
        free = case.layers.full(claim.held)
        basis = _touching(made, free)
        frames = union([made[index] for index in basis]) & free
        what = seen(case.observed(basis))
        message = f"{claim.declaration.id} states that no generative AI was used; marks of it are in {HERE}: {what}."
        case.add(
            Reason.DECLARATION_CONTRADICTED,
            message,
            frames=frames,
            observations=basis,
            declaration=claim.declaration.id,
        )


def _other_tools(case: Case, made: Mapping[int, Frames], claims: Sequence[DeclaredClaim]) -> None:
    """Marks that name a tool which no declaration of these frames lists."""
    paper = case.court.paper
    strangers: dict[str, list[int]] = {}
    for index, region in made.items():
        tool = case.subject.observations[index].generator
        keys = {key for claim in claims if claim.frames & region for key in claim.declaration.tools}
        if tool and paper and keys and not any(_names(paper.tools[key], tool) for key in keys):
            strangers.setdefault(tool, []).append(index)
    for tool, basis in strangers.items():
        frames = union([made[index] for index in basis]) & union([claim.frames for claim in claims])
        speaking = [claim.declaration for claim in claims if claim.frames & frames]
        listing = listed(sorted({key for declaration in speaking for key in declaration.tools}))
        ids = listed(declaration.id for declaration in speaking)
        case.add(
            Reason.DECLARATION_TOOL_MISMATCH,
            f"The file names {plain(tool)} in {HERE}; the tools of {ids} are {listing}.",
            frames=frames,
            observations=basis,
            declaration=speaking[0].id,
            about=(plain(tool),),
        )


def _names(tool: Tool, written: str) -> bool:
    """Whether what a file calls its tool is one of the tool's names, with or without version and vendor."""
    given = _words(written)
    known = [_words(name) for name in (tool.name, tool.model, *tool.aliases) if name]
    return any(_within(name, given) or _within(given, name) for name in known)


def _words(name: str) -> list[str]:
    return re.findall(r"[^\W_]+", nfc(name).casefold())


def _within(few: list[str], many: list[str]) -> bool:
    return bool(few) and any(many[at : at + len(few)] == few for at in range(len(many) - len(few) + 1))


def _conflicts(case: Case, claims: Sequence[DeclaredClaim]) -> None:
    for claim, other in itertools.combinations(claims, 2):
        first, second = claim.declaration, other.declaration
        if first.use != second.use:
            case.add(
                Reason.DECLARATION_CONFLICT,
                f"{first.id} declares {first.use} and {second.id} declares {second.use} for {HERE}.",
                frames=case.layers.touched(claim.held & other.held),
                declaration=first.id,
                about=(second.id,),
            )
    without_ai = [claim for claim in case.claims if not claim.declaration.positive]
    for claim, other in itertools.product(claims, without_ai):
        first, second = claim.declaration, other.declaration
        case.add(
            Reason.DECLARATION_CONFLICT,
            f"{first.id} declares generative AI in {HERE}, and {second.id} states that none was used there.",
            frames=case.layers.touched(claim.held & other.held),
            declaration=first.id,
            about=(second.id,),
        )


def _disclosed(case: Case, claim: DeclaredClaim, signs: Mapping[int, Frames], covered: Frames) -> None:
    declaration = claim.declaration
    basis = _touching(signs, claim.frames)
    how = f" It covers what descends from {plain(claim.origin)}; these are the same bytes." if claim.origin else ""
    if basis:
        what = seen(case.observed(basis))
        message = f"{declaration.id} declares the generative AI in {HERE} ({declaration.use}); seen: {what}.{how}"
        frames = union([signs[index] for index in basis]) & claim.frames & covered
        case.add(Reason.AI_DISCLOSED, message, frames=frames, observations=basis, declaration=declaration.id)
    elif case.subject.part is None:  # a part need not hold what its asset is declared to hold
        message = (
            f"{declaration.id} declares generative AI in {HERE} ({declaration.use}); no mark of it was seen there.{how}"
        )
        case.add(Reason.AI_DECLARED_NO_EVIDENCE, message, frames=claim.frames, declaration=declaration.id)
