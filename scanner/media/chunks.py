"""Whether the sound in a WAV, BWF, RF64 or AIFF file is all there: decoders take what comes and say nothing.

Such a file is a row of chunks, each with its length; the one that holds the sound states how much there should be
(EBU Tech 3285 and 3306, Apple's AIFF specification). A recorder that was switched off leaves nought, or all bits set:
that states nothing. Nothing is decoded here.
"""

import os
import struct
from typing import BinaryIO

_HOLDS_SOUND = frozenset({b"data", b"SSND"})
_LARGE = b"ds64"  # RF64: lengths of 64 bits, the second of them that of the sound
_UNSTATED = frozenset({0, 0xFFFFFFFF, 0xFFFFFFFF - 36, 0x7FFFFFFF})
_ORDERS = {b"RIFF": "<", b"RF64": "<", b"BW64": "<", b"FORM": ">"}
_MOST_CHUNKS = 10_000


def lacking(file: BinaryIO) -> int:
    """How many bytes of its sound a file that is open at its beginning lacks; 0 where it doesn't say."""
    start = file.read(12)
    order = _ORDERS.get(start[:4])
    if len(start) < 12 or order is None:  # noqa: PLR2004 - the file's own kind, length and form
        return 0
    end, large = os.fstat(file.fileno()).st_size, 0
    for _ in range(_MOST_CHUNKS):
        head = file.read(8)
        if len(head) < 8:  # noqa: PLR2004 - name and length of a chunk
            return 0
        name, (length,) = head[:4], struct.unpack(f"{order}I", head[4:])
        if name in _HOLDS_SOUND:
            stated = large if length == max(_UNSTATED) else length
            return 0 if stated in _UNSTATED else max(0, file.tell() + stated - end)
        here = file.tell()
        if name == _LARGE:
            sizes = file.read(16)
            large = struct.unpack("<QQ", sizes)[1] if len(sizes) == 16 else 0  # noqa: PLR2004 - two of them
        file.seek(here + length + length % 2)
    return 0
