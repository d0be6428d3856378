"""Which files of a folder are frames of one image sequence, and what the sequence is called.

A movie is never a frame, nor is a lone file. EXR and DPX are frames by their names alone, and may have gaps. JPEG, PNG,
TIFF and WebP are also how stills are delivered, so these must be consecutive and of one format and pixel size. No two
sequences have the same path.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import groupby, pairwise

from scanner.drop.assets import Asset, Member
from scanner.drop.headers import PixelSize
from scanner.drop.names import presentable

_GAPPED = frozenset({".exr", ".dpx"})
_CONSECUTIVE = frozenset({".jpg", ".jpeg", ".png", ".tif", ".tiff", ".webp"})
_GAPS_PER_MEMBER = 10
"""Above this, numbers aren't frames of one sequence; it also bounds the list of missing ones."""
_UNSEPARATED_DIGITS = 4
"""With no separator before it, a shorter number is part of a word: `ep101`, `v002`."""
_LONGEST = 10
"""Digits of a frame number; more is a date and time, or a hash."""

_FRAME = re.compile(r"(?s)(.*?)([0-9]+)(\.[A-Za-z]+)")
_VERSION = re.compile(r"(?si)(?:.*[._\- ])?v(?:er(?:sion)?)?")


@dataclass(frozen=True, slots=True)
class _Frame:
    """A file whose name could be a frame's. `member.number` is set."""

    member: Member
    number: int
    digits: str


@dataclass(frozen=True, slots=True)
class _Chain:
    """Frames of one name pattern, ascending by number, no number twice. `padding`: the fewest digits of one."""

    prefix: str
    padding: int
    suffix: str
    frames: tuple[_Frame, ...]


def group(
    members: Iterable[Member], pixel_size: Callable[[Member], PixelSize | None]
) -> tuple[list[Asset], list[Member]]:
    """The sequences that these files make, ordered by path, and the files that are part of none.

    `pixel_size` reads a file's header; it is asked only about JPEG, PNG, TIFF and WebP files with a neighbour, and a
    file about which it answers None stands alone.

    A frame's number is the run of digits before the extension, behind one of `. _ -`, a space or nothing, or at least
    four digits long (`shot0001.png`; but `v0002` is a version); a negative number is no frame's. Numbers wider than the
    padding belong to a sequence that they continue (9999, 10000). EXR and DPX: where the frames missing outnumber those
    present ten to one, the files are cut into stretches where they don't.

    A sequence's path is `folder/name.%04d.ext` (`%d`: not padded), a literal `%` of its base name doubled. Where one
    pattern has several sequences each says its numbers: `name.20-30%04d.ext`.
    """
    folders: dict[str, list[Member]] = defaultdict(list)
    for member in members:
        folders[member.relative[: -len(member.name)]].append(member)
    assets = [asset for folder, files in folders.items() for asset in _sequences(folder, files, pixel_size)]
    taken = {member.relative for asset in assets for member in asset.members}
    alone = [member for files in folders.values() for member in files if member.relative not in taken]
    return sorted(assets, key=lambda asset: asset.path), alone


def frame_name(name: str) -> tuple[str, str, str] | None:
    """Prefix, digits and suffix of a base name that could be a frame's: `("plate.", "1001", ".exr")`."""
    match = _FRAME.fullmatch(name)
    if not match or match[3].lower() not in _GAPPED | _CONSECUTIVE or len(match[2]) > _LONGEST:
        return None
    prefix, digits, suffix = match.groups()
    separated = not prefix or prefix[-1] in "._- "
    negative = prefix.endswith("-") and prefix[-2:-1] in {"", ".", "_"}
    if negative or _VERSION.fullmatch(prefix) or (not separated and len(digits) < _UNSEPARATED_DIGITS):
        return None
    return prefix, digits, suffix


def names_beside(sequences: Iterable[Asset], paths: Iterable[str]) -> dict[str, str]:
    """What every other name of the drop is called, so that none is called like a sequence: by presentable path.

    That is its presentable path, unless a sequence has this path: a file really called `shot.%04d.png` beside
    `shot.0001.png` and `shot.0002.png` has each `%` of its base name doubled, as often as it takes to be called like
    nothing else.
    """
    patterns = {asset.path for asset in sequences}
    called = {path: path for path in paths}
    taken = patterns | called.keys()
    for path in sorted(called.keys() & patterns):
        folder, slash, name = path.rpartition("/")
        while folder + slash + name in taken:
            name = name.replace("%", "%%")
        called[path] = folder + slash + name
        taken.add(called[path])
    return called


