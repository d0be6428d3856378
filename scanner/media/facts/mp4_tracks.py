"""How many tracks an MP4 or MOV says it has, counted without reading what is in them.

A file with thousands of tracks is no delivery; metadata readers go through each of them for half a minute. Only two
levels of boxes are looked at, one after the other, so that boxes inside boxes inside boxes cost nothing (ISO/IEC
14496-12, 4.2).
"""

import os
from typing import BinaryIO

from detectors.containers import boxes

MOST_TRACKS = 1000
"""More than any delivery has, and as many as ffmpeg opens."""


def too_many_tracks(file: BinaryIO) -> bool:
    """Whether a file that is open for reading is an MP4 or MOV of more tracks than anybody delivers."""
    end = os.fstat(file.fileno()).st_size
    count = 0
    for name, start, stop in boxes(file, 0, end):
        if name == b"moov":
            for inner, _, _ in boxes(file, start, stop):
                count += inner == b"trak"
                if count > MOST_TRACKS:
                    return True
    return False
