"""Earlier revisions of a PDF: an incremental update leaves what it replaces in the file."""

import hashlib
import io
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, BinaryIO

if TYPE_CHECKING:
    from pikepdf import Stream

MOST = 8
"""Revisions before the newest that are looked at, from the last back."""

_CHUNK, _LAP = 1 << 20, 16
_END = re.compile(rb"%%EOF\s?")
_LINEARIZED = b"/Linearized"


def earlier_ends(file: BinaryIO) -> Sequence[int]:
    """Where earlier revisions end, in their order; none for a file that was written at once.

    A linearized file has a mark of its end behind its first page, which ends no revision.
    """
    ends, at, before = [], 0, b""
    file.seek(0)
    first = file.read(1024)
    while True:
        file.seek(at)
        chunk = file.read(_CHUNK)
        if not chunk:
            break
        joined = before + chunk
        ends += [at - len(before) + match.end() for match in _END.finditer(joined)]
        at, before = at + len(chunk), joined[-_LAP:]
    distinct = sorted({end for end in ends if end + 1 not in ends})
    return distinct[1 if _LINEARIZED in first else 0 : -1][-MOST:]


def is_same(stream: "Stream", later: "Stream | None") -> bool:
    """Whether a later revision still has a stream as it was."""
    if later is None or len(stream.keys()) != len(later.keys()):
        return False
    return _digest(stream) == _digest(later)


def _digest(stream: "Stream") -> bytes:
    return hashlib.sha256(stream.read_raw_bytes()).digest()


class Until(io.RawIOBase):
    """A file that ends where an earlier revision did."""

    def __init__(self, file: BinaryIO, end: int) -> None:
        super().__init__()
        self._file = file
        self._end = end
        self._at = 0

    def readable(self) -> bool:
        """It is."""
        return True

    def seekable(self) -> bool:
        """It is."""
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        """Go to an offset from the start, from here, or from the end of the revision."""
        self._at = max(0, offset + {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._end}[whence])
        return self._at

    def readinto(self, buffer: "memoryview | bytearray", /) -> int:  # type: ignore[override]  # what it is called with
        """Fill a buffer with what is left, as far as that goes."""
        self._file.seek(self._at)
        data = self._file.read(max(0, min(len(buffer), self._end - self._at)))
        buffer[: len(data)] = data
        self._at += len(data)
        return len(data)
