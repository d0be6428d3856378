"""From the rows of sheets to the document that YAML would have given, so that everything after it is the same.

A sheet an object, or one wide sheet of declarations with the tool, the approval and the licence beside each. What a
wide row says of an approval that other rows name too has to agree with them.
"""

from collections.abc import Callable, Collection, Iterable, Sequence
from itertools import zip_longest

from scanner.clearance.paper.sheets.columns import Column, ColumnKind, folded, known, section_of
from scanner.clearance.paper.sheets.draft import Draft
from scanner.clearance.paper.sheets.entry import ANSWERS, SheetEntry
from scanner.errors import Mistake
from scanner.written.cells import Cell, Grid
from scanner.written.mistakes import near, quoted
from scanner.written.yaml_text import Document, Loc, Place


def document(
    grids: Sequence[Grid], file: str, tools: Collection[str]
) -> tuple[Document | None, list[Mistake], list[Mistake]]:
    """The document in these draft, the mistakes in their form, and warnings.

    Args:
        grids: the sheets, in their order.
        file: how mistakes name the file.
        tools: keys of tools that other files define; a declaration may name them.
    """
    draft = Draft(file)
    sections = [(grid, section_of(grid.name, [cell.text for cell in grid.heads if cell])) for grid in grids]
    defined = set(tools)
    for grid, section in sorted(sections, key=lambda each: each[1] != "tools"):  # declarations name what stands there
        if section is None:
            draft.warnings.append(
                grid.place.mistake(file, f"the sheet {quoted(grid.name)} is none of ours; it isn't read")
            )
            continue
        columns = _columns(grid, section, draft)
        for row in grid.rows:
            _ROWS.get(section, _plain(section))(SheetEntry.read(row, columns, draft), draft, defined)
        if section == "tools":
            defined |= set(draft.data.get("tools", {}))
    if any(section for _, section in sections):  # a sheet of ours may be empty: not every production has licences
        draft.put(("schema",), "provscan/declarations/1", Place(1, 1))
    elif not draft.mistakes:
        draft.mistakes.append(Mistake(file, 0, 0, "no sheet in it holds declarations or other paper"))
    return (draft.document() if draft.data else None), draft.mistakes, draft.warnings


def _columns(grid: Grid, section: str, draft: Draft) -> dict[int, Column]:
    """The known columns of a sheet by their place in its rows."""
    heads = known(section)
    columns: dict[int, Column] = {}
    taken: dict[Column, Cell] = {}
    for index, cell in enumerate(grid.heads):
        if cell is None:
            continue
        column = heads.get(folded(cell.text))
        if column is None:
            meant = near(folded(cell.text), heads)
            why = f"the column {quoted(cell.text)} isn't known"
            if meant:
                draft.mistakes.append(cell.place.mistake(draft.file, f"{why}{meant}"))
            else:
                draft.warnings.append(cell.place.mistake(draft.file, f"{why}; it isn't read"))
        elif column in taken:
            why = f"{quoted(cell.text)} says the same as {quoted(taken[column].text)}; keep one of the two columns"
            draft.mistakes.append(cell.place.mistake(draft.file, why))
        else:
            columns[index], taken[column] = column, cell
    return columns


def _next(draft: Draft, *loc: str | int) -> Loc:
    return (*loc, len(draft.at(loc) or ()))


def _list(entry: SheetEntry, draft: Draft, loc: Loc, *name: str) -> None:
    for number, (part, place) in enumerate(entry.parts(*name)):
        draft.put((*loc, number), part, place)


def _rest(entry: SheetEntry, draft: Draft, loc: Loc, lists: Iterable[tuple[str, ...]]) -> None:
    """Everything left in a row, each at its own field."""
    for name in lists:
        _list(entry, draft, (*loc, *name), *name)
    for name, cell in entry.cells.items():
        draft.put((*loc, *name), cell.text, cell.place)


_Reader = Callable[[SheetEntry, Draft, set[str]], None]


def _lists_of(section: str) -> list[tuple[str, ...]]:
    return list(dict.fromkeys(column.field for column in known(section).values() if column.kind is ColumnKind.LIST))


def _plain(section: str) -> _Reader:
    """Sections whose rows are entries, field by field."""

    def read(entry: SheetEntry, draft: Draft, _tools: set[str]) -> None:
        loc = _next(draft, section)
        draft.put(loc, {}, entry.place)
        _paths(entry, draft, loc)
        _conditions(entry, draft, loc)
        _rest(entry, draft, loc, _lists_of(section))

    return read


def _paths(entry: SheetEntry, draft: Draft, loc: Loc) -> None:
    """The files that an approval or a licence names, or one part of each."""
    paths, inside = entry.parts("scope", "path"), entry.pop("scope", "part")
    for number, (path, place) in enumerate(paths):
        draft.put((*loc, "scope", "assets", number, "path"), path, place)
        if inside:
            draft.put((*loc, "scope", "assets", number, "part"), inside.text, inside.place)
    if inside and not paths:
        _require_file(inside, draft)


