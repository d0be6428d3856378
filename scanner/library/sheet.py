"""The sheet of a folder of reference works, `references.yaml` or `references.csv`: what people state of each of them.

It says under which id, title and owner a work is known, whether it is the production's own, and which licences there
are for it. Every mistake is found at once, each at its place. What isn't stated has its default: a work's id is its
path in the folder, its title the name of its file.
"""

import csv
import io
import re
import stat
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal, TypeAlias

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from scanner.catalogue.shelf import NameRow
from scanner.errors import Mistake, UsageError
from scanner.globs import Glob, nfc, wild
from scanner.written import yaml_text
from scanner.written.mistakes import near, of_model, quoted
from scanner.written.named_columns import Columns, NamedColumns
from scanner.written.scalars import Line, WorkName, word
from scanner.written.yaml_text import Document, Place

NAMES = ("references.csv", "references.yaml", "references.yml")
SIZE_LIMIT = 128 * 1024 * 1024
"""Bytes; a million rows."""

Medium: TypeAlias = Literal["image", "video", "audio"]

_NUMBERS = re.compile(r"#+")
_MEANT = {"license": "licences", "licenses": "licences", "licence": "licences", "file": "path"}


class SheetError(UsageError):
    """Every mistake in what is stated of reference works, at once."""

    def __init__(self, mistakes: Sequence[Mistake]) -> None:
        count = len(mistakes)
        super().__init__(
            f"{count} mistake{'s' if count != 1 else ''} in what is stated of the references; nothing was done",
            hint="mend the places named above and run the command again",
            mistakes=mistakes,
        )


@dataclass(frozen=True, slots=True)
class Stated:
    """What was stated of one work; None or empty where nothing was.

    `medium`: which part of a file is the work. `stop`: it is no work, and means nothing where it is seen.
    """

    id: str = ""
    title: str = ""
    owner: str = ""
    own: bool | None = None
    licences: tuple[str, ...] = ()
    medium: Medium | None = None
    stop: bool | None = None

    def or_else(self, other: "Stated") -> "Stated":
        """This, and where it is silent what the other states."""
        return Stated(
            self.id or other.id,
            self.title or other.title,
            self.owner or other.owner,
            other.own if self.own is None else self.own,
            self.licences or other.licences,
            self.medium or other.medium,
            other.stop if self.stop is None else self.stop,
        )


UNSTATED = Stated()


@dataclass(frozen=True, slots=True)
class ReferenceRow:
    """One row of a sheet: the path or the pattern that it is about, and where that stands."""

    path: str
    stated: Stated
    place: Place


@dataclass(frozen=True, slots=True)
class ReferenceSheet:
    """The rows of a sheet, in their order. `file`: how mistakes name it. `unread`: columns that mean nothing here."""

    file: str
    rows: tuple[ReferenceRow, ...]
    unread: tuple[str, ...] = ()

    def of(self, paths: Iterable[str]) -> dict[str, Stated]:
        """What is stated of the work at each of these paths.

        A row that names a path comes before those with wildcards that fit it, and these count in their order.

        Raises:
            SheetError: a row is about nothing, or two works would have one id.
        """
        named = {nfc(path): path for path in paths}
        literal = [row for row in self.rows if _key(row.path) in named]
        stated = {named[_key(row.path)]: row.stated for row in literal}
        mistakes = [self._mistake(row, f"{quoted(row.path)} has a row already") for row in _again(literal)]
        for row in (row for row in self.rows if _key(row.path) not in named):
            pattern = Glob.of(row.path) if wild(row.path) else None
            fits = [path for key, path in named.items() if pattern and pattern.matches(key)]
            if not fits:
                mistakes.append(self._mistake(row, _nowhere(row, named.values())))
            elif row.stated.id:
                mistakes.append(self._mistake(row, f"an id is one work's, and {quoted(row.path)} may be several"))
            for path in fits:
                stated[path] = stated.get(path, UNSTATED).or_else(row.stated)
        mistakes += self._ids(literal, set(named))
        if mistakes:
            raise SheetError(mistakes)
        return stated

    def _ids(self, rows: Sequence[ReferenceRow], paths: set[str]) -> Iterator[Mistake]:
        """The ids that two works would have: stated twice, or the path of another work that has no other id."""
        kept = paths - {_key(row.path) for row in rows if row.stated.id}
        seen: set[str] = set()
        for row in (row for row in rows if row.stated.id):
            key = nfc(row.stated.id)
            if key in seen or key in kept:
                yield self._mistake(row, f"the id {quoted(row.stated.id)} is another work's already")
            seen.add(key)

    def _mistake(self, row: ReferenceRow, why: str) -> Mistake:
        return Mistake(self.file, row.place.line, row.place.column, why)


_YesNo: TypeAlias = Annotated[Literal["yes", "no"] | None, BeforeValidator(word)]


