"""Chooses by a file's first bytes which of the small readers look at it, and keeps them within bounds.

They read marks where exiftool and ffprobe are blind, and nothing else: no walker replaces a reader of metadata. Broken
bytes end a walk early; they never raise.
"""

import os
import re
import stat
from collections.abc import Iterator, Sequence
from itertools import chain, islice
from pathlib import Path
from typing import BinaryIO

from detectors.markers.walkers import (
    front_matter,
    packets,
    private,
    projects,
    riff,
    samsung,
    segments,
    sei,
    stealth,
    tails,
)
from detectors.material import Tag

MOST_TAGS = 200
"""Values that are taken from one file."""

_HEAD = 16
_MXF = b"\x06\x0e\x2b\x34"
_RIFFS = (b"RIFF", b"RF64", b"BW64")
_SOUND_OR_TEXT = (b"ID3", b"fLaC", b"OggS", b"FORM", b"%PDF", b"PK\x03\x04", *_RIFFS)
"""Files without a picture of their own: that nobody finds its size says nothing about their health."""
_STREAM_OF_SOUND = re.compile(rb"ID3|fLaC|OggS|\x0b\x77|\xff[\xe2-\xfe]")
"""What begins like this may have tags behind its sound."""
_SIZE = "Composite:ImageSize"
"""What exiftool says of every picture and movie that it understands."""


def walked(path: Path, tags: Sequence[Tag], names: Sequence[re.Pattern[str]] = ()) -> tuple[Tag, ...]:
    """What the walkers find in one file. `tags`: what the other readers said of it; `names`: telling names of files.

    An XMP packet is looked for by its own marks only where the other readers could not even tell the picture's size:
    in a healthy file such a packet may belong to a thumbnail or an ingredient.

    Raises:
        OSError: the file can't be opened or read.
    """
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    with os.fdopen(descriptor, "rb") as file:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            return ()
        head = file.read(_HEAD)
        found = _walk(file, head, sized=any(tag.key == _SIZE for tag in tags))
        in_projects = projects.read(file, names) if projects.may_hold(head) else ()
        return tuple(islice(chain(found, in_projects), MOST_TAGS))


def _walk(file: BinaryIO, head: bytes, *, sized: bool) -> Iterator[Tag]:
    if head.removeprefix(b"\xef\xbb\xbf").startswith(b"---"):
        yield from front_matter.read(file)
        return
    yield from _of_a_still(file, head)
    yield from _of_a_recording(file, head)
    if head.startswith(_MXF):
        yield from packets.read(file)  # exiftool passes over what MXF doesn't name, and an MXF quotes no other file
    elif not sized and not head.startswith(_SOUND_OR_TEXT):
        yield from packets.read(file)


def _of_a_still(file: BinaryIO, head: bytes) -> Iterator[Tag]:
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        yield from private.png(file)
        yield from stealth.read(file)
    elif head.startswith(b"\xff\xd8\xff"):
        yield from segments.read(file)
        yield from samsung.read(file)


def _of_a_recording(file: BinaryIO, head: bytes) -> Iterator[Tag]:
    if head.startswith(_RIFFS) and head[8:12] in {b"WAVE", b"AVI ", b"WEBP"}:
        yield from riff.read(file)
    elif head.startswith(b"FORM") and head[8:12] in {b"AIFF", b"AIFC"}:
        yield from riff.read(file, ">")
    elif _STREAM_OF_SOUND.match(head):
        yield from tails.read(file)
    if head[4:8] in sei.BOXES:
        yield from private.movie(file, os.fstat(file.fileno()).st_size)
        yield from samsung.read(file)
    if sei.may_hold(head):
        yield from sei.read(file)
