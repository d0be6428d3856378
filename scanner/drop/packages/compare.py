"""Holding manifests against what was delivered: files that changed, are missing, or that no list knows.

Gives facts, each with the reason code that it leads to; how grave they are is the policy's to say. Digests are handed
in: nothing is read here.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from scanner.drop.assets import Member
from scanner.drop.packages.entries import (
    Coverage,
    ManifestEntry,
    ManifestFault,
    Package,
    PackageKind,
    Submission,
    listed,
    named,
)
from scanner.drop.packages.gaps import frames, gaps
from scanner.drop.packages.index import AssetFile, Index
from scanner.drop.packages.submissions import assets_of
from scanner.examination import Problem
from scanner.terms.reasons import Reason

Digests: TypeAlias = Mapping[str, Mapping[str, str]]
"""By file (as the system names it) and algorithm: lower-case hex digits. What couldn't be read isn't in it."""

_MISSING = 200
"""Findings on missing files that one package may lead to; what is beyond is one more."""


@dataclass(frozen=True, slots=True)
class Absence:
    """Something that a manifest lists and the drop lacks. `about` stays the same as long as that is so."""

    about: str
    problem: Problem


@dataclass(frozen=True, slots=True)
class PackageFacts:
    """A package as the report lists it: how many files of the drop it names, and what is wrong."""

    path: str
    kind: PackageKind
    members: int
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """What came of it, by the assets' presentable paths where it is about assets.

    `differences` are about what was delivered (`scan.mhl_mismatch`, `scan.not_in_mhl`). `hindrances` kept a file from
    being examined in full: a manifest that can't be understood, an encrypted track file.
    """

    packages: tuple[PackageFacts, ...] = ()
    differences: Mapping[str, Sequence[Problem]] = field(default_factory=dict)
    hindrances: Mapping[str, Sequence[Problem]] = field(default_factory=dict)
    submissions: Mapping[str, Sequence[Submission]] = field(default_factory=dict)
    absences: tuple[Absence, ...] = ()


def algorithms(packages: Iterable[Package], index: Index) -> dict[str, frozenset[str]]:
    """The digests that manifests state, by file: what has to be made of it besides its SHA-256."""
    stated: defaultdict[str, set[str]] = defaultdict(set)
    for entry in (entry for package in packages for entry in package.entries):
        file = index.find(entry.path) if entry.digests else None
        if file:
            stated[file.member.relative].update(algorithm for algorithm, _ in entry.digests)
    return {relative: frozenset(names) for relative, names in stated.items()}


def compare(packages: Sequence[Package], index: Index, digests: Digests) -> Comparison:
    """Hold every package against the drop."""
    findings = _Findings(index, digests, frozenset.union(frozenset(), *(package.holds for package in packages)))
    results = [findings.package(package) for package in packages]
    unlisted = findings.unlisted(packages)
    return Comparison(
        packages=tuple(
            PackageFacts(package.path, package.kind, members, (*problems, *unlisted.get(package.path, ())))
            for package, (members, problems) in zip(packages, results, strict=True)
        ),
        differences=findings.differences,
        hindrances=findings.hindrances,
        submissions=findings.submissions,
        absences=tuple(findings.absences),
    )


class _Findings:
    """What was found so far."""

    def __init__(self, index: Index, digests: Digests, held: frozenset[str]) -> None:
        self._index = index
        self._digests = digests
        self._held = held
        self.differences: defaultdict[str, list[Problem]] = defaultdict(list)
        self.hindrances: defaultdict[str, list[Problem]] = defaultdict(list)
        self.submissions: defaultdict[str, list[Submission]] = defaultdict(list)
        self.absences: list[Absence] = []
        self._listed: set[str] = set()

    def package(self, package: Package) -> tuple[int, list[Problem]]:
        """How many files of the drop it names, and its problems."""
        members: set[str] = set()
        lacking = _Lacking()
        changed: defaultdict[tuple[str, str], list[_Change]] = defaultdict(list)
        for entry in package.entries:
            file = self._index.find(entry.path)
            if file is None:
                lacking.add(entry.path, entry.by, self._index)
                continue
            members.add(file.member.relative)
            how = self._difference(entry, file.member)
            if how:
                changed[file.asset.path, entry.by].append(_Change(file, entry, how))
            if entry.encrypted:
                sentence = f"{entry.role} is encrypted, as its composition says"
                self.hindrances[file.asset.path].append(Problem(Reason.SCAN_UNSUPPORTED_MEDIA, sentence))
        if package.kind == "mhl":
            self._listed |= members
            members.difference_update(package.files)  # generations that the chain lists are no members
        for submission in package.submissions:
            assets = assets_of(submission, self._index)
            for asset in assets:
                members.update(member.relative for member in asset.members)
                self.submissions[asset.path].append(submission)
            if not assets:
                lacking.add(submission.folder + submission.path, submission.by, self._index)
        problems = [*self._faults(package, lacking), *self._changes(changed), *self._absences(package, lacking)]
        return len(members), problems

    def unlisted(self, packages: Sequence[Package]) -> dict[str, tuple[Problem, ...]]:
        """Find the files that the nearest list about their folder doesn't name; the problem of each such list."""
        lists = [(each.coverage, each.path) for each in packages if each.coverage]
        own = {file for package in packages if package.kind == "mhl" for file in package.files}
        by_list: defaultdict[tuple[str, str], list[AssetFile]] = defaultdict(list)
        for file in self._index.files if lists else ():
            relative = file.member.relative
            if relative not in self._listed and relative not in own:
                path = _nearest(lists, relative)
                if path is not None:
                    by_list[path, file.asset.path].append(file)
        counts: defaultdict[str, list[str]] = defaultdict(list)
        for (path, asset), files in by_list.items():
            self.differences[asset].append(Problem(Reason.SCAN_NOT_IN_MHL, _unlisted(files, path)))
            counts[path] += [named(file.member.relative) for file in files]
        return {
            path: (Problem(Reason.SCAN_NOT_IN_MHL, f"{_files_are(len(names))} not in it: {listed(sorted(names))}"),)
            for path, names in counts.items()
        }

    def _difference(self, entry: ManifestEntry, member: Member) -> str | None:
        """How a file's bytes differ from what is listed; None where they don't, or nobody could read them."""
        if entry.size is not None and entry.size != member.size:
            return f"it has {member.size} bytes instead of {entry.size}"
        made = self._digests.get(member.relative, {})
        for algorithm, digits in entry.digests:
            if made.get(algorithm, digits) != digits:
                return f"its {algorithm} is another one"
        return None

    def _changes(self, changed: Mapping[tuple[str, str], Sequence["_Change"]]) -> list[Problem]:
        counts: defaultdict[str, list[str]] = defaultdict(list)
        for (asset, by), changes in changed.items():
            first = changes[0]
            if first.file.asset.is_sequence:
                numbers = frames([change.file.member.number or 0 for change in changes])
                how = f"{len(changes)} of its {len(first.file.asset.members)} frames differ ({numbers})"
            else:
                how = f"{first.how}{f'; it is the {first.entry.role}' if first.entry.role else ''}"
            self.differences[asset].append(Problem(Reason.SCAN_MHL_MISMATCH, f"not the file that {by} lists: {how}"))
            counts[by] += [named(change.file.member.relative) for change in changes]
        return [
            Problem(Reason.SCAN_MHL_MISMATCH, f"{_files_are(len(names))} not what {by} lists: {listed(sorted(names))}")
            for by, names in sorted(counts.items())
        ]

    def _faults(self, package: Package, lacking: "_Lacking") -> list[Problem]:
        """What of the package wasn't understood; each is a problem of the file that it stands in."""
        faults = list(package.faults)
        if lacking.closed and package.files:
            paths = [f"{named(path)} ({why})" for path, why in sorted(lacking.closed.items())]
            faults.append(ManifestFault(package.files[0], f"files that it names were not opened: {listed(paths)}"))
        for fault in faults:
            file = self._index.find(fault.file)
            if file:
                self.hindrances[file.asset.path].append(Problem(Reason.SCAN_PARTIAL, fault.message))
        several = len(package.files) > 1
        return [
            Problem(Reason.SCAN_PARTIAL, f"{named(fault.file)}: {fault.message}" if several else fault.message)
            for fault in faults
        ]

    def _absences(self, package: Package, lacking: "_Lacking") -> list[Problem]:
        missing = [gap for by in sorted(lacking.missing) for gap in gaps(by, lacking.missing[by])]
        for gap in missing[:_MISSING]:
            problem = Problem(Reason.SCAN_MHL_MISSING, gap.message)
            self.absences.append(Absence(f"{package.path}\0{gap.about}", problem))
        if len(missing) > _MISSING:
            more = sum(gap.count for gap in missing[_MISSING:])
            sentence = f"{more} more files that {package.path} lists are not in the drop"
            self.absences.append(Absence(package.path, Problem(Reason.SCAN_MHL_MISSING, sentence)))
        count = sum(gap.count for gap in missing)
        sentence = f"{_files_are(count)} not in the drop: {listed([gap.path for gap in missing])}"
        problems = [Problem(Reason.SCAN_MHL_MISSING, sentence)] if count else []
        return [*problems, *self._played(package)]

    def _played(self, package: Package) -> list[Problem]:
        """What the package's compositions play and no package of the drop holds."""
        lacking = [played for played in package.plays if played.id not in self._held]
        for played in lacking[:_MISSING]:
            sentence = f"{played.by} plays a file that is not in the drop: {played.role} (id {named(played.id)})"
            about = f"{package.path}\0{named(played.id)}"
            self.absences.append(Absence(about, Problem(Reason.SCAN_MHL_MISSING, sentence)))
        if len(lacking) > _MISSING:
            sentence = f"{len(lacking) - _MISSING} more files that compositions play are not in the drop"
            about = f"{package.path}\0compositions"
            self.absences.append(Absence(about, Problem(Reason.SCAN_MHL_MISSING, sentence)))
        roles = listed([played.role for played in lacking])
        sentence = f"{_files_are(len(lacking))} played and not in the drop: {roles}"
        return [Problem(Reason.SCAN_MHL_MISSING, sentence)] if lacking else []


