"""Which assets, and which of their frames, a selector of the paper means.

Knows names, checksums, frames, timecodes, and where a timeline puts a shot in its master; not what is declared or
approved of them. What it can't follow selects nothing and says so, which is the safe side: nothing is ever taken to
be covered by mistake. Frames are in layers (see `scope.layers`), of which an asset without a timeline has one.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from scanner.clearance.paper.model import RecordRange, Selector
from scanner.clearance.scope.blankets import OpenReach
from scanner.clearance.scope.places import where
from scanner.clearance.scope.roster import KeyMeaning, Roster, whole
from scanner.globs import nfc
from scanner.seen import SeenAsset
from scanner.terms.coverage import NOTHING, Frames, intersection, union
from scanner.timecode import TimecodeError


@dataclass(frozen=True, slots=True)
class Picked:
    """What a selector means: by asset (its index) the frames in layers, None where they can't be told.

    `changed`: named assets whose checksum isn't the pinned one, with the frames that it would choose of them. `open`:
    the assets that it reaches as a pattern, and `reach` is what that amounts to. `problems`: what a person should know
    of it. `through`: the assets that it reaches through their timeline alone, so that it says nothing in their own
    frame numbers. `unknown`: masters of which it may mean any part. `silent`: it chooses a part that is there, and in
    which nothing was seen.
    """

    frames: Mapping[int, Frames | None] = field(default_factory=dict)
    changed: Mapping[int, Frames | None] = field(default_factory=dict)
    open: frozenset[int] = frozenset()
    reach: OpenReach = field(default_factory=OpenReach)
    problems: tuple[str, ...] = ()
    followed: bool = True
    through: frozenset[int] = frozenset()
    unknown: frozenset[int] = frozenset()
    silent: bool = False


def pick(selector: Selector, roster: Roster) -> Picked:
    """The assets that fit all that the selector states, and the frames of them that it chooses; with them their parts.

    A part is chosen with its asset, unless the selector names another part, or chooses by frames or timecode: those are
    the asset's own, and mean nothing in a part.
    """
    picked = _pick_assets(selector, roster)
    if not picked.frames:
        return picked
    if selector.part is None:
        if selector.frames is not None or selector.tc is not None:
            return picked
        parts = {index: whole(roster.subjects[index]) for index in roster.parts_of(picked.frames)}
        return replace(picked, frames={**picked.frames, **parts}, open=picked.open | _of(roster, parts, picked.open))
    meant = {
        index: _frames(selector, roster.subjects[index], [])
        for index in roster.parts_of(picked.frames)
        if (part := roster.subjects[index].part) and f"{part.id}/".startswith(f"{selector.part}/")
    }
    meant |= {
        index: frames
        for index, frames in picked.frames.items()
        if f"{roster.stand_ins.get(index, '')}/".startswith(f"{selector.part}/")
    }
    if meant:
        return replace(picked, frames=meant, open=_of(roster, meant, picked.open))
    sentence = f"chooses the part {selector.part}, in which nothing was seen or which isn't there: it covers nothing"
    silent = any(roster.has_part(index, selector.part) for index in picked.frames)
    return replace(picked, frames={}, problems=(*picked.problems, sentence), silent=silent)


def _of(roster: Roster, parts: Iterable[int], assets: frozenset[int]) -> frozenset[int]:
    """Those of some parts that lie in some assets."""
    return frozenset(index for index in parts if roster.owner(index) in assets)


def _pick_assets(selector: Selector, roster: Roster) -> Picked:
    if selector.asset_id is not None:
        sentence = "selects by asset_id, which this version can't follow: that part covers nothing"
        return Picked(problems=(sentence,), followed=False)
    own = _looked((roster.with_path, selector.path), (roster.with_sequence, selector.sequence))
    beyond = _looked((roster.with_shot, selector.shot), (roster.with_reel, selector.reel))
    pinned = roster.with_digest(selector.sha256) if selector.sha256 else None
    names = [*own.values(), *beyond.values()]
    named = frozenset.intersection(*(each.indices for each in names)) if names else frozenset[int]()
    meanings = [*names, *([pinned] if pinned else [])]
    chosen = frozenset.intersection(*(each.indices for each in meanings)) if meanings else named
    chosen = frozenset(index for index in chosen if _files(meanings, index) != NOTHING)
    problems = [
        sentence for code, each in beyond.items() if not each.parts and (sentence := _not_in_timelines(code, roster))
    ]
    if names and not named:
        problems += _near_misses(selector, roster)
    problems += _spelled_twice(selector, roster, chosen)
    through = frozenset(index for index in chosen if not own and pinned is None and _parts(meanings, index))
    frames = {index: _chosen(selector, roster, index, meanings, problems, through=through) for index in sorted(chosen)}
    changed = {index: _chosen(selector, roster, index, names, [], through=through) for index in sorted(named - chosen)}
    open_ones = frozenset.intersection(chosen, *(each.open for each in meanings))
    unknown = frozenset[int]().union(*(each.unknown for each in meanings))
    unknown &= frozenset.intersection(*(each.indices | each.unknown for each in meanings)) if meanings else frozenset()
    return Picked(
        frames,
        changed if pinned else {},
        open_ones,
        _reach(selector, roster, meanings, open_ones),
        tuple(problems),
        through=through,
        unknown=unknown,
    )


def _reach(selector: Selector, roster: Roster, meanings: Sequence[KeyMeaning], open_ones: frozenset[int]) -> OpenReach:
    """What a selector chooses as a pattern."""
    if not open_ones:
        return OpenReach()
    patterns = [pattern for pattern in (selector.path, selector.sequence, selector.shot, selector.reel) if pattern]
    shots: dict[int, frozenset[str]] = {}
    for meaning in meanings:
        for master, named in meaning.shots.items():
            if master in open_ones:
                shots[master] = shots.get(master, named) & named
    empty = all(meaning.why_empty for meaning in meanings)
    text = " with ".join(patterns)
    return OpenReach(text, open_ones & roster.media, shots, meanings[0].why_empty if empty else "")


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
    if not masters:
        problems.append("selects by a timeline that no asset has: that part covers nothing")
    by_name = frozenset(i for i in frames if i not in roster.masters) if timeline.reel else frozenset[int]()
    reach = OpenReach(f"the reel {timeline.reel}", by_name & roster.media) if by_name else OpenReach()
    return Picked(frames, open=by_name, reach=reach, problems=tuple(problems))


def _looked(*keys: tuple[Callable[[str], KeyMeaning], str | None]) -> dict[str, KeyMeaning]:
    """What the stated ones of these keys mean, by what is stated."""
    return {stated: look(stated) for look, stated in keys if stated is not None}


def _parts(meanings: Iterable[KeyMeaning], index: int) -> list[Frames]:
    return [meaning.parts[index] for meaning in meanings if index in meaning.parts]


def _files(meanings: Iterable[KeyMeaning], index: int) -> Frames | None:
    """The frames whose files of a sequence are named; None where it is named itself."""
    named = [meaning.files[index] for meaning in meanings if index in meaning.files]
    return intersection(named) if named else None


def _chosen(
    selector: Selector,
    roster: Roster,
    index: int,
    meanings: Sequence[KeyMeaning],
    problems: list[str],
    *,
    through: frozenset[int],
) -> Frames | None:
    """The frames, in layers, that a selector chooses of one asset."""
    subject, layers = roster.subjects[index], roster.layers(index)
    parts, files = _parts(meanings, index), _files(meanings, index)
    if index in through and (selector.frames or selector.tc):
        problems.append(
            "chooses frames beside a shot or reel: those are its files' own, and mean nothing in "
            f"{in_master(subject, layers.touched(union(parts)))}"
        )
        return None
    stated = _frames(selector, subject, problems)
    if stated is None:
        return None
    limited = selector.frames is not None or selector.tc is not None or not parts
    own = stated if files is None else stated & files
    return intersection([*([layers.lift(own)] if limited or files is not None else []), *parts])


def _not_in_timelines(code: str, roster: Roster) -> str:
    """Why a shot or reel isn't found in a timeline, where there is one."""
    masters = roster.masters
    files = sorted({name for each in (*masters.misfits.values(), *masters.astray) for name in each.files})
    if files:
        return f"{code} can't be looked for in {', '.join(files)}, which fits no master"
    return f"{code} is in no timeline of this delivery; it is looked for in names only" if masters.cuts else ""


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
    if selector.tc is not None:
        return _by_timecode(selector.tc, subject, problems)
    if selector.frames is None:
        return whole(subject)
    stated = ranges_in(subject, selector.frames, selector.first_frame)
    problems += outside(subject, selector.frames, selector.first_frame)
    return stated


