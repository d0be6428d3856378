"""What became of the evidence files that the paper names: looked up once, while reading, so that judging stays pure.

An evidence file lies in the folder of the declarations file or below it. One that leads out is a mistake in the
paper, never opened; one that isn't there is a fact for the judgement.
"""

import hashlib
import os
import stat
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from io import BufferedReader
from pathlib import Path
from typing import Any

from scanner.clearance.paper.crosscheck import Written
from scanner.clearance.paper.model import PaperFile
from scanner.errors import Mistake
from scanner.terms.words import Proof
from scanner.written.scalars import inner_path
from scanner.written.yaml_text import Loc

_HOLDERS: Mapping[str, tuple[str, ...]] = {
    "tools": ("terms",),
    "approvals": ("evidence",),
    "consents": ("evidence",),
    "licences": ("evidence",),
    "declarations": ("audience_disclosure", "evidence"),
}


@dataclass
class Proofs:
    """What was found: by (section, id) what became of the file, the files themselves, and mistakes."""

    states: dict[tuple[str, str], Proof] = field(default_factory=dict)
    files: list[PaperFile] = field(default_factory=list)
    mistakes: list[Mistake] = field(default_factory=list)


class LeadsOutError(Exception):
    """The file isn't one, or isn't in the folder."""


def look_up(sheet: Written, folder: Path, proofs: Proofs) -> None:
    """Add what became of every evidence file that one declarations file names. `folder` is where that lies."""
    for key, loc, name, pinned in _named(sheet.document.data):
        try:
            digest = _digest(folder, inner_path(name))
        except ValueError:
            continue  # the model says what is wrong with the name
        except LeadsOutError as error:
            proofs.mistakes.append(sheet.mistake(loc, f"file: {error}"))
            continue
        if digest is None:
            proofs.states[key] = Proof.MISSING
            continue
        proofs.files.append(PaperFile(name, digest))
        wrong = isinstance(pinned, str) and pinned.strip().casefold().removeprefix("sha256:") != digest
        proofs.states[key] = Proof.CHANGED if wrong else Proof.PRESENT


def _named(data: dict[str, Any]) -> Iterator[tuple[tuple[str, str], Loc, str, object]]:
    for section, way in _HOLDERS.items():
        stated = data.get(section)
        rows: list[tuple[str | int, object]] = []
        if isinstance(stated, dict):
            rows = list(stated.items())
        elif isinstance(stated, list):
            rows = list(enumerate(stated))
        for at, row in rows:
            holding = row
            for part in way:
                holding = holding.get(part) if isinstance(holding, dict) else None
            if isinstance(row, dict) and isinstance(holding, dict) and isinstance(holding.get("file"), str):
                key = at if isinstance(at, str) else str(row.get("id")).strip()
                yield (section, key), (section, at, *way, "file"), holding["file"], holding.get("sha256")


def _digest(folder: Path, name: str) -> str | None:
    """The sha256 of the file, None where there is none that can be read."""
    file = open_inside(folder, name)
    if file is None:
        return None
    with file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def open_inside(folder: Path, name: str) -> BufferedReader | None:
    """A file that paper names, which lies in the paper's folder or below it; None where there is none to be read.

    Raises:
        LeadsOutError: a link leads out of the folder, or it is no file.
    """
    try:
        real = (folder / name).resolve(strict=True)
    except (OSError, RuntimeError):  # a loop of links is a RuntimeError before Python 3.13
        return None
    if not real.is_relative_to(folder.resolve()):
        raise LeadsOutError(f"{name!r} is a link that leads out of the folder of this declarations file")
    try:
        handle = os.open(real, os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW)  # a pipe must not make us wait
    except OSError:
        return None
    if not stat.S_ISREG(os.fstat(handle).st_mode):
        os.close(handle)
        raise LeadsOutError(f"{name!r} is a folder or a device, not a file")
    return os.fdopen(handle, "rb")
