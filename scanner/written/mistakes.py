"""How a mistake in a file that people write is told: in a sentence, at its place, with what was probably meant.

Used for the paper and for policies, both read as text and typed by a model.
"""

import difflib
import re
from collections.abc import Iterable
from typing import Any, get_args, get_origin

from pydantic import BaseModel, ValidationError

from scanner.errors import Mistake
from scanner.written.yaml_text import Document, Loc, Place

_LONGEST_COMPARED = 64
"""Characters; nobody mistypes more, and comparing takes the square of it."""
_SHOWN = 60
_LISTED = 10
"""Keys that are worth listing when none of them is near."""


def near(word: str, known: Iterable[str]) -> str:
    """`; did you mean …?` where one of the known words is near, else nothing."""
    if len(word) > _LONGEST_COMPARED:
        return ""
    by_folded = {_folded(name): name for name in known}
    nearest = difflib.get_close_matches(_folded(word), by_folded, n=1, cutoff=0.6)
    return f"; did you mean {by_folded[nearest[0]]}?" if nearest else ""


def quoted(text: str) -> str:
    """The text in quotes, on one line, not too long."""
    return repr(text if len(text) <= _SHOWN else f"{text[: _SHOWN - 1]}…")


def of_model(error: ValidationError, model: type[BaseModel], document: Document, file: str) -> list[Mistake]:
    """Every mistake that the model found in a document."""
    return [_mistake(dict(details), model, document, file) for details in error.errors(include_url=False)]


def _mistake(details: dict[str, Any], model: type[BaseModel], document: Document, file: str) -> Mistake:
    loc = document.written(tuple(part for part in details["loc"] if part != "[key]"))
    key = next((str(part) for part in reversed(loc) if isinstance(part, str)), "")
    kind = details["type"]
    if kind == "extra_forbidden":
        place = document.keys.get(loc, document.place(loc))
        known = _keys(model, loc[:-1])
        listing = f"; known here: {', '.join(sorted(known))}" if len(known) <= _LISTED else ""
        return _at(file, place, f"unknown key {quoted(key)}{near(key, known) or listing}")
    place = document.place(loc)
    if kind == "missing":
        return _at(file, place, f"{key} is missing here")
    return _at(file, place, f"{key}: {_said(kind, details)}")


def _said(kind: str, details: dict[str, Any]) -> str:
    if kind == "value_error":
        return str(details["ctx"]["error"])
    if kind in {"enum", "literal_error"}:
        given = details["input"]
        words = re.findall(r"'([^']*)'", str(details["ctx"]["expected"]))
        if not isinstance(given, str):
            return f"expected one of {', '.join(words)}"
        return f"{quoted(given)} is none of {', '.join(words)}{near(given, words)}"
    if kind in {"tuple_type", "list_type"}:
        return "expected a list, such as [a, b]"
    if kind in {"model_type", "model_attributes_type", "dict_type"}:
        return "expected keys with values here"
    return str(details["msg"])


def _keys(model: type[BaseModel], loc: Loc) -> set[str]:
    """The keys that a table at this place may have."""
    inside: type[BaseModel] | None = model
    free = False  # whether the next part is a key that people choose
    for part in loc:
        if isinstance(part, int) or inside is None:
            continue
        if free:
            free = False
            continue
        fields = {field.alias or name: field.annotation for name, field in inside.model_fields.items()}
        free = get_origin(fields.get(part)) is dict
        inside = _model_in(fields.get(part))
    return {field.alias or name for name, field in inside.model_fields.items()} if inside else set()


def _model_in(annotation: Any) -> type[BaseModel] | None:  # noqa: ANN401 - annotations have no type of their own
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    models = (_model_in(part) for part in get_args(annotation))
    return next((part for part in models if part), None)


def _folded(word: str) -> str:
    return re.sub(r"[\s-]+", "_", word.strip().casefold())


def _at(file: str, place: Place, message: str) -> Mistake:
    return place.mistake(file, message)
