"""Pictures in RTF: JPEG and PNG in hexadecimal or binary; metafiles, bitmaps and objects are told."""

import re
from collections.abc import Iterator, Mapping
from functools import partial
from typing import BinaryIO

from scanner.drop.kinds import Format
from scanner.media.errors import MediaError
from scanner.parts.documents.addresses import links
from scanner.parts.documents.embedded import MOST_TEXT
from scanner.parts.source import Bounds, ListingCutError, PartSource

COVERS: Mapping[str, str] = {"rtf": "JPEG and PNG; told: metafiles, bitmaps, OLE objects, what it refers to"}

_GROUP = re.compile(rb"\\(pict|objdata)(?![a-z])")
_TOKEN = re.compile(rb"\\bin(\d{1,9}) ?|\\([a-z]+)-?\d* ?|\\[^a-z]|([{}])|([0-9a-fA-F\s]++)|[^\\{}]")
_KINDS = {b"jpegblip": "jpeg", b"pngblip": "png"}
_TOLD = {b"emfblip": "an EMF drawing", b"wmetafile": "a WMF drawing", b"macpict": "a PICT drawing"}
_LINKED = re.compile(rb"""INCLUDEPICTURE\s+(?:\\\\?[a-z]\s+)*"?([^"}\s]{1,2048})""")
_SPACE = re.compile(rb"\s+")


def parts(file: BinaryIO, form: Format, bounds: Bounds) -> Iterator[PartSource]:
    """The pictures and objects of an RTF, then what it refers to.

    Raises:
        ListingCutError: it is longer than what is looked through.
    """
    del form
    file.seek(0)
    text = file.read(MOST_TEXT + 1)
    at, number = 0, 0
    while match := _GROUP.search(text, at):
        kind, data, at = _body(text, match.end())
        described = partial(
            PartSource, id=f"image:{number}", where=f"embedded picture {number + 1}", size=len(data) // 2
        )
        number += 1
        if match[1] == b"objdata":
            yield described(why_not="an OLE object, which nothing here opens")
        elif kind in _KINDS:
            yield described(read=partial(_read, data), kind="still", format=_KINDS[kind])
        else:
            yield described(why_not=f"{_TOLD.get(kind, 'a bitmap')}, for which there is no reader", kind="still")
    yield from links((("field", found[1]) for found in _LINKED.finditer(text)), bounds.seconds)
    if len(text) > MOST_TEXT:
        raise ListingCutError(f"it has more than {MOST_TEXT:,} bytes of text; what is behind was not looked at")


def _body(text: bytes, start: int) -> tuple[bytes, bytes, int]:
    """The word that says what a picture is, its bytes in hexadecimal, and where its group ends."""
    kind, pieces, depth, at = b"", [], 0, start
    while token := _TOKEN.match(text, at):
        at = token.end()
        length, word, brace, digits = token.groups()
        if brace:
            depth += 1 if brace == b"{" else -1
            if depth < 0:
                break
        elif depth:
            continue
        elif length:
            pieces.append(text[at : at + int(length)].hex().encode())
            at += int(length)
        elif word in _KINDS or word in _TOLD:
            kind = word
        elif digits:
            pieces.append(digits)
    return kind, b"".join(pieces), at


def _read(digits: bytes) -> Iterator[bytes]:
    plain = _SPACE.sub(b"", digits)
    try:
        yield bytes.fromhex(plain[: len(plain) & ~1].decode("ascii"))
    except ValueError as error:
        raise MediaError("it is no hexadecimal") from error
