"""Documents that are zips: Word, Excel, PowerPoint, OpenDocument, EPUB, and other packages of XML.

Their text is harmless by what it is, which is decided by the bytes of each member and never by its name; whatever is
embedded in that text is a part as well. A zip that is no document has members and nothing more.
"""

import html
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from time import monotonic
from typing import BinaryIO

from scanner.drop.kinds import HEAD_BYTES, UNKNOWN, Format, promises_media, sniff
from scanner.parts.archives import zips
from scanner.parts.archives.members import MemberIds
from scanner.parts.archives.zip_directory import ZipDirectory, ZipEntry
from scanner.parts.documents.addresses import HREF, outside, referred, tags_with
from scanner.parts.documents.embedded import embedded, is_data
from scanner.parts.source import Bounds, PartSource

_OOXML = "pictures, films, sounds, packages, thumbnails; told: OLE objects, macros, EMF, WMF, what it refers to"
_ODF = "pictures, embedded objects, thumbnails; told: OLE objects, metafiles, encrypted members, what it refers to"
COVERS: Mapping[str, str] = {
    "docx": _OOXML,
    "pptx": _OOXML,
    "xlsx": _OOXML,
    "odt": _ODF,
    "ods": _ODF,
    "odp": _ODF,
    "epub": "pictures, films, sounds, what pages embed; told: encrypted members, what it refers to",
    "drp": "media inside it; told: data that nothing here reads",
}

TEXTS = frozenset({"xml", "text", "html", "csv", "xmp", "ttml"})
"""Formats that are text of a document, unless something is embedded in them."""

_MARKS = frozenset({"[Content_Types].xml", "mimetype", "META-INF/container.xml"})
_MOST_TEXT = 64 << 20
_SHOWN = frozenset({"still", "video", "audio"})
_HARMLESS_DATA = (
    (re.compile(r"(?:^|/)printerSettings\d*\.bin$"), "settings of a printer"),
    (re.compile(r"\.odttf$"), "a font"),
    (re.compile(r"(?:^|/)layout-cache$"), "where its lines break"),
)
_MOST_HARMLESS = 8 << 20
_DRAWINGS = {"emf": "an EMF drawing", "wmf": "a WMF drawing", "svm": "an OpenOffice drawing"}
_CONTENT = re.compile(r"/(image|picture|video|audio|media|oleObject|package|svgBlip|hdphoto|frame)$")
_EXTERNAL = re.compile(rb"""(?i)[\s"'/:]TargetMode\s*+=\s*+["']External["']""")
_ODF_PICTURES = frozenset({"image", "fill-image", "background-image", "plugin", "object", "sound", "object-ole"})
_ENCRYPTED = re.compile(rb"""<(?:\w+:)?file-entry[^>]*?full-path="([^"]*)"[^>]*>\s*<(?:\w+:)?encryption-data""")
_CIPHERED = re.compile(rb"""<(?:\w+:)?CipherReference[^>]*?URI="([^"]*)""")


def parts(file: BinaryIO, form: Format, bounds: Bounds) -> Iterator[PartSource]:
    """The members of a document's package, or those of a plain zip, in the order of the directory; then links.

    Raises:
        ListingCutError: there are more members than are listed, or something about them is odd.
        MediaError: it has no directory.
    """
    if file.seek(0) or file.read(2) != b"PK":
        return  # the other form that a format may have
    directory = ZipDirectory(file, bounds.listed)
    if form.name in COVERS or any(entry.name in _MARKS for entry in directory.entries):
        yield from _Package(directory, bounds.seconds).members()
    else:
        yield from zips.members(directory)


