"""Lists of hashes, which partners share instead of pictures: read into works, and written from a library.

A list is a table, or one hash a line: PDQ (64 hex digits) and what the library imagehash prints. Each value belongs to
the algorithm that made it and is compared with no other; what a distance is worth is `detectors.matching`'s to say.
"""

import csv
import hashlib
import io
import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from detectors.fingerprint.picture import as_hex, from_hex
from detectors.matching.strip import USUAL_RATE
from scanner.catalogue.shelf import ListedRow, WorkRow
from scanner.errors import Mistake
from scanner.library.contents import Contents, clock_of
from scanner.library.sheet import SIZE_LIMIT, UNSTATED, SheetError, Stated, read_bytes
from scanner.library.store import Opened
from scanner.library.writer import Addition
from scanner.written.mistakes import near, quoted
from scanner.written.named_columns import Columns, NamedColumns, NamedRow
from scanner.written.scalars import line as one_line
from scanner.written.scalars import name_of_work

PDQ = "pdq"
ALGORITHMS = (PDQ, "phash", "dhash", "whash", "ahash")
"""PDQ, and imagehash's by the names of its functions; `ahash` is its `average_hash`."""
COLUMNS = ("hash", "id", "title", "owner", "algorithm", "frame")

_MEANT = {"pdq_hash": "hash", "value": "hash", "frame_number": "frame"}
_LIST = Columns(COLUMNS, _MEANT, required="hash", headless=("hash", "id", "title", "owner"))
_ALIASES = {"average_hash": "ahash"}
_PDQ_DIGITS = 64
_SMALLEST = 4
"""Bits on a side of a hash of imagehash: smaller ones tell nothing."""
_HEX = re.compile(r"[0-9a-fA-F]+")
_LAST_FRAME = 10**9
_TOLD = 100
"""Mistakes of one list that are told; whoever has more gave the wrong file, or the wrong algorithm."""


@dataclass(slots=True)
class _Work:
    """One id of a list, while it is read: where it stands first, what is stated of it, and its hashes."""

    line: int
    title: str = ""
    owner: str = ""
    hashes: set[tuple[str, int, bytes]] = field(default_factory=set)


def read_list(file: Path, algorithm: str | None, stated: Stated = UNSTATED, *, stop: bool = False) -> list[Addition]:
    """The works of a list, in the order of their ids. One without an id is called by its algorithm and hash.

    Args:
        file: the list.
        algorithm: of values that have no cell saying it; None: 64 digits are PDQ, and others a mistake.
        stated: what holds for all works where the list is silent.
        stop: they mean nothing where they are seen.

    Raises:
        SheetError: there are mistakes in it; it holds all of them (a hundred at most).
    """
    table = NamedColumns(read_bytes(file), str(file), _LIST, limit=SIZE_LIMIT, comments=True)
    mistakes: list[Mistake] = []
    works: dict[str, _Work] = {}
    for row in table.rows():
        faults = _take(row, algorithm, works)
        mistakes += (Mistake(str(file), row.line, table.column(name), why) for name, why in faults)
        if len(mistakes) + len(table.mistakes) >= _TOLD:
            break
    mistakes += table.mistakes
    if not works and not mistakes:
        mistakes.append(Mistake(str(file), 0, 0, "there are no hashes in it"))
    if mistakes:
        raise SheetError(mistakes)
    return [_addition(name, work, stated, stop=stop) for name, work in sorted(works.items())]


def write_list(opened: Opened) -> str:
    """The hashes of a library's works as a table: of a picture its PDQ and pHash, of a film its PDQ once a second."""
    written = io.StringIO()
    table = csv.writer(written, lineterminator="\n")
    in_quotes = csv.writer(written, lineterminator="\n", quoting=csv.QUOTE_ALL)
    table.writerow(["id", "title", "owner", "algorithm", "frame", "hash"])
    works = {work.content: work for work in opened.inventory.works}
    listed: dict[str, list[ListedRow]] = {}
    for row in opened.inventory.listed:
        listed.setdefault(row.content, []).append(row)
    for name in opened.inventory.names:
        for algorithm, frame, text in _hashes(opened, works[name.content], listed.get(name.content, ())):
            cells = (name.id, name.title, name.owner, algorithm, frame, text)
            (in_quotes if name.id.startswith("#") else table).writerow(cells)  # else it would be read as a comment
    return written.getvalue()


