"""From declarations files to the paper: every mistake at once, each at its place, or a paper without any.

YAML only in this version. The files, and the evidence files they name, are all that is read.
"""

import hashlib
import stat
from collections.abc import Sequence
from pathlib import Path

from pydantic import ValidationError

from scanner.clearance import yaml_text
from scanner.clearance.crosscheck import Written, crosscheck
from scanner.clearance.evidence import Proofs, look_up
from scanner.clearance.mistakes import of_model
from scanner.clearance.paper import Paper, PaperFile, Production, Sheet
from scanner.errors import Mistake, PaperError, UsageError

_YAML = frozenset({".yaml", ".yml"})
_SHEETS = frozenset({".csv", ".xlsx", ".xlsm", ".xls", ".ods"})


def load(files: Sequence[Path]) -> Paper:
    """The paper in these files together, with what became of the evidence they name.

    Raises:
        PaperError: there are mistakes in them; it holds all of them.
        UsageError: a file is of a kind that isn't read.
    """
    for file in files:
        _check_kind(file)
    mistakes: list[Mistake] = []
    written: list[tuple[Path, Written, PaperFile]] = []
    for file in {file.resolve(): file for file in files}.values():
        raw = _bytes(file, mistakes)
        if raw is None:
            continue
        document, found = yaml_text.read(raw, str(file), _spelling)
        mistakes += found
        if document:
            digest = hashlib.sha256(raw).hexdigest()
            written.append((file, Written(str(file), document), PaperFile(file.name, digest)))
    sheets = [sheet for _, one, _ in written if (sheet := _typed(one, mistakes))]
    mistakes += crosscheck([one for _, one, _ in written])
    proofs = Proofs()
    for file, one, _ in written:
        look_up(one, file.parent, proofs)
    mistakes += proofs.mistakes
    productions = [sheet.production for sheet in sheets if sheet.production]
    if mistakes or not productions:
        raise PaperError(mistakes)
    return _merged(productions[0], sheets, tuple(named for _, _, named in written), proofs)


def _check_kind(file: Path) -> None:
    ending = file.suffix.lower()
    if ending in _SHEETS:
        raise UsageError(
            f"{file}: this version reads declarations from YAML, not yet from sheets",
            hint="write them as a .yaml file; docs/declarations.md has an example",
        )
    if ending not in _YAML:
        raise UsageError(f"{file}: declarations are .yaml or .yml files")


def _bytes(file: Path, mistakes: list[Mistake]) -> bytes | None:
    try:
        found = file.stat()
        if not stat.S_ISREG(found.st_mode):
            mistakes.append(Mistake(str(file), 0, 0, "not a file"))
            return None
        with file.open("rb") as handle:
            return handle.read(yaml_text.SIZE_LIMIT + 1)
    except OSError as error:
        mistakes.append(Mistake(str(file), 0, 0, f"can't be read: {error.strerror}"))
        return None


def _spelling(loc: yaml_text.Loc, key: str) -> str:
    """`license` is read as `licence`, in every key that isn't somebody's own."""
    return key if loc == ("tools",) else key.replace("license", "licence")


def _typed(one: Written, mistakes: list[Mistake]) -> Sheet | None:
    try:
        return Sheet.model_validate(one.document.data)
    except ValidationError as error:
        mistakes += of_model(error, Sheet, one.document, one.file)
        return None


def _merged(production: Production, sheets: Sequence[Sheet], files: tuple[PaperFile, ...], proofs: Proofs) -> Paper:
    return Paper(
        production=production,
        files=files,
        evidence=tuple(proofs.files),
        watch_names=tuple(name for sheet in sheets for name in sheet.watch_names),
        deliveries=tuple(each for sheet in sheets for each in sheet.deliveries),
        tools={key: tool for sheet in sheets for key, tool in sheet.tools.items()},
        declarations=tuple(each for sheet in sheets for each in sheet.declarations),
        approvals=tuple(each for sheet in sheets for each in sheet.approvals),
        consents=tuple(each for sheet in sheets for each in sheet.consents),
        licences=tuple(each for sheet in sheets for each in sheet.licences),
        waivers=tuple(each for sheet in sheets for each in sheet.waivers),
        proofs=proofs.states,
    )
