"""All of some changes to a database, or none of them, whatever ends them early."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def transaction(database: sqlite3.Connection) -> Iterator[None]:
    """Make the changes inside together, and undo them where anything is raised.

    Raises:
        sqlite3.Error: the disk is full, or the file damaged.
    """
    database.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        if database.in_transaction:  # a full disk has rolled back by itself
            database.execute("ROLLBACK")
        raise
    database.execute("COMMIT")
