"""A library of reference works on the disk, for reading: prints in files that only grow, beside a catalogue of works.

One file a kind of prints, mapped into memory and read where it is needed. What the catalogue names is what there is;
`writer` says how both are written. A library that was opened stays as it was then, whatever is written meanwhile.
"""

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import TypeAlias, TypeVar, cast

import numpy as np
from numpy.typing import NDArray

from detectors.fingerprint.local import LocalFeatures
from detectors.fingerprint.picture import Fingerprints
from detectors.fingerprint.prints import ALGORITHMS, LOCAL, PICTURES, SOUND, PrintKind, Storable
from detectors.fingerprint.sound import SoundPrints
from scanner.catalogue import shelf
from scanner.catalogue.shelf import Block, Inventory, LibraryError

HASHES, PLACES = "hashes", "places"
KINDS = (HASHES, PLACES, *ALGORITHMS)
"""What is kept of a work, each kind in a file of its own.

`hashes`: uint64 (n, 4), what is searched. `places`: int64 (n, 2), of the same rows the frame and which of `CUTS` it
is. The others, by their names: one block of bytes a work, as the fingerprints write themselves.
"""
TERMS = {HASHES: f"{PICTURES.algorithm} search/1", **ALGORITHMS}
"""What the prints of a library were made by. Those of another version are never compared."""

FILE = re.compile(rf"({'|'.join(KINDS)})(-[0-9a-f]{{16}})?\.bin")
"""The names of a library's files of prints: one that grows, and one that `compact` wrote, named by what is in it."""

_HASH = 32  # bytes
_ATTEMPTS = 20
"""Readers look again when a library was compacted between their reading the catalogue and their opening the files."""

Bytes: TypeAlias = NDArray[np.uint8]
_Form = TypeVar("_Form", bound=Storable)


@dataclass(frozen=True, slots=True, eq=False)
class Searched:
    """What is searched of some contents, one after the other.

    `words`: uint64 (n, 4). `places`: int64 (n, 2), frame and cut of each. `counts`: how many rows each content has.
    """

    words: NDArray[np.uint64]
    places: NDArray[np.int64]
    counts: NDArray[np.int64]

    @property
    def owner(self) -> NDArray[np.int64]:
        """To which of the contents each row belongs, int64 (n,)."""
        return np.repeat(np.arange(len(self.counts)), self.counts)


@dataclass(frozen=True, slots=True, eq=False)
class Opened:
    """A library as it was when it was opened. `maps`: its files, as far as they count, by name."""

    folder: Path
    inventory: Inventory
    maps: Mapping[str, Bytes]
    blocks: Mapping[tuple[str, str], Block]

    def read(self, content: str, kind: str) -> Bytes | None:
        """The bytes of one kind of prints of a content, mapped; None where it has none."""
        block = self.blocks.get((content, kind))
        return None if block is None else self.bytes_of(block)

    def bytes_of(self, block: Block) -> Bytes:
        """The bytes of a block, mapped."""
        return self.maps[block.file][block.start : block.start + block.size]

    def called(self, content: str) -> str:
        """The first id under which a content is known."""
        return next((name.id for name in self.inventory.names if name.content == content), content)

    def pictures(self, content: str) -> Fingerprints | None:
        """Every picture of a content; None where it has none.

        Raises:
            LibraryError: what is stored of it is damaged.
        """
        return self._made(content, PICTURES)

    def local(self, content: str) -> LocalFeatures | None:
        """The local features of a content, mapped; None where it has none.

        Raises:
            LibraryError: what is stored of it is damaged.
        """
        return self._made(content, LOCAL)

    def sound(self, content: str) -> SoundPrints | None:
        """The sound of a content, mapped; None where it has none.

        Raises:
            LibraryError: what is stored of it is damaged.
        """
        return self._made(content, SOUND)

    def _made(self, content: str, kind: PrintKind[_Form]) -> _Form | None:
        data = self.read(content, kind.name)
        if data is None:
            return None
        try:
            return kind.form.from_bytes(cast("bytes", data.data), kind.algorithm)  # from any buffer, copying nothing
        except ValueError as error:
            raise damaged(self.folder, f"the {kind.name} of {self.called(content)}: {error}") from error

    def searched(self, contents: Sequence[str]) -> "Searched":
        """What is searched of these contents, in their order.

        Not copied where it lies in this order in one file, as it does after `compact`.
        """
        hashes, places = (self._rows(contents, kind) for kind in (HASHES, PLACES))
        counts = [
            self.blocks[content, HASHES].size // _HASH if (content, HASHES) in self.blocks else 0
            for content in contents
        ]
        return Searched(
            hashes.view(np.uint64).reshape(-1, 4), places.view(np.int64).reshape(-1, 2), np.array(counts, np.int64)
        )

    def _rows(self, contents: Iterable[str], kind: str) -> Bytes:
        held = [block for content in contents if (block := self.blocks.get((content, kind)))]
        if held and _in_a_row(held):
            first, last = held[0], held[-1]
            return self.maps[first.file][first.start : last.start + last.size]
        return np.concatenate([np.zeros(0, np.uint8), *map(self.bytes_of, held)])


