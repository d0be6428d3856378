"""The members of a zip that is no document: each a part with its own bytes, as its directory names them."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from typing import BinaryIO

from scanner.media.reading import blocks, bytes_at
from scanner.parts.archives.members import MemberIds, base_name, leads_out, printable, where
from scanner.parts.archives.zip_directory import ZipDirectory, ZipEntry
from scanner.parts.source import ListingCutError, PartSource
from scanner.parts.starts import likely_start

COVERS: Mapping[str, str] = {
    "zip": "every member that its directory names; what begins between them, in its comment and behind its end; "
    "told: encrypted members, overlapping ones, those packed in a way "
    "unknown here, links that lead out",
    "usd": "every member of a packed one (usdz); told: as of zip",
}

_SHOWN = 3
_SEARCHED = 1 << 26  # bytes of all gaps of a zip
_COST = 1 << 12  # what looking into a gap costs, in bytes of searching
_MOST_UNNAMED = 64
_UNNAMED_MEMBER = b"PK\x03\x04"  # a member that the directory doesn't name: it can't be told apart from a broken zip
_LONGEST_TARGET = 4096  # bytes: the longest path that Linux opens


def members(directory: ZipDirectory) -> Iterator[PartSource]:
    """The members, in the order of the directory.

    Raises:
        ListingCutError: at its end, where there are more members, or something about them is odd.
    """
    ids = MemberIds()
    for entry in directory.entries:
        yield member(directory, entry, ids.of(entry.name))
    yield from unnamed(directory, ids)
    finish(directory)


def member(directory: ZipDirectory, entry: ZipEntry, ident: str) -> PartSource:
    """One member as a part that is taken out, or told."""
    described = partial(
        PartSource, id=ident, where=where(entry.name), name=base_name(entry.name), shown=False, size=entry.size
    )
    if entry.is_folder:
        return described(harmless="a folder")
    if entry.link:
        return linked(described, directory.head(entry, _LONGEST_TARGET))
    return described(packed=entry.packed, why_not=directory.why_not(entry), read=partial(directory.blocks, entry))


def linked(described: Callable[..., PartSource], target: bytes | str) -> PartSource:
    """A link in an archive: harmless inside it, where its target is a part of its own; never followed."""
    name = target.decode("utf-8", "replace") if isinstance(target, bytes) else target
    if leads_out(name):
        return described(why_not=f"a link to {printable(name)}, outside the archive; it is not followed")
    return described(harmless=f"a link to {printable(name)}")


def unnamed(directory: ZipDirectory, ids: MemberIds) -> Iterator[PartSource]:
    """What begins with a known signature where no member is: between them, in the comment, behind the end.

    Where nothing begins, the bytes of a gap are added to the remarks of the directory.
    """
    left, unknown = _SEARCHED, dict.fromkeys(("between its members", "behind its end"), 0)
    for word, (start, end) in [*directory.gaps, ("in its comment", directory.comment)]:
        known, members = _begin(directory.file, start, min(end, start + left)) if left > 0 else (None, 0)
        left -= max(_COST, end - start)
        if known is not None:
            where = f"{end - known:,} bytes {word}, from byte {known:,} on"
            yield PartSource(
                id=ids.of(f"bytes {word}, from {known} on"),
                where=where,
                shown=False,
                size=end - known,
                read=partial(blocks, directory.file, known, end),
            )
        if word in unknown and (known is None or members):
            unknown[word] += end - start
    if count := unknown["between its members"]:
        directory.remarks.append(f"{count:,} bytes between its members belong to none that its directory names")
    if count := unknown["behind its end"]:
        directory.remarks.append(f"{count:,} bytes stand behind its end")


def _begin(file: BinaryIO, start: int, end: int) -> tuple[int | None, int]:
    """Where something begins that is no member, and how many unnamed members stand before it."""
    members = 0
    known = likely_start(file, start, end)
    while known is not None and members < _MOST_UNNAMED and bytes_at(file, known, 4) == _UNNAMED_MEMBER:
        members += 1
        known = likely_start(file, known + 4, end)
    return known, members


def finish(directory: ZipDirectory) -> None:
    """Tell what is odd about a directory, once all of it is listed.

    Raises:
        ListingCutError: something is.
    """
    left_out = max(0, directory.count - len(directory.entries))
    more = [f"{left_out:,} of its {directory.count:,} members were not looked at"] if left_out else []
    tell([*more, *directory.remarks, *leading_out(entry.name for entry in directory.entries)])


def leading_out(names: Iterable[str]) -> list[str]:
    """A remark on names that lead out of their archive, where there are any."""
    leading = [name for name in names if leads_out(name)]
    shown = ", ".join(printable(name)[:60] for name in leading[:_SHOWN])
    if not leading:
        return []
    verb = "name leads" if len(leading) == 1 else "names lead"
    return [f"{len(leading):,} {verb} out of it: {shown}{', …' * (len(leading) > _SHOWN)}"]


def tell(remarks: list[str]) -> None:
    """End a list with what is odd about it, if anything is.

    Raises:
        ListingCutError: something is.
    """
    if remarks:
        raise ListingCutError("; ".join(dict.fromkeys(remarks)))
