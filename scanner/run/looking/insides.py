"""The parts of the units of a run: which of them are known, where their files lie, and as units of their own.

A part is looked at like an asset, in the round after the one in which the file that holds it was. What a file holds is
remembered; its parts are taken out again only where something of one of them isn't.
"""

import hashlib
import os
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path

from scanner.catalogue import Catalogue
from scanner.drop.assets import Asset, Member
from scanner.drop.kinds import Format
from scanner.examination import Part, PartListing, Problem
from scanner.parts.archives.unpackers import has_libarchive
from scanner.parts.listing import VERSION, ListedParts, readers_of
from scanner.parts.source import Bounds
from scanner.run.looking.plan import Unit
from scanner.terms.reasons import Reason

BOUNDS = Bounds()
_TRACK, _HIDDEN = "track:", "hidden:"
"""How the id of a track begins, and of what its edit list leaves out; the number of its stream follows."""
_MEMBER = "member:"
_TOO_MANY = PartListing(
    problems=(
        Problem(
            Reason.SCAN_PARTIAL,
            f"more than {BOUNDS.within:,} parts lie in the file that it is in, and what is in it was not looked at",
        ),
    )
)
_ROOM = Path("/var/tmp")  # noqa: S108 - a folder for large files; a private folder is made in it


class Insides:
    """What lies inside the units of a run. `close` takes away the files of parts that were taken out."""

    def __init__(self, catalogue: Catalogue, lacks: Callable[[Unit], bool]) -> None:
        """`lacks`: whether something that is to be known of a unit isn't remembered."""
        self._catalogue = catalogue
        self._lacks = lacks
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        self._unkept: dict[tuple[str, str], PartListing] = {}
        self._files: dict[tuple[str, str], tuple[Path, ...]] = {}
        self._counts: Counter[str] = Counter()
        self._followed: dict[str, bool] = {}
        """Whether the parts of a unit are looked at, by its path: decided in the order of the rounds."""
        self._members: dict[str, Format] = {}
        """What the members of archives are, by their content."""
        self.paths: set[str] = set()
        """Paths of assets that the drop has: no member of an archive may pose as one."""

    def close(self) -> None:
        """Take away what was taken out."""
        if self._folder:
            self._folder.cleanup()
            self._folder = None

    def spool_of(self, unit: Unit) -> Path | None:
        """The folder into which a unit's parts are to be taken out; None where all of them is known."""
        if unit.in_place or unit.depth >= BOUNDS.depth or not self._is_to_list(unit):
            return None
        if self._folder is None:
            room = str(_ROOM) if _ROOM.is_dir() and "TMPDIR" not in os.environ else None
            self._folder = tempfile.TemporaryDirectory(prefix="provscan-parts-", dir=room, ignore_cleanup_errors=True)
        return Path(self._folder.name) / hashlib.sha256(f"{unit.content} {unit.suffix}".encode()).hexdigest()[:32]

    def keep(self, unit: Unit, listed: ListedParts, spool: Path) -> None:
        """Remember what a unit holds, and where its parts lie."""
        if listed.lasting:
            self._catalogue.keep_listing(unit.content, unit.suffix, _version(), listed.listing)
        else:
            self._unkept[unit.content, unit.suffix] = listed.listing
        for part, names in listed.files.items():
            self._files[unit.content, part] = tuple(spool / name for name in names)

    def listing(self, unit: Unit) -> PartListing | None:
        """The parts of a unit; None where nobody has looked for them."""
        if unit.in_place or unit.depth >= BOUNDS.depth:
            return PartListing(problems=self._too_deep(unit))
        listing = self._known(unit)
        return _TOO_MANY if listing and not self._follows(unit, listing) else listing

    def units(self, unit: Unit) -> list[Unit]:
        """The parts of a unit that are looked at, as units, in the order of the file."""
        listing = self.listing(unit)
        return self._units_of(unit, listing) if listing else []

    def _units_of(self, unit: Unit, listing: PartListing) -> list[Unit]:
        made = self._member if listing.is_archive and unit.part is None else self._part
        return [made(unit, part) for part in listing.parts if is_looked_at(part)]

    def descendants(self, unit: Unit) -> Iterator[Unit]:
        """The parts of a unit that are looked at, and theirs, each before its own."""
        for child in self.units(unit):
            yield child
            yield from self.descendants(child)

    def _known(self, unit: Unit) -> PartListing | None:
        """What was found in a unit, in this run or an earlier one."""
        unkept = self._unkept.get((unit.content, unit.suffix))
        return unkept or self._catalogue.listing(unit.content, unit.suffix, _version())

    def _follows(self, unit: Unit, listing: PartListing) -> bool:
        """Whether a unit's parts are looked at: not where those of the file that it lies in are too many without."""
        path = unit.asset.path
        if path not in self._followed:
            outermost = path.partition("\0")[0].partition("!/")[0]
            count = sum(map(is_looked_at, listing.parts))
            self._followed[path] = not count or self._counts[outermost] + count <= BOUNDS.within
            self._counts[outermost] += count * self._followed[path]
        return self._followed[path]

    def _is_to_list(self, unit: Unit, asked: set[tuple[str, str, int]] | None = None) -> bool:
        """Whether something of a unit's parts, or theirs, isn't known. `asked`: those that need not be asked again."""
        listing = self._known(unit)
        if listing is None:
            return True
        asked = set() if asked is None else asked
        for child in self._units_of(unit, listing):
            key = (child.content, child.suffix, child.depth)
            if child.track is not None or _lies_there(child) or key in asked:
                continue
            asked.add(key)
            if self._lacks(child) or (child.depth < BOUNDS.depth and self._is_to_list(child, asked)):
                return True
        return False

    def _member(self, archive: Unit, part: Part) -> Unit:
        """A member of an archive, which is an asset of its own."""
        path = f"{archive.asset.path}!/{part.id.removeprefix(_MEMBER)}"
        while path in self.paths:
            path += "'"
        asset, root = _taken_out(path, self._files.get((archive.content, part.id), ()))
        self._members[part.sha256] = Format(part.format, part.kind)
        return Unit(asset, root, part.sha256, depth=archive.depth + 1)

    def _part(self, holder: Unit, part: Part) -> Unit:
        chain = replace(part, id=f"{holder.part.id}/{part.id}" if holder.part else part.id)
        path = key_of(holder.asset.path.partition("\0")[0], chain.id)
        hidden = part.in_place and part.id.startswith(_HIDDEN)
        is_track = hidden or (part.in_place and part.id.startswith(_TRACK))
        track = int(part.id.partition(":")[2]) if is_track else None
        content = part.sha256 or f"{holder.content}#{part.id}"
        drawn, files = "", self._files.get((holder.content, part.id), ())
        if track is not None:
            asset, root = replace(holder.asset, path=path), holder.root
        elif part.in_place:
            asset, root, drawn = _drawn_out_of(holder.asset, path, part), holder.root, part.id
        elif part.kind == "sequence":
            asset, root = _sequence(path, part, files)
        else:
            asset, root = _taken_out(path, files)
        return Unit(asset, root, content, part=chain, depth=holder.depth + 1, track=track, hidden=hidden, drawn=drawn)

    def _too_deep(self, unit: Unit) -> tuple[Problem, ...]:
        """What is told of a part that lies too deep for its own parts to be looked for, where it may have some."""
        form = Format(unit.part.format, unit.part.kind) if unit.part else self._members.get(unit.content)
        if form is None or unit.in_place or not readers_of(form):
            return ()
        return (Problem(Reason.SCAN_PARTIAL, f"it lies {unit.depth} parts deep, and what is in it was not looked for"),)


