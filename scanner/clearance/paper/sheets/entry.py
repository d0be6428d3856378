"""One row of a sheet: its cells by the field they state, held against what a spreadsheet does to values."""

import re
from dataclasses import dataclass

from scanner.clearance.paper.sheets.columns import Column, ColumnKind, folded
from scanner.clearance.paper.sheets.draft import Draft
from scanner.terms.verdicts import SUBMITTED_FOR, Stage
from scanner.written.cells import Cell, CellRow, Held
from scanner.written.listing import split
from scanner.written.mistakes import quoted
from scanner.written.yaml_text import Place

_YES = frozenset({"yes", "y", "true", "x", "1", "oui", "o", "\u2713"})
_NO = frozenset({"no", "n", "false", "0", "non", "-"})
_WITH_TIME = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})[ T][0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?(?:Z| ?[+-][0-9:]{4,5})?"
)
_EVERY = frozenset(ColumnKind)
_TAKEN = {
    Held.TIME: frozenset[ColumnKind](),
    Held.DAY: frozenset({ColumnKind.DAY}),
    Held.MOMENT: frozenset[ColumnKind](),
    Held.WHOLE: frozenset({ColumnKind.FRAMES, ColumnKind.NAME, ColumnKind.ANSWER, ColumnKind.FLAG}),
    Held.NUMBER: frozenset[ColumnKind](),
}
"""In which columns a value of a type of the spreadsheet's own still is what was typed."""
_DONE = {
    Held.TIME: "has lost its frames",
    Held.DAY: "stands where a text belongs",
    Held.MOMENT: "stands where a text belongs",
    Held.WHOLE: "may have lost zeros in front",
    Held.NUMBER: "may have lost zeros at its end",
}
ANSWERS = {"oui": "yes", "o": "yes", "x": "yes", "non": "no", "1": "yes", "0": "no", "?": "unsure"}
_STAGES = {**SUBMITTED_FOR, "preproduction": Stage.PRE_PRODUCTION}
"""The stages in words of their own: those of delivery manifests, and one without its hyphen."""
_USES = {"vfx": "final_vfx", "final vfx": "final_vfx"}


@dataclass
class SheetEntry:
    """One row: by field, the cell that states it, checked for what a spreadsheet does to values."""

    cells: dict[tuple[str, ...], Cell]
    flags: list[tuple[str, Cell]]
    place: Place

    @classmethod
    def read(cls, row: CellRow, columns: dict[int, Column], draft: Draft) -> "SheetEntry":
        """The entry of a row. A cell that can't be taken for what it was meant to be is a mistake, and left out."""
        filled = [(columns[index], cell) for index, cell in enumerate(row) if cell and index in columns]
        filled = [(column, cell) for column, cell in filled if column.kind is not ColumnKind.REMARK]
        place = next((cell.place for cell in row if cell), Place(0, 0))
        entry = cls({}, [], place)
        for column, cell in filled:
            lost = _lost(column, cell)
            with_time = _WITH_TIME.fullmatch(cell.text) if column.kind is ColumnKind.DAY else None
            if with_time:
                why = f"{quoted(cell.text)} is taken for the day {with_time[1]}"
                draft.warnings.append(cell.place.mistake(draft.file, why))
                entry.cells[column.field] = Cell(with_time[1], cell.place)
            elif lost:
                draft.mistakes.append(cell.place.mistake(draft.file, lost))
            elif column.kind is ColumnKind.FLAG:
                entry._flag(column, cell, draft)
            else:
                entry.cells[column.field] = _spoken(column, cell)
        return entry

    def _flag(self, column: Column, cell: Cell, draft: Draft) -> None:
        answer = cell.text.casefold()
        if answer in _YES:
            self.flags.append((column.word, cell))
        elif answer not in _NO:
            why = f"{quoted(cell.text)} is neither yes nor no"
            draft.mistakes.append(cell.place.mistake(draft.file, why))

    def pop(self, *name: str) -> Cell | None:
        """Take the cell of a field out of the entry."""
        return self.cells.pop(name, None)

    def parts(self, *name: str) -> list[tuple[str, Place]]:
        """A list's entries; semicolons separate them."""
        return [(part, place) for part, place in self.by_place(*name) if part]

    def by_place(self, *name: str) -> list[tuple[str, Place]]:
        """A list's entries, empty ones among them: of a list that stands beside another each has its place."""
        cell = self.pop(*name)
        return [(part, cell.place) for part in split(cell.text)] if cell else []

    def group(self, name: str) -> dict[tuple[str, ...], Cell]:
        """The cells of what stands beside the entry, without the first part of their fields."""
        cells = {key[1:]: cell for key, cell in self.cells.items() if key[0] == name and len(key) > 1}
        self.cells = {key: cell for key, cell in self.cells.items() if key[0] != name or len(key) == 1}
        return cells


def _lost(column: Column, cell: Cell) -> str:
    """What a spreadsheet has done to a value, and the way to mend it; empty where nothing is lost."""
    if cell.held is Held.FORMULA:
        return "a formula whose value was never saved; replace it by the value itself"
    if cell.held is Held.FAULT:
        return f"the spreadsheet says {cell.text} here; replace it by the value itself"
    if column.kind in _TAKEN.get(cell.held, _EVERY) or (column.field == ("fps",) and cell.held is Held.NUMBER):
        return ""
    example = ", such as 01:00:10:00" if cell.held is Held.TIME else ""
    return (
        f"a cell of type {cell.held} ({cell.text}) {_DONE[cell.held]}; format the column as Text and type it{example}"
    )


def _spoken(column: Column, cell: Cell) -> Cell:
    """The cell in the words of the model, where a column has words of its own or French ones."""
    text = cell.text
    if column.kind is ColumnKind.ANSWER:
        text = ANSWERS.get(text.casefold(), text)
    elif column.field[-1] in {"stage", "stages"}:
        text = ";".join(_STAGES.get(folded(part).replace(" ", ""), part.strip().casefold()) for part in text.split(";"))
    elif column.field == ("use",):
        text = _USES.get(folded(text), folded(text).replace(" ", "_"))
    elif column.kind is ColumnKind.TEXT and column.field[-1] in {"kind", "extent", "basis", "reason"}:
        text = folded(text).replace(" ", "_") if column.field[0] != "evidence" else text
    return Cell(text, cell.place, cell.held)
