"""What a declaration asks for where it discloses nothing: for lines that nothing was found for, and for copies.

That AI was used is said whether or not its frames can be found, so approval, consents, licences and terms are asked
for all the same: a mistyped path must not be milder than the right one.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from scanner.clearance.paper.model import Selector
from scanner.clearance.rules.approvals import judge_approvals
from scanner.clearance.rules.case import HERE, Case, Court, Tally, identity
from scanner.clearance.rules.disclosure import positive
from scanner.clearance.rules.obligations import judge_obligations
from scanner.clearance.scope.declared import Aside, Book, DeclaredClaim, Unfound
from scanner.clearance.scope.selectors import pick, ranges_in
from scanner.drop.assets import Asset, Member
from scanner.globs import nfc, wild
from scanner.seen import SeenAsset
from scanner.terms.coverage import END, EVERYTHING, Frames, Range
from scanner.terms.findings import Finding
from scanner.terms.patterns import counted
from scanner.terms.reasons import Reason
from scanner.terms.verdicts import Verdict, worst
from scanner.terms.wording import listed, plain

_TEXT = 120
_LISTED = 3


@dataclass
class _UnfoundCase(Case):
    """A line of a declaration for which nothing was found, as if it were an asset. `code`: the shot that it names.

    Its findings leave the place open, so that what is the same for several lines can be told once.
    """

    code: str | None = None

    def _parts(self, frames: Frames) -> list[Range | None]:
        return [None] if frames & self.whole else []

    def _where(self, _stretch: Range | None) -> str:
        return HERE

    def _shot(self, _stretch: Range | None) -> str | None:
        return self.code if self.code and not wild(self.code) else None


def judge_unfound(court: Court) -> list[Finding]:
    """What declarations of AI ask for of which nothing was found: findings that belong to no asset."""
    lines = [
        (unfound, selector, text)
        for unfound in court.book.unfound
        if unfound.for_us and unfound.declaration.positive
        for selector, text in unfound.lines
    ]
    if not lines:
        return []
    stood_in = _with_stand_ins(court, lines)
    begin = len(court.roster.subjects)
    alike: dict[tuple[Reason, str | None, str], list[tuple[str, Finding]]] = {}
    for place, (_, selector, text) in enumerate(lines):
        case = _UnfoundCase(stood_in, begin + place, code=selector.shot)
        for claim in case.claims:
            judge_obligations(case, claim, judge_approvals(case, claim))
        for finding in case.findings.values():
            key = (finding.reason, finding.declaration, finding.message)
            alike.setdefault(key, []).append((plain(text, _TEXT), finding))
    return [_of_all(told) for told in alike.values()]


def _of_all(told: list[tuple[str, Finding]]) -> Finding:
    """One finding for what is the same for several lines of a declaration, each with what it names."""
    (_, first), ids = told[0], sorted({finding.id for _, finding in told})
    place = f"{listed(text for text, _ in told)} (not found in this drop)"
    return replace(
        first,
        id=ids[0] if len(ids) == 1 else identity(first.reason, "", None, *ids),
        shot=first.shot if len(ids) == 1 else None,
        verdict=worst(*(finding.verdict for _, finding in told)),
        message=first.message.replace(HERE, place),
    )


def judge_copies(case: Case) -> None:
    """Add what is asked for where the same bytes are declared, though they aren't here: it is no less for a copy."""
    ids = {each.declaration for each in case.findings.values() if each.reason is Reason.DECLARATION_DUPLICATE_CONTENT}
    for index in case.court.roster.twins(case.index) if ids else ():
        twin = Case(case.court, index)
        for claim in positive(twin) if index != case.index else ():
            if claim.declaration.id in ids:
                _as_there(case, twin, claim)


