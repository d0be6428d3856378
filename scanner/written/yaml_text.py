"""YAML in which every scalar is text and everything knows where it stands: what people write by hand, read strictly.

YAML would read `no` as false, `10:00:10:00` as 2160600, `0010` as 8 and `4.10` as 4.1: all of them mean something else
here, so typing is the model's affair. Duplicate keys, anchors, aliases and tags are refused, since two readers may see
two different documents in them. This module knows nothing of what the text is about.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import yaml

from scanner.errors import Mistake

SIZE_LIMIT = 8 * 1024 * 1024
"""Bytes; ten thousand declarations with all their paper are a quarter of it."""
DEPTH_LIMIT = 16

Loc: TypeAlias = tuple[str | int, ...]
Spelling: TypeAlias = Callable[[Loc, str], str]

_CONTROL = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
_BYTE_ORDERS = (b"\xff\xfe", b"\xfe\xff")
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # the same events, fifteen times as fast


@dataclass(frozen=True, slots=True)
class Place:
    """Where something stands; both count from 1. In a workbook it is a `cell` instead, such as `Tools!B7`."""

    line: int
    column: int
    cell: str = ""

    @property
    def name(self) -> str:
        """The place in words."""
        return self.cell or f"line {self.line}"

    def mistake(self, file: str, message: str) -> Mistake:
        """A mistake here."""
        return Mistake(file, self.line, self.column, message, self.cell)


@dataclass(frozen=True, slots=True)
class Text:
    """A scalar. `plain` means that it was written without quotes."""

    text: str
    place: Place
    plain: bool = True

    @property
    def blank(self) -> bool:
        """Whether nothing was written: no value, an empty one, or YAML's words for none."""
        return not self.text.strip() or (self.plain and self.text in {"~", "null", "Null", "NULL"})


@dataclass(frozen=True, slots=True)
class Items:
    """A list."""

    place: Place
    items: list["YamlNode"] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Table:
    """A mapping, with the place of each key."""

    place: Place
    entries: dict[str, "YamlNode"] = field(default_factory=dict)
    keys: dict[str, Place] = field(default_factory=dict)


YamlNode: TypeAlias = Text | Items | Table


@dataclass(frozen=True, slots=True)
class Document:
    """One file as plain dictionaries, lists and strings, and where each of them and each key stands.

    Keys without a value are left out of `data`: in a form that people fill in, blank means "not stated".
    """

    data: dict[str, Any]
    places: dict[Loc, Place]
    keys: dict[Loc, Place]

    def written(self, loc: Loc) -> Loc:
        """The way as it stands in the file, where the only entry of a list may be written without the list."""
        node: Any = self.data
        written: list[str | int] = []
        for part in loc:
            if isinstance(part, int) and isinstance(node, dict):
                continue
            written.append(part)
            inside = isinstance(node, list) and isinstance(part, int) and part < len(node)
            node = node[part] if inside else node.get(part) if isinstance(node, dict) else None
        return tuple(written)

    def place(self, loc: Loc) -> Place:
        """The place of what `loc` leads to, or of the nearest thing around it that was written down."""
        for end in range(len(loc), -1, -1):
            place = self.places.get(loc[:end])
            if place:
                return place
        return Place(1, 1)


def read(raw: bytes, file: str, spelling: Spelling | None = None) -> tuple[Document | None, list[Mistake]]:
    """The document in these bytes, and every mistake of form; None where no document could be made of them.

    Args:
        raw: UTF-8, a byte order mark is tolerated.
        file: how mistakes name it.
        spelling: gives the one spelling of a key that is known under several, from where its table stands and how it
            was written.
    """
    text, mistakes = decoded(raw, file)
    if text is None:
        return None, mistakes
    builder = _Builder(file)
    try:
        for event in yaml.parse(text, Loader=_LOADER):
            if not builder.take(event):
                break
    except yaml.YAMLError as error:
        builder.mistakes.append(_syntax(error, text, file))
        return None, builder.mistakes
    root = builder.root
    if isinstance(root, Table):
        if spelling:
            builder.mistakes += _respell(root, spelling, file)
        return _document(root), builder.mistakes
    if not builder.mistakes:
        place = root.place if root else Place(1, 1)
        why = "the file is empty" if root is None or (isinstance(root, Text) and root.blank) else "expected keys"
        builder.mistakes.append(Mistake(file, place.line, place.column, f"{why}; it should begin as `schema: …`"))
    return None, builder.mistakes


def decoded(
    raw: bytes, file: str, limit: int = SIZE_LIMIT, too_long: str = "no declarations are that long"
) -> tuple[str | None, list[Mistake]]:
    """The text of a file that people write; None, and why, where it is too long, not UTF-8, or no text at all.

    Args:
        raw: UTF-8, a byte order mark is tolerated.
        file: how mistakes name it.
        limit: bytes beyond which it isn't read.
        too_long: what is said then.
    """
    if len(raw) > limit:
        return None, [Mistake(file, 0, 0, f"larger than {limit // 2**20} MiB; {too_long}")]
    if raw.startswith(_BYTE_ORDERS):
        return None, [Mistake(file, 1, 1, "written as UTF-16; save it as UTF-8")]
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = raw[: error.start].decode("utf-8-sig", "replace")
        return None, [Mistake(file, *_line_column(before), "not UTF-8 from here on; save it as UTF-8")]
    mistakes = [
        Mistake(file, *_line_column(text[: control.start()]), f"control character U+{ord(control[0]):04X}; remove it")
        for control, _ in zip(_CONTROL.finditer(text), range(20), strict=False)
    ]
    return (None if mistakes else text), mistakes


