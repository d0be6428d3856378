"""Keeps readings of large files from taking all memory at once, however many workers there are.

The library holds half a gigabyte while it hashes a long file, whatever its length, and some formats it reads whole.
So of large files only so many are read at a time on one machine as fit; small ones wait for nobody.
"""

import fcntl
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

LARGE = 64 * 2**20
"""Bytes from which on a file counts as large; below, reading it takes little more than itself."""
_EACH = 640 * 2**20
"""Bytes that reading a large one takes: 600 measured, on films of up to 4.6 GiB, with c2pa-rs 0.91.3."""
_SHARE = 4
"""All of them together may take a quarter of the machine's memory."""


@contextmanager
def room_for(path: Path) -> Iterator[None]:
    """Wait until there is memory to read a file of its size, and keep it for as long as the block runs.

    Raises:
        OSError: the file can't be looked at.
    """
    if path.stat().st_size < LARGE:
        yield
        return
    held = _take_place(places())
    try:
        yield
    finally:
        if held is not None:
            os.close(held)  # which gives the lock back, as does the end of the process


def places() -> int:
    """How many large files may be read at a time here."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return max(1, memory // _SHARE // _EACH)


def _take_place(count: int) -> int | None:
    """A lock on one of so many files, as a descriptor; None where locks can't be had, and nobody waits."""
    try:
        for number in range(count):
            descriptor = _open(number)
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                os.close(descriptor)
            else:
                return descriptor
        descriptor = _open(os.getpid() % count)
        fcntl.flock(descriptor, fcntl.LOCK_EX)
    except OSError:
        return None
    return descriptor


def _open(number: int) -> int:
    name = f"provscan-{os.getuid()}-large-{number}.lock"
    path = Path(tempfile.gettempdir(), name)
    return os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
