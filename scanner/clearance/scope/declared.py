"""Which declarations speak for which frames of which assets, and why others don't.

A declaration speaks where its selectors choose, its exclusions don't, and it is for this delivery. What it says is
not weighed here.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from scanner.clearance.paper.model import Declaration, Paper, Selector
from scanner.clearance.scope.context import Context
from scanner.clearance.scope.layers import ONE, Layers
from scanner.clearance.scope.selectors import Picked, Roster, pick, pick_record, ranges_in
from scanner.globs import wild
from scanner.seen import SeenAsset
from scanner.terms.coverage import EVERYTHING, NOTHING, Frames, union
from scanner.terms.patterns import shot_in
from scanner.written.answers import YesNo


@dataclass(frozen=True, slots=True)
class DeclaredClaim:
    """One declaration about one asset.

    `held`: what it speaks for by naming it, in layers: of a frame that two shots fill it may speak for one alone.
    `broad` (in layers too) it reaches only by a pattern that selects too much, `blanket` says which. `first_frame` is
    the number that the paper gives a movie's first frame. `through`: it reaches the asset through a timeline alone.
    `origin`: the path of the asset that it names, where this one only descends from that. `frames` are those that it
    speaks for, wholly or for one of the shots that fill them.
    """

    declaration: Declaration
    held: Frames
    broad: Frames = NOTHING
    blanket: str = ""
    first_frame: int | None = None
    layers: Layers = ONE
    through: bool = False
    origin: str = ""
    frames: Frames = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "frames", self.layers.touched(self.held))


@dataclass
class Aside:
    """What doesn't cover an asset but was considered: sentences, and declarations that pin another version of it."""

    considered: list[str] = field(default_factory=list)
    changed: list[Declaration] = field(default_factory=list)


@dataclass
class Book:
    """All declarations held against all assets.

    `claims` and `asides` are by asset; `problems` by declaration; `idle` are those that select nothing, with whether
    they are for this delivery.
    """

    claims: list[list[DeclaredClaim]]
    asides: list[Aside]
    problems: dict[str, list[str]] = field(default_factory=dict)
    idle: list[tuple[Declaration, bool]] = field(default_factory=list)

    def covered(self, roster: Roster) -> Counter[str]:
        """How many assets each declaration speaks for; one of which it speaks for a part counts."""
        spoken_for = {
            (claim.declaration.id, roster.owner(index))
            for index, row in enumerate(self.claims)
            for claim in row
            if claim.frames
        }
        return Counter(declaration for declaration, _ in spoken_for)


def read_book(paper: Paper | None, roster: Roster, context: Context, ratio: float) -> Book:
    """Hold every declaration against every asset, in the order of their ids.

    `ratio` is the share of the drop above which a pattern is too broad.
    """
    book = Book([[] for _ in roster.subjects], [Aside() for _ in roster.subjects])
    if paper is None:
        return book
    replaced = _superseded(paper.declarations, context)
    for declaration in sorted(paper.declarations, key=lambda each: each.id):
        problems = book.problems.setdefault(declaration.id, [])
        if declaration.id in replaced:
            problems.append(f"superseded by {replaced[declaration.id]}")
            continue
        _Reading(declaration, roster, ratio, problems).enter(book, for_us=_for_us(declaration, context))
    return book


def _superseded(declarations: Iterable[Declaration], context: Context) -> dict[str, str]:
    """Which declarations are replaced, by which; only one that is for this delivery replaces anything here."""
    replacing = sorted(each.id for each in declarations if each.supersedes and _for_us(each, context))
    by_id = {each.id: each for each in declarations}
    return {old: new for new in reversed(replacing) for old in by_id[new].supersedes}


def _for_us(declaration: Declaration, context: Context) -> bool:
    return not declaration.deliveries or bool(context.delivery and context.delivery.id in declaration.deliveries)


