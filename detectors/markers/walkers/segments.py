"""Text in a JPEG's application segments: China's label as one provider is said to write it, `AIGC{…}`, or any other.

Exiftool passes over an application segment whose owner it doesn't know. Nothing behind the start of the picture's
data is read (ISO/IEC 10918-1, B.1.1).
"""

import struct
from collections.abc import Iterator
from typing import BinaryIO

from detectors.markers.patterns import VALUE_LIMIT
from detectors.markers.walkers import private
from detectors.material import Tag

READER = "segment walker"

_MOST_SEGMENTS = 1000
_LABEL = b"AIGC"
_BEFORE = 64  # bytes of a writer's own in front of the label
_FIRST, _LAST = 0xE0, 0xEF  # APP0 to APP15
_READ_BY_OTHERS = (
    b"JFIF",
    b"JFXX",
    b"Exif",
    b"http://ns.adobe.com/",
    b"ICC_PROFILE",
    b"Adobe",
    b"Photoshop",
    b"JP\0",
    b"MPF",
)
_ALONE = frozenset({0x01, *range(0xD0, 0xD8)})
_ENDS = frozenset({0xD9, 0xDA})  # the end of the picture, the start of its data


def read(file: BinaryIO) -> Iterator[Tag]:
    """The labels, and other texts, in the application segments of an open JPEG."""
    file.seek(2)
    for _ in range(_MOST_SEGMENTS):
        start = file.read(2)
        while start == b"\xff\xff":  # fill bytes
            start = b"\xff" + file.read(1)
        if len(start) < 2 or start[0] != 0xFF or start[1] in _ENDS:  # noqa: PLR2004 - a marker
            return
        if start[1] in _ALONE:
            continue
        size = file.read(2)
        if len(size) < 2:  # noqa: PLR2004 - a length
            return
        (length,) = struct.unpack(">H", size)
        content = file.read(max(0, length - 2))
        if _FIRST <= start[1] <= _LAST:
            at = content.find(_LABEL, 0, _BEFORE)
            rest = content[at + len(_LABEL) :].lstrip(b" \0:")
            if at >= 0 and rest.startswith(b"{"):
                yield Tag(READER, f"APP{start[1] - _FIRST}:AIGC", rest.decode("utf-8", "replace")[:VALUE_LIMIT])
            elif not content.startswith(_READ_BY_OTHERS):
                yield from private.texts(b"APP%d" % (start[1] - _FIRST), content)
