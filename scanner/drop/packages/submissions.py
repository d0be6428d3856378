"""Delivery manifests: tables in which a partner says what each file is submitted for.

Known by their header, whatever the file is called, and read as spreadsheets on any machine write them. The columns are
those of Netflix Animation Studio's CSV manifest (partner help, article 4409337964819); of these only the file, its
folder and "Submitting For" matter here. https://partnerhelp.netflixstudios.com/hc/en-us/articles/4409337964819
"""

import codecs
import io
import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from scanner.drop.assets import Asset, Member
from scanner.drop.identity import open_regular
from scanner.drop.names import presentable
from scanner.drop.packages.entries import ManifestFault, Package, Submission, listed, named, within
from scanner.drop.packages.index import Index
from scanner.terms.verdicts import SUBMITTED_FOR
from scanner.written import splitting
from scanner.written.splitting import BrokenRow

SUFFIX = ".csv"

_HEAD = 1 << 16
_SIZE = 50 << 20
_ROWS = 500_000
_PREAMBLE = 20
"""Rows in which the header is looked for: some tables begin with a title."""
_COUNTER = re.compile(r"%0?\d{0,2}d|#+")
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


@dataclass(frozen=True, slots=True)
class _Header:
    """How a table is written: what separates its columns, the row that names them, and which are ours."""

    delimiter: str
    row: int
    columns: int
    file: int
    folder: int | None
    purpose: int


def read_manifest(folder: str, member: Member, index: Index) -> Package | None:
    """The manifest in a CSV file, or None where it is none. `folder` is where it lies: empty, or ending in a slash."""
    faults: list[ManifestFault] = []
    submissions: tuple[Submission, ...] = ()
    try:
        with os.fdopen(open_regular(index.path(member)), "rb", buffering=0) as file:
            head = file.read(_HEAD)
            header = _header(_decoded(head))
            if header is None:
                return None
            content = head + _rest(file, _SIZE + 1 - len(head))
        if len(content) > _SIZE:
            faults.append(
                ManifestFault(member.relative, f"the manifest is larger than {_SIZE >> 20} MB and was not read")
            )
        else:
            submissions = tuple(_submissions(folder, member, _decoded(content), header, faults))
    except OSError as error:
        faults.append(ManifestFault(member.relative, f"the manifest can't be read: {error.strerror}"))
    return Package(
        presentable(member.relative), "manifest", (member.relative,), submissions=submissions, faults=tuple(faults)
    )


def assets_of(submission: Submission, index: Index) -> list[Asset]:
    """The assets that a row names: where it says, seen from the manifest or from the drop; else the only one so called.

    A name may be a pattern of a sequence, `name.%04d.ext` or `name.####.ext`, with a counter of any width.
    """
    folder, slash, name = submission.path.rpartition("/")
    counter = list(_COUNTER.finditer(name))[-1:]
    for base in (submission.folder, ""):
        file = index.find(base + submission.path)
        if file:
            return [file.asset]
        for digits in counter:
            here = index.sequences(base + folder + slash, name[: digits.start()], name[digits.end() :])
            if here:
                return here
    elsewhere = index.called(name)
    for digits in counter:
        elsewhere = elsewhere or index.sequences(None, name[: digits.start()], name[digits.end() :])
    return elsewhere if len(elsewhere) == 1 else []


def _rest(file: io.FileIO, most: int) -> bytes:
    blocks = []
    while most > 0 and (block := file.read(min(most, 1 << 20))):
        blocks.append(block)
        most -= len(block)
    return b"".join(blocks)


def _decoded(content: bytes) -> str:
    """The text, as whoever wrote it most likely meant it; never an error."""
    for mark, encoding in _BOMS:
        if content.startswith(mark):
            return content.decode(encoding, "replace")
    half = content[:_HEAD]
    if half.count(0) * 3 > len(half):  # UTF-16 without its mark: every other byte of Latin text is zero
        encoding = "utf-16-le" if half[1::2].count(0) >= half[::2].count(0) else "utf-16-be"
        return content.decode(encoding, "replace")
    try:
        return codecs.getincrementaldecoder("utf-8")().decode(content)  # a character cut at the end is left off
    except UnicodeDecodeError:
        return content.decode("cp1252", "replace")


def _header(text: str) -> _Header | None:
    for delimiter in splitting.SEPARATORS:
        for row in splitting.rows(text, delimiter, bare_quotes=True):
            if row.number > _PREAMBLE:
                break
            names = [_plain(cell) for cell in row.cells]
            if "filename" in names and "submittingfor" in names:
                folder = names.index("relativepath") if "relativepath" in names else None
                columns = len(names)
                return _Header(
                    delimiter, row.number, columns, names.index("filename"), folder, names.index("submittingfor")
                )
    return None


def _plain(cell: str) -> str:
    """A column's name as it is compared: `Submitting For`, `submitting_for` and `SUBMITTING FOR ` are the same."""
    return "".join(character for character in cell.casefold() if character.isalnum())


def _submissions(
    folder: str, member: Member, text: str, header: _Header, faults: list[ManifestFault]
) -> Iterator[Submission]:
    odd: list[str] = []
    for row in splitting.rows(text, header.delimiter, bare_quotes=True):
        if row.number > _ROWS:
            odd.append(f"only its first {_ROWS} rows were read")
            break
        if row.number < header.row:
            continue
        if isinstance(row, BrokenRow):  # what can be told of it is read as well
            odd.append(f"row {row.number} is damaged: {row.why}")
        cells = [cell.replace("\0", "").strip() for cell in row.cells]
        if row.number == header.row or not any(cells):
            continue
        submission = _submission(folder, member, cells, header, row.number)
        if isinstance(submission, Submission):
            yield submission
        else:
            odd.append(f"row {row.number} {submission}")
    if odd:
        faults.append(ManifestFault(member.relative, f"parts of the manifest can't be understood: {listed(odd, 5)}"))


def _submission(folder: str, member: Member, cells: Sequence[str], header: _Header, row: int) -> Submission | str:
    """What a row says, or why nobody can tell."""
    if len(cells) <= max(header.file, header.purpose) or not cells[header.file]:
        return f"has {len(cells)} of {header.columns} columns" if len(cells) < header.columns else "names no file"
    word = cells[header.purpose].upper()
    if word and word.lower() not in SUBMITTED_FOR:
        return f"is submitted for “{word[:20]}”"
    way = cells[header.folder] if header.folder is not None and header.folder < len(cells) else ""
    path = within("", f"{way}/{cells[header.file]}".replace("\\", "/").lstrip("/"))
    if path is None:
        return "names a file outside the delivery"
    return Submission(path, folder, named(member.relative), row, word, SUBMITTED_FOR.get(word.lower()))
