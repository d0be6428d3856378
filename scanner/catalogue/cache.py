"""The cache: what provscan remembers between runs and could make again, in SQLite.

The cache holds what can be made again: which bytes lay at which path, what was extracted from a content, what each
detector saw in it, its fingerprints and evidence pictures. Everything is keyed by content and by the version of what
made it, never by path, and committed as each asset finishes: a run that is killed goes on where it stopped. A cache
that is damaged or of another layout is set aside and begun anew, since nothing in it can't be made again.
"""

import os
import sqlite3
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from detectors.fingerprint.prints import Prints
from scanner.catalogue.transactions import transaction
from scanner.drop.assets import Member
from scanner.errors import ProvscanError
from scanner.examination import Detection, Extraction, PartListing

if TYPE_CHECKING:
    from pydantic import TypeAdapter

_LAYOUT = 3
_PATIENCE = 60.0
"""Seconds to wait for another run that is writing."""

_TABLES = """
CREATE TABLE IF NOT EXISTS files (
  path BLOB PRIMARY KEY, size INTEGER, mtime_ns INTEGER, ctime_ns INTEGER, inode INTEGER, digests TEXT) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS extractions (
  content TEXT, suffix TEXT, version TEXT, body BLOB, PRIMARY KEY (content, suffix, version)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS prints (
  content TEXT, suffix TEXT, version TEXT, part TEXT, algorithm TEXT, body BLOB,
  PRIMARY KEY (content, suffix, version, part));
CREATE TABLE IF NOT EXISTS sightings (
  content TEXT, name TEXT, detector TEXT, version TEXT, body BLOB,
  PRIMARY KEY (content, name, detector, version)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS listings (
  content TEXT, suffix TEXT, version TEXT, body BLOB, PRIMARY KEY (content, suffix, version)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS pictures (content TEXT, frame INTEGER, version TEXT, body BLOB,
  PRIMARY KEY (content, frame, version));
"""


class CatalogueError(ProvscanError):
    """The cache can't be used: no place for it, no right to it, or no room left on the disk."""

    exit_code = 5

    def __init__(self, why: object) -> None:
        super().__init__(
            f"the cache can't be used: {why}", hint="give another folder with --cache, or run with --no-cache"
        )


class Catalogue:
    """The cache of one machine. Use as a context manager; one process writes at a time, others wait."""

    def __init__(self, folder: Path | None) -> None:
        """Open the cache in `folder`, made with mode 0700 when missing; None keeps it in memory for this run.

        Raises:
            CatalogueError: the folder can't be made or written.
        """
        self._db = _open(folder)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._db.close()

    def digests(self, path: Path, member: Member) -> dict[str, str]:
        """The digests remembered for the file at `path` by algorithm; none if anything about it has changed since."""
        row = self._db.execute(
            "SELECT digests FROM files WHERE path=? AND size=? AND mtime_ns=? AND ctime_ns=? AND inode=?",
            (os.fsencode(path), member.size, member.mtime_ns, member.ctime_ns, member.inode),
        ).fetchone()
        return dict(pair.split(":") for pair in row[0].split()) if row else {}

    def keep_digests(self, path: Path, member: Member, digests: Mapping[str, str]) -> None:
        """Remember the digests of a file as the walk saw it, besides those that are remembered of the same bytes."""
        remembered = self.digests(path, member)
        merged = {**(remembered if remembered.get("sha256") == digests.get("sha256") else {}), **digests}
        row = " ".join(f"{algorithm}:{digits}" for algorithm, digits in sorted(merged.items()))
        facts = (os.fsencode(path), member.size, member.mtime_ns, member.ctime_ns, member.inode, row)
        self._write("INSERT OR REPLACE INTO files VALUES (?,?,?,?,?,?)", facts)

    def extraction(self, content: str, suffix: str, version: str) -> Extraction | None:
        """What was extracted from a content with files of this extension, by this version."""
        query = "SELECT body FROM extractions WHERE content=? AND suffix=? AND version=?"
        row = self._db.execute(query, (content, suffix, version)).fetchone()
        return _extractions().validate_json(row[0]) if row else None

    def has_extraction(self, content: str, suffix: str, version: str) -> bool:
        """Whether that extraction is remembered."""
        query = "SELECT 1 FROM extractions WHERE content=? AND suffix=? AND version=?"
        return self._db.execute(query, (content, suffix, version)).fetchone() is not None

    def prints(self, content: str, suffix: str, version: str) -> Prints:
        """The fingerprints taken along with that extraction; nothing where the content has none."""
        query = "SELECT part, algorithm, body FROM prints WHERE content=? AND suffix=? AND version=?"
        return Prints.from_rows(self._db.execute(query, (content, suffix, version)).fetchall())

    def keep_extraction(self, content: str, suffix: str, version: str, extraction: Extraction, prints: Prints) -> None:
        """Remember an extraction and its fingerprints together, or neither."""
        with self._transaction():
            body = _extractions().dump_json(extraction)
            self._db.execute("INSERT OR REPLACE INTO extractions VALUES (?,?,?,?)", (content, suffix, version, body))
            self._write_prints(content, suffix, version, prints)

    def keep_prints(self, content: str, suffix: str, version: str, prints: Prints) -> None:
        """Remember further fingerprints of a content, apart from its extraction's: under a version of their own."""
        with self._transaction():
            self._write_prints(content, suffix, version, prints)

    def _write_prints(self, content: str, suffix: str, version: str, prints: Prints) -> None:
        self._db.execute("DELETE FROM prints WHERE content=? AND suffix=? AND version=?", (content, suffix, version))
        rows = [(content, suffix, version, part, algorithm, body) for part, algorithm, body in prints.to_rows()]
        self._db.executemany("INSERT INTO prints VALUES (?,?,?,?,?,?)", rows)

    def detection(self, content: str, name: str, detector: str, version: str) -> Detection | None:
        """What a detector of this version said of a content (`name`: empty unless names are evidence to it)."""
        query = "SELECT body FROM sightings WHERE content=? AND name=? AND detector=? AND version=?"
        row = self._db.execute(query, (content, name, detector, version)).fetchone()
        return _detections().validate_json(row[0]) if row else None

    def has_detection(self, content: str, name: str, detector: str, version: str) -> bool:
        """Whether that detection is remembered."""
        query = "SELECT 1 FROM sightings WHERE content=? AND name=? AND detector=? AND version=?"
        return self._db.execute(query, (content, name, detector, version)).fetchone() is not None

    def keep_detection(self, content: str, name: str, detector: str, version: str, detection: Detection) -> None:
        """Remember what a detector said."""
        body = _detections().dump_json(detection, exclude={"observations": {"__all__": {"part"}}})  # a holder's to say
        row = (content, name, detector, version, body)
        self._write("INSERT OR REPLACE INTO sightings VALUES (?,?,?,?,?)", row)

    def listing(self, content: str, suffix: str, version: str) -> PartListing | None:
        """The parts of a content with files of this extension, as this version listed them."""
        query = "SELECT body FROM listings WHERE content=? AND suffix=? AND version=?"
        row = self._db.execute(query, (content, suffix, version)).fetchone()
        return _listings().validate_json(row[0]) if row else None

    def keep_listing(self, content: str, suffix: str, version: str, listing: PartListing) -> None:
        """Remember which parts a content has."""
        row = (content, suffix, version, _listings().dump_json(listing))
        self._write("INSERT OR REPLACE INTO listings VALUES (?,?,?,?)", row)

    def picture(self, content: str, frame: int, version: str) -> bytes | None:
        """The evidence picture of one frame, as JPEG; empty bytes where none could be made."""
        query = "SELECT body FROM pictures WHERE content=? AND frame=? AND version=?"
        row = self._db.execute(query, (content, frame, version)).fetchone()
        return row[0] if row else None

    def keep_picture(self, content: str, frame: int, version: str, jpeg: bytes) -> None:
        """Remember an evidence picture."""
        self._write("INSERT OR REPLACE INTO pictures VALUES (?,?,?,?)", (content, frame, version, jpeg))

    def _write(self, statement: str, row: tuple[Any, ...]) -> None:
        with self._transaction():
            self._db.execute(statement, row)

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        try:
            with transaction(self._db):
                yield
        except sqlite3.DatabaseError as error:
            if type(error) not in {sqlite3.OperationalError, sqlite3.DatabaseError}:
                raise  # a fault of ours, not of the disk
            raise CatalogueError(error) from error


