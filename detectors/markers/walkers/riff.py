"""Chunks of WAV and AVI that no reader names: `AIGC`, and INFO entries under names of a writer's own.

Registered INFO entries begin with an I and are exiftool's to read (RIFF MCI, 1991; RF64: EBU Tech 3306).
"""

import os
import re
import struct
from collections.abc import Iterator
from typing import BinaryIO

from detectors.markers.patterns import VALUE_LIMIT
from detectors.material import Tag

READER = "riff walker"

_MOST_CHUNKS = 10_000
_INFO_LIMIT = 1 << 20
_UNSTATED = 0xFFFFFFFF
_NAME = re.compile(rb"[A-Za-z0-9]{4}")
_LABEL = b"AIGC"


def read(file: BinaryIO) -> Iterator[Tag]:
    """The label's chunk, and the INFO entries that have no registered name, of an open RIFF file."""
    end = os.fstat(file.fileno()).st_size
    here, large = 12, 0
    for _ in range(_MOST_CHUNKS):
        file.seek(here)
        head = file.read(8)
        if len(head) < 8:  # noqa: PLR2004 - name and length of a chunk
            return
        name, length = struct.unpack("<4sI", head)
        if name == b"ds64":
            sizes = file.read(16)
            large = struct.unpack("<QQ", sizes)[1] if len(sizes) == 16 else 0  # noqa: PLR2004 - of the file, of the sound
        elif name == _LABEL:
            yield _tag(name, file.read(min(length, 4 * VALUE_LIMIT)))
        elif name == b"LIST" and file.read(4) == b"INFO":
            yield from _entries(file.read(min(length, _INFO_LIMIT)))
        if name == b"data" and length == _UNSTATED:
            length = large
        here += 8 + length + length % 2
        if here >= end:
            return


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
