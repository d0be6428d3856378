"""Whether the sound in a WAV, BWF, RF64 or AIFF file is all there: decoders take what comes and say nothing.

Such a file is a row of chunks, each with its length; the one that holds the sound states how much there should be
(EBU Tech 3285 and 3306, Apple's AIFF specification). A recorder that was switched off leaves nought, or all bits set:
that states nothing. Nothing is decoded here.
"""

import os
from typing import BinaryIO

from detectors.containers import chunks

_HOLDS_SOUND = frozenset({b"data", b"SSND"})
_UNSTATED = frozenset({0, 0xFFFFFFFF, 0xFFFFFFFF - 36, 0x7FFFFFFF})
_ORDERS = {b"RIFF": "<", b"RF64": "<", b"BW64": "<", b"FORM": ">"}


def lacking(file: BinaryIO) -> int:
    """How many bytes of its sound a file that is open at its beginning lacks; 0 where it doesn't say."""
    start = file.read(12)
    order = _ORDERS.get(start[:4])
    if len(start) < 12 or order is None:  # noqa: PLR2004 - the file's own kind, length and form
        return 0
    end = os.fstat(file.fileno()).st_size
    for name, begin, length in chunks(file, order):
        if name in _HOLDS_SOUND:
            return 0 if length in _UNSTATED else max(0, begin + length - end)
    return 0
