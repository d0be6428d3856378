"""Lists of hashes: ASC MHL histories (`ascmhl/0001_….mhl` and their chain), and single files of the older MHL 1.

A history's generations are taken in their order, and the latest that states a good hash for a path wins: one marked as
failed says only that the file had changed by then. Hashes of folders are not checked, those of their files are.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from scanner.drop.assets import Member
from scanner.drop.identity import HEX_DIGITS
from scanner.drop.names import presentable
from scanner.drop.packages.entries import (
    Coverage,
    IgnorePattern,
    ManifestEntry,
    ManifestFault,
    Package,
    listed,
    named,
    within,
)
from scanner.drop.packages.index import Index
from scanner.drop.packages.markup import Element, MarkupError, read

HISTORY = "ascmhl"
"""The folder of an ASC MHL history, in the folder that it is about."""
SUFFIX = ".mhl"

CHAIN = "ascmhl_chain.xml"

_SOURCES = {
    **{name: name for name in ("md5", "sha1", "sha256", "sha512", "xxh32", "xxh64", "xxh3", "xxh128")},
    "xxhash64be": "xxh64",
    "c4": "sha512",
}
"""By the element: the algorithm whose digits it holds. A C4 ID (ST 2114) is a SHA-512 in other digits."""
_UNCHECKED = frozenset({"xxhash", "xxhash64", "null"})
"""Of MHL 1: a decimal number, bytes in another order, and no hash at all."""
_C4_DIGITS = {digit: value for value, digit in enumerate("123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz")}
_C4_LENGTH = 90
_MOST = 1_000_000
"""Files that one history may list."""
_PATTERNS = 200
"""Patterns of a list that are followed; with more, nothing is said of files that it doesn't list."""


@dataclass(slots=True)
class _Reading:
    """What is known of one list so far. `base` is the folder that its paths start from: empty, or ending in a slash."""

    base: str
    index: Index
    entries: dict[str, ManifestEntry] = field(default_factory=dict)
    ignored: list[str] = field(default_factory=list)
    faults: list[ManifestFault] = field(default_factory=list)
    whole: bool = True
    """Whether all of it was read: else nothing can be said of files that it doesn't list."""

    def nodes(self, member: Member, *wanted: str) -> Iterator[Element]:
        """The elements of one file; ends early, with a fault, where it can't be read further."""
        try:
            yield from read(self.index.path(member), wanted)
        except (MarkupError, OSError) as error:
            why = str(error) if isinstance(error, MarkupError) else error.strerror
            self.fault(member, f"it can't be read as a list of hashes: {why}")
            self.whole = False

    def fault(self, member: Member, message: str) -> None:
        """Something is wrong with a file of the list."""
        self.faults.append(ManifestFault(member.relative, message))

    def patterns(self, own: str) -> tuple[IgnorePattern, ...]:
        """What needs not be listed, in the order of the list: what it is written in, and what it says."""
        written = (own, *self.ignored[:_PATTERNS])
        patterns = (IgnorePattern.of(pattern) for pattern in dict.fromkeys(reversed(written)))
        return tuple(reversed([pattern for pattern in patterns if pattern]))

    def package(self, path: str, files: Sequence[Member], coverage: Coverage) -> Package:
        """All of it."""
        return Package(
            path=path,
            kind="mhl",
            files=tuple(member.relative for member in files),
            entries=tuple(self.entries.values()),
            coverage=coverage,
            faults=tuple(self.faults),
        )


def read_history(folder: str, files: Sequence[Member], index: Index) -> Package:
    """The history in an `ascmhl` folder. `folder` is that folder's own path, ending in a slash."""
    base = folder[: -len(HISTORY) - 1]
    reading = _Reading(base, index)
    generations = sorted((member for member in files if member.name.lower().endswith(SUFFIX)), key=_generation)
    for member in generations:
        _read_list(reading, member)
    chains = [member for member in files if member.name.lower() == CHAIN]
    for member in chains:
        _read_chain(reading, folder, member, generations)
    coverage = Coverage(base, None, reading.patterns(f"{HISTORY}/"), reading.whole)
    return reading.package(presentable(folder.rstrip("/")), [*generations, *chains], coverage)


def read_single(folder: str, member: Member, index: Index) -> Package:
    """A single list, which is about the folders beside it that it lists anything in."""
    reading = _Reading(folder, index)
    _read_list(reading, member)
    tops = (path[len(folder) :].partition("/") for path in reading.entries)
    folders = frozenset(top if slash else "" for top, slash, _ in tops) if reading.whole else None
    coverage = Coverage(folder, folders, reading.patterns(f"*{SUFFIX}"), reading.whole)
    return reading.package(presentable(member.relative), [member], coverage)


def _generation(member: Member) -> tuple[int, str]:
    number = re.match(r"[0-9]{1,9}", member.name)
    return int(number[0]) if number else 0, member.name


@dataclass(slots=True)
class _Odd:
    """What couldn't be taken from one file."""

    kinds: Counter[str] = field(default_factory=Counter)
    out: list[str] = field(default_factory=list)


