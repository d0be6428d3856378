"""A library of reference works on the disk, for writing: add, remove, compact.

What is added is appended to the files and safe on the disk before the catalogue names it, in one transaction for many
works. A writer that is killed leaves bytes that nothing names: they don't count, and the next writer cuts them off.
What is removed is no longer named. `compact` writes everything anew in the order of the works' ids, to the same bytes
whatever was added, in which order, and removed again; it takes the old library's place in one step.
"""

import hashlib
import os
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Self

from filelock import FileLock, Timeout

from scanner.catalogue import shelf
from scanner.catalogue.shelf import Block, LibraryError, ListedRow, NameRow, Shelf, WorkRow
from scanner.durable import sync_folder
from scanner.errors import LockedError
from scanner.library import store
from scanner.library.contents import Contents
from scanner.library.sheet import Stated
from scanner.library.store import FILE, KINDS, TERMS, digest
from scanner.written.mistakes import near, quoted

_LOCK = ".lock"
_NEW = f"{shelf.FILE}.new"
_ALIGNED = 8
_BATCH_BYTES = 64 * 1024 * 1024
_BATCH_ROWS = 20_000
"""After so much, what was added is made safe and named: what a kill may cost, and what a power cut may."""
_TOLD = 20
"""Ids that an error names."""


@dataclass(frozen=True, slots=True)
class Addition:
    """A work that is to be in the library: its id, what is stated of it, and how to get at what is kept of it.

    `stop`: it means nothing where it is seen.
    """

    id: str
    content: str
    path: str
    stated: Stated
    contents: Callable[[], Contents]
    stop: bool = False

    def name(self, known: NameRow | None) -> NameRow:
        """The row of this name: what isn't stated now stays as it was stated before."""
        before = Stated(title=known.title, owner=known.owner, own=known.own, licences=known.licences) if known else None
        stated = self.stated.or_else(before) if before else self.stated
        return NameRow(
            self.id,
            self.content,
            self.path,
            stated.title,
            stated.owner,
            bool(stated.own),
            stated.licences,
            stated.medium or (known.medium if known else ""),
            self.stop or bool(stated.stop),
        )


@dataclass(frozen=True, slots=True)
class Added:
    """What became of additions: the ids that are new, those that were there, and what can't be matched, with why."""

    new: tuple[str, ...]
    known: tuple[str, ...]
    unusable: tuple[tuple[str, str], ...]


