"""Which assets, and which of their frames, a selector of the paper means.

Knows names, checksums, frames, timecodes, and where a timeline puts a shot in its master; not what is declared or
approved of them. What it can't follow selects nothing and says so, which is the safe side: nothing is ever taken to
be covered by mistake. Frames are in layers (see `scope.layers`), of which an asset without a timeline has one.
"""

from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from scanner.clearance.paper.model import Delivery, Paper, RecordRange, Selector
from scanner.clearance.scope.layers import ONE, Layers
from scanner.clearance.scope.masters import Masters, find_masters
from scanner.globs import Glob, nfc, wild
from scanner.seen import SeenAsset
from scanner.terms.coverage import EVERYTHING, NOTHING, Frames, intersection
from scanner.terms.patterns import counted, shot_in, shot_pattern, telling
from scanner.timecode import TimecodeError


@dataclass(frozen=True, slots=True)
class KeyMeaning:
    """What one key of a selector means: assets by their index.

    `literal`: it is written out, without wildcards. `parts`: the frames, in layers, of those assets of which a
    timeline gives it a part. `unknown`: masters whose timeline doesn't fit, so that nobody knows. `share`: of the
    shots of a timeline, the largest part that it names.
    """

    indices: frozenset[int] = frozenset()
    literal: bool = True
    parts: Mapping[int, Frames] = field(default_factory=dict)
    unknown: frozenset[int] = frozenset()
    share: tuple[int, int] = (0, 1)