@dataclass(frozen=True, slots=True)
class _Change:
    """A file whose bytes aren't those of an entry, and how that shows."""

    file: AssetFile
    entry: ManifestEntry
    how: str


@dataclass(frozen=True, slots=True)
class _Lacking:
    """What a package names and the walk didn't find, by the manifest that does; and what was there and not opened."""

    missing: defaultdict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    closed: dict[str, str] = field(default_factory=dict)

    def add(self, path: str, by: str, index: Index) -> None:
        """Nothing was found at this path."""
        why = index.unopened(path)
        if why is None:
            self.missing[by].add(path)
        elif why:
            self.closed[path] = why


def _nearest(lists: Sequence[tuple[Coverage, str]], relative: str) -> str | None:
    """The list that should name a file; None where there is none, or it can't be said."""
    about = [(coverage, path) for coverage, path in lists if coverage.reaches(relative)]
    if not about or not all(coverage.whole and not coverage.ignores(relative) for coverage, _ in about):
        return None
    return max(about, key=lambda each: len(each[0].base))[1]


def _unlisted(files: Sequence[AssetFile], path: str) -> str:
    asset = files[0].asset
    if not asset.is_sequence:
        return f"it is not in the list of hashes {path}"
    if len(files) == len(asset.members):
        return f"none of its frames is in the list of hashes {path}"
    numbers = frames([file.member.number or 0 for file in files])
    return f"{len(files)} of its {len(asset.members)} frames ({numbers}) are not in the list of hashes {path}"


def _files_are(count: int) -> str:
    return "1 file is" if count == 1 else f"{count} files are"