def _as_there(case: Case, twin: Case, claim: DeclaredClaim) -> None:
    judge_obligations(twin, claim, judge_approvals(twin, claim))
    for finding in twin.findings.values():
        if finding.verdict.rank >= Verdict.REVIEW.rank:
            span = finding.span
            case.add(
                finding.reason,
                f"The same bytes at {plain(twin.subject.path)}: {finding.message}",
                frames=Frames.of((span.first_frame, span.last_frame)) if span else EVERYTHING,
                declaration=finding.declaration,
                approval=finding.approval,
                about=(finding.id,),
                cap=finding.verdict,
            )


def _with_stand_ins(court: Court, lines: list[tuple[Unfound, Selector, str]]) -> Court:
    """The court, with something in the place of what each of these lines names: called so, of any length."""
    roster, begin = court.roster, len(court.roster.subjects)
    names = tuple(_name(selector) or text for _, selector, text in lines)
    by_name = {**roster.by_name}
    by_digest = {**roster.by_digest}
    for place, ((_, selector, _), name) in enumerate(zip(lines, names, strict=True)):
        by_name[counted(name)] = by_name[name] = (*by_name.get(name, ()), begin + place)
        if selector.sha256:
            by_digest[selector.sha256] = (*by_digest.get(selector.sha256, ()), begin + place)
    larger = replace(
        roster,
        subjects=(*roster.subjects, *(_stand_in(court, each, name) for each, name in zip(lines, names, strict=True))),
        owners=(*roster.owners, *range(begin, begin + len(lines))),
        names=(*roster.names, *names),
        by_name=by_name,
        by_digest=by_digest,
        stand_ins={begin + place: selector.part or "" for place, (_, selector, _) in enumerate(lines)},
    )
    book = Book([*court.book.claims], [*court.book.asides, *(Aside() for _ in lines)])
    for place, (unfound, selector, _) in enumerate(lines):
        held = pick(selector, larger).frames.get(begin + place) or EVERYTHING
        first_frame = _first_frame(unfound, selector)
        if unfound.declaration.frames:
            held &= ranges_in(larger.subjects[begin + place], unfound.declaration.frames, first_frame) or held
        book.claims.append([DeclaredClaim(unfound.declaration, held or EVERYTHING, first_frame=first_frame)])
    return Court(court.paper, court.policy, court.context, larger, book, Tally(problems=court.tally.problems))


def _first_frame(unfound: Unfound, selector: Selector) -> int | None:
    return unfound.declaration.first_frame if selector.first_frame is None else selector.first_frame


def _name(selector: Selector) -> str:
    """What the files would be called that a selector names."""
    return nfc(selector.path or selector.sequence or selector.shot or selector.reel or "").removeprefix("./")


def _stand_in(court: Court, line: tuple[Unfound, Selector, str], name: str) -> SeenAsset:
    _, selector, _ = line
    sequence = selector.sequence is not None
    ends = (Member("", 0, 0, 0, 0, number=0), Member("", 0, 0, 0, 0, number=END)) if sequence else ()
    asset = Asset(name, ends, is_sequence=sequence)
    return SeenAsset(asset, "sequence" if sequence else "video", court.context.stage, None, None)


def unfound_sentences(court: Court) -> Iterator[tuple[Unfound, str]]:
    """What is told of each declaration with lines for which nothing was found."""
    for unfound in court.book.unfound:
        texts = [*(text for _, text in unfound.lines[unfound.silent :]), *unfound.exclusions]
        named = [plain(text, _TEXT) for text in texts]
        if not named:
            continue
        more = f" and {len(named) - _LISTED} more" if len(named) > _LISTED else ""
        lines = "; ".join(named[:_LISTED]) + more
        whys = [plain(why, 2 * _TEXT) for why in unfound.why[:_LISTED]]
        why = f": {'; '.join(whys)}" if whys else ": nothing in it is called so"
        what = "selects nothing in this drop" if unfound.all else "has lines that select nothing in this drop"
        yield unfound, f"{unfound.declaration.id} {what} ({lines}){why}"
