"""Reference works: what a drop is matched against, whether a plain folder was looked through or a library was made.

A work is a content under an id, with what people state of it. What can't be matched (documents, broken and flat
pictures, silence) is kept aside with the reason, so that nobody believes it was looked for. Its prints are fetched
when they are needed; only the hashes that are searched are always at hand.
"""

import hashlib
import json
import posixpath
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from detectors.fingerprint.prints import Prints
from detectors.matching.picture.listed import comparable
from scanner.catalogue.shelf import NameRow, WorkRow
from scanner.drop.assets import Drop
from scanner.examination import Extraction
from scanner.library.contents import clock_of, contents_of
from scanner.library.sheet import UNSTATED, Stated
from scanner.library.spool import spooled
from scanner.library.stocks import Stocks
from scanner.library.store import TERMS, Opened, open_library
from scanner.library.works import Reference


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that was looked through. `path`: in its folder, as a report names it; `prints`: how to get at them."""

    path: str
    content: str
    extraction: Extraction
    prints: Callable[[], Prints]
    stated: Stated = UNSTATED

    def name(self) -> NameRow:
        """The row of its name; its id is its path where none is stated."""
        stated = self.stated
        return NameRow(
            stated.id or self.path,
            self.content,
            self.path,
            stated.title,
            stated.owner,
            bool(stated.own),
            stated.licences,
            stated.medium or "",
            bool(stated.stop),
        )


@dataclass(frozen=True, eq=False)
class ReferenceLibrary:
    """Works in the order of their ids, and where their prints are.

    `unusable`: the id of what can't be matched, and why. `stops`: what means nothing where it is seen.
    """

    name: str
    references: tuple[Reference, ...]
    stock: Opened
    unusable: tuple[tuple[str, str], ...] = ()
    stops: tuple[Reference, ...] = ()

    @property
    def entries(self) -> int:
        """How many works it holds."""
        return len(self.references)

    @cached_property
    def stocks(self) -> Stocks:
        """The works, laid out for searching."""
        return Stocks(self.stock, self.references, self.stops)

    @cached_property
    def digest(self) -> str:
        """Hex sha256 over everything that a match against this library may depend on or tell."""
        works = [
            [work.id, work.aliases, work.sha256, work.title, work.owner, work.own, work.licences, work.only, work.stop]
            for work in (*self.references, *self.stops)
        ]
        return hashlib.sha256(json.dumps([TERMS, works]).encode()).hexdigest()


def library_of(folder: Drop, items: Iterable[Item], lost: Iterable[tuple[str, str]] = ()) -> ReferenceLibrary:
    """The library of a plain folder: the ids are the paths where nobody states others.

    Args:
        folder: what was walked.
        items: what was looked through in it.
        lost: the ids of what could not be, and why.

    Raises:
        ValueError: prints of another algorithm, which are never compared.
        LibraryError: there is no room for what is looked up.
    """
    ordered = sorted(items, key=lambda item: (item.path, item.content))
    by_content = {item.content: item for item in reversed(ordered)}
    stock = spooled(
        folder.root, (contents_of(key, item.extraction, item.prints()) for key, item in sorted(by_content.items()))
    )
    library = _library_from(folder.name, [item.name() for item in ordered], stock)
    return replace(library, unusable=tuple(sorted((*library.unusable, *lost))))


def opened_library(folder: Path, name: str) -> ReferenceLibrary:
    """The library that was made in a folder.

    Raises:
        LibraryError: it is damaged, or of another version.
    """
    opened = open_library(folder)
    return _library_from(name, opened.inventory.names, opened)


def _library_from(name: str, names: Iterable[NameRow], stock: Opened) -> ReferenceLibrary:
    """A library from the rows of its names. Names of one content with equal statements are one work."""
    works = {work.content: work for work in stock.inventory.works}
    searched = {content for content, _ in stock.blocks}
    searched |= {row.content for row in stock.inventory.listed if comparable(row.algorithm, len(row.bits))}
    groups: dict[tuple[object, ...], list[NameRow]] = {}
    unusable = []
    for row in sorted(names, key=lambda row: row.id):
        why = works[row.content].why or _why_not_in_it(row, works[row.content])
        if not why and row.content not in searched:
            why = "only hashes of it were listed that nothing here is compared with"
        if why:
            unusable.append((row.id, why))
        else:
            key = (row.content, row.owner, row.own, row.licences, row.medium, row.stop)
            groups.setdefault(key, []).append(row)
    references = [_reference(rows, works[rows[0].content]) for rows in groups.values()]
    return ReferenceLibrary(
        name,
        tuple(work for work in references if not work.stop),
        stock,
        tuple(unusable),
        tuple(work for work in references if work.stop),
    )


def _reference(rows: Sequence[NameRow], work: WorkRow) -> Reference:
    first = rows[0]
    file = posixpath.basename(first.path or first.id)
    return Reference(
        id=first.id,
        title=next((row.title for row in rows if row.title), posixpath.splitext(file)[0]),
        owner=first.owner,
        own=first.own,
        licences=first.licences,
        medium=work.medium,
        only=first.medium,
        sha256=work.content,
        clock=clock_of(work),
        origin=work.origin,
        aliases=tuple(row.id for row in rows[1:]),
        stop=first.stop,
    )


def _why_not_in_it(row: NameRow, work: WorkRow) -> str:
    """Why a part that a sheet names isn't one; empty: it is, or none is named."""
    media = {"image": ("image",), "video": ("video", "audio"), "audio": ("audio",)}
    if not row.medium or row.medium in media.get(work.medium, ()):
        return ""
    return f"the sheet says {row.medium}, the file is {work.medium or 'neither picture nor sound'}"