class Writer:
    """The one writer of a library. Use as a context manager: it holds the library's lock."""

    def __init__(self, folder: Path) -> None:
        """Take hold of the library in `folder`; the folder is made, mode 0700, when missing.

        Raises:
            LockedError: another run is writing to it.
            LibraryError: it is damaged, of another version, or the folder can't be used or is something else.
        """
        self._folder = folder
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            _require_ours(folder)
            self._lock = FileLock(folder / _LOCK, timeout=0)
            self._lock.acquire()
        except Timeout as error:
            raise LockedError(f"another run is writing to the library in {folder}", hint="wait for it") from error
        except OSError as error:
            raise LibraryError(f"the library in {folder} can't be written: {error.strerror}") from error
        self._open: dict[str, int] = {}
        try:
            self._shelf = Shelf(folder, TERMS)
            self._take_stock()
        except BaseException:
            self._lock.release()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for descriptor in self._open.values():
            os.close(descriptor)
        self._shelf.__exit__()
        self._lock.release()

    def add(self, additions: Iterable[Addition]) -> Added:
        """Add works, in the order of their ids. A content that is there already gets another name.

        Raises:
            LibraryError: an id is that of another content (then nothing is added), or the disk is full.
        """
        wanted = sorted(additions, key=lambda addition: addition.id)
        self._require_free(wanted)
        before = frozenset(self._names)
        batch = _Batch()
        for addition in wanted:
            self._take(addition, batch)
            if batch.size >= _BATCH_BYTES or len(batch.rows) >= _BATCH_ROWS:
                self._commit(batch)
                batch = _Batch()
        self._commit(batch)
        ids = dict.fromkeys(addition.id for addition in wanted)
        why = {name: self._works[self._names[name].content].why for name in ids}
        unusable = tuple((name, reason) for name, reason in why.items() if reason)
        new = tuple(name for name in ids if name not in before)
        return Added(new, tuple(name for name in ids if name in before), unusable)

    def remove(self, ids: Sequence[str]) -> None:
        """Take works out by their ids. What only they held isn't named any more; `compact` gives the room back.

        Raises:
            LibraryError: there is no such id; nothing is removed then.
        """
        unknown = [f"{quoted(name)}{near(name, self._names)}" for name in ids if name not in self._names]
        if unknown:
            raise LibraryError(f"there is no {', no '.join(unknown[:_TOLD])}", hint="`references list` shows all ids")
        gone = set(ids)
        kept = {name.content for name in self._names.values() if name.id not in gone}
        with self._shelf.transaction():
            for name in gone:
                self._shelf.drop_name(name)
            for content in {self._names[name].content for name in gone} - kept:
                self._shelf.drop_content(content)
        self._take_stock()

    def compact(self) -> None:
        """Write the library anew, without what was removed, in the order of the ids.

        Raises:
            LibraryError: it is damaged, which a new copy would only hide; or the disk is full.
        """
        opened = store.open_library(self._folder)
        inventory = opened.inventory
        order = tuple(dict.fromkeys(name.content for name in inventory.names))
        kept = set(order)
        files: dict[str, int] = {}
        blocks: list[Block] = []
        for kind in KINDS:
            held = [block for content in order if (block := opened.blocks.get((content, kind)))]
            if held:
                name, laid = _laid_out(kind, held)
                files[name] = laid[-1].start + laid[-1].size
                blocks += laid
                if inventory.files.get(name) != files[name]:
                    _write_anew(self._folder / name, opened, held, laid)
        sync_folder(self._folder)
        anew = replace(
            inventory,
            files=files,
            works=tuple(work for work in inventory.works if work.content in kept),
            blocks=tuple(blocks),
            listed=tuple(row for row in inventory.listed if row.content in kept),
        )
        shelf.build(self._folder / _NEW, anew)
        self._shelf.__exit__()
        os.replace(self._folder / _NEW, self._folder / shelf.FILE)  # noqa: PTH105 - the step that tests interrupt
        sync_folder(self._folder)
        self._shelf = Shelf(self._folder, TERMS)
        self._take_stock()

    def _take_stock(self) -> None:
        """Read what there is, and sweep away what a writer that was killed left behind."""
        inventory = self._shelf.inventory()
        store.require_terms(self._folder, inventory)
        self._names = {name.id: name for name in inventory.names}
        self._works = {work.content: work for work in inventory.works}
        self._files = dict(inventory.files)
        for descriptor in self._open.values():
            os.close(descriptor)
        self._open = {}
        for file in self._folder.iterdir():
            if file.name == _NEW or (FILE.fullmatch(file.name) and file.name not in self._files):
                os.unlink(file)  # noqa: PTH108 - as above
            elif file.stat().st_size > self._files.get(file.name, sys.maxsize):
                os.truncate(file, self._files[file.name])

    def _require_free(self, additions: Sequence[Addition]) -> None:
        """Refuse ids that are already those of other contents, all at once. What was unusable gives way."""
        contents = {name.id: name.content for name in self._names.values() if not self._works[name.content].why}
        taken = [
            addition.id
            for addition in additions
            if contents.setdefault(addition.id, addition.content) != addition.content
        ]
        if taken:
            more = f" and {len(taken) - _TOLD} more" if len(taken) > _TOLD else ""
            raise LibraryError(
                f"these ids are taken by other works: {', '.join(map(quoted, taken[:_TOLD]))}{more}",
                hint="give the new ones other ids in a sheet, or take the old ones out with `references remove`",
            )

    def _take(self, addition: Addition, batch: "_Batch") -> None:
        """Append what isn't there of an addition, and note the rows that will name it."""
        name = addition.name(self._names.get(addition.id))
        known = self._works.get(addition.content)
        if known is None or known.why:
            contents = addition.contents()
            batch.rows += [contents.work, *contents.listed] if contents.work != known else []
            for kind, data in contents.blocks.items():
                batch.rows.append(self._append(addition.content, kind, data))
                batch.size += len(data)
            self._works[addition.content] = contents.work
        before = self._names.get(addition.id)
        if name != before:
            batch.rows.append(name)
            self._names[addition.id] = name
        if before and before.content != addition.content:
            batch.left.append(before.content)

    def _append(self, content: str, kind: str, data: bytes) -> Block:
        file = f"{kind}.bin"
        start = self._files.get(file, 0)
        self._write(file, data + bytes(-len(data) % _ALIGNED), start)
        self._files[file] = start + len(data) + -len(data) % _ALIGNED
        return Block(content, kind, file, start, len(data), digest(data))

    def _write(self, file: str, data: bytes, start: int) -> None:
        try:
            if file not in self._open:
                self._open[file] = os.open(self._folder / file, os.O_WRONLY | os.O_CREAT, 0o600)
                if os.fstat(self._open[file]).st_size < start:
                    raise store.damaged(self._folder, f"{file} is shorter than {start} bytes")
            _put(self._open[file], memoryview(data), start)
        except OSError as error:
            raise LibraryError(f"{self._folder / file} can't be written: {error.strerror}") from error

    def _commit(self, batch: "_Batch") -> None:
        """Make what was appended safe, then name it."""
        if not batch.rows:
            return
        for descriptor in self._open.values():
            os.fsync(descriptor)
        sync_folder(self._folder)
        named = {name.content for name in self._names.values()} if batch.left else set()
        with self._shelf.transaction():
            self._shelf.put(batch.rows)
            for content in set(batch.left) - named:
                self._shelf.drop_content(content)
            for file in self._open:
                self._shelf.resize(file, self._files[file])