def _take(row: NamedRow, algorithm: str | None, works: dict[str, _Work]) -> Iterator[tuple[str, str]]:
    """Take one row into the works; yields what is wrong with it, each with the column."""
    cells = row.cells
    named = cells.get("algorithm", algorithm or "").casefold()
    named = _ALIASES.get(named, named)
    text = re.sub(r"^0[xX]", "", cells.get("hash", ""))
    if named and named not in ALGORITHMS:
        yield "algorithm", f"{quoted(named)} is none of {', '.join(ALGORITHMS)}{near(named, ALGORITHMS)}"
        return
    try:
        hash_kind = named or _guessed(text)
        bits = bits_of(text, hash_kind)
        frame = _frame(cells.get("frame", ""))
    except ValueError as error:
        yield "frame" if "frame" in str(error) else "hash", str(error)
        return
    key = cells.get("id", f"{hash_kind}:{text.casefold()}")
    work = works.setdefault(key, _Work(row.line))
    work.hashes.add((hash_kind, frame, bits))
    for column in ("title", "owner"):
        stated, before = cells.get(column, ""), getattr(work, column)
        if stated and before and stated != before:
            yield column, f"{quoted(key)} has another {column} on line {work.line}: {quoted(before)}"
        setattr(work, column, before or stated)
    for column, reader in (("id", name_of_work), ("title", one_line), ("owner", one_line)):
        try:
            if column in cells:
                reader(cells[column])
        except ValueError as error:
            yield column, str(error)


def bits_of(text: str, algorithm: str) -> bytes:
    """The bits of a hash as it is written, in the order in which the fingerprints of this project have them.

    Raises:
        ValueError: it is not one of that algorithm.
    """
    if not _HEX.fullmatch(text):
        raise ValueError(
            f"{quoted(text)} is not a hash: hex digits are expected" if text else "nothing is written here"
        )
    if algorithm == PDQ:
        if len(text) != _PDQ_DIGITS:
            raise ValueError(f"a PDQ hash has {_PDQ_DIGITS} hex digits, this one has {len(text)}")
        return from_hex(text).tobytes()
    side = math.isqrt(len(text) * 4)
    if side < _SMALLEST or -(-side * side // 4) != len(text):
        raise ValueError(f"a hash of imagehash has as many bits as a square, 16 hex digits as a rule; not {len(text)}")
    import imagehash

    return np.packbits(imagehash.hex_to_hash(text).hash.ravel()).tobytes()


def _require_hex(text: str) -> None:
    if not text:
        raise ValueError("nothing is written here")
    if not _HEX.fullmatch(text):
        raise ValueError(f"{quoted(text)} is not a hash: hex digits are expected")


def _guessed(text: str) -> str:
    _require_hex(text)
    if len(text) == _PDQ_DIGITS:
        return PDQ
    raise ValueError("which algorithm made it? give a column algorithm, or --algorithm NAME")


def _frame(text: str) -> int:
    if not text:
        return 0
    if not text.isascii() or not text.isdigit() or int(text) > _LAST_FRAME:
        raise ValueError(f"{quoted(text)} is not a frame number such as 240")
    return int(text)


def _addition(name: str, work: _Work, stated: Stated, *, stop: bool) -> Addition:
    rows = sorted(work.hashes)
    written = "\n".join(f"{algorithm} {frame} {bits.hex()}" for algorithm, frame, bits in rows)
    content = f"listed:{hashlib.sha256(written.encode()).hexdigest()}"
    medium = "video" if any(frame for _, frame, _ in rows) else "image"
    contents = Contents(
        WorkRow(content, medium),
        listed=tuple(ListedRow(content, algorithm, frame, bits) for algorithm, frame, bits in rows),
    )
    work_stated = Stated(title=work.title, owner=work.owner).or_else(stated)
    return Addition(name, content, "", work_stated, lambda: contents, stop)


def _hashes(opened: Opened, work: WorkRow, listed: Sequence[ListedRow]) -> Iterator[tuple[str, int, str]]:
    """The hashes of one work as they are written: algorithm, frame, value."""
    for row in listed:
        bits = np.frombuffer(row.bits, np.uint8)
        yield row.algorithm, row.frame, as_hex(bits) if row.algorithm == PDQ else _printed(row.bits)
    searched = opened.searched([work.content])
    clock = clock_of(work)
    rate = clock.rate if clock else USUAL_RATE
    last_second = -1
    for hashed, (frame, cut) in zip(searched.words, searched.places.tolist(), strict=True):
        second = int((frame - work.origin) / rate) if work.medium == "video" else frame
        if cut == 0 and second > last_second:
            yield PDQ, frame, as_hex(hashed.view(np.uint8))
            last_second = second
    if work.phash:
        yield "phash", 0, work.phash


def _printed(bits: bytes) -> str:
    """Bits of imagehash as it prints them: as one number, of as many digits as it takes."""
    side = math.isqrt(len(bits) * 8)
    number = int.from_bytes(bits, "big") >> (len(bits) * 8 - side * side)
    return f"{number:0{-(-side * side // 4)}x}"