def in_master(subject: SeenAsset, frames: Frames) -> str:
    """A master in which a shot has these frames, and what to write to choose among them."""
    there = " and ".join(where(subject, held) for held in frames & whole(subject))
    return f"{subject.path}, where it has {there}; name the master's path beside them, or leave the frames out"


def outside(subject: SeenAsset, ranges: Sequence[tuple[int, int]], first_frame: int | None) -> list[str]:
    """What is wrong with stated ranges that lie outside an asset, wholly or in part, and the likely reason."""
    held = ranges_in(subject, ranges, first_frame)
    if held is None:
        none = "is sound and has none" if subject.kind == "audio" else "has none"
        return [f"chooses frames of {subject.path}, which {none}: that part covers nothing; its path alone would do"]
    offset = 0 if subject.is_sequence else first_frame or 0
    stated = Frames.of(*((first - offset, last - offset) for first, last in ranges if last >= offset))
    if not subject.frames or (held and not stated - held):
        return []
    first, last = subject.frames
    counts = "is numbered" if subject.is_sequence else "counts"
    own = f"{first}-{last}" if not offset else f"{first}-{last}, which is {first + offset}-{last + offset} here"
    hint = ""
    if not subject.is_sequence and not first_frame:
        hint = "; a plate's own numbers need first_frame, the number that its first frame has"
    elif not held and not subject.is_sequence:
        hint = "; is first_frame right?"
    lacking = "doesn't have" if not held else "has only some of"
    return [f"chooses frames that {subject.path} {lacking}: it {counts} {own}{hint}"]


