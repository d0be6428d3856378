"""A sheet as it is read: heads and rows of text, each with its place, and what can't be taken as text said so.

A spreadsheet changes what people type: `10:00:10:00` becomes a time of day, `0010` ten, `4.10` four point one. What a
cell of such a type was meant to say can't be known any more, so it is refused where it matters, with the way to mend
it. CSV holds text alone and has none of that.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TypeAlias

from scanner.written.yaml_text import Place


class Held(StrEnum):
    """What a cell was stored as."""

    TEXT = "text"
    NUMBER = "number"
    WHOLE = "whole number"
    DAY = "date"
    MOMENT = "date with a time"
    TIME = "time of day"
    YES_NO = "true or false"
    FORMULA = "formula without a value"
    FAULT = "error"


Stored: TypeAlias = str | int | float | bool | date


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell that holds something: its text, where it stands, and what it was stored as."""

    text: str
    place: Place
    held: Held = Held.TEXT


CellRow: TypeAlias = Sequence[Cell | None]


@dataclass(frozen=True, slots=True)
class Grid:
    """One sheet. `name`: of the sheet, or of the file without its ending. `rows` have no empty ones among them."""

    name: str
    heads: CellRow
    rows: Sequence[CellRow]
    place: Place
