"""Chunks of WAV and AVI that no reader names: `AIGC`, and INFO entries under names of a writer's own.

Registered INFO entries begin with an I and are exiftool's to read (RIFF MCI, 1991; RF64: EBU Tech 3306).
"""

import re
import struct
from collections.abc import Iterator
from typing import BinaryIO

from detectors.containers import chunks
from detectors.markers.patterns import VALUE_LIMIT
from detectors.material import Tag

READER = "riff walker"

_INFO_LIMIT = 1 << 20
_NAME = re.compile(rb"[A-Za-z0-9]{4}")
_LABEL = b"AIGC"


def read(file: BinaryIO) -> Iterator[Tag]:
    """The label's chunk, and the INFO entries that have no registered name, of an open RIFF file."""
    for name, begin, length in chunks(file):
        file.seek(begin)
        if name == _LABEL:
            yield _tag(name, file.read(min(length, 4 * VALUE_LIMIT)))
        elif name == b"LIST" and file.read(4) == b"INFO":
            yield from _entries(file.read(min(length, _INFO_LIMIT)))


def _entries(listed: bytes) -> Iterator[Tag]:
    here = 0
    while here + 8 <= len(listed):
        name, length = struct.unpack_from("<4sI", listed, here)
        if not _NAME.fullmatch(name):
            return
        if not name.startswith(b"I"):
            yield _tag(name, listed[here + 8 : here + 8 + min(length, 4 * VALUE_LIMIT)])
        here += 8 + length + length % 2


def _tag(name: bytes, value: bytes) -> Tag:
    text = value.partition(b"\0")[0].decode("utf-8", "replace")
    return Tag(READER, f"RIFF:{name.decode('ascii')}", text[:VALUE_LIMIT])
