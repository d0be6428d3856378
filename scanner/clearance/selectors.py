"""Which assets, and which of their frames, a selector of the paper means.

Knows names, checksums, frames and timecodes; not what is declared or approved of them. What it can't follow selects
nothing and says so, which is the safe side: nothing is ever taken to be covered by mistake.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from scanner.clearance.coverage import EVERYTHING, NOTHING, Frames
from scanner.clearance.globs import counted, shot_pattern, telling
from scanner.clearance.paper import Selector
from scanner.clearance.subject import Subject
from scanner.globs import Glob, nfc, wild
from scanner.timecode import TimecodeError


@dataclass(frozen=True, slots=True)
class Roster:
    """The assets of a drop, ready to be selected: their paths in NFC, from the delivery's root on.

    `names` has None for an asset outside the root. `media` counts those that are no mere other files.
    """

    subjects: tuple[Subject, ...]
    names: tuple[str | None, ...]
    by_name: Mapping[str, tuple[int, ...]]
    by_digest: Mapping[str, tuple[int, ...]]
    by_folded: Mapping[str, str]
    media: int

    @classmethod
    def of(cls, subjects: Sequence[Subject], root: str = ".", drop_name: str = "") -> "Roster":
        """The roster. A root that is the drop's own name, and no folder in it, is the drop itself."""
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
            tuple(subjects),
            names,
            {name: tuple(found) for name, found in by_name.items()},
            {digest: tuple(found) for digest, found in by_digest.items()},
            {name.casefold(): name for name in sorted(filter(None, names), reverse=True)},
            sum(subject.kind != "other" for subject in subjects),
        )

    def with_path(self, pattern: str) -> tuple[frozenset[int], bool]:
        """The assets that a path fits, and whether it is literal: one that equals an asset's path always is."""
        name = nfc(pattern).removeprefix("./")
        same = self.by_name.get(name, ()) or self.with_sequence(name)[0]
        if same or not (wild(name) or name.endswith("/")):
            return frozenset(same), True
        glob = Glob.of(pattern)
        fitting = (index for index, name in enumerate(self.names) if name is not None and glob.matches(name))
        return frozenset(fitting), False

    def with_sequence(self, pattern: str) -> tuple[frozenset[int], bool]:
        """The sequences whose name, with its counter, fits; a counter written `#` or `%d` is of any width."""
        name = counted(nfc(pattern).removeprefix("./"))
        if name in self.by_name:
            return frozenset(index for index in self.by_name[name] if self.subjects[index].is_sequence), True
        if not wild(name) and "%d" not in name:
            return frozenset(), True
        glob = Glob.of(name.replace("%d", "%0*d"))
        fitting = (
            index
            for index, path in enumerate(self.names)
            if path is not None and self.subjects[index].is_sequence and glob.matches(path)
        )
        return frozenset(fitting), not wild(name)

    def with_shot(self, code: str) -> tuple[frozenset[int], bool]:
        """The assets whose name or folder names a shot."""
        shot = shot_pattern(nfc(code))
        fitting = (index for index, name in enumerate(self.names) if name is not None and shot.search(name))
        return frozenset(fitting), not wild(code)

    def nearly(self, pattern: str) -> str | None:
        """A path that would fit if capitals and the way of the slashes didn't count."""
        folded = nfc(counted(pattern)).removeprefix("./").replace("\\", "/").casefold()
        if not wild(folded):
            return self.by_folded.get(folded)
        glob = Glob.of(folded)
        return min((name for known, name in self.by_folded.items() if glob.matches(known)), default=None)


@dataclass(frozen=True, slots=True)
class Picked:
    """What a selector means: by asset (its index) the frames, None where they can't be told.

    `changed`: named assets whose checksum isn't the pinned one. `blanket` is why it is too broad, or empty.
    `problems`: what a person should know of it.
    """

    frames: Mapping[int, Frames | None] = field(default_factory=dict)
    changed: frozenset[int] = frozenset()
    blanket: str = ""
    problems: tuple[str, ...] = ()
    followed: bool = True


def pick(selector: Selector, roster: Roster, ratio: float) -> Picked:
    """The assets that fit all that the selector states, and the frames of them that it chooses.

    Args:
        selector: what the paper says.
        roster: the assets.
        ratio: the share of the drop above which a pattern with wildcards is too broad.
    """
    beyond = [key for key in ("reel", "asset_id") if getattr(selector, key) is not None]
    if beyond:
        said = f"selects by {' and '.join(beyond)}, which this version can't follow: that part covers nothing"
        return Picked(problems=(said,), followed=False)
    found = [
        look(pattern)
        for look, pattern in (
            (roster.with_path, selector.path),
            (roster.with_sequence, selector.sequence),
            (roster.with_shot, selector.shot),
        )
        if pattern is not None
    ]
    pinned = frozenset(roster.by_digest.get(selector.sha256, ())) if selector.sha256 else None
    named = frozenset.intersection(*(indices for indices, _ in found)) if found else pinned or frozenset()
    chosen = named if pinned is None else named & pinned
    exact = pinned is not None or any(literal for _, literal in found)
    problems: list[str] = []
    if not named:
        problems += _near_misses(selector, roster)
    frames = {index: _frames(selector, roster.subjects[index], problems) for index in sorted(chosen)}
    blanket = "" if exact else _blanket(selector, len(chosen), roster.media, ratio)
    return Picked(frames, named - chosen, blanket, tuple(problems))


def whole(subject: Subject) -> Frames:
    """All frames of an asset; everything there may be, where their count isn't known or there are none."""
    return Frames.of(subject.frames) if subject.frames else EVERYTHING


def ranges_in(subject: Subject, ranges: Sequence[tuple[int, int]], first_frame: int | None) -> Frames | None:
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


def _frames(selector: Selector, subject: Subject, problems: list[str]) -> Frames | None:
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


def _by_timecode(ends: tuple[str, str], subject: Subject, problems: list[str]) -> Frames | None:
    clock = subject.clock
    if clock is None or (subject.frames is None and subject.kind != "video"):
        problems.append(f"chooses by timecode in {subject.path}, which has none: that part covers nothing")
        return None
    origin = subject.frames[0] if subject.is_sequence and subject.frames else 0
    try:
        first, last = (origin + clock.frame(end) for end in ends)
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


def _blanket(selector: Selector, count: int, media: int, ratio: float) -> str:
    patterns = [pattern for pattern in (selector.path, selector.sequence, selector.shot) if pattern is not None]
    text = " with ".join(patterns)
    if not any(telling(Glob.of(pattern)) for pattern in patterns):
        return f"{text}, which names no shot, folder or file"
    if count > 1 and count > ratio * media:
        return f"{text}, which selects {count} of {media} assets"
    return ""
