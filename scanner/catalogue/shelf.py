"""The catalogue of a library of reference works: which works there are, and where in its files their prints lie.

It holds facts and places, never prints; appending to the files is the library's. One database file in the library's
folder, without a log beside it, so that the folder can be copied as it lies. What is committed is what there is: bytes
in the files that no row names don't count. `build` writes the same rows to the same bytes, whatever came first.
"""

import json
import os
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from scanner.catalogue.transactions import transaction
from scanner.errors import UsageError

LAYOUT = 1
FILE = "catalogue.sqlite"
_KIND = 0x50525643
"""SQLite's application id: tells a library's catalogue from any other database."""
_PATIENCE = 30.0
"""Seconds to wait for a writer's commit, which takes milliseconds."""

_TABLES = """
CREATE TABLE terms (term TEXT PRIMARY KEY, value TEXT) WITHOUT ROWID;
CREATE TABLE files (name TEXT PRIMARY KEY, size INTEGER) WITHOUT ROWID;
CREATE TABLE works (content TEXT PRIMARY KEY, medium TEXT, rate TEXT, start_timecode TEXT, times TEXT, origin INTEGER,
  phash TEXT, why TEXT) WITHOUT ROWID;
CREATE TABLE names (id TEXT PRIMARY KEY, content TEXT, path TEXT, title TEXT, owner TEXT, own INTEGER, licences TEXT,
  medium TEXT, stop INTEGER) WITHOUT ROWID;
CREATE TABLE blocks (content TEXT, kind TEXT, file TEXT, start INTEGER, size INTEGER, sha256 TEXT,
  PRIMARY KEY (content, kind)) WITHOUT ROWID;
CREATE TABLE listed (content TEXT, algorithm TEXT, frame INTEGER, bits BLOB,
  PRIMARY KEY (content, algorithm, frame, bits)) WITHOUT ROWID;
"""


class LibraryError(UsageError):
    """A library of reference works can't be used as it is; nothing was judged."""


@dataclass(frozen=True, slots=True)
class WorkRow:
    """One content. `medium`: image, video or audio. `why`: why nothing can be matched against it; empty: it can.

    `rate`, `start_timecode` (its `labels`) and `times` are its clock (see `scanner.examination.MediaFacts`), `origin`
    its first frame.
    """

    content: str
    medium: str
    rate: str | None = None
    start_timecode: str | None = None
    times: tuple[float, ...] = ()
    origin: int = 0
    phash: str = ""
    why: str = ""


@dataclass(frozen=True, slots=True)
class NameRow:
    """One id under which a content is known, with what was stated of it there.

    `path`: relative to the folder it came from. `medium`: which part of the content is the work; empty: all of it.
    `stop`: it means nothing where it is seen.
    """

    id: str
    content: str
    path: str = ""
    title: str = ""
    owner: str = ""
    own: bool = False
    licences: tuple[str, ...] = ()
    medium: str = ""
    stop: bool = False


@dataclass(frozen=True, slots=True)
class Block:
    """Where one kind of prints of a content lies, and the SHA-256 of those bytes."""

    content: str
    kind: str
    file: str
    start: int
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class ListedRow:
    """One hash that somebody listed instead of a picture. `frame`: of a film; 0 for a picture."""

    content: str
    algorithm: str
    frame: int
    bits: bytes


@dataclass(frozen=True, slots=True)
class Inventory:
    """Everything that was committed at one moment, each in the order of its key. `files`: names and sizes."""

    terms: Mapping[str, str] = field(default_factory=dict)
    files: Mapping[str, int] = field(default_factory=dict)
    works: tuple[WorkRow, ...] = ()
    names: tuple[NameRow, ...] = ()
    blocks: tuple[Block, ...] = ()
    listed: tuple[ListedRow, ...] = ()


