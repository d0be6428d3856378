"""XMP in a file that is too damaged for the readers of metadata, found by the packet's own marks.

Only the properties that say something about a model are taken, and nothing in them is expanded: a document type, or
an entity, stays the text that it is. Keys are those that exiftool gives the same properties.
"""

import html
import os
import re
from collections.abc import Iterator
from typing import BinaryIO

from detectors.markers.patterns import VALUE_LIMIT
from detectors.material import Tag

READER = "packet walker"

_WINDOW = 1 << 20
"""Bytes of a file's start, and of its end, that are searched."""
_MOST_PACKETS = 4
_PACKET_LIMIT = 256 * 1024
_KEYS = {
    b"DigitalSourceType": "XMP-iptcExt:DigitalSourceType",
    b"DigitalSourceFileType": "XMP-iptcExt:DigitalSourceFileType",
    b"DigitalImageGUID": "XMP-iptcExt:DigitalImageGUID",
    b"AISystemUsed": "XMP-iptcExt:AISystemUsed",
    b"AISystemVersionUsed": "XMP-iptcExt:AISystemVersionUsed",
    b"AIPromptInformation": "XMP-iptcExt:AIPromptInformation",
    b"AIPromptWriterName": "XMP-iptcExt:AIPromptWriterName",
    b"Credit": "XMP-photoshop:Credit",
    b"CreatorTool": "XMP-xmp:CreatorTool",
    b"AIGC": "XMP-TC260:AIGC",
}
_START = b"<x:xmpmeta"
_END = b"</x:xmpmeta>"
_NAMES = b"|".join(_KEYS)
_ELEMENT = re.compile(rb"<[\w-]{1,40}:(" + _NAMES + rb")((?:\s[^<>]{0,1000})?)>([^<]{1,65536})")
_ATTRIBUTE = re.compile(rb"\s[\w-]{1,40}:(" + _NAMES + rb")\s?=\s?(?:\"([^\"<]{1,65536})\"|'([^'<]{1,65536})')")
_RESOURCE = re.compile(rb"<[\w-]{1,40}:(" + _NAMES + rb")\s+rdf:resource=[\"']([^\"'<]{1,2000})[\"']")


def read(file: BinaryIO) -> Iterator[Tag]:
    """What the packets at the start and the end of an open file say about models."""
    size = os.fstat(file.fileno()).st_size
    file.seek(0)
    windows = [file.read(_WINDOW)]
    if size > _WINDOW:
        file.seek(max(_WINDOW, size - _WINDOW))
        windows.append(file.read(_WINDOW))
    if windows[0][:4096].lstrip(b"\xef\xbb\xbf \t\r\n").startswith((b"<", b"{", b"#")) or _is_text(windows[0]):
        return  # a text that may be about packets; those whose own they are, exiftool reads
    packets = 0
    for window in windows:
        here = window.find(_START)
        while here >= 0 and packets < _MOST_PACKETS:
            packets += 1
            end = window.find(_END, here, here + _PACKET_LIMIT)
            packet = window[here : end if end > 0 else here + _PACKET_LIMIT]
            yield from _properties(packet)
            here = window.find(_START, here + len(packet))


def _properties(packet: bytes) -> Iterator[Tag]:
    if b"<!DOCTYPE" in packet or b"<!ENTITY" in packet:
        return
    for stated in _ELEMENT.finditer(packet):
        yield from _tag(stated[1], stated[3])
    for stated in _ATTRIBUTE.finditer(packet):
        yield from _tag(stated[1], stated[2] or stated[3])
    for stated in _RESOURCE.finditer(packet):
        yield from _tag(stated[1], stated[2])


def _tag(name: bytes, value: bytes) -> Iterator[Tag]:
    text = html.unescape(value.decode("utf-8", "replace")).strip()
    if text:
        yield Tag(READER, _KEYS[name], text[:VALUE_LIMIT])


def _is_text(start: bytes) -> bool:
    return b"\0" not in start[:4096] and not any(byte < 9 for byte in start[:4096])  # noqa: PLR2004 - a tab