def _by_timecode(ends: tuple[str, str], subject: SeenAsset, problems: list[str]) -> Frames | None:
    clock = subject.clock
    if clock is None or (subject.frames is None and subject.kind != "video"):
        hint = "; its path alone, or frames from 0, would do" if subject.frames else "; its path alone would do"
        problems.append(f"chooses by timecode in {subject.path}, which has none: that part covers nothing{hint}")
        return None
    origin = subject.frames[0] if subject.is_sequence and subject.frames else 0
    try:
        first, last = origin + clock.frame(ends[0]), origin + clock.last_frame(ends[1])
    except TimecodeError as error:
        problems.append(f"chooses by a timecode that {subject.path} can't have: {error}")
        return None
    stated = Frames.of((max(0, first), last)) & whole(subject)
    if not stated and subject.frames:
        begin, end = clock.label(0), clock.label(subject.frames[1] - origin)
        problems.append(f"chooses by a timecode that {subject.path} doesn't have: it has {begin}-{end}")
    return stated


def _near_misses(selector: Selector, roster: Roster) -> list[str]:
    pattern = selector.path or selector.sequence
    if pattern and roster.is_folder(pattern):
        return [f"{pattern} is a folder; {pattern}/ means everything in it"]
    near = roster.nearly(pattern) if pattern else None
    if not near:
        return []
    how = "the way of its slashes" if "\\" in str(pattern) else "capital letters"
    return [f"{pattern} selects nothing; {near} differs from it only in {how}"]


def _spelled_twice(selector: Selector, roster: Roster, chosen: frozenset[int]) -> list[str]:
    """That one written path means several files, which differ only in how their accents are written."""
    path = nfc(selector.path or "").removeprefix("./")
    same = chosen.intersection(roster.by_name.get(path, ()))
    if len(same) < 2:  # noqa: PLR2004 - one is what was meant
        return []
    return [f"{path} is {len(same)} files, whose names differ only in how accents are written: it means all of them"]