def _conditions(entry: SheetEntry, draft: Draft, loc: Loc) -> None:
    _side_by_side(entry, draft, (*loc, "conditions"), "conditions", ("text", "met", "met_on"))


def _side_by_side(entry: SheetEntry, draft: Draft, loc: Loc, name: str, keys: Sequence[str]) -> None:
    """Entries whose fields stand in columns beside each other: the first of each belong together, and so on."""
    for parts in zip_longest(*(entry.by_place(name, key) for key in keys)):
        stated = {key: part for key, part in zip(keys, parts, strict=True) if part and part[0]}
        at = _next(draft, *loc)
        for key, (part, place) in stated.items():
            draft.put((*at, key), ANSWERS.get(part, part) if key == "met" else part, place)


def _production(entry: SheetEntry, draft: Draft, _tools: set[str]) -> None:
    if "production" in draft.data:
        draft.mistakes.append(entry.place.mistake(draft.file, "a second production; the paper is about one"))
        return
    draft.put(("production",), {}, entry.place)
    _rest(entry, draft, ("production",), _lists_of("production"))


def _watch_name(entry: SheetEntry, draft: Draft, _tools: set[str]) -> None:
    for cell in entry.cells.values():
        draft.put(_next(draft, "watch_names"), cell.text, cell.place)


def _tool(entry: SheetEntry, draft: Draft, _tools: set[str]) -> None:
    key = entry.pop("key") or entry.cells.get(("name",))
    if key is None:
        draft.mistakes.append(entry.place.mistake(draft.file, "a tool without a name"))
        return
    if key.text in (draft.data.get("tools") or {}):
        draft.mistakes.append(key.place.mistake(draft.file, f"the tool {quoted(key.text)} stands here a second time"))
        return
    draft.put(("tools", key.text), {}, entry.place)
    entry.cells.setdefault(("name",), key)
    _rest(entry, draft, ("tools", key.text), _lists_of("tools"))


def _declaration(entry: SheetEntry, draft: Draft, tools: set[str]) -> None:
    loc = _next(draft, "declarations")
    draft.put(loc, {}, entry.place)
    _selectors(entry, draft, loc)
    _stage(entry, draft)
    _tools_beside(entry, draft, loc, tools)
    _approval_beside(entry, draft, loc)
    _licences_beside(entry, draft, loc)
    _talent(entry, draft, loc)
    involved = [*entry.parts("involves"), *((word, cell.place) for word, cell in entry.flags)]
    for number, (word, place) in enumerate(
        dict.fromkeys((folded(word).replace(" ", "_"), place) for word, place in involved)
    ):
        draft.put((*loc, "involves", number), word, place)
    _rest(entry, draft, loc, _lists_of("declarations"))


def _selectors(entry: SheetEntry, draft: Draft, loc: Loc) -> None:
    """Files, checksums and sequences as selectors; frames and timecodes are theirs, or the declaration's own.

    A part is one of a file's.
    """
    selectors = _named(entry, draft)
    reel, times = entry.pop("reel"), _times(entry.pop("tc_in"), entry.pop("tc_out"))
    limits = {key: (cell.text, cell.place) for key in ("frames", "first_frame") if (cell := entry.pop(key))}
    inside = entry.pop("part")
    within = {"part": (inside.text, inside.place)} if inside else {}
    for number, selector in enumerate(selectors):
        for key, (text, place) in {**selector, **within, **limits, **({"tc": times} if times else {})}.items():
            draft.put((*loc, "assets", number, key), text, place)
    if inside and not selectors:
        _require_file(inside, draft)
    if selectors and reel:
        why = "a reel beside a file: the file is enough; name the reel in a row of its own"
        draft.mistakes.append(reel.place.mistake(draft.file, why))
    elif not selectors:
        for key, (text, place) in limits.items():
            draft.put((*loc, key), text, place)
        for key, stated in (("record", times), ("reel", (reel.text, reel.place) if reel else None)):
            if stated:
                draft.put((*loc, "timeline", key), *stated)
    for number, (path, place) in enumerate(entry.parts("exclude")):
        draft.put((*loc, "exclude", number, "path"), path, place)


def _require_file(part: Cell, draft: Draft) -> None:
    """Note that a part stands in a row without a file, where it could be one of any."""
    draft.mistakes.append(part.place.mistake(draft.file, "a part without a file: name the file that it lies in"))


