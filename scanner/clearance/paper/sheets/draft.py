"""The document that sheets are turned into, in the making."""

from dataclasses import dataclass, field
from typing import Any

from scanner.errors import Mistake
from scanner.written.yaml_text import Document, Loc, Place


@dataclass
class Draft:
    """The document in the making, and what was noticed: mistakes, and warnings that stop nothing."""

    file: str
    data: dict[str, Any] = field(default_factory=dict)
    places: dict[Loc, Place] = field(default_factory=dict)
    keys: dict[Loc, Place] = field(default_factory=dict)
    mistakes: list[Mistake] = field(default_factory=list)
    warnings: list[Mistake] = field(default_factory=list)

    def document(self) -> Document:
        """What came of it, as the YAML reader would give it."""
        self.places.setdefault((), Place(1, 1))
        return Document(self.data, self.places, self.keys)

    def put(self, loc: Loc, value: object, place: Place) -> None:
        """Write a value at a place of the document, with the tables and lists around it."""
        inside: Any = self.data
        for depth, (part, after) in enumerate(zip(loc, (*loc[1:], None), strict=True), 1):
            empty: Any = value if after is None else [] if isinstance(after, int) else {}
            if isinstance(inside, list) and part == len(inside):
                inside.append(empty)
            elif isinstance(inside, dict) and part not in inside:
                inside[part] = empty
            self.places.setdefault(loc[:depth], place)
            self.keys.setdefault(loc[:depth], place)
            inside = inside[part]

    def at(self, loc: Loc) -> Any:  # noqa: ANN401 - a document of text
        """What stands at a place; None where nothing does."""
        inside: Any = self.data
        for part in loc:
            if isinstance(inside, list):
                inside = inside[part] if isinstance(part, int) and part < len(inside) else None
            else:
                inside = inside.get(part) if isinstance(inside, dict) else None
        return inside
