"""Reading XML that a stranger wrote, piece by piece: no DTD, no entities, and never more of it at once than is sane.

A manifest may list a million files, so it is never held as a whole: what is asked for is handed out as it is read.
Names come without their namespace, since the same elements stand in a dozen of them by standard and year.
"""

import os
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from scanner.drop.identity import open_regular

_BLOCK = 1 << 16
_SIZE = 128 << 20
"""Bytes of a file: a list of half a million hashes has as many."""
_DEEP = 64
_WIDE = 100_000
"""Elements within one that is handed out: a segment of a long composition has a few thousand."""
_SILENT = 1 << 20
"""Bytes without any event: the parser goes over an unfinished piece again with each block, which takes for ever."""
_TEXT = 1 << 16
"""Characters of one element's text."""


class MarkupError(Exception):
    """The file can't be read as XML, or isn't sane; the message is for people."""


@dataclass(slots=True)
class Element:
    """An element: its name and those of its attributes without namespaces, and `text` without spaces at its ends."""

    name: str
    namespace: str
    attributes: dict[str, str]
    children: list["Element"] = field(default_factory=list)
    text: str = ""

    def child(self, name: str) -> "Element | None":
        """Its first child of this name."""
        return next((child for child in self.children if child.name == name), None)

    def said(self, *way: str) -> str:
        """The text at the end of a way of child names; empty where there is none."""
        node: Element | None = self
        for name in way:
            node = node.child(name) if node else None
        return node.text if node else ""

    def all(self, *names: str) -> Iterator["Element"]:
        """The elements below it of these names, in the order of the document; those within one of them are left out."""
        for child in self.children:
            if child.name in names:
                yield child
            else:
                yield from child.all(*names)


def read(path: Path, wanted: Collection[str]) -> Iterator[Element]:
    """The root, without its children, and then every element of a wanted name that isn't within another.

    The file is read as far as the iterator is followed.

    Raises:
        MarkupError: it is no XML, has a DTD, or is larger, deeper or wider than such files are.
        OSError: it can't be read.
    """
    from defusedxml.common import DefusedXmlException
    from defusedxml.ElementTree import ParseError

    try:
        yield from _read(path, wanted)
    except ParseError as error:
        raise MarkupError(f"it is no sound XML: {error}") from error
    except DefusedXmlException as error:
        raise MarkupError("it defines entities or a document type, which no such file needs") from error
    except (ValueError, LookupError) as error:  # an encoding that the parser doesn't know
        raise MarkupError(f"it is no sound XML: {error}") from error


def _read(path: Path, wanted: Collection[str]) -> Iterator[Element]:
    reader = _Reader(wanted)
    parser = _parser(reader)
    total, silent = 0, 0
    with os.fdopen(open_regular(path), "rb", buffering=0) as file:
        while block := file.read(_BLOCK):
            total, silent, before = total + len(block), silent + len(block), reader.events
            if total > _SIZE:
                raise MarkupError(f"it is larger than {_SIZE >> 20} MB")
            parser.feed(block)
            if reader.events > before:
                silent = 0
            elif silent > _SILENT:
                raise MarkupError("one piece of it is longer than a megabyte")
            yield from reader.taken()
    parser.close()
    yield from reader.taken()


class _Parser(Protocol):
    def feed(self, block: bytes, /) -> None: ...
    def close(self) -> object: ...


def _parser(reader: "_Reader") -> _Parser:
    from defusedxml.ElementTree import DefusedXMLParser

    parser: _Parser = DefusedXMLParser(target=reader, forbid_dtd=True)
    return parser


class _Reader:
    """What the parser tells; it keeps what is wanted and forgets all else."""

    def __init__(self, wanted: Collection[str]) -> None:
        self.events = 0
        self._wanted = wanted
        self._done: list[Element] = []
        self._open: list[Element] = []
        """The wanted element that is being read, and the way within it."""
        self._depth = 0
        self._count = 0
        self._pieces: list[str] = []
        self._length = 0

    def taken(self) -> list[Element]:
        """What was finished since the last time."""
        done, self._done = self._done, []
        return done

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """An element begins."""
        self.events += 1
        self._depth += 1
        if self._depth > _DEEP:
            raise MarkupError(f"its elements are nested more than {_DEEP} deep")
        namespace, name = _split(tag)
        self._text()
        if not self._open and self._depth > 1 and name not in self._wanted:
            return
        node = Element(name, namespace, {_split(key)[1]: value for key, value in attributes.items()})
        if self._depth == 1:
            self._done.append(node)
            return
        if self._open:
            self._open[-1].children.append(node)
        self._open.append(node)
        self._count += 1
        if self._count > _WIDE:
            raise MarkupError(f"one of its elements holds more than {_WIDE} others")

    def data(self, text: str) -> None:
        """Text of the innermost element."""
        self.events += 1
        if self._open:
            self._length += len(text)
            if self._length > _TEXT:
                raise MarkupError("a text in it is longer than any name or hash")
            self._pieces.append(text)

    def end(self, _tag: str) -> None:
        """An element ends."""
        self.events += 1
        self._depth -= 1
        if not self._open:
            return
        self._text()
        node = self._open.pop()
        node.text = node.text.strip()
        if not self._open:
            self._done.append(node)
            self._count = 0

    def close(self) -> None:
        """The document ends."""

    def _text(self) -> None:
        if self._pieces and self._open and not self._open[-1].children:  # what stands between children is spacing
            self._open[-1].text = "".join(self._pieces)
        self._pieces, self._length = [], 0


def _split(tag: str) -> tuple[str, str]:
    """Namespace and name of a tag as the parser writes it, `{namespace}name`."""
    namespace, _, name = tag.rpartition("}")
    return namespace.removeprefix("{"), name
