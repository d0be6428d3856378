"""Pictures inside SVG, HTML and other XML, and what SVG and HTML only refer to."""

import codecs
import html
import re
from collections.abc import Iterator, Mapping
from typing import BinaryIO

from scanner.drop.kinds import Format
from scanner.parts.documents.addresses import links, referred
from scanner.parts.documents.embedded import DATA_URI, MOST_TEXT, closing, embedded
from scanner.parts.source import Bounds, ListingCutError, PartSource

COVERS: Mapping[str, str] = {
    "svg": "embedded pictures; told: what it refers to but for style sheets, scripts and fonts, XML entities, "
    "Illustrator's own copy",
    "html": "embedded pictures; told: what it refers to but for style sheets, scripts and fonts",
    **dict.fromkeys(("xml", "ttml", "xmp"), "pictures as data URIs and in base64; told: XML entities"),
}

_REFERRING = frozenset({"svg", "html"})
_ENTITY = re.compile(rb"""<!ENTITY\s+(?:%\s*)?[^\s"'<>]+\s+("[^"]*"|'[^']*'|[A-Z]+)""")
_NAMESPACE = re.compile(rb"""["']https?://[\w./#:-]{1,200}["']\Z""")
_OWN_COPY = re.compile(rb"<(?:\w+:)?(?:ai)?pgf[\s>]")


def _spelled(letter: str, *ways: str) -> bytes:
    """One letter of a scheme as itself, as an entity, or as an escape of a style sheet."""
    codes = sorted({ord(letter.lower()), ord(letter.upper())})
    numbers, digits = "|".join(map(str, codes)), "|".join(f"{code:x}" for code in codes)
    spelled = [letter, f"&#0*(?:{numbers});?", f"&#x0*(?:{digits});?", rf"\\0{{0,4}}(?:{digits})[ \t\r\n]?", *ways]
    return f"(?:{'|'.join(spelled)})".encode()


_LETTERS = (_spelled("d"), _spelled("a"), _spelled("t", r"\\t"), _spelled("a"), _spelled(":", "&colon;", r"\\:"))
_BETWEEN = rb"(?:[\t\r\n]|&tab;|&newline;|&#(?:9|10|13);)*+"
_SPELLED = re.compile(rb"(?i)(?=[d&\\])" + _BETWEEN.join(_LETTERS))
"""`data:` in any spelling that a browser understands."""
_CSS_ESCAPE = re.compile(rb"\\([0-9a-fA-F]{1,6})[ \t\n]?")


def parts(file: BinaryIO, form: Format, bounds: Bounds) -> Iterator[PartSource]:
    """What is embedded in a text in markup, then what it refers to.

    Raises:
        ListingCutError: it is longer than what is looked through, or refers to more than is told.
    """
    file.seek(0)
    text = file.read(MOST_TEXT + 1)
    if text.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        text = text.decode("utf-16", "replace").encode("utf-8", "replace")
    yield from embedded(text)
    if form.name != "html":
        yield from _entities(text)
    if form.name == "svg" and _OWN_COPY.search(text):
        yield PartSource(
            id="own:0",
            where="Illustrator's own copy of the drawing",
            why_not="nothing here reads what Illustrator packs",
        )
    if form.name in _REFERRING:
        yield from embedded(_disguised(text), "escaped:", ", its address written in escapes")
        yield from links(referred(text), bounds.seconds)
    if len(text) > MOST_TEXT:
        raise ListingCutError(f"it has more than {MOST_TEXT:,} bytes of text; what is behind was not looked at")


def _entities(text: bytes) -> Iterator[PartSource]:
    """Entities that stand for more than a namespace, as drawing programs write them: they are never resolved."""
    if any(not _NAMESPACE.match(match[1]) for match in _ENTITY.finditer(text)):
        yield PartSource(
            id="entities:0", where="what its XML entities stand for", why_not="XML entities are never resolved here"
        )


def _disguised(text: bytes) -> bytes:
    """Addresses whose `data:` is spelled so that only who undoes escapes sees it, each in quotes."""
    spelled = [match for match in _SPELLED.finditer(text) if _is_disguised(text, match)]
    return b" ".join(b'"data:%b"' % _plain(text[match.end() : closing(text, match)]) for match in spelled)


def _is_disguised(text: bytes, scheme: re.Match[bytes]) -> bool:
    """Whether the scheme of an address, or what it says of its content, is written in escapes."""
    if len(scheme[0]) > len(b"data:"):
        return True
    return (
        not DATA_URI.match(text, scheme.start())
        and re.search(rb"[&\\]", text[scheme.end() : scheme.end() + 100]) is not None
    )


def _plain(value: bytes) -> bytes:
    """A value without the escapes of markup and of style sheets."""
    text = html.unescape(value.decode("latin-1")).encode("latin-1", "ignore")
    return _CSS_ESCAPE.sub(lambda match: bytes([int(match[1], 16) & 0x7F]), text)
