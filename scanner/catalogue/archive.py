"""The archive: every finished scan with its fingerprints, so that it can be matched again without its media.

It holds what can't be made again once a drop has gone: how it looked and sounded, what was seen in it, and what it was
judged by; never media. A scan goes in whole or not at all. The prints of one content are kept once, whatever the number
of scans, and go with the last scan that needs them. An archive that is damaged is never set aside: it says so.
What the documents in it mean is their writer's business; here they are bytes.
"""

import hashlib
import os
import sqlite3
import zlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import astuple, dataclass
from pathlib import Path
from typing import Self

from detectors.fingerprint.prints import ALGORITHMS, PrintRow, Prints
from scanner.catalogue.transactions import transaction
from scanner.errors import ProvscanError

FILE = "archive.sqlite"
_LAYOUT = 1
_PATIENCE = 600.0
"""Seconds to wait for another scan that is being archived: one of many hours of film writes gigabytes."""
_PAYS = 0.9
"""Hashes and features hardly shrink: what saves less than a tenth is kept as it is, and read without unpacking."""

_TABLES = """
CREATE TABLE IF NOT EXISTS scans (
  id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT, digest TEXT, production TEXT, delivery TEXT, completed INTEGER,
  report BLOB, dossier BLOB, grounds BLOB, UNIQUE (name, digest, production, delivery));
CREATE TABLE IF NOT EXISTS parts (
  scan INTEGER, asset INTEGER, place INTEGER, part TEXT, print INTEGER,
  PRIMARY KEY (scan, asset, place, part)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS users ON parts (print);
CREATE TABLE IF NOT EXISTS prints (
  id INTEGER PRIMARY KEY, sha256 BLOB UNIQUE, algorithm TEXT, packed INTEGER, body BLOB);
"""


class ArchiveError(ProvscanError):
    """The archive can't be used: no right to it, no room left on the disk, damaged, or of another version."""

    exit_code = 5

    def __init__(self, why: object) -> None:
        super().__init__(
            f"the archive of scans can't be used: {why}",
            hint="look at the folder PROVSCAN_DATA; what is archived can't be made again without the media",
        )


@dataclass(frozen=True, slots=True, order=True)
class Key:
    """Which drop a scan was of: its name, the digest of its bytes, and what its paper calls it (empty: no paper)."""

    name: str
    digest: str
    production: str
    delivery: str

    def followed_by(self, other: "Key") -> bool:
        """Whether a later scan of `other` stands for this one: the same drop renamed, or the same name delivered anew.

        For the same delivery of the same production; a scan without paper is followed by one with any.
        """
        same = self.name == other.name or self.digest == other.digest
        paper = (self.production, self.delivery)
        return same and paper in {("", ""), (other.production, other.delivery)}


@dataclass(frozen=True, slots=True)
class ArchivedScan:
    """One archived scan. The higher its number, the later it was; `completed` is False where it was interrupted."""

    number: int
    key: Key
    completed: bool


@dataclass(frozen=True, slots=True)
class Documents:
    """The report of a scan as it was written, what was seen of the drop, and what it was judged by."""

    report: bytes
    dossier: bytes
    grounds: bytes


@dataclass(frozen=True, slots=True)
class KeptPrints:
    """Prints of an asset, in the order in which they were kept; and the algorithms of those that no one reads now."""

    prints: list[Prints]
    outdated: tuple[str, ...]