@dataclass(frozen=True, slots=True)
class Roster:
    """The assets of a drop, ready to be selected: their paths in NFC, from the delivery's root on.

    Behind the assets stand their parts that there is something to say of, as subjects of their own; `owners` has the
    place of the asset that each subject is, or is a part of. `names` has None for an asset outside the root, and for a
    part, which is chosen with its asset. `media` counts those that are no mere other files. `masters` are
    those that a timeline of the delivery names.
    """

    subjects: tuple[SeenAsset, ...]
    owners: tuple[int, ...]
    names: tuple[str | None, ...]
    by_name: Mapping[str, tuple[int, ...]]
    by_digest: Mapping[str, tuple[int, ...]]
    by_folded: Mapping[str, str]
    media: int
    masters: Masters = field(default_factory=Masters)

    @classmethod
    def of(cls, assets: Sequence[SeenAsset], root: str = ".", drop_name: str = "") -> "Roster":
        """The roster. A root that is the drop's own name, and no folder in it, is the drop itself."""
        parts = [(owner, view) for owner, asset in enumerate(assets) for view in asset.part_views()]
        subjects = [asset.main_view() for asset in assets]
        paths = [nfc(subject.path) for subject in subjects]
        prefix = nfc(root).removeprefix("./").strip("/")
        inside = f"{prefix}/"
        if prefix in {"", "."} or (prefix == nfc(drop_name) and not any(path.startswith(inside) for path in paths)):
            inside = ""
        names = tuple(path[len(inside) :] if path.startswith(inside) else None for path in paths)
        by_name: dict[str, list[int]] = {}
        by_digest: dict[str, list[int]] = {}
        for index, (name, subject) in enumerate(zip(names, subjects, strict=True)):
            if name is not None:
                by_name.setdefault(counted(name) if subject.is_sequence else name, []).append(index)
            if subject.sha256:
                by_digest.setdefault(subject.sha256, []).append(index)
        return cls(
            (*subjects, *(view for _, view in parts)),
            (*range(len(subjects)), *(owner for owner, _ in parts)),
            (*names, *(None for _ in parts)),
            {name: tuple(indices) for name, indices in by_name.items()},
            {digest: tuple(indices) for digest, indices in by_digest.items()},
            {name.casefold(): name for name in sorted(filter(None, names), reverse=True)},
            sum(subject.kind != "other" for subject in subjects),
        )

    def with_timelines(self, paper: Paper | None, delivery: Delivery | None) -> "Roster":
        """The same roster, with the delivery's timelines laid on their masters."""
        inside = {index: self.subjects[index] for index, name in enumerate(self.names) if name is not None}
        return replace(self, masters=find_masters(paper, delivery, inside, self.by_name))

    def owner(self, index: int) -> int:
        """The place of the asset that a subject is, or is a part of."""
        return self.owners[index]

    def parts_of(self, indices: Container[int]) -> list[int]:
        """The places of the parts of some assets."""
        return [index for index, owner in enumerate(self.owners) if owner != index and owner in indices]

    def twins(self, index: int) -> tuple[int, ...]:
        """The assets with the same bytes as one, itself among them; none of a part, or where they couldn't be read."""
        return self.by_digest.get(self.subjects[index].sha256 or "", ()) if self.owners[index] == index else ()

    def layers(self, index: int) -> Layers:
        """The layers of an asset."""
        cut = self.masters.cuts.get(index)
        return cut.layers if cut else ONE

    def shot_in(self, index: int, code: str) -> Frames:
        """The frames, in layers, that a shot has in an asset: by its timeline, else all if its path names the shot."""
        if index in self.masters:
            cut = self.masters.cuts.get(index)
            return cut.shot(code) if cut else NOTHING
        subject = self.subjects[index]
        return whole(subject) if shot_in(code, subject.path) else NOTHING

    def with_path(self, pattern: str) -> KeyMeaning:
        """The assets that a path fits; one that equals an asset's path is always literal."""
        name = nfc(pattern).removeprefix("./")
        same = self.by_name.get(name, ()) or self.with_sequence(name).indices
        if same or not (wild(name) or name.endswith("/")):
            return KeyMeaning(frozenset(same))
        glob = Glob.of(pattern)
        fitting = (index for index, name in enumerate(self.names) if name is not None and glob.matches(name))
        return KeyMeaning(frozenset(fitting), literal=False)

    def with_sequence(self, pattern: str) -> KeyMeaning:
        """The sequences whose name, with its counter, fits; a counter written `#` or `%d` is of any width."""
        name = counted(nfc(pattern).removeprefix("./"))
        if name in self.by_name:
            return KeyMeaning(frozenset(index for index in self.by_name[name] if self.subjects[index].is_sequence))
        if not wild(name) and "%d" not in name:
            return KeyMeaning()
        glob = Glob.of(name.replace("%d", "%0*d"))
        fitting = (
            index
            for index, path in enumerate(self.names)
            if path is not None and self.subjects[index].is_sequence and glob.matches(path)
        )
        return KeyMeaning(frozenset(fitting), literal=not wild(name))

    def with_shot(self, code: str) -> KeyMeaning:
        """The masters in which a timeline has a shot, and the other assets whose name or folder names it."""
        cuts = self.masters.cuts
        parts = {index: frames for index, cut in cuts.items() if (frames := cut.shot(code))}
        shares = [(cuts[index].shots_named(code), cuts[index].shots()) for index in parts if wild(code)]
        return KeyMeaning(
            self._named(code) | frozenset(parts),
            not wild(code),
            parts,
            frozenset(self.masters.misfits),
            max(shares, key=lambda share: share[0] / share[1], default=(0, 1)),
        )

    def with_reel(self, reel: str) -> KeyMeaning:
        """The masters of a reel, what material from a reel fills of others, and assets whose name names it."""
        if wild(reel):
            return KeyMeaning()
        parts: dict[int, Frames] = {}
        for index, cut in self.masters.cuts.items():
            if nfc(reel) in cut.reels:
                parts[index] = cut.layers.lift(cut.reels[nfc(reel)] & whole(self.subjects[index]))
            elif frames := cut.tape(reel):
                parts[index] = frames
        return KeyMeaning(self._named(reel) | frozenset(parts), parts=parts, unknown=frozenset(self.masters.misfits))

    def of_reel(self, reel: str | None) -> frozenset[int] | str:
        """The masters whose record timecode a reel's is, or why there are none."""
        masters = self.masters
        if reel is None:
            known = [index for index, subject in enumerate(self.subjects) if subject.kind == "video"]
            known = [*masters.cuts, *masters.misfits] or [index for index in known if self.names[index] is not None]
            if len(known) != 1:
                return "names no reel, and there is more or less than one master"
            return "is of a master that its timeline doesn't fit" if known[0] in masters.misfits else frozenset(known)
        conformed = frozenset(index for index, cut in masters.cuts.items() if nfc(reel) in cut.reels)
        if conformed:
            return conformed
        if any(nfc(reel) in misfit.reels for misfit in (*masters.misfits.values(), *masters.astray)):
            return f"is of the reel {reel}, whose timeline fits no master"
        pictures = self._named(reel) if not wild(reel) else ()
        return frozenset(i for i in pictures if self.subjects[i].kind == "video" or self.subjects[i].is_sequence)

    def _named(self, code: str) -> frozenset[int]:
        """The assets whose name or folder names a shot or reel, but for those that a timeline speaks for."""
        token = shot_pattern(nfc(code))
        fitting = (index for index, name in enumerate(self.names) if name is not None and token.search(name))
        return frozenset(index for index in fitting if index not in self.masters)

    def nearly(self, pattern: str) -> str | None:
        """A path that would fit if capitals and the way of the slashes didn't count."""
        folded = nfc(counted(pattern)).removeprefix("./").replace("\\", "/").casefold()
        if not wild(folded):
            return self.by_folded.get(folded)
        glob = Glob.of(folded)
        return min((name for known, name in self.by_folded.items() if glob.matches(known)), default=None)