def _named(entry: SheetEntry, draft: Draft) -> list[dict[str, tuple[str, Place]]]:
    """The files of a row, each with its checksum where there is one, and its sequences."""
    paths, sums = entry.by_place("path"), entry.by_place("sha256")
    count, stated = len([path for path, _ in paths if path]), len([digest for digest, _ in sums if digest])
    if count > 1 and stated and len(sums) not in {len(paths), count}:
        why = f"{stated} checksums for {count} files; give one for each, in the same order, or leave its place empty"
        draft.mistakes.append(sums[0][1].mistake(draft.file, why))
        sums = []
    paths = paths if len(sums) == len(paths) else [path for path in paths if path[0]]
    pairs = zip_longest(paths, sums)
    files = [
        {key: part for key, part in (("path", path), ("sha256", digest)) if part and part[0]} for path, digest in pairs
    ]
    return [*filter(None, files), *({"sequence": sequence} for sequence in entry.parts("sequence"))]


def _times(begin: Cell | None, end: Cell | None) -> tuple[str, Place] | None:
    stated = begin or end
    if stated is None:
        return None
    return f"{(begin or stated).text}-{(end or stated).text}", stated.place


def _stage(entry: SheetEntry, draft: Draft) -> None:
    """The stage beside a declaration is that of its delivery."""
    cell = entry.pop("stage")
    if cell is None:
        return
    deliveries = [part.strip() for part in _text_of(entry, "deliveries").split(";") if part.strip()]
    if len(deliveries) != 1:
        why = "a stage belongs to a delivery; name the one delivery of this row"
        draft.mistakes.append(cell.place.mistake(draft.file, why))
        return
    _agree(draft, "deliveries", deliveries[0], {("stage",): cell}, cell.place)


def _text_of(entry: SheetEntry, *name: str) -> str:
    cell = entry.cells.get(name)
    return cell.text if cell else ""


def _tools_beside(entry: SheetEntry, draft: Draft, loc: Loc, tools: set[str]) -> None:
    """Tools by their keys, or made of what the row says of them where nobody defines any."""
    facts = entry.group("tool")
    named = entry.parts("tools")
    if facts and len(named) != 1:
        place = next(iter(facts.values())).place
        draft.mistakes.append(place.mistake(draft.file, "what is said of a tool here needs one tool in this row"))
        facts = {}
    for number, (name, place) in enumerate(named):
        key = name
        if facts or not tools:
            version = facts.get(("version",))
            key = f"{name} {version.text}" if version else name
            _merge(draft, ("tools", key), {("name",): Cell(name, place), **facts}, place)
        draft.put((*loc, "tools", number), key, place)


def _approval_beside(entry: SheetEntry, draft: Draft, loc: Loc) -> None:
    facts = entry.group("approval")
    named = entry.parts("approvals")
    for number, (name, place) in enumerate(named):
        draft.put((*loc, "approvals", number), name, place)
    if facts and len(named) != 1:
        place = next(iter(facts.values())).place
        why = "what is said of an approval here needs one Approval ID in this row"
        draft.mistakes.append(place.mistake(draft.file, why))
    elif facts:
        _agree(draft, "approvals", named[0][0], facts, named[0][1])


def _licences_beside(entry: SheetEntry, draft: Draft, loc: Loc) -> None:
    references, named = entry.by_place("reference"), entry.by_place("licences")
    for number, (name, place) in enumerate((name, place) for name, place in named if name):
        draft.put((*loc, "licences", number), name, place)
    pairs = [(reference, name) for reference, name in zip_longest(references, named) if reference and reference[0]]
    if not all(name and name[0] for _, name in pairs) or len(references) > len(named):
        place = references[0][1]
        draft.mistakes.append(place.mistake(draft.file, "one Licence ID for each Reference of this row is needed"))
        return
    for (reference, where), (name, place) in pairs:
        _agree(draft, "licences", name, {("reference",): Cell(reference, where)}, place)


def _talent(entry: SheetEntry, draft: Draft, loc: Loc) -> None:
    _side_by_side(entry, draft, (*loc, "talent"), "talent", ("performer", "consent", "exemption"))


def _agree(draft: Draft, section: str, key: str, facts: dict[tuple[str, ...], Cell], place: Place) -> None:
    """Enter what a row says of another section's entry; what an earlier row said of it has to be the same."""
    rows = draft.data.get(section) or []
    index = next((number for number, row in enumerate(rows) if row.get("id") == key), len(rows))
    _merge(draft, (section, index), {("id",): Cell(key, place), **facts}, place)


def _merge(draft: Draft, loc: Loc, facts: dict[tuple[str, ...], Cell], place: Place) -> None:
    draft.put(loc, {}, place)
    for name, cell in facts.items():
        where = (*loc, *name)
        if name[-1] == "stages":
            stated: object = [part.strip() for part in cell.text.split(";") if part.strip()]
        else:
            stated = cell.text
        before = draft.at(where)
        if before is None:
            draft.put(where, stated, cell.place)
        elif before != stated:
            why = f"{quoted(cell.text)} here, {quoted(str(before))} at {draft.places[where].name}: they have to agree"
            draft.mistakes.append(cell.place.mistake(draft.file, why))


_ROWS: dict[str, _Reader] = {
    "production": _production,
    "watch_names": _watch_name,
    "tools": _tool,
    "declarations": _declaration,
}