def _open(folder: Path | None) -> sqlite3.Connection:
    if folder is None:
        return _connect(":memory:")
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        place = folder / "cache.sqlite"
        try:
            return _connect(str(place))
        except sqlite3.DatabaseError as error:
            if isinstance(error, sqlite3.OperationalError):
                raise
            for name in ("cache.sqlite", "cache.sqlite-wal", "cache.sqlite-shm"):
                (folder / name).unlink(missing_ok=True)
            return _connect(str(place))
    except (OSError, sqlite3.Error) as error:
        raise CatalogueError(error) from error


def _connect(place: str) -> sqlite3.Connection:
    """Open and lay out; another layout raises DatabaseError like damage does.

    Autocommit mode with our own BEGIN: the standard library's implicit transactions would leave a read open. Turning a
    new database to WAL doesn't wait for others as writes do, so a run that loses that race tries again.
    """
    db = sqlite3.connect(place, timeout=_PATIENCE, isolation_level=None)
    patience = time.monotonic() + _PATIENCE
    while True:
        try:
            _lay_out(db)
        except sqlite3.OperationalError as error:
            if "locked" in str(error) and time.monotonic() < patience:
                time.sleep(0.05)
                continue
            db.close()
            raise
        except BaseException:
            db.close()
            raise
        return db


def _lay_out(db: sqlite3.Connection) -> None:
    layout = db.execute("PRAGMA user_version").fetchone()[0]
    if layout not in (0, _LAYOUT):
        raise sqlite3.DatabaseError(f"layout {layout}, not {_LAYOUT}")
    db.execute("PRAGMA journal_mode=WAL")
    db.execute("PRAGMA synchronous=NORMAL")  # a power cut may cost the last commits, never the database
    db.executescript(_TABLES)
    db.execute(f"PRAGMA user_version={_LAYOUT}")


@cache
def _extractions() -> "TypeAdapter[Extraction]":
    from pydantic import TypeAdapter

    return TypeAdapter(Extraction)


@cache
def _detections() -> "TypeAdapter[Detection]":
    from pydantic import TypeAdapter

    return TypeAdapter(Detection)


@cache
def _listings() -> "TypeAdapter[PartListing]":
    from pydantic import TypeAdapter

    return TypeAdapter(PartListing)