@dataclass(frozen=True, slots=True)
class Picked:
    """What a selector means: by asset (its index) the frames in layers, None where they can't be told.

    `changed`: named assets whose checksum isn't the pinned one. `blanket` is why it is too broad, or empty.
    `problems`: what a person should know of it. `through`: the assets that it reaches through their timeline alone, so
    that it says nothing in their own frame numbers. `unknown`: masters of which it may mean any part.
    """

    frames: Mapping[int, Frames | None] = field(default_factory=dict)
    changed: frozenset[int] = frozenset()
    blanket: str = ""
    problems: tuple[str, ...] = ()
    followed: bool = True
    through: frozenset[int] = frozenset()
    unknown: frozenset[int] = frozenset()


def pick(selector: Selector, roster: Roster, ratio: float) -> Picked:
    """The assets that fit all that the selector states, and the frames of them that it chooses; with them their parts.

    A part is chosen with its asset, unless the selector names another part, or chooses by frames or timecode: those are
    the asset's own, and mean nothing in a part.

    Args:
        selector: what the paper says.
        roster: the assets.
        ratio: the share of the drop, or of a timeline's shots, above which a pattern with wildcards is too broad.
    """
    picked = _pick_assets(selector, roster, ratio)
    if not picked.frames:
        return picked
    if selector.part is None:
        if selector.frames is not None or selector.tc is not None:
            return picked
        parts = {index: whole(roster.subjects[index]) for index in roster.parts_of(picked.frames)}
        return replace(picked, frames={**picked.frames, **parts})
    meant = {
        index: _frames(selector, roster.subjects[index], [])
        for index in roster.parts_of(picked.frames)
        if (part := roster.subjects[index].part) and f"{part.id}/".startswith(f"{selector.part}/")
    }
    if meant:
        return replace(picked, frames=meant)
    sentence = f"chooses the part {selector.part}, in which nothing was seen or which isn't there: it covers nothing"
    return replace(picked, frames={}, problems=(*picked.problems, sentence))


def _pick_assets(selector: Selector, roster: Roster, ratio: float) -> Picked:
    if selector.asset_id is not None:
        sentence = "selects by asset_id, which this version can't follow: that part covers nothing"
        return Picked(problems=(sentence,), followed=False)
    own = _looked((roster.with_path, selector.path), (roster.with_sequence, selector.sequence))
    beyond = _looked((roster.with_shot, selector.shot), (roster.with_reel, selector.reel))
    meanings = [*own.values(), *beyond.values()]
    pinned = frozenset(roster.by_digest.get(selector.sha256, ())) if selector.sha256 else None
    named = frozenset.intersection(*(each.indices for each in meanings)) if meanings else pinned or frozenset()
    chosen = named if pinned is None else named & pinned
    exact = pinned is not None or any(each.literal for each in meanings)
    problems = [
        sentence for code, each in beyond.items() if not each.parts and (sentence := _not_in_timelines(code, roster))
    ]
    if not named:
        problems += _near_misses(selector, roster)
    through = frozenset(index for index in chosen if not own and pinned is None and _parts(meanings, index))
    frames: dict[int, Frames | None] = {}
    for index in sorted(chosen):
        frames[index] = _chosen(selector, roster, index, _parts(meanings, index), problems, through=index in through)
    share = max((each.share for each in meanings), default=(0, 1))  # only one of them has any
    blanket = "" if exact else _blanket(selector, len(chosen), roster.media, ratio, share)
    unknown = frozenset.union(frozenset(), *(each.unknown for each in meanings))
    unknown &= frozenset.intersection(*(each.indices | each.unknown for each in meanings)) if meanings else frozenset()
    return Picked(frames, named - chosen, blanket, tuple(problems), through=through, unknown=unknown)


def pick_record(timeline: RecordRange, roster: Roster) -> Picked:
    """The part of a master that a range of its record timecode means; all of the reel, where there is no range."""
    if timeline.reel is None and timeline.record is None:
        return Picked()
    masters = roster.of_reel(timeline.reel)
    if isinstance(masters, str):
        sentence = f"selects by a timeline that {masters}: that part covers nothing"
        return Picked(problems=(sentence,), unknown=frozenset(roster.masters.misfits))
    problems: list[str] = []
    frames: dict[int, Frames | None] = {}
    for index in sorted(masters):
        subject, cut = roster.subjects[index], roster.masters.cuts.get(index)
        stated: Frames | None = whole(subject)
        if cut and timeline.reel:
            stated = whole(subject) & cut.reels[nfc(timeline.reel)]
        if stated and timeline.record:
            stated &= _by_timecode(timeline.record, subject, problems) or NOTHING
        if stated:
            frames[index] = roster.layers(index).lift(stated)
    if not frames:
        problems.append("selects by a timeline that no asset has: that part covers nothing")
    return Picked(frames, problems=tuple(problems))