def _sequences(folder: str, files: list[Member], pixel_size: Callable[[Member], PixelSize | None]) -> Iterator[Asset]:
    place = presentable(folder)
    for chain in _chains(files):
        if chain.suffix.lower() in _GAPPED:
            parts = _dense(chain.frames)
        else:
            parts = [part for run in _runs(chain.frames) for part in _alike(run, pixel_size)]
        parts = [part for part in parts if len(part) > 1]
        for part in parts:
            yield _sequence(place, chain, part, alone=len(parts) == 1)


def _frame(member: Member) -> tuple[str, str, _Frame] | None:
    """Prefix, suffix and frame of a file whose name could be a frame's."""
    parts = frame_name(member.name)
    if not parts:
        return None
    prefix, digits, suffix = parts
    number = int(digits)
    return prefix, suffix, _Frame(replace(member, number=number), number, digits)


def _chains(files: Iterable[Member]) -> Iterator[_Chain]:
    """The files whose names could be frames, by pattern."""
    patterns: dict[tuple[str, str], dict[int, list[_Frame]]] = defaultdict(lambda: defaultdict(list))
    for member in files:
        parts = _frame(member)
        if parts:
            prefix, suffix, frame = parts
            patterns[prefix, suffix][len(frame.digits)].append(frame)
    for (prefix, suffix), by_width in patterns.items():
        chain: _Chain | None = None
        for width in sorted(by_width):
            frames = tuple(sorted(by_width[width], key=lambda frame: frame.number))
            if chain and _continues(chain, width, frames):
                chain = replace(chain, frames=chain.frames + frames)
                continue
            if chain:
                yield chain
            chain = _Chain(prefix, width, suffix, frames)
        if chain:
            yield chain


def _continues(chain: _Chain, width: int, frames: tuple[_Frame, ...]) -> bool:
    """Whether numbers of this width are those of the chain, grown out of its padding: 9999, 10000."""
    last, first = chain.frames[-1], frames[0]
    if width != len(last.digits) + 1 or first.digits.startswith("0"):
        return False
    allowed = _GAPS_PER_MEMBER * len(chain.frames) if chain.suffix.lower() in _GAPPED else 0
    return first.number - last.number - 1 <= allowed


def _dense(frames: tuple[_Frame, ...]) -> list[tuple[_Frame, ...]]:
    """All frames where they aren't sparse, else stretches of which none is."""
    if frames[-1].number - frames[0].number + 1 - len(frames) <= _GAPS_PER_MEMBER * len(frames):
        return [frames]
    parts: list[list[_Frame]] = [[frames[0]]]
    for frame in frames[1:]:
        part = parts[-1]
        gaps = frame.number - part[0].number - len(part)
        if gaps > _GAPS_PER_MEMBER * (len(part) + 1):
            parts.append([frame])
        else:
            part.append(frame)
    return [tuple(part) for part in parts]


def _runs(frames: tuple[_Frame, ...]) -> Iterator[tuple[_Frame, ...]]:
    """Stretches of consecutive numbers."""
    for _, run in groupby(enumerate(frames), key=lambda place: place[1].number - place[0]):
        yield tuple(frame for _, frame in run)


def _alike(run: tuple[_Frame, ...], pixel_size: Callable[[Member], PixelSize | None]) -> Iterator[tuple[_Frame, ...]]:
    """Stretches of one format and pixel size; what has none is left out."""
    if len(run) < 2:  # noqa: PLR2004 - a lone file isn't opened
        return
    for size, part in groupby(run, key=lambda frame: pixel_size(frame.member)):
        if size:
            yield tuple(part)


def _sequence(place: str, chain: _Chain, frames: tuple[_Frame, ...], *, alone: bool) -> Asset:
    numbers = "" if alone else f"{frames[0].number}-{frames[-1].number}"
    counter = f"%0{chain.padding}d" if chain.padding > 1 else "%d"
    prefix = presentable(chain.prefix).replace("%", "%%")
    missing = [n for left, right in pairwise(frames) for n in range(left.number + 1, right.number)]
    return Asset(
        path=f"{place}{prefix}{numbers}{counter}{chain.suffix}",
        members=tuple(frame.member for frame in frames),
        is_sequence=True,
        missing=tuple(missing),
    )