class _WrittenReference(BaseModel):
    """One work, as it is written down."""

    model_config = ConfigDict(extra="forbid")

    path: WorkName
    id: WorkName | None = None
    title: Line | None = None
    owner: Line | None = None
    own: _YesNo = None
    licences: tuple[Line, ...] = ()
    medium: Medium | None = None
    stop: _YesNo = None


class _WrittenSheet(BaseModel):
    model_config = ConfigDict(extra="forbid")

    schema_id: Literal["provscan/references/1"] | None = Field(None, alias="schema")
    references: tuple[_WrittenReference, ...]


def read_sheet(folder: Path) -> ReferenceSheet | None:
    """The sheet of a folder; None where it has none.

    Raises:
        SheetError: there are mistakes in it, or it can't be read, or there are two.
    """
    sheets = [folder / name for name in NAMES if (folder / name).exists()]
    if not sheets:
        return None
    if len(sheets) > 1:
        why = f"a second sheet beside {sheets[0].name}; one of them holds, and nobody can know which"
        raise SheetError([Mistake(str(file), 0, 0, why) for file in sheets[1:]])
    (file,) = sheets
    raw = read_bytes(file)
    if file.suffix == ".csv":
        table = NamedColumns(
            raw, str(file), Columns(tuple(_WrittenReference.model_fields), _MEANT, "path"), limit=SIZE_LIMIT
        )
        return _sheet(_of_table(table), str(file), table.unread, table.mistakes)
    document, mistakes = yaml_text.read(raw, str(file), _spelling)
    return _sheet(document, str(file), (), mistakes)


def write_sheet(names: Iterable[NameRow]) -> str:
    """The sheet that would state the same of the files of a library. What came from a list of hashes has no file."""
    written = io.StringIO()
    table = csv.writer(written, lineterminator="\n")
    table.writerow(_WrittenReference.model_fields)
    for name in sorted(names, key=lambda name: (name.path, name.id)):
        if name.path:
            own, stop = "yes" if name.own else "no", "yes" if name.stop else ""
            licences = "; ".join(name.licences)
            table.writerow([name.path, name.id, name.title, name.owner, own, licences, name.medium, stop])
    return written.getvalue()


def read_bytes(file: Path) -> bytes:
    """The bytes of a file that people wrote.

    Raises:
        SheetError: it is no file, or can't be read.
    """
    try:
        if not stat.S_ISREG(file.stat().st_mode):
            raise SheetError([Mistake(str(file), 0, 0, "not a file")])
        with file.open("rb") as handle:
            return handle.read(SIZE_LIMIT + 1)
    except OSError as error:
        raise SheetError([Mistake(str(file), 0, 0, f"can't be read: {error.strerror}")]) from error


def _sheet(
    document: Document | None, file: str, unread: tuple[str, ...], mistakes: Sequence[Mistake]
) -> ReferenceSheet:
    all_mistakes = list(mistakes)
    if document:
        try:
            typed = _WrittenSheet.model_validate(document.data)
        except ValidationError as error:
            all_mistakes += of_model(error, _WrittenSheet, document, file)
        else:
            if not all_mistakes:
                rows = (
                    ReferenceRow(row.path, _stated(row), document.place(("references", index, "path")))
                    for index, row in enumerate(typed.references)
                )
                return ReferenceSheet(file, tuple(rows), unread)
    raise SheetError(all_mistakes)


def _of_table(table: NamedColumns) -> Document:
    """The table as the document that would say the same in YAML."""
    places: dict[yaml_text.Loc, Place] = {(): Place(1, 1), ("references",): Place(1, 1)}
    rows: list[dict[str, str | list[str]]] = []
    for index, row in enumerate(table.rows()):
        places["references", index] = Place(row.line, 1)
        cells: dict[str, str | list[str]] = {}
        for name, text in row.cells.items():
            places["references", index, name] = Place(row.line, table.column(name))
            cells[name] = [part.strip() for part in text.split(";") if part.strip()] if name == "licences" else text
        rows.append(cells)
    return Document({"references": rows}, places, {})


def _stated(row: _WrittenReference) -> Stated:
    own, stop = (None if answer is None else answer == "yes" for answer in (row.own, row.stop))
    return Stated(row.id or "", row.title or "", row.owner or "", own, row.licences, row.medium, stop)


def _spelling(_loc: yaml_text.Loc, key: str) -> str:
    return _MEANT.get(key, key)


def _key(path: str) -> str:
    """The path as it is compared: a sequence may be written with `####`, as on paper."""
    return nfc(_NUMBERS.sub(lambda found: f"%0{len(found[0])}d", path.removeprefix("./")))


def _again(rows: Iterable[ReferenceRow]) -> Iterator[ReferenceRow]:
    seen: set[str] = set()
    for row in rows:
        if _key(row.path) in seen:
            yield row
        seen.add(_key(row.path))


def _nowhere(row: ReferenceRow, paths: Iterable[str]) -> str:
    return f"there is no {quoted(row.path)} in this folder{'' if wild(row.path) else near(row.path, paths)}"
