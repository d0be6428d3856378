"""Chunks of WAV, AVI, WebP and AIFF that no reader names: `AIGC`, any with text, and a writer's own INFO.

Registered INFO entries begin with an I and are exiftool's to read (RIFF MCI, 1991; RF64: EBU Tech 3306).
"""

import re
import struct
from collections.abc import Iterator
from typing import BinaryIO

from detectors.containers import chunks
from detectors.markers.patterns import VALUE_LIMIT
from detectors.markers.walkers import private
from detectors.material import Tag

READER = "riff walker"

_INFO_LIMIT = 1 << 20
_NAME = re.compile(rb"[A-Za-z0-9]{4}")
_LABEL = b"AIGC"
_NAMED = frozenset(
    b"ALPH ANIM ANMF C2PA EXIF ICCP VP8L VP8X _PMX aXML axml bext chna data ds64 fact iXML idx1 inst JUNK junk odml"
    b" PEAK plst smpl umid ANNO AUTH COMT COMM FVER INST MARK NAME SSND (c)  APPL CHAN".split()
) | {b"VP8 ", b"XMP ", b"cue ", b"fmt ", b"id3 ", b"ID3 ", b"PAD ", b"(c) "}
"""Chunks that the formats' own readers read, or that hold no text."""


def read(file: BinaryIO, order: str = "<") -> Iterator[Tag]:
    """The texts of chunks and INFO entries that have no registered name, of an open RIFF or (order ">") AIFF file."""
    for name, begin, length in chunks(file, order):
        file.seek(begin)
        if name == _LABEL:
            yield _tag(name, file.read(min(length, 4 * VALUE_LIMIT)))
        elif name == b"LIST":
            kind = file.read(4)
            if kind not in {b"movi", b"hdrl"}:
                yield from _entries(file.read(min(length, _INFO_LIMIT)), of_info=kind == b"INFO")
        elif name not in _NAMED:
            yield from private.texts(name, file.read(min(length, 4 * VALUE_LIMIT)))


def _entries(listed: bytes, *, of_info: bool) -> Iterator[Tag]:
    here = 0
    while here + 8 <= len(listed):
        name, length = struct.unpack_from("<4sI", listed, here)
        if not _NAME.fullmatch(name):
            return
        content = listed[here + 8 : here + 8 + min(length, 4 * VALUE_LIMIT)]
        if not of_info:
            yield from private.texts(name, content)
        elif not name.startswith(b"I"):
            yield _tag(name, content)
        here += 8 + length + length % 2


def _tag(name: bytes, value: bytes) -> Tag:
    text = value.partition(b"\0")[0].decode("utf-8", "replace")
    return Tag(READER, f"RIFF:{name.decode('ascii')}", text[:VALUE_LIMIT])