def open_library(folder: Path) -> Opened:
    """The library in a folder, as it is now.

    Raises:
        LibraryError: there is none, it is damaged, of another layout, or its prints are of another algorithm.
    """
    for _ in range(_ATTEMPTS):
        before = _identity(folder)
        inventory = shelf.read(folder)
        require_terms(folder, inventory)
        try:
            maps = {name: mapped(folder / name, size) for name, size in inventory.files.items()}
        except LibraryError:
            if _identity(folder) == before:
                raise
            continue
        if _identity(folder) == before:
            return Opened(folder, inventory, maps, {(block.content, block.kind): block for block in inventory.blocks})
    raise LibraryError(f"the library in {folder} is being compacted over and over", hint="try again when it is at rest")


def require_terms(folder: Path, inventory: Inventory) -> None:
    """Refuse prints that this version doesn't compare.

    Raises:
        LibraryError: they are of another algorithm, or another version of one.
    """
    held = inventory.terms
    others = [f"{held.get(kind, 'nothing')}, not {made}" for kind, made in TERMS.items() if held.get(kind) != made]
    if held and others:
        raise LibraryError(
            f"the library in {folder} was made by another version ({'; '.join(others)}), and prints are compared only "
            "with those of their own",
            hint="make it anew: `references export` writes its sheet, `references add` takes the material into a new "
            "folder",
        )


def damaged(folder: Path, what: str) -> LibraryError:
    """The error of a library that doesn't hold what its catalogue names."""
    return LibraryError(
        f"the library in {folder} is damaged: {what}",
        hint="`references check` names all that is; put back a copy of the folder, or make it anew",
    )


def digest(data: bytes | memoryview) -> str:
    """The digest by which a block is known again."""
    return hashlib.sha256(data).hexdigest()


def mapped(file: Path, size: int) -> Bytes:
    """A library's file, as far as it counts.

    Raises:
        LibraryError: it isn't there, or is shorter than that.
    """
    try:
        there = file.stat().st_size
        if there < size:
            raise damaged(file.parent, f"{file.name} has {there} bytes of {size}")
        if not size:
            return np.zeros(0, np.uint8)
        mapped: Bytes = np.memmap(file, np.uint8, "r", shape=(size,))
    except OSError as error:
        raise damaged(file.parent, f"{file.name} can't be read: {error.strerror}") from error
    return mapped


def _identity(folder: Path) -> tuple[int, int] | None:
    """What changes when a library is compacted: its catalogue is another file then."""
    try:
        facts = (folder / shelf.FILE).stat()
    except OSError:
        return None
    return facts.st_dev, facts.st_ino


def _in_a_row(blocks: Sequence[Block]) -> bool:
    """Whether blocks lie one after the other in one file."""
    return all((right.file, right.start) == (left.file, left.start + left.size) for left, right in pairwise(blocks))
