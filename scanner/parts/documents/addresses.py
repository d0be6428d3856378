"""What a text in markup refers to outside itself: the addresses of pictures, sheets, scripts and other content.

No tree, no entity, no document type: attributes that may hold an address are searched for, and the tag around each is
read. What a reader would only follow on a click is no content and isn't told.
"""

import html
import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from time import monotonic

from scanner.drop.names import presentable
from scanner.parts.documents.embedded import is_data
from scanner.parts.source import ListingCutError, PartSource

MOST = 200
"""Addresses that are told one by one; the rest is counted."""

HREF = re.compile(rb"""(?i)[\s"'/:]href\s*+=\s*+(?!["']?(?:#|data:))""")
"""Where an address may stand that is no part of the text itself."""

_REFERRING = re.compile(
    rb"""(?i)[\s"'/:](?:src|(?:image)?srcset|poster|background|href|data|lowsrc|dynsrc)\s*+=\s*+(?!["']?(?:\#|data:))"""
)
_NAMES = frozenset({"src", "srcset", "imagesrcset", "poster", "background", "href", "data", "lowsrc", "dynsrc"})
_TAG = re.compile(rb"<([A-Za-z_][^\s/><]*)")
_ATTRIBUTE = re.compile(rb"""\s*+/?\s*+([^\s=/><"']++)(?:\s*+=\s*+("[^"]*"|'[^']*'|[^\s>"']++))?+""")
_URL = re.compile(
    rb"""(?i)(?<!\w)url\(\s*+(?!["']?(?:\#|data:))(?:&quot;|["'])?([^"')(]{1,2048}?)(?:&quot;|["'])?\s*\)"""
)
_IMPORT = re.compile(rb"""(?i)@import\s+["']([^"']{1,2048})""")
_SHEET = re.compile(rb"""<\?xml-stylesheet[^>]{0,2048}?href\s*=\s*["']([^"'>]+)""")
_ASIDE = re.compile(rb"(?i)<!--|<script\b")
_ENDS = {b"<!--": re.compile(rb"-->"), b"<script": re.compile(rb"(?i)</script")}
_CLICKED = frozenset({"a", "area", "base", "form"})
_SHOWN_LINKS = ("stylesheet", "icon", "preload", "prefetch", "image_src", "import", "manifest")
_NOTHING = re.compile(rb"(?i)\s*(?:#|javascript:|mailto:|tel:|about:|blob:|cid:|\Z)")
_CONTENT = {"script": "a script", "link": "a sheet or an icon", "style sheet": "a sheet", "iframe": "a page"}
"""What a tag refers to, where that is no picture by itself."""
_SHOWING = frozenset({"img", "image", "video", "audio", "source", "picture", "embed", "object", "input", "track"})
"""Tags that show what they refer to, whatever its address is called."""
_NO_PICTURES = {"script": "a script", "style sheet": "a style sheet"}
"""What a tag refers to, where that is none whatever its address is called."""
_BY_NAME = re.compile(r"(?i)\.(?:(css|less|scss)|([mc]?js|wasm)|(woff2?|ttf|otf|eot|ttc))\Z")
_NAMED = ("a style sheet", "a script", "a font")
_LONGEST = 200
_TRIES = 4  # opening brackets before an attribute that may be those of its tag
_FAR = 1 << 16  # bytes from the start of a tag to an attribute in it, if none of them is content


@dataclass(frozen=True, slots=True)
class StartTag:
    """A tag and its attributes, names in lower case and without their prefix, values as they are written."""

    name: str
    attributes: Mapping[str, bytes]


def tags_with(text: bytes, attribute: re.Pattern[bytes]) -> Iterator[StartTag]:
    """The tags in which an attribute stands that looks like this, each once; not those in comments and in scripts."""
    behind = 0
    for match in _outside_asides(text, attribute):
        if match.start() < behind:
            continue
        tag, behind = _around(text, match.start() + 1)
        yield tag


def referred(text: bytes) -> Iterator[tuple[str, bytes]]:
    """What a page or a drawing refers to and shows: the tag that does, and the address."""
    for match in _SHEET.finditer(text):
        yield "style sheet", match[1]
    for pattern in (_IMPORT, _URL):
        for match in _outside_asides(text, pattern):
            yield "style", match[1]
    for tag in tags_with(text, _REFERRING):
        rel = tag.attributes.get("rel", b"").lower().decode("latin-1")
        if tag.name in _CLICKED or (tag.name == "link" and not any(word in rel for word in _SHOWN_LINKS)):
            continue
        what = "style sheet" if tag.name == "link" and "stylesheet" in rel.split() else tag.name
        for name in sorted(tag.attributes.keys() & _NAMES):
            if name != "data" or tag.name == "object":
                yield from ((what, address) for address in _addresses(name, tag.attributes[name]))