def _looked(*keys: tuple[Callable[[str], KeyMeaning], str | None]) -> dict[str, KeyMeaning]:
    """What the stated ones of these keys mean, by what is stated."""
    return {stated: look(stated) for look, stated in keys if stated is not None}


def _parts(meanings: Iterable[KeyMeaning], index: int) -> list[Frames]:
    return [meaning.parts[index] for meaning in meanings if index in meaning.parts]


def _chosen(
    selector: Selector, roster: Roster, index: int, parts: Sequence[Frames], problems: list[str], *, through: bool
) -> Frames | None:
    """The frames, in layers, that a selector chooses of one asset."""
    subject, layers = roster.subjects[index], roster.layers(index)
    if through and (selector.frames or selector.tc):
        problems.append(
            f"chooses frames beside a shot or reel: those are its files' own, and mean nothing in {subject.path}"
        )
        return None
    stated = _frames(selector, subject, problems)
    if stated is None:
        return None
    limited = selector.frames is not None or selector.tc is not None or not parts
    return intersection([*([layers.lift(stated)] if limited else []), *parts])


def _not_in_timelines(code: str, roster: Roster) -> str:
    """Why a shot or reel isn't found in a timeline, where there is one."""
    masters = roster.masters
    files = sorted({name for each in (*masters.misfits.values(), *masters.astray) for name in each.files})
    if files:
        return f"{code} can't be looked for in {', '.join(files)}, which fits no master"
    return f"{code} is in no timeline of this delivery; it is looked for in names only" if masters.cuts else ""


def whole(subject: SeenAsset) -> Frames:
    """All frames of an asset; everything there may be, where their count isn't known or there are none."""
    return Frames.of(subject.frames) if subject.frames else EVERYTHING


def ranges_in(subject: SeenAsset, ranges: Sequence[tuple[int, int]], first_frame: int | None) -> Frames | None:
    """The frames of an asset that stated ranges mean; None where the asset has no frames to choose from.

    Args:
        subject: the asset.
        ranges: as written. On a sequence they are its frame numbers.
        first_frame: the number that the paper gives a movie's first frame; None counts from 0.
    """
    if subject.frames is None and subject.kind != "video":
        return None
    offset = 0 if subject.is_sequence else first_frame or 0
    stated = Frames.of(*((max(0, first - offset), last - offset) for first, last in ranges if last >= offset))
    return stated & whole(subject)


def _frames(selector: Selector, subject: SeenAsset, problems: list[str]) -> Frames | None:
    if selector.frames is None and selector.tc is None:
        return whole(subject)
    if selector.tc is not None:
        stated = _by_timecode(selector.tc, subject, problems)
    else:
        stated = ranges_in(subject, selector.frames or (), selector.first_frame)
        if stated is None:
            problems.append(f"chooses frames of {subject.path}, which has none: that part covers nothing")
    if stated == NOTHING and subject.frames:
        first, last = subject.frames
        counts = "is numbered" if subject.is_sequence else "counts"
        hint = "" if subject.is_sequence or selector.first_frame else "; a plate's own numbers need first_frame"
        problems.append(f"chooses frames that {subject.path} doesn't have: it {counts} {first}-{last}{hint}")
    return stated


def _by_timecode(ends: tuple[str, str], subject: SeenAsset, problems: list[str]) -> Frames | None:
    clock = subject.clock
    if clock is None or (subject.frames is None and subject.kind != "video"):
        problems.append(f"chooses by timecode in {subject.path}, which has none: that part covers nothing")
        return None
    origin = subject.frames[0] if subject.is_sequence and subject.frames else 0
    try:
        first, last = origin + clock.frame(ends[0]), origin + clock.last_frame(ends[1])
    except TimecodeError as error:
        problems.append(f"chooses by a timecode that {subject.path} can't have: {error}")
        return None
    return Frames.of((max(0, first), last)) & whole(subject)


def _near_misses(selector: Selector, roster: Roster) -> list[str]:
    pattern = selector.path or selector.sequence
    near = roster.nearly(pattern) if pattern else None
    if not near:
        return []
    how = "the way of its slashes" if "\\" in str(pattern) else "capital letters"
    return [f"{pattern} selects nothing; {near} differs from it only in {how}"]


def _blanket(selector: Selector, count: int, media: int, ratio: float, share: tuple[int, int]) -> str:
    patterns = [pattern for pattern in (selector.path, selector.sequence, selector.shot) if pattern is not None]
    text = " with ".join(patterns)
    if not any(telling(Glob.of(pattern)) for pattern in patterns):
        return f"{text}, which names no shot, folder or file"
    if count > 1 and count > ratio * media:
        return f"{text}, which selects {count} of {media} assets"
    if share[0] > 1 and share[0] > ratio * share[1]:
        return f"{text}, which selects {share[0]} of the {share[1]} shots of a timeline"
    return ""