class _Package:
    """A document's members, and what their text refers to."""

    def __init__(self, directory: ZipDirectory, seconds: float) -> None:
        self._directory = directory
        self._until = monotonic() + seconds
        self._ids = MemberIds()
        self._links: list[tuple[str, str]] = []
        self._remarks: list[str] = []
        self._encrypted = self._encrypted_members()

    def members(self) -> Iterator[PartSource]:
        """Every member, then the links.

        Raises:
            ListingCutError: as `parts` does.
        """
        for entry in self._directory.entries:
            yield from self._member(entry)
        for number, (what, address) in enumerate(dict.fromkeys(self._links)):
            yield outside(number, what, address)
        yield from zips.unnamed(self._directory, self._ids)
        self._directory.remarks.extend(self._remarks)
        zips.finish(self._directory)

    def _member(self, entry: ZipEntry) -> Iterator[PartSource]:
        part = zips.member(self._directory, entry, self._ids.of(entry.name))
        if part.harmless or part.why_not:
            yield part
            return
        head = self._directory.head(entry, HEAD_BYTES)
        form = sniff(head, part.name)
        told = partial(
            PartSource,
            id=part.id,
            where=part.where,
            name=part.name,
            shown=False,
            size=entry.size,
            kind=form.kind,
            format=form.name,
        )
        if entry.name in self._encrypted and form.name == UNKNOWN:
            yield told(why_not="it is encrypted")
        elif form.name in TEXTS or not entry.size:
            yield from self._text(entry, part, told)
        else:
            # media of a document are shown where it shows them
            yield _told_data(head, entry, form, told) or replace(part, shown=form.kind in _SHOWN)

    def _text(self, entry: ZipEntry, part: PartSource, told: Callable[..., PartSource]) -> Iterator[PartSource]:
        """Text of the document: harmless, with what is embedded in it behind it."""
        if entry.size > _MOST_TEXT or entry.size > max(1 << 20, entry.packed * 1000):
            yield told(why_not="it is longer than any text that is looked through")
            return
        if monotonic() > self._until:
            yield told(why_not="looking through the text of the document took longer than it may")
            return
        text = self._unpacked(entry)
        if text is None:
            yield part  # where it is taken out, what is wrong with it is told
            return
        yield told(harmless="text of the document")
        yield from embedded(text, f"{part.id}/", f" in {part.where}")
        self._links += _links(entry.name, text)

    def _unpacked(self, entry: ZipEntry) -> bytes | None:
        """The bytes of a member, no more than its size as stated; None where they are other than that."""
        text = bytearray()
        try:
            for block in self._directory.blocks(entry):
                text += block
                if len(text) > entry.size:
                    return None
        except Exception:  # noqa: BLE001 - the caller has it taken out as a part, and there it is told
            return None
        return bytes(text)

    def _encrypted_members(self) -> frozenset[str]:
        found: list[bytes] = []
        for entry in self._directory.entries:
            if entry.name in {"META-INF/manifest.xml", "META-INF/encryption.xml"} and entry.size < _MOST_TEXT:
                text = self._directory.head(entry, min(entry.size, _MOST_TEXT))
                found += (_ENCRYPTED if "manifest" in entry.name else _CIPHERED).findall(text)
        return frozenset(name.decode("utf-8", "replace") for name in found)


def _told_data(head: bytes, entry: ZipEntry, form: Format, told: Callable[..., PartSource]) -> PartSource | None:
    """A member that is no text and that nothing here opens; None where it is one to be taken out."""
    if form.name == "ole":
        macros = entry.name.endswith("vbaProject.bin")
        return told(why_not=f"{'macros' if macros else 'an OLE object'}, which nothing here opens")
    if form.name != UNKNOWN:
        return None
    if drawing := _drawing(head):
        return told(why_not=f"{_DRAWINGS[drawing]}, for which there is no reader", kind="still", format=drawing)
    for name, harmless in _HARMLESS_DATA:
        if name.search(entry.name) and entry.size <= _MOST_HARMLESS:
            return told(harmless=harmless)
    return None if promises_media(entry.name) else told(why_not="data of the document that nothing here reads")


def _drawing(head: bytes) -> str:
    """The word for a drawing of an office program; empty for anything else."""
    if head[40:44] == b" EMF" and head[:4] == b"\1\0\0\0":
        return "emf"
    if head[:4] == b"\xd7\xcd\xc6\x9a" or head[:6] in {b"\1\0\x09\0\0\3", b"\2\0\x09\0\0\3"}:
        return "wmf"
    return "svm" if head[:6] == b"VCLMTF" else ""


def _links(name: str, text: bytes) -> Sequence[tuple[str, str]]:
    """What a member's text shows that lies outside the document."""
    if name.endswith(".rels"):
        return tuple(_external(text))
    if name.endswith((".xhtml", ".html", ".htm", ".css", ".svg")):
        return tuple((what, _text(address)) for what, address in referred(text) if _is_outside(address))
    if name.rpartition("/")[2] in {"content.xml", "styles.xml"}:
        addresses = (tag.attributes.get("href", b"") for tag in tags_with(text, HREF) if tag.name in _ODF_PICTURES)
        return tuple(("picture", _text(address)) for address in addresses if _is_outside(address))
    return ()


def _external(text: bytes) -> Iterator[tuple[str, str]]:
    """Relationships to content outside; links that a reader would click on are none."""
    for tag in tags_with(text, _EXTERNAL):
        if kind := _CONTENT.search(_text(tag.attributes.get("type", b""))):
            yield kind[1], _text(tag.attributes.get("target", b""))


def _is_outside(address: bytes) -> bool:
    return not is_data(address) and re.match(rb"[A-Za-z][\w+.-]*:|//|/", address.strip()) is not None


def _text(address: bytes) -> str:
    return html.unescape(address[:8192].decode("utf-8", "replace"))
