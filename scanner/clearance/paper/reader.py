"""From declarations files to the paper: every mistake at once, each at its place, or a paper without any.

The files, and the evidence and timelines they name, are all that is read.
"""

import hashlib
import stat
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from pydantic import ValidationError

from scanner.clearance.paper.conforms import Conforms, read_conforms
from scanner.clearance.paper.crosscheck import Written, crosscheck
from scanner.clearance.paper.documents import check_kind, read_all, size_limit
from scanner.clearance.paper.evidence import Proofs, look_up, open_inside
from scanner.clearance.paper.model import Paper, PaperFile, Production, Sheet
from scanner.clearance.timelines.reading import SIZE_LIMIT
from scanner.errors import Mistake, PaperError
from scanner.terms.words import Proof
from scanner.written.mistakes import of_model

DECISIONS = "waivers.yaml"
"""The file beside the declarations that holds QC's decisions."""


def load(files: Sequence[Path], drop: Path | None = None) -> Paper:
    """The paper in these files together, with what became of the evidence they name.

    Args:
        files: declarations. A `waivers.yaml` beside one of them is read with them.
        drop: what is judged: decisions that lie inside it are not QC's, and aren't read.

    Raises:
        PaperError: there are mistakes in them; it holds all of them.
        UsageError: a file is of a kind that isn't read.
    """
    for file in files:
        check_kind(str(file))
    files = [*files, *_decisions(files, drop)]
    mistakes: list[Mistake] = []
    opened = [
        (file, raw)
        for file in {file.resolve(): file for file in files}.values()
        if (raw := _bytes(file, mistakes)) is not None
    ]
    documents, form_mistakes, warnings = read_all([(str(file), raw) for file, raw in opened])
    mistakes += form_mistakes
    written: list[Written] = []
    read: list[PaperFile] = []
    proofs = Proofs()
    for (file, raw), document in zip(opened, documents, strict=True):
        if document:
            written.append(document)
            read.append(PaperFile(file.name, hashlib.sha256(raw).hexdigest(), raw))
            look_up(document, file.parent, proofs)
    folders = {file.sha256: Path(document.file).parent for document, file in zip(written, read, strict=True)}
    conforms = read_conforms(
        list(zip(written, read, strict=True)),
        lambda file, name: _conform(folders[file.sha256], name),
        lambda sheet, name: str(Path(sheet.file).parent / name),
    )
    return replace(_paper(written, read, proofs, conforms, mistakes), warnings=tuple(warnings))


def _decisions(files: Sequence[Path], drop: Path | None) -> list[Path]:
    """The decisions that lie beside these files, but not in the drop."""
    beside = [file.parent / DECISIONS for file in files]
    inside = drop.resolve() if drop else None
    return [file for file in beside if file.exists() and not (inside and file.resolve().is_relative_to(inside))]


def again(files: Iterable[PaperFile], evidence: Sequence[PaperFile], proofs: Mapping[tuple[str, str], Proof]) -> Paper:
    """The paper of files that were read once, with what became of their evidence then. Nothing is opened.

    Raises:
        PaperError: there are mistakes in them: a later version reads more strictly.
    """
    kept = list(files)
    sheets = [file for file in kept if not file.named_by]
    documents, mistakes, _ = read_all([(file.name, file.content) for file in sheets])
    read = [(document, file) for document, file in zip(documents, sheets, strict=True) if document]
    timelines = {(file.named_by, file.name): file.content for file in kept if file.named_by}
    conforms = read_conforms(read, lambda file, name: timelines.get((file.sha256, name)), lambda _, name: name)
    known = Proofs(dict(proofs), list(evidence))
    return _paper([document for document, _ in read], [file for _, file in read], known, conforms, mistakes)


def _paper(
    written: Sequence[Written],
    read: Sequence[PaperFile],
    proofs: Proofs,
    conforms: Conforms,
    mistakes: list[Mistake],
) -> Paper:
    sheets = [sheet for document in written if (sheet := _typed(document, mistakes))]
    mistakes += [*crosscheck(written), *proofs.mistakes, *conforms.mistakes]
    productions = [sheet.production for sheet in sheets if sheet.production]
    if mistakes or not productions:
        raise PaperError(mistakes)
    return _merged(productions[0], sheets, (*read, *conforms.files), proofs, conforms)


def _conform(folder: Path, name: str) -> bytes | None:
    """The bytes of a timeline beside the declarations; one more than the limit shows that there are too many."""
    file = open_inside(folder, name)
    if file is None:
        return None
    with file:
        return file.read(SIZE_LIMIT + 1)


def _bytes(file: Path, mistakes: list[Mistake]) -> bytes | None:
    try:
        status = file.stat()
        if not stat.S_ISREG(status.st_mode):
            mistakes.append(Mistake(str(file), 0, 0, "not a file"))
            return None
        with file.open("rb") as handle:
            return handle.read(size_limit(str(file)) + 1)
    except OSError as error:
        mistakes.append(Mistake(str(file), 0, 0, f"can't be read: {error.strerror}"))
        return None


def _typed(written: Written, mistakes: list[Mistake]) -> Sheet | None:
    try:
        return Sheet.model_validate(written.document.data)
    except ValidationError as error:
        mistakes += of_model(error, Sheet, written.document, written.file)
        return None


def _merged(
    production: Production,
    sheets: Sequence[Sheet],
    files: tuple[PaperFile, ...],
    proofs: Proofs,
    conforms: Conforms,
) -> Paper:
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
        confirmations=tuple(each for sheet in sheets for each in sheet.confirmations),
        proofs=proofs.states,
        timelines=conforms.timelines,
    )
