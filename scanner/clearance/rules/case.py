"""One asset before the judge: what is known of it, and the findings as they are made.

The rules decide which reason applies to which frames; here a reason becomes a finding, with the policy's verdict, its
id, and one finding for each stretch of frames. Made for one run of the judgement and thrown away.
"""

import hashlib
import json
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from detectors.observation import Observation, Span
from scanner.clearance.paper.model import Declaration, Paper, Selector
from scanner.clearance.policy.policy import Policy
from scanner.clearance.scope.context import Context
from scanner.clearance.scope.cut import Cut
from scanner.clearance.scope.declared import Aside, Book, DeclaredClaim, shot_of
from scanner.clearance.scope.layers import Layers
from scanner.clearance.scope.places import where
from scanner.clearance.scope.roster import Roster, whole
from scanner.clearance.scope.selectors import Picked, pick
from scanner.seen import SeenAsset
from scanner.terms.coverage import END, EVERYTHING, Frames, Range
from scanner.terms.findings import ABOUT, Finding, Usage
from scanner.terms.reason_texts import REASONS
from scanner.terms.reasons import Reason
from scanner.terms.verdicts import Verdict, mildest, worst
from scanner.terms.wording import listed, plain

HERE = "\0"
"""Stands in a message for the place, which is known only once the frames are cut into stretches."""

_PROBLEMS = 12
"""Problems of one entry that a report lists; more of the same help nobody."""


@dataclass
class Tally:
    """How the paper is used, by (section, id): the assets that rest on an entry, and what is wrong with it."""

    used: dict[tuple[str, str], set[int]] = field(default_factory=dict)
    problems: dict[tuple[str, str], set[str]] = field(default_factory=dict)

    def use(self, section: str, key: str, asset: int) -> None:
        """An asset rests on this entry."""
        self.used.setdefault((section, key), set()).add(asset)

    def fault(self, section: str, key: str, problem: str) -> None:
        """Something is wrong with this entry."""
        self.problems.setdefault((section, key), set()).add(problem)

    def usage(self, section: str, keys: Iterable[str]) -> tuple[Usage, ...]:
        """The entries of a section, by their ids."""
        return tuple(
            Usage(key, len(self.used.get((section, key), ())), first(self.problems.get((section, key), ())))
            for key in sorted(keys)
        )


def first(problems: Iterable[str]) -> tuple[str, ...]:
    """The problems in a stable order, and no more than help."""
    sentences = sorted(set(problems))
    rest = len(sentences) - _PROBLEMS
    return (*sentences[:_PROBLEMS], *([f"and {rest} more"] if rest > 0 else []))


def _statement(declaration: Declaration, paper: Paper) -> str:
    """The use, what is involved and put in, the answers and the tools, in a form that order and keys don't change."""
    fields = {
        key: sorted(value) if isinstance(value, tuple) else value
        for key in ("use", "extent", "involves", "inputs")
        for value in [getattr(declaration, key)]
    }
    tools = sorted([tool.name, tool.version or ""] for key in declaration.tools if (tool := paper.tools.get(key)))
    excused = sorted({talent.exemption for talent in declaration.talent})
    stated = [declaration.ai_used, fields, tools, dict(declaration.principles), excused]
    return json.dumps(stated, sort_keys=True)


@dataclass(frozen=True, slots=True)
class DeclaredCopy:
    """A file as a declaration of AI speaks of it: its place among the assets, its path, and the frames declared."""

    index: int
    path: str
    declaration: str
    frames: Frames


