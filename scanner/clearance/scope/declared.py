"""Which declarations speak for which frames of which assets, and why others don't.

A declaration speaks where its selectors choose, its exclusions don't, and it is for this delivery. What it says is
not weighed here. Every line of it that chooses comes out as frames that it speaks for, as frames that it binds without
disclosing them (too broad, or of a file that changed), or as a line that nothing was found for.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from scanner.clearance.paper.model import Declaration, Paper, Selector
from scanner.clearance.paper.telling import in_ranges, in_words
from scanner.clearance.scope.blankets import Totals, too_broad
from scanner.clearance.scope.context import Context
from scanner.clearance.scope.layers import ONE, Layers
from scanner.clearance.scope.roster import Roster
from scanner.clearance.scope.selectors import Picked, in_master, outside, pick, pick_record, ranges_in
from scanner.globs import wild
from scanner.terms.coverage import EVERYTHING, NOTHING, Frames, union
from scanner.terms.patterns import shot_in
from scanner.written.answers import YesNo


@dataclass(frozen=True, slots=True)
class DeclaredClaim:
    """One declaration about one asset.

    `held`: what it speaks for by naming it, in layers: of a frame that two shots fill it may speak for one alone.
    `broad` (in layers too) it reaches only by a pattern that selects too much, `blanket` says which; that AI was not
    used may be said so broadly, and is held as well. `changed`: what it would choose if the file had the checksum that
    it pins. `first_frame` is
    the number that the paper gives a movie's first frame. `through`: it reaches the asset through a timeline alone.
    `origin`: the path of the asset that it names, where this one only descends from that. `frames` are those that it
    speaks for, wholly or for one of the shots that fill them.
    """

    declaration: Declaration
    held: Frames
    broad: Frames = NOTHING
    changed: Frames = NOTHING
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


@dataclass(frozen=True, slots=True)
class Unfound:
    """The lines of a declaration for which nothing was found in the drop, with why.

    `lines`: what each of them names, as people read it. `exclusions`: what it excludes by name and isn't there, so that
    more may be declared than was meant. `silent`: how many of the first lines are about parts that are there, and in
    which nothing was seen, which is no fault. `all`: the declaration has no other lines.
    """

    declaration: Declaration
    lines: tuple[tuple[Selector, str], ...]
    exclusions: tuple[str, ...]
    why: tuple[str, ...]
    silent: int
    all: bool
    for_us: bool


@dataclass
class Book:
    """All declarations held against all assets.

    `claims` and `asides` are by asset; `problems` by declaration; `unfound` are those of which some line selects
    nothing.
    """

    claims: list[list[DeclaredClaim]]
    asides: list[Aside]
    problems: dict[str, list[str]] = field(default_factory=dict)
    unfound: list[Unfound] = field(default_factory=list)

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
    totals = roster.totals()
    for declaration in sorted(paper.declarations, key=lambda each: each.id):
        problems = book.problems.setdefault(declaration.id, [])
        if declaration.id in replaced:
            problems.append(f"superseded by {replaced[declaration.id]}")
            continue
        reading = _Reading(declaration, roster, totals, ratio, problems)
        reading.enter(book, for_us=_for_us(declaration, context))
    return book


def _superseded(declarations: Iterable[Declaration], context: Context) -> dict[str, str]:
    """Which declarations are replaced, by which; only one that is for this delivery replaces anything here."""
    replacing = sorted(each.id for each in declarations if each.supersedes and _for_us(each, context))
    by_id = {each.id: each for each in declarations}
    return {old: new for new in reversed(replacing) for old in by_id[new].supersedes}


def _for_us(declaration: Declaration, context: Context) -> bool:
    return not declaration.deliveries or bool(context.delivery and context.delivery.id in declaration.deliveries)


@dataclass(frozen=True, slots=True)
class _Line:
    """One selector of a declaration: what it names in words, what that means here, and why it is too broad."""

    selector: Selector
    text: str
    picked: Picked
    blanket: str = ""
    problems: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.problems.extend(problem for problem in self.picked.problems if problem not in self.problems)


@dataclass(frozen=True, slots=True)
class _Reading:
    """One declaration while it is held against the assets."""

    declaration: Declaration
    roster: Roster
    totals: Totals
    ratio: float
    problems: list[str]

    def enter(self, book: Book, *, for_us: bool) -> None:
        """Add its claims, and the lines that none come of."""
        declaration = self.declaration
        lines = self._lines()
        excluded = [self._pick(selector) for selector in declaration.exclude]
        if not all(each.followed for each in excluded):
            why = "excludes what this version can't follow: to be safe it covers nothing at all"
            lines = [replace(line, picked=Picked(), problems=[why]) for line in lines]
        chosen = {index for line in lines for index in line.picked.frames}
        reached: dict[int, Frames] = dict.fromkeys(range(len(lines)), NOTHING)
        claims = {index: self._claim(index, lines, excluded, reached) for index in sorted(chosen)}
        changed = {index for line in lines for index in line.picked.changed} - chosen
        claims |= {index: self._changed(index, lines, excluded) for index in sorted(changed)}
        for index, claim in [*claims.items(), *self._descending(claims, excluded).items()]:
            if for_us and (claim.frames or claim.broad or claim.changed):
                book.claims[index].append(claim)
            elif claim.frames or claim.broad:
                self._consider(
                    book, index, f"is for delivery {', '.join(sorted(declaration.deliveries))}, not this one"
                )
            elif index not in changed:
                self._consider(book, index, "chooses none of its frames")
        for line in lines:
            paths = [self.roster.subjects[index].path for index in sorted(line.picked.changed)]
            line.problems.extend(f"pins another checksum than {path} has" for path in paths)
        for index in sorted(changed if for_us else ()):
            book.asides[index].changed.append(declaration)
            self._consider(book, index, "pins another version of it, with another checksum")
        bound = {index for index in changed if claims[index].changed or not declaration.positive}
        unfound = [
            line for number, line in enumerate(lines) if not (reached[number] or bound & line.picked.changed.keys())
        ]
        unfound = [line for line in unfound if not (line.selector.path and self.roster.is_left_out(line.selector.path))]
        exclusions = [
            f"exclude {in_words(selector)}"
            for selector, each in zip(declaration.exclude, excluded, strict=True)
            if each.followed and not _is_pattern(selector) and not _chooses(each)
        ]
        if unfound or exclusions:
            limit = f", frames {in_ranges(declaration.frames)}" if declaration.frames else ""
            unfound.sort(key=lambda line: (not line.picked.silent, line.text))
            silent = sum(line.picked.silent for line in unfound)
            named = tuple((line.selector, f"{line.text}{limit}") for line in unfound)
            whys = tuple(dict.fromkeys(problem for line in unfound[silent:] for problem in sorted(line.problems)))
            whole_one = len(unfound) - silent == len(lines)
            book.unfound.append(Unfound(declaration, named, tuple(sorted(exclusions)), whys, silent, whole_one, for_us))
        self.problems.extend(problem for line in lines for problem in line.problems)

    def _lines(self) -> list["_Line"]:
        """Each selector with what it means, and why it is too broad where it is."""
        declaration = self.declaration
        selectors = (*declaration.assets, *(Selector(shot=code) for code in declaration.shots))
        lines = [_Line(each, in_words(each), pick(each, self.roster)) for each in selectors]
        if declaration.timeline:
            record = in_words(declaration.timeline)
            lines.append(_Line(Selector(), record, pick_record(declaration.timeline, self.roster)))
        reaches = [line.picked.reach for line in lines]
        broad = too_broad(reaches, self.totals, self.ratio)
        return [replace(line, blanket=blanket) for line, blanket in zip(lines, broad, strict=True)]

    def _pick(self, selector: Selector) -> Picked:
        picked = pick(selector, self.roster)
        self.problems.extend(picked.problems)
        return picked

    def _claim(
        self, index: int, lines: Sequence["_Line"], excluded: Sequence[Picked], reached: dict[int, Frames]
    ) -> DeclaredClaim:
        """What the lines together say of an asset; what each of them reaches there is added to `reached`."""
        declaration, layers = self.declaration, self.roster.layers(index)
        here = [(number, line) for number, line in enumerate(lines) if index in line.picked.frames]
        through = all(index in line.picked.through for _, line in here)
        first_frame = self._first_frame(index, [line for _, line in here], through=through)
        within = self._within(index, first_frame, [line for _, line in here], through=through)
        named, broad, blankets = NOTHING, NOTHING, set()
        for number, line in here:
            chosen = (line.picked.frames[index] or NOTHING) & within
            frames = self._without(index, chosen, excluded)
            if chosen and not frames:
                line.problems.append(f"everything that it selects in {self.roster.subjects[index].path} is excluded")
            reached[number] |= frames
            if line.blanket and index in line.picked.open:
                broad |= frames
                blankets |= {line.blanket} if frames else set()
            else:
                named |= frames
        broad -= named
        held = named if declaration.positive else named | broad
        blanket = " and ".join(sorted(blankets))
        return DeclaredClaim(declaration, held, broad, NOTHING, blanket, first_frame, layers, through)

    def _changed(self, index: int, lines: Sequence["_Line"], excluded: Sequence[Picked]) -> DeclaredClaim:
        """What the lines would say of an asset that changed since its checksum was pinned."""
        here = [line for line in lines if index in line.picked.changed]
        first_frame = self._first_frame(index, here, through=False)
        chosen = union([line.picked.changed[index] or NOTHING for line in here])
        within = self._within(index, first_frame, here, through=False)
        changed = self._without(index, chosen & within, excluded) if self.declaration.positive else NOTHING
        layers = self.roster.layers(index)
        return DeclaredClaim(self.declaration, NOTHING, changed=changed, first_frame=first_frame, layers=layers)

    def _first_frame(self, index: int, lines: Sequence["_Line"], *, through: bool) -> int | None:
        """The number that the paper gives the first frame of an asset."""
        numbers = {
            line.selector.first_frame
            for line in lines
            if index not in line.picked.through and line.selector.first_frame is not None
        }
        return numbers.pop() if len(numbers) == 1 else None if through else self.declaration.first_frame

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

    def _within(self, index: int, first_frame: int | None, lines: Sequence["_Line"], *, through: bool) -> Frames:
        """The frames, in layers, that the declaration as a whole is limited to."""
        subject, layers = self.roster.subjects[index], self.roster.layers(index)
        if self.declaration.frames is None:
            return layers.lift(EVERYTHING)
        if subject.part is not None:
            return NOTHING  # the frames are the asset's own
        if through:
            held = layers.touched(union([line.picked.frames[index] or NOTHING for line in lines]))
            why = "has frames of its own beside shots or reels: those are its files', and mean nothing in"
            whys = [f"{why} {in_master(subject, held)}"]
            stated: Frames | None = NOTHING
        else:
            stated = ranges_in(subject, self.declaration.frames, first_frame)
            whys = outside(subject, self.declaration.frames, first_frame)
        for line in lines:
            line.problems.extend(whys)
        return layers.lift(stated or NOTHING)

    def _consider(self, book: Book, index: int, why: str) -> None:
        book.asides[index].considered.append(f"{self.declaration.id} {why}")


def _is_pattern(selector: Selector) -> bool:
    """Whether a selector says what may be there, and not what is."""
    return any(wild(text) for text in (selector.path, selector.sequence, selector.shot) if text)


def _chooses(picked: Picked) -> bool:
    """Whether a selector chooses anything, or may choose what can't be told."""
    return bool(picked.unknown) or any(frames is None or frames for frames in picked.frames.values())


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