@dataclass(frozen=True, slots=True)
class _Reading:
    """One declaration while it is held against the assets."""

    declaration: Declaration
    roster: Roster
    ratio: float
    problems: list[str]

    def enter(self, book: Book, *, for_us: bool) -> None:
        """Add its claims, or why there are none."""
        declaration = self.declaration
        selectors = (*declaration.assets, *(Selector(shot=code) for code in declaration.shots))
        picked = [(selector, self._pick(selector)) for selector in selectors]
        if declaration.timeline:
            by_record = pick_record(declaration.timeline, self.roster)
            self.problems.extend(by_record.problems)
            picked.append((Selector(), by_record))
        excluded = [self._pick(selector) for selector in declaration.exclude]
        if not all(each.followed for each in excluded):
            self.problems.append("excludes what this version can't follow: to be safe it covers nothing at all")
            picked = []
        chosen = {index for _, each in picked for index in each.frames}
        claims = {index: self._claim(index, picked, excluded) for index in sorted(chosen)}
        for index, claim in [*claims.items(), *self._descending(claims, excluded).items()]:
            if for_us and (claim.frames or claim.broad):
                book.claims[index].append(claim)
            elif claim.frames or claim.broad:
                self._consider(
                    book, index, f"is for delivery {', '.join(sorted(declaration.deliveries))}, not this one"
                )
            else:
                self._consider(book, index, "chooses none of its frames")
        changed = {index for _, each in picked for index in each.changed} - chosen
        for index in sorted(changed if for_us else ()):
            book.asides[index].changed.append(declaration)
            self._consider(book, index, "pins another version of it, with another checksum")
        if not chosen and not changed:
            book.idle.append((declaration, for_us))

    def _pick(self, selector: Selector) -> Picked:
        picked = pick(selector, self.roster, self.ratio)
        self.problems.extend(picked.problems)
        return picked

    def _claim(
        self, index: int, picked: Sequence[tuple[Selector, Picked]], excluded: Sequence[Picked]
    ) -> DeclaredClaim:
        declaration, layers = self.declaration, self.roster.layers(index)
        named, broad, blankets, numbers = NOTHING, NOTHING, set(), set()
        for selector, chosen in picked:
            frames = chosen.frames.get(index) or NOTHING
            if chosen.blanket and declaration.positive:
                broad |= frames
                blankets |= {chosen.blanket} if frames else set()
            else:
                named |= frames
            if index in chosen.frames and index not in chosen.through and selector.first_frame is not None:
                numbers.add(selector.first_frame)
        through = all(index in chosen.through for _, chosen in picked if index in chosen.frames)
        first_frame = numbers.pop() if len(numbers) == 1 else None if through else declaration.first_frame
        if declaration.frames is not None and self.roster.subjects[index].part is not None:
            named = broad = NOTHING  # the frames are the asset's own
        elif declaration.frames is not None:
            within = layers.lift(self._within(self.roster.subjects[index], first_frame, through=through))
            named, broad = named & within, broad & within
        named, broad = self._without(index, named, excluded), self._without(index, broad, excluded)
        blanket = " and ".join(sorted(blankets))
        return DeclaredClaim(declaration, named, broad - named, blanket, first_frame, layers, through)

    def _descending(self, claims: Mapping[int, DeclaredClaim], excluded: Sequence[Picked]) -> dict[int, DeclaredClaim]:
        """Claims for what descends from the assets of these, where the declaration covers that: their bytes again."""
        if not self.declaration.positive or self.declaration.covers_derivatives is not YesNo.YES:
            return {}
        subjects = self.roster.subjects
        lines: dict[int, list[int]] = {}
        for index in sorted(claims, key=lambda each: subjects[each].path):
            for twin in self.roster.twins(index):
                if twin not in claims:
                    lines.setdefault(twin, []).append(index)
        descended = {}
        for twin, origins in lines.items():
            layers = self.roster.layers(twin)
            held = union([layers.lift(claims[index].layers.full(claims[index].held)) for index in origins])
            descended[twin] = DeclaredClaim(
                self.declaration,
                self._without(twin, held, excluded),
                first_frame=claims[origins[0]].first_frame,
                layers=layers,
                origin=subjects[origins[0]].path,
            )
        return {twin: claim for twin, claim in descended.items() if claim.frames}

    def _without(self, index: int, held: Frames, excluded: Sequence[Picked]) -> Frames:
        """The frames of an asset, in layers, without what is excluded."""
        for chosen in excluded:
            if index in chosen.frames or index in chosen.unknown:
                left_out = None if index in chosen.unknown else chosen.frames[index]
                held -= self.roster.layers(index).lift(EVERYTHING) if left_out is None else left_out
        return held

    def _within(self, subject: SeenAsset, first_frame: int | None, *, through: bool) -> Frames:
        """The frames that the declaration as a whole is limited to."""
        if through:
            why = "has frames of its own beside shots or reels: those are its files', and mean nothing in"
            self.problems.append(f"{why} {subject.path}")
            return NOTHING
        stated = ranges_in(subject, self.declaration.frames or (), first_frame)
        if stated is None:
            self.problems.append(f"chooses frames of {subject.path}, which has none: that part covers nothing")
        return stated or NOTHING

    def _consider(self, book: Book, index: int, why: str) -> None:
        book.asides[index].considered.append(f"{self.declaration.id} {why}")


def shot_of(path: str, claims: Iterable[DeclaredClaim]) -> str | None:
    """The shot that an asset's path names, by the codes written out in the declarations that speak for it."""
    codes = {
        code
        for claim in claims
        for code in (*claim.declaration.shots, *(selector.shot for selector in claim.declaration.assets))
        if code and not wild(code)
    }
    named = {shot for code in codes if (shot := shot_in(code, path))}
    return max(named, key=lambda shot: (len(shot), shot), default=None)
