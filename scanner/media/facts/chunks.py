"""Whether the sound in a WAV, BWF, RF64, AIFF, W64, CAF or AU file is all there, and all of it is heard.

Decoders take what comes and say nothing. Such a file is a row of chunks, each with its length; the one that holds the
sound states how much there should be (EBU Tech 3285 and 3306, Apple's AIFF and CAF specifications, Sony's Wave64, Sun's
au). A recorder that was switched off leaves nought, or all bits set: that states nothing. Nothing is decoded here.
"""

import os
import re
import struct
from collections.abc import Iterator
from itertools import islice
from typing import BinaryIO, TypeAlias

from detectors.containers import chunks

Chunk: TypeAlias = tuple[bytes, int, int]
"""Name, the first byte of what is in it, and the length of that as stated."""

_HOLDS_SOUND = frozenset({b"data", b"SSND"})
_UNSTATED = frozenset({0, 0xFFFFFFFF, 0xFFFFFFFF - 36, 0x7FFFFFFF, 0xFFFFFFFFFFFFFFFF})
_ORDERS = {b"RIFF": "<", b"RF64": "<", b"BW64": "<", b"FORM": ">", b"RIFX": ">"}
_LARGE = frozenset({b"RF64", b"BW64"})
_NAME = re.compile(rb"[A-Za-z0-9 _\-(\xa9]{3}[A-Za-z0-9 _\-)]")
_MOST_CHUNKS = 10_000
_PADDING = 1 << 16
_WAVE64 = bytes.fromhex("726966662e91cf11a5d628db04c10000")


def sound_faults(file: BinaryIO) -> list[str]:
    """What lacks of the sound of a file that is open at its beginning, and what of it no decoder takes for sound."""
    head = file.read(40)
    end = os.fstat(file.fileno()).st_size
    listed = list(islice(_chunks(file, head, end), _MOST_CHUNKS))
    sounds = [(begin, length) for name, begin, length in listed if name in _HOLDS_SOUND]
    if not sounds:
        return []
    begin, length = sounds[0]
    if length in _UNSTATED:
        return []
    if begin + length > end:
        return [f"the file ends {begin + length - end:,} bytes before its sound does"]
    faults = [f"{length:,} bytes of sound in a further chunk, which no decoder hears" for _, length in sounds[1:]]
    unnamed = _unnamed(file, head, end, listed[-1]) if head[:4] in _ORDERS else 0
    return [*faults, *([f"{unnamed:,} bytes behind its sound that are in no chunk"] if unnamed else [])]


def _chunks(file: BinaryIO, head: bytes, end: int) -> Iterator[Chunk]:
    if head[:4] in _ORDERS and len(head) >= 12:  # noqa: PLR2004 - the file's own kind, length and form
        yield from _of_riff(file, head[:4], end)
    elif head[:16] == _WAVE64:
        yield from _of_wave64(file, end)
    elif head[:4] == b"caff":
        yield from _of_caf(file, end)
    elif head[:4] == b".snd" and len(head) >= 12:  # noqa: PLR2004 - up to the length of its sound
        begin, length = struct.unpack(">II", head[4:12])
        yield b"data", begin, length


def _of_riff(file: BinaryIO, kind: bytes, end: int) -> Iterator[Chunk]:
    """The chunks of a RIFF or AIFF file up to the first that has no name of one."""
    large = 0
    for name, begin, stated in chunks(file, _ORDERS[kind]):
        if not _NAME.fullmatch(name):
            return
        length = stated
        if kind in _LARGE and name == b"ds64":
            file.seek(begin)
            sizes = file.read(16)
            large = struct.unpack("<QQ", sizes)[1] if len(sizes) == 16 else 0  # noqa: PLR2004 - of the file, of the sound
        elif kind in _LARGE and name == b"data" and begin + stated > end and 0 < large <= end - begin:
            length = large  # a writer that left something else than all bits set in the short length
        yield name, begin, length
        if length != stated:
            return


def _of_wave64(file: BinaryIO, end: int) -> Iterator[Chunk]:
    """A chunk is led by an id of 16 bytes and its length with this lead; the next begins at a multiple of eight."""
    here = 40
    while here + 24 <= end:
        file.seek(here)
        lead = file.read(24)
        if len(lead) < 24:  # noqa: PLR2004 - the file became shorter meanwhile
            return
        (length,) = struct.unpack("<Q", lead[16:])
        yield lead[:4], here + 24, length - 24 if 24 < length not in _UNSTATED else 0  # noqa: PLR2004 - the lead
        if length <= 24:  # noqa: PLR2004 - the same
            return
        here += (length + 7) // 8 * 8


def _of_caf(file: BinaryIO, end: int) -> Iterator[Chunk]:
    here = 8
    while here + 12 <= end:
        file.seek(here)
        lead = file.read(12)
        if len(lead) < 12:  # noqa: PLR2004 - the file became shorter meanwhile
            return
        name, length = struct.unpack(">4sq", lead)
        yield name, here + 12, max(0, length)  # -1: up to the end
        if length < 0:
            return
        here += 12 + length


def _unnamed(file: BinaryIO, head: bytes, end: int, last: Chunk) -> int:
    """How many bytes of a RIFF or AIFF file stand behind its last chunk and are neither one nor padding.

    What is behind the length that the file states of itself is another matter: there it ends.
    """
    _, begin, length = last
    (stated,) = struct.unpack(f"{_ORDERS[head[:4]]}I", head[4:8])
    behind = min(end, 8 + stated) if stated not in _UNSTATED and head[:4] not in _LARGE else end
    here = begin + length
    file.seek(max(0, here - 1))
    rest = file.read(min(behind - here, _PADDING) + 1)[1:] if here < behind else b""
    if length % 2 and _NAME.fullmatch(rest[:4]):  # no byte of padding behind an odd length: a chunk all the same
        return 0
    return behind - here if len(rest.strip(b"\0")) > 2 or (rest and behind - here > _PADDING) else 0  # noqa: PLR2004 - padding, one byte and another