class Shelf:
    """A library's catalogue, open for writing. Use as a context manager; whoever writes holds the library's lock."""

    def __init__(self, folder: Path, terms: Mapping[str, str]) -> None:
        """Open the catalogue in `folder`, or make one of these terms there.

        Raises:
            LibraryError: it is damaged, or no catalogue of a library at all.
        """
        self._folder = folder
        with _as_library_error(folder):
            self._db = _connect(folder / FILE, make=True)
            try:
                self._db.execute("PRAGMA synchronous=EXTRA")  # committed means: also after a power cut
                if _unwritten(self._db):
                    self._db.execute("BEGIN IMMEDIATE")
                    _lay_out(self._db, terms)
                    self._db.execute("COMMIT")
                _check(self._db)
            except BaseException:
                self._db.close()
                raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._db.close()

    def inventory(self) -> Inventory:
        """What is committed."""
        with _as_library_error(self._folder):
            return _inventory(self._db)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All the changes made inside, or none of them.

        Raises:
            LibraryError: the disk is full, or the file damaged.
        """
        with _as_library_error(self._folder), transaction(self._db):
            yield

    def put(self, rows: Iterable[WorkRow | NameRow | Block | ListedRow]) -> None:
        """Add rows, in the place of those with the same key. Inside a transaction."""
        for row in rows:
            _put(self._db, row)

    def resize(self, name: str, size: int) -> None:
        """Say how many bytes of a file count. Inside a transaction."""
        self._db.execute("INSERT OR REPLACE INTO files VALUES (?,?)", (name, size))

    def drop_name(self, name: str) -> None:
        """Forget one id. Inside a transaction."""
        self._db.execute("DELETE FROM names WHERE id=?", (name,))

    def drop_content(self, content: str) -> None:
        """Forget one content, and where its prints lie. Inside a transaction."""
        for table in ("works", "blocks", "listed"):
            self._db.execute(f"DELETE FROM {table} WHERE content=?", (content,))  # noqa: S608 - our own three names


def is_library(folder: Path) -> bool:
    """Whether a folder is a library of reference works: it holds a catalogue of one, whole or damaged."""
    return (folder / FILE).is_file()


def require_library(folder: Path) -> None:
    """Refuse a folder that is no library.

    Raises:
        LibraryError: it isn't.
    """
    if not is_library(folder):
        raise LibraryError(f"there is no library of references in {folder}", hint="make one with `references add`")


def read(folder: Path, *, thorough: bool = False) -> Inventory:
    """What is committed in the library in `folder`, at one moment; without terms where nothing ever was.

    `thorough`: look at every page of the catalogue.

    Raises:
        LibraryError: there is none, or it is damaged, of another layout, or can't be read.
    """
    require_library(folder)
    with _as_library_error(folder):
        db = _connect(folder / FILE)
        try:
            if _unwritten(db):
                return Inventory()
            _check(db)
            if thorough:
                (verdict,) = db.execute("PRAGMA integrity_check(1)").fetchone()
                if verdict != "ok":
                    raise sqlite3.DatabaseError(verdict)
            return _inventory(db)
        finally:
            db.close()


def build(file: Path, inventory: Inventory) -> None:
    """Write a catalogue of these rows anew, to the same bytes for the same rows; safe on the disk when this returns.

    Raises:
        LibraryError: it can't be written.
    """
    file.unlink(missing_ok=True)
    with _as_library_error(file.parent):
        db = _connect(file, make=True)
        try:
            db.execute("PRAGMA journal_mode=OFF")  # nobody sees this file until it is whole
            db.execute("PRAGMA synchronous=OFF")
            db.execute("BEGIN")
            _lay_out(db, inventory.terms)
            db.executemany("INSERT INTO files VALUES (?,?)", sorted(inventory.files.items()))
            for rows in (inventory.works, inventory.names, inventory.blocks, inventory.listed):
                for row in sorted(rows, key=_key):
                    _put(db, row)
            db.execute("COMMIT")
        finally:
            db.close()
    with file.open("rb+") as written_file:
        os.fsync(written_file.fileno())


def _key(row: WorkRow | NameRow | Block | ListedRow) -> tuple[str, str, int, bytes]:
    match row:
        case WorkRow():
            return row.content, "", 0, b""
        case NameRow():
            return row.id, "", 0, b""
        case Block():
            return row.content, row.kind, 0, b""
        case ListedRow():
            return row.content, row.algorithm, row.frame, row.bits


def _put(db: sqlite3.Connection, row: WorkRow | NameRow | Block | ListedRow) -> None:
    match row:
        case WorkRow():
            times = json.dumps(row.times) if row.times else ""
            values = (row.content, row.medium, row.rate, row.start_timecode, times, row.origin, row.phash, row.why)
            db.execute("INSERT OR REPLACE INTO works VALUES (?,?,?,?,?,?,?,?)", values)
        case NameRow():
            stated = (row.path, row.title, row.owner, int(row.own), json.dumps(row.licences), row.medium, int(row.stop))
            db.execute("INSERT OR REPLACE INTO names VALUES (?,?,?,?,?,?,?,?,?)", (row.id, row.content, *stated))
        case Block():
            place = (row.file, row.start, row.size, row.sha256)
            db.execute("INSERT OR REPLACE INTO blocks VALUES (?,?,?,?,?,?)", (row.content, row.kind, *place))
        case ListedRow():
            db.execute(
                "INSERT OR REPLACE INTO listed VALUES (?,?,?,?)", (row.content, row.algorithm, row.frame, row.bits)
            )


def _inventory(db: sqlite3.Connection) -> Inventory:
    db.execute("BEGIN")  # a reader's: all the rows are of one moment
    try:
        return Inventory(
            terms=dict(db.execute("SELECT term, value FROM terms ORDER BY term")),
            files=dict(db.execute("SELECT name, size FROM files ORDER BY name")),
            works=tuple(_work(row) for row in db.execute("SELECT * FROM works ORDER BY content")),
            names=tuple(_name(row) for row in db.execute("SELECT * FROM names ORDER BY id")),
            blocks=tuple(Block(*row) for row in db.execute("SELECT * FROM blocks ORDER BY content, kind")),
            listed=tuple(
                ListedRow(*row) for row in db.execute("SELECT * FROM listed ORDER BY content, algorithm, frame, bits")
            ),
        )
    except (ValueError, TypeError) as error:
        raise sqlite3.DatabaseError(f"a row is damaged: {error}") from error
    finally:
        db.execute("ROLLBACK")


def _work(row: tuple[str, str, str | None, str | None, str, int, str, str]) -> WorkRow:
    content, medium, rate, start, times, origin, phash, why = row
    return WorkRow(content, medium, rate, start, tuple(json.loads(times)) if times else (), origin, phash, why)


def _name(row: tuple[str, str, str, str, str, int, str, str, int]) -> NameRow:
    name, content, path, title, owner, own, licences, medium, stop = row
    return NameRow(name, content, path, title, owner, bool(own), tuple(json.loads(licences)), medium, bool(stop))


def _connect(file: Path, *, make: bool = False) -> sqlite3.Connection:
    """Open in autocommit mode: this module begins and ends transactions, SQLite's driver doesn't."""
    mode = "rwc" if make else "rw"
    return sqlite3.connect(f"{file.absolute().as_uri()}?mode={mode}", timeout=_PATIENCE, isolation_level=None, uri=True)


def _lay_out(db: sqlite3.Connection, terms: Mapping[str, str]) -> None:
    for statement in _TABLES.split(";"):
        if statement.strip():
            db.execute(statement)
    db.execute(f"PRAGMA application_id={_KIND}")
    db.execute(f"PRAGMA user_version={LAYOUT}")
    db.executemany("INSERT INTO terms VALUES (?,?)", sorted(terms.items()))


def _unwritten(db: sqlite3.Connection) -> bool:
    """Whether nothing was ever committed: whoever began it was killed."""
    return not db.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]


def _check(db: sqlite3.Connection) -> None:
    """Refuse what isn't a library's catalogue of this layout."""
    if db.execute("PRAGMA application_id").fetchone()[0] != _KIND:
        raise sqlite3.DatabaseError("it is no catalogue of reference works")
    layout = db.execute("PRAGMA user_version").fetchone()[0]
    if layout != LAYOUT:
        raise LibraryError(
            f"the library has layout {layout}, this version reads {LAYOUT}",
            hint="make it anew from the same material with `references add`, in another folder",
        )


@contextmanager
def _as_library_error(folder: Path) -> Iterator[None]:
    """Raise what SQLite has against a file as a `LibraryError`."""
    try:
        yield
    except sqlite3.DatabaseError as error:
        if isinstance(error, sqlite3.IntegrityError | sqlite3.ProgrammingError):
            raise  # a fault of ours, not of the file
        damaged = not isinstance(error, sqlite3.OperationalError)
        hint = "put back a copy of the folder, or make it anew with `references add`" if damaged else ""
        raise LibraryError(f"the catalogue of the library in {folder} can't be used: {error}", hint=hint) from error