class Archive:
    """The archive of one user. Use as a context manager; one process writes at a time, others wait."""

    def __init__(self, folder: Path) -> None:
        """Open the archive in `folder`, made with mode 0700 when missing.

        Raises:
            ArchiveError: it can't be opened, or isn't one of this version.
        """
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            os.close(os.open(folder / FILE, os.O_CREAT | os.O_RDWR, 0o600))
            self._db = _connect(folder / FILE)
        except (OSError, sqlite3.Error) as error:
            raise ArchiveError(error) from error

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._db.close()

    def keep(self, key: Key, documents: Documents, prints: Iterable[Sequence[Prints]], *, completed: bool) -> None:
        """Archive a scan: its documents, and the prints of each asset, in one transaction.

        It takes the place of an earlier scan of the same drop; but one that was interrupted never replaces one that
        wasn't.

        Raises:
            ArchiveError: it can't be written; the archive is as it was.
        """
        with _as_archive_error(), transaction(self._db):
            before = self._db.execute(
                "SELECT id, completed FROM scans WHERE name=? AND digest=? AND production=? AND delivery=?",
                astuple(key),
            ).fetchone()
            if before and before[1] and not completed:
                return
            freed = self._forget(before[0]) if before else []
            row = (*astuple(key), completed, *map(zlib.compress, astuple(documents)))
            scan = self._db.execute("INSERT INTO scans VALUES (NULL,?,?,?,?,?,?,?,?)", row).lastrowid
            for asset, of_asset in enumerate(prints):
                for place, placed in enumerate(of_asset):
                    numbers = [(part, self._print(algorithm, body)) for part, algorithm, body in placed.to_rows()]
                    rows = [(scan, asset, place, part, number) for part, number in numbers]
                    self._db.executemany("INSERT INTO parts VALUES (?,?,?,?,?)", rows)
            self._db.executemany(
                "DELETE FROM prints WHERE id=? AND NOT EXISTS (SELECT 1 FROM parts WHERE print=prints.id)", freed
            )

    def latest(self) -> list[ArchivedScan]:
        """The scans that no later one stands for, by their keys. An interrupted one stands for no finished one."""
        with _as_archive_error():
            query = "SELECT id, name, digest, production, delivery, completed FROM scans ORDER BY id DESC"
            rows = self._db.execute(query).fetchall()
        latest: list[ArchivedScan] = []
        newer: list[ArchivedScan] = []
        for number, *key, completed in rows:
            scan = ArchivedScan(number, Key(*key), bool(completed))
            later = (other for other in newer if other.completed or not scan.completed)
            if not any(scan.key.followed_by(other.key) for other in later):
                latest.append(scan)
            newer.append(scan)
        return sorted(latest, key=lambda scan: (scan.key, scan.number))

    def documents(self, scan: ArchivedScan) -> Documents:
        """What was archived of a scan besides its prints.

        Raises:
            ArchiveError: they can't be read, or another run has archived a later scan of this drop meanwhile.
        """
        with _as_archive_error():
            query = "SELECT report, dossier, grounds FROM scans WHERE id=?"
            row = self._db.execute(query, (scan.number,)).fetchone()
            if row is None:
                raise ArchiveError(f"{scan.key.name} was scanned again at this moment")
            return Documents(*map(zlib.decompress, row))

    def prints(self, scan: ArchivedScan, asset: int) -> KeptPrints:
        """The prints of one asset, by its place among the assets."""
        query = (
            "SELECT place, part, algorithm, packed, body FROM parts JOIN prints ON id = print "
            "WHERE scan=? AND asset=? ORDER BY place, part"
        )
        usable: dict[int, list[PrintRow]] = {}
        outdated: set[str] = set()
        with _as_archive_error():
            for place, part, algorithm, packed, body in self._db.execute(query, (scan.number, asset)):
                if algorithm == ALGORITHMS[part]:
                    usable.setdefault(place, []).append((part, algorithm, zlib.decompress(body) if packed else body))
                else:
                    outdated.add(algorithm)
            return KeptPrints([Prints.from_rows(parts) for parts in usable.values()], tuple(sorted(outdated)))

    def _forget(self, scan: int) -> list[tuple[int]]:
        """Delete a scan, and return the numbers of the prints that it needed."""
        freed = self._db.execute("SELECT DISTINCT print FROM parts WHERE scan=?", (scan,)).fetchall()
        self._db.execute("DELETE FROM parts WHERE scan=?", (scan,))
        self._db.execute("DELETE FROM scans WHERE id=?", (scan,))
        return freed

    def _print(self, algorithm: str, body: bytes) -> int:
        """The number of a print, which is stored unless it was before."""
        digest = hashlib.sha256(algorithm.encode() + b"\0" + body).digest()
        existing = self._db.execute("SELECT id FROM prints WHERE sha256=?", (digest,)).fetchone()
        if existing:
            return int(existing[0])
        compressed = zlib.compress(body, 1)
        packed = len(compressed) < len(body) * _PAYS
        row = (digest, algorithm, packed, compressed if packed else body)
        cursor = self._db.execute("INSERT INTO prints (sha256, algorithm, packed, body) VALUES (?,?,?,?)", row)
        return int(cursor.lastrowid or 0)


@contextmanager
def _as_archive_error() -> Iterator[None]:
    """Raise damage and full disks as an `ArchiveError`, which a person can do something about."""
    try:
        yield
    except (sqlite3.DatabaseError, zlib.error, ValueError) as error:
        raise ArchiveError(error) from error


def _connect(place: Path) -> sqlite3.Connection:
    db = sqlite3.connect(place, timeout=_PATIENCE, isolation_level=None)
    try:
        layout = db.execute("PRAGMA user_version").fetchone()[0]
        if layout == 0:
            db.executescript(f"BEGIN IMMEDIATE; {_TABLES} PRAGMA user_version={_LAYOUT}; COMMIT")
    except BaseException:
        db.close()
        raise
    if layout in (0, _LAYOUT):
        return db
    db.close()
    raise ArchiveError(f"{place} is of layout {layout}, not {_LAYOUT}")
