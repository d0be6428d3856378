"""What a manifest lists and the drop lacks, told in as few sentences as there are things: a lost sequence is one."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from scanner.drop.packages.entries import named
from scanner.drop.sequences import frame_name

_RANGES = 4


@dataclass(frozen=True, slots=True)
class ManifestGap:
    """One file, or the frames of one sequence: its path or pattern, that as messages name it, the count, a sentence."""

    about: str
    path: str
    count: int
    message: str


def gaps(by: str, paths: Iterable[str]) -> Iterator[ManifestGap]:
    """The files that the manifest `by` lists in vain; numbered pictures of one pattern are told together."""
    patterns: defaultdict[tuple[str, str], list[tuple[str, str]]] = defaultdict(list)
    for path in sorted(paths):
        folder, slash, name = path.rpartition("/")
        parts = frame_name(name)
        prefix, digits, suffix = parts or (name, "", "")
        patterns[f"{folder}{slash}{prefix}", suffix].append((path, digits))
    for (prefix, suffix), files in patterns.items():
        if len(files) == 1:
            path = named(files[0][0])
            yield ManifestGap(files[0][0], path, 1, f"listed by {by} and not in the drop: {path}")
        else:
            about = f"{prefix}{'#' * min(len(digits) for _, digits in files)}{suffix}"
            pattern = named(about)
            numbers = frames([int(digits) for _, digits in files])
            yield ManifestGap(about, pattern, len(files), f"listed by {by} and not in the drop: {numbers} of {pattern}")


def frames(numbers: Sequence[int]) -> str:
    """Frame numbers as people write them: "frames 1001-1003, 1010"; the first few ranges of many."""
    ranges: list[tuple[int, int]] = []
    for number in sorted(set(numbers)):
        if ranges and ranges[-1][1] == number - 1:
            ranges[-1] = (ranges[-1][0], number)
        else:
            ranges.append((number, number))
    shown = ", ".join(str(first) if first == last else f"{first}-{last}" for first, last in ranges[:_RANGES])
    more = " and more" if len(ranges) > _RANGES else ""
    return f"{'frame' if len(set(numbers)) == 1 else 'frames'} {shown}{more}"