@dataclass(frozen=True, slots=True)
class Court:
    """What all assets of a drop are judged by.

    `picked` and `copies` keep what was worked out for one asset and holds for others: what selectors of approvals and
    licences mean, and by content what is declared of equal files.
    """

    paper: Paper | None
    policy: Policy
    context: Context
    roster: Roster
    book: Book
    tally: Tally = field(default_factory=Tally)
    picked: dict[Selector, Picked] = field(default_factory=dict)
    copies: dict[str, list[DeclaredCopy]] = field(default_factory=dict)
    statements: dict[str, str] = field(default_factory=dict)

    def stated(self, key: str | None) -> str:
        """What a declaration states of the AI use itself, besides where: a decision was about that too."""
        if key is None or self.paper is None:
            return ""
        if not self.statements:
            self.statements.update({each.id: _statement(each, self.paper) for each in self.paper.declarations})
        return self.statements.get(key, "")

    def pick(self, selector: Selector) -> Picked:
        """What a selector of an approval or licence means; none of these is ever too broad."""
        if selector not in self.picked:
            self.picked[selector] = pick(selector, self.roster)
        return self.picked[selector]


@dataclass
class Case:
    """One asset, or one part of one. `index` is its place among the subjects."""

    court: Court
    index: int
    findings: dict[str, Finding] = field(default_factory=dict)

    @property
    def subject(self) -> SeenAsset:
        """The asset."""
        return self.court.roster.subjects[self.index]

    @property
    def asset(self) -> int:
        """The place of the asset that it is, or is a part of."""
        return self.court.roster.owner(self.index)

    @property
    def claims(self) -> Sequence[DeclaredClaim]:
        """The declarations that speak for it."""
        return self.court.book.claims[self.index]

    @property
    def aside(self) -> Aside:
        """The declarations that don't."""
        return self.court.book.asides[self.index]

    @property
    def whole(self) -> Frames:
        """All its frames."""
        return whole(self.subject)

    def verdict(self, reason: Reason) -> Verdict:
        """How grave a reason is for this asset."""
        return self.court.policy.verdict(reason, self.subject.stage)

    @property
    def layers(self) -> Layers:
        """The layers of its frames: more than one where its timeline lets shots share frames."""
        return self.court.roster.layers(self.index)

    @property
    def cut(self) -> Cut | None:
        """Its timeline, laid on it."""
        return self.court.roster.masters.cuts.get(self.index)

    def scenes(self, frames: Range, parts: Sequence[Frames]) -> list[Range]:
        """These frames cut at the ends of shots, and joined again where the same parts touch both sides.

        Without a timeline it is one scene.
        """
        if self.cut is None:
            return [frames]
        scenes = self.cut.scenes(frames)
        begins = [scene[0] for scene in scenes]
        touched: list[set[int]] = [set() for _ in scenes]
        for number, part in enumerate(parts):
            for first, last in part & Frames.of(frames):
                for place in range(bisect_right(begins, first) - 1, bisect_right(begins, last)):
                    touched[place].add(number)
        runs: list[Range] = []
        for place, scene in enumerate(scenes):
            if place and touched[place] == touched[place - 1]:
                runs[-1] = (runs[-1][0], scene[1])
            else:
                runs.append(scene)
        return runs

    def region(self, observation: Observation) -> Frames:
        """The frames that an observation is about: all of them, where it names none that the asset has."""
        if observation.span is None:
            return self.whole
        return Frames.of((observation.span.first_frame, observation.span.last_frame)) & self.whole or self.whole

    def observed(self, indices: Iterable[int]) -> list[Observation]:
        """Observations by their indices."""
        return [self.subject.observations[index] for index in indices]

    def add(
        self,
        reason: Reason,
        message: str,
        *,
        frames: Frames = EVERYTHING,
        observations: Iterable[int] = (),
        declaration: str | None = None,
        approval: str | None = None,
        about: Sequence[str] = (),
        cap: Verdict | None = None,
        span: Span | None = None,
        write: str = "",
    ) -> None:
        """A finding for each stretch of the frames.

        Args:
            reason: what is the matter.
            message: what is told, with `HERE` where the place belongs.
            frames: where; all of the asset unless told otherwise.
            observations: indices of what it rests on.
            declaration: the id of the declaration it is about.
            approval: the id of the approval it is about.
            about: what else tells it from other findings of the same reason: a reference, tools, other paper.
            cap: the verdict is at most this.
            span: the place as it was observed, with its uncertain edges, instead of `frames`.
            write: what to write into which entry of the paper, a sentence for the remedy.
        """
        verdict = self.verdict(reason) if cap is None else mildest(self.verdict(reason), cap)
        basis = tuple(sorted(set(observations)))
        part = self.subject.part.id if self.subject.part else None
        tells_apart = (*about, f"part {part}") if part else about
        for stretch in [self._stretch(Frames.of((span.first_frame, span.last_frame)))] if span else self._parts(frames):
            place = span or self._span(stretch, basis)
            finding = Finding(
                id=identity(
                    reason,
                    self.subject.sha256 or self.subject.path,
                    place,
                    declaration,
                    *tells_apart,
                    stated=self.court.stated(declaration),
                ),
                reason=reason,
                verdict=verdict,
                span=place,
                shot=self._shot(stretch),
                observations=tuple(self.subject.first_observation + index for index in basis),
                declaration=declaration,
                approval=approval,
                principles=self.court.policy.behind(reason),
                message=message.replace(HERE, self._where(stretch)),
                remedy=f"{REASONS[reason].remedy} {write}".rstrip(),
                part=part,
            )
            self._enter(finding)

    def _enter(self, finding: Finding) -> None:
        same = self.findings.get(finding.id)
        if same:
            merged = tuple(sorted({*same.observations, *finding.observations}))
            finding = replace(same, observations=merged, verdict=worst(same.verdict, finding.verdict))
        self.findings[finding.id] = finding

    def _parts(self, frames: Frames) -> list[Range | None]:
        within = frames & self.whole
        return [None] if within == self.whole else list(within)

    def _stretch(self, frames: Frames) -> Range | None:
        return next(iter(self._parts(frames)), None)

    def _span(self, stretch: Range | None, basis: Iterable[int]) -> Span | None:
        """A span, as uncertain as the observations whose end it shares; none where the end isn't known."""
        if stretch is None or stretch[1] >= END:
            return None
        spans = [observation.span for observation in self.observed(basis) if observation.span]
        shared = [span for span in spans if span.first_frame == stretch[0] or span.last_frame == stretch[1]]
        return Span(*stretch, max((span.edge_frames for span in shared), default=0))

    def _where(self, stretch: Range | None) -> str:
        numbers = {claim.first_frame for claim in self.claims if claim.first_frame is not None}
        place = where(self.subject, stretch, numbers.pop() if len(numbers) == 1 else None)
        if self.cut is None or stretch is None:
            return place
        pieces = self.cut.within(stretch)
        shots = listed(plain(piece.called) for piece in pieces)
        lists = listed(plain(name) for name in ([piece.source for piece in pieces] or self.cut.names))
        return f"{place} in {shots or 'no shot'} (by {lists})"

    def _shot(self, stretch: Range | None) -> str | None:
        """The shot that a stretch falls in: by the timeline, else by the asset's name."""
        if self.index not in self.court.roster.masters:
            return shot_of(self.subject.path, self.claims)
        pieces = self.cut.within(stretch or self.subject.frames or (0, END)) if self.cut else []
        if len({piece.called for piece in pieces}) != 1:
            return None
        filled = Frames.of(*(piece.frames for piece in pieces))
        return None if Frames.of(stretch or self.subject.frames or (0, END)) - filled else pieces[0].called


def identity(reason: Reason, content: str, span: Span | None, *about: str | None, stated: str = "") -> str:
    """The id of a finding: 16 hexadecimal digits that stay as long as what it is about does.

    `stated`: what its declaration states, where it is about one. The last digits are that's alone, so that a decision
    about a declaration that states something else by now can be told from one about nothing (see `same_but_stated`).
    """
    place = [span.first_frame, span.last_frame] if span else None
    parts = json.dumps([reason, content, place, [each or "" for each in about]], ensure_ascii=True)
    digits = hashlib.sha256(parts.encode()).hexdigest()[:16]
    return digits[:ABOUT] + hashlib.sha256(stated.encode()).hexdigest()[: 16 - ABOUT] if stated else digits


def same_but_stated(first: str, second: str) -> bool:
    """Whether two different ids are of one finding, whose declaration states something else in one of them."""
    return first != second and first[:ABOUT] == second[:ABOUT]