@dataclass(slots=True)
class _Batch:
    """Rows that will name what was appended, how many bytes that is, and contents that lost a name by it."""

    rows: list[WorkRow | NameRow | Block | ListedRow] = field(default_factory=list)
    size: int = 0
    left: list[str] = field(default_factory=list)


def _require_ours(folder: Path) -> None:
    """Refuse a folder that holds something else than a library: somebody has mistaken it for one.

    Raises:
        LibraryError: it does.
    """
    if shelf.is_library(folder):
        return
    others = sorted(entry.name for entry in folder.iterdir() if entry.name not in {_LOCK, _NEW})
    if others:
        raise LibraryError(
            f"{folder} is no library of references, and not empty: {quoted(others[0])} lies in it",
            hint="name another folder with --library; what is to be in the library comes after the options",
        )


def _laid_out(kind: str, blocks: Sequence[Block]) -> tuple[str, list[Block]]:
    """The file that holds these blocks one after the other: its name, which follows from them, and where they lie."""
    name = f"{kind}-{hashlib.sha256(''.join(block.sha256 for block in blocks).encode()).hexdigest()[:16]}.bin"
    laid, start = [], 0
    for block in blocks:
        laid.append(replace(block, file=name, start=start))
        start += block.size + -block.size % _ALIGNED
    return name, laid


def _write_anew(file: Path, opened: store.Opened, blocks: Sequence[Block], laid: Sequence[Block]) -> None:
    """Copy blocks into a new file, each to its place.

    Raises:
        LibraryError: one of them isn't what was written, or the disk is full.
    """
    try:
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        try:
            for block, place in zip(blocks, laid, strict=True):
                data = opened.bytes_of(block).data
                if digest(data) != block.sha256:
                    raise store.damaged(opened.folder, f"the {block.kind} of {opened.called(block.content)}")
                _put(descriptor, data, place.start)
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
    except OSError as error:
        raise LibraryError(f"{file} can't be written: {error.strerror}", hint="make room on the disk") from error


def _put(descriptor: int, data: memoryview, start: int) -> None:
    """Write all of it, in as many steps as the system takes."""
    while data:
        done = os.pwrite(descriptor, data, start)
        data, start = data[done:], start + done
