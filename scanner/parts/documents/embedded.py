"""Pictures and files that stand as text in a text: data URIs, and base64 between two tags.

By the bytes of the text and without a parser, so that no entity is ever resolved and no hostile structure counts.
"""

import base64
import binascii
import html
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from urllib.parse import unquote_to_bytes

from scanner.drop.kinds import HEAD_BYTES, UNKNOWN, Format, sniff
from scanner.media.errors import MediaError
from scanner.parts.source import PartSource

MOST_TEXT = 128 << 20
"""Bytes of a text that are looked through; what is behind is told."""

DATA_URI = re.compile(
    rb"""[dD][aA][tT][aA]:(?P<type>[\w.+-]+/[\w.+-]+)?(?P<options>(?:;[^,;"'()<>]{0,60}){0,4}),""", re.ASCII
)
"""An address that is its own content, up to that."""
_IN_BASE64 = re.compile(rb";\s*base64\s*\Z", re.IGNORECASE)
_UNQUOTED = re.compile(rb"""[\s"'<>)]""")
_BETWEEN_TAGS = re.compile(rb">\s*+(?:<!\[CDATA\[)?+((?:[A-Za-z0-9+/=\s]++|&#(?:[xX]0?[aAdD]|1[03]);)++)(?=<|\]\]>)")
_SCHEME, _CHUNK = b"data:", 1 << 20
_SHORTEST = 64  # characters of base64 that can hold a picture
_NO_BASE64 = re.compile(rb"[^A-Za-z0-9+/]+")
_TEXTS = frozenset({"text", "json", "csv", "yaml", "xml", "vtt", "srt"})
_CLOSING = {b'"': b'"', b"'": b"'", b"(": b")"}


@dataclass(frozen=True, slots=True)
class _Embedded:
    """Where something embedded stands in a text, how it is written, and the first of its bytes."""

    start: int
    end: int
    in_base64: bool
    head: bytes


def embedded(text: bytes, prefix: str = "", of: str = "") -> Iterator[PartSource]:
    """What is embedded in a text, in its order. `prefix`: before each id; `of`: behind each `where`, in words.

    Of what stands between tags only media, documents and archives count: other base64 is the text's own business.
    """
    for number, found in enumerate(_found(text)):
        form = sniff(found.head, "")
        yield PartSource(
            id=f"{prefix}image:{number}",
            where=f"embedded picture {number + 1}{of}",
            size=found.end - found.start,
            packed=found.end - found.start,
            read=partial(_read, text, found),
            kind=form.kind,
            format=form.name,
            harmless="text" if form.name in _TEXTS else "",
        )


def closing(text: bytes, scheme: re.Match[bytes]) -> int:
    """Where an address ends: at the quote or bracket before its scheme, or where one without quotes must."""
    opened = text[max(0, scheme.start() - 16) : scheme.start()].rstrip()
    quote = _CLOSING.get(opened[-1:], b"")
    for entity in (b"&quot;", b"&apos;", b"&#39;", b"&#34;"):
        quote = entity if opened.endswith(entity) else quote
    if quote:
        end = text.find(quote, scheme.end())
        return len(text) if end < 0 else end
    unquoted = _UNQUOTED.search(text, scheme.end())
    return unquoted.start() if unquoted else len(text)


def is_data(address: bytes) -> bool:
    """Whether an address is its own content."""
    return address[:5].lower() == b"data:"


def _found(text: bytes) -> Iterator[_Embedded]:
    places = sorted([*_data_uris(text), *_between_tags(text)], key=lambda found: found.start)
    yield from places


def _data_uris(text: bytes) -> Iterator[_Embedded]:
    for at in _schemes(text):
        match = DATA_URI.match(text, at)
        if match is None:
            continue
        in_base64 = bool(_IN_BASE64.search(match["options"]))
        if match["type"] is None and not in_base64:
            continue  # prose
        start, end = match.end(), closing(text, match)
        yield _Embedded(start, end, in_base64, _head(text, start, end, in_base64=in_base64))


def _schemes(text: bytes) -> Iterator[int]:
    """Where addresses may begin that are their own content: by search, which is many times faster than a pattern."""
    for start in range(0, len(text), _CHUNK):
        chunk = text[start : start + _CHUNK + len(_SCHEME) - 1].lower()
        at = chunk.find(_SCHEME)
        while at >= 0:
            yield start + at
            at = chunk.find(_SCHEME, at + 1)


def _between_tags(text: bytes) -> Iterator[_Embedded]:
    for match in _BETWEEN_TAGS.finditer(text):
        start, end = match.span(1)
        if end - start < _SHORTEST:
            continue
        head = _head(text, start, end, in_base64=True)
        if _is_media(sniff(head, "")):
            yield _Embedded(start, end, in_base64=True, head=head)


def _is_media(form: Format) -> bool:
    if form.kind in {"still", "video", "audio"}:
        return True
    return form.name not in _TEXTS and form.name != UNKNOWN


def _head(text: bytes, start: int, end: int, *, in_base64: bool) -> bytes:
    part = text[start : min(end, start + 2 * HEAD_BYTES)]
    try:
        return _decoded(part, in_base64=in_base64)[:HEAD_BYTES]
    except (MediaError, ValueError):
        return b""


def _read(text: bytes, found: _Embedded) -> Iterator[bytes]:
    yield _decoded(text[found.start : found.end], in_base64=found.in_base64)


def _decoded(written: bytes, *, in_base64: bool) -> bytes:
    if b"&" in written:
        written = html.unescape(written.decode("utf-8", "surrogateescape")).encode("utf-8", "surrogateescape")
    if not in_base64:
        return unquote_to_bytes(written)
    if b"%" in written:
        written = unquote_to_bytes(written)
    packed = _NO_BASE64.sub(b"", written.replace(b"-", b"+").replace(b"_", b"/"))
    try:
        return base64.b64decode(packed[: len(packed) - (len(packed) % 4 == 1)] + b"=" * (-len(packed) % 4))
    except binascii.Error as error:
        raise MediaError("it is no base64") from error
