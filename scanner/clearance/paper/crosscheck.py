"""What is wrong with the paper as a whole: ids that stand twice, references to nothing, and entries half filled in.

Works on what was written rather than on the model, so that one mistyped date doesn't hide the other mistakes.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from scanner.errors import Mistake
from scanner.written.mistakes import near, quoted
from scanner.written.scalars import day, word
from scanner.written.yaml_text import Document, Loc

_ONE_OF = {
    "deliveries": "delivery",
    "tools": "tool",
    "declarations": "declaration",
    "approvals": "approval",
    "consents": "consent",
    "licences": "licence",
    "waivers": "waiver",
    "confirmations": "confirmation",
}
_REFERENCES = (
    ("declarations", ("deliveries",), "deliveries"),
    ("declarations", ("tools",), "tools"),
    ("declarations", ("approvals",), "approvals"),
    ("declarations", ("licences",), "licences"),
    ("declarations", ("talent", "consent"), "consents"),
    ("declarations", ("supersedes",), "declarations"),
    ("approvals", ("scope", "tools"), "tools"),
    ("approvals", ("scope", "deliveries"), "deliveries"),
    ("approvals", ("supersedes",), "approvals"),
)
_SELECTORS = (
    ("declarations", ("assets",)),
    ("declarations", ("exclude",)),
    ("approvals", ("scope", "assets")),
    ("licences", ("scope", "assets")),
)
_CHOOSES = ("path", "sha256", "sequence", "shot", "reel", "asset_id")
_PERIODS = (
    ("approvals", "granted", "expires"),
    ("consents", "granted", "expires"),
    ("consents", "granted", "withdrawn"),
    ("deliveries", "delivered", "runs_until"),
    ("licences", "starts", "ends"),
    ("waivers", "created", "expires"),
    ("confirmations", "created", "expires"),
)


@dataclass(frozen=True, slots=True)
class Written:
    """One file as it was written, and how mistakes name it."""

    file: str
    document: Document

    def mistake(self, loc: Loc, message: str) -> Mistake:
        """A mistake at this place."""
        place = self.document.place(loc)
        return place.mistake(self.file, message)


@dataclass(frozen=True, slots=True)
class _Entry:
    """One entry of one section, with where it stands."""

    sheet: Written
    loc: Loc
    id: str | None
    data: Mapping[str, Any]


def crosscheck(sheets: Sequence[Written]) -> list[Mistake]:
    """Every mistake that shows only when all entries of all files are seen together."""
    entries = {section: list(_entries(sheets, section)) for section in _ONE_OF}
    return [
        *_productions(sheets),
        *(mistake for section in _ONE_OF for mistake in _twice(section, entries[section])),
        *_unknown(entries),
        *_circles("declarations", entries["declarations"]),
        *_circles("approvals", entries["approvals"]),
        *(mistake for entry in entries["declarations"] for mistake in _half_filled(entry)),
        *_aimless(entries),
        *_backwards(entries),
    ]


def _entries(sheets: Sequence[Written], section: str) -> Iterator[_Entry]:
    for sheet in sheets:
        stated = sheet.document.data.get(section)
        rows: list[tuple[Loc, str | None, object]] = []
        if section == "tools":
            rows = [((section, key), key, row) for key, row in stated.items()] if isinstance(stated, dict) else []
        elif isinstance(stated, list):
            rows = [
                ((section, index), _text(row.get("id")), row)
                for index, row in enumerate(stated)
                if isinstance(row, dict)
            ]
        for loc, key, row in rows:
            yield _Entry(sheet, loc, key, row if isinstance(row, dict) else {})


def _productions(sheets: Sequence[Written]) -> Iterator[Mistake]:
    stated = [sheet for sheet in sheets if "production" in sheet.document.data]
    if not stated and sheets:
        yield sheets[0].mistake((), "production is missing: which title is this paper about?")
    for other in stated[1:]:
        if other.document.data["production"] != stated[0].document.data["production"]:
            yield other.mistake(("production",), f"another production than that of {stated[0].file}")


def _twice(section: str, entries: Sequence[_Entry]) -> Iterator[Mistake]:
    first: dict[str, _Entry] = {}
    for entry in entries:
        if entry.id is None:
            continue
        earlier = first.setdefault(entry.id, entry)
        if earlier is not entry:
            place = earlier.sheet.document.place(earlier.loc)
            where = place.name if earlier.sheet is entry.sheet else f"in {earlier.sheet.file}, {place.name}"
            yield entry.sheet.mistake(
                (*entry.loc, "id"), f"a second {_ONE_OF[section]} {quoted(entry.id)}; the first: {where}"
            )


def _unknown(entries: Mapping[str, Sequence[_Entry]]) -> Iterator[Mistake]:
    for section, path, target in _REFERENCES:
        known = {entry.id for entry in entries[target] if entry.id}
        for entry in entries[section]:
            for loc, text in _texts(entry.data, path, entry.loc):
                if text not in known:
                    why = f"there is no {_ONE_OF[target]} {quoted(text)}{near(text, known)}"
                    yield entry.sheet.mistake(loc, why)


def _circles(section: str, entries: Sequence[_Entry]) -> Iterator[Mistake]:
    """Entries that supersede themselves, directly or through others."""
    replaces = {entry.id: {text for _, text in _texts(entry.data, ("supersedes",), ())} for entry in entries}
    for entry in entries:
        reached: set[str] = set()
        todo = set(replaces[entry.id])
        while todo:
            replaced = todo.pop()
            reached.add(replaced)
            todo |= replaces.get(replaced, set()) - reached
        if entry.id in reached:
            why = f"this {_ONE_OF[section]} supersedes itself, directly or through another"
            yield entry.sheet.mistake((*entry.loc, "supersedes"), why)


def _half_filled(entry: _Entry) -> Iterator[Mistake]:
    data = entry.data
    if not any(data.get(key) for key in ("assets", "shots", "timeline")):
        yield entry.sheet.mistake(entry.loc, "this declaration names no assets, shots or timeline")
    if isinstance(data.get("ai_used"), str) and word(data["ai_used"]) == "yes":
        for key, why in (("use", "what the output is"), ("tools", "which tools were used")):
            if not data.get(key):
                yield entry.sheet.mistake(entry.loc, f"{key} is missing here: where AI was used, state {why}")


def _aimless(entries: Mapping[str, Sequence[_Entry]]) -> Iterator[Mistake]:
    for section, path in _SELECTORS:
        for entry in entries[section]:
            for loc, row in _reach(entry.data, path, entry.loc):
                if not isinstance(row, dict):
                    continue
                if not any(row.get(key) for key in _CHOOSES):
                    yield entry.sheet.mistake(loc, f"this selects nothing; state one of {', '.join(_CHOOSES)}")
                if row.get("frames") and row.get("tc"):
                    yield entry.sheet.mistake(loc, "both frames and tc; state one of them")


def _backwards(entries: Mapping[str, Sequence[_Entry]]) -> Iterator[Mistake]:
    for section, begin, end in _PERIODS:
        for entry in entries[section]:
            try:
                first, last = day(entry.data.get(begin)), day(entry.data.get(end))
            except ValueError:
                continue  # not stated, or the model says what is wrong with it
            if last < first:
                yield entry.sheet.mistake((*entry.loc, end), f"{end}: {last} lies before {begin}, {first}")


def _texts(data: Any, path: tuple[str, ...], loc: Loc) -> Iterator[tuple[Loc, str]]:  # noqa: ANN401 - raw YAML
    for where, value in _reach(data, path, loc):
        text = _text(value)
        if text:
            yield where, text


def _reach(data: Any, path: tuple[str, ...], loc: Loc) -> Iterator[tuple[Loc, Any]]:  # noqa: ANN401 - raw YAML
    """What lies at the end of a path of keys, through any lists on the way."""
    if isinstance(data, list):
        for index, item in enumerate(data):
            yield from _reach(item, path, (*loc, index))
    elif not path:
        yield loc, data
    elif isinstance(data, dict) and path[0] in data:
        yield from _reach(data[path[0]], path[1:], (*loc, path[0]))


def _text(value: object) -> str | None:
    return value.strip() if isinstance(value, str) else None
