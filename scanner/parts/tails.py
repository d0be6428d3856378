"""Pictures and objects in the tags behind a sound (ID3v2.4, APE), which no decoder of sound lists.

The texts in such tags are read as metadata; those of ID3v1 and Lyrics3 are text alone.
"""

from collections.abc import Iterator, Mapping
from functools import partial
from typing import BinaryIO

from detectors import tails
from scanner.drop.kinds import Format
from scanner.parts.ends.accounts import TAGGED
from scanner.parts.source import Bounds, PartReader, PartSource
from scanner.terms.wording import plain

_FRAMES = {"APIC": ("picture", tails.picture), "GEOB": ("object", tails.embedded)}
_PACKETS = (b"<?xpacket", b"<x:xmpmeta")
"""How an XMP packet begins, which stands in a frame PRIV."""


def read(file: BinaryIO, form: Format, bounds: Bounds) -> Iterator[PartSource]:
    """What the tags behind the sound hold besides texts."""
    del form, bounds
    number = 0
    for tag in tails.tail_tags(file):
        for entry in tails.entries(file, tag):
            held = _held(entry)
            if held:
                what, data = held
                where = f"{what} in the tag behind the sound ({tag.kind}, {plain(entry.name)})"
                yield PartSource(
                    f"tail:{number}", where, shown=what == "picture", size=len(data), read=partial(_of, data)
                )
                number += 1


def _held(entry: tails.TagEntry) -> tuple[str, bytes] | None:
    """What an entry holds besides text, and its bytes."""
    if entry.framed and entry.name in _FRAMES:
        what, unwrapped = _FRAMES[entry.name]
        return what, unwrapped(entry.value)
    if entry.framed and entry.name == "PRIV":
        data = entry.value.partition(b"\0")[2]
        return ("XMP packet", data) if data.lstrip(b"\xef\xbb\xbf").startswith(_PACKETS) else None
    if entry.text or entry.framed:
        return None
    return "picture" if entry.name.startswith("Cover Art") else "object", entry.value.partition(b"\0")[2]


def _of(data: bytes) -> Iterator[bytes]:
    yield data


READERS: Mapping[str, tuple[PartReader, ...]] = dict.fromkeys(sorted(TAGGED), (read,))
