"""Lists of checksums as md5sum and its relatives write them: `clip.mov.md5` beside a file, `checksums.sha1` for many.

Read are lines of a hash and a name, in the forms of coreutils, BSD and OpenSSL, and a hash alone, which is of the file
that the list is called after. Names count from the list's folder, whichever way their slashes go.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
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

_SUFFIXES: Mapping[str, str] = {f".{name}": name for name in HEX_DIGITS}
_SUMS = re.compile(r"(?i)(md5|sha1|sha256|sha512)sums?(?:\.txt)?")
_BY_LENGTH = {HEX_DIGITS[name]: name for name in ("md5", "sha1", "sha256", "sha512")}
_LINE = re.compile(r"(?P<escaped>\\?)(?P<digits>[0-9A-Fa-f]{8,128})(?: [ *]|\t+| +\*?)(?P<name>.+)")
_TAGGED = re.compile(r"(?i)(?P<tag>[A-Z0-9-]{3,10}) ?\((?P<name>.+)\) ?= ?(?P<digits>[0-9A-F]{8,128})")
_TAGS = {"sha2-256": "sha256", "sha2-512": "sha512", "xxh3": "xxh3", "xxh32": "xxh32"}
_ALONE = re.compile(r"[0-9A-Fa-f]{8,128}")
_ESCAPES = re.compile(r"\\([\\nr])")
_LARGEST = 50 << 20
"""Bytes of a list that are read, as of other tables."""
_MOST = 1_000_000
"""Lines."""


def is_list(member: Member) -> bool:
    """Whether a file is called like a list of checksums."""
    return _algorithm_of(member.name) is not None


def _algorithm_of(name: str) -> str | None:
    """Of which kind the hashes of a list that is called so are."""
    sums = _SUMS.fullmatch(name)
    stem, dot, ending = name.lower().rpartition(".")
    return sums[1].lower() if sums else _SUFFIXES.get(f".{ending}") if stem and dot else None


@dataclass(slots=True)
class _Reading:
    """What is known of one list so far."""

    folder: str
    member: Member
    index: Index
    entries: dict[str, ManifestEntry] = field(default_factory=dict)
    faults: list[ManifestFault] = field(default_factory=list)
    odd: Counter[str] = field(default_factory=Counter)
    out: list[str] = field(default_factory=list)

    def fault(self, message: str) -> None:
        """Something is wrong with the list."""
        self.faults.append(ManifestFault(self.member.relative, message))


def read_list(folder: str, member: Member, index: Index) -> Package:
    """The list of checksums in a file. `folder` is where it lies: empty, or ending in a slash."""
    reading = _Reading(folder, member, index)
    lines = _lines(reading)
    for line in lines:
        _take(reading, line, alone=len(lines) == 1)
    if reading.odd:
        kinds = ", ".join(f"{count} {kind}" for kind, count in sorted(reading.odd.items()))
        reading.fault(f"lines that can't be checked: {kinds}")
    if reading.out:
        paths = listed([named(path) for path in reading.out])
        reading.fault(f"it names paths that lead out of its folder, never followed: {paths}")
    return Package(
        path=presentable(member.relative),
        kind="mhl",
        files=(member.relative,),
        entries=tuple(reading.entries.values()),
        coverage=_coverage(reading),
        faults=tuple(reading.faults),
    )


def _coverage(reading: _Reading) -> Coverage | None:
    """Of a list for many files: the folders in which it lists any. One beside a file says nothing of others."""
    if len(reading.entries) < 2 or reading.faults:  # noqa: PLR2004 - a list for one is no list
        return None
    tops = (path[len(reading.folder) :].partition("/") for path in reading.entries)
    folders = frozenset(top if slash else "" for top, slash, _ in tops)
    return Coverage(reading.folder, folders, (IgnorePattern(_is_a_list),))


def _is_a_list(path: str) -> bool:
    name = path.rpartition("/")[2]
    return _algorithm_of(name) is not None or name.lower().endswith(".mhl")


def _lines(reading: _Reading) -> list[str]:
    """The lines that hold anything, without comments."""
    try:
        if reading.member.size > _LARGEST:
            reading.fault(f"it is larger than {_LARGEST >> 20} MB and was not read")
            return []
        raw = reading.index.path(reading.member).read_bytes()
    except OSError as error:
        reading.fault(f"it can't be read: {error.strerror}")
        return []
    lines = [line.rstrip() for line in _decoded(raw).splitlines()]
    lines = [line for line in lines if line.strip() and line[0] not in "#;"]
    if not lines:
        reading.fault("it is called like a list of checksums and holds none")
    if len(lines) > _MOST:
        reading.fault(f"it has more than {_MOST} lines; the rest was not read")
    return lines[:_MOST]


def _decoded(raw: bytes) -> str:
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        return raw.decode("utf-16", "replace")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return raw.decode("utf-8", "surrogateescape")


def _take(reading: _Reading, line: str, *, alone: bool) -> None:
    """Take what one line says."""
    tagged, plain, bare = _TAGGED.fullmatch(line), _LINE.fullmatch(line), _ALONE.fullmatch(line.strip())
    if bare and alone:
        path = _called_after(reading)
        if path is None:
            reading.fault("it states a hash alone, and it can't be told of which file")
            return
        digits, stated = bare[0].lower(), ""
    elif tagged or plain:
        match = tagged or plain
        name = match["name"] if match else ""
        if plain and plain["escaped"]:
            name = _ESCAPES.sub(lambda escape: {"\\": "\\", "n": "\n", "r": "\r"}[escape[1]], name)
        path = _placed(reading, name)
        if path is None:
            reading.out.append(name)
            return
        digits, stated = (match["digits"].lower() if match else ""), (tagged["tag"].lower() if tagged else "")
    else:
        reading.odd["without a hash and a name"] += 1
        return
    algorithm = _algorithm(reading.member.name, digits, stated)
    if algorithm is None:
        reading.odd["with a hash of no kind that can be checked"] += 1
    digests = ((algorithm, digits),) if algorithm else ()
    reading.entries[path] = ManifestEntry(path, named(reading.member.relative), digests=digests)


def _algorithm(name: str, digits: str, stated: str) -> str | None:
    """The kind of a hash: as its line says, else as the list is called where that fits, else by its length."""
    told = _TAGS.get(stated, stated.replace("-", "")) or _algorithm_of(name) or ""
    if HEX_DIGITS.get(told) == len(digits):
        return told
    return None if stated else _BY_LENGTH.get(len(digits))


def _placed(reading: _Reading, name: str) -> str | None:
    """The path of a name in the list; backslashes are slashes where no file is really called so."""
    path = within(reading.folder, name)
    if "\\" in name and (path is None or reading.index.called_exactly(path) is None):
        return within(reading.folder, name.replace("\\", "/"))
    return path


def _called_after(reading: _Reading) -> str | None:
    """The file that a list is called after: `clip.mov` of `clip.mov.md5`, else the only file called `clip`."""
    stem = reading.member.relative.rpartition(".")[0]
    if reading.index.find(stem):
        return stem
    beside = [path for path in _beside(reading) if path.rpartition(".")[0] == stem]
    return beside[0] if len(beside) == 1 else stem if "." in stem[len(reading.folder) :] else None


def _beside(reading: _Reading) -> Iterator[str]:
    """The other files right in the folder that are no lists."""
    for folder, members in reading.index.folders():
        if folder == reading.folder:
            yield from (member.relative for member in members if not _is_a_list(member.relative))
