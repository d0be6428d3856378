"""What a text in markup refers to outside itself: the addresses of pictures, sheets, scripts and other content.

A tokenizer of tags and nothing more: no tree, no entity, no document type. What a reader would only follow on a click
is no content and isn't told.
"""

import html
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from scanner.drop.names import presentable
from scanner.parts.documents.embedded import is_data
from scanner.parts.source import ListingCutError, PartSource

MOST = 200
"""Addresses that are told one by one; the rest is counted."""

_TAG = re.compile(rb"<([A-Za-z_][^\s/><]*)")
_ATTRIBUTE = re.compile(rb"""\s*+/?\s*+([^\s=/><"']++)(?:\s*+=\s*+("[^"]*"|'[^']*'|[^\s>"']++))?+""")
_URL = re.compile(rb"""url\(\s*(?:&quot;|["'])?([^"')(]{1,2048}?)(?:&quot;|["'])?\s*\)""", re.IGNORECASE)
_IMPORT = re.compile(rb"""@import\s+["']([^"']{1,2048})""", re.IGNORECASE)
_SHEET = re.compile(rb"""<\?xml-stylesheet[^>]*?href\s*=\s*["']([^"'>]+)""")
_REFERRING = frozenset({"src", "srcset", "imagesrcset", "poster", "background", "href", "data", "lowsrc", "dynsrc"})
_CLICKED = frozenset({"a", "area", "base", "form"})
_SHOWN_LINKS = ("stylesheet", "icon", "preload", "prefetch", "image_src", "import", "manifest")
_NOTHING = re.compile(rb"(?i)\s*(?:#|javascript:|mailto:|tel:|about:|blob:|cid:|\Z)")
_LONGEST = 200


@dataclass(frozen=True, slots=True)
class StartTag:
    """A tag and its attributes, names in lower case and without their prefix, values as they are written."""

    tag: str
    attributes: Mapping[str, bytes]
    end: int


def start_tags(text: bytes) -> Iterator[StartTag]:
    """The start tags of a text in markup, in its order; those in comments and scripts are none."""
    at, closes = 0, True
    while (at := text.find(b"<", at)) >= 0:
        if closes and text.startswith(b"<!--", at):
            end = text.find(b"-->", at + 4)
            closes = end >= 0
            at = end + 3 if closes else at + 4
            continue
        match = _TAG.match(text, at)
        if match is None:
            at += 1
            continue
        tag = _local(match[1]).lower()
        attributes: dict[str, bytes] = {}
        at = match.end()
        while attribute := _ATTRIBUTE.match(text, at):
            attributes.setdefault(_local(attribute[1]), (attribute[2] or b"").strip(b"\"'"))
            at = attribute.end()
        yield StartTag(tag, attributes, at)
        if tag == "script" and (end := text.find(b"</", at)) >= 0:
            at = end


def referred(text: bytes) -> Iterator[tuple[str, bytes]]:
    """What a page or a drawing refers to and shows: the tag that does, and the address."""
    for match in _SHEET.finditer(text):
        yield "style sheet", match[1]
    for pattern in (_IMPORT, _URL):
        for match in pattern.finditer(text):
            yield "style", match[1]
    for element in start_tags(text):
        if element.tag in _CLICKED:
            continue
        rel = element.attributes.get("rel", b"").lower().decode("latin-1")
        if element.tag == "link" and not any(word in rel for word in _SHOWN_LINKS):
            continue
        for name in element.attributes.keys() & _REFERRING:
            if name == "data" and element.tag != "object":
                continue
            yield from ((element.tag, address) for address in _addresses(name, element.attributes[name]))


def links(found: Iterator[tuple[str, bytes]]) -> Iterator[PartSource]:
    """One part for each distinct address that leads to something outside: `link:0` and so on.

    Raises:
        ListingCutError: there are more than are told one by one.
    """
    seen: set[bytes] = set()
    for what, written in found:
        address = html.unescape(written[:8192].decode("utf-8", "replace")).strip().encode()
        if address in seen or is_data(address) or _NOTHING.match(address):
            continue
        seen.add(address)
        if len(seen) > MOST:
            continue
        yield outside(len(seen) - 1, what, address.decode())
    if len(seen) > MOST:
        raise ListingCutError(f"it refers to {len(seen) - MOST:,} more addresses outside, which were not fetched")


def outside(number: int, what: str, address: str) -> PartSource:
    """What a document only refers to, as a part that nobody can look at."""
    shown = presentable(address)
    shown = "".join(letter if letter.isprintable() else "·" for letter in shown)
    shown = shown if len(shown) <= _LONGEST else f"{shown[: _LONGEST - 1]}…"
    return PartSource(
        id=f"link:{number}",
        where=f"link {number + 1} ({what})",
        why_not=f"a picture at {shown} outside the document, not fetched",
    )


def _local(name: bytes) -> str:
    return name.rpartition(b":")[2].decode("latin-1").lower()


def _addresses(name: str, value: bytes) -> Iterator[bytes]:
    if "srcset" not in name:
        yield value
    elif not is_data(value.strip()):
        yield from (words[0] for candidate in value.split(b",") if (words := candidate.split()))