def links(found: Iterable[tuple[str, bytes]], seconds: float) -> Iterator[PartSource]:
    """One part for each distinct address that leads to something outside: `link:0` and so on.

    Raises:
        ListingCutError: there are more than are told one by one, or finding them takes longer than `seconds`.
    """
    until = monotonic() + seconds
    seen: set[bytes] = set()
    for what, written in found:
        if monotonic() > until:
            raise ListingCutError("finding what it refers to took longer than it may; there may be more")
        address = _plain(written)
        if address in seen or is_data(address) or _NOTHING.match(address):
            continue
        seen.add(address)
        if len(seen) <= MOST:
            yield outside(len(seen) - 1, what, address.decode())
    if len(seen) > MOST:
        raise ListingCutError(f"it refers to {len(seen) - MOST:,} more addresses outside, which were not fetched")


def outside(number: int, what: str, address: str) -> PartSource:
    """What a document only refers to: told as a part that nobody can look at, unless it can be no picture.

    A style sheet, a script or a font is none. What a sheet lays on the page lies outside all the same, and where the
    sheet itself was delivered it is a file of the drop.
    """
    shown = "".join(letter if letter.isprintable() else "·" for letter in presentable(address))
    shown = shown if len(shown) <= _LONGEST else f"{shown[: _LONGEST - 1]}…"
    if harmless := _no_picture(what, address):
        return PartSource(
            id=f"link:{number}", where=f"link {number + 1} ({what}) to {shown}", harmless=f"{harmless} outside"
        )
    return PartSource(
        id=f"link:{number}",
        where=f"link {number + 1} ({what})",
        why_not=f"{_CONTENT.get(what, 'a picture')} at {shown} outside the document, not fetched",
    )


def _no_picture(what: str, address: str) -> str:
    """What an address leads to where that is no picture: by its tag, else by how its path ends."""
    if what in _NO_PICTURES:
        return _NO_PICTURES[what]
    if what in _SHOWING:
        return ""
    named = _BY_NAME.search(re.split(r"[?#]", address, maxsplit=1)[0])
    return next((word for word, found in zip(_NAMED, named.groups(), strict=True) if found), "") if named else ""


def _around(text: bytes, at: int) -> tuple[StartTag, int]:
    """The tag in which an attribute stands, and where it ends; a nameless one where its start can't be made out."""
    start = at
    for _ in range(_TRIES):
        start = text.rfind(b"<", max(0, at - _FAR), start)
        if start < 0:
            break
        if match := _TAG.match(text, start):
            attributes, inside, end = _attributes(text, match.end(), at)
            if inside:
                return StartTag(_local(match[1]), attributes), end
    attributes, _, end = _attributes(text, at, at)
    return StartTag("?", attributes), max(end, at)


def _attributes(text: bytes, at: int, wanted: int) -> tuple[Mapping[str, bytes], bool, int]:
    """The attributes from here to the end of the tag, whether one of them stands at `wanted`, and where they end."""
    attributes: dict[str, bytes] = {}
    inside = False
    while match := _ATTRIBUTE.match(text, at):
        inside = inside or match.start(1) <= wanted < match.end(1)
        attributes.setdefault(_local(match[1]), (match[2] or b"").strip(b"\"'"))
        at = match.end()
    return attributes, inside, at


def _outside_asides(text: bytes, pattern: re.Pattern[bytes]) -> Iterator[re.Match[bytes]]:
    asides = _asides(text)
    starts = [start for start, _ in asides]
    for match in pattern.finditer(text):
        before = bisect_right(starts, match.start()) - 1
        if before < 0 or match.start() >= asides[before][1]:
            yield match


def _asides(text: bytes) -> Sequence[tuple[int, int]]:
    """Comments and scripts, in their order. One that never ends is none."""
    asides: list[tuple[int, int]] = []
    endless: set[bytes] = set()
    at = 0
    while match := _ASIDE.search(text, at):
        at = match.end()
        kind = match[0].lower()
        if kind in endless:
            continue
        end = _ENDS[kind].search(text, at)
        if end is None:
            endless.add(kind)
            continue
        # a script's own tag is no part of it
        start = match.start() if kind == b"<!--" else text.find(b">", at)
        asides.append((start, end.end()))
        at = end.end()
    return asides


def _plain(written: bytes) -> bytes:
    """An address as a browser takes it: without escapes of markup, and without the breaks that it passes over."""
    text = html.unescape(written[:8192].decode("utf-8", "replace"))
    return text.translate({ord(letter): None for letter in "\t\r\n"}).strip().encode()


def _local(name: bytes) -> str:
    return name.rpartition(b":")[2].decode("latin-1").lower()


def _addresses(name: str, value: bytes) -> Iterator[bytes]:
    if "srcset" not in name:
        yield value
    elif not is_data(value.strip()):
        yield from (words[0] for candidate in value.split(b",") if (words := candidate.split()))