def _read_list(reading: _Reading, member: Member) -> None:
    odd = _Odd()
    for number, node in enumerate(reading.nodes(member, "hash", "pattern", "hashlistreference")):
        if number == 0:
            if node.name != "hashlist":
                reading.fault(member, "it is called like a list of hashes and isn't one")
                reading.whole = False
                return
        elif node.name == "pattern":
            reading.ignored.append(node.text)
            reading.whole &= len(reading.ignored) <= _PATTERNS
        elif node.attributes.get("directory") != "true":
            _take(reading, node, member, odd)
        if len(reading.entries) > _MOST:
            reading.fault(member, f"it lists more than {_MOST} files; the rest was not read")
            reading.whole = False
            break
    if odd.out:
        paths = listed([named(path) for path in odd.out])
        reading.fault(member, f"it names paths that lead out of its folder, never followed: {paths}")
    if odd.kinds:
        kinds = ", ".join(f"{count} of {kind}" for kind, count in sorted(odd.kinds.items()))
        reading.fault(member, f"hashes that can't be checked: {kinds}")


def _take(reading: _Reading, node: Element, member: Member, odd: _Odd) -> None:
    written = node.child("path") or node.child("file")
    if written is None:
        odd.kinds["no file"] += 1
        return
    path = _placed(reading, written.text)
    if path is None:
        odd.out.append(written.text)
        return
    reading.entries.pop(_placed(reading, node.said("previousPath")) or "", None)  # it was renamed
    digests, unchecked, failed = _digests(node)
    known = reading.entries.get(path)
    if failed and not digests:
        reading.entries.setdefault(path, ManifestEntry(path, named(member.relative)))
        return
    if unchecked and not digests:
        odd.kinds.update(unchecked)
        digests = known.digests if known else ()
    reading.entries[path] = ManifestEntry(path, named(member.relative), _size(node, written), digests)


def _placed(reading: _Reading, written: str) -> str | None:
    """The path that a list writes; backslashes are slashes where no file is really called so."""
    path = within(reading.base, written)
    if "\\" in written and (path is None or reading.index.called_exactly(path) is None):
        return within(reading.base, written.replace("\\", "/"))
    return path


def _digests(node: Element) -> tuple[tuple[tuple[str, str], ...], list[str], bool]:
    """The digests of an entry, the kinds among them that can't be checked, and whether one is marked as failed."""
    digests: dict[str, str] = {}
    unchecked: list[str] = []
    failed = False
    for child in node.children:
        if child.name not in _SOURCES:
            unchecked += [child.name] * (child.name in _UNCHECKED)
        elif child.attributes.get("action") == "failed":
            failed = True
        else:
            algorithm = _SOURCES[child.name]
            digits = _of_c4(child.text) if child.name == "c4" else _of_hex(child.text, algorithm)
            if digits:
                digests.setdefault(algorithm, digits)
            else:
                unchecked.append(f"malformed {child.name}")
    return tuple(sorted(digests.items())), unchecked, failed


def _of_hex(text: str, algorithm: str) -> str | None:
    """Hex digits of the algorithm's length; some tools leave out the zeros that an xxHash begins with."""
    digits = text.lower()
    if algorithm.startswith("xxh") and digits:
        digits = digits.rjust(HEX_DIGITS[algorithm], "0")
    return digits if re.fullmatch(rf"[0-9a-f]{{{HEX_DIGITS[algorithm]}}}", digits) else None


def _of_c4(text: str) -> str | None:
    """The SHA-512 that a C4 ID spells: 88 digits to the base of 58, behind "c4"."""
    if len(text) != _C4_LENGTH or not text.startswith("c4") or not _C4_DIGITS.keys() >= set(text[2:]):
        return None
    value = 0
    for digit in text[2:]:
        value = value * len(_C4_DIGITS) + _C4_DIGITS[digit]
    digits = f"{value:0128x}"
    return digits if len(digits) == HEX_DIGITS["sha512"] else None


def _size(node: Element, written: Element) -> int | None:
    """A stated size: an attribute of the path, or an element of MHL 1."""
    text = written.attributes.get("size") or node.said("size")
    return int(text) if re.fullmatch(r"[0-9]{1,18}", text) else None


def _read_chain(reading: _Reading, folder: str, member: Member, generations: Sequence[Member]) -> None:
    """The chain lists the generations with their own hashes: a changed or missing one shows."""
    names = set()
    for number, node in enumerate(reading.nodes(member, "hashlist")):
        if number == 0:
            if node.name != "ascmhldirectory":
                reading.fault(member, "it is called like the chain of a history and isn't one")
                return
            continue
        path = within(folder, node.said("path"))
        if path is None:
            reading.fault(member, f"it names a generation outside its folder: {named(node.said('path'))}")
            continue
        names.add(path)
        reading.entries[path] = ManifestEntry(path, named(member.relative), digests=_digests(node)[0])
        if reading.index.find(path) is None:
            reading.whole = False
    strays = [named(generation.relative) for generation in generations if generation.relative not in names]
    if strays and names:
        reading.fault(member, f"it doesn't list {listed(strays)}")