def _line_column(before: str) -> tuple[int, int]:
    return before.count("\n") + 1, len(before) - before.rfind("\n")


def _syntax(error: yaml.YAMLError, text: str, file: str) -> Mistake:
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    problem = getattr(error, "problem", None) or "it can't be read"
    if mark is None:
        return Mistake(file, 0, 0, f"not YAML: {problem}")
    lines = text.splitlines()
    indent = re.match(r"[ \t]*", lines[mark.line])[0] if mark.line < len(lines) else ""  # type: ignore[index]
    if "\t" in indent:
        return Mistake(file, mark.line + 1, indent.index("\t") + 1, "a tab indents this line; YAML wants spaces")
    return Mistake(file, mark.line + 1, mark.column + 1, f"not YAML: {problem}")


class _Builder:
    """Makes the tree from the parser's events, without recursion, and collects what is refused."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.root: YamlNode | None = None
        self.mistakes: list[Mistake] = []
        self._open: list[tuple[Items | Table, list[Text | None]]] = []
        self._documents = 0

    def take(self, event: Any) -> bool:  # noqa: ANN401 - the library's events share no useful type
        """One event; False when nothing after it can be read."""
        place = Place(event.start_mark.line + 1, event.start_mark.column + 1)
        if isinstance(event, yaml.DocumentStartEvent):
            self._documents += 1
            if self._documents > 1:
                self._refuse(place, "a second document begins here; a file holds one")
            return self._documents == 1
        if isinstance(event, yaml.AliasEvent):
            self._refuse(place, f"*{event.anchor} stands for something written elsewhere; write it out")
            self._put(Text("", place))
        elif isinstance(event, yaml.ScalarEvent):
            self._marks(event, place)
            if _UNSTORABLE.search(event.value):
                self._refuse(place, "a character that no file can hold; remove it")
            self._put(Text(event.value, place, plain=not event.style))
        elif isinstance(event, yaml.SequenceStartEvent | yaml.MappingStartEvent):
            self._marks(event, place)
            return self._begin(Items(place) if isinstance(event, yaml.SequenceStartEvent) else Table(place))
        elif isinstance(event, yaml.SequenceEndEvent | yaml.MappingEndEvent):
            self._open.pop()
        return True

    def _marks(self, event: Any, place: Place) -> None:  # noqa: ANN401 - as above
        if event.anchor is not None:
            self._refuse(place, f"&{event.anchor} names a part to be used again; write things out instead")
        if event.tag is not None:
            self._refuse(place, f"the tag {event.tag} means nothing here; remove it")

    def _begin(self, node: Items | Table) -> bool:
        if len(self._open) >= DEPTH_LIMIT:
            self._refuse(node.place, f"nested more than {DEPTH_LIMIT} deep")
            return False
        self._put(node)
        self._open.append((node, []))
        return True

    def _put(self, node: YamlNode) -> None:
        if not self._open:
            self.root = self.root or node
            return
        around, pending = self._open[-1]
        if isinstance(around, Items):
            around.items.append(node)
        elif pending:
            key = pending.pop()
            if key is not None:
                around.entries[key.text] = node
        else:
            pending.append(self._key(around, node))

    def _key(self, table: Table, node: YamlNode) -> Text | None:
        if not isinstance(node, Text):
            self._refuse(node.place, "a key must be plain text")
            return None
        first = table.keys.setdefault(node.text, node.place)
        if first is not node.place:
            self._refuse(node.place, f"{node.text!r} stands here a second time; the first is on line {first.line}")
            return None
        return node

    def _refuse(self, place: Place, message: str) -> None:
        self.mistakes.append(Mistake(self.file, place.line, place.column, message))


def _respell(root: Table, spelling: Spelling, file: str) -> list[Mistake]:
    mistakes = []
    for loc, node in list(_walk(root, ())):
        if not isinstance(node, Table):
            continue
        for key in [key for key in node.keys if spelling(loc, key) != key]:
            known, place = spelling(loc, key), node.keys.pop(key)
            value = node.entries.pop(key, None)
            if known in node.keys:
                why = f"{key!r} is read as {known!r}, which stands here already, on line {node.keys[known].line}"
                mistakes.append(Mistake(file, place.line, place.column, why))
            elif value is not None:
                node.keys[known], node.entries[known] = place, value
    return mistakes


def _document(root: Table) -> Document:
    places: dict[Loc, Place] = {}
    keys: dict[Loc, Place] = {}
    for loc, node in _walk(root, ()):
        places[loc] = node.place
        if isinstance(node, Table):
            keys.update({(*loc, key): place for key, place in node.keys.items()})
    data = _plain(root)
    return Document(data if isinstance(data, dict) else {}, places, keys)


def _walk(node: YamlNode, loc: Loc) -> Iterator[tuple[Loc, YamlNode]]:
    yield loc, node
    if isinstance(node, Table):
        for key, value in node.entries.items():
            yield from _walk(value, (*loc, key))
    elif isinstance(node, Items):
        for index, item in enumerate(node.items):
            yield from _walk(item, (*loc, index))


def _plain(node: YamlNode) -> dict[str, Any] | list[Any] | str:
    if isinstance(node, Text):
        return "" if node.blank else node.text
    if isinstance(node, Items):
        return [_plain(item) for item in node.items]
    return {key: _plain(value) for key, value in node.entries.items() if not (isinstance(value, Text) and value.blank)}
