"""Where documents and archives end.

Sources: ISO 32000-2, 7.5.5 (PDF); RTF 1.9.1; 7-Zip's "7z Format description".
"""

import re
import struct
from collections.abc import Sequence
from typing import BinaryIO

from scanner.media.reading import bytes_at
from scanner.parts.ends.stills import ByteRange

_WINDOW = 1 << 20
ENDS = {
    "pdf": re.compile(rb"%%EOF\s*"),
    "svg": re.compile(rb"(?i)</(?:svg:)?svg\s*>\s*"),
    "html": re.compile(rb"(?i)</html\s*>\s*"),
}
"""With what documents end. Harmless text may stand behind it."""
_LONGEST_END = 64


def marked(form: str, file: BinaryIO, size: int) -> Sequence[ByteRange]:
    """Up to the last of a document's marks of its end."""
    end, place, window = ENDS[form], size, b""
    while place > 0:
        start = max(0, place - _WINDOW)
        window = bytes_at(file, start, place - start) + window[:_LONGEST_END]
        if marks := list(end.finditer(window)):
            return [(0, start + marks[-1].end())]
        place = start
    return [(0, size)]


_LAST = 1 << 24


def tail(file: BinaryIO, size: int) -> Sequence[ByteRange]:
    """Of formats that state no end: all but the last 16 megabytes, in which what begins for sure is sought."""
    del file
    return [(0, max(1, size - _LAST))]


_BRACES = re.compile(rb"\\bin(\d{1,9}) ?|\\.|([{}])", re.DOTALL)
_LONGEST_RTF = 1 << 26


def rtf(file: BinaryIO, size: int) -> Sequence[ByteRange]:
    """Behind the brace that closes the first one."""
    text = bytes_at(file, 0, _LONGEST_RTF)
    at, depth = 0, 0
    while token := _BRACES.search(text, at):
        at = token.end() + int(token[1] or 0)
        if token[2]:
            depth += 1 if token[2] == b"{" else -1
            if depth <= 0:
                return [(0, at)]
    return [(0, size)]


def seven_zip(file: BinaryIO, size: int) -> Sequence[ByteRange]:
    """Behind the directory, which stands last."""
    head = bytes_at(file, 0, 32)
    if len(head) < 32:  # noqa: PLR2004 - its header
        return [(0, size)]
    offset, length = struct.unpack_from("<QQ", head, 12)
    return [(0, 32 + offset + length)]


_ENDS_OF_XML = re.compile(rb"[^\t\n\r\x20-\xfd]")


def xml(file: BinaryIO, size: int) -> Sequence[ByteRange]:
    """Before the first byte that no text has, of a text that isn't written in 16 bits."""
    head = bytes_at(file, 0, 64)
    if b"\0" in head:
        return [(0, size)]
    place = 0
    while block := bytes_at(file, place, _WINDOW):
        found = _ENDS_OF_XML.search(block)
        if found:
            return [(0, place + found.start())]
        place += len(block)
    return [(0, size)]