def _taken_out(path: str, files: Sequence[Path]) -> tuple[Asset, Path]:
    """A part as an asset, and where its file lies; without one where it wasn't taken out in this run."""
    if not files:
        return Asset(path, ()), Path()
    return Asset(path, (_member(files[0]),)), files[0].parent


def _sequence(path: str, part: Part, files: Sequence[Path]) -> tuple[Asset, Path]:
    """A part of a sequence as one, with or without the files that were taken out; its numbers are known in any case."""
    if not files:
        nowhere = (Member("", 0, 0, 0, 0, number) for number in _numbers(part))
        return Asset(path, tuple(nowhere), is_sequence=True), Path()
    members = (_member(file, number) for file, number in zip(files, _numbers(part), strict=True))
    return Asset(path, tuple(members), is_sequence=True), files[0].parent


def _drawn_out_of(holder: Asset, path: str, part: Part) -> Asset:
    """A part that is drawn out of a file, or out of some files of a sequence."""
    numbers = frozenset(_numbers(part))
    members = tuple(each for each in holder.members if not numbers or each.number in numbers)
    return Asset(path, members, is_sequence=part.kind == "sequence")


def _numbers(part: Part) -> Iterator[int]:
    for first, last in part.numbers:
        yield from range(first, last + 1)


def _member(file: Path, number: int | None = None) -> Member:
    facts = file.lstat()
    return Member(file.name, facts.st_size, facts.st_mtime_ns, facts.st_ctime_ns, facts.st_ino, number)


def _lies_there(unit: Unit) -> bool:
    """Whether the files of a unit lie somewhere, so that it can be looked at."""
    return any(member.relative for member in unit.asset.members)


@cache
def _version() -> str:
    """Of what is remembered as listed: another where a reader was installed since, or taken away."""
    return f"{VERSION} {BOUNDS}{'' if has_libarchive() else ' without libarchive'}"


def key_of(path: str, part: str) -> str:
    """The path of the unit that a part of an asset is, which no file has; where no part is meant, the asset's own."""
    return f"{path}\0{part}" if part else path


def is_looked_at(part: Part) -> bool:
    """Whether a part is examined like an asset."""
    return not part.harmless and not part.why_not
